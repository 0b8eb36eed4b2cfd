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
from dualpower.population.packing import Packed, pack, shapes, unpack
from dualpower.population.people_state import Counts, Int, People
from dualpower.scenario.world import Days, World

Singles = NDArray[np.float32]
ACTIVE, STREET = 1, 2
"""From which activity on somebody is active, and in the street."""


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
    """

    people: People
    units: Int
    seed: int
    threads: int | None = None
    books: list[Book] = field(default_factory=list)
    active: list[Singles] = field(default_factory=list)

    def live(self, book: Book, day: int) -> Counts:
        """One day of everyone, by the tables of all units."""
        if len(self.units) < len(book.rate_camp):
            book = Book(*(np.ascontiguousarray(table[..., self.units]) for table in book))
        place = self.people.records
        self.people, counts = people.step(self.people, book, day, self.seed, threads=self.threads, out=place)
        self.books.append(book)
        self.active.append(by_camp(counts))
        return counts


def by_camp(counts: Counts) -> Singles:
    """Shares of a unit's people by camp who are active, and who are in the street: [2, unit, camp]."""
    joint = counts.camp_activity
    both = np.stack([joint[:, ACTIVE:].sum(1), joint[:, STREET:].sum(1)])
    return np.asarray((both / counts.records).swapaxes(1, 2), dtype=np.float32)


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


class Programs(NamedTuple):
    """The compiled parts of a day. Trees of arrays go from one to the next as `packing.Packed`.

    morning: (params, world, days, row, state) to the tables of all units, what the crowd would do by them,
        and what the evening needs
    evening: (the same, that, lived) to the state and the day's page of the diary
    page: (the same as morning) to a page of the diary; only its shapes are ever asked for
    """

    morning: Any
    evening: Any
    page: Any


@cache
def programs(like: State) -> Programs:
    """Programs for states of a shape (`packing.shapes`); compiled quickly, as handing over takes longer than laws."""

    def begun(params: Any, world: World, days: Days, row: Array, state: Packed) -> tuple[Any, ...]:
        day = jax.tree.map(lambda rows: rows[row], days)
        return params, world, day, unpack(state, like)

    def morning(*given: Any) -> tuple[Book, Expected, Packed]:
        now = begun(*given)
        tables, today = laws.decide(*now)
        book = Book(tables.rate_camp, tables.choice_camp, tables.rate_act, tables.choice_act)
        return book, Expected(*crowd.live(tables, now[3].camps, now[3].activity)), pack(today)

    def settled(given: tuple[Any, ...], today: Any, lived: Expected) -> tuple[State, Diary]:
        params, world, day, state = begun(*given)
        return laws.settle(params, world, day, state, today, lived.camps, lived.activity)

    def evening(given: tuple[Any, ...], today: Packed, lived: Expected) -> tuple[Packed, Packed]:
        _, needed = jax.eval_shape(laws.decide, *begun(*given))
        state, page = settled(given, unpack(today, needed), lived)
        return pack(state), pack(page)

    def page(*given: Any) -> Diary:
        now = begun(*given)
        _, today = laws.decide(*now)
        return settled(given, today, Expected(now[3].camps, now[3].activity))[1]

    options = quick_to_compile()
    return Programs(*(jax.jit(part, compiler_options=options) for part in (morning, evening, page)))


packed = jax.jit(pack)
"""A state as vectors."""


def lived(counts: Counts, expected: Expected, units: Int) -> Expected:
    """Shares of all units, float32: those of the people, where there are any."""
    camps, activity = (shares.astype(np.float32) for shares in counts.shares())
    if len(units) == expected.activity.shape[-1]:
        return Expected(camps, activity)
    whole = Expected(*(np.array(shares) for shares in expected))
    whole.camps[..., units], whole.activity[..., units] = camps, activity
    return whole


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
        As for the crowd; best on the device already.
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
    like = shapes(state)
    compiled = programs(like)
    now, pages = packed(state), []
    for row, number in enumerate(numbers):
        given = params, world, days, np.int32(row), now
        book, expected, today = compiled.morning(*given)
        tables = Book(*map(np.asarray, book))
        if not all(np.isfinite(table).all() for table in tables):
            raise FloatingPointError(f"day {number}: the tables are not finite")
        counts = folk.live(tables, number)
        now, page = compiled.evening(given, today, lived(counts, expected, folk.units))
        pages.append(page)
    columns = {kind: np.stack([np.asarray(page[kind]) for page in pages]) for kind in pages[0]}
    diary = unpack(columns, compiled.page.eval_shape(*given))
    return unpack({kind: np.asarray(part) for kind, part in now.items()}, like), diary
