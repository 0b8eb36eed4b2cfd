"""A fit: several searches for the parameters that fit best, then a posterior around the best of them.

    posterior = dp.fit(scenario, until="1917-07-31")
    posterior.summary(), posterior.draws, posterior.searches
    posterior.save("posterior.nc")

Searches start at the prior's centre and at draws around it; the one with the smallest loss on the data of the fit is
kept, and all are reported. The posterior is by randomise-then-optimise (`randomise`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower import _files
from dualpower._arguments import check_loaded, check_whole
from dualpower._program import fingerprint
from dualpower.experiment.execute import do_all
from dualpower.experiment.work import check_reloadable
from dualpower.inference.given import given
from dualpower.inference.least_squares import Minimum, minimise
from dualpower.inference.pieces import Pieces
from dualpower.inference.posterior import Posterior
from dualpower.inference.problem import SIDE_BY_SIDE, Problem, Task, made, problem, task
from dualpower.inference.randomise import Searches, disturbances, optimise
from dualpower.inference.values import Values, by_address, check_values
from dualpower.population import draws as keyed
from dualpower.run import RunError
from dualpower.scenario.parameters import known_parameters

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
    steps: int = 100,
    jobs: int = 1,
    executor: Executor | None = None,
    targets: pd.DataFrame | None = None,
    begin: Values | None = None,
    out: str | Path | None = None,
    resume: bool = False,
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
        Parameters by address from which one more search starts; what is set or not fitted stays as it is.
    out, resume
        A folder in which finished pieces are kept while others are made, and whether to go on with what is there.
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
        If there is nothing to fit, `begin` names no parameter, or no search ended at finite residuals.
    """
    begun = time.perf_counter()
    check_loaded(scenario)
    for what, number, least in (("starts", starts, 1), ("draws", draws, 0), ("steps", steps, 1), ("jobs", jobs, 1)):
        check_whole(what, number, least)
    begin = None if begin is None else by_address("begin", begin)
    check_values("begin", begin or {}, known_parameters(scenario.names))
    if targets is not None and not isinstance(targets, pd.DataFrame):
        raise RunError(f"targets: a table (DataFrame) with the columns of targets.csv is wanted, not {targets!r}")
    last = until or last_calibrated(scenario)
    scenario.day_index(last, "until")
    asked = task(scenario, last, targets)
    here = made(scenario, last, targets)
    if not here.facts:
        raise RunError(f"fit: no target is dated up to {last}, there is nothing to fit")
    with _files.held(None if out is None else Path(out)):
        told = _told(scenario, here, last, targets, {"seed": seed, "starts": starts, "steps": steps, "begin": begin})
        pieces = Pieces(None if out is None else Path(out), told, resume=resume)
        workers = _workers(scenario, asked, here, jobs, executor)
        searches = _searches(workers, pieces, _places(here, starts, seed, begin), steps, tell)
        best = min(searches, key=lambda one: one.loss)
        if not np.isfinite(best.loss):
            raise RunError("fit: no search ended at finite numbers; are all sizes and series within bounds?")
        if draws:
            found = _draws(workers, pieces, here, best, seed, draws, tell)
        else:
            found = Searches(best.theta[None], np.array([best.loss]), 0)
    about = {
        "scenario": scenario.id,
        "content_hash": scenario.content_hash,
        "given": json.dumps(given(scenario, last)),
        "interventions": "; ".join(f"{one.kind} {one.target}={one.value}" for one in scenario.interventions),
        "pins": json.dumps({one.target: float(one.value) for one in scenario.interventions if one.kind == "set"}),
        "weight": 1.0,
        "until": last,
        "seed": seed,
        "method": "randomise then optimise" if draws else "mode",
        "loss": best.loss,
        "seconds": round(time.perf_counter() - begun, 1),
    }
    table = pd.DataFrame([(k, m.loss, m.steps) for k, m in enumerate(searches)], columns=["start", "loss", "steps"])
    return _posterior(here, best, table, found, about)


def _told(
    scenario: Scenario, here: Problem, until: str, targets: pd.DataFrame | None, options: Mapping[str, Any]
) -> dict[str, Any]:
    """All that the numbers of a fit depend on."""
    return {
        "the program": fingerprint(),
        "scenario": scenario.id,
        "content_hash": scenario.content_hash,
        "hash": scenario.hash,
        "interventions": [str(one) for one in scenario.interventions],
        "until": until,
        "targets": None if targets is None else targets.to_csv(),
        "facts": here.facts,
        "parameters": here.addresses,
        **options,
    }


