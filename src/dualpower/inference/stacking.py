"""Stacking: what mixture of models would have forecast best.

    w = argmax sum_i log sum_k w_k p_k(y_i),   w >= 0, sum_k w_k = 1

Source: Yao, Vehtari, Simpson & Gelman 2018, Using stacking to average Bayesian predictive distributions. Limit: where
one model gives every target a larger density than any other, its weight is 1.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower.run import RunError

__all__ = ["read_weights", "rolling", "stacking", "weights"]


def rolling(scores: pd.DataFrame, ahead: int) -> pd.DataFrame:
    """Judged targets of the days soon after an origin."""
    return scores[scores["judged"].astype(bool) & (scores["days_ahead"] > 0) & (scores["days_ahead"] <= ahead)]


def weights(scores: pd.DataFrame) -> dict[str, float]:
    """Stacking weights by theory from log scores of the same targets."""
    table = scores.pivot_table(index=["origin", "target_id"], columns="theory", values="log_score").dropna()
    found = stacking(table.to_numpy())
    return dict(zip(map(str, table.columns), map(float, found), strict=True))


def stacking(log_density: NDArray[np.float64], steps: int = 5000) -> NDArray[np.float64]:
    """Weights[theory] that maximise the mean log density of the mixture of log_density[point, theory].

    By expectation-maximisation for mixture weights, whose every step gains (the problem is concave).
    """
    count = log_density.shape[1]
    if not len(log_density):
        return np.full(count, 1 / count)
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    weight = np.full(count, 1 / count)
    for _ in range(steps):
        share = weight * density
        new = (share / share.sum(axis=1, keepdims=True)).mean(axis=0)
        if np.abs(new - weight).max() < 1e-10:
            break
        weight = new
    return np.asarray(weight)


def read_weights(path: str | Path) -> dict[str, float]:
    """Weights by theory from the `theories.json` of a comparison that was saved.

    Raises
    ------
    RunError
        If the file cannot be read, or has no weights.
    """
    try:
        rows = json.loads(Path(path).read_text(encoding="utf-8"))["summary"]
        return {str(row["theory"]): float(row["weight"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = "no such file" if isinstance(error, FileNotFoundError) else "found no weights"
        raise RunError(f"{path}: {what}, expected the theories.json of a comparison") from error
