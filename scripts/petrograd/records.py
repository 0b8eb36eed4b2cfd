"""The dated record, the targets, the districts and the crosswalk as tables of the scenario."""

from __future__ import annotations

import re

from .decisions import BARRACKS, CITY, DISTRICTS, FACTORY_DISTRICTS, RESIDENT_DISTRICTS, SPLIT_NOTES, SPLITS
from .tables import Row

RECORD_COLUMNS = (
    "date", "date_end", "place", "quantity", "group", "value", "low", "high", "unit", "source", "source_kind", "note",
)  # fmt: skip
TARGET_COLUMNS = (
    "target_id", "split", "date", "date_end", "place", "quantity", "group", "value", "low", "high", "unit",
    "confidence", "basis", "note",
)  # fmt: skip
DISTRICT_COLUMNS = ("district_id", "name", "place", "lat", "lon", "row", "col", "note", "source", "source_kind")
CROSSWALK_COLUMNS = ("used_for", "name", "district_id", "share", "note", "source_kind")
NEW_NAMES = {"date_os": "date", "date_os_end": "date_end"}
LOCAL_FILE = re.compile(r",? ?file://\S+")


def renamed(rows: list[Row]) -> list[Row]:
    """Rows with general column names; every value is kept, but for addresses of a file that no reader has."""
    return [{NEW_NAMES.get(key, key): LOCAL_FILE.sub("", value) for key, value in row.items()} for row in rows]


def districts() -> list[Row]:
    """Rows of districts.csv."""
    kind = "memory"
    return [dict(zip(DISTRICT_COLUMNS, (*row, kind), strict=True)) for row in DISTRICTS]


def crosswalk(material: list[Row], population: dict[str, int]) -> list[Row]:
    """Which name in the material belongs to which district, by what it is used for."""
    rows = [_cross("factories", name, d, 1.0, "", "memory") for name, d in FACTORY_DISTRICTS.items()]
    for name, shares in RESIDENT_DISTRICTS.items():
        kind = "memory" if len(shares) == 1 else "guess"
        note = "" if len(shares) == 1 else "half and half: the part lies on both sides"
        rows += [_cross("residents", name, d, share, note, kind) for d, share in shares.items()]
    names = {row["unit_id"]: row["district"] for row in material}
    rows += [_cross(u, names[u], d, 1.0, note, "memory") for u, (d, note) in BARRACKS.items()]
    return rows + [row for u in SPLITS for row in _split_rows(u, names[u], population)]


def _split_rows(unit_id: str, name: str, population: dict[str, int]) -> list[Row]:
    """Crosswalk rows of a unit that is spread over districts."""
    split = SPLITS[unit_id]
    weights = split if isinstance(split, dict) else {d: float(population[d]) for d in split}
    total = sum(weights.values())
    how = SPLIT_NOTES.get(unit_id, "") if isinstance(split, dict) else "in proportion to population"
    if not isinstance(split, dict) and len(split) < len(CITY):
        how += "; the largest districts stand for all"
    return [_cross(unit_id, name, d, round(w / total, 4), how, "guess") for d, w in weights.items()]


def _cross(used_for: str, name: str, district: str, share: float, note: str, kind: str) -> Row:
    """One row of crosswalk.csv."""
    return dict(zip(CROSSWALK_COLUMNS, (used_for, name, district, share, note, kind), strict=True))
