"""The people: one byte a person, sorted by unit, living through the day's tables.

    state = init(sizes, names, joint_shares, activity_shares, seed)
    state, counts = step(state, tables, day, seed)

A day: with probability `rate_camp` a person reconsiders and takes a camp from `choice_camp` of the temper, whatever
the old one was; then with probability `rate_act` an activity from `choice_act` of the temper and the (new) camp.
In expectation this is what the crowd does, exactly.

The draws of a person are the two words of one Threefry call: the first decides about the camp, the second about
the activity. Its key is the unit's own, itself drawn as words(seed, "people", unit, day 0); its counter is
(index of the person in the unit, day). So a person's fate depends on seed, unit name, index and day alone:
units may come, go or be listed in any order. (A key for each unit, and not one key with hash + index as counter,
because the latter's ranges would overlap: in 200 units of 10,000 persons some pair would often share draws.)
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from dualpower.population.draws import MASK, name_id, seed_word
from dualpower.population.people_limits import limits
from dualpower.population.people_start import init
from dualpower.population.people_state import (
    VALUES,
    Bytes,
    Counts,
    Int,
    Limits,
    People,
    Steps,
    Tables,
    activities,
    camps,
    count,
    counts,
    tempers,
)

if TYPE_CHECKING:
    from dualpower.population.people_numba import Pieces

DECISION = name_id("people")

__all__ = [
    "Counts",
    "Limits",
    "People",
    "Tables",
    "activities",
    "camps",
    "count",
    "counts",
    "init",
    "limits",
    "limits_for",
    "step",
    "tempers",
    "weigh",
]


def step(
    state: People,
    tables: Tables | Steps | Limits,
    day: int,
    seed: int,
    *,
    threads: int | None = None,
    piece: int | None = None,
    out: Bytes | None = None,
) -> tuple[People, Counts]:
    """One day in the life of everyone.

    Parameters
    ----------
    state
        The people in the morning; left as it is.
    tables
        The day's probabilities (any object with the four arrays, the tables of the laws, or :class:`Limits` made from
        either).
    day
        Number of the day, which keys the draws.
    seed
        Seed of the run.
    threads
        Processor cores to use; as many as Numba may use if not given. No result depends on it.
    piece
        Most persons handled in one go, for tests. No result depends on it.
    out
        Where to write the new records, [N] uint8; a new array if not given. It may be `state.records` itself, which
        are then lost: with tens of millions of people, fresh memory costs a fifth of the day.

    Returns
    -------
    The people in the evening, and their counts.

    Raises
    ------
    ValueError
        If the tables are for other units or camps, or hold what is no probability.
    """
    bounds = limits_for(state, tables)
    records = np.empty_like(state.records) if out is None else out
    if records is not state.records:
        np.copyto(records, state.records)
    after = state._replace(records=records, histogram=state.histogram.copy())
    advance(after, bounds, day, seed, threads=threads, piece=piece)
    return after, counts(after)


def advance(
    state: People, bounds: Limits, day: int, seed: int, *, threads: int | None = None, piece: int | None = None
) -> None:
    """The same, in place: records and histogram are those of the evening. ``bounds`` are the limits of its units."""
    from dualpower.population import people_numba as kernel
    from dualpower.population.tally_numba import add

    pieces = _pieces(state.offsets.tobytes(), piece or max(kernel.PIECE, len(state.records) // kernel.MOST_PIECES))
    moment = (seed_word(seed), day & MASK)
    differences = _live(state, state.records, bounds, pieces, moment, threads or kernel.threads())
    add(state.histogram, differences, pieces.offsets)


def limits_for(state: People, tables: Tables | Steps | Limits) -> Limits:
    """The limits of a day, refused if they are for other units or other camps than the people's."""
    units = len(tables.rate_camp)
    if units != len(state.units):
        raise ValueError(f"the tables are for {units} units, the people have {len(state.units)}")
    if isinstance(tables, Limits):
        return tables
    number = np.shape(tables.choice_camp)[1]
    if number != state.camps:
        raise ValueError(f"the tables are for {number} camps, the people have {int(state.camps)}")
    return limits(tables)


def weigh(state: People, sizes: ArrayLike) -> People:
    """The same records standing for units of other sizes [U]: units that grow, shrink, open or close."""
    return state._replace(sizes=np.asarray(sizes, dtype=np.float64))


def _live(
    state: People, records: Bytes, bounds: Limits, pieces: Pieces, moment: tuple[int, int], threads: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """Run the kernel over all pieces of `records` on `threads` cores, in place; moment = (seed word, day)."""
    from dualpower.population.people_numba import live

    differences = np.empty((len(pieces.unit), VALUES), np.int32)
    key = (np.uint32(moment[0]), np.uint32(DECISION), np.uint32(moment[1]))

    def run(span: tuple[int, int]) -> None:
        live(records, differences, pieces, span, state.offsets, state.units, key, bounds)

    if threads == 1:
        run((0, len(pieces.stop)))
    else:
        list(_pool(threads).map(run, _spans(pieces.stop, threads)))
    return differences


def _spans(stops: Int, threads: int) -> list[tuple[int, int]]:
    """First and last piece of each thread, so that all have about as many persons."""
    cuts = np.searchsorted(stops, np.arange(1, threads) * (stops[-1] / threads))
    edges = [0, *(int(cut) for cut in cuts), len(stops)]
    return list(zip(edges[:-1], edges[1:], strict=True))


@lru_cache(maxsize=8)
def _pieces(offsets: bytes, longest: int) -> Pieces:
    """The same pieces every day."""
    from dualpower.population.people_numba import cut

    return cut(np.frombuffer(offsets, np.int64), longest)


@lru_cache(maxsize=8)
def _pool(threads: int) -> ThreadPoolExecutor:
    """Threads that wait for the next day (starting them each day would cost a tenth of it)."""
    return ThreadPoolExecutor(threads, "people", _settle, (_places(threads),))


def _places(threads: int) -> list[int]:
    """A core for each thread where they are to use all cores of the process; else none, and the system chooses."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return cores if len(cores) == threads else []


def _settle(places: list[int]) -> None:
    """Bind a thread to a core of its own: Linux may wake it on the core of who wakes it, and not move it again."""
    if places:
        os.sched_setaffinity(0, {places.pop()})


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # threads do not survive a fork
