"""What the scores of a forecast come to: means by model and by origin, and the numbers of a verdict."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dualpower.inference.scoring import skill

__all__ = ["best_baseline", "by_model", "by_origin", "verdict"]


def by_model(scores: pd.DataFrame) -> pd.DataFrame:
    """One row for each comparison and model, smallest mean CRPS first.

    Columns: comparison, model, targets, crps, log_score, in50, in90 (shares inside the central 50 and 90 %), and skill
    against the best baseline with its spread in hindsight.
    """
    judged = scores[scores["judged"].astype(bool)]
    means = judged.groupby(["comparison", "model"], sort=False).agg(
        targets=("target_id", "size"),
        crps=("crps", "mean"),
        log_score=("log_score", "mean"),
        in50=("in50", "mean"),
        in90=("in90", "mean"),
    )
    table = means.reset_index()
    best = {name: best_baseline(scores, name)[1] for name in table["comparison"].unique() if name != "fitted"}
    pairs = zip(table["crps"], table["comparison"], strict=True)
    table["skill"] = [skill(own, best[name]) if name in best else float("nan") for own, name in pairs]
    return table.sort_values(["comparison", "crps"], kind="stable").reset_index(drop=True)


def by_origin(scores: pd.DataFrame) -> pd.DataFrame:
    """Mean CRPS, index (comparison, origin), one column a model, and how many targets."""
    judged = scores[scores["judged"].astype(bool)]
    table = judged.pivot_table(index=["comparison", "origin"], columns="model", values="crps", aggfunc="mean")
    counts = judged.groupby(["comparison", "origin"])["target_id"].nunique()
    return table.assign(targets=counts)


def best_baseline(scores: pd.DataFrame, comparison: str) -> tuple[str, float]:
    """Name and mean CRPS of the best baseline with its spread in hindsight."""
    judged = scores[scores["judged"].astype(bool) & (scores["comparison"] == comparison)]
    means = judged.groupby("model")["crps"].mean()
    baselines = means[[name for name in means.index if is_baseline(str(name)) and "own spread" not in str(name)]]
    return str(baselines.idxmin()), float(baselines.min())


def is_baseline(model: str) -> bool:
    """Whether a row is of a baseline and not of a model that was fitted."""
    return not model.startswith(("model", "theory"))


def verdict(scores: pd.DataFrame) -> dict[str, Any]:
    """For each comparison and reading of the model, in numbers; nothing where no target is judged.

    Returns
    -------
    By comparison and then model: `crps`, `skill` against the best baseline (`best`), `in90`; `better_than_all`
    baselines in the mean; over origins `origins`, `origins_better` (than the best one of each origin) and
    `worst_ratio` (largest ratio of mean CRPS to the best baseline of the same origin).
    """
    found: dict[str, Any] = {}
    judged = scores[scores["judged"].astype(bool)]
    for comparison in (name for name in judged["comparison"].unique() if name != "fitted"):
        part = judged[judged["comparison"] == comparison]
        models = [name for name in part["model"].unique() if not is_baseline(str(name))]
        found[str(comparison)] = {str(name): _verdict(part, str(comparison), str(name)) for name in models}
    return found


def _verdict(part: pd.DataFrame, comparison: str, model: str) -> dict[str, Any]:
    table = by_origin(part).droplevel("comparison").dropna(subset=[model])
    rivals = table[[name for name in table.columns if name != "targets" and is_baseline(str(name))]]
    rivals = rivals[[name for name in rivals.columns if "own spread" not in str(name)]]
    ratio = table[model] / rivals.min(axis=1)
    judged = part[part["model"] == model]
    best, crps = best_baseline(part, comparison)
    own = float(judged["crps"].mean())
    return {
        "targets": len(judged),
        "crps": own,
        "best": best,
        "best_crps": crps,
        "skill": skill(own, crps),
        "in50": float(judged["in50"].mean()),
        "in90": float(judged["in90"].mean()),
        "better_than_all": own < crps,
        "origins": len(ratio),
        "origins_better": int((ratio < 1).sum()),
        "worst_ratio": float(ratio.max()),
    }
