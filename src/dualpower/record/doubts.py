"""Faults of the targets and of the record: rows that no run can be compared with, places and groups nothing knows."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dualpower.record.bodies import unfounded
from dualpower.record.idle import idle_selectors
from dualpower.record.known import unknown
from dualpower.record.meaning import Meaning, entry_of, is_whole, meaning, number, observables_of, row_id, text
from dualpower.record.measures import MEASURES
from dualpower.record.observation import Observation, ObservationError
from dualpower.record.plan import survey
from dualpower.record.sources import needs_of, rows_of
from dualpower.record.transforms import largest, share_or_count
from dualpower.scenario.claim_sense import claim_faults
from dualpower.scenario.faults import Fault, ScenarioError, merged, quote
from dualpower.scenario.load import find_folder, scenario_of
from dualpower.scenario.reading import Declared, read

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

_FILE = "targets.csv"


def check(folder: str | Path) -> list[Fault]:
    """Return every fault of a scenario, given by folder or by its name in the library; empty if it is valid.

    That includes targets that no run can be compared with, and claims whose interventions could never have any effect,
    as far as the files that give them their meaning (scenario.toml, timeline.toml, units.csv) are without fault.

    Returns
    -------
    list of Fault
        `file`, `where` in it, what was `found` and `expected`, and a `hint`; ``str(fault)`` says it in one sentence. A
        folder that is not there or cannot be read is a fault like any other; nothing is raised for it.
    """
    try:
        declared = read(find_folder(folder))
    except ScenarioError as error:
        return error.faults
    return merged([*declared.faults, *_beyond(declared)]) if declared.faults else doubts(scenario_of(declared))


def _beyond(declared: Declared) -> list[Fault]:
    """What the meaning of targets, record and claims is at fault in, where other files have faults of their own.

    Not looked at while scenario.toml or timeline.toml is at fault, on which all meaning rests, or a name in a table of
    units or districts; and in no file that has faults already, as these may follow from them.
    """
    touched = {fault.file for fault in declared.faults}
    named = [fault for fault in declared.faults if fault.file in _WITH_NAMES and not _of_number(fault)]
    if touched & {"scenario.toml", "timeline.toml"} or named or declared.spec is None or declared.timeline is None:
        return []
    found: list[Fault] = []
    with contextlib.suppress(Exception):  # tables with faults in them: what cannot be asked of them is asked later
        scenario = scenario_of(declared)
        found = [*target_faults(scenario), *record_faults(scenario), *claim_faults(scenario)]
    return [fault for fault in found if fault.file not in touched]


_WITH_NAMES = ("units.csv", "districts.csv")


def _of_number(fault: Fault) -> bool:
    """Whether a fault is one number's in a row, which takes away none of the names of the table."""
    return fault.where.rpartition(", ")[2] in ("size", "size_low", "size_high", "women", "lat", "lon", "row", "col")


def refuse(scenario: Scenario) -> Scenario:
    """The same scenario, or `ScenarioError` with what only shows when its targets and claims get their meaning."""
    if faults := doubts(scenario):
        raise ScenarioError(faults)
    return scenario


def doubts(scenario: Scenario) -> list[Fault]:
    """All faults of a loaded scenario: those of its selectors, its targets, its bodies, its record and its claims."""
    return [
        *idle_selectors(scenario),
        *target_faults(scenario),
        *unfounded(scenario),
        *record_faults(scenario),
        *claim_faults(scenario),
    ]


def target_faults(scenario: Scenario) -> list[Fault]:
    """All faults of a scenario's targets that only show when they are given their meaning."""
    days = scenario.days(scenario.spec.calendar.latest)
    rows = rows_of(scenario.targets)
    try:
        made = survey(scenario, scenario.targets, days, strict=True, off_scale=True)
    except ObservationError:
        return [fault for place, row in enumerate(rows) for fault in _of_row(scenario, place, row, days)]
    return [
        *(fault for row in rows for fault in unknown(scenario, row)),
        *(f for k, one in zip(made.rows, made.observations, strict=True) for f in _impossible(scenario, one, rows[k])),
    ]


def record_faults(scenario: Scenario) -> list[Fault]:
    """Rows of the record with numbers below nought though they are a count or a share, and in another unit."""
    return [fault for row in rows_of(scenario.record) for fault in _of_record(scenario, row)]


def _of_record(scenario: Scenario, row: Mapping[str, Any]) -> list[Fault]:
    if text(row, "quantity") in scenario.spec.context:
        return []
    try:
        meant = meaning(scenario.spec, row)
    except ObservationError:  # a party that the scenario does not have: told by `doubtful`
        return []
    how = meant.transform or MEASURES[meant.measure].transform
    if wrong := _other_unit(text(row, "unit"), how, meant.scale):
        return [Fault("record.csv", row_id(row), *wrong)]
    return [] if how == "identity" else _below_nought(row)


def _below_nought(row: Mapping[str, Any]) -> list[Fault]:
    found = ((name, number(row, name)) for name in ("value", "low", "high"))
    return [
        Fault("record.csv", f"{row_id(row)}, {name}", f"{each:g}", share_or_count(np.inf))
        for name, each in found
        if each < 0
    ]


def doubtful(scenario: Scenario) -> list[str]:
    """What is no fault but may be a slip: parties of the record that nobody knows, shares of a whole as per cent, rows
    written twice, selectors for rows that there are not.
    """
    return [*_strangers(scenario), *_tiny_shares(scenario), *_twice(scenario), *_unfitting(scenario)]


