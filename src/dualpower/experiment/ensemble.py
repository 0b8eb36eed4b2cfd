"""Ensembles made, taken up again after whatever stopped them, and read back."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import warnings
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dualpower import _files, manifest
from dualpower._arguments import as_flag, as_place, check_same, check_whole
from dualpower.experiment import shards
from dualpower.experiment.drawn import Parameters
from dualpower.experiment.execute import check_executor, do_all
from dualpower.experiment.plan import Part, Plan, clauses, make_plan, source_of
from dualpower.experiment.result import Ensemble
from dualpower.experiment.work import check_reloadable, make_shard, tasks
from dualpower.population.people_share import Share
from dualpower.run import RunError
from dualpower.scenario.arrays import Choices, Imposed

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["Ensemble", "load_ensemble", "simulate_ensemble"]

Chunk = tuple[int, int]
Tell = Callable[[int, int], None]


def simulate_ensemble(
    scenario: Scenario,
    draws: int,
    *,
    seed: int = 1,
    until: str | None = None,
    people: Share | None = None,
    imposed: Imposed = False,
    choices: Choices = "history",
    noise: bool = True,
    parameters: Parameters = None,
    keep: str | Sequence[str] = "summary",
    executor: Executor | None = None,
    jobs: int | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    part: Part = (1, 1),
    tell: Tell | None = None,
    threads: int | None = None,
) -> Ensemble:
    """Simulate a scenario many times, each time with other chance.

    Parameters
    ----------
    scenario
        What is declared, with its interventions.
    draws
        How many years.
    seed
        The seed of every draw comes from it. Two ensembles with one seed, of a scenario and of the same with an
        intervention, are paired draw by draw.
    until, imposed, choices, noise
        As in `dualpower.simulate`.
    people
        Share of people that get a record of their own, or shares by place, as in `dualpower.simulate`. None for the
        crowd.
    parameters
        Parameters that differ by draw: those of the scenario's "posterior", its "point" alone, a posterior (of `fit`,
        `read_posterior`), or a table, one column an address, one row a draw. With fewer rows than draws they are taken
        in turn. What a table does not name is as in the scenario; interventions come on top. If not given, the
        scenario's posterior, and the point where there is none.
    keep
        "summary" (all but what units do, and means over groups and districts), "units" (everything, ten times as
        much), or names of variables.
    executor
        Any `concurrent.futures.Executor`; it is left open. Its workers must see the scenario's folder and ``out``; if
        they are processes, they must be started afresh ("spawn") and not be copies of this one.
    jobs
        Without an executor: processes on this machine. In a script that asks for more than one, what it does must
        stand under ``if __name__ == "__main__"``.
    out
        Folder to keep the ensemble in; an ensemble that is there is replaced. A temporary one if not given.
    resume
        Keep the shards in ``out`` that are done, and make the rest. More draws than before continue the ensemble.
    part
        Make the first of eight parts, (1, 8); `merge` puts parts together.
    tell
        Called with the number of draws that are done, and of those there will be.
    threads
        Processor cores for the people of a draw; all, or with several processes a share of them, if not given.

    Returns
    -------
    Ensemble
        If workers died it may be without some draws: a warning says which, and so does `Ensemble.missing`.

    Raises
    ------
    ScenarioError, RunError
        If something asked for is wrong, the scenario has changed since the ensemble was begun, or the disk is full.
        What is done by then is kept, and `resume` goes on with it.
    """
    plan = make_plan(scenario, draws=draws, seed=seed, until=until, people=people, imposed=imposed,
                     choices=choices, noise=noise, parameters=parameters, keep=keep, part=part)  # fmt: skip
    for name, count in (("jobs", jobs), ("threads", threads)):
        check_whole(name, 1 if count is None else count)
    check_executor(executor)
    resume = as_flag("resume", resume)
    if out is not None:
        _files.check_named(out)
    if resume and out is None:
        raise RunError("resume needs out, the folder of the ensemble")
    guard = _Temporary() if out is None else None
    folder = guard.folder if guard is not None else as_place(out)
    if executor is not None or (jobs or 1) > 1:
        check_reloadable(scenario)
    shards.check_folder(folder)
    with _files.held(folder):
        return _make(plan, folder, resume, executor, jobs or 1, threads, tell, guard)


class _Temporary:
    """A folder that goes when nobody holds it any more, or the program ends."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dualpower-ensemble-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


