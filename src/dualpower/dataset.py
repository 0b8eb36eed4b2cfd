"""From the laws' diary to labelled arrays, and from the chronicle to a table of events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from dualpower._amounts import counted
from dualpower.laws.diary import Diary
from dualpower.laws.state import Fate
from dualpower.run import date_coordinates
from dualpower.scenario.arrays.setting import setting
from dualpower.scenario.world import PATIENCE, Days, Names

if TYPE_CHECKING:
    from dualpower.scenario import Scenario
    from dualpower.scenario.resolve import ResolvedEvent

StateArrays = dict[str, np.ndarray[Any, Any]]

ACTIVITIES = ("at_work", "out", "in_street", "in_arms")

DIMS: dict[str, tuple[str, ...]] = {
    "camp_share": ("unit", "camp"),
    "activity_share": ("unit", "activity"),
    "members": ("unit", "party"),
    "compliance": ("unit", "centre"),
    "grievance": ("unit",),
    "fatigue": ("unit",),
    "red_guards": ("unit",),
    "loyal": ("unit",),
    "fear": ("district",),
    "outrage": ("district",),
    "delegates": ("council", "party"),
    "executive": ("council", "party"),
    "seats": ("council",),
    "resolution": ("council", "topic"),
    "line": ("party", "topic"),
    "trust": ("party",),
    "call": ("party",),
    "legality": ("party",),
    "office": ("party",),
    "restraint": ("party",),
    "intensity": ("issue",),
    "authority": ("centre",),
    "contest_probability": ("contest",),
    "contest_attack": ("contest",),
    "contest_defence": ("contest",),
}
"""Dimensions of a variable after ``date``; what is not listed is one number a day."""

ABOUT: dict[str, tuple[str, str]] = {
    "camp_share": ("1", "share of a unit's people in each camp"),
    "activity_share": ("1", "share of a unit's people at work, out, in the street, in arms"),
    "members": ("persons", "party members"),
    "compliance": ("1", "share of a unit that obeys a centre when orders conflict"),
    "grievance": ("1", "sum of the pressures of all issues"),
    "fatigue": ("1", "wearing out of those who have been active"),
    "red_guards": ("persons", "armed workers"),
    "loyal": ("persons", "people under arms whom the incumbent can use"),
    "fear": ("1", "fear after shootings"),
    "outrage": ("1", "outrage that fear leaves behind"),
    "delegates": ("1", "share of a council's delegates, or of an election's votes"),
    "executive": ("1", "share of a council's executive"),
    "seats": ("seats", "seats of a council that are filled"),
    "resolution": ("1", "share of a council's votes for the radical side of a topic"),
    "line": ("1", "a party's public line: its answer to an issue, its backing of a centre"),
    "trust": ("logit", "trust in a party; 0 is ordinary"),
    "call": ("1", "a party's call to the street, by its own rule"),
    "legality": ("1", "reach that law and police leave to a party"),
    "office": ("1", "degree to which a party is in the government"),
    "restraint": ("1", "share of its followers that a party holds back"),
    "intensity": ("1", "intensity of an issue, events apart: as declared, and as it drifts where no fit has been told"),
    "authority": ("1", "weighted share of the capital that obeys a centre"),
    "dual_power": ("1", "index of dual power: 0 one master, 1 two equal ones"),
    "strikers": ("persons", "strikers in the city, of the roles that count as striking"),
    "marchers": ("persons", "people in the street, city and suburbs"),
    "soldiers_refusing": ("persons", "people under arms in the city who do not obey"),
    "refusing_share": ("1", "their share"),
    "order_to_fire": ("1", "how far troops are ordered to fire"),
    "deaths": ("persons", "killed"),
    "casualties": ("persons", "killed and wounded"),
    "loyal_force": ("persons", "people under arms in the city whom the incumbent can use"),
    "contest_probability": ("1", "chance that the challenger wins today"),
    "contest_attack": ("persons", "fighting strength of the challenger"),
    "contest_defence": ("persons", "fighting strength of the defender"),
    "contest_logp": ("nat", "log-probability of history's result, where history is imposed"),
}
"""Unit and meaning of every variable."""

SHARES = frozenset({
    "camp_share", "activity_share", "compliance", "delegates", "executive", "resolution", "legality", "office",
    "restraint", "call", "order_to_fire", "authority", "dual_power", "refusing_share", "contest_probability",
    "active_share",
})  # fmt: skip
"""Variables that lie between 0 and 1, their means over groups and districts too."""


BODIES = ("delegates", "executive", "resolution")
"""Variables of a body, of which it has none while it does not sit; a dataset has zeros there."""


def is_share(variable: str) -> bool:
    """Whether a variable of a run or an ensemble lies between 0 and 1 (``regime``: the share of draws under one)."""
    return variable == "regime" or variable.split("_by_")[0] in SHARES


def dataset_of(scenario: Scenario, names: Names, days: Days, first: int, diaries: Sequence[Diary]) -> xr.Dataset:
    """Label the diary of the days from number ``first`` on. The unit comes before camp, party and so on."""
    joined: Any = (np.concatenate(parts) for parts in zip(*diaries, strict=True))
    whole = Diary(*joined)
    count = len(whole.regime)
    date = scenario.days(scenario.spec.calendar.latest)[first]
    size = setting(scenario, names).size[days.epoch[first : first + count]]
    variables: dict[str, Any] = {
        "size": (("date", "unit"), size, {"units": "persons", "long_name": "people in a unit"})
    }
    for name, values in zip(Diary._fields, whole, strict=True):
        if name != "regime":
            variables[name] = _variable(name, np.asarray(values))
    regimes = np.array(names.regimes)[whole.regime]
    variables["regime"] = ("date", regimes, {"long_name": "regime at the end of the day"})
    coordinates = {
        **date_coordinates(date, count, scenario.spec.calendar.system),
        **_labels(names),
        **about_units(scenario),
    }
    return xr.Dataset(variables, coordinates, {"title": scenario.spec.title, "calendar": scenario.spec.calendar.system})


def _variable(name: str, values: np.ndarray[Any, Any]) -> tuple[tuple[str, ...], np.ndarray[Any, Any], dict[str, str]]:
    """One variable with its dimensions; the laws keep the unit last, readers want it first."""
    dims = DIMS.get(name, ())
    if len(dims) == 2 and dims[0] == "unit":
        values = np.ascontiguousarray(np.swapaxes(values, 1, 2))
    unit, meaning = ABOUT[name]
    return ("date", *dims), values, {"units": unit, "long_name": meaning}


def _labels(names: Names) -> dict[str, Any]:
    return {
        "unit": np.array(names.units),
        "camp": np.array(names.camps),
        "activity": np.array(ACTIVITIES),
        "party": np.array(names.parties),
        "issue": np.array(names.issues),
        "centre": np.array(names.centres),
        "topic": np.array(names.topics),
        "council": np.array(names.councils, dtype=str),
        "district": np.array(names.districts),
        "contest": np.array(names.contests, dtype=str),
    }


def about_units(scenario: Scenario) -> dict[str, Any]:
    """Coordinates along unit and district that readers group by."""
    units, districts = scenario.units, scenario.districts
    groups = {role.id: role.group for role in scenario.spec.roles}
    places = dict(zip(districts["district_id"], districts["place"], strict=True))
    along_unit = {
        "name": units["name"],
        "unit_role": units["role"],
        "group": units["role"].map(groups),
        "unit_district": units["district"],
        "place": units["district"].map(places),
    }
    words = {name: ("unit", values.to_numpy().astype(str)) for name, values in along_unit.items()}
    spots = {name: ("district", districts[name].to_numpy(dtype=float), about) for name, about in _SPOTS.items()}
    home = {"long_name": "district at the start", "moves": json.dumps(_moves(scenario))}
    return {
        **words,
        "unit_district": (*words["unit_district"], home),
        "women": ("unit", units["women"].to_numpy(dtype=float), {"units": "1", "long_name": "share of women"}),
        "district_name": ("district", districts["name"].to_numpy().astype(str)),
        "district_place": ("district", districts["place"].to_numpy().astype(str)),
        **spots,
    }


def _moves(scenario: Scenario) -> list[list[str]]:
    """Unit, date and new district of every move, in their order."""
    rows = scenario.changes[scenario.changes["what"] == "district"].sort_values("date", kind="stable")
    return [[str(one) for one in row] for row in rows[["unit_id", "date", "value"]].to_numpy()]


_SPOTS: dict[str, dict[str, str]] = {
    "lat": {"units": "degrees_north", "long_name": "latitude"},
    "lon": {"units": "degrees_east", "long_name": "longitude"},
    "row": {"units": "1", "long_name": "row on the map of small multiples"},
    "col": {"units": "1", "long_name": "column on the map of small multiples"},
}


def events_of(scenario: Scenario, names: Names, fate: Fate, days: int) -> pd.DataFrame:
    """What happened, what did not, and why: columns event, date, option, happened, why."""
    dates = scenario.days(scenario.spec.calendar.latest)
    rows, resolved = [], scenario.resolved_events()
    days_of, reasons = np.asarray(fate.happened).tolist(), np.asarray(fate.why_not).tolist()
    came = [item for item, day in zip(resolved, days_of, strict=True) if day >= 0]
    there = {item.id for item in came if item.option is None or item.option.happens}
    end = End(names.regimes[int(np.argmax(fate.regime))], there, bool(fate.left > 0.5))
    for number, (item, day, reason) in enumerate(zip(resolved, days_of, reasons, strict=True)):
        happened = day >= 0
        option, why = (item.option.id if item.option is not None else "never"), item.why
        if happened and item.option is None:  # its rule takes the first of its options
            option, why = item.event.options[0].id, f"{item.why}, here by its rule"
        elif happened and item.date is not None and dates[day] > item.date and (item.dated or not end.left):
            late = f"it came {counted(day - dates.index(item.date), 'day')} later, once what it presupposes was there"
            why = f"{why}; {late}" if why else late
        elif not happened and not item.never:
            why = _why_not(scenario, item, reason, dates[:days], end)
        rows.append((names.events[number], dates[day] if happened else "", option, happened, why))
    return pd.DataFrame(rows, columns=["event", "date", "option", "happened", "why"])


class End(NamedTuple):
    """How a year stands on its last day: its regime, events that have come about, whether choices go by rules."""

    regime: str
    there: set[str]
    left: bool


def _unmet(conditions: Sequence[str]) -> str:
    """That conditions did not hold together: a year keeps whether all did, not which."""
    said = "its condition did not hold" if len(conditions) == 1 else "not all of its conditions held"
    return f"{said}: {'; '.join(conditions)}"


def _why_not(scenario: Scenario, item: ResolvedEvent, reason: int, dates: Sequence[str], end: End) -> str:
    """Why an event with a date did not happen, in words."""
    event = item.event
    needs = event.requires
    named = {regime.id: regime.name for regime in scenario.spec.regimes}
    regimes, conditions = " or ".join(f"“{named[each]}”" for each in needs.regimes), "; ".join(needs.conditions)
    lacks = [
        f"the regime was not {regimes}" if reason & 1 else "",
        f"it presupposes {', '.join(needs.events)}" if reason & 2 else "",
        _unmet(needs.conditions) if reason & 4 else "",
    ]
    said = ", ".join(lack for lack in lacks if lack)
    if said:  # as it was on the last day on which it could come; on others something else may have been lacking
        last = (dates.index(item.date) if item.date in dates else len(dates)) + PATIENCE
        return f"it waited until {dates[last]}, when {said}" if last < len(dates) else said
    if item.date not in dates:
        return "its date lies after the end of the run"
    missing = [name for name in needs.events if name not in end.there]
    if end.left and event.kind == "choice" and event.when is not None and item.date == event.date:
        waits = [*missing, *(name for name in event.when.events if name not in end.there)]
        why = f", as {', '.join(waits)} did not come about" if waits else ""
        return f"choices went by their rules by then, and its rule did not fire{why}"
    asked = [f"the regime {regimes}" if needs.regimes and end.regime not in needs.regimes else "", *missing, conditions]
    lacking = ", ".join(each for each in asked if each)
    return "the run ended while it waited" + (f" for what it presupposes: {lacking}" if lacking else "")
