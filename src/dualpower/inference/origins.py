"""One origin of a forecast: fitted and predicted, or read where it was kept.

A scenario can be forecast alone and, where rivals of it are given, by all of them together: their predictive draws in
one sample, as many of one as of another, or by weights that somebody knows already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pandas as pd

from dualpower import _files
from dualpower._arguments import check_loaded
from dualpower._program import fingerprint
from dualpower.checkpoint import about as identity_of
from dualpower.experiment.plan import identity
from dualpower.inference.points import target_points
from dualpower.inference.predict import pooled, predict
from dualpower.inference.rows import read_rows, said
from dualpower.run import RunError
from dualpower.scenario.arrays import Choices
from dualpower.scenario.faults import one_of

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["READINGS", "Fit", "Fitted", "Tell", "asked_origins", "check_until", "days_ahead", "model_rows"]

READINGS: tuple[Choices, ...] = ("history", "rules")
"""What decides choices after an origin."""

TOGETHER = ", all theories"
"""Mark of a forecast by a scenario and its rivals together, each with equal weight."""

WEIGHED = ", theories by weight"
"""Mark of the same with weights that were known at the origin."""


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


def asked_origins(scenario: Scenario, origins: str | Sequence[str] | None = None) -> tuple[str, ...]:
    """The origins of a forecast in their order, checked."""
    check_loaded(scenario)
    declared = scenario.spec.forecast.origins if scenario.spec.forecast else ()
    if not isinstance(origins, str | Iterable | None):
        raise RunError(f"origins: {origins!r} is no date and no list of dates")
    asked = declared if origins is None else origins
    found = tuple(sorted({asked} if isinstance(asked, str) else {str(each) for each in asked}))
    if not found:
        raise RunError(f"{scenario.id}: scenario.toml has no [forecast] with origins; give some")
    targets = target_points(scenario)
    last = max((one.date for one in targets), default="")
    for origin in found:
        scenario.day_index(origin, "origin")
        if origin >= last:
            raise RunError(f"origin {origin}: no target comes after it, the last is of {last or 'no day'}")
    if not any(one.judged and one.date > found[0] for one in targets):
        raise RunError(
            f"origin {found[0]}: found only targets from memory or guess after it (basis in targets.csv), expected one "
            "that is read or invented: the others judge no forecast"
        )
    return found


def days_ahead(scenario: Scenario) -> int:
    """How many days after an origin count as soon; two months where the scenario does not say."""
    return scenario.spec.forecast.days_ahead if scenario.spec.forecast else 61


def check_until(scenario: Scenario, origin: str, until: str | None) -> None:
    """Refuse a last day up to which no target comes after the last origin."""
    last = scenario.spec.calendar.end if until is None else until
    scenario.day_index(last, "until")
    if not any(origin < one.date <= last for one in target_points(scenario)):
        raise RunError(f"until {last}: nothing is left to forecast, no target comes after the origin {origin} by then")


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
    weights: Mapping[str, float] = MappingProxyType({}),
    asked: Mapping[str, Any] = MappingProxyType({}),
    folder: Path | None = None,
    tell: Tell = lambda *_: None,
) -> pd.DataFrame:
    """Rows of the model, and of all theories together, from every origin; the arguments are those of `forecast`."""
    wanted = _Asked(tuple(choices), draws, seed, until, rivals, _shares(rivals, weights), dict(asked))
    parts = []
    with _files.held(folder):
        for number, origin in enumerate(origins):
            tell(origin, number, len(origins))
            parts.append(_kept(scenario, fit, origin, wanted, folder))
    tell(origins[-1], len(origins), len(origins))
    return pd.concat(parts, ignore_index=True)


def _shares(rivals: Mapping[str, Scenario], weights: Mapping[str, float]) -> tuple[float, ...]:
    """Weights of the scenario and of its rivals, in their order; nothing where none are given.

    Raises
    ------
    RunError
        If a weight is of no rival, is none, or they sum to more than 1.
    """
    for name, weight in weights.items():
        if name not in rivals:
            raise RunError(f'weights: found "{name}", expected {one_of([*rivals])}' if rivals else _NO_RIVALS)
        if not 0 <= weight <= 1:
            raise RunError(f"weights: {name} has {weight:g}, expected a number from 0 to 1")
    each = [float(weights.get(name, 0.0)) for name in rivals]
    if sum(each) > 1 + 1e-6:
        raise RunError(
            f"weights: those of the rivals sum to {sum(each):g}, expected at most 1 (the scenario has the rest)"
        )
    return (max(1 - sum(each), 0.0), *each) if weights else ()


_NO_RIVALS = "weights: found some, expected none where no rivals are asked for"


class _Asked(NamedTuple):
    """What is asked of every origin."""

    choices: tuple[Choices, ...]
    draws: int | None
    seed: int
    until: str | None
    rivals: Mapping[str, Scenario]
    shares: tuple[float, ...]
    fit: dict[str, Any]

    def told(self) -> dict[str, Any]:
        """The same in plain words; what is not there is left out, so that what was kept without stays."""
        rivals = {name: [str(one) for one in rival.interventions] for name, rival in self.rivals.items()}
        plain = {"choices": list(self.choices), "draws": self.draws, "until": self.until}
        more = {"rivals": rivals, "shares": list(self.shares), "fit": self.fit}
        return plain | {key: value for key, value in more.items() if value}


def _kept(scenario: Scenario, fit: Fit, origin: str, asked: _Asked, folder: Path | None) -> pd.DataFrame:
    """Rows of one origin: read if they are there and are the same forecast, else made and kept."""
    told = {**identity_of(scenario, asked.seed), "program": fingerprint(), "origin": origin, **asked.told()}
    key = identity(told)
    path = None if folder is None else folder / f"origin-{origin}.csv"
    if path is not None and path.exists():
        found = read_rows(path)
        if set(found["identity"]) == {key}:
            return found.drop(columns="identity")
    posterior = fit(scenario, until=origin)
    _keep_posterior(posterior, folder, origin)
    fitted = [(scenario, _enough(posterior.draws, origin, asked))]
    fitted += [(one, _enough(fit(one, until=origin).draws, origin, asked)) for one in asked.rivals.values()]
    rows = pd.concat(_made(fitted, origin, asked))
    if path is not None:
        _files.make_folder(path.parent)
        _files.write_file(path, rows.assign(identity=key).to_csv(index=False).encode())
    return rows


def _enough(drawn: pd.DataFrame, origin: str, asked: _Asked) -> pd.DataFrame:
    """Draws of a fit, if a forecast can be made of them: one predictive draw has no spread, and so no score."""
    count = (asked.draws or len(drawn)) if len(drawn) else 0
    if count < 2:
        raise RunError(f"origin {origin}: found {count} predictive draws, expected at least 2")
    return drawn


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
        if asked.shares:
            yield said(pooled(each, asked.seed, asked.shares), scenario, origin, way + WEIGHED)


def _keep_posterior(posterior: Fitted, folder: Path | None, origin: str) -> None:
    """Keep what was fitted beside its forecast, if it can be kept."""
    if folder is None or not hasattr(posterior, "save"):
        return
    _files.make_folder(folder)
    posterior.save(folder / f"posterior-{origin}.nc")
