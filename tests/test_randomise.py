"""Randomise, then optimise: for a linear model the draws are the posterior's; searches side by side are single
searches.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualpower.inference.randomise import disturbances, search_together, starts

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


def test_draws_of_a_linear_model_are_the_posterior() -> None:
    count = 4000
    disturbed = disturbances(3, range(count), *NAMES)
    found = search_together(residuals, np.zeros((count, PARAMETERS)), JACOBIAN, disturbed, tolerance=1e-10, reach=9.0)
    precision = SLOPE.T @ SLOPE + np.eye(PARAMETERS)
    covariance = np.linalg.inv(precision)
    mean = covariance @ (SLOPE.T @ SLOPE) @ TRUTH
    error = np.sqrt(np.diag(covariance) / count)
    assert np.abs(found.theta.mean(0) - mean).max() < 4.5 * error.max()  # fails by chance once in 10,000
    assert np.allclose(np.cov(found.theta.T), covariance, atol=6 * np.diag(covariance).max() / np.sqrt(count))


def test_the_jacobian_is_corrected_on_the_way() -> None:
    """From a wrong Jacobian, searches end where the right one does."""
    disturbed = disturbances(1, range(8), *NAMES)
    start = np.zeros((8, PARAMETERS))
    wrong = JACOBIAN + 0.3 * np.random.default_rng(0).standard_normal(JACOBIAN.shape)

    def bent(theta: np.ndarray, shift: np.ndarray) -> np.ndarray:
        return residuals(theta, shift, bend=0.2)

    right, other = (
        search_together(bent, start, jacobian, disturbed, rounds=200, tolerance=1e-12) for jacobian in (JACOBIAN, wrong)
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
    found = search_together(broken, start, JACOBIAN, disturbances(2, range(3), *NAMES), rounds=10)
    assert np.isfinite(found.loss).all()
    assert np.abs(found.theta[:, 0]).max() <= 0.01


def test_a_search_starts_where_a_linear_model_ends_and_along_silent_parameters_always() -> None:
    silent = JACOBIAN.copy()
    silent[:FACTS, 2] = 0.0  # the facts say nothing of the third
    disturbed = disturbances(4, range(50), *NAMES)

    def without(theta: np.ndarray, shift: np.ndarray) -> np.ndarray:
        seen = (theta - TRUTH) @ silent[:FACTS].T
        return np.concatenate([seen + 0.5 * np.sin(3 * seen), theta, np.zeros((len(theta), 1))], axis=1) + shift

    begun = starts(without, np.zeros(PARAMETERS), silent, disturbed)
    assert begun[:, 2] == pytest.approx(-disturbed[:, FACTS + 2])
    at_mode = 0.5 * (without(np.zeros((50, PARAMETERS)), disturbed) ** 2).sum(1)
    assert (0.5 * (without(begun, disturbed) ** 2).sum(1) <= at_mode + 1e-9).all()
    linear = starts(residuals, np.zeros(PARAMETERS), JACOBIAN, disturbed)
    found = search_together(residuals, linear, JACOBIAN, disturbed, tolerance=1e-12, reach=9.0)
    assert np.allclose(linear, found.theta, atol=2e-2)
