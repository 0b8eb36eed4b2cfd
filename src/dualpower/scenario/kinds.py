"""The kinds of value that a declaration is made of: numbers, dates, identifiers, mentions of declared names.

Each kind checks itself.  With a `Context` given to pydantic's validation, mentions must be declared and dates must be
days of the scenario's calendar; without one (in an editor, say) only the form is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, ValidationInfo
from pydantic_core import PydanticCustomError

from dualpower.scenario.calendar import DATE, Calendar
from dualpower.scenario.conditions import LEVERS, UnknownNameError, check_path, check_range, parse_condition
from dualpower.scenario.faults import did_you_mean, one_of
from dualpower.scenario.names import IDENTIFIER, WHERE_DECLARED, Context, plain

__all__ = ["BASES", "SOURCE_KINDS", "Part", "fault"]

SOURCE_KINDS = ("seed", "primary", "scholarly", "encyclopedia", "memory", "guess")
BASES = {
    "read": "its sources were read",
    "mixed": "some of its sources were read, others are from memory",
    "memory": "nobody has confirmed it on a page: twice the error, marked where it counts, no forecast judged by it",
    "guess": "nobody has told it: the same as from memory",
    "invented": "of no real place, so that there is no source; its band is taken as it stands",
}
"""What the number of a target rests on, and what follows from it; left out, it is as `read`."""


class Part(BaseModel):
    """A table of a declaration: unknown keys are faults, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def fault(expected: str, hint: str = "", *, key: str = "", found: str = "") -> PydanticCustomError:
    """Return the error that validation turns into a `Fault`.

    `key`: which key of the table is meant, with dots for one further inside; `found`: words in place of its value.
    """
    told = {"expected": expected, "hint": hint, "key": key, "found": found}
    return PydanticCustomError("fault", "expected {expected}", told)


def _identifier(value: str) -> str:
    if not IDENTIFIER.fullmatch(value):
        raise fault("an identifier of letters, digits, _ and - (no blanks, no dots)")
    return value


def _short(value: str) -> str:
    if not plain(value):
        raise fault("one to three letters")
    return value


def _mention(kind: str, *, blank: bool = False) -> AfterValidator:
    def look(value: str, info: ValidationInfo) -> str:
        if not isinstance(info.context, Context) or (blank and value == ""):
            return value
        valid = info.context.names[kind]
        if info.context.names.lack(kind, value):
            raise fault(one_of(valid, WHERE_DECLARED[kind]), did_you_mean(value, valid))
        return value

    return AfterValidator(look)


def _as_text(value: object) -> object:
    if not isinstance(value, str) and hasattr(value, "isoformat"):
        raise fault("a date in quotes", 'write it as text: "YYYY-MM-DD"')
    return value


def _date(value: str, info: ValidationInfo) -> str:
    calendar = info.context.calendar if isinstance(info.context, Context) else None
    if not DATE.fullmatch(value):
        raise fault('a date of the form "YYYY-MM-DD"')
    try:
        (calendar or Calendar("julian")).ordinal(value)
    except ValueError:
        raise fault(f"a day of the {calendar.system if calendar else 'julian or gregorian'} calendar") from None
    return value


def _run_date(value: str, info: ValidationInfo) -> str:
    context = info.context
    if isinstance(context, Context) and context.outside(value):
        raise fault(f"a date from {context.start} (start) to {context.latest} (latest)")
    return value


def _condition(value: str, info: ValidationInfo) -> str:
    names = info.context.names if isinstance(info.context, Context) else None
    try:
        check_range(parse_condition(value, names))
    except UnknownNameError as error:
        raise fault(error.expected, error.hint) from None
    return value


def _lever(value: str, info: ValidationInfo) -> str:
    names = info.context.names if isinstance(info.context, Context) else None
    try:
        check_path(value, LEVERS, "lever", names)
    except UnknownNameError as error:
        raise fault(error.expected, error.hint) from None
    return value


def _at_most_one(shares: Mapping[str, float]) -> Mapping[str, float]:
    total = sum(shares.values())
    if total > 1 + 1e-9:
        raise fault("shares whose sum is at most 1", found=f"shares that sum to {total:.4g}")
    return shares


def _no_half(value: float) -> float:
    if value != round(value):
        raise fault("a whole number")
    return value


def _listed(value: object) -> object:
    if isinstance(value, str):
        return (value,) if value else ()
    return value


Text = Annotated[str, Field(max_length=20_000)]
Short = Annotated[str, Field(max_length=3), AfterValidator(_short)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict(), Field(ge=0, le=10**12)]
Number = Annotated[float, Strict(), Field(ge=-1e10, le=1e10)]
Logit = Annotated[float, Strict(), Field(ge=-30, le=30)]
Seats = Annotated[float, Strict(), Field(ge=1, le=1e6), AfterValidator(_no_half)]
Amount = Annotated[float, Strict(), Field(ge=0, le=1e10)]
Share = Annotated[float, Strict(), Field(ge=0, le=1)]
Signed = Annotated[float, Strict(), Field(ge=-1, le=1)]
Date = Annotated[str, BeforeValidator(_as_text), AfterValidator(_date)]
RunDate = Annotated[str, BeforeValidator(_as_text), AfterValidator(_date), AfterValidator(_run_date)]
ConditionText = Annotated[str, AfterValidator(_condition)]
LeverText = Annotated[str, AfterValidator(_lever)]
SourceKind = Literal["seed", "primary", "scholarly", "encyclopedia", "memory", "guess"]
Place = Literal["city", "suburb", "fleet", "country"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

Issue = Annotated[str, _mention("issue")]
MaterialIssue = Annotated[str, _mention("material_issue")]
Centre = Annotated[str, _mention("centre")]
Party = Annotated[str, _mention("party")]
Role = Annotated[str, _mention("role")]
Group = Annotated[str, _mention("group")]
RoleOrGroup = Annotated[str, _mention("role_or_group")]
Council = Annotated[str, _mention("council")]
Regime = Annotated[str, _mention("regime")]
RegimeOrNone = Annotated[str, _mention("regime", blank=True)]
Contest = Annotated[str, _mention("contest")]
Event = Annotated[str, _mention("event")]
EventOrNone = Annotated[str, _mention("event", blank=True)]
Actor = Annotated[str, _mention("actor", blank=True)]
Unit = Annotated[str, _mention("unit")]
District = Annotated[str, _mention("district")]
Topic = Annotated[str, _mention("topic")]
QuantityName = Annotated[str, _mention("quantity")]

Support = Annotated[dict[Party, Share], AfterValidator(_at_most_one)]
OneOrMore = BeforeValidator(_listed)
Fields = dict[str, Any]
