"""The objective of a fit: its slope is finite everywhere the prior goes, and right."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from dualpower.inference.objective import Objective, free_parameters, objective
from dualpower.scenario import load


@pytest.fixture(scope="module")
def target() -> Objective:
    scenario = load("petrograd-1917")
    return objective(scenario, scenario.targets[scenario.targets["split"] == "calibrate"], "1917-07-31")


def test_every_parameter_with_a_prior_is_free() -> None:
    scenario = load("petrograd-1917")
    free = free_parameters(scenario)
    assert len({one.address for one in free}) == len(free) > 80
    for one in free:
        value = float(one.value(jnp.asarray(0.7)))
        assert one.theta(value) == pytest.approx(0.7, abs=1e-4)
        assert float(one.value(jnp.asarray(0.0))) == pytest.approx(one.centre, rel=1e-6)


def test_slope_is_finite_for_a_hundred_prior_draws(target: Objective) -> None:
    slope = jax.jit(jax.value_and_grad(target.loss))
    rng = np.random.default_rng(0)
    for _ in range(100):
        loss, gradient = slope(jnp.asarray(rng.standard_normal(len(target.free)), jnp.float32))
        assert np.isfinite(float(loss))
        assert np.isfinite(np.asarray(gradient)).all()


def test_slope_equals_finite_differences() -> None:
    with jax.enable_x64(True):
        scenario = load("petrograd-1917")
        rows = scenario.targets[scenario.targets["split"] == "calibrate"]
        target = objective(scenario, rows, "1917-02-28", dtype=jnp.float64)
        rng = np.random.default_rng(1)
        theta = 0.3 * rng.standard_normal(len(target.free))
        loss = jax.jit(target.loss)
        gradient = np.asarray(jax.jit(jax.grad(target.loss))(jnp.asarray(theta)))
        for _ in range(8):
            way = rng.standard_normal(len(theta))
            way /= np.linalg.norm(way)
            step = 1e-5
            rise = (float(loss(jnp.asarray(theta + step * way))) - float(loss(jnp.asarray(theta - step * way)))) / (
                2 * step
            )
            assert rise == pytest.approx(float(gradient @ way), rel=1e-4, abs=1e-5)
