"""One point for runs of a single year: a point of the posterior whose free years meet most of the fitted targets.

The mode fits best with history imposed and no daily shocks; a single run has both chance and shocks, and the mode is no
better in it than many draws. So the best of the draws are moved a little: by Gauss-Newton steps towards the bands that
their free years miss, with slopes by differences between years that share all chance, shortened by a ridge that keeps
the point among the draws. Its years should also end in the regime in which history's year ended: who runs a single year
wants to see that one, and how likely it was only an ensemble can say. So the end of a single run is chosen, not found;
held-out targets are not looked at, and no forecast or claim uses the point. Source: ours; steps as in Levenberg (1944),
Quarterly of Applied Mathematics 2.
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
from dualpower.experiment.plan import BATCH, Table, make_plan, table_of
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

FAR, OTHERWISE, WEIGHT = 3.0, 10.0, 1 / 40
"""A target outside its band costs 1. What it costs besides if it is beyond twice its band; what it costs if a year ends
otherwise than history's; and the weight of minus the log-density.
"""

STARTS, ROUNDS = 4, 4
"""Draws that are moved, and steps of each at most."""

STEP = 0.05
"""Prior standard deviations by which a slope is measured."""

RIDGES, KEPT = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0), (0.1, 0.3, 1.0)
"""Ridges that are tried, and how much what is inside its band counts for staying where it is."""

LONGEST = 3.0
"""Longest step, in prior standard deviations: farther off, the slopes say nothing."""

INSIDE = 0.2
"""How far inside its band a missed target is aimed, in half widths."""

Array = NDArray[np.float64]


class Years(NamedTuple):
    """Free years of some points: what they say on the scale of comparison, and what that costs.

    z : array[point, seed, target]
    cost : array[point], but for the end
    end : array[point, seed], number of the last day's regime
    """

    z: Array
    cost: Array
    end: NDArray[np.int64]


@dataclass(frozen=True)
class Judge:
    """Lives free years of a posterior's points, and says how far they are from the fitted facts."""

    scenario: Scenario
    posterior: Posterior

    @cached_property
    def bench(self) -> Bench:
        """What all years share; quiet days are observed like targets."""
        scenario, posterior = self.scenario, self.posterior
        facts = pd.concat([scenario.targets, scenario.quiet.assign(split="calibrate")], ignore_index=True).fillna("")
        until = max(posterior.until, scenario.spec.calendar.end)
        plan = make_plan(scenario, draws=BATCH, until=until, parameters=posterior.draws)
        return Bench(replace(scenario, targets=facts), plan.job)

    @property
    def history(self) -> int:
        """Number of the regime in which history's year ended."""
        return int(self.bench.days.history[-1])

    @cached_property
    def asked(self) -> list[tuple[int, Observation]]:
        """The fitted facts: column among the bench's observations, and observation."""
        return [(k, one) for k, one in enumerate(self.bench.observations) if one.id in self.posterior.facts.index]

    @cached_property
    def targets(self) -> NDArray[np.bool_]:
        """Which of them are targets, and no quiet days."""
        quiet = set(self.scenario.quiet["target_id"])
        return np.array([one.id not in quiet for _, one in self.asked])

    @cached_property
    def bands(self) -> tuple[Array, Array]:
        """Lower and upper ends of the targets' bands on the scale of comparison."""
        ends = ([one.compared(end) for (_, one), is_target in zip(self.asked, self.targets, strict=True) if is_target
                 for end in (one.low, one.high)])  # fmt: skip
        low, high = np.asarray(ends, np.float64).reshape(-1, 2).T
        return low, high

    def years(self, theta: Array) -> Years:
        """Free years of points theta[point, parameter], in prior standard deviations from the prior's centres."""
        table = table_of(self.scenario, self.posterior.values(theta))
        z, cost, end = (
            np.stack(part, axis=1) for part in zip(*(self._seed(table, seed) for seed in SEEDS), strict=True)
        )
        return Years(z, cost.mean(1) + WEIGHT * 0.5 * (theta**2).sum(1), end)

    def _seed(self, table: Table, seed: int) -> tuple[Array, Array, NDArray[np.int64]]:
        """Years of one seed: targets on the scale of comparison [point, target], what their misses and those of quiet
        days cost [point], and how they end [point].
        """
        seen, end = _seen(self.bench, table, seed)
        seen = seen[:, [k for k, _ in self.asked]]
        z = np.stack([np.asarray(one.compared(seen[:, k])) for k, (_, one) in enumerate(self.asked)], axis=1)
        facts = self.posterior.facts.loc[[one.id for _, one in self.asked]]
        misses = np.asarray(softened((z - facts["centre"].to_numpy()) / facts["sd"].clip(FLOOR).to_numpy(), BEND))
        missed = np.zeros(len(seen))
        for k in np.flatnonzero(self.targets):
            one = self.asked[k][1]
            outside = (seen[:, k] < one.low) | (seen[:, k] > one.high)
            missed += outside + FAR * np.array([not within_twice(float(value), one) for value in seen[:, k]])
        return z[:, self.targets], missed + WEIGHT * 0.5 * (misses**2).sum(1), end


