"""A pair in plain words: what the intervention does, what that hinges on, and where it is tested further."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dualpower._amounts import ROUNDING, amount
from dualpower.experiment.drawn import theory_file
from dualpower.experiment.hinges import Hinges
from dualpower.experiment.pair_draws import quantities
from dualpower.scenario.changes import parse_change
from dualpower.scenario.sense import presupposes
from dualpower.scenario.timeline import NEVER

if TYPE_CHECKING:
    from dualpower.experiment.pair import Pair
    from dualpower.scenario.calendar import Calendar

MADE = ("noise", "imposed", "choices", "people")
"""How years are made, whatever is changed in them."""

MOST = 3
"""Parameters that a sentence names."""


class Question(NamedTuple):
    """A quantity of both years: its name, and the variable and labels that `Pair.difference` takes."""

    name: str
    variable: str
    at: Mapping[str, str]


def question(both: Pair) -> Question | None:
    """What the intervention changes most on the last day; None if nothing differs.

    The regime whose share it moves most; where it moves none, the main quantity whose difference is largest beside the
    width of its interval.
    """
    table, known = both.last, [Question(*one) for one in quantities(both.factual, both.other)]
    size = table["difference"].abs()
    beside = size / (table["high"] - table["low"]).clip(lower=ROUNDING)
    regimes = [one for one in known if one.variable == "regime" and size[one.name] > ROUNDING]
    if regimes:
        return max(regimes, key=lambda one: size[one.name])
    found = max(known, key=lambda one: beside[one.name])
    return found if size[found.name] > ROUNDING else None


def in_words(both: Pair) -> list[str]:
    """Sentences: what did not come about, the difference with its interval, what it hinges on, the claim alike."""
    asked, missing = question(both), [_otherwise(both), *(_missing(both, event) for event in _events_asked_for(both))]
    if asked is None:
        return [*filter(None, missing), "On the last day nothing differs."]
    date = both.factual.dates[-1]
    row: Mapping[Any, Any] = both.difference(asked.variable, **asked.at).T[date].to_dict()
    found = both.hinges(asked.variable, date, **asked.at)
    said = _difference(asked, both_styles(both.factual.scenario.calendar, date), row)
    return [*filter(None, missing), said, _hinges(found, row["difference"]), *_claim(both)]


def both_styles(calendar: Calendar, date: str) -> str:
    """A date as it is typed, New Style in brackets where the calendar is the old one."""
    return date if calendar.system == "gregorian" else f"{date} ({calendar.new_style(date)} New Style)"


def _otherwise(both: Pair) -> str:
    """Said of two ensembles that were not made alike: what differs is not the doing of an intervention alone."""
    one, two = (each.index["switches"] for each in (both.factual, both.other))
    told = [f"{name} ({one.get(name)} and {two.get(name)})" for name in MADE if one.get(name) != two.get(name)]
    if not told:
        return ""
    return f"The two differ in {', '.join(told)}, which is no intervention: what differs may be the doing of that."


def _events_asked_for(both: Pair) -> list[str]:
    """Events that the changed years were asked to have, on some day or in some way, but for ways that mean absence."""
    made = [one for one in both.other.index["interventions"] if one not in both.factual.index["interventions"]]
    asked: dict[str, set[str]] = {}
    for one in (one for one in made if one["kind"] == "do"):
        asked.setdefault(one["target"], set()).add(one["value"])
    events = both.factual.scenario.timeline.events
    absent = {one.id: {NEVER, *(way.id for way in one.options if not way.happens)} for one in events}
    return [event for event, values in asked.items() if not values & absent[event]]


def _missing(both: Pair, event: str) -> str:
    """Said of an event that was asked for and does not come about in every year: a difference may not be its doing."""
    happened = both.other.dataset["event_day"].sel(event=event).to_numpy() >= 0
    share = float(both.weights @ happened)
    if share > 1 - ROUNDING:
        return ""
    scenario = both.factual.scenario
    name = next(one.name for one in scenario.timeline.events if one.id == event)
    needs = presupposes(scenario, event)
    often = "in none of the changed years" if share < ROUNDING else f"in {amount(share)} of the changed years only"
    why = f", as it presupposes {needs}" if needs else ""
    return f"“{name}” comes about {often}{why}: what differs follows from its absence, too."


def _difference(asked: Question, date: str, row: Mapping[Any, Any]) -> str:
    before, after, gap, low, high = (amount(row[key]) for key in ("factual", "other", "difference", "low", "high"))
    if asked.variable == "regime":
        what = f"On {date} the share of years under “{asked.name}” is"
    else:
        name = f"“{asked.name}”" + (" (of that day alone)" if asked.variable == "deaths" else "")
        what = f"On {date} no regime differs in its share of years; what differs most is {name},"
    return f"{what} {before} unchanged and {after} changed: a difference of {gap} (90 % interval {low} to {high})."


def _hinges(found: Hinges, difference: float) -> str:
    if not found.parameters:
        return "All years have the same parameters, so it says nothing about what is not known of them."
    if math.isnan(found.by_chance):
        return "It is the same whatever the parameters are."
    if not found.can_tell:
        return _cannot_tell(found)
    chance = (
        f"by chance alone the largest correlation of {found.parameters} would be {found.by_chance:.2f} in one of "
        "twenty cases"
    )
    if not found.found:
        return f"It hinges on no single parameter as far as {found.rows} sets of them can tell ({chance}; none is)."
    named = [
        f"“{one.meaning}” is {'high' if one.correlation * difference > 0 else 'low'} ({one.address}: rank correlation "
        f"{one.correlation:+.2f})"
        for one in found.found[:MOST]
    ]
    more = f", and on {len(found.found) - MOST} more" if len(found.found) > MOST else ""
    return (
        f"It hinges on what is not known of the laws: it is larger where {' and where '.join(named)}{more}; {chance}."
    )


def _cannot_tell(found: Hinges) -> str:
    """Said where chance alone reaches the largest correlation that there can be: that none is found means nothing."""
    why = f"all but {found.odd} of them agree" if found.odd < found.rows - 1 else "they are too few"
    return (
        f"Whether it hinges on any parameter {found.rows} sets of them cannot tell, as {why}: the largest correlation "
        f"that there can be ({found.largest:.2f}) comes by chance in one of twenty cases or more."
    )


def _claim(both: Pair) -> list[str]:
    """The claim of the scenario that asks what this pair asks: what of it is built in, and how to test it further."""
    before, after = (_made(each.index["interventions"]) for each in (both.factual, both.other))
    scenario = both.factual.scenario
    for claim in scenario.claims.claims:
        if not before and after == _made(parse_change(text)._asdict() for text in claim.interventions):
            built = f"What of it is put in by hand: {claim.by_construction} " if claim.by_construction else ""
            further = f"dualpower claims {both.factual.index['scenario']['source']} --claim {claim.id}"
            rivals = " and under rival theories" if any(scenario.folder.glob(theory_file("*"))) else ""
            tests = f"tests the same with each assumption switched off{rivals}"
            return [f"{built}Claim {claim.id} {tests}: {further}."]
    return []


def _made(changes: Iterable[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    """Changes to be compared, in whatever order they were made."""
    return {(one["kind"], one["target"], str(one["value"])) for one in changes}
