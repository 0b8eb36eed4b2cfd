"""Time one year of the crowd in a running process, on one core; print JSON. Started by measure.py."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from statistics import median
from typing import Any

SCENARIO, REPEATS, SEEDS = "petrograd-1917", 101, 16


def bind_to_one_core() -> None:
    """Keep this process, and so XLA, to one core; must come before the first import of JAX."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"
    os.environ["DUALPOWER_CACHE"] = "off"


def times(job: Callable[[], Any], repeats: int) -> list[float]:
    """Return the processor times of a job in ms, in order; the first includes its compilation.

    On a machine that others use, they say what a job costs; wall time would say how long it waited for its turn.
    """
    import jax

    def once() -> float:
        start = time.process_time()
        jax.block_until_ready(job())
        return 1000 * (time.process_time() - start)

    return [once() for _ in range(repeats)]


def main() -> None:
    """Compile a year and 16 years at once, time them, print the figures."""
    bind_to_one_core()
    import jax
    import numpy as np

    import dualpower as dp
    from dualpower._cache import quick_to_run
    from dualpower.point import parameters
    from dualpower.population import crowd
    from dualpower.population.chance import with_chance
    from dualpower.scenario.arrays import compile_days, compile_names, compile_world
    from dualpower.scenario.world import Days

    scenario = dp.load(SCENARIO)
    names = compile_names(scenario)
    # As an ensemble does, what all years share is handed over once.
    world, params = jax.device_put((compile_world(scenario, names), parameters(scenario, names)))
    path = compile_days(scenario, names, None)
    years = [with_chance(path, names, seed, noise=True) for seed in range(1, SEEDS + 1)]
    state = crowd.init(world, Days(*(rows[0] for rows in years[0])))
    # Outputs are as in a run: every quantity of every day.
    single = times(lambda: crowd.compiled_year(params, world, years[0], state), REPEATS)
    chance = [name for name in Days._fields if name.startswith(("mood", "chance"))]
    stacked = years[0]._replace(**{name: np.stack([getattr(year, name) for year in years]) for name in chance})
    axes = Days(*(0 if name in chance else None for name in Days._fields))
    by_seed = jax.vmap(crowd.year, in_axes=(None, None, axes, None), out_axes=crowd.Year(0, 1))  # days first
    batch = jax.jit(by_seed, compiler_options=quick_to_run())
    together = times(lambda: batch(params, world, stacked, state), REPEATS // 10 + 1)
    figures = {
        "units": len(names.units),
        "days": len(years[0].day),
        "compile_s": round(single[0] / 1000, 2),
        "year_ms": round(median(single[1:]), 2),
        "year_min_ms": round(min(single[1:]), 2),
        "batched_year_ms": round(median(together[1:]) / SEEDS, 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
