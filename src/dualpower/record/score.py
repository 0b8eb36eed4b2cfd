"""A run beside the record: one row per target, and the count of those it meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dualpower.record.errors import UNSURE, z_score
from dualpower.record.meaning import number, row_id, text
from dualpower.record.observation import Observation
from dualpower.record.observe import aligned, arrays_of, dates_of, observe
from dualpower.record.plan import survey
from dualpower.record.sources import article_number, conflicting, rows_beside, sources_text
from dualpower.scenario.calendar import Calendar

if TYPE_CHECKING:
    from dualpower.run import Run

__all__ = ["COLUMNS", "days_counted", "from_memory", "in_band", "score", "summary", "within_twice"]

COLUMNS = (
    "target_id", "split", "date", "date_end", "date_new_style", "place", "quantity", "group", "unit",
    "observed", "low", "high", "simulated", "in_band", "within_twice", "z",
    "basis", "source_kind", "confidence", "memory", "article", "sources", "conflicting", "why", "note",
)  # fmt: skip
"""Columns of a score; `why` says why a target was not compared, "" if it was."""


def in_band(value: float, low: float, high: float) -> bool:
    """Say whether low <= value <= high."""
    return bool(low <= value <= high)


def within_twice(value: float, observation: Observation) -> bool:
    """Say whether a number misses its band by no more than the band's own width.

    The distance to the nearest bound is compared with the width twice, in natural units and on the scale of
    comparison, and neither may exceed it: so nought does not pass for a band of 40 to 200, nor 1,000.
    """
    bounds = np.array([observation.low, observation.high])
    pairs = ((value, bounds), (observation.compared(value), observation.compared(bounds)))
    return all(_miss(float(each), *map(float, ends)) <= float(ends[1] - ends[0]) + 1e-9 for each, ends in pairs)


def _miss(value: float, low: float, high: float) -> float:
    """Distance of a value from an interval, 0 inside it."""
    return max(low - value, value - high, 0.0)


def score(run: Run) -> pd.DataFrame:
    """Compare a run with all targets of its scenario.

    Returns
    -------
    One row per target in the scenario's order, columns `COLUMNS`. Numbers are in the record's units; `date` and
    `date_end` are the days that were counted. `in_band`,
    `within_twice` are missing and `simulated`, `z` are NaN where a target could not be compared (`why`). `memory`
    marks targets whose number nobody has confirmed on a page; they are counted, and the mark goes wherever they go.
    `source_kind` is the target's own; where it has none, memory or guess if that is its basis, else "".

    Raises
    ------
    ObservationError
        If a target cannot be understood; the message names it.
    """
    targets = run.scenario.targets
    if targets.empty:
        return _typed(pd.DataFrame(columns=list(COLUMNS)))
    found = survey(run.scenario, targets, dates_of(run.dataset), strict=True)
    arrays = arrays_of(aligned(run.dataset, run.scenario), run.events, [one.id for one in run.scenario.spec.regimes])
    days = dates_of(run.dataset)
    compared = dict(zip(found.rows, found.observations, strict=True))
    why = {skipped.id: skipped.why for skipped in found.skipped}
    calendar, rows = Calendar(run.scenario.spec.calendar.system), []
    for position, target in enumerate(targets.to_dict("records")):
        row = {str(key): value for key, value in target.items()}
        observation = compared.get(position)
        rows.append(
            _about(run, row, why)
            | _comparison(row, arrays, observation)
            | days_counted(calendar, row, days, observation)
        )
    return _typed(pd.DataFrame(rows, columns=list(COLUMNS)))


def _about(run: Run, row: Mapping[str, Any], why: Mapping[str, str]) -> dict[str, Any]:
    """Return what is known of a target before any run."""
    spec = run.scenario.spec
    beside = rows_beside(spec, run.scenario.record, row)
    basis = text(row, "basis")
    copied = ("split", "place", "quantity", "group", "unit", "confidence", "note")
    return {key: text(row, key) for key in copied} | {
        "target_id": row_id(row),
        "basis": basis,
        "source_kind": text(row, "source_kind") or (basis if basis in UNSURE else ""),
        "memory": from_memory(row),
        "article": article_number(beside),
        "sources": sources_text(beside),
        "conflicting": conflicting(beside, number(row, "low"), number(row, "high")),
        "why": why.get(row_id(row), ""),
    }


def from_memory(row: Mapping[str, Any]) -> bool:
    """Say whether the number of a target rests on memory or guess: such targets are shown and never judged."""
    return text(row, "basis") in UNSURE or text(row, "source_kind") in UNSURE


def days_counted(
    calendar: Calendar, row: Mapping[str, Any], days: Sequence[str], observation: Observation | None
) -> dict[str, str]:
    """Return the days of a target that were counted, or those of the row where nothing was.

    `date_end` is "" where that is one day; `date_new_style` is the first day in the Gregorian calendar.
    """
    first, last = text(row, "date"), text(row, "date_end")
    if observation is not None:
        first, last = days[observation.start], days[observation.end - 1]
    return {"date": first, "date_end": "" if last == first else last, "date_new_style": calendar.new_style(first)}


def _comparison(row: Mapping[str, Any], arrays: Mapping[str, Any], observation: Observation | None) -> dict[str, Any]:
    """Return the numbers of the comparison of one target."""
    if observation is None:
        given = dict(
            zip(("observed", "low", "high"), (number(row, key) for key in ("value", "low", "high")), strict=True)
        )
        return given | {"simulated": np.nan, "in_band": pd.NA, "within_twice": pd.NA, "z": np.nan}
    simulated = float(observe(arrays, observation))
    return {
        "observed": observation.value,
        "low": observation.low,
        "high": observation.high,
        "simulated": simulated,
        "in_band": in_band(simulated, observation.low, observation.high),
        "within_twice": within_twice(simulated, observation),
        "z": float(z_score(simulated, observation)),
    }


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    numbers = dict.fromkeys(("observed", "low", "high", "simulated", "z", "article"), "float64")
    truths = {"in_band": "boolean", "within_twice": "boolean", "memory": "bool"}
    return table.astype({**numbers, **truths, "conflicting": "int64"})


def summary(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Count a score, the targets used for fitting and those held out apart.

    Returns
    -------
    For each split ("calibrate", "heldout", and others that occur): `total` targets, `compared`, `inside` their band,
    `within_twice` (inside included), `memory` (how many of the inside rest on memory), `misses` (ids outside twice the
    width), `outside` (ids outside the band), `not_compared` (ids).
    """
    splits = dict.fromkeys(["calibrate", "heldout", *table["split"].unique()])
    return {split: _count(table[table["split"] == split]) for split in splits}


def _count(rows: pd.DataFrame) -> dict[str, Any]:
    inside, near = (rows[key].fillna(False).astype(bool) for key in ("in_band", "within_twice"))
    compared = rows["in_band"].notna()
    return {
        "total": len(rows),
        "compared": int(compared.sum()),
        "inside": int(inside.sum()),
        "within_twice": int(near.sum()),
        "memory": int((inside & rows["memory"]).sum()),
        "outside": rows.loc[compared & ~inside, "target_id"].tolist(),
        "misses": rows.loc[compared & ~near, "target_id"].tolist(),
        "not_compared": rows.loc[~compared, "target_id"].tolist(),
    }
