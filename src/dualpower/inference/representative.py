"""One point for runs of a single year: a point of the posterior whose free years meet most of the fitted targets.

The mode fits best with history imposed and no daily shocks; a single run has both chance and shocks, and the mode is no
better in it than many draws. So the best of the draws are moved a little: by Gauss-Newton steps towards the bands that
their free years miss, with slopes by differences between years that share all chance, shortened by a ridge that keeps
the point among the draws. Its years should also be usual ones: from the first day to the last, their crowds should stay
where those of the posterior's own free years are (their central half on that day), so that a single run shows little
that the model itself holds unlikely. And their regimes should follow each other as in history: who runs a single
year wants to see that one, and how likely it was only an ensemble can say. So the course of a single run's regimes is
chosen, not found; held-out targets are not looked at, and no forecast or claim uses the point. Source: ours; steps as
in Levenberg (1944), Quarterly of Applied Mathematics 2; usual curves after the boxplot of Sun and Genton (2011),
Journal of Computational and Graphical Statistics 20.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower._cache import enable_compilation_cache
from dualpower.experiment.batch import Bench, crowd_batch
from dualpower.experiment.plan import BATCH, make_plan
from dualpower.experiment.table import Table, table_of
from dualpower.inference.evidence import beside
from dualpower.laws.parameters import AS_DECLARED
from dualpower.record.errors import softened
from dualpower.record.observation import Observation
from dualpower.record.score import within_twice

if TYPE_CHECKING:
    from dualpower.inference.posterior import Posterior
    from dualpower.scenario import Scenario

__all__ = ["representative"]

SEEDS = (1, 2, 3)
"""Seeds of the years that are looked at."""

FLOOR, BEND = 0.1, 3.0
"""Smallest standard deviation of a fact, and standard deviations beyond which a miss counts linearly."""

FAR, QUIET, WEIGHT = 3.0, 0.5, 1 / 40
"""A target outside its band costs 1. What it costs besides if it is beyond twice its band; what a quiet day costs
outside its band; and the weight of minus the log-density.
"""

ASTRAY, LOST, OTHERWISE = 0.2, 10.0, 10.0
"""What a day under another regime than history's costs, what a year costs at most that has gone astray so, and what it
costs besides if it also ends otherwise.
"""

CURVES, EVERY = ("strikers", "marchers", "soldiers_refusing"), 5
"""What is held against the posterior's own years, every so many days."""

FEW, USUAL, UNUSUAL, ODD = 1000.0, (0.25, 0.75), 0.1, 4.0
"""Persons who are added before logarithms are taken; the quantiles between which a number is usual; what it costs for
each half width that it lies beyond them, and how many half widths cost at most.
"""

STARTS, ROUNDS = 2, 6
"""Points that are moved, and steps of each at most."""

STEP = 0.05
"""Prior standard deviations by which a slope is measured."""

RIDGES, KEPT = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0), (0.1, 0.3, 1.0)
"""Ridges that are tried, and how much what is inside its band counts for staying where it is."""

LONGEST = 3.0
"""Longest step, in prior standard deviations: farther off, the slopes say nothing."""

REACH = (-1.0, -0.5, 0.5, 1.0)
"""Steps of a single parameter, in prior standard deviations: what happens or does not has no slope."""

INSIDE = 0.2
"""How far inside its band a missed target is aimed, in half widths."""

Array = NDArray[np.float64]


class Years(NamedTuple):
    """Free years of some points: what they say on the scale of comparison, and what that costs.

    z : array[point, seed, number], of facts, then of curves
    cost : array[point], but for the regimes
    astray : array[point, seed], days under another regime than history's
    otherwise : array[point, seed], whether the last day is one of them
    """

    z: Array
    cost: Array
    astray: NDArray[np.int64]
    otherwise: NDArray[np.bool_]


