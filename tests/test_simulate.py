"""Days in sequence: chance keyed by events, repeatable to the bit, and the year of the library."""

from __future__ import annotations

import dataclasses
import re
import shutil
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from dualpower.course import Course
from dualpower.dataset import _unmet, events_of
from dualpower.run import Run, RunError
from dualpower.scenario import Scenario, ScenarioError, load, new
from dualpower.scenario.arrays import compile_days, compile_names
from dualpower.simulate import simulate


@pytest.fixture(scope="module")
def petrograd() -> Scenario:
    return load("petrograd-1917")


@pytest.fixture(scope="module")
def run(petrograd: Scenario) -> Run:
    return simulate(petrograd, seed=1)


def same(one: xr.Dataset, other: xr.Dataset) -> None:
    """Bit for bit."""
    for name in one.data_vars:
        np.testing.assert_array_equal(one[name].to_numpy(), other[name].to_numpy(), err_msg=str(name))


def close(one: xr.Dataset, other: xr.Dataset, names: tuple[str, ...]) -> None:
    """Up to the order of sums."""
    for name in names:
        np.testing.assert_allclose(one[name].to_numpy(), other[name].to_numpy(), rtol=2e-3, atol=2e-4, err_msg=name)


def test_shares_are_shares(run: Run) -> None:
    data = run.dataset
    for name, axis in (("camp_share", "camp"), ("activity_share", "activity"), ("compliance", "centre")):
        assert float(data[name].min()) >= -1e-6
        np.testing.assert_allclose(data[name].sum(axis), 1, atol=2e-5)
    sits = data["delegates"].sum("party")
    assert bool(((abs(sits - 1) < 1e-4) | (sits == 0)).all())
    assert all(np.isfinite(data[name].to_numpy()).all() for name in data.data_vars if name != "regime")


def test_a_seed_repeats_and_another_differs(petrograd: Scenario, run: Run) -> None:
    same(run.dataset, simulate(petrograd, seed=1).dataset)
    other = simulate(petrograd, seed=2).dataset
    assert not np.array_equal(run.dataset["strikers"], other["strikers"])


def test_an_earlier_end_is_the_same_year_cut_short(petrograd: Scenario, run: Run) -> None:
    short = simulate(petrograd, seed=1, until="1917-04-10")
    assert short.dates[-1] == "1917-04-10"
    same(short.dataset, run.dataset.isel(date=slice(0, len(short.dates))))


def test_a_later_end_goes_on(petrograd: Scenario, run: Run) -> None:
    long = simulate(petrograd, seed=1, until="1917-11-30")
    same(run.dataset, long.dataset.isel(date=slice(0, len(run.dates))))


@pytest.mark.parametrize("until", ["1917-12-31", "1917-02-29", "1916-12-31", "tomorrow"])
def test_an_end_that_cannot_be_reached(petrograd: Scenario, until: str) -> None:
    with pytest.raises(ScenarioError):
        simulate(petrograd, until=until)


def test_interrupt_and_resume(petrograd: Scenario, run: Run) -> None:
    kept: list[tuple[dict[str, Any], xr.Dataset]] = []
    simulate(petrograd, seed=1, on_segment=lambda state, data: kept.append((state, data)))
    assert len(kept) > 3
    for state, so_far in kept[:-1:3]:
        rest = simulate(petrograd, seed=1, start_state=state).dataset
        assert so_far.sizes["date"] + rest.sizes["date"] == run.dataset.sizes["date"]
        same(rest, run.dataset.isel(date=slice(so_far.sizes["date"], None)))


def test_nothing_differs_before_the_day_of_an_intervention(petrograd: Scenario, run: Run) -> None:
    other = simulate(petrograd.do("lenin-returns", "never"), seed=1)
    day = petrograd.day_index("1917-04-03")
    same(run.dataset.isel(date=slice(0, day)), other.dataset.isel(date=slice(0, day)))
    assert not np.array_equal(run.dataset["line"].isel(date=day + 20), other.dataset["line"].isel(date=day + 20))


def reordered(scenario: Scenario, order: np.ndarray[Any, Any]) -> Scenario:
    return dataclasses.replace(scenario, units=scenario.units.iloc[order].reset_index(drop=True))


def test_the_order_of_units_changes_no_unit(petrograd: Scenario) -> None:
    rng = np.random.default_rng(0)
    order = rng.permutation(len(petrograd.units))
    one = simulate(petrograd, until="1917-02-15").dataset
    other = simulate(reordered(petrograd, order), until="1917-02-15").dataset.sel(unit=one["unit"])
    close(one, other, ("camp_share", "activity_share", "members"))


def test_a_unit_of_nobody_changes_nobody(petrograd: Scenario) -> None:
    extra = petrograd.units.iloc[[3]].assign(unit_id="nobody", size=0.0, size_low=0.0, size_high=0.0)
    with_it = dataclasses.replace(petrograd, units=pd.concat([petrograd.units, extra], ignore_index=True))
    one = simulate(petrograd, until="1917-02-15").dataset
    other = simulate(with_it, until="1917-02-15").dataset.sel(unit=one["unit"])
    close(one, other, ("camp_share", "activity_share", "members"))


