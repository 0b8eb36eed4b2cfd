"""What a difference hinges on: found where it is known, and not found more often than promised where nothing is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dualpower.experiment.hinges import Hinges, hinges, meanings
from dualpower.experiment.pair_words import _hinges

DRAWS, KINDS = 64, 30
EQUAL = np.full(DRAWS, 1 / DRAWS)


def drawn(seed: int, draws: int = DRAWS, kinds: int = KINDS) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(draws, kinds))
    return pd.DataFrame(values, columns=[f"p{k}" for k in range(kinds)])


def found(apart: NDArray[Any], table: pd.DataFrame, weights: NDArray[Any] = EQUAL) -> Hinges:
    return hinges(apart, weights, table, [f"parameter {name}" for name in table.columns])


def test_it_finds_what_a_difference_is_made_of() -> None:
    table = drawn(1)
    noise = np.random.default_rng(2).normal(size=DRAWS)
    told = found(2 * table["p3"].to_numpy() - table["p7"].to_numpy() + 0.5 * noise, table)
    assert [one.address for one in told.found] == ["p3", "p7"]
    assert told.found[0].correlation > 0.7
    assert told.found[1].correlation < -told.by_chance
    assert told.found[0].meaning == "parameter p3"
    assert (told.parameters, told.rows) == (KINDS, DRAWS)


@given(st.integers(0, 20))
def test_only_ranks_count(seed: int) -> None:
    table = drawn(seed)
    apart = table["p0"].to_numpy() + np.random.default_rng(seed).normal(size=DRAWS)
    assert found(apart, table) == found(np.exp(3 * apart), np.arctan(table))


def test_turned_round_the_difference_hinges_on_the_same_the_other_way() -> None:
    table = drawn(4)
    apart = table["p0"].to_numpy() + 0.3 * table["p1"].to_numpy()
    one, other = found(apart, table), found(-apart, table)
    assert [each.address for each in one.found] == [each.address for each in other.found]
    np.testing.assert_allclose([each.correlation for each in one.found], [-each.correlation for each in other.found])


@pytest.mark.statistical
def test_where_nothing_matters_something_seems_to_in_one_of_twenty_cases() -> None:
    """200 cases: 3 to 20 of them (99.6 % for a rate of one in twenty), with equal weights and others, ties and none."""
    for weighted, ties in ((False, False), (True, False), (False, True)):
        false = 0
        for case in range(200):
            chance = np.random.default_rng(1000 + case)
            apart = chance.integers(-1, 1, DRAWS).astype(float) if ties else chance.normal(size=DRAWS)
            weights = chance.dirichlet(np.ones(DRAWS)) if weighted else EQUAL
            false += bool(found(apart, drawn(case), weights).found)
        assert 3 <= false <= 20, (weighted, ties, false)


def test_draws_with_the_same_parameters_are_one() -> None:
    """Four years of each row say no more about the parameters than their means do."""
    rows = drawn(5, 16)
    table = pd.concat([rows] * 4, ignore_index=True)
    noise = np.random.default_rng(6).normal(size=DRAWS)
    apart = table["p0"].to_numpy() + noise
    one = found(apart, table)
    means = found(apart.reshape(4, 16).mean(0), rows, np.full(16, 1 / 16))
    assert one.rows == means.rows == 16
    np.testing.assert_allclose(one.by_chance, means.by_chance)
    assert one.by_chance > found(noise, drawn(7)).by_chance


def test_draws_that_count_nothing_do_not_matter() -> None:
    table = drawn(8)
    apart = table["p2"].to_numpy().copy()
    weights = np.where(np.arange(DRAWS) < 40, 1 / 40, 0.0)
    apart[40:] = 1e6
    assert found(apart, table, weights).found[0] == found(apart[:40], table[:40], np.full(40, 1 / 40)).found[0]


@pytest.mark.parametrize("apart", [np.ones(DRAWS), np.zeros(DRAWS)])
def test_a_difference_that_is_the_same_everywhere_hinges_on_nothing(apart: NDArray[Any]) -> None:
    told = found(apart, drawn(9))
    assert not told.found
    assert np.isnan(told.by_chance)


@pytest.mark.parametrize(("odd", "can"), [(1, False), (2, False), (8, True)])
def test_where_nearly_all_agree_nothing_can_be_found_and_that_is_said(odd: int, can: bool) -> None:
    """One of 16 sets stands apart: chance puts it at the end of some parameter in nearly every case."""
    table = drawn(3, 16, 100)
    order = np.argsort(table["p0"].to_numpy())
    apart = np.zeros(len(table))
    apart[order[:odd]] = 1.0  # as it would be if all hung on p0
    told = hinges(apart, np.full(len(table), 1 / len(table)), table, list(table.columns))
    assert (told.can_tell, told.odd) == (can, odd)
    assert ("p0" in [one.address for one in told.found]) == can
    assert told.largest >= told.by_chance
    words = _hinges(told, 1.0)
    assert (f"16 sets of them cannot tell, as all but {odd} of them agree" in words) != can
    assert "hinges on no single parameter" not in words


def test_two_sets_are_too_few() -> None:
    told = hinges(np.array([0.0, 1.0]), np.full(2, 0.5), drawn(3, 2), [""] * KINDS)
    assert not told.can_tell
    assert "2 sets of them cannot tell, as they are too few" in _hinges(told, 1.0)


def test_parameters_that_do_not_differ() -> None:
    none = hinges(np.arange(DRAWS), EQUAL, pd.DataFrame(index=range(DRAWS)), [])
    assert none.parameters == 0
    constant = found(np.arange(DRAWS), drawn(1).assign(p0=1.0))
    assert constant.parameters == KINDS - 1
    assert "p0" not in [one.address for one in constant.found]


def test_meanings_name_the_member_of_a_family() -> None:
    names = ["hardship.weight.bread", "power.contagion", "of.a.rival"]
    said = meanings(names, {"red": "Reds"}, {"bread": "Bread"})
    assert said[0].endswith("(Bread)")
    assert "(" not in said[1]
    assert said[2] == "of.a.rival"
