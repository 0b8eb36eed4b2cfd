"""Numbers by which forecasts, theories and sources weigh: each worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import dualpower as dp
from dualpower.inference import identify
from dualpower.inference.evidence import _said, band_sd, evidence
from dualpower.inference.points import Point
from dualpower.inference.predict import predict, simulated
from dualpower.inference.rows import OWN, _baseline
from dualpower.inference.stacking import rolling, weights
from dualpower.inference.summary import best_baseline, verdict
from dualpower.inference.theories import Compared
from dualpower.record import Observation
from dualpower.record.accidents import event_noise
from dualpower.scenario import Scenario

NONE = np.zeros(0, np.float32)


def observed(measure: str = "deaths", **more: Any) -> Observation:
    return Observation("T", measure, 0, 1, **{"units": NONE, "activities": NONE, "parties": NONE} | more)


def told(**log_scores: list[float]) -> pd.DataFrame:
    """Log scores of theories on targets T0, T1, ... of one origin, a day later, all of them judged."""
    rows = [
        {"origin": "o", "target_id": f"T{k}", "theory": theory, "log_score": value, "judged": True, "days_ahead": 1,
         "crps": 1.0, "in90": True}
        for theory, values in log_scores.items() for k, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize("best", ["cascade", "structure"])
def test_the_theory_that_forecasts_best_has_the_weight_by_its_name(best: str) -> None:
    scores = told(structure=[-3.0] * 4, cascade=[-3.0] * 4)
    scores.loc[scores["theory"] == best, "log_score"] = -1.0
    found = weights(scores)
    assert set(found) == {"cascade", "structure"}
    assert found[best] == pytest.approx(1.0, abs=1e-6)


def test_soon_after_an_origin_only_what_is_judged_counts() -> None:
    rows = pd.DataFrame(
        [("soon", True, 5), ("memory", False, 5), ("known already", True, 0), ("late", True, 31)],
        columns=["target_id", "judged", "days_ahead"],
    )
    assert rolling(rows, 30)["target_id"].tolist() == ["soon"]
    assert rolling(rows, 31)["target_id"].tolist() == ["soon", "late"]


def test_how_far_a_theory_is_behind_is_as_sure_as_targets_are_many() -> None:
    """Behind by 1, 3, 1, 3: in the mean 2, standard deviation 2 / sqrt 3, of the mean of four 1 / sqrt 3."""
    scores = told(full=[-1.0] * 4, cascade=[-2.0, -4.0, -2.0, -4.0])
    table = Compared(scores, {"full": 1.0, "cascade": 0.0}, {"days_ahead": 30}).summary().set_index("theory")
    assert table.loc["cascade", ["behind", "error"]].tolist() == pytest.approx([-2.0, 1 / np.sqrt(3)])
    assert table.loc["full", ["behind", "error"]].tolist() == [0.0, 0.0]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return dp.load(dp.new("town", tmp_path_factory.mktemp("scenario") / "town"))


def test_reading_history_imposes_regimes_after_the_origin_too(town: Scenario) -> None:
    """A column that marches early ends the dual rule, unless regimes are those that history had."""
    early, origin = town.do("column-marches", "1921-04-20"), "1921-04-15"
    found = predict(early, None, origin=origin, choices="history", draws=4, seed=1)
    bound, free = (simulated(early, None, 4, seed=1, imposed=imposed, told=origin)[0] for imposed in (True, origin))
    assert np.abs(bound - free).max() > 1
    np.testing.assert_allclose(found.natural, bound, rtol=1e-5)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (observed("deaths"), 0.5),
        (observed("casualties"), 0.5),
        (observed("defenders"), 0.3),
        (observed("members"), 0.15),
        (observed("activity", activities=np.array([0, 0, 1, 1], np.float32)), 0.35),
        (observed("activity", activities=np.array([0, 1, 1, 1], np.float32)), 0.15),
        (observed("seat_share", transform="logit"), 0.15),
        (observed("line", transform="identity"), 0.0),
    ],
    ids=lambda case: case.measure if isinstance(case, Observation) else "",
)
def test_accidents_of_a_day_by_sort_of_number(one: Observation, expected: float) -> None:
    assert event_noise(one) == expected


def test_the_best_baseline_is_the_best_with_its_spread_in_hindsight() -> None:
    crps = {"drift": 0.5, "drift, own spread": 0.3, "pool": 0.4, "pool, own spread": 0.2, "model, rules": 0.1}
    scores = pd.DataFrame([
        {"comparison": "long", "origin": "o", "model": model, "target_id": "T", "judged": True, "crps": value,
         "in50": True, "in90": True} for model, value in crps.items()
    ])  # fmt: skip
    assert best_baseline(scores, "long") == ("pool", 0.4)
    said = verdict(scores)["long"]["model, rules"]
    assert (said["best"], said["skill"], said["worst_ratio"]) == ("pool", pytest.approx(0.75), pytest.approx(0.25))


def point(day: int, z: float, series: str = "a", *, judged: bool = True) -> Point:
    one = Observation(f"{series}{day}", "seat_share", day, day + 1, NONE, NONE, NONE, transform="logit", centre_z=z)
    return Point(one, f"day {day}", day, series, None, "share", judged)


def test_a_spread_in_hindsight_is_that_of_judged_errors_and_the_climates_is_its_own() -> None:
    """Off by .5 where it is judged, by 3 where it is remembered: of one error the best spread is error / sqrt ln 2."""
    known = [point(0, 3.0), point(10, 1.0)]
    targets = [point(30, 1.5), point(31, 4.0, judged=False), point(32, 0.0, "new")]
    scenario: Any = SimpleNamespace(day_index=lambda _: 20)
    rows = pd.DataFrame(_baseline(scenario, "persistence", {"o": targets}, known))
    spreads = rows.pivot_table(index="model", columns="target_id", values="sd")
    climate = np.std([3.0, 1.0], ddof=1)
    best = 0.5 / np.sqrt(np.log(2.0))
    assert spreads.loc["persistence", ["a30", "a31", "new32"]].tolist() == pytest.approx([best, best, climate], 1e-3)
    assert spreads.loc["persistence" + OWN, "new32"] == pytest.approx(climate)


JACOBIAN = np.array([[2.0, 0.0], [0.0, 0.5]])
"""Of two facts, each moved by one parameter: information 4 and 1/4, of which 4/5 and 1/5 is told."""


def test_what_facts_tell_of_each_parameter() -> None:
    assert identify.shares_told(JACOBIAN) == pytest.approx([0.8, 0.2])
    first, second = identify.directions(JACOBIAN[::-1], ("strong", "weak"), ("fact 1", "fact 2"))
    assert (first.information, first.told) == pytest.approx((4.0, 0.8))
    assert (second.information, second.told) == pytest.approx((0.25, 0.2))
    assert first.parts == pytest.approx({"strong": 1.0, "weak": 0.0})
    assert first.facts == pytest.approx({"fact 2": 1.0, "fact 1": 0.0})
    assert second.facts == pytest.approx({"fact 1": 1.0, "fact 2": 0.0})


def test_only_facts_identify_and_the_prior_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of the Jacobian beyond those of the facts are the prior's."""
    rows = np.vstack([JACOBIAN, np.eye(2)])
    alone = SimpleNamespace(jacobian=lambda theta: (None, rows))
    here = SimpleNamespace(alone=alone, theta=lambda mode: mode, facts=("F1", "F2"), addresses=("a", "b"))
    monkeypatch.setattr(identify, "made", lambda scenario, until: here)
    posterior: Any = SimpleNamespace(until="1917-10-25", mode={})
    scenario: Any = None
    found, shares = identify.identifiability(scenario, posterior, largest=1)
    assert shares == pytest.approx({"a": 0.8, "b": 0.2})
    assert [one.told for one in found] == pytest.approx([0.8, 0.2])
    assert [list(one.parts) for one in found] == [["a"], ["b"]]
    assert [list(one.facts) for one in found] == [["F1"], ["F2"]]