def test_paired_runs_share_their_chance(petrograd: Scenario) -> None:
    """The difference that a small intervention makes has at least five times less spread than with other seeds."""
    changed = petrograd.scale("allegiance.match", 1.01)
    until = "1917-02-20"

    def workers(scenario: Scenario, seed: int) -> float:
        return float(np.log(simulate(scenario, seed=seed, until=until).dataset["strikers"].isel(date=-1)))

    paired = [workers(changed, seed) - workers(petrograd, seed) for seed in range(12)]
    apart = [workers(changed, seed + 100) - workers(petrograd, seed) for seed in range(12)]
    assert np.std(paired) * 5 < np.std(apart)


def test_history_can_be_imposed(petrograd: Scenario) -> None:
    run = simulate(petrograd, imposed=True, noise=False)
    assert [regime for _, regime in run.regimes] == [entry.regime for entry in petrograd.timeline.history]
    dated = run.events[run.events["option"] != "never"]
    early = {event.id for event in petrograd.timeline.events if event.date <= "1917-10-31"}
    inside = dated[dated["event"].isin(early)]
    assert len(inside) > 40
    assert inside["happened"].all()
    assert float(run.dataset["contest_logp"].sum()) < 0


def test_main_job(petrograd: Scenario, run: Run) -> None:
    """Tsarism falls at the end of February, dual power follows, the councils take power in October."""
    assert run.outcome == "council_power"
    assert [regime for _, regime in run.regimes] == ["tsarism", "dual_power", "council_power"]
    february, october = run.regimes[1][0], run.regimes[2][0]
    assert "1917-02-26" <= february <= "1917-03-02"
    assert "1917-10-01" <= october <= "1917-10-31"


def test_without_lenins_return_the_autumn_differs(petrograd: Scenario, run: Run) -> None:
    other = simulate(petrograd.do("lenin-returns", "never"), seed=1)
    share = {"council": "petrograd_soviet", "party": "bolshevik", "date": -10}
    index = {"date": -10}
    with_him = float(run.dataset["delegates"].isel(index).sel(council=share["council"], party=share["party"]))
    without = float(other.dataset["delegates"].isel(index).sel(council=share["council"], party=share["party"]))
    assert without < with_him - 0.1
    assert other.outcome != "council_power"


def test_calibration_targets(run: Run) -> None:
    from dualpower.record import summary

    counts = summary(run.score())["calibrate"]
    assert counts["total"] == 26
    assert counts["inside"] >= 20
    assert counts["within_twice"] == 26


def test_the_evening_before_is_of_the_day_before(petrograd: Scenario) -> None:
    days = compile_days(petrograd, compile_names(petrograd), None)
    assert days.eve[0] == days.history[0]
    np.testing.assert_array_equal(days.eve[1:], days.history[:-1])
    assert len(set(days.history.tolist())) > 2


def test_a_column_that_is_called_back_whole_is_nobody(tmp_path: Path) -> None:
    folder = new("town", tmp_path / "town")
    path, effect = folder / "timeline.toml", '    [[events.options.effects]]\n    lever = "front"\n'
    less = '    [[events.options.effects]]\n    lever = "reinforce.column"\n    value = -5000\n    days = 20\n\n'
    text = path.read_text(encoding="utf-8")
    assert text.count(effect) == 1
    path.write_text(text.replace(effect, less + effect), encoding="utf-8")
    data = simulate(load(folder), seed=1).dataset
    fought = data["contest_attack"].sel(contest="column", date=slice("1921-08-06", "1921-08-20"))
    assert bool((fought == 0).all())
    assert bool(np.isfinite(data["deaths"]).all())


def fate_of(town: Scenario, left: float = 0.0, ruling: str = "monarchy", **happened: str) -> pd.DataFrame:
    """Events of a year of which only this is known: on what days they happened."""
    names = compile_names(town)
    days = np.array([town.day_index(happened[key]) if (key := one.replace("-", "_")) in happened else -1
                     for one in names.events])  # fmt: skip
    regime = np.array([one == ruling for one in names.regimes], np.float32)
    fate: Any = SimpleNamespace(happened=days, why_not=days * 0, left=np.float32(left), regime=regime)
    return events_of(town, names, fate, town.day_index("1921-05-03") + 1).set_index("event")


def test_of_several_conditions_it_is_said_that_not_all_held() -> None:
    assert _unmet(["street >= 0.1"]) == "its condition did not hold: street >= 0.1"
    both = ["street >= 0.1", "arms >= 0.2"]
    assert _unmet(both) == "not all of its conditions held: street >= 0.1; arms >= 0.2"


