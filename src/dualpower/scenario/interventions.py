"""What if one thing had been otherwise: interventions, checked against the names of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dualpower.scenario.calendar import DATE, as_text
from dualpower.scenario.faults import Fault, ScenarioError, did_you_mean, one_of, quote
from dualpower.scenario.parameters import MOST, bounds, is_number, known_parameters, number_expected, unknown_parameter
from dualpower.scenario.timeline import NEVER

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario
    from dualpower.scenario.timeline import Event

__all__ = ["Intervention", "do", "scale", "scaled", "set_value"]

Kind = Literal["do", "scale", "set"]
Scaled = Literal["series", "units", "members", "parameter"]


@dataclass(frozen=True)
class Intervention:
    """One thing that is otherwise than in the scenario's files.

    Attributes
    ----------
    kind : {"do", "scale", "set"}
    target : str
        An event id (do), what is scaled, or the ``law.name`` of a parameter (set).
    value : str or float
        An option, a date or "never" (do); a factor (scale); a value (set).
    """

    kind: Kind
    target: str
    value: str | float

    def __str__(self) -> str:
        shown = self.value if isinstance(self.value, str) else f"{self.value:.12g}"
        return f"--{self.kind} {self.target}={shown}"


def do(scenario: Scenario, event: str, value: str) -> Intervention | None:
    """Return the intervention that moves, prevents or decides an event; None if it is made already.

    Raises
    ------
    ScenarioError
        If there is no such event, option or day, or if an earlier intervention contradicts it.
    """
    known = {entry.id: entry for entry in scenario.timeline.events}
    if not isinstance(event, str) or event not in known:
        raise _error("do", "", event, one_of(tuple(known), "the id of an event of timeline.toml"), known)
    nature = _nature(scenario, known[event], value)
    earlier = [i for i in scenario.interventions if i.kind == "do" and i.target == event]
    for other in earlier:
        _agree(event, value, nature, str(other.value), _nature(scenario, known[event], str(other.value)))
    made = Intervention("do", event, value)
    return None if made in earlier else made


def _nature(scenario: Scenario, event: Event, value: object) -> Literal["never", "option", "date"]:
    options = [option.id for option in event.options]
    if value == NEVER:
        return "never"
    if value in options:
        return "option"
    calendar, first, last = scenario.calendar, scenario.spec.calendar.start, scenario.spec.calendar.latest
    if isinstance(value, str) and DATE.fullmatch(value):
        if not calendar.valid(value):
            raise _error("do", event.id, value, f"a day of the {calendar.system} calendar")
        if not calendar.ordinal(first) <= calendar.ordinal(value) <= calendar.ordinal(last):
            style = ", Old Style" if calendar.system == "julian" else ""
            raise _error("do", event.id, value, f"a date from {first} to {last}{style}")
        return "date"
    expected = f"{NEVER}, a date (YYYY-MM-DD) or an option of the event ({', '.join(options)})"
    hint = as_text(value) or did_you_mean(value, (NEVER, *options))
    raise ScenarioError([Fault("do", event.id, quote(value), expected, hint)])


def _agree(event: str, value: str, nature: str, other: str, other_nature: str) -> None:
    if value == other or (nature != other_nature and NEVER not in (value, other)):
        return
    raise ScenarioError(
        [
            Fault(
                "do",
                event,
                f"{quote(value)} after {quote(other)}",
                "interventions on one event that do not contradict each other",
            )
        ]
    )


def scaled(path: str) -> Scaled:
    """Say what a path that is scaled means by its form."""
    head, *rest = path.split(".")
    if head == "series" and len(rest) == 1:
        return "series"
    if head == "units" and len(rest) == 2 and rest[1] == "size":
        return "units"
    return "members" if len(rest) == 1 and rest[0] in ("members", "cells") else "parameter"


def scale(scenario: Scenario, path: str, factor: float) -> Intervention:
    """Return the intervention that multiplies something by a factor.

    Raises
    ------
    ScenarioError
        If the path names nothing that can be scaled, or if the factor is negative or beyond `MOST`.
    """
    _require_number("scale", path, factor, 0.0)
    form, names = scaled(str(path)), scenario.names
    if form == "series":
        _require_name(path, 1, names["material_issue"], "one of the issues not about power")
    elif form == "units":
        _require_name(path, 1, (*names["group"], *names["role"], *names["unit"]), "a group, a role or a unit")
    elif form == "members":
        _require_name(path, 0, names["party"], "one of the parties")
    else:
        _require_parameter("scale", scenario, path, _scalable(scenario))
    return Intervention("scale", path, float(factor))


def set_value(scenario: Scenario, path: str, value: float, *, anew: bool = False) -> Intervention | None:
    """Return the intervention that gives a parameter of the laws a value; None if it is made already.

    `anew`: whatever was set or scaled before, which then counts for nothing.

    Raises
    ------
    ScenarioError
        If no law has the parameter, if the value is beyond its `bounds`, or if another intervention contradicts it.
    """
    _require_number("set", path, value, *bounds(str(path)))
    _require_parameter("set", scenario, path, ())
    made = Intervention("set", path, float(value))
    if anew:
        return made
    earlier = [other for other in scenario.interventions if other.target == path and other.kind in ("scale", "set")]
    if earlier and earlier[-1] != made:
        expected = "interventions on one parameter that do not contradict each other"
        raise ScenarioError([Fault("set", path, f"{made.value:.12g} after {earlier[-1]}", expected)])
    return None if earlier else made


def _scalable(scenario: Scenario) -> Sequence[str]:
    names = scenario.names
    return (
        *(f"{party}.{what}" for party in names["party"] for what in ("members", "cells")),
        *(f"series.{issue}" for issue in names["material_issue"]),
        *(f"units.{name}.size" for name in (*names["group"], *names["role"], *names["unit"])),
    )


def _require_parameter(command: str, scenario: Scenario, path: str, near: Iterable[str]) -> None:
    known = known_parameters(scenario.names)
    form = isinstance(path, str) and path.count(".") in (1, 2) and all(path.split("."))
    wrong = unknown_parameter(path, known) if form else None
    if form and wrong is None:
        return
    near = (*near, *known, *scenario.parameters)
    expected = wrong.expected if wrong else "law.name of a parameter of the laws"
    if command == "scale":
        expected = "PARTY.members, PARTY.cells, series.ISSUE, units.NAME.size or law.name of a parameter of the laws"
    raise _error(command, "", path, expected, near)


def _require_name(path: str, part: int, valid: Sequence[str], what: str) -> None:
    name = path.split(".")[part]
    if name not in valid:
        raise _error("scale", path, name, one_of(tuple(valid), what), valid)


def _require_number(command: str, path: str, value: object, least: float = -MOST, most: float = MOST) -> None:
    if not is_number(value, least, most):
        raise _error(command, str(path), value, number_expected(least, most))


def _error(command: str, where: str, found: object, expected: str, near: Iterable[str] = ()) -> ScenarioError:
    return ScenarioError([Fault(command, where, quote(found), expected, did_you_mean(found, near))])
