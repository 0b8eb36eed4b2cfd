"""Observation error: how sure the record is of a number, on the scale of comparison, and how far a run is from it.

A row's `low` and `high` are read as a 90 % interval. Its middle on the scale of comparison is where a run should be;
its standard deviation is the width divided by 3.29, but not less than a floor: two printed sources that happen to
agree do not make a head count exact. Rows from memory or guess are taken to be twice as uncertain.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from dualpower.record.measures import Arrays
from dualpower.record.observation import Observation
from dualpower.record.observe import observe
from dualpower.record.transforms import Array, TransformName, inverse, namespace, transform

Z90 = 1.6448536269514722
"""Half the width of a 90 % interval of a normal distribution, in standard deviations."""

SD_FLOOR: Mapping[TransformName, float] = {"log": 0.10, "logit": 0.15, "identity": 0.25}
"""Smallest standard deviation: a tenth of a count; two points of a share of 15 per cent, four of one of a half."""

SD_ASSUMED: Mapping[TransformName, float] = {"log": 0.25, "logit": 0.30, "identity": 0.0}
"""Standard deviation by which a missing bound is filled in."""

UNSURE = frozenset({"memory", "guess"})
"""Kinds of source that nobody has confirmed on a page."""

UNSURE_FACTOR = 2.0
"""How much more uncertain such a row is taken to be."""

HUBER = 4.0
"""Standard deviations beyond which a miss counts linearly."""


class Band(NamedTuple):
    """What a row says of a number.

    `value`, `low`, `high` in natural units; `centre_z`, `sd` on the scale of comparison; `assumed`: a bound was missing
    and has been filled in.
    """

    value: float
    low: float
    high: float
    centre_z: float
    sd: float
    assumed: bool


def band(
    value: float,
    low: float,
    high: float,
    name: TransformName,
    *,
    scale: float = 1.0,
    offset: float = 1.0,
    kind: str = "",
) -> Band:
    """Return the band of a row; NaN stands for a missing number.

    A missing bound is `SD_ASSUMED` away from the value; a missing value is the middle of its bounds.

    Raises
    ------
    ValueError
        If there is neither a value nor both bounds, or if `low` is above `high`.
    """

    def on(number: float) -> float:
        return float(transform(number, name, scale=scale, offset=offset))

    def back(number: float) -> float:
        return inverse(number, name, scale=scale, offset=offset)

    assumed = math.isnan(low) or math.isnan(high)
    if math.isnan(value):
        if assumed:
            raise ValueError("neither a value nor both bounds")
        value = back((on(low) + on(high)) / 2.0)
    spread = Z90 * SD_ASSUMED[name]
    if math.isnan(low):
        low = min(back(on(value) - spread), high) if not math.isnan(high) else back(on(value) - spread)
    if math.isnan(high):
        high = max(back(on(value) + spread), low)
    if low > high:
        raise ValueError(f"low {low:g} above high {high:g}")
    sd = standard_deviation(on(low), on(high), name, kind)
    return Band(value, low, high, (on(low) + on(high)) / 2.0, sd, assumed)


def standard_deviation(low: float, high: float, name: TransformName, kind: str = "") -> float:
    """Return the standard deviation of bounds already on the scale of comparison."""
    sd = max((high - low) / (2.0 * Z90), SD_FLOOR[name])
    return sd * UNSURE_FACTOR if kind in UNSURE else sd


def z_score(value: Array, observation: Observation) -> Array:
    """Return how many standard deviations a number (natural units) lies above the middle of the row's band."""
    return (observation.compared(value) - observation.centre_z) / observation.sd


def loss_terms(arrays: Arrays, observations: Sequence[Observation], *, huber: float | None = None) -> Array:
    """Return the residuals of a run, array[observation]: half the sum of their squares is the loss of a fit.

    Parameters
    ----------
    arrays : daily arrays by name, NumPy or JAX
    observations : from `plan`; pseudo-observations of quiet days are rows like any other
    huber : beyond so many standard deviations the loss grows linearly (Huber 1964); None for never
    """
    if not observations:
        return np.zeros(0)
    terms = [z_score(observe(arrays, observation), observation) for observation in observations]
    residuals = namespace(terms[0]).stack(terms)
    return residuals if huber is None else softened(residuals, huber)


def softened(z: Array, limit: float) -> Array:
    """Return residuals r with r² / 2 = Huber's loss of z: z up to `limit`, then sign(z)·√(limit·(2|z| − limit))."""
    xp = namespace(z)
    size = xp.maximum(xp.abs(z), limit)  # keeps the root away from 0, where it has no slope
    return xp.where(xp.abs(z) <= limit, z, xp.sign(z) * xp.sqrt(limit * (2.0 * size - limit)))
