"""One batch under one setting, done: the factual years, every variant, and what is asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dualpower._cache import enable_compilation_cache
from dualpower.experiment.batch import Bench
from dualpower.experiment.claims import contagion
from dualpower.experiment.claims.live import Lived, Stage, chances, live
from dualpower.experiment.claims.measure import Place, taken
from dualpower.experiment.claims.plan import Changes, Piece
from dualpower.experiment.observed import of_targets
from dualpower.experiment.plan import Job
from dualpower.run import RunError
from dualpower.scenario import Scenario, load
from dualpower.scenario.changes import intervened
from dualpower.scenario.claims import Claim

if TYPE_CHECKING:
    from dualpower.scenario.claims import Measure

Array = NDArray[Any]
Numbers = dict[str, Array]
"""By claim: outcomes of some draws, array[outcome, draw]."""


class Done(NamedTuple):
    """What comes back of a piece.

    Attributes
    ----------
    setting, first
        Which piece.
    factual
        By claim, array[outcome, draw].
    among
        By claim, whether a draw counts, array[draw].
    lasting
        By claim about a parameter, array[draw].
    critical
        By claim about the pull of authority, its critical value in each draw (NaN where it has none), array[draw].
    variants
        By set of interventions, then by claim.
    observed
        What the record would say of the factual years, array[draw, target].
    """

    setting: str
    first: int
    factual: Numbers
    among: Numbers
    lasting: Numbers
    critical: Numbers
    variants: dict[Changes, Numbers]
    observed: Array


def batches_of(done: Sequence[Done], setting: str) -> list[Done]:
    """What has come back of a setting, in the order of its draws."""
    return sorted((one for one in done if one.setting == setting), key=lambda one: one.first)


def do_piece(piece: Piece, scenario: Scenario | None = None) -> Done:
    """Live through a piece; the scenario is loaded from its folder unless it is at hand.

    Raises
    ------
    RunError, ScenarioError
        If the scenario cannot be loaded or has changed.
    """
    enable_compilation_cache()
    bench = _bench(piece.job) if scenario is None else _at_hand(scenario, piece.job)
    chance = chances(bench, piece.seeds.tolist())
    end = len(bench.days.day) - 1
    plain = Stage(bench, bench.scenario)
    fact = live(plain, piece.table, chance, end)
    claims, place = bench.scenario.claims.claims, Place(bench.scenario, bench.names, bench.places.groups)
    found = {}
    for changes, until in piece.variants:
        stage = _stage(bench, changes)
        lived = live(stage, piece.table, chance, until, fact)
        found[changes] = {claim.id: _outcomes(claim, lived, place, until) for claim in claims}
    return Done(
        piece.setting, piece.first,
        {claim.id: _outcomes(claim, fact, place, end) for claim in claims},
        {claim.id: _among(claim, fact, place, end) for claim in claims},
        {c.id: _taken(c.parameter.lasting, fact, place, end) for c in claims if c.parameter},
        {c.id: contagion.critical(plain, piece.table, fact, c.parameter.centres) for c in claims if c.parameter},
        found, of_targets(bench, fact.seen, fact.arrays["regime"], fact.happened),
    )  # fmt: skip


def _taken(measure: Measure, lived: Lived, place: Place, until: int) -> Array:
    """A measure of a batch; NaN where it looks at days that were not lived through."""
    if place.day(measure.last) > until:
        return np.full(len(lived.happened), np.nan)
    return taken(measure, lived.arrays, lived.happened, place)


def _outcomes(claim: Claim, lived: Lived, place: Place, until: int) -> Array:
    return np.stack([_taken(outcome, lived, place, until) for outcome in claim.outcomes])


def _among(claim: Claim, lived: Lived, place: Place, until: int) -> Array:
    """Whether all conditions of a claim hold in the factual years."""
    counts = np.ones(len(lived.happened), bool)
    for measure in claim.among:
        counts &= _taken(measure, lived, place, until) >= 0.5
    return counts


@lru_cache(maxsize=32)
def _bench(job: Job) -> Bench:
    """The bench of a setting in this process."""
    scenario = _loaded(job.source)
    if scenario.content_hash != job.content_hash:
        raise RunError(f"{job.source}: the scenario's files have changed while its claims were tested")
    return Bench(replace(scenario, interventions=job.interventions), job)


_AT_HAND: list[Bench] = []
"""Benches of scenarios at hand, the latest last."""


def _at_hand(scenario: Scenario, job: Job) -> Bench:
    for bench in _AT_HAND:
        if bench.scenario is scenario and bench.job == job:
            return bench
    _AT_HAND[:] = [*_AT_HAND[-31:], Bench(scenario, job)]
    return _AT_HAND[-1]


@lru_cache(maxsize=2)
def _loaded(source: str) -> Scenario:
    return load(source)


_MOST_STAGES = 400
_STAGES: dict[tuple[Job, Changes], Stage] = {}


def _stage(bench: Bench, changes: Changes) -> Stage:
    """A variant under a setting, kept for the next batch of it."""
    key = (bench.job, changes)
    kept = _STAGES.get(key)
    if kept is None or kept.bench is not bench:
        while len(_STAGES) >= _MOST_STAGES:
            _STAGES.pop(next(iter(_STAGES)))
        _STAGES[key] = kept = Stage(bench, intervened(bench.scenario, changes))
    return kept
