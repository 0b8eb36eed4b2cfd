"""What draws say together: shares with their Monte-Carlo error, and targets beside the spread of the draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from dualpower.record import survey
from dualpower.record.errors import Z90
from dualpower.record.meaning import number, row_id, text
from dualpower.record.score import days_counted, from_memory
from dualpower.run import RunError

if TYPE_CHECKING:
    import xarray as xr

    from dualpower.scenario import Scenario

SCORE_COLUMNS = (
    "target_id", "split", "date", "date_end", "date_new_style", "place", "quantity", "group", "unit", "observed",
    "low", "high", "median", "low_90", "high_90", "in_band", "share_in_band", "basis", "memory",
)  # fmt: skip


def levels(q: Any) -> NDArray[np.float64]:
    """Quantiles that are asked for, one or several (`RunError` if one is no number from 0 to 1)."""
    try:
        found = np.atleast_1d(np.asarray(q, np.float64))
    except (TypeError, ValueError):
        found = np.array([np.nan])
    if found.ndim != 1 or not ((found >= 0) & (found <= 1)).all():
        raise RunError(f"quantiles: expected numbers from 0 to 1, not {' '.join(repr(q).split())}")
    return found


def wilson(successes: float, trials: float, z: float = Z90) -> tuple[float, float]:
    """Wilson's interval of a share, 90 % unless told otherwise; never outside 0..1, of some width at 0 and 1 too."""
    share, extra = successes / trials, z * z / trials
    middle = (share + extra / 2) / (1 + extra)
    half = z / (1 + extra) * np.sqrt(share * (1 - share) / trials + extra / (4 * trials))
    low, high = float(middle - half), float(middle + half)
    return (low if successes > 0 else 0.0), (high if successes < trials else 1.0)  # exactly, whatever the rounding


def quantiles_of_bodies(
    values: xr.DataArray, seats: xr.DataArray, q: NDArray[np.float64], found: NDArray[Any]
) -> NDArray[Any]:
    """Quantiles over those draws in which a body sits, array[quantile, date, council, ...]; NaN where it sits in none.

    ``found``: the quantiles over all draws, which are taken where a body sits in all of them.
    """
    sits = seats.transpose("draw", "date", "council").to_numpy() > 0
    every = values.transpose("draw", "date", "council", ...).to_numpy()
    found = np.array(found)
    for day, council in zip(*np.nonzero(~sits.all(0)), strict=True):
        some = every[sits[:, day, council], day, council]
        found[:, day, council] = np.quantile(some, q, axis=0) if len(some) else np.nan
    return found


def error_of_mean(values: NDArray[np.float64], weights: NDArray[np.float64], row: NDArray[Any]) -> NDArray[np.float64]:
    """Standard error of a weighted mean over draws, where some of them share their parameters.

    Draws that share them are one cluster, unless all do. The mean is nearer to heavy clusters than the truth is, so the
    sum of squares around it is divided by what is left of it on average, for clusters of weights W that err alike:

        1 - 2 sum W^3 / sum W^2 + sum W^2   (1 - 1 / n for n equal ones)

    Parameters
    ----------
    values
        array[draw, ...].
    weights
        array[draw]; they sum to 1.
    row
        Which parameters each draw has, array[draw].

    Returns
    -------
    array[...], infinite where one cluster has all the weight.
    """
    which = _clusters(row)
    away = (weights * (values - np.tensordot(weights, values, 1)).T).T
    sums = np.zeros((which.max() + 1, *away.shape[1:]))
    np.add.at(sums, which, away)
    heavy = np.bincount(which, weights)
    square = (heavy**2).sum()
    left = 1 - 2 * (heavy**3).sum() / square + square
    return np.asarray(np.sqrt((sums**2).sum(0) / left) if left > 1e-9 else np.full(away.shape[1:], np.inf))


