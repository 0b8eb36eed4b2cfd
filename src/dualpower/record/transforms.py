"""The scales on which numbers are compared: logarithm for counts, logit for shares, as they are for the rest.

A transform takes *natural* numbers (persons, per cent, seats) and returns numbers whose differences mean the same
everywhere on the scale. All functions work alike on NumPy and JAX arrays and on plain floats.
"""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import numpy as np

Array: TypeAlias = Any
"""A NumPy array, a JAX array (also while it is being traced), or a number."""

TransformName: TypeAlias = Literal["log", "logit", "identity"]
TRANSFORMS: tuple[TransformName, ...] = ("log", "logit", "identity")

SHARE_PAD = 0.005
"""Half a per cent: a share p is read as (p + pad) / (1 + 2 pad), so that 0 and 1 stay finite with a slope."""


def namespace(value: Array) -> Any:
    """Return the module (`numpy` or `jax.numpy`) whose functions suit `value`."""
    if isinstance(value, np.ndarray | np.generic | float | int):
        return np
    import jax.numpy as jnp

    return jnp


def transform(value: Array, name: TransformName, *, scale: float = 1.0, offset: float = 1.0) -> Array:
    """Bring natural numbers to the scale of comparison.

    Parameters
    ----------
    value : array or number, in the units of the record (persons, per cent, seats)
    name : "log" gives log(value + offset); "logit" gives the padded logit of value / scale; "identity" the value
    scale : what a whole is in natural units (100 for per cent, 200 for seats of 200); used by "logit" only
    offset : persons (or deaths, seats) added before the logarithm; used by "log" only
    """
    xp = namespace(value)
    if name == "log":
        return xp.log(value + offset)
    if name == "logit":
        padded = (value / scale + SHARE_PAD) / (1.0 + 2.0 * SHARE_PAD)
        return xp.log(padded) - xp.log1p(-padded)
    return value


def inverse(value: float, name: TransformName, *, scale: float = 1.0, offset: float = 1.0) -> float:
    """Return the natural number whose transform is `value` (counts not below 0, shares inside 0 to `scale`)."""
    if name == "log":
        return max(math.exp(value) - offset, 0.0)
    if name == "logit":
        share = (1.0 + 2.0 * SHARE_PAD) / (1.0 + math.exp(-value)) - SHARE_PAD
        return scale * min(max(share, 0.0), 1.0)
    return value


def largest(name: TransformName, scale: float = 1.0) -> float:
    """Return the largest natural number that a run can have: a whole on "logit", infinity elsewhere."""
    return scale if name == "logit" else math.inf


def share_or_count(most: float) -> str:
    """Say in words what numbers there are from nought to `most`."""
    return "a number of at least 0" + (f" and at most {most:g}" if math.isfinite(most) else "")
