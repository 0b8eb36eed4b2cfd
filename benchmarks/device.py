"""Crowd ensembles and people on whatever device JAX finds, beside the CPU; print JSON, tell progress on stderr.

    python benchmarks/device.py [--persons 2400000 27000000 84000000] [--batches 16 256 1024 4096] > device.json

Years of the crowd go through the ensemble's own compiled stretches, so many at once, and what an ensemble keeps comes
back to the host. People live by `people_jax`, with the three kinds of day of `people.py`; their records after three
days are compared with those of the Numba kernel, byte by byte. Every figure is the best of a few, compiled before.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import people as kinds

import dualpower as dp
from dualpower.experiment import batch
from dualpower.experiment.plan import Table, make_plan, seeds
from dualpower.population import people, people_jax

SCENARIO = "petrograd-1917"


def best(job: Callable[[], Any], repeats: int) -> float:
    """Least seconds of a job, after one that compiles it."""
    jax.block_until_ready(job())
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        jax.block_until_ready(job())
        taken.append(time.perf_counter() - begun)
    return min(taken)


def crowd(count: int, repeats: int) -> dict[str, float]:
    """So many years at once, each with a draw of the posterior and its own chance."""
    plan = make_plan(dp.load(SCENARIO), draws=count)
    bench = batch.Bench(plan.scenario, plan.job)
    batch.BATCH = count
    drawn, chance = plan.table and plan.table.rows(0, count), seeds(1, 0, count)
    seconds = best(lambda: batch.crowd_batch(bench, chance, drawn).observed, repeats)
    found = {"years": count, "seconds": round(seconds, 3), "ms_a_year": round(1000 * seconds / count, 3)}
    return found | inside(bench, drawn, chance, count, repeats)


def inside(bench: batch.Bench, drawn: Table | None, chance: Any, count: int, repeats: int) -> dict[str, float]:
    """The same without preparing the draws, and without anything coming back."""
    calls: list[tuple[Any, ...]] = []
    program = bench.program(drawn is not None)

    def spy(*given: Any) -> Any:
        calls.append(jax.device_put(given))
        return program(*given)

    object.__setattr__(bench, "program", lambda _: spy)
    batch.crowd_batch(bench, chance, drawn)
    seconds = best(lambda: [program(*given) for given in calls], repeats)
    return {"device_seconds": round(seconds, 3), "device_ms_a_year": round(1000 * seconds / count, 3)}


def persons(number: int, repeats: int) -> dict[str, Any]:
    """A day of so many persons: million person-days a second for each kind of day, and whether the bytes agree."""
    state = kinds.population(number)
    rows = people_jax.from_people(state)
    found: dict[str, Any] = {"persons": len(state.records)}
    for kind in kinds.DAYS:
        bounds = people.limits(kinds.tables_of(kind))
        seconds = best(lambda bounds=bounds: people_jax.step(rows, bounds, 5, kinds.SEED)[0].records, repeats)  # type: ignore[misc]
        found[kind] = round(len(state.records) / seconds / 1e6)
    if number <= 3_000_000:
        other = state
        for day in range(3):
            rows, _ = people_jax.step(rows, bounds, day, kinds.SEED)
            other, _ = people.step(other, bounds, day, kinds.SEED)
        found["same_as_numba"] = bool(np.array_equal(people_jax.to_people(rows).records, other.records))
    return found


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, nargs="*", default=[2_400_000, 27_000_000, 84_000_000])
    parser.add_argument("--batches", type=int, nargs="*", default=[16, 256, 1024, 4096])
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    device = jax.devices()[0]
    found: dict[str, Any] = {
        "device": device.device_kind,
        "platform": device.platform,
        "jax": jax.__version__,
        "crowd": [],
        "people": [],
    }
    for part, numbers, measure in (("people", asked.persons, persons), ("crowd", asked.batches, crowd)):
        for number in numbers:
            try:
                found[part].append(measure(number, asked.repeats))
            except Exception as error:  # a device too small for one size can still do the others
                found[part].append({"asked": number, "failed": f"{type(error).__name__}: {error}"[:300]})
            print(part, found[part][-1], file=sys.stderr, flush=True)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
