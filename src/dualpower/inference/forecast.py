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
nothing that came later decides any.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pandas as pd

from dualpower import _files
from dualpower._arguments import check_loaded, check_whole
from dualpower.checkpoint import about as identity_of
from dualpower.experiment.plan import identity
from dualpower.inference.points import target_points
from dualpower.inference.predict import pooled, predict
from dualpower.inference.rows import compared, said
from dualpower.inference.summary import by_model, by_origin, verdict
from dualpower.run import RunError
from dualpower.scenario.arrays import Choices

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["READINGS", "Fit", "Fitted", "Forecast", "forecast", "load_forecast"]

READINGS: tuple[Choices, ...] = ("history", "rules")
"""What decides choices after an origin."""

FILES = ("forecast.csv", "forecast.json")

TOGETHER = ", all theories"
"""Mark of a forecast by a scenario and its rivals together, each with equal weight."""


class Fitted(Protocol):
    """What a fit returns: draws of the parameters, one column an address."""

    @property
    def draws(self) -> pd.DataFrame:
        """Table[draw, address]."""


class Fit(Protocol):
    """A way to fit a scenario to what is dated up to a day."""

    def __call__(self, scenario: Scenario, until: str) -> Fitted:
        """Fit."""


Tell = Callable[[str, int, int], None]


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
        with _files.refusals_in_words(place):
            place.mkdir(parents=True, exist_ok=True)
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
        scores = pd.read_csv(place / FILES[0], keep_default_na=True)
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
    asked : what `fit` was asked for (its draws, its seed, ...); origins that are kept of another are made again
    out : folder in which every origin that is done is kept, and taken up again
    tell : called with an origin, the number of those done and of all

    Raises
    ------
    RunError, ScenarioError
        If fewer than two draws or no origin are asked for, one is no day of the scenario, or nothing comes after it.
    """
    days = asked_origins(scenario, origins)
    if draws is not None:
        check_whole("draws", draws, 2)
    _check_until(scenario, days[-1], until)
    folder = None if out is None else Path(out)
    said = model_rows(
        scenario, fit, days, choices=choices, draws=draws, seed=seed, until=until, rivals=rivals, asked=asked,
        folder=folder, tell=tell,
    )  # fmt: skip
    about = {**_about(scenario, days, choices, draws, seed), "theories": [*rivals]}
    return Forecast(compared(scenario, said, about["headline"], about["days_ahead"]), about)


def model_rows(
    scenario: Scenario,
    fit: Fit,
    origins: Sequence[str],
    *,
    choices: Sequence[Choices] = READINGS,
    draws: int | None = None,
    seed: int = 1,
    until: str | None = None,
    rivals: Mapping[str, Scenario] = MappingProxyType({}),
    asked: Mapping[str, Any] = MappingProxyType({}),
    folder: Path | None = None,
    tell: Tell = lambda *_: None,
) -> pd.DataFrame:
    """Rows of the model alone, from every origin; the arguments are those of `forecast`."""
    wanted = _Asked(tuple(choices), draws, seed, until, rivals, dict(asked))
    parts = []
    for number, origin in enumerate(origins):
        tell(origin, number, len(origins))
        parts.append(_kept(scenario, fit, origin, wanted, folder))
    tell(origins[-1], len(origins), len(origins))
    return pd.concat(parts, ignore_index=True)


def _check_until(scenario: Scenario, origin: str, until: str | None) -> None:
    """Refuse a last day up to which no target comes after the last origin."""
    last = scenario.spec.calendar.end if until is None else until
    scenario.day_index(last, "until")
    if not any(origin < one.date <= last for one in target_points(scenario)):
        raise RunError(f"until {last}: nothing is left to forecast, no target comes after the origin {origin} by then")


def asked_origins(scenario: Scenario, origins: str | Sequence[str] | None = None) -> tuple[str, ...]:
    """The origins of a forecast in their order, checked."""
    check_loaded(scenario)
    declared = scenario.spec.forecast.origins if scenario.spec.forecast else ()
    found = tuple(sorted({origins} if isinstance(origins, str) else set(origins or declared)))
    if not found:
        raise RunError(f"{scenario.id}: scenario.toml has no [forecast] with origins; give some")
    last = max((one.date for one in target_points(scenario)), default="")
    for origin in found:
        scenario.day_index(origin, "origin")
        if origin >= last:
            raise RunError(f"origin {origin}: no target comes after it, the last is of {last or 'no day'}")
    return found


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
        "days_ahead": declared.days_ahead if declared else 61,
    }  # fmt: skip


class _Asked(NamedTuple):
    """What is asked of every origin."""

    choices: tuple[Choices, ...]
    draws: int | None
    seed: int
    until: str | None
    rivals: Mapping[str, Scenario]
    fit: dict[str, Any]

    def told(self) -> dict[str, Any]:
        """The same in plain words; what is not there is left out, so that what was kept without stays."""
        rivals = {name: [str(one) for one in rival.interventions] for name, rival in self.rivals.items()}
        plain = {"choices": list(self.choices), "draws": self.draws, "until": self.until}
        return plain | ({"rivals": rivals} if rivals else {}) | ({"fit": self.fit} if self.fit else {})


def _kept(scenario: Scenario, fit: Fit, origin: str, asked: _Asked, folder: Path | None) -> pd.DataFrame:
    """Rows of one origin: read if they are there and are the same forecast, else made and kept."""
    key = identity({**identity_of(scenario, asked.seed), "origin": origin, **asked.told()})
    path = None if folder is None else folder / f"origin-{origin}.csv"
    if path is not None and path.exists():
        found = pd.read_csv(path)
        if set(found["identity"]) == {key}:
            return found.drop(columns="identity")
    posterior = fit(scenario, until=origin)
    _keep_posterior(posterior, folder, origin)
    fitted = [(scenario, posterior.draws), *((one, fit(one, until=origin).draws) for one in asked.rivals.values())]
    rows = pd.concat([*_made(fitted, origin, asked)])
    if path is not None:
        with _files.refusals_in_words(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        _files.write_file(path, rows.assign(identity=key).to_csv(index=False).encode())
    return rows


def _made(fitted: Sequence[tuple[Scenario, pd.DataFrame]], origin: str, asked: _Asked) -> Iterator[pd.DataFrame]:
    """Rows of the first scenario by every reading, and of all together where there are rivals."""
    scenario = fitted[0][0]
    for way in asked.choices:
        each = [
            predict(one, table, origin=origin, choices=way, draws=asked.draws, seed=asked.seed, until=asked.until)
            for one, table in fitted
        ]
        yield said(each[0], scenario, origin, way)
        if len(each) > 1:
            yield said(pooled(each, asked.seed), scenario, origin, way + TOGETHER)


def _keep_posterior(posterior: Fitted, folder: Path | None, origin: str) -> None:
    """Keep what was fitted beside its forecast, if it can be kept."""
    if folder is None or not hasattr(posterior, "save"):
        return
    with _files.refusals_in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
    posterior.save(folder / f"posterior-{origin}.nc")