def _make(
    plan: Plan, folder: Path, resume: bool, executor: Executor | None, jobs: int, threads: int | None,
    tell: Tell | None, guard: object,
) -> Ensemble:  # fmt: skip
    begun = time.perf_counter()
    found = _begin(plan, folder, resume)
    done = {(shard.first, shard.stop): shard for shard in found}
    wanted = [chunk for chunk in plan.chunks if chunk not in done]
    ready, total, say = _count(list(done)), _count(list(plan.chunks)), tell or (lambda *_: None)

    def take(made: shards.Shard) -> None:
        if not (folder / made.file).exists():
            raise RunError(f"{folder / made.file}: a worker wrote it, but it is not here; give workers this folder")
        done[made.first, made.stop] = made
        say(_count(list(done)), total)

    say(ready, total)
    lost = _work(plan, folder, wanted, executor, jobs, threads, take) if wanted else []
    reasons = ", ".join(dict.fromkeys(why for _, why in lost))
    if not done:
        raise RunError(f"no draw could be made ({reasons})", 1)
    index = _finish(plan, folder, list(done.values()), time.perf_counter() - begun)
    if lost:
        warnings.warn(
            f"draws {shards.in_words(index['missing'])} of {plan.draws} are missing after a second try ({reasons}); "
            f"the others are kept in {folder}, resume makes the rest",
            stacklevel=4,
        )
    return Ensemble(folder, list(done.values()), index, plan.scenario, guard)


