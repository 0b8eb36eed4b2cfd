"""Limits in which a law has a known answer (sources in the laws' docstrings). Exact arithmetic, double precision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit, ndtri

from dualpower.laws import allegiance, contests, councils, line, mobilisation, power


@pytest.fixture(autouse=True)
def _double_precision() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


def params(**values: float) -> dict[str, Any]:
    return {name: jnp.asarray(value, jnp.float64) for name, value in values.items()}


_LEVEL = {"unit": 0.0, "city": 0.0, "call": 0.0, "organisation": 0.0, "grievance": 0.0}
_STEPS = {"temper": 0.0, "steepness": 0.6, "street": 0.0, "arms": 0.0, "ceiling": 1.0}


def active(p: dict[str, Any], own: Any, nearby: Any, push: Any) -> Any:
    """Share active of each unit tomorrow at rate 1, by the laws of mobilisation."""
    zero = jnp.zeros_like(push)
    level = mobilisation.level(p, own, nearby, zero, zero, push)
    return mobilisation.choice(p, level, mobilisation.resentment(p, zero, jnp.zeros(1)), jnp.ones_like(push))[0][0, 0]


def settle(step: Callable[[Any], Any], start: Any, days: int = 4000) -> Any:
    return jax.jit(lambda x: jax.lax.fori_loop(0, days, lambda _, y: step(y), x))(start)


def cascade(b: float, s: float, start: float) -> float:
    p = params(**{**_LEVEL, **_STEPS, "base": b, "unit": s})
    one = jnp.zeros(1)
    return float(settle(lambda r: active(p, r, one, one), jnp.full(1, start))[0])


@pytest.mark.parametrize(
    ("s", "up", "down"), [(5, -2.344390, -2.655610), (6, -2.584907, -3.415093), (8, -2.934320, -5.065680)]
)
def test_cascade_has_two_stable_states_between_two_folds(s: float, up: float, down: float) -> None:
    edge = np.sqrt(1 - 4 / s)
    low, high = (1 - edge) / 2, (1 + edge) / 2

    def tomorrow(share: Any, b: float) -> Any:
        p = params(**{**_LEVEL, **_STEPS, "base": b, "unit": s})
        return active(p, share[None], jnp.zeros(1), jnp.zeros(1))[0]

    for b, fold in ((up, low), (down, high)):
        share, slope = jax.value_and_grad(tomorrow)(jnp.asarray(fold), b)
        assert float(share) == pytest.approx(fold, abs=1e-6)
        assert float(slope) == pytest.approx(1.0, abs=1e-5)
    inside = (up + down) / 2
    assert cascade(inside, s, 0.0) < low < high < cascade(inside, s, 1.0)
    for b, start in ((up + 0.02, 0.0), (down - 0.02, 1.0)):
        assert cascade(b, s, start) == pytest.approx(cascade(b, s, 1 - start), abs=1e-9)


def test_cascade_jumps_and_remembers() -> None:
    up, down = -2.584907, -3.415093
    assert cascade(up - 0.05, 6, 0.0) == pytest.approx(0.149834, abs=1e-5)
    assert cascade(up + 0.05, 6, 0.0) == pytest.approx(0.962264, abs=1e-5)
    assert cascade(down - 0.05, 6, 1.0) == pytest.approx(0.037736, abs=1e-5)
    assert cascade(down + 0.05, 6, 1.0) == pytest.approx(0.850166, abs=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_cascade_fixed_point_solves_its_equation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    s, b = rng.uniform(0.5, 9), rng.uniform(-5, 1)
    r = cascade(b, s, 0.0)
    assert r == pytest.approx(expit(b + s * r), abs=1e-10)


def thresholds(values: Any, steep: float = 1e7, days: int = 300) -> float:
    """Share that ends up active when each unit is a person who goes out once so large a share is out."""
    p = params(**{**_LEVEL, **_STEPS, "base": 0.0, "city": steep})
    push = -steep * jnp.asarray(values, jnp.float64)
    zero = jnp.zeros_like(push)
    return float(settle(lambda r: active(p, zero, jnp.broadcast_to(r.mean(), r.shape), push), zero, days).mean())


def test_granovetters_hundred() -> None:
    values = (np.arange(100) - 0.5) / 100
    assert thresholds(values) == pytest.approx(1.0, abs=1e-4)
    values[1] = 0.015
    assert thresholds(values) == pytest.approx(0.01, abs=1e-4)


@pytest.mark.parametrize(
    ("sd", "share"), [(10, 0.7696), (11, 1.7130), (12, 4.0211), (12.2, 5.4792), (12.23, 100.0), (20, 99.9911)]
)
def test_granovetters_normal_thresholds(sd: float, share: float) -> None:
    count = 800_000
    values = 0.25 + sd / 100 * ndtri((np.arange(count) + 0.5) / count)
    assert 100 * thresholds(values, steep=1e9, days=1000) == pytest.approx(share, abs=2e-3)


@pytest.mark.parametrize(
    ("society", "open_share"),
    [
        ((0, 20, 20, 30, 40, 50, 60, 70, 80, 100), 0.1),
        ((0, 10, 20, 30, 40, 50, 60, 70, 80, 100), 0.9),
        ((0, 20, 30, 30, 40, 50, 60, 70, 80, 100), 0.1),
        ((0, 10, 30, 30, 40, 50, 60, 70, 80, 100), 0.2),
    ],
)
def test_kurans_societies(society: tuple[int, ...], open_share: float) -> None:
    values = np.array(society) / 100 - 0.005
    assert thresholds(values) == pytest.approx(open_share, abs=1e-4)


@pytest.mark.parametrize("rate", [1.0, 0.1, 0.01])
@pytest.mark.parametrize("zealots", [(3.0, 1.0), (8.0, 2.0), (0.5, 4.0)])
def test_imitation_with_cells_ends_at_the_cells_own_ratio(zealots: tuple[float, float], rate: float) -> None:
    n = 100.0
    p = params(presence=0.0, conformity=1.0, match=0.0, blame=0.0, inertia=0.0, unmoored=0.0, taste=0.0)
    nothing = jnp.zeros((1, 1))
    seen = jnp.asarray(zealots)[:, None] / n

    def step(share: Any) -> Any:
        appeal = allegiance.appeal(
            p, nothing, nothing, nothing, share, jnp.zeros(1), jnp.zeros(1), jnp.zeros(1), seen, margin=2.0
        )
        return (1 - rate) * share + rate * allegiance.choice(p, appeal, jnp.zeros(1))[0]

    k = 30.0
    one = step(jnp.array([[k / n], [1 - k / n]]))
    expected = (1 - rate) * k / n + rate * (k + zealots[0]) / (n + sum(zealots))
    assert float(one[0, 0]) == pytest.approx(expected, rel=1e-9)
    end = settle(step, jnp.array([[0.05], [0.95]]), 60_000)
    assert float(end[0, 0]) == pytest.approx(zealots[0] / sum(zealots), abs=1e-6)


def test_allegiance_stays_below_a_loop_gain_of_one() -> None:
    for conformity in (0.5, 0.9, 1.2, 3.0):
        for presence in (0.0, 0.1, 0.4):
            bent = float(allegiance.gain(params(conformity=conformity, presence=presence)))
            assert bent + 0.5 * presence < 0.98 + 1e-9
    assert float(allegiance.gain(params(conformity=0.5, presence=0.0))) == pytest.approx(0.5, abs=1e-4)


W = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25], [0.0, 0.5, 0.5]])


@pytest.mark.parametrize(
    ("susceptible", "expected"),
    [((1.0, 1.0, 1.0), (0.25, 0.25, 0.25)), ((0.8, 0.5, 0.9), (0.38255034, 0.07382550, 0.06040268))],
)
@pytest.mark.parametrize("pace", [1.0, 0.3])
def test_friedkin_johnsen(susceptible: tuple[float, ...], expected: tuple[float, ...], pace: float) -> None:
    own = jnp.array([[1.0], [0.0], [0.0]])
    heard = jnp.asarray(W - np.diag(np.diag(W)))
    stubborn = 1 - jnp.asarray(susceptible)
    p = params(pace=pace)
    end = settle(lambda x: line.bodies(p, x, own, heard, stubborn, jnp.ones(3)), own)
    assert np.asarray(end)[:, 0] == pytest.approx(expected, abs=1e-7)


def test_a_body_that_is_absent_is_not_heard() -> None:
    own = jnp.array([[1.0], [0.0], [0.0]])
    heard = jnp.asarray(W - np.diag(np.diag(W)))
    present = jnp.array([0.0, 1.0, 1.0])
    end = settle(lambda x: line.bodies(params(pace=1.0), x, own, heard, jnp.array([1.0, 0.0, 0.0]), present), own)
    assert np.asarray(end)[1:, 0] == pytest.approx([0.0, 0.0], abs=1e-12)
    assert float(line.public_line(own, jnp.ones((1, 3)), present)[0, 0]) == 0.0


def test_galams_tiers() -> None:
    share = 0.45
    for expected in (0.42525, 0.38871, 0.335822):
        share = float(councils.majority(share, 3))
        assert share == pytest.approx(expected, abs=1e-5)
    edge = (1 + np.sqrt(13)) / 6
    assert float(councils.majority(edge, 4)) == pytest.approx(edge, abs=1e-12)
    share = 0.76
    for expected in (0.755039, 0.746755, 0.732793, 0.708937):
        share = float(councils.majority(share, 4))
        assert share == pytest.approx(expected, abs=2e-6)


def masters(a: float, start: float) -> float:
    p = params(contagion=a)
    both = jnp.ones(2)

    def step(y: Any) -> Any:
        return power.compliance(p, y, power.authority(y, jnp.ones(1)), jnp.zeros((2, 1)), both, jnp.asarray(1.0))

    return float(settle(step, jnp.array([[start], [1 - start]]))[0, 0])


@pytest.mark.parametrize("a", [0.5, 1.5, 1.95])
def test_two_masters_last_below_the_critical_contagion(a: float) -> None:
    assert masters(a, 0.7) == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize("a", [2.1, 2.5, 4.0])
def test_two_masters_do_not_last_above_it(a: float) -> None:
    root = brentq(lambda y: y - expit(a * (2 * y - 1)), 0.5 + 1e-3, 1 - 1e-12)
    assert masters(a, 0.51) == pytest.approx(root, abs=1e-7)
    assert masters(a, 0.49) == pytest.approx(1 - root, abs=1e-7)
    if a == 2.5:
        assert root == pytest.approx(0.855, abs=1e-3)


def test_equal_sides_win_half_of_the_time_and_scale_does_not_matter() -> None:
    p = params(decisiveness=2.5)
    assert float(contests.odds(p, jnp.asarray(5000.0), jnp.asarray(5000.0))) == pytest.approx(0.5)
    small, large = (float(contests.odds(p, jnp.asarray(k * 3.0), jnp.asarray(k * 7.0))) for k in (1e3, 1e5))
    assert small == pytest.approx(large, rel=1e-12) == pytest.approx(3**2.5 / (3**2.5 + 7**2.5), rel=1e-9)
