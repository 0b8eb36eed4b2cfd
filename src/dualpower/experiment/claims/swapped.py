"""Pairs whose two years are swapped by a coin: a placebo on which the intervals themselves can fail.

Nothing but the coin then tells a factual year from a changed one. The true difference is 0, and of many intervals of
90 % one in ten should leave it out: more says that intervals are too narrow, fewer that they are wider than they need
be (Fisher's randomisation, on pairs).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dualpower.experiment.claims.causal import effect
from dualpower.experiment.claims.judge import Draws

DEALS = 200
"""How often the coins are thrown for each outcome."""

_SEED = 1917


def swapped(found: Draws, deals: int = DEALS) -> dict[str, Any]:
    """How many intervals of a claim's outcomes leave zero out once years are swapped: `intervals`, `outside`.

    A coin is thrown for each set of parameters, as pairs that share them are no independent evidence. An outcome that
    is the same in both years of every pair has nothing to swap, and is left out.
    """
    claim, coins = found.claim, np.random.default_rng(_SEED)
    intervals = outside = 0
    for number, one in enumerate(claim.outcomes if claim.interventions else ()):
        factual, changed, row = found.outcome(number, claim.interventions)
        if np.array_equal(factual, changed):
            continue
        for heads in coins.random((deals, int(row.max()) + 1)) < 0.5:
            turned = heads[row]
            first, second = np.where(turned, changed, factual), np.where(turned, factual, changed)
            made = effect(first, second, row, event=one.is_event)
            intervals, outside = intervals + 1, outside + (not made.low <= 0 <= made.high)
    return {"intervals": intervals, "outside": outside}