@dataclass(frozen=True)
class Judge:
    """Lives free years of a posterior's points, and says how far they are from the fitted facts."""

    scenario: Scenario
    posterior: Posterior

    @cached_property
    def bench(self) -> Bench:
        """What all years share; quiet days are observed like targets."""
        scenario, posterior = self.scenario, self.posterior
        more = pd.concat([beside(scenario, posterior.until), scenario.quiet]).assign(split="calibrate")
        facts = pd.concat([scenario.targets, more], ignore_index=True).astype(object)
        facts = facts.where(facts.notna(), "")
        until = max(posterior.until, scenario.spec.calendar.end)
        plan = make_plan(scenario, draws=BATCH, until=until, parameters=posterior.draws)
        return Bench(replace(scenario, targets=facts), plan.job)

    @cached_property
    def asked(self) -> list[tuple[int, Observation]]:
        """The fitted facts: column among the bench's observations, and observation."""
        return [(k, one) for k, one in enumerate(self.bench.observations) if one.id in self.posterior.facts.index]

    @cached_property
    def worth(self) -> Array:
        """What each of them costs outside its band: array[fact]."""
        quiet = set(self.scenario.quiet["target_id"])
        return np.array([QUIET if one.id in quiet else 1.0 for _, one in self.asked])

    @cached_property
    def bands(self) -> tuple[Array, Array]:
        """Lower and upper ends of the facts' bands on the scale of comparison, then of what is usual of the curves."""
        ends = [one.compared(end) for _, one in self.asked for end in (one.low, one.high)]
        low, high = np.asarray(ends, np.float64).reshape(-1, 2).T
        return np.concatenate([low, self.usual[0]]), np.concatenate([high, self.usual[1]])

    @cached_property
    def usual(self) -> tuple[Array, Array]:
        """Ends of the central band of the curves in the free years of the posterior's draws, array[number] each."""
        table = table_of(self.scenario, self.posterior.draws)
        curves = np.concatenate([_seen(self.bench, table, seed).curves for seed in SEEDS])
        low, high = np.quantile(curves, USUAL, axis=0)
        return low, high

    @cached_property
    def weights(self) -> Array:
        """What a miss of each band weighs beside that of a target, array[number]."""
        return np.concatenate([self.worth, np.full(len(self.usual[0]), UNUSUAL)])

    def odd(self, curves: Array) -> Array:
        """By how many half widths numbers of curves lie beyond what is usual, at most `ODD`, array[row, number]."""
        low, high = self.usual
        beyond = np.maximum(np.maximum(low - curves, curves - high), 0.0)
        return np.asarray(np.minimum(beyond / np.maximum((high - low) / 2, 0.02), ODD))

    def years(self, theta: Array) -> Years:
        """Free years of points theta[point, parameter], in prior standard deviations from the prior's centres."""
        table = table_of(self.scenario, self.posterior.values(theta).assign(**AS_DECLARED))
        z, cost, astray, otherwise = (
            np.stack(part, axis=1) for part in zip(*(self._seed(table, seed) for seed in SEEDS), strict=True)
        )
        return Years(z, cost.mean(1) + WEIGHT * 0.5 * (theta**2).sum(1), astray, otherwise)

    def _seed(self, table: Table, seed: int) -> tuple[Array, Array, NDArray[np.int64], NDArray[np.bool_]]:
        """Years of one seed: numbers on the scale of comparison [point, number], what missed facts and what is unusual
        cost [point], days under another regime than history's and whether the last is one [point].
        """
        observed, curves, strayed = _seen(self.bench, table, seed)
        seen = observed[:, [k for k, _ in self.asked]]
        z = np.stack([np.asarray(one.compared(seen[:, k])) for k, (_, one) in enumerate(self.asked)], axis=1)
        facts = self.posterior.facts.loc[[one.id for _, one in self.asked]]
        misses = np.asarray(softened((z - facts["centre"].to_numpy()) / facts["sd"].clip(FLOOR).to_numpy(), BEND))
        missed = UNUSUAL * self.odd(curves).sum(1)
        for k, (_, one) in enumerate(self.asked):
            missed += self.worth[k] * ((seen[:, k] < one.low) | (seen[:, k] > one.high))
            if self.worth[k] == 1:
                missed += FAR * np.array([not within_twice(float(value), one) for value in seen[:, k]])
        return (
            np.concatenate([z, curves], axis=1),
            missed + WEIGHT * 0.5 * (misses**2).sum(1),
            strayed.sum(1),
            strayed[:, -1],
        )


