"""A law, and what it writes down, is named wherever readers look for it; CONTRIBUTING.md says where."""

from __future__ import annotations

import importlib
import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import dualpower.laws
from dualpower import point
from dualpower.dataset import ABOUT, DIMS, SHARES
from dualpower.laws.day import ORDER
from dualpower.laws.diary import BY_UNIT, Diary
from dualpower.laws.parameters import PARAMETERS
from dualpower.laws.state import Mood
from dualpower.population import crowd
from dualpower.population.chance import with_chance
from dualpower.record.measures import AXES
from dualpower.scenario import Scenario
from dualpower.scenario.arrays import compile_days, compile_names, compile_world
from dualpower.scenario.world import Days

LAWS = tuple(dict.fromkeys(row.law for row in PARAMETERS))
AXES_OF_DIARY = {
    name: set(words.group(1).split())
    for name, annotation in Diary.__annotations__.items()
    if (words := re.search(r"""Array, [\\'" ]*([a-z ]*)""", str(annotation)))
}
"""Axes of every field, from its annotation: ``Float[Array, "camp unit"]``."""


def test_every_law_of_the_table_has_a_file_a_step_of_the_day_and_a_word_in_the_list() -> None:
    steps = {law for law, _ in ORDER}
    listed = set(re.findall(r"(\w+)\s+\(", str(dualpower.laws.__doc__)))
    for law in LAWS:
        assert importlib.import_module(f"dualpower.laws.{law}").__doc__, law
        assert law in steps, f"{law} is not in ORDER of laws/day.py"
        assert law in listed, f"{law} is not in the docstring of laws/__init__.py"


def test_the_rows_of_a_law_stand_together() -> None:
    laws = [row.law for row in PARAMETERS]
    assert [law for law, before in zip(laws, ["", *laws], strict=False) if law != before] == list(LAWS)


def test_every_field_of_the_diary_has_its_axes_a_unit_and_a_meaning() -> None:
    assert set(ABOUT) == set(Diary._fields) - {"regime"}
    assert set(DIMS) <= set(ABOUT)
    assert {name: set(DIMS.get(name, ())) for name in Diary._fields} == AXES_OF_DIARY
    assert {name for name in ABOUT if name in AXES and set(AXES[name]) != {"date", *DIMS.get(name, ())}} == set()
    assert {name for name in SHARES & set(ABOUT) if ABOUT[name][0] != "1"} == set()


def test_what_has_a_number_for_each_unit_comes_first_in_the_diary() -> None:
    assert ["unit" in AXES_OF_DIARY[name] for name in Diary._fields] == [k < BY_UNIT for k in range(len(Diary._fields))]


class Told(dict[str, Any]):
    """Parameters of a law that remember which of them were asked for."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)


@pytest.fixture(scope="module")
def year(petrograd: Scenario) -> tuple[dict[str, Any], Any, Any, Any]:
    names = compile_names(petrograd)
    days = with_chance(compile_days(petrograd, names, "1917-08-01"), names, 1, noise=True)
    state = crowd.init(world := compile_world(petrograd, names), Days(*(rows[0] for rows in days)))
    return point.parameters(petrograd, names), jax.tree.map(jnp.asarray, world), days, state


def test_every_parameter_of_the_table_is_asked_for_on_a_day(year: tuple[dict[str, Any], Any, Any, Any]) -> None:
    params, world, days, state = year
    told = {law: Told(values) for law, values in params.items()}
    crowd.step(told, world, jax.tree.map(jnp.asarray, state), Days(*(jnp.asarray(rows[0]) for rows in days)))
    asked = {f"{law}.{name}" for law, values in told.items() for name in values.asked}
    assert {f"{row.law}.{row.name}" for row in PARAMETERS} - asked == set()


def test_whatever_is_remembered_changes_by_summer(year: tuple[dict[str, Any], Any, Any, Any]) -> None:
    """A field of `Mood` that nothing ever sets would stay what it was on the eve."""
    params, world, days, state = year
    later = crowd.compiled_year(params, world, days, state).state.mood
    same = {name for name, was, now in zip(Mood._fields, state.mood, later, strict=True) if np.array_equal(was, now)}
    assert same == set()
