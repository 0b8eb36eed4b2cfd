"""A scenario's values after its interventions; pure functions behind the ``resolved_`` methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dualpower.scenario.calendar import DATE
from dualpower.scenario.faults import Fault, ScenarioError, quote
from dualpower.scenario.interventions import scaled
from dualpower.scenario.parameters import at_start, bounds, number_expected
from dualpower.scenario.timeline import NEVER, Event, Option

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.scenario.model import Scenario

__all__ = ["ResolvedEvent", "events", "members", "parameters", "series", "unit_factors", "units"]


@dataclass(frozen=True)
class ResolvedEvent:
    """An event with its date and option after interventions.

    Attributes
    ----------
    event : Event
        As declared.
    date : str or None
        When it happens, if what it requires holds; None if it never does.
    option : Option or None
        How it goes; None if it never happens.
    changed : bool
        Whether an intervention changed it.
    why : str
        In words, for the list of events of a run; empty if nothing changed and it happened.
    dated : bool
        Whether an intervention gave it a date, be it its own: then that date decides, whatever others go by.
    """

    event: Event
    date: str | None
    option: Option | None
    changed: bool = False
    why: str = ""
    dated: bool = False

    @property
    def id(self) -> str:
        """The event's id."""
        return self.event.id

    @property
    def never(self) -> bool:
        """Whether it never happens."""
        return self.date is None

    @property
    def absent(self) -> bool:
        """Whether it never happens, or goes in a way that means so for what presupposes it."""
        return self.option is None or not self.option.happens


def events(scenario: Scenario) -> tuple[ResolvedEvent, ...]:
    """Apply every ``do``; events that never happen stay in the list."""
    return tuple(_event(scenario, event) for event in scenario.timeline.events)


def _event(scenario: Scenario, event: Event) -> ResolvedEvent:
    made = [str(i.value) for i in scenario.interventions if i.kind == "do" and i.target == event.id]
    if NEVER in made:
        return ResolvedEvent(event, None, None, changed=True, why="prevented by an intervention")
    options = [value for value in made if not DATE.fullmatch(value) or value in {o.id for o in event.options}]
    dates = [value for value in made if value not in options]
    if not made and event.historical_option == NEVER:
        return ResolvedEvent(event, None, None, why="did not happen in history")
    name = options[0] if options else event.historical_option
    option = event.options[0] if name == NEVER else event.option(name)
    why = ", ".join([*(f"moved to {date}" for date in dates), *(f"decided as {name}" for name in options)])
    return ResolvedEvent(
        event,
        dates[0] if dates else event.date,
        option,
        changed=bool(made),
        why=f"{why} by an intervention" if why else "",
        dated=bool(dates),
    )


def units(scenario: Scenario) -> pd.DataFrame:
    """Multiply sizes (and their bounds) by the factors for a unit, its role and its group."""
    table = scenario.units.copy()
    factors = unit_factors(scenario)
    for column in ("size", "size_low", "size_high"):
        table[column] = table[column] * factors
    return table


def unit_factors(scenario: Scenario) -> list[float]:
    """Factor on the size of every unit, in the order of units.csv: now, and whenever it opens or changes."""
    groups = {role.id: role.group for role in scenario.spec.roles}
    factors = [1.0] * len(scenario.units)
    for name, factor in _scales(scenario, "units.", ".size"):
        for row, (unit, role) in enumerate(zip(scenario.units["unit_id"], scenario.units["role"], strict=True)):
            if name == _named(name, scenario, unit, role, groups[role]):
                factors[row] *= factor
    return factors


def _named(name: str, scenario: Scenario, unit: str, role: str, group: str) -> str:
    """Return what the name means for this unit: a group before a role before a unit of the same name."""
    if name in scenario.names["group"]:
        return group
    return role if name in scenario.names["role"] else unit


def _scales(scenario: Scenario, before: str, after: str) -> list[tuple[str, float]]:
    """Return the middle of each scaled path of a form, with its factor."""
    return [
        (i.target[len(before) : len(i.target) - len(after)], float(i.value))
        for i in scenario.interventions
        if i.kind == "scale" and i.target.startswith(before) and i.target.endswith(after)
    ]


