"""A law, and what it writes down, is named wherever readers look for it; CONTRIBUTING.md says where."""

from __future__ import annotations

import importlib
import re

import dualpower.laws
from dualpower.dataset import ABOUT, DIMS, SHARES
from dualpower.laws.day import ORDER
from dualpower.laws.diary import BY_UNIT, Diary
from dualpower.laws.parameters import PARAMETERS
from dualpower.record.measures import AXES

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
