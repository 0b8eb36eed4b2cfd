"""Forecasts widened by their past errors: limits, and that nothing later than an origin is used."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualpower.inference.baselines import FEWEST
from dualpower.inference.past_errors import excess, left_out


def forecasts(
    errors: list[float], *, origin: str = "1921-03-31", sd: float = 0.1, model: str = "model"
) -> pd.DataFrame:
    """One forecast a target, of one day each in April, with these errors."""
    count = len(errors)
    return pd.DataFrame({
        "origin": origin, "model": model, "scale": "log", "judged": True, "sd": sd, "mean": 0.0,
        "target_id": [f"T{n}" for n in range(count)], "date": [f"1921-04-{n + 1:02d}" for n in range(count)],
        "truth": errors,
    })  # fmt: skip


def later(model: str = "model", scale: str = "log") -> pd.DataFrame:
    """A forecast from the end of April, when all of the above had come true."""
    one = forecasts([0.0], origin="1921-04-30", model=model)
    return one.assign(target_id="L", date="1921-05-20", scale=scale)


def widened_by(past: pd.DataFrame, one: pd.DataFrame) -> float:
    return float(left_out(pd.concat([past, one], ignore_index=True))[-1])


@given(st.floats(0.01, 3.0), st.integers(3, 30))
def test_errors_as_large_as_the_draws_expect_add_nothing(sd: float, count: int) -> None:
    signs = np.resize([1.0, -1.0], count)
    assert excess(sd * signs, np.full(count, sd), np.ones(count)) == pytest.approx(0.0, abs=1e-3 * sd + 1e-4)


@given(st.lists(st.floats(0.1, 2.0), min_size=3, max_size=20), st.sampled_from([0.0, 1e-6]))
def test_draws_without_spread_get_the_root_mean_square_of_the_errors(errors: list[float], sd: float) -> None:
    each = np.array(errors)
    found = excess(each, np.full(len(each), sd), np.ones(len(each)))
    assert found == pytest.approx(float(np.sqrt(np.mean(each**2))), rel=1e-3)


def test_draws_without_spread_that_hit_are_left_as_they_are() -> None:
    assert excess(np.zeros(4), np.zeros(4), np.ones(4)) == 0


def test_the_known_excess_of_many_errors_is_found() -> None:
    rng = np.random.default_rng(1)
    sd = rng.uniform(0.1, 0.5, 20_000)
    errors = rng.normal(0, np.sqrt(sd**2 + 0.6**2))
    assert excess(errors, sd, np.ones(len(sd))) == pytest.approx(0.6, abs=0.02)  # five standard errors


def test_a_later_forecast_is_widened_and_the_first_ones_are_not() -> None:
    past = forecasts([1.0, -1.0, 1.2, -0.8])
    found = left_out(pd.concat([past, later()], ignore_index=True))
    assert (found[:-1] == 0).all()
    assert found[-1] == pytest.approx(np.sqrt(np.mean(np.square([1.0, -1.0, 1.2, -0.8])) - 0.01), rel=1e-3)


def test_only_its_own_model_and_scale_count() -> None:
    past = forecasts([1.0, -1.0, 1.2, -0.8])
    assert widened_by(past, later(model="another")) == 0
    assert widened_by(past, later(scale="logit")) == 0


def test_what_had_not_come_true_or_is_not_judged_does_not_count() -> None:
    past = forecasts([1.0, -1.0, 1.2, -0.8])
    known = widened_by(past, later())
    more = forecasts([3.0]).assign(target_id="X", date="1921-05-01")
    assert widened_by(pd.concat([past, more]), later()) == known
    memory = forecasts([3.0]).assign(target_id="X", judged=False)
    assert widened_by(pd.concat([past, memory]), later()) == known
    assert widened_by(forecasts([2.0] * (FEWEST - 1)), later()) == 0


def test_a_target_that_was_forecast_twice_counts_once() -> None:
    past = forecasts([1.0, -1.0, 1.2, -0.8])
    again = past.assign(origin="1921-02-28")
    assert widened_by(pd.concat([again, past]), later()) == pytest.approx(widened_by(past, later()), rel=1e-6)
