"""What the record itself says of a target's number: which of its rows mean the same, and what they say."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from dualpower.record._memo import once_for_each
from dualpower.record.meaning import is_whole, last_day, meaning, number, party_of, selectors, text
from dualpower.record.measures import MEASURES
from dualpower.record.observation import ObservationError
from dualpower.scenario.names import plain

__all__ = ["article_number", "conflicting", "other_parties", "rows_beside", "sources_text"]

ARTICLE = "seed"
"""The `source_kind` of the article that a scenario sets out from."""


def rows_beside(spec: Any, record: pd.DataFrame, target: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the record that speak of a target's number: quantity, place, group and days agree.

    The place of a council is not asked for: a congress of the whole country is written down where it met.
    """
    if record.empty:
        return []
    rows = [row for row in rows_of(record) if row.get("quantity") == target.get("quantity")]
    anywhere = "council" in needs_of(spec, target)
    return [
        row
        for row in rows
        if (anywhere or text(row, "place") == text(target, "place"))
        and _overlap(row, target)
        and _same_group(spec, row, target)
    ]


def other_parties(
    spec: Any,
    record: pd.DataFrame,
    targets: pd.DataFrame,
    counts: Callable[[Mapping[str, Any]], bool] = lambda _: True,
) -> list[dict[str, Any]]:
    """Return the rows of the record about bodies that targets speak of, on the targets' days, and about parties of
    which no target speaks there; one row a party, the first that counts (others of the same number stand beside it).
    """
    wanted = [row for row in rows_of(targets) if _of_a_body(spec, row)]
    found: list[dict[str, Any]] = []
    for row in filter(counts, rows_of(record)):
        told = [each for each in (*wanted, *found) if _same_body(row, each)]
        parties = {party_wanted(spec, each) for each in told}
        if told and party_wanted(spec, row) not in {None, *parties}:
            found.append(row)
    return found


def _of_a_body(spec: Any, row: Mapping[str, Any]) -> bool:
    return "council" in needs_of(spec, row) and party_wanted(spec, row) is not None


def _same_body(row: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    return row.get("quantity") == target.get("quantity") and _overlap(row, target)


@once_for_each
def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dicts."""
    return [as_row(row) for row in table.to_dict("records")]


def needs_of(spec: Any, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the measure of a row's quantity needs to be named, nothing where the quantity has no measure."""
    quantities = dict(spec.quantities or {})
    entry = quantities.get(text(row, "quantity"))
    measure = str(selectors(entry).get("measure")) if entry is not None else ""
    return MEASURES[measure].needs if measure in MEASURES else ()


def _overlap(row: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    return text(row, "date") <= last_day(target) and text(target, "date") <= last_day(row)


def _same_group(spec: Any, row: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    """Groups agree if both mean everyone, name one party, or are one name, more or less fully written.

    Everyone's number is also that of an episode's target ("February"), but not that of a party's or of a part.
    """
    one, other = text(row, "group"), text(target, "group")
    parties = party_wanted(spec, row), party_wanted(spec, target)
    if any(parties):
        return parties[0] == parties[1]
    return same_name(one, other) or (is_whole(one) and (is_whole(other) or _same_people(spec, row, target)))


def _same_people(spec: Any, row: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    """Whether two rows are about the same people, as far as the scenario tells them apart; yes where it cannot say."""
    try:
        return meaning(spec, row).about == meaning(spec, target).about
    except ObservationError:
        return True


def same_name(one: str, other: str) -> bool:
    """Say whether two names are one: "garrison" and "garrison, evening"; but a bracket marks off a part of `one`."""
    words, of_other = plain(one).split(), plain(other).split()
    if not words or not of_other:
        return words == of_other
    part = "(" in one or "," in one
    return _starts(of_other, words) or (not part and _starts(words, of_other))


def party_wanted(spec: Any, row: Mapping[str, Any]) -> str | None:
    """Return the party that a row's group names, if its measure asks for one."""
    if "party" not in needs_of(spec, row):
        return None
    try:
        return party_of(spec, row)
    except ObservationError:
        return None


def _starts(words: list[str], with_words: list[str]) -> bool:
    """Say whether `words` begin with the others, months and the like possibly cut short ("26 Feb")."""
    pairs = zip(words, with_words, strict=False)
    return len(with_words) <= len(words) and all(a == b or (len(b) >= 3 and a.startswith(b)) for a, b in pairs)


def article_number(rows: list[dict[str, Any]]) -> float:
    """Return the article's own number among the rows beside a target, NaN if it has none."""
    numbers = [number(row, "value") for row in rows if text(row, "source_kind") == ARTICLE]
    return next((value for value in numbers if not math.isnan(value)), float("nan"))


def sources_text(rows: list[dict[str, Any]]) -> str:
    """Return the sources of a number as one line: "90000 (primary: Name); 128388 (scholarly: Name)"."""
    return "; ".join(f"{_number_text(row)} ({text(row, 'source_kind')}: {_short(row)})" for row in rows)


def conflicting(rows: list[dict[str, Any]], low: float, high: float) -> int:
    """Return how many of the rows lie, with their whole range, outside a band."""
    ranges = [_reach(row) for row in rows]
    return sum(1 for one, other in ranges if one > high or other < low)


def _reach(row: Mapping[str, Any]) -> tuple[float, float]:
    """The range of a row; one that gives a bound alone ("at least 90") reaches without end on the other side."""
    value, low, high = (number(row, key) for key in ("value", "low", "high"))
    if math.isnan(value) and math.isnan(low) != math.isnan(high):
        return (-math.inf, high) if math.isnan(low) else (low, math.inf)
    return _range(row)


def _range(row: Mapping[str, Any]) -> tuple[float, float]:
    numbers = [value for value in (number(row, key) for key in ("value", "low", "high")) if not math.isnan(value)]
    return (min(numbers), max(numbers)) if numbers else (float("nan"), float("nan"))


def _number_text(row: Mapping[str, Any]) -> str:
    low, high = _range(row)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _short(row: Mapping[str, Any]) -> str:
    source = text(row, "source").split(" @ ")[0].strip()
    group = text(row, "group")
    return f"{source}, {group}" if group and not is_whole(group) else source


def as_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row of a table with its columns as text."""
    return {str(key): value for key, value in row.items()}
