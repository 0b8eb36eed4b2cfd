"""What targets see of many years: their arrays, and from days to one number a target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dualpower.experiment.compact import UNITS

if TYPE_CHECKING:
    from dualpower.experiment.batch import Bench


def observed_arrays(diary: Mapping[str, Any], size: Any) -> dict[str, Any]:
    """The arrays that targets look at, the unit before the rest, as in a run's data."""
    turned = {
        name: array.swapaxes(1, 2) if name in UNITS and array.ndim == 3 else array for name, array in diary.items()
    }
    return {**turned, "size": size}


def of_targets(bench: Bench, daily: NDArray[Any], regime: NDArray[Any], happened: NDArray[Any]) -> NDArray[np.float64]:
    """From what targets see day by day to one number a target, array[draw, target]."""
    values = np.zeros((len(daily), len(bench.observations)))
    for k, one in enumerate(bench.observations):
        days = daily[:, one.days, bench.asked.index(one)].astype(np.float64)
        if one.measure == "regime":
            days = (regime[:, one.days] == bench.names.regimes.index(one.event)).astype(np.float64)
        elif one.measure == "event":
            days = (np.arange(one.start, one.end) == happened[:, [bench.names.events.index(one.event)]]).astype(float)
        values[:, k] = _AGGREGATE[one.aggregate](1 - days if one.complement else days) * one.scale
    return values


_AGGREGATE: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "mean": lambda days: days.mean(1),
    "max": lambda days: days.max(1),
    "sum": lambda days: days.sum(1),
    "last": lambda days: days[:, -1],
}
