"""Conditions and dotted paths."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualpower.scenario.conditions import INDICATORS, LEVERS, Condition, UnknownNameError, check_path, parse_condition
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
