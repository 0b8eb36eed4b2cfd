"""Conditions and dotted paths."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualpower.laws.chronicle import conditions
from dualpower.scenario.arrays.chronicle import _level
from dualpower.scenario.conditions import (
    INDICATORS,
    LEVERS,
    RANGES,
    Condition,
    Operator,
    UnknownNameError,
    check_path,
    check_range,
    parse_condition,
)
from dualpower.scenario.names import Names

NAMES = Names(
    {
        "issue": ("food", "rule"),
        "party": ("radicals", "moderates"),
        "council": ("assembly",),
        "centre": ("crown", "cabinet"),
        "topic": ("food", "rule", "crown", "cabinet"),
        "contest": ("rising",),
    },
    nodes={"radicals": ("committee", "exile"), "moderates": ("moderates",)},
)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("active > 0.1", Condition("active", ">", 0.1)),
        ("dual_power<=.5", Condition("dual_power", "<=", 0.5)),
        ("  council.assembly.radicals >= 1e-2 ", Condition("council.assembly.radicals", ">=", 0.01)),
        ("line.radicals.crown < -0.5", Condition("line.radicals.crown", "<", -0.5)),
        ("line.radicals.food >= +1", Condition("line.radicals.food", ">=", 1.0)),
        ("days_in_regime > 30", Condition("days_in_regime", ">", 30.0)),
    ],
)
def test_valid_conditions(text: str, condition: Condition) -> None:
    assert parse_condition(text, NAMES) == condition


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("active", "of the form"),
        ("active = 1", "of the form"),
        ("active => 1", "of the form"),
        ("> 1", "of the form"),
        ("active > one", "of the form"),
        ("active > nan", "of the form"),
        ("1 < active", "of the form"),
        ("", "of the form"),
        ("active > 1 and arms > 1", "of the form"),
        ("active > 1_0", "of the form"),
        ("activ > 1", 'did you mean "active"'),
        ("support.radical > 0", 'did you mean "radicals"'),
        ("support > 0", 'form "support.<party>"'),
        ("active.radicals > 0", 'form "active"'),
        ("council.radicals >= 0.5", 'form "council.<council>.<party>"'),
        ("line.radicals.assembly > 0", "one of food, rule, crown, cabinet"),
    ],
)
def test_invalid_conditions(text: str, said: str) -> None:
    with pytest.raises(UnknownNameError, match=said):
        parse_condition(text, NAMES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("authority.crown < 15", "always holds, since authority.crown is a share, 0 to 1; write 0.15 for 15 per cent"),
        ("street >= 5", "never holds, since street is a share, 0 to 1; write 0.05 for 5 per cent"),
        ("council.assembly.radicals <= -1", "never holds, since council.assembly.radicals is a share, 0 to 1"),
        ("street >= 0", "always holds"),
        ("street <= 1", "always holds"),
        ("street > 1", "never holds"),
        ("street < 0", "never holds"),
        ("line.radicals.food > 1", "never holds, since line.radicals.food is -1 to 1"),
        ("line.radicals.food >= -1", "always holds"),
        ("dual_power > 1.5", "never holds, since dual_power is 0 for one master"),
        ("days_in_regime < 0", "never holds, since days_in_regime is a number of days, 0 or more"),
        ("members.radicals >= 0", "always holds, since members.radicals is a number of persons"),
        ("intensity.food > -0.5", "always holds"),
        ("office.radicals > 2", "never holds"),
    ],
)
def test_a_condition_beyond_the_range_of_its_indicator(text: str, said: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        check_range(parse_condition(text, NAMES))
    assert said in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "street > 0",
        "street <= 0",
        "street >= 1",
        "street < 1",
        "line.radicals.food <= -1",
        "days_in_regime > 0",
        "days_in_regime >= 500",
        "members.radicals > 5000",
        "intensity.food > 1.5",
        "trust.radicals < -40",
    ],
)
def test_a_condition_at_the_end_of_a_range_can_hold(text: str) -> None:
    check_range(parse_condition(text, NAMES))


def test_every_indicator_has_a_range() -> None:
    assert set(RANGES) == set(INDICATORS)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, 0.05, 40.0, -1.0, 5000.0])
@pytest.mark.parametrize("operator", [">=", ">", "<=", "<"])
def test_a_compiled_condition_is_as_strict_as_it_is_written(operator: Operator, level: float) -> None:
    condition = Condition("trust.radicals", operator, float(np.float32(level)))
    sign = np.float32(1 if operator in (">=", ">") else -1)
    chronicle: Any = SimpleNamespace(
        condition_sign=sign, condition_indicator=np.array([0]), condition_level=_level(condition)
    )
    held = jax.jit(lambda found: conditions(chronicle, found)[0])
    least = abs(np.float32(level)) * np.float32(1e-6) + np.float32(1e-30)
    for value in np.float32(level) + np.array([-1, -least, 0, least, 1], np.float32):
        assert bool(held(jnp.asarray([value]))) == condition.holds(float(value))


def test_without_names_only_the_form_is_checked() -> None:
    assert parse_condition("support.anyone > 0").indicator == "support.anyone"
    with pytest.raises(UnknownNameError):
        parse_condition("applause > 0")


@pytest.mark.parametrize(
    ("operator", "below", "equal", "above"),
    [
        (">=", False, True, True),
        (">", False, False, True),
        ("<=", True, True, False),
        ("<", True, False, False),
    ],
)
def test_conditions_hold_or_not(operator: str, below: bool, equal: bool, above: bool) -> None:
    condition = parse_condition(f"active {operator} 0.5")
    assert [condition.holds(value) for value in (0.4, 0.5, 0.6)] == [below, equal, above]
    assert not condition.holds(math.nan)


@pytest.mark.parametrize(
    "path", ["intensity.food", "node.radicals.exile", "node.moderates.moderates", "force", "launch.rising", "front"]
)
def test_valid_levers(path: str) -> None:
    assert ".".join(check_path(path, LEVERS, "lever", NAMES)) == path


@pytest.mark.parametrize(
    "path",
    [
        "intensity",
        "node.radicals",
        "node.radicals.moderates",
        "node.nobody.exile",
        "launch.raising",
        "force.crown",
        "",
        ".",
        "intensity.",
    ],
)
def test_invalid_levers(path: str) -> None:
    with pytest.raises(UnknownNameError):
        check_path(path, LEVERS, "lever", NAMES)


@given(
    st.sampled_from(sorted(INDICATORS)),
    st.sampled_from([">=", ">", "<=", "<"]),
    st.floats(-1e6, 1e6).map(lambda number: float(f"{number:.6g}")),
)
def test_conditions_survive_writing_and_reading(head: str, operator: str, number: float) -> None:
    indicator = ".".join((head, *(NAMES[kind][0] for kind in INDICATORS[head])))
    assert parse_condition(f"{indicator} {operator} {number:.6g}", NAMES) == (indicator, operator, number)


@given(st.text(max_size=30))
def test_any_text_is_a_condition_or_a_clear_error(text: str) -> None:
    try:
        condition = parse_condition(text, NAMES)
    except UnknownNameError as error:
        said = str(error)
    else:
        said = condition.indicator
    assert said
