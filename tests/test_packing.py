"""Trees of arrays as few long ones, and back."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dualpower.population.packing import LARGE, blank, form, pack, unpack


class Tree(NamedTuple):
    """Something nested."""

    numbers: Any
    more: dict[str, Any]


SHAPES = arrays.array_shapes(min_dims=0, max_dims=3, max_side=30)
LEAVES = st.sampled_from([np.float32, np.int32, np.bool_]).flatmap(lambda kind: arrays.arrays(kind, SHAPES))
TREES = st.builds(Tree, LEAVES, st.dictionaries(st.sampled_from("abc"), LEAVES, min_size=1))


def same(one: Any, other: Any) -> bool:
    """Whether two trees hold the same arrays of the same types."""
    assert jax.tree.structure(one) == jax.tree.structure(other)
    pairs = zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True)
    return all(a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)


@given(TREES)
def test_a_tree_comes_back(tree: Tree) -> None:
    packed = pack(tree)
    assert same(unpack(packed, form(tree)), tree)
    large = [leaf for leaf in jax.tree.leaves(tree) if leaf.size > LARGE]
    assert sum(key.isdigit() for key in packed) == len(large)


@given(TREES, st.integers(1, 4))
def test_first_axes_are_kept(tree: Tree, days: int) -> None:
    rows: Tree = jax.tree.map(lambda leaf: np.stack([leaf] * days), tree)
    packed = pack(rows, 1)
    assert same(unpack(packed, form(tree)), rows)
    assert same(unpack({kind: part[days - 1] for kind, part in packed.items()}, form(tree)), tree)


@given(TREES)
def test_a_blank_is_zeros_in_the_same_form(tree: Tree) -> None:
    packed = pack(tree)
    zeros = blank(form(tree))
    assert {key: (part.shape, part.dtype) for key, part in zeros.items()} == {
        key: (part.shape, part.dtype) for key, part in packed.items()
    }
    assert same(unpack(zeros, form(tree)), jax.tree.map(np.zeros_like, tree))


def test_a_form_is_a_key() -> None:
    one, other = ({"a": np.zeros(3, kind)} for kind in (np.float32, np.int32))
    assert form(one) == form({"a": np.ones(3, np.float32)})
    assert hash(form(one)) == hash(form({"a": np.ones(3, np.float32)}))
    assert form(one) != form(other)


def test_inside_a_compiled_program() -> None:
    tree = Tree(
        np.arange(5, dtype=np.float32), {"big": np.ones((60, 60), np.float32), "a": np.arange(3, dtype=np.int32)}
    )
    twice = jax.jit(lambda packed: pack(jax.tree.map(lambda leaf: 2 * leaf, unpack(packed, form(tree)))))
    found = unpack(jax.tree.map(np.asarray, twice(pack(tree))), form(tree))
    assert same(found, jax.tree.map(lambda leaf: 2 * leaf, tree))


@pytest.mark.parametrize("name", ["CPU_NAME", "CPU_FEATURES"])
def test_what_the_user_has_told_numba_is_left_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    import numba

    from dualpower.population.draws_numba import widen_vectors

    monkeypatch.setattr(numba.config, "CPU_NAME", None)
    monkeypatch.setattr(numba.config, "CPU_FEATURES", None)
    monkeypatch.setattr(numba.config, name, "generic")
    widen_vectors()
    assert getattr(numba.config, name) == "generic"
    assert {numba.config.CPU_NAME, numba.config.CPU_FEATURES} == {"generic", None}
