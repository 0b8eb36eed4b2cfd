"""Many small arrays as a few long ones, for the way between two compiled programs.

Handing an array over costs microseconds, whatever its length; a day of people hands over two hundred, and would spend
more time on that than on its laws.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

Packed: TypeAlias = dict[str, Any]
"""One vector for each type of number, by the type's code; arrays that were too large for one, by their number."""

LARGE = 2048
"""Numbers in an array that is handed over by itself: copying it would cost more."""


class Form(NamedTuple):
    """What a tree is like, without its numbers; it can be a key.

    leaves: shape and type of each; tree: how they hang together
    """

    leaves: tuple[Any, ...]
    tree: Hashable


def form(tree: Any) -> Form:
    """The form of a tree of arrays, or of shapes."""
    leaves, shape = jax.tree.flatten(tree)
    struct: Any = jax.ShapeDtypeStruct
    return Form(tuple(struct(np.shape(leaf), np.result_type(leaf.dtype)) for leaf in leaves), shape)


def pack(tree: Any, first: int = 0) -> Packed:
    """All arrays of a tree behind one another; of JAX inside a compiled program, else of NumPy.

    Parameters
    ----------
    tree
        Of arrays.
    first
        How many first axes they have in common, which are kept.
    """
    leaves = jax.tree.leaves(tree)
    xp: Any = jnp if any(isinstance(leaf, jax.core.Tracer) for leaf in leaves) else np
    small: dict[str, list[Any]] = {}
    packed: Packed = {}
    for number, leaf in enumerate(leaves):
        if math.prod(leaf.shape[first:]) > LARGE:
            packed[str(number)] = leaf
        else:
            small.setdefault(leaf.dtype.str, []).append(leaf.reshape(*leaf.shape[:first], -1))
    return {**packed, **{kind: xp.concatenate(parts, axis=-1) for kind, parts in sorted(small.items())}}


def unpack(packed: Packed, like: Form) -> Any:
    """The tree again, with arrays of the shapes in ``like``; first axes of the vectors are kept before them."""
    used, found = dict.fromkeys(packed, 0), []
    for number, leaf in enumerate(like.leaves):
        kind, count = leaf.dtype.str, math.prod(leaf.shape)
        if str(number) in packed:
            found.append(packed[str(number)])
            continue
        part = packed[kind][..., used[kind] : used[kind] + count]
        found.append(part.reshape((*part.shape[:-1], *leaf.shape)))
        used[kind] += count
    tree: Any = like.tree
    return jax.tree.unflatten(tree, found)


def blank(like: Form) -> Packed:
    """Zeros in place of all numbers of a tree (NumPy)."""
    return pack([np.zeros(leaf.shape, leaf.dtype) for leaf in like.leaves])
