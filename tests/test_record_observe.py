"""Every measure counted by hand, on NumPy and on JAX; rows that cannot be read say so by name."""

from __future__ import annotations

import unicodedata
from pathlib import Path
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
from dualpower.record import MEASURES, ObservationError, arrays_of, observe, observe_all, plan, survey
from dualpower.record.meaning import party_of
from dualpower.record.measures import AXES

# quantity, row, number counted by hand on 27 February unless the row says otherwise
BY_HAND: list[tuple[str, dict[str, Any], float]] = [
    ("strikers", {}, 1000 * 0.5),
    ("strikers", {"date_end": "1917-02-28"}, 1000 * 0.6),  # the peak of the two days
    ("mutiny_share", {}, 30.0),
    ("city_active", {}, 150.0),
    ("city_active", {"date": "1917-02-28"}, 400.0),  # the depot has moved to the city and is at rest
    ("party_members", {"group": "Reds"}, 66.0),
    ("party_members", {"group": "Reds (whole country)", "date": "1917-02-26", "date_end": "1917-02-27"}, 33.0),
    ("party_members", {"group": "R, city"}, 66.0),
    ("party_members", {"group": "blue"}, 22.0),
    ("support_share", {"group": "Blue Party"}, 100 * (200 + 50) / 3500),
    ("obedience", {}, 80.0),
    ("guards", {}, 7.0),
    ("usable", {}, 3.0),
    ("plants_out", {}, 1.5),  # the mill stands for three plants, half of whose people are out
    ("people", {}, 3500.0),
    ("soviet_share", {"group": "Red"}, 25.0),
    ("executive_share", {"group": "Reds"}, 75.0),
    ("duma_seats", {"group": "Reds"}, 67.0),  # of the fixed 200, not of the 190 of that day
    ("soviet_seats", {"group": "Reds"}, 250.0),
    ("soviet_members", {}, 1000.0),
    ("soviet_seats", {"group": "total"}, 1000.0),
    ("war_vote", {}, 60.0),
    ("power_vote_against", {}, 0.3),
    ("killed", {"date": "1917-02-26", "date_end": "1917-02-28"}, 52.0),
    ("victims", {"date_end": "1917-02-28"}, 70.0),
    ("loyal", {"date_end": "1917-02-28"}, 1500.0),
    ("attackers", {"date": "1917-02-26", "date_end": "1917-03-01"}, 300.0),
    ("defending", {"date_end": "1917-02-28"}, 600.0),
    ("office", {"group": "BP"}, 0.9),
    ("trust", {"group": "BP"}, -0.5),
    ("war_line", {"group": "Reds"}, 0.9),
    ("hunger", {}, 0.7),
    ("rule", {}, 0.35),
    ("two_masters", {"date_end": "1917-03-01"}, 0.4),
    ("returned", {}, 0.0),
    ("returned", {"date_end": "1917-03-01"}, 1.0),
    ("tsarism", {"date_end": "1917-02-28"}, 0.5),
]


@pytest.mark.parametrize(("quantity", "row", "expected"), BY_HAND)
def test_counted_by_hand(quantity: str, row: dict[str, Any], expected: float) -> None:
    (observation,) = plan(toy.scenario(), toy.rows({"quantity": quantity, **row}))
    assert observe(toy.arrays(), observation) == pytest.approx(expected, rel=1e-6)


def test_every_measure_has_been_counted() -> None:
    counted = {toy.QUANTITIES[quantity]["measure"] for quantity, _, _ in BY_HAND}
    same_function = {"vote_share", "strikers", "marchers", "soldiers_refusing", "refusing_share"}
    assert set(MEASURES) == counted | same_function


def test_every_measure_is_known_to_the_schema_and_explained() -> None:
    from dualpower.scenario import selectors

    page = (Path(__file__).resolve().parent.parent / "docs" / "record.md").read_text()
    assert set(selectors.MEASURES) == set(MEASURES)
    assert [name for name in MEASURES if f"`{name}`" not in page] == []


@pytest.mark.parametrize(("quantity", "row", "_"), BY_HAND)
def test_what_a_measure_asks_for_is_kept_of_a_finished_run(quantity: str, row: dict[str, Any], _: float) -> None:
    """A measure that asks for an array which `AXES` lacks has it in an ensemble, and not in a single run."""
    (observation,) = plan(toy.scenario(), toy.rows({"quantity": quantity, **row}))
    kept = {name: each for name, each in toy.arrays().items() if name in AXES or "." in name}
    assert np.isfinite(observe(kept, observation))


def test_a_scenario_may_name_these_measures_and_no_others() -> None:
    from dualpower.scenario import selectors

    assert set(selectors.MEASURES) == set(MEASURES)


