"""Faults of the targets: rows that no run can be compared with, and groups that are probably misspelt."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from dualpower.record.meaning import entry_of, is_whole, meaning, observables_of, plain, row_id, text
from dualpower.record.measures import MEASURES
from dualpower.record.observation import Observation, ObservationError
from dualpower.record.plan import survey
from dualpower.scenario.faults import Fault, did_you_mean, quote

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

_FILE = "targets.csv"
_NEAR = 0.8  # how alike a slip of the pen is


def target_faults(scenario: Scenario) -> list[Fault]:
    """All faults of a scenario's targets that only show when they are given their meaning."""
    found = []
    days = scenario.days(scenario.spec.calendar.latest)
    for place in range(len(scenario.targets)):
        row = scenario.targets.iloc[[place]]
        named = {str(key): value for key, value in row.to_dict("records")[0].items()}
        try:
            made = survey(scenario, row, days, strict=True).observations
            found += _misspelt(scenario, named) + [fault for one in made for fault in _impossible(one)]
        except ObservationError as error:
            what, _, expected = str(error).removeprefix(f"{row_id(named)}: ").partition("; expected ")
            found.append(Fault(_FILE, row_id(named), what, expected or "a number that a run can be asked for"))
    return found


def _impossible(one: Observation) -> list[Fault]:
    """Numbers of a target that no run can have: shares beyond the whole, counts below nought."""
    most = {"logit": one.scale, "log": np.inf}.get(one.transform)
    if most is None:
        return []
    expected = "a number of at least 0" + (f" and at most {most:g}" if np.isfinite(most) else "")
    return [
        Fault(_FILE, f"{one.id}, {name}", f"{number:g}", expected)
        for name, number in (("value", one.value), ("low", one.low), ("high", one.high))
        if np.isfinite(number) and not 0 <= number <= most
    ]


def _misspelt(scenario: Scenario, row: Mapping[str, Any]) -> list[Fault]:
    """A group is a free description unless it names whom to count; a near miss of such a name was meant to."""
    group = text(row, "group")
    fitting = [one for one in observables_of(scenario.spec, row) if entry_of(one, "group")]
    if is_whole(group) or fitting or "party" in MEASURES[meaning(scenario.spec, row).measure].needs:
        return []
    of_quantity = [
        entry_of(one, "group")
        for one in scenario.spec.observables or ()
        if entry_of(one, "quantity") == text(row, "quantity") and entry_of(one, "group")
    ]
    known = [*of_quantity, *scenario.names["group"], *scenario.names["role"]]
    near = get_close_matches(group, known, 1, _NEAR)
    if not near or plain(group) in {plain(name) for name in known}:
        return []
    hint = did_you_mean(group, near)
    return [Fault(_FILE, f"{row_id(row)}, group", quote(group), "a group that the record tells apart, or `all`", hint)]