def _strangers(scenario: Scenario) -> list[str]:
    """Rows of the record about a party that the scenario does not have: nothing is compared with them."""
    found: dict[str, str] = {}
    for row in rows_of(scenario.record):
        group = text(row, "group")
        if is_whole(group) or group in found or "party" not in needs_of(scenario.spec, row):
            continue
        try:
            meaning(scenario.spec, row)
        except ObservationError as error:
            found[group] = f"record.csv, {error}; such rows are compared with nothing"
    return list(found.values())


def _tiny_shares(scenario: Scenario) -> list[str]:
    """Targets and rows of the record in per cent that lie below one per cent, as shares of one do."""
    found, context = [], scenario.spec.context
    record = [("record.csv", row) for row in rows_of(scenario.record) if text(row, "quantity") not in context]
    for file, row in [*(("targets.csv", row) for row in rows_of(scenario.targets)), *record]:
        given = [each for each in (number(row, name) for name in ("value", "low", "high")) if np.isfinite(each)]
        if _WHOLES.get(text(row, "unit").lower()) == 100 and given and 0 < max(given) <= 1:
            meant = f"write {100 * given[0]:g} if {given[0]:g} of the whole is meant"
            found.append(f"{file}, {row_id(row)}: {given[0]:g} {text(row, 'unit')} is next to nothing; {meant}")
    return found


def _twice(scenario: Scenario) -> list[str]:
    """Targets about one number on the same days, and rows of the record that are alike to the letter."""
    targets = scenario.targets.astype(str)
    about = [name for name in targets if name in _ABOUT]
    groups = targets.groupby(about, sort=False, dropna=False)["target_id"]
    alike = [" and ".join(ids) for _, ids in groups if len(ids) > 1]
    found = [f"targets.csv, {ids}: the same number on the same days, which counts twice" for ids in alike]
    record = scenario.record.astype(str)
    again = record[record.duplicated() & ~record["quantity"].isin(list(scenario.spec.context))]
    rows = dict.fromkeys(row_id(row) for row in rows_of(again))
    return found + [f"record.csv, {row}: written twice, so that its source counts twice" for row in rows]


def _unfitting(scenario: Scenario) -> list[str]:
    """Observables whose quantity, place and group no row has."""
    tables = (scenario.targets, scenario.quiet, scenario.record)
    fitted = {id(one) for table in tables for row in rows_of(table) for one in observables_of(scenario.spec, row)}
    return [
        f"scenario.toml, observables[{number}]: no target and no row of the record has "
        + ", ".join(f"{key} {quote(said)}" for key in ("quantity", "place", "group") if (said := entry_of(one, key)))
        for number, one in enumerate(scenario.spec.observables, 1)
        if id(one) not in fitted
    ]


_ABOUT = ("quantity", "place", "group", "date", "date_end", *(one.name for one in fields(Meaning)))
"""Columns that say what a row is about, and when."""


def _of_row(scenario: Scenario, place: int, row: Mapping[str, Any], days: Sequence[str]) -> list[Fault]:
    try:
        made = survey(scenario, scenario.targets.iloc[[place]], days, strict=True, off_scale=True).observations
    except ObservationError as error:
        what, _, expected = str(error).removeprefix(f"{row_id(row)}: ").partition("; expected ")
        expected, _, near = expected.partition("; did you mean ")
        hint = f"did you mean {near}" if near else ""
        return [Fault(_FILE, row_id(row), what, expected or "a number that a run can be asked for", hint)]
    return unknown(scenario, row) + [fault for one in made for fault in _impossible(scenario, one, row)]


_WHOLES = {"percent": 100.0, "per cent": 100.0, "%": 100.0, "share": 1.0, "fraction": 1.0}
"""What a whole is, by words for a unit that leave no doubt."""

_HEADS = ("persons", "people", "heads")
"""Words for a unit of which no share is told."""


_MANY = ("thousand", "thousands", "million", "millions")
"""Words for a unit of many."""


def _other_unit(unit: str, transform: str, scale: float) -> tuple[str, str, str] | None:
    """What is found, what is expected and where to look, if a number is given in a unit that is not its quantity's."""
    said = _WHOLES.get(unit.lower())
    if transform == "log" and (said or unit.lower() in _MANY) and scale == 1:
        return f"the unit {quote(unit)}", "a number of persons, or of what its quantity counts", ""
    heads = unit.lower() in _HEADS and scale in _WHOLES.values()
    if transform != "logit" or not (heads or (said and said != scale)):
        return None
    expected = f"the unit of its quantity, of which {scale:g} is a whole"
    return f"the unit {quote(unit)}", expected, "see scale of the quantity"


def _not_standing(scenario: Scenario, one: Observation) -> Fault | None:
    """A target about parties none of which stands for its body: it could only be nought."""
    body = scenario.spec.councils[one.council] if one.council >= 0 else None
    asked = [scenario.spec.parties[number].id for number in np.flatnonzero(one.parties)]
    if body is None or not body.parties or not asked or {*asked} & {*body.parties}:
        return None
    expected = f"a party that stands for {body.id}: {', '.join(body.parties)}"
    return Fault(_FILE, one.id, f"{', '.join(asked)}, for whom nobody can vote there", expected)


def _impossible(scenario: Scenario, one: Observation, row: Mapping[str, Any]) -> list[Fault]:
    """Numbers of a target that no run can have: of another unit than its quantity, beyond the whole, below nought."""
    if wrong := _other_unit(text(row, "unit"), one.transform, one.scale):
        return [Fault(_FILE, one.id, *wrong)]
    if fault := _not_standing(scenario, one):
        return [fault]
    if one.transform == "identity":
        return []
    most = largest(one.transform, one.scale)
    return [
        Fault(_FILE, f"{one.id}, {name}", f"{number:g}", share_or_count(most))
        for name, number in (("value", one.value), ("low", one.low), ("high", one.high))
        if np.isfinite(number) and not 0 <= number <= most
    ]