def representative(
    scenario: Scenario, posterior: Posterior, tell: Callable[[int], None] = lambda _: None
) -> dict[str, float]:
    """Parameters by address: the point whose free years, in the mean over `SEEDS`, cost least; see the module.

    ``tell`` is called with the number of starts, out of `STARTS`, that are done.
    """
    enable_compilation_cache()
    judge = Judge(scenario, posterior)
    points = np.vstack([posterior.theta(pd.DataFrame([posterior.mode])), posterior.theta(posterior.draws)])
    cost = whole_cost(judge.years(points), judge.history)
    found = []
    for number, row in enumerate(np.argsort(cost, kind="stable")[:STARTS]):
        tell(number)
        found.append(_moved(judge, points[row], float(cost[row])))
    best = min(found, key=lambda one: one[1])[0]
    return {str(name): float(value) for name, value in posterior.values(best[None]).iloc[0].items()}


def whole_cost(years: Years, history: int) -> Array:
    """What points cost, with years that end in another regime than history's, array[point]."""
    return np.asarray(years.cost + OTHERWISE * (years.end != history).mean(1))


def _moved(judge: Judge, point: Array, cost: float) -> tuple[Array, float]:
    """A point moved as long as that makes it cheaper, and its cost."""
    for _ in range(ROUNDS):
        tried = point + _steps(judge, point)
        costs = whole_cost(judge.years(tried), judge.history)
        best = int(np.argmin(costs))
        if not costs[best] < cost:
            break
        point, cost = tried[best], float(costs[best])
    return point, cost


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
        weight = np.where(missed, 1.0, kept)
        rows, aim = slopes * weight[:, None], off.ravel() * weight
        found += [-np.linalg.solve(rows.T @ rows + ridge * np.eye(len(point)), rows.T @ aim) for ridge in RIDGES]
    whole = np.array(found)
    whole *= np.minimum(1.0, LONGEST / np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-12))
    return np.vstack([whole, whole / 2])


def _seen(bench: Bench, table: Table, seed: int) -> tuple[Array, NDArray[np.int64]]:
    """What the record would say of the free year of every row, array[row, target], and its last regime, array[row]."""
    count, seen, end = len(table.values), [], []
    for first in range(0, count, BATCH):
        rows = np.minimum(np.arange(first, first + BATCH), count - 1)
        years = crowd_batch(bench, np.full(BATCH, seed, np.int64), Table(table.addresses, table.values[rows]))
        seen.append(years.observed[: count - first])
        end.append(years.variables["regime"][: count - first, -1].astype(np.int64))
    return np.concatenate(seen), np.concatenate(end)
