"""``dualpower run``: simulate a scenario, say how it ends, and keep it if asked to."""

from __future__ import annotations

import contextlib
import os
import shlex
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click

from dualpower.cli import _scores
from dualpower.cli._errors import BAD_INPUT, IN_PART, INTERRUPTED, OK, StopError
from dualpower.cli._interrupt import terminable, undisturbed
from dualpower.cli._people import Share, about_people, check_people, other_switches, share
from dualpower.cli._progress import Progress
from dualpower.cli._scenario import SEEDS, intervention_options, load_scenario
from dualpower.cli._show import overview
from dualpower.cli._text import say, say_json

if TYPE_CHECKING:
    from dualpower.checkpoint import Checkpoint
    from dualpower.run import Run
    from dualpower.scenario import Scenario


class Plan(NamedTuple):
    """What is to be run, and where it is kept."""

    scenario: Scenario
    seed: int
    until: str | None
    folder: Path | None
    quiet: bool
    people: Share | None = None
    start: Checkpoint | None = None


@click.command()
@click.argument("scenario")
@click.option("--seed", type=SEEDS, help="Seed of all chance.  [default: 1]")
@click.option("--until", metavar="DATE", help="Last day, in the scenario's calendar.  [default: its end]")
@click.option(
    "--people",
    is_flag=False,
    flag_value="1",
    metavar="[SHARE]",
    callback=share,
    expose_value=True,
    help="Give people a record each: everyone, or a SHARE such as 0.1, or some places: city=1,country=0.01.",
)
@intervention_options
@click.option(
    "--draws", type=click.IntRange(1), metavar="N", help="Simulate N years that differ in chance, and in parameters."
)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="With --draws: use N processes.  [default: 1]")
@click.option("--shard", metavar="I/N", help="With --draws: make part I of N; `dualpower merge` puts them together.")
@click.option(
    "--parameters",
    type=click.Choice(["posterior", "point"]),
    help="With --draws: parameters from the scenario's posterior, or one point.  [default: posterior, if there is one]",
)
@click.option("-o", "--out", "--output", "output", metavar="DIR", help="Keep the run in this folder.")
@click.option("--resume", is_flag=True, help="Go on with an interrupted run in DIR.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@click.option("--no-report", is_flag=True, help="Leave report.html out.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.pass_context
def run(
    context: click.Context,
    scenario: str,
    seed: int | None,
    until: str | None,
    people: Share | None,
    do: tuple[str, ...],
    scale: tuple[str, ...],
    changes: tuple[str, ...],
    draws: int | None,
    jobs: int | None,
    shard: str | None,
    parameters: Literal["posterior", "point"] | None,
    output: str | None,
    resume: bool,
    as_json: bool,
    no_report: bool,
    quiet: bool,
) -> int:
    """Simulate SCENARIO (a name from the library, or a folder) and say how it ends.

    With -o, DIR gets manifest.json, trajectories.nc, events.csv, score.csv and report.html; a run that is already there
    is replaced. Without, nothing is written. With --draws it gets ensemble.json, files of draws, tables and a report.
    """
    for name, given in (("--jobs", jobs), ("--shard", shard), ("--parameters", parameters)):
        if draws is None and given is not None:
            raise StopError(f"{name} goes together with --draws", BAD_INPUT)
    if resume and output is None:
        raise StopError("--resume needs -o DIR, the folder of the interrupted run", BAD_INPUT)
    from dualpower.scenario.sense import check_reached

    declared = load_scenario(scenario, do, scale, changes)
    _check_until(declared, until)
    check_reached(declared, until)
    check_people(declared, people)
    folder = _folder(declared, output)
    if draws is not None:
        from dualpower.cli._ensemble import Wanted, part_of, run_ensemble

        part, report = part_of(shard), not no_report
        wanted = Wanted(
            declared, draws, jobs or 1, part, seed, until, folder, resume, report, quiet, people, parameters
        )
        return run_ensemble(wanted, as_json, list(context.obj or []))
    plan = Plan(declared, 1 if seed is None else seed, until, folder, quiet, people)
    if resume and folder is not None:
        found, plan = _earlier(plan, folder, seed)
        if found is not None:
            click.echo(f"{folder}: this run is complete, nothing was done", err=True)
            return _present(found, found.score(), folder, as_json, [])
    from dualpower._files import held

    with held(folder):
        finished = _simulate(plan, list(context.obj or []))
        if folder is None:
            return _present(finished, finished.score(), None, as_json, [])
        from dualpower.cli._keep import keep

        scores, missing = keep(finished, folder, not no_report)
    return _present(finished, scores, folder, as_json, missing)


def _folder(scenario: Scenario, output: str | None) -> Path | None:
    """Folder of the run; stops if it is nameless, or that of the scenario."""
    if output is None:
        return None
    folder = Path(output)
    if not output.strip():
        raise StopError("-o: the name of the folder is empty", BAD_INPUT)
    if os.path.realpath(folder) == os.path.realpath(scenario.folder):  # a circle of links is refused where it is made
        raise StopError(f"-o {output}: that is the scenario's own folder; choose another for the run", BAD_INPUT)
    return folder


def _check_until(scenario: Scenario, until: str | None) -> None:
    """Stop if `until` is no day of the scenario (it lies outside its dates, or there is no such day)."""
    try:
        scenario.days(until)
    except ValueError as error:
        raise StopError(f"--until {until}: {error}", BAD_INPUT) from error


def _earlier(plan: Plan, folder: Path, seed: int | None) -> tuple[Run | None, Plan]:
    """Find what DIR has of this run: the whole of it, or where to go on."""
    from dualpower import checkpoint
    from dualpower.run import RunError, check_place, load_run

    point, manifest = checkpoint.load_checkpoint(folder), _manifest(folder)
    before = point.about if point else manifest
    if before is None:
        check_place(folder)
        click.echo(f"{folder}: no earlier run here, starting from the beginning", err=True)
        return None, plan
    if seed is None:
        plan = plan._replace(seed=int(before["seed"]))
    if plan.people is None:
        plan = plan._replace(people=before.get("switches", {}).get("people"))
    wanted = about_people(plan.scenario, plan.seed, plan.people)
    same = manifest and not [*checkpoint.differences(manifest, wanted), *other_switches(manifest, plan.people)]
    if manifest and manifest["complete"] and same:
        _same_end(plan, manifest["dates"]["last"])
        try:
            return load_run(folder, plan.scenario), plan
        except RunError as error:
            raise StopError(f"{error}; run again without --resume", BAD_INPUT) from error
    if differences := [*checkpoint.differences(before, wanted), *other_switches(before, plan.people)]:
        raise StopError(f"{folder}: cannot go on with this run, {'; '.join(differences)}", BAD_INPUT)
    if point is None:
        raise StopError(f"{folder}: this run is unfinished and its checkpoint is gone; run without --resume", BAD_INPUT)
    if point.last_day >= plan.scenario.days(plan.until)[-1]:
        raise StopError(f"{folder}: this run has passed that day, it is done to {point.last_day}", BAD_INPUT)
    return None, plan._replace(start=point)


def _manifest(folder: Path) -> dict[str, Any] | None:
    from dualpower.run import MANIFEST, read_manifest

    return read_manifest(folder) if (folder / MANIFEST).exists() else None


def _same_end(plan: Plan, last: str) -> None:
    wanted = plan.until or plan.scenario.spec.calendar.end
    if wanted != last:
        raise StopError(
            f"{plan.folder}: this run is complete and ends on {last}, not {wanted}; run without --resume", BAD_INPUT
        )


def _simulate(plan: Plan, words: list[str]) -> Run:
    """Simulate, with the month's ends kept if there is a folder; what Ctrl-C leaves is saved."""
    from dualpower.checkpoint import Keeper
    from dualpower.simulate import simulate

    if plan.folder is None:
        with Progress(_what(plan), len(plan.scenario.days(plan.until)), quiet=plan.quiet):
            return simulate(plan.scenario, seed=plan.seed, until=plan.until, people=plan.people)
    from dualpower.run import check_place

    check_place(plan.folder)
    earlier = plan.start.dataset if plan.start else None
    keeper = Keeper(plan.folder, about_people(plan.scenario, plan.seed, plan.people), earlier, latest=plan.start)
    began = time.monotonic()
    threading.Thread(target=_prepare, daemon=True).start()
    try:
        with terminable(), Progress(_what(plan), len(plan.scenario.days(plan.until)), quiet=plan.quiet) as progress:
            return _in_segments(plan, keeper, progress)
    except KeyboardInterrupt:
        with undisturbed():
            raise StopError(_rescue(plan, keeper, time.monotonic() - began, words), INTERRUPTED) from None


def _prepare() -> None:
    """Load what writes and draws a run while the days pass; what cannot be loaded is said when it is needed."""
    with contextlib.suppress(Exception):
        import xarray as xr

        from dualpower._netcdf import netcdf_bytes
        from dualpower.report import warm_up

        netcdf_bytes(xr.Dataset())  # the first file loads most: a writer, and Dask where it is installed
        warm_up()


def _in_segments(plan: Plan, keeper: Any, progress: Progress) -> Run:
    from dualpower.checkpoint import join
    from dualpower.manifest import dates_of
    from dualpower.run import Run, day_strings
    from dualpower.simulate import simulate

    def on_segment(state: Any, dataset: Any) -> None:
        today = day_strings(dataset)[-1]
        if today != last:  # what is complete needs no place to go on from
            keeper(state, dataset)
        progress.reached(today, plan.scenario.day_index(today) + 1)

    last = plan.scenario.days(plan.until)[-1]
    state = plan.start.state if plan.start else None
    done = simulate(
        plan.scenario, seed=plan.seed, until=plan.until, people=plan.people, start_state=state, on_segment=on_segment
    )
    if plan.start is None:
        return done
    dataset = join(plan.start.dataset, done.dataset)
    resumed = {"dates": dates_of(dataset, done.calendar), "resumed_after": plan.start.last_day}
    return Run(dataset, done.events, done.scenario, done.seed, {**done.manifest, **resumed})


def _rescue(plan: Plan, keeper: Any, seconds: float, words: list[str]) -> str:
    """Save what an interrupted run has done, as a checkpoint and as an unfinished run; say how to go on."""
    from dualpower.manifest import describe
    from dualpower.run import Run

    if keeper.latest is None:
        return "interrupted before the first days were done; nothing was written"
    keeper.keep()
    dataset = keeper.latest.dataset
    switches = about_people(plan.scenario, plan.seed, plan.people)["switches"]
    manifest = describe(plan.scenario, seed=plan.seed, dataset=dataset, wall_seconds=seconds, switches=switches)
    events = keeper.latest.events(plan.scenario, plan.seed)
    part = Run(dataset, events, plan.scenario, plan.seed, {**manifest, "complete": False})
    part.save(keeper.folder)
    again = shlex.join(["dualpower", *(word for word in words if word != "--resume"), "--resume"])
    return f"interrupted; the days to {keeper.latest.last_day} are kept in {keeper.folder}\nTo go on: {again}"


def _what(plan: Plan) -> str:
    return f"{plan.scenario.spec.title}, seed {plan.seed}" + ("" if plan.people is None else ", person by person")


def _present(finished: Run, scores: Any, folder: Path | None, as_json: bool, missing: list[str]) -> int:
    """Print the result and return the exit code."""
    if as_json:
        document = finished.summary()
        document["score"] = None if scores is None else {**_scores.counts(scores), "targets": _scores.rows(scores)}
        document["folder"] = None if folder is None else str(folder)
        document["missing"] = missing
        say_json(document)
    else:
        say(overview(finished, scores, folder))
    for sentence in missing:
        click.echo(f"dualpower: {sentence}", err=True)
    return IN_PART if missing else OK
