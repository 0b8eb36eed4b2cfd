"""Ensembles: every draw has its own seed and its own year, whoever makes it and however many there are."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import socket
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.text import Text

import dualpower as dp
from dualpower import _netcdf
from dualpower.cli import main
from dualpower.experiment import Ensemble, simulate_ensemble
from dualpower.experiment.compact import variables
from dualpower.experiment.netcdf import netcdf4
from dualpower.experiment.plan import make_plan, seeds
from dualpower.experiment.statistics import probabilities, wilson
from dualpower.experiment.table import with_parameters
from dualpower.report.ensemble import delegates, regimes
from dualpower.report.marks import marks, of_count
from dualpower.report.style import readable
from dualpower.run import RunError
from dualpower.scenario import Scenario, ScenarioError

UNTIL = "1921-04-15"
DRAWS = 40


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return dp.load(dp.new("town", tmp_path_factory.mktemp("scenario") / "town"))


@pytest.fixture(scope="module")
def ensemble(town: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Ensemble:
    return simulate_ensemble(town, DRAWS, seed=3, until=UNTIL, out=tmp_path_factory.mktemp("whole"))


def contents(found: Ensemble) -> list[tuple[int, int, str]]:
    return [(shard.first, shard.stop, shard.content) for shard in found.shards]


# Seeds and draws --------------------------------------------------------------------------------------------


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**20), st.integers(1, 3000))
def test_seeds_are_distinct_and_depend_on_the_draw_alone(seed: int, first: int, count: int) -> None:
    found = seeds(seed, first, first + count)
    assert len(np.unique(found)) == count
    assert found.min() >= 0
    assert found.max() < 2**32
    np.testing.assert_array_equal(found[count // 2 :], seeds(seed, first + count // 2, first + count))


def test_seeds_of_other_ensembles_are_others() -> None:
    assert not np.intersect1d(seeds(1, 0, 1000), seeds(2, 0, 1000)).size


def test_a_draw_is_the_run_of_its_seed(town: Scenario, ensemble: Ensemble) -> None:
    for draw in (0, 17, 39):
        run = ensemble.run(draw)
        assert run.seed == int(ensemble.dataset["seed"][draw])
        kept = ensemble.dataset.isel(draw=draw)
        for name in ("strikers", "delegates", "authority", "trust", "fear"):
            np.testing.assert_allclose(kept[name], run.dataset[name], rtol=5e-3, atol=5e-4, err_msg=name)
        assert ensemble.outcomes["outcome"][draw] == run.outcome
        scores = run.score().set_index("target_id")["simulated"].dropna()
        np.testing.assert_allclose(kept["simulated"].sel(target=list(scores.index)), scores, rtol=5e-3, atol=5e-3)
        days = dict(zip(run.events["event"], run.events["date"], strict=True))
        happened = {
            str(name): int(day) for name, day in zip(kept["event"].values, kept["event_day"].values, strict=True)
        }
        assert {name: run.dates[day] if day >= 0 else "" for name, day in happened.items()} == days


def test_a_figure_of_what_was_not_kept_says_so(town: Scenario) -> None:
    few = simulate_ensemble(town, 2, until="1921-03-05", keep=["strikers"])
    with pytest.raises(RunError, match=r"^counts: the ensemble has not kept marchers, soldiers_refusing$"):
        few.figure("counts")


def test_a_draw_that_its_laws_no_longer_give_says_so(town: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    made = dp.simulate(town, draws=2, until="1921-03-05")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made.run(1)
    monkeypatch.setattr(Ensemble, "_scenario_of", lambda self, draw: town.set("mobilisation.base", 2.0))
    with pytest.warns(UserWarning, match=r"draw 1 was kept as another year \(\w+ on 1921-03-0\d: .*laws have changed"):
        made.run(1)


def test_every_target_is_seen_in_an_ensemble_as_in_its_run(petrograd: Scenario, tmp_path: Path) -> None:
    found = simulate_ensemble(petrograd, 1, seed=1, out=tmp_path / "one")
    scores = found.run(0).score().set_index("target_id")["simulated"].dropna()
    assert set(scores.index) == set(petrograd.targets["target_id"])
    np.testing.assert_allclose(found.dataset["simulated"][0].sel(target=list(scores.index)), scores, rtol=1e-3)


def test_means_over_groups_and_districts(town: Scenario, ensemble: Ensemble) -> None:
    data, kept = ensemble.run(5).dataset, ensemble.dataset.isel(draw=5)
    group = str(kept["group"][0].values)
    units = (data["group"] == group).values
    size, shares = data["size"].isel(unit=units), data["camp_share"].isel(unit=units)
    mean = (shares * size).sum("unit") / size.sum("unit")
    np.testing.assert_allclose(kept["camp_share_by_group"].sel(group=group), mean, rtol=1e-3, atol=1e-4)
    members = data["members"].isel(unit=units).sum("unit")
    np.testing.assert_allclose(kept["members_by_group"].sel(group=group), members, rtol=1e-3, atol=1e-2)
    np.testing.assert_allclose(kept["size_by_group"].sum("group"), data["size"].sum("unit"), rtol=1e-5)


def test_units_that_move_are_counted_in_the_district_where_they_are(town: Scenario) -> None:
    move = town.changes.query("what == 'district'").iloc[0]
    until = town.calendar.shift(move["date"], 1)
    for people in (None, 1.0):
        made = simulate_ensemble(town, 1, seed=3, until=until, people=people)
        data, kept = made.run(0).dataset, made.dataset["active_share_by_district"].isel(draw=0)
        active = (1 - data["activity_share"].sel(activity="at_work")) * data["size"]
        home = data["unit_district"].to_numpy()
        for day in (-3, -1):
            where = np.where((data["unit"] == move["unit_id"]) & (day == -1), move["value"], home)
            here = where == move["value"]
            share = active[day].to_numpy()[here].sum() / data["size"][day].to_numpy()[here].sum()
            assert float(kept.sel(district=move["value"])[day]) == pytest.approx(share, rel=1e-3)


def test_draws_differ(ensemble: Ensemble) -> None:
    assert len(np.unique(ensemble.dataset["strikers"].isel(date=-1))) == DRAWS


@pytest.mark.parametrize("draws", [1, 20, 33])
def test_a_draw_does_not_depend_on_how_many_there_are(town: Scenario, ensemble: Ensemble, draws: int) -> None:
    fewer = simulate_ensemble(town, draws, seed=3, until=UNTIL).dataset
    whole = ensemble.dataset.isel(draw=slice(0, draws))
    for name in fewer.data_vars:
        np.testing.assert_array_equal(fewer[name].to_numpy(), whole[name].to_numpy(), err_msg=str(name))


def test_simulate_takes_draws(town: Scenario) -> None:
    found = dp.simulate(town, draws=2, seed=3, until=UNTIL)
    assert isinstance(found, dp.Ensemble)
    assert set(found.dataset.data_vars) == {*variables(["summary"]), "event_day", "simulated"}
    with pytest.raises(TypeError, match="jobs only together with draws"):
        dp.simulate(town, jobs=2)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"start_state": {}}, "are of a single year"),
        ({"on_segment": print}, "are of a single year"),
        ({"threads": 0}, "threads: 0 is not a whole number"),
        ({"out": ""}, "expected the name of a folder"),
    ],
)
def test_what_does_not_go_with_draws(town: Scenario, options: dict[str, Any], says: str) -> None:
    with pytest.raises(RunError, match=says):
        dp.simulate(town, draws=2, **options)


def test_an_ensemble_is_read_with_the_scenario_that_it_was_made_of(town: Scenario, tmp_path: Path) -> None:
    """Its parameters too, if they are in memory only; NumPy's numbers are kept as numbers."""
    drawn = with_parameters(town, {"mobilisation.base": 1.3})
    dp.simulate(drawn, draws=np.int64(1), seed=np.int64(3), noise=np.True_, until="1921-03-05", out=tmp_path)
    again = dp.load_ensemble(tmp_path)
    assert again.seed == 3
    assert again.scenario.resolved_parameters()["mobilisation.base"] == 1.3
    for other, says in (("town", "a scenario is wanted"), (dp.load("petrograd-1917"), "an ensemble of town, not of")):
        with pytest.raises(RunError, match=says):
            dp.load_ensemble(tmp_path, other)  # type: ignore[arg-type]


