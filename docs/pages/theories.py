"""theories.md: what each knock-out stands for, from the table of pins; and what came of the comparison."""

from __future__ import annotations

from dualpower.inference.theories import THEORIES, Theory
from pages.markdown import NOTE, table
from pages.results import document, rows

INTRODUCTION = """# Rival theories

A rival explanation is a *knock-out* of the one model: the same laws with some mechanisms switched off. Each is fitted
to the same data by the same procedure, and judged by what it forecasts (the log density of targets that it had not
seen), not by taste. Because all share the remaining laws, this is kinder to them than their authors might like, and
less kind than a model of their own would be: a knock-out that loses says that *this* model needs the mechanism.

    dualpower theories petrograd-1917 -o theories
    dualpower theories petrograd-1917 --simulations 5          can the record tell them apart at all?

In Python, `dualpower.inference.theories.pinned(scenario, "cascade")` is the scenario under a theory, for any other
question.
"""

WEIGHTS = """
## What came of it

`log score` is the mean over the targets of the two months after each origin; `behind` its distance to the best, with a
standard error that takes targets for independent (they are not quite). `weight` is the theory's share in the mixture
that would have forecast best.
"""


def page() -> str:
    """Return the whole page."""
    return NOTE + INTRODUCTION + "\n" + "\n".join(map(_theory, THEORIES)) + _results() + _confusion()


def _theory(theory: Theory) -> str:
    pins = [(f"`{address}`", f"{value:g}") for address, value in theory.pins.items()]
    return f"## {theory.name}\n\n*{theory.meaning}* {theory.why}\n" + (
        "\n" + table(("parameter", "pinned at"), pins) if pins else ""
    )


def _results() -> str:
    told = document("theories", "theories.json")
    if not told:
        return "\n## What came of it\n\nThere are no results here yet: `make theories` makes them.\n"
    head = ("theory", "targets", "log score", "behind", "error", "CRPS", "in 90 %", "weight")
    cells = [
        (row["theory"], f"{row['targets']:.0f}", f"{row['log_score']:.2f}", f"{row['behind']:.2f}",
         "" if row["error"] is None else f"{row['error']:.2f}", f"{row['crps']:.3f}", f"{row['in90']:.0%}",
         f"{row['weight']:.2f}")
        for row in told["summary"]
    ]  # fmt: skip
    return WEIGHTS + "\n" + table(head, cells)


def _confusion() -> str:
    found = rows("theories", "confusion.csv")
    if not found:
        return ""
    head = list(found[0])
    said = "\nData simulated from each theory (rows): how often which theory won (columns).\n\n"
    cells = [[row[head[0]], *(f"{float(row[name]):.2f}" for name in head[1:])] for row in found]
    return said + table(["true", *head[1:]], cells)
