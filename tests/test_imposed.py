"""History imposed for a while: exactly the same until its last day, free afterwards; choices by dates or by rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dualpower as dp
from dualpower.experiment import simulate_ensemble
from dualpower.experiment.plan import make_plan
from dualpower.point import parameters
from dualpower.population import crowd
from dualpower.scenario import Scenario, ScenarioError
from dualpower.scenario.arrays import compile_days, compile_names, compile_world
from dualpower.scenario.timeline import NEVER
from dualpower.scenario.world import Days

DAY = "1921-04-20"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return dp.load(dp.new("town", tmp_path_factory.mktemp("scenario") / "town"))


def test_days_say_what_is_imposed_and_what_goes_by_rules(town: Scenario) -> None:
    names = compile_names(town)
    count = len(town.days())
    day = town.day_index(DAY)
    whole, none = (compile_days(town, names, imposed=each) for each in (True, False))
    part = compile_days(town, names, imposed=DAY, choices="rules")
    assert whole.imposed.tolist() == [1] * count
    assert none.imposed.tolist() == [0] * count
    assert whole.rules.tolist() == none.rules.tolist() == [0] * count
    assert part.imposed.tolist() == [1] * (day + 1) + [0] * (count - day - 1)
    assert part.rules.tolist() == [0] * (day + 1) + [1] * (count - day - 1)


@pytest.mark.parametrize("choices", ["history", "rules"])
def test_until_its_day_a_year_is_the_imposed_one(town: Scenario, choices: Any) -> None:
    whole = dp.simulate(town, seed=1, imposed=True).dataset
    part = dp.simulate(town, seed=1, imposed=DAY, choices=choices).dataset
    days = town.day_index(DAY) + 1
    for name in whole.data_vars:
        np.testing.assert_array_equal(whole[name][:days], part[name][:days], err_msg=str(name))
    assert any(not np.array_equal(whole[name], part[name]) for name in ("strikers", "authority", "delegates"))


def test_imposed_to_the_last_day_is_imposed_throughout(town: Scenario) -> None:
    whole, part = (dp.simulate(town, seed=4, imposed=each) for each in (True, town.spec.calendar.end))
    for name in whole.dataset.data_vars:
        np.testing.assert_array_equal(whole.dataset[name], part.dataset[name], err_msg=str(name))
    assert whole.events.equals(part.events)


def happened(town: Scenario, hazard: float, days: Days) -> dict[str, int]:
    """Days of events in a year in which every choice that may go by its rule does so with a hazard."""
    names = compile_names(town)
    world: Any = compile_world(town, names)
    past = world.chronicle
    always = {"requires": past.requires & False, "after": past.after & False, "regimes": past.regimes | True}
    rule = {"when": past.when & False, "when_regimes": past.when_regimes | True, "hazard": past.hazard * 0 + hazard}
    world = world._replace(chronicle=past._replace(**always, **rule))
    start = crowd.init(world, Days(*(column[0] for column in days)))
    year = crowd.compiled_year(parameters(town, names), world, days, start)
    return dict(zip(names.events, np.asarray(year.state.fate.happened).tolist(), strict=True))


def test_by_rules_no_date_makes_a_choice_and_shocks_still_come(town: Scenario) -> None:
    names = compile_names(town)
    choices = {event.id for event in town.timeline.events if event.kind == "choice" and event.when is not None}
    assert len(choices) > 2
    free = compile_days(town, names, choices="rules")._replace(
        chance_event=np.full((len(town.days()), len(names.events)), 0.5, np.float32)
    )
    quiet, eager = (happened(town, hazard, free) for hazard in (0.0, 1.0))
    assert quiet["flour-ship-lost"] == eager["flour-ship-lost"] == town.day_index("1921-03-14")
    assert {quiet[name] for name in choices} == {-1}
    assert {eager[name] for name in choices} == {0}
    dated = happened(town, 0.0, compile_days(town, names, imposed=True))
    assert dated["moderates-enter"] == town.day_index("1921-05-02")


def test_draws_of_an_ensemble_are_such_years_and_it_knows_its_path(town: Scenario) -> None:
    made = simulate_ensemble(town, 3, seed=2, imposed=DAY, choices="rules", until="1921-06-30")
    run = made.run(1)
    assert (run.manifest["switches"]["imposed"], run.manifest["switches"]["choices"]) == (DAY, "rules")
    np.testing.assert_allclose(made.dataset["strikers"][1], run.dataset["strikers"], rtol=5e-3, atol=5e-2)
    paths: list[dict[str, Any]] = [{}, {"imposed": True}, {"imposed": DAY}, {"imposed": DAY, "choices": "rules"}]
    assert len({make_plan(town, draws=3, **path).identity for path in paths}) == len(paths)


@pytest.mark.parametrize(
    ("wrong", "words"), [({"imposed": "1922-01-01"}, "1921-03-01"), ({"choices": "fate"}, '"history" or "rules"')]
)
def test_a_path_that_cannot_be_is_refused_in_words(town: Scenario, wrong: dict[str, Any], words: str) -> None:
    for make in (dp.simulate, lambda scenario, **more: make_plan(scenario, draws=2, **more)):
        with pytest.raises(ScenarioError, match=words):
            make(town, **wrong)


def test_history_came_to_its_regimes_by_a_crowd_and_by_a_rising_in_the_night(petrograd: Scenario) -> None:
    names = compile_names(petrograd)
    days, dates = compile_days(petrograd, names, "1917-10-31"), petrograd.days("1917-10-31")
    won = [(dates[day], names.contests[contest]) for day, contest in np.argwhere(days.won)]
    assert won == [("1917-02-28", "february"), ("1917-10-25", "october")]
    assert not compile_days(petrograd, names, "1917-10-25").won[-1].any()  # the next day is not known


def test_a_rising_that_history_won_is_likely_where_the_model_would_win_it(petrograd: Scenario) -> None:
    year = dp.simulate(petrograd, imposed=True, noise=False).dataset.sel(date="1917-10-25")
    chance = year["contest_probability"].sel(contest="october").item()
    assert chance > 0.5
    assert year["contest_logp"].item() == pytest.approx(np.log(chance), abs=0.05)


def test_a_date_given_to_an_event_holds_in_a_year_that_has_left_history(town: Scenario) -> None:
    """So it does on the event's own date as on the days beside it: a ladder of dates has no kink."""
    own = next(event.date for event in town.timeline.events if event.id == "column-marches")
    for date in (town.calendar.shift(own, -1), own, town.calendar.shift(own, 1)):
        for seed in range(1, 4):
            run = dp.simulate(town.do("column-marches", date), seed=seed, choices="rules")
            assert run.events.set_index("event").loc["column-marches", "date"] == date


def test_its_own_date_changes_nothing_in_a_year_that_follows_history(
    petrograd: Scenario, petrograd_run: dp.Run
) -> None:
    dated = petrograd
    for event in petrograd.timeline.events:
        if event.historical_option != NEVER:
            dated = dated.do(event.id, event.date)
    again = dp.simulate(dated, seed=1)
    assert again.regimes == petrograd_run.regimes
    for name in petrograd_run.dataset.data_vars:
        np.testing.assert_array_equal(again.dataset[name].to_numpy(), petrograd_run.dataset[name].to_numpy(), name)