def test_an_ensemble_and_a_run_are_not_read_with_other_interventions(town: Scenario, tmp_path: Path) -> None:
    """A draw would be repeated without what it was made with, and be another year."""
    changed = town.set("allegiance.blame", 0.1).do("rising", "never")
    whole = dp.simulate(changed, draws=2, seed=3, until="1921-03-05", out=tmp_path / "ensemble")
    whole.run(1).save(tmp_path / "run")
    for read, name in ((dp.load_ensemble, "ensemble"), (dp.load_run, "run")):
        place = tmp_path / name
        for other, said in ((town, "none"), (changed.scale("series.food", 2), "--scale series.food=2.0")):
            with pytest.raises(RunError, match=rf"made with --set allegiance\.blame=0\.1 --do rising=never.*{said}:"):
                read(place, other)
        again: Any = read(place, town.do("rising", "never").set("allegiance.blame", 0.1))
        assert [one.kind for one in again.scenario.interventions] == ["do", "set"]


def test_variables_that_are_kept() -> None:
    assert set(variables(["strikers"])) == {"strikers", "regime"}
    assert {"delegates", "camp_share_by_group"} < set(variables(["summary"])) < set(variables(["units"]))
    assert "camp_share" not in variables(["summary"])


def test_units_can_be_kept(town: Scenario) -> None:
    found = simulate_ensemble(town, 2, seed=3, until="1921-03-20", keep="units")
    run = found.run(1).dataset
    for name in ("camp_share", "activity_share", "members", "grievance"):
        assert found.dataset[name].dims[1:] == run[name].dims
        np.testing.assert_allclose(found.dataset[name].isel(draw=1), run[name], rtol=5e-3, atol=5e-4)