def members(scenario: Scenario) -> pd.DataFrame:
    """Members whom a scenario asks for, but never more than the unit has people."""
    return members_wanted(scenario).clip(upper=units(scenario).set_index("unit_id")["size"], axis=0)


def crowded(scenario: Scenario) -> list[str]:
    """Sentences on doses of members that some units have too few people for; empty if there are none."""
    sizes = units(scenario).set_index("unit_id")["size"]
    wanted = members_wanted(scenario)
    given = wanted.clip(upper=sizes, axis=0)
    scaled = [name for after in (".members", ".cells") for name, _ in _scales(scenario, "", after)]
    return [
        f"{party}: members as scaled outnumber the people of {count} units of {len(sizes)}, where all people are "
        f"members; {given[party].sum():,.0f} members in all, not {wanted[party].sum():,.0f}"
        for party in dict.fromkeys(scaled)
        if party in wanted and (count := int((wanted[party] > sizes * (1 + 1e-9)).sum()))
    ]


def members_wanted(scenario: Scenario) -> pd.DataFrame:
    """Take cells.csv where it speaks, else supporters times members per supporter, by what is scaled."""
    import pandas as pd

    table = units(scenario)
    roles = {role.id: role for role in scenario.spec.roles}
    factors = dict(zip(table["unit_id"], unit_factors(scenario), strict=True))
    known = dict(
        zip(
            zip(scenario.cells["unit_id"], scenario.cells["party"], strict=True), scenario.cells["members"], strict=True
        )
    )
    cells, both = _products(scenario, ".cells"), _products(scenario, ".members")
    columns = {}
    for party in scenario.spec.parties:
        column = []
        for unit, role, size in zip(table["unit_id"], table["role"], table["size"], strict=True):
            given = known.get((unit, party.id))
            if given is None:
                started = size * roles[role].support.get(party.id, 0.0) * party.members_per_supporter
            else:
                started = given * factors[unit] * cells.get(party.id, 1.0)
            column.append(started * both.get(party.id, 1.0))
        columns[party.id] = column
    return pd.DataFrame(columns, index=pd.Index(table["unit_id"], name="unit_id"), dtype=float)


def _products(scenario: Scenario, after: str) -> dict[str, float]:
    products: dict[str, float] = {}
    for name, factor in _scales(scenario, "", after):
        products[name] = products.get(name, 1.0) * factor
    return products


def series(scenario: Scenario) -> pd.DataFrame:
    """Interpolate series.csv linearly, level before its first and after its last date; not cut off at 1."""
    import numpy as np
    import pandas as pd

    calendar, spec = scenario.calendar, scenario.spec.calendar
    dates = calendar.span(spec.start, spec.latest)
    days = np.arange(len(dates)) + calendar.ordinal(spec.start)
    factors = dict.fromkeys(scenario.names["material_issue"], 1.0)
    for issue, factor in _scales(scenario, "series.", ""):
        factors[issue] *= factor
    columns = {}
    for issue, factor in factors.items():
        rows = scenario.series[scenario.series["series"] == issue]
        at = np.array([calendar.ordinal(date) for date in rows["date"]])
        order = np.argsort(at, kind="stable")
        columns[issue] = factor * np.interp(days, at[order], rows["value"].to_numpy(dtype=float)[order])
    return pd.DataFrame(columns, index=pd.Index(dates, name="date"), dtype=float)


def parameters(scenario: Scenario) -> dict[str, float]:
    """Overlay what the scenario sets with ``set`` and ``scale``, in the order in which they were made."""
    values = dict(scenario.parameters)
    for intervention in scenario.interventions:
        path, value = intervention.target, intervention.value
        if intervention.kind == "set":
            values[path] = float(value)
        elif intervention.kind == "scale" and scaled(path) == "parameter":
            before = values.get(path, at_start(path, scenario.names))
            if before is None:
                raise ScenarioError([Fault("scale", "", quote(path), "a parameter with a known value: set it first")])
            values[path] = before * float(value)
    for path in sorted({i.target for i in scenario.interventions if i.kind == "scale" and i.target in values}):
        if values[path] > bounds(path)[1]:
            expected = f"{number_expected(*bounds(path))} once it is scaled"
            raise ScenarioError([Fault("scale", path, quote(values[path]), expected)])
    return values