def last_calibrated(scenario: Scenario) -> str:
    """Day of the last calibration target.

    Raises
    ------
    RunError
        If the scenario has none.
    """
    last = scenario.last_calibrated
    if last is None:
        raise RunError(f"{scenario.id}: has no calibration target to fit to")
    return last


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
            raise RunError(
                f"fit: {len(lost)} pieces of the work were lost, the first because {lost[0][1]}", exit_code=1
            )

    return work


def _elsewhere(function: Callable[..., Any], asked: Task, piece: Any) -> Any:
    return function(problem(asked), piece)


def _places(here: Problem, starts: int, seed: int, begin: Mapping[str, float] | None) -> list[NDArray[np.float64]]:
    noise = keyed.normals(seed, "start of a search", here.addresses, np.arange(starts)).astype(np.float64)
    noise[0] = 0.0
    return [*(SPREAD * noise), *([] if begin is None else [here.theta(begin)])]


def _searches(
    workers: Workers, pieces: Pieces, places: list[NDArray[np.float64]], steps: int, tell: Tell
) -> list[Minimum]:
    """Search from every place; what is kept already is not searched again."""
    kept = {k: pieces.read(f"search-{k:03d}") for k in range(len(places))}
    found = {k: Minimum(one["theta"], float(one["loss"]), int(one["steps"])) for k, one in kept.items() if one}

    def searched(result: tuple[int, Minimum]) -> None:
        number, found[number] = result
        pieces.write(f"search-{number:03d}", result[1]._asdict())
        tell("searches", len(found), len(places))

    workers(partial(_search, steps=steps), [(k, place) for k, place in enumerate(places) if k not in found], searched)
    return [found[k] for k in range(len(places))]


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


def _draws(
    workers: Workers, pieces: Pieces, here: Problem, best: Minimum, seed: int, draws: int, tell: Tell
) -> Searches:
    """Draws of the posterior, by batches; what is kept already is not drawn again."""
    firsts = range(0, draws, SIDE_BY_SIDE)
    kept = {k: pieces.read(f"draws-{k:06d}") for k in firsts}
    found = {k: Searches(one["theta"], one["loss"], int(one["steps"])) for k, one in kept.items() if one}

    def drawn(result: tuple[int, Searches]) -> None:
        first, found[first] = result
        pieces.write(f"draws-{first:06d}", result[1]._asdict())
        tell("draws", min(SIDE_BY_SIDE * len(found), draws), draws)

    if left := [k for k in firsts if k not in found]:
        jacobian = here.alone.jacobian(best.theta)[1]
        batches = [_Batch(tuple(range(k, k + SIDE_BY_SIDE)), best.theta, jacobian, seed) for k in left]
        workers(_batch, batches, drawn)
    ordered = [found[key] for key in sorted(found)]
    theta, loss = (np.concatenate([getattr(part, name) for part in ordered])[:draws] for name in ("theta", "loss"))
    return Searches(theta, loss, max(part.steps for part in ordered))


def _batch(here: Problem, piece: _Batch) -> tuple[int, Searches]:
    disturbed = disturbances(piece.seed, piece.numbers, here.facts, here.addresses, here.objective.evidence.disturbing)
    return piece.numbers[0], optimise(here.together, here.alone, piece.mode, piece.jacobian, disturbed)


def _posterior(
    here: Problem, best: Minimum, searches: pd.DataFrame, found: Searches, about: dict[str, Any]
) -> Posterior:
    table = here.table(found.theta)
    mode = here.objective.values(best.theta)
    fitted = [(free, x) for free, x in zip(here.objective.free, best.theta, strict=True) if free.address in mode]
    rows = [(free.centre, free.row.sd, free.row.prior, mode[free.address], x) for free, x in fitted]
    names = [free.address for free, _ in fitted]
    prior = pd.DataFrame(rows, index=names, columns=["centre", "sd", "kind", "mode", "theta"])
    known = here.objective.evidence
    facts = pd.DataFrame(
        {
            "value": [one.value for one in known.observations],
            "low": [one.low for one in known.observations],
            "high": [one.high for one in known.observations],
            "centre": known.centre,
            "sd": np.sqrt(np.diag(known.covariance)),
            "accidents": known.accidents,
        },
        index=list(here.facts),
    )
    seen = pd.DataFrame(here.seen(found.theta), columns=list(here.facts))
    return Posterior(table, mode, searches, found.loss, seen, facts, prior, about)
