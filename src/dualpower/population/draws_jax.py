"""Event-keyed draws inside jitted JAX code: the same words as `draws`, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike
from numpy.typing import NDArray

from dualpower.population.draws import ids, name_id, rounds, seed_word, to_unit


def threefry(key: tuple[ArrayLike, ArrayLike], counter: tuple[ArrayLike, ArrayLike]) -> tuple[Array, Array]:
    """Two uint32 words per counter (arguments are uint32, or Python numbers from 0 to 2**32 - 1)."""
    parts = (jnp.asarray(_as_word(part), dtype=jnp.uint32) for part in (*key, *counter))
    word0, word1 = rounds(*parts)
    return word0, word1


def _as_word(part: Any) -> Any:
    """Python numbers as uint32 words; arrays and traced values as they are."""
    return np.uint32(part & 0xFFFFFFFF) if isinstance(part, int) else part


def uniforms_of_many(
    seeds: Sequence[int], decisions: Mapping[str, Sequence[str]], days: NDArray[np.integer[Any]]
) -> NDArray[np.float32]:
    """`draws.uniforms` of several seeds and decisions at once.

    Parameters
    ----------
    seeds
        Of runs; length S.
    decisions
        What is decided, and for which entities; E of them in all.
    days
        Day numbers, 0 or more; length D.

    Returns
    -------
    Array [S, D, E], the entities of the first decision first.
    """
    what = np.concatenate([np.full(len(who), name_id(name), np.uint32) for name, who in decisions.items()])
    whom = np.concatenate([ids(who) for who in decisions.values()])
    words = np.array([seed_word(int(seed)) for seed in seeds], np.uint32)
    return np.asarray(_uniforms(words[:, None, None], what, whom, np.asarray(days).astype(np.uint32)[:, None]))


@jax.jit
def _uniforms(seed: Array, what: Array, whom: Array, day: Array) -> Array:
    return jnp.asarray(to_unit(threefry((seed, what), (whom, day))[0], jnp.float32))
