"""``dualpower compare``: two runs side by side."""

from __future__ import annotations

from pathlib import Path

import click

from dualpower.cli._text import say, say_json


@click.command()
@click.argument("run", metavar="RUN_DIR")
@click.argument("other", metavar="OTHER_DIR")
@click.option(
    "--changed", is_flag=True, help="Count who differs, of runs of people with one seed (lived through again)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def compare(run: str, other: str, changed: bool, as_json: bool) -> int:
    """Compare two saved runs of one scenario: what differed, when first, by how much, and for whom."""
    from dualpower.compare import compare as compared
    from dualpower.run import load_run

    found = compared(load_run(Path(run)), load_run(Path(other)))
    persons = found.changed if changed else None
    if as_json:
        document = found.summary()
        document["changed"] = None if persons is None else persons.summary()
        say_json(document)
    else:
        say([str(found), *(["", "Persons", str(persons)] if persons is not None else [])])
    return 0
