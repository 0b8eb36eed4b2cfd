"""Effects, causes, shares, verdicts: each where the answer is known."""

from __future__ import annotations

from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualpower.experiment.claims import judge
from dualpower.experiment.claims.causal import Effect, bounds, causes, effect
from dualpower.experiment.claims.contagion import critical_value
from dualpower.experiment.claims.shapley import shapley
from dualpower.experiment.claims.verdict import Verdict, of_effect, of_parameter, together
from dualpower.experiment.claims.words import amount, elsewhere
from dualpower.experiment.statistics import error_of_mean, paired_proportion
from dualpower.scenario.claims import ClaimOutcome, Measure, Parameter


def test_bounds_of_tian_and_pearl() -> None:
    necessity, sufficiency, both = bounds(0.7, 0.4)
    np.testing.assert_allclose(necessity, (3 / 7, 6 / 7))
    np.testing.assert_allclose(sufficiency, (0.5, 1.0))
    np.testing.assert_allclose(both, (0.3, 0.6))


def test_couplings_between_the_bounds() -> None:
    """Ten years each way: independent noise gives PN = .6, monotone coupling 3/7."""
    with_factor = np.repeat([1.0, 0.0], [70, 30])
    monotone = np.repeat([1.0, 0.0], [40, 60])
    independent = np.concatenate([np.repeat([1.0, 0.0], [28, 42]), np.repeat([1.0, 0.0], [12, 18])])
    assert causes(with_factor, monotone).necessity.coupled == pytest.approx(3 / 7)
    assert causes(with_factor, independent).necessity.coupled == pytest.approx(0.6)
    np.testing.assert_allclose(causes(with_factor, independent).both[1:], (0.3, 0.6))


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_no_coupling_leaves_the_bounds(pairs: list[tuple[bool, bool]]) -> None:
    with_factor, without = np.array(pairs, float).T
    for each in causes(with_factor, without):
        if np.isfinite(each.coupled):
            assert each.low - 1e-12 <= each.coupled <= each.high + 1e-12


def test_nothing_known_where_nothing_happens() -> None:
    none = causes(np.zeros(5), np.zeros(5))
    assert np.isnan(none.necessity.coupled)
    assert none.necessity[1:] == (0.0, 1.0)


def test_an_effect_of_zero_is_no_certainty_of_zero() -> None:
    same = effect(np.ones(50), np.ones(50), np.zeros(50), event=True)
    assert same.difference == 0
    assert same.low < 0 < same.high
    assert same.high < 0.05


@pytest.mark.statistical
def test_intervals_of_placebos_leave_zero_out_as_rarely_as_they_say() -> None:
    """90 % intervals of no effect: between 5 and 14 % of 600 leave zero out, for yes or no and for numbers."""
    rng = np.random.default_rng(7)
    outside = {True: 0, False: 0}
    for _ in range(600):
        factual, changed = (rng.random((2, 60)) < 0.4).astype(float)
        found = effect(factual, changed, np.zeros(60), event=True)
        outside[True] += not found.low <= 0 <= found.high
        found = effect(rng.normal(size=60), rng.normal(size=60), np.zeros(60), event=False)
        outside[False] += not found.low <= 0 <= found.high
    assert all(30 <= count <= 84 for count in outside.values()), outside


@pytest.mark.statistical
def test_draws_that_share_parameters_count_once() -> None:
    """Ten sets of parameters, each with twenty draws: the interval is as wide as ten values make it."""
    rng = np.random.default_rng(3)
    rows = np.arange(200) % 10
    by_row = rng.normal(size=10)
    apart = by_row[rows] + 0.01 * rng.normal(size=200)
    clustered = effect(np.zeros(200), apart, rows, event=False)
    alone = effect(np.zeros(10), by_row, np.arange(10), event=False)
    assert clustered.high - clustered.low == pytest.approx(alone.high - alone.low, rel=0.1)