def test_people_make_draws_too(town: Scenario) -> None:
    found = simulate_ensemble(town, 5, seed=3, until="1921-03-20", people={"city": 0.5})
    assert [(shard.first, shard.stop) for shard in found.shards] == [(0, 4), (4, 5)]
    for draw in (0, 4):
        run = found.run(draw)
        assert run.manifest["switches"]["people"] == {"city": 0.5}
        np.testing.assert_array_equal(found.dataset["strikers"][draw], run.dataset["strikers"])
        scores = run.score().set_index("target_id")["simulated"].dropna()
        np.testing.assert_array_equal(found.dataset["simulated"][draw].sel(target=list(scores.index)), scores)
    with pytest.raises(ScenarioError, match="towns"):
        simulate_ensemble(town, 2, people={"towns": 0.5})


def test_years_of_people_that_share_a_call_are_those_of_single_runs(town: Scenario) -> None:
    """To the bit, in every place of a call that is full and of one that is not, each by parameters of its own."""
    table = pd.DataFrame({"mobilisation.base": np.linspace(-5.0, -2.0, 6)})
    found = simulate_ensemble(town, 6, seed=3, until="1921-03-20", people=1.0, parameters=table, keep="units")
    for draw in range(6):
        run = found.run(draw).dataset
        for name in ("strikers", "camp_share", "activity_share", "members"):
            np.testing.assert_array_equal(found.dataset[name][draw], run[name], err_msg=f"{name} of draw {draw}")
    assert len(np.unique(found.dataset["strikers"].to_numpy(), axis=0)) == 6


def test_an_ensemble_is_saved_after_it_was_made(town: Scenario, tmp_path: Path) -> None:
    table = pd.DataFrame({"allegiance.blame": [0.2, 0.4]})
    wish: dict[str, Any] = {"seed": 3, "until": "1921-03-20", "parameters": table}
    made = simulate_ensemble(town, 3, **wish)
    assert made.save(tmp_path / "new" / "kept") == tmp_path / "new" / "kept"
    kept = dp.load_ensemble(tmp_path / "new" / "kept")
    xr.testing.assert_identical(kept.dataset.load(), made.dataset.load())
    pd.testing.assert_frame_equal(kept.parameters, made.parameters)
    pd.testing.assert_frame_equal(
        pd.read_csv(kept.folder / "outcomes.csv")[["draw", "seed"]], made.outcomes[["draw", "seed"]].astype("int64")
    )
    assert "</html>" in (kept.folder / "report.html").read_text()
    simulate_ensemble(town, 2, seed=4, until="1921-03-20").save(kept.folder)  # replaces what is there
    assert dp.load_ensemble(kept.folder).seed == 4
    assert len(list(kept.folder.glob("draws-*.nc"))) == 1
    assert not (kept.folder / "parameters.csv").exists()
    longer = simulate_ensemble(town, 40, **wish, out=tmp_path / "longer")
    assert longer.save(tmp_path / "longer") == tmp_path / "longer"  # where it is: tables and report are added
    made.save(tmp_path / "on")
    assert simulate_ensemble(town, 40, **wish, out=tmp_path / "on", resume=True).complete
    with pytest.raises(RunError, match="single run"):
        made.save(made.run(0).save(tmp_path / "run"))
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="file"):
        made.save(tmp_path / "file" / "deeper")
    assert made.report(tmp_path / "page.html").read_text().startswith("<!")


