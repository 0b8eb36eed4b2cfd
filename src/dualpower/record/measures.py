"""What can be measured in a run: one small function per measure, each from daily arrays to one number a day.

A measure takes a mapping of daily arrays (NumPy or JAX, axes as in `AXES`) and an `Observation`, and returns the days
of its window, in persons, deaths, seats or shares of one. Only slicing, `@`, `*` and `sum` are used, so that the same
function serves a finished run and a gradient. CONTRIBUTING.md says where a new measure has its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from dualpower.record.observation import Aggregate, Observation, ObservationError
from dualpower.record.transforms import Array, TransformName

Arrays: TypeAlias = Mapping[str, Array]

ACTIVITIES = ("at_work", "out", "in_street", "in_arms")
"""Order of the activity axis."""

ARMED_NAMES = {"obeying": "at_work", "refusing": "out"}
"""What the first two activities are called where people are under arms."""

AXES: Mapping[str, tuple[str, ...]] = {
    "size": ("date", "unit"),
    "activity_share": ("date", "unit", "activity"),
    "camp_share": ("date", "unit", "camp"),
    "members": ("date", "unit", "party"),
    "red_guards": ("date", "unit"),
    "loyal": ("date", "unit"),
    "compliance": ("date", "unit", "centre"),
    "delegates": ("date", "council", "party"),
    "executive": ("date", "council", "party"),
    "seats": ("date", "council"),
    "resolution": ("date", "council", "topic"),
    "office": ("date", "party"),
    "trust": ("date", "party"),
    "line": ("date", "party", "topic"),
    "intensity": ("date", "issue"),
    "authority": ("date", "centre"),
    "contest_attack": ("date", "contest"),
    "contest_defence": ("date", "contest"),
    "dual_power": ("date",),
    "strikers": ("date",),
    "marchers": ("date",),
    "soldiers_refusing": ("date",),
    "refusing_share": ("date",),
    "deaths": ("date",),
    "casualties": ("date",),
    "loyal_force": ("date",),
}
"""The arrays a measure may ask for, and the order of their axes."""

EVENT_PREFIX = "event."
"""Prefix of the daily 0/1 arrays that say when an event happened."""

REGIME_PREFIX = "regime."
"""Prefix of the daily 0/1 arrays that say which regime held."""


def fetch(arrays: Arrays, name: str, observation: Observation) -> Array:
    """Return the days of the observation's window of one array."""
    if name not in arrays:
        raise ObservationError(f'{observation.id}: the run has no "{name}", which "{observation.measure}" needs')
    return arrays[name][observation.days]


def persons(arrays: Arrays, o: Observation) -> Array:
    """Persons in the selected units, array[day]."""
    return fetch(arrays, "size", o) @ o.units


def activity(arrays: Arrays, o: Observation) -> Array:
    """Persons of the selected units in the selected activities, array[day]."""
    doing = fetch(arrays, "activity_share", o) @ o.activities
    return (doing * fetch(arrays, "size", o)) @ o.units


def activity_share(arrays: Arrays, o: Observation) -> Array:
    """Share of the persons of the selected units who are in the selected activities, array[day]."""
    return activity(arrays, o) / persons(arrays, o)


def workplaces(arrays: Arrays, o: Observation) -> Array:
    """Plants (or companies) at a stand, each by the share of its people in the selected activities, array[day].

    Here `o.units` holds the number of workplaces that a unit stands for.
    """
    return (fetch(arrays, "activity_share", o) @ o.activities) @ o.units


def support(arrays: Arrays, o: Observation) -> Array:
    """Share of the persons of the selected units in the parties' camps, array[day]; the first camp is `none`."""
    held = fetch(arrays, "camp_share", o)[:, :, 1:] @ o.parties
    return ((held * fetch(arrays, "size", o)) @ o.units) / persons(arrays, o)