def test_years_that_share_parameters_count_once_for_a_yes_or_no_too() -> None:
    """Four copies of each pair say what one of each says; where all or none share parameters, each counts."""
    rng = np.random.default_rng(5)
    factual, changed = (rng.random((2, 200)) < [[0.6], [0.4]]).astype(float)
    one = effect(factual, changed, np.arange(200), event=True)
    four = [np.tile(each, 4) for each in (factual, changed, np.arange(200))]
    copied = effect(*four, event=True)
    np.testing.assert_allclose((copied.low, copied.high), (one.low, one.high), atol=2e-3)
    assert effect(factual, changed, np.zeros(200), event=True)[2:5] == one[2:5]
    never = np.zeros(200)
    assert effect(never, never, np.arange(200) % 10, event=True).high > effect(never, never, never, event=True).high > 0


def test_error_of_a_weighted_mean() -> None:
    values = np.random.default_rng(1).normal(size=(50, 3))
    equal, alone = np.full(50, 1 / 50), np.arange(50)
    expected = values.std(0, ddof=1) / np.sqrt(50)
    np.testing.assert_allclose(error_of_mean(values, equal, alone), expected)
    np.testing.assert_allclose(error_of_mean(values, equal, np.zeros(50)), expected)
    twice = error_of_mean(np.repeat(values, 2, 0), np.full(100, 1 / 100), np.repeat(alone, 2))
    np.testing.assert_allclose(twice, expected)
    assert np.isinf(error_of_mean(values[:1], np.ones(1), np.zeros(1))).all()


def test_shares_of_shapley() -> None:
    """Glove game: one left glove, two right ones; 2/3, 1/6, 1/6 (a textbook value)."""
    value = {frozenset(chosen): float("left" in chosen and len(chosen) > 1)
             for size in range(4) for chosen in permutations(("left", "right", "other"), size)}  # fmt: skip
    found = shapley(("left", "right", "other"), {key: np.float64(one) for key, one in value.items()})
    np.testing.assert_allclose([found["left"], found["right"], found["other"]], [2 / 3, 1 / 6, 1 / 6])


@given(st.lists(st.floats(-5, 5), min_size=8, max_size=8))
def test_shares_add_up(numbers: list[float]) -> None:
    players = ("a", "b", "c")
    value = {
        frozenset(p for k, p in enumerate(players) if n >> k & 1): np.array([x, 2 * x]) for n, x in enumerate(numbers)
    }
    total = sum(shapley(players, value).values())
    np.testing.assert_allclose(total, value[frozenset(players)] - value[frozenset()], atol=1e-9)


def outcome(expects: str, matters: float = 0.1) -> ClaimOutcome:
    return ClaimOutcome(id="x", meaning="x", of="regime.y", date="1917-01-01", expects=expects, matters=matters)  # type: ignore[arg-type]


def found(low: float, high: float, draws: int = 50) -> Effect:
    return Effect(0.5, 0.5, (low + high) / 2, low, high, 1.0, 1.0, draws)


@pytest.mark.parametrize(
    ("ends", "expects", "verdict"),
    [
        ((0.2, 0.4), "higher", "supported"),
        ((-0.4, -0.2), "lower", "supported"),
        ((-0.4, -0.2), "higher", "contradicted"),
        ((-0.05, 0.05), "higher", "contradicted"),
        ((0.02, 0.09), "higher", "contradicted"),
        ((0.05, 0.3), "higher", "undecided"),
        ((-0.3, -0.05), "lower", "undecided"),
    ],
)
def test_rule_for_verdicts(ends: tuple[float, float], expects: str, verdict: Verdict) -> None:
    assert of_effect(found(*ends), outcome(expects)) == verdict
    assert of_effect(found(*ends, draws=9), outcome(expects)) == "undecided"


def test_a_claim_holds_only_if_all_of_it_does() -> None:
    assert together(["supported", "supported"]) == "supported"
    assert together(["supported", "contradicted"]) == "contradicted"
    assert together(["supported", "undecided"]) == "undecided"
    assert together([]) == "undecided"


