"""A quantity of paired years, day by day: means, their difference, its interval, over the pairs that can be compared.

A body that does not sit has no shares. On a day on which it sits in one of two years only, or in neither, that pair
has nothing to compare: it is left out of that day, and the weights of the others are made to sum to 1 again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dualpower.experiment.pair_draws import weighted_quantiles
from dualpower.experiment.statistics import interval_of_mean, paired_interval

Array = NDArray[Any]
COLUMNS = ("factual", "other", "difference", "low", "high", "low_90", "high_90")


def differences(one: Array, two: Array, weights: Array, rows: Array, *, event: bool) -> dict[str, Array]:
    """Columns of a table by date, NaN where no pair can be compared; `compared` is the weight of those that can.

    Parameters
    ----------
    one, two
        Unchanged and changed, array[draw, day]; NaN where there is none.
    weights
        Of the draws, array[draw]; they sum to 1.
    rows
        Which parameters each draw has, array[draw].
    event
        Whether the numbers are a yes or no.
    """
    here = np.isfinite(one) & np.isfinite(two)
    found = np.full((len(COLUMNS), one.shape[1]), np.nan)
    whole = here.all(0)
    found[:, whole] = _columns(one[:, whole], two[:, whole], weights, rows, event=event)
    for day in np.flatnonzero(~whole & (weights @ here > 0)):
        some = here[:, day]
        share = weights[some] / weights[some].sum()
        found[:, day] = _columns(one[some, day][:, None], two[some, day][:, None], share, rows[some], event=event)[:, 0]
    return dict(zip(COLUMNS, found, strict=True)) | {"compared": weights @ here}


def _columns(one: Array, two: Array, weights: Array, rows: Array, *, event: bool) -> Array:
    """The columns of days on which all of some pairs can be compared, array[column, day]."""
    apart, w = two - one, weights[:, None]
    middle = (w * apart).sum(0)
    low, high = weighted_quantiles(apart, weights, (0.05, 0.95))
    if event:
        days = zip(apart.T, middle.tolist(), strict=True)
        mean = np.array([paired_interval(day, weights, rows, mean) for day, mean in days]).reshape(-1, 2).T
    else:
        mean = np.array(interval_of_mean(apart, weights, rows))
    return np.array([(w * one).sum(0), (w * two).sum(0), middle, *mean, low, high])
