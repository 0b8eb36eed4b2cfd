"""``dualpower fit``: from the record to parameters, with intervals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dualpower._amounts import counted
from dualpower.cli._errors import IN_PART, INTERRUPTED, StopError
from dualpower.cli._interrupt import terminable, undisturbed
from dualpower.cli._progress import Progress
from dualpower.cli._scenario import SEEDS, apart, load_scenario
from dualpower.cli._text import heading, number, say, say_json, table

if TYPE_CHECKING:
    from dualpower.inference.posterior import Posterior
    from dualpower.scenario import Scenario


FEW = 30
"""Draws below which the variance of one parameter is known to no better than a quarter."""


@click.command()
@click.argument("scenario")
@click.option("--until", metavar="DATE", help="Last day of the evidence; the last calibration target's if not given.")
@click.option(
    "--draws", type=click.IntRange(0), default=200, show_default=True, help="Draws of the posterior; 0: mode."
)
@click.option("--starts", type=click.IntRange(1), default=4, show_default=True, help="Searches for the mode.")
@click.option("--current", is_flag=True, help="One more search, from the scenario's present parameters.")
@click.option("--seed", type=SEEDS, default=1, show_default=True, help="Of starts and draws.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option(
    "-o",
    "--out",
    "out",
    type=click.Path(path_type=Path),
    callback=apart,
    help="Folder for posterior.nc and its tables.",
)
@click.option("--resume", is_flag=True, help="Go on with what is in the folder.")
@click.option(
    "--install",
    is_flag=True,
    help="Keep the result beside the scenario's files, as posterior.nc and parameters.toml: later runs use it; "
    "a parameters.toml written by hand is kept as parameters.before.toml.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def fit(
    scenario: str,
    until: str | None,
    draws: int,
    starts: int,
    current: bool,
    seed: int,
    jobs: int,
    out: Path | None,
    resume: bool,
    install: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Fit the parameters of SCENARIO to its record: the best of several searches, then draws around it."""
    from dualpower.inference.fit import fit as fitted

    if resume and out is None:
        raise StopError("--resume needs -o DIR, the folder of the fit to go on with", 2)
    declared = load_scenario(scenario)
    reached = {"searches": 0, "draws": 0}
    begin = dict(declared.parameters) if current else None
    try:
        with (
            terminable(),
            Progress(f"Fit of {declared.spec.title}", starts + current + draws, quiet=quiet, unit="pieces") as bar,
        ):

            def tell(what: str, done: int, of: int) -> None:
                reached[what] = done
                bar.reached(f"{what} {done}/{of}", sum(reached.values()))

            found = fitted(
                declared, until, draws=draws, starts=starts, seed=seed, jobs=jobs, begin=begin, out=out, resume=resume,
                tell=tell,
            )  # fmt: skip
    except KeyboardInterrupt:
        if out is None:
            raise
        raise StopError(
            f"interrupted; the pieces that are done are kept in {out}; go on with --resume", INTERRUPTED
        ) from None
    if out is not None:
        keep(found, out)
    if install:
        _install(declared, found, quiet, out)
    if out is not None:
        _clear(out)
    present(found, as_json)
    return 0


def keep(found: Posterior, folder: Path) -> None:
    """Write a posterior and its tables into a folder."""
    from dualpower import _files

    with undisturbed():
        found.save(folder / "posterior.nc")
        for name, frame in (("parameters", found.summary()), ("facts", facts(found)), ("searches", found.searches)):
            _files.write_file(folder / f"{name}.csv", frame.to_csv(lineterminator="\n").encode())


def _clear(folder: Path) -> None:
    """Remove the pieces of a fit of which nothing is left to do."""
    for path in folder.glob("piece-*.npz"):
        path.unlink(missing_ok=True)


