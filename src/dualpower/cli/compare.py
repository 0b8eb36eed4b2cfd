"""``dualpower compare``: two years side by side, or many pairs of years."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dualpower.cli._errors import BAD_INPUT, StopError
from dualpower.cli._progress import Progress
from dualpower.cli._scenario import SEEDS, intervention_options, load_scenario
from dualpower.cli._text import say, say_json

if TYPE_CHECKING:
    from dualpower.compare import Comparison
    from dualpower.experiment.pair import Pair
    from dualpower.scenario import Scenario


@click.command()
@click.argument("run", metavar="DIR|SCENARIO")
@click.argument("other", metavar="[OTHER_DIR]", required=False)
@click.option("--draws", type=click.IntRange(1), metavar="N", help="For a SCENARIO: so many pairs of years.")
@click.option("--fork", metavar="DATE", help="Weigh the draws by how well they match the record before DATE.")
@intervention_options
@click.option("--seed", type=SEEDS, help="For a SCENARIO.  [default: 1]")
@click.option("--until", metavar="DATE", help="For a SCENARIO: its last day.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="For a SCENARIO: processes for draws.  [default: 1]")
@click.option("-o", "--out", metavar="DIR", help="Of pairs: keep compare.html and tables in DIR.")
@click.option(
    "--changed", is_flag=True, help="Count who differs, of runs of people with one seed (lived through again)."
)
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def compare(run: str, other: str | None, out: str | None, changed: bool, as_json: bool, **asked: Any) -> int:
    """Compare two saved runs or ensembles, or a SCENARIO with and without interventions.

    What differed, when first, by how much, and for whom. Ensembles of one seed are compared pair by pair.
    """
    if out is not None:
        from dualpower import _files
        from dualpower.experiment.pair import SAVED

        _files.check_output(out, SAVED)
    if changed and other is None:
        raise StopError("--changed needs two saved runs that were made with --people", BAD_INPUT)
    found = _saved(run, other, asked) if other is not None else _simulated(run, asked)
    from dualpower.experiment.pair import Pair

    if not isinstance(found, Pair):
        if out is not None:
            raise StopError("-o needs pairs of years: give --draws N, or two folders of ensembles", BAD_INPUT)
        return _one(found, changed, as_json, made_here=other is None)
    if changed:
        raise StopError("--changed counts persons of two runs, not of ensembles", BAD_INPUT)
    if out is not None:
        found.save(out)
    if as_json:
        say_json(found.summary())
    else:
        say([str(found), *(["", f"Kept in {out}"] if out is not None else [])])
    return 0


ONE_PAIR = "This is one pair of years: --draws 64 says how often it comes out so, and how sure that is."


def _one(found: Comparison, changed: bool, as_json: bool, made_here: bool) -> int:
    """Print the comparison of two single runs."""
    persons = found.changed if changed else None
    if as_json:
        document = found.summary()
        document["changed"] = None if persons is None else persons.summary()
        say_json(document)
    else:
        more = ["", "Persons", str(persons)] if persons is not None else []
        say([str(found), *more, *(["", ONE_PAIR] if made_here else [])])
    return 0


def _saved(run: str, other: str, asked: dict[str, Any]) -> Comparison | Pair:
    """Two folders."""
    from dualpower.compare import compare as compared
    from dualpower.experiment import load_ensemble
    from dualpower.experiment.shards import INDEX
    from dualpower.run import MANIFEST, load_run

    for option in ("do", "scale", "changes", "draws", "until", "seed", "jobs"):
        if asked[option] not in (None, ()):
            raise StopError(
                f"--{option.replace('changes', 'set')} is for a SCENARIO, and {run} and {other} are made already",
                BAD_INPUT,
            )
    many = [(Path(folder) / INDEX).exists() for folder in (run, other)]
    if any(many):
        if not all(many) and (Path((run, other)[many.index(False)]) / MANIFEST).exists():
            raise StopError(f"{run}, {other}: a run and an ensemble cannot be compared", BAD_INPUT)
        return compared(load_ensemble(run), load_ensemble(other), fork=asked["fork"])
    if asked["fork"]:
        raise StopError("--fork is for ensembles", BAD_INPUT)
    return compared(load_run(Path(run)), load_run(Path(other)))


def _simulated(name: str, asked: dict[str, Any]) -> Comparison | Pair:
    """A scenario, with and without the interventions asked for."""
    if not (asked["do"] or asked["scale"] or asked["changes"]):
        raise StopError(
            f"compare {name}: give OTHER_DIR, or say by --do, --scale or --set what is otherwise", BAD_INPUT
        )
    from dualpower.scenario.claim_sense import as_history
    from dualpower.scenario.sense import check_reached

    plain, changed = load_scenario(name), load_scenario(name, asked["do"], asked["scale"], asked["changes"])
    if as_history(plain, changed.interventions):
        raise StopError(f"compare {name}: history took these options, and a factor of 1 changes nothing", BAD_INPUT)
    seed, until = 1 if asked["seed"] is None else asked["seed"], asked["until"]
    check_reached(changed, until)
    from dualpower.compare import compare as compared
    from dualpower.experiment.pair import check_fork
    from dualpower.simulate import simulate

    if asked["draws"] is None:
        if asked["fork"]:
            raise StopError("--fork needs --draws N", BAD_INPUT)
        return compared(*(simulate(each, seed=seed, until=until) for each in (plain, changed)))
    draws = asked["draws"]
    if asked["fork"]:
        check_fork(plain.days(until), asked["fork"])
        _check_begins(changed, asked["fork"])
    with Progress(f"{plain.spec.title}, pairs", 2 * draws, quiet=asked["quiet"], unit="years") as progress:
        made = [
            simulate(each, draws=draws, seed=seed, until=until, jobs=asked["jobs"] or 1,
                     tell=lambda done, _, base=base: progress.reached("so far", base + done))
            for base, each in ((0, plain), (draws, changed))
        ]  # fmt: skip
    return compared(*made, fork=asked["fork"])


def _check_begins(changed: Scenario, fork: str) -> None:
    """Refuse an event that is decided before the fork: years would be simulated, and refused as no pairs then."""
    from dualpower.scenario.claim_sense import begins

    for made in changed.interventions:
        if made.kind == "do" and (day := begins(changed, made)) < fork:
            raise StopError(
                f"--do {made.target}={made.value} counts from {day} on, before the fork on {fork}: fork no later than "
                "that, or leave the fork out", BAD_INPUT,
            )  # fmt: skip
