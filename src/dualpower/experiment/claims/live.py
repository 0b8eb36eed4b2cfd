"""A batch of years with what if: the factual years first, then every variant from the last stretch that it shares.

A variant that differs by events only is the factual year, bit for bit, until the first of those events could differ; so
it is taken up from the state in which the factual batch then was. All variants share one compiled program: a scenario
enters it as arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np
from numpy.typing import NDArray

from dualpower.course import STRETCH
from dualpower.experiment.batch import CHANCE, Bench, padded, stretch
from dualpower.experiment.plan import BATCH
from dualpower.experiment.table import Table
from dualpower.finite import check_finite
from dualpower.population import crowd
from dualpower.population.chance import years_with_chance
from dualpower.scenario.arrays import compile_days, compile_world
from dualpower.scenario.arrays.chronicle import chronicle
from dualpower.scenario.arrays.units import units
from dualpower.scenario.interventions import Intervention, scaled
from dualpower.scenario.world import Days, World

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

Array = NDArray[Any]
Arrays = dict[str, Array]


class Lived(NamedTuple):
    """Years of a batch: what was kept, when events happened, what targets saw, and the states on the way."""

    arrays: Arrays  # [draw, day, ...]
    happened: Array  # [draw, event]
    seen: Array  # [draw, day, target]
    states: tuple[Any, ...]  # on the eve of each stretch


@dataclass(frozen=True)
class Stage:
    """A scenario with more interventions than the bench's, as arrays; what is the same is not made again."""

    bench: Bench
    scenario: Scenario

    @property
    def new(self) -> tuple[Intervention, ...]:
        """Interventions that the bench's scenario has not."""
        return self.scenario.interventions[len(self.bench.scenario.interventions) :]

    @cached_property
    def world(self) -> World:
        """The scenario as arrays."""
        told, names = self.bench.world, self.bench.names
        kinds = {_touches(made) for made in self.new}
        if "sizes" in kinds:
            return compile_world(self.scenario, names)
        return told._replace(
            chronicle=chronicle(self.scenario, names) if "events" in kinds else told.chronicle,
            units=units(self.scenario, names) if "members" in kinds else told.units,
        )

    @cached_property
    def days(self) -> Days:
        """What each day brings, without chance."""
        if any(_touches(made) == "series" for made in self.new):
            job = self.bench.job
            return compile_days(
                self.scenario, self.bench.names, job.until, imposed=job.imposed, choices=job.choices, told=job.told
            )
        return self.bench.days

    def parameters(self, table: Table) -> NDArray[np.float32]:
        """Parameters of each draw, array[draw, address]."""
        made = replace(self.bench, scenario=self.scenario)
        made.__dict__["names"], made.__dict__["addresses"] = self.bench.names, self.bench.addresses
        return np.stack([made.parameters(table.row(k)) for k in range(len(table.values))])

    def begins(self, past: Lived | None) -> int:
        """First stretch that may differ from the factual years."""
        if past is None or any(made.kind != "do" for made in self.new):
            return 0
        days = [day for made in self.new for day in self._days_of(made, past)]
        return max(min(days, default=len(past.states) * STRETCH - 1), 0) // STRETCH

    def _days_of(self, made: Intervention, past: Lived) -> list[int]:
        """Days from which a moved event can make a difference: its dates, and the first day on which it happened."""
        event = next(event for event in self.scenario.timeline.events if event.id == made.target)
        dates = [event.date, *([str(made.value)] if str(made.value)[:1].isdigit() else [])]
        happened = past.happened[:, self.bench.names.events.index(event.id)]
        return [*(self.scenario.day_index(date) for date in dates), *happened[happened >= 0].tolist()]


def _touches(made: Intervention) -> str:
    """What an intervention changes: events, parameters, series, members at the start, or sizes of units."""
    if made.kind == "do":
        return "events"
    form = "parameter" if made.kind == "set" else scaled(made.target)
    return "sizes" if form == "units" else form


def chances(bench: Bench, seeds: Sequence[int]) -> Days:
    """What chance brings each draw of a batch: rows of `CHANCE` are [draw, day, ...], all others [1, day, ...]."""
    years = years_with_chance(bench.days, bench.names, seeds, bench.job.noise)
    return Days(*(np.stack(rows) for rows in zip(*years, strict=True)))


def live(stage: Stage, table: Table, chance: Days, until: int, past: Lived | None = None) -> Lived:
    """Live through a batch of years up to a day (its number), from where they may differ from the past.

    Parameters
    ----------
    stage
        The scenario.
    table
        Parameters, one row a draw.
    chance
        From `chances`.
    until
        Number of the last day that is needed.
    past
        The factual years of the same draws.
    """
    bench = stage.bench
    days = padded(_with(stage.days, chance))
    first, last = stage.begins(past), until // STRETCH
    start = crowd.init(stage.world, Days(*(column[0] for column in stage.days)))
    state: Any = jax.tree.map(lambda a: np.broadcast_to(a, (BATCH, *np.shape(a))), start)
    if past is not None and first > 0:
        state = past.states[min(first, len(past.states) - 1)]
    program, (parameters, world) = bench.program(True), jax.device_put((stage.parameters(table), stage.world))
    states, parts, seen = [], [], []
    for number in range(first, last + 1):
        states.append(state)
        state, kept, targets = program(parameters, world, stretch(days, number * STRETCH), state)
        check_finite(bench.scenario, min((number + 1) * STRETCH, until + 1) - 1, state)
        parts.append({name: np.asarray(array) for name, array in kept.items()})
        seen.append(np.asarray(targets))
    happened = past.happened if past is not None and not parts else np.asarray(state.fate.happened).astype(np.int16)
    return _joined(past, first, parts, seen, happened, states)


def _with(days: Days, chance: Days) -> Days:
    """Days of a variant with the chance of a batch."""
    count = len(chance.mood)
    same = {name: np.broadcast_to(column, (count, *np.shape(column))) for name, column in days._asdict().items()}
    return Days(**(same | {name: getattr(chance, name) for name in CHANCE}))


def _joined(
    past: Lived | None, first: int, parts: list[Arrays], seen: list[Array], happened: Array, states: list[Any]
) -> Lived:
    """The days that are shared with the past, and those lived through."""
    if past is None:
        arrays = {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}
        return Lived(arrays, happened, np.concatenate(seen, axis=1), tuple(states))
    shared = first * STRETCH
    arrays = {
        name: np.concatenate([whole[:, :shared], *(part[name] for part in parts)], axis=1)
        for name, whole in past.arrays.items()
    }
    return Lived(arrays, happened, np.concatenate([past.seen[:, :shared], *seen], axis=1), tuple(states))
