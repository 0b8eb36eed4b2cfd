"""Many small arrays as a few long ones, for the way between two compiled programs.

Handing an array over costs microseconds, whatever its length; a day of people hands over more than a hundred, and
would spend more time on that than on its laws.
"""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar, cast

import jax
import jax.numpy as jnp
import numpy as np

Tree = TypeVar("Tree")
Packed: TypeAlias = dict[str, Any]
"""One vector for each type of number, by its name."""


def pack(tree: Any) -> Packed:
    """All arrays of a tree behind one another, inside a compiled program."""
    leaves = jax.tree.leaves(tree)
    kinds = sorted({str(leaf.dtype) for leaf in leaves})
    return {kind: jnp.concatenate([leaf.ravel() for leaf in leaves if str(leaf.dtype) == kind]) for kind in kinds}


def unpack(packed: Packed, like: Tree) -> Tree:
    """The tree again, with arrays of the shapes in ``like``; further first axes of the vectors are kept."""
    leaves, form = jax.tree.flatten(like)
    used, found = dict.fromkeys(packed, 0), []
    for leaf in leaves:
        kind, count = str(leaf.dtype), int(np.prod(leaf.shape))
        part = packed[kind][..., used[kind] : used[kind] + count]
        found.append(part.reshape((*part.shape[:-1], *leaf.shape)))
        used[kind] += count
    return cast("Tree", jax.tree.unflatten(form, found))


def shapes(tree: Tree) -> Tree:
    """The same tree with shapes and types in place of arrays; it can be a key."""
    shape: Any = jax.ShapeDtypeStruct
    return cast("Tree", jax.tree.map(lambda leaf: shape(np.shape(leaf), leaf.dtype), tree))
