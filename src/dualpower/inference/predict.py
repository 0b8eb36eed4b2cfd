"""Predictive draws: what the model says of every target, with all that it does not know.

For each draw of the parameters a year is simulated with chance of its own. To its number on the scale of comparison are
added the error with which the record was observed (the target's own standard deviation) and the accidents of one day
(`record.accidents`). Both are keyed by seed, target and draw, so that two models are disturbed alike.

    z[draw, target] = compared(run[draw]) + sd[target] * normal + event_noise[target] * normal

History is imposed up to the origin. After it, in the reading `history` regimes and choices are still those that were
made; in the reading `rules` the year is free and choices go by their rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower._cache import enable_compilation_cache
from dualpower.experiment.batch import Bench, crowd_batch
from dualpower.experiment.drawn import Parameters
from dualpower.experiment.plan import BATCH, make_plan, seeds
from dualpower.experiment.table import Table
from dualpower.inference.points import Point, target_points
from dualpower.population import draws as keyed
from dualpower.record.accidents import event_noise
from dualpower.scenario.arrays import Choices, Imposed

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["Predicted", "pooled", "predict", "simulated"]


@dataclass(frozen=True)
class Predicted:
    """What the model says of targets.

    Attributes
    ----------
    points : the targets
    natural : array[draw, target], numbers of the runs in the record's units, without error or noise
    draws : array[draw, target], predictive draws on the scale of comparison
    """

    points: tuple[Point, ...]
    natural: NDArray[np.float64]
    draws: NDArray[np.float64]


def predict(
    scenario: Scenario,
    parameters: pd.DataFrame | None,
    *,
    origin: str,
    choices: Choices = "history",
    draws: int | None = None,
    seed: int = 1,
    until: str | None = None,
    noise: bool = True,
) -> Predicted:
    """Predict the scenario's targets.

    Parameters
    ----------
    scenario : with its interventions, which come on top of the parameters
    parameters : one row a draw of the posterior, one column an address; taken in turn. None: the scenario's point.
    origin : last day of which anything is known
    choices : the reading, see above
    draws : how many; one for each row of the parameters if not given
    seed : of chance, observation error and accidents
    until : last day that is simulated; the scenario's end if not given
    noise : daily shocks to moods, and chance in the sizes of events after the origin

    Raises
    ------
    ScenarioError, RunError
        If a date is no day of the scenario, or the table has no such parameter.
    """
    count = draws or (1 if parameters is None else len(parameters))
    scenario.day_index(origin)
    imposed: Imposed = True if choices == "history" else origin
    natural, ids = simulated(
        scenario, parameters, count, seed=seed, until=until, imposed=imposed, choices=choices, noise=noise, told=origin
    )
    asked = {one.id: one for one in target_points(scenario)}
    points = tuple(asked[name] for name in ids)
    return Predicted(points, natural, disturbed(points, natural, seed))


def pooled(each: Sequence[Predicted], seed: int, shares: Sequence[float] = ()) -> Predicted:
    """Several predictions of the same targets as one: a mixture, with as many draws as there are for it.

    Disturbances are drawn anew, so that none serves two draws.

    Parameters
    ----------
    each : predictions
    seed : of the disturbances
    shares : of each prediction in the mixture, which sum to 1; equal if not given
    """
    parts = np.array(shares or np.full(len(each), 1 / len(each)))
    draws = min(len(one.natural) / part for one, part in zip(each, parts, strict=True) if part > 0)
    counts = np.diff(np.floor(np.cumsum([0.0, *parts]) * draws + 1e-6).astype(int))
    natural = np.concatenate([one.natural[:count] for one, count in zip(each, counts, strict=True)])
    return Predicted(each[0].points, natural, disturbed(each[0].points, natural, seed))


def simulated(
    scenario: Scenario, parameters: pd.DataFrame | None, draws: int, *, seed: int = 1, **path: Any
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Numbers of so many runs, array[draw, target], in the record's units, and the targets' ids.

    ``path`` has `until`, `imposed`, `choices` and `noise`, as `dualpower.simulate` takes them, and `told`, the last day
    that the parameters were fitted to.
    """
    enable_compilation_cache()
    given: Parameters = "point" if parameters is None else parameters
    plan = make_plan(scenario, draws=draws, seed=seed, parameters=given, keep=("regime",), **path)
    bench = Bench(plan.scenario, plan.job)
    parts = [_batch(bench, plan.seed, plan.table, first) for first in range(0, draws, BATCH)]
    return np.concatenate(parts)[:draws], tuple(one.id for one in bench.observations)


def _batch(bench: Bench, seed: int, table: Table | None, first: int) -> NDArray[np.float64]:
    rows = None if table is None else table.rows(first, first + BATCH)
    return crowd_batch(bench, seeds(seed, first, first + BATCH), rows).observed


def disturbed(points: tuple[Point, ...], natural: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Numbers of runs on the scale of comparison, with observation error and accidents, array[draw, target]."""
    if not points:
        return natural.copy()
    names = tuple(one.id for one in points)
    rows = np.arange(len(natural))
    error, accident = (keyed.normals(seed, what, names, rows) for what in ("observation error", "accident of a day"))
    compared = [one.observation.compared(column) for one, column in zip(points, natural.T, strict=True)]
    sd = np.array([one.observation.sd for one in points])
    own = np.array([event_noise(one.observation) for one in points])
    return np.asarray(np.stack(compared, axis=1) + sd * error + own * accident, np.float64)
