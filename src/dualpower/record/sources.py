"""What the record itself says beside a target: all sources of the same number, and points to draw in a plot."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from dualpower.record.meaning import entry_of, is_whole, number, observables_of, party_of, plain, selectors, text
from dualpower.record.measures import MEASURES
from dualpower.record.observation import ObservationError
from dualpower.record.plan import survey

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["article_number", "is_same_number", "record_points", "rows_beside", "sources_text"]

POINT_COLUMNS = (
    "date", "date_end", "place", "quantity", "group", "value", "low", "high", "unit", "source", "source_kind", "memory",
)  # fmt: skip

ARTICLE = "seed"
"""The `source_kind` of the article that a scenario sets out from."""


def rows_beside(spec: Any, record: pd.DataFrame, target: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the record that speak of a target's number: quantity, place, group and days agree."""
    if record.empty:
        return []
    near = record[(record["quantity"] == target.get("quantity")) & (record["place"] == target.get("place"))]
    rows = [{str(key): value for key, value in row.items()} for row in near.to_dict("records")]
    return [row for row in rows if is_same_number(spec, row, target)]


def is_same_number(spec: Any, row: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    """Say whether a row of the record and a target of one quantity and place are about the same people and days."""
    return _overlap(row, target) and _same_group(spec, row, target)


def _overlap(row: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    first, last = text(row, "date"), text(row, "date_end") or text(row, "date")
    return first <= (text(target, "date_end") or text(target, "date")) and text(target, "date") <= last


def _same_group(spec: Any, row: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    """Groups agree if they are written alike, both mean everyone, name one party, or one narrows the other's words."""
    one, other = text(row, "group"), text(target, "group")
    if plain(one) == plain(other) or (is_whole(one) and (is_whole(other) or _party(spec, target) is None)):
        return True
    if _party(spec, row) is not None or _party(spec, target) is not None:
        return _party(spec, row) == _party(spec, target)
    layers = [observables_of(spec, each) for each in (row, target)]
    if all(layers) and [selectors(each) for each in layers[0]] == [selectors(each) for each in layers[1]]:
        return True
    return bool(plain(one)) and _starts(plain(other).split(), plain(one).split())


def _party(spec: Any, row: Mapping[str, Any]) -> str | None:
    try:
        return party_of(spec, row)
    except ObservationError:
        return None


def _starts(words: list[str], with_words: list[str]) -> bool:
    """Say whether `words` begin with the others, months and the like possibly cut short ("26 Feb")."""
    if len(with_words) > len(words):
        return False
    pairs = zip(words, with_words, strict=False)
    return all(a == b or (len(b) >= 3 and a.startswith(b)) for a, b in pairs)


def article_number(rows: list[dict[str, Any]]) -> float:
    """Return the article's own number among the rows beside a target, NaN if it has none."""
    numbers = [number(row, "value") for row in rows if text(row, "source_kind") == ARTICLE]
    return next((value for value in numbers if not math.isnan(value)), float("nan"))


def sources_text(rows: list[dict[str, Any]]) -> str:
    """Return the sources of a number as one line: "90000 (primary: Name); 128388 (scholarly: Name)"."""
    return "; ".join(f"{_number_text(row)} ({text(row, 'source_kind')}: {_short(row)})" for row in rows)


def conflicting(rows: list[dict[str, Any]], low: float, high: float) -> int:
    """Return how many of the rows lie, with their whole range, outside a band."""
    ranges = [_range(row) for row in rows]
    return sum(1 for one, other in ranges if one > high or other < low)


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


def record_points(scenario: Scenario, quantity: str) -> pd.DataFrame:
    """Return the rows of the record that may be drawn beside a simulated number, one point a row.

    Parameters
    ----------
    scenario : whose record
    quantity : a quantity of the record, or a measure (then the rows of all its quantities)

    Returns
    -------
    Columns `POINT_COLUMNS`; `memory` marks rows that nobody has confirmed on a page. Rows that the scenario cannot
    place (another town, part of a group) and days outside it are left out; rows with one bound only are kept.
    """
    names = _quantities(scenario.spec, quantity)
    record = scenario.record
    if record.empty or not names:
        return pd.DataFrame(columns=list(POINT_COLUMNS))
    rows = record[record["quantity"].isin(names)].reset_index(drop=True)
    known = [at for at, row in enumerate(rows.to_dict("records")) if is_comparable(scenario, row)]
    rows = rows.iloc[known].reset_index(drop=True)
    placed = _placed(scenario, rows)
    table: pd.DataFrame = rows.iloc[placed].reindex(columns=list(POINT_COLUMNS)).reset_index(drop=True)
    return table.assign(memory=table["source_kind"].isin(["memory", "guess"]))


def _quantities(spec: Any, name: str) -> list[str]:
    quantities = dict(spec.quantities or {})
    if name in quantities:
        return [name]
    return [key for key, each in quantities.items() if name in MEASURES and selectors(each).get("measure") == name]


def _placed(scenario: Scenario, rows: pd.DataFrame) -> list[int]:
    """Return positions of the rows that compile; a lone bound is no hindrance, so it is given a companion."""
    known = rows["value"].fillna(rows["low"]).fillna(rows["high"])
    filled = rows.assign(value=known, low=float("nan"), high=float("nan"))
    return list(survey(scenario, filled).rows)


def is_comparable(scenario: Scenario, row: Mapping[Any, Any]) -> bool:
    """Say whether a row's place and group are those of a target or an observable of its quantity.

    Elsewhere a number may be about another town or about part of a group, which the scenario does not tell apart.
    """
    named = _named(row)
    fitting = observables_of(scenario.spec, named)
    if any(entry_of(each, "group") for each in fitting):
        return True
    alike = [target for target in map(_named, scenario.targets.to_dict("records")) if _alike(named, target)]
    if not fitting and not alike:
        return False
    if is_whole(text(named, "group")) or _party(scenario.spec, named) is not None:
        return True
    return any(_same_group(scenario.spec, named, target) for target in alike)


def _alike(row: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    return all(text(row, key) == text(target, key) for key in ("quantity", "place"))


def _named(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in row.items()}
