"""The loop over a day's tables that makes whole numbers of them, compiled by Numba; see `people_limits`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dualpower.population.draws_numba import compiled
from dualpower.population.people_state import ACTIVITIES, WORD, Limits

REFUSED, EMPTY = 1, 2


@compiled(inline="always")
def pick(row: Any, units: Any, out: Any) -> None:
    """The numbers of some units, into ``out``, in double precision."""
    for u in range(len(units)):
        out[u] = row[units[u]]


@compiled(inline="always")
def deal(words: Any, out: Any, row: Any, kinds: Any) -> None:
    """The limits of a group, [choice, unit], into a row of ``out`` [unit, row, choice]."""
    for u in range(out.shape[0]):
        for k in range(kinds):
            out[u, row, k] = words[k, u]


@compiled(nogil=True, cache=True, error_model="numpy")
def accumulate(
    rates: NDArray[Any],
    choice: NDArray[Any],
    units: NDArray[np.int64],
    out: NDArray[np.uint32],
    rows: NDArray[np.int64],
    backwards: bool,
) -> int:
    """Cumulative limits: rate · (share of the choices up to this one) · 2**32; 0, or the number of a fault.

    rates: [unit of the tables]; choice: [group, choice, unit of the tables]; units: [unit] which of them are wanted;
    out: [unit, row, choice]; rows: [group] the row of each group in ``out``; ``backwards``: cumulative from the last
    choice to the first.
    """
    groups, kinds, number = choice.shape[0], choice.shape[1], len(units)
    first, turn = (kinds - 1, -1) if backwards else (0, 1)
    shares, rate = np.empty((kinds, number)), np.empty(number)
    factor, so_far, words = np.empty(number), np.empty(number), np.empty((kinds, number), np.uint32)
    pick(rates, units, rate)
    refused, empty = False, False
    for g in range(groups):  # the unit is the inner loop nearly everywhere, as LLVM makes vectors of it
        so_far[:] = 0.0
        for k in range(kinds):
            share = shares[k]
            pick(choice[g, first + turn * k], units, share)
            for u in range(number):
                refused |= not (share[u] >= 0.0) or not (share[u] < np.inf)
                so_far[u] += share[u]
        for u in range(number):
            empty |= not so_far[u] > 0.0
            factor[u] = rate[u] * WORD / so_far[u]
        so_far[:] = 0.0
        for k in range(kinds - 1):
            share, word = shares[k], words[first + turn * k]
            for u in range(number):
                so_far[u] += share[u]
                word[u] = np.uint32(min(np.rint(so_far[u] * factor[u]), WORD - 1.0))
        for u in range(number):  # the last is the same for all groups, exactly
            words[first + turn * (kinds - 1), u] = np.uint32(min(np.rint(rate[u] * WORD), WORD - 1.0))
        if kinds == ACTIVITIES:  # a number that the compiler knows: half of the time
            deal(words, out, rows[g], ACTIVITIES)
        else:
            deal(words, out, rows[g], kinds)
    return REFUSED if refused else EMPTY if empty else 0


@compiled(nogil=True, cache=True)
def climb(
    rates: NDArray[Any],
    steps: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]],
    units: NDArray[np.int64],
    out: NDArray[np.uint32],
    rows: NDArray[np.int64],
) -> int:
    """The same where steps are given, each of which includes the next, so that they are cumulative as they are.

    steps: [group, unit of the tables], from the least to the furthest; out: [unit, row, activity]. A step is at most
    the one before it: where nearly all go further, rounding can make it a little more.
    """
    number = len(units)
    rate, most, step = np.empty(number), np.empty(number), np.empty(number)
    words = np.empty((ACTIVITIES, number), np.uint32)
    pick(rates, units, rate)
    for u in range(number):
        rate[u] *= WORD
        words[0, u] = np.uint32(min(np.rint(rate[u]), WORD - 1.0))
    refused = False
    for g in range(len(rows)):
        most[:] = 1.0
        for k in range(ACTIVITIES - 1):
            pick(steps[k][g], units, step)
            word = words[k + 1]
            for u in range(number):
                refused |= not (step[u] >= 0.0) or not (step[u] < np.inf)
                most[u] = min(step[u], most[u])
                word[u] = np.uint32(min(np.rint(most[u] * rate[u]), WORD - 1.0))
        deal(words, out, rows[g], ACTIVITIES)
    return REFUSED if refused else 0


@compiled(nogil=True, cache=True)
def summits(out: Limits, camps: int) -> None:
    """The three limits of each unit that are found among its others: see `people_state.Limits`."""
    for u in range(len(out.stir)):
        out.rate_camp[u] = out.camps[u, 0, camps - 1]
        out.rate_act[u] = out.activities[u, 0, 0, 0]
        most = np.uint32(0)
        for temper in range(out.activities.shape[1]):
            for camp in range(camps):
                most = max(most, out.activities[u, temper, camp, 1])
        out.stir[u] = most
