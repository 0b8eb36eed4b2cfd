"""Small tools for the conversion: CSV in and out, whole numbers that keep their sum, the weakest kind of source."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]

KINDS = ("primary", "scholarly", "encyclopedia", "seed", "memory", "guess")
UNIT_COLUMNS = (
    "unit_id", "name", "role", "district", "size", "size_low", "size_high", "women", "workplaces",
    "note", "source", "source_kind",
)  # fmt: skip


def read(path: Path) -> list[Row]:
    """Rows of a CSV file as dictionaries of strings."""
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as CSV with the given columns and plain line ends."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(columns), lineterminator="\n", extrasaction="raise")
        writer.writeheader()
        writer.writerows(rows)


def weakest(*kinds: str) -> str:
    """The least trustworthy of several kinds of source: a derived row is as good as its worst part."""
    return max(kinds, key=KINDS.index)


def apportion(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Split a whole number in proportion to weights, by largest remainders, so that the sum is kept.

    Parameters
    ----------
    total : persons to share out
    weights : non-negative weight by key; at least one is positive
    """
    sum_of_weights = sum(weights.values())
    exact = {key: total * weight / sum_of_weights for key, weight in weights.items()}
    whole = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: (whole[key] - exact[key], key))
    for key in by_remainder[: total - sum(whole.values())]:
        whole[key] += 1
    return whole


def join(*texts: str) -> str:
    """Join the non-empty parts of a note."""
    return "; ".join(text for text in texts if text)


def unit(**values: Any) -> Row:
    """One row of units.csv; columns that are not given are empty, `women` is 0."""
    return dict.fromkeys(UNIT_COLUMNS, "") | {"women": 0} | values
