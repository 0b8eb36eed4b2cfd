"""Scoring rules: closed forms, properties, and that nobody gains by saying what they do not believe."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from dualpower.inference import scoring
from dualpower.run import RunError

LEVEL = st.floats(-20, 20)
WIDTH = st.floats(0.05, 10)


@given(LEVEL, WIDTH, LEVEL)
def test_crps_of_a_normal_is_the_integral_that_defines_it(mean: float, sd: float, truth: float) -> None:
    low, high = min(mean, truth) - 12 * sd, max(mean, truth) + 12 * sd
    below, _ = integrate.quad(lambda x: stats.norm.cdf(x, mean, sd) ** 2, low, truth, points=[mean], limit=200)
    above, _ = integrate.quad(lambda x: stats.norm.sf(x, mean, sd) ** 2, truth, high, points=[mean], limit=200)
    assert float(scoring.crps_normal(mean, sd, truth)) == pytest.approx(below + above, rel=1e-4, abs=1e-6)


@given(LEVEL, LEVEL)
def test_crps_of_one_number_is_its_distance(said: float, truth: float) -> None:
    assert scoring.crps_draws([said], truth) == pytest.approx(abs(said - truth))
    assert float(scoring.crps_normal(said, 0.0, truth)) == pytest.approx(abs(said - truth), abs=1e-9)


@given(st.lists(LEVEL, min_size=2, max_size=30), LEVEL)
def test_crps_of_draws_is_its_definition(draws: list[float], truth: float) -> None:
    x = np.array(draws)
    pairs = np.abs(x[:, None] - x[None]).sum() / (len(x) * (len(x) - 1))
    assert scoring.crps_draws(draws, truth) == pytest.approx(np.abs(x - truth).mean() - pairs / 2, abs=1e-9)


def test_draws_of_a_normal_approach_its_scores() -> None:
    draws = np.random.default_rng(1).normal(2.0, 0.7, 40_000)
    for truth in (1.0, 2.0, 4.0):
        exact = scoring.score_normal(2.0, 0.7, truth)
        found = scoring.score_draws(draws, truth)
        assert found.crps == pytest.approx(exact.crps, abs=0.01)
        assert found.log_score == pytest.approx(exact.log_score, abs=0.08)
        assert found[2:7] == pytest.approx(exact[2:7], abs=0.03)
        assert (found.in50, found.in90) == (exact.in50, exact.in90)


@pytest.mark.parametrize(("mean", "sd"), [(0.3, 1.0), (-0.3, 1.0), (0.0, 0.7), (0.0, 1.5)])
def test_both_scores_are_proper(mean: float, sd: float) -> None:
    """With the truth standard normal, saying so scores better than anything else; five standard errors of the mean."""
    truth = np.random.default_rng(2).standard_normal(20_000)
    worse = scoring.crps_normal(mean, sd, truth) - scoring.crps_normal(0.0, 1.0, truth)
    assert worse.mean() > 5 * worse.std() / np.sqrt(len(truth))
    lost = scoring.log_score_normal(0.0, 1.0, truth) - scoring.log_score_normal(mean, sd, truth)
    assert lost.mean() > 5 * lost.std() / np.sqrt(len(truth))


def test_calibrated_predictions_cover_as_they_say_and_have_uniform_pit() -> None:
    """2,000 targets: the chance of a false alarm of each bound is below one in a thousand."""
    rng = np.random.default_rng(3)
    found = [scoring.score_draws(rng.standard_normal(200), rng.standard_normal()) for _ in range(2000)]
    assert np.mean([one.in50 for one in found]) == pytest.approx(0.5, abs=0.045)
    assert np.mean([one.in90 for one in found]) == pytest.approx(0.9, abs=0.03)
    assert stats.kstest([one.pit for one in found], "uniform").pvalue > 1e-3


@pytest.mark.parametrize("count", [0, 1])
def test_one_draw_has_no_score(count: int) -> None:
    with pytest.raises(RunError, match=f"found {count} predictive draws, expected at least 2"):
        scoring.score_draws(np.zeros(count), 0.0)


def test_skill_compares_means() -> None:
    assert scoring.skill([1.0, 2.0], [2.0, 4.0]) == pytest.approx(0.5)
    assert scoring.skill([3.0], [2.0]) == pytest.approx(-0.5)
