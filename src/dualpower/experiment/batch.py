"""What the draws of an ensemble share, and draws of the crowd: sixteen years at once in one compiled call.

A batch goes through the year in the same stretches as a single run, and only what is kept leaves the compiled program,
so memory depends neither on the number of draws nor on that of units. What targets observe is taken day by day in
there too, and made into one number a target when the year is over.
"""

from __future__ import annotations

import dataclasses
import hashlib
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from dualpower._cache import quick_to_run
from dualpower._traced import kept
from dualpower.course import STRETCH
from dualpower.experiment.compact import Places, labels, places, reduced, variables
from dualpower.experiment.observed import observed_arrays, of_targets
from dualpower.experiment.plan import BATCH, Job
from dualpower.experiment.table import Table, with_parameters
from dualpower.finite import check_finite
from dualpower.laws.values import nested
from dualpower.point import parameter_values
from dualpower.population import crowd, people_share, people_year
from dualpower.population.chance import years_with_chance
from dualpower.population.people_turn import TOGETHER
from dualpower.record import MEASURES, Observation, survey
from dualpower.scenario.arrays import compile_days, compile_names, compile_world
from dualpower.scenario.world import Days, Names, World

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

Arrays = dict[str, NDArray[Any]]
Program = Callable[..., tuple[Any, dict[str, Any], Any]]
FINISHED = ("event", "regime")
"""Measures that only a finished year can answer."""

CHANCE = ("mood", "chance_event", "chance_rule", "chance_contest", "chance_size", "chance_drift")
"""What differs between the days of two draws; all else is handed to the compiled program once."""

MANY = 5_000_000
"""Records of people that are enough for one process: years that have as many are lived one after the other."""

NEVER = 10**6
"""A day that no year reaches."""

_PROGRAMS: dict[bytes, Program] = {}
_MOST_PROGRAMS = 6


@dataclass(frozen=True)
class Drawn:
    """Some draws.

    Attributes
    ----------
    variables
        Arrays [draw, date, ...] by name.
    happened
        Day number of every event, -1 if it did not happen, array[draw, event].
    observed
        What the record would say, array[draw, target].
    """

    variables: Arrays
    happened: NDArray[np.int16]
    observed: NDArray[np.float64]


@dataclass(frozen=True)
class Bench:
    """Everything that the draws of a job share, compiled once a process."""

    scenario: Scenario
    job: Job

    @cached_property
    def names(self) -> Names:
        """Labels of every axis."""
        return compile_names(self.scenario)

    @cached_property
    def world(self) -> World:
        """The scenario as arrays."""
        return compile_world(self.scenario, self.names)

    @cached_property
    def days(self) -> Days:
        """What each day brings, without chance."""
        job = self.job
        return compile_days(
            self.scenario, self.names, job.until, imposed=job.imposed, choices=job.choices, told=job.told
        )

    @cached_property
    def places(self) -> Places:
        """Groups and districts of the units."""
        return places(self.scenario, self.names)

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """Variables that are kept."""
        return variables(self.job.keep)

    @cached_property
    def asked(self) -> tuple[Observation, ...]:
        """All targets that the scenario's days can answer: so one program serves every ``until``."""
        days = self.scenario.days(self.scenario.spec.calendar.latest)
        return survey(self.scenario, self.scenario.targets, days, strict=True).observations

    @cached_property
    def watched(self) -> NDArray[np.bool_]:
        """Days on which a target looks at the year; the last one, which stands for all beyond, is none."""
        watched = np.zeros(max((one.end for one in self.asked), default=0) + 1, np.bool_)
        for one in self.asked:
            watched[one.days] = True
        return watched

    @cached_property
    def observations(self) -> tuple[Observation, ...]:
        """Targets that fall into the run."""
        return tuple(one for one in self.asked if one.end <= len(self.days.day))

    @cached_property
    def together(self) -> int:
        """Draws that are lived together: a batch of the crowd; of people a few, or one where they fill the memory."""
        if self.job.share is None:
            return BATCH
        sizes, shares = self.world.setting.size.max(0), people_share.shares(self.scenario, self.job.share)
        return TOGETHER if people_year.records(sizes, shares).sum() < MANY else 1

    @cached_property
    def coordinates(self) -> dict[str, Any]:
        """Labels of all dimensions but the draw."""
        return labels(self.scenario, self.names, self.places, len(self.days.day))

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """Addresses of all parameters, in a fixed order."""
        return tuple(parameter_values(self.scenario, self.names))

    def program(self, apart: bool) -> Program:
        """The compiled stretch of a batch: parameters shared by its draws, or (``apart``) one row a draw.

        What differs by intervention only, or by the days simulated, shares one program: tracing takes seconds.
        """
        fixed = (self.names, self.addresses, self.wanted, self.places, self.asked, apart)
        key = hashlib.sha256(pickle.dumps(fixed)).digest()
        if key not in _PROGRAMS:
            while len(_PROGRAMS) >= _MOST_PROGRAMS:
                _PROGRAMS.pop(next(iter(_PROGRAMS)), None)
            days = Days(*(0 if name in CHANCE else None for name in Days._fields))
            batch = jax.vmap(self._stretch, (0 if apart else None, None, days, 0))
            _PROGRAMS[key] = kept(batch, f"years of the crowd {key.hex()}", quick_to_run(), crowd.TREES)
        return _PROGRAMS[key]

    def parameters(self, values: Mapping[str, float]) -> NDArray[np.float32]:
        """Parameters of a draw, array[address]: `values` in place of the scenario's own, interventions on top."""
        found = parameter_values(with_parameters(self.scenario, values), self.names)
        return np.array([found[name] for name in self.addresses], np.float32)

    def _stretch(self, parameters: Any, world: World, days: Days, state: Any) -> tuple[Any, Any, Any]:
        """A stretch of one draw: the state after it, what is kept, and what targets see day by day."""
        values = {name: parameters[k] for k, name in enumerate(self.addresses)}
        params = nested(values, self.names.parties, self.names.issues)
        world, watched, districts = jax.tree.map(jnp.asarray, (world, self.watched, self.places.district))

        def one(state: Any, day: Days) -> tuple[Any, Any, Any]:
            state, page = crowd.step(params, world, state, day)
            # What follows is written for many days. Here there is one: a diary of units need not be kept in memory.
            diary = {name: value[None] for name, value in page._asdict().items()}
            size = world.setting.size[day.epoch][None]
            here = self.places._replace(district=districts[day.epoch][None])
            kept = {name: value[0] for name, value in reduced(self.wanted, diary, size, here).items()}
            seen = jax.lax.cond(watched[day.day], self._seen, lambda *_: jnp.zeros(len(self.asked)), diary, size)
            return state, (), (kept, seen)

        state, _, (kept, seen) = crowd.scan(one, state, days)
        return state, kept, seen

    def _seen(self, diary: Mapping[str, Any], size: Any) -> Any:
        """What targets see on the one day given, array[target]; 0 for those that ask about a finished year."""
        arrays = observed_arrays(diary, size)
        found = [
            jnp.zeros(1)
            if one.measure in FINISHED
            else MEASURES[one.measure].function(arrays, dataclasses.replace(one, start=0, end=1))
            for one in self.asked
        ]
        return jnp.concatenate([jnp.zeros(0), *found])


