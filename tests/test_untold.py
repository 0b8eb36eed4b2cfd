"""What no fit has been told of: sizes of events and levels of series are declared as guesses, and vary by chance."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

import dualpower as dp
from dualpower.experiment.drawn import drawn_parameters
from dualpower.experiment.plan import make_plan
from dualpower.experiment.table import with_usual_chance
from dualpower.inference.predict import simulated
from dualpower.laws.parameters import AS_DECLARED, PARAMETERS
from dualpower.laws.values import addresses
from dualpower.point import parameter_values
from dualpower.population.chance import with_chance, years_with_chance
from dualpower.scenario import Scenario, ScenarioError
from dualpower.scenario.arrays import compile_days, compile_names

TOLD = "1917-07-31"


def varying(scenario: Scenario) -> Scenario:
    """The scenario with chance in sizes and levels, which a point does not have."""
    return scenario.set("chronicle.size", 0.7).set("hardship.drift", 0.02)


def test_what_has_been_told_ends_with_the_last_calibration_target(petrograd: Scenario) -> None:
    names = compile_names(petrograd)
    assert petrograd.last_calibrated == TOLD
    assert set(compile_days(petrograd, names).told.tolist()) == {petrograd.day_index(TOLD)}
    assert set(compile_days(petrograd, names, told="1917-03-31").told.tolist()) == {petrograd.day_index("1917-03-31")}


def test_a_scenario_without_targets_has_been_told_of_nothing(petrograd: Scenario) -> None:
    bare = dataclasses.replace(petrograd, targets=petrograd.targets.iloc[:0])
    assert bare.last_calibrated is None
    assert set(compile_days(bare, compile_names(bare)).told.tolist()) == {-1}


def test_chance_in_levels_begins_on_the_day_after_and_grows_with_the_root_of_time(petrograd: Scenario) -> None:
    names = compile_names(petrograd)
    days = compile_days(petrograd, names)
    last = petrograd.day_index(TOLD)
    many = np.stack([with_chance(days, names, seed, noise=True).chance_drift for seed in range(300)])
    assert not many[:, : last + 1].any()
    assert many[:, last + 64].std() == pytest.approx(8.0, rel=0.1)  # 1,200 walks: a standard error of two per cent
    assert np.abs(many[:, last + 64].mean()) < 5 * 8.0 / np.sqrt(many[:, last].size)
    quiet = with_chance(days, names, 1, noise=False)
    assert not quiet.chance_drift.any()
    assert not quiet.chance_size.any()


@pytest.mark.parametrize("noise", [True, False])
def test_many_years_have_the_chance_of_each(petrograd: Scenario, noise: bool) -> None:
    names = compile_names(petrograd)
    days = compile_days(petrograd, names, "1917-09-15")
    seeds = [1, 2**32 - 1]
    for seed, year in zip(seeds, years_with_chance(days, names, seeds, noise), strict=True):
        for field, mine, alone in zip(days._fields, year, with_chance(days, names, seed, noise), strict=True):
            assert mine.dtype == alone.dtype, field
            np.testing.assert_array_equal(mine, alone, field)


def test_an_event_has_one_size_a_year_whenever_the_run_ends(petrograd: Scenario) -> None:
    names = compile_names(petrograd)
    whole, part = (
        with_chance(compile_days(petrograd, names, until), names, 3, noise=True) for until in (None, "1917-09-15")
    )
    assert (whole.chance_size == whole.chance_size[0]).all()
    assert len(set(whole.chance_size[0].tolist())) == len(names.events)
    np.testing.assert_array_equal(part.chance_size, whole.chance_size[: len(part.day)])
    np.testing.assert_array_equal(part.chance_drift, whole.chance_drift[: len(part.day)])


def test_up_to_the_day_told_a_year_is_as_declared_and_differs_afterwards(petrograd: Scenario) -> None:
    chance, none = (dp.simulate(each, seed=5).dataset for each in (varying(petrograd), petrograd))
    last = petrograd.day_index(TOLD)
    for name in chance.data_vars:
        np.testing.assert_array_equal(chance[name][: last + 1], none[name][: last + 1], err_msg=str(name))
    walk = with_chance(compile_days(petrograd, compile_names(petrograd)), compile_names(petrograd), 5, noise=True)
    ratio = chance["intensity"][last + 1 :] / none["intensity"][last + 1 :]
    np.testing.assert_allclose(ratio, np.exp(0.02 * walk.chance_drift[last + 1 :]), rtol=1e-4)
    assert not np.array_equal(chance["strikers"], none["strikers"])


def test_with_history_imposed_as_in_a_fit_nothing_varies(petrograd: Scenario) -> None:
    chance, none = (dp.simulate(each, imposed=True, noise=False).dataset for each in (varying(petrograd), petrograd))
    for name in chance.data_vars:
        np.testing.assert_array_equal(chance[name], none[name], err_msg=str(name))


def test_a_forecast_is_told_of_its_origin(petrograd: Scenario) -> None:
    def numbers(scenario: Scenario, told: str) -> tuple[Any, tuple[str, ...]]:
        return simulated(scenario, None, 16, imposed=True, choices="history", until="1917-06-30", noise=True, told=told)

    spring, ids = numbers(varying(petrograd), "1917-03-31")
    summer, _ = numbers(varying(petrograd), "1917-06-30")
    fixed, _ = numbers(petrograd, "1917-03-31")
    april, before = ids.index("C16"), ids.index("C06")
    np.testing.assert_array_equal(summer, fixed)
    np.testing.assert_array_equal(spring[:, before], summer[:, before])
    assert np.log(spring[:, april]).std() > 2 * np.log(summer[:, april]).std()


def test_a_single_year_takes_sizes_and_levels_as_declared_and_draws_do_not(
    petrograd: Scenario, petrograd_run: dp.Run
) -> None:
    told = petrograd_run.manifest["parameters"]
    assert {name: told[name] for name in AS_DECLARED} == AS_DECLARED
    usual = {name: row.centre for name, row in addresses((), ()) if name in AS_DECLARED}
    values = parameter_values(petrograd, compile_names(petrograd))
    assert {name: values[name] for name in AS_DECLARED} == AS_DECLARED == dict.fromkeys(AS_DECLARED, 0.0)
    whole, point, few = (
        make_plan(petrograd, draws=2, parameters=each).table
        for each in ("posterior", "point", pd.DataFrame({"councils.recall": [0.02]}))
    )
    assert whole is not None
    assert {name: whole.row(0)[name] for name in AS_DECLARED} == usual
    assert point is None
    assert few is not None
    assert few.addresses == ("councils.recall",)
    one_of_each = {row.law: f"{row.law}.{row.name}" for row in PARAMETERS if not row.per and row.prior != "switch"}
    some = sorted(one_of_each[law] for law in one_of_each if law != "chronicle")
    named = make_plan(petrograd, draws=2, parameters=pd.DataFrame({name: [values[name]] for name in some})).table
    assert named is not None
    assert len(some) > 8
    assert list(named.addresses) == some


def test_a_table_or_a_scenario_that_says_how_much_is_taken_at_its_word(petrograd: Scenario) -> None:
    posterior = drawn_parameters(petrograd)
    assert posterior is not None
    found = with_usual_chance(petrograd, posterior.assign(**AS_DECLARED))
    assert (found[list(AS_DECLARED)] == 0).to_numpy().all()
    own = dataclasses.replace(petrograd, parameters={**petrograd.parameters, "chronicle.size": 0.3})
    assert set(with_usual_chance(own, posterior).columns) == {*posterior.columns, "hardship.drift"}


def test_ensembles_that_were_told_of_other_days_are_others(petrograd: Scenario) -> None:
    plans = [make_plan(petrograd, draws=2, told=told) for told in (None, "1917-03-31", "1917-04-30")]
    assert len({plan.identity for plan in plans}) == 3
    with pytest.raises(ScenarioError, match="1917-02-29"):
        make_plan(petrograd, draws=2, told="1917-02-29")
