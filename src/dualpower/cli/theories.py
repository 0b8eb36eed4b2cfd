"""``dualpower theories``: rival explanations, fitted to the same data and compared by what they forecast."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dualpower.cli._interrupt import goes_on, terminable
from dualpower.cli._progress import Progress
from dualpower.cli._scenario import SEEDS, apart, load_scenario
from dualpower.cli._text import heading, say, say_json, table

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.inference.confusion import Confusion
    from dualpower.inference.origins import Fitted
    from dualpower.inference.theories import Compared
    from dualpower.scenario import Scenario


THEORY_OF_ITS_OWN = "full"
"""The model itself, whose posterior comes with the scenario by itself."""


@click.command()
@click.argument("scenario")
@click.option("--theory", "names", multiple=True, metavar="NAME", help="May be repeated.  [default: all]")
@click.option("--origin", "origins", multiple=True, metavar="DATE", help="Last day known; may be repeated.")
@click.option("--until", metavar="DATE", help="Last day whose targets are used.  [default: the scenario's end]")
@click.option("--weights", "given", type=click.Path(path_type=Path), metavar="FILE",
              help="Keep the weights of an earlier comparison: its theories.json.")  # fmt: skip
@click.option("--choices", type=click.Choice(["history", "rules"]), default="history", show_default=True,
              help="What decides choices after an origin: their dates, or their rules.")  # fmt: skip
@click.option("--simulations", type=click.IntRange(0), default=0, show_default=True,
              help="Simulate data from each theory so often and see which is found (the last origin).")  # fmt: skip
@click.option("--draws", type=click.IntRange(2), default=100, show_default=True, help="Of each posterior.")
@click.option("--starts", type=click.IntRange(1), default=2, show_default=True, help="Searches of each fit.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes of a fit.")
@click.option("--seed", type=SEEDS, default=1, show_default=True, help="Of all chance.")
@click.option("-o", "--out", type=click.Path(path_type=Path), callback=apart, metavar="DIR",
              help="Keep results there; origins that are done are not done again.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def theories(
    scenario: str, names: tuple[str, ...], origins: tuple[str, ...], until: str | None, given: Path | None,
    choices: str, simulations: int, draws: int, starts: int, jobs: int, seed: int, out: Path | None, as_json: bool,
    quiet: bool,
) -> int:  # fmt: skip
    """Compare rival explanations of SCENARIO: knock-outs of the one model, each fitted to the same data."""
    from dualpower.inference.origins import asked_origins
    from dualpower.inference.stacking import read_weights
    from dualpower.inference.theories import THEORIES, compare_theories, theory_named

    known = {} if given is None else read_weights(given)
    declared, chosen = load_scenario(scenario), [theory_named(name).name for name in names] or None
    days = asked_origins(declared, origins or None)
    asked = {"draws": draws, "starts": starts, "seed": seed}
    how = partial(_fit, asked={**asked, "jobs": jobs})
    count = len(chosen or THEORIES)
    title = f"{declared.spec.title}, theories"
    with goes_on(out), terminable(), Progress(title, count * len(days), quiet=quiet, unit="fits") as progress:
        found = compare_theories(
            declared, how, theories=chosen, origins=days, choices="rules" if choices == "rules" else "history",
            draws=draws, seed=seed, until=until, weights=known, asked=asked, out=out,
            tell=lambda what, done, _: progress.reached(what, done),
        )  # fmt: skip
    if out is not None:
        found.save(out)
        ship(found, out, days[-1])
    told = _confusion(declared, how, chosen, days[-1], simulations, asked, out, quiet) if simulations else None
    present(found, told, as_json)
    return 0


def ship(found: Compared, out: Path, origin: str) -> None:
    """Write each theory's posterior at an origin with its pins and weight, as it may stand beside a scenario."""
    import dataclasses
    import json

    from dualpower.experiment.drawn import theory_file
    from dualpower.inference.posterior import read_posterior

    for name, weight in found.weights.items():
        path = out / name / f"posterior-{origin}.nc"
        if path.exists() and name != THEORY_OF_ITS_OWN:
            posterior = read_posterior(path)
            pins = json.dumps(found.about["theories"][name]["pins"])
            about = {**posterior.about, "pins": pins, "weight": weight}
            dataclasses.replace(posterior, about=about).save(out / theory_file(name))


def _fit(scenario: Scenario, until: str, *, asked: dict[str, int], targets: pd.DataFrame | None = None) -> Fitted:
    from dualpower.inference.fit import fit

    draws, starts, jobs, seed = (asked[key] for key in ("draws", "starts", "jobs", "seed"))
    return fit(scenario, until, draws=draws, starts=starts, jobs=jobs, seed=seed, targets=targets)


def _confusion(
    scenario: Scenario, how: Any, names: list[str] | None, origin: str, simulations: int, asked: dict[str, int],
    out: Path | None, quiet: bool,
) -> Confusion:  # fmt: skip
    """Simulate and find again, from the posteriors that come with the scenario; the matrix is kept if anything is."""
    from dualpower.experiment.drawn import drawn_parameters, drawn_theories
    from dualpower.inference.confusion import confusion
    from dualpower.inference.theories import THEORIES

    own = drawn_parameters(scenario)
    known = {} if own is None else {THEORY_OF_ITS_OWN: own}
    known |= {name: theory.table for name, theory in drawn_theories(scenario).items()}

    total = len(names or THEORIES) ** 2 * simulations
    with terminable(), Progress("simulated data", total, quiet=quiet, unit="fits") as progress:
        found = confusion(
            scenario, how, origin=origin, simulations=simulations, theories=names, parameters=known,
            draws=asked["draws"], seed=asked["seed"], asked=asked, out=out,
            tell=lambda what, done, _: progress.reached(what, done),
        )  # fmt: skip
    if out is not None:
        found.save(out)
    return found


def present(found: Compared, told: Confusion | None, as_json: bool) -> None:
    """Print the comparison, and the confusion matrix if there is one."""
    rows = found.summary().to_dict("records")
    if as_json:
        matrix = None if told is None else told.matrix().to_dict("index")
        say_json({**found.about, "summary": rows, "confusion": matrix})
        return
    head = ("theory", "forecasts", "targets", "log score", "behind", "error", "CRPS", "in 90 %", "weight")
    body = [
        (str(row["theory"]), *(str(row[key]) for key in ("forecasts", "targets")), f"{row['log_score']:.2f}",
         f"{row['behind']:.2f}",
         f"{row['error']:.2f}", f"{row['crps']:.3f}", f"{row['in90']:.0%}", f"{row['weight']:.2f}")
        for row in rows
    ]  # fmt: skip
    lines = [heading("Theories by the log score of what they forecast, best first"), *table([head, *body], "<>>>>>>>>")]
    if told is not None:
        won = told.matrix()
        cells = [(str(name), *(f"{share:.2f}" for share in row)) for name, row in won.iterrows()]
        lines += ["", heading("Simulated data: the true theory (rows) and the one that won (columns)"),
                  *table([("", *map(str, won.columns)), *cells], "<" + ">" * len(won))]  # fmt: skip
    say(lines)
