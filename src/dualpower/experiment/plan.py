"""What an ensemble is to be: its draws, their seeds, how they are cut into shards, and what makes two ensembles one.

Nothing here depends on how many draws there are, on how many workers share them or in which order they come: draw 17 of
an ensemble is the same year whatever else is drawn, so an ensemble can be cut short, taken up again, made longer or put
together from parts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dualpower._amounts import counted
from dualpower._arguments import as_flag, as_seed, check_loaded, check_whole
from dualpower.checkpoint import about, differences
from dualpower.experiment.compact import UNITS, check_keep, variables
from dualpower.experiment.drawn import Parameters, drawn_parameters
from dualpower.experiment.table import Table, table_of
from dualpower.population import draws as keyed
from dualpower.population.people_share import Share, plain, shares
from dualpower.run import RunError
from dualpower.scenario import Scenario
from dualpower.scenario.arrays import Choices, Imposed, check_choices, check_imposed
from dualpower.scenario.interventions import Intervention
from dualpower.scenario.load import library
from dualpower.scenario.sense import check_sense

BATCH = 16
"""Draws of the crowd that one call lives through together. A draw keeps its place in its batch, whoever computes it."""

CROWD_SHARD, PEOPLE_SHARD = 2 * BATCH, 4
"""Draws that are written to one file."""

Part = tuple[int, int]
"""Which part of an ensemble, of how many: (1, 8) is the first of eight."""


MOST_DRAWS = 1_000_000
"""Draws of an ensemble at most: a slip of the pen should not fill the memory."""


@dataclass(frozen=True)
class Job:
    """What every draw of an ensemble has in common; small, and the same in every worker.

    Attributes
    ----------
    source
        A name of the library, or the path of the scenario's folder.
    content_hash
        What the scenario's files said when the ensemble was planned.
    interventions
        In the order in which they were made.
    until
        Last day.
    people
        Share of people with a record of their own, or (place, share) of some places; None for the crowd.
    imposed, choices, noise
        As in `dualpower.simulate`.
    keep
        "summary", "units", or names of variables.
    told
        Last day that the parameters were fitted to; the last calibration target's if not given.
    """

    source: str
    content_hash: str
    interventions: tuple[Intervention, ...]
    until: str
    people: float | tuple[tuple[str, float], ...] | None = None
    imposed: Imposed = False
    choices: Choices = "history"
    noise: bool = True
    keep: tuple[str, ...] = ("summary",)
    told: str | None = None

    @property
    def share(self) -> Share | None:
        """`people` as `simulate` takes it, and as JSON has it."""
        return dict(self.people) if isinstance(self.people, tuple) else self.people

    @property
    def shard(self) -> int:
        """Draws in one file; fewer where they are large or take long."""
        if self.people is not None:
            return PEOPLE_SHARD
        return BATCH if set(variables(self.keep)) & set(UNITS) else CROWD_SHARD


@dataclass(frozen=True)
class Plan:
    """An ensemble that is to be made.

    Attributes
    ----------
    scenario
        With its interventions.
    job
        The same and the switches, as workers are told.
    draws
        How many.
    seed
        From which the seed of every draw comes.
    table
        Parameters by draw, or None: those of the scenario.
    part
        The part that is to be made here.
    """

    scenario: Scenario
    job: Job
    draws: int
    seed: int
    table: Table | None = None
    part: Part = (1, 1)

    @property
    def about(self) -> dict[str, Any]:
        """All that the numbers of a draw depend on."""
        job = self.job
        switches = {"until": job.until, "people": job.share, "imposed": job.imposed, "choices": job.choices,
                    "noise": job.noise, "told": job.told, "keep": list(job.keep),
                    "table": self.table.hash if self.table else None, "draws_per_shard": job.shard}  # fmt: skip
        if "units" in job.keep:
            switches["variables"] = len(variables(job.keep))  # what "units" means has grown once
        return about(self.scenario, self.seed) | {"switches": switches}

    @property
    def identity(self) -> str:
        """Fingerprint of `about`: shards of one ensemble share it."""
        return identity(self.about)

    @property
    def chunks(self) -> tuple[tuple[int, int], ...]:
        """First draw and the one after the last, of every shard of this part."""
        size, (number, of) = self.job.shard, self.part
        return tuple((first, min(first + size, self.draws)) for first in range(0, self.draws, size))[number - 1 :: of]


def identity(told: Mapping[str, Any]) -> str:
    """Fingerprint of what a plan is about."""
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def make_plan(
    scenario: Scenario,
    *,
    draws: int,
    seed: int = 1,
    until: str | None = None,
    people: Share | None = None,
    imposed: Imposed = False,
    choices: Choices = "history",
    noise: bool = True,
    parameters: Parameters = None,
    keep: str | Sequence[str] = "summary",
    part: Part = (1, 1),
    told: str | None = None,
) -> Plan:
    """Check what is asked for and say what is to be done; the arguments are those of `simulate_ensemble`.

    Raises
    ------
    RunError, ScenarioError
        With what is wrong.
    """
    check_loaded(scenario)
    _check_numbers(draws, part)
    seed = as_seed(seed)
    check_sense(scenario, until)
    job = Job(
        source=source_of(scenario),
        content_hash=scenario.content_hash,
        interventions=scenario.interventions,
        until=scenario.days(until)[-1],
        people=_people(scenario, people),
        imposed=_imposed(scenario, imposed),
        choices=cast("Choices", check_choices(choices)),
        noise=as_flag("noise", noise),
        keep=check_keep(keep),
        told=None if told is None else scenario.days(told, "told")[-1],
    )
    drawn = drawn_parameters(scenario, parameters)
    table = None if drawn is None else table_of(scenario, drawn)
    plan = Plan(scenario, job, int(draws), seed, table, (int(part[0]), int(part[1])))
    if not plan.chunks:
        raise RunError(
            f"part {part[0]}/{part[1]}: has nothing to do, {counted(draws, 'draw')} make "
            f"{counted(-(-draws // job.shard), 'file')}"
        )
    return plan


def _imposed(scenario: Scenario, imposed: Imposed) -> Imposed:
    """Check how far history is imposed."""
    check_imposed(imposed)
    return scenario.days(imposed, "imposed")[-1] if isinstance(imposed, str) else bool(imposed)


def _people(scenario: Scenario, people: Share | None) -> float | tuple[tuple[str, float], ...] | None:
    """Check a share of people, and write it so that it can be compared."""
    if people is None:
        return None
    shares(scenario, people)
    said = plain(people)
    return tuple(sorted(said.items())) if isinstance(said, dict) else said


def _check_numbers(draws: int, part: Part) -> None:
    check_whole("draws", draws)
    if draws > MOST_DRAWS:
        raise RunError(f"draws: {draws:,} are more than the {MOST_DRAWS:,} that an ensemble can have")
    whole = isinstance(part, Sequence) and len(part) == 2 and all(type(each) is not bool for each in part)
    if not (whole and all(isinstance(each, Integral) for each in part) and 1 <= part[0] <= part[1]):
        raise RunError(f"part: {part!r} is not (i, n), the i-th of n parts, such as (1, 8)")


def source_of(scenario: Scenario) -> str:
    """How a worker finds the scenario: by its name in the library, else by its folder's full path."""
    folder = scenario.folder.resolve()
    known = {path.resolve(): name for name, path in library().items()}
    return known.get(folder, str(folder))


