"""The report on claims: one page; what came out against its claim or is built in comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dualpower._amounts import counted
from dualpower.experiment.claims.words import amount
from dualpower.report.html import render, undisturbed
from dualpower.report.style import INK, MODEL, MUTED, RECORD, describe, fit, sheet, styled
from dualpower.report.svg import svg

Plain = Mapping[str, Any]
COLOURS = {"supported": MODEL, "contradicted": RECORD, "undecided": MUTED}
_REACH = 12.0
"""Effects are drawn up to so many smallest differences of interest."""


def claims_page(document: Plain) -> str:
    """The report as one HTML page that needs nothing but itself.

    Parameters
    ----------
    document
        Of a `dualpower.experiment.claims.ClaimsResult`.
    """
    tools = {"amount": amount, "isnumber": lambda value: value is not None and value == value, "ended": ended}
    with undisturbed():
        return render("claims.html", contents(document), tools)


def contents(document: Plain) -> dict[str, Any]:
    """Everything that the page shows, by name."""
    listed = in_order(document["claims"])
    ladders = [claim for claim in listed if len(claim["doses"]) > 1 and claim["doses"][0]["draws"]]
    return {
        "about": document, "title": document["scenario"]["title"], "headline": headline(document["claims"]),
        "how": how(document), "claims": listed, "built": [c for c in listed if built_in(c)],
        "forest": svg(forest(listed), "forest") if any(c["outcomes"] for c in listed) else "",
        "ladders": {claim["id"]: svg(ladder(claim), f"dose-{claim['id']}") for claim in ladders},
    }  # fmt: skip


def built_in(claim: Plain) -> bool:
    """Whether a result is what a law or a definition makes it: its sign, or the whole of it with an assumption off."""
    return bool(claim["by_construction"] or claim["rests_on"])


def in_order(claims: Sequence[Plain]) -> list[Plain]:
    """Contradicted first, then undecided, then supported ones that are built in, then the rest."""
    rank = {"contradicted": 0, "undecided": 1, "supported": 3}
    return sorted(claims, key=lambda c: 2 if c["verdict"] == "supported" and built_in(c) else rank[c["verdict"]])


def headline(claims: Sequence[Plain]) -> str:
    """How many came out how, in a sentence."""
    counts = [
        f"{sum(c['verdict'] == name for c in claims)} {name}" for name in ("supported", "contradicted", "undecided")
    ]
    built = sum(c["verdict"] == "supported" and built_in(c) for c in claims)
    more = (
        f" Of the supported ones {built} owe their sign to a law or hang on an assumption that can be switched off."
        if built
        else ""
    )
    return f"Of {counted(len(claims), 'claim')}: {', '.join(counts)}." + more


def how(document: Plain) -> str:
    """What was computed, in a sentence."""
    rows = min(document["parameter_rows"], document["draws"])  # a draw uses one
    many = (
        f"{rows} sets of parameters ({document['parameters']})"
        if rows > 1
        else f"one set of parameters ({document['parameters']})"
    )
    return (
        f"{document['draws']} pairs of years for every intervention, {document['checks']} for assumptions, calls, "
        f"theories and shares; {many}; seed {document['seed']}. "
        "The two years of a pair share parameters and all chance."
        f"{coins(document['claims'])}"
    )


def coins(claims: Sequence[Plain]) -> str:
    """How often intervals leave zero out where a coin has swapped the two years of each pair, in a sentence."""
    intervals, outside = (sum(c.get("swapped", {}).get(key, 0) for c in claims) for key in ("intervals", "outside"))
    if not intervals:
        return ""
    said = f"{100 * outside / intervals:.1f} % of {intervals:,} intervals leave zero out (10 % should)"
    return f" Where a coin swaps the two years of each pair, {said}."


def ended(text: str) -> str:
    """A text with a full stop, unless it ends a sentence by itself; nothing stays nothing."""
    text = text.strip()
    return text if not text or text.rstrip("\"'”’»)")[-1:] in (".", "!", "?", "…") else f"{text}."


@styled
def forest(claims: Sequence[Plain]) -> Figure:
    """Draw the effect on each claim's first outcome, in smallest differences of interest, as the claim expects."""
    rows = [claim for claim in claims if claim["outcomes"] and claim["outcomes"][0]["draws"]]
    figure, (axes,) = sheet(0.9 + 0.27 * max(len(rows), 1), left=4.2, bottom=0.55, top=0.15)
    for place, claim in enumerate(reversed(rows)):
        _effect(axes, place, claim)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.axvline(1, color=MUTED, linewidth=0.8, linestyle=(0, (3, 2)))
    axes.set_yticks(range(len(rows)), [fit(f"{c['id']}  {c['title']}", 4.0, 7.0) for c in reversed(rows)])
    axes.set_xlim(-_REACH / 2, _REACH)
    axes.set_xlabel("effect, in smallest differences of interest (right: as the claim expects)")
    return describe(figure, "Effects of the interventions on the first outcome of each claim, with 90 % intervals")


def _effect(axes: Axes, place: int, claim: Plain) -> None:
    row = claim["outcomes"][0]
    sign = 1.0 if row["expects"] == "higher" else -1.0
    ends = np.sort(np.array([row["low"], row["high"]]) * sign / row["matters"]).clip(-_REACH / 2, _REACH)
    colour = COLOURS[row["verdict"]]
    axes.hlines(place, *ends, color=colour, linewidth=2.2)
    axes.plot(
        np.clip(row["difference"] * sign / row["matters"], -_REACH / 2, _REACH), place, "o", color=colour, markersize=4
    )


@styled
def ladder(claim: Plain) -> Figure:
    """Draw over the doses what they make of their outcome."""
    outcome = claim["dose_outcome"]
    steps = sorted(claim["doses"], key=lambda step: step["amount"])
    x, y = [step["amount"] for step in steps], [step["changed"] for step in steps]
    errors = [(step["high"] - step["low"]) / 2 for step in steps]
    figure, (axes,) = sheet(1.9, bottom=0.55, top=0.3)
    axes.errorbar(x, y, yerr=errors, color=MODEL, marker="o", markersize=4, linewidth=1.3, capsize=2)
    axes.axhline(steps[0]["factual"], color=MUTED, linewidth=0.8, linestyle=(0, (3, 2)))
    axes.set_ylim(*((0, 1.02) if outcome["event"] else (min(0.0, *y), 1.1 * max(*y, 1e-9))))
    axes.set_title(fit(outcome["meaning"], 8.0))
    axes.set_xlabel(claim["dose"])
    return describe(figure, f"{claim['id']}: {outcome['meaning']}, by {claim['dose']}")
