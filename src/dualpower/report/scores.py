"""The score for a reader: rows in plain words, misses first, every source of a number beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dualpower.record.meaning import text
from dualpower.report.evidence import UNSURE, cut, number_of, split_source, told
from dualpower.report.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


WORDS = ("date", "date_end", "place", "unit", "confidence", "note", "why")
NUMBERS = ("observed", "low", "high", "simulated", "z", "article")


@dataclass(frozen=True)
class Source:
    """What one source says of a number."""

    says: str
    group: str
    name: str
    address: str
    kind: str
    note: str

    @property
    def unsure(self) -> bool:
        """Whether nobody has confirmed it on a page."""
        return self.kind in UNSURE


@dataclass(frozen=True)
class Row:
    """One target beside the run, its numbers in the record's units."""

    target: str
    split: str
    date: str
    date_end: str
    place: str
    what: str
    unit: str
    observed: float
    low: float
    high: float
    simulated: float
    z: float
    memory: bool
    confidence: str
    article: float
    note: str
    why: str
    sources: tuple[Source, ...]
    mixed: bool = False

    @property
    def compared(self) -> bool:
        """Whether the run has a number for it."""
        return math.isfinite(self.simulated)

    @property
    def inside(self) -> bool:
        """Whether the run's number lies in the band."""
        return self.compared and self.low <= self.simulated <= self.high

    @property
    def distance(self) -> float:
        """How many times the run is outside the nearest bound, as a logarithm; 0 inside."""
        if not self.compared or self.inside:
            return 0.0
        bound = self.low if self.simulated < self.low else self.high
        return abs(math.log((abs(self.simulated) + 1e-9) / (abs(bound) + 1e-9)))

    @property
    def article_differs(self) -> bool:
        """Whether the article's own number lies outside the band."""
        return math.isfinite(self.article) and not self.low <= self.article <= self.high


def rows_of(view: View, table: pd.DataFrame | None = None) -> list[Row]:
    """The rows of the run's score (or of a given one) as `ranked` puts them; worked out once for a view."""
    known = view.notes.get("rows")
    if known is None or table is not None:
        known = view.notes["rows"] = ranked(view, view.run.score() if table is None else table)
    return list(known)


def ranked(view: View, table: pd.DataFrame) -> list[Row]:
    """The rows of a score: misses first, the farthest at the top; then what could not be compared; then the rest."""
    if table is None or not len(table):
        return []
    rows = [_row(view, {str(key): value for key, value in row.items()}) for row in table.to_dict("records")]
    return sorted(rows, key=lambda row: (_rank(row), -abs(row.z) if math.isfinite(row.z) else -row.distance, row.date))


def _rank(row: Row) -> int:
    return 2 if row.inside else 0 if row.compared else 1


def _row(view: View, row: Mapping[str, Any]) -> Row:
    numbers: dict[str, Any] = {key: number_of(row, key) for key in NUMBERS}
    sources = tuple(_sources(view, row))
    words: dict[str, Any] = {key: text(row, key) for key in WORDS}
    return Row(
        target=text(row, "target_id"),
        split=text(row, "split"),
        what=_what(row),
        memory=bool(row.get("memory", False)) or text(row, "basis") in UNSURE,
        mixed=text(row, "basis") == "mixed",
        sources=sources,
        **words,
        **numbers,
    )


def _what(row: Mapping[str, Any]) -> str:
    quantity, group = text(row, "quantity").replace("_", " "), text(row, "group")
    return quantity if group.casefold() in ("", "all", "total") else f"{quantity}: {group}"


def _sources(view: View, target: Mapping[str, Any]) -> list[Source]:
    from dualpower.record.sources import rows_beside

    scenario = view.run.scenario
    if scenario.record is None or not len(scenario.record):
        return []
    return [source_of(row) for row in rows_beside(scenario.spec, scenario.record, target)]


def source_of(row: Mapping[str, Any]) -> Source:
    """A row of the record as what one source says."""
    name, address = split_source(text(row, "source"))
    said = told(*(number_of(row, key) for key in ("value", "low", "high")))
    group, kind, note = (text(row, key) for key in ("group", "source_kind", "note"))
    return Source(said, group, cut(name, 140), address, kind, note)