def test_years_of_very_many_people_are_lived_one_after_the_other(
    town: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dualpower.experiment import batch, work

    wish: dict[str, Any] = {"seed": 3, "until": "1921-03-10", "people": 1.0}
    together = simulate_ensemble(town, 3, **wish)
    asked: list[int] = []
    monkeypatch.setattr(batch, "MANY", 1)
    work._AT_HAND.clear()  # what was made for the same draws knows the number of before
    live = work.years_of_people
    monkeypatch.setattr(
        work, "years_of_people", lambda bench, seeds, *more: asked.append(len(seeds)) or live(bench, seeds, *more)
    )
    alone = simulate_ensemble(town, 3, **wish)
    assert asked == [1, 1, 1]
    assert [shard.content for shard in alone.shards] == [shard.content for shard in together.shards]


def test_nothing_happens_in_days_that_only_fill_a_stretch() -> None:
    """Draws are lived in whole stretches; what is cut off must not be counted among the events."""
    from dualpower.experiment.batch import NEVER, padded
    from dualpower.scenario.world import Days

    days = Days(*(np.zeros((2, 40, 3), np.float32) for _ in Days._fields))._replace(
        day=np.tile(np.arange(40, dtype=np.int32), (2, 1)))  # fmt: skip
    found = padded(days)
    assert found.day.shape == (2, 76)
    assert (found.day[:, 40:] == NEVER).all()
    assert (found.chance_event[:, 40:] == 1).all()
    np.testing.assert_array_equal(found.day[:, :40], days.day)


# Parameters -------------------------------------------------------------------------------------------------


def test_parameters_by_draw_and_interventions_on_top(town: Scenario) -> None:
    table = pd.DataFrame({"allegiance.match": [0.5, 1.5], "allegiance.blame": [0.2, 0.4]})
    found = simulate_ensemble(town.set("allegiance.blame", 0.3), 5, seed=3, until=UNTIL, parameters=table)
    assert found.parameters["allegiance.match"].tolist() == [0.5, 1.5, 0.5, 1.5, 0.5]
    assert found.parameters["allegiance.blame"].tolist() == [0.3] * 5
    for draw, match in enumerate([0.5, 1.5, 0.5, 1.5, 0.5]):
        same = town.set("allegiance.match", match).set("allegiance.blame", 0.3)
        alone = dp.simulate(same, seed=int(seeds(3, draw, draw + 1)[0]), until=UNTIL).dataset
        again = found.run(draw).dataset
        np.testing.assert_allclose(again["strikers"], alone["strikers"], rtol=1e-6)
        np.testing.assert_allclose(found.dataset["strikers"].isel(draw=draw), alone["strikers"], rtol=5e-3, atol=0.5)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"allegiance.mach": [1.0]}, "allegiance.match"),
        ({"allegiance.match": [np.nan]}, "finite numbers"),
        ({"councils.majoritarian": [0.5, 1.5]}, "councils.majoritarian must be a number from 0 to 1"),
        ({"contests.switch_holding": [-0.5]}, "contests.switch_holding must be a number from 0 to 1"),
        ({"allegiance.match": ["much"]}, "not a number"),
        ({}, "at least one row"),
    ],
)
def test_wrong_parameters_are_refused(town: Scenario, table: dict[str, Any], says: str) -> None:
    with pytest.raises((RunError, ScenarioError), match=says):
        make_plan(town, draws=2, parameters=pd.DataFrame(table))


@pytest.mark.parametrize("table", [pd.Series({"allegiance.match": 1.0}), np.ones((2, 2)), {"allegiance.match": [1]}, 1])
def test_what_is_no_table_is_refused(town: Scenario, table: Any) -> None:
    with pytest.raises(RunError, match=r"^parameters: .* is neither a table \(a DataFrame") as refused:
        make_plan(town, draws=2, parameters=table)
    assert "\n" not in str(refused.value)


def test_a_posterior_is_taken_for_its_draws(town: Scenario) -> None:
    table = pd.DataFrame({"allegiance.match": [1.0, 1.5]})
    one, other = (make_plan(town, draws=2, parameters=each) for each in (table, SimpleNamespace(draws=table)))
    assert one.identity == other.identity


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"draws": 0}, "draws: 0"),
        ({"draws": 2.5}, "draws: 2.5"),
        ({"draws": 4, "keep": ["striker"]}, 'did you mean "strikers"'),
        ({"draws": 4, "part": (3, 2)}, r"part: \(3, 2\) is not"),
        ({"draws": 4, "part": "1/2"}, "part: '1/2' is not"),
        ({"draws": 4, "part": (1.0, 2)}, r"part: \(1.0, 2\) is not"),
        ({"draws": 4, "keep": 3}, "keep: 3 is no name"),
        ({"draws": 4, "noise": "no"}, "noise: 'no' is neither"),
        ({"draws": 4, "part": (2, 2)}, "nothing to do"),
        ({"draws": 4, "until": "1999-01-01"}, "1999-01-01"),
    ],
)
def test_wrong_wishes_are_refused(town: Scenario, options: dict[str, Any], says: str) -> None:
    with pytest.raises((RunError, ScenarioError), match=says):
        make_plan(town, **options)


# What draws say together ------------------------------------------------------------------------------------


