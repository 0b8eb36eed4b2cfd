"""Event-keyed draws: published words, agreement of the three versions, and what they must not depend on."""

from __future__ import annotations

import subprocess
import sys

import jax
import numpy as np
import pytest
from scipy import stats

from dualpower.population import draws, draws_jax
from dualpower.population.draws_numba import compiled
from dualpower.population.draws_numba import threefry as threefry_numba

ONES = 0xFFFFFFFF
KNOWN = [
    ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
    ((ONES, ONES), (ONES, ONES), (0x1CB996FC, 0xBB002BE7)),
    ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
]


@compiled()
def one(key0: np.uint32, key1: np.uint32, word0: np.uint32, word1: np.uint32) -> tuple[np.uint32, np.uint32]:
    return threefry_numba(key0, key1, word0, word1)


@pytest.mark.parametrize(("key", "counter", "words"), KNOWN)
def test_known_answers(key: tuple[int, int], counter: tuple[int, int], words: tuple[int, int]) -> None:
    assert tuple(int(w) for w in draws.threefry(key, counter)) == words
    assert tuple(int(w) for w in draws_jax.threefry(key, counter)) == words
    assert tuple(int(w) for w in jax.jit(draws_jax.threefry)(*np.array([key, counter], np.uint32))) == words
    assert tuple(int(w) for w in one(*np.array([*key, *counter], np.uint32))) == words


def test_three_versions_agree_on_random_keys_and_counters() -> None:
    parts = np.random.default_rng(1).integers(0, 2**32, (4, 500), dtype=np.uint32)
    plain = np.stack(draws.threefry((parts[0], parts[1]), (parts[2], parts[3])))
    with_jax = np.stack(draws_jax.threefry((parts[0], parts[1]), (parts[2], parts[3])))
    with_numba = np.array([one(*column) for column in parts.T], np.uint32).T
    np.testing.assert_array_equal(plain, with_jax)
    np.testing.assert_array_equal(plain, with_numba)


def test_those_of_many_seeds_and_decisions_are_those_of_each() -> None:
    decisions, days = {"strike": ["b", "a"], "call": ["a", "idle", "c"]}, np.array([0, 3, 400, 2**31 - 1])
    many = draws_jax.uniforms_of_many([0, 7, ONES], decisions, days)
    assert (many.shape, many.dtype) == ((3, 4, 5), np.float32)
    for one_seed, of_seed in zip([0, 7, ONES], many, strict=True):
        parts = [draws.uniforms(one_seed, what, who, days) for what, who in decisions.items()]
        np.testing.assert_array_equal(of_seed, np.concatenate(parts, axis=1))
    with pytest.raises(ValueError, match="whole number"):
        draws_jax.uniforms_of_many([-1], decisions, days)


def test_draws_depend_on_names_not_on_order_or_company() -> None:
    names = ["b", "a", "idle", "c"]
    table = draws.uniforms(3, "strike", names, [5, 6])
    reordered = draws.uniforms(3, "strike", ["a", "c", "b"], [6, 5])
    np.testing.assert_array_equal(table[:, [1, 3, 0]], reordered[::-1])
    assert table[0, 1] == draws.uniform(3, "strike", "a", 5)
    assert draws.uniform(3, "strike", "a", 5) != draws.uniform(3, "call", "a", 5)
    assert draws.uniform(3, "strike", "a", 5) != draws.uniform(4, "strike", "a", 5)


def test_uniforms_are_strictly_inside_and_exact_in_float32() -> None:
    extremes = np.array([0, ONES], np.uint32)
    for kind in (np.float32, np.float64):
        low, high = draws.to_unit(extremes, kind)
        assert (low, high) == (2.0**-24, 1 - 2.0**-24)
    single = draws.uniforms(1, "x", ["a", "b"], range(100))
    double = draws.uniforms(1, "x", ["a", "b"], range(100), np.float64)
    assert single.dtype == np.float32
    assert double.dtype == np.float64
    np.testing.assert_array_equal(single, double)


def test_uniforms_and_normals_have_their_distributions() -> None:
    names = [f"unit {i}" for i in range(200)]
    flat = draws.uniforms(11, "x", names, range(500), np.float64).ravel()
    assert stats.kstest(flat, "uniform").pvalue > 1e-3
    assert stats.kstest(draws.normals(11, "x", names, range(500)).ravel(), "norm").pvalue > 1e-3
    grid = flat.reshape(500, 200)
    pairs = [(grid[1:], grid[:-1]), (grid[:, 1:], grid[:, :-1])]
    assert max(abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) for a, b in pairs) < 4 / np.sqrt(flat.size)


def test_names_have_fixed_ids_and_equal_names_are_refused() -> None:
    assert draws.name_id("council") == 0xD22196FB  # changing the hash would change every published run
    with pytest.raises(ValueError, match="rename one"):
        draws.ids(["a", "b", "a"])


def test_a_seed_is_one_word_so_that_no_two_have_the_same_chance() -> None:
    assert draws.seed_word(2**32 - 1) == 2**32 - 1
    for wrong in (-1, 2**32, True, 1.0):
        with pytest.raises(ValueError, match="seed"):
            draws.uniforms(wrong, "x", ["a"], 0)


def test_importing_draws_stays_light() -> None:
    code = "import sys, dualpower.population.draws as d; print(sorted({'jax', 'numba', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
