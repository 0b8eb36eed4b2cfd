"""The search: known minima, few Jacobians, numbers that break."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualpower.inference.least_squares import Linearised, linearise, minimise


def counted(residuals, jacobian):
    calls = {"residuals": 0, "jacobian": 0}

    def plain(theta, disturbed=0.0):
        calls["residuals"] += 1
        return residuals(theta)

    def full(theta, disturbed=0.0):
        calls["jacobian"] += 1
        return residuals(theta), jacobian(theta)

    return Linearised(plain, full), calls


def rosenbrock(x):
    return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])


def its_slope(x):
    return np.array([[-20 * x[0], 10.0], [-1.0, 0.0]])


@settings(max_examples=40, deadline=None)
@given(st.floats(-2, 2), st.floats(-1, 3))
def test_it_finds_a_bent_valleys_end(x: float, y: float) -> None:
    f, _ = counted(rosenbrock, its_slope)
    found = minimise(f, np.array([x, y]), steps=500, tolerance=1e-10)
    assert found.theta == pytest.approx([1, 1], abs=2e-2)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_a_linear_problem_takes_few_jacobians(seed: int) -> None:
    rng = np.random.default_rng(seed)
    slope, target = rng.standard_normal((12, 5)), rng.standard_normal(12)
    f, calls = counted(lambda x: slope @ x - target, lambda x: slope)
    found = minimise(f, np.zeros(5), steps=200, tolerance=1e-9, reach=50.0)
    assert found.theta == pytest.approx(np.linalg.lstsq(slope, target, rcond=None)[0], abs=1e-3)
    assert calls["jacobian"] <= 4


def test_a_step_into_numbers_that_are_none_is_not_taken() -> None:
    f, _ = counted(lambda x: np.where(np.abs(x) > 0.5, np.nan, x - 2.0), lambda x: np.eye(len(x)))
    found = minimise(f, np.zeros(2))
    assert np.isfinite(found.loss)
    assert (np.abs(found.theta) <= 0.5).all()


def test_the_compiled_jacobian_is_right() -> None:
    import jax.numpy as jnp

    f = linearise(lambda x, d, _: jnp.stack([10 * (x[1] - x[0] ** 2), 1 - x[0]]) + d)
    at = np.array([0.3, -0.7])
    value, slope = f.jacobian(at, np.array([1.0, 2.0]))
    assert value == pytest.approx(rosenbrock(at) + np.array([1.0, 2.0]), rel=1e-5)
    assert slope == pytest.approx(its_slope(at), rel=1e-5)
    assert f.residuals(at) == pytest.approx(rosenbrock(at), rel=1e-5)