@given(st.integers(1, 500), st.data())
def test_wilson_holds_the_share_and_stays_inside(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= high <= 1
    assert high - low > 0
    mirrored = wilson(trials - successes, trials)
    assert mirrored == pytest.approx((1 - high, 1 - low))


@pytest.mark.statistical
def test_wilson_covers() -> None:
    rng = np.random.default_rng(1)
    for share in (0.05, 0.3, 0.9):
        covered = [low <= share <= high for low, high in (wilson(int(k), 60) for k in rng.binomial(60, share, 4000))]
        assert 0.87 < np.mean(covered) < 0.96


def test_probabilities_of_known_draws() -> None:
    found = probabilities(["a"] * 30 + ["b"] * 10, possible=["b", "c"])
    assert list(found.index) == ["a", "b", "c"]
    assert found["probability"].tolist() == [0.75, 0.25, 0.0]
    assert found["standard_error"]["a"] == pytest.approx(np.sqrt(0.75 * 0.25 / 40))
    assert found["high"]["c"] > 0.03


def test_quantiles_are_those_of_the_draws(ensemble: Ensemble) -> None:
    found = ensemble.quantiles((0.1, 0.9), ["delegates", "simulated"])
    values = (
        ensemble.dataset["delegates"].where(ensemble.dataset["seats"] > 0).transpose("draw", "date", ...).to_numpy()
    )
    sits = np.isfinite(values[..., 0]).any(0)
    expected = np.nanquantile(values[:, sits], (0.1, 0.9), axis=0)
    np.testing.assert_allclose(found["delegates"].to_numpy()[:, sits], expected, rtol=1e-6)
    assert 0 < sits.mean() < 1
    assert np.isnan(found["delegates"].to_numpy()[:, ~sits]).all()
    assert found["simulated"].dims == ("quantile", "target")
    assert list(ensemble.quantiles(0.5, "strikers").data_vars) == ["strikers"]
    assert set(ensemble.quantiles(0.5).data_vars) == set(ensemble.dataset.data_vars) - {"regime", "event_day"}


def test_score_is_that_of_the_draws(ensemble: Ensemble) -> None:
    found = ensemble.score().set_index("target_id")
    values = ensemble.dataset["simulated"].to_pandas()
    assert set(values.columns) == set(found.index[found["median"].notna()])
    for target, row in found[found["median"].notna()].iterrows():
        assert row["median"] == pytest.approx(values[target].median())
        assert row["share_in_band"] == pytest.approx(values[target].between(row["low"], row["high"]).mean())


def test_score_has_the_days_of_a_run_s_score(town: Scenario, ensemble: Ensemble) -> None:
    alone = dp.simulate(town, until=UNTIL).score().set_index("target_id")
    shared = ["date", "date_end", "date_new_style", "memory"]
    assert ensemble.score().set_index("target_id")[shared].equals(alone[shared])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda one: one.quantiles(0.5, "striker"), 'no number is called "striker" here; did you mean "strikers"'),
        (lambda one: one.quantiles(0.5, ["deaths", "regime"]), 'no number is called "regime"'),
        (lambda one: one.quantiles(5, "strikers"), "numbers from 0 to 1, not 5"),
        (lambda one: one.quantiles((0.1, np.nan)), "numbers from 0 to 1"),
        (lambda one: one.quantiles("median", "strikers"), "numbers from 0 to 1, not 'median'"),
        (lambda one: one.quantiles(None), "numbers from 0 to 1, not None"),
        (lambda one: one.run(1.0), "the number of a draw: 1.0 is not a whole number"),
        (lambda one: one.run([1, 2]), r"the number of a draw: \[1, 2\] is not"),
        (lambda one: one.run(-1), "there is no draw -1 here"),
    ],
)
def test_what_an_ensemble_cannot_answer_is_one_sentence(ensemble: Ensemble, wrong: Any, says: str) -> None:
    with pytest.raises(RunError, match=says):
        wrong(ensemble)


def test_a_pair_is_of_what_both_have_kept(town: Scenario, tmp_path: Path) -> None:
    one, other = (dp.simulate(town, draws=2, until="1921-03-05", keep=keep) for keep in ("summary", ["strikers"]))
    for both in (dp.compare(one, other), dp.compare(other, one)):
        assert "strikers" in both.last.index
        assert "deaths" not in both.last.index
        assert "Nothing differs." in str(both)
        assert (both.save(tmp_path / "pair") / "compare.html").exists()


def test_outcomes_and_regimes(ensemble: Ensemble) -> None:
    table = ensemble.outcomes
    assert len(table) == table["seed"].nunique() == DRAWS
    shares = ensemble.regime_shares()
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    ends = ensemble.probabilities()
    assert ends["draws"].sum() == DRAWS
    assert shares.iloc[-1][ends.index[0]] == pytest.approx(ends["probability"].iloc[0])
    assert "Town: 40 draws, 1921-03-01 to 1921-04-15, seed 3" in repr(ensemble)


@given(st.data())
def test_reading_a_part_is_a_part_of_reading_all(ensemble: Ensemble, data: st.DataObject) -> None:
    whole = ensemble.dataset["delegates"].to_numpy()
    draws = data.draw(st.one_of(
        st.lists(st.integers(0, DRAWS - 1), max_size=6), st.slices(DRAWS), st.integers(-DRAWS, DRAWS - 1)))  # fmt: skip
    days = data.draw(st.one_of(st.slices(46), st.integers(0, 45)))
    assume(all(not isinstance(key, slice) or (key.step or 1) > 0 or range(46)[key] for key in (draws, days)))
    found = ensemble.dataset["delegates"].isel(draw=draws, date=days).to_numpy()
    key = np.array(draws, int) if isinstance(draws, list) else draws
    np.testing.assert_array_equal(found, whole[key][..., days, :, :] if np.ndim(whole[key]) == 4 else whole[key][days])


