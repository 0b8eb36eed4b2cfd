"""Effects of interventions on paired draws, and how far the factor that they remove was necessary or sufficient.

The factual year of a draw and its counterfactual share parameters and all chance. Means of their differences have
smaller errors than differences of means; but how the two are coupled is a property of the model's random numbers, not
of the world. So probabilities of necessity and sufficiency are given twice: as counted over the coupled pairs, and as
the bounds that hold for every coupling.

Source: Tian & Pearl (2000), Annals of Mathematics and Artificial Intelligence 28, for the bounds from experiments;
Agresti & Min (2005), Statistics in Medicine 24, for the interval of a difference of paired proportions.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dualpower.experiment.statistics import interval_of_mean, paired_interval, probability

Array = NDArray[Any]


class Effect(NamedTuple):
    """What an intervention does to one number, over some draws.

    Attributes
    ----------
    factual, changed
        Mean without and with the intervention.
    difference, low, high
        Mean of the paired differences (changed minus factual) and its 90 % interval, over parameters and chance.
    paired_sd, unpaired_sd
        Standard deviation of one difference: of a pair, and of two years that share nothing.
    draws
        How many pairs.
    """

    factual: float
    changed: float
    difference: float
    low: float
    high: float
    paired_sd: float
    unpaired_sd: float
    draws: int


_NAN = float("nan")
NOTHING = Effect(_NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, 0)
"""The effect where no pair can be compared."""


class Bounded(NamedTuple):
    """A probability as the coupled pairs have it (NaN where nothing can be counted), and its bounds for all couplings;
    ``least`` and ``most`` are those bounds with the error of a finite number of draws.
    """

    coupled: float
    low: float
    high: float
    least: float
    most: float


class Causes(NamedTuple):
    """Probabilities of necessity, of sufficiency, and of both (PN, PS, PNS)."""

    necessity: Bounded
    sufficiency: Bounded
    both: Bounded


def effect(factual: Array, changed: Array, row: Array, *, event: bool) -> Effect:
    """The effect over some draws.

    Parameters
    ----------
    factual, changed
        array[draw], paired.
    row
        Which parameters each draw has, array[draw]: draws that share them are no independent evidence about them.
    event
        Whether the numbers are a yes or no.
    """
    apart = changed - factual
    count = len(apart)
    if not count:
        return NOTHING
    same, mean = np.full(count, 1 / count), float(apart.mean())
    low, high = paired_interval(apart, same, row, mean) if event else map(float, interval_of_mean(apart, same, row))
    alone = float(np.sqrt(factual.var() + changed.var()))
    return Effect(float(factual.mean()), float(changed.mean()), mean, low, high, float(apart.std()), alone, count)


def bounds(p_with: float, p_without: float) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Bounds of PN, PS and PNS for any coupling, from P(Y | do X) and P(Y | do not X): Tian and Pearl (2000).

    Where the probability that is conditioned on is 0, nothing is known: 0 to 1.
    """
    gain = p_with - p_without
    both = max(0.0, gain), min(p_with, 1 - p_without)
    necessity = (max(0.0, gain / p_with), min(1.0, (1 - p_without) / p_with)) if p_with > 0 else (0.0, 1.0)
    left = 1 - p_without
    sufficiency = (max(0.0, gain / left), min(1.0, p_with / left)) if left > 0 else (0.0, 1.0)
    return necessity, sufficiency, both


def causes(with_factor: Array, without: Array, row: Array) -> Causes:
    """PN, PS and PNS of a factor for an event.

    Parameters
    ----------
    with_factor, without
        Whether the event comes about with the factor and without it, array[draw] of 0 or 1, paired.
    row
        Which parameters each draw has, array[draw].
    """
    yes, no = with_factor > 0.5, without <= 0.5
    pairs = bounds(float(yes.mean()), 1 - float(no.mean()))
    counted = (_share(yes & no, yes), _share(yes & no, no), float((yes & no).mean()))
    widest = _widest(probability(yes, row), probability(~no, row))
    return Causes(*(Bounded(value, *ends, *far) for value, ends, far in zip(counted, pairs, widest, strict=True)))


def _widest(with_factor: tuple[float, float], without: tuple[float, float]) -> list[tuple[float, float]]:
    """Bounds over all that two intervals of probabilities allow; they are monotonic in both, so corners tell."""
    corners = [bounds(one, other) for one in with_factor for other in without]
    return [(min(each[k][0] for each in corners), max(each[k][1] for each in corners)) for k in range(3)]


def _share(both: Array, given: Array) -> float:
    return float(both.sum() / given.sum()) if given.any() else float("nan")
