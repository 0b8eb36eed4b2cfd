"""Claims that could measure nothing are refused: what changes nothing, comes too late, or is looked at too early."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dualpower.scenario.calendar import DATE
from dualpower.scenario.changes import Change, intervened, parse_change
from dualpower.scenario.claims import Claim, Measure, all_changes
from dualpower.scenario.faults import Fault, ScenarioError, quote
from dualpower.scenario.interventions import Intervention
from dualpower.scenario.sense import check_sense
from dualpower.scenario.timeline import NEVER

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario

__all__ = ["as_history", "begins", "claim_faults"]


def claim_faults(scenario: Scenario, claims: Iterable[Claim] | None = None) -> list[Fault]:
    """Claims (all if none are given) whose interventions could never have any effect, on top of those that the scenario
    has, as faults of claims.toml.
    """
    found, senseless = [], set[str]()
    for claim in scenario.claims.claims if claims is None else claims:
        try:
            check_sense(intervened(scenario, claim.interventions))
        except ScenarioError as error:
            senseless.add(claim.id)
            where = f"claims.{claim.id}.interventions"
            found += [Fault("claims.toml", where, f"{one.where}: {one.found}", one.expected, one.hint)
                      for one in error.faults]  # fmt: skip
        found += (
            _made_already(scenario, claim)
            + _no_change(scenario, claim)
            + _always_or_never(claim)
            + _never_matters(claim)
            + _not_standing(scenario, claim)
            + (_measured_before(claim) or _measured_too_early(scenario, claim))
            + ([] if claim.id in senseless else _chosen_after(scenario, claim))
        )
    return found


def _measured_before(claim: Claim) -> list[Fault]:
    """Interventions dated after the last day on which their outcome is looked at: nothing would be measured."""
    found = []
    for where, texts in all_changes(claim):
        last = _looked_at(claim, where)
        dates = [str(change.value) for text in texts if (change := parse_change(text)).kind == "do"]
        late = [date for date in dates if DATE.fullmatch(date) and date > last]
        hint = "dose_outcome names another for the ladder" if where.startswith("doses") else ""
        expected = f"a date no later than {last}, on which its outcome is looked at"
        found += [Fault("claims.toml", f"claims.{claim.id}.{where}", quote(date), expected, hint) for date in late]
    return found


def _made_already(scenario: Scenario, claim: Claim) -> list[Fault]:
    """A claim whose interventions the scenario has already: with and without it would be the same."""
    made = {(one.kind, one.target, str(one.value)) for one in scenario.interventions if one.kind != "scale"}
    changes = [parse_change(text) for text in claim.interventions]
    if not changes or not all((one.kind, one.target, str(one.value)) in made for one in changes):
        return []
    said = ", ".join(map(quote, claim.interventions))
    expected = "what is not made otherwise already, by --do or --set"
    return [Fault("claims.toml", f"claims.{claim.id}.interventions", said, expected, "--claim ID tests another")]


def _no_change(scenario: Scenario, claim: Claim) -> list[Fault]:
    """What multiplies by 1, or decides as history did; a dose may, for history is one of them."""
    faults = []
    for where, texts in all_changes(claim):
        changes = [parse_change(text) for text in texts]
        moved = {change.target for change in changes if DATE.fullmatch(str(change.value))}
        for text, change in zip(texts, changes, strict=True):
            if not where.startswith("doses") and change.target not in moved and (what := _idle(scenario, change)):
                expected = f"another {what}, which changes nothing"
                faults.append(Fault("claims.toml", f"claims.{claim.id}.{where}", quote(text), expected))
        if where == "interventions" and changes and all(_never_was(scenario, change) for change in changes):
            expected = "what changes something: no such event is in history"
            faults.append(Fault("claims.toml", f"claims.{claim.id}.{where}", ", ".join(map(quote, texts)), expected))
    return faults


def _never_was(scenario: Scenario, change: Change) -> bool:
    """Whether a change takes away an event that history does not have: a placebo at best."""
    taken = {event.id: event.historical_option for event in scenario.timeline.events}
    return change.kind == "do" and change.value == NEVER == taken.get(change.target)


def _chosen_after(scenario: Scenario, claim: Claim) -> list[Fault]:
    """Conditions on years (`among`) that are looked at once the interventions have begun: they may bring them about."""
    first = min((begins(scenario, parse_change(text)) for text in claim.interventions), default="")
    if first in ("", scenario.spec.calendar.start):
        return []
    return [
        Fault("claims.toml", f"claims.{claim.id}.among[{number}].date", quote(one.last),
              f"a date no later than {first}, on which the interventions begin")
        for number, one in enumerate(claim.among, 1)
        if one.last > first
    ]  # fmt: skip


def _idle(scenario: Scenario, change: Change | Intervention) -> str:
    """What a change says that is so already, in words; empty if it changes something."""
    if (change.kind, change.value) == ("scale", 1.0):
        return "factor than 1"
    taken = {event.id: event.historical_option for event in scenario.timeline.events}
    as_history = change.kind == "do" and change.value == taken.get(change.target) != NEVER
    return "option than history's" if as_history else ""


def as_history(scenario: Scenario, changes: Iterable[Change | Intervention]) -> bool:
    """Whether all changes only say of events and factors what is so already."""
    return all(_idle(scenario, change) for change in changes)


_AT_MOST_ONE = ("regime", "event", "council", "executive", "resolution", "support", "authority", "dual_power")
"""Quantities of claims that lie between 0 and 1."""


def _always_or_never(claim: Claim) -> list[Fault]:
    """Bounds above all that an outcome can reach, or below: the answer would be no, or yes, in every year."""
    named: list[tuple[str, Measure]] = [(f"outcomes.{one.id}", one) for one in claim.outcomes]
    named += [(f"among[{number}]", one) for number, one in enumerate(claim.among, 1)]
    return [
        Fault("claims.toml", f"claims.{claim.id}.{where}.at_least", f"{one.at_least:g}", expected)
        for where, one in named
        if one.at_least is not None and (expected := _outside(one, one.at_least))
    ]


_SIGNED = ("line", "trust")
"""Quantities of claims that can be below nought."""


def _outside(one: Measure, bound: float) -> str:
    """What is expected of a bound that is always or never reached; "" if it is neither."""
    heads = {path.split(".")[0] for path in one.of}
    if bound <= 0 and not heads & set(_SIGNED):
        return "a number above 0"
    never = bound > len(one.of) and one.take != "sum" and heads <= set(_AT_MOST_ONE)
    return f"at most {len(one.of)}" if never else ""


def _never_matters(claim: Claim) -> list[Fault]:
    """Differences of shares above all that there can be: every effect would be too small for the claim."""
    return [
        Fault("claims.toml", f"claims.{claim.id}.outcomes.{one.id}.matters", f"{one.matters:g}",
              f"at most {len(one.of)}, the largest difference between shares", "shares are 0 to 1, not in per cent")
        for one in claim.outcomes
        if one.at_least is None and one.take != "sum" and one.matters > len(one.of)
        if all(path.split(".")[0] in _AT_MOST_ONE for path in one.of)
    ]  # fmt: skip


def _not_standing(scenario: Scenario, claim: Claim) -> list[Fault]:
    """Outcomes of parties in a body for which they do not stand: they would be nought in every year."""
    stand = {one.id: one.parties for one in scenario.spec.councils if one.parties}
    paths = [(one.id, path.split(".")) for one in claim.outcomes for path in one.of]
    return [
        Fault("claims.toml", f"claims.{claim.id}.outcomes.{name}.of", quote(".".join(path)),
              f"a party that stands for {path[1]}: {', '.join(stand[path[1]])}")
        for name, path in paths
        if path[0] in ("council", "executive") and len(path) > 2 and path[2] not in stand.get(path[1], path[2:])
    ]  # fmt: skip


def _measured_too_early(scenario: Scenario, claim: Claim) -> list[Fault]:
    """Interventions on events of history all of which come after the last day on which their outcome is looked at."""
    faults = []
    for where, texts in all_changes(claim):
        first, last = [begins(scenario, parse_change(text)) for text in texts], _looked_at(claim, where)
        if first and min(first) > last:
            found = f"{', '.join(map(quote, texts))}, which changes nothing before {min(first)}"
            expected = f"what changes something by {last}, the last day on which its outcome is looked at"
            faults.append(Fault("claims.toml", f"claims.{claim.id}.{where}", found, expected))
        elif where == "interventions" and first:
            faults += [
                Fault("claims.toml", f"claims.{claim.id}.outcomes.{one.id}", f"a last day, {one.last}",
                      f"one on or after {min(first)}, before which the interventions change nothing")
                for one in claim.outcomes if one.last < min(first)
            ]  # fmt: skip
    return faults


def _looked_at(claim: Claim, where: str) -> str:
    """Last day on which an outcome of these interventions is looked at (`where` as in `all_changes`)."""
    part = where.partition("[")[0]
    lasts = {"interventions": max(one.last for one in claim.outcomes), "doses": claim.dosed.last}
    return lasts.get(part, claim.outcomes[0].last)


def begins(scenario: Scenario, change: Change | Intervention) -> str:
    """First day on which a change can make a difference: the start, but for events of history, whose date counts."""
    event = next((each for each in scenario.timeline.events if each.id == change.target), None)
    if change.kind != "do" or event is None or (event.historical_option == NEVER and event.when is not None):
        return scenario.spec.calendar.start
    value = str(change.value)
    return min(event.date, value) if DATE.fullmatch(value) else event.date
