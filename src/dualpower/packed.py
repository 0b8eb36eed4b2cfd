"""The state of a year as named arrays, and back: what a checkpoint and a fork keep of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from jaxtyping import Array

from dualpower._files import RunError
from dualpower.laws.state import State

__all__ = ["pack", "unpack"]


def pack(done: int, state: State) -> dict[str, np.ndarray[Any, Any]]:
    """A state as named arrays, with the number of days done."""
    leaves = jax.tree_util.tree_flatten_with_path(state)[0]
    return {"done": np.asarray(done), **{jax.tree_util.keystr(path): np.asarray(leaf) for path, leaf in leaves}}


def unpack(stored: Mapping[str, np.ndarray[Any, Any]], like: State) -> tuple[int, State]:
    """The number of days done and the state, in the form of ``like``.

    Raises
    ------
    RunError
        If it is no such state.
    """
    leaves, shape = jax.tree_util.tree_flatten_with_path(like)
    wanted = {jax.tree_util.keystr(path): leaf.shape for path, leaf in leaves} | {"done": ()}
    for name, size in wanted.items():
        if not isinstance(stored, Mapping) or name not in stored or np.shape(stored[name]) != size:
            raise RunError(f"start_state: not a state of this scenario, as on_segment is given it ({name} is missing)")
    found: list[Array] = [jax.numpy.asarray(stored[jax.tree_util.keystr(path)]) for path, _ in leaves]
    return int(stored["done"]), jax.tree_util.tree_unflatten(shape, found)
