"""What was found about a claim, in one sentence of plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

from dualpower.experiment.claims.verdict import FEWEST

Plain = Mapping[str, Any]


def amount(value: float | None, *, event: bool, signed: bool = False, large: bool = False) -> str:
    """A probability with two decimals, another share with three, a count of persons (``large``, or at least 10) as a
    whole number.
    """
    if value is None or value != value:
        return "–"
    digits = 2 if event else 3 if abs(value) < 10 and not large else 0
    text = f"{value:{'+' if signed else ''},.{digits}f}"
    return text[1:] if signed and float(text.replace(",", "")) == 0 else text


def style(row: Plain) -> dict[str, bool]:
    """How the numbers of an outcome are written, all alike: arguments of `amount`."""
    sizes = [abs(row[key]) for key in ("factual", "changed") if row[key] is not None and row[key] == row[key]]
    return {"event": row["event"], "large": max(sizes, default=0.0) >= 10}


def pairs(row: Plain, counted: int) -> str:
    """Said of an outcome that not all pairs which count can be asked for; "" where all can."""
    if row["draws"] == counted:
        return ""
    return f" (in {row['draws']} of {counted} pairs: those in which the body sits in both years)"


def sentence(claim: Plain) -> str:
    """One sentence: the verdict, the numbers behind it, what it depends on."""
    parts = [claim["verdict"].capitalize() + ":", _numbers(claim)]
    if why := claim["why"] or _too_few(claim):
        parts.append(f"({why})")
    return " ".join(part for part in parts if part).rstrip() + _caveat(claim) + "."


def _too_few(claim: Plain) -> str:
    """Why nothing is decided, if that is for want of years."""
    years = min((row["draws"] for row in claim["outcomes"] if row["decides"]), default=0)
    if claim["parameter"] or claim["verdict"] != "undecided" or not 0 < years < FEWEST:
        return ""
    return f"only {years} year{'s' * (years > 1)} could be compared, and fewer than {FEWEST} decide nothing"


def _numbers(claim: Plain) -> str:
    if claim["parameter"]:
        return _parameter(claim["parameter"])
    deciding = [row for row in claim["outcomes"] if row["decides"]]
    if not deciding[0]["draws"]:
        return "no simulated year comes to the point at which the claim begins"
    mixed = len({row.get("verdict") for row in deciding}) > 1
    return "; ".join(
        _outcome(row, claim["counted"]) + (f", by itself {row['verdict']}" if mixed else "") for row in deciding
    )


def _outcome(row: Plain, counted: int) -> str:
    before, after, gap, low, high = (
        amount(row[key], **style(row), signed=key in ("difference", "low", "high"))
        for key in ("factual", "changed", "difference", "low", "high")
    )
    chance = "the probability of " if row["event"] else ""
    gaps = f"difference {gap}, 90 % {low} to {high}; what would matter: {mattering(row)}"
    return f"{chance}“{row['meaning']}” is {before} unchanged and {after} changed ({gaps}){pairs(row, counted)}"


def mattering(row: Plain) -> str:
    """The smallest difference of an outcome that was declared to matter, the way that the claim expects."""
    sign = -1.0 if row["expects"] == "lower" else 1.0
    return amount(sign * row["matters"], **style(row), signed=True)


def _parameter(row: Plain) -> str:
    actual = row["above_actual"]
    where = (
        f"its critical value in this city when both rivals could first be obeyed, about {row['actual_critical']:.2f},"
        if actual is not None
        else "it"
    )
    if not row["drawn"]:
        return (
            f"{row['address']} is {row['median']:.2f} by assumption, since nothing has been fitted; "
            f"what should be rare happens in {row['lasting']:.2f} of the years"
        )
    above = row["best_above"]
    limit = f" (above {row['critical']:g}, the symmetric limit: {row['above']:.2f})" if actual is not None else ""
    return (
        f"the posterior probability that {row['address']} (median {row['median']:.2f}) is above {where} is "
        f"{above:.2f}{limit}, and what should be rare happens in {row['lasting']:.2f} of the years"
    )


def elsewhere(row: Plain, *, event: bool) -> str:
    """The verdict under a setting, with the number behind it."""
    if "above" in row:
        above, rare = f"{row['above']:.2f} of the draws", f"{row['lasting']:.2f} of the years"
        number = f"above the critical value in {above}; what should be rare in {rare}"
    elif row["draws"] and row["difference"] == row["paired_sd"] == 0:
        number = "no year comes out otherwise"
    else:
        number = (
            f"difference {amount(nan if row['difference'] is None else row['difference'], event=event, signed=True)}"
        )
    return f"{row['name'][:1].upper()}{row['name'][1:]}: {row['verdict']} ({number})."


def _caveat(claim: Plain) -> str:
    rests = {row["name"]: row["verdict"] for row in claim["settings"] if row["name"] in claim["rests_on"]}
    said = ""
    if rests:
        said = f"; but it is {_listed([f'{verdict} {name}' for name, verdict in rests.items()])}"
    elif claim["by_construction"] and claim["verdict"] == "supported":
        said = "; its sign is built into a law"
    return said + "".join(f"; a placebo moves it, too ({meaning})" for meaning in claim["spoiled"])


def _listed(parts: Sequence[str], most: int = 2) -> str:
    """Some parts in a row, the first two by name."""
    more = f" (and so with {len(parts) - most} more switched off)" if len(parts) > most else ""
    return ", ".join(parts[:most]) + more
