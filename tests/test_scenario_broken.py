"""Whatever is done to a scenario's files, it loads or says what is wrong; nothing else ever escapes."""

from __future__ import annotations

import copy
import random
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualpower.scenario import ScenarioError, check, load, new

TABLES = (
    "units.csv",
    "districts.csv",
    "series.csv",
    "record.csv",
    "targets.csv",
    "changes.csv",
    "cells.csv",
    "commuting.csv",
)
TOMLS = ("scenario.toml", "timeline.toml", "parameters.toml")
CELLS = [
    "",
    " ",
    "nan",
    "-1",
    "1e400",
    "0",
    "1",
    "2.5",
    "x",
    "1921-03-01",
    "1921-02-29",
    "0000-00-00",
    "units",
    "size",
    "district",
    "radicals",
    "harbour",
    "food",
    "\x00",
    '"',
    "é",
    "9" * 400,
    "-0.0",
    "1,5",
    "#",
    "=1+1",
    "none",
]
VALUES: list[Any] = [
    "",
    "x",
    "none",
    "never",
    "1921-03-01",
    "a.b",
    "active > 1",
    "office.radicals",
    0,
    1,
    -1,
    2**63,
    10**400,
    0.5,
    -0.5,
    1e308,
    float("nan"),
    float("inf"),
    True,
    False,
    [],
    {},
    [1],
    ["x"],
    [[]],
    [{}],
    {"x": 1},
    {"id": "x"},
    {"id": 3},
    [{"id": "x"}],
    {"": {}},
]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new("town", tmp_path_factory.mktemp("broken") / "town")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work") / "town"


def fresh(town: Path, work: Path) -> Path:
    shutil.rmtree(work, ignore_errors=True)
    return Path(shutil.copytree(town, work))


def survives(folder: Path) -> None:
    """Load; a scenario that loads must also resolve, and one that does not must say why in readable lines."""
    faults = check(folder)
    if faults:
        assert all(str(fault).isprintable() and fault.file for fault in faults), faults
        with pytest.raises(ScenarioError):
            load(folder)
        return
    scenario = load(folder)
    assert len(scenario.resolved_members()) == len(scenario.units)
    assert scenario.resolved_series().notna().all().all()
    assert len(scenario.resolved_events()) == len(scenario.timeline.events)


@given(st.lists(st.sampled_from((*TABLES, *TOMLS)), max_size=4, unique=True))
@settings(max_examples=30)
def test_missing_files(town: Path, work: Path, gone: list[str]) -> None:
    folder = fresh(town, work)
    for file in gone:
        (folder / file).unlink()
    survives(folder)


@given(st.sampled_from((*TABLES, *TOMLS)), st.integers(0, 10**6), st.binary(min_size=1, max_size=6), st.booleans())
@settings(max_examples=120)
def test_garbled_bytes(town: Path, work: Path, file: str, place: int, garbage: bytes, cut: bool) -> None:
    folder = fresh(town, work)
    content = (folder / file).read_bytes()
    at = place % (len(content) + 1)
    (folder / file).write_bytes(content[:at] + garbage + (b"" if cut else content[at + len(garbage) :]))
    survives(folder)


@given(st.sampled_from((*TABLES, *TOMLS)), st.binary(max_size=200))
@settings(max_examples=60)
def test_files_of_random_bytes(town: Path, work: Path, file: str, content: bytes) -> None:
    folder = fresh(town, work)
    (folder / file).write_bytes(content)
    survives(folder)


@given(
    st.sampled_from(TABLES), st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(CELLS) | st.text(max_size=9)
)
@settings(max_examples=150)
def test_swapped_cells(town: Path, work: Path, file: str, row: int, column: int, cell: str) -> None:
    folder = fresh(town, work)
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    at = row % len(lines)
    cells = lines[at].split(",")
    cells[column % len(cells)] = cell
    lines[at] = ",".join(cells)
    (folder / file).write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    survives(folder)


@given(st.sampled_from(TABLES), st.lists(st.integers(0, 20), max_size=5, unique=True))
@settings(max_examples=60)
def test_missing_columns(town: Path, work: Path, file: str, gone: list[int]) -> None:
    folder = fresh(town, work)
    rows = [line.split(",") for line in (folder / file).read_text(encoding="utf-8").splitlines()]
    kept = "\n".join(",".join(cell for place, cell in enumerate(row) if place not in gone) for row in rows)
    (folder / file).write_text(kept, encoding="utf-8")
    survives(folder)


@given(
    st.sampled_from(TOMLS[:2]),
    st.integers(0, 2**32),
    st.lists(st.sampled_from(VALUES), min_size=1, max_size=3),
    st.booleans(),
)
@settings(max_examples=300)
def test_swapped_values(town: Path, work: Path, file: str, seed: int, values: list[Any], drop: bool) -> None:
    """Anywhere in the TOML files, a value becomes another of any type, or goes."""
    folder = fresh(town, work)
    tree = tomllib.loads((folder / file).read_text(encoding="utf-8"))
    chance = random.Random(seed)
    for value in values:
        holder, key = chance.choice(places(tree))
        if drop:
            del holder[key]
        else:
            holder[key] = copy.deepcopy(value)
    (folder / file).write_text(toml(tree), encoding="utf-8")
    survives(folder)


def places(tree: Any) -> list[tuple[Any, Any]]:
    """List every container of a tree with every key in it."""
    found = []
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else []
    for key in keys:
        found += [(tree, key), *places(tree[key])]
    return found or [({"x": 1}, "x")]


def toml(tree: dict[str, Any]) -> str:
    """Write a tree as TOML, tables inline."""
    return "".join(f"{inline(key)} = {inline(value)}\n" for key, value in tree.items())


def inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{inline(key)} = {inline(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(inner) for inner in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


def test_writing_toml_back_changes_nothing(town: Path, work: Path) -> None:
    """The tests above would prove little if their writer broke the files by itself."""
    folder = fresh(town, work)
    for file in TOMLS[:2]:
        tree = tomllib.loads((folder / file).read_text(encoding="utf-8"))
        (folder / file).write_text(toml(tree), encoding="utf-8")
    scenario = load(folder)
    assert scenario.spec == load(town).spec
    assert scenario.timeline == load(town).timeline
