"""``dualpower sensitivity``: which parameters an answer hangs on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dualpower.cli._interrupt import terminable
from dualpower.cli._progress import Progress
from dualpower.cli._scenario import SEEDS, apart, load_scenario
from dualpower.cli._text import heading, number, say, say_json, table

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.inference.sensitivity import Sensitivity

SCALES = {
    "share of years": "share of years",
    "log": "scale of comparison: natural logarithm",
    "logit": "scale of comparison: logit of a share",
    "identity": "in the record's units",
}
"""What the scale of a quantity is called."""


@click.command()
@click.argument("scenario")
@click.option("--quantity", "quantities", multiple=True, metavar="NAME",
              help="A target or outcome.REGIME; may be repeated.  [default: outcomes, held-out targets]")  # fmt: skip
@click.option("--parameter", "parameters", multiple=True, metavar="ADDRESS",
              help="May be repeated.  [default: those with the steepest gradients]")  # fmt: skip
@click.option("--most", type=click.IntRange(1), default=8, show_default=True, help="How many of the steepest.")
@click.option("--base", type=click.IntRange(2), default=64, show_default=True, help="Base sample, a power of two.")
@click.option(
    "--chances", type=click.IntRange(1), default=4, show_default=True, help="Years that a point is the mean of."
)
@click.option("--prior", is_flag=True, help="Over the ranges of the prior, even where the scenario has a posterior.")
@click.option("--seed", type=SEEDS, default=1, show_default=True, help="Of all chance.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), callback=apart, metavar="DIR", help="Keep the tables there."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def sensitivity(
    scenario: str, quantities: tuple[str, ...], parameters: tuple[str, ...], most: int, base: int, chances: int,
    prior: bool, seed: int, out: Path | None, as_json: bool, quiet: bool,
) -> int:  # fmt: skip
    """Say which parameters of SCENARIO outcomes and targets hang on, alone and together (Sobol), in free years."""
    from dualpower.experiment.drawn import drawn_parameters
    from dualpower.inference.sensitivity import sensitivity as made

    declared = load_scenario(scenario)
    quantities, parameters = (tuple(dict.fromkeys(names)) for names in (quantities, parameters))  # twice is once
    draws = None if prior else drawn_parameters(declared)
    years = base * ((len(parameters) or most) + 2) * chances
    with terminable(), Progress(f"{declared.spec.title}, sensitivity", years, quiet=quiet, unit="years") as progress:
        found = made(
            declared, quantities or None, parameters=parameters or None, posterior=draws, most=most, base=base,
            chances=chances, seed=seed, tell=lambda what, done, _: progress.reached(what, done),
        )  # fmt: skip
    if out is not None:
        found.save(out)
    present(found, as_json)
    return 0


def present(found: Sensitivity, as_json: bool) -> None:
    """Print a table for each quantity, largest total effect first."""
    if as_json:
        rows = {"ranges": found.ranges.to_dict("records"), "indices": found.indices.to_dict("records")}
        say_json({**found.about, **rows, "gradients": found.gradients.to_dict("records")})
        return
    lines: list[str] = []
    for quantity, part in found.indices.groupby("quantity", sort=False):
        lines += [*_of(str(quantity), part), ""]
    say(lines[:-1])


def _of(quantity: str, part: pd.DataFrame) -> list[str]:
    """The table of one quantity; a sentence where it never varies."""
    from dualpower.inference.sensitivity import FLAT

    mean, sd, scale = float(part["mean"].iloc[0]), float(part["sd"].iloc[0]), str(part["scale"].iloc[0])
    if not sd > FLAT:
        still = f"{quantity}: {number(mean)} ({SCALES[scale]}) wherever the parameters are: it hangs on none of them"
        return [heading(still)]
    body = [
        (str(row["parameter"]), f"{row['first']:.2f}", f"± {row['first_error']:.2f}", f"{row['total']:.2f}",
         f"± {row['total_error']:.2f}")
        for row in part.to_dict("records")
    ]  # fmt: skip
    title = f"{quantity}: mean {number(mean)}, standard deviation {number(sd)} over the ranges ({SCALES[scale]})"
    return [heading(title), *table([("parameter", "first", "", "total", ""), *body], "<>>>>")]
