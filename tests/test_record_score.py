"""Bands, errors, scores: the numbers beside the record, worked out by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import record_toy as toy
from dualpower.record import (
    ObservationError,
    band,
    inverse,
    loss_terms,
    plan,
    record_points,
    score,
    summary,
    transform,
    z_score,
)
from dualpower.record.errors import SD_ASSUMED, SD_FLOOR, Z90, softened
from dualpower.record.score import COLUMNS, in_band, within_twice
from dualpower.record.sources import rows_beside
from dualpower.run import date_coordinates

NAN = float("nan")
KINDS = ("log", "logit", "identity")


def observation(low: float, high: float, quantity: str = "killed", **row: Any) -> Any:
    return plan(toy.scenario(), toy.rows({"quantity": quantity, "value": low, "low": low, "high": high, **row}))[0]


def test_transforms_by_hand() -> None:
    assert transform(99.0, "log", offset=1.0) == pytest.approx(math.log(100.0))
    assert transform(0.0, "log", offset=300.0) == pytest.approx(math.log(300.0))
    assert transform(50.0, "logit", scale=100.0) == pytest.approx(0.0, abs=1e-12)
    assert transform(200.0, "logit", scale=200.0) == pytest.approx(math.log(1.005 / 0.005))
    assert transform(-3.0, "identity") == -3.0


@given(st.sampled_from(KINDS), st.floats(0, 1), st.floats(1, 1e6), st.floats(0.5, 1e3))
def test_inverse_undoes_transform(kind: Any, share: float, scale: float, offset: float) -> None:
    there = float(transform(share * scale, kind, scale=scale, offset=offset))
    assert math.isfinite(there)
    assert inverse(there, kind, scale=scale, offset=offset) == pytest.approx(share * scale, rel=1e-6, abs=1e-6 * offset)


@given(st.sampled_from(KINDS), st.floats(0, 1), st.floats(0, 1))
def test_transforms_keep_order(kind: Any, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert transform(low, kind) <= transform(high, kind)


def test_a_band_is_a_ninety_per_cent_interval() -> None:
    found = band(200.0, 100.0, 400.0, "log", offset=0.0)
    assert found.centre_z == pytest.approx(math.log(200.0))
    assert found.sd == pytest.approx(math.log(4.0) / (2 * Z90))
    assert not found.assumed


def test_agreement_of_two_books_is_no_exact_count() -> None:
    assert band(100.0, 100.0, 100.0, "log").sd == SD_FLOOR["log"]
    assert band(100.0, 100.0, 100.0, "log", kind="memory").sd == 2 * SD_FLOOR["log"]
    assert band(100.0, 50.0, 200.0, "log", kind="guess").sd == pytest.approx(2 * band(100.0, 50.0, 200.0, "log").sd)


def test_missing_bounds_and_values_are_filled_in() -> None:
    both = band(100.0, NAN, NAN, "log", offset=0.0)
    assert (both.low, both.high) == pytest.approx((100 * math.exp(-Z90 * 0.25), 100 * math.exp(Z90 * 0.25)))
    assert both.assumed
    assert both.sd == pytest.approx(SD_ASSUMED["log"])
    over = band(90.0, 90.0, NAN, "log", offset=0.0)  # "over ninety"
    assert over.low == 90.0
    assert over.high == pytest.approx(90 * math.exp(Z90 * 0.25))
    assert band(NAN, 4.0, 9.0, "log", offset=0.0).value == pytest.approx(6.0)
    assert band(0.0, NAN, NAN, "logit").low == 0.0
    assert band(1.0, NAN, NAN, "identity")[1:3] == (1.0, 1.0)


@pytest.mark.parametrize("given_", [(NAN, NAN, 5.0), (NAN, 5.0, NAN), (NAN, NAN, NAN), (1.0, 3.0, 2.0)])
def test_bands_that_say_nothing(given_: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"neither a value nor both bounds|^low 3 above high 2"):
        band(*given_, "log")


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 1e5))
def test_inside_the_band_means_z_of_at_most_one_and_two_thirds(one: float, two: float, three: float) -> None:
    low, value, high = sorted((one, two, three))
    seen = observation(low, high)
    z = float(z_score(value, seen))
    assert abs(z) <= Z90 + 1e-9
    if not in_band(value * 1.5 + 1.0, low, high) and seen.sd > SD_FLOOR["log"]:
        assert float(z_score(value * 1.5 + 1.0, seen)) > Z90 - 1e-9


@pytest.mark.parametrize(
    ("value", "inside", "near"),
    [(40, True, True), (60, True, True), (61, False, True), (80, False, True), (81, False, False), (27, False, True),
     (26, False, False), (0, False, False)],
)  # fmt: skip
def test_within_twice_is_a_miss_of_at_most_the_width(value: float, inside: bool, near: bool) -> None:
    """40 to 60: in natural units 20 to 80; on the scale of logarithms 41²/61 − 1 = 26.6 to 61²/41 − 1 = 89.8."""
    assert in_band(value, 40, 60) is inside
    assert within_twice(value, observation(40, 60)) is near


def test_a_band_of_no_width_is_met_or_missed() -> None:
    assert within_twice(5.0, observation(5, 5))
    assert not within_twice(5.1, observation(5, 5))


def test_shares_are_judged_in_per_cent() -> None:
    seen = observation(73, 78, "soviet_share", group="Reds")
    assert [within_twice(value, seen) for value in (68, 82, 67, 83)] == [True, True, False, False]


def test_loss_terms_on_jax_are_z_scores_with_a_slope() -> None:
    seen = plan(
        toy.scenario(), toy.rows({"quantity": "strikers", "value": 400.0}, {"quantity": "war_vote", "value": 55.0})
    )
    arrays = {name: jnp.asarray(a, jnp.float32) for name, a in toy.arrays().items()}
    expected = [(math.log(800 / 700)) / 0.25, (0.4054651 * 0.9802) / 0.30 - 0.2 / 0.3 * 0.98]
    terms = loss_terms(arrays, seen)
    assert isinstance(terms, jax.Array)
    np.testing.assert_allclose(terms, expected, atol=0.02)
    np.testing.assert_allclose(loss_terms(toy.arrays(), seen), terms, atol=1e-4)
    slope = jax.grad(lambda share: loss_terms({**arrays, "activity_share": share}, seen, huber=2.5).sum())(
        arrays["activity_share"]
    )
    assert np.isfinite(slope).all()
    assert slope[1, 0, 1] == pytest.approx(1000 / 800 / 0.25, rel=1e-4)


def test_slopes_are_finite_where_nothing_happens() -> None:
    quiet = {"date": "1917-02-26"}
    table = toy.rows(
        {"quantity": "strikers", "value": 0.0, **quiet}, {"quantity": "mutiny_share", "value": 40.0, **quiet}
    )
    seen = plan(toy.scenario(), table)
    arrays = {name: jnp.asarray(a, jnp.float32) for name, a in toy.arrays().items()}
    slope = jax.grad(lambda share: (loss_terms({**arrays, "activity_share": share}, seen) ** 2).sum())(
        arrays["activity_share"]
    )
    assert np.isfinite(slope).all()
    assert np.abs(slope).sum() > 0


@given(st.floats(-50, 50), st.floats(0.5, 5))
def test_half_the_square_of_a_softened_residual_is_hubers_loss(z: float, limit: float) -> None:
    loss = 0.5 * float(softened(np.float64(z), limit)) ** 2
    huber = 0.5 * z * z if abs(z) <= limit else limit * (abs(z) - 0.5 * limit)
    assert loss == pytest.approx(huber, rel=1e-9, abs=1e-12)


def test_no_observations_are_no_loss() -> None:
    assert loss_terms(toy.arrays(), ()).shape == (0,)


def toy_run(scenario: Any, days: int = 4) -> Any:
    arrays = {name: a[:days] for name, a in toy.arrays().items() if "." not in name}
    from dualpower.record.measures import AXES

    variables = {name: (AXES[name], a) for name, a in arrays.items()}
    dataset = xr.Dataset(variables, coords=date_coordinates(toy.DAYS[0], days, "julian"))
    dataset["regime"] = ("date", np.array(["tsarism", "tsarism", "dual_power", "dual_power"][:days]))
    events = pd.DataFrame({"event": ["return"], "date": ["1917-02-28"], "happened": [True]})
    return SimpleNamespace(scenario=scenario, dataset=dataset, events=events)


TARGETS = (
    {"quantity": "strikers", "value": 480.0, "low": 450.0, "high": 550.0},
    {"quantity": "killed", "value": 12.0, "low": 11.0, "high": 13.0, "basis": "memory"},
    {"quantity": "war_vote", "value": 20.0, "low": 15.0, "high": 25.0, "split": "heldout"},
    {"quantity": "returned", "date": "1917-02-28", "value": 1.0, "split": "heldout"},
    {"quantity": "killed", "date": "1917-03-09", "value": 1.0, "split": "heldout"},
)


@pytest.mark.parametrize(
    ("basis", "own", "kind", "unsure"),
    [
        ("read", "", "", False),
        ("invented", "", "", False),
        ("guess", "", "guess", True),
        ("read", "memory", "memory", True),
    ],
)
def test_a_score_says_of_a_source_what_the_target_says(basis: str, own: str, kind: str, unsure: bool) -> None:
    targets = toy.rows({"quantity": "strikers", "value": 480.0, "basis": basis}).assign(source_kind=own)
    table = score(toy_run(toy.scenario(targets, toy.rows())))
    assert (table["source_kind"][0], bool(table["memory"][0])) == (kind, unsure)


def test_score_by_hand() -> None:
    record = toy.rows(
        {"quantity": "strikers", "value": 500.0, "source_kind": "seed", "source": "The article @ somewhere"},
        {"quantity": "strikers", "value": 700.0, "group": "all (official)"},
        {"quantity": "strikers", "value": 50.0, "group": "by noon"},
        {"quantity": "strikers", "value": 9.0, "place": "Village"},
        {"quantity": "strikers", "value": 9.0, "date": "1917-02-26"},
    )
    table = score(toy_run(toy.scenario(toy.rows(*TARGETS), record)))
    assert tuple(table.columns) == COLUMNS
    assert table["target_id"].tolist() == ["T0", "T1", "T2", "T3", "T4"]
    assert table["simulated"].tolist()[:4] == pytest.approx([500.0, 10.0, 60.0, 1.0])
    assert table["in_band"].tolist() == [True, False, False, True, pd.NA]
    assert table["within_twice"].tolist() == [True, True, False, True, pd.NA]
    assert table["memory"].tolist() == [False, True, False, False, False]
    assert table["date_new_style"][0] == "1917-03-12"
    assert table["article"][0] == 500.0
    assert math.isnan(table["article"][1])
    assert table["sources"][0] == "500 (seed: The article); 700 (scholarly: A book)"
    assert table["conflicting"][0] == 1
    assert table["why"].tolist() == ["", "", "", "", "is about 1917-03-09, outside the run"]
    assert table["z"][0] == pytest.approx((math.log(800) - (math.log(750) + math.log(850)) / 2) / SD_FLOOR["log"])


def test_summary_counts_the_two_halves_apart() -> None:
    counts = summary(score(toy_run(toy.scenario(toy.rows(*TARGETS)))))
    assert counts["calibrate"] == {"total": 2, "compared": 2, "inside": 1, "within_twice": 2, "memory": 0,
                                   "outside": ["T1"], "misses": [], "not_compared": []}  # fmt: skip
    assert counts["heldout"] == {"total": 3, "compared": 2, "inside": 1, "within_twice": 1, "memory": 0,
                                 "outside": ["T2"], "misses": ["T2"], "not_compared": ["T4"]}  # fmt: skip


def test_a_scenario_without_targets_has_an_empty_score() -> None:
    table = score(toy_run(toy.scenario(pd.DataFrame(), pd.DataFrame())))
    assert tuple(table.columns) == COLUMNS
    assert summary(table)["calibrate"]["total"] == 0


def test_points_of_the_record_for_a_plot() -> None:
    record = toy.rows(
        {"quantity": "strikers", "value": 500.0},
        {"quantity": "strikers", "value": NAN, "high": 700.0, "group": "all (range)", "source_kind": "memory"},
        {"quantity": "strikers", "value": 50.0, "group": "by noon"},
        {"quantity": "strikers", "value": 9.0, "place": "Village"},
        {"quantity": "strikers", "value": 9.0, "date": "1916-02-26"},
        {"quantity": "price", "value": 9.0},
    )
    scenario = toy.scenario(toy.rows(*TARGETS), record)
    points = record_points(scenario, "strikers")
    assert points["value"].fillna(-1).tolist() == [500.0, -1.0]
    assert points["memory"].tolist() == [False, True]
    assert record_points(scenario, "deaths").empty
    assert len(record_points(scenario, "activity")) == 2
    assert record_points(scenario, "nonsense").empty


def test_a_sum_up_to_a_day_starts_where_the_record_starts_counting() -> None:
    record = toy.rows(
        {"quantity": "killed", "group": "all", "date": "1917-02-26", "date_end": "1917-02-28", "value": 50.0},
        {"quantity": "killed", "group": "Mill fire", "date": "1917-02-26", "date_end": "1917-02-27", "value": 5.0},
    )
    targets = toy.rows(
        {"quantity": "killed", "group": "February", "date": "1917-02-28", "value": 50.0},
        {"quantity": "killed", "group": "February", "date": "1917-02-28", "date_end": "1917-02-28", "value": 50.0},
        {"quantity": "killed", "group": "February", "date": "1917-02-27", "value": 50.0},
        {"quantity": "soviet_share", "group": "Reds", "date": "1917-02-28", "value": 50.0},
    )
    table = score(toy_run(toy.scenario(targets, record)))
    assert table["simulated"].tolist() == pytest.approx([52.0, 2.0, 10.0, 25.0])
    assert table["date"].tolist() == ["1917-02-26", "1917-02-28", "1917-02-27", "1917-02-28"]
    assert table["date_end"].tolist() == ["1917-02-28", "", "", ""]


def test_a_run_in_another_order_scores_the_same() -> None:
    support = {"quantity": "support_share", "group": "Reds", "value": 20.0}
    scenario = toy.scenario(toy.rows(*TARGETS, support))
    run = toy_run(scenario)
    coords = {"unit": ["mill", "depot", "village"], "council": ["soviet", "duma"], "party": ["red", "blue"],
              "camp": ["none", "red", "blue"]}  # fmt: skip
    named = run.dataset.assign_coords(coords)
    run.dataset = named.isel(unit=[2, 0, 1], party=[1, 0], camp=[2, 0, 1])
    pd.testing.assert_frame_equal(score(run), score(toy_run(scenario)))
    run.dataset = named.isel(unit=[0, 1])
    with pytest.raises(ObservationError, match='no unit "village"'):
        score(run)


@pytest.mark.parametrize(
    ("row", "target", "alike"),
    [
        ({"group": "all (official)"}, {"group": "all"}, True),
        ({"group": "all"}, {"group": "February"}, True),
        ({"group": "by noon"}, {"group": "all"}, False),
        ({"group": "garrison"}, {"group": "garrison, evening"}, True),
        ({"group": "26 Feb"}, {"group": "26 February"}, True),
        ({"group": "Palace total"}, {"group": "Palace"}, True),
        ({"group": "Days of July (marchers)"}, {"group": "Days of July"}, False),
        ({"place": "Village"}, {}, False),
        ({"date": "1917-02-26"}, {}, False),
        ({"date": "1917-02-26", "date_end": "1917-02-27"}, {}, True),
        ({"quantity": "killed"}, {}, False),
        ({"quantity": "soviet_share", "group": "Red", "place": "Village"},
         {"quantity": "soviet_share", "group": "Reds (all)"}, True),
        ({"quantity": "soviet_share", "group": "Blue Party"}, {"quantity": "soviet_share", "group": "Reds"}, False),
        ({"quantity": "soviet_share"}, {"quantity": "soviet_share", "group": "Reds"}, False),
    ],
)  # fmt: skip
def test_which_rows_speak_of_a_targets_number(row: dict[str, Any], target: dict[str, Any], alike: bool) -> None:
    record = toy.rows({"quantity": "strikers"} | row)
    beside = rows_beside(toy.spec(), record, {**toy.rows({"quantity": "strikers"} | target).iloc[0]})
    assert bool(beside) is alike


def test_everyones_number_is_not_that_of_a_part() -> None:
    what = toy.spec()
    what.observables = ({"quantity": "strikers", "group": "Mill column", "units": ["mill"]},)
    record = toy.rows({"quantity": "strikers", "group": "all"}, {"quantity": "strikers", "group": "Mill column"})
    targets = [{**toy.rows({"quantity": "strikers", "group": group}).iloc[0]} for group in ("Mill column", "February")]
    told = [[row["group"] for row in rows_beside(what, record, each)] for each in targets]
    assert told == [["Mill column"], ["all"]]  # an episode tells nobody apart


def test_points_of_councils_events_and_observables() -> None:
    record = toy.rows(
        {"quantity": "soviet_share", "group": "Reds", "place": "Elsewhere"},
        {"quantity": "soviet_share", "group": "Others", "place": "Elsewhere"},
        {"quantity": "returned", "group": "", "place": "Elsewhere"},
        {"quantity": "party_members", "group": "Reds", "place": "Elsewhere"},
        {"quantity": "party_members", "group": "Reds", "place": "Village"},
        {"quantity": "city_active", "group": "all", "place": "Town"},
    )
    observables = ({"quantity": "party_members", "place": "Village", "districts": ["fields"]},)
    scenario = toy.scenario(toy.rows(*TARGETS), record, observables=observables)
    counts = {name: len(record_points(scenario, name)) for name in record["quantity"].unique()}
    assert counts == {"soviet_share": 1, "returned": 1, "party_members": 1, "city_active": 1}
