"""A run, observed: daily arrays in, the numbers that the record would have written down out.

`observe` is a pure function of arrays and serves NumPy and JAX alike, so that a fit can differentiate through it.
`arrays_of` prepares the arrays of a finished run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dualpower.record.measures import AXES, EVENT_PREFIX, MEASURES, REGIME_PREFIX, Arrays
from dualpower.record.observation import Aggregate, Observation, ObservationError
from dualpower.record.transforms import Array, namespace
from dualpower.scenario.arrays.names import in_kinds

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from dualpower.scenario import Scenario

NOBODY = "none"
"""The camp of those who are in none; it comes before the parties."""

__all__ = ["aligned", "arrays_of", "dates_of", "observe", "observe_all"]

_AGGREGATE: Mapping[Aggregate, Callable[[Array], Array]] = {
    "mean": lambda days: days.mean(),
    "max": lambda days: days.max(),
    "sum": lambda days: days.sum(),
    "last": lambda days: days[-1],
}


def observe(arrays: Arrays, observation: Observation) -> Array:
    """Return what the record would say of these days, in the record's own units.

    Parameters
    ----------
    arrays : daily arrays by name, axes as in `AXES`, date first; NumPy or JAX
    observation : from `plan`

    Returns
    -------
    A scalar of the arrays' own kind: persons, per cent, seats, deaths, 0 or 1.
    """
    with np.errstate(invalid="ignore"):  # products of NumPy may say so of numbers beyond their arrays' ends
        days = MEASURES[observation.measure].function(arrays, observation)
    if observation.complement:
        days = 1.0 - days
    return _AGGREGATE[observation.aggregate](days) * observation.scale


def observe_all(arrays: Arrays, observations: Sequence[Observation]) -> Array:
    """Return all observations as one array[observation], in the record's units."""
    if not observations:
        return np.zeros(0)
    values = [observe(arrays, observation) for observation in observations]
    return namespace(values[0]).stack(values)


def arrays_of(
    dataset: xr.Dataset, events: pd.DataFrame | None = None, regimes: Iterable[str] = ()
) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of a finished run, axes in the order of `AXES`, with a 0/1 array per event and regime.

    Parameters
    ----------
    dataset : a run's data; variables that the record never asks for are left out
    events : columns event, date, happened; every event in it gets an array `event.<id>`
    regimes : those that get an array `regime.<id>` although they never ruled
    """
    arrays = {name: _ordered(dataset[name], axes) for name, axes in AXES.items() if name in dataset}
    if "regime" in dataset:
        ruled = np.asarray(dataset["regime"].values).astype(str)
        names = dict.fromkeys([*np.unique(ruled).tolist(), *regimes])
        arrays |= {f"{REGIME_PREFIX}{name}": (ruled == name).astype(np.float64) for name in names}
    if events is not None and len(events):
        arrays |= _event_arrays(dates_of(dataset), events)
    return arrays


def aligned(dataset: xr.Dataset, scenario: Scenario) -> xr.Dataset:
    """Return the data with units, parties, camps, ... in the order of a compiled year, in which observations count.

    Raises
    ------
    ObservationError
        If the run lacks one of them: it is then a run of another scenario.
    """
    axes = names_of_axes(scenario.spec)
    orders = {**axes, "camp": [NOBODY, *axes["party"]], "unit": list(scenario.units["unit_id"])}
    for axis, wanted in orders.items():
        found = [str(name) for name in dataset[axis].values] if axis in dataset.coords else wanted
        missing = sorted(set(wanted) - set(found))
        if missing:
            raise ObservationError(f'the run has no {axis} "{missing[0]}": it is a run of another scenario')
        if found != wanted:
            dataset = dataset.sel({axis: wanted})
    return dataset


def names_of_axes(spec: Any) -> dict[str, list[str]]:
    """Return the names along every axis but units, in the order of a compiled year, in which observations count."""
    names = {axis: [each.id for each in getattr(spec, key)] for axis, key in _DECLARED.items()}
    contests = [each.id for each in in_kinds(spec.contests)]
    return {**names, "contest": contests, "topic": [*names["issue"], *names["centre"]]}


_DECLARED = {"party": "parties", "council": "councils", "issue": "issues", "centre": "centres"}


def dates_of(dataset: xr.Dataset) -> list[str]:
    """Return the run's days as text, YYYY-MM-DD, in the scenario's calendar."""
    return [day.strftime("%Y-%m-%d") for day in dataset.indexes["date"]]


def _ordered(variable: xr.DataArray, axes: tuple[str, ...]) -> NDArray[np.generic]:
    if set(variable.dims) != set(axes):
        raise ObservationError(
            f'the run\'s "{variable.name}" has the dimensions {", ".join(map(str, variable.dims))}; '
            f"expected {', '.join(axes)} (pick one draw of an ensemble first)"
        )
    return np.asarray(variable.transpose(*axes).values)


def _event_arrays(days: Sequence[str], events: pd.DataFrame) -> dict[str, NDArray[np.generic]]:
    index = {day: i for i, day in enumerate(days)}
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, date, happened in zip(events["event"], events["date"], events["happened"], strict=True):
        array = arrays.setdefault(f"{EVENT_PREFIX}{name}", np.zeros(len(days)))
        if happened and str(date)[:10] in index:
            array[index[str(date)[:10]]] = 1.0
    return arrays
