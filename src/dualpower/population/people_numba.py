"""The day of the people on a CPU: one pass over the records, compiled by Numba.

What makes it fast: persons are sorted by unit, so everything but the index is constant in the inner loop; the
draws of a block are computed first, in a loop that LLVM turns into vector code; a test eight persons wide then
skips those for whom nothing changes (nearly all); counts are kept by differences.

What makes it repeatable: each piece of a unit writes its own records and its own row of integer differences,
so neither the number of threads nor the size of the pieces can change a result.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dualpower.population.draws_numba import U32, compiled, threefry

U64: Any = np.uint64

BLOCK = 256
"""Persons whose draws are made together (their words stay in the first-level cache)."""

PIECE = 16_384
"""Most persons of one unit handled in one go, unless there are very many; the unit of work shared among threads."""

MOST_PIECES = 1024
"""About how many pieces everyone is cut into at most: their counts have to be put together every day."""


class Pieces(NamedTuple):
    """Contiguous stretches of persons, none longer than asked and none crossing units; P of them.

    unit: [P] number of the unit; start, stop: [P] positions in the records; offsets: [U + 1] first piece of each unit.
    """

    unit: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    offsets: NDArray[np.int64]


def cut(offsets: NDArray[np.int64], longest: int = PIECE) -> Pieces:
    """Cut the units into pieces of at most `longest` persons (offsets: [U + 1] first person of each unit)."""
    number = np.maximum(-(-np.diff(offsets) // longest), 1)
    first = np.concatenate(([0], np.cumsum(number)))
    unit = np.repeat(np.arange(len(number)), number)
    start = offsets[unit] + (np.arange(first[-1]) - first[unit]) * longest
    return Pieces(unit, start, np.minimum(start + longest, offsets[unit + 1]), first)


def threads() -> int:
    """Cores that Numba may use: those allotted to the process, or NUMBA_NUM_THREADS."""
    config: Any = numba.config  # asking get_num_threads would start Numba's own threads
    return int(config.NUMBA_NUM_THREADS)


@compiled(inline="always")
def draw(first: Any, second: Any, hit: Any, before: Any, index: Any, unit_key: Any, day: Any, below: Any) -> None:
    """Both words of the persons `before`, from `index` on, and whether anything may change: one vector loop."""
    key0, key1 = unit_key
    rate_camp, rate_act, stir = below
    for j in range(before.size):
        word0, word1 = threefry(key0, key1, U32(index + U32(j)), day)
        first[j] = word0
        second[j] = word1
        acts = word1 < (stir if before[j] & 48 == 0 else rate_act)
        hit[j] = np.uint8(word0 < rate_camp) | np.uint8(acts)
    hit[before.size :] = 0


@compiled(inline="always")
def find(hit: Any, eight: Any, groups: Any, found: Any) -> Any:
    """Positions in a block where `hit` is 1, into `found`; how many. No branches: first by eights, then singly."""
    some, number = U64(0), U64(0)
    for group in range(BLOCK // 8):
        groups[some] = U64(group)
        some += U64(eight[group] != 0)
    for g in range(some):
        for j in range(8):
            place = U64(groups[g] * U64(8) + U64(j))
            found[number] = place
            number += U64(hit[place])
    return number


@compiled(inline="always")
def change(old: Any, word0: Any, word1: Any, below: Any, camps: Any, activities: Any) -> Any:
    """The new record of a person for whom a word lies below its limit."""
    temper, activity, camp = U64(old >> 6), U64(old >> 4 & 3), U64(old & 15)
    if word0 < below[0]:
        camp = U64(0)
        for k in range(16):
            camp += U64(word0 >= camps[temper, k])
    if word1 < below[1]:
        activity = U64(0)
        for k in range(1, 4):
            activity += U64(word1 < activities[temper, camp, k])
    return np.uint8((temper << U64(6)) | (activity << U64(4)) | camp)


@compiled(nogil=True, cache=True)
def live(
    records: NDArray[np.uint8],
    differences: NDArray[np.int32],
    pieces: Pieces,
    span: tuple[int, int],
    offsets: NDArray[np.int64],
    ids: NDArray[np.uint32],
    key: tuple[np.uint32, np.uint32, np.uint32],
    limits: Any,
) -> None:
    """One day of the pieces span[0] to span[1], in place: writes `records` and the rows of `differences` [P, 256].

    key: seed word, decision id, day; limits: as made by `people_limits.limits`.
    """
    first, second, hit = np.empty(BLOCK, U32), np.empty(BLOCK, U32), np.zeros(BLOCK, np.uint8)
    eight = hit.view(np.uint64)
    groups, found = np.empty(BLOCK // 8, np.uint64), np.empty(BLOCK, np.uint64)
    for piece in range(span[0], span[1]):
        unit, start, stop = pieces.unit[piece], pieces.start[piece], pieces.stop[piece]
        unit_key = threefry(key[0], key[1], ids[unit], U32(0))
        below = limits.rate_camp[unit], limits.rate_act[unit], limits.stir[unit]
        camps, activities, row = limits.camps[unit], limits.activities[unit], differences[piece]
        people = records[start:stop]
        row[:] = 0
        for base in range(0, people.size, BLOCK):
            index = U32(start - offsets[unit] + base)
            draw(first, second, hit, people[base : base + BLOCK], index, unit_key, key[2], below)
            for f in range(find(hit, eight, groups, found)):
                place = found[f]
                person = U64(base) + place  # unsigned, as Numba then need not ask for numbers from the end
                old = people[person]
                new = change(old, first[place], second[place], below, camps, activities)
                people[person] = new
                row[old] -= 1
                row[new] += 1
