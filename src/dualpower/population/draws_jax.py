"""Event-keyed draws inside jitted JAX code: the same words as `draws`, bit for bit."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from dualpower.population.draws import rounds


def threefry(key: tuple[ArrayLike, ArrayLike], counter: tuple[ArrayLike, ArrayLike]) -> tuple[Array, Array]:
    """Two uint32 words per counter (arguments are uint32, or Python numbers from 0 to 2**32 - 1)."""
    parts = (jnp.asarray(_as_word(part), dtype=jnp.uint32) for part in (*key, *counter))
    word0, word1 = rounds(*parts)
    return word0, word1


def _as_word(part: Any) -> Any:
    """Python numbers as uint32 words; arrays and traced values as they are."""
    return np.uint32(part & 0xFFFFFFFF) if isinstance(part, int) else part
