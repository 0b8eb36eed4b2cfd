"""theories.md: what each knock-out stands for, from the table of pins; and what came of the comparison."""

from __future__ import annotations

from typing import Any

import pandas as pd

import dualpower as dp
from dualpower.inference.theories import THEORIES, Compared, Theory, pins
from pages.markdown import NOTE, table
from pages.results import RESULTS, document

INTRODUCTION = """# Rival theories

A rival explanation is a *knock-out* of the one model: the same laws with some mechanisms switched off. Each is fitted
to the same data by the same procedure, and judged by what it forecasts (the log density of targets that it had not
seen), not by taste. Because all share the remaining laws, this is kinder to them than their authors might like, and
less kind than a model of their own would be: a knock-out that loses says that *this* model needs the mechanism.

    dualpower theories petrograd-1917 -o theories
    dualpower theories petrograd-1917 --origin 1917-06-30 --until 1917-07-31 -o before     weights that are known on 31 July
    dualpower theories petrograd-1917 --origin 1917-07-31 --weights before/theories.json   what they are then worth
    dualpower theories petrograd-1917 --simulations 5          can the record tell them apart at all?

In Python, `dualpower.inference.theories.pinned(scenario, "cascade")` is the scenario under a theory, for any other
question.
"""

WEIGHTS = """
## What earned their weights

`log score` is the mean over the forecasts of the two months after each origin (a target can have one from each of two origins); `behind` its distance to the best, with a
standard error that takes targets for independent (they are not quite) and forecasts of one target for a cluster. `weight` is the theory's share in the mixture
that would have forecast best: a theory that is right where the others are wrong can have a large one although its own mean is poor.
Here are the origins of March to June and targets up to {until} alone, every theory fitted with 24 draws and two searches at each. So
no held-out target decides a weight ([rule 4](forecast-rules.md)); until 28 November the seven targets below had.
"""

OLDER = """
**These fits are older than those below**: laws or scenario have changed since, and the weights were not learned anew.
"""

LATER = """
## What they then forecast

From {origin}, the targets of the two months after it, every theory fitted with 48 draws and two searches; [how well it does](how-well.md) has the
full model from 200 and four, hence another CRPS for it. Weights are those from above.
"""


def page() -> str:
    """Return the whole page."""
    return NOTE + INTRODUCTION + "\n" + "\n".join(map(_theory, THEORIES)) + _results() + _confusion()


def _theory(theory: Theory) -> str:
    rows = [(f"`{address}`", f"{value:g}") for address, value in pins(dp.load("petrograd-1917"), theory).items()]
    return f"## {theory.name}\n\n*{theory.meaning}* {theory.why}\n" + (
        "\n" + table(("parameter", "pinned at"), rows) if rows else ""
    )


def _results() -> str:
    before, told = document("theories", "before.json"), document("theories", "theories.json")
    if not told or not before:
        return "\n## What came of it\n\nThere are no results here yet: `make theories` makes them.\n"
    older = OLDER if before["content_hash"] != told["content_hash"] else ""
    first = WEIGHTS.format(until=before["until"]) + older + "\n" + _summary(_rolling(before))
    return first + LATER.format(origin=told["origins"][-1]) + "\n" + _summary(told["summary"])


def _rolling(before: dict[str, Any]) -> list[dict[str, Any]]:
    """The summary of the comparison that gave the weights, from its scores."""
    weights = {row["theory"]: row["weight"] for row in before["summary"]}
    found = Compared(pd.read_csv(RESULTS / "theories" / "before.csv"), weights, before).summary()
    return [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]


def _summary(summary: list[dict[str, Any]]) -> str:
    """One row a theory, the best first."""
    head = ("theory", "forecasts", "targets", "log score", "behind", "error", "CRPS", "in 90 %", "weight")
    cells = [
        (row["theory"], f"{row.get('forecasts', row['targets']):.0f}", f"{row['targets']:.0f}", f"{row['log_score']:.2f}", f"{row['behind']:.2f}",
         "" if row["error"] is None else f"{row['error']:.2f}", f"{row['crps']:.3f}", f"{row['in90']:.0%}",
         f"{row['weight']:.2f}")
        for row in summary
    ]  # fmt: skip
    return table(head, cells)


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
the theory that won there. These fits are of 28 November: their draws do not allow for the accidents of a day, and blame was not divided yet. The true one won in {right} of {len(won)} cases; by chance it would be {len(won) / len(names):.1f}.

{table(("true (won)", *names), cells)}
So few simulations show no more than whether the record tells theories apart at a glance. `confusion.json` has every score.
"""
