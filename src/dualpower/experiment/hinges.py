"""What a difference hinges on: the parameters with which it goes together from draw to draw.

Nothing is simulated anew: each pair has a difference, and the parameters that its two years share. How strongly the
two go together is Spearman's rank correlation, the draws weighted as the pair weighs them, and those with the same
parameters taken as one. Of a hundred parameters some always seem to matter: so each is held against the largest
correlation that any of them has when the differences are dealt out anew. Where nearly all pairs agree, chance alone
often reaches the largest correlation that there can be: then nothing can be found, and that is said.

Source: Westfall & Young (1993), Resampling-Based Multiple Testing, for the largest of all under permutation; weighted
ranks ours. It is an association over the posterior, not what would follow if a parameter were another: parameters that
the record ties together share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower.laws.values import addresses

Array = NDArray[Any]
RARE = 0.05
"""How often some parameter would seem to matter if none did."""

DEALS = 2000
"""Times that the differences are dealt out anew."""


SAME = 1e-9
"""Correlations that are closer differ by rounding only."""


class Hinge(NamedTuple):
    """A parameter with which a difference goes together, and its rank correlation with it, -1 to 1."""

    address: str
    meaning: str
    correlation: float


class Hinges(NamedTuple):
    """What a difference hinges on.

    Attributes
    ----------
    found
        Parameters that go together with it more than chance allows, the strongest first.
    by_chance
        Rank correlation that the largest of all parameters exceeds in one of twenty cases if none matters; NaN where
        the difference, or every parameter, is the same in all draws.
    parameters
        How many differ between the draws.
    rows
        How many sets of parameters the draws have.
    largest
        The largest rank correlation that was met, however the differences were dealt out; NaN where `by_chance` is.
    odd
        How many sets have another difference than most of them.
    """

    found: tuple[Hinge, ...]
    by_chance: float
    parameters: int
    rows: int
    largest: float = float("nan")
    odd: int = 0

    @property
    def can_tell(self) -> bool:
        """Whether some correlation can be larger than chance allows."""
        return self.largest > self.by_chance + SAME


def hinges(apart: Array, weights: Array, parameters: pd.DataFrame, meanings: Sequence[str]) -> Hinges:
    """The parameters with which differences go together.

    Parameters
    ----------
    apart
        Difference of each pair, array[draw].
    weights
        Of the draws, array[draw]; they sum to 1.
    parameters
        One row a draw, one column an address; without columns if all draws have the same.
    meanings
        What each column is, in words.
    """
    if not parameters.shape[1]:
        return Hinges((), float("nan"), 0, 1)
    found, inverse = np.unique(parameters.to_numpy(), axis=0, return_inverse=True)
    which = inverse.ravel()
    weight = np.bincount(which, weights)
    differs = np.ptp(found, axis=0) > 0
    counted = weight > 0
    means = np.bincount(which, weights * apart)[counted] / weight[counted]
    count, known = int(counted.sum()), int(differs.sum())
    if not known or len(np.unique(means)) < 2:
        return Hinges((), float("nan"), known, count)
    columns, w = _ranks(found[counted][:, differs]), weight[counted]
    ranked = _ranks(means[:, None])[:, 0]
    dealt = np.random.default_rng(0).permuted(np.tile(ranked, (DEALS, 1)), axis=1)
    strongest = np.abs(_correlations(dealt, columns, w)).max(1)
    by_chance = float(np.quantile(strongest, 1 - RARE))
    strength = _correlations(ranked[None], columns, w)[0]
    names, words = (np.array(part, object)[differs] for part in (list(parameters.columns), list(meanings)))
    order = [k for k in np.argsort(-np.abs(strength), kind="stable") if abs(strength[k]) > by_chance + SAME]
    told = tuple(Hinge(names[k], words[k], float(strength[k])) for k in order)
    largest = float(max(strongest.max(), np.abs(strength).max()))
    return Hinges(told, by_chance, known, count, largest, count - int(np.unique(means, return_counts=True)[1].max()))


def _ranks(columns: Array) -> Array:
    """Ranks within each column, ties sharing theirs."""
    return np.asarray(pd.DataFrame(columns).rank().to_numpy())


def _correlations(rows: Array, columns: Array, weights: Array) -> Array:
    """Weighted correlations of every row of ``rows`` [row, draw] with every one of ``columns`` [draw, column]."""
    one, two = rows - rows @ weights[:, None], columns - weights @ columns
    spread = np.sqrt(np.outer(one**2 @ weights, weights @ two**2))
    return np.asarray(np.divide((one * weights) @ two, spread, out=np.zeros_like(spread), where=spread > 1e-12))


def meanings(names: Sequence[str], parties: dict[str, str], issues: dict[str, str]) -> list[str]:
    """What each address is, in the words of the table of parameters; of a family, for which party or issue.

    ``parties``, ``issues``: names by id.
    """
    members = {"party": parties, "issue": issues, "": {}}
    known = {}
    for address, row in addresses(tuple(parties), tuple(issues)):
        member = members[row.per].get(address.rsplit(".", 1)[-1], "")
        known[address] = row.meaning.split(" (")[0] + (f" ({member})" if member else "")
    return [known.get(name, name) for name in names]
