"""The timeline as tables: events, conditions, effects, rules of decay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from dualpower.scenario.arrays.units import f32, one_hot, unit_places
from dualpower.scenario.conditions import Condition, parse_condition
from dualpower.scenario.resolve import ResolvedEvent
from dualpower.scenario.timeline import Effect
from dualpower.scenario.world import Bools, Chronicle, Floats, Ints, Names

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario

_LONG, _NEVER = 1e6, 10**6
_AMOUNTS = ("intensity.", "call.", "occasion", "trust.", "arrest.", "arm", "force")
"""Levers whose effects say how much; others say who sits where, who is legal, what is answered, what is launched."""

Flat = list[tuple[int, int, Effect]]


def chronicle(scenario: Scenario, names: Names) -> Chronicle:
    """Events of a scenario after its interventions."""
    resolved = scenario.resolved_events()
    events = [item.event for item in resolved]
    texts = _condition_texts(scenario)
    parsed = [parse_condition(text) for text in texts]
    effects = _effects(resolved)
    some = [item for item in effects if _targeted(item[2])]
    ordered = some + [item for item in effects if not _targeted(item[2])]
    when = [event.when for event in events]
    return Chronicle(
        date=_ints([_day(scenario, item.date, -1) for item in resolved]),
        declared=_ints([_day(scenario, event.date, _NEVER) for event in events]),
        choice=np.array([event.kind == "choice" and event.when is not None for event in events], bool),
        forced=np.array([item.dated for item in resolved], bool),
        option=_ints([_option(item) for item in resolved]),
        absent=np.array([not item.event.options[_option(item)].happens for item in resolved], bool),
        regimes=_mask([e.requires.regimes or names.regimes for e in events], names.regimes),
        after=_mask([e.requires.events for e in events], names.events),
        requires=_mask([e.requires.conditions for e in events], texts),
        when=_mask([w.conditions if w else () for w in when], texts),
        when_after=_mask([w.events if w else () for w in when], names.events),
        when_regimes=_mask([_rule_regimes(e, names) for e in events], names.regimes),
        hazard=f32([w.hazard if w and not _prevented(i) else 0.0 for w, i in zip(when, resolved, strict=True)]),
        condition_indicator=_ints([names.indicators.index(c.indicator) for c in parsed]),
        condition_sign=f32([1.0 if c.operator in (">=", ">") else -1.0 for c in parsed]),
        condition_level=f32([_level(c) for c in parsed]),
        effect_event=_ints([event for event, _, _ in ordered]),
        effect_option=_ints([option for _, option, _ in ordered]),
        effect_value=f32([effect.value for *_, effect in ordered]),
        effect_amount=np.array([effect.lever.startswith(_AMOUNTS) for *_, effect in ordered], bool),
        effect_days=f32([_days(effect) for *_, effect in ordered]),
        effect_fade=f32([effect.fade for *_, effect in ordered]),
        effect_delay=f32([effect.delay for *_, effect in ordered]),
        to_lever=_to_lever(ordered, names.levers, whole=True),
        to_unit_lever=_to_lever(ordered, names.unit_levers, whole=False),
        effect_units=_effect_units(scenario, [effect for *_, effect in some]),
        **_rules(scenario, names, texts),
    )


def _ints(values: list[int]) -> Ints:
    return np.asarray(values, dtype=np.int32)


def _mask(rows: Iterable[Iterable[str]], names: tuple[str, ...]) -> Bools:
    """[row, name] true where the row mentions the name."""
    sets = [set(row) for row in rows]
    return np.array([[name in row for name in names] for row in sets], bool).reshape(len(sets), len(names))


def _condition_texts(scenario: Scenario) -> tuple[str, ...]:
    """Every distinct condition that an event or a rule mentions."""
    found: list[str] = []
    for event in scenario.timeline.events:
        found += [*event.requires.conditions, *(event.when.conditions if event.when else ())]
    found += [text for rule in scenario.spec.regime_rules for text in rule.conditions]
    return tuple(dict.fromkeys(found))


def _level(condition: Condition) -> np.float32:
    """The number that is compared with "at least" or "at most": for a strict operator, the next one on its side.

    The step is never smaller than the smallest normal number, since processors take what is smaller for nought.
    """
    level = np.float32(condition.number)
    if condition.operator in (">=", "<="):
        return level
    side = np.float32(1 if condition.operator == ">" else -1)
    step = np.maximum(np.abs(np.nextafter(level, side * np.float32(np.inf)) - level), np.finfo(np.float32).tiny)
    return np.float32(level + side * step)


def _day(scenario: Scenario, date: str | None, never: int) -> int:
    """Day index of a date; ``never`` for none."""
    return never if date is None else scenario.calendar.days_between(scenario.spec.calendar.start, date)


def _prevented(item: ResolvedEvent) -> bool:
    """Whether an intervention keeps it from happening: what did not happen in history may, by its rule, elsewhere."""
    return item.never and item.changed


def _option(item: ResolvedEvent) -> int:
    """Index of the option taken; that of the first for one that did not happen in history, or never does."""
    return 0 if item.option is None else item.event.options.index(item.option)


def _rule_regimes(event: object, names: Names) -> tuple[str, ...]:
    when, requires = event.when, event.requires  # type: ignore[attr-defined]
    return (when.regimes if when else ()) or requires.regimes or names.regimes


def _effects(resolved: Iterable[ResolvedEvent]) -> Flat:
    return [
        (number, which, effect)
        for number, item in enumerate(resolved)
        for which, option in enumerate(item.event.options)
        for effect in option.effects
    ]


def _targeted(effect: Effect) -> bool:
    """Whether an effect is felt in some units only."""
    return bool(effect.roles or effect.groups or effect.units or effect.places or effect.by_women)


def _days(effect: Effect) -> float:
    """Days at full value. A contest is launched on one day."""
    if effect.lever.startswith(("launch.", "trust.", "arrest.")):
        return 1.0 if effect.days is None else effect.days
    return _LONG if effect.days is None else effect.days


def _to_lever(effects: Flat, levers: tuple[str, ...], *, whole: bool) -> Floats:
    """[lever, effect] one-hot for the effects on the whole, or on some units."""
    table = np.zeros((len(levers), len(effects)), np.float32)
    for column, (*_, effect) in enumerate(effects):
        if _targeted(effect) is not whole and effect.lever in levers:
            table[levers.index(effect.lever), column] = 1.0
    return table


def _effect_units(scenario: Scenario, effects: list[Effect]) -> Floats:
    """[effect, unit] how far each effect is felt in each unit: 0 or 1, or the share of women."""
    groups = {role.id: role.group for role in scenario.spec.roles}
    women = scenario.units["women"].fillna(0.0).to_numpy(dtype=float)
    rows = list(zip(scenario.units["unit_id"], scenario.units["role"], unit_places(scenario), strict=True))
    table = np.zeros((len(effects), len(rows)), np.float32)
    for number, effect in enumerate(effects):
        felt = [_felt(effect, unit, role, groups[role], place) for unit, role, place in rows]
        table[number] = np.array(felt) * (women if effect.by_women else 1.0)
    return table


def _felt(effect: Effect, unit: str, role: str, group: str, place: str) -> bool:
    """Whether a unit is among those an effect names; what is left out names everyone."""
    asked = ((effect.units, unit), (effect.roles, role), (effect.groups, group), (effect.places, place))
    return all(not wanted or value in wanted for wanted, value in asked)


def _rules(scenario: Scenario, names: Names, texts: tuple[str, ...]) -> dict[str, Floats | Bools]:
    rules, r = scenario.spec.regime_rules, len(names.regimes)
    to = [one_hot(names.regimes.index(rule.to), r) for rule in rules]
    return {
        "rule_from": _mask([rule.from_ for rule in rules], names.regimes),
        "rule_to": f32(to) if to else np.zeros((0, r), np.float32),
        "rule_when": _mask([rule.conditions for rule in rules], texts),
        "rule_hazard": f32([rule.hazard for rule in rules]),
    }
