"""One point for runs of a single year: the draw whose free years meet most of the targets that were fitted.

The mode fits best with history imposed and no daily shocks; a single run has both chance and shocks, and the mode is no
better in it than many draws. Held-out targets are not looked at. Source: ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower._cache import enable_compilation_cache
from dualpower.experiment.batch import Bench, crowd_batch
from dualpower.experiment.plan import BATCH, Table, make_plan, table_of

if TYPE_CHECKING:
    from dualpower.inference.posterior import Posterior
    from dualpower.scenario import Scenario

__all__ = ["representative"]

SEEDS = (1, 2, 3)
"""Seeds of the years that are looked at."""


def representative(scenario: Scenario, posterior: Posterior) -> dict[str, float]:
    """Parameters by address: of the mode and all draws, the one with the most fitted targets inside their bands, in the
    mean over `SEEDS`; the first of equals, the mode before all.
    """
    enable_compilation_cache()
    rows = pd.concat([pd.DataFrame([posterior.mode]), posterior.draws], ignore_index=True)[list(posterior.draws)]
    plan = make_plan(scenario, draws=BATCH, until=posterior.until, parameters=rows)
    bench, table = Bench(scenario, plan.job), table_of(scenario, rows)
    met = np.mean([_met(bench, table, seed, set(posterior.facts.index)) for seed in SEEDS], axis=0)
    return {str(name): float(value) for name, value in rows.iloc[int(met.argmax())].items()}


def _met(bench: Bench, table: Table, seed: int, facts: set[str]) -> NDArray[np.int64]:
    """How many of the facts each row of a table meets in one free year, array[row]."""
    asked = [k for k, one in enumerate(bench.observations) if one.id in facts]
    low, high = (np.array([getattr(bench.observations[k], end) for k in asked]) for end in ("low", "high"))
    count, found = len(table.values), []
    for first in range(0, count, BATCH):
        rows = np.minimum(np.arange(first, first + BATCH), count - 1)
        years = crowd_batch(bench, np.full(BATCH, seed, np.int64), Table(table.addresses, table.values[rows]))
        seen = years.observed[: count - first, asked]
        found.append(((low <= seen) & (seen <= high)).sum(axis=1))
    return np.concatenate(found)
