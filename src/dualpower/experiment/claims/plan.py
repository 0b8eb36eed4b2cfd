"""What is to be lived through: every claim's variants, under every setting, cut into batches.

A *variant* is a set of interventions. A *setting* is what is assumed beside them: everything as declared, one
assumption of the laws switched off, one call switched off, or a rival theory. Variants that several claims share
are lived through once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower.experiment.plan import BATCH, Job, make_plan, seeds
from dualpower.experiment.table import Table, table_of
from dualpower.laws.parameters import assumptions
from dualpower.run import RunError
from dualpower.scenario.changes import parse_change
from dualpower.scenario.claims import Claim
from dualpower.scenario.faults import did_you_mean
from dualpower.scenario.timeline import NEVER

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

Changes = tuple[str, ...]
"""Interventions as claims.toml writes them."""

FULL = "as declared"
"""The setting in which nothing is switched off."""

FEWEST_CHECKS = 3 * BATCH
"""Draws, at least, with which assumptions, calls, theories and shares are looked at."""


class Theory(NamedTuple):
    """A rival theory: the model with some of it pinned, its own posterior draws, and its weight among its rivals."""

    scenario: Scenario
    draws: pd.DataFrame | None
    weight: float


@dataclass(frozen=True)
class Setting:
    """What is assumed beside a claim's interventions.

    Attributes
    ----------
    name
        In words.
    kind
        "full", "assumption", "call" or "theory".
    scenario
        With what is assumed.
    table
        Parameters by draw.
    event
        The event that is switched off, if it is a call.
    """

    name: str
    kind: str
    scenario: Scenario
    table: Table
    event: str = ""


@dataclass(frozen=True)
class Piece:
    """A batch of draws under one setting, as a worker gets it.

    Attributes
    ----------
    job
        How to find the scenario, with the setting's interventions, and what is kept.
    setting
        Its name.
    kind
        Its kind.
    first
        Number of the first draw.
    seeds
        One a draw.
    table
        Parameters, one row a draw.
    variants
        Sets of interventions, each with the last day that is needed of it.
    """

    job: Job
    setting: str
    kind: str
    first: int
    seeds: NDArray[np.int64]
    table: Table
    variants: tuple[tuple[Changes, int], ...]


def chosen(scenario: Scenario, names: Sequence[str] | None) -> tuple[Claim, ...]:
    """The claims asked for, in the order of the file; all if none is named.

    Raises
    ------
    RunError
        If the scenario has no claims, or not this one.
    """
    known = {claim.id: claim for claim in scenario.claims.claims}
    if not known:
        raise RunError(f"{scenario.id}: has no claims (claims.toml), so there is nothing to test")
    for name in names or ():
        if name not in known:
            hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
            raise RunError(f'{scenario.id}: there is no claim "{name}"; {hint}')
    return tuple(claim for name, claim in known.items() if not names or name in names)


def coalitions(claim: Claim) -> dict[frozenset[str], Changes]:
    """Every set of a claim's players that is present, with what takes the others away."""
    ids = [player.id for player in claim.players]
    without = {player.id: player.without for player in claim.players}
    found = {}
    for count in range(len(ids) + 1 if ids else 0):
        for gone in combinations(ids, count):
            changes = tuple(dict.fromkeys(text for name in gone for text in without[name]))
            found[frozenset(ids) - frozenset(gone)] = changes
    return found


def beside(claim: Claim) -> dict[str, Changes]:
    """A claim's doses, placebos and other variants, by name."""
    doses = {f"dose {number}": dose.changes for number, dose in enumerate(claim.doses)}
    return doses | {each.id: each.changes for each in (*claim.placebos, *claim.also)}


def last_day(scenario: Scenario, claim: Claim) -> int:
    """Number of the last day that a claim looks at."""
    also = (claim.parameter.lasting,) if claim.parameter else ()
    return max(scenario.day_index(each.last) for each in (*claim.outcomes, *claim.among, *also))


