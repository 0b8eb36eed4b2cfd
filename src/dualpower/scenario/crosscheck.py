"""Faults that no single value has: names given twice, dates out of order, shares that do not sum."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from dualpower.scenario.csvs import Cell, Raw
from dualpower.scenario.faults import Fault, quote
from dualpower.scenario.names import Context, plain

__all__ = ["cross_faults", "doubles", "entries", "listed", "powers", "quiet_twice", "timeline_doubles", "twice"]

Values = Mapping[str, Sequence[Cell]]
_SCENARIO = "scenario.toml"
_TIMELINE = "timeline.toml"
_WITH_IDS = ("issues", "centres", "parties", "roles", "councils", "regimes", "contests", "regime_rules")


def cross_faults(scenario: object, timeline: object, tables: Mapping[str, Values], context: Context) -> list[Fault]:
    """Collect every fault between values, from raw TOML and from the checked columns of the tables."""
    return [
        *_clashes(context),
        *_namesakes(scenario),
        *_powers(scenario),
        *_rivals(scenario),
        *_circles(timeline),
        *_launches(scenario, timeline),
        *_history(timeline, context),
        *_silent_issues(tables.get("series"), context),
        *_commuting(tables.get("commuting")),
        *_crowded_cells(tables.get("cells"), tables.get("units")),
        *_cityless(tables.get("districts")),
    ]


def entries(table: object, key: str) -> list[Mapping[str, object]]:
    """Return the tables of a list in raw TOML; empty if there is no such list."""
    found = table.get(key) if isinstance(table, Mapping) else None
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []


def twice(file: str, where: str, names: Iterable[object], what: str = "id") -> list[Fault]:
    """Faults of names that stand in a list more than once."""
    counted = Counter(name for name in names if isinstance(name, str))
    return [
        Fault(file, where, f"the {what} {quote(name)} {times} times", f"each {what} once")
        for name, times in counted.items()
        if times > 1
    ]


def doubles(scenario: object) -> list[Fault]:
    """Names that scenario.toml gives twice: said before what else is wrong with the file, which may follow from it."""
    faults = [
        fault
        for key in _WITH_IDS
        for fault in twice(_SCENARIO, key, (entry.get("id") for entry in entries(scenario, key)))
    ]
    for party in entries(scenario, "parties"):
        names = (node.get("id") for node in entries(party, "nodes"))
        faults += twice(_SCENARIO, f"parties.{party.get('id')}.nodes", names)
    return faults + twice(_SCENARIO, "outcomes", (o.get("regime") for o in entries(scenario, "outcomes")), "regime")


def timeline_doubles(timeline: object) -> list[Fault]:
    """Names that timeline.toml gives twice."""
    events = entries(timeline, "events")
    faults = twice(_TIMELINE, "events", (event.get("id") for event in events))
    for event in events:
        names = (option.get("id") for option in entries(event, "options"))
        faults += twice(_TIMELINE, f"events.{event.get('id')}.options", names)
    return faults


def _clashes(context: Context) -> list[Fault]:
    names = context.names
    both = [name for name in names["issue"] if name in names["centre"]]
    faults = [
        Fault(_SCENARIO, "issues", f"the issue {quote(name)}, which is a centre too", "different names")
        for name in both
    ]
    kept = [name for name in names["quantity"] if name in names["context"]]
    return faults + [
        Fault(_SCENARIO, f"quantities.{name}", "a quantity that is in the list context too", "one of the two")
        for name in kept
    ]


def _namesakes(scenario: object) -> list[Fault]:
    """Parties that the record could not tell apart: it names them by id, name or short name, or in the plural."""
    faults, known = list[Fault](), dict[str, str]()
    for party in entries(scenario, "parties"):
        name = str(party.get("id"))
        for key in ("id", "name", "short"):
            said = plain(str(party.get(key) or ""))
            other = known.get(said, name)
            if other != name:
                found = f"{quote(party[key])}, which the party {quote(other)} is called too"
                expected = "an id, a name and a short name that no other party has: the record knows parties by them"
                faults.append(Fault(_SCENARIO, f"parties.{name}.{key}", found, expected))
            known |= {word: name for word in (said, f"{said}s") if said and word not in known}
    return faults


def powers(scenario: object) -> list[str]:
    """Return the issues that raw TOML says to be about power."""
    return [str(issue.get("id")) for issue in entries(scenario, "issues") if issue.get("about_power") is True]


def _powers(scenario: object) -> list[Fault]:
    about = powers(scenario)
    if len(about) <= 1:
        return []
    return [Fault(_SCENARIO, "issues", f"about_power = true in {', '.join(about)}", "at most one issue about power")]


def _rivals(scenario: object) -> list[Fault]:
    return [
        Fault(
            _SCENARIO, f"regimes.{regime.get('id')}.rival", quote(regime["rival"]), "another centre than the incumbent"
        )
        for regime in entries(scenario, "regimes")
        if regime.get("rival") is not None and regime.get("rival") == regime.get("incumbent")
    ]


def _circles(timeline: object) -> list[Fault]:
    """Events that presuppose each other in a circle, so that none of them can happen.

    Or choices whose rules wait for each other or for what presupposes them, so that none happens where rules decide.
    """
    events = {str(event.get("id")): event for event in entries(timeline, "events")}
    needs = {name: [str(one) for one in listed(event.get("requires"), "events")] for name, event in events.items()}
    waits = {name: [str(one) for one in listed(event.get("when"), "events")] for name, event in events.items()}
    both = {name: needs[name] + waits[name] for name in events}
    return _circle(needs, "needs", ".requires.events") or _circle(both, "waits for", "")


def _circle(needs: Mapping[str, list[str]], word: str, key: str) -> list[Fault]:
    """A fault if some events need each other in a circle; one that needs itself is a fault of its own."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        circle = [str(name) for name in reversed(error.args[1])]
        if len(circle) > 2:
            told = f" {word} ".join(circle)
            return [Fault(_TIMELINE, f"events.{circle[0]}{key}", told, "events that can come in turn")]
    return []


