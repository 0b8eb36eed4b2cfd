"""Faults of declarations that contradict each other."""

from __future__ import annotations

from collections.abc import Mapping

from dualpower.scenario.calendar import Calendar
from dualpower.scenario.crosscheck import entries, listed, twice
from dualpower.scenario.faults import Fault, did_you_mean, quote
from dualpower.scenario.names import Context, plain
from dualpower.scenario.timeline import NEVER
from dualpower.scenario.world import PATIENCE

__all__ = ["contradictions"]

_SCENARIO, _TIMELINE = "scenario.toml", "timeline.toml"


def contradictions(scenario: object, timeline: object, context: Context) -> list[Fault]:
    """Every contradiction within raw TOML."""
    return [
        *_headline(scenario),
        *_origins(scenario),
        *_held(scenario, context),
        *_contests(scenario),
        *_rules(scenario),
        *_observables(scenario),
        *_too_early(timeline, context),
        *_under_another_regime(timeline, context),
        *_rules_of_other_regimes(timeline),
    ]


def _headline(scenario: object) -> list[Fault]:
    """A main test that no forecast is made for."""
    forecast = scenario.get("forecast") if isinstance(scenario, Mapping) else None
    origins = [str(date) for date in listed(forecast, "origins")]
    headline = forecast.get("headline") if isinstance(forecast, Mapping) else None
    if not isinstance(headline, str) or not origins or headline in origins:
        return []
    expected = f"one of the origins ({', '.join(origins)})"
    return [Fault(_SCENARIO, "forecast.headline", quote(headline), expected, did_you_mean(headline, origins))]


def _origins(scenario: object) -> list[Fault]:
    """Origins given twice, which would count twice in every mean."""
    forecast = scenario.get("forecast") if isinstance(scenario, Mapping) else None
    return twice(_SCENARIO, "forecast.origins", listed(forecast, "origins"), "origin")


def _held(scenario: object, context: Context) -> list[Fault]:
    """Bodies that end before they begin, or have two turnouts from one day."""
    faults = []
    for council in entries(scenario, "councils"):
        where, first, last = f"councils.{council.get('id')}", council.get("date"), council.get("date_end")
        faults += twice(_SCENARIO, f"{where}.turnout", (one.get("from") for one in entries(council, "turnout")), "date")
        if context.calendar is not None and _backwards(context.calendar, first, last):
            faults.append(Fault(_SCENARIO, f"{where}.date_end", quote(last), f"a date from {first} (date) on"))
    return faults


def _backwards(calendar: Calendar, first: object, last: object) -> bool:
    """Whether two dates that are days of the calendar stand in the wrong order."""
    if not (isinstance(first, str) and isinstance(last, str) and calendar.valid(first) and calendar.valid(last)):
        return False
    return calendar.days_between(first, last) < 0


def _contests(scenario: object) -> list[Fault]:
    """Contests that nobody fights against another, or that change nothing."""
    faults = []
    for contest in entries(scenario, "contests"):
        where, success, challenger = f"contests.{contest.get('id')}", contest.get("success"), contest.get("challenger")
        if isinstance(success, str) and success in listed(contest, "under"):
            found = f"{quote(success)}, under which it is fought"
            faults.append(Fault(_SCENARIO, f"{where}.success", found, "another regime: a success changes it"))
        if isinstance(challenger, str) and challenger == contest.get("defender"):
            found = f"{quote(challenger)}, which is the defender too"
            faults.append(Fault(_SCENARIO, f"{where}.challenger", found, "another centre than the defender"))
    return faults


def _rules(scenario: object) -> list[Fault]:
    """Changes of regime that change nothing."""
    return [
        Fault(
            _SCENARIO,
            f"regime_rules.{rule.get('id')}.to",
            f"{quote(rule['to'])}, which is in from too",
            "another regime than those before it",
        )
        for rule in entries(scenario, "regime_rules")
        if isinstance(rule.get("to"), str) and rule["to"] in listed(rule, "from")
    ]