def test_numpy_and_jax_agree() -> None:
    observations = plan(toy.scenario(), toy.rows(*({"quantity": q, **row} for q, row, _ in BY_HAND)))
    of_numpy = observe_all(toy.arrays(), observations)
    of_jax = observe_all({name: jnp.asarray(a, jnp.float32) for name, a in toy.arrays().items()}, observations)
    assert isinstance(of_jax, jax.Array)
    np.testing.assert_allclose(of_numpy, [number for _, _, number in BY_HAND], rtol=1e-6)
    np.testing.assert_allclose(of_jax, of_numpy, rtol=1e-5)


def test_compiles_and_has_a_gradient() -> None:
    (observation,) = plan(toy.scenario(), toy.rows({"quantity": "strikers"}))
    arrays = {name: jnp.asarray(a, jnp.float32) for name, a in toy.arrays().items()}

    def strikers(share: jax.Array) -> jax.Array:
        return observe({**arrays, "activity_share": share}, observation)

    slope = jax.jit(jax.grad(strikers))(arrays["activity_share"])
    expected = np.zeros((4, 3, 4))
    expected[1, 0, 1:] = 1000.0
    np.testing.assert_allclose(slope, expected)


@pytest.mark.parametrize(("aggregate", "expected"), [("mean", 550.0), ("max", 600.0), ("sum", 1100.0), ("last", 600.0)])
def test_the_scenario_may_choose_how_days_are_joined(aggregate: str, expected: float) -> None:
    strikers = {**toy.QUANTITIES["strikers"], "aggregate": aggregate}
    scenario = toy.scenario(quantities={"strikers": strikers})
    (observation,) = plan(scenario, toy.rows({"quantity": "strikers", "date_end": "1917-02-28"}))
    assert observe(toy.arrays(), observation) == pytest.approx(expected)


def test_an_observable_narrows_a_quantity_for_its_group_and_place() -> None:
    observables = (
        {"quantity": "strikers", "place": "Town", "activities": ["in_street"]},
        {"quantity": "strikers", "place": "Town", "group": "Soldiers, April", "counts_as_striker": False,
         "groups": ["soldiers"]},
        {"quantity": "strikers", "place": "Elsewhere", "activities": ["in_arms"]},
    )  # fmt: skip
    scenario = toy.scenario(observables=observables)
    all_, soldiers = plan(
        scenario, toy.rows({"quantity": "strikers"}, {"quantity": "strikers", "group": "soldiers april"})
    )
    assert observe(toy.arrays(), all_) == pytest.approx(150.0)
    assert observe(toy.arrays(), soldiers) == pytest.approx(50.0)


def test_a_rows_own_columns_come_last() -> None:
    row = {"quantity": "soviet_share", "group": "anything at all", "party": "blue", "council": "duma"}
    (observation,) = plan(toy.scenario(), pd.DataFrame([{**toy.rows(row).iloc[0], **row}]))
    assert observe(toy.arrays(), observation) == pytest.approx(66.5)


def test_models_of_the_schema_are_read_like_tables() -> None:
    from dualpower.scenario.selectors import Observable, Quantity

    quantity = Quantity(measure="activity", activities=("out", "in_street"), roles=("metal",))
    observable = Observable(quantity="strikers", group="street", activities=("in_street",))
    scenario = toy.scenario(quantities={"strikers": quantity}, observables=(observable,))
    found = plan(scenario, toy.rows({"quantity": "strikers"}, {"quantity": "strikers", "group": "street"}))
    assert [float(observe(toy.arrays(), each)) for each in found] == pytest.approx([450.0, 150.0])


def test_days_outside_the_run_and_context_are_left_out_with_a_reason() -> None:
    table = toy.rows(
        {"quantity": "killed", "date": "1917-02-25"},
        {"quantity": "price"},
        {"quantity": "killed"},
        {"quantity": "killed", "date_end": "1917-03-02"},
    )
    found = survey(toy.scenario(), table)
    assert [each.id for each in found.observations] == ["T2"]
    assert found.rows == (2,)
    assert [(each.id, each.why) for each in found.skipped] == [
        ("T0", "is about 1917-02-25, outside the run"),
        ("T1", "is kept for context and not simulated"),
        ("T3", "is about 1917-02-27 to 1917-03-02, outside the run"),
    ]
    assert [each.id for each in plan(toy.scenario(), table)] == ["T2"]


def test_parties_are_found_by_names_with_brackets_and_by_any_unicode_form() -> None:
    names = {"uspd": "Unabhängige (USPD)", "buerger": "Bürger", "left": "Reds (left)", "right": "Reds (right)"}
    spec = SimpleNamespace(parties=[SimpleNamespace(id=key, name=name, short="") for key, name in names.items()])
    asked = {
        "Unabhängige (USPD)": "uspd", "Unabhängige": "uspd", "Unabhängige, city": "uspd", "Reds (right)": "right",
        unicodedata.normalize("NFD", "Bürger (Reich)"): "buerger", "Reds (left)": "left",
    }  # fmt: skip
    assert {group: party_of(spec, {"group": group}) for group in asked} == asked


