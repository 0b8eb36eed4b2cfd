"""Event-keyed draws inside jitted JAX code: the same words as `draws`, bit for bit."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from dualpower.population.draws import name_id, rounds, seed_word, to_unit


def threefry(key: tuple[ArrayLike, ArrayLike], counter: tuple[ArrayLike, ArrayLike]) -> tuple[Array, Array]:
    """Two uint32 words per counter (arguments are uint32, or Python numbers from 0 to 2**32 - 1)."""
    parts = (jnp.asarray(_as_word(part), dtype=jnp.uint32) for part in (*key, *counter))
    word0, word1 = rounds(*parts)
    return word0, word1


def event_key(seed: int, decision: str) -> tuple[int, int]:
    """The key (two words) of one decision in a run with this seed, to be passed into jitted code."""
    return seed_word(seed), name_id(decision)


def uniforms(key: tuple[ArrayLike, ArrayLike], entities: ArrayLike, day: ArrayLike) -> Array:
    """float32 uniforms strictly between 0 and 1: the values of `draws.uniforms` for one key.

    Parameters
    ----------
    key
        As made by :func:`event_key`.
    entities, day
        Ids (uint32, as made by `draws.ids`) and day numbers; any shapes that broadcast.
    """
    word0, _ = threefry(key, (entities, day))
    return jnp.asarray(to_unit(word0, np.float32))


def normals(key: tuple[ArrayLike, ArrayLike], entities: ArrayLike, day: ArrayLike) -> Array:
    """float32 standard normals; equal to `draws.normals` within float32 rounding of the inverse function."""
    return jax.scipy.special.ndtri(uniforms(key, entities, day))


def _as_word(part: Any) -> Any:
    """Python numbers as uint32 words; arrays and traced values as they are."""
    return np.uint32(part & 0xFFFFFFFF) if isinstance(part, int) else part
