"""What draws say together: shares with their Monte-Carlo error, and targets beside the spread of the draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower.record import survey
from dualpower.record.meaning import number, row_id, text

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

Z_90 = 1.6448536269514722
SCORE_COLUMNS = (
    "target_id", "split", "date", "date_end", "date_new_style", "place", "quantity", "group", "unit", "observed",
    "low", "high", "median", "low_90", "high_90", "in_band", "share_in_band", "basis",
)  # fmt: skip


def wilson(successes: int, trials: int, z: float = Z_90) -> tuple[float, float]:
    """Wilson's interval of a share, 90 % unless told otherwise; never outside 0..1, of some width at 0 and 1 too."""
    share, extra = successes / trials, z * z / trials
    middle = (share + extra / 2) / (1 + extra)
    half = z / (1 + extra) * np.sqrt(share * (1 - share) / trials + extra / (4 * trials))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def error_of_mean(values: NDArray[np.float64], weights: NDArray[np.float64], row: NDArray[Any]) -> NDArray[np.float64]:
    """Standard error of a weighted mean over draws, where some of them share their parameters.

    Parameters
    ----------
    values
        array[draw, ...].
    weights
        array[draw]; they sum to 1.
    row
        Which parameters each draw has, array[draw]: draws that share them count as one cluster, unless all do.

    Returns
    -------
    array[...], infinite for a single draw.
    """
    kinds, which = np.unique(row, return_inverse=True)
    count, which = (len(row), np.arange(len(row))) if len(kinds) == 1 else (len(kinds), which)
    away = (weights * (values - np.tensordot(weights, values, 1)).T).T
    sums = np.zeros((count, *away.shape[1:]))
    np.add.at(sums, which, away)
    if count < 2:
        return np.full(away.shape[1:], np.inf)
    return np.asarray(np.sqrt((sums**2).sum(0) * count / (count - 1)))


def paired_proportion(
    apart: NDArray[np.float64], weights: NDArray[np.float64], row: NDArray[Any]
) -> tuple[float, float]:
    """Middle and standard error of a difference of paired proportions (Agresti & Min 2005: half a pair more each).

    Parameters
    ----------
    apart
        -1, 0 or 1, array[draw].
    weights
        array[draw]; they sum to 1.
    row
        Which parameters each draw has, array[draw]: draws that share them count as fewer (Kish 1965).
    """
    worth = _worth(apart, weights, row)
    gained, lost = (worth * weights[apart * sign > 0].sum() + 0.5 for sign in (1, -1))
    middle = (gained - lost) / (worth + 2)
    return float(middle), float(np.sqrt(gained + lost - (worth + 2) * middle**2) / (worth + 2))


def paired_interval(
    apart: NDArray[np.float64], weights: NDArray[np.float64], row: NDArray[Any], mean: float
) -> tuple[float, float]:
    """The 90 % interval of such a difference. It holds the mean, which lies farther from 0 than the middle and would be
    outside where all pairs agree.
    """
    middle, error = paired_proportion(apart, weights, row)
    low, high = min(middle - Z_90 * error, mean), max(middle + Z_90 * error, mean)
    return max(low, -1.0), min(high, 1.0)


def _worth(apart: NDArray[np.float64], weights: NDArray[np.float64], row: NDArray[Any]) -> float:
    """How many draws of equal weight with parameters of their own they are worth."""
    alone, which = float(1 / (weights**2).sum()), np.unique(row, return_inverse=True)[1]
    if which.max() == 0:
        return alone
    apart_alone, together = (float(error_of_mean(apart, weights, each)) for each in (np.arange(len(row)), row))
    if apart_alone == 0 or not np.isfinite(together):
        return float(1 / (np.bincount(which, weights) ** 2).sum())
    return alone / max((together / apart_alone) ** 2, 1.0)


def probabilities(outcomes: Sequence[str], possible: Iterable[str] = ()) -> pd.DataFrame:
    """Share of the draws with each outcome, the most frequent first.

    Parameters
    ----------
    outcomes
        One a draw.
    possible
        Outcomes that are listed although no draw has them.

    Returns
    -------
    Index ``outcome``; columns ``probability``, ``standard_error`` (of the share, by the finite number of draws),
    ``low`` and ``high`` (Wilson's 90 % interval), ``draws`` (with that outcome), ``of``.
    """
    counts = pd.Series(list(outcomes)).value_counts()
    names = [*counts.index, *(name for name in possible if name not in counts.index)]
    rows = [_share(int(counts.get(name, 0)), len(outcomes)) for name in names]
    columns = ["probability", "standard_error", "low", "high", "draws", "of"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(names, name="outcome"))


def _share(successes: int, trials: int) -> tuple[float, float, float, float, int, int]:
    share = successes / trials
    return (share, float(np.sqrt(share * (1 - share) / trials)), *wilson(successes, trials), successes, trials)


def score(scenario: Scenario, days: Sequence[str], simulated: Mapping[str, NDArray[np.float64]]) -> pd.DataFrame:
    """Each target beside the spread of the draws: see `Ensemble.score`; ``simulated`` has an array[draw] a target."""
    found = survey(scenario, scenario.targets, days)
    bands = dict(zip(found.rows, found.observations, strict=True))
    rows = []
    for position, target in enumerate(scenario.targets.to_dict("records")):
        row = {str(key): value for key, value in target.items()}
        band, values = bands.get(position), simulated.get(row_id(row))
        low, high = (band.low, band.high) if band else (number(row, "low"), number(row, "high"))
        rows.append(_about(scenario, row) | {"low": low, "high": high} | _spread(values, low, high))
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS)).astype({"in_band": "boolean"})


def _about(scenario: Scenario, row: Mapping[str, Any]) -> dict[str, Any]:
    copied = ("split", "date", "date_end", "place", "quantity", "group", "unit", "basis")
    style = scenario.calendar.new_style(text(row, "date"))
    known = {"target_id": row_id(row), "observed": number(row, "value"), "date_new_style": style}
    return {key: text(row, key) for key in copied} | known


def _spread(values: NDArray[np.float64] | None, low: float, high: float) -> dict[str, Any]:
    if values is None or not len(values):
        return dict.fromkeys(("median", "low_90", "high_90", "share_in_band"), np.nan) | {"in_band": pd.NA}
    bottom, median, top = (float(value) for value in np.quantile(values, (0.05, 0.5, 0.95)))
    inside = float(((values >= low) & (values <= high)).mean())
    return {"median": median, "low_90": bottom, "high_90": top, "in_band": bool(low <= median <= high),
            "share_in_band": inside}  # fmt: skip
