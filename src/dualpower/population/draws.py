"""Event-keyed random numbers: every draw is a pure function of (seed, decision, entity, day).

Threefry 2x32-20 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3") turns a
64-bit key and a 64-bit counter into two 32-bit words. The key is (seed, decision), the counter (entity, day),
where decisions and entities are 32-bit hashes of their *names*. Nothing depends on the order of calls, on how
many units there are or on how they are listed: two runs that differ by one intervention share every other draw.

The same words come from NumPy (here), from JAX (`draws_jax`) and from Numba (`draws_numba`), bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import blake2b
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Words = NDArray[np.uint32]

PARITY = 0x1BD11BDA
ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
MASK = 0xFFFFFFFF


@cache
def name_id(name: str) -> int:
    """The stable 32-bit id of a name: the first four bytes (little-endian) of its BLAKE2b digest."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "little")


def ids(names: Iterable[str]) -> Words:
    """Stable ids of distinct names, in the order given.

    Parameters
    ----------
    names
        Names of entities (units, parties, ...), each once.

    Returns
    -------
    Array of uint32, one id a name.

    Raises
    ------
    ValueError
        If a name is given twice, or two names share an id (about 5 in a million for 200 names): rename one.
    """
    seen: dict[int, str] = {}
    for name in names:
        number = name_id(name)
        if number in seen:
            raise ValueError(f"the names {seen[number]!r} and {name!r} have the same id for random draws; rename one")
        seen[number] = name
    return np.fromiter(seen, dtype=np.uint32, count=len(seen))


def seed_word(seed: Any) -> int:
    """Return a seed as one key word: so that no two seeds have the same chance, there are no more than words.

    Raises
    ------
    ValueError
        If the seed is no whole number, negative, or needs more than 32 bits.
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral) or not 0 <= int(seed) <= MASK:
        raise ValueError(f"a seed is a whole number from 0 to {MASK}, not {seed!r}")
    return int(seed)


def rounds(key0: Any, key1: Any, word0: Any, word1: Any) -> tuple[Any, Any]:
    """Threefry 2x32 with 20 rounds on uint32 arrays of NumPy or of JAX (any shapes that broadcast).

    Five groups of four rounds x0 += x1; x1 = rotate(x1) ^ x0; after each group the next two of the three
    key words (key0, key1, key0 ^ key1 ^ PARITY) are added.
    """
    unit = key0.dtype.type
    keys = (key0, key1, key0 ^ key1 ^ unit(PARITY))
    word0, word1 = word0 + key0, word1 + key1
    for group in range(5):
        for turn in ROTATIONS[group % 2]:
            word0 = word0 + word1
            word1 = ((word1 << unit(turn)) | (word1 >> unit(32 - turn))) ^ word0
        word0 = word0 + keys[(group + 1) % 3]
        word1 = word1 + keys[(group + 2) % 3] + unit(group + 1)
    return word0, word1


def threefry(key: tuple[ArrayLike, ArrayLike], counter: tuple[ArrayLike, ArrayLike]) -> tuple[Words, Words]:
    """Two uint32 words per counter, in NumPy; numbers outside 32 bits are taken modulo 2**32."""
    key0, key1, word0, word1 = np.broadcast_arrays(*(_as_words(part) for part in (*key, *counter)))
    with np.errstate(over="ignore"):
        out0, out1 = rounds(key0, key1, word0, word1)
    return np.asarray(out0), np.asarray(out1)


def words(seed: int, decision: str, entities: Sequence[str] | Words, days: ArrayLike) -> tuple[Words, Words]:
    """The two words of each (day, entity) for one decision.

    Parameters
    ----------
    seed
        Seed of the run, 0 to 2**32 - 1.
    decision
        Name of what is decided, e.g. ``"weather"``.
    entities
        Names, or ids as made by :func:`ids`; length E.
    days
        Day numbers (any integers); length D, or one number.

    Returns
    -------
    Two uint32 arrays [D, E].
    """
    who = entities if isinstance(entities, np.ndarray) else ids(entities)
    when = np.atleast_1d(np.asarray(days, dtype=np.int64))
    return threefry((seed_word(seed), name_id(decision)), (who[None, :], when[:, None]))


def to_unit(word: Any, dtype: Any) -> Any:
    """The upper 23 bits k of a word as the uniform (2k + 1) / 2**24: never 0 or 1, exact in float32."""
    unit = word.dtype.type
    return ((word >> unit(9) << unit(1)) | unit(1)).astype(dtype) * dtype(2.0**-24)


def uniforms(
    seed: int,
    decision: str,
    entities: Sequence[str] | Words,
    days: ArrayLike,
    dtype: DTypeLike = np.float32,
) -> NDArray[Any]:
    """Uniform numbers strictly between 0 and 1, one per (day, entity): array [D, E].

    float32 and float64 hold the same values. Parameters as in :func:`words`.
    """
    return np.asarray(to_unit(words(seed, decision, entities, days)[0], np.dtype(dtype).type))


def uniform(seed: int, decision: str, entity: str, day: int) -> float:
    """One uniform number strictly between 0 and 1: the draw of `entity` for `decision` on `day`."""
    return float(uniforms(seed, decision, (entity,), day, np.float64)[0, 0])


def normals(seed: int, decision: str, entities: Sequence[str] | Words, days: ArrayLike) -> NDArray[np.float32]:
    """float32 standard normal numbers by the inverse distribution function, one per (day, entity): array [D, E].

    They lie within 5.42 standard deviations, since uniforms have 23 bits. Parameters as in :func:`words`.
    """
    return to_normal(uniforms(seed, decision, entities, days))


def to_normal(uniform: NDArray[np.float32]) -> NDArray[np.float32]:
    """Standard normal numbers for uniform ones, worked out in double precision."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniform.astype(np.float64)), np.float32)


def _as_words(numbers: ArrayLike) -> Words:
    """Whole numbers modulo 2**32 as uint32."""
    array = np.asarray(numbers)
    if array.dtype == np.uint32:
        return array
    return (array.astype(np.int64) & MASK).astype(np.uint32)
