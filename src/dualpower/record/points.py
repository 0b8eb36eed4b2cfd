"""Points of the record to draw beside a simulated number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from dualpower.record.meaning import entry_of, is_whole, observables_of, selectors, text
from dualpower.record.measures import MEASURES
from dualpower.record.plan import survey
from dualpower.record.sources import as_row, needs_of, party_wanted, same_name

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["POINT_COLUMNS", "is_comparable", "record_points"]

POINT_COLUMNS = (
    "date", "date_end", "place", "quantity", "group", "value", "low", "high", "unit", "source", "source_kind", "memory",
)  # fmt: skip


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
    """Say whether the scenario knows a row's place and group, so that the row may stand beside a simulated number.

    Elsewhere a number may be about another town or about part of a group. An event is itself wherever it is noted.
    """
    named = as_row(row)
    if "event" in needs_of(scenario.spec, named):
        return True
    fitting = observables_of(scenario.spec, named)
    if any(entry_of(each, "group") for each in fitting):
        return True
    targets = [as_row(target) for target in scenario.targets.to_dict("records")]
    return _knows_place(scenario.spec, named, targets, bool(fitting)) and _knows_group(scenario.spec, named, targets)


def _knows_place(spec: Any, row: Mapping[str, Any], targets: list[dict[str, Any]], observed: bool) -> bool:
    """A place is known from an observable, from targets of the quantity or, if it has none, from most other targets."""
    if observed or "council" in needs_of(spec, row):
        return True
    own = [text(target, "place") for target in targets if text(target, "quantity") == text(row, "quantity")]
    home = Counter(text(target, "place") for target in targets).most_common(1)
    return text(row, "place") in (own or [place for place, _ in home])


def _knows_group(spec: Any, row: Mapping[str, Any], targets: list[dict[str, Any]]) -> bool:
    """A group is known if it is everyone, a party where one is wanted, or a name that some target has."""
    group = text(row, "group")
    if is_whole(group) or party_wanted(spec, row) is not None:
        return True
    return any(same_name(group, text(target, "group")) for target in targets if not is_whole(text(target, "group")))