def test_an_event_says_truly_why_it_did_not_happen(tmp_path: Path) -> None:
    town = load(new("town", tmp_path / "town"))
    after = "its date lies after the end of the run"
    waiting = "the run ended while it waited for what it presupposes: the regime “Two powers”"
    ruled = "choices went by their rules by then, and its rule did not fire"
    assert dict(fate_of(town)["why"][["moderates-enter", "july-demonstration"]]) == {
        "moderates-enter": waiting, "july-demonstration": after}  # fmt: skip
    assert fate_of(town, left=1.0)["why"]["moderates-enter"] == ruled
    assert fate_of(town, ruling="two_powers")["why"]["moderates-enter"] == "the run ended while it waited"
    july = town.do("july-demonstration", "1921-05-01")
    waits = "the run ended while it waited for what it presupposes: "
    why = {key: fate_of(july, **more)["why"]["july-demonstration"] for key, more in {  # type: ignore[arg-type]
        "both": {}, "event": {"ruling": "two_powers"}, "regime": {"speaker_lands": "1921-04-20"}}.items()}  # fmt: skip
    assert why == {
        "both": f"{waits}the regime “Two powers”, speaker-lands",
        "event": f"{waits}speaker-lands",
        "regime": f"{waits}the regime “Two powers”",
    }
    moved = town.do("moderates-enter", "1921-05-01")  # what an intervention dates has no rule
    assert fate_of(moved, left=1.0)["why"]["moderates-enter"] == waiting


def test_what_history_did_not_do_has_the_option_of_its_rule(tmp_path: Path) -> None:
    town = load(new("town", tmp_path / "town"))
    found = fate_of(town, left=1.0, rising="1921-05-01").loc["rising"]
    assert list(found[["date", "option", "happened"]]) == ["1921-05-01", "rise", True]
    assert found["why"] == "did not happen in history, here by its rule"
    other = fate_of(town).loc["rising"]
    assert list(other[["option", "why"]]) == ["never", "did not happen in history"]


def test_councils_are_as_old_under_a_new_regime(petrograd: Scenario, run: Run) -> None:
    """They have been sitting since February, though another regime has ruled since October."""
    assert run.regimes[-1][0] > "1917-10-01"
    course = Course(petrograd, 1)
    while course.done < course.length:
        course.advance()
    state, councils = course.state, course.names.councils
    sat = dict(zip(councils, np.asarray(state.mood.sat), strict=True))
    february = course.length - run.dates.index(run.regimes[1][0])
    assert abs(sat["petrograd_soviet"] - february) <= 1
    assert int(state.fate.days_in_regime) < 30


def test_the_order_of_centres_does_not_matter(petrograd: Scenario, run: Run, tmp_path: Path) -> None:
    """The old order is whoever rules on the first day, wherever it stands in the list."""
    folder = tmp_path / "turned"
    shutil.copytree(petrograd.folder, folder)
    text = (folder / "scenario.toml").read_text()
    blocks = re.findall(r"\[\[centres\]\]\n(?:[^\[\n].*\n)+", text)
    assert len(blocks) == 4
    for block, number in zip(blocks, range(4), strict=True):
        text = text.replace(block, f"<{number}>\n")
    for number, block in enumerate([blocks[2], blocks[1], blocks[3], blocks[0]]):
        text = text.replace(f"<{number}>\n", block)
    (folder / "scenario.toml").write_text(text)
    turned = simulate(load(folder), seed=1, until="1917-03-31").dataset
    before = run.dataset.isel(date=slice(0, turned.sizes["date"])).sel(centre=turned["centre"])
    close(before, turned, ("red_guards", "compliance", "authority", "strikers", "loyal"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sed": 1}, 'simulate() has no argument "sed"; did you mean "seed"?'),
        ({"draws": 2, "kep": "all"}, 'simulate() has no argument "kep"; did you mean "keep"?'),
        ({"keep": "all"}, "simulate() takes keep only together with draws"),
    ],
)
def test_arguments_that_there_are_not(petrograd: Scenario, options: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError) as error:
        simulate(petrograd, **options)
    assert str(error.value) == said


@pytest.mark.parametrize("day", [date(1917, 3, 10), datetime(1917, 3, 10, 12), np.datetime64("1917-03-10")])
def test_a_date_that_is_no_text_is_answered_with_the_text(petrograd: Scenario, day: Any) -> None:
    said = 'write it as text, in the calendar of the scenario ("1917-03-10" if it is of that)'
    for use in (
        lambda: simulate(petrograd, until=day),
        lambda: simulate(petrograd, imposed=day),
        lambda: simulate(petrograd, draws=2, until=day),
        lambda: simulate(petrograd, draws=2, imposed=day),
        lambda: petrograd.do("womens-day", day),
        lambda: petrograd.day_index(day),
    ):
        with pytest.raises(ScenarioError) as error:
            use()
        assert str(error.value).endswith(said)


def test_a_fork_on_a_date_that_is_no_text(run: Run) -> None:
    with pytest.raises(RunError, match=r'as "YYYY-MM-DD"; write it as text, .*"1917-03-10"'):
        run.fork(date(1917, 3, 10))  # type: ignore[arg-type]
