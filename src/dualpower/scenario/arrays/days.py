"""What each day brings from outside, without chance: stretch, intensities, rest days, turnout, historical regime.

It also says how far history's path is imposed: on the whole year, up to a day, or not at all; and whether choices are
decided by their dates or by their rules on the days that are free.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from dualpower.scenario.arrays.setting import change_days
from dualpower.scenario.arrays.units import f32
from dualpower.scenario.calendar import as_text
from dualpower.scenario.faults import Fault, ScenarioError, quote
from dualpower.scenario.schema import Council
from dualpower.scenario.timeline import NEVER, HistoryEntry
from dualpower.scenario.world import Bools, Days, Floats, Ints, Names

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario


Imposed: TypeAlias = bool | str
"""Whether regimes and events follow history: the whole year, or up to a day ("YYYY-MM-DD", that day included)."""

Choices: TypeAlias = Literal["history", "rules"]
"""What decides choices on days that are free: their historical dates while a year follows history, or their rules."""


def compile_days(
    scenario: Scenario,
    names: Names,
    until: str | None = None,
    *,
    imposed: Imposed = False,
    choices: Choices = "history",
    told: str | None = None,
) -> Days:
    """Rows for every day up to ``until``; chance is neutral (mood 0, draws 1: nothing fires) until it is drawn.

    ``told``: last day that the parameters were fitted to; the last calibration target's if not given.

    Raises
    ------
    ScenarioError
        If ``until`` or ``imposed`` is no day of the scenario, or ``choices`` no word for them.
    """
    if until is not None:
        scenario.day_index(until, "until")
    dates = scenario.days(until)
    count, was = len(dates), history(scenario, names, dates)
    kept = imposed_days(scenario, imposed, count)
    ruled = check_choices(choices) == "rules"
    if ruled and imposed is True:
        expected = '"history" where all of history is imposed, or imposed up to a date, after which rules decide'
        raise ScenarioError([Fault("choices", "", quote(choices), expected)])
    rest = set(scenario.spec.calendar.rest_days)
    return Days(
        day=np.arange(count, dtype=np.int32),
        epoch=_epochs(scenario, count),
        intensity=_intensity(scenario, names, count),
        rest=f32([scenario.calendar.weekday(date) in rest for date in dates]),
        turnout=_turnouts(scenario, dates),
        history=was,
        eve=np.concatenate([was[:1], was[:-1]]),
        won=won(scenario, names, dates),
        imposed=kept,
        rules=(1 - kept) * np.float32(ruled),
        told=np.full(count, _told(scenario, told), np.int32),
        mood=np.zeros((count, len(names.districts)), np.float32),
        chance_event=np.ones((count, len(names.events)), np.float32),
        chance_rule=np.ones((count, len(names.rules)), np.float32),
        chance_contest=np.full((count, len(names.contests)), 0.5, np.float32),
        chance_size=np.zeros((count, len(names.events)), np.float32),
        chance_drift=np.zeros((count, len(names.issues)), np.float32),
    )


def imposed_days(scenario: Scenario, imposed: Imposed, count: int) -> Floats:
    """[day] 1 while history's path of regimes and events is imposed, on ``count`` days."""
    check_imposed(imposed)
    last = scenario.day_index(imposed, "imposed") if isinstance(imposed, str) else count if imposed else -1
    return (np.arange(count) <= last).astype(np.float32)


def check_imposed(imposed: object) -> None:
    """Raise `ScenarioError` if ``imposed`` is neither a truth value nor a text."""
    if not isinstance(imposed, str | bool | np.bool_):
        raise ScenarioError([Fault("imposed", "", quote(imposed), "True, False or the last day", as_text(imposed))])


def _told(scenario: Scenario, asked: str | None) -> int:
    """Number of the last day that a fit has been told of; -1 if there was no fit."""
    last = asked or scenario.last_calibrated
    return scenario.calendar.days_between(scenario.spec.calendar.start, last) if last else -1


def check_choices(choices: str) -> str:
    """Return ``choices`` if it is "history" or "rules", else raise `ScenarioError`."""
    if choices not in ("history", "rules"):
        raise ScenarioError([Fault("choices", "", quote(choices), '"history" or "rules"')])
    return choices


def _epochs(scenario: Scenario, count: int) -> Ints:
    """[day] which stretch between two declared changes a day belongs to."""
    return (np.searchsorted(change_days(scenario), np.arange(count), side="right") - 1).astype(np.int32)


def _intensity(scenario: Scenario, names: Names, count: int) -> Floats:
    """[day, issue]; an issue without a series (who rules, often) is 1 throughout."""
    table = scenario.resolved_series()
    columns = [table[issue].to_numpy()[:count] if issue in table else np.ones(count) for issue in names.issues]
    return f32(columns).T


def _turnouts(scenario: Scenario, dates: list[str]) -> Floats:
    return f32([[_turnout(council, date) for council in scenario.spec.councils] for date in dates]).reshape(
        len(dates), len(scenario.spec.councils)
    )


def _turnout(council: Council, date: str) -> float:
    """Share of those without a camp who vote on a day."""
    past = [entry for entry in council.turnout if entry.from_ <= date]
    return max(past, key=lambda entry: entry.from_).value if past else council.turnout_unaligned


def history(scenario: Scenario, names: Names, dates: list[str]) -> Ints:
    """[day] index of the regime that was, in the evening."""
    path = _path(scenario)
    known = [max((e for e in path if e.from_ <= date), key=lambda e: e.from_, default=path[0]) for date in dates]
    return np.array([names.regimes.index(entry.regime) for entry in known], np.int32)


def won(scenario: Scenario, names: Names, dates: list[str]) -> Bools:
    """[day, contest] contests that could bring history's next regime, on the day of it; where one of them was launched
    that day or the day before (a rising may win in the night), it alone, on its day.
    """
    table = np.zeros((len(dates), len(names.contests)), bool)
    for before, after in pairwise(_path(scenario)):
        if after.from_ not in dates:
            continue
        day = dates.index(after.from_)
        able = [one.id for one in scenario.spec.contests if one.success == after.regime and before.regime in one.under]
        launched = [(one, at) for one in able for at in _launches(scenario, one) if at in (day - 1, day)]
        for one, at in launched or [(one, day) for one in able]:
            table[max(at, 0), names.contests.index(one)] = True
    return table


def _launches(scenario: Scenario, contest: str) -> list[int]:
    """Days on which a contest was launched in history."""
    return [
        scenario.calendar.days_between(scenario.spec.calendar.start, event.date) + int(effect.delay)
        for event in scenario.timeline.events
        if event.historical_option != NEVER
        for effect in event.option(event.historical_option).effects
        if effect.lever == f"launch.{contest}"
    ]


def _path(scenario: Scenario) -> list[HistoryEntry]:
    """History's regimes in their order."""
    return sorted(scenario.timeline.history, key=lambda entry: entry.from_)
