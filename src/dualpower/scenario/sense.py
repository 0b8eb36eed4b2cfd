"""What makes no sense is refused before a day is lived through: interventions that could never have any effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dualpower.scenario.calendar import DATE
from dualpower.scenario.faults import Fault, ScenarioError, quote
from dualpower.scenario.interventions import Intervention
from dualpower.scenario.resolve import ResolvedEvent
from dualpower.scenario.timeline import NEVER
from dualpower.scenario.world import PATIENCE

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario

__all__ = ["check_reached", "check_sense", "late_effects", "presupposes"]


def check_sense(scenario: Scenario, until: str | None = None) -> None:
    """Refuse interventions on events that cannot come about in the days simulated.

    An event that is moved beyond the last day; one that presupposes an event which never happens or comes later; one in
    a regime that does not rule then, while nothing that was changed comes before it and could bring that regime. An
    event that is postponed is such a change itself: what history had after it is open.

    Raises
    ------
    ScenarioError
        One sentence for each such intervention.
    """
    last = scenario.spec.calendar.end if until is None else until
    scenario.day_index(last, "until")
    resolved = {event.id: event for event in scenario.resolved_events()}
    faults = [fault for event in resolved.values() if event.changed and event.date is not None
              for fault in _faults(scenario, event, event.date, resolved, last)]  # fmt: skip
    if faults:
        raise ScenarioError(faults)


def late_effects(scenario: Scenario) -> list[str]:
    """What a user should know of effects that come after the latest day, unless their event comes before its date."""
    calendar, latest = scenario.calendar, scenario.spec.calendar.latest
    return [
        f"timeline.toml, events.{event.id}.options.{option.id}.effects[{number}]: delay = {effect.delay:g} after "
        f"{event.date} lies beyond {latest} (latest), so that it acts only where the event comes earlier"
        for event in scenario.timeline.events
        for option in event.options
        for number, effect in enumerate(option.effects, 1)
        if effect.delay > calendar.days_between(event.date, latest)
    ]


def check_reached(scenario: Scenario, until: str | None = None) -> None:
    """Refuse interventions on events that could not come about in the days simulated as declared either: asked of what
    a user wants to see, and not of what a program tries in turn.

    Raises
    ------
    ScenarioError
        One sentence for each such intervention.
    """
    last = scenario.spec.calendar.end if until is None else until
    if faults := [fault for made in scenario.interventions for fault in _unreached(scenario, made, last)]:
        raise ScenarioError(faults)


def _unreached(scenario: Scenario, made: Intervention, last: str) -> list[Fault]:
    """An event decided otherwise, or prevented, that could not come about by the last day as declared either."""
    event = next((each for each in scenario.timeline.events if each.id == made.target), None)
    dated = any(one.target == made.target and DATE.fullmatch(str(one.value)) for one in scenario.interventions)
    if made.kind != "do" or event is None or dated or event.when is not None or event.date <= last:
        return []
    found = f"{made.value}, though its day is {event.date}"
    return [Fault("do", event.id, found, f"an event that can come about by {last}, the last day that is simulated")]


def _faults(
    scenario: Scenario, event: ResolvedEvent, date: str, resolved: dict[str, ResolvedEvent], last: str
) -> list[Fault]:
    moved = any(made.kind == "do" and made.target == event.id and DATE.fullmatch(str(made.value))
                for made in scenario.interventions)  # fmt: skip
    if moved and date > last:
        return [Fault("do", event.id, quote(date), f"a date no later than {last}, the last day that is simulated")]
    before = [name for name in event.event.requires.events if _too_late(scenario, resolved[name], date)]
    if before:
        first = resolved[before[0]]
        when = "never happens" if first.date is None else f"comes on {first.date}"
        if first.option is not None and first.absent:
            when = f'is decided as "{first.option.id}", which means that it does not come about'
        return [Fault("do", event.id, f"it on {date}", f"{first.id} before it, which it presupposes and which {when}")]
    return _regime_fault(scenario, event, date) if moved else []


def _too_late(scenario: Scenario, needed: ResolvedEvent, date: str) -> bool:
    """Whether an event that is presupposed comes never, or later than another waits for it."""
    if needed.date is None or needed.absent:
        return True
    return scenario.calendar.days_between(date, needed.date) > PATIENCE


def _regime_fault(scenario: Scenario, event: ResolvedEvent, date: str) -> list[Fault]:
    needed = event.event.requires.regimes
    if not needed or _could_differ(scenario, event.id, date):
        return []
    ruling = [entry.regime for entry in scenario.timeline.history if entry.from_ <= date][-1:]
    soon = [entry.regime for entry in scenario.timeline.history
            if 0 <= scenario.calendar.days_between(date, entry.from_) <= PATIENCE]  # fmt: skip
    if set(needed) & {*ruling, *soon}:
        return []
    names = {regime.id: regime.name for regime in scenario.spec.regimes}
    wanted = " or ".join(names[name] for name in needed)
    since = [entry.from_ for entry in scenario.timeline.history if entry.regime in needed]
    wanted += f" (in history from {min(since)})" if since else ""
    now = names[ruling[0]] if ruling else "nobody"
    return [Fault("do", event.id, f"it on {date}, under {now}", f"a date on which it can happen, under {wanted}",
                  "or another intervention before it that brings such a regime")]  # fmt: skip


def _could_differ(scenario: Scenario, event: str, date: str) -> bool:
    """Whether anything that was changed comes before a date: another event, or this one, which history had earlier."""
    declared = {each.id: each.date for each in scenario.timeline.events}
    happened = {each.id for each in scenario.timeline.events if each.historical_option != NEVER}
    if event in happened and declared[event] < date:
        return True
    for made in scenario.interventions:
        if made.kind != "do":
            if (made.kind, made.value) != ("scale", 1.0):
                return True
            continue
        dates = (declared[made.target], str(made.value))
        if made.target != event and min(text for text in dates if DATE.fullmatch(text)) < date:
            return True
    return False


def presupposes(scenario: Scenario, event: str) -> str:
    """What an event presupposes, in words; empty if nothing."""
    declared = next(each for each in scenario.timeline.events if each.id == event)
    regimes = {regime.id: regime.name for regime in scenario.spec.regimes}
    needs = declared.requires
    parts = [" or ".join(regimes[name] for name in needs.regimes)] if needs.regimes else []
    parts += [f"{name} before it" for name in needs.events]
    return ", ".join([*parts, *needs.conditions])
