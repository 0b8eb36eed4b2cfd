"""Rows of a forecast: one target as one model sees it from one origin; and the same of every baseline, beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dualpower.inference.baselines import BASELINES, Guess, best_spreads, earlier_spreads, guesses
from dualpower.inference.past_errors import left_out
from dualpower.inference.points import Point, known_points, target_points
from dualpower.inference.predict import Predicted
from dualpower.inference.scoring import Scores, score_draws, score_normal
from dualpower.record import inverse

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["OWN", "PAST", "baseline_rows", "compared", "read_rows", "row", "said"]

OWN = ", own spread"
"""Mark of a baseline whose spread is estimated before the origin."""

TEXTS = ("comparison", "origin", "model", "target_id", "what", "date", "kind", "split", "identity")
"""Columns that are words, whatever they look like: a target may be called 01, or NA."""

PAST = ", past errors"
"""Mark of a model whose intervals are widened by the errors that its earlier forecasts had made by the origin."""


def row(point: Point, scores: Scores, origin: str, after: int, model: str) -> dict[str, Any]:
    """One target as one model sees it from one origin, on the scale of comparison and in the record's units."""
    one = point.observation
    natural = {
        f"natural_{name}": inverse(getattr(scores, name), one.transform, scale=one.scale, offset=one.offset)
        for name in ("q05", "q50", "q95")
    }
    return {
        "origin": origin,
        "model": model,
        "target_id": point.id,
        "what": point.what,
        "date": point.date,
        "days_ahead": point.day - after,
        "kind": point.kind,
        "split": point.split,
        "judged": point.judged,
        "truth": point.z,
        "natural_truth": inverse(point.z, one.transform, scale=one.scale, offset=one.offset),
        **scores._asdict(),
        "observed": one.value,
        "low": one.low,
        "high": one.high,
        **natural,
    }


def read_rows(path: Path) -> pd.DataFrame:
    """Rows that were kept in a file, words as words."""
    return pd.read_csv(path, dtype=dict.fromkeys(TEXTS, str), keep_default_na=False, na_values=[""])


def said(predicted: Predicted, scenario: Scenario, origin: str, reading: str) -> pd.DataFrame:
    """Rows of the model at one origin, one a target; `days_ahead` of those that the fit knew is not positive."""
    after = scenario.day_index(origin)
    columns = zip(predicted.points, predicted.draws.T, predicted.natural.T, strict=True)
    rows = [
        {
            **row(one, score_draws(drawn, one.z), origin, after, f"model, {reading}"),
            "run_median": float(np.median(runs)),
        }
        for one, drawn, runs in columns
    ]
    return pd.DataFrame(rows)


def compared(scenario: Scenario, model: pd.DataFrame, headline: str, ahead: int) -> pd.DataFrame:
    """All comparisons: rows of the model and, beside them, of the model widened by its past errors and of baselines."""
    later, near, main = model["days_ahead"] > 0, model["days_ahead"] <= ahead, model["origin"] == headline
    soon, all_later = (_with_widened(scenario, rows) for rows in (model[later & near], model[later]))
    sets = {"rolling": soon, "long": all_later, "headline": all_later[all_later["origin"] == headline]}
    parts = [
        part.assign(comparison=name)
        for name, rows in sets.items()
        if len(rows)
        for part in (rows, baseline_rows(scenario, rows))
    ]
    table = pd.concat([*parts, model[main & ~later].assign(comparison="fitted")], ignore_index=True)
    return table[["comparison", *(column for column in table.columns if column != "comparison")]]


def _with_widened(scenario: Scenario, model: pd.DataFrame) -> pd.DataFrame:
    """Rows of the model, and behind them the same widened."""
    if model.empty:
        return model
    return pd.concat([model, pd.DataFrame(_widened(scenario, model))], ignore_index=True)


def _widened(scenario: Scenario, model: pd.DataFrame) -> Iterable[dict[Any, Any]]:
    """Every forecast once more, as a normal wider by what those from earlier origins had left out (``past_errors``).

    It is left as it is where they had left out nothing.
    """
    points = {one.id: one for one in target_points(scenario)}
    added = left_out(model.assign(scale=[points[name].scale for name in model["target_id"]]))
    for one, tau in zip(model.to_dict("records"), added, strict=True):
        if tau == 0:
            yield {**one, "model": one["model"] + PAST}
            continue
        wide = score_normal(one["mean"], float(np.hypot(one["sd"], tau)), one["truth"])
        after = scenario.day_index(one["origin"])
        yield row(points[one["target_id"]], wide, one["origin"], after, one["model"] + PAST)


def baseline_rows(scenario: Scenario, model: pd.DataFrame) -> pd.DataFrame:
    """Every baseline on the targets and origins of some rows of the model, with both spreads."""
    points, known = {one.id: one for one in target_points(scenario)}, known_points(scenario)
    pairs = list(dict.fromkeys(zip(model["origin"], model["target_id"], strict=True)))
    origins = list(dict.fromkeys(origin for origin, _ in pairs))
    cases = {origin: [points[name] for each, name in pairs if each == origin] for origin in origins}
    rows = [each for name in BASELINES for each in _baseline(scenario, name, cases, known)]
    return pd.DataFrame(rows)


def _baseline(
    scenario: Scenario, name: str, cases: dict[str, list[Point]], known: Sequence[Point]
) -> Iterable[dict[str, Any]]:
    days = {origin: scenario.day_index(origin) for origin in cases}
    told = {origin: guesses(name, points, known, days[origin]) for origin, points in cases.items()}
    judged = [(p, g) for o, points in cases.items() for p, g in zip(points, told[o], strict=True) if p.judged]
    best = best_spreads([p for p, _ in judged], [g for _, g in judged])
    for origin, points in cases.items():
        earlier = earlier_spreads(name, known, days[origin])
        for point, guess in zip(points, told[origin], strict=True):
            for label, sd in ((name, best[point.scale]), (name + OWN, _own(guess, earlier[point.scale]))):
                scores = score_normal(guess.mean, guess.sd if guess.climate else sd, point.z)
                yield row(point, scores, origin, days[origin], label)


def _own(guess: Guess, earlier: float) -> float:
    """A rule's own standard deviation, or that of its earlier errors."""
    return guess.sd if np.isfinite(guess.sd) else earlier
