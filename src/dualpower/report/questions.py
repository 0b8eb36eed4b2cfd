"""Which rows of the record can be drawn, and what each asks of the run.

Rows of one quantity, place and group ask the same question of different days; it is compiled once and moved to the days
of each. What the scenario does not tell apart (another town, part of a group) is left out by the record itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from dualpower.record.observation import Observation
    from dualpower.report.dates import Days

UNSEEN = ("event", "regime", "office", "workplaces", "turnout", "size", "contest")
"""Measures that no figure has a line for."""

Question = tuple[Mapping[str, Any], "Observation"]
Key = tuple[str, str, str, int]


def questions(scenario: Any, days: Days) -> tuple[Question, ...]:
    """The rows of the record that speak of something the run shows on its days, each with its observation."""
    record = scenario.record
    declared = getattr(scenario.spec, "quantities", None) or {}
    if record is None or not len(record) or not declared:
        return ()
    from dualpower.record.plan import survey

    placed = _placed(record[record["quantity"].isin(shown(scenario.spec))], days)
    moves = moves_of(scenario)
    first: dict[Key, Mapping[str, Any]] = {}
    for row, _ in placed:
        first.setdefault(_key(row, moves), row)
    # The numbers do not matter to a question, and a row with one bound only must not be kept out.
    asked = pd.DataFrame([{**row, "value": 0.5, "low": np.nan, "high": np.nan} for row in first.values()])
    found = survey(scenario, asked, days.dates)
    keys = list(first)
    known = {keys[i]: each for i, each in zip(found.rows, found.observations, strict=True)}
    pairs = ((row, span, known.get(_key(row, moves))) for row, span in placed)
    return tuple((row, replace(each, start=span[0], end=span[1] + 1)) for row, span, each in pairs if each is not None)


def _placed(rows: pd.DataFrame, days: Days) -> list[tuple[Mapping[str, Any], tuple[int, int]]]:
    """Rows that lie within the run, with their first and last day."""
    placed: list[tuple[Mapping[str, Any], tuple[int, int]]] = []
    for row in rows.to_dict("records"):
        named = {str(key): value for key, value in row.items()}
        start = str(named["date"])
        last = str(named.get("date_end") or "")
        ends = days.position(start), days.position(last if last not in ("", "nan", "None") else start)
        if ends[0] is not None and ends[1] is not None:
            placed.append((named, (ends[0], ends[1])))
    return placed


def moves_of(scenario: Any) -> list[str]:
    """Days on which some unit changes, ascending: a question of one side of such a day is not that of the other."""
    changes = getattr(scenario, "changes", None)
    if changes is None or not len(changes):
        return []
    return sorted({str(date) for date in changes["date"]})


def _key(row: Mapping[str, Any], moves: list[str]) -> Key:
    quantity, place, group = (str(row.get(key)) for key in ("quantity", "place", "group"))
    return quantity, place, group, bisect_right(moves, str(row["date"]))


def shown(spec: Any) -> list[str]:
    """Quantities of the record that are, by themselves or for some of their rows, a measure that can be drawn."""
    seen = {name for name, each in dict(spec.quantities).items() if _measure(each) not in UNSEEN}
    observables = getattr(spec, "observables", None) or ()
    special = {str(each.quantity) for each in observables if (_measure(each) or UNSEEN[0]) not in UNSEEN}
    return sorted(seen | special)


def _measure(entry: Any) -> str:
    return str((entry.get("measure") if isinstance(entry, dict) else getattr(entry, "measure", "")) or "")
