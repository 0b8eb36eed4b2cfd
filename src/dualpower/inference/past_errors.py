"""What a model's own earlier forecasts missed by, and its intervals widened by that.

A model's draws say what it does not know, if its laws are right. That they are not, its past shows: at an origin, its
forecasts from earlier origins have come true or not. What their errors have more than their draws allow for is taken
for what the laws leave out, and is added to the variance of the forecasts to come. Nothing later than the origin is
used.

    error[i] ~ Normal(0, sd[i]^2 + tau^2), each target with weight one;  tau by maximum likelihood for each scale
    widened = Normal(mean, sd^2 + tau^2)

Source: the random effect of a meta-analysis (DerSimonian & Laird 1986), here by likelihood; forecasts set right by
their past errors as in ensemble model output statistics (Gneiting et al. 2005), without their shift. Limits: errors as
the draws expect give tau = 0; draws without spread give the root mean square of the errors.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from dualpower.inference.baselines import FEWEST
from dualpower.inference.scoring import log_score_normal
from dualpower.record.transforms import Array

__all__ = ["excess", "left_out"]

_LEAST = 1e-9
"""Smallest standard deviation of a forecast, on the scale of comparison: draws without spread still have a density."""

_MOST = 5.0
"""Largest standard deviation that is looked for, on the scale of comparison."""


def excess(errors: Array, sd: Array, weight: Array) -> float:
    """Standard deviation tau of what forecasts with these errors and standard deviations left out; 0 if nothing.

    ``weight`` is that of each forecast.
    """

    def unlikely(tau: float) -> float:
        return -float(weight @ log_score_normal(0.0, np.maximum(np.sqrt(sd**2 + tau**2), _LEAST), errors))

    tau = float(minimize_scalar(unlikely, bounds=(0.0, _MOST), method="bounded").x)
    return tau if unlikely(tau) < unlikely(0.0) else 0.0


def left_out(forecasts: pd.DataFrame) -> NDArray[np.float64]:
    """The same for every row of some forecasts, from the rows of earlier origins; array[row].

    Those taken are of the same model and scale, and of judged targets that had come true at the row's origin; from
    fewer than `FEWEST` nothing is added. Columns used: `origin`, `model`, `scale`, `target_id`, `date`, `judged`,
    `truth`, `mean`, `sd`.
    """
    told = forecasts[forecasts["judged"].astype(bool)]
    found = np.zeros(len(forecasts))
    for one, rows in forecasts.groupby(["origin", "model", "scale"]).indices.items():
        origin, model, scale = map(str, one)  # type: ignore[call-overload]
        alike = told[(told["model"] == model) & (told["scale"] == scale)]
        found[rows] = _of_past(alike[(alike["origin"] < origin) & (alike["date"] <= origin)])
    return found


def _of_past(past: pd.DataFrame) -> float:
    """A target that was forecast several times counts once."""
    if past["target_id"].nunique() < FEWEST:
        return 0.0
    weight = 1 / past.groupby("target_id")["target_id"].transform("size")
    errors, sd, each = (column.to_numpy(float) for column in (past["truth"] - past["mean"], past["sd"], weight))
    return excess(errors, sd, each)
