"""Draws of paired ensembles: when they part, and their main quantities."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from dualpower.dataset import BODIES
from dualpower.experiment.alike import differ, largest
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
        here, there = one.to_numpy(), two.to_numpy()
        scale = max(largest(here), largest(there))
        for draw in range(len(found)):  # one at a time: a whole variable of units can be a gigabyte
            days = np.flatnonzero(differ(here[draw], there[draw], scale).reshape(len(factual.dates), -1).any(axis=1))
            found[draw] = min(found[draw], days[0]) if days.size else found[draw]
    return np.where(found < len(factual.dates), found, -1)


def weighted_quantiles(values: Array, weights: Array, levels: tuple[float, ...]) -> list[Array]:
    """Quantiles over the first axis of array[draw, ...]; with equal weights those of `numpy.quantile`.

    A mean of the draws in their order, each by what of its share of the weight lies in a window around the level, as
    wide as one of as many draws of equal weight as these are worth (Akinshin 2023, Weighted quantile estimators, type
    7; Kish's effective sample size). Weights sum to 1; draws without any count for nothing.
    """
    order = np.argsort(values, axis=0, kind="stable")
    ranked, share = np.take_along_axis(values, order, axis=0), np.cumsum(weights[order], axis=0)
    worth = 1 / float((weights**2).sum())
    found = []
    for level in levels:
        reached = np.clip(worth * share - level * (worth - 1), 0.0, 1.0)
        reached[-1] = 1.0  # whatever the sum of the weights is but for rounding
        found.append((np.diff(reached, axis=0, prepend=0.0) * ranked).sum(axis=0))
    return found


YES_OR_NO = ("regime", "sits")
"""Quantities that are a yes or no in each draw."""


def values(ensemble: Ensemble, variable: str, at: dict[str, str]) -> Array:
    """A quantity, array[draw, date]; NaN of a body on days on which it does not sit. ``sits``: whether it does."""
    data = ensemble.dataset
    if variable == "sits" and "seats" in data:
        return np.asarray(_selected(data["seats"], at) > 0).astype(float)
    found = _values(data, variable, at)
    if variable in BODIES and "seats" in data:
        return np.where(_selected(data["seats"], {"council": at["council"]}) > 0, found, np.nan)
    return found


def _values(data: xr.Dataset, variable: str, at: dict[str, str]) -> Array:
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
    "deaths": "deaths that day",
    "dual_power": "index of dual power",
}


def quantities(factual: Ensemble, other: Ensemble) -> list[tuple[str, str, dict[str, str]]]:
    """The main quantities that both have kept: name, variable, labels. Regimes that rule in some draw; counts;
    authority; councils.
    """
    data, spec = {*factual.dataset.data_vars} & {*other.dataset.data_vars}, factual.scenario.spec
    shown = {name for each in (factual, other) for name in met(each)}
    found = [(regime.name, "regime", {"regime": regime.id}) for regime in spec.regimes if regime.id in shown]
    found += [(COUNTS[name], name, {}) for name in COUNTS if name in data]
    found += [
        (f"authority: {each.name}", "authority", {"centre": each.id}) for each in spec.centres if "authority" in data
    ]
    councils = [each for each in spec.councils if each.kind == "council"] if "delegates" in data else []
    for council in councils:
        if "seats" in data and _sits_otherwise(factual, other, council.id):
            found.append((f"{council.name}: sits", "sits", {"council": council.id}))
        found += [
            (f"{council.name}: {party.name}", "delegates", {"council": council.id, "party": party.id})
            for party in spec.parties
            if not council.parties or party.id in council.parties
        ]
    return found


def met(ensemble: Ensemble) -> list[str]:
    """Ids of the regimes that rule on some day of some draw."""
    names = ensemble.dataset["regime"].attrs["flag_meanings"].split()
    return [names[number] for number in np.unique(ensemble.dataset["regime"].to_numpy())]


def _sits_otherwise(factual: Ensemble, other: Ensemble, council: str) -> bool:
    """Whether a body sits on other days in the two years of some pair."""
    one, two = (values(each, "sits", {"council": council}) for each in (factual, other))
    return not np.array_equal(one, two)