def test_files_are_netcdf_that_reads_back(ensemble: Ensemble) -> None:
    opened = xr.open_dataset(ensemble.folder / ensemble.shards[0].file, engine="h5netcdf")
    with opened:
        xr.testing.assert_identical(opened["delegates"].drop_attrs().load(), _first(ensemble, "delegates", opened))
        assert opened["draw"].to_numpy().tolist() == list(range(32))
        assert opened.attrs["calendar"] == "gregorian"


def _first(ensemble: Ensemble, name: str, like: xr.Dataset) -> xr.DataArray:
    return ensemble.dataset[name].isel(draw=slice(0, 32)).load().drop_attrs().assign_coords(
        date=like["date"], new_style=like["new_style"])  # fmt: skip


def test_what_has_no_members_is_written_too() -> None:
    data = xr.Dataset(
        {"votes": (("draw", "council"), np.zeros((2, 0), np.float32)), "regime": ("draw", np.zeros(2, np.int8))},
        {"draw": [4, 5], "council": np.array([], dtype=str), "seed": ("draw", np.array([1, 2**32 - 1]))},
    )
    read = _netcdf.netcdf_dataset(netcdf4(data))
    assert read["votes"].shape == (2, 0)
    assert read["seed"].to_numpy().tolist() == [1, 2**32 - 1]
    with pytest.raises(ValueError, match="dimension party has no labels"):
        netcdf4(data.assign(lines=("party", [1.0])))


def test_temporary_folder_lives_as_long_as_what_reads_it(town: Scenario) -> None:
    found = simulate_ensemble(town, 2, seed=3, until="1921-03-10")
    folder, strikers = found.folder, found.dataset["strikers"]
    del found
    assert strikers.to_numpy().shape == (2, 10)
    del strikers
    assert not folder.exists()


# Workers and parts ------------------------------------------------------------------------------------------


def test_threads_make_the_same_draws(town: Scenario, ensemble: Ensemble) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = simulate_ensemble(town, DRAWS, seed=3, until=UNTIL, executor=pool)
        assert pool.submit(int, 1).result() == 1
    assert contents(found) == contents(ensemble)


@pytest.mark.slow
def test_processes_make_the_same_draws(town: Scenario, ensemble: Ensemble) -> None:
    told: list[tuple[int, int]] = []
    found = simulate_ensemble(town, DRAWS, seed=3, until=UNTIL, jobs=2, tell=lambda *now: told.append(now))
    assert contents(found) == contents(ensemble)
    assert told[0] == (0, DRAWS)
    assert told[-1] == (DRAWS, DRAWS)


def can_connect() -> bool:
    """Whether a process may talk to another on this machine: some sandboxes forbid it."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), 5):
            return True
    except OSError:
        return False


def test_an_executor_that_would_hang_or_is_none_is_refused(town: Scenario, tmp_path: Path) -> None:
    """Copies of this process have XLA's locks and not its threads: whoever waits for them waits for ever."""
    out = tmp_path / "out"
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        with pytest.raises(RunError, match=r'^executor: its processes are copies .*get_context\("spawn"\)'):
            simulate_ensemble(town, 2, until=UNTIL, executor=pool, out=out)
        with pytest.raises(RunError, match="would hang"):
            dp.test_claims(town, draws=2, executor=pool)
    with pytest.raises(RunError, match=r"^executor: 2 is no concurrent\.futures\.Executor"):
        simulate_ensemble(town, 2, until=UNTIL, executor=2, out=out)  # type: ignore[arg-type]
    with pytest.raises(RunError, match=r"^resume: 'no' is neither True nor False"):
        simulate_ensemble(town, 2, until=UNTIL, resume="no", out=out)  # type: ignore[arg-type]
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.skipif(not can_connect(), reason="no connections within this machine")
def test_dask_makes_the_same_draws(town: Scenario, ensemble: Ensemble) -> None:
    import distributed

    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as executor,
    ):
        found = simulate_ensemble(town, DRAWS, seed=3, until=UNTIL, executor=executor)
    assert contents(found) == contents(ensemble)


