"""Faults of the targets: rows that no run can be compared with, places and groups that nothing knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dualpower.record.known import unknown
from dualpower.record.meaning import row_id, text
from dualpower.record.observation import Observation, ObservationError
from dualpower.record.plan import survey
from dualpower.scenario.faults import Fault, ScenarioError, quote
from dualpower.scenario.sense import claim_faults

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

_FILE = "targets.csv"


def check(folder: str | Path) -> list[Fault]:
    """Return every fault of a scenario, given by folder or by its name in the library; empty if it is valid.

    Where its files are without fault by themselves, that includes targets that no run can be compared with, and claims
    whose interventions could never have any effect.
    """
    from dualpower.scenario import load

    try:
        return doubts(load(folder))
    except ScenarioError as error:
        return error.faults


def refuse(scenario: Scenario) -> Scenario:
    """The same scenario, or `ScenarioError` with what only shows when its targets and claims get their meaning."""
    if faults := doubts(scenario):
        raise ScenarioError(faults)
    return scenario


def doubts(scenario: Scenario) -> list[Fault]:
    """All faults of a loaded scenario: those of its targets, and of its claims."""
    return [*target_faults(scenario), *claim_faults(scenario)]


def target_faults(scenario: Scenario) -> list[Fault]:
    """All faults of a scenario's targets that only show when they are given their meaning."""
    days = scenario.days(scenario.spec.calendar.latest)
    rows = [{str(key): value for key, value in row.items()} for row in scenario.targets.to_dict("records")]
    try:
        made = survey(scenario, scenario.targets, days, strict=True)
    except ObservationError:
        return [fault for place, row in enumerate(rows) for fault in _of_row(scenario, place, row, days)]
    return [
        *(fault for row in rows for fault in unknown(scenario, row)),
        *(f for k, one in zip(made.rows, made.observations, strict=True) for f in _impossible(one, rows[k])),
    ]


def _of_row(scenario: Scenario, place: int, row: Mapping[str, Any], days: Sequence[str]) -> list[Fault]:
    try:
        made = survey(scenario, scenario.targets.iloc[[place]], days, strict=True).observations
    except ObservationError as error:
        what, _, expected = str(error).removeprefix(f"{row_id(row)}: ").partition("; expected ")
        expected, _, near = expected.partition("; did you mean ")
        hint = f"did you mean {near}" if near else ""
        return [Fault(_FILE, row_id(row), what, expected or "a number that a run can be asked for", hint)]
    return unknown(scenario, row) + [fault for one in made for fault in _impossible(one, row)]


_WHOLES = {"percent": 100.0, "per cent": 100.0, "%": 100.0, "share": 1.0, "fraction": 1.0}
"""What a whole is, by words for a unit that leave no doubt."""


def _impossible(one: Observation, row: Mapping[str, Any]) -> list[Fault]:
    """Numbers of a target that no run can have: of another unit than its quantity, beyond the whole, below nought."""
    said = _WHOLES.get(text(row, "unit").lower())
    if said and one.transform == "logit" and said != one.scale:
        expected = f"the unit of its quantity, of which {one.scale:g} is a whole"
        return [Fault(_FILE, one.id, f"the unit {quote(text(row, 'unit'))}", expected, "see scale of the quantity")]
    most = {"logit": one.scale, "log": np.inf}.get(one.transform)
    if most is None:
        return []
    expected = "a number of at least 0" + (f" and at most {most:g}" if np.isfinite(most) else "")
    return [
        Fault(_FILE, f"{one.id}, {name}", f"{number:g}", expected)
        for name, number in (("value", one.value), ("low", one.low), ("high", one.high))
        if np.isfinite(number) and not 0 <= number <= most
    ]
