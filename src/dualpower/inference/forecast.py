"""The forecast: fit to what is dated up to an origin, predict what comes after it, score, and go on to the next origin.

    found = forecast(scenario, fit)
    found.summary(), found.origins(), found.verdict()
    found.save("forecast")

Three comparisons are made: `rolling` (every origin, the targets of the next `days_ahead`), `long` (every origin, all
later targets) and `headline` (one origin, all later targets). In each, every baseline has the one spread that suits it
best in hindsight; `own spread` marks the same baseline with a spread estimated before the origin. Targets that rest on
memory are predicted and shown, and count for nothing. A fourth part of the scores, `fitted`, has the targets that the
headline's fit knew; it is no forecast, and no baseline stands beside it.

Rivals of a scenario (its theories) can be asked for beside it. Then every forecast is made once more of all of them
together, each with equal weight: as many predictive draws of one as of another, in one sample. No weight is fitted, so
nothing that came later decides any. Where weights are given, which earlier forecasts have earned, once more by these.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from dualpower import _files
from dualpower._arguments import check_whole
from dualpower.inference.origins import READINGS, Fit, Tell, asked_origins, check_until, days_ahead, model_rows
from dualpower.inference.rows import compared, read_rows
from dualpower.inference.summary import by_model, by_origin, verdict
from dualpower.run import RunError
from dualpower.scenario.arrays import Choices

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["READINGS", "Fit", "Forecast", "forecast", "load_forecast"]

FILES = ("forecast.csv", "forecast.json")


@dataclass(frozen=True)
class Forecast:
    """Scores of forecasts.

    Attributes
    ----------
    scores : one row for each comparison, origin, model and target; see `docs/forecast.md` for the columns
    about : scenario, its fingerprint, draws, seed, origins, headline
    """

    scores: pd.DataFrame
    about: dict[str, Any]

    def summary(self) -> pd.DataFrame:
        """Means over judged targets by comparison and model, best first; `skill` is against the best baseline."""
        return by_model(self.scores)

    def origins(self) -> pd.DataFrame:
        """Mean CRPS by comparison and origin (rows) and model (columns)."""
        return by_origin(self.scores)

    def verdict(self) -> dict[str, Any]:
        """What was asked of the forecast, in numbers; see `summary.verdict`."""
        return verdict(self.scores)

    def save(self, folder: str | Path) -> Path:
        """Write `forecast.csv` (scores) and `forecast.json` (what it is, summary, verdict) into a folder."""
        place = Path(folder)
        _files.make_folder(place)
        _files.write_file(place / FILES[0], self.scores.to_csv(index=False, float_format="%.6g").encode())
        told = {**self.about, "summary": records(self.summary()), "verdict": self.verdict()}
        _files.write_file(place / FILES[1], (json.dumps(told, indent=1, default=float) + "\n").encode())
        return place


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table fit for JSON: what is missing is null."""
    found: list[dict[str, Any]] = json.loads(table.to_json(orient="records"))
    return found


def load_forecast(folder: str | Path) -> Forecast:
    """Read a forecast that was saved.

    Raises
    ------
    RunError
        If there is none, or it is damaged.
    """
    place = Path(folder)
    try:
        scores = read_rows(place / FILES[0])
        about = json.loads((place / FILES[1]).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{place}: holds no forecast ({error})") from None
    return Forecast(scores, {key: value for key, value in about.items() if key not in ("summary", "verdict")})


def forecast(
    scenario: Scenario,
    fit: Fit,
    *,
    origins: str | Sequence[str] | None = None,
    choices: Sequence[Choices] = READINGS,
    draws: int | None = None,
    seed: int = 1,
    until: str | None = None,
    rivals: Mapping[str, Scenario] = MappingProxyType({}),
    weights: Mapping[str, float] = MappingProxyType({}),
    asked: Mapping[str, Any] = MappingProxyType({}),
    out: str | Path | None = None,
    tell: Tell = lambda *_: None,
) -> Forecast:
    """Forecast a scenario's targets from each origin.

    Parameters
    ----------
    scenario : with a section `[forecast]`, unless origins are given
    fit : called with the scenario and `until`, the origin
    origins : last days of which anything is known, or a single one; the scenario's own if not given
    choices : readings of what is known of the future
    draws : predictive draws; one for each draw of the posterior if not given
    seed : of chance, observation error and accidents
    until : last day whose targets are forecast; the scenario's end if not given
    rivals : the same scenario under other theories, by name; each is fitted too, and all forecast together
    weights : of rivals, by name, to forecast by them too; the scenario itself has what they leave of 1. They are to be
        known at the origin: of earlier forecasts (`compare_theories`, until a day before it).
    asked : what `fit` was asked for (its draws, its seed, ...); origins that are kept of another are made again
    out : folder in which every origin that is done is kept, and taken up again
    tell : called with an origin, the number of those done and of all

    Returns
    -------
    Forecast
        Scores of the scenario's forecasts, of all theories together where there are rivals, and of the baselines.

    Raises
    ------
    RunError, ScenarioError
        If fewer than two draws or no origin are asked for, one is no day of the scenario, or nothing comes after it;
        if a weight is of no rival, below 0 or above 1, or they sum to more than 1.
    """
    days = asked_origins(scenario, origins)
    if draws is not None:
        check_whole("draws", draws, 2)
    check_until(scenario, days[-1], until)
    folder = None if out is None else Path(out)
    said = model_rows(
        scenario, fit, days, choices=choices, draws=draws, seed=seed, until=until, rivals=rivals, weights=weights,
        asked=asked, folder=folder, tell=tell,
    )  # fmt: skip
    about = {**_about(scenario, days, choices, draws, seed), "theories": [*rivals], "weights": dict(weights)}
    return Forecast(compared(scenario, said, about["headline"], about["days_ahead"]), about)


def _about(
    scenario: Scenario, days: Sequence[str], choices: Sequence[str], draws: int | None, seed: int
) -> dict[str, Any]:
    declared = scenario.spec.forecast
    headline = (declared.headline if declared else None) or days[-1]
    return {
        "scenario": scenario.id, "content_hash": scenario.content_hash,
        "interventions": [str(one) for one in scenario.interventions],
        "origins": list(days), "choices": list(choices), "draws": draws, "seed": seed,
        "headline": headline if headline in days else days[-1],
        "days_ahead": days_ahead(scenario),
    }  # fmt: skip
