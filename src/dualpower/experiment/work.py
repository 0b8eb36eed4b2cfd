"""A piece of an ensemble, as a worker gets it and does it: some draws, written as one file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from dualpower._cache import enable_compilation_cache
from dualpower.experiment import batch
from dualpower.experiment.compact import labelled
from dualpower.experiment.people_batch import years_of_people
from dualpower.experiment.plan import BATCH, Job, Plan, seeds
from dualpower.experiment.shards import Shard, write_shard
from dualpower.experiment.table import Table
from dualpower.run import RunError
from dualpower.scenario import Scenario, load

_UNSEEN = ("units", "districts", "series", "targets", "quiet", "record", "changes", "cells", "commuting")


@dataclass(frozen=True)
class Task:
    """One shard to be made.

    Attributes
    ----------
    job
        What all draws have in common.
    identity
        Fingerprint of the ensemble.
    folder
        Where the file goes; workers elsewhere must see the same folder.
    first, stop
        Its draws.
    seeds
        One a draw, and for the crowd so many more that they fill whole batches.
    table
        Parameters, one row for each seed; or None.
    threads
        Cores for people; None for all of the machine. No result depends on it.
    """

    job: Job
    identity: str
    folder: str
    first: int
    stop: int
    seeds: NDArray[np.int64]
    table: Table | None
    threads: int | None = None


def tasks(plan: Plan, folder: Path, chunks: list[tuple[int, int]], threads: int | None = None) -> list[Task]:
    """Pieces of work for some shards of a plan."""
    return [replace(_task(plan, folder, first, stop), threads=threads) for first, stop in chunks]


def _task(plan: Plan, folder: Path, first: int, stop: int) -> Task:
    # A short last batch is filled with the draws that would come next: the shape of a compiled call, and with it the
    # last bit of every number, must not depend on how many draws are asked for.
    whole = stop if plan.job.people is not None else first + -(-(stop - first) // BATCH) * BATCH
    table = None if plan.table is None else plan.table.rows(first, whole)
    return Task(plan.job, plan.identity, str(folder.resolve()), first, stop, seeds(plan.seed, first, whole), table)


def make_shard(task: Task, scenario: Scenario | None = None) -> Shard:
    """Make the draws of a task and write them; the scenario is loaded from its folder unless it is at hand.

    Raises
    ------
    RunError, ScenarioError
        If the scenario cannot be loaded or has changed, or if the file cannot be written.
    """
    bench = _bench(task.job) if scenario is None else _bench_of(scenario, task.job)
    count, last, size = task.stop - task.first, len(task.seeds), bench.together
    drawn = batch.joined([_draw(bench, task, k, min(k + size, last)) for k in range(0, last, size)])
    data = dataset(bench, batch.first(drawn, count), task)
    return write_shard(Path(task.folder), data, task.identity)


def _draw(bench: batch.Bench, task: Task, first: int, stop: int) -> batch.Drawn:
    """Some draws: of the crowd as many as a batch has places, of people at most as many as share a call."""
    table = None if task.table is None else replace(task.table, values=task.table.values[first:stop])
    enable_compilation_cache()
    if bench.job.people is None:
        return batch.crowd_batch(bench, task.seeds[first:stop], table)
    return batch.joined(years_of_people(bench, task.seeds[first:stop], table, task.threads))


def dataset(bench: batch.Bench, drawn: batch.Drawn, task: Task) -> xr.Dataset:
    """Label the draws of a task."""
    data = labelled(drawn.variables, bench.coordinates, bench.names.regimes)
    happened = {"long_name": "number of the day on which an event happened, 0 for the first, -1 if it did not"}
    data["event_day"] = (("draw", "event"), drawn.happened, happened)
    data["simulated"] = (("draw", "target"), drawn.observed, {"long_name": "what the record would say of this draw"})
    more: dict[str, Any] = {
        "event": bench.coordinates["event"],
        "target": np.array([one.id for one in bench.observations], dtype=str),
        "draw": np.arange(task.first, task.stop),
        "seed": ("draw", task.seeds[: task.stop - task.first]),
    }
    calendar = bench.scenario.spec.calendar.system
    return data.assign_coords(more).assign_attrs(title=bench.scenario.spec.title, calendar=calendar)


@lru_cache(maxsize=4)
def _bench(job: Job) -> batch.Bench:
    """The bench of a job in this process, its scenario loaded from its folder."""
    scenario = load(job.source)
    if scenario.content_hash != job.content_hash:
        raise RunError(f"{job.source}: the scenario's files have changed since this ensemble was begun")
    return batch.Bench(replace(scenario, interventions=job.interventions), job)


_AT_HAND: list[batch.Bench] = []
"""The bench used last for a scenario at hand: its compiled program serves the next shard, and the next ensemble."""


def _bench_of(scenario: Scenario, job: Job) -> batch.Bench:
    for bench in _AT_HAND:
        if bench.scenario is scenario and bench.job == job:
            return bench
    _AT_HAND[:] = [batch.Bench(scenario, job)]
    return _AT_HAND[0]


def check_reloadable(scenario: Scenario) -> None:
    """Raise `RunError` if a worker that loads the scenario from its folder would get another one."""
    again = load(scenario.folder)
    changed = [name for name in _UNSEEN if not getattr(again, name).equals(getattr(scenario, name))]
    changed += ["parameters"] if dict(again.parameters) != dict(scenario.parameters) else []
    changed += [name for name in ("spec", "timeline", "claims") if getattr(again, name) != getattr(scenario, name)]
    if changed or again.content_hash != scenario.content_hash:
        what = ", ".join(changed) or "files"
        raise RunError(
            f"{scenario.folder}: workers load the scenario from there, but it differs from the one at hand ({what}); "
            "write it to a folder of its own, or use neither jobs nor an executor"
        )
