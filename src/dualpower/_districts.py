"""Where units are on each day of a run: a run's labels say where they begin, and who moves when."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import xarray as xr

from dualpower.dates import day_strings


def districts_by_day(data: xr.Dataset) -> np.ndarray[Any, Any]:
    """Where every unit of a run is on every day, array[date, unit] of ids of districts."""
    home, dates = data["unit_district"], np.array(day_strings(data))
    units = data["unit"].to_numpy().astype(str).tolist()
    found = np.tile(home.to_numpy().astype(object), (len(dates), 1))
    for unit, date, district in json.loads(home.attrs.get("moves", "[]")):
        if unit in units:
            found[dates >= date, units.index(unit)] = district
    return found