def representative(
    scenario: Scenario, posterior: Posterior, tell: Callable[[int], None] = lambda _: None
) -> dict[str, float]:
    """Parameters by address: the point whose free years, in the mean over `SEEDS`, cost least; see the module.

    ``tell`` is called with the number of starts, out of `STARTS`, that are done.
    """
    enable_compilation_cache()
    judge = Judge(scenario, posterior)
    points = np.vstack([posterior.theta(known) for known in (_known(scenario, posterior), posterior.draws)])
    cost = whole_cost(judge.years(points))
    found = []
    for number, row in enumerate(np.argsort(cost, kind="stable")[:STARTS]):
        tell(number)
        found.append(_moved(judge, points[row], float(cost[row])))
    best = min(found, key=lambda one: one[1])[0]
    return {str(name): float(value) for name, value in posterior.values(best[None]).iloc[0].items()}


def _known(scenario: Scenario, posterior: Posterior) -> pd.DataFrame:
    """The mode, and the point that the scenario has now, if it has a whole one: one row each."""
    given = [{name: scenario.parameters.get(name) for name in map(str, posterior.draws)}]
    return pd.DataFrame([posterior.mode, *(one for one in given if None not in one.values())])


def whole_cost(years: Years) -> Array:
    """What points cost, with what their years' regimes cost, array[point]."""
    regimes = np.minimum(ASTRAY * years.astray, LOST) + OTHERWISE * years.otherwise
    return np.asarray(years.cost + regimes.mean(1))


def _moved(judge: Judge, point: Array, cost: float) -> tuple[Array, float]:
    """A point moved as long as that makes it cheaper, and its cost: by the slopes, or where they do not help by one
    parameter.
    """
    for _ in range(ROUNDS):
        for steps in (_steps, _single):
            tried = point + steps(judge, point)
            costs = whole_cost(judge.years(tried))
            best = int(np.argmin(costs))
            if costs[best] < cost:
                point, cost = tried[best], float(costs[best])
                break
        else:
            break
    return point, cost


def _single(_: Judge, point: Array) -> Array:
    """Steps of one parameter each, array[step, parameter]."""
    return np.concatenate([reach * np.eye(len(point)) for reach in REACH])


def _steps(judge: Judge, point: Array) -> Array:
    """Steps towards the bands that a point's years miss, array[step, parameter]: whole ones and halves."""
    z = judge.years(np.vstack([point, point + STEP * np.eye(len(point))])).z
    low, high = judge.bands
    half = np.maximum((high - low) / 2, 0.02)
    slopes = np.nan_to_num((z[1:] - z[0]) / (STEP * half)).clip(-1e3, 1e3).reshape(len(point), -1).T
    below, above = (z[0] < low), (z[0] > high)
    off = np.where(below, z[0] - low - INSIDE * half, np.where(above, z[0] - high + INSIDE * half, 0.0)) / half
    missed, found = (below | above).ravel(), []
    for kept in KEPT:
        weight = np.where(missed, 1.0, kept) * np.tile(judge.weights, len(SEEDS))
        rows, aim = slopes * weight[:, None], off.ravel() * weight
        found += [-np.linalg.solve(rows.T @ rows + ridge * np.eye(len(point)), rows.T @ aim) for ridge in RIDGES]
    whole = np.array(found)
    whole *= np.minimum(1.0, LONGEST / np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-12))
    return np.vstack([whole, whole / 2])


class Seen(NamedTuple):
    """Free years of one seed as they are seen.

    targets : array[row, target], what the record would say
    curves : array[row, number], logarithms of `CURVES`, every `EVERY` days
    strayed : array[row, day], whether it is under another regime than history's
    """

    targets: Array
    curves: Array
    strayed: NDArray[np.bool_]


def _seen(bench: Bench, table: Table, seed: int) -> Seen:
    """The free year of every row."""
    count, parts = len(table.values), []
    for first in range(0, count, BATCH):
        rows = np.minimum(np.arange(first, first + BATCH), count - 1)
        years = crowd_batch(bench, np.full(BATCH, seed, np.int64), Table(table.addresses, table.values[rows]))
        curves = [np.log(years.variables[name][:, ::EVERY].astype(np.float64) + FEW) for name in CURVES]
        strayed = years.variables["regime"] != bench.days.history
        parts.append((years.observed, np.concatenate(curves, axis=1), strayed))
    return Seen(*(np.concatenate(part)[:count] for part in zip(*parts, strict=True)))