def test_workers_need_the_scenario_of_the_folder(town: Scenario) -> None:
    changed = dataclasses.replace(town, units=town.units.assign(size=town.units["size"] * 2))
    with ThreadPoolExecutor(1) as pool, pytest.raises(RunError, match=r"differs from the one at hand \(units\)"):
        simulate_ensemble(changed, 2, executor=pool)
    first, *others = town.claims.claims
    less = town.claims.model_copy(update={"claims": (first.model_copy(update={"title": "another"}), *others)})
    for name, other in (("record", town.record.iloc[1:]), ("claims", less)):
        with ThreadPoolExecutor(1) as pool, pytest.raises(RunError, match=rf"differs from the one at hand \({name}\)"):
            dp.test_claims(dataclasses.replace(town, **{name: other}), 16, executor=pool)


def test_an_ensemble_does_not_go_on_with_a_scenario_changed_in_memory(town: Scenario, tmp_path: Path) -> None:
    import dataclasses

    simulate_ensemble(town, 2, until="1921-03-05", out=tmp_path)
    twice = dataclasses.replace(town, units=town.units.assign(size=town.units["size"] * 2))
    with pytest.raises(RunError, match="cannot go on with this ensemble, the scenario was changed in memory"):
        simulate_ensemble(twice, 4, until="1921-03-05", out=tmp_path, resume=True)
    alike = dataclasses.replace(town, units=town.units.copy())
    assert simulate_ensemble(alike, 4, until="1921-03-05", out=tmp_path, resume=True).draws == 4


def test_parts_together_are_the_whole(town: Scenario, ensemble: Ensemble, tmp_path: Path) -> None:
    for part in (1, 2):
        simulate_ensemble(town, DRAWS, seed=3, until=UNTIL, out=tmp_path / str(part), part=(part, 2))
    whole = dp.merge([tmp_path / "1", tmp_path / "2"], tmp_path / "whole")
    assert contents(whole) == contents(ensemble)
    assert whole.complete
    assert contents(dp.load_ensemble(tmp_path / "whole")) == contents(ensemble)
    pd.testing.assert_frame_equal(whole.score(), ensemble.score())
    some = dp.merge(tmp_path / "2", tmp_path / "some")
    for path in (tmp_path / "1").glob("draws-*"):
        path.unlink()
    with pytest.raises(RunError, match="none of these folders has a finished file of draws"):
        dp.merge([tmp_path / "1"], tmp_path / "some")
    assert contents(dp.load_ensemble(tmp_path / "some")) == contents(some)
    assert some.missing == [(0, 32)]
    assert some.outcomes["draw"].tolist() == list(range(32, 40))


@pytest.mark.parametrize(("parts", "out"), [(5, "whole"), ([5], "whole"), (["part"], None), (["part"], 5)])
def test_what_is_no_folder_is_not_merged(parts: Any, out: Any) -> None:
    with pytest.raises(RunError, match=r"^the path of a .*folder is wanted, as text or a Path, not "):
        dp.merge(parts, out)


def test_parts_of_different_ensembles_are_refused(town: Scenario, tmp_path: Path) -> None:
    simulate_ensemble(town, 2, seed=3, until="1921-03-05", out=tmp_path / "1")
    simulate_ensemble(town.scale("radicals.members", 2), 2, seed=4, until="1921-03-05", out=tmp_path / "2")
    with pytest.raises(RunError, match=r"the seed was 3 and is 4; --scale radicals.members=2.0 is new"):
        dp.merge([tmp_path / "1", tmp_path / "2"], tmp_path / "whole")
    with pytest.raises(RunError, match="one of the parts"):
        dp.merge([tmp_path / "1"], tmp_path / "1")
    assert not (tmp_path / "whole").exists()


# The command line -------------------------------------------------------------------------------------------