def crowd_batch(bench: Bench, seeds: NDArray[np.int64], table: Table | None) -> Drawn:
    """Live through the years of `BATCH` draws together; ``table`` has one row for each of them."""
    years = years_with_chance(bench.days, bench.names, seeds, bench.job.noise)
    # What chance does not touch is the same for all: copied into every place of the batch.
    days = padded(Days(*(np.stack(rows) for rows in zip(*years, strict=True))))
    parameters = (
        bench.parameters({}) if table is None else np.stack([bench.parameters(table.row(k)) for k in range(len(seeds))])
    )
    program, (parameters, world) = bench.program(table is not None), jax.device_put((parameters, bench.world))
    start = crowd.init(bench.world, Days(*(column[0] for column in bench.days)))
    state: Any = jax.tree.map(lambda a: np.broadcast_to(a, (BATCH, *np.shape(a))), start)
    parts, daily, count = [], [], len(bench.days.day)
    for done in range(0, count, STRETCH):
        state, kept, seen = program(parameters, world, stretch(days, done), state)
        check_finite(bench.scenario, min(done + STRETCH, count) - 1, state, seeds=seeds.tolist())
        parts.append({name: np.asarray(array) for name, array in kept.items()})
        daily.append(np.asarray(seen))
    found = {name: np.concatenate([part[name] for part in parts], axis=1)[:, :count] for name in bench.wanted}
    found["regime"] = found["regime"].astype(np.int8)
    happened = np.asarray(state.fate.happened).astype(np.int16)
    return Drawn(found, happened, of_targets(bench, np.concatenate(daily, axis=1), found["regime"], happened))


def padded(days: Days) -> Days:
    """Days [draw, day] of whole stretches: the last is repeated, beyond every date, so that no event happens then."""
    count = days.day.shape[1]
    rows = np.minimum(np.arange(count + -count % STRETCH), count - 1)
    longer = Days(*(column[:, rows] for column in days))
    longer.day[:, count:] = NEVER
    longer.chance_event[:, count:] = 1
    return longer


def stretch(days: Days, first: int) -> Days:
    """The stretch of ``days`` [draw, day] from a day on, as a program takes it: draws differ in chance alone."""
    rows = slice(first, first + STRETCH)
    return Days(*(days[k][:, rows] if name in CHANCE else days[k][0, rows] for k, name in enumerate(Days._fields)))


def joined(parts: list[Drawn]) -> Drawn:
    """Draws behind one another."""
    names = parts[0].variables
    return Drawn(
        {name: np.concatenate([part.variables[name] for part in parts]) for name in names},
        np.concatenate([part.happened for part in parts]),
        np.concatenate([part.observed for part in parts]),
    )


def first(drawn: Drawn, count: int) -> Drawn:
    """The first draws of some."""
    return Drawn({name: array[:count] for name, array in drawn.variables.items()}, drawn.happened[:count],
                 drawn.observed[:count])  # fmt: skip
