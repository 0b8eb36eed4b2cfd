"""What is no fault of a scenario and yet may surprise whoever wrote it: told by ``dualpower check``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from dualpower.scenario.arrays import compile_names, compile_world
from dualpower.scenario.arrays.names import in_kinds
from dualpower.scenario.conditions import parse_condition
from dualpower.scenario.faults import quote
from dualpower.scenario.world import LAUNCHED

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario
    from dualpower.scenario.world import World

__all__ = ["notes"]

FAR = 366
"""Days beyond the calendar from which on a date of a series looks like a slip of the pen."""


def notes(scenario: Scenario) -> list[str]:
    """Sentences on what counts by its order, or not at all; empty if there is nothing to say."""
    world = compile_world(scenario, compile_names(scenario))
    return [
        *_commanders(scenario),
        *_nobody_outside(scenario, world),
        *_bystanders(scenario),
        *_never_launched(scenario),
        *_half_launched(scenario),
        *_no_strikers(scenario),
        *_nobody_there(scenario, world),
        *_after_the_end(scenario),
        *_far_series(scenario),
        *_idle_rules(scenario),
        *_idle_choices(scenario),
        *_silent_parties(scenario),
        *_shared_names(scenario),
        *_on_one_tile(scenario),
    ]


def _commanders(scenario: Scenario) -> list[str]:
    """Bodies of which only the first commands."""
    councils = scenario.spec.councils
    local = [one.id for one in councils if one.tier == 1 and one.kind != "election"]
    national = [one.id for one in councils if one.tier == 2]
    return [
        f"scenario.toml, councils: {', '.join(able)} could command {where}; {able[0]} does, which comes first"
        for able, where in ((local, "in the capital"), (national, "elsewhere"))
        if len(able) > 1
    ]


def _nobody_outside(scenario: Scenario, world: World) -> list[str]:
    """Insurrections against which nobody can arrive, because no armed units ever lie far enough away."""
    setting, armed = world.setting, np.asarray(world.units.armed)
    far = armed * (1 - setting.near - setting.bases).clip(0.0) * setting.size
    if far.sum() > 0:
        return []
    return [
        f"scenario.toml, contests.{one.id}.size: found {quote(one.size)}, which has no effect: no armed units lie "
        "outside (in places country) that could arrive against the winner"
        for one in scenario.spec.contests
        if one.kind == "insurrection" and one.size > 0
    ]


def _bystanders(scenario: Scenario) -> list[str]:
    """Contests whose sides do not dispute power under the regimes under which they are fought."""
    regimes = {one.id: one for one in scenario.spec.regimes}
    found = []
    for one in scenario.spec.contests:
        under = [regimes[name] for name in one.under]
        where = f"scenario.toml, contests.{one.id}"
        if not any(one.defender in (each.incumbent, each.rival) for each in under):
            what = "neither holds nor disputes power under any regime in under"
            found.append(f"{where}.defender: {quote(one.defender)} {what}")
        if all(one.challenger == each.incumbent for each in under):
            what = "holds power already under every regime in under"
            found.append(f"{where}.challenger: {quote(one.challenger)} {what}")
    return found


def _never_launched(scenario: Scenario) -> list[str]:
    """Marches and insurrections that no event begins."""
    effects = [effect for event in scenario.timeline.events for way in event.options for effect in way.effects]
    begun = {effect.lever for effect in effects if effect.value > 0}
    return [
        f"scenario.toml, contests.{one.id}: no event has an effect above 0 on launch.{one.id}, so it is never fought"
        for one in scenario.spec.contests
        if one.kind != "crowd" and f"launch.{one.id}" not in begun
    ]


def _half_launched(scenario: Scenario) -> list[str]:
    """Effects that launch a contest only together with others."""
    return [
        f"timeline.toml, events.{event.id}.options.{way.id}: {effect.lever} = {effect.value:g} by itself begins "
        f"nothing, a contest is launched above {LAUNCHED:g}"
        for event in scenario.timeline.events
        for way in event.options
        for effect in way.effects
        if effect.lever.startswith("launch.") and 0 < effect.value <= LAUNCHED
    ]


def _no_strikers(scenario: Scenario) -> list[str]:
    """Roles none of which counts as a striker, where something asks for strikers."""
    if any(role.counts_as_striker for role in scenario.spec.roles):
        return []
    declared = [name for name, one in scenario.spec.quantities.items() if getattr(one, "measure", "") == "strikers"]
    asked = sorted({*declared, *({"strikers"} & {*scenario.targets["quantity"]})})
    where = "scenario.toml, roles: none has counts_as_striker, so that nobody is counted by"
    return [f"{where} {', '.join(asked)}"] if asked else []


def _nobody_there(scenario: Scenario, world: World) -> list[str]:
    """Contests in which nobody takes part on any day, and bodies without electors or seats all year."""
    setting = world.setting
    part = (np.asarray(setting.part) * np.asarray(setting.size)[:, None, :]).sum(axis=(0, 2))
    electors, seats = np.asarray(setting.voters).sum(axis=(0, 2)), np.asarray(setting.seats).sum(axis=0)
    said = [
        f"scenario.toml, contests.{one.id}.places: nobody ever is in {', '.join(one.places)}, so that nobody takes part"
        for one, persons in zip(in_kinds(scenario.spec.contests), part, strict=True)
        if persons == 0
    ]
    return said + [
        f"scenario.toml, councils.{one.id}: nobody ever elects it, or it never has a seat (electorate, places, seats)"
        for one, few in zip(scenario.spec.councils, np.minimum(electors, seats), strict=True)
        if few == 0
    ]


def _after_the_end(scenario: Scenario) -> list[str]:
    """Targets and events that a run reaches only if it is told to go on."""
    end, targets = scenario.spec.calendar.end, scenario.targets
    late = [str(name) for name in targets["target_id"][targets["date"] > end]]
    events = [event.id for event in scenario.timeline.events if event.date > end]
    return [
        f"{file}, {', '.join(names)}: after {end} (end), so that only runs with --until reach what is said there"
        for file, names in (("targets.csv", late), ("timeline.toml", events))
        if names
    ]


def _far_series(scenario: Scenario) -> list[str]:
    """Rows of series far from the days that are simulated: what lies between is drawn straight towards them."""
    calendar, spec, rows = scenario.calendar, scenario.spec.calendar, scenario.series
    told = []
    for name, date in zip(rows["series"], rows["date"], strict=True):
        early, late = calendar.days_between(str(date), spec.start), calendar.days_between(spec.latest, str(date))
        if max(early, late) > FAR:
            where = f"{early:,} days before {spec.start}" if early > FAR else f"{late:,} days after {spec.latest}"
            told.append(f"series.csv, {name}, {date}: {where}; levels are drawn straight from one date to the next")
    return told


def _idle_rules(scenario: Scenario) -> list[str]:
    """Changes of regime that never come about."""
    spec = scenario.spec
    first = min(spec.calendar.start, scenario.timeline.history[0].from_)
    longest = scenario.calendar.days_between(first, spec.calendar.latest)
    never = {one.id: "hazard = 0, so that it never changes the regime" for one in spec.regime_rules if one.hazard == 0}
    for one in spec.regime_rules:
        for text in one.conditions:
            path, operator, level = parse_condition(text)
            if path == "days_in_regime" and operator in (">", ">=") and level > longest:
                never[one.id] = f"{quote(text)}, though no regime can have ruled for more than {longest} days"
        if apart := _exclude(one.conditions):
            never[one.id] = f"{apart}, which never hold at once"
    return [f"scenario.toml, regime_rules.{name}: {why}" for name, why in never.items()]


def _exclude(conditions: Iterable[str]) -> str:
    """Two conditions of which one asks for less of something than the other for more of it; "" if there are none."""
    parsed = [(text, parse_condition(text)) for text in conditions]
    for text, (path, operator, level) in parsed:
        for other, (same, less, most) in parsed:
            strict = ">" in (operator, less) or "<" in (operator, less)
            if path == same and operator[0] == ">" and less[0] == "<" and (level > most or (strict and level == most)):
                return f"{quote(text)} and {quote(other)}"
    return ""


def _idle_choices(scenario: Scenario) -> list[str]:
    """Events whose conditions exclude each other: they never come about by their rule, or at all."""
    told = []
    for event in scenario.timeline.events:
        for key, part in (("requires", event.requires), ("when", event.when)):
            if part is not None and (apart := _exclude(part.conditions)):
                told.append(f"timeline.toml, events.{event.id}.{key}: {apart}, which never hold at once")
    return told


def _silent_parties(scenario: Scenario) -> list[str]:
    """Parties that say nothing of an issue or a centre, which is taken for 0."""
    spec = scenario.spec
    asked = {"stance": [one.id for one in spec.issues if not one.about_power], "backing": [c.id for c in spec.centres]}
    return [
        f"scenario.toml, parties.{party.id}.{key}: nothing of {', '.join(missing)}, which counts as 0"
        for party in spec.parties
        for key, names in asked.items()
        if (missing := [name for name in names if name not in getattr(party, key)])
    ]


def _shared_names(scenario: Scenario) -> list[str]:
    """Names of a unit, a role and a group that are the same, where they are not the same people."""
    group = {role.id: role.group for role in scenario.spec.roles}
    said = [
        f"scenario.toml, roles.{role}: a group of several roles has this name, too; a dose is the group's"
        for role in group
        if role in group.values() and [one for one in group if group[one] == role] != [role]
    ]
    for unit, role in zip(scenario.units["unit_id"], scenario.units["role"], strict=True):
        if (kind := "group" if unit in group.values() else "role" if unit in group else "") and unit != role:
            said.append(f"units.csv, {unit}: a {kind} has this name, too; a dose is the {kind}'s")
    return said


def _on_one_tile(scenario: Scenario) -> list[str]:
    """Districts that the map of the report draws on top of each other."""
    placed = scenario.districts.dropna(subset=["row", "col"])
    return [
        f"districts.csv, {' and '.join(there['district_id'])}: both in row {row:g}, col {col:g}; maps show one of them"
        for (row, col), there in placed.groupby(["row", "col"], sort=False)
        if len(there) > 1
    ]
