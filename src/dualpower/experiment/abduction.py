"""Abduction: how much each draw of an ensemble counts, given what the record says up to a date.

    weight ~ p(record | parameters, chance) / p(record | parameters)

Draws of a posterior have been weighed by the record once: their parameters are those with which years along
history's path, without chance, come near to it. What is left to weigh is the chance of each year; so what the fit said
of the targets that it knew is divided out again, else the record would count twice. Parameters of another origin have
been weighed by nothing, and nothing is divided out.

Source: importance weighting, after the three steps of Pearl (2009), Causality, 7.1 (abduction, action, prediction); the
likelihood is that of a target's own error and of one day's accidents, softened as in a fit, each target by itself. No
draw counts more than the square root of their number times the mean, so that a lucky one weighs less:
truncated importance sampling, Ionides (2008), J. Comput. Graph. Stat. 17, 295.
Limit: where chance moves nothing before the date, draws of a posterior count alike.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from dualpower.experiment.drawn import drawn_parameters, drawn_until
from dualpower.experiment.result import Ensemble
from dualpower.experiment.table import table_of
from dualpower.record import Observation, survey
from dualpower.record.accidents import event_noise
from dualpower.record.errors import HUBER, UNSURE, softened

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

Array = NDArray[Any]


def record_weights(ensemble: Ensemble, date: str, counts: Array) -> Array:
    """Weights of draws by the targets that end before a date, array[draw]; they sum to 1.

    Targets from memory or guesses count nothing.

    ``counts``: false for draws that have left history by then, so that what is asked about came earlier in them.
    """
    before = _targets(ensemble, date)
    logs = np.where(counts, _log_likelihood(ensemble.dataset, before), -np.inf)
    plain = replace(ensemble.scenario, interventions=())
    known = [one for one in before if one.end <= _told(ensemble, plain)]
    if known:
        logs = logs - _log_likelihood(_without_chance(ensemble, plain, date), known)
    weights = truncated(np.exp(logs - logs.max()))
    return np.asarray(weights / weights.sum())


def truncated(weights: Array) -> Array:
    """Importance weights, array[draw], none above the square root of their number times their mean."""
    return np.asarray(np.minimum(weights, weights.mean() * np.sqrt(len(weights))))


def _targets(ensemble: Ensemble, date: str) -> list[Observation]:
    scenario = ensemble.scenario
    days, targets = scenario.days(scenario.spec.calendar.latest), scenario.targets
    names = {str(name) for name in ensemble.dataset["target"].to_numpy()}
    sure = targets[~targets["basis"].isin(UNSURE)]
    found = survey(scenario, sure, days, strict=True).observations
    return [one for one in found if one.end <= days.index(date) and one.id in names]


def _log_likelihood(data: xr.Dataset, targets: list[Observation]) -> Array:
    """Of the targets, array[draw], but for a constant."""
    values, names = data["simulated"].to_numpy(), list(data["target"].to_numpy().astype(str))
    logs = np.zeros(len(values))
    for one in targets:
        z = (one.compared(values[:, names.index(one.id)]) - one.centre_z) / np.hypot(one.sd, event_noise(one))
        logs -= 0.5 * np.asarray(softened(np.asarray(z), HUBER)) ** 2
    return logs


def _told(ensemble: Ensemble, plain: Scenario) -> int:
    """How many days the record had to which the draws' parameters were fitted; 0 where they are no posterior's."""
    drawn, until = drawn_parameters(plain), drawn_until(plain)
    if drawn is None or until is None or table_of(plain, drawn).hash != ensemble.index["switches"]["table"]:
        return 0
    return plain.days(plain.spec.calendar.latest).index(until) + 1


def _without_chance(ensemble: Ensemble, plain: Scenario, date: str) -> xr.Dataset:
    """Years with the same parameters along history's path and without chance, as a fit sees them, up to a date."""
    from dualpower.experiment.ensemble import simulate_ensemble

    draws, until = ensemble.dataset["draw"].to_numpy(), ensemble.dates[ensemble.dates.index(date) - 1]
    found = simulate_ensemble(plain, int(draws.max()) + 1, until=until, imposed=True, noise=False)
    return found.dataset[["simulated"]].sel(draw=draws).load()
