"""People through a year: they agree with the crowd, and nothing but seed, name and day decides about a person.

The statistical tests hold at a fixed seed; bounds are stated beside them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from dualpower import fates
from dualpower.changed import changed
from dualpower.course import Course
from dualpower.experiment.table import with_parameters
from dualpower.population import people
from dualpower.run import Run, RunError, load_run
from dualpower.scenario import Scenario, ScenarioError, load, new
from dualpower.scenario.timeline import Requires
from dualpower.simulate import simulate

UNTIL = "1917-02-10"
CITY = {"city": 0.05}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return load(new("town", tmp_path_factory.mktemp("town") / "town"))


@pytest.fixture(scope="module")
def year(town: Scenario) -> Run:
    """The town's days, everyone with a record."""
    return simulate(town, seed=1, people=1.0)


def same(one: xr.Dataset, other: xr.Dataset) -> None:
    """Bit for bit."""
    assert set(one.data_vars) == set(other.data_vars)
    for name in one.data_vars:
        np.testing.assert_array_equal(one[name].to_numpy(), other[name].to_numpy(), err_msg=str(name))


# Shape --------------------------------------------------------------------------------------------------------


def test_the_same_variables_as_the_crowd_and_two_more(town: Scenario, year: Run) -> None:
    crowd = simulate(town, seed=1).dataset
    assert set(year.dataset.data_vars) - set(crowd.data_vars) == {"camp_active", "camp_in_street"}
    for name in crowd.data_vars:
        assert year.dataset[name].dims == crowd[name].dims
    data = year.dataset
    np.testing.assert_allclose(data["camp_active"].sum("camp"), 1 - data["activity_share"][..., 0], atol=1e-6)
    np.testing.assert_allclose(
        data["camp_in_street"].sum("camp"), data["activity_share"][..., 2:].sum("activity"), atol=1e-6
    )
    assert bool((data["camp_active"] <= data["camp_share"] + 1e-6).all())


def test_the_manifest_says_who_lived(town: Scenario, year: Run) -> None:
    switches = year.manifest["switches"]
    assert switches["population"] == "people"
    assert switches["people"] == 1.0
    assert switches["records"] == sum(max(round(size), 1) for size in town.units["size"])


def test_shares_count_whole_persons(year: Run) -> None:
    counts = np.diff(fates.start_of(year).offsets)
    held = year.dataset["camp_share"].to_numpy() * counts[:, None]
    np.testing.assert_allclose(held, np.round(held), atol=1e-3)


@pytest.mark.parametrize("wrong", [0.0, -1.0, 1.5, float("nan"), {"moon": 1.0}, {"city": 2.0}, {}])
def test_what_is_no_share(town: Scenario, wrong: Any) -> None:
    with pytest.raises(ScenarioError, match="people: found"):
        simulate(town, people=wrong, until=town.days()[3])


# Agreement ----------------------------------------------------------------------------------------------------


def error(scenario: Scenario, share: Any, seed: int, until: str, reference: Scenario | None = None) -> float:
    """Root mean square distance of people from the crowd of the same seed, weighted by persons of units with any."""
    lived = simulate(scenario, seed=seed, until=until, people=share).dataset
    crowd = simulate(reference or scenario, seed=seed, until=until).dataset
    weight = np.where(np.isnan(lived["camp_active"][-1, :, 0]), 0, crowd["size"][-1])
    gaps = [(lived[name] - crowd[name]).to_numpy()[-1] ** 2 for name in ("camp_share", "activity_share")]
    return float(sum((weight[:, None] * gap).sum() for gap in gaps) / weight.sum())


def slope(errors: dict[float, list[float]]) -> float:
    """Of log error on log share of persons."""
    shares = np.array(list(errors))
    return float(np.polyfit(np.log(shares), [0.5 * np.log(np.mean(errors[share])) for share in shares], 1)[0])


@pytest.mark.statistical
def test_people_approach_the_crowd_in_the_town(town: Scenario) -> None:
    """By one over the root of their number: the slope is -1/2, within 0.12 (its standard error is 0.02)."""
    until = town.days()[14]
    errors = {share: [error(town, share, seed, until) for seed in range(8)] for share in (0.01, 0.1, 1.0)}
    assert abs(slope(errors) + 0.5) < 0.12
    # ... and not the crowd of a law that is off by a little
    other = town.scale("allegiance.match", 2)
    off = [error(town, 1.0, seed, until, other) for seed in range(4)]
    assert np.mean(off) > 4 * np.mean(errors[1.0])


