"""Loading a valid scenario: the library, the template, and everything that must not matter."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dualpower.scenario import Scenario, ScenarioError, check, library, load, new


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new("town", tmp_path_factory.mktemp("scenarios") / "town")


@pytest.fixture
def copy(town: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town, tmp_path / "copy"))


def edit(file: Path, old: str, new_text: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new_text, 1), encoding="utf-8")


@pytest.mark.parametrize("name", sorted(library()))
def test_every_scenario_of_the_library_is_valid(name: str) -> None:
    assert [str(fault) for fault in check(name)] == []
    assert load(name).spec.id == name


def test_tables_have_numbers_and_text(town: Path) -> None:
    scenario = load(town)
    assert scenario.units["size"].dtype == float
    assert scenario.units.loc[0, "size"] == 4200.0
    assert scenario.districts["lat"].isna().all()
    assert scenario.record["date_end"].tolist()[0] == ""
    assert scenario.record["low"].isna().sum() == 4
    assert set(scenario.changes["value"]) == {"700", "harbour"}
    assert scenario.spec.contests[1].party == ("radicals",)
    assert scenario.timeline.history[1].from_ == "1921-03-20"


def test_what_is_optional_may_be_missing(copy: Path) -> None:
    for file in ("changes.csv", "cells.csv", "commuting.csv", "parameters.toml", "README.md"):
        (copy / file).unlink()
    scenario = load(copy)
    assert len(scenario.cells) == len(scenario.changes) == len(scenario.commuting) == 0
    assert list(scenario.cells.columns)[:3] == ["unit_id", "party", "members"]
    assert scenario.parameters == {}


def test_marks_and_line_ends_do_not_matter(copy: Path, town: Path) -> None:
    for file in copy.glob("*.csv"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    for file in copy.glob("*.toml"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert load(copy).hash == load(town).hash


def test_unknown_columns_and_files_are_kept_out_of_the_way(copy: Path) -> None:
    lines = (copy / "units.csv").read_text().splitlines()
    (copy / "units.csv").write_text("\n".join([lines[0] + ",industry", *(line + ",metal" for line in lines[1:])]))
    (copy / "notes.csv").write_text("anything")
    assert load(copy).units["industry"].tolist() == ["metal"] * 9


def test_a_scenario_of_one_unit(copy: Path) -> None:
    header, first, *_ = (copy / "units.csv").read_text().splitlines()
    (copy / "units.csv").write_text(f"{header}\n{first}\n")
    for file in ("changes.csv", "cells.csv"):
        (copy / file).unlink()
    assert len(load(copy).units) == 1


def test_record_rows_may_lie_before_the_start(town: Path) -> None:
    scenario = load(town)
    assert "1921-02-01" in set(scenario.record["date"])
    with pytest.raises(ScenarioError, match="1921-02-01"):
        scenario.day_index("1921-02-01")


def test_a_julian_leap_day_depends_on_the_calendar(copy: Path) -> None:
    row = "1900-02-29,,Harbour Town,price_of_flour,,0.2,,,crowns a pound,invented,guess,\n"
    with (copy / "record.csv").open("a") as file:
        file.write(row)
    assert [str(fault) for fault in check(copy)] == [
        'record.csv, line 11, date: found "1900-02-29", expected a day of the gregorian calendar as YYYY-MM-DD'
    ]
    edit(copy / "scenario.toml", 'system = "gregorian"', 'system = "julian"')
    assert check(copy) == []


def test_hash_follows_content(copy: Path, town: Path) -> None:
    before = load(town).hash
    assert len(before) == 64
    edit(copy / "units.csv", "4200", "4201")
    assert load(copy).hash != before
    edit(copy / "units.csv", "4201", "4200")
    assert load(copy).hash == before


def test_a_scenario_travels(town: Path) -> None:
    scenario = load(town).do("speaker-lands", "never")
    again: Scenario = pickle.loads(pickle.dumps(scenario))
    assert again.hash == scenario.hash
    assert again.units.equals(scenario.units)


def test_errors_travel(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path)
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults


def test_unknown_names_and_wrong_paths(town: Path) -> None:
    name = sorted(library())[0]
    with pytest.raises(ScenarioError, match=f'did you mean "{name}"'):
        load(name[:-1])
    with pytest.raises(ScenarioError, match="path of a folder"):
        load("no/such/place")
    with pytest.raises(ScenarioError, match="expected the folder of a scenario"):
        load(town / "scenario.toml")
    for odd in ("", "a\0b", "x" * 5000):
        with pytest.raises(ScenarioError, match="no such scenario"):
            load(odd)


def test_the_library_comes_before_a_folder_of_the_same_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = sorted(library())[0]
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    assert load(name).folder == library()[name]
    assert check(f"./{name}") != []


def test_importing_the_room_is_cheap() -> None:
    heavy = "{'pandas', 'pydantic', 'jax', 'cftime'}"
    code = f"import sys, dualpower.scenario as s; s.load, s.check, s.new; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_names_stay_functions_after_their_modules_are_imported() -> None:
    modules = ", ".join(f"dualpower.scenario.{name}" for name in ("check", "load", "new", "reading"))
    code = f"import {modules}; from dualpower.scenario import *; assert all(map(callable, (check, load, new)))"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_checking_as_a_command(town: Path, copy: Path) -> None:
    command = [sys.executable, "-m", "dualpower.scenario"]
    good = subprocess.run([*command, str(town)], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout, good.stderr) == (0, "no faults\n", "")
    edit(copy / "units.csv", "weaver,harbour", "waever,harbour")
    bad = subprocess.run([*command, str(copy)], capture_output=True, text=True, check=False)
    assert bad.returncode == 2
    assert 'units.csv, line 4, role: found "waever"' in bad.stdout
    assert 'did you mean "weaver"?' in bad.stdout
    assert bad.stderr == ""
