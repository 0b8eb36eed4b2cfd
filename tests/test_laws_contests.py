"""Contests fought by five units small enough to be counted by hand, with every switch on and off."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from dualpower.laws import contests, councils, field

SOLDIERS, WORKERS, BASE, FAR, COSSACKS = range(5)
"""1,000 soldiers and 2,000 workers of the city, 500 at a base nearby, 4,000 far away, 100 reliable ones in the city."""

PARAMS: dict[str, float] = {
    "command_slope": 10.0,
    "crowd": 0.1,
    "soldiers": 0.5,
    "arrivals": 0.2,
    "guards": 0.8,
    "reliables": 0.9,
    "hold": 2.0,
    "decisiveness": 1.0,
    "melt_rail": 0.3,
    "melt_contact": 0.7,
    "days": 2.0,
    **{f"switch_{name}": 1.0 for name in ("command", "melting", "front", "restraint", "holding")},
}


def given(**changes: float) -> dict[str, Any]:
    return {name: jnp.asarray(value, jnp.float32) for name, value in (PARAMS | changes).items()}


def near(expected: Any) -> Any:
    return pytest.approx(np.asarray(expected, float), rel=1e-5, abs=1e-6)


def row(*values: float) -> Any:
    return jnp.asarray([values], jnp.float32)


def of_five(**changes: Any) -> contests.Field:
    """What one contest is fought with; who obeys the challenger and the defender adds up to one."""
    activity = np.zeros((4, 5), np.float32)
    activity[0] = 1.0
    given = {
        "part": row(1, 1, 1, 1, 1),
        "everyone": jnp.asarray([1000.0, 2000.0, 500.0, 4000.0, 100.0]),
        "activity": jnp.asarray(activity),
        "loyal": jnp.asarray([0.4, 0.0, 0.0, 1.0, 1.0]),
        "challenger": row(0.6, 0.9, 0.8, 0.25, 0.0),
        "defender": row(0.4, 0.1, 0.2, 0.75, 1.0),
        "leader": row(0.5, 0.5, 0.5, 0.1, 0.0),
        "guards": jnp.asarray([0.0, 0.1, 0.0, 0.0, 0.0]),
        "organisers": jnp.asarray([0.5]),
        "agitators": jnp.asarray([0.4]),
        "armed": jnp.asarray([1.0, 0.0, 1.0, 1.0, 1.0]),
        "reliable": jnp.asarray([0.0, 0.0, 0.0, 0.0, 1.0]),
        "city": jnp.asarray([1.0, 1.0, 0.0, 0.0, 1.0]),
        "near": jnp.asarray([1.0, 1.0, 0.0, 0.0, 1.0]),
        "bases": jnp.asarray([0.0, 0.0, 1.0, 0.0, 0.0]),
    }
    return contests.Field(**{**given, **changes})


def numbers(found: contests.Sides) -> list[float]:
    return [float(side[0]) for side in found]


# Who commands those who back the councils.


@pytest.mark.parametrize("against", [0.0, 0.3, 0.5, 0.9])
def test_those_who_back_the_councils_are_commanded_as_far_as_the_executive_is_against_the_incumbent(
    against: float,
) -> None:
    assert float(contests.command(given(), jnp.asarray(against))) == near(expit(10 * (against - 0.5)))
    assert float(contests.command(given(switch_command=0.0), jnp.asarray(against))) == 1.0


# A crowd.


def crowd(
    mastery: float = 1.0,
    command: float = 0.5,
    intent: float = 1.0,
    restraint: float = 0.0,
    f: contests.Field | None = None,
    **changes: float,
) -> list[float]:
    values = (jnp.asarray(one) for one in (mastery, command))
    rest = (jnp.asarray([one]) for one in (intent, 0.7, restraint))
    return numbers(contests.crowd(given(**changes), f or of_five(), *values, *rest))


def out(unit: int, *activity: float) -> contests.Field:
    table = np.zeros((4, 5), np.float32)
    table[0] = 1.0
    table[:, unit] = activity
    return of_five(activity=jnp.asarray(table))


def test_soldiers_who_refuse_count_half_those_in_the_street_whole_and_only_against_a_sole_master() -> None:
    refusing = out(SOLDIERS, 0.2, 0.5, 0.2, 0.1)
    assert crowd(f=refusing)[0] == near(1000 * (0.1 + 0.5 * 0.5 + 0.2))
    assert crowd(f=refusing, mastery=0.0)[0] == near(1000 * 0.1)  # where two rule, marching is no attack
    assert crowd(f=refusing, mastery=0.5)[0] == near(1000 * (0.1 + 0.5 * 0.45))


def test_workers_count_in_arms_and_lightly_as_marchers_but_not_when_they_only_strike() -> None:
    assert crowd(f=out(WORKERS, 0.0, 1.0, 0.0, 0.0))[0] == 0.0
    assert crowd(f=out(WORKERS, 0.4, 0.1, 0.3, 0.2))[0] == near(2000 * (0.2 + 0.1 * 0.3))
    assert crowd(f=out(WORKERS, 0.4, 0.1, 0.3, 0.2), crowd=0.0)[0] == near(2000 * 0.2)


def test_a_base_and_the_front_are_no_part_of_a_crowd() -> None:
    assert crowd(f=out(BASE, 0.0, 0.0, 0.0, 1.0))[0] == crowd(f=out(FAR, 0.0, 0.0, 0.0, 1.0))[0] == 0.0


def test_the_loyal_force_is_what_its_officers_can_use_and_obeys_the_incumbent() -> None:
    assert crowd(mastery=1.0)[1] == near(1000 * 0.4 * 0.4 + 100)
    # Where two rule, those who back councils that are not commanded against the incumbent stand by him, too.
    assert crowd(mastery=0.0, command=0.25)[1] == near(1000 * 0.4 * (0.4 + 0.6 * 0.75) + 100)


def test_a_crowd_attacks_as_far_as_its_leaders_mean_it_and_do_not_hold_it_back() -> None:
    armed = out(WORKERS, 0.0, 0.0, 0.0, 1.0)
    assert crowd(f=armed, intent=0.3)[0] == near(2000 * 0.3)
    assert crowd(f=armed, restraint=0.8)[0] == near(2000 * 0.2)
    assert crowd(f=armed, restraint=0.8, switch_restraint=0.0)[0] == near(2000)
    assert crowd(f=armed)[2] == near(0.7)


# An insurrection.


def insurrection(
    command: float = 0.25, away: float = 0.25, outside: float = 0.0, f: contests.Field | None = None, **changes: float
) -> list[float]:
    values = (jnp.asarray(one) for one in (command, away))
    return numbers(contests.insurrection(given(**changes), f or of_five(), *values, jnp.asarray([outside])))


@pytest.mark.parametrize("command", [0.0, 0.25, 1.0])
def test_who_backs_the_councils_rises_if_they_command_it_or_the_leaders_do(command: float) -> None:
    acts = command + (1 - command) * 0.5
    guards = 0.8 * 2000 * 0.1
    firm = 0.4 * expit(10 * (0.4 - 0.5)) + 0.6 * (1 - command) * 0.5
    attack, defence, holding = insurrection(command=command)
    assert attack == near(0.5 * 1000 * 0.6 * acts + 0.2 * 500 * 0.8 * acts + guards)
    assert defence == near(0.5 * 1000 * firm + 0.9 * 100)
    assert holding == 1.0  # nobody can arrive


def test_a_rising_must_hold_against_what_can_arrive_and_has_not_melted() -> None:
    attack = insurrection()[0]
    stays = 0.75 + 0.25 * (1 - 0.25)
    arriving = 5000 * stays * np.exp(-2 * (0.3 * 0.5 + 0.7 * 0.5 * 0.4))
    assert insurrection(outside=5000.0)[2] == near(2 * attack / (2 * attack + arriving))
    assert insurrection(outside=5000.0, hold=1.0)[2] == near(attack / (attack + arriving))
    assert insurrection(outside=5000.0, switch_holding=0.0)[2] == 1.0
    whole = 5000 * stays
    assert insurrection(outside=5000.0, switch_melting=0.0)[2] == near(2 * attack / (2 * attack + whole))


# A march.


def march(front: float = 1.0, f: contests.Field | None = None, **changes: float) -> list[float]:
    return numbers(contests.march(given(**changes), f or of_five(), jnp.asarray([35000.0]), jnp.asarray(front)))


def test_a_column_melts_by_rail_and_by_contact() -> None:
    rail, contact = (of_five(**{name: jnp.zeros(1)}) for name in ("agitators", "organisers"))
    assert march(f=rail)[0] == near(35000 * np.exp(-2 * 0.3 * 0.5))
    assert march(f=contact)[0] == near(35000 * np.exp(-2 * 0.7 * 0.4))
    assert march(switch_melting=0.0)[0] == near(35000)


@pytest.mark.parametrize("front", [0.0, 0.5, 1.0])
def test_a_front_brings_the_defence_together(front: float) -> None:
    guards, city, base = 0.8 * 2000 * 0.1, 0.5 * 1000 * 0.4, 0.2 * 500 * 0.2
    together, alone = city + base + guards, 0.5 * city + 0.5 * guards
    column, defence, holding = march(front)
    assert defence == near(front * together + (1 - front) * alone)
    assert column == near(35000 * np.exp(-2 * (0.3 * 0.5 + 0.7 * 0.4 * (0.4 + 0.6 * front))))
    assert holding == 1.0
    assert march(front, switch_front=0.0) == near(march(1.0))


# Where what melts a column comes from.


def melting(front: float, **changes: float) -> tuple[list[float], list[float]]:
    """Organisers and agitators of a crowd, a rising and a march; red leads each, white is also against the march."""
    order = SimpleNamespace(
        crowds=np.zeros(1),
        insurrections=np.zeros(1),
        marches=np.zeros(1),
        incumbent=jnp.zeros((1, 2)),
        contest_challenger=jnp.asarray([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]),
        contest_defender=jnp.asarray([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]]),
        contest_camp=jnp.asarray([[1.0, 0.0]] * 3),
    )
    weigh = np.zeros((20, 2), np.float32)
    weigh[field.WIRES], weigh[field.GARRISON] = (1.0, 0.0), (0.0, 1.0)
    one = jnp.ones(2)
    here = SimpleNamespace(part=None, size=one, city=one, near=one, bases=one, weigh=jnp.asarray(weigh))
    today: Any = SimpleNamespace(
        here=here,
        line=jnp.asarray([[0.0, 1.0, -1.0], [0.0, -0.5, -0.4]]),  # an issue, then the two centres
        levers=SimpleNamespace(front=jnp.asarray(front)),
        presence=jnp.asarray([[0.2, 0.3], [0.5, 0.7]]),
        loyal=one,
    )
    world: Any = SimpleNamespace(order=order, units=SimpleNamespace(armed=one, reliable=one))
    mood = SimpleNamespace(compliance=jnp.zeros((2, 2)), guards=one)
    state: Any = SimpleNamespace(mood=mood, support=jnp.zeros((3, 2)), activity=None)
    found = field.field(given(**changes), world, today, state)
    return np.asarray(found.organisers).tolist(), np.asarray(found.agitators).tolist()


@pytest.mark.parametrize("front", [0.0, 0.4, 1.0])
def test_a_march_melts_by_all_who_are_against_it_as_far_as_they_are_united_and_a_rising_by_its_own_alone(
    front: float,
) -> None:
    for place, found in enumerate(melting(front)):
        red, white = ((0.2, 0.5), (0.3, 0.7))[place]
        united = front * (1.0 * red + 0.4 * white) + (1 - front) * 0.5 * red
        assert found == near([0.0, 1 - np.exp(-0.5 * red), 1 - np.exp(-united)])
    assert melting(front, switch_front=0.0) == near(melting(1.0))


# Council tiers, by the law itself (Galam 1986).


@pytest.mark.parametrize(("share", "expected"), [(0.45, 0.42525), (0.42525, 0.38871), (0.38871, 0.335822)])
def test_a_council_of_a_higher_tier_is_elected_by_local_majorities(share: float, expected: float) -> None:
    p = {"unaligned": jnp.zeros(2), "majoritarian": jnp.asarray(1.0)}
    one, shares = jnp.ones(1), jnp.asarray([[0.0, share, 1 - share]])
    found = councils.base(p, shares, jnp.zeros(1), one, jnp.ones((1, 2)))
    assert np.asarray(found)[0] == pytest.approx([expected, 1 - expected], abs=1e-5)
    local = councils.base(p, shares, jnp.zeros(1), 0 * one, jnp.ones((1, 2)))
    assert np.asarray(local)[0] == near([share, 1 - share])


# Beside another law of regime change.


@pytest.mark.parametrize("cost", [0.2, 0.5, 0.75])
@pytest.mark.parametrize("precision", [1.0, 9.0])
def test_with_the_sides_of_a_global_game_a_contest_without_luck_is_its_rule(cost: float, precision: float) -> None:
    """Angeletos, Hellwig & Pavan 2007, diffuse prior: the regime falls where its strength is below 1 - cost."""
    edge = 1 - cost
    signal = edge - norm.ppf(cost) / np.sqrt(precision)  # of whom attacking and not attacking are worth the same
    for strength, falls in ((edge - 0.02, 1.0), (edge + 0.02, 0.0)):
        attacks = norm.cdf(np.sqrt(precision) * (signal - strength))
        sides = (jnp.asarray(1e6 * one) for one in (attacks, strength))
        assert float(contests.odds(given(decisiveness=1e4), *sides)) == pytest.approx(falls, abs=1e-6)
