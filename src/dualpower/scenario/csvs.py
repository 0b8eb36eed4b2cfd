"""CSV tables of a scenario: columns with kinds, checked cell by cell, every fault with its line."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dualpower.scenario.faults import Fault, nearest, quote

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.scenario.names import Context

__all__ = ["Cell", "CellError", "Column", "Raw", "Table", "as_number", "frame", "read_rows", "read_values"]

Cell = str | float | None
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)


class CellError(ValueError):
    """A cell that does not hold what its column wants."""

    def __init__(self, expected: str, hint: str = "") -> None:
        super().__init__(expected)
        self.expected = expected
        self.hint = hint


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
    read : callable
        Turns the text of a cell into its value, or raises `CellError`.
    blank : {"fault", "ok"}
        Whether a cell may be empty.
    absent : {"fault", "ok"}
        Whether the column may be missing.
    default : str or float or None
        Value of an empty cell, and of a missing column.
    numeric : bool
        Whether the column of the DataFrame is float64 rather than text.
    """

    name: str
    read: Callable[[str, Context], Cell]
    blank: str = "fault"
    absent: str = "fault"
    default: Cell = None
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """A CSV file: its columns, what makes a row unique, and checks of a row as a whole."""

    file: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...] = ()
    required: bool = True
    row_checks: tuple[Callable[[Mapping[str, Cell], Context], tuple[str, str, str] | None], ...] = ()


@dataclass
class Raw:
    """A CSV file as text: its header, and rows with the number of the line on which each begins."""

    file: str
    header: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)

    def column(self, name: str) -> list[str]:
        """Return the cells of one column, in order; empty if there is no such column."""
        if name not in self.header:
            return []
        at = self.header.index(name)
        return [cells[at].strip() for _, cells in self.rows]


def read_rows(file: str, text: str, faults: list[Fault]) -> Raw | None:
    """Split CSV text into rows of the header's length; rows of another length are faults and left out."""
    before = len(faults)
    lines = _lines(file, text, faults)
    line, header = next(lines, (0, []))
    if not header:
        if len(faults) == before:
            faults.append(Fault(file, "", "an empty file", "a header and rows"))
        return None
    if wrong := _separator(header):
        faults.append(
            Fault(file, f"line {line}", wrong, "columns separated with commas", "save the file as CSV, UTF-8")
        )
        return None
    raw = Raw(file, [name.strip() for name in header])
    twice = sorted({name for name in raw.header if raw.header.count(name) > 1})
    where = f"line {line}, header"
    faults += [Fault(file, where, f"the column {quote(name)} twice", "each column once") for name in twice]
    raw.rows += [row for row in lines if _fits(raw, *row, faults)]
    return raw


