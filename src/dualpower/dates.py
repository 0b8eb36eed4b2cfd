"""Days as the coordinates of a dataset, in the scenario's own calendar and in the new style."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from dualpower.scenario.calendar import Calendar, System

__all__ = ["date_coordinates", "day_strings"]


def day_strings(dataset: xr.Dataset) -> list[str]:
    """Every day of a dataset, "YYYY-MM-DD" in its own calendar."""
    return [f"{day.year:04d}-{day.month:02d}-{day.day:02d}" for day in dataset.indexes["date"]]


def date_coordinates(start: str, days: int, calendar: System) -> dict[str, Any]:
    """Coordinates `date` (CFTimeIndex) and `new_style` (datetime64) of `days` days from `start`.

    Parameters
    ----------
    start
        First day, "YYYY-MM-DD" in `calendar`.
    days
        How many.
    calendar
        "julian" (Old Style) or "gregorian".
    """
    own = Calendar(calendar)
    index = xr.date_range(start, periods=days, freq="D", calendar=own.cftime_name, use_cftime=True)
    first = np.datetime64(own.new_style(start), "D")
    return {"date": index, "new_style": ("date", (first + np.arange(days)).astype("datetime64[s]"))}
