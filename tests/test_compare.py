"""Two runs side by side: what differs is found, what does not is not, and persons are counted one by one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import xarray as xr
from click.testing import CliRunner

import dualpower as dp
from dualpower import fates
from dualpower._districts import districts_by_day
from dualpower.cli import main
from dualpower.compare import Comparison, _counts, _shares, compare
from dualpower.experiment.pair_draws import quantities, values
from dualpower.population import people
from dualpower.report.compare import compare_page, plates, series, unit_of
from dualpower.run import Run, RunError
from dualpower.scenario import Scenario, new
from dualpower.simulate import simulate

UNTIL, CITY = "1917-04-12", {"city": 0.02}


@pytest.fixture(scope="module")
def pair(petrograd: Scenario) -> tuple[Run, Run]:
    """April with and without Lenin's return, some of the city with a record."""
    other = petrograd.do("lenin-returns", "never")
    return simulate(petrograd, until=UNTIL, people=CITY), simulate(other, until=UNTIL, people=CITY)


@pytest.fixture(scope="module")
def returned(pair: tuple[Run, Run]) -> str:
    """The day of the return: 3 April, or earlier by the rule if this year has left history."""
    events = pair[0].events.set_index("event")
    assert bool(events.loc["lenin-returns", "happened"])
    return str(events.loc["lenin-returns", "date"])


@pytest.fixture(scope="module")
def found(pair: tuple[Run, Run]) -> Comparison:
    return compare(*pair)


def test_the_first_difference(found: Comparison, pair: tuple[Run, Run], returned: str) -> None:
    assert found.first == returned
    for row in found.variables.itertuples():
        if str(row.variable).startswith("contest_"):
            continue  # counts only while one of the two fights it
        one, two = (run.dataset[row.variable].to_numpy() for run in pair)
        day = pair[0].dates.index(str(row.date))
        gap = np.nanmax(np.abs(one[day].astype(float) - two[day]))
        assert np.isclose(abs(float(str(row.difference))), gap)
        assert np.isclose(gap, np.nanmax(np.abs(one.astype(float) - two)))
        assert str(row.first) >= returned


def test_events_groups_districts(found: Comparison) -> None:
    assert list(found.events["event"]) == ["lenin-returns"]
    assert list(found.events["other"]) == ["did not happen"]
    assert "workers" in set(found.groups["group"])
    assert "vyborg" in set(found.districts["district"])


def test_units_that_move_are_of_the_district_where_they_are(found: Comparison, petrograd: Scenario) -> None:
    data = found.runs[0].dataset
    where, dates = districts_by_day(data), found.runs[0].dates
    moves = petrograd.changes.query("what == 'district'")
    assert len(moves)
    for unit, date, district in moves[["unit_id", "date", "value"]].to_numpy():
        if date in dates[1:]:
            row = list(data["unit"].to_numpy()).index(unit)
            day = dates.index(date)
            assert (where[day, row], where[day - 1, row] != district) == (district, True)
    shares, (first, *_) = _shares(data, "unit_district"), moves["value"]
    here, size = where == first, data["size"].to_numpy()
    assert not np.array_equal(here[0], here[-1])
    active = 1 - data["activity_share"].sel(activity="at_work").to_numpy()
    persons = (size * here).sum(1)
    np.testing.assert_allclose(shares[first][0], (active * size * here).sum(1) / persons, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found.groups["camp_other"] - found.groups["camp_run"], found.groups["camp_difference"])


def test_it_shows_itself(found: Comparison, returned: str) -> None:
    said = str(found)
    assert "B: --do lenin-returns=never, seed 1, people" in said
    assert f"First difference on {returned}. Both end with Dual power." in said
    assert json.loads(json.dumps(found.summary()))["outcome"]["same"]
    assert found.to_frame().equals(found.variables)


def test_a_run_and_itself(pair: tuple[Run, Run]) -> None:
    nothing = compare(pair[0], pair[0])
    assert nothing.first is None
    assert nothing.variables.empty
    assert str(nothing).endswith("Nothing differs.")
    assert str(nothing.changed) == "Nobody differs."


