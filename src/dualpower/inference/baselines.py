"""Baselines: what somebody would forecast who knows the record and no theory.

Each says a middle on the scale of comparison from what is dated at or before the origin: `persistence` (the last value
of the target's own series), `drift` (the line through its last two), `pool` (the last share that the party had in any
body), `local level` (a random walk observed with error, by maximum likelihood). A target without any earlier value gets
the mean of all values of its kind with their standard deviation, the same from all four.

Their standard deviation is chosen in two ways: in hindsight, the one that makes their own mean CRPS smallest (which
favours them), and from their errors on the data before the origin.

Source: Hyndman & Athanasopoulos 2021, Forecasting; Durbin & Koopman 2012, Time series analysis by state space methods.
Limit: of a constant series all four say the constant.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from dualpower.inference.points import Point
from dualpower.inference.scoring import crps_normal

__all__ = ["BASELINES", "Guess", "best_spreads", "earlier_spreads", "guess", "guesses"]

Series = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Days and values in their order, one value a day."""

FEWEST = 3
"""Values, or earlier errors, without which a local level or a spread is not estimated."""

WIDE = {"logit": (0.0, 1.5), "log": (8.0, 2.0), "identity": (0.0, 1.0)}
"""Mean and standard deviation where not even two values of the kind are known."""

UNTRIED = {"logit": 0.6, "log": 0.6, "identity": 0.5}
"""Spread before the origin where fewer than `FEWEST` earlier errors are known."""


class Guess(NamedTuple):
    """A baseline's middle for a target, and its own standard deviation where the rule itself gives one (else NaN).

    ``climate`` says that there was no earlier value.
    """

    mean: float
    sd: float
    climate: bool = False


def persistence(series: Series, day: float) -> Guess:  # noqa: ARG001
    """The last value of the series."""
    return Guess(float(series[1][-1]), np.nan)


def drift(series: Series, day: float) -> Guess:
    """The straight line through the last two values."""
    days, values = series
    if len(days) < 2:
        return persistence(series, day)
    slope = (values[-1] - values[-2]) / (days[-1] - days[-2])
    return Guess(float(values[-1] + slope * (day - days[-1])), np.nan)


def local_level(series: Series, day: float) -> Guess:
    """A random walk observed with error, by maximum likelihood on daily steps; persistence where values are few."""
    days, values = series
    if len(days) < FEWEST or np.ptp(values) < 1e-9:
        return persistence(series, day)
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    daily = np.full(int(days[-1] - days[0]) + 1, np.nan)
    daily[(days - days[0]).astype(int)] = values
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a likelihood that is flat in one variance is no news with three values
        fitted = UnobservedComponents(daily, "local level").fit(disp=False)
        ahead = fitted.get_forecast(max(int(day - days[-1]), 1))
    mean, sd = float(ahead.predicted_mean[-1]), float(np.sqrt(ahead.var_pred_mean[-1]))
    return Guess(mean, sd) if np.isfinite([mean, sd]).all() else persistence(series, day)


class Baseline(NamedTuple):
    """A rule from a series and a day to a guess; ``pooled`` if it looks at any body, ``own`` series otherwise."""

    rule: Callable[[Series, float], Guess]
    pooled: bool


BASELINES: Mapping[str, Baseline] = {
    "persistence": Baseline(persistence, pooled=False),
    "drift": Baseline(drift, pooled=False),
    "pool": Baseline(persistence, pooled=True),
    "local level": Baseline(local_level, pooled=True),
}
"""Every baseline by name."""


def guess(name: str, target: Point, known: Sequence[Point]) -> Guess:
    """What a baseline says of a target from known points (which the caller has cut at the origin)."""
    baseline = BASELINES[name]
    wide = baseline.pooled and target.pool is not None
    series = series_of(known, "pool" if wide else "series", target.pool if wide else target.series)
    return baseline.rule(series, float(target.day)) if len(series[0]) else climate(target, known)


def guesses(name: str, targets: Sequence[Point], known: Sequence[Point], origin: int) -> list[Guess]:
    """What a baseline says of some targets on the evening of day ``origin``."""
    past = [one for one in known if one.day <= origin]
    return [guess(name, one, past) for one in targets]


def series_of(known: Sequence[Point], key: str, wanted: Hashable) -> Series:
    """Days and values of the points with a key; values of one day count as their mean."""
    chosen = [one for one in known if getattr(one, key) == wanted]
    days = sorted({one.day for one in chosen})
    values = [float(np.mean([one.z for one in chosen if one.day == day])) for day in days]
    return np.array(days, np.float64), np.array(values, np.float64)


def climate(target: Point, known: Sequence[Point]) -> Guess:
    """Mean and standard deviation of all values of the target's kind, for a series that has not begun."""
    values = [one.z for one in known if (one.kind, one.scale) == (target.kind, target.scale)]
    mean, sd = WIDE[target.scale]
    if len(values) > 1:
        mean, sd = float(np.mean(values)), max(float(np.std(values, ddof=1)), 0.1)
    return Guess(mean, sd, climate=True)


def best_spreads(targets: Sequence[Point], said: Sequence[Guess]) -> dict[str, float]:
    """The standard deviation, by scale, that makes the mean CRPS of some guesses smallest in hindsight."""
    pairs = [(one, guess) for one, guess in zip(targets, said, strict=True) if not guess.climate]
    return {scale: _best([(g.mean - t.z) for t, g in pairs if t.scale == scale], scale) for scale in WIDE}


def _best(errors: list[float], scale: str) -> float:
    if not errors:
        return UNTRIED[scale]
    off = np.array(errors)

    def cost(log_sd: float) -> float:
        return float(crps_normal(off, np.exp(log_sd), 0.0).mean())

    for most in (3.0, 6.0):  # farther only from the first end: a search of other bounds moves the last digits of all
        found = float(minimize_scalar(cost, bounds=(-5.0, most), method="bounded").x)
        if found < most - 0.01:
            break
    return float(np.exp(found))


def earlier_spreads(name: str, known: Sequence[Point], origin: int) -> dict[str, float]:
    """Root mean square of a baseline's errors, by scale, on points up to ``origin``, each told from those before it."""
    past = [one for one in known if one.day <= origin]
    errors: dict[str, list[float]] = {scale: [] for scale in WIDE}
    for one in past:
        said = guess(name, one, [each for each in past if each.day < one.day])
        if not said.climate:
            errors[one.scale].append(said.mean - one.z)
    return {
        scale: float(np.sqrt(np.mean(np.square(off)))) if len(off) >= FEWEST else UNTRIED[scale]
        for scale, off in errors.items()
    }