def compliance(arrays: Arrays, o: Observation) -> Array:
    """Share of the persons of the selected units who obey the centre, array[day]."""
    obeying = fetch(arrays, "compliance", o)[:, :, o.centre]
    return ((obeying * fetch(arrays, "size", o)) @ o.units) / persons(arrays, o)


def members(arrays: Arrays, o: Observation) -> Array:
    """Party members in the selected units, persons, array[day]."""
    return (fetch(arrays, "members", o) @ o.parties) @ o.units


def red_guards(arrays: Arrays, o: Observation) -> Array:
    """Armed workers in the selected units, persons, array[day]."""
    return fetch(arrays, "red_guards", o) @ o.units


def loyal(arrays: Arrays, o: Observation) -> Array:
    """People under arms in the selected units whom the incumbent can use, persons, array[day]."""
    return fetch(arrays, "loyal", o) @ o.units


def seat_share(arrays: Arrays, o: Observation) -> Array:
    """Share of a council's seats held by the parties, array[day]."""
    return fetch(arrays, "delegates", o)[:, o.council, :] @ o.parties


def executive_share(arrays: Arrays, o: Observation) -> Array:
    """Share of a council's executive held by the parties, array[day]."""
    return fetch(arrays, "executive", o)[:, o.council, :] @ o.parties


def seats(arrays: Arrays, o: Observation) -> Array:
    """Seats of a council held by the parties, number, array[day]."""
    return seat_share(arrays, o) * members_total(arrays, o)


def members_total(arrays: Arrays, o: Observation) -> Array:
    """All seats of a council, number, array[day]."""
    return fetch(arrays, "seats", o)[:, o.council]


def resolution(arrays: Arrays, o: Observation) -> Array:
    """Share of a council's votes for the radical position on an issue or a centre, array[day]."""
    return fetch(arrays, "resolution", o)[:, o.council, o.topic]


def participants(arrays: Arrays, o: Observation) -> Array:
    """Persons on the challenger's side of a contest, array[day]."""
    return fetch(arrays, "contest_attack", o)[:, o.contest]


def defenders(arrays: Arrays, o: Observation) -> Array:
    """Persons on the defender's side of a contest, array[day]."""
    return fetch(arrays, "contest_defence", o)[:, o.contest]


def office(arrays: Arrays, o: Observation) -> Array:
    """Degree to which the parties are in the government, summed over them, array[day]."""
    return fetch(arrays, "office", o) @ o.parties


def trust(arrays: Arrays, o: Observation) -> Array:
    """Trust in a party, array[day]."""
    return fetch(arrays, "trust", o) @ o.parties


def line(arrays: Arrays, o: Observation) -> Array:
    """A party's line on a topic, -1 to 1, array[day]."""
    return fetch(arrays, "line", o)[:, :, o.topic] @ o.parties


def intensity(arrays: Arrays, o: Observation) -> Array:
    """Intensity of an issue, array[day]; issues come first among the topics."""
    return fetch(arrays, "intensity", o)[:, o.topic]


def authority(arrays: Arrays, o: Observation) -> Array:
    """Authority of a centre, array[day]."""
    return fetch(arrays, "authority", o)[:, o.centre]


def event(arrays: Arrays, o: Observation) -> Array:
    """1 on the days on which an event happened, else 0, array[day]; known of finished runs only."""
    return fetch(arrays, EVENT_PREFIX + o.event, o)


def regime(arrays: Arrays, o: Observation) -> Array:
    """1 on the days on which a regime held, else 0, array[day]; known of finished runs only."""
    return fetch(arrays, REGIME_PREFIX + o.event, o)


def daily(arrays: Arrays, o: Observation) -> Array:
    """A number that the run has for every day under the measure's own name, array[day]."""
    return fetch(arrays, o.measure, o)