def test_a_shorter_or_later_run_counts_its_own_days() -> None:
    (observation,) = plan(toy.scenario(), toy.rows({"quantity": "killed"}), days=["1917-02-27", "1917-02-28"])
    assert (observation.start, observation.end) == (0, 1)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"quantity": "unheard_of"}, 'T0: the quantity "unheard_of"; expected one of '),
        (
            {"quantity": "party_members", "group": "Greens"},
            'T0: no party called "Greens"; expected one of red, blue',
        ),
        ({"quantity": "strikers", "date": "1917-02-28", "date_end": "1917-02-26"}, "T0: date_end 1917-02-26; expected"),
        ({"quantity": "killed", "value": float("nan")}, "T0: neither a value nor both bounds"),
        ({"quantity": "killed", "low": 9.0, "high": 3.0}, "T0: low 9 above high 3"),
        ({"quantity": "killed", "value": "many"}, 'T0: value "many"; expected a number'),
    ],
)
def test_faulty_rows_are_named(row: dict[str, Any], says: str) -> None:
    with pytest.raises(ObservationError) as caught:
        plan(toy.scenario(), toy.rows(row))
    assert str(caught.value).startswith(says)
    assert survey(toy.scenario(), toy.rows(row)).skipped[0].why == str(caught.value)


@pytest.mark.parametrize(
    ("quantity", "says"),
    [
        ({"measure": "activity", "activities": ["out"], "groups": ["soldiers"], "places": ["city"]},
         "T0: no unit that fits groups soldiers; places city"),
        ({"measure": "activity"}, "T0: no activities; expected some of at_work, out"),
        ({"measure": "activity", "activities": ["asleep"]}, 'T0: no activities called "asleep"'),
        ({"measure": "seat_share", "party": "red"}, "T0: no council; expected one of soviet, duma"),
        ({"measure": "resolution", "council": "soviet", "topic": "peace"}, 'T0: no topic called "peace"'),
        ({"measure": "event"}, 'T0: no event; expected the id of one, for the measure "event"'),
        ({"measure": "mood"}, 'T0: the measure "mood"; expected one of activity,'),
        ({"measure": "deaths", "aggregate": "median"}, 'T0: aggregate "median"; expected one of mean, max'),
        ({"measure": "deaths", "transform": "sqrt"}, 'T0: transform "sqrt"; expected one of log'),
    ],
)  # fmt: skip
def test_faulty_quantities_are_named(quantity: dict[str, Any], says: str) -> None:
    with pytest.raises(ObservationError) as caught:
        plan(toy.scenario(quantities={"q": quantity}), toy.rows({"quantity": "q"}))
    assert str(caught.value).startswith(says)


def test_a_run_without_the_array_says_so() -> None:
    (observation,) = plan(toy.scenario(), toy.rows({"quantity": "killed"}))
    with pytest.raises(ObservationError, match='T0: the run has no "deaths", which "deaths" needs'):
        observe({}, observation)


def test_no_observations_are_an_empty_array() -> None:
    assert observe_all(toy.arrays(), ()).shape == (0,)


def test_arrays_of_a_finished_run_whatever_the_order_of_its_axes() -> None:
    import synthetic

    dataset = synthetic.dataset()
    turned = dataset.assign(activity_share=dataset["activity_share"].transpose("unit", "activity", "date"))
    arrays = arrays_of(turned, synthetic.events())
    for name, axes in AXES.items():
        if name in dataset:
            np.testing.assert_array_equal(arrays[name], dataset[name].transpose(*axes).values)
    assert arrays["event.bread-riot"].tolist() == [0, 0, 0, 1] + [0] * 16
    assert arrays["event.march"].sum() == 0
    assert "regime.restoration" not in arrays
    never = arrays_of(turned, synthetic.events(), ["restoration", "tsarism"])
    assert never["regime.restoration"].tolist() == [0] * 20
    assert never["regime.tsarism"].tolist() == arrays["regime.tsarism"].tolist()
    assert (
        arrays["regime.tsarism"].sum() + arrays["regime.dual_power"].sum() + arrays["regime.council_power"].sum() == 20
    )


def test_an_ensemble_must_be_taken_apart_first() -> None:
    with pytest.raises(ObservationError, match="pick one draw"):
        arrays_of(xr.Dataset({"deaths": (("draw", "date"), np.zeros((2, 4)))}))


@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=3), st.floats(0, 1))
def test_shares_of_persons_stay_between_their_units(sizes: list[float], out: float) -> None:
    arrays = toy.arrays()
    arrays["size"] = np.tile(np.array(sizes) + 1.0, (4, 1))
    arrays["activity_share"][1, :, 1] = [out, out, 0.0]
    quantity = {"measure": "activity_share", "activities": ["out"], "groups": ["workers", "soldiers"]}
    (observation,) = plan(toy.scenario(quantities={"q": quantity}), toy.rows({"quantity": "q"}))
    assert observe(arrays, observation) == pytest.approx(out, abs=1e-9)
