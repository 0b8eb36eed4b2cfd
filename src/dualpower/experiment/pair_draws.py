"""Draws of paired ensembles: when they part, and their main quantities."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from dualpower.experiment.alike import differ
from dualpower.experiment.result import Ensemble
from dualpower.run import RunError
from dualpower.scenario.faults import with_hint

Array = NDArray[Any]
NOT_COMPARED = ("simulated", "event_day")


def first_days(factual: Ensemble, other: Ensemble) -> Array:
    """Number of the first day on which a shared variable differs but for rounding, array[draw]; -1 if none does."""
    found = np.full(factual.draws, len(factual.dates))
    for name in set(factual.dataset.data_vars) & set(other.dataset.data_vars):
        one, two = (each.dataset[name] for each in (factual, other))
        if name in NOT_COMPARED or one.dims[:2] != ("draw", "date"):
            continue
        apart = np.any(differ(one.to_numpy(), two.to_numpy()), axis=tuple(range(2, one.ndim)))
        found = np.where(apart.any(1), np.minimum(found, apart.argmax(1)), found)
    return np.where(found < len(factual.dates), found, -1)


def weighted_quantiles(values: Array, weights: Array, levels: tuple[float, ...]) -> list[Array]:
    """Quantiles over the first axis of array[draw, ...]; with equal weights those of `numpy.quantile`.

    The draws, in their order, lie at the weight before each as a share of all other weight, and between them the line
    is straight: so what holds from below holds from above. Draws without weight count for nothing.
    """
    values, weights = values[weights > 0], weights[weights > 0]
    order = np.argsort(values, axis=0, kind="stable")
    own, ranked = weights[order], np.take_along_axis(values, order, axis=0)
    place = (np.cumsum(own, axis=0) - own) / np.maximum(weights.sum() - own, np.finfo(float).tiny)
    return [_between(ranked, place, level) for level in levels]


def _between(ranked: Array, place: Array, level: float) -> Array:
    """The value at a level, on the straight line between the two draws around it."""
    low = (place <= level + 1e-12).sum(0, keepdims=True).clip(min=1) - 1
    high = (low + 1).clip(max=len(ranked) - 1)
    start, near = (np.take_along_axis(each, low, 0)[0] for each in (place, ranked))
    end, far = (np.take_along_axis(each, high, 0)[0] for each in (place, ranked))
    share = np.clip((level - start) / np.where(end > start, end - start, 1.0), 0.0, 1.0)
    return np.asarray(near + share * (far - near))


def values(ensemble: Ensemble, variable: str, at: dict[str, str]) -> Array:
    """A quantity, array[draw, date]."""
    data = ensemble.dataset
    if variable == "regime" and "regime" in at:
        names = data["regime"].attrs["flag_meanings"].split()
        if at["regime"] not in names:
            raise RunError(f'there is no regime "{at["regime"]}"; there are {", ".join(names)}')
        return np.asarray(data["regime"].to_numpy() == names.index(at["regime"])).astype(float)
    if variable == "regime":
        names = data["regime"].attrs["flag_meanings"].split()
        raise RunError(f'regime: say which, as in regime="{names[0]}"; there are {", ".join(names)}')
    if variable not in data:
        known = [str(name) for name in data if data[name].dims[:2] == ("draw", "date")]
        raise RunError(with_hint(f'there is no variable "{variable}" in these ensembles', variable, known))
    if data[variable].dims[:2] != ("draw", "date"):
        raise RunError(f"{variable}: is no series of days, so it has no difference by date")
    return _selected(data[variable], at).astype(float)


def _selected(array: xr.DataArray, at: dict[str, str]) -> Array:
    for dimension, label in at.items():
        own = [str(name) for name in array.dims[2:]]
        if dimension not in own:
            raise RunError(f"{array.name} has no {dimension}: it is by {', '.join(['draw', 'date', *own])}")
        known = [str(name) for name in array[dimension].to_numpy()]
        if label not in known:
            raise RunError(f'{array.name}: there is no {dimension} "{label}"; there are {", ".join(known)}')
        array = array.isel({dimension: known.index(label)})
    if array.dims != ("draw", "date"):
        left = ", ".join(str(name) for name in array.dims[2:])
        raise RunError(f"{array.name}: say which {left}")
    return np.asarray(array.to_numpy())


DAILY = "deaths"
"""The one quantity that is not how things stand but what a day adds."""

COUNTS = {
    "strikers": "strikers",
    "marchers": "marchers",
    "soldiers_refusing": "soldiers who refuse",
    "deaths": "deaths",
    "dual_power": "index of dual power",
}


def quantities(factual: Ensemble, other: Ensemble) -> list[tuple[str, str, dict[str, str]]]:
    """The main quantities that both have kept: name, variable, labels. Regimes that rule in some draw; counts;
    authority; councils.
    """
    data, spec = {*factual.dataset.data_vars} & {*other.dataset.data_vars}, factual.scenario.spec
    shown = {end for each in (factual, other) for end in each.outcomes["outcome"]}
    found = [(regime.name, "regime", {"regime": regime.id}) for regime in spec.regimes if regime.id in shown]
    found += [(COUNTS[name], name, {}) for name in COUNTS if name in data]
    found += [
        (f"authority: {each.name}", "authority", {"centre": each.id}) for each in spec.centres if "authority" in data
    ]
    councils = [each for each in spec.councils if each.kind == "council"] if "delegates" in data else []
    found += [
        (f"{council.name}: {party.name}", "delegates", {"council": council.id, "party": party.id})
        for council in councils
        for party in spec.parties
        if not council.parties or party.id in council.parties
    ]
    return found
