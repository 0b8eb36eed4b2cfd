"""``dualpower claims``: what a scenario's text claims, put to the test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dualpower._amounts import counted
from dualpower.cli._progress import Progress
from dualpower.cli._scenario import SEEDS, intervention_options, load_scenario
from dualpower.cli._text import heading, say, say_json, table

if TYPE_CHECKING:
    from dualpower.experiment.claims import ClaimsResult


@click.command()
@click.argument("scenario")
@click.option(
    "--draws", type=click.IntRange(1), default=200, show_default=True, metavar="N", help="Years of each variant."
)
@click.option("--seed", type=SEEDS, default=1, show_default=True, help="Of all chance.")
@click.option("--claim", "wanted", multiple=True, metavar="ID", help="Test this claim only. Repeatable.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="Processes.")
@click.option("-o", "--out", metavar="DIR", help="Keep claims.json, tables and the report claims.html in DIR.")
@intervention_options
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def claims(
    scenario: str, draws: int, seed: int, wanted: tuple[str, ...], jobs: int, out: str | None,
    do: tuple[str, ...], scale: tuple[str, ...], changes: tuple[str, ...], quiet: bool, as_json: bool,
) -> int:  # fmt: skip
    """Test the claims of SCENARIO: with and without, causes, doses, placebos, rival theories, and a verdict each."""
    declared = load_scenario(scenario, do, scale, changes)
    from dualpower.experiment.claims.plan import chosen
    from dualpower.experiment.claims.testing import test_claims

    if out is not None:
        from dualpower import _files
        from dualpower.experiment.claims.result import SAVED

        _files.check_output(out, SAVED)
    named = [claim.id for claim in chosen(declared, wanted)]
    what = f"{declared.spec.title}: {counted(len(named), 'claim')}, {counted(draws, 'draw')}"
    with Progress(what, 1, quiet=quiet, unit="part") as progress:

        def tell(done: int, of: int) -> None:
            progress.days, progress.unit = of, "batches"
            progress.reached("so far", done)

        found = test_claims(declared, draws, seed, claims=named, jobs=jobs, tell=tell)
    if out is not None:
        found.save(out)
    if as_json:
        say_json(found.document)
    else:
        say(lines(found) + (["", f"Kept in {out}"] if out is not None else []))
    return 0


def lines(found: ClaimsResult) -> list[str]:
    """The result for a terminal: contradicted and undecided claims first."""
    about = found.document
    order = {"contradicted": 0, "undecided": 1, "supported": 2}
    listed = sorted(found.claims, key=lambda claim: order[claim["verdict"]])
    drawn = f"{counted(about['draws'], 'draw')} ({about['checks']} for assumptions, calls, theories and shares)"
    head = [
        heading(f"{about['scenario']['title']}: what is claimed, and what the model says"),
        f"{drawn}, seed {about['seed']}, parameters: {about['parameters']}",
    ]
    return [*head, *(line for claim in listed for line in _claim(claim))]


def _claim(claim: dict[str, Any]) -> list[str]:
    rows: list[tuple[str, ...]] = [("", "unchanged", "changed", "difference", "90 %", "matters", "verdict")]
    rows += [_outcome(row, claim["counted"]) for row in claim["outcomes"]]
    note = [f"  Built in: {claim['by_construction']}"] if claim["by_construction"] else []
    rests = [f"  Otherwise {name}: {row['verdict']}" for name in claim["rests_on"] for row in claim["settings"]
             if row["name"] == name]  # fmt: skip
    return [
        "",
        heading(f"{claim['id']}  {claim['title']}"),
        f"  {claim['sentence']}",
        *table(rows, "<>>>>>>"),
        *note,
        *rests,
    ]


def _outcome(row: dict[str, Any], counted: int) -> tuple[str, ...]:
    from dualpower.experiment.claims.words import amount, mattering, pairs, style

    before, after = (amount(row[key], **style(row)) for key in ("factual", "changed"))
    gap, low, high = (amount(row[key], **style(row), signed=True) for key in ("difference", "low", "high"))
    return (
        row["meaning"] + pairs(row, counted),
        before,
        after,
        gap,
        f"{low} to {high}",
        mattering(row),
        row["verdict"] if row["decides"] else f"({row['verdict']})",
    )