def settings(scenario: Scenario, table: Table, theories: Mapping[str, Theory]) -> list[Setting]:
    """All settings, the full model first."""
    found = [Setting(FULL, "full", scenario, table)]
    for address, meaning in assumptions().items():
        found.append(Setting(f"without “{meaning}”", "assumption", scenario.set_anew(address, 0.0), table))
    quiet = scenario.set_anew("mobilisation.call", 0.0)
    found.append(Setting("without any answer to calls", "call", quiet, table))
    for event, name in calls(scenario):
        found.append(Setting(f"without the event “{name}”", "call", scenario.do(event, NEVER), table, event))
    for theory, (pinned, draws, _) in theories.items():
        rows = no_table(table) if draws is None else table_of(scenario, draws)
        found.append(Setting(theory, "theory", pinned, rows))
    return found


def calls(scenario: Scenario) -> list[tuple[str, str]]:
    """Events whose historical course calls people out, by id, with their names; those decided already are left out."""
    decided = {made.target for made in scenario.interventions if made.kind == "do"}
    return [
        (event.id, event.name)
        for event in scenario.timeline.events
        if event.historical_option != NEVER and event.id not in decided
        for option in [event.option(event.historical_option)]
        if any(effect.lever.startswith("call.") for effect in option.effects)
    ]


def no_table(like: Table | None = None) -> Table:
    """A table that changes nothing, with as many rows."""
    return Table((), np.zeros((1 if like is None else len(like.values), 0)))


def variants(claims: Iterable[Claim], setting: Setting) -> dict[Changes, int]:
    """What must be lived through under a setting: everything in the full model, elsewhere the claims' own.

    Shares of players are looked at with the full model, but not for every draw (see `pieces`).
    """
    found: dict[Changes, int] = {}
    for claim in claims:
        sets = [claim.interventions]
        if setting.kind == "full":
            sets += [*beside(claim).values()]
        for changes in sets:
            if changes and not contradicts(setting, changes):
                found[changes] = max(found.get(changes, 0), last_day(setting.scenario, claim))
    return found


def contradicts(setting: Setting, changes: Changes) -> bool:
    """Whether a claim decides the very event that the setting switches off."""
    return bool(setting.event) and any(parse_change(text).target == setting.event for text in changes)


def shares(claims: Iterable[Claim], scenario: Scenario) -> dict[Changes, int]:
    """What must be lived through for the shares of players."""
    found: dict[Changes, int] = {}
    for claim in claims:
        for changes in coalitions(claim).values():
            if changes:
                found[changes] = max(found.get(changes, 0), scenario.day_index(claim.outcomes[0].last))
    return found


def pieces(
    scenario: Scenario,
    claims: Sequence[Claim],
    everything: Sequence[Setting],
    keep: tuple[str, ...],
    draws: int,
    checks: int,
    seed: int,
) -> list[Piece]:
    """All batches: the full model for every draw, the rest for the first ``checks`` of them."""
    found = []
    for setting in everything:
        last = max(last_day(scenario, claim) for claim in claims)
        until = scenario.days(scenario.spec.calendar.latest)[last]
        job = make_plan(setting.scenario, draws=draws, seed=seed, until=until, keep=keep, parameters="point").job
        for first in range(0, draws if setting.kind == "full" else checks, BATCH):
            wanted = variants(claims, setting)
            if setting.kind == "full" and first < checks:
                for changes, day in shares(claims, scenario).items():
                    wanted[changes] = max(wanted.get(changes, 0), day)
            rows = setting.table.rows(first, first + BATCH)
            found.append(Piece(job, setting.name, setting.kind, first, seeds(seed, first, first + BATCH), rows,
                               tuple(wanted.items())))  # fmt: skip
    return found


def number_of_checks(draws: int) -> int:
    """Draws for assumptions, calls, theories and shares: a quarter, in whole batches, at least three of them."""
    return min(draws, max(FEWEST_CHECKS, draws // (4 * BATCH) * BATCH))


def parameter_table(scenario: Scenario, frame: pd.DataFrame | None) -> Table:
    """The table of parameters of a frame, its rows in an order that has nothing to do with how they were drawn."""
    if frame is None:
        return no_table()
    order = np.random.default_rng(0).permutation(len(frame))
    return table_of(scenario, frame.iloc[order])
