"""Single laws on numbers small enough to be worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualpower.laws import (
    chronicle,
    contests,
    councils,
    government,
    hardship,
    loyalty,
    militia,
    mobilisation,
    organisation,
    power,
    regimes,
    repression,
)
from dualpower.laws.levers import levers
from dualpower.laws.state import Fate, among
from dualpower.scenario.world import Chronicle, lever_names, unit_lever_names


def near(expected: Any) -> Any:
    return pytest.approx(np.asarray(expected, float), rel=1e-5, abs=1e-6)


def params(**values: Any) -> dict[str, Any]:
    return {name: jnp.asarray(value, jnp.float32) for name, value in values.items()}


def test_among_counts_each_temper_and_camp_by_its_share() -> None:
    camps = jnp.asarray([[[0.1], [0.2]], [[0.3], [0.4]]])
    chance = jnp.asarray([[[1.0], [0.5]], [[0.0], [0.25]]])
    assert np.asarray(among(camps, chance)) == near([0.1 + 0.1 + 0.1])


# Hardship.


def test_pressure_is_weight_times_salience_times_intensity_and_outrage_sharpens_it() -> None:
    p = params(weight=[2.0, 1.0], outrage=0.5)
    salience, intensity = jnp.asarray([[1.0, 0.5], [0.0, 1.0]]), jnp.asarray([[0.4, 0.4], [1.0, 0.2]])
    found = hardship.pressure(p, salience, intensity, jnp.asarray([0.0, 2.0]))
    assert np.asarray(found) == near([[0.8, 0.8], [0.0, 0.4]])
    assert np.asarray(hardship.grievance(found)) == near([0.8, 1.2])


def test_grievance_is_never_negative() -> None:
    assert np.asarray(hardship.grievance(jnp.asarray([[-1.0], [0.4]]))) == near([0.0])


# Organisation.

_MEMBERS = {"recruit": 0.5, "density": 0.2, "saturation": 0.5, "quiet": 0.5}


def test_membership_stays_where_it_is_what_support_carries() -> None:
    support, nobody = jnp.asarray([[0.5]]), jnp.zeros(1)
    carried = 0.2 * 0.5 / (1 + 0.5 / 0.5)
    kept = organisation.members(
        params(**_MEMBERS), jnp.asarray([[carried]]), support, nobody, jnp.ones(1), jnp.ones(1), jnp.zeros(1)
    )
    assert np.asarray(kept) == near([[carried]])


def test_membership_moves_by_recruiting_activity_and_legality_and_is_cut_by_arrests() -> None:
    one = jnp.ones(1)
    moved = organisation.members(
        params(**_MEMBERS), jnp.asarray([[0.01]]), jnp.asarray([[0.5]]), 0.3 * one, one, 0.4 * one, 0.25 * one
    )
    assert np.asarray(moved) == near([[0.01 + 0.5 * 0.4 * 0.8 * (0.05 - 0.01) - 0.0025]])


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({}, [0.04, 0.0]),
        ({"even": 1.0}, [0.01, 0.01]),
        ({"follow": 1.0}, [0.0, 0.01 / 0.75]),
        ({"random": 1.0}, [0.02, 0.02 / 3]),
        ({"random": 1.5, "follow": 0.5}, [0.015, 0.01 * (1 / 3 + 0.5)]),
        ({"even": 1.0, "follow": 1.0}, [0.005, 0.005 + 0.005 / 0.75]),
    ],
)
def test_hours_follow_their_policy_and_no_hour_is_lost(policy: dict[str, float], expected: list[float]) -> None:
    weight, active, lottery = jnp.asarray([0.25, 0.75]), jnp.asarray([-1e-3, 0.6]), jnp.asarray([3.0, 1.0])
    p = params(**({"even": 0.0, "follow": 0.0, "random": 0.0} | policy))
    found = organisation.hours(p, jnp.asarray([[0.04, 0.0]]), active, lottery, weight)
    assert np.asarray(found) == near([expected])
    assert float((found * weight).sum()) == near(0.01)


def test_presence_is_a_half_where_legal_hours_equal_half_presence() -> None:
    found = organisation.presence(params(half_presence=0.02), jnp.asarray([[0.04, 0.0]]), jnp.asarray([0.5]))
    assert np.asarray(found) == near([[0.5, 0.0]])


# Repression.


def test_no_order_without_mastery_but_by_an_event() -> None:
    p, street = params(threshold=0.1), jnp.asarray(0.1)
    assert float(repression.order(p, street, jnp.asarray(0.0), jnp.asarray(0.0))) == 0.0
    assert float(repression.order(p, street, jnp.asarray(1.0), jnp.asarray(0.0))) == near(0.5)
    assert float(repression.order(p, street, jnp.asarray(1.0), jnp.asarray(0.8))) == 1.0


def test_deterrence_grows_with_fear_and_melts_in_a_crowd() -> None:
    p = params(risk=2.0, safety=np.log(4.0))
    found = repression.deterrence(p, jnp.asarray(0.5), jnp.asarray(0.8), jnp.asarray([0.0, 1.0]), jnp.asarray(0.5))
    assert np.asarray(found) == near([0.4, 0.8])


def test_nobody_is_shot_where_nobody_marches() -> None:
    found = repression.shot(params(lethality=0.5), jnp.asarray(1.0), jnp.asarray(0.8), jnp.asarray([0.0, 10_000.0]))
    assert np.asarray(found) == near([0.0, 4.0])


def test_fear_passes_into_outrage() -> None:
    p = params(fear=0.5, fear_decay=0.2)
    fear, outrage = repression.memory(p, jnp.ones(1), jnp.ones(1), jnp.asarray([4.0]), jnp.asarray([20_000.0]))
    assert np.asarray(fear) == near([0.8 + 1.0])
    assert np.asarray(outrage) == near([0.8 + 0.2])


# Loyalty.


def test_soldiers_are_held_by_discipline_and_the_sanction_falls_only_under_a_sole_master() -> None:
    p = params(contact=1.0, ordered=2.0, barracks=5.0, discipline=4.0)
    street, order, reliable = jnp.asarray([0.1, 0.1]), jnp.asarray([0.5, 0.0]), jnp.asarray([0.0, 1.0])
    ruled = loyalty.level(p, street, order, jnp.asarray(0.4), jnp.asarray(1.0), reliable)
    divided = loyalty.level(p, street, order, jnp.asarray(0.4), jnp.asarray(0.0), reliable)
    assert np.asarray(ruled) == near([0.1 + 1.0 + 2.0 - 4.0, 0.1 + 2.0 - 8.0])
    assert np.asarray(ruled - divided) == near([2.0, 2.0])


def test_a_unit_that_half_refuses_is_of_half_the_use_unless_it_is_reliable() -> None:
    found = loyalty.loyal(params(cohesion=20.0), jnp.asarray([0.5, 0.5]), jnp.asarray([0.0, 1.0]))
    assert np.asarray(found) == near([0.25, 0.5])


def test_the_memory_of_an_order_is_halved_each_day() -> None:
    found = loyalty.memory(jnp.asarray([0.8, 0.0]), jnp.asarray(0.3), jnp.asarray([1.0, 0.0]))
    assert np.asarray(found) == near([0.7, 0.0])


# Militia.


@pytest.mark.parametrize(
    ("arm", "free", "after"), [(0.0, 1.0, 0.026), (1.0, 1.0, 0.05), (-1.0, 1.0, 0.02), (1.0, 0.0, 0.02)]
)
def test_workplaces_arm_where_the_old_police_is_gone(arm: float, free: float, after: float) -> None:
    p = params(alarm=4.0, pace=0.1, cap=0.1)
    found = militia.guards(p, jnp.asarray([0.02]), jnp.asarray([0.8]), jnp.asarray(arm), jnp.asarray(free))
    assert np.asarray(found) == near([after])


# Government.


def test_office_and_legality_keep_their_bounds() -> None:
    assert np.asarray(government.office(jnp.asarray([0.7, 0.2]), jnp.asarray([0.6, -0.4]))) == near([1.0, 0.0])
    assert np.asarray(government.legality(jnp.asarray([1.0, 0.5]), jnp.asarray([-2.0, 0.1]))) == near([0.02, 0.6])


def test_blame_is_of_one_government_however_many_are_in_it() -> None:
    assert np.asarray(government.blamed(jnp.asarray([0.7, 0.2, 0.0]))) == near([0.7, 0.2, 0.0])
    assert np.asarray(government.blamed(jnp.asarray([0.6, 0.6, 0.3]))) == near([0.4, 0.4, 0.2])
    assert np.asarray(government.blamed(jnp.zeros(2))) == near([0.0, 0.0])


def test_nobody_is_blamed_where_every_issue_is_answered() -> None:
    pressure = jnp.asarray([[0.5], [0.4]])
    assert np.asarray(government.unanswered(pressure, jnp.ones(2))) == near([0.0])
    assert np.asarray(government.unanswered(pressure, jnp.asarray([0.0, 0.5]))) == near([0.7])


def test_more_than_an_answer_to_one_issue_answers_no_other() -> None:
    pressure = jnp.asarray([[1.0], [1.0]])
    assert np.asarray(government.unanswered(pressure, jnp.asarray([1.5, 0.0]))) == near([1.0])
    assert np.asarray(government.unanswered(pressure, jnp.asarray([-0.5, 1.0]))) == near([1.5])  # it makes things worse


def test_opposition_is_the_line_against_the_incumbent() -> None:
    line = jnp.asarray([[0.9, 0.3, -0.5]])  # one issue, two centres
    assert np.asarray(government.opposition(line, jnp.asarray([0.0, 1.0]))) == near([0.5])


# Councils.

_COUNCIL = {"founders": [3.0, 1.0], "recall": 0.1, "recall_active": 2.0, "mandate": 20.0}
_LONG = 1e4  # days: mandates have ripened
_BASE = jnp.asarray([[0.5, 0.5]])


def _delegates(
    seated: list[float], *, election: float = 0.0, founding: float = 1.0, sits: float = 1.0, age: float = _LONG
) -> Any:
    flags = (jnp.asarray([each]) for each in (election, founding, sits))
    given = params(**_COUNCIL), jnp.asarray([seated]), _BASE, jnp.zeros(1)
    return np.asarray(councils.delegates(*given, *flags, jnp.asarray([age])))


def test_a_new_council_has_its_founders_and_is_then_recalled_by_its_base() -> None:
    pace = 0.1 * (1 + 2 * 0.5)  # nobody was seated: the distance from the base is a half
    assert _delegates([0.0, 0.0]) == near([[0.75 - pace * 0.25, 0.25 + pace * 0.25]])
    pace = 0.1 * (1 + 2 * 0.2)
    assert _delegates([0.7, 0.3]) == near([[0.7 - pace * 0.2, 0.3 + pace * 0.2]])


def test_nobody_is_recalled_on_the_day_of_his_election_and_recall_ripens() -> None:
    assert _delegates([0.7, 0.3], age=0.0) == near([[0.7, 0.3]])
    ripe = 1 - np.exp(-1.0)
    assert _delegates([0.7, 0.3], age=20.0) == near([[0.7 - ripe * 0.1 * 1.4 * 0.2, 0.3 + ripe * 0.1 * 1.4 * 0.2]])


def test_reliable_units_are_with_the_incumbent_but_not_with_councils() -> None:
    tsar, government, soviets = np.eye(3)
    centre, election = jnp.asarray([soviets, government]), jnp.asarray([0.0, 1.0])  # a soviet, and a duma's election
    for incumbent, expected in ((tsar, tsar), (government, government), (soviets, np.zeros(3))):
        assert power.relies(jnp.asarray(incumbent), centre, election) == near(expected)
    assert power.relies(jnp.asarray(tsar), jnp.zeros((0, 3)), jnp.zeros(0)) == near(tsar)


def test_an_election_remembers_nothing_and_a_closed_council_has_no_delegates() -> None:
    assert _delegates([1.0, 0.0], election=1.0) == near([[0.5, 0.5]])
    assert _delegates([1.0, 0.0], sits=0.0) == near([[0.0, 0.0]])


def test_a_council_that_nobody_is_left_to_elect_keeps_its_delegates() -> None:
    flags = (jnp.asarray([each]) for each in (0.0, 1.0, 1.0))
    nobody, seated = jnp.zeros((1, 2)), jnp.asarray([[0.7, 0.3]])
    kept = councils.delegates(params(**_COUNCIL), seated, nobody, jnp.ones(1), *flags, jnp.asarray([_LONG]))
    assert np.asarray(kept) == near([[0.7, 0.3]])


def test_without_founders_advantage_a_new_council_is_its_base() -> None:
    assert _delegates([0.0, 0.0], founding=0.0) == near([[0.5, 0.5]])


def test_the_base_is_who_stands_and_the_unaligned_lean() -> None:
    p = params(unaligned=[np.log(3.0), 0.0, 5.0], majoritarian=0.0)
    shares, stands = jnp.asarray([[0.4, 0.3, 0.1, 0.2]]), jnp.asarray([[1.0, 1.0, 0.0]])
    found = councils.base(p, shares, jnp.asarray([0.5]), jnp.zeros(1), stands)
    assert np.asarray(found) == near([[0.45 / 0.6, 0.15 / 0.6, 0.0]])


def test_executives_follow_with_a_lag_and_seats_fill() -> None:
    council = jnp.asarray([[0.6, 0.4]])
    first = councils.executive(params(executive=0.1), jnp.zeros((1, 2)), council)
    later = councils.executive(params(executive=0.1), jnp.asarray([[0.2, 0.8]]), council)
    assert np.asarray(first) == near([[0.6, 0.4]])
    assert np.asarray(later) == near([[0.24, 0.76]])
    seats = councils.seats(
        params(fill=0.2), jnp.asarray([100.0, 100.0]), jnp.asarray([600.0, 600.0]), jnp.asarray([1.0, 0.0])
    )
    assert np.asarray(seats) == near([200.0, 0.0])


def test_a_council_votes_by_its_parties_lines() -> None:
    found = councils.resolution(
        params(resolve=np.log(3.0), midpoint=0.0), jnp.asarray([[0.4, 0.6]]), jnp.asarray([[1.0], [0.0]])
    )
    assert np.asarray(found) == near([[0.4 * 0.75 + 0.6 * 0.5]])


def test_the_radical_side_of_who_rules_is_opposition() -> None:
    line = jnp.asarray([[0.2, 0.9, 0.5, -0.3]])  # two issues, two centres
    found = councils.radical(line, jnp.asarray([0.0, 1.0]), jnp.asarray([0.7]))
    assert np.asarray(found) == near([[0.2, 0.7, -0.5, 0.3]])


# Chronicle. Event 0 is a shock on day 10; event 1 a choice on day 20, which presupposes event 0 and a condition, and
# has a rule of its own under regime 1.


def events(**changed: Any) -> Chronicle:
    rows = {
        "date": np.array([10, 20]),
        "declared": np.array([10, 20]),
        "choice": np.array([False, True]),
        "forced": np.array([False, False]),
        "option": np.array([0, 1]),
        "absent": np.array([False, False]),
        "regimes": np.ones((2, 2), bool),
        "after": np.array([[False, False], [True, False]]),
        "requires": np.array([[False], [True]]),
        "when": np.array([[False], [True]]),
        "when_after": np.zeros((2, 2), bool),
        "when_regimes": np.array([[True, True], [False, True]]),
        "hazard": np.array([0.0, 0.5]),
        "condition_indicator": np.array([1]),
        "condition_sign": np.array([-1.0]),
        "condition_level": np.array([0.3]),
        "effect_event": np.array([0, 0, 1]),
        "effect_option": np.array([0, 1, 1]),
        "effect_value": np.array([2.0, 2.0, -1.0]),
        "effect_amount": np.array([True, True, False]),
        "effect_days": np.array([3.0, 3.0, 1.0]),
        "effect_fade": np.array([2.0, 2.0, 0.0]),
        "effect_delay": np.array([0.0, 0.0, 2.0]),
        "to_lever": np.zeros((0, 3)),
        "to_unit_lever": np.zeros((0, 3)),
        "effect_units": np.zeros((0, 1)),
        "rule_from": np.array([[True, False], [True, True]]),
        "rule_to": np.array([[0.0, 1.0], [1.0, 0.0]]),
        "rule_when": np.array([[True], [False]]),
        "rule_hazard": np.array([0.5, 0.5]),
    }
    arrays = {name: jnp.asarray(value, jnp.int32 if value.dtype.kind == "i" else None) for name, value in rows.items()}
    return Chronicle(**(arrays | {name: jnp.asarray(value) for name, value in changed.items()}))


def fate(happened: list[int], *, regime: int = 0, left: float = 0.0, astray: int = 0) -> Fate:
    none = jnp.zeros(2, jnp.int32)
    return Fate(jnp.eye(2)[regime], none[0], jnp.asarray(astray), jnp.asarray(left), jnp.asarray(happened), none)


def happen(
    day: int, past: Fate, *, held: bool = True, chance: float = 0.9, imposed: float = 0.0, **changed: Any
) -> tuple[list[bool], list[bool], list[int]]:
    found = chronicle.happening(
        events(**changed), past, jnp.asarray(day), jnp.asarray([held]), jnp.full(2, chance), jnp.asarray(imposed)
    )
    now, missed, why = (np.asarray(each).tolist() for each in found)
    return now, missed, why


def test_a_condition_of_at_most_holds_below_its_level() -> None:
    for value, holds in ((0.2, True), (0.4, False)):
        assert np.asarray(chronicle.conditions(events(), jnp.asarray([9.0, value]))).tolist() == [holds]


def test_a_dated_event_happens_on_its_day_and_once() -> None:
    assert happen(9, fate([-1, -1]))[0] == [False, False]
    assert happen(10, fate([-1, -1]))[0] == [True, False]
    assert happen(11, fate([10, -1]))[0] == [False, False]


def test_a_choice_waits_a_week_for_what_it_presupposes_and_is_then_missed_with_its_reason() -> None:
    waiting = fate([10, -1])
    assert happen(20, waiting, held=False)[:2] == ([False, False], [False, False])
    assert happen(27, waiting, held=True)[0] == [False, True]
    now, missed, why = happen(27, waiting, held=False)
    assert (now, missed, why[1]) == ([False, False], [False, True], 4)
    assert happen(28, waiting, held=True)[0] == [False, False]
    assert happen(20, fate([-1, -1]))[2][1] == 2


def test_an_event_that_does_not_come_about_counts_for_nobody_who_presupposes_it() -> None:
    for absent, happens in ((False, True), (True, False)):
        now, _, why = happen(20, fate([10, -1]), absent=np.array([absent, False]))
        assert (now, why) == ([False, happens], [0, 0 if happens else 2])
    assert happen(20, fate([10, -1]), absent=np.array([True, False]), imposed=1.0)[0] == [False, True]


def test_an_event_of_another_regime_does_not_happen_unless_history_is_imposed() -> None:
    only = np.array([[False, True], [True, True]])
    assert happen(10, fate([-1, -1]), regimes=only)[0] == [False, False]
    assert happen(10, fate([-1, -1]), regimes=only)[2][0] == 1
    assert happen(10, fate([-1, -1]), regimes=only, imposed=1.0)[0] == [True, False]


@pytest.mark.parametrize(
    ("regime", "held", "chance", "happens"),
    [(1, True, 0.4, True), (1, True, 0.6, False), (1, False, 0.4, False), (0, True, 0.4, False)],
)
def test_once_history_is_left_a_choice_follows_its_rule(regime: int, held: bool, chance: float, happens: bool) -> None:
    strayed = fate([10, -1], regime=regime, left=1.0)
    assert happen(20, strayed, held=held, chance=chance)[0] == [False, happens]
    assert happen(90, strayed, held=held, chance=chance)[0] == [False, happens]


def test_a_forced_choice_keeps_its_date_when_history_is_left() -> None:
    strayed = fate([10, -1], regime=0, left=1.0)
    assert happen(20, strayed, forced=np.array([False, True]))[0] == [False, True]


def test_a_rule_waits_for_an_event_that_the_date_does_not_wait_for() -> None:
    waits = {"when_after": np.array([[False, False], [True, False]]), "after": np.zeros((2, 2), bool)}
    assert happen(20, fate([-1, -1]), **waits)[0] == [False, True]  # on its date, as history is still followed
    for first, happens in ((-1, False), (12, True)):
        strayed = fate([first, -1], regime=1, left=1.0)
        assert happen(20, strayed, chance=0.4, **waits)[0] == [False, happens]
    absent = np.array([True, False])
    assert happen(20, fate([12, -1], regime=1, left=1.0), chance=0.4, absent=absent, **waits)[0] == [False, False]


@pytest.mark.parametrize(
    ("now", "missed", "forced", "astray", "left"),
    [
        ([True, False], [False, False], [False, False], 0, 0.0),
        ([True, False], [False, False], [True, False], 0, 0.0),
        ([False, False], [False, True], [False, True], 0, 0.0),  # moved to where it cannot happen: no departure
        ([False, False], [False, True], [False, False], 0, 1.0),
        ([False, False], [True, False], [False, False], 0, 0.0),
        ([False, False], [False, False], [False, False], 6, 0.0),
        ([False, False], [False, False], [False, False], 7, 1.0),
    ],
)
def test_what_makes_a_year_leave_history(now: Any, missed: Any, forced: Any, astray: int, left: float) -> None:
    today = chronicle.Happening(jnp.asarray(now), jnp.asarray(missed), jnp.asarray([1, 4]))
    past = fate([-1, -1], regime=1, astray=astray)
    after, imposed = (
        chronicle.record(
            events(forced=np.array(forced)), past, today, jnp.asarray(10), jnp.asarray(0), jnp.asarray(mark)
        )
        for mark in (0.0, 1.0)
    )
    assert float(after.left) == left
    assert float(imposed.left) == 0.0
    assert np.asarray(after.happened).tolist() == [10 if each else -1 for each in now]
    assert np.asarray(after.why_not).tolist() == [each * why for each, why in zip(missed, [1, 4], strict=True)]


@pytest.mark.parametrize(("change", "left"), [(12, 1.0), (13, 0.0), (20, 0.0), (27, 0.0), (28, 1.0)])
def test_a_year_leaves_history_when_its_regime_changes_more_than_a_week_before_or_after(
    change: int, left: float
) -> None:
    nothing = chronicle.Happening(*(jnp.zeros(2, bool),) * 2, jnp.zeros(2, int))
    now = fate([-1, -1])
    for day in range(40):  # history changes in the evening of day 20; what is known in the morning is last evening's
        now = now._replace(regime=jnp.eye(2)[int(day > change)])
        eve = jnp.asarray(int(day > 20))
        now = chronicle.record(events(), now, nothing, jnp.asarray(day), eve, jnp.asarray(0.0))
    assert float(now.left) == left


def test_effects_last_fade_wait_and_belong_to_the_option_taken() -> None:
    def strengths(day: int, *sizes: float) -> Any:
        factors = jnp.asarray(sizes or (1.0, 1.0))
        return np.asarray(chronicle.strengths(events(), jnp.asarray([10, 20]), jnp.asarray(day), factors))

    assert strengths(9) == near([0.0, 0.0, 0.0])
    assert strengths(12) == near([2.0, 0.0, 0.0])
    assert strengths(13) == near([2.0 * np.exp(-0.5), 0.0, 0.0])
    assert strengths(21)[2] == 0.0
    assert strengths(22)[2] == near(-1.0)
    assert strengths(23)[2] == 0.0
    assert strengths(12, 3.0, 5.0)[0] == near(6.0)
    assert strengths(22, 3.0, 5.0)[2] == near(-1.0)  # says which, not how much


def test_only_events_that_no_fit_was_told_of_are_larger_or_smaller_than_declared() -> None:
    declared, chance = jnp.asarray([10, 20, 21, 10**6]), jnp.asarray([1.0, 1.0, -1.0, 1.0])
    found = chronicle.sizes(params(size=np.log(2.0)), declared, jnp.asarray(20), chance)
    assert np.asarray(found) == near([1.0, 1.0, 0.5, 2.0])
    assert np.asarray(chronicle.sizes(params(size=0.0), declared, jnp.asarray(-1), chance)) == near(np.ones(4))


def test_a_drifting_intensity_is_what_was_declared_times_what_chance_has_made_of_it() -> None:
    found = hardship.drifted(params(drift=0.5), jnp.asarray([0.4, 0.4, 0.0]), jnp.asarray([2.0, 0.0, 9.0]))
    assert np.asarray(found) == near([0.4 * np.e, 0.4, 0.0])


@pytest.mark.parametrize(
    ("start", "held", "chance", "end"),
    [(0, True, [0.4, 0.4], 1), (0, False, [0.4, 0.4], 0), (1, True, [0.4, 0.4], 0), (1, True, [0.4, 0.6], 1)],
)
def test_the_first_rule_that_fires_changes_the_regime(start: int, held: bool, chance: list[float], end: int) -> None:
    found = chronicle.new_regime(events(), jnp.eye(2)[start], jnp.asarray([held]), jnp.asarray(chance))
    assert np.asarray(found).tolist() == np.eye(2)[end].tolist()


# Regimes: a crowd may bring regime 1; an insurrection may bring 2, and 3 if it is lost.


def world() -> Any:
    success, failure = np.zeros((2, 4), np.float32), np.zeros((2, 4), np.float32)
    success[0, 1] = success[1, 2] = failure[1, 3] = 1
    order = SimpleNamespace(
        crowds=np.zeros(1),
        contest_size=np.zeros(2),
        contest_under=jnp.asarray([[1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]]),
        success=jnp.asarray(success),
        failure=jnp.asarray(failure),
    )
    no_rules = events(
        rule_from=np.zeros((0, 4), bool),
        rule_to=np.zeros((0, 4)),
        rule_when=np.zeros((0, 1), bool),
        rule_hazard=np.zeros(0),
    )
    return SimpleNamespace(order=order, chronicle=no_rules)


def tomorrow(joined: list[float], wins: list[bool], imposed: float = 0.0) -> int:
    day: Any = SimpleNamespace(history=jnp.asarray(1), chance_rule=jnp.ones(0), imposed=jnp.asarray(imposed))
    found = regimes.next_regime(
        world(), day, jnp.eye(4)[0], jnp.asarray([True]), jnp.asarray(joined), jnp.asarray(wins)
    )
    return int(found.argmax())


def test_what_follows_from_contests() -> None:
    assert tomorrow([0.9, 0.0], [False, False]) == 0  # a crowd that fails changes nothing
    assert tomorrow([0.9, 0.0], [True, False]) == 1
    assert tomorrow([0.9, 1.0], [True, True]) == 1  # the first decides
    assert tomorrow([0.9, 1.0], [False, True]) == 2
    assert tomorrow([0.9, 1.0], [False, False]) == 3  # a rising that is lost
    assert tomorrow([0.0, 1.0], [False, True], imposed=1.0) == 1


@pytest.mark.parametrize(
    ("called", "hostile", "expected"),
    [
        ([0.0, 0.0], [0.0, 1.0], 0.0),  # nobody has called
        ([0.0, 1.0], [0.0, 1.0], 0.0),  # an opponent has
        ([0.6, 1.0], [0.0, 1.0], 0.6),  # beside him a party that is for the incumbent, with part of its reach
        ([1.0, 1.0], [0.0, 0.0], 1.0),  # all parties are for him
        ([-1.0, 1.0], [0.0, 0.5], 0.5),  # a party that nobody can be sure of; no call is less than none
    ],
)
def test_a_march_is_lawful_as_far_as_parties_that_are_for_the_incumbent_call_it(
    called: list[float], hostile: list[float], expected: float
) -> None:
    assert contests.lawful(jnp.asarray(called), jnp.asarray(hostile)) == near(expected)


def test_a_contest_is_joined_under_its_regimes_only_and_the_chance_is_its_odds() -> None:
    p = params(engage=1000.0, decisiveness=1.0, deaths=0.01)
    s = contests.Sides(jnp.asarray([3000.0, 3000.0]), jnp.asarray([1000.0, 1000.0]), jnp.asarray([1.0, 0.5]))
    joined, chance, toll = regimes.stakes(p, world(), jnp.eye(4)[0], jnp.asarray([0.0, 1.0]), s)
    assert np.asarray(joined) == near([0.75, 1.0])
    assert np.asarray(chance) == near([0.75 * 0.75, 0.75 * 0.5])
    assert np.asarray(toll) == near(np.array([0.75, 1.0]) * 10 * np.sqrt(1 / 3))
    joined, chance, _ = regimes.stakes(p, world(), jnp.eye(4)[1], jnp.asarray([0.0, 0.0]), s)
    assert np.asarray(joined) == near([0.0, 0.0])


def test_history_is_as_likely_as_what_its_contests_did() -> None:
    wins = [True, False], [False, False], [True, True]
    turn, still, either = (SimpleNamespace(won=jnp.asarray(won)) for won in wins)
    chance = jnp.asarray([0.3, 0.2])
    assert float(regimes.history_logp(turn, jnp.asarray([0.9, 1.0]), chance)) == near(np.log(0.3) + np.log(0.8))
    assert float(regimes.history_logp(turn, jnp.asarray([0.0, 0.0]), chance)) == near(np.log(0.3))
    assert float(regimes.history_logp(still, jnp.asarray([0.9, 0.0]), chance)) == near(np.log(0.7))
    both = float(regimes.history_logp(either, jnp.asarray([0.9, 0.9]), chance))
    assert both == near(np.log(1 - 0.7 * 0.8))  # one of the two was won, at least


# Levers.


def test_every_lever_pulls_what_it_is_called() -> None:
    parties, issues, nodes, fights = ("red", "blue"), ("bread", "war"), ("red.a", "red.b", "blue"), ("crowd", "march")
    whole, local = lever_names(parties, issues, nodes, fights), unit_lever_names(parties, issues)
    everything = len(whole)
    felt = jnp.asarray(
        [[0.0, 1.0, 0.5], [1.0, 0.0, 0.0]]
    )  # the first two, in some units only: a call by blue, an occasion
    some = [local.index("call.blue"), local.index("occasion")]
    chronicle_ = SimpleNamespace(
        effect_units=felt,
        to_unit_lever=jnp.asarray(np.eye(len(local))[:, some]),
        to_lever=jnp.concatenate([jnp.zeros((everything, 2)), jnp.eye(everything)], axis=1),
    )
    small: Any = SimpleNamespace(
        chronicle=chronicle_,
        parties=SimpleNamespace(voice=np.zeros((2, 3))),
        units=SimpleNamespace(salience=np.zeros((2, 3))),
        order=SimpleNamespace(contest_size=np.zeros(2)),
    )
    value = {name: k + 1.0 for k, name in enumerate(whole)} | {"front": 0.7}
    pulled = levers(small, jnp.asarray([10.0, 20.0, *value.values()]))
    for kind in ("answer", "office", "legality", "restraint", "trust", "arrest", "node", "launch", "reinforce"):
        wanted = [number for name, number in value.items() if name.startswith(f"{kind}.")]
        assert np.asarray(getattr(pulled, kind)) == near(wanted), kind
    for single in ("front", "force", "arm"):
        assert float(getattr(pulled, single)) == near(value[single]), single
    assert np.asarray(pulled.occasion) == near([value["occasion"] + 20, value["occasion"], value["occasion"]])
    assert np.asarray(pulled.intensity) == near([3 * [value["intensity.bread"]], 3 * [value["intensity.war"]]])
    called = value["call.blue"]
    assert np.asarray(pulled.call) == near([3 * [value["call.red"]], [called, called + 10, called + 5]])


def test_a_front_is_at_most_whole() -> None:
    whole = lever_names(("red",), ("bread",), ("red",), ())
    tables = SimpleNamespace(
        effect_units=jnp.zeros((0, 1)),
        to_unit_lever=jnp.zeros((3, 1)),
        to_lever=jnp.asarray(np.eye(len(whole))[:, [whole.index("front")]]),
    )
    small: Any = SimpleNamespace(
        chronicle=tables,
        parties=SimpleNamespace(voice=np.zeros((1, 1))),
        units=SimpleNamespace(salience=np.zeros((1, 1))),
        order=SimpleNamespace(contest_size=np.zeros(0)),
    )
    assert float(levers(small, jnp.asarray([1.8])).front) == 1.0


# What is declared for a day, what is left to a council, who is felt to be the master.


def test_a_declared_action_is_over_with_its_day_and_an_unbidden_one_is_not() -> None:
    p = params(limited=0.8)
    nothing = mobilisation.declared(jnp.zeros(2), jnp.zeros((3, 2)))
    assert np.asarray(mobilisation.over(p, nothing)) == near([0.0, 0.0])
    called = mobilisation.declared(jnp.asarray([1.0, -1.0]), jnp.asarray([[0.5, 0.0], [0.5, 0.0]]))
    assert np.asarray(called) == near([1 - np.exp(-2.0), 0.0])
    assert np.asarray(mobilisation.over(p, called)) == near([0.8 * (1 - np.exp(-2.0)), 0.0])


def test_grievance_is_left_to_a_council_as_far_as_it_is_obeyed() -> None:
    obeyed = jnp.asarray([0.0, 0.5, 1.0])
    assert np.asarray(mobilisation.unspoken(params(voice=0.4), obeyed)) == near([1.0, 0.8, 0.6])
    assert np.asarray(mobilisation.unspoken(params(voice=1.7), obeyed))[2] == near(0.0)


def test_a_change_of_masters_is_half_felt_on_the_first_day() -> None:
    felt = jnp.asarray(1.0)
    for day in range(1, 6):
        felt = power.mastery(felt, jnp.asarray(-0.3))
        assert float(felt) == near(0.5**day)


def test_a_rule_that_did_not_fire_counts_as_far_as_its_condition_held() -> None:
    rules: Any = SimpleNamespace(
        condition_sign=jnp.asarray([-1.0, 1.0]),  # authority below .12, days above 30
        condition_indicator=jnp.asarray([0, 1]),
        condition_level=jnp.asarray([0.12, 30.0]),
        rule_when=jnp.asarray([[True, True]]),
        rule_from=jnp.asarray([[True, False]]),
        rule_hazard=jnp.asarray([0.03]),
    )
    dual, other = jnp.asarray([1.0, 0.0]), jnp.asarray([0.0, 1.0])
    stood: Any = SimpleNamespace(history=jnp.asarray(0))

    def logp(authority: float, days: float, regime: Any = dual) -> float:
        return float(regimes.survival_logp(rules, stood, regime, jnp.asarray([authority, days])))

    assert logp(0.5, 50.0) == pytest.approx(0.0, abs=1e-6)
    assert logp(0.12 - 0.5, 50.0) == near(np.log1p(-0.03))
    assert logp(0.12, 50.0) == near(np.log1p(-0.015))
    assert logp(0.0, 10.0) == pytest.approx(0.0, abs=1e-6)
    assert logp(0.0, 50.0, other) == pytest.approx(0.0, abs=1e-6)  # the rule is of another regime


@pytest.mark.parametrize("steep", [0.2, 0.6, 1.5, 3.0, 6.0])
def test_steps_are_logistic_at_any_level_and_never_lost_in_large_numbers(steep: float) -> None:
    p = params(temper=0.9, steepness=steep, street=-1.0, arms=-3.4, ceiling=1.0)
    level, resentment = np.array([-90.0, -20.0, -5.0, 0.0, 5.0, 14.0, 90.0]), np.array([-1.0, 0.0, 3.0, 12.0])
    found = mobilisation.choice(
        p, jnp.asarray(level, jnp.float32), jnp.asarray(resentment, jnp.float32)[:, None], jnp.full(7, 0.8, jnp.float32)
    )
    bold = (level + resentment[:, None]).clip(-15, 15) + 0.9 * np.array([1.25, 0.4, -0.35, -1.3])[:, None, None]
    out, street, arms = (1 / (1 + np.exp(-logit)) for logit in (bold, steep * bold - 1.0, steep * bold - 3.4))
    for step, expected in zip(found, (out, out * street, out * street * arms), strict=True):
        np.testing.assert_allclose(step, 0.8 * expected, atol=2e-6)


@given(*(st.floats(0.0, 3.0) for _ in range(3)))
def test_no_policy_sends_out_fewer_hours_than_none(even: float, follow: float, drawn: float) -> None:
    weight, active, lottery = jnp.asarray([0.25, 0.75]), jnp.asarray([0.1, 0.6]), jnp.asarray([1.4, 0.6])
    p = params(even=even, follow=follow, random=drawn)
    found = organisation.hours(p, jnp.asarray([[0.04, 0.0]]), active, lottery, weight)
    assert float(found.min()) >= -1e-9
    assert float((found * weight).sum()) == near(0.01)


@given(st.floats(0.0, 5.0), st.floats(0.0, 1.0))
def test_rates_beyond_one_a_day_are_one_a_day(rate: float, share: float) -> None:
    seated, base = jnp.asarray([[share, 1 - share]]), jnp.asarray([[0.3, 0.7]])
    for found in (
        councils.executive(params(executive=rate), seated, base),
        power.compliance(
            params(contagion=1.0), seated.T, jnp.asarray([0.5, 0.5]), jnp.zeros((2, 1)), jnp.ones(2), jnp.asarray(rate)
        ),
        jnp.stack(
            repression.memory(
                params(fear_decay=rate, fear=1.0), *(jnp.asarray([share]),) * 2, jnp.zeros(1), jnp.ones(1)
            )
        ),
        mobilisation.fatigue(params(recovery=rate), jnp.asarray([share]), jnp.zeros(1)),
    ):
        assert float(found.min()) >= -1e-6
        assert float(found.max()) <= 1 + 1e-6


def test_no_party_has_fewer_members_than_none() -> None:
    p = params(density=0.25, saturation=0.5, recruit=0.5, quiet=0.3)
    found = organisation.members(
        p, jnp.asarray([[0.02]]), jnp.asarray([[0.0]]), jnp.asarray([1.0]), jnp.ones(1), jnp.ones(1), jnp.ones(1)
    )
    assert float(found[0, 0]) == 0.0


def test_nobody_wins_where_nobody_attacks() -> None:
    p = params(decisiveness=2.0)
    assert float(contests.odds(p, jnp.asarray(0.0), jnp.asarray(0.0))) == 0.0
    assert float(contests.odds(p, jnp.asarray(1.0), jnp.asarray(0.0))) == near(0.5)
    assert float(contests.odds(p, jnp.asarray(100.0), jnp.asarray(0.0))) > 0.99
