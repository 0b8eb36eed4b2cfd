"""Interventions: what they change, what they leave alone, and what they refuse."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualpower.point import parameter_values
from dualpower.scenario import Intervention, ResolvedEvent, Scenario, ScenarioError, load, new
from dualpower.scenario.arrays import compile_names, compile_world
from dualpower.scenario.arrays.chronicle import chronicle
from dualpower.scenario.faults import nearest
from dualpower.scenario.resolve import crowded


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return load(new("town", tmp_path_factory.mktemp("interventions") / "town"))


def event(scenario: Scenario, name: str) -> ResolvedEvent:
    return next(found for found in scenario.resolved_events() if found.id == name)


def option(scenario: Scenario, name: str) -> str | None:
    found = event(scenario, name).option
    return None if found is None else found.id


@pytest.mark.parametrize(
    ("found", "meant"),
    [("lenin", "lenin-returns"), ("July-restrain", "july-restraint"), ("len", ""), ("demonstration", "")],
)
def test_a_part_of_a_name_tells_which_is_meant_if_only_one_has_it(found: str, meant: str) -> None:
    known = ["lenin-returns", "july-restraint", "july-demonstration", "june-demonstration-called-off"]
    assert nearest(found, known, cutoff=0.9) == meant


def test_history_is_what_is_declared(town: Scenario) -> None:
    events = town.resolved_events()
    assert [e.id for e in events] == [e.id for e in town.timeline.events]
    assert not any(e.changed for e in events)
    assert (event(town, "july-demonstration").date, option(town, "july-demonstration")) == ("1921-07-09", "restraint")
    assert event(town, "flour-ship-lost").option is not None  # the only option needs no naming
    rising = event(town, "rising")
    assert rising.never
    assert rising.option is None
    assert rising.why == "did not happen in history"


def test_never_keeps_the_event_in_the_list(town: Scenario) -> None:
    other = town.do("speaker-lands", "never")
    assert len(other.resolved_events()) == len(town.resolved_events())
    assert event(other, "speaker-lands").never
    assert event(other, "speaker-lands").why == "prevented by an intervention"
    assert not event(town, "speaker-lands").never


def test_another_date_and_another_option_go_together(town: Scenario) -> None:
    one = town.do("july-demonstration", "1921-06-09").do("july-demonstration", "rising")
    other = town.do("july-demonstration", "rising").do("july-demonstration", "1921-06-09")
    for scenario in (one, other):
        assert event(scenario, "july-demonstration").date == "1921-06-09"
        assert option(scenario, "july-demonstration") == "rising"
        assert event(scenario, "july-demonstration").changed


def test_a_date_makes_happen_what_never_did(town: Scenario) -> None:
    other = town.do("rising", "1921-05-20")
    assert (event(other, "rising").date, option(other, "rising")) == ("1921-05-20", "rise")
    assert event(town.do("rising", "rise"), "rising").date == "1921-08-20"


def test_first_and_last_day_are_allowed(town: Scenario) -> None:
    assert event(town.do("rising", "1921-03-01"), "rising").date == "1921-03-01"
    assert event(town.do("rising", "1921-09-30"), "rising").date == "1921-09-30"


def test_the_same_twice_is_once(town: Scenario) -> None:
    once = town.do("speaker-lands", "never")
    assert once.do("speaker-lands", "never") is once


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("never", "1921-06-01"),
        ("never", "rising"),
        ("rising", "never"),
        ("1921-06-01", "never"),
        ("1921-06-01", "1921-06-02"),
        ("restraint", "rising"),
    ],
)
def test_contradictions_are_refused(town: Scenario, first: str, second: str) -> None:
    with pytest.raises(ScenarioError, match="do not contradict each other"):
        town.do("july-demonstration", first).do("july-demonstration", second)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("speaker-land", "never", 'did you mean "speaker-lands"'),
        ("july-demonstration", "risng", 'did you mean "rising"'),
        ("july-demonstration", "nevr", 'did you mean "never"'),
        ("speaker-lands", "1921-02-29", "a day of the gregorian calendar"),
        ("speaker-lands", "1921-02-28", "a date from 1921-03-01 to 1921-09-30"),
        ("speaker-lands", "1921-10-01", "a date from 1921-03-01 to 1921-09-30"),
        ("speaker-lands", "", "a date"),
        ("", "never", "the id of an event|one of"),
    ],
)
def test_wrong_dos_are_one_clear_sentence(town: Scenario, name: str, value: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as caught:
        town.do(name, value)
    assert len(caught.value.faults) == 1
    assert "\n" not in str(caught.value)


def test_nothing_changes_the_original(town: Scenario) -> None:
    before = (town.hash, town.units.copy(), town.interventions)
    town.do("speaker-lands", "never").scale("units.workers.size", 3).scale("radicals.members", 2).resolved_units()
    assert (town.hash, town.interventions) == (before[0], before[2])
    assert town.units.equals(before[1])
    with pytest.raises(AttributeError):
        town.interventions = ()  # type: ignore[misc]


def test_interventions_are_recorded_in_order_and_hashed(town: Scenario) -> None:
    other = town.do("speaker-lands", "never").scale("radicals.members", 0.5).set("allegiance.blame", 0.0)
    assert other.interventions == (
        Intervention("do", "speaker-lands", "never"),
        Intervention("scale", "radicals.members", 0.5),
        Intervention("set", "allegiance.blame", 0.0),
    )
    assert [str(i) for i in other.interventions] == [
        "--do speaker-lands=never",
        "--scale radicals.members=0.5",
        "--set allegiance.blame=0",
    ]
    hashes = {town.hash, other.hash, town.scale("radicals.members", 0.5).hash, town.scale("radicals.cells", 0.5).hash}
    assert len(hashes) == 4
    assert (
        other.hash == town.do("speaker-lands", "never").scale("radicals.members", 0.5).set("allegiance.blame", 0).hash
    )


def test_units_scale_by_group_role_and_unit(town: Scenario) -> None:
    sizes = town.units.set_index("unit_id")["size"]
    other = town.scale("units.workers.size", 2).scale("units.weaver.size", 0.5).scale("units.quays.size", 3)
    scaled = other.resolved_units().set_index("unit_id")["size"]
    factors = (scaled / sizes).to_dict()
    assert factors["dockyard"] == 2
    assert factors["quays"] == 6
    assert factors["big_mill"] == factors["small_mills"] == 1
    assert factors["garrison"] == 1
    bounds = other.resolved_units()
    assert (bounds["size_low"] <= bounds["size"]).all()
    assert (bounds["size"] <= bounds["size_high"]).all()


def test_a_unit_that_opens_later_is_scaled_too(town: Scenario) -> None:
    units = town.units.assign(size=town.units["size"].where(town.units["unit_id"] != "small_mills", 0.0))
    later = replace(town, units=units)
    row = list(units["unit_id"]).index("small_mills")
    for scenario, size in ((later, 700), (later.scale("units.small_mills.size", 3), 2100)):
        assert compile_world(scenario, compile_names(scenario)).setting.size[:, row].tolist() == [0, size, size]


def test_members_come_from_cells_or_from_supporters(town: Scenario) -> None:
    members = town.resolved_members()
    assert list(members.columns) == ["radicals", "moderates", "notables"]
    assert members.loc["dockyard", "radicals"] == 60  # cells.csv
    assert members.loc["quays", "radicals"] == pytest.approx(1800 * 0.12 * 0.1)  # size, support, members a supporter
    assert members.loc["dockyard", "notables"] == 0
    assert members.notna().all().all()


def test_members_scale_by_dose(town: Scenario) -> None:
    base = town.resolved_members()
    half = town.scale("radicals.members", 0.5).resolved_members()
    assert np.allclose(half["radicals"], base["radicals"] / 2)
    assert np.allclose(half[["moderates", "notables"]], base[["moderates", "notables"]])
    cells = town.scale("radicals.cells", 0.0).resolved_members()
    assert cells.loc["dockyard", "radicals"] == 0
    assert cells.loc["quays", "radicals"] == base.loc["quays", "radicals"]
    twice = town.scale("radicals.members", 0.5).scale("radicals.members", 0.5).resolved_members()
    assert np.allclose(twice["radicals"], base["radicals"] / 4)


def test_members_never_outnumber_their_unit(town: Scenario) -> None:
    sizes = town.resolved_units().set_index("unit_id")["size"]
    assert (town.scale("radicals.members", 1e6).resolved_members()["radicals"] <= sizes).all()
    shrunk = town.scale("units.dockyard.size", 0.1).resolved_members()
    assert shrunk.loc["dockyard", "radicals"] == pytest.approx(6)  # its cells shrink with it
    assert town.scale("units.workers.size", 0).resolved_members().loc["dockyard"].sum() == 0


def test_doses_that_units_are_too_small_for_are_told(town: Scenario) -> None:
    assert crowded(town) == [] == crowded(town.scale("radicals.members", 2))
    many = town.scale("radicals.members", 1e6)
    sizes, given = many.resolved_units()["size"].to_numpy(), many.resolved_members()["radicals"].to_numpy()
    (note,) = crowded(many)
    full = int((given == sizes).sum())
    assert full > 0
    assert note.startswith(f"radicals: members as scaled outnumber the people of {full} units")
    assert f"{given.sum():,.0f} members in all" in note


def test_series_are_linear_between_dates_and_level_outside(town: Scenario) -> None:
    series = town.resolved_series()
    assert list(series.columns) == ["food", "work"]  # nothing for the issue about power
    assert (len(series), series.index[0], series.index[-1]) == (214, "1921-03-01", "1921-09-30")
    assert series.loc["1921-03-01", "food"] == 0.5
    assert series.loc["1921-03-08", "food"] == pytest.approx(0.65)  # half of 14 days
    assert series.loc["1921-03-15", "food"] == 0.8
    assert np.allclose(town.scale("series.food", 0.5).resolved_series()["food"], series["food"] / 2)


def test_a_series_may_start_before_the_start_and_end_early(tmp_path: Path) -> None:
    folder = new("town", tmp_path / "town")
    rows = "food,1921-02-19,0,s,guess,\nfood,1921-03-11,0.2,s,guess,\nwork,1921-06-01,0.4,s,guess,\n"
    (folder / "series.csv").write_text("series,date,value,source,source_kind,note\n" + rows)
    series = load(folder).resolved_series()
    assert series.loc["1921-03-01", "food"] == pytest.approx(0.1)
    assert series.loc["1921-09-30", "food"] == 0.2
    assert (series["work"] == 0.4).all()


def test_days_and_their_numbers(town: Scenario) -> None:
    days = town.days()
    assert (days[0], days[-1], len(days)) == ("1921-03-01", "1921-08-31", 184)
    assert town.days(until="1921-03-01") == ["1921-03-01"]
    assert town.days(until="1921-09-30")[-1] == "1921-09-30"
    assert [town.day_index(day) for day in days] == list(range(184))
    for wrong in ("1921-10-01", "1921-02-28", "1921-02-29", "yesterday", ""):
        with pytest.raises(ScenarioError, match="a day of the gregorian calendar from 1921-03-01 to 1921-09-30"):
            town.days(until=wrong)


def test_parameters_are_set_and_scaled(town: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dualpower.scenario.interventions.known_parameters", known)
    monkeypatch.setattr("dualpower.scenario.parameters.known_parameters", known)
    town = replace(town, parameters={})
    assert town.resolved_parameters() == {}
    other = town.set("power.critical", 1.5).set_anew("power.critical", 3)
    other = other.set("power.critical", 3).scale("power.critical", 0.5).scale("fear.rate", 2)
    assert other.resolved_parameters() == {"power.critical": 1.5, "fear.rate": 0.2}
    assert town.set("councils.founders.radicals", 0.0).resolved_parameters() == {"councils.founders.radicals": 0.0}
    with pytest.raises(ScenarioError, match="set it first"):
        town.scale("councils.founders.radicals", 2).resolved_parameters()
    with pytest.raises(ScenarioError, match=r'did you mean "power\.critical"'):
        town.set("power.critcal", 1)
    with pytest.raises(ScenarioError, match=r"one of councils\.founders\.radicals"):
        town.set("councils.founders", 1)


@pytest.mark.parametrize("kind", ["set", "scale"])
def test_what_is_set_may_not_contradict_what_was_set_or_scaled(town: Scenario, kind: str) -> None:
    before = getattr(town, kind)("allegiance.blame", 0.5)
    said = rf"set, allegiance\.blame: found 0\.25 after --{kind} allegiance\.blame=0\.5, expected interventions on one"
    with pytest.raises(ScenarioError, match=said):
        before.set("allegiance.blame", 0.25)
    assert before.set_anew("allegiance.blame", 0.25).resolved_parameters()["allegiance.blame"] == 0.25
    once = town.set("allegiance.blame", 0.25)
    assert once.set("allegiance.blame", 0.25).interventions == once.interventions


def known(_: object) -> dict[str, float | None]:
    return {"power.critical": 2.0, "fear.rate": 0.1, "councils.founders.radicals": None}


def test_parameters_of_the_file_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dualpower.scenario.parameters.known_parameters", known)
    folder = new("town", tmp_path / "town")
    (folder / "parameters.toml").write_text("[power]\ncritical = 3\n[councils.founders]\nradicals = 0.5\n")
    scenario = load(folder)
    assert dict(scenario.parameters) == {"power.critical": 3.0, "councils.founders.radicals": 0.5}
    assert scenario.resolved_parameters() == dict(scenario.parameters)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("radical.members", 'did you mean "radicals"'),
        ("units.worker.size", 'did you mean "workers"'),
        ("series.fod", 'did you mean "food"'),
        ("series.rule", "one of food, work"),
        ("radicals.member", 'did you mean "radicals.members"'),
        ("", "expected PARTY.members"),
        ("...", "expected PARTY"),
        ("units..size", "a group, a role or a unit"),
    ],
)
def test_wrong_targets_are_one_clear_sentence(town: Scenario, target: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as caught:
        town.scale(target, 1.0)
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize("factor", [-1, -1e-9, math.nan, math.inf, "2", None, True])
def test_factors_are_finite_and_not_negative(town: Scenario, factor: float) -> None:
    with pytest.raises(ScenarioError, match="a finite number from 0"):
        town.scale("radicals.members", factor)


@pytest.mark.parametrize("value", [math.nan, -math.inf, "2", None])
def test_values_are_finite(town: Scenario, value: float) -> None:
    with pytest.raises(ScenarioError, match="a finite number"):
        town.set("allegiance.blame", value)


@given(name=st.text(max_size=20), value=st.text(max_size=20))
def test_any_text_is_an_intervention_or_a_clear_error(town: Scenario, name: str, value: str) -> None:
    for make in (lambda: town.do(name, value), lambda: town.do("rising", value), lambda: town.scale(name, 1.0)):
        try:
            faults = len(make().interventions) - 1
        except ScenarioError as error:
            faults = len(error.faults) - 1
        assert faults == 0


@pytest.mark.parametrize("value", [1e300, -1e7, 10**400])
def test_values_that_single_precision_could_not_hold_are_refused(town: Scenario, value: float) -> None:
    with pytest.raises(ScenarioError, match="to 1,000,000"):
        town.set("allegiance.blame", value)
    with pytest.raises(ScenarioError, match="a finite number from 0"):
        town.scale("series.food", value)


def test_what_did_not_happen_in_history_may_by_its_rule_but_not_if_it_is_prevented(town: Scenario) -> None:
    place = [event.id for event in town.timeline.events].index("rising")
    hazards = [chronicle(each, compile_names(each)).hazard[place] for each in (town, town.do("rising", "never"))]
    assert hazards == pytest.approx([0.1, 0.0])


def test_a_factor_of_one_changes_no_parameter(town: Scenario) -> None:
    names = compile_names(town)
    before = parameter_values(town, names)
    for address in before:
        if not address.startswith("councils."):  # some start from what the parties declare
            assert parameter_values(town.scale(address, 1.0), names) == before, address


def test_a_lot_is_a_units_own(petrograd: Scenario) -> None:
    turned = replace(petrograd, units=petrograd.units.iloc[::-1].reset_index(drop=True))
    lots, others = (compile_world(each, compile_names(each)).units.lottery for each in (petrograd, turned))
    np.testing.assert_array_equal(lots, others[::-1])
    assert abs(lots.mean() - 1) < 0.1
    assert lots.min() > 0.5 - 1e-6


def test_numbers_of_numpy_are_numbers_and_its_truths_are_not(town: Scenario) -> None:
    for value in (np.int64(2), np.float32(2.0), np.float64(2.0), 2):
        assert town.set("mobilisation.base", value).resolved_parameters()["mobilisation.base"] == 2.0
    for wrong in (np.bool_(True), True, "2", np.nan):
        with pytest.raises(ScenarioError, match="finite number"):
            town.set("mobilisation.base", wrong)  # type: ignore[arg-type]


def test_a_switch_lies_between_0_and_1_however_it_is_set(town: Scenario) -> None:
    mixed = town.set("contests.switch_holding", 0.25).scale("contests.switch_holding", 2)
    assert mixed.resolved_parameters()["contests.switch_holding"] == 0.5
    for name in ("councils.majoritarian", "contests.switch_holding", "organisation.even"):
        for value in (3.0, 1.001, -0.1, 1e6):
            with pytest.raises(ScenarioError, match=f"{name}: found .*, expected a number from 0 to 1"):
                town.set(name, value)
    with pytest.raises(
        ScenarioError, match=r"scale, contests\.switch_holding: found 3\.0, expected a number from 0 to 1"
    ):
        town.scale("contests.switch_holding", 3)
    half = replace(town.scale("contests.switch_holding", 0.5), parameters={"contests.switch_holding": 3.0})
    with pytest.raises(ScenarioError, match="once it is scaled"):
        half.resolved_parameters()
