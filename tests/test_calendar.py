"""Dates: both calendars, their difference, weekdays, and what is no date at all."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualpower.scenario.calendar import Calendar

JULIAN, GREGORIAN = Calendar("julian"), Calendar("gregorian")
MODERN = st.dates(datetime.date(1600, 1, 1), datetime.date(2200, 12, 31))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1917-02-23", "1917-03-08"),
        ("1917-10-25", "1917-11-07"),
        ("1916-12-31", "1917-01-13"),
        ("1900-02-28", "1900-03-12"),
        ("1900-02-29", "1900-03-13"),
        ("1900-03-01", "1900-03-14"),
        ("1582-10-05", "1582-10-15"),
        ("1066-10-14", "1066-10-20"),
    ],
)
def test_old_and_new_style_are_one_day(old: str, new: str) -> None:
    assert JULIAN.new_style(old) == new
    assert GREGORIAN.old_style(new) == old
    assert JULIAN.ordinal(old) == GREGORIAN.ordinal(new)


@pytest.mark.parametrize(
    ("calendar", "date", "day"),
    [
        (JULIAN, "1917-02-23", "thursday"),
        (JULIAN, "1917-02-27", "monday"),
        (JULIAN, "1917-10-25", "wednesday"),
        (GREGORIAN, "1917-11-07", "wednesday"),
        (GREGORIAN, "2000-01-01", "saturday"),
    ],
)
def test_weekdays(calendar: Calendar, date: str, day: str) -> None:
    assert calendar.weekday(date) == day


def test_leap_days_differ_between_the_calendars() -> None:
    assert JULIAN.valid("1900-02-29")
    assert not GREGORIAN.valid("1900-02-29")
    for calendar in (JULIAN, GREGORIAN):
        assert calendar.valid("1916-02-29")
        assert not calendar.valid("1917-02-29")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1917",
        "1917-2-23",
        "23.02.1917",
        "1917-02-30",
        "1917-13-01",
        "1917-00-10",
        "1917-02-00",
        "0000-01-01",
        "1917-02-23 ",
        "-917-02-23",
        "1917-02-23T00:00",
        "１９１７-02-23",
        "9999-12-31",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert not JULIAN.valid(text)
    with pytest.raises(ValueError, match=r"is no d|outside the years"):
        JULIAN.parse(text)


def test_format_shows_both_styles_and_both_years_at_the_turn() -> None:
    assert JULIAN.format("1917-02-23") == "23 February 1917 (8 March New Style)"
    assert JULIAN.format("1917-12-25") == "25 December 1917 (7 January 1918 New Style)"
    assert GREGORIAN.format("1921-03-08") == "8 March 1921"
    with pytest.raises(ValueError, match="gregorian"):
        GREGORIAN.format("1921-02-29")


def test_span_and_shift() -> None:
    assert JULIAN.span("1900-02-28", "1900-03-01") == ["1900-02-28", "1900-02-29", "1900-03-01"]
    assert GREGORIAN.span("1900-02-28", "1900-03-01") == ["1900-02-28", "1900-03-01"]
    assert JULIAN.span("1917-03-02", "1917-03-01") == []
    assert JULIAN.shift("1917-01-01", -1) == "1916-12-31"
    assert JULIAN.days_between("1917-01-01", "1917-10-31") == 303


@given(MODERN)
def test_gregorian_dates_agree_with_the_standard_library(day: datetime.date) -> None:
    date = day.isoformat()
    assert GREGORIAN.weekday(date) == day.strftime("%A").lower()
    assert GREGORIAN.days_between("1917-11-07", date) == (day - datetime.date(1917, 11, 7)).days


@given(MODERN)
def test_conversion_is_its_own_inverse(day: datetime.date) -> None:
    new = day.isoformat()
    old = GREGORIAN.old_style(new)
    assert JULIAN.new_style(old) == new
    assert JULIAN.weekday(old) == GREGORIAN.weekday(new)
    assert JULIAN.from_ordinal(JULIAN.ordinal(old)) == old


def test_cftime_knows_the_calendar_by_name() -> None:
    assert JULIAN.parse("1900-02-29").calendar == JULIAN.cftime_name == "julian"
    assert GREGORIAN.parse("1900-02-28").calendar == GREGORIAN.cftime_name == "proleptic_gregorian"
