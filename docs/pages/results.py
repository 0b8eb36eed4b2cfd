"""Files of results that pages are made from: benchmarks/results, written by `make fit`, `forecast`, `theories` and `sensitivity`."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent.parent.parent / "benchmarks" / "results"
Row = dict[str, str]


def rows(*path: str) -> list[Row]:
    """Return the rows of a CSV file of results; none if it is not there."""
    place = RESULTS.joinpath(*path)
    if not place.exists():
        return []
    with place.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def document(*path: str) -> dict[str, Any]:
    """Return a JSON file of results; empty if it is not there."""
    place = RESULTS.joinpath(*path)
    return dict(json.loads(place.read_text(encoding="utf-8"))) if place.exists() else {}


def figure(value: float) -> str:
    """Write a number for a reader: 451,000; 33.2; 0.52."""
    size = abs(value)
    if size >= 1000:
        return f"{round(value, 3 - len(str(int(size)))):,.0f}"
    return f"{value:.3g}" if size >= 1e-3 else "0"
