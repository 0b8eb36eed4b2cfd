"""A fit to be made: its objective, compiled for one search and for many side by side, and kept by the process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower._cache import enable_compilation_cache, quick_to_compile
from dualpower.experiment.plan import source_of
from dualpower.inference.evidence import evidence
from dualpower.inference.least_squares import Linearised, linearise
from dualpower.inference.objective import Objective, objective
from dualpower.inference.randomise import Together
from dualpower.run import RunError
from dualpower.scenario import Scenario, load
from dualpower.scenario.interventions import Intervention

__all__ = ["SIDE_BY_SIDE", "Problem", "Task", "problem", "task"]

SIDE_BY_SIDE = 16
"""Searches that one compiled call serves together."""

Table = tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]
"""A table that can be a key: its columns and its rows."""


@dataclass(frozen=True)
class Task:
    """What a worker needs to know of a fit; small, and equal for equal fits.

    Attributes
    ----------
    source : a name of the library, or the path of the scenario's folder
    content_hash : what its files said
    interventions : what is set by them is not fitted
    until : last day of the evidence
    targets : rows in place of the scenario's targets, or None
    """

    source: str
    content_hash: str
    interventions: tuple[Intervention, ...]
    until: str
    targets: Table | None = None


def task(scenario: Scenario, until: str, targets: pd.DataFrame | None = None) -> Task:
    """The fit of a scenario to what is dated up to a day.

    Raises
    ------
    ScenarioError
        If ``until`` is no day that the scenario can reach.
    """
    scenario.day_index(until)
    rows = None if targets is None else (tuple(targets.columns), tuple(targets.itertuples(index=False, name=None)))
    return Task(source_of(scenario), scenario.content_hash, scenario.interventions, until, rows)


@dataclass(frozen=True)
class Problem:
    """A fit, compiled once a process.

    Attributes
    ----------
    scenario : with its interventions
    objective : what is minimised
    """

    scenario: Scenario
    objective: Objective

    @property
    def facts(self) -> tuple[str, ...]:
        """Ids of the facts."""
        return tuple(one.id for one in self.objective.evidence.observations)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Addresses of the parameters, those that are held included."""
        return tuple(free.address for free in self.objective.free)

    @cached_property
    def alone(self) -> Linearised:
        """Residuals of one search, and their Jacobian."""
        enable_compilation_cache()
        return linearise(self.objective.residuals, self.objective.given)

    @cached_property
    def together(self) -> Together:
        """Residuals of many searches, `SIDE_BY_SIDE` in one compiled call."""
        enable_compilation_cache()
        return self._side_by_side(self.objective.residuals, (0, 0, None))

    @cached_property
    def seen(self) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
        """From theta[search, parameter] to what the model says of each fact, in the record's units, likewise."""
        enable_compilation_cache()
        return self._side_by_side(self.objective.natural, (0, None))

    def _side_by_side(
        self, function: Callable[..., Any], axes: tuple[int | None, ...]
    ) -> Callable[..., NDArray[np.float64]]:
        """A function of rows and of what is given, for any number of rows by one compiled call."""
        batched = jax.jit(jax.vmap(function, axes), compiler_options=quick_to_compile())
        given = self.objective.given

        def by_parts(*arrays: NDArray[np.float64]) -> NDArray[np.float64]:
            parts = []
            for first in range(0, len(arrays[0]), SIDE_BY_SIDE):
                rows = np.minimum(np.arange(first, first + SIDE_BY_SIDE), len(arrays[0]) - 1)
                found = batched(*(jnp.asarray(array[rows], jnp.float32) for array in arrays), given)
                parts.append(np.asarray(found, np.float64)[: len(arrays[0]) - first])
            return np.concatenate(parts)

        return by_parts

    def theta(self, values: Mapping[str, float]) -> NDArray[np.float64]:
        """Parameters by address as theta; the prior's centre where one is not named."""
        return np.array(
            [free.theta(values[free.address]) if free.address in values else 0.0 for free in self.objective.free]
        )

    def table(self, theta: NDArray[np.float64]) -> pd.DataFrame:
        """Theta[draw, parameter] as a table of values, one column a fitted address."""
        columns = {
            free.address: np.asarray(free.value(jnp.asarray(theta[:, k])))
            for k, free in enumerate(self.objective.free)
            if free.address not in self.objective.held
        }
        return pd.DataFrame(columns, dtype=np.float64)


_AT_HAND: list[tuple[Scenario, Task, Problem]] = []
"""The problem made last of a scenario at hand: its compiled programs serve the next fit of it."""


def made(scenario: Scenario, until: str, targets: pd.DataFrame | None = None) -> Problem:
    """The problem of a scenario that is at hand."""
    asked = task(scenario, until, targets)
    for known, of, found in _AT_HAND:
        if known is scenario and of == asked:
            return found
    found = Problem(scenario, objective(scenario, evidence(scenario, until, targets=targets), until))
    _AT_HAND[:] = [(scenario, asked, found)]
    return found


@lru_cache(maxsize=3)
def problem(asked: Task) -> Problem:
    """The problem of a task in this process, its scenario loaded from its folder.

    Raises
    ------
    RunError
        If the scenario's files have changed since.
    """
    scenario = load(asked.source)
    if scenario.content_hash != asked.content_hash:
        raise RunError(f"{asked.source}: the scenario's files have changed since this fit was begun")
    rows = None if asked.targets is None else pd.DataFrame(list(asked.targets[1]), columns=list(asked.targets[0]))
    return made(replace(scenario, interventions=asked.interventions), asked.until, rows)
