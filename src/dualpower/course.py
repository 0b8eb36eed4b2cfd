"""A year on its way: the state so far and its diary, of the crowd or of people, lived stretch by stretch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import jax
import numpy as np

from dualpower._arguments import as_flag, as_plain, as_seed, check_whole
from dualpower.dataset import StateArrays, dataset_of, events_of
from dualpower.dataset_people import pack_people, unpack_people, with_camps
from dualpower.finite import check_finite, not_finite
from dualpower.laws.state import State
from dualpower.packed import pack, unpack
from dualpower.point import parameters
from dualpower.population import crowd, people_share, people_turn, people_year
from dualpower.population.chance import with_chance, with_earlier_chance
from dualpower.population.crowd_days import live_days
from dualpower.population.people_share import Share
from dualpower.population.people_year import Folk, Year
from dualpower.scenario.arrays import Choices, Imposed, compile_days, compile_names, compile_world
from dualpower.scenario.world import Days, Names, World

if TYPE_CHECKING:
    import xarray as xr

    from dualpower.laws.diary import Diary
    from dualpower.run import Run
    from dualpower.scenario import Scenario

STRETCH = 38
"""Days simulated at once: 304 days, January to October, are eight stretches."""

FEW = 300_000
"""People whom a second core helps less than it costs to wake it every day."""


class Course:
    """A year on its way: the state so far and its diary, of the crowd or of people.

    Parameters
    ----------
    scenario, seed, until, noise, imposed, choices, people, threads
        As for `simulate`.
    made
        Labels, world and days (without chance) where another year of the scenario has made them already.

    Attributes
    ----------
    start, done, length
        Number of the first day, of days done (the first included), of all days.
    state
        As of last night.
    folk
        The persons, if there are any.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        until: str | None = None,
        *,
        noise: bool = True,
        imposed: Imposed = False,
        choices: Choices = "history",
        people: Share | None = None,
        threads: int | None = None,
        made: tuple[Names, World, Days] | None = None,
    ) -> None:
        self.scenario, self.seed = scenario, as_seed(seed)
        check_whole("threads", 1 if threads is None else threads)
        noise, imposed = as_flag("noise", noise), as_plain(imposed)
        self.switches = {"population": "crowd", "noise": noise, "imposed": imposed, "choices": choices}
        names = made[0] if made else compile_names(scenario)
        path = made[2] if made else compile_days(scenario, names, until, imposed=imposed, choices=choices)
        self.names, self.days = names, with_chance(path, names, self.seed, noise)
        self.world: Any = made[1] if made else compile_world(scenario, names)
        self.params: Any = parameters(scenario, self.names)
        self.start = self.done = 0
        self.length = len(self.days.day)
        self.state = crowd.init(self.world, jax.tree.map(lambda rows: rows[0], self.days))
        self.diaries: list[Diary] = []
        self.folk: Folk | None = None
        if people is not None:
            self._people(people, threads)

    def _people(self, share: Share, threads: int | None) -> None:
        """Give everyone a record."""
        sizes, shares = self.world.setting.size.max(0), people_share.shares(self.scenario, share)
        self.folk = people_year.begin(self.names.units, sizes, shares, self.state, self.seed)
        self.ground = people_turn.ground(self.params, self.world, self.days, self.state)
        self.folk.threads = threads or (1 if len(self.folk.people.records) < FEW else None)
        said = people_share.plain(share)
        self.switches |= {"population": "people", "people": said, "records": len(self.folk.people.records)}

    def go_on_from(self, stored: Mapping[str, np.ndarray[Any, Any]], seed: int | None = None) -> None:
        """Take up the state that `packed` gave; ``seed``: of the days before, if it was another."""
        self.done, self.state = unpack(stored, self.state)
        self.start = self.done
        if seed is not None and seed != self.seed:
            happened, noise = np.asarray(self.state.fate.happened), bool(self.switches["noise"])
            self.days = with_earlier_chance(self.days, self.names, seed, noise, happened, self.done)
        if self.folk is not None:
            self.folk.people = unpack_people(stored, self.folk.people)

    def advance(self) -> None:
        """Live through the next stretch of days, or through those that are left."""
        if self.folk is not None:
            advance([self])
            return
        rows, keep = stretch(self.days, self.done), len(self.ahead)
        year = live_days(self.params, self.world, rows, self.state, cast("Any", np.int32(keep)))
        self.passed(keep, year.state, jax.tree.map(lambda column: np.asarray(column)[:keep], year.diary))

    @property
    def ahead(self) -> range:
        """Numbers of the days that the next stretch has."""
        return range(self.done, min(self.done + STRETCH, self.length))

    def passed(self, count: int, state: State, diary: Diary) -> None:
        """So many days are over."""
        self.done, self.state = self.done + count, state
        check_finite(self.scenario, self.done - 1, state, diary)
        self.diaries.append(diary)

    def packed(self) -> StateArrays:
        """The state as named arrays, with the number of days done and with everyone's record."""
        return pack(self.done, self.state) | ({} if self.folk is None else pack_people(self.folk.people))

    def dataset(self) -> xr.Dataset:
        """The days so far, labelled."""
        dataset = dataset_of(self.scenario, self.names, self.days, self.start, self.diaries)
        return dataset if self.folk is None else with_camps(dataset, self.folk.active, self.folk.units)

    def run(self, seconds: float) -> Run:
        """The days so far as a run that took some seconds."""
        from dualpower.manifest import describe
        from dualpower.run import Run

        dataset = self.dataset()
        events = events_of(self.scenario, self.names, self.state.fate, self.done)
        about = describe(self.scenario, seed=self.seed, dataset=dataset, wall_seconds=seconds, switches=self.switches)
        run = Run(dataset, events, self.scenario, self.seed, about)
        run.books = self.folk.books if self.folk is not None and self.start == 0 else None
        return run


def advance(courses: Sequence[Course]) -> None:
    """Live through the next stretch of some years of people, who have come equally far."""
    numbers = courses[0].ahead
    years = [
        Year(each.ground, stretch(each.days, each.done), each.state, each.folk)
        for each in courses
        if each.folk is not None
    ]
    try:
        found = people_year.live_through(years, numbers)
    except FloatingPointError as lost:
        seeds = [courses[place].seed for place in lost.args if len(lost.args) < len(courses)]
        raise not_finite(courses[0].scenario, numbers[-1], seeds) from None
    for course, (state, diary) in zip(courses, found, strict=True):
        course.passed(len(numbers), state, diary)


def stretch(days: Days, first: int) -> Days:
    """The next days, repeating the last one where the run ends within the stretch (nobody lives through those)."""
    rows = np.minimum(np.arange(first, first + STRETCH), len(days.day) - 1)
    return Days(*(column[rows] for column in days))
