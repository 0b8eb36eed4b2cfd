"""Days of the people: laws in the morning, everyone by the day's tables, laws in the evening.

The laws are compiled; the people live in NumPy and Numba between two calls, each of which goes from evening to
morning. Units without persons follow their expectation, as in the crowd, so the city can be lived person by person and
the country need not be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import numpy as np
from numpy.typing import NDArray

from dualpower.laws.diary import Diary
from dualpower.laws.state import State, Tables
from dualpower.population import people
from dualpower.population.packing import Form, Packed, pack, unpack
from dualpower.population.people_state import Int, Limits, People
from dualpower.population.people_turn import Expected, Ground, dawn, program, side_by_side
from dualpower.scenario.world import Days

Singles = NDArray[np.float32]


@dataclass
class Folk:
    """The persons of a run on their way.

    Attributes
    ----------
    people
        Everyone now; the records are overwritten day by day.
    units
        Numbers of the units that have persons, [P].
    seed
        Of all draws of persons.
    threads
        Processor cores to use.
    books
        The tables of each day so far, of its units: with them, any person's path can be told again.
    active
        Share of a unit's people who are of a camp and active, and in the street, each day so far: [2, P, camp].
    remembers
        Whether the tables are kept.
    bounds
        The limits of the last day, to be overwritten.
    """

    people: People
    units: Int
    seed: int
    threads: int | None = None
    books: list[Tables] = field(default_factory=list)
    active: list[Singles] = field(default_factory=list)
    remembers: bool = True
    bounds: Limits | None = None

    def live(self, tables: Tables, day: int, tonight: Expected) -> None:
        """One day of everyone, by the tables of all units.

        ``tonight`` holds the shares of all units as they are expected; where there are persons, their own are written.
        """
        from dualpower.population.tally_numba import shares

        self.bounds = people.limits(tables, self.units, self.bounds)
        people.advance(self.people, self.bounds, day, self.seed, threads=self.threads)
        if self.remembers:
            self.books.append(Tables(*(table[..., self.units] for table in tables)))
        self.active.append(np.empty((2, len(self.units), tonight.camps.shape[1]), np.float32))
        shares(self.people.histogram, self.units, *tonight, self.active[-1])


def begin(names: tuple[str, ...], size: NDArray[Any], shares: NDArray[np.float64], state: State, seed: int) -> Folk:
    """Everyone on the eve of the first day.

    Parameters
    ----------
    names
        Of all units.
    size
        Most persons that each unit ever has, [U]: who comes later is there from the start, but does not count.
    shares
        Share of them that get a record, [U]; 0 for units that stay with the crowd.
    state
        Whose camps and activities they take.
    seed
        Of the run.
    """
    units = np.flatnonzero(shares > 0)
    camps, activity = np.asarray(state.camps)[..., units], np.asarray(state.activity)[..., units]
    wanted = size[units].astype(np.float64) * shares[units]
    everyone = people.init(wanted, [names[unit] for unit in units], camps, activity, seed)
    return Folk(people.weigh(everyone, size[units]), units, seed)


def records(size: NDArray[np.float64], shares: NDArray[np.float64]) -> Int:
    """How many records units have, [P]: as `people.init` rounds."""
    return np.maximum(np.rint(size * shares), 1).astype(np.int64)


class Year(NamedTuple):
    """A stretch of a year to be lived: its ground, its days (first axis), the state of the night before, people."""

    ground: Ground
    days: Days
    state: State
    folk: Folk


def live_through(years: Sequence[Year], numbers: range) -> list[tuple[State, Diary]]:
    """Days in sequence, of some years of one scenario: their states after them, and diaries (NumPy, the date first).

    Parameters
    ----------
    years
        At most `people_turn.TOGETHER`. Rows of these days, the first of them first (more rows do no harm); the persons
        are changed.
    numbers
        Numbers of the days in the year, which key the draws.

    Raises
    ------
    FloatingPointError
        If the laws give no finite tables; its arguments are the places of the years in which they do not.
    """
    grounds, days, states, folks = zip(*years, strict=True)
    like, world, count = grounds[0].forms, grounds[0].world, np.int32(len(years))
    params = jax.device_put(side_by_side([ground.params for ground in grounds]))
    given = jax.device_put(side_by_side([pack(each, 1) for each in days]))
    now, turn, pages = dawn(like, states), program(like), []
    lived = side_by_side([Expected(np.asarray(state.camps), np.asarray(state.activity)) for state in states])
    for row in range(len(numbers) + 1):
        rows = np.array([row - 1, min(row, len(days[0].day) - 1)], np.int32)
        now, page, tables, expected = turn(count, params, world, given, rows, now, lived)
        if row:
            pages.append(page)
        if row < len(numbers):  # on the last evening nobody lives by the tables of the morning after
            lived = _live(folks, tables, numbers[row], expected)
    columns = {kind: np.stack([np.asarray(page[kind]) for page in pages], axis=1) for kind in pages[0]}
    return [(_of(place, now.state, like.state), _of(place, columns, like.page)) for place in range(len(years))]


def _of(place: int, packed: Packed, like: Form) -> Any:
    """The tree of one year."""
    return unpack({kind: np.asarray(part)[place] for kind, part in packed.items()}, like)


def _live(folks: Sequence[Folk], tables: Tables, number: int, expected: Expected) -> Expected:
    """One day of everyone in each year: tonight's shares, of all places."""
    camps, activity = np.array(expected.camps), np.array(expected.activity)
    given: list[Any] = [np.asarray(table) for table in tables]
    for place, folk in enumerate(folks):
        try:
            folk.live(Tables(*(table[place] for table in given)), number, Expected(camps[place], activity[place]))
        except ValueError:
            lost = [other for other in range(len(folks)) if not all(np.isfinite(table[other]).all() for table in given)]
            if place not in lost:
                raise
            raise FloatingPointError(*lost) from None
    return Expected(camps, activity)
