"""Dates of a scenario: Old Style or New Style, checked, counted and shown.

A date is text, ``YYYY-MM-DD``, in the scenario's own calendar.  Day numbers are Julian day numbers, so that one
number means one and the same day in both calendars and conversion is a matter of reading it back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Literal

import cftime

__all__ = ["DATE", "WEEKDAYS", "Calendar", "System", "as_text"]

System = Literal["julian", "gregorian"]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_EPOCH = 2_421_000  # a day of 1916, as a Julian day number
_CFTIME = {"julian": "julian", "gregorian": "proleptic_gregorian"}


@dataclass(frozen=True)
class Calendar:
    """One of the two calendars; every method takes and returns dates as text in it.

    Attributes
    ----------
    system : {"julian", "gregorian"}
        Julian is Old Style; Gregorian is New Style, also before 1582.
    """

    system: System = "gregorian"

    @property
    def cftime_name(self) -> str:
        """The name of this calendar in cftime and xarray."""
        return _CFTIME[self.system]

    def parse(self, date: str) -> cftime.datetime:
        """Read a date; raises ValueError with a sentence if it is no day of this calendar."""
        match = DATE.fullmatch(date)
        if not match:
            raise ValueError(f'"{date}" is no date of the form YYYY-MM-DD')
        year, month, day = (int(part) for part in match.groups())
        if not 1 < year < 9999:
            raise ValueError(f'"{date}" lies outside the years 2 to 9998')
        try:
            return cftime.datetime(year, month, day, calendar=self.cftime_name)
        except ValueError:
            raise ValueError(f'"{date}" is no day of the {self.system} calendar') from None

    def valid(self, date: str) -> bool:
        """Say whether the text is a day of this calendar."""
        try:
            self.ordinal(date)
        except ValueError:
            return False
        return True

    def ordinal(self, date: str) -> int:
        """Return the Julian day number of a date; the same day has the same number in both calendars."""
        return _ordinal(self, date)

    def from_ordinal(self, number: int) -> str:
        """Return the date of a Julian day number."""
        return _text(_epoch(self.cftime_name) + timedelta(days=number - _EPOCH))

    def days_between(self, first: str, last: str) -> int:
        """Return the number of days from `first` to `last`; negative if `last` is earlier."""
        return self.ordinal(last) - self.ordinal(first)

    def shift(self, date: str, days: int) -> str:
        """Return the date so many days later (or earlier)."""
        return self.from_ordinal(self.ordinal(date) + days)

    def span(self, first: str, last: str) -> list[str]:
        """List the dates from `first` to `last`, both included; empty if `last` is earlier."""
        return [self.from_ordinal(number) for number in range(self.ordinal(first), self.ordinal(last) + 1)]

    def weekday(self, date: str) -> str:
        """Return "monday" to "sunday"."""
        return WEEKDAYS[self.ordinal(date) % 7]

    def new_style(self, date: str) -> str:
        """Return the same day in the Gregorian calendar."""
        return Calendar("gregorian").from_ordinal(self.ordinal(date))

    def old_style(self, date: str) -> str:
        """Return the same day in the Julian calendar."""
        return Calendar("julian").from_ordinal(self.ordinal(date))

    def format(self, date: str) -> str:
        """Show a date to a reader: ``23 February 1917 (8 March New Style)``, or ``8 March 1917``."""
        shown = _spoken(date, year=True)
        if self.system == "gregorian":
            self.ordinal(date)
            return shown
        new = self.new_style(date)
        return f"{shown} ({_spoken(new, year=new[:4] != date[:4])} New Style)"


def as_text(value: object) -> str:
    """Say how a date that is an object (of datetime, pandas, NumPy) is written, "" if it is none.

    Such objects know one calendar only, so that they are not taken for days of the scenario's own.
    """
    text = str(value)[:10]
    known = not isinstance(value, str) and DATE.fullmatch(text)
    return f'write it as text, in the calendar of the scenario ("{text}" if it is of that)' if known else ""


@lru_cache(maxsize=65536)
def _ordinal(calendar: Calendar, date: str) -> int:
    return int(calendar.parse(date).toordinal())


@lru_cache(maxsize=2)
def _epoch(cftime_name: str) -> cftime.datetime:
    # counting from a fixed day by timedelta is a thousand times as fast as cftime's own fromordinal
    return cftime.datetime.fromordinal(_EPOCH, calendar=cftime_name)


def _text(day: cftime.datetime) -> str:
    return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"


def _spoken(date: str, *, year: bool) -> str:
    match = DATE.fullmatch(date)
    if not match or not 1 <= int(match[2]) <= 12:
        raise ValueError(f'"{date}" is no date of the form YYYY-MM-DD')
    return f"{int(match[3])} {MONTHS[int(match[2]) - 1]}" + (f" {match[1]}" if year else "")
