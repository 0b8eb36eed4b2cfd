"""Days of the people: laws in the morning, everyone by the day's tables, laws in the evening.

The laws are compiled; the people live in NumPy and Numba between two calls, each of which goes from evening to
morning. Units without persons follow their expectation, as in the crowd, so the city can be lived person by person and
the country need not be.
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
from dualpower.laws.state import Params, State, Tables
from dualpower.population import crowd, people
from dualpower.population.packing import Form, Packed, blank, form, pack, unpack
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


class Forms(NamedTuple):
    """Forms of the trees of a day, which go from one call to the next as `packing.Packed`; ``days`` is one day."""

    params: Form
    world: Form
    days: Form
    state: Form
    today: Form
    page: Form


class Ground(NamedTuple):
    """What does not change from day to day, told to the device once a year: forms of all trees, parameters, world."""

    forms: Forms
    params: Packed
    world: Packed


def ground(params: dict[str, Params], world: World, days: Days, state: State) -> Ground:
    """Parameters and world of a year of people; days and state serve as patterns of their kind."""
    one = jax.tree.map(lambda rows: rows[0], days)
    forms = _forms(form(params), form(world), form(one), form(state))
    return Ground(forms, *jax.device_put((pack(params), pack(world))))


@cache
def _forms(params: Form, world: Form, days: Form, state: Form) -> Forms:
    shapes: Any = [jax.tree.unflatten(like.tree, like.leaves) for like in (params, world, days, state)]
    _, today = jax.eval_shape(laws.decide, *shapes)
    _, page = jax.eval_shape(laws.settle, *shapes, today, shapes[3].camps, shapes[3].activity)
    return Forms(params, world, days, state, form(today), form(page))


class Moment(NamedTuple):
    """Between two days: the state of last night, what this evening needs to know of the morning, last night's page."""

    state: Packed
    today: Packed
    page: Packed


@cache
def program(like: Forms) -> Any:
    """The compiled turn of a day: the laws of last evening, then those of the morning.

    One call a day, as handing over takes as long as the laws. It takes parameters, world and days; the rows of last
    evening (-1 if there was none) and of the morning among them; the moment; and what people were that evening. It
    gives the new moment, the tables of all units, and what the crowd would do by them.
    """

    def turn(
        params: Packed, world: Packed, days: Packed, rows: Array, then: Moment, lived: Expected
    ) -> tuple[Moment, Tables, Expected]:
        told = unpack(params, like.params), unpack(world, like.world)
        before, day = (unpack({kind: part[row] for kind, part in days.items()}, like.days) for row in rows)

        def evening() -> tuple[Packed, Packed]:
            state, today = unpack(then.state, like.state), unpack(then.today, like.today)
            state, page = laws.settle(*told, before, state, today, lived.camps, lived.activity)
            return pack(state), pack(page)

        night, page = jax.lax.cond(rows[0] >= 0, evening, lambda: (then.state, then.page))
        state = unpack(night, like.state)
        tables, today = laws.decide(*told, day, state)
        return Moment(night, pack(today), page), tables, Expected(*crowd.live(tables, state.camps, state.activity))

    return jax.jit(turn, compiler_options=quick_to_compile())


def live_through(ground: Ground, days: Days, state: State, folk: Folk, numbers: range) -> tuple[State, Diary]:
    """Days in sequence: the state after them, and their diary (NumPy, ``date`` is the first axis).

    Parameters
    ----------
    ground
        Of the year.
    days
        Rows of these days, the first of them first (more rows do no harm).
    state
        Of the night before the first of them.
    folk
        The persons, who are changed.
    numbers
        Numbers of the days in the year, which key the draws.

    Raises
    ------
    FloatingPointError
        If the laws give no finite tables.
    """
    like, turn, given = ground.forms, program(ground.forms), jax.device_put(pack(days, 1))
    now, pages = Moment(pack(state), blank(like.today), blank(like.page)), []
    lived = Expected(np.asarray(state.camps), np.asarray(state.activity))
    for row in range(len(numbers) + 1):
        rows = np.array([row - 1, min(row, len(days.day) - 1)], np.int32)
        now, tables, expected = turn(ground.params, ground.world, given, rows, now, lived)
        if row:
            pages.append(now.page)
        if row < len(numbers):  # on the last evening nobody lives by the tables of the morning after
            lived = _live(folk, tables, numbers[row], expected)
    columns = {kind: np.stack([np.asarray(page[kind]) for page in pages]) for kind in pages[0]}
    night = {kind: np.asarray(part) for kind, part in now.state.items()}
    return unpack(night, like.state), unpack(columns, like.page)


def _live(folk: Folk, tables: Tables, number: int, expected: Expected) -> Expected:
    camps, choice_camp, acts = map(np.asarray, (tables.rate_camp, tables.choice_camp, tables.rate_act))
    book = Book(camps, choice_camp, acts, tables.choice_act)
    try:
        return folk.live(book, number, expected)
    except ValueError:
        if all(np.isfinite(table).all() for table in book):
            raise
        raise FloatingPointError(f"day {number}: the tables are not finite") from None
