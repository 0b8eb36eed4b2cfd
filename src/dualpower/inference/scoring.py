"""Scoring rules: how good a predictive distribution was, once the truth is known.

Both are proper: nobody can expect a better score than by saying what they believe. CRPS is in units of the scale of
comparison, smaller is better, and is the absolute error if the prediction is one number; the log score is in nats,
larger is better.

    CRPS(F, y) = E|X - y| - E|X - X'| / 2

Source: Gneiting & Raftery 2007, Strictly proper scoring rules, prediction, and estimation. Limit: for a normal both
have closed forms, which the draws approach.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from dualpower.record.errors import Z90
from dualpower.record.transforms import Array
from dualpower.run import RunError

__all__ = [
    "Scores", "covers", "crps_draws", "crps_normal", "log_score_normal", "pit", "score_draws",
    "score_normal", "skill",
]  # fmt: skip

Z50 = 0.6744897501960817
"""Half the width of the central 50 % of a standard normal."""


def crps_draws(draws: Array, truth: float) -> float:
    """CRPS of a sample, array[draw]; unbiased in its second term ("fair", so it does not favour few draws).

    Source: Ferro 2014, Fair scores for ensemble forecasts.
    """
    x = np.sort(np.asarray(draws, np.float64))
    count = len(x)
    apart = 0.0 if count < 2 else float((2 * np.arange(1, count + 1) - count - 1) @ x) * 2 / (count * (count - 1))
    return float(np.abs(x - truth).mean()) - apart / 2


def crps_normal(mean: Array, sd: Array, truth: Array) -> Array:
    """CRPS of a normal: sd * (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)); its limit |mean - truth| where sd is 0."""
    width = np.maximum(np.asarray(sd, np.float64), 1e-12)
    z = (np.asarray(truth, np.float64) - mean) / width
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return width * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / np.sqrt(np.pi))


def log_score_normal(mean: Array, sd: Array, truth: Array) -> Array:
    """Log density of a normal at the truth (nat)."""
    z = (np.asarray(truth, np.float64) - mean) / sd
    return -0.5 * z**2 - np.log(sd) - 0.5 * np.log(2 * np.pi)


def pit(draws: Array, truth: float) -> float:
    """Share of the draws below the truth, halves for ties: uniform over many targets if predictions are calibrated."""
    x = np.asarray(draws)
    return float(((x < truth) + 0.5 * (x == truth)).mean())


def covers(draws: Array, truth: float, share: float) -> bool:
    """Whether the central interval that holds a share of the draws holds the truth."""
    low, high = np.quantile(np.asarray(draws), [(1 - share) / 2, (1 + share) / 2])
    return bool(low <= truth <= high)


def skill(own: Array, other: Array) -> float:
    """One minus the ratio of mean CRPS: 0 as good as the other, 1 perfect, negative if worse."""
    return 1.0 - float(np.mean(own)) / float(np.mean(other))


class Scores(NamedTuple):
    """What is said of one prediction of one target, on the scale of comparison."""

    mean: float
    sd: float
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float
    crps: float
    log_score: float
    pit: float
    in50: bool
    in90: bool


def score_draws(draws: NDArray[np.floating], truth: float) -> Scores:
    """Score a sample, array[draw]; its log score is that of the normal with its mean and standard deviation.

    Raises
    ------
    RunError
        If there are fewer than two draws: they have no standard deviation.
    """
    x = np.asarray(draws, np.float64)
    if len(x) < 2:
        raise RunError(f"score of a forecast: found {len(x)} predictive draws, expected at least 2")
    mean, sd = float(x.mean()), float(x.std(ddof=1))
    q05, q25, q50, q75, q95 = map(float, np.quantile(x, [0.05, 0.25, 0.5, 0.75, 0.95]))
    log_score = float(log_score_normal(mean, sd, truth))
    near, wide = covers(x, truth, 0.5), covers(x, truth, 0.9)
    return Scores(mean, sd, q05, q25, q50, q75, q95, crps_draws(x, truth), log_score, pit(x, truth), near, wide)


def score_normal(mean: float, sd: float, truth: float) -> Scores:
    """Score a normal."""
    q05, q25, q50, q75, q95 = (mean + z * sd for z in (-Z90, -Z50, 0.0, Z50, Z90))
    log_score = float(log_score_normal(mean, sd, truth))
    below, off = float(ndtr((truth - mean) / sd)), abs(truth - mean) / sd
    crps = float(crps_normal(mean, sd, truth))
    return Scores(mean, sd, q05, q25, q50, q75, q95, crps, log_score, below, off <= Z50, off <= Z90)