def _install(scenario: Scenario, found: Posterior, quiet: bool, out: Path | None = None) -> None:
    """Keep a posterior, and one point of it, beside the scenario's files; `out` has the pieces of the fit."""
    from dualpower import _files
    from dualpower.inference.representative import STARTS, representative
    from dualpower.run import RunError

    with undisturbed():
        found.save(scenario.folder / "posterior.nc")  # first: the point takes minutes
    with terminable(), Progress("The point for single runs", STARTS, quiet=quiet, unit="starts") as bar:
        try:
            point = representative(scenario, found, lambda done: bar.reached("moving a draw", done))
        except RunError as error:
            kept = f"{scenario.folder}: the posterior is kept, but no point for single runs ({error})"
            raise StopError(kept, IN_PART) from error
        except KeyboardInterrupt:
            raise StopError(_without_point(scenario.folder, out), INTERRUPTED) from None
    _keep_by_hand(scenario.folder / "parameters.toml")
    _files.write_file(scenario.folder / "parameters.toml", found.to_toml(point).encode())


def _keep_by_hand(path: Path) -> None:
    """Copy parameters that no fit has written, with whatever their author says of them, to a file beside them."""
    from dualpower import _files
    from dualpower.inference.posterior import WRITTEN

    if path.is_file() and not path.read_text(encoding="utf-8").startswith(WRITTEN):
        _files.write_file(path.with_name("parameters.before.toml"), path.read_bytes())


def _without_point(folder: Path, out: Path | None) -> str:
    """What is there, and what is not, where the search for the point was interrupted."""
    again = "with --resume" if out is not None else "again (with -o DIR, --resume could go on)"
    kept = f"interrupted; {folder / 'posterior.nc'} is kept, but no point for single runs: parameters.toml is as it was"
    return f"{kept}\nTo make the point: the same command {again}"


def _how_many(found: Posterior) -> str:
    """How many draws a posterior has, in words."""
    if found.about.get("method") == "mode":
        return "the mode alone"
    return counted(len(found.draws), "draw")


def _few(found: Posterior) -> str:
    """Said of draws so few that what they say of a single parameter is mostly chance."""
    few = found.about.get("method") != "mode" and len(found.draws) < FEW
    return "; so few say little of single parameters" if few else ""


def facts(found: Posterior) -> Any:
    """Table[fact] of what the record says and what the model says at the draws: 5, 50 and 95 %, and inside or not."""
    seen = found.predicted.quantile([0.05, 0.5, 0.95]).T.set_axis(["q05", "q50", "q95"], axis=1)
    joined = found.facts[["value", "low", "high"]].join(seen)
    return joined.assign(inside=(joined["low"] <= joined["q50"]) & (joined["q50"] <= joined["high"]))


def present(found: Posterior, as_json: bool) -> None:
    """Print a posterior: misses first, then the parameters that the record tells most of."""
    against, parameters = facts(found), found.summary()
    if as_json:
        say_json(
            {
                "about": dict(found.about),
                "facts": against.reset_index(names="fact").to_dict("records"),
                "parameters": parameters.reset_index(names="address").to_dict("records"),
                "searches": found.searches.to_dict("records"),
            }
        )
        return
    losses = found.searches["loss"]
    ordered = against.sort_values("inside", kind="stable")
    cells = [
        (
            "" if row.inside else "!",
            str(row.Index),
            number(row.low),
            number(row.high),
            number(row.q05),
            number(row.q50),
            number(row.q95),
        )
        for row in ordered.itertuples()
    ]
    told = parameters.sort_values("told", ascending=False)
    rows = [
        (str(row.Index), number(row.centre), number(row.q05), number(row.q50), number(row.q95),
         f"{row.told:.2f}".replace("nan", ""))
        for row in told.itertuples()
    ]  # fmt: skip
    inside = f"{int(against['inside'].sum())} of {len(against)} facts inside their bands at the median"
    ended = f"Loss of the searches: {losses.min():.1f} to {losses.max():.1f}"
    say(
        [
            heading(f"{inside}, until {found.until}"),
            f"{ended}; {_how_many(found)} in {found.about['seconds']} s{_few(found)}.",
            "",
            heading("Facts, misses first (low, high, then the model's 5, 50 and 95 %)"),
            *table(cells, "<<>>>>>"),
            "",
            heading("Parameters (prior centre, 5, 50 and 95 %, and how much of the prior the record has taken away)"),
            *table(rows, "<>>>>>"),
        ]
    )
