"""Allegiance, line, recall and authority: every term by itself, with numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from dualpower.laws import allegiance, councils, line, mobilisation, power
from dualpower.laws.state import TEMPER


def params(**values: Any) -> dict[str, Any]:
    return {name: jnp.asarray(value, jnp.float32) for name, value in values.items()}


def near(expected: Any) -> Any:
    return pytest.approx(np.asarray(expected, float), rel=1e-5, abs=1e-6)


# Allegiance: two parties, two issues, one unit.

_MUTE = {"match": 0.0, "presence": 0.0, "conformity": 0.0, "inertia": 0.0, "unmoored": 0.0, "blame": 0.0}
"""Nothing speaks for any camp but its mates."""

_PRESSURE = jnp.asarray([[0.6], [0.2]])
_STANCE = jnp.asarray([[0.5, -1.0], [-0.5, 0.25]])
_HOURS, _CAMPS = jnp.asarray([[0.1], [0.0]]), jnp.asarray([[0.5], [0.3], [0.2]])


def appeal(trust: tuple[float, float] = (0.0, 0.0), office: tuple[float, float] = (0.0, 0.0), **changes: float) -> Any:
    """What speaks for each camp beside its mates."""
    p = params(**(_MUTE | changes))
    found = allegiance.appeal(
        p,
        _PRESSURE,
        _STANCE,
        _HOURS,
        _CAMPS,
        jnp.asarray(trust),
        jnp.asarray(office),
        jnp.asarray([0.4]),
    )
    mates = float(allegiance.gain(p)) * np.log(0.01 + np.array([0.5, 0.3, 0.2]))
    return np.asarray(found)[:, 0] - mates


def test_nothing_speaks_for_a_camp_where_no_term_does() -> None:
    assert appeal() == near([0, 0, 0])


def test_a_line_that_answers_what_presses_appeals() -> None:
    assert appeal(match=2.0) == near([0, 2 * (0.5 * 0.6 - 1.0 * 0.2), 2 * (-0.5 * 0.6 + 0.25 * 0.2)])


def test_a_party_in_office_is_pushed_away_from_by_what_is_not_answered() -> None:
    assert appeal(blame=1.5, office=(1.0, 0.5)) == near([0, -1.5 * 0.4, -1.5 * 0.5 * 0.4])
    assert appeal(blame=1.5) == near([0, 0, 0])


def test_trust_appeals_and_pressure_takes_from_those_without_a_camp() -> None:
    assert appeal(trust=(-0.7, 0.2)) == near([0, -0.7, 0.2])
    assert appeal(inertia=0.3, unmoored=2.0) == near([0.3 - 2 * 0.8, 0, 0])


def test_agitation_appeals_by_its_logarithm_and_none_is_always_heard() -> None:
    assert appeal(presence=0.4) == near(0.4 * np.log([0.003, 0.103, 0.003]))


def test_many_mates_appeal_and_the_gain_never_reaches_one() -> None:
    p = params(presence=0.2, conformity=0.5)
    assert float(allegiance.gain(p)) == pytest.approx(0.5, abs=1e-3)
    assert float(allegiance.gain(params(presence=0.2, conformity=5.0))) == pytest.approx(0.88, abs=1e-6)


def test_the_bold_choose_opponents_of_the_incumbent_and_the_timid_his_friends() -> None:
    found = allegiance.choice(params(taste=0.5), jnp.asarray([[0.0], [1.0], [0.0]]), jnp.asarray([0.8, -0.6]))
    for temper, shares in zip(TEMPER, np.asarray(found)[:, :, 0], strict=True):
        weights = np.exp([0.0, 1.0 + 0.5 * temper * 0.8, -0.5 * temper * 0.6])
        assert shares == near(weights / weights.sum())
    assert found[0, 1, 0] > found[-1, 1, 0]


# The line.


def test_an_accusation_costs_trust_and_time_heals_it() -> None:
    p = params(trust_recovery=0.1, trust_shock=2.0)
    assert np.asarray(line.trust(p, jnp.asarray([0.0, -1.0]), jnp.asarray([-0.3, 0.0]))) == near([-0.6, -0.9])


def test_who_is_not_trusted_holds_nobody_back_and_who_is_trusted_no_more_than_his_discipline() -> None:
    p, one = params(patience=0.5), jnp.ones(3)
    held = line.restraint(p, jnp.asarray([0.4, 0.4, 0.4]), 0.6 * one, 0.8 * one, jnp.asarray([-1.0, 0.0, 2.0]))
    assert np.asarray(held) == near([0.7 * 0.8 * np.exp(-1.0), 0.7 * 0.8, 0.7 * 0.8])
    assert np.asarray(line.waiting(p, 0.6 * one, 0.8 * one, 0 * one)) == near([0.3 * 0.8] * 3)


# Organisers slow the decay of activity and not its growth.


@pytest.mark.parametrize(("wanted", "slowed"), [(0.1, 1.0), (0.4, 0.5), (0.7, 0.0)])
def test_organisers_hold_people_who_would_go_home(wanted: float, slowed: float) -> None:
    found = mobilisation.pace(
        jnp.asarray([0.6]), jnp.asarray(0.8), jnp.asarray([0.5]), jnp.asarray([0.4]), jnp.asarray([wanted])
    )
    assert np.asarray(found) == pytest.approx([0.6 * (1 - 0.8 * 0.5 * slowed)], abs=1e-4)


# Councils and authority.


@pytest.mark.parametrize("active", [0.0, 0.4])
def test_recall_is_quicker_where_people_are_out_and_where_a_council_is_far_from_its_base(active: float) -> None:
    p = params(founders=[1.0, 1.0], recall=0.1, recall_active=2.0, mandate=1.0)
    flags = (jnp.asarray([each]) for each in (0.0, 0.0, 1.0))
    found = councils.delegates(
        p, jnp.asarray([[0.9, 0.1]]), jnp.asarray([[0.6, 0.4]]), jnp.asarray([active]), *flags, jnp.asarray([1e4])
    )
    pace = 0.1 * (1 + 2 * (active + 0.3))
    assert np.asarray(found) == near([[0.9 - 0.3 * pace, 0.1 + 0.3 * pace]])


def test_an_incumbent_leads_its_strongest_rival_and_not_all_of_them() -> None:
    assert float(power.lead(jnp.asarray([0.4, 0.35, 0.25]), jnp.asarray([1.0, 0, 0]))) == near(0.05 / 0.75)
    assert float(power.dual_power(jnp.asarray(-0.3))) == near(0.7)
