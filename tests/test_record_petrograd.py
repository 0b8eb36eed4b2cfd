"""The record of Petrograd: all forty targets are understood, and mean what they should."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from dualpower.record import MEASURES, loss_terms, plan, record_points, score, summary, survey
from dualpower.record.measures import AXES
from dualpower.run import date_coordinates
from dualpower.scenario.arrays import compile_names

if TYPE_CHECKING:
    from dualpower.record import Observation
    from dualpower.scenario import Scenario


@pytest.fixture(scope="module")
def targets(petrograd: Scenario) -> dict[str, Observation]:
    return {each.id: each for each in plan(petrograd, petrograd.targets)}


def days(petrograd: Scenario, observation: Observation) -> tuple[str, str]:
    return petrograd.days()[observation.start], petrograd.days()[observation.end - 1]


def test_all_forty_targets_are_observed(petrograd: Scenario, targets: dict[str, Observation]) -> None:
    assert list(targets) == list(petrograd.targets["target_id"])
    splits = petrograd.targets["split"].value_counts()
    assert (splits["calibrate"], splits["heldout"]) == (26, 14)


def test_casualties_are_counted_over_the_days_that_sources_mean(
    petrograd: Scenario, targets: dict[str, Observation]
) -> None:
    assert days(petrograd, targets["C11"]) == ("1917-02-23", "1917-03-04")
    assert days(petrograd, targets["C12"]) == ("1917-02-26", "1917-02-26")
    assert days(petrograd, targets["C23"]) == ("1917-07-03", "1917-07-05")
    assert days(petrograd, targets["H16"]) == ("1917-10-25", "1917-10-26")


def test_places_in_arrays_are_those_of_a_compiled_year(petrograd: Scenario, targets: dict[str, Observation]) -> None:
    names = compile_names(petrograd)
    assert names.contests[targets["H14"].contest] == names.contests[targets["H15"].contest] == "october"
    assert names.councils[targets["C20"].council] == "congress"
    topics = (*names.issues, *names.centres)
    assert {topics[one.topic] for one in targets.values() if one.measure == "resolution"} <= set(topics)


def test_strikers_are_those_who_count_as_such(petrograd: Scenario, targets: dict[str, Observation]) -> None:
    units = petrograd.units[targets["C03"].units > 0]
    assert 380_000 < units["size"].sum() < 430_000
    strikers = {role.id for role in petrograd.spec.roles if role.counts_as_striker}
    assert set(units["role"]) <= strikers


def test_the_garrison_is_that_of_the_city(petrograd: Scenario, targets: dict[str, Observation]) -> None:
    garrison = petrograd.units[targets["C07"].units > 0]["size"].sum()
    assert 130_000 < garrison < 190_000


def test_shares_are_compared_as_shares_and_persons_as_persons(targets: dict[str, Observation]) -> None:
    assert {name: (each.transform, each.scale) for name, each in targets.items()} == {
        name: expected
        for names, expected in (
            ("C01 C02 C03 C04 C05 C06 C10 C11 C12 C13 C16 C21 C22 C23 C24 C25 C26 H05 H13 H14 H15 H16", ("log", 1.0)),
            ("C07 C08 C09 C14 C15 C17 C20 H06 H07 H12 H17 H18", ("logit", 100.0)),
            ("C18 C19 H01 H02 H03 H04", ("logit", 200.0)),
        )
        for name in names.split()
    }


def test_only_the_row_from_memory_is_taken_as_unsure(petrograd: Scenario, targets: dict[str, Observation]) -> None:
    from dualpower.record.errors import standard_deviation

    for row in petrograd.targets.itertuples():
        seen = targets[str(row.target_id)]
        bounds = float(seen.compared(seen.low)), float(seen.compared(seen.high))
        doubled = 2.0 if row.basis == "memory" else 1.0
        assert seen.sd == pytest.approx(doubled * standard_deviation(*bounds, seen.transform))


def test_no_row_of_the_record_is_dropped_for_a_fault_of_the_scenario(petrograd: Scenario) -> None:
    """Rows may be outside the year, context, of an unknown group or without a number; nothing else."""
    allowed = ("outside the run", "kept for context", "does not tell apart", "nor both bounds", "no unit that fits")
    skipped = survey(petrograd, petrograd.record).skipped
    assert [each for each in skipped if not any(reason in each.why for reason in allowed)] == []


def test_the_record_has_points_for_every_kind_of_number(petrograd: Scenario) -> None:
    measures = {quantity.measure for quantity in petrograd.spec.quantities.values()}
    assert measures <= set(MEASURES)
    points = record_points(petrograd, "strikers_daily")
    assert set(points["place"]) <= {"Petrograd", "Moscow"}
    assert (points["quantity"] == "strikers_daily").all()
    assert len(points) >= 25


def still_year(petrograd: Scenario) -> dict[str, np.ndarray]:
    """A year in which nothing happens: everyone at work, no seats taken by anyone in particular."""
    spec = petrograd.spec
    lengths = {
        "date": len(petrograd.days()), "unit": len(petrograd.units), "activity": 4, "camp": len(spec.parties) + 1,
        "party": len(spec.parties), "centre": len(spec.centres), "council": len(spec.councils),
        "topic": len(spec.issues) + len(spec.centres), "contest": len(spec.contests), "issue": len(spec.issues),
    }  # fmt: skip
    arrays = {name: np.zeros([lengths[axis] for axis in axes], np.float32) for name, axes in AXES.items()}
    arrays["size"][:] = petrograd.units["size"].to_numpy()
    arrays["activity_share"][..., 0] = 1.0
    arrays["delegates"][:] = 1.0 / lengths["party"]
    return arrays


def test_a_still_year_is_scored_whole(petrograd: Scenario) -> None:
    coords = date_coordinates(petrograd.days()[0], len(petrograd.days()), "julian")
    dataset = xr.Dataset({name: (AXES[name], array) for name, array in still_year(petrograd).items()}, coords)
    events = pd.DataFrame(columns=["event", "date", "option", "happened", "why"])
    run: Any = SimpleNamespace(scenario=petrograd, dataset=dataset, events=events)
    table = score(run)
    counts = summary(table)
    assert (counts["calibrate"]["compared"], counts["heldout"]["compared"]) == (26, 14)
    assert np.isfinite(table["z"]).all()
    simulated = table.set_index("target_id")["simulated"]
    assert (simulated["C03"], simulated["C07"], simulated["C11"]) == (0.0, 0.0, 0.0)
    assert simulated["H01"] == pytest.approx(200 / len(petrograd.spec.parties), rel=1e-5)
    articles = table.set_index("target_id")["article"].dropna().to_dict()
    assert articles == {
        "C03": 90_000.0, "C05": 240_000.0, "C06": 500_000.0, "C20": 20.0, "C21": 400_000.0, "H12": 66.0, "H16": 11.0,
    }  # fmt: skip


def test_the_loss_has_a_slope_for_every_target_even_in_a_still_year(
    petrograd: Scenario, targets: dict[str, Observation]
) -> None:
    seen = tuple(targets.values())
    arrays = {name: jnp.asarray(array) for name, array in still_year(petrograd).items()}
    jacobian = jax.jit(jax.jacfwd(lambda scale: loss_terms(_stirred(arrays, scale), seen)))(jnp.zeros(()))
    assert np.isfinite(jacobian).all()
    assert [each.id for each, slope in zip(seen, jacobian, strict=True) if abs(float(slope)) < 1e-6] == []


def _stirred(arrays: dict[str, jax.Array], amount: jax.Array) -> dict[str, jax.Array]:
    """Add a little of everything everywhere."""
    return {name: array if name == "size" else array + amount * math.pi for name, array in arrays.items()}
