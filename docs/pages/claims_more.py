"""Parts of claims.md beside the verdicts: what a claim changes, the article's own number, doses, variants, shares."""

from __future__ import annotations

from functools import cache
from typing import Any

import dualpower as dp
from dualpower._amounts import counted
from dualpower.experiment.claims.words import amount, elsewhere
from dualpower.report.claims import ended
from dualpower.scenario.interventions import scaled
from pages.results import figure

Claim = dict[str, Any]

ARTICLE = {"K11": ("soviet_share_antiwar_socialists", "1917-06-30")}
"""Claims whose effect the article puts in a number of its own: quantity and date of its row in record.csv."""

FEW = 2
"""A result is said to rest on few years if it rests on fewer than all that were looked at, divided by this."""


@cache
def _scenario() -> dp.Scenario:
    return dp.load("petrograd-1917")


def article_number(claim: Claim) -> str:
    """What the article counts, from the record, beside where the model's own number stands."""
    if claim["id"] not in ARTICLE:
        return ""
    quantity, date = ARTICLE[claim["id"]]
    record = _scenario().record
    row = record[(record["quantity"] == quantity) & (record["date"] == date)].iloc[0]
    first = claim["outcomes"][0]
    return (
        f"*The article's own number* (`record.csv`, {quantity}, {date}): {row['value']:g} {row['unit']}, {row['note']}. "
        f"Beside it, of the model's years: {first['meaning']}, {100 * first['factual']:.1f} {row['unit']}.\n"
    )


def changes(claim: Claim) -> str:
    """What is made otherwise, in words, and what that presupposes."""
    made = "; ".join(f"{in_words(text)} (`{text}`)" for text in claim["interventions"])
    return f"*What is changed*: {made}. It presupposes: {ended(claim['presupposes'])}\n" if made else ""


def in_words(text: str) -> str:
    """An intervention, written as on the command line, in words."""
    kind, _, rest = text.partition(" ")
    target, _, value = rest.partition("=")
    return {"do": _done, "scale": _scaled, "set": _set}[kind](target, value)


def _done(event: str, value: str) -> str:
    known = next(one for one in _scenario().timeline.events if one.id == event)
    option = next((one for one in known.options if one.id == value), None)
    if option is not None:
        return f"“{known.name}” goes otherwise: {option.meaning.rstrip('.')}"
    return f"“{known.name}” " + ("does not happen" if value == "never" else f"comes on {value}")


def _scaled(path: str, value: str) -> str:
    head, *rest = path.split(".")
    names = {party.id: party.name for party in _scenario().spec.parties}
    what = {
        "series": lambda: f"the declared pressure of {rest[0]}",
        "members": lambda: f"members of the {names[head]}",
        "units": lambda: f"the size of {head}",
        "parameter": lambda: f"the parameter `{path}`",
    }[scaled(path)]()
    return f"no {what}" if float(value) == 0 else f"{what} times {value}"


def _set(address: str, value: str) -> str:
    return "nobody is recruited" if (address, value) == ("organisation.recruit", "0") else f"`{address}` is {value}"


def doses(claim: Claim) -> str:
    """What each dose makes of its outcome, in a line."""
    rows = claim["doses"]
    if not rows or not rows[0]["draws"]:
        return ""
    outcome = claim["dose_outcome"]
    said = ", ".join(f"{amount(row['changed'], event=outcome['event'])} at {row['amount']:g}" for row in rows)
    return f"*Doses*, {claim['dose']}: “{outcome['meaning']}” is {said}.\n"


def others(claim: Claim) -> str:
    """Other interventions on the first outcome, in a line."""
    event = claim["outcomes"][0]["event"] if claim["outcomes"] else False
    said = [
        f"{row['meaning']}: {_gap(row, event)}, {row['verdict']}"
        for row in claim["also"]
        if row["difference"] is not None
    ]
    return f"*Also*, on the first outcome: {'; '.join(said)}.\n" if said else ""


def shares(claim: Claim) -> str:
    """What each of those who may replace each other contributes, in a line."""
    rows = claim["shares"]
    if not rows or rows[0]["total"] is None:
        return ""
    event = claim["outcomes"][0]["event"]
    said = "; ".join(f"{row['name']} {_gap({**row, 'difference': row['value']}, event)}" for row in rows)
    total = amount(rows[0]["total"], event=event, signed=True)
    return f"*Shares* (Shapley) of {total} without them all, on {rows[0]['draws']} pairs: {said}.\n"


def _gap(row: Claim, event: bool) -> str:
    """A difference with its interval."""
    gap, low, high = (amount(row[key], event=event, signed=True) for key in ("difference", "low", "high"))
    return f"{gap} ({low} to {high})"


def under(row: Claim, event: bool, checks: int) -> str:
    """The verdict under a setting, with the number behind it, and how many years that rests on where they are few."""
    said = elsewhere(row, event=event)
    few = 0 < row["draws"] < checks / FEW
    return f"{said.removesuffix(').')}, on {counted(row['draws'], 'year')})." if few else said


def farthest(apart: Claim) -> str:
    """The target on which theories of different verdicts lie farthest apart, and what the record has."""
    targets = _scenario().targets.set_index("target_id")
    known = ", which both were fitted to" if targets.loc[apart["target"], "split"] == "calibrate" else ""
    said = " and ".join(
        f"{figure(value)} ({name})" for name, value in zip(apart["theories"], apart["predicted"], strict=True)
    )
    return (
        f"Theories disagree. Two that do are set farthest apart by the target {apart['target']} ({apart['date']}"
        f"{known}): {said}, where the record has {figure(apart['observed'])} "
        f"({figure(apart['low'])} to {figure(apart['high'])})."
    )