def seeds(seed: int, first: int, stop: int) -> NDArray[np.int64]:
    """Seeds of the draws ``first`` to ``stop - 1`` of an ensemble: distinct whole numbers below 2**32.

    A keyed permutation of the 32-bit numbers (a Feistel network of four rounds, each with event-keyed words), so that
    no two draws can have the same seed.
    """
    number = np.arange(first, stop, dtype=np.int64)
    left, right = number >> 16, number & 0xFFFF
    for turn in range(4):
        word = keyed.words(seed, f"seed of a draw, round {turn}", ("ensemble",), right)[0][:, 0]
        left, right = right, left ^ (word.astype(np.int64) >> 16)
    return (left << 16) | right


def clauses(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Say what differs between two ensembles, one clause each; empty if their draws are the same."""
    found = differences(old, new)
    was, now = old.get("switches", {}), new.get("switches", {})
    words = {"table": "the table of parameters", "draws_per_shard": "the number of draws a file",
             "variables": "the number of variables kept"}  # fmt: skip
    for key in sorted({*was, *now}):
        if was.get(key) != now.get(key):
            values = "" if key == "table" else f" was {was.get(key)!r} and is {now.get(key)!r}"
            found.append(words.get(key, f'"{key}"') + (values or " has changed"))
    return found