def of_width(width: float) -> Observation:
    """A count of 100 whose 90 % interval is so wide on the scale of logarithms."""
    low, high = 100 * np.exp(np.array([-width, width]) / 2)
    return observed(offset=0.0, value=100.0, low=float(low), high=float(high))


def test_a_band_that_nobody_has_confirmed_is_twice_as_wide() -> None:
    one = of_width(3.2897072539029444 * 0.4)
    assert band_sd(one, "read") == pytest.approx(0.4)
    assert [band_sd(one, kind) for kind in ("memory", "guess")] == pytest.approx([0.8, 0.8])


@pytest.mark.parametrize("given", [True, False], ids=["given targets", "the scenario's targets"])
def test_a_fit_trusts_a_remembered_target_half_as_much(town: Scenario, *, given: bool) -> None:
    last, sds = town.spec.calendar.end, []
    for basis in ("read", "memory"):
        rows = town.targets.assign(basis=basis)
        known = evidence(town, last, targets=rows) if given else evidence(replace(town, targets=rows), last)
        pairs = zip(known.observations, known.sources, strict=True)
        sds.append([first.sd for one, (first, *_) in pairs if one.id.startswith("T")])
    assert len(sds[0]) == len(rows)
    assert sds[1] == pytest.approx([2 * sd for sd in sds[0]])


@pytest.mark.parametrize(
    ("row", "band", "expected"),
    [
        ({"value": 100.0}, 0.4, 0.4),  # a number without bounds is no surer than the target's band
        ({"value": 100.0}, 0.1, 0.25),  # nor surer than is assumed of such numbers
        ({"value": 100.0, "low": 80.0, "high": 125.0}, 0.4, np.log(1.25) / 1.6448536269514722),
    ],
)
def test_a_source_without_bounds_is_no_surer_than_the_band(row: dict[str, float], band: float, expected: float) -> None:
    found = _said({"source": "A book", **row}, of_width(3.2897072539029444 * band))
    assert found is not None
    assert (found.name, found.value) == ("A book", pytest.approx(np.log(100.0)))
    assert found.sd == pytest.approx(expected)