def test_command_line(town: Scenario, ensemble: Ensemble, tmp_path: Path) -> None:
    words = ["run", str(town.folder), "--draws", str(DRAWS), "--seed", "3", "--until", UNTIL, "-q"]
    result = CliRunner().invoke(main, [*words, "-o", str(tmp_path / "1"), "--shard", "1/2"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "32 draws, 1921-03-01 to 1921-04-15" in result.stdout
    assert "The crown" in result.stdout
    files = {path.name for path in (tmp_path / "1").iterdir()}
    assert files >= {"ensemble.json", "outcomes.csv", "probabilities.csv", "score.csv", "report.html"}
    page = (tmp_path / "1" / "report.html").read_text()
    assert '<th scope="col">Unit</th><th scope="col">Basis</th>' in page
    assert "the dot is the record&#39;s number, hollow if from memory" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    joined = CliRunner().invoke(
        main, ["merge", str(tmp_path / "1"), "-o", str(tmp_path / "2"), "--no-report", "--json"]
    )
    assert joined.exit_code == 3
    assert "draws 32-39 are in none of these folders" in joined.stderr
    said = json.loads(joined.stdout)
    assert said["missing"] == [[32, 40]]
    assert sum(row["draws"] for row in said["outcomes"]) == 32
    done = CliRunner().invoke(main, [*words, "-o", str(tmp_path / "2"), "--resume", "--json", "--no-report"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["draws"] == DRAWS
    assert contents(dp.load_ensemble(tmp_path / "2")) == contents(ensemble)


def test_an_ensemble_is_called_one_where_a_run_is_expected(town: Scenario, tmp_path: Path) -> None:
    kept = tmp_path / "many"
    simulate_ensemble(town, 2, seed=3, until="1921-03-05", out=kept)
    with pytest.raises(RunError, match=r"has an ensemble, no single run; dp\.load_ensemble reads it"):
        dp.load_run(kept)
    scored = CliRunner().invoke(main, ["score", str(kept)])
    assert (scored.exit_code, "dp.load_ensemble reads it" in scored.stderr) == (2, True)
    for more in ([], ["--resume"]):
        ran = CliRunner().invoke(main, ["run", str(town.folder), "-o", str(kept), "-q", *more])
        assert (ran.exit_code, ran.stderr.count("\n")) == (2, 1)
        assert "dp.load_ensemble reads it; choose another folder" in ran.stderr
    dp.simulate(town, until="1921-03-05").save(tmp_path / "one")
    with pytest.raises(RunError, match=r"a single run, no ensemble; dp\.load_run reads it"):
        dp.load_ensemble(tmp_path / "one")


def test_resume_says_where_there_is_nothing_to_go_on_with(town: Scenario, tmp_path: Path) -> None:
    words = ["run", str(town.folder), "--draws", "2", "--until", "1921-03-05", "-q", "--resume", "--no-report"]
    for said in ("no earlier ensemble here, starting from the beginning", ""):
        done = CliRunner().invoke(main, [*words, "-o", str(tmp_path / "new")])
        assert done.exit_code == 0
        assert (said in done.stderr) if said else not done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--shard", "1/2"], "--shard goes together with --draws"),
        (["--jobs", "2"], "--jobs goes together with --draws"),
        (["--draws", "4", "--shard", "3/2", "-o", "x"], "expected i/n"),
        (["--draws", "4", "--shard", "one", "-o", "x"], "expected i/n"),
        (["--draws", "4", "--shard", "1/2"], "--shard needs -o DIR"),
        (["--draws", "4", "--resume"], "--resume needs -o DIR"),
    ],
)
def test_command_line_refuses(
    town: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["run", str(town.folder), *words])
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert not list(tmp_path.iterdir())


# The report -------------------------------------------------------------------------------------------------


def test_bands_stand_on_the_line_that_their_target_is_about(ensemble: Ensemble) -> None:
    even = ensemble.dataset.assign(
        delegates=xr.full_like(ensemble.dataset["delegates"], 0.15), simulated=ensemble.dataset["simulated"] * 0 + 15
    )
    alike: Any = SimpleNamespace(scenario=ensemble.scenario, dates=ensemble.dates, dataset=even)
    figure = delegates(alike, "assembly")
    bars = [to_hex(line.get_colors()[0][:3]) for line in figure.axes[0].collections if isinstance(line, LineCollection)]
    assert bars == [readable(ensemble.scenario.spec.parties[0].colour)]
    elsewhere = delegates(alike, "town_election")
    assert not [line for line in elsewhere.axes[0].collections if isinstance(line, LineCollection)]


def test_every_regime_that_ruled_is_named(ensemble: Ensemble) -> None:
    spec = ensemble.scenario.spec
    shares = pd.DataFrame({each.id: [k == 1, k == 2, k == 0] for k, each in enumerate(spec.regimes)}, dtype=float)
    three: Any = SimpleNamespace(scenario=ensemble.scenario, dates=ensemble.dates[:3], regime_shares=lambda: shares)
    told = [text.get_text() for text in regimes(three).findobj(Text)]
    assert [told.count(each.name) for each in spec.regimes[:4]] == [1, 1, 1, 0]


def test_a_count_has_the_targets_that_count_the_same_people(town: Scenario, ensemble: Ensemble) -> None:
    rows = town.targets.iloc[[0, 1, 1, 1]].assign(target_id=list("abcd"), group=["all", "weavers", "all", "all"])
    rows["quantity"] = ["strikers", "strikers", "in_street", "out"]
    quantities = dict(town.spec.quantities)
    quantities["in_street"] = {"measure": "activity", "activities": ["in_street", "in_arms"], "places": ["city"]}
    quantities["out"] = {"measure": "soldiers_refusing"}
    spec = town.spec.model_copy(update={"quantities": quantities})
    other: Any = SimpleNamespace(scenario=dataclasses.replace(town, targets=rows, spec=spec), dates=ensemble.dates)
    found = marks(other)
    for name, wanted in {"strikers": "a", "marchers": "c", "soldiers_refusing": "d"}.items():
        assert [mark.observation.id for mark in filter(of_count(other.scenario, name), found)] == [wanted]


def test_no_warnings(town: Scenario) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        simulate_ensemble(town, 2, until="1921-03-05").score()
