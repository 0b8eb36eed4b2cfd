"""``dualpower run --draws``: many years of a scenario, and what they say together."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click

from dualpower._amounts import counted
from dualpower._files import held
from dualpower._made import as_options
from dualpower.cli._errors import BAD_INPUT, IN_PART, INTERRUPTED, OK, StopError
from dualpower.cli._interrupt import terminable
from dualpower.cli._progress import Progress
from dualpower.cli._scores import NOTE, mark, one_style, ordered, shown_only, window
from dualpower.cli._text import heading, number, say, say_json, table

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.experiment import Ensemble
    from dualpower.population.people_share import Share
    from dualpower.scenario import Scenario

_TARGETS = ("", "target", "date", "New Style", "what", "band", "median", "5 to 95 %", "inside")


class Wanted(NamedTuple):
    """An ensemble as the command line asks for it."""

    scenario: Scenario
    draws: int
    jobs: int
    part: tuple[int, int]
    seed: int | None
    until: str | None
    folder: Path | None
    resume: bool
    report: bool
    quiet: bool
    people: Share | None = None
    parameters: Literal["posterior", "point"] | None = None


def part_of(text: str | None) -> tuple[int, int]:
    """Read "2/8" as (2, 8); nothing is the whole."""
    if text is None:
        return (1, 1)
    number, slash, of = text.partition("/")
    if not (slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise StopError(f"--shard {text}: expected i/n, such as 1/8 for the first of eight", BAD_INPUT)
    return int(number), int(of)


def run_ensemble(wanted: Wanted, as_json: bool, words: list[str]) -> int:
    """Simulate, keep what is to be kept, print the result; returns the exit code."""
    if wanted.folder is None and wanted.part != (1, 1):
        raise StopError("--shard needs -o DIR, a folder for this part", BAD_INPUT)
    _say_if_new(wanted)
    wanted = _as_before(wanted)
    with held(wanted.folder):
        ensemble = _simulate(wanted, words)
        if wanted.folder is not None:
            keep(ensemble, wanted.folder, wanted.report)
    return present(ensemble, wanted.folder, as_json)


def _say_if_new(wanted: Wanted) -> None:
    """Say so where there is nothing to go on with."""
    from dualpower.experiment.shards import INDEX, check_folder

    if wanted.resume and wanted.folder is not None and not (wanted.folder / INDEX).exists():
        check_folder(wanted.folder)
        click.echo(f"{wanted.folder}: no earlier ensemble here, starting from the beginning", err=True)


def _simulate(wanted: Wanted, words: list[str]) -> Ensemble:
    from dualpower.experiment import simulate_ensemble
    from dualpower.experiment.shards import PATTERN

    what = f"{wanted.scenario.spec.title}, seed {_seed(wanted)}"
    try:
        with terminable(), Progress(what, wanted.draws, quiet=wanted.quiet, unit="draws") as progress:
            return simulate_ensemble(
                wanted.scenario, wanted.draws, seed=_seed(wanted), until=wanted.until, people=wanted.people,
                jobs=wanted.jobs, part=wanted.part, out=wanted.folder, resume=wanted.resume,
                parameters=wanted.parameters,
                tell=lambda done, of: progress.reached("so far", done),  # noqa: ARG005
            )  # fmt: skip
    except KeyboardInterrupt:
        if wanted.folder is None:
            raise
        again = shlex.join(["dualpower", *(word for word in words if word != "--resume"), "--resume"])
        if not any(wanted.folder.glob(PATTERN)):
            raise StopError("interrupted before any draws were done; nothing of them is kept", INTERRUPTED) from None
        kept = f"interrupted; the draws that are done are kept in {wanted.folder}\nTo go on: {again}"
        raise StopError(kept, INTERRUPTED) from None


def _as_before(wanted: Wanted) -> Wanted:
    """When going on without naming the seed or the people: those of the ensemble which is there."""
    from dualpower.experiment.shards import INDEX, read_index

    if not wanted.resume or wanted.folder is None or not (wanted.folder / INDEX).exists():
        return wanted
    index = read_index(wanted.folder)
    seed = int(index["seed"]) if wanted.seed is None else wanted.seed
    people = index["switches"]["people"] if wanted.people is None else wanted.people
    return wanted._replace(seed=seed, people=people)


def _seed(wanted: Wanted) -> int:
    return 1 if wanted.seed is None else wanted.seed


def keep(ensemble: Ensemble, folder: Path, report: bool) -> None:
    """Write the tables and the report of an ensemble beside its draws."""
    from dualpower.experiment import saved
    from dualpower.experiment.shards import REPORT

    saved.write_tables(ensemble, folder)
    if report:
        saved.write_report(ensemble, folder / REPORT)


def present(ensemble: Ensemble, folder: Path | None, as_json: bool) -> int:
    """Print an ensemble and return the exit code."""
    if as_json:
        say_json(document(ensemble, folder))
    else:
        blocks = [_title(ensemble), _ends(ensemble), _changes(ensemble), _score(ensemble.score())]
        blocks += [[f"Kept in {folder}"]] if folder is not None else []
        say([line for k, block in enumerate(filter(None, blocks)) for line in ([""] if k else []) + block])
    return OK if ensemble.complete else IN_PART


def document(ensemble: Ensemble, folder: Path | None) -> dict[str, Any]:
    """Everything that is printed, as plain numbers and words."""
    scores, ends = ensemble.score(), ensemble.probabilities()
    return {
        "scenario": ensemble.index["scenario"],
        "interventions": ensemble.index["interventions"],
        "seed": ensemble.seed,
        "draws": ensemble.draws,
        "missing": ensemble.missing,
        "first": ensemble.dates[0],
        "last": ensemble.dates[-1],
        "outcomes": ends.reset_index().to_dict("records"),
        "regimes": _begins(ensemble),
        "score": {"in_band": int(scores["in_band"].fillna(False).sum()), "of": int(scores["in_band"].notna().sum()),
                  "targets": _ordered(scores).to_dict("records")},
        "folder": None if folder is None else str(folder),
    }  # fmt: skip


def _title(ensemble: Ensemble) -> list[str]:
    index, dates = ensemble.index, ensemble.dates
    made = "".join(f", {one}" for one in as_options(index["interventions"]))
    style = " (Old Style)" if index["scenario"]["calendar"] == "julian" else ""
    return [
        heading(index["scenario"]["title"]),
        f"{counted(ensemble.draws, 'draw')}, {dates[0]} to {dates[-1]}{style}, seed {ensemble.seed}{made}",
    ]


def _ends(ensemble: Ensemble) -> list[str]:
    names = ensemble.index["names"]["regimes"]
    rows = [
        (str(names.get(name, name)), f"{row.probability:.3f}", f"± {row.standard_error:.3f}",
         f"{row.low:.3f} to {row.high:.3f}")
        for name, row in ensemble.probabilities().iterrows()
    ]  # fmt: skip
    return [heading("How it ends"), *table([("", "share", "error", "90 % interval"), *rows], "<>>>")]


def _begins(ensemble: Ensemble) -> list[dict[str, Any]]:
    """When each regime first ruled, in the draws in which it did."""
    found = []
    for regime in ensemble.outcomes.columns[3:]:
        dates = sorted(date for date in ensemble.outcomes[regime] if date)
        early, middle, late = (dates[int(q * (len(dates) - 1) + 0.5)] for q in (0.05, 0.5, 0.95))
        found.append({"regime": regime, "draws": len(dates), "early": early, "median": middle, "late": late})
    return found


def _changes(ensemble: Ensemble) -> list[str]:
    names = ensemble.index["names"]["regimes"]
    rows = [
        (str(names.get(row["regime"], row["regime"])), f"{row['draws'] / ensemble.draws:.3f}", row["median"],
         f"{row['early']} to {row['late']}")
        for row in _begins(ensemble)
    ]  # fmt: skip
    return [heading("Who rules, and since when"), *table([("", "share", "median", "5 to 95 %"), *rows], "<>>>")]


def _ordered(scores: pd.DataFrame) -> pd.DataFrame:
    """Misses first, those that fewest draws meet before the others."""
    if scores.empty:
        return scores
    keys = scores.assign(simulated=scores["median"], z=1 - scores["share_in_band"])
    return ordered(keys).drop(columns=["simulated", "z"])


def _score(scores: pd.DataFrame) -> list[str]:
    reached = _ordered(scores)
    reached = reached[reached["median"].notna()] if len(reached) else reached
    if not len(reached):
        return ["Score: no target falls into these days"]
    judged = reached[~reached["memory"].astype(bool)]
    inside, of = int(judged["in_band"].sum()), "bands" if len(judged) == len(reached) else "bands of judged targets"
    head = f"Score: the median draw is inside {inside} of {len(judged)} {of}{shown_only(len(reached) - len(judged))}"
    return [
        heading(head),
        *table(one_style([_TARGETS, *(_row(row) for row in reached.to_dict("records"))]), "<<<<<>>>>"),
        *([NOTE] if reached["memory"].any() else []),
    ]


def _row(row: dict[Any, Any]) -> tuple[str, ...]:
    group = str(row.get("group") or "")
    what = f"{row['quantity']} {group}".strip() if group not in ("", "all", "nan") else str(row["quantity"])
    return (
        mark(row["in_band"], unsure=row["memory"]), str(row["target_id"]), window(row),
        str(row["date_new_style"])[:10], what, f"{number(row['low'])} to {number(row['high'])}", number(row["median"]),
        f"{number(row['low_90'])} to {number(row['high_90'])}", f"{100 * row['share_in_band']:.0f} %",
    )  # fmt: skip