def _work(
    plan: Plan, folder: Path, wanted: list[Chunk], executor: Executor | None, jobs: int, threads: int | None,
    take: Callable[[shards.Shard], None],
) -> Any:  # fmt: skip
    if executor is None and jobs == 1:
        return do_all(lambda task: make_shard(task, plan.scenario), tasks(plan, folder, wanted, threads), done=take)
    threads = threads or (1 if executor is not None else max(1, (os.cpu_count() or 1) // jobs))
    return do_all(make_shard, tasks(plan, folder, wanted, threads), executor=executor, jobs=jobs, done=take)


def _count(chunks: list[Chunk]) -> int:
    return sum(stop - first for first, stop in chunks)


def _begin(plan: Plan, folder: Path, resume: bool) -> list[shards.Shard]:
    """Make the folder ready; returns the shards in it that count, and warns of those that are damaged."""
    found: list[shards.Shard] = []
    if resume:
        _check_same(plan, folder)
        found, damaged = shards.survey(folder, plan.identity)
        beyond = [shard.file for shard in found if (shard.first, shard.stop) not in plan.chunks]
        if beyond and not (folder / shards.INDEX).exists():
            raise RunError(f"{folder}: {beyond[0]} is of more draws, or of another part, than are asked for")
        for sentence in damaged:
            warnings.warn(f"{sentence}; these draws are made again", stacklevel=5)
    else:
        shards.clear(folder)
    shards.write_index(folder, {**_index(plan), "complete": False})
    shards.sweep(folder)
    if plan.table is not None:
        frame = pd.DataFrame(plan.table.values, columns=list(plan.table.addresses))
        _files.write_file(folder / shards.PARAMETERS, frame.to_csv(index=False).encode(), alone=False)
    wanted = set(plan.chunks)
    return [shard for shard in found if (shard.first, shard.stop) in wanted]


def _check_same(plan: Plan, folder: Path) -> None:
    """Raise `RunError` if the folder has another ensemble than the one asked for."""
    if not (folder / shards.INDEX).exists():
        return
    index = shards.read_index(folder)
    if found := clauses(index["about"], plan.about):
        raise RunError(f"{folder}: cannot go on with this ensemble, {'; '.join(found)}")
    if index["draws"] > plan.draws:
        raise RunError(f"{folder}: this ensemble has {index['draws']} draws; ask for at least as many")
    if tuple(index["part"]) != plan.part:
        raise RunError(f"{folder}: has part {'/'.join(map(str, index['part']))} of the ensemble; give each a folder")


def _index(plan: Plan) -> dict[str, Any]:
    """What an ensemble says of itself before it is made."""
    spec, about = plan.scenario.spec, plan.about
    extra = {"title": spec.title, "calendar": spec.calendar.system, "source": source_of(plan.scenario)}
    return {
        "about": about,
        "identity": plan.identity,
        "scenario": {**about["scenario"], **extra},
        "interventions": about["interventions"],
        "seed": plan.seed,
        "draws": plan.draws,
        "part": list(plan.part),
        "switches": about["switches"],
        "names": {
            "regimes": {regime.id: regime.name for regime in spec.regimes},
            "outcomes": {outcome.regime: outcome.sentence for outcome in spec.outcomes},
        },
    }


def _finish(plan: Plan, folder: Path, done: list[shards.Shard], seconds: float) -> dict[str, Any]:
    """Write the index of what there is now, and remove files that a longer ensemble has made needless."""
    chunks = {(shard.first, shard.stop) for shard in done}
    missing = [chunk for chunk in plan.chunks if chunk not in chunks]
    index = {**_index(plan), **written(folder, done), "complete": not missing, "missing": missing,
             **manifest.machine(), "wall_seconds": round(seconds, 3)}  # fmt: skip
    for path in folder.glob(shards.PATTERN):
        if path.name not in index["shards"]:
            path.unlink(missing_ok=True)
    shards.write_index(folder, index)
    return index


def written(folder: Path, done: Sequence[shards.Shard]) -> dict[str, Any]:
    """The files of an ensemble with the fingerprints of their numbers, for its index."""
    ordered = sorted(done, key=lambda shard: shard.first)
    return {"shards": {shard.file: {"draws": [shard.first, shard.stop], "content": shard.content,
                                    "bytes": (folder / shard.file).stat().st_size} for shard in ordered}}  # fmt: skip


def load_ensemble(folder: str | Path, scenario: Scenario | None = None) -> Ensemble:
    """Read an ensemble that was kept in a folder.

    Parameters
    ----------
    folder
        Its folder.
    scenario
        What was simulated, with its interventions, if at hand; else it is found again by the index when needed.

    Raises
    ------
    RunError
        If the folder is no ensemble, is unfinished or damaged, or of another scenario.
    """
    place = as_place(folder)
    index = shards.read_index(place)
    if scenario is not None:
        check_same(scenario, index, f"{place}: an ensemble")
    if "shards" not in index:
        raise RunError(f"{place}: this ensemble is unfinished; go on with it by resume, then read it")
    found = []
    for name, said in index["shards"].items():
        shard = shards.read_shard(place / name)
        if (shard.identity, shard.content) != (index["identity"], said["content"]):
            raise RunError(f"{place / name}: of another ensemble than {shards.INDEX} beside it")
        found.append(shard)
    if not found:
        raise RunError(f"{place}: this ensemble has no draws yet")
    made = Ensemble(place, found, index, scenario)
    _check_whole(made)
    return made


def _check_whole(made: Ensemble) -> None:
    """Raise `RunError` if draws are not there that the index says are, or the table of parameters is another."""
    (number, of), draws = made.index["part"], int(made.index["draws"])
    size = int(made.index["switches"].get("draws_per_shard", draws))
    asked = sum(min(first + size, draws) - first for first in range(0, draws, size)[number - 1 :: of])
    if made.draws + sum(stop - first for first, stop in made.missing) != asked:
        raise RunError(f"{made.folder}: damaged, its index names {asked} draws, and files of {made.draws}")
    _ = made.table