@dataclass(frozen=True)
class Measure:
    """A measure and how its numbers are compared unless the scenario says otherwise.

    Attributes
    ----------
    function : from arrays and observation to array[day]
    needs : what must be named: "activities", "party", "council", "topic", "contest", "centre", "event", "regime";
        "units" where units are selected
    aggregate : how several days become one number
    transform : the scale of comparison
    offset : added before a logarithm; about what a careless count misses
    meaning : one sentence
    """

    function: Callable[[Arrays, Observation], Array]
    needs: tuple[str, ...]
    aggregate: Aggregate
    transform: TransformName
    offset: float
    meaning: str


MEASURES: Mapping[str, Measure] = {
    "activity": Measure(activity, ("units", "activities"), "max", "log", 300.0, "persons doing something"),
    "activity_share": Measure(activity_share, ("units", "activities"), "mean", "logit", 0.0, "share doing something"),
    "size": Measure(persons, ("units",), "mean", "log", 300.0, "persons"),
    "workplaces": Measure(workplaces, ("units", "activities"), "max", "log", 3.0, "workplaces at a stand"),
    "support": Measure(support, ("units", "party"), "mean", "logit", 0.0, "share of persons in a party's camp"),
    "compliance": Measure(compliance, ("units", "centre"), "mean", "logit", 0.0, "share of persons obeying a centre"),
    "members": Measure(members, ("units", "party"), "mean", "log", 100.0, "party members"),
    "red_guards": Measure(red_guards, ("units",), "mean", "log", 300.0, "armed workers"),
    "loyal": Measure(loyal, ("units",), "mean", "log", 100.0, "persons under arms whom the incumbent can use"),
    "seat_share": Measure(seat_share, ("council", "party"), "mean", "logit", 0.0, "share of a council's seats"),
    "vote_share": Measure(seat_share, ("council", "party"), "mean", "logit", 0.0, "share of an election's votes"),
    "executive_share": Measure(executive_share, ("council", "party"), "mean", "logit", 0.0, "share of its executive"),
    "seats": Measure(seats, ("council", "party"), "mean", "log", 1.0, "seats of a council"),
    "members_total": Measure(members_total, ("council",), "mean", "log", 10.0, "size of a council"),
    "resolution": Measure(resolution, ("council", "topic"), "mean", "logit", 0.0, "share of a council's votes"),
    "participants": Measure(participants, ("contest",), "max", "log", 100.0, "persons attacking in a contest"),
    "defenders": Measure(defenders, ("contest",), "max", "log", 100.0, "persons defending in a contest"),
    "office": Measure(office, ("party",), "mean", "logit", 0.0, "degree of being in the government"),
    "authority": Measure(authority, ("centre",), "mean", "logit", 0.0, "authority of a centre"),
    "trust": Measure(trust, ("party",), "mean", "identity", 0.0, "trust in a party"),
    "line": Measure(line, ("party", "topic"), "mean", "identity", 0.0, "line of a party on a topic"),
    "intensity": Measure(intensity, ("topic",), "mean", "identity", 0.0, "intensity of an issue"),
    "regime": Measure(regime, ("regime",), "mean", "identity", 0.0, "share of the window's days under a regime"),
    "event": Measure(event, ("event",), "max", "identity", 0.0, "1 if an event happened in the window"),
    "deaths": Measure(daily, (), "sum", "log", 1.0, "persons killed"),
    "casualties": Measure(daily, (), "sum", "log", 5.0, "persons killed and wounded"),
    "loyal_force": Measure(daily, (), "mean", "log", 100.0, "persons under arms who still obey the incumbent"),
    "strikers": Measure(daily, (), "max", "log", 300.0, "strikers as the run itself counts them"),
    "marchers": Measure(daily, (), "max", "log", 300.0, "persons in the street"),
    "soldiers_refusing": Measure(daily, (), "mean", "log", 300.0, "soldiers who do not obey"),
    "refusing_share": Measure(daily, (), "mean", "logit", 0.0, "share of soldiers who do not obey"),
    "dual_power": Measure(daily, (), "mean", "logit", 0.0, "index of dual power"),
}
"""Every measure by name."""
