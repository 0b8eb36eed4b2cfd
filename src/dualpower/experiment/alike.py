"""Whether numbers are the same but for rounding, and whether a draw that is repeated is the one that was kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from dualpower._amounts import ROUNDING, SMALL, amount

Array = NDArray[Any]

_FIRST, _CLOSE = 7, 0.01
"""Days in which rounding cannot have grown, and the share of a variable's largest value that it then cannot reach."""


def largest(values: Array) -> float:
    """The largest absolute value, of those that are not missing; 0 of none."""
    if not values.size or np.isnan(values).all():
        return 0.0
    return max(float(np.nanmax(values)), -float(np.nanmin(values)))


def differ(one: Array, two: Array, scale: float, share: float = SMALL) -> Array:
    """Where two arrays of numbers differ by more than a share of a scale; what both lack is the same."""
    lack_one, lack_two = np.isnan(one), np.isnan(two)
    apart = np.abs(np.subtract(one, two, dtype=np.float64))
    return np.asarray((apart > max(share * scale, ROUNDING)) | (lack_one != lack_two))


def unlike(kept: xr.Dataset, again: xr.Dataset) -> str:
    """In what a repeated year is another than the one kept, as "strikers on 1917-01-03: 12, 15"; "" if in nothing.

    ``kept`` has the dimensions of a run. Only the first days are looked at, before a decision on the edge can have made
    much of little.
    """
    series = [str(name) for name in kept.data_vars if name in again and kept[name].dims == ("date",)]
    for name in (name for name in series if again[name].dtype.kind == "f"):
        one, two = (each[name].to_numpy()[:_FIRST] for each in (kept, again))
        scale = max(largest(one), largest(two))
        if (days := np.flatnonzero(differ(one, two, scale, _CLOSE))).size:
            day, date = int(days[0]), str(kept["date"].to_numpy()[days[0]])[:10]
            return f"{name} on {date}: {amount(float(one[day]))}, {amount(float(two[day]))}"
    return ""
