"""A confusion matrix of theories: can the record tell them apart at all?

Data are simulated from each theory, every theory is fitted to the first part of them and judged by the log score on
the rest. A row of the matrix says how often which theory won when one was true; where rows are flat, a comparison on
the real record means nothing.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import jax.numpy as jnp
import numpy as np
import pandas as pd

from dualpower import _files
from dualpower.checkpoint import about as identity_of
from dualpower.experiment.plan import identity
from dualpower.inference.gradient import unpinned
from dualpower.inference.origins import Fitted, Tell
from dualpower.inference.pieces import Pieces
from dualpower.inference.points import target_points
from dualpower.inference.predict import predict
from dualpower.inference.scoring import score_draws
from dualpower.inference.theories import THEORIES, pinned, theory_named
from dualpower.population import draws as keyed
from dualpower.record import inverse
from dualpower.record.errors import Z90

if TYPE_CHECKING:
    from dualpower.record import Observation
    from dualpower.scenario import Scenario

__all__ = ["Confusion", "FitTo", "confusion", "prior_draws", "simulated_targets"]


class FitTo(Protocol):
    """A way to fit a scenario to given targets that are dated up to a day."""

    def __call__(self, scenario: Scenario, until: str, targets: pd.DataFrame) -> Fitted:
        """Fit."""


_APART = 1_000_000
"""Between the seeds of simulated records and those of predictions, which must not know their chance."""


@dataclass(frozen=True)
class Confusion:
    """Which theory won when which was true.

    Attributes
    ----------
    scores : one row for each simulation and fitted theory: truth, simulation, theory, log_score (mean over targets)
    origin : last day of the data that theories were fitted to
    """

    scores: pd.DataFrame
    origin: str

    def matrix(self) -> pd.DataFrame:
        """Share of the simulations of a theory (rows) that each theory (columns) won."""
        best = self.scores.loc[self.scores.groupby(["truth", "simulation"])["log_score"].idxmax()]
        names = list(dict.fromkeys(self.scores["theory"]))
        return pd.crosstab(best["truth"], best["theory"], normalize="index").reindex(
            index=names, columns=names, fill_value=0.0
        )

    def save(self, folder: str | Path) -> Path:
        """Write `confusion.csv` (the matrix) and `confusion.json` into a folder."""
        place = Path(folder)
        _files.make_folder(place)
        _files.write_file(place / "confusion.csv", self.matrix().to_csv().encode())
        told = {"origin": self.origin, "scores": self.scores.to_dict("records")}
        _files.write_file(place / "confusion.json", (json.dumps(told, indent=1, default=float) + "\n").encode())
        return place


def confusion(
    scenario: Scenario,
    fit: FitTo,
    *,
    origin: str,
    simulations: int = 5,
    theories: Sequence[str] | None = None,
    parameters: dict[str, pd.DataFrame] | None = None,
    draws: int | None = None,
    seed: int = 1,
    asked: Mapping[str, Any] = MappingProxyType({}),
    out: str | Path | None = None,
    tell: Tell = lambda *_: None,
) -> Confusion:
    """Simulate data from each theory and see which one is found.

    Parameters
    ----------
    scenario : whose targets are simulated
    fit : called with a scenario under a theory, the origin, and simulated targets
    origin : theories are fitted to what comes before, judged by what comes after
    simulations : of each theory
    theories : names; all if not given
    parameters : by theory, draws to simulate from (those of its posterior); of its prior where there are none
    draws : predictive draws
    seed : of all chance
    asked : what `fit` was asked for (its searches, ...); scores that are kept of another are made anew
    out : folder in which the score of every fit that is done is kept, and taken up again
    tell : called with what is done, the number of fits done and of all
    """
    names = [theory_named(name).name for name in theories or [theory.name for theory in THEORIES]]
    rows: list[dict[str, Any]] = []
    total = len(names) ** 2 * simulations
    about = {**identity_of(scenario, seed), "origin": origin, "draws": draws, "from": sorted(parameters or {})}
    about |= {"fit": dict(asked)} if asked else {}
    pieces = Pieces(None if out is None else Path(out) / f"confusion-{identity(about)[:12]}", about, resume=True)
    for truth in names:
        own = pinned(scenario, truth)
        given = (parameters or {}).get(truth)
        table = prior_draws(own, simulations, seed) if given is None else given
        for number in range(simulations):
            fake = simulated_targets(own, table.iloc[[number % len(table)]], seed=_APART + seed + number)
            for theory in names:
                tell(f"{truth} {number + 1}, {theory}", len(rows), total)
                name = f"{truth}-{number}-{theory}"
                kept = pieces.read(name)
                rival = pinned(scenario, theory)
                score = float(kept["log_score"]) if kept else _judged(rival, fit, fake, origin, draws, seed)
                pieces.write(name, {"log_score": score})
                rows.append({"truth": truth, "simulation": number, "theory": theory, "log_score": score})
    return Confusion(pd.DataFrame(rows), origin)


def prior_draws(scenario: Scenario, count: int, seed: int) -> pd.DataFrame:
    """Draws from the prior of every parameter that is free under a scenario, table[draw, address]."""
    free = unpinned(scenario)
    theta = keyed.normals(seed, "prior", tuple(one.address for one in free), np.arange(count))
    return pd.DataFrame(
        {one.address: np.asarray(one.value(jnp.asarray(theta[:, k]))) for k, one in enumerate(free)}, dtype=float
    )


def simulated_targets(scenario: Scenario, parameters: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """The scenario's targets with numbers of one simulated year, disturbed as the record is; bands are as wide."""
    found = predict(scenario, parameters, origin=scenario.spec.calendar.end, draws=1, seed=seed)
    table = scenario.targets.copy()
    table = table[table["target_id"].isin([one.id for one in found.points])].reset_index(drop=True)
    for one, z in zip(found.points, found.draws[0], strict=True):
        said, half = one.observation, _half(one.observation)
        ends = (
            inverse(float(z) + shift, said.transform, scale=said.scale, offset=said.offset)
            for shift in (0.0, -half, half)
        )
        table.loc[table["target_id"] == one.id, ["value", "low", "high"]] = list(ends)
    return table


def _half(said: Observation) -> float:
    """Half the width of a target's own band, on the scale of comparison; what is assumed of it where it has none.

    Not its standard deviation, which has floors and doubts in it that whoever reads the band puts in again.
    """
    half = (float(said.compared(said.high)) - float(said.compared(said.low))) / 2
    return half if np.isfinite(half) else Z90 * said.sd


def _judged(scenario: Scenario, fit: FitTo, fake: pd.DataFrame, origin: str, draws: int | None, seed: int) -> float:
    """Mean log score of a theory on the simulated targets after the origin that are judged."""
    posterior = fit(scenario, until=origin, targets=fake)
    found = predict(scenario, posterior.draws, origin=origin, draws=draws, seed=seed + 1)
    truth = {one.id: one.z for one in target_points(dataclasses.replace(scenario, targets=fake))}
    after = scenario.day_index(origin)
    scores = [
        score_draws(drawn, truth[one.id]).log_score
        for one, drawn in zip(found.points, found.draws.T, strict=True)
        if one.judged and one.day > after and one.id in truth
    ]
    return float(np.mean(scores))
