"""One point for runs of a single year: the draw whose free years meet most of the targets that were fitted.

The mode fits best with history imposed and no daily shocks; a single run has both chance and shocks, and the mode is no
better in it than many draws. Of draws that meet as many targets, the one whose years are nearest to all facts is taken,
quiet days among them. Held-out targets are not looked at. Source: ours.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower._cache import enable_compilation_cache
from dualpower.experiment.batch import Bench, crowd_batch
from dualpower.experiment.plan import BATCH, Table, make_plan, table_of
from dualpower.record.errors import softened

if TYPE_CHECKING:
    from dualpower.inference.posterior import Posterior
    from dualpower.scenario import Scenario

__all__ = ["representative"]

SEEDS = (1, 2, 3)
"""Seeds of the years that are looked at."""

FLOOR, BEND = 0.1, 3.0
"""Smallest standard deviation of a fact, and standard deviations beyond which a miss counts linearly."""


class Years(NamedTuple):
    """Free years of one seed, array[row of a table]: targets inside their bands, and misfit to all facts."""

    met: NDArray[np.float64]
    misfit: NDArray[np.float64]


def representative(scenario: Scenario, posterior: Posterior) -> dict[str, float]:
    """Parameters by address: of the mode and all draws, the one with the most fitted targets inside their bands in the
    mean over `SEEDS`; of equals, the one with the smallest misfit.
    """
    enable_compilation_cache()
    rows = pd.concat([pd.DataFrame([posterior.mode]), posterior.draws], ignore_index=True)[list(posterior.draws)]
    plan = make_plan(scenario, draws=BATCH, until=posterior.until, parameters=rows)
    facts = pd.concat([scenario.targets, scenario.quiet.assign(split="calibrate")], ignore_index=True).fillna("")
    bench, table = Bench(replace(scenario, targets=facts), plan.job), table_of(scenario, rows)
    years = [_years(bench, table, seed, posterior.facts, set(scenario.quiet["target_id"])) for seed in SEEDS]
    met, misfit = (np.mean([getattr(year, name) for year in years], axis=0) for name in Years._fields)
    best = min(range(len(rows)), key=lambda row: (-round(float(met[row]), 6), float(misfit[row])))
    return {str(name): float(value) for name, value in rows.iloc[best].items()}


def _years(bench: Bench, table: Table, seed: int, facts: pd.DataFrame, quiet: set[str]) -> Years:
    """Free years of every row of a table."""
    asked = [(k, one) for k, one in enumerate(bench.observations) if one.id in facts.index]
    ids = [one.id for _, one in asked]
    low, high = (np.array([getattr(one, end) for _, one in asked]) for end in ("low", "high"))
    centre, sd = facts.loc[ids, "centre"].to_numpy(), np.maximum(facts.loc[ids, "sd"].to_numpy(), FLOOR)
    target = np.array([name not in quiet for name in ids])
    seen = _seen(bench, table, seed)[:, [k for k, _ in asked]]
    compared = np.stack([np.asarray(one.compared(seen[:, k])) for k, (_, one) in enumerate(asked)], axis=1)
    misses = np.asarray(softened((compared - centre) / sd, BEND))
    return Years(((low <= seen) & (seen <= high)) @ target.astype(float), 0.5 * (misses**2).sum(axis=1))


def _seen(bench: Bench, table: Table, seed: int) -> NDArray[np.float64]:
    """What the record would say of the free year of every row, array[row, target]."""
    count, found = len(table.values), []
    for first in range(0, count, BATCH):
        rows = np.minimum(np.arange(first, first + BATCH), count - 1)
        years = crowd_batch(bench, np.full(BATCH, seed, np.int64), Table(table.addresses, table.values[rows]))
        found.append(years.observed[: count - first])
    return np.concatenate(found)
