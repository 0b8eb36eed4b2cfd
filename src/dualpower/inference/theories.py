"""Rival theories: knock-outs of the one model, fitted to the same data and compared by what they forecast.

A theory pins some parameters (mostly at nought, so that a mechanism is absent) and leaves the rest to the fit: the
same laws, priors, data, noise and search for all. What is compared is the log density that each gave to targets which
it had not seen. Their weights say what mixture of them would have forecast best (`stacking`). A comparison that goes
``until`` a day uses nothing that came later, so that its weights are known on that day: to a forecast from there, and
to a comparison of what followed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from dualpower import _files
from dualpower.experiment.statistics import error_of_mean
from dualpower.inference.forecast import records
from dualpower.inference.origins import Fit, Tell, asked_origins, check_until, days_ahead, model_rows
from dualpower.inference.points import target_points
from dualpower.inference.stacking import rolling
from dualpower.inference.stacking import weights as stacked
from dualpower.laws.parameters import PARAMETERS
from dualpower.run import RunError
from dualpower.scenario.arrays import Choices
from dualpower.scenario.faults import did_you_mean

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["THEORIES", "Compared", "Theory", "compare_theories", "pinned", "rivals", "theory_named"]


class Theory(NamedTuple):
    """A theory as a knock-out.

    Attributes
    ----------
    name
        By which it is asked for.
    pins
        Value by address ``law.name``; of a parameter that differs by party or issue, all members are pinned, issues
        of power itself (no hardship) apart.
    meaning
        What it holds of a revolution, in a sentence.
    why
        Why these pins stand for it.
    """

    name: str
    pins: dict[str, float]
    meaning: str
    why: str


_NO_ORGANISATION = dict.fromkeys(
    ("mobilisation.call", "mobilisation.organisation", "mobilisation.hold", "allegiance.presence"), 0.0
)
_NO_CONTAGION = dict.fromkeys(("mobilisation.city", "mobilisation.viability"), 0.0)

THEORIES: tuple[Theory, ...] = (
    Theory("full", {}, "All mechanisms work together.", "Nothing is pinned."),
    Theory(
        "cascade",
        _NO_ORGANISATION,
        "People go out because others do; whoever claims to have led them came after.",
        "Agitators neither call, nor bring people out, nor slow the decay of a movement, nor win supporters. Members "
        "and councils exist, but bring nobody out; they still melt a column that marches on the capital, and who obeys "
        "a council still leaves part of a grievance to it.",
    ),
    Theory(
        "organisation",
        {"hardship.weight": 0.0},
        "Hardship is everywhere and explains nothing; where there are organisers, people move.",
        "No issue of daily life (bread, war, land; that of power stays) presses on anybody, so that neither who goes "
        "out nor whom they join follows hardship or the answers to it.",
    ),
    Theory(
        "structure",
        {**_NO_ORGANISATION, **_NO_CONTAGION, "loyalty.contact": 0.0, "loyalty.barracks": 0.0},
        "What presses on people decides; every unit responds to it by itself.",
        "No organisation that brings people out, and nothing passes from unit to unit: neither other plants and "
        "districts, nor surprise at their number, nor crowds around barracks, nor barracks that refuse already. Inside "
        "a unit people still follow one another.",
    ),
    Theory(
        "conspiracy",
        {
            **_NO_CONTAGION,
            "mobilisation.grievance": 0.0,
            "loyalty.contact": 0.0,
            **dict.fromkeys(("contests.crowd", "contests.melt_rail", "contests.melt_contact"), 0.0),
        },
        "An armed minority takes power; the masses are a stage set.",
        "Marchers weigh nothing in a contest, win over no soldier and stop no column; people come out for calls and "
        "organisers, not for grievance, and not because other units do; inside a unit they still follow one another.",
    ),
    Theory(
        "garrison",
        {**_NO_ORGANISATION, **_NO_CONTAGION, "contests.crowd": 0.0, "contests.guards": 0.0},
        "Power falls when the soldiers stop obeying, and for no other reason.",
        "Marchers and Red Guards weigh nothing in a contest, no organisation brings anybody out, and nothing passes "
        "from unit to unit; orders to fire, crowds at the barracks and barracks that refuse still move soldiers. It is "
        "milder than its name: civilians who take up arms in the street still fight, and inside a unit people follow "
        "one another.",
    ),
)
"""Every theory; the first is the model itself."""


def theory_named(name: str) -> Theory:
    """A theory by name.

    Raises
    ------
    RunError
        If there is no such theory.
    """
    known = {theory.name: theory for theory in THEORIES}
    if name not in known:
        raise RunError(f'there is no theory "{name}"; {did_you_mean(name, known) or "one of " + ", ".join(known)}')
    return known[name]


def pinned(scenario: Scenario, theory: Theory | str) -> Scenario:
    """The scenario under a theory: its pins set, as interventions, which a fit leaves alone."""
    chosen = theory_named(theory) if isinstance(theory, str) else theory
    for address, value in pins(scenario, chosen).items():
        scenario = scenario.set_anew(address, value)
    return scenario


def rivals(scenario: Scenario) -> dict[str, Scenario]:
    """The scenario under every theory but that of all mechanisms, by name."""
    return {theory.name: pinned(scenario, theory) for theory in THEORIES[1:]}


def pins(scenario: Scenario, theory: Theory) -> dict[str, float]:
    """Value by full address (``law.name`` or ``law.name.member``) of everything that a theory pins."""
    family = {f"{row.law}.{row.name}": row.per for row in PARAMETERS}
    members = {
        "party": [party.id for party in scenario.spec.parties],
        "issue": [issue.id for issue in scenario.spec.issues if not issue.about_power],
    }
    return {
        ".".join(part for part in (address, member) if part): value
        for address, value in theory.pins.items()
        for member in members.get(family[address], [""])
    }


@dataclass(frozen=True)
class Compared:
    """Theories beside one another.

    Attributes
    ----------
    scores : rows of forecasts as in `Forecast.scores`, with a column `theory` and without baselines
    weights : weight by theory: those given, else stacking weights over the judged targets of the rolling comparison
    about : what was asked for
    """

    scores: pd.DataFrame
    weights: dict[str, float]
    about: dict[str, Any]

    def summary(self) -> pd.DataFrame:
        """One row a theory, best mean log score first: forecasts, targets (some have one from several origins),
        log_score, its difference to the best (`behind`) and the standard error of that (targets taken as independent,
        forecasts of one target as a cluster), crps, in90, weight.
        """
        near = rolling(self.scores, self.about["days_ahead"])
        table = near.pivot_table(index=["origin", "target_id"], columns="theory", values="log_score")
        means = near.groupby("theory").agg(
            forecasts=("target_id", "size"), targets=("target_id", "nunique"), log_score=("log_score", "mean"),
            crps=("crps", "mean"), in90=("in90", "mean"),
        )  # fmt: skip
        behind = table.sub(table[means["log_score"].idxmax()], axis=0)
        spread = error_of_mean(
            behind.to_numpy(),
            np.full(len(behind), 1 / len(behind)),
            behind.index.get_level_values("target_id").to_numpy(),
        )
        error = pd.Series(np.where(np.isfinite(spread), spread, np.nan), behind.columns)
        found = means.assign(behind=behind.mean(), error=error, weight=pd.Series(self.weights))
        return found.sort_values("log_score", ascending=False).reset_index()

    def save(self, folder: str | Path) -> Path:
        """Write `theories.csv` (scores) and `theories.json` (pins, summary, weights) into a folder."""
        place = Path(folder)
        _files.make_folder(place)
        _files.write_file(place / "theories.csv", self.scores.to_csv(index=False, float_format="%.6g").encode())
        told = {**self.about, "summary": records(self.summary())}
        _files.write_file(place / "theories.json", (json.dumps(told, indent=1, default=float) + "\n").encode())
        return place


def compare_theories(
    scenario: Scenario,
    fit: Fit,
    *,
    theories: Sequence[str] | None = None,
    origins: Sequence[str] | None = None,
    choices: Choices = "history",
    draws: int | None = None,
    seed: int = 1,
    until: str | None = None,
    weights: Mapping[str, float] = MappingProxyType({}),
    asked: Mapping[str, Any] = MappingProxyType({}),
    out: str | Path | None = None,
    tell: Tell = lambda *_: None,
) -> Compared:
    """Fit every theory at every origin and compare their forecasts.

    Parameters
    ----------
    scenario, fit, origins, draws, seed, until, asked
        As for `forecast`.
    theories
        Names; all if not given.
    choices
        Reading of what is known of the future.
    weights
        By theory, of an earlier comparison; what came later then decides none. If none are given, those by which the
        theories would have forecast best here.
    out
        Folder in which every theory's origins are kept, and taken up again.
    tell
        Called with a theory and origin, the number of fits done and of all.

    Returns
    -------
    Compared
        Scores of every theory's forecasts, and weights of theories.

    Raises
    ------
    RunError, ScenarioError
        If there is no such theory or origin, no target that is judged comes soon after one, or a theory has no weight
        or one below 0.
    """
    chosen = [theory_named(name) for name in theories or [theory.name for theory in THEORIES]]
    days = asked_origins(scenario, origins)
    check_until(scenario, days[-1], until)
    ahead = days_ahead(scenario)
    _check_judged(scenario, days, until, ahead)
    given = _given(weights, [theory.name for theory in chosen])
    parts = []
    for number, theory in enumerate(chosen):
        folder = None if out is None else Path(out) / theory.name
        said = model_rows(
            pinned(scenario, theory), fit, days, choices=(choices,), draws=draws, seed=seed, until=until, asked=asked,
            folder=folder, tell=_nested(tell, theory.name, number, len(chosen)),
        )  # fmt: skip
        parts.append(said.assign(theory=theory.name))
    scores = pd.concat(parts, ignore_index=True)
    about = {
        "scenario": scenario.id, "content_hash": scenario.content_hash, "origins": list(days), "choices": choices,
        "draws": draws, "seed": seed, "until": until, "days_ahead": ahead, "weights_given": bool(given),
        "theories": {theory.name: {**theory._asdict(), "pins": pins(scenario, theory)} for theory in chosen},
    }  # fmt: skip
    return Compared(scores, given or stacked(rolling(scores, ahead)), about)


def _check_judged(scenario: Scenario, origins: Sequence[str], until: str | None, ahead: int) -> None:
    """Refuse, before anything is fitted, origins after which nothing comes by which theories could be told apart."""
    last = scenario.spec.calendar.end if until is None else until
    first = [scenario.day_index(origin) for origin in origins]
    judged = [one.day for one in target_points(scenario) if one.judged and one.date <= last]
    if not any(0 < day - origin <= ahead for day in judged for origin in first):
        raise RunError(
            f"theories: found nothing but memory and guesses in the {ahead} days after {' or '.join(origins)} and by "
            f"{last}, expected a target that is judged"
        )


def _given(weights: Mapping[str, float], names: Sequence[str]) -> dict[str, float]:
    """Weights that were given, of the theories compared, so that they sum to 1."""
    if not weights:
        return {}
    for name in names:
        if not weights.get(name, -1.0) >= 0:
            raise RunError(f"weights: found {weights.get(name)} for {name}, expected a number from 0 to 1")
    total = sum(weights[name] for name in names)
    if not total > 0:
        raise RunError(f"weights: none of {', '.join(names)} has any")
    return {name: weights[name] / total for name in names}


def _nested(tell: Tell, name: str, number: int, of_theories: int) -> Tell:
    """How a theory's origins are told among those of all theories."""
    return lambda day, done, of: tell(f"{name}, {day}", number * of + done, of_theories * of)
