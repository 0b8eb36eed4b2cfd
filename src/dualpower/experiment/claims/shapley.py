"""Shares of several who may replace each other: Shapley's value, exactly, over all sets of players.

    phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! * (v(S + i) - v(S))

Shares add up to what all of them together make. Source: Shapley (1953).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def shapley(players: Sequence[str], value: Mapping[frozenset[str], Array]) -> dict[str, Array]:
    """Shapley's value of every player.

    Parameters
    ----------
    players
        Who they are.
    value
        What each set of those present makes, a number or array[draw]; all sets, the empty one too.
    """
    return {player: _value(player, [other for other in players if other != player], value) for player in players}


def _value(player: str, others: Sequence[str], value: Mapping[frozenset[str], Array]) -> Array:
    count = len(others) + 1
    total = np.zeros(np.shape(value[frozenset()]))
    for size in range(count):
        weight = factorial(size) * factorial(count - size - 1) / factorial(count)
        for chosen in combinations(others, size):
            present = frozenset(chosen)
            total = total + weight * (value[present | {player}] - value[present])
    return total