def _launches(scenario: object, timeline: object) -> list[Fault]:
    """A contest says which event launches it; the event must do so, by an effect above 0."""
    launched = [
        (event.get("id"), effect.get("lever"))
        for event in entries(timeline, "events")
        for option in entries(event, "options")
        for effect in entries(option, "effects")
        if not isinstance(value := effect.get("value"), int | float) or value > 0
    ]
    events = [event.get("id") for event in entries(timeline, "events")]
    return [
        Fault(
            _SCENARIO,
            f"contests.{contest.get('id')}.launched_by",
            f"{quote(contest['launched_by'])}, which has no effect above 0 on launch.{contest.get('id')}",
            "an event that launches the contest",
        )
        for contest in entries(scenario, "contests")
        if contest.get("launched_by") is not None
        and contest["launched_by"] in events
        and (contest["launched_by"], f"launch.{contest.get('id')}") not in launched
    ]


def listed(table: object, key: str) -> list[object]:
    """Return a list in raw TOML, or its only entry as one; empty if there is none."""
    found = table.get(key) if isinstance(table, Mapping) else None
    return found if isinstance(found, list) else [] if found is None else [found]


def _history(timeline: object, context: Context) -> list[Fault]:
    if context.calendar is None or context.start is None or context.latest is None:
        return []
    begun = [str(entry.get("from")) for entry in entries(timeline, "history")]
    if not begun or not all(context.calendar.valid(date) for date in begun):
        return []
    days = [context.calendar.ordinal(date) for date in begun]
    faults = [
        Fault(_TIMELINE, f"history[{place + 1}].from", quote(begun[place]), f"a date after {begun[place - 1]}")
        for place in range(1, len(days))
        if days[place] <= days[place - 1]
    ]
    if days[0] > context.calendar.ordinal(context.start):
        faults.append(Fault(_TIMELINE, "history[1].from", quote(begun[0]), f"the start, {context.start}, or earlier"))
    last = context.calendar.ordinal(context.latest)
    return faults + [
        Fault(
            _TIMELINE,
            f"history[{place + 1}].from",
            quote(begun[place]),
            f"a date no later than {context.latest} (latest)",
        )
        for place, day in enumerate(days)
        if day > last
    ]


def quiet_twice(targets: Raw | None, quiet: Raw | None) -> list[Fault]:
    """Quiet days under the id of a target: both are facts of a fit, which knows facts by their ids."""
    if targets is None or quiet is None:
        return []
    lines = dict(zip(targets.column("target_id"), (line for line, _ in targets.rows), strict=False))
    return [
        Fault(
            quiet.file,
            f"line {line}, target_id",
            f"{quote(name)}, which is in line {lines[name]} of {targets.file} too",
            "an id that no target has",
        )
        for name, (line, _) in zip(quiet.column("target_id"), quiet.rows, strict=False)
        if name in lines
    ]


def _silent_issues(series: Values | None, context: Context) -> list[Fault]:
    if series is None:
        return []
    return [
        Fault("series.csv", "series", f"no row for the issue {quote(issue)}", "at least one for each issue")
        for issue in context.names["material_issue"]
        if issue not in series["series"]
    ]


def _commuting(commuting: Values | None) -> list[Fault]:
    totals: defaultdict[str, float] = defaultdict(float)
    if commuting is not None:
        for work, share in zip(commuting["work"], commuting["share"], strict=True):
            if isinstance(work, str) and isinstance(share, float):
                totals[work] += share
    return [
        Fault("commuting.csv", f"work {quote(work)}", f"shares that sum to {total:.4g}", "shares that sum to 1")
        for work, total in totals.items()
        if abs(total - 1) > 1e-3
    ]


def _crowded_cells(cells: Values | None, units: Values | None) -> list[Fault]:
    if cells is None or units is None:
        return []
    sizes = dict(zip(units["unit_id"], units["size"], strict=True))
    members: defaultdict[Cell, float] = defaultdict(float)
    for unit, number in zip(cells["unit_id"], cells["members"], strict=True):
        members[unit] += number if isinstance(number, float) else 0.0
    return [
        Fault(
            "cells.csv",
            f"unit_id {quote(unit)}",
            f"{number:g} members of all parties together",
            f"no more than the unit's size, {size:g}",
        )
        for unit, number in members.items()
        if isinstance(size := sizes.get(unit), float) and number > size
    ]


def _cityless(districts: Values | None) -> list[Fault]:
    """No district in the city, in which strikers, marchers and authority are counted."""
    if districts is None or not districts["place"] or "city" in districts["place"]:
        return []
    found = "no district in the city"
    return [
        Fault("districts.csv", "place", found, "at least one: it is where strikers, marchers and authority are counted")
    ]
