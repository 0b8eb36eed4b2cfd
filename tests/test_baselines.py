"""Baselines: what they say of made-up series, what they may know, and their spreads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dualpower as dp
from dualpower.inference import baselines
from dualpower.inference.baselines import BASELINES, Guess, guess, guesses
from dualpower.inference.points import Point, known_points, target_points
from dualpower.inference.scoring import crps_normal
from dualpower.record import Observation
from dualpower.record.accidents import event_noise
from dualpower.scenario import Scenario

NONE = np.zeros(0, np.float32)


def point(
    day: int, z: float, series: str = "a", pool: str | None = "x", kind: Any = "share", scale: Any = "logit"
) -> Point:
    one = Observation("t", "seat_share", day, day + 1, NONE, NONE, NONE, transform=scale, centre_z=z, sd=0.2)
    return Point(one, f"day {day}", day, series, pool, kind, judged=True)


def said(name: str, target: Point, known: Sequence[Point]) -> float:
    return guess(name, target, known).mean


@pytest.mark.parametrize("name", BASELINES)
@given(st.floats(-3, 3), st.integers(1, 6))
def test_of_a_constant_series_all_say_the_constant(name: str, level: float, count: int) -> None:
    known = [point(10 * k, level) for k in range(count)]
    assert said(name, point(100, 0.0), known) == pytest.approx(level, abs=1e-6)


def test_each_rule_on_a_series_by_hand() -> None:
    known = [point(0, 1.0), point(10, 2.0), point(15, -1.0, series="b")]
    target = point(30, 0.0)
    assert said("persistence", target, known) == 2.0
    assert said("drift", target, known) == pytest.approx(4.0)
    assert said("pool", target, known) == -1.0
    assert said("drift", target, known[:1]) == said("persistence", target, known[:1]) == 1.0
    assert said("pool", point(30, 0.0, pool=None), known) == 2.0


def test_values_of_one_day_count_as_their_mean() -> None:
    assert said("persistence", point(30, 0.0), [point(5, 1.0), point(5, 2.0)]) == pytest.approx(1.5)


def test_a_local_level_lies_between_a_noisy_series_mean_and_its_last_value() -> None:
    rng = np.random.default_rng(0)
    values = 1.0 + 0.3 * rng.standard_normal(30)
    found = guess("local level", point(60, 0.0), [point(2 * k, float(v)) for k, v in enumerate(values)])
    assert abs(found.mean - 1.0) < abs(values[-1] - 1.0) + 0.1
    assert 0.15 < found.sd < 1.0


def test_nothing_after_the_origin_is_known() -> None:
    known = [point(0, 1.0), point(20, 5.0)]
    for name in BASELINES:
        assert guesses(name, [point(30, 0.0)], known, 10)[0].mean == pytest.approx(1.0)


def test_a_series_without_an_earlier_value_has_the_climate_of_its_kind() -> None:
    known = [point(0, 1.0), point(5, 3.0), point(5, 9.0, kind="deaths", scale="log", pool=None)]
    new = point(30, 0.0, series="new", pool=None)
    assert {guess(name, new, known) for name in BASELINES} == {Guess(2.0, float(np.std([1, 3], ddof=1)), climate=True)}
    alone = guess("pool", point(30, 0.0, series="c", pool=None, kind="members", scale="log"), known)
    assert (alone.mean, alone.sd, alone.climate) == (*baselines.WIDE["log"], True)


def test_no_other_spread_scores_better_in_hindsight() -> None:
    rng = np.random.default_rng(4)
    targets = [point(30, float(z)) for z in rng.normal(0, 1.3, 40)]
    some = [Guess(0.0, np.nan) for _ in targets]
    best = baselines.best_spreads(targets, some)["logit"]
    truth = np.array([one.z for one in targets])
    scores = {sd: float(crps_normal(0.0, sd, truth).mean()) for sd in (best, *np.geomspace(0.1, 6, 60))}
    assert scores[best] <= min(scores.values()) + 1e-6


def test_errors_that_are_far_out_have_a_spread_as_large() -> None:
    errors = [-90.0, -60.0, 30.0, 75.0]
    targets = [point(30, error) for error in errors]
    best = baselines.best_spreads(targets, [Guess(0.0, np.nan) for _ in targets])["logit"]
    scores = {sd: float(crps_normal(0.0, sd, np.array(errors)).mean()) for sd in (best, *np.geomspace(10, 200, 60))}
    assert best > np.exp(3.0) + 1
    assert scores[best] <= min(scores.values()) + 1e-6


def test_the_spread_before_the_origin_is_that_of_earlier_errors() -> None:
    known = [point(k, float(z)) for k, z in enumerate([0.0, 1.0, 0.0, 1.0, 0.0])] + [point(50, 100.0)]
    assert baselines.earlier_spreads("persistence", known, 10)["logit"] == pytest.approx(1.0)
    assert baselines.earlier_spreads("persistence", known[:2], 10)["logit"] == baselines.UNTRIED["logit"]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return dp.load(dp.new("town", tmp_path_factory.mktemp("scenario") / "town"))


def test_points_of_a_scenario(town: Scenario) -> None:
    targets = {one.id: one for one in target_points(town)}
    assert set(targets) == {"T01", "T02", "T03", "T04", "T05"}
    assert targets["T01"].series == targets["T02"].series != targets["T03"].series == targets["T04"].series
    assert targets["T03"].pool == targets["T04"].pool is not None
    assert targets["T05"].date == "1921-06-30"
    assert [targets[k].kind for k in ("T01", "T03", "T05")] == ["action", "share", "members"]
    assert [event_noise(targets[k].observation) for k in ("T01", "T03", "T05")] == [0.15, 0.15, 0.15]


def test_memory_and_guesses_are_never_known(town: Scenario, petrograd: Scenario) -> None:
    assert all(one.id.startswith("T") for one in known_points(town))  # its record is all guesses
    ids = {one.id for one in target_points(petrograd) if not one.judged}
    assert ids == set(petrograd.targets.loc[petrograd.targets["basis"] == "memory", "target_id"])
    known = known_points(petrograd)
    assert not ids & {one.id for one in known}
    assert [one.day for one in known] == sorted(one.day for one in known)
