"""theories.md: what each knock-out stands for, from the table of pins; and what came of the comparison."""

from __future__ import annotations

from dualpower.inference.theories import THEORIES, Theory
from pages.markdown import NOTE, table
from pages.results import document

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
that would have forecast best: a theory that is right where the others are wrong can have a large one although its own mean is poor.
Every theory is fitted with 48 draws and two searches; [how well it does](how-well.md) has the full model from 200 and four, hence
another CRPS for it.
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
    found = document("theories", "confusion.json")
    if not found:
        return ""
    scores = {(row["truth"], row["simulation"], row["theory"]): row["log_score"] for row in found["scores"]}
    names = list(dict.fromkeys(row["truth"] for row in found["scores"]))
    numbers = sorted({row["simulation"] for row in found["scores"]})
    won = {(truth, k): max(names, key=lambda name: scores[truth, k, name]) for truth in names for k in numbers}
    right = sum(won[truth, k] == truth for truth in names for k in numbers)
    means = {(t, name): sum(scores[t, k, name] for k in numbers) / len(numbers) for t in names for name in names}
    cells = [
        (f"{truth} ({', '.join(won[truth, k] for k in numbers)})", *(f"{means[truth, name]:.2f}" for name in names))
        for truth in names
    ]
    return f"""
## Could the record tell them apart?

Targets are simulated from a draw of each theory's posterior, {"once" if len(numbers) == 1 else f"{len(numbers)} times"} each, with errors as the record has them. Every theory is fitted
to those up to {found["origin"]} and forecasts the rest. Below, its mean log score on data simulated from the theory of the row; in brackets
the theory that won there. The true one won in {right} of {len(won)} cases; by chance it would be {len(won) / len(names):.1f}.

{table(("true (won)", *names), cells)}
So few simulations show no more than whether the record tells theories apart at a glance. `confusion.json` has every score.
"""
