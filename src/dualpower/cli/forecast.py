"""``dualpower forecast``: fit to what is known on a day, forecast what came after it, and be scored."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dualpower.cli._interrupt import goes_on, terminable
from dualpower.cli._progress import Progress
from dualpower.cli._scenario import SEEDS, apart, load_scenario
from dualpower.cli._text import heading, say, say_json, table

if TYPE_CHECKING:
    from dualpower.inference.forecast import Forecast
    from dualpower.inference.origins import Fitted
    from dualpower.scenario import Scenario
    from dualpower.scenario.arrays import Choices

PAGE = "forecast.html"


@click.command()
@click.argument("scenario")
@click.option("--origin", "origins", multiple=True, metavar="DATE", help="Last day known; may be repeated.")
@click.option("--until", metavar="DATE", help="Last day that is forecast.  [default: the scenario's end]")
@click.option("--choices", type=click.Choice(["history", "rules", "both"]), default="both", show_default=True,
              help="What decides choices after an origin: their dates, or their rules.")  # fmt: skip
@click.option("--theories", is_flag=True, help="Forecast by all rival theories together, too, with equal weights.")
@click.option("--weights", "given", type=click.Path(path_type=Path), metavar="FILE",
              help="With --theories, by known weights, too: theories.json of an earlier comparison.")  # fmt: skip
@click.option("--draws", type=click.IntRange(2), default=200, show_default=True, help="Of the posterior.")
@click.option("--starts", type=click.IntRange(1), default=3, show_default=True, help="Searches of each fit.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes of a fit.")
@click.option("--seed", type=SEEDS, default=1, show_default=True, help="Of all chance.")
@click.option("-o", "--out", type=click.Path(path_type=Path), callback=apart, metavar="DIR",
              help="Keep scores and a page there; origins that are done are not done again.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def forecast(
    scenario: str, origins: tuple[str, ...], until: str | None, choices: str, theories: bool,
    given: Path | None, draws: int, starts: int, jobs: int, seed: int, out: Path | None, as_json: bool, quiet: bool,
) -> int:  # fmt: skip
    """Forecast the targets of SCENARIO from days on which they were still to come, beside baselines."""
    from dualpower.inference.forecast import forecast as made
    from dualpower.inference.origins import READINGS, asked_origins
    from dualpower.inference.theories import rivals

    if given is not None and not theories:
        raise click.UsageError("--weights belongs to --theories, which forecasts by all theories together")
    declared = load_scenario(scenario)
    days = asked_origins(declared, origins or None)
    readings: tuple[Choices, ...] = READINGS if choices == "both" else (choices,)  # type: ignore[assignment]
    asked = {"draws": draws, "starts": starts, "jobs": jobs, "seed": seed}
    with (
        goes_on(out),
        terminable(),
        Progress(f"{declared.spec.title}, forecast", len(days), quiet=quiet, unit="origins") as progress,
    ):
        found = made(
            declared, partial(_fit, asked=asked, out=out), origins=days, choices=readings,
            seed=seed, until=until, rivals=rivals(declared) if theories else {}, weights=_weights(given), out=out,
            asked={name: asked[name] for name in ("draws", "starts", "seed")} | shipped(declared),
            tell=lambda origin, done, _: progress.reached(origin, done),
        )  # fmt: skip
    keep(declared, found, out)
    present(found, as_json)
    return 0


def _weights(given: Path | None) -> dict[str, float]:
    """Weights of the rivals; the model itself has the rest."""
    from dualpower.inference.stacking import read_weights
    from dualpower.inference.theories import THEORIES

    return {} if given is None else {k: v for k, v in read_weights(given).items() if k != THEORIES[0].name}


def shipped(scenario: Scenario) -> dict[str, str]:
    """Fingerprints of the posteriors that come with a scenario, one of which may stand for a fit."""
    from dualpower._files import sha256

    found = sorted(scenario.folder.glob("posterior*.nc"))
    return {path.name: sha256(path.read_bytes()) for path in found if path.is_file()}


def _fit(scenario: Scenario, until: str, *, asked: dict[str, int], out: Path | None) -> Fitted:
    """A posterior that comes with the scenario, where it is of this evidence; else a fit, whose pieces are kept."""
    from dualpower.experiment.plan import identity
    from dualpower.inference.fit import fit
    from dualpower.inference.posterior import posterior_of

    shipped = posterior_of(scenario, until)
    if shipped is not None:
        return shipped
    draws, starts, jobs, seed = (asked[key] for key in ("draws", "starts", "jobs", "seed"))
    pins = [str(one) for one in scenario.interventions]
    name = f"fit-{until}" + (f"-{identity({'pins': pins})[:8]}" if pins else "")
    place = None if out is None else out / name
    return fit(scenario, until, draws=draws, starts=starts, jobs=jobs, seed=seed, out=place, resume=place is not None)


def keep(scenario: Scenario, found: Forecast, out: Path | None) -> None:
    """Write scores and page."""
    if out is None:
        return
    from dualpower import _files
    from dualpower.report.forecast import forecast_page

    found.save(out)
    _files.write_file(out / PAGE, forecast_page(scenario, found).encode())


def percent(share: float) -> str:
    """A share in per cent; nothing where there is none (what a fit knew has no baseline beside it)."""
    return "" if math.isnan(share) else f"{share:.0%}"


def present(found: Forecast, as_json: bool) -> None:
    """Print the means, or everything as JSON."""
    means = found.summary()
    if as_json:
        say_json({**found.about, "summary": means.to_dict("records"), "verdict": found.verdict()})
        return
    head = ("comparison", "forecast", "targets", "CRPS", "skill", "log score", "in 50 %", "in 90 %")
    body = [
        (str(row["comparison"]), str(row["model"]), str(row["targets"]), f"{row['crps']:.3f}", percent(row["skill"]),
         f"{row['log_score']:.2f}", f"{row['in50']:.0%}", f"{row['in90']:.0%}")
        for row in means.to_dict("records")
    ]  # fmt: skip
    say([heading("Forecasts and baselines, best first"), *table([head, *body], "<<>>>>>>")])
