"""Predictive draws: the runs' numbers, disturbed by chance of known size that belongs to target and draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import dualpower as dp
from dualpower.inference.predict import Predicted, disturbed, pooled, predict
from dualpower.record.accidents import event_noise
from dualpower.scenario import Scenario

ORIGIN = "1921-04-15"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return dp.load(dp.new("town", tmp_path_factory.mktemp("scenario") / "town"))


def test_numbers_are_those_of_the_runs(town: Scenario) -> None:
    table = pd.DataFrame({"allegiance.blame": [0.2, 1.5]})
    found = predict(town, table, origin=ORIGIN, draws=4, seed=7)
    assert found.natural.shape == found.draws.shape == (4, len(found.points))
    ensemble = dp.simulate(town, draws=4, seed=7, imposed=True, parameters=table)
    kept = ensemble.dataset["simulated"].sel(target=[one.id for one in found.points])
    np.testing.assert_allclose(found.natural, kept, rtol=1e-5)
    assert len(np.unique(found.natural[:, 0])) == 4


def test_up_to_the_origin_both_readings_agree_and_after_it_they_need_not(town: Scenario) -> None:
    history, rules = (predict(town, None, origin=ORIGIN, choices=way, draws=8, seed=1) for way in ("history", "rules"))
    past = np.array([one.date <= ORIGIN for one in history.points])
    assert past.any()
    assert not past.all()
    np.testing.assert_allclose(history.draws[:, past], rules.draws[:, past], rtol=1e-6)
    assert np.abs(history.natural - rules.natural)[:, ~past].max() > 0


def test_error_and_accidents_have_their_size_and_belong_to_target_and_draw(town: Scenario) -> None:
    points = predict(town, None, origin=ORIGIN, draws=1).points
    same = np.tile([5000.0, 5000.0, 20.0, 20.0, 900.0], (4000, 1))
    drawn = disturbed(points, same, seed=3)
    wanted = [np.hypot(one.observation.sd, event_noise(one.observation)) for one in points]
    np.testing.assert_allclose(drawn.std(0), wanted, rtol=0.06)
    np.testing.assert_allclose(
        drawn.mean(0), [one.observation.compared(x) for one, x in zip(points, same[0], strict=True)], atol=0.05
    )
    assert abs(np.corrcoef(drawn.T) - np.eye(5)).max() < 0.08
    np.testing.assert_array_equal(drawn[:10, 1:3], disturbed(points[1:3], same[:10, 1:3], seed=3))
    assert not np.array_equal(drawn, disturbed(points, same, seed=4))


def test_predictions_are_pooled_in_equal_parts(town: Scenario) -> None:
    points = predict(town, None, origin=ORIGIN, draws=1).points
    few, many = (np.full((count, 5), level) for count, level in ((3, 10.0), (7, 20.0)))
    found = pooled([Predicted(points, each, each) for each in (few, many)], seed=3)
    np.testing.assert_array_equal(found.natural[:, 0], [10.0] * 3 + [20.0] * 3)
    np.testing.assert_array_equal(found.draws, disturbed(points, found.natural, seed=3))


@pytest.mark.parametrize("shares", [(0.75, 0.25), (0.25, 0.75), (0.0, 1.0), (1.0, 0.0)])
def test_predictions_are_pooled_by_their_shares(town: Scenario, shares: tuple[float, float]) -> None:
    points = predict(town, None, origin=ORIGIN, draws=1).points
    each = [Predicted(points, runs, runs) for runs in (np.full((12, 5), level) for level in (10.0, 20.0))]
    found = pooled(each, seed=3, shares=shares).natural[:, 0]
    assert [np.mean(found == level) for level in (10.0, 20.0)] == pytest.approx(shares)
    assert max(np.sum(found == level) for level in (10.0, 20.0)) == 12  # as many as there are
