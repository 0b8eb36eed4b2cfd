"""A fit: several searches for the parameters that fit best, then a posterior around the best of them.

    posterior = dp.fit(scenario, until="1917-07-31")
    posterior.summary(), posterior.draws, posterior.searches
    posterior.save("posterior.nc")

Searches start at the prior's centre and at draws around it; the one with the smallest loss on the data of the fit is kept,
and all are reported. The posterior is by randomise-then-optimise (`randomise`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower.experiment.execute import do_all
from dualpower.experiment.work import check_reloadable
from dualpower.inference.least_squares import Minimum, minimise
from dualpower.inference.posterior import Posterior
from dualpower.inference.problem import SIDE_BY_SIDE, Problem, Task, made, problem, task
from dualpower.inference.randomise import Searches, disturbances, search_together
from dualpower.population import draws as keyed
from dualpower.run import RunError

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["fit"]

SPREAD = 0.5
"""Standard deviation of the starts around the prior's centre, in prior standard deviations."""

Tell = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and of how many."""


def fit(
    scenario: Scenario,
    until: str | None = None,
    *,
    draws: int = 200,
    starts: int = 4,
    seed: int = 1,
    steps: int = 40,
    jobs: int = 1,
    executor: Executor | None = None,
    targets: pd.DataFrame | None = None,
    begin: Mapping[str, float] | None = None,
    tell: Tell = lambda *_: None,
) -> Posterior:
    """Fit a scenario's parameters to its record.

    Parameters
    ----------
    scenario
        What its interventions `set` is held fixed.
    until
        Last day of the evidence; the last calibration target's if not given.
    draws
        Of the posterior; 0 for the mode alone.
    starts
        Searches: the first from the prior's centre.
    seed
        Of the starts and of the disturbances.
    steps
        Most steps of a search.
    jobs, executor
        Processes of our own, or any executor.
    targets
        Rows to fit in place of the scenario's targets and record, as when parameters are to be recovered.
    begin
        Parameters by address from which one more search starts.
    tell
        Called while searches and draws come in.

    Returns
    -------
    Posterior

    Raises
    ------
    ScenarioError, ObservationError
        If `until` is no day of the scenario, or a target cannot be understood.
    RunError
        If there is nothing to fit, or no search ended at finite residuals.
    """
    begun = time.perf_counter()
    last = until or last_calibrated(scenario)
    asked = task(scenario, last, targets)
    here = made(scenario, last, targets)
    if not here.facts:
        raise RunError(f"fit: no target is dated up to {last}, there is nothing to fit")
    workers = _workers(scenario, asked, here, jobs, executor)
    places = _starts(here, starts, seed, begin)
    searches: dict[int, Minimum] = {}

    def searched(found: tuple[int, Minimum]) -> None:
        searches[found[0]] = found[1]
        tell("searches", len(searches), len(places))

    workers(partial(_search, steps=steps), list(enumerate(places)), searched)
    best = min(searches.values(), key=lambda one: one.loss)
    if not np.isfinite(best.loss):
        raise RunError("fit: no search ended at finite numbers; are the scenario's sizes and series in their bounds?")
    found = _draws(workers, here, best, seed, draws, tell) if draws else Searches(best.theta[None], np.array([best.loss]), 0)
    about = {
        "scenario": scenario.id,
        "content_hash": scenario.content_hash,
        "interventions": "; ".join(f"{one.kind} {one.target}={one.value}" for one in scenario.interventions),
        "until": last,
        "seed": seed,
        "method": "randomise then optimise" if draws else "mode",
        "loss": best.loss,
        "seconds": round(time.perf_counter() - begun, 1),
    }
    return _posterior(here, best, pd.DataFrame([(k, m.loss, m.steps) for k, m in sorted(searches.items())], columns=["start", "loss", "steps"]), found, about)


def last_calibrated(scenario: Scenario) -> str:
    """Day of the last calibration target.

    Raises
    ------
    RunError
        If the scenario has none.
    """
    rows = scenario.targets[scenario.targets["split"] == "calibrate"]
    if rows.empty:
        raise RunError(f"{scenario.id}: has no calibration target to fit to")
    return str(rows["date_end"].where(rows["date_end"] != "", rows["date"]).max())


Workers = Callable[[Callable[..., Any], Sequence[Any], Callable[[Any], None]], None]


def _workers(scenario: Scenario, asked: Task, here: Problem, jobs: int, executor: Executor | None) -> Workers:
    """How pieces are done: in this process by the problem at hand, elsewhere by one that is loaded there."""
    elsewhere = executor is not None or jobs > 1
    if elsewhere:
        check_reloadable(scenario)

    def work(function: Callable[..., Any], pieces: Sequence[Any], done: Callable[[Any], None]) -> None:
        if not elsewhere:
            for piece in pieces:
                done(function(here, piece))
            return
        lost = do_all(partial(_elsewhere, function, asked), pieces, executor=executor, jobs=jobs, done=done)
        if lost:
            raise RunError(f"fit: {len(lost)} pieces of the work were lost, the first because {lost[0][1]}", exit_code=1)

    return work


def _elsewhere(function: Callable[..., Any], asked: Task, piece: Any) -> Any:
    return function(problem(asked), piece)


def _starts(here: Problem, starts: int, seed: int, begin: Mapping[str, float] | None) -> list[NDArray[np.float64]]:
    noise = keyed.normals(seed, "start of a search", here.addresses, np.arange(starts)).astype(np.float64)
    noise[0] = 0.0
    return [*(SPREAD * noise), *([] if begin is None else [here.theta(begin)])]


def _search(here: Problem, piece: tuple[int, NDArray[np.float64]], *, steps: int) -> tuple[int, Minimum]:
    number, start = piece
    return number, minimise(here.alone, start, steps=steps, tolerance=0.1)


@dataclass(frozen=True)
class _Batch:
    """Numbers of some draws, the mode, and the Jacobian there."""

    numbers: tuple[int, ...]
    mode: NDArray[np.float64]
    jacobian: NDArray[np.float64]
    seed: int


def _draws(workers: Workers, here: Problem, best: Minimum, seed: int, draws: int, tell: Tell) -> Searches:
    jacobian = here.alone.jacobian(best.theta)[1]
    size = SIDE_BY_SIDE
    batches = [_Batch(tuple(range(k, min(k + size, draws))), best.theta, jacobian, seed) for k in range(0, draws, size)]
    parts: dict[int, Searches] = {}

    def drawn(found: tuple[int, Searches]) -> None:
        parts[found[0]] = found[1]
        tell("draws", sum(len(part.theta) for part in parts.values()), draws)

    workers(_batch, batches, drawn)
    ordered = [parts[key] for key in sorted(parts)]
    return Searches(
        np.concatenate([part.theta for part in ordered]),
        np.concatenate([part.loss for part in ordered]),
        max(part.steps for part in ordered),
    )


def _batch(here: Problem, piece: _Batch) -> tuple[int, Searches]:
    disturbed = disturbances(piece.seed, piece.numbers, here.facts, here.addresses)
    start = np.repeat(piece.mode[None], len(piece.numbers), axis=0)
    return piece.numbers[0], search_together(here.together, start, piece.jacobian, disturbed)


def _posterior(here: Problem, best: Minimum, searches: pd.DataFrame, found: Searches, about: dict[str, Any]) -> Posterior:
    table = here.table(found.theta)
    mode = here.objective.values(best.theta)
    rows = [(free.centre, free.row.sd, free.row.prior, mode[free.address], theta) for free, theta in zip(here.objective.free, best.theta, strict=True)]
    prior = pd.DataFrame(rows, index=list(here.addresses), columns=["centre", "sd", "kind", "mode", "theta"])
    known = here.objective.evidence
    facts = pd.DataFrame(
        {
            "value": [one.value for one in known.observations],
            "low": [one.low for one in known.observations],
            "high": [one.high for one in known.observations],
            "centre": known.centre,
            "sd": np.sqrt(np.diag(known.covariance)),
        },
        index=list(here.facts),
    )
    return Posterior(table, mode, searches, found.loss, _predicted(here, found.theta), facts, prior, about)


def _predicted(here: Problem, theta: NDArray[np.float64]) -> pd.DataFrame:
    """What the model says of each fact, table[draw, fact]."""
    parts = []
    for k in range(0, len(theta), SIDE_BY_SIDE):
        part = theta[k : k + SIDE_BY_SIDE]
        rows = np.minimum(np.arange(SIDE_BY_SIDE), len(part) - 1)
        parts.append(np.asarray(here.seen(part[rows].astype(np.float32)))[: len(part)])
    return pd.DataFrame(np.concatenate(parts), columns=list(here.facts))
