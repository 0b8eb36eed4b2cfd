"""Days of the people: laws in the morning, everyone by the day's tables, laws in the evening.

The laws are compiled; the people live in NumPy and Numba between two calls. Units without persons follow their
expectation, as in the crowd, so the city can be lived person by person and the country need not be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Array
from numpy.typing import NDArray

from dualpower._cache import quick_to_compile
from dualpower.laws import day as laws
from dualpower.laws.diary import Diary
from dualpower.laws.state import Params, State
from dualpower.population import crowd, people
from dualpower.population.packing import Form, Packed, form, pack, unpack
from dualpower.population.people_state import Int, Limits, People
from dualpower.scenario.world import Days, World

Singles = NDArray[np.float32]


class Book(NamedTuple):
    """The tables of a day for the units that have persons, float32: as `people_state.Tables` describes them."""

    rate_camp: Any
    choice_camp: Any
    rate_act: Any
    choice_act: Any


class Expected(NamedTuple):
    """What the crowd would be tonight: [temper, camp, unit] and [activity, unit]."""

    camps: Any
    activity: Any


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
        The tables of each day so far: with them, any person's path can be told again.
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
    books: list[Book] = field(default_factory=list)
    active: list[Singles] = field(default_factory=list)
    remembers: bool = True
    bounds: Limits | None = None

    def live(self, book: Book, day: int, expected: Expected) -> Expected:
        """One day of everyone, by the tables of all units: tonight's shares, as expected where there are no persons."""
        from dualpower.population.tally_numba import shares

        self.bounds = people.limits(book, self.units, self.bounds)
        people.advance(self.people, self.bounds, day, self.seed, threads=self.threads)
        if self.remembers:
            few = len(self.units) < len(book.rate_camp)
            self.books.append(Book(*(table[..., self.units] for table in book)) if few else book)
        tonight = Expected(np.array(expected.camps), np.array(expected.activity))
        self.active.append(np.empty((2, len(self.units), tonight.camps.shape[1]), np.float32))
        shares(self.people.histogram, self.units, *tonight, self.active[-1])
        return tonight


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


class Given(NamedTuple):
    """What the laws are told, as few arrays on the device: parameters, world, and the days in rows."""

    params: Packed
    world: Packed
    days: Packed


class Forms(NamedTuple):
    """Forms of the trees in `Given` and of the state; ``days`` is one day."""

    params: Form
    world: Form
    days: Form
    state: Form


class Programs(NamedTuple):
    """The compiled parts of a day. Trees of arrays go from one to the next as `packing.Packed`.

    morning: (given, row, state) to the tables of all units, what the crowd would do by them, and what the evening needs
    evening: (given, row, state, that, lived) to the state and the day's page of the diary
    page: form of that page
    """

    morning: Any
    evening: Any
    page: Form


@cache
def programs(like: Forms) -> Programs:
    """Programs for trees of some forms; compiled quickly, as handing over takes longer than laws."""

    def begun(given: Given, row: Array, state: Packed) -> tuple[dict[str, Params], World, Days, State]:
        today = {kind: rows[row] for kind, rows in given.days.items()}
        return tuple(map(unpack, (given.params, given.world, today, state), like))

    def morning(*told: Any) -> tuple[Book, Expected, Packed]:
        now = begun(*told)
        tables, today = laws.decide(*now)
        book = Book(tables.rate_camp, tables.choice_camp, tables.rate_act, tables.choice_act)
        return book, Expected(*crowd.live(tables, now[3].camps, now[3].activity)), pack(today)

    def evening(*told: Any, today: Packed, lived: Expected) -> tuple[Packed, Packed]:
        state, page = laws.settle(*begun(*told), unpack(today, needed), lived.camps, lived.activity)
        return pack(state), pack(page)

    shapes = tuple(jax.tree.unflatten(part.tree, part.leaves) for part in like)
    _, today = jax.eval_shape(laws.decide, *shapes)
    needed = form(today)
    _, page = jax.eval_shape(laws.settle, *shapes, today, shapes[3].camps, shapes[3].activity)
    options = quick_to_compile()
    return Programs(jax.jit(morning, compiler_options=options), jax.jit(evening, compiler_options=options), form(page))


def live_through(
    params: dict[str, Params],
    world: World,
    days: Days,
    state: State,
    folk: Folk,
    numbers: range,
) -> tuple[State, Diary]:
    """Days in sequence: the state after them, and their diary (NumPy, ``date`` is the first axis).

    Parameters
    ----------
    params, world, state
        As for the crowd, in NumPy.
    days
        Rows of these days, the first of them first (more rows do no harm).
    folk
        The persons, who are changed.
    numbers
        Numbers of the days in the year, which key the draws.

    Raises
    ------
    FloatingPointError
        If the laws give no finite tables.
    """
    one = jax.tree.map(lambda rows: rows[0], days)
    like = Forms(form(params), form(world), form(one), form(state))
    compiled = programs(like)
    given = jax.device_put(Given(pack(params), pack(world), pack(days, 1)))
    now, pages = pack(state), []
    for row, number in enumerate(numbers):
        told = given, np.int32(row), now
        book, expected, today = compiled.morning(*told)
        tables = Book(*map(np.asarray, book))
        try:
            lived = folk.live(tables, number, expected)
        except ValueError:
            if all(np.isfinite(table).all() for table in tables):
                raise
            raise FloatingPointError(f"day {number}: the tables are not finite") from None
        now, page = compiled.evening(*told, today=today, lived=lived)
        pages.append(page)
    columns = {kind: np.stack([np.asarray(page[kind]) for page in pages]) for kind in pages[0]}
    now = {kind: np.asarray(part) for kind, part in now.items()}
    return unpack(now, like.state), unpack(columns, compiled.page)