def test_verdict_on_a_parameter() -> None:
    said = Parameter(address="power.contagion", critical=2.0, lasting=Measure(of="regime.y", date="1917-01-01"))  # type: ignore[arg-type]
    assert of_parameter(said, 0.95, 0.0, 200) == "supported"
    assert of_parameter(said, 0.05, 0.0, 200) == "contradicted"
    assert of_parameter(said, 0.95, 0.7, 200) == "contradicted"
    assert of_parameter(said, 0.5, 0.0, 200) == "undecided"


def test_critical_pull_of_authority() -> None:
    """2 in the symmetric limit; at the critical value of a mixed city the map of authority has slope 1."""
    assert critical_value(np.full((2, 5), 0.5), np.ones(5)) == pytest.approx(2.0)
    rng = np.random.default_rng(1)
    weight, one = rng.random(30), rng.random(30)
    least = critical_value(np.stack([one, 1 - one]), weight)
    backing = np.log(one / (1 - one))  # so that compliance is `one` where authority is shared equally

    def tomorrow(share: float) -> float:
        return float(weight @ (1 / (1 + np.exp(-(least * (2 * share - 1) + backing)))) / weight.sum())

    assert (tomorrow(0.5 + 1e-5) - tomorrow(0.5 - 1e-5)) / 2e-5 == pytest.approx(1.0, abs=1e-6)
    assert least > 2


def test_numbers_in_words() -> None:
    assert amount(0.333, event=True) == "0.33"
    assert amount(-0.0001, event=True, signed=True) == "0.00"
    assert amount(-0.0123, event=False, signed=True) == "-0.012"
    assert amount(146.6, event=False, signed=True) == "+147"
    assert amount(352806.2, event=False) == "352,806"
    assert amount(float("nan"), event=True) == "–"


def test_an_estimate_lies_in_its_interval_even_where_all_pairs_agree() -> None:
    found = effect(np.ones(12), np.zeros(12), np.arange(12), event=True)
    assert found.low == found.difference == -1
    assert -1 < found.high < -0.6


@given(st.lists(st.integers(-1, 1), min_size=20, max_size=40), st.integers(1, 4))
def test_draws_of_equal_weight_are_worth_their_number_and_repeats_are_worth_nothing(
    apart: list[int], times: int
) -> None:
    values, rows = np.array(apart, float), np.arange(len(apart))
    once = paired_proportion(values, np.full(len(values), 1 / len(values)), rows)
    count = len(values) * times
    again = paired_proportion(np.tile(values, times), np.full(count, 1 / count), np.tile(rows, times))
    gained, lost = (values > 0).sum() + 0.5, (values < 0).sum() + 0.5
    middle = (gained - lost) / (len(values) + 2)
    assert once == pytest.approx((middle, np.sqrt(gained + lost - (len(values) + 2) * middle**2) / (len(values) + 2)))
    assert again == pytest.approx(once, rel=0.06, abs=0.01)  # few clusters count as one fewer


def test_a_theory_without_weight_brings_no_draws() -> None:
    assert judge._worth([(0.5, 48), (0.5, 48)]) == 96
    assert judge._worth([(0.43, 1), (0.57, 3), (1e-11, 48)]) == 3


def test_a_parameter_that_was_never_fitted_decides_nothing() -> None:
    said = Parameter(address="power.contagion", critical=2.0, lasting=Measure(of=("dual_power",), date="1917-01-01"))
    claim = SimpleNamespace(parameter=said)
    values, lasting = np.full(48, 1.5), np.zeros(48)
    found = [judge.parameter(claim, values, None, lasting, drawn=drawn) for drawn in (True, False)]  # type: ignore[arg-type]
    assert [each["verdict"] for each in found if each] == ["contradicted", "undecided"]


def test_under_a_theory_a_claim_says_what_it_rests_on() -> None:
    row = {"name": "cascade", "verdict": "contradicted", "draws": 48, "difference": 0.0, "paired_sd": 0.0}
    assert elsewhere(row, event=True) == "Cascade: contradicted (no year comes out otherwise)."
    assert (
        elsewhere(row | {"difference": -0.3, "paired_sd": 0.2}, event=True)
        == "Cascade: contradicted (difference -0.30)."
    )
    assert "in 0.48 of the draws" in elsewhere(row | {"above": 0.479, "lasting": 0.0}, event=True)
