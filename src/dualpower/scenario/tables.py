"""The CSV files of a scenario: which columns each has, and what its rows must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dualpower.scenario.csvs import Cell, CellError, Column, Table, as_number
from dualpower.scenario.faults import did_you_mean, one_of, quote
from dualpower.scenario.kinds import BASES, SOURCE_KINDS
from dualpower.scenario.names import IDENTIFIER, WHERE_DECLARED, Context
from dualpower.scenario.selectors import MEASURES

__all__ = ["TABLES"]

Read = Callable[[str, Context], Cell]
Wrong = tuple[str, str, str] | None


def _text(text: str, _: Context) -> Cell:
    return text


def _identifier(text: str, _: Context) -> Cell:
    if not IDENTIFIER.fullmatch(text):
        raise CellError("an identifier of letters, digits, _ and - (no blanks, no dots)")
    return text


def _number(low: float | None = None, high: float | None = None, *, whole: bool = False) -> Read:
    def read(text: str, _: Context) -> Cell:
        number = as_number(text)
        if (low is not None and number < low) or (high is not None and number > high):
            raise CellError(f"a number of at least {low:g}" if high is None else f"a number from {low:g} to {high:g}")
        if whole and number != round(number):
            raise CellError("a whole number")
        return number

    return read


def _mention(kind: str) -> Read:
    def read(text: str, context: Context) -> Cell:
        valid = context.names[kind]
        if context.names.lack(kind, text):
            raise CellError(one_of(valid, WHERE_DECLARED[kind]), did_you_mean(text, valid))
        return text

    return read


def _choice(names: tuple[str, ...], what: str = "") -> Read:
    def read(text: str, _: Context) -> Cell:
        if text not in names:
            raise CellError(one_of(names, what), did_you_mean(text, names))
        return text

    return read


def _date(*, in_run: bool) -> Read:
    def read(text: str, context: Context) -> Cell:
        if context.calendar is None:
            return text
        try:
            context.calendar.ordinal(text)
        except ValueError:
            raise CellError(f"a day of the {context.calendar.system} calendar as YYYY-MM-DD") from None
        if in_run and context.outside(text):
            raise CellError(f"a date from {context.start} (start) to {context.latest} (latest)")
        return text

    return read


def _recorded(text: str, context: Context) -> Cell:
    valid = (*context.names["quantity"], *context.names["context"])
    if text not in context.names["context"] and context.names.lack("quantity", text):
        raise CellError("one of the [quantities] of scenario.toml or of its list context", did_you_mean(text, valid))
    return text


def _change(row: Mapping[str, Cell], context: Context) -> Wrong:
    value = str(row["value"])
    try:
        _mention("district")(value, context) if row["what"] == "district" else _number(0, _EVERYONE)(value, context)
    except CellError as error:
        return "value", quote(value), error.expected + (f"; {error.hint}" if error.hint else "")
    return None


def _ends_late(row: Mapping[str, Cell], context: Context) -> Wrong:
    first, last = row["date"], row["date_end"]
    if context.calendar is None or not first or not last:
        return None
    if context.calendar.days_between(str(first), str(last)) >= 0:
        return None
    return "date_end", quote(last), f"a date from {first} (date) on"


def _says_something(row: Mapping[str, Cell], _: Context) -> Wrong:
    if any(row[name] is not None for name in ("value", "low", "high")):
        return None
    return "value", "neither a value nor a bound", "a number in value, low or high"


def _ordered(low: str, middle: str, high: str) -> Callable[[Mapping[str, Cell], Context], Wrong]:
    def check(row: Mapping[str, Cell], _: Context) -> Wrong:
        for smaller, larger in ((low, middle), (middle, high), (low, high)):
            one, other = row[smaller], row[larger]
            if isinstance(one, float) and isinstance(other, float) and one > other:
                return f"{smaller} and {larger}", f"{one:g} above {other:g}", f"{smaller} no greater than {larger}"
        return None

    return check


def _whole_point(row: Mapping[str, Cell], _: Context) -> Wrong:
    missing = [name for name in ("lat", "lon") if row[name] is None]
    return (missing[0], "an empty cell", "both lat and lon, or neither") if len(missing) == 1 else None


def _numeric(
    name: str, bounds: tuple[float, ...], *, whole: bool = False, blank: str = "fault", default: Cell = None
) -> Column:
    return Column(name, _number(*bounds, whole=whole), blank=blank, default=default, numeric=True)


def _optional(name: str, read: Read, default: Cell = None) -> Column:
    return Column(name, read, blank="ok", absent="ok", default=default)


_EVERYONE = 1e10  # no unit has more people
_OVERRIDES = ("party", "council", "contest", "issue", "topic", "event", "regime", "centre")
_SOURCE = (Column("source", _text), Column("source_kind", _choice(SOURCE_KINDS)))
_NOTE = _optional("note", _text)
_DATES = (Column("date", _date(in_run=False)), Column("date_end", _date(in_run=False), blank="ok"))
_RUN_DATES = (Column("date", _date(in_run=True)), Column("date_end", _date(in_run=True), blank="ok"))
_BASIS = Column("basis", _choice(tuple(BASES)), blank="ok")
_BAND = _ordered("low", "value", "high")
_COUNTED = (
    *_RUN_DATES,
    Column("place", _text),
    Column("quantity", _mention("quantity")),
    Column("group", _text, blank="ok"),
    _numeric("value", ()),
    _numeric("low", ()),
    _numeric("high", ()),
    Column("unit", _text, blank="ok"),
)
"""What a target and a quiet day say."""

TABLES: dict[str, Table] = {
    "districts": Table(
        "districts.csv",
        (
            Column("district_id", _identifier),
            Column("name", _text),
            Column("place", _mention("place")),
            _numeric("lat", (-90, 90), blank="ok"),
            _numeric("lon", (-180, 180), blank="ok"),
            _numeric("row", (0,), whole=True, blank="ok"),
            _numeric("col", (0,), whole=True, blank="ok"),
            _NOTE,
            *_SOURCE,
        ),
        unique=("district_id",),
        row_checks=(_whole_point,),
    ),
    "units": Table(
        "units.csv",
        (
            Column("unit_id", _identifier),
            Column("name", _text),
            Column("role", _mention("role")),
            Column("district", _mention("district")),
            _numeric("size", (0, _EVERYONE)),
            _numeric("size_low", (0, _EVERYONE), blank="ok"),
            _numeric("size_high", (0, _EVERYONE), blank="ok"),
            _numeric("women", (0, 1)),
            _numeric("workplaces", (0, _EVERYONE), blank="ok", default=1.0),
            _NOTE,
            *_SOURCE,
        ),
        unique=("unit_id",),
        row_checks=(_ordered("size_low", "size", "size_high"),),
    ),
    "series": Table(
        "series.csv",
        (
            Column("series", _mention("material_issue")),
            Column("date", _date(in_run=False)),
            _numeric("value", (0, 1)),
            *_SOURCE,
            _NOTE,
        ),
        unique=("series", "date"),
    ),
    "record": Table(
        "record.csv",
        (
            *_DATES,
            Column("place", _text),
            Column("quantity", _recorded),
            Column("group", _text, blank="ok"),
            _numeric("value", (), blank="ok"),
            _numeric("low", (), blank="ok"),
            _numeric("high", (), blank="ok"),
            Column("unit", _text, blank="ok"),
            *_SOURCE,
            _NOTE,
        ),
        row_checks=(_BAND, _ends_late, _says_something),
    ),
    "targets": Table(
        "targets.csv",
        (
            Column("target_id", _identifier),
            Column("split", _choice(("calibrate", "heldout"))),
            *_COUNTED,
            Column("confidence", _text, blank="ok"),
            _BASIS,
            _NOTE,
            _optional("measure", _choice(MEASURES, "one of the measures of [quantities]")),
            *(_optional(kind, _mention(kind)) for kind in _OVERRIDES),
        ),
        unique=("target_id",),
        row_checks=(_BAND, _ends_late),
    ),
    "quiet": Table(
        "quiet.csv",
        (
            Column("target_id", _identifier),
            *_COUNTED,
            _BASIS,
            _NOTE,
        ),
        unique=("target_id",),
        required=False,
        row_checks=(_BAND, _ends_late),
    ),
    "changes": Table(
        "changes.csv",
        (
            Column("unit_id", _mention("unit")),
            Column("date", _date(in_run=True)),
            Column("what", _choice(("district", "size"))),
            Column("value", _text),
            *_SOURCE,
            _NOTE,
        ),
        unique=("unit_id", "date", "what"),
        required=False,
        row_checks=(_change,),
    ),
    "cells": Table(
        "cells.csv",
        (
            Column("unit_id", _mention("unit")),
            Column("party", _mention("party")),
            _numeric("members", (0, _EVERYONE)),
            *_SOURCE,
            _NOTE,
        ),
        unique=("unit_id", "party"),
        required=False,
    ),
    "commuting": Table(
        "commuting.csv",
        (
            Column("work", _mention("district")),
            Column("home", _mention("district")),
            _numeric("share", (0, 1)),
            *_SOURCE,
            _NOTE,
        ),
        unique=("work", "home"),
        required=False,
    ),
}
