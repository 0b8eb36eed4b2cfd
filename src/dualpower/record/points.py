"""Points of the record to draw beside a simulated number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from dualpower.record.meaning import selectors
from dualpower.record.measures import MEASURES
from dualpower.record.plan import survey

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["POINT_COLUMNS", "record_points"]

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
