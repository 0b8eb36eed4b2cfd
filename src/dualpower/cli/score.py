"""``dualpower score``: hold a run against the record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dualpower.cli import _scores
from dualpower.cli._errors import BAD_INPUT, StopError
from dualpower.cli._scenario import SEEDS, load_scenario
from dualpower.cli._text import heading, say, say_json

if TYPE_CHECKING:
    from dualpower.run import Run


@click.command()
@click.argument("what", metavar="RUN_DIR|SCENARIO")
@click.option("--seed", type=SEEDS, help="For a SCENARIO.  [default: 1]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def score(what: str, seed: int | None, as_json: bool) -> int:
    """Hold a saved run, or a new run of a scenario, against the record: misses first."""
    finished = _run(what, seed)
    scores = finished.score()
    if as_json:
        say_json({"run": repr(finished), **_scores.counts(scores), "targets": _scores.rows(scores)})
    else:
        say([repr(finished)[1:-1], "", heading(_scores.headline(scores)), *_scores.lines(scores)])
    return 0


def _run(what: str, seed: int | None) -> Run:
    folder = Path(what)
    if folder.is_dir() and not (folder / "scenario.toml").exists():
        from dualpower.run import load_run

        if seed is not None:
            raise StopError(f"--seed is for a SCENARIO, and {what} is made already", BAD_INPUT)
        return load_run(folder)
    scenario = load_scenario(what)
    from dualpower.simulate import simulate

    return simulate(scenario, seed=1 if seed is None else seed)
