"""What a scenario says and nothing would heed is told: as a fault, or as a note of `dualpower check`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import dualpower as dp
from dualpower.cli import main
from dualpower.scenario import new

Edits = list[tuple[str, str, str]]
"""File, what is replaced in it ("" for its end), and by what."""

STRIKERS = "calibrate,1921-03-17,,Harbour Town,strikers,all,3500,2500,5000,persons,low,invented,"
WHOLE_RUN = (
    'scenario.toml, observables[2].places: found places, expected no such key: "deaths" is one number of the whole run'
)
DEATHS = "T06,calibrate,1921-03-20,,Harbour Town,deaths,all,11,6,20,persons,low,invented,\n"


def town(tmp_path: Path, edits: Edits) -> Path:
    folder = new("town", tmp_path / "town")
    for file, old, text in edits:
        path = folder / file
        said = path.read_text() if path.exists() else ""
        assert old in said
        path.write_text(said.replace(old, text, 1) if old else said + text)
    return folder


def faults(tmp_path: Path, *edits: tuple[str, str, str]) -> list[str]:
    return [str(fault) for fault in dp.check(town(tmp_path, list(edits)))]


def told(tmp_path: Path, *edits: tuple[str, str, str]) -> list[str]:
    ended = CliRunner().invoke(main, ["check", str(town(tmp_path, list(edits)))])
    assert ended.exit_code == 0, ended.output
    return ended.stdout.splitlines()[1:]


def observable(**said: str) -> tuple[str, str, str]:
    return "scenario.toml", "", "\n[[observables]]\n" + "".join(f"{key} = {value}\n" for key, value in said.items())


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([observable(quantity='"deaths"', place='"Elsewhere"', places='["country"]')], WHOLE_RUN),
        (
            [("scenario.toml", 'measure = "deaths"', 'measure = "soldiers_refusing"\ndistricts = ["harbour"]')],
            "scenario.toml, quantities.deaths.districts: found districts, expected no such key: ",
        ),
        (
            [("scenario.toml", 'council = "assembly"\n', 'council = "assembly"\ngroups = ["workers"]\n')],
            'expected no such key: "seat_share" is of one council and one party, wherever people are',
        ),
        (
            [observable(quantity='"strikers"', group='"dockers"', parties='["radicals"]')],
            'observables[2].parties: found parties, expected no such key: "activity" is told apart by units and',
        ),
        (
            [("targets.csv", "basis,note", "basis,note,issue"), ("targets.csv", "5000,persons,low,invented,",
             "5000,persons,low,invented,,food"), *[("targets.csv", ",invented,\n", ",invented,,\n")] * 4],
            'targets.csv, T01, issue: found "food", expected an empty cell: "activity"',
        ),
    ],
)  # fmt: skip
def test_selectors_that_a_measure_cannot_use(tmp_path: Path, edits: Edits, said: str) -> None:
    (found,) = faults(tmp_path, *edits)
    assert said in found


def test_selectors_of_an_observable_with_a_measure_of_its_own(tmp_path: Path) -> None:
    own = observable(quantity='"deaths"', group='"weavers"', measure='"size"', roles='["weaver"]')
    assert faults(tmp_path, own) == []


def test_a_number_of_the_whole_run_is_at_home_where_most_rows_lie(tmp_path: Path) -> None:
    record = ("record.csv", "1921-03-20,,Harbour Town,deaths", "1921-03-20,,Elsewhere,deaths")
    (found,) = faults(tmp_path, ("targets.csv", "", DEATHS.replace("Harbour Town", "Elsewhere")), record)
    assert found == 'targets.csv, T06, place: found "Elsewhere", expected one of Harbour Town'


@pytest.mark.parametrize("group", ["workers", "al"])
def test_no_observables_are_advised_where_no_units_are_selected(tmp_path: Path, group: str) -> None:
    (found,) = faults(tmp_path, ("targets.csv", "", DEATHS.replace(",all,", f",{group},")))
    assert "observables" not in found
    assert "all" in found.partition("expected")[2]