def _observables(scenario: object) -> list[Fault]:
    """Observables for the same rows, of which the last would win."""
    named = entries(scenario, "observables")
    about = [tuple(plain(str(one.get(key) or "")) for key in ("quantity", "place", "group")) for one in named]
    return [
        Fault(
            _SCENARIO,
            f"observables[{number}]",
            f"the quantity, place and group of observables[{about.index(said) + 1}] again",
            "one table for the same rows",
        )
        for number, said in enumerate(about, 1)
        if about.index(said) + 1 < number
    ]


def _too_early(timeline: object, context: Context) -> list[Fault]:
    """Events of history that presuppose what comes later in it, or never: they wait for a week."""
    events = {str(event.get("id")): event for event in entries(timeline, "events")}
    return [
        fault
        for event in events.values()
        if event.get("historical") != NEVER
        for name in listed(event.get("requires"), "events")
        if str(name) in events
        for fault in _presupposed(event, events[str(name)], context)
    ]


def _under_another_regime(timeline: object, context: Context) -> list[Fault]:
    """Events of history that presuppose a regime which history did not have by then."""
    calendar = context.calendar
    begun = [(str(one.get("regime")), str(one.get("from"))) for one in entries(timeline, "history")]
    if calendar is None or not all(calendar.valid(first) for _, first in begun):
        return []
    faults = []
    for event in entries(timeline, "events"):
        needed, date = [str(name) for name in listed(event.get("requires"), "regimes")], str(event.get("date"))
        if not needed or event.get("historical") == NEVER or not calendar.valid(date):
            continue
        late = [(regime, calendar.days_between(date, first)) for regime, first in begun]
        # The one that ruled on the evening before counts, and those that begin while the event still waits.
        there = [regime for regime, days in late if days < 0][-1:]
        there += [regime for regime, days in late if 0 <= days <= PATIENCE]
        if there and not {*needed} & {*there}:
            found = f"{', '.join(map(quote, needed))}, though history had {' and '.join(there)} on {date}"
            expected = "a regime that history had on the day of the event"
            faults.append(Fault(_TIMELINE, f"events.{event.get('id')}.requires.regimes", found, expected))
    return faults


def _rules_of_other_regimes(timeline: object) -> list[Fault]:
    """Choices whose rules hold under other regimes than those that they presuppose: no rule of theirs ever decides."""
    faults = []
    for event in entries(timeline, "events"):
        needed, ruled = ([str(one) for one in listed(event.get(key), "regimes")] for key in ("requires", "when"))
        if needed and ruled and not {*needed} & {*ruled}:
            where, found = f"events.{event.get('id')}.when.regimes", ", ".join(map(quote, ruled))
            faults.append(Fault(_TIMELINE, where, found, f"one of its requires.regimes, {', '.join(needed)}"))
    return faults


def _taken(event: Mapping[str, object]) -> object:
    """Id of the option that history took."""
    return event.get("historical") or next((option.get("id") for option in entries(event, "options")), None)


def _presupposed(event: Mapping[str, object], needed: Mapping[str, object], context: Context) -> list[Fault]:
    """The fault of an event of history, if another that it presupposes comes too late for it."""
    calendar, date, other = context.calendar, str(event.get("date")), str(needed.get("date"))
    if calendar is None or not calendar.valid(date) or not calendar.valid(other):
        return []
    never = needed.get("historical") == NEVER or any(
        option.get("happens") is False for option in entries(needed, "options") if option.get("id") == _taken(needed)
    )
    if not never and calendar.days_between(date, other) <= PATIENCE:
        return []
    found = f"{quote(needed.get('id'))}, which " + ("did not happen in history" if never else f"comes on {other}")
    expected = f"what comes before the event itself, {date}, or at most {PATIENCE} days after it"
    return [Fault(_TIMELINE, f"events.{event.get('id')}.requires.events", found, expected)]