def test_persons_are_counted(found: Comparison, pair: tuple[Run, Run], returned: str) -> None:
    """Against all records of both runs, held in memory."""
    told = []
    for run in pair:
        now, days = fates.everyone(fates.start_of(run), run.seed), []
        for day, book in enumerate(fates.books_of(run)):
            now, _ = people.step(now, book, day, run.seed)
            days.append(now.records)
        told.append(np.stack(days))
    one, two = told
    start, changed = fates.start_of(pair[0]), found.changed
    weight = np.repeat(start.size / np.diff(start.offsets), np.diff(start.offsets))
    table = changed.to_frame()
    np.testing.assert_allclose(table["differ"], (one != two) @ weight)
    np.testing.assert_allclose(table["camp"], ((one ^ two) & 15 != 0) @ weight)
    np.testing.assert_allclose(table["only_first"], ((one & 48 != 0) & (two & 48 == 0)) @ weight)
    np.testing.assert_allclose(table["only_second"], ((one & 48 == 0) & (two & 48 != 0)) @ weight)
    np.testing.assert_allclose(table["ever"], np.logical_or.accumulate(one != two) @ weight)
    assert changed.first == pair[0].dates[int(np.flatnonzero((one != two).any(1))[0])] >= returned
    np.testing.assert_allclose(changed.by_unit()["ever"].sum(), table["ever"].iloc[-1])
    np.testing.assert_allclose(changed.by_role()["persons"].sum(), changed.people)


def test_single_persons(found: Comparison, pair: tuple[Run, Run]) -> None:
    """Who was in action only because of what was changed."""
    numbers = found.changed.persons(UNTIL, "only_first", most=3)
    assert numbers
    for number in numbers:
        doing = [run.person(number).path["activity"].iloc[-1] for run in pair]
        assert doing[0] != "at_work"
        assert doing[1] == "at_work"
    with pytest.raises(RunError, match="expected differ"):
        found.changed.persons(UNTIL, "taller")


def test_runs_that_cannot_be_compared(pair: tuple[Run, Run], petrograd: Scenario) -> None:
    short = simulate(petrograd, until="1917-01-05")
    with pytest.raises(RunError, match="different dates, 1917-01-01 to 1917-04-12 and 1917-01-01 to 1917-01-05"):
        compare(pair[0], short)
    declared = {**short.manifest["scenario"], "id": "town"}
    town = Run(short.dataset, short.events, petrograd, 1, {**short.manifest, "scenario": declared})
    with pytest.raises(RunError, match="different scenarios, petrograd-1917 and town"):
        compare(short, town)
    files = {**short.manifest["scenario"]["files"], "units.csv": "another"}
    changed = {**short.manifest["scenario"], "files": files}
    with pytest.raises(RunError, match=r"different versions of petrograd-1917: units\.csv"):
        compare(short, Run(short.dataset, short.events, petrograd, 1, {**short.manifest, "scenario": changed}))


def test_persons_that_cannot_be_compared(pair: tuple[Run, Run], petrograd: Scenario) -> None:
    for other, why in (
        (simulate(petrograd, until=UNTIL, seed=2, people=CITY), "other seeds, 1 and 2"),
        (simulate(petrograd, until=UNTIL, people={"city": 0.03}), "other people"),
        (simulate(petrograd, until=UNTIL), "of the crowd"),
    ):
        with pytest.raises(RunError, match=why):
            compare(pair[0], other).changed  # noqa: B018


def test_forces_of_contests_not_fought_are_no_difference() -> None:
    def year(fought: list[float]) -> Any:
        chance = xr.DataArray(np.array(fought)[:, None], dims=("date", "contest"))
        bodies = [SimpleNamespace(id="duma", kind="election"), SimpleNamespace(id="soviet", kind="council")]
        scenario = SimpleNamespace(spec=SimpleNamespace(councils=bodies))
        return SimpleNamespace(dataset={"contest_probability": chance}, scenario=scenario)

    run, other = year([0, 0, 0.5]), year([0, 0.2, 0])
    forces = xr.DataArray(np.ones((3, 1)), dims=("date", "contest"))
    assert np.ravel(_counts(run, other, "contest_attack", forces)).tolist() == [False, True, True]
    votes = xr.DataArray(np.ones((3, 2, 1)), dims=("date", "council", "topic"), coords={"council": ["duma", "soviet"]})
    assert np.ravel(_counts(run, other, "resolution", votes)).tolist() == [False, True]
    assert _counts(run, other, "strikers", forces) is True


def test_the_page_of_two_ensembles_has_units_and_intervals(tmp_path: Path) -> None:
    town = dp.load(dp.new("town", tmp_path / "town"))
    two = [dp.simulate(each, draws=2, until="1921-03-04") for each in (town, town.scale("radicals.members", 2))]
    both = dp.compare(*two)
    told = compare_page(both)
    assert "<td>persons</td>" in told
    assert "90 % interval</th>" in told
    shown = {caption.partition(": median")[0].casefold() for _, caption in plates(both)}
    some = {
        name.casefold()
        for name, variable, at in quantities(*two)
        if variable != "regime" and any(values(each, variable, at).max() > 0 for each in two)
    }
    never = {name.casefold() for name, variable, _ in quantities(*two) if variable != "regime"} - some
    assert len(some) >= 5
    assert some <= shown
    assert not never & shown