@pytest.mark.statistical
def test_people_approach_the_crowd_in_petrograd(petrograd: Scenario) -> None:
    """A hundred times as many: a tenth of the distance, within a factor of 2.5 (over four standard errors)."""
    few = [error(petrograd, {"city": 0.01}, seed, UNTIL) for seed in range(6)]
    many = [error(petrograd, {"city": 1.0}, seed, UNTIL) for seed in range(6)]
    assert 4 < np.sqrt(np.mean(few) / np.mean(many)) < 25
    assert np.sqrt(np.mean(many)) < 0.02


def test_units_without_persons_are_the_crowd(petrograd: Scenario) -> None:
    """On the first evening nothing else can differ yet."""
    day = petrograd.days()[0]
    lived, crowd = (simulate(petrograd, until=day, people=share).dataset for share in (CITY, None))
    away = (lived["place"] != "city").to_numpy()
    np.testing.assert_allclose(lived["camp_share"][0, away], crowd["camp_share"][0, away], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(lived["activity_share"][0, away], crowd["activity_share"][0, away], rtol=1e-4, atol=1e-6)
    assert bool(lived["camp_active"][0, away].isnull().all())


# Nothing but seed, name and day -------------------------------------------------------------------------------


def test_threads_change_nothing(petrograd: Scenario) -> None:
    runs = [simulate(petrograd, until="1917-01-20", people=CITY, threads=threads).dataset for threads in (1, 2, 4)]
    same(runs[0], runs[1])
    same(runs[0], runs[2])


def test_numbers_of_numpy_are_kept_as_numbers(town: Scenario, tmp_path: Path) -> None:
    share = {str(place): np.float32(0.01) for place in town.districts["place"].unique()}
    run = simulate(town, seed=np.int64(5), noise=np.False_, until="1921-03-03", people=share)
    run.save(tmp_path)
    again = load_run(tmp_path)
    same(again.dataset, run.dataset)
    assert (again.seed, again.manifest["switches"]) == (5, run.manifest["switches"])
    assert again.manifest["switches"]["noise"] is False


@pytest.mark.parametrize(
    ("options", "says"),
    [({"noise": "no"}, "noise: 'no' is neither"), ({"start_state": {}}, "start_state: not a state of this scenario")],
)
def test_options_that_are_none(town: Scenario, options: dict[str, Any], says: str) -> None:
    with pytest.raises(RunError, match=says):
        simulate(town, until="1921-03-03", **options)


def test_interrupt_and_resume(petrograd: Scenario) -> None:
    kept: list[tuple[dict[str, Any], xr.Dataset]] = []
    until = "1917-03-20"
    whole = simulate(petrograd, until=until, people=CITY, on_segment=lambda *both: kept.append(both))
    assert [data.sizes["date"] for _, data in kept] == [38, 76, 79]
    state, so_far = kept[0]
    before = {name: array.copy() for name, array in state.items()}
    rest = simulate(petrograd, until=until, people=CITY, start_state=state).dataset
    same(rest, whole.dataset.isel(date=slice(so_far.sizes["date"], None)))
    for name in before:
        np.testing.assert_array_equal(state[name], before[name])


def test_a_state_of_others_is_refused(town: Scenario) -> None:
    kept: list[dict[str, Any]] = []
    simulate(town, people=0.5, on_segment=lambda state, _: kept.append(state))
    with pytest.raises(RunError, match="other people"):
        simulate(town, people=1.0, start_state=kept[0])
    simulate(town, on_segment=lambda state, _: kept.append(state))
    with pytest.raises(RunError, match="of the crowd"):
        simulate(town, people=1.0, start_state=kept[-1])


def test_nothing_differs_before_an_intervention(petrograd: Scenario) -> None:
    both = [simulate(s, until="1917-04-06", people=CITY) for s in (petrograd, petrograd.do("lenin-returns", "never"))]
    returned = both[0].events.set_index("event").loc["lenin-returns"]
    assert bool(returned["happened"])
    day = petrograd.day_index(str(returned["date"]))  # his day, or earlier by the rule if this year has left history
    runs = [run.dataset for run in both]
    same(*(data.isel(date=slice(0, day)) for data in runs))
    assert not np.array_equal(runs[0]["camp_share"], runs[1]["camp_share"])


# Fates --------------------------------------------------------------------------------------------------------


def records(run: Run) -> np.ndarray[Any, Any]:
    """Everyone's record on every evening, [date, person]."""
    now, told = fates.everyone(fates.start_of(run), run.seed), []
    for day, book in enumerate(fates.books_of(run)):
        now, counts = people.step(now, book, day, run.seed)
        told.append(now.records)
    shares = counts.shares()[1].T
    np.testing.assert_allclose(run.dataset["activity_share"][-1], shares, atol=1e-6)
    return np.stack(told)


def test_persons_are_those_who_were_counted(year: Run) -> None:
    whole = records(year)
    for number in np.random.default_rng(0).integers(0, whole.shape[1], 25):
        one = year.person(int(number))
        camps = year.dataset["camp"].to_numpy()[whole[:, number] & 15]
        doing = year.dataset["activity"].to_numpy()[whole[:, number] >> 4 & 3]
        assert list(one.path["camp"]) == list(camps)
        assert list(one.path["activity"]) == list(doing)
        assert list(one.path["date"]) == year.dates
        assert one.temper == fates.TEMPERS[whole[0, number] >> 6]


def test_a_person_of_a_unit(year: Run) -> None:
    start = fates.start_of(year)
    one = year.person(2, unit=start.names[1])
    assert one.number == start.offsets[1] + 2
    assert one.unit == start.names[1]
    assert str(one).startswith(f"Person {one.number} of {one.unit_name}")
    assert one.path.equals(year.person(one.number).path)


def test_a_saved_run_tells_the_same(year: Run, tmp_path: Path) -> None:
    year.save(tmp_path / "run")
    again = load_run(tmp_path / "run")
    assert again.books is None
    assert again.person(7).path.equals(year.person(7).path)


def test_persons_that_are_not(town: Scenario, year: Run) -> None:
    with pytest.raises(RunError, match="there is no person -1"):
        year.person(-1)
    with pytest.raises(RunError, match="they go from 0 to"):
        year.person(10**9)
    for wrong in (1.5, "1", None, True):
        with pytest.raises(RunError, match=r"the number of a person: .* is not a whole number$"):
            year.person(wrong)
    with pytest.raises(RunError, match="no persons of a unit 'moon'"):
        year.person(1, unit="moon")
    with pytest.raises(RunError, match="of the crowd"):
        simulate(town).person(0)


# Forks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("date", ["1917-01-02", "1917-02-08", "1917-02-24", "1917-06-18"])
def test_a_fork_without_a_change_is_the_same_year(petrograd_run: Run, date: str) -> None:
    forked = petrograd_run.fork(date).simulate()
    same(forked.dataset, petrograd_run.dataset)
    assert forked.events.equals(petrograd_run.events)


def test_a_fork_of_people_is_the_same_year(year: Run) -> None:
    for day in (1, len(year.dates) // 2):
        forked = year.fork(year.dates[day]).simulate()
        same(forked.dataset, year.dataset)
        assert forked.person(3).path.equals(year.person(3).path)


def test_a_fork_goes_another_way(petrograd_run: Run) -> None:
    fork, scenario = petrograd_run.fork("1917-03-20"), petrograd_run.scenario
    other = fork.simulate(scenario.do("lenin-returns", "never"))
    whole = simulate(scenario.do("lenin-returns", "never"), seed=1)
    same(other.dataset, whole.dataset)
    chance = fork.simulate(seed=9)
    day = petrograd_run.dates.index("1917-03-20")
    same(chance.dataset.isel(date=slice(0, day)), petrograd_run.dataset.isel(date=slice(0, day)))
    assert not np.array_equal(chance.dataset["strikers"][day], petrograd_run.dataset["strikers"][day])
    with pytest.raises(RunError, match="forked on 1917-03-20"):
        chance.fork("1917-05-01")


def test_what_comes_too_late(petrograd_run: Run) -> None:
    fork, scenario = petrograd_run.fork("1917-04-20"), petrograd_run.scenario
    with pytest.raises(RunError, match="lenin-returns happened on 1917-04-03"):
        fork.simulate(scenario.do("lenin-returns", "never"))
    with pytest.raises(RunError, match="how the year begins"):
        fork.simulate(scenario.scale("bolshevik.members", 0.5))
    for date in ("1917-01-01", "1918-01-01"):
        with pytest.raises(RunError, match=f'fork: found "{date}", expected a day from 1917-01-02 to'):
            petrograd_run.fork(date)


def test_a_fork_keeps_the_parameters_of_its_run(town: Scenario, tmp_path: Path) -> None:
    drawn = with_parameters(town, {"mobilisation.base": 1.3})
    run = simulate(drawn, seed=1, until="1921-03-20")
    fork = run.fork("1921-03-10")
    same(fork.simulate(run.scenario).dataset, run.dataset)
    assert fork.simulate(run.scenario.set("mobilisation.base", 2.0)).manifest["parameters"]["mobilisation.base"] == 2.0
    with pytest.raises(RunError, match=r"mobilisation\.base was 1\.3, is .*take the run's own scenario") as refused:
        fork.simulate(town)
    assert "\n" not in str(refused.value)
    again = load_run(run.save(tmp_path))  # by its manifest, without a word that anything has changed
    same(again.fork("1921-03-10").simulate().dataset, run.dataset)


def test_a_fork_of_another_seed_redraws_no_past(petrograd: Scenario) -> None:
    """Levels drift on from where they were, and what has happened keeps its size; days to come are others."""
    wild = petrograd.set("hardship.drift", 0.05).set("chronicle.size", 0.7).do("july-accusation", "1917-08-05")
    run = simulate(wild, seed=1, until="1917-09-05")
    day, last = run.dates.index("1917-08-20"), run.dates.index("1917-09-05")
    fork = run.fork("1917-08-20")
    ratio = run.dataset["intensity"].isel(issue=0).to_numpy()
    for seed in (7, 8, 9):
        other = fork.simulate(seed=seed).dataset["intensity"].isel(issue=0).to_numpy()
        steps = np.log(other[day : last + 1] / ratio[day : last + 1])
        assert abs(steps[0]) < 0.5  # two steps of 0.05, not two walks of twenty days
        assert np.abs(np.diff(steps)).max() < 0.5
        assert steps[-1] != 0
    course = Course(wild, 7, "1917-09-05")
    course.go_on_from(fork.state, 1)
    old, new = Course(wild, 1, "1917-09-05").days, Course(wild, 7, "1917-09-05").days
    happened = np.asarray(course.state.fate.happened) >= 0
    assert 0 < happened.sum() < len(happened)
    np.testing.assert_array_equal(course.days.chance_size[day:, happened], old.chance_size[day:, happened])
    np.testing.assert_array_equal(course.days.chance_size[day:, ~happened], new.chance_size[day:, ~happened])
    np.testing.assert_array_equal(course.days.chance_drift[:day], old.chance_drift[:day])
    np.testing.assert_allclose(
        np.diff(course.days.chance_drift[day - 1 :], axis=0), np.diff(new.chance_drift[day - 1 :], axis=0), atol=1e-4
    )


def test_what_a_fork_cannot_do(petrograd_run: Run) -> None:
    fork = petrograd_run.fork("1917-06-10")
    with pytest.raises(RunError, match="until 1917-06-09: the fork goes on from 1917-06-10"):
        fork.simulate(until="1917-06-09")
    assert fork.simulate(until="1917-06-10").dates[-1] == "1917-06-10"
    with pytest.raises(ScenarioError, match="a day of the julian calendar"):
        fork.simulate(until="tomorrow")


def test_an_event_whose_date_has_gone_by_cannot_be_decided(town: Scenario) -> None:
    """Its date is over and no rule can bring it: only another date can."""
    name = "speaker-lands"
    event = next(event for event in town.timeline.events if event.id == name)
    lost = event.model_copy(update={"requires": Requires(conditions=("street >= 0.999",)), "when": None})
    events = tuple(lost if each.id == name else each for each in town.timeline.events)
    without = replace(town, timeline=town.timeline.model_copy(update={"events": events}))
    run = simulate(without, seed=1)
    assert not run.events.set_index("event").loc[name, "happened"]
    fork = run.fork("1921-06-20")
    for value in (lost.options[0].id, "never"):
        with pytest.raises(RunError, match=f"{name} was to happen on {lost.date}, which passed before the fork"):
            fork.simulate(without.do(name, value))
    fork.simulate(without.do(name, "1921-06-25"))


def test_persons_of_a_fork(year: Run, town: Scenario, tmp_path: Path) -> None:
    """By the books that it has, or after it has been simulated once more, past and future."""
    fork = year.fork("1921-06-20")
    other, chance = fork.simulate(town.do("july-demonstration", "never")), fork.simulate(seed=4)
    day = year.dates.index("1921-06-20")
    for forked in (other, chance):
        told = [forked.person(number).path for number in range(0, 400, 40)]
        assert all(path[:day].equals(year.person(number).path[:day])
                   for number, path in zip(range(0, 400, 40), told, strict=True))  # fmt: skip
        saved = load_run(forked.save(tmp_path / f"{forked.seed}"))
        assert all(saved.person(number).path.equals(path) for number, path in zip(range(0, 400, 40), told, strict=True))
        with pytest.raises(RunError, match="forked on 1921-06-20"):
            forked.fork("1921-07-01")
    counted = changed(year, other)
    whole = changed(year, simulate(town.do("july-demonstration", "never"), seed=1, people=1.0))
    same(counted.counts, whole.counts)
    assert counted.first is not None
    with pytest.raises(RunError, match="other seeds"):
        changed(year, chance)


def test_the_paths_of_a_fork_are_its_numbers(town: Scenario) -> None:
    """Everyone of one unit, told one by one, is the unit's own share of camps: another seed from the fork on."""
    whole = simulate(town, seed=1, people=0.05)
    forked = whole.fork("1921-06-20").simulate(seed=4)
    start = fates.start_of(forked)
    unit = int(np.argmin(np.diff(start.offsets)))
    count = int(np.diff(start.offsets)[unit])
    paths = [forked.person(index, start.names[unit]).path["camp"].to_numpy() for index in range(count)]
    shares = forked.dataset["camp_share"].sel(unit=start.names[unit])
    for camp in forked.dataset["camp"].to_numpy():
        np.testing.assert_allclose((np.array(paths) == camp).mean(0), shares.sel(camp=camp), atol=1e-6)


def test_nobody_is_changed_where_nobody_is(town: Scenario) -> None:
    """A unit that closes: its records go on, but nobody lives by them; who had differed has differed."""
    unit, closed, last = str(town.units["unit_id"].iloc[0]), "1921-03-08", "1921-03-10"
    row = {"unit_id": unit, "date": closed, "what": "size", "value": "0"}
    ends = replace(town, changes=pd.concat([town.changes, pd.DataFrame([row])], ignore_index=True))
    one, two = (simulate(each, until=last, people=0.05) for each in (ends, ends.set("mobilisation.base", 6.0)))
    found = changed(one, two)
    counts = found.counts.sel(unit=unit)
    before, after = (counts.isel(date=one.dates.index(day)) for day in ("1921-03-07", last))
    assert before["differ"] > 0
    assert after["differ"] == 0
    assert after["ever"] == before["ever"] > 0
    assert found.persons("1921-03-07", unit=unit)
    assert found.persons(last, unit=unit) == []
    assert found.persons(last)
    with pytest.raises(RunError, match="no persons of a unit 'nope'"):
        found.persons(last, unit="nope")
    with pytest.raises(RunError, match="most: -1 is not a whole number"):
        found.persons(last, most=-1)


def test_who_was_forked_from_another_seed_is_somebody_else(town: Scenario) -> None:
    first, second = (simulate(town, seed=seed, until="1921-03-10", people=0.05) for seed in (1, 2))
    fork = first.fork("1921-03-05")
    with pytest.raises(RunError, match="forked on 1921-03-05 from another seed, 1; now both have 2: no person is"):
        changed(fork.simulate(seed=2), second)
    with pytest.raises(RunError, match="a scenario is wanted, not 'town'"):
        fork.simulate("town")  # type: ignore[arg-type]