def _lines(file: str, text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of every row that is not blank, with the number of the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "look for a quotation mark that is not closed"
        faults.append(Fault(file, f"line {line}", f"a CSV error ({error})", "comma-separated values", hint))


def _separator(header: list[str]) -> str:
    """Name what separates the columns in place of commas; empty if commas do."""
    signs = {";": "semicolons", "\t": "tabs", "|": "bars"}
    return next((name for sign, name in signs.items() if len(header) == 1 and sign in header[0]), "")


def _fits(raw: Raw, line: int, cells: list[str], faults: list[Fault]) -> bool:
    if len(cells) == len(raw.header):
        return True
    hint = "text with a comma in it needs quotation marks"
    expected = f"{len(raw.header)}, as in the header"
    faults.append(Fault(raw.file, f"line {line}", f"{len(cells)} cells", expected, hint))
    return False


def as_number(text: str) -> float:
    """Read a finite number; raises `CellError`."""
    if not _NUMBER.fullmatch(text):
        plain = _plain(text)
        raise CellError("a number", f"write {plain}" if _NUMBER.fullmatch(plain) else "")
    number = float(text)
    if not math.isfinite(number):
        raise CellError("a finite number")
    return number


def _plain(text: str) -> str:
    """A number without the marks between its groups of three digits; a single other comma is taken for a point."""
    plain = re.sub(r"[\s_'\u00a0\u202f]", "", text)
    grouped = re.fullmatch(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?", plain, re.ASCII)
    return plain.replace(",", "" if grouped else ".")


def read_values(table: Table, raw: Raw, context: Context, faults: list[Fault]) -> dict[str, list[Cell]]:
    """Check a table and return its columns; a cell at fault holds its column's default."""
    faults += _header_faults(table, raw)
    if table.required and not raw.rows:
        faults.append(Fault(table.file, "", "no rows", "at least one row"))
    at = {name: place for place, name in reversed(list(enumerate(raw.header)))}
    known = {column.name for column in table.columns}
    values: dict[str, list[Cell]] = {
        name: [cells[at[name]].strip() for _, cells in raw.rows] for name in raw.header if name not in known
    }
    whole = [True] * len(raw.rows)
    for column in table.columns:
        values[column.name] = _column(table.file, column, raw, at.get(column.name), context, whole, faults)
    ordered = {name: values[name] for name in (*(c.name for c in table.columns), *values)}
    _row_faults(table, raw, ordered, whole, context, faults)
    return ordered


def _header_faults(table: Table, raw: Raw) -> list[Fault]:
    names = [column.name for column in table.columns]
    missing = [column for column in table.columns if column.name not in raw.header]
    strange = [name for name in raw.header if name not in names]
    faults = []
    for column in missing:
        near = nearest(column.name, strange, cutoff=0.75)
        if column.absent == "fault" or near:
            hint = f"is {quote(near)} meant for it?" if near else ""
            faults.append(Fault(table.file, "header", f"no column {quote(column.name)}", "it in the header", hint))
    return faults


def _column(
    file: str, column: Column, raw: Raw, at: int | None, context: Context, whole: list[bool], faults: list[Fault]
) -> list[Cell]:
    if at is None:
        return [column.default] * len(raw.rows)
    read, values = column.read, list[Cell]()
    done: dict[str, Cell] = {}
    for row, (line, cells) in enumerate(raw.rows):
        text = cells[at].strip()
        value: Cell = column.default
        try:
            if text in done:
                value = done[text]
            elif text:
                value = done[text] = read(text, context)
            elif column.blank == "fault":
                raise CellError("something in this column")
        except CellError as error:
            whole[row] = False
            found = quote(text) if text else "an empty cell"
            faults.append(Fault(file, f"line {line}, {column.name}", found, error.expected, error.hint))
        values.append(value)
    return values


def _row_faults(
    table: Table, raw: Raw, values: Mapping[str, list[Cell]], whole: list[bool], context: Context, faults: list[Fault]
) -> None:
    seen: dict[tuple[Cell, ...], int] = {}
    for row, (line, _) in enumerate(raw.rows):
        key = tuple(values[name][row] for name in table.unique)
        if table.unique and None not in key and seen.setdefault(key, line) != line:
            said = ", ".join(quote(part) for part in key)
            faults.append(
                Fault(
                    table.file,
                    f"line {line}, {', '.join(table.unique)}",
                    f"{said} again",
                    f"each only once (it is in line {seen[key]} already)",
                )
            )
        if whole[row]:
            cells = {name: column[row] for name, column in values.items()}
            for check in table.row_checks:
                if wrong := check(cells, context):
                    where, found, expected = wrong
                    faults.append(Fault(table.file, f"line {line}, {where}", found, expected))


def frame(table: Table, values: Mapping[str, list[Cell]]) -> pd.DataFrame:
    """Make a DataFrame: numeric columns as float64 (NaN where empty), all others as text ("" where empty)."""
    import numpy as np
    import pandas as pd

    numeric = {column.name for column in table.columns if column.numeric}
    columns = {}
    for name, cells in values.items():
        if name in numeric:
            columns[name] = pd.Series(np.array([math.nan if cell is None else cell for cell in cells], dtype=float))
        else:
            columns[name] = pd.Series(["" if cell is None else cell for cell in cells], dtype=object)
    return pd.DataFrame(columns)