def interval_of_mean(
    values: NDArray[np.float64], weights: NDArray[np.float64], row: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The 90 % interval of such a mean; without ends where next to all weight is one cluster's."""
    middle, error = np.tensordot(weights, values, 1), error_of_mean(values, weights, row)
    half = half_width(error, float(1 / (np.bincount(_clusters(row), weights) ** 2).sum()))
    return np.asarray(middle - half), np.asarray(middle + half)


def half_width(error: NDArray[np.float64] | float, worth: float) -> NDArray[np.float64]:
    """Half of a 90 % interval from a standard error, by Student's t with one degree of freedom less than the draws are
    worth (Kish 1965).
    """
    wide = float(stdtrit(worth - 1, 0.95)) if worth > 1 else np.inf
    with np.errstate(invalid="ignore"):
        return np.where(np.asarray(error) == 0, 0.0, wide * np.asarray(error))


def _clusters(row: NDArray[Any]) -> NDArray[np.intp]:
    """Number of the cluster of each draw: those that share their parameters, or every draw by itself if all do."""
    which = np.unique(row, return_inverse=True)[1]
    return np.asarray(which if which.max(initial=0) else np.arange(len(row)), np.intp)


def paired_proportion(
    apart: NDArray[np.float64], weights: NDArray[np.float64], row: NDArray[Any]
) -> tuple[float, float]:
    """Middle and standard error of a difference of paired proportions (Agresti & Min 2005: half a pair more each).

    Parameters
    ----------
    apart
        From -1 to 1, array[draw]: -1, 0 or 1 of a pair, or a mean of such.
    weights
        array[draw]; they sum to 1.
    row
        Which parameters each draw has, array[draw]: draws that share them count as fewer (Kish 1965).
    """
    worth = _worth(apart, weights, row)
    middle = worth * float(weights @ apart) / (worth + 2)
    return middle, float(np.sqrt(worth * (weights @ apart**2) + 1 - (worth + 2) * middle**2) / (worth + 2))


def paired_interval(
    apart: NDArray[np.float64], weights: NDArray[np.float64], row: NDArray[Any], mean: float
) -> tuple[float, float]:
    """The 90 % interval of such a difference. It holds the mean, which lies farther from 0 than the middle and would be
    outside where all pairs agree.
    """
    middle, error = paired_proportion(apart, weights, row)
    low, high = min(middle - Z90 * error, mean), max(middle + Z90 * error, mean)
    return max(low, -1.0), min(high, 1.0)


def _worth(apart: NDArray[np.float64], weights: NDArray[np.float64], row: NDArray[Any]) -> float:
    """How many draws of equal weight with parameters of their own they are worth."""
    alone, which = float(1 / (weights**2).sum()), _clusters(row)
    apart_alone, together = (float(error_of_mean(apart, weights, each)) for each in (np.arange(len(row)), row))
    if apart_alone == 0 or not np.isfinite(together):
        return float(1 / (np.bincount(which, weights) ** 2).sum())
    return alone / max((together / apart_alone) ** 2, 1.0)


def probabilities(
    outcomes: Sequence[str], possible: Iterable[str] = (), row: NDArray[Any] | None = None
) -> pd.DataFrame:
    """Share of the draws with each outcome, the most frequent first.

    Parameters
    ----------
    outcomes
        One a draw.
    possible
        Outcomes that are listed although no draw has them.
    row
        Which parameters each draw has, array[draw]: draws that share them count as fewer (Kish 1965). By default all
        have their own.

    Returns
    -------
    Index ``outcome``; columns ``probability``, ``standard_error`` (of the share, by the finite number of draws),
    ``low`` and ``high`` (Wilson's 90 % interval), ``draws`` (with that outcome), ``of``.
    """
    found = np.asarray(list(outcomes), object)
    counts = pd.Series(found).value_counts()
    names = [*counts.index, *(name for name in possible if name not in counts.index)]
    rows = [_share(found == name, np.arange(len(found)) if row is None else row) for name in names]
    columns = ["probability", "standard_error", "low", "high", "draws", "of"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(names, name="outcome"))


def probability(happened: NDArray[np.bool_], row: NDArray[Any]) -> tuple[float, float]:
    """Wilson's 90 % interval of the share of draws in which something happened; ``row`` as in `probabilities`."""
    return _share(happened, row)[2:4]


def _share(happened: NDArray[np.bool_], row: NDArray[Any]) -> tuple[float, float, float, float, int, int]:
    trials, share = len(happened), float(happened.mean())
    worth = _worth(happened.astype(float), np.full(trials, 1 / trials), row)
    error = float(np.sqrt(share * (1 - share) / worth))
    return share, error, *wilson(share * worth, worth), int(happened.sum()), trials


def score(scenario: Scenario, days: Sequence[str], simulated: Mapping[str, NDArray[np.float64]]) -> pd.DataFrame:
    """Each target beside the spread of the draws: see `Ensemble.score`; ``simulated`` has an array[draw] a target."""
    found = survey(scenario, scenario.targets, days)
    bands = dict(zip(found.rows, found.observations, strict=True))
    rows = []
    for position, target in enumerate(scenario.targets.to_dict("records")):
        row = {str(key): value for key, value in target.items()}
        band, values = bands.get(position), simulated.get(row_id(row))
        low, high = (band.low, band.high) if band else (number(row, "low"), number(row, "high"))
        counted = days_counted(scenario.calendar, row, days, band)
        rows.append(_about(row) | counted | {"low": low, "high": high} | _spread(values, low, high))
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS)).astype({"in_band": "boolean", "memory": "bool"})


def _about(row: Mapping[str, Any]) -> dict[str, Any]:
    copied = ("split", "place", "quantity", "group", "unit", "basis")
    known = {"target_id": row_id(row), "observed": number(row, "value"), "memory": from_memory(row)}
    return {key: text(row, key) for key in copied} | known


def _spread(values: NDArray[np.float64] | None, low: float, high: float) -> dict[str, Any]:
    if values is None or not len(values):
        return dict.fromkeys(("median", "low_90", "high_90", "share_in_band"), np.nan) | {"in_band": pd.NA}
    bottom, median, top = (float(value) for value in np.quantile(values, (0.05, 0.5, 0.95)))
    inside = float(((values >= low) & (values <= high)).mean())
    return {"median": median, "low_90": bottom, "high_90": top, "in_band": bool(low <= median <= high),
            "share_in_band": inside}  # fmt: skip
