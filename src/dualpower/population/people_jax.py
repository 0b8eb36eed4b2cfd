"""The day of the people in JAX, on any device: the same words and limits as on the CPU, so the same persons.

Units are laid out in rows of equal width, padded at the end, so that everything but the person is constant along
a row, no table has to be looked up per person, and rows can be spread over devices. As tempers alternate, a row is
[places, 4] and the last axis is the temper but for a shift.

    state = from_people(people); state, counts = step(state, tables, day, seed); people = to_people(state)
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from dualpower.population import draws_jax
from dualpower.population.draws import MASK, seed_word, threefry
from dualpower.population.people import DECISION, limits_for
from dualpower.population.people_state import (
    ACTIVITIES,
    TEMPERS,
    VALUES,
    Counts,
    Int,
    Limits,
    People,
    Tables,
    counts,
)

BARRIER: Any = lax.optimization_barrier
"""Keeps XLA from drawing and choosing again for each use of the result."""

BY_ROW: Any = PartitionSpec
"""(Both are untyped in JAX.)"""

WIDTH = 1024
"""Persons in a row, unless asked otherwise; a multiple of 4."""


class Rows(NamedTuple):
    """The people in R rows of 4·P places on one or more devices.

    records: [R, P, 4] uint8
    unit: [R] int32; first: [R] uint32, index in its unit of a row's first person; held: [R] int32, persons in a row
    people: the same people on the host, with records of the day they were laid out
    """

    records: Array
    unit: Array
    first: Array
    held: Array
    people: People


def from_people(state: People, width: int = WIDTH, devices: int | None = None) -> Rows:
    """Lay people out in rows, over the first `devices` devices (all if not given)."""
    if width % TEMPERS:
        raise ValueError(f"the width of a row must be a multiple of {TEMPERS}, not {width}")
    number = jax.device_count() if devices is None else devices
    unit, first, held = _layout(state.offsets, width, number)
    records = np.zeros((len(unit), width), np.uint8)
    records[np.arange(width) < held[:, None]] = state.records
    mesh = Mesh(np.array(jax.devices()[:number]), ("row",))
    spread = NamedSharding(mesh, BY_ROW("row"))
    shaped = records.reshape(len(unit), -1, TEMPERS)
    parts = (shaped, unit.astype(np.int32), first.astype(np.uint32), held.astype(np.int32))
    records_, unit_, first_, held_ = (jax.device_put(part, spread) for part in parts)
    return Rows(records_, unit_, first_, held_, state)


def to_people(rows: Rows) -> People:
    """The people as they are now, on the host."""
    records = np.asarray(rows.records).reshape(len(rows.unit), -1)
    return rows.people._replace(records=records[np.arange(records.shape[1]) < np.asarray(rows.held)[:, None]])


def step(rows: Rows, tables: Tables | Limits, day: int, seed: int) -> tuple[Rows, Counts]:
    """One day, as `people.step` does it, bit for bit."""
    people = rows.people
    bounds = limits_for(people, tables)
    keys = threefry((seed_word(seed), DECISION), (people.units, 0))
    shift = (people.units % TEMPERS).astype(np.int32)
    records, histogram = live(rows[:4], bounds, (*keys, shift), np.uint32(day & MASK), camps=int(people.camps))
    after = people._replace(histogram=np.asarray(histogram, dtype=np.int64))
    return rows._replace(records=records, people=after), counts(after)


@partial(jax.jit, static_argnames=("camps",))
def live(
    rows: tuple[Array, Array, Array, Array],
    bounds: Limits,
    keys: tuple[Array, Array, Array],
    day: Array,
    *,
    camps: int,
) -> tuple[Array, Array]:
    """New records [R, P, 4] and histogram [U, 256].

    rows: records, unit, first, held of `Rows`; keys: both key words and the shift of tempers of each unit.
    """
    records, unit, first, held = rows
    place = jnp.arange(records[0].size, dtype=jnp.uint32).reshape(records.shape[1:])
    index = _row(first) + place
    word0, word1 = BARRIER(draws_jax.threefry((_row(keys[0][unit]), _row(keys[1][unit])), (index, day)))
    temper = (jnp.arange(TEMPERS) + (keys[2][unit] + first.astype(jnp.int32))[:, None]) % TEMPERS
    camp_limits = bounds.camps[unit[:, None], temper]  # [R, 4, 16]
    activity_limits = bounds.activities[unit[:, None], temper]  # [R, 4, 16, 4]
    new_camp = _tally(word0 >= camp_limits[:, None, :, k] for k in range(camps))
    camp = jnp.where(word0 < _row(bounds.rate_camp[unit]), new_camp, records & 15)
    chosen = sum(
        (camp == c) * _tally(word1 < activity_limits[:, None, :, c, k] for k in range(1, ACTIVITIES))
        for c in range(camps)
    )
    activity = jnp.where(word1 < _row(bounds.rate_act[unit]), chosen, records >> 4 & 3)
    after = BARRIER((records & 192) | (activity << 4) | camp)
    cells = _row(unit) * VALUES + after
    histogram = jnp.zeros(len(bounds.rate_camp) * VALUES, jnp.int32)
    histogram = histogram.at[cells].add((place < _row(held)).astype(jnp.int32), mode="promise_in_bounds")
    return after, histogram.reshape(-1, VALUES)


def _row(values: Array) -> Array:
    """One value a row, ready to meet [R, P, 4]."""
    return values[:, None, None]


def _tally(tests: Iterable[Array]) -> Array:
    """How many tests hold, as uint8."""
    return sum((test.astype(jnp.uint8) for test in tests), jnp.uint8(0))


def _layout(offsets: Int, width: int, multiple: int) -> tuple[Int, Int, Int]:
    """Unit, first index and persons of each row; empty rows of the last unit fill up to a multiple."""
    sizes = np.diff(offsets)
    number = -(-sizes // width)
    number[-1] += -number.sum() % multiple
    unit = np.repeat(np.arange(len(sizes)), number)
    first = (np.arange(len(unit)) - np.repeat(np.cumsum(number) - number, number)) * width
    return unit, first, np.clip(sizes[unit] - first, 0, width)
