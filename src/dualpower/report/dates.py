"""Days on an axis: positions, ticks and labels in the scenario's calendar, with New Style beside Old.

A figure counts days from the first day of the run. Everything that is drawn against time asks this module where a
date lies and how it is written, so that no figure knows which calendar it is in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import cftime
import numpy as np

from dualpower.scenario.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dualpower.run import Run

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def parts(date: str) -> tuple[int, int, int]:
    """Year, month and day of "YYYY-MM-DD" (anything after the day is ignored)."""
    year, month, day = date[:10].rsplit("-", 2)
    return int(year), int(month), int(day)


def short(date: str) -> str:
    """A day and a month, such as "23 Feb"."""
    _, month, day = parts(date)
    return f"{day} {MONTHS[month - 1][:3]}"


def stretch(date: str, end: str = "") -> str:
    """A day and a month, or two of them: "23 Feb to 4 Mar", "3 to 24 Jun"."""
    if not end or end == date:
        return short(date)
    return f"{parts(date)[2] if date[:7] == end[:7] else short(date)} to {short(end)}"


def long(date: str) -> str:
    """A full date, such as "23 February 1917"."""
    year, month, day = parts(date)
    return f"{day} {MONTHS[month - 1]} {year}"


@dataclass(frozen=True)
class Days:
    """The days of a run.

    Attributes
    ----------
    dates : tuple of str
        Every day, "YYYY-MM-DD", in the scenario's calendar.
    calendar : Calendar
        The scenario's calendar.
    """

    dates: tuple[str, ...]
    calendar: Calendar

    @property
    def old_style(self) -> bool:
        """Whether New Style has to be shown beside these dates."""
        return self.calendar.system == "julian"

    @property
    def count(self) -> int:
        """Number of days."""
        return len(self.dates)

    @cached_property
    def x(self) -> np.ndarray:
        """Position of each day: 0, 1, 2, ..."""
        return np.arange(self.count, dtype=float)

    @cached_property
    def _first(self) -> int:
        return self.calendar.ordinal(self.dates[0])

    def offset(self, date: str) -> int:
        """Days from the first day of the run to ``date``; negative before it."""
        return self.calendar.ordinal(date[:10]) - self._first

    def position(self, date: str) -> int | None:
        """Index of ``date`` in the run, or None when the run does not reach it."""
        place = self.offset(date)
        return place if 0 <= place < self.count else None

    def span(self, date: str, end: str = "") -> tuple[int, int] | None:
        """First and last index of a period, cut to the run; None when they do not meet."""
        first = self.offset(date)
        last = self.offset(end) if end else first
        if last < 0 or first >= self.count:
            return None
        return max(first, 0), min(last, self.count - 1)

    def new_style(self, date: str) -> str:
        """The same day in the Gregorian calendar."""
        return self.calendar.new_style(date[:10])

    def plain(self, date: str) -> str:
        """A full date, such as "23 February 1917", in whichever calendar it is written."""
        return long(date)

    def both(self, date: str) -> str:
        """A full date with New Style in brackets where the calendar is the old one."""
        return self.calendar.format(date[:10])

    def both_short(self, date: str) -> str:
        """A day and month, New Style in brackets where the calendar is the old one; the year if there are several."""
        year = "" if self.dates[0][:4] == self.dates[-1][:4] == date[:4] else f" {date[:4]}"
        return f"{short(date)}{year} ({short(self.new_style(date))} NS)" if self.old_style else f"{short(date)}{year}"

    def both_stretch(self, date: str, end: str) -> str:
        """As `both_short` for some days: "27 May to 5 Jun (9 to 18 Jun NS)"."""
        if date == end:
            return self.both_short(date)
        if len({day[:4] for day in (self.dates[0], self.dates[-1], date, end)}) > 1:
            return f"{self.both_short(date)} to {self.both_short(end)}"
        new = f" ({stretch(self.new_style(date), self.new_style(end))} NS)" if self.old_style else ""
        return f"{stretch(date, end)}{new}"

    @property
    def axis_title(self) -> str:
        """What an axis of dates is called."""
        years = sorted({date[:4] for date in (self.dates[0], self.dates[-1])})
        style = ", Old Style; below it New Style" if self.old_style else ""
        return f"{'–'.join(years)}{style}"


def days_of(run: Run) -> Days:
    """The days of a run, from its dataset and the calendar of its scenario."""
    stamps = np.asarray(run.dataset["date"].values)
    dates = tuple(_text(stamp) for stamp in stamps)
    return Days(dates, Calendar(run.scenario.spec.calendar.system))


def _text(stamp: object) -> str:
    if isinstance(stamp, cftime.datetime):
        return f"{stamp.year:04d}-{stamp.month:02d}-{stamp.day:02d}"
    return str(stamp)[:10]


def ticks(days: Days, first: int = 0, last: int | None = None, most: int = 11) -> list[int]:
    """Positions worth a label between two days: firsts of months, or every n days in short spans."""
    last = days.count - 1 if last is None else last
    months = [i for i in range(first, last + 1) if days.dates[i].endswith("-01")]
    if len(months) >= 4:
        return months[:: -(-len(months) // most)]
    step = max(1, -(-(last - first + 1) // most))
    return list(range(first, last + 1, step))


def tick_labels(days: Days, places: Sequence[int]) -> list[str]:
    """One label a position: the date, New Style on a second line where it differs; in runs of several years the first
    of each year that begins bears it.
    """
    texts = [short(days.dates[i]) for i in places]
    if days.dates[0][:4] != days.dates[-1][:4]:
        years = [days.dates[i][:4] for i in places]
        new = [k > 0 and year != years[k - 1] for k, year in enumerate(years)]
        texts = [f"{text} {year}" if first else text for text, year, first in zip(texts, years, new, strict=True)]
    if not days.old_style:
        return texts
    return [f"{text}\n{short(days.new_style(days.dates[i]))}" for text, i in zip(texts, places, strict=True)]
