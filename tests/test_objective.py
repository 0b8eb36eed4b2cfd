"""The objective of a fit: its slope is finite everywhere the prior goes, and right."""

from __future__ import annotations

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from dualpower._cache import quick_to_compile
from dualpower.inference.evidence import evidence
from dualpower.inference.objective import Objective, free_parameters, objective
from dualpower.scenario import load


@pytest.fixture(scope="module")
def target() -> Objective:
    scenario = load("petrograd-1917")
    return objective(scenario, evidence(scenario, "1917-07-31"), "1917-07-31")


def test_every_parameter_with_a_prior_is_free() -> None:
    scenario = load("petrograd-1917")
    free = free_parameters(scenario)
    assert len({one.address for one in free}) == len(free) > 80
    for one in free:
        value = float(one.value(jnp.asarray(0.7)))
        assert one.theta(value) == pytest.approx(0.7, abs=1e-4)
        assert float(one.value(jnp.asarray(0.0))) == pytest.approx(one.centre, rel=1e-6)


def test_theta_of_nought_is_finite_and_what_is_declared_nought_stays() -> None:
    scenario = load("petrograd-1917")
    factor = next(one for one in free_parameters(scenario) if one.row.prior == "lognormal")
    assert not factor.stays
    assert np.isfinite(factor.theta(0.0))
    assert float(factor.value(jnp.asarray(factor.theta(0.0)))) == pytest.approx(0.0, abs=2e-6 * factor.centre)
    assert factor.step(2.0) == 2.0 * factor.row.sd
    nought = dataclasses.replace(factor, centre=0.0)
    assert nought.stays
    assert nought.theta(0.0) == nought.theta(1.0) == 0.0


def test_slope_is_finite_for_a_hundred_prior_draws(target: Objective) -> None:
    loss_of = jax.value_and_grad(lambda theta, given: 0.5 * (target.residuals(theta, 0.0, given) ** 2).sum())
    slope = jax.jit(loss_of, compiler_options=quick_to_compile())
    rng = np.random.default_rng(0)
    for _ in range(100):
        loss, gradient = slope(jnp.asarray(rng.standard_normal(len(target.free)), jnp.float32), target.given)
        assert np.isfinite(float(loss))
        assert np.isfinite(np.asarray(gradient)).all()


def test_slope_equals_finite_differences() -> None:
    with jax.enable_x64(True):
        scenario = load("petrograd-1917")
        target = objective(scenario, evidence(scenario, "1917-02-28"), "1917-02-28", dtype=jnp.float64)
        rng = np.random.default_rng(1)
        theta = 0.3 * rng.standard_normal(len(target.free))
        loss, slope = (jax.jit(f, compiler_options=quick_to_compile()) for f in (target.loss, jax.grad(target.loss)))
        gradient = np.asarray(slope(jnp.asarray(theta)))
        for _ in range(8):
            way = rng.standard_normal(len(theta))
            way /= np.linalg.norm(way)
            step = 1e-5
            rise = (float(loss(jnp.asarray(theta + step * way))) - float(loss(jnp.asarray(theta - step * way)))) / (
                2 * step
            )
            assert rise == pytest.approx(float(gradient @ way), rel=1e-4, abs=1e-5)


def test_what_is_held_moves_nothing() -> None:
    scenario = load("petrograd-1917").set("allegiance.blame", 0.0)
    held = objective(scenario, evidence(scenario, "1917-02-10"), "1917-02-10")
    assert held.held == {"allegiance.blame"}
    at = next(k for k, one in enumerate(held.free) if one.address == "allegiance.blame")
    seen = jax.jit(held.natural)
    moved = jnp.zeros(len(held.free)).at[at].set(3.0)
    assert np.array_equal(np.asarray(seen(jnp.zeros(len(held.free)))), np.asarray(seen(moved)))
    assert "allegiance.blame" not in held.values(np.zeros(len(held.free)))