def test_figures_of_two_ensembles_say_numbers_and_mark_where_they_part(tmp_path: Path) -> None:
    town = dp.load(dp.new("town", tmp_path / "town"))
    two = [dp.simulate(each, draws=2, until="1921-03-04") for each in (town, town.scale("radicals.members", 2))]
    both = dp.compare(*two)
    assert both.first
    said = [words for words in re.findall(r'aria-label="([^"]*)"', compare_page(both)) if "both years" in words]
    assert len(said) == len(plates(both))
    assert all(re.search(r"unchanged: .*\d.*; changed: .*\d", words) for words in said)
    known = {variable: (name, at) for name, variable, at in quantities(*two)}
    name, at = known["strikers"]
    for axes in series(both, name, "strikers", at).axes:
        upright = [line for line in axes.lines if list(line.get_ydata()) == [0, 1]]
        assert [line.get_xdata()[0] for line in upright] == [both.factual.dates.index(both.first)]
    assert "Upright lines, here and below: dashed, the first day on which a pair differs." in plates(both)[0][1]
    same = dp.compare(two[0], two[0])
    assert "Upright" not in plates(same)[0][1]


def test_units_say_what_is_of_one_day_and_what_is_an_index() -> None:
    assert [unit_of(name) for name in ("deaths", "dual_power", "strikers", "authority", "regime")] == [
        "persons, that day", "index, 0 to 1", "persons", "share", "share of draws"
    ]  # fmt: skip


def test_the_command(pair: tuple[Run, Run], petrograd: Scenario, tmp_path: Path, returned: str) -> None:
    for run, name in zip(pair, "ab", strict=True):
        run.save(tmp_path / name)
    said = CliRunner().invoke(main, ["compare", str(tmp_path / "a"), str(tmp_path / "b")])
    assert said.exit_code == 0
    assert f"First difference on {returned}" in said.output
    told = CliRunner().invoke(main, ["compare", str(tmp_path / "a"), str(tmp_path / "b"), "--json", "--changed"])
    document = json.loads(told.output)
    assert document["first"] == returned
    assert document["changed"]["ever"] > 0
    simulate(petrograd, until="1917-01-05").save(tmp_path / "c")
    refused = CliRunner().invoke(main, ["compare", str(tmp_path / "a"), str(tmp_path / "c")])
    assert refused.exit_code == 2
    assert refused.output.startswith("dualpower: the runs have different dates")


def test_an_event_that_was_asked_for_and_does_not_come_about_is_told(tmp_path: Path) -> None:
    town = str(new("town", tmp_path / "town"))
    said = CliRunner().invoke(main, ["compare", town, "--do", "rising=1921-04-01", "-q"])
    assert said.exit_code == 0
    assert "B: rising did not come about: it waited until 1921-04-08, when " in said.output
    assert "its condition did not hold: council.assembly.radicals >= 0.5" in said.output
    assert "Nothing differs." in said.output
    assert "did not come about" not in CliRunner().invoke(main, ["compare", town, "--do", "rising=never", "-q"]).output
    refused = CliRunner().invoke(main, ["compare", town, "--do", "rising=never", "--changed"])
    assert refused.exit_code == 2
    assert refused.output == "dualpower: --changed needs two saved runs that were made with --people\n"


def test_runs_that_were_made_in_other_ways_say_so(tmp_path: Path) -> None:
    town = dp.load(new("town", tmp_path / "town"))
    plain, imposed = (simulate(town, until="1921-03-10", imposed=way) for way in (False, True))
    assert "The two differ in imposed (False and True), which is no intervention" in str(compare(plain, imposed))
    assert "which is no intervention" not in str(compare(plain, plain))


def test_people_on_the_command_line(tmp_path: Path) -> None:
    folder = str(tmp_path / "run")
    words = ["run", "petrograd-1917", "--until", "1917-01-05", "-o", folder, "--no-report", "-q", "--people"]
    assert CliRunner().invoke(main, [*words, "city=0.01"]).exit_code == 0
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert manifest["switches"]["people"] == {"city": 0.01}
    other = CliRunner().invoke(main, [*words, "city=0.02", "--resume"])
    assert other.exit_code == 2
    assert "--people was city=0.01 and is city=0.02" in other.output
    assert CliRunner().invoke(main, [*words[:-1], "--resume"]).exit_code == 0
    for wrong, why in (("2", "a share above 0"), ("moon=1", "one of city"), ("many", "expected a share such as 0.1")):
        refused = CliRunner().invoke(main, [*words, wrong])
        assert refused.exit_code == 2
        assert why in refused.output
