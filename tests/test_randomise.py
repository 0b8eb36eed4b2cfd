"""Randomise, then optimise: for a linear model the draws are the posterior's; searches side by side are single
searches.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualpower.inference.least_squares import Linearised, minimise
from dualpower.inference.randomise import disturbances, optimise, search_together

RNG = np.random.default_rng(5)
FACTS, PARAMETERS = 6, 4
SLOPE = RNG.standard_normal((FACTS, PARAMETERS)) * 2
TRUTH = np.array([0.4, -1.0, 0.2, 0.7])


def residuals(theta: np.ndarray, disturbed: np.ndarray, bend: float = 0.0) -> np.ndarray:
    """Facts seen through a nearly linear model, priors at 0, contests that say nothing."""
    seen = (theta - TRUTH) @ SLOPE.T
    seen = seen + bend * np.sin(seen)
    return np.concatenate([seen, theta, np.zeros((len(theta), 1))], axis=1) + disturbed


JACOBIAN = np.concatenate([SLOPE, np.eye(PARAMETERS), np.zeros((1, PARAMETERS))])
NAMES = [f"fact {k}" for k in range(FACTS)], [f"parameter {k}" for k in range(PARAMETERS)]


def each(jacobian: np.ndarray, count: int) -> np.ndarray:
    """A copy of a Jacobian for each of some searches."""
    return np.repeat(jacobian[None], count, axis=0)


def test_draws_of_a_linear_model_are_the_posterior() -> None:
    count = 4000
    disturbed = disturbances(3, range(count), *NAMES)
    found = search_together(
        residuals, np.zeros((count, PARAMETERS)), each(JACOBIAN, count), disturbed, tolerance=1e-10, reach=9.0
    )
    precision = SLOPE.T @ SLOPE + np.eye(PARAMETERS)
    covariance = np.linalg.inv(precision)
    mean = covariance @ (SLOPE.T @ SLOPE) @ TRUTH
    error = np.sqrt(np.diag(covariance) / count)
    assert np.abs(found.theta.mean(0) - mean).max() < 4.5 * error.max()  # fails by chance once in 10,000
    assert np.allclose(np.cov(found.theta.T), covariance, atol=6 * np.diag(covariance).max() / np.sqrt(count))


def test_draws_disturbed_by_more_than_facts_are_weighed_by_are_the_sandwich() -> None:
    count = 4000
    more = np.diag([1.0, 2.0, 1.0, 3.0, 1.0, 1.5])
    more[1, 3] = 0.8  # two facts err together
    disturbed = disturbances(3, range(count), *NAMES, more)
    found = search_together(
        residuals, np.zeros((count, PARAMETERS)), each(JACOBIAN, count), disturbed, tolerance=1e-10, reach=9.0
    )
    bread = np.linalg.inv(SLOPE.T @ SLOPE + np.eye(PARAMETERS))
    covariance = bread @ (SLOPE.T @ more @ more.T @ SLOPE + np.eye(PARAMETERS)) @ bread
    mean = bread @ (SLOPE.T @ SLOPE) @ TRUTH
    error = np.sqrt(np.diag(covariance) / count)
    assert np.abs(found.theta.mean(0) - mean).max() < 4.5 * error.max()  # fails by chance once in 10,000
    assert np.allclose(np.cov(found.theta.T), covariance, atol=6 * np.diag(covariance).max() / np.sqrt(count))
    assert not np.allclose(covariance, bread, atol=12 * np.diag(covariance).max() / np.sqrt(count))


def test_the_jacobian_is_corrected_on_the_way() -> None:
    """From a wrong Jacobian, searches end where the right one does."""
    disturbed = disturbances(1, range(8), *NAMES)
    start = np.zeros((8, PARAMETERS))
    wrong = JACOBIAN + 0.3 * np.random.default_rng(0).standard_normal(JACOBIAN.shape)

    def bent(theta: np.ndarray, shift: np.ndarray) -> np.ndarray:
        return residuals(theta, shift, bend=0.2)

    right, other = (
        search_together(bent, start, each(jacobian, 8), disturbed, rounds=200, tolerance=1e-12)
        for jacobian in (JACOBIAN, wrong)
    )
    assert np.allclose(right.loss, other.loss, atol=0.15)  # in units in which 0.5 is one standard deviation
    first = 0.5 * (bent(start, disturbed) ** 2).sum(1)
    assert (other.loss < 0.7 * first).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 5))
def test_a_draw_is_disturbed_alike_whatever_else_is_drawn(seed: int, draws: int, facts: int) -> None:
    whole = disturbances(seed, range(draws), *NAMES)
    assert whole.shape == (draws, FACTS + PARAMETERS + 1)
    assert (whole[:, -1] == 0).all()
    last = disturbances(seed, [draws - 1], NAMES[0][:facts], NAMES[1])
    assert last[0, :facts] == pytest.approx(whole[-1, :facts])
    assert last[0, facts:] == pytest.approx(whole[-1, FACTS:])


def test_a_search_that_meets_no_numbers_stays_where_it_is() -> None:
    def broken(theta: np.ndarray, shift: np.ndarray) -> np.ndarray:
        return np.where(np.abs(theta[:, :1]) > 0.01, np.nan, residuals(theta, shift))

    start = np.zeros((3, PARAMETERS))
    found = search_together(broken, start, each(JACOBIAN, 3), disturbances(2, range(3), *NAMES), rounds=10)
    assert np.isfinite(found.loss).all()
    assert np.abs(found.theta[:, 0]).max() <= 0.01


def test_silent_parameters_keep_the_priors_variance() -> None:
    silent = JACOBIAN.copy()
    silent[:FACTS, 2] = 0.0  # the facts say nothing of the third
    disturbed = disturbances(4, range(50), *NAMES)

    def without(theta: np.ndarray, shift: np.ndarray) -> np.ndarray:
        seen = (theta - TRUTH) @ silent[:FACTS].T
        return np.concatenate([seen + 0.5 * np.sin(3 * seen), theta, np.zeros((len(theta), 1))], axis=1) + shift

    alone = Linearised(
        lambda theta, shift=0.0: without(theta[None], shift)[0],
        lambda theta, shift=0.0: (without(theta[None], shift)[0], silent),
    )
    found = optimise(without, alone, np.zeros(PARAMETERS), silent, disturbed)
    assert found.theta[:, 2] == pytest.approx(-disturbed[:, FACTS + 2])


def test_a_jacobian_of_its_own_takes_a_stalled_draw_on() -> None:
    """From a Jacobian that knows nothing of the second fact, draws end where a search with the right one does."""

    def curved(theta: np.ndarray, shift: np.ndarray) -> np.ndarray:
        seen = np.exp((theta - TRUTH) @ SLOPE.T / 2) - 1
        return np.concatenate([seen, theta, np.zeros((len(theta), 1))], axis=1) + shift

    def slope(theta: np.ndarray) -> np.ndarray:
        inner = np.exp((theta - TRUTH) @ SLOPE.T / 2)
        return np.concatenate([inner[:, None] * SLOPE / 2, np.eye(PARAMETERS), np.zeros((1, PARAMETERS))])

    alone = Linearised(
        lambda theta, shift=0.0: curved(theta[None], shift)[0],
        lambda theta, shift=0.0: (curved(theta[None], shift)[0], slope(theta)),
    )
    mode = minimise(alone, np.zeros(PARAMETERS), tolerance=1e-9).theta
    disturbed = 0.5 * disturbances(6, range(40), *NAMES)
    blind = slope(mode)
    blind[1] = 0.0
    first = search_together(curved, np.repeat(mode[None], 40, axis=0), each(blind, 40), disturbed)
    found = optimise(curved, alone, mode, blind, disturbed)
    best = np.array([minimise(alone, mode, shift, tolerance=1e-9).loss for shift in disturbed])
    assert (found.loss <= first.loss + 1e-9).all()
    assert (found.loss - best < 0.1).mean() >= 0.9
    assert (first.loss - best < 0.1).mean() < 0.9  # the case is one in which a second search is needed
