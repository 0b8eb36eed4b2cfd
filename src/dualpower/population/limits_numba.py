"""The loop over a day's tables that makes whole numbers of them, compiled by Numba; see `people_limits`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dualpower.population.draws_numba import compiled
from dualpower.population.people_state import WORD


@compiled(nogil=True, cache=True, error_model="numpy")
def accumulate(
    rates: NDArray[np.float64],
    choice: NDArray[np.float64],
    out: NDArray[np.uint32],
    rows: NDArray[np.int64],
    backwards: bool,
) -> int:
    """Cumulative limits: rate · (share of the choices up to this one) · 2**32; 0, or the number of a fault.

    choice: [group, choice, unit]; out: [unit, row, choice]; rows: [group] the row of each group in ``out``.
    ``backwards``: cumulative from the last choice to the first.
    """
    groups, kinds, units = choice.shape
    first, turn = (kinds - 1, -1) if backwards else (0, 1)
    factor, so_far, words = np.empty(units), np.empty(units), np.empty((kinds, units), np.uint32)
    refused, empty = False, False
    for g in range(groups):  # the unit is the inner loop nearly everywhere, as LLVM makes vectors of it
        so_far[:] = 0.0
        for k in range(kinds):
            shares = choice[g, first + turn * k]
            for u in range(units):
                refused |= not (shares[u] >= 0.0) or not (shares[u] < np.inf)
                so_far[u] += shares[u]
        for u in range(units):
            empty |= not so_far[u] > 0.0
            factor[u] = rates[u] * WORD / so_far[u]
        so_far[:] = 0.0
        for k in range(kinds - 1):
            shares, word = choice[g, first + turn * k], words[first + turn * k]
            for u in range(units):
                so_far[u] += shares[u]
                word[u] = np.uint32(min(np.rint(so_far[u] * factor[u]), WORD - 1.0))
        for u in range(units):  # the last is the same for all groups, exactly
            words[first + turn * (kinds - 1), u] = np.uint32(min(np.rint(rates[u] * WORD), WORD - 1.0))
        for u in range(units):
            for k in range(kinds):
                out[u, rows[g], k] = words[k, u]
    return 1 if refused else 2 if empty else 0
