"""Effects, causes, shares, verdicts: each where the answer is known."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import expit

from dualpower.experiment.claims import judge
from dualpower.experiment.claims.causal import Effect, bounds, causes, effect
from dualpower.experiment.claims.contagion import critical_value
from dualpower.experiment.claims.separate import separating
from dualpower.experiment.claims.shapley import shapley
from dualpower.experiment.claims.verdict import Verdict, of_effect, of_parameter, together
from dualpower.experiment.claims.words import amount, elsewhere
from dualpower.experiment.statistics import error_of_mean, interval_of_mean, paired_proportion, probabilities
from dualpower.record import survey
from dualpower.scenario import Scenario
from dualpower.scenario.claims import Claim, ClaimOutcome, Measure, Parameter


@pytest.fixture
def number() -> Claim:
    """A claim about one number."""
    outcome = {
        "id": "n",
        "meaning": "a number",
        "of": "dual_power",
        "date": "1917-10-01",
        "expects": "higher",
        "matters": 0.1,
    }
    return Claim.model_validate({
        "id": "K", "title": "t", "claim": "c", "source": "s", "interventions": "set power.pace=0", "presupposes": "p",
        "supported": "s", "contradicted": "c", "outcomes": [outcome],
    })  # fmt: skip


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
    row = np.arange(100)
    assert causes(with_factor, monotone, row).necessity.coupled == pytest.approx(3 / 7)
    assert causes(with_factor, independent, row).necessity.coupled == pytest.approx(0.6)
    np.testing.assert_allclose(causes(with_factor, independent, row).both[1:3], (0.3, 0.6))


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_no_coupling_leaves_the_bounds(pairs: list[tuple[bool, bool]]) -> None:
    with_factor, without = np.array(pairs, float).T
    for each in causes(with_factor, without, np.arange(len(pairs))):
        assert 0 <= each.least <= each.low + 1e-12
        assert each.high - 1e-12 <= each.most <= 1
        if np.isfinite(each.coupled):
            assert each.low - 1e-12 <= each.coupled <= each.high + 1e-12


def test_bounds_with_their_error_cover_the_true_ones() -> None:
    rng = np.random.default_rng(5)
    true = bounds(0.8, 0.3)
    found = [causes(rng.random(60) < 0.8, rng.random(60) < 0.3, np.arange(60)) for _ in range(400)]
    for number, (low, high) in enumerate(true):
        held = np.mean([each[number].least <= low and high <= each[number].most for each in found])
        assert held > 0.87  # 0.9 asked for; three standard errors of 400 are 0.045


def test_nothing_known_where_nothing_happens() -> None:
    none = causes(np.zeros(5), np.zeros(5), np.arange(5))
    assert np.isnan(none.necessity.coupled)
    assert none.necessity[1:] == (0.0, 1.0, 0.0, 1.0)


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


def orders(pull: float, backing: np.ndarray, weight: np.ndarray) -> int:
    """How many stable orders there are: where authority comes to rest, from everywhere."""
    share = np.linspace(0, 1, 401)
    for _ in range(4000):
        share = expit(pull * (2 * share[:, None] - 1) + backing) @ (weight / weight.sum())
    return len(np.unique(share.round(4)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_above_the_critical_pull_of_a_mixed_city_the_weaker_side_can_hold_too(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weight, backing = rng.random(30), 0.6 * rng.normal(size=30) + rng.choice([-0.4, 0.4])
    least = float(critical_value(backing, weight))
    assert least > 2
    assert orders(0.995 * least, backing, weight) == 1
    assert orders(1.005 * least, backing, weight) == 2
    assert float(critical_value(-backing, weight)) == pytest.approx(least)


def test_critical_pull_in_its_closed_forms() -> None:
    """2 without backing; for identical units h / (2 Phi - 1) where its slope is 0, by a search of its own."""
    assert float(critical_value(np.zeros(5), np.ones(5))) == pytest.approx(2.0, abs=1e-6)
    for backing in (0.3, 1.0, 2.5):
        best = minimize_scalar(lambda h, b=backing: h / (2 * expit(h + b) - 1), bounds=(-40, -backing - 1e-6),
                               method="bounded")  # fmt: skip
        found = critical_value(np.array([[backing] * 4, [-backing] * 4]), np.ones(4))
        np.testing.assert_allclose(found, best.fun, rtol=1e-3)


@pytest.mark.parametrize(("spread", "worth"), [(0.01, 200), (1.5, 36), (2.5, 9), (3.5, 4)])
def test_intervals_of_weighted_means_cover_however_few_draws_have_the_weight(spread: float, worth: float) -> None:
    rng = np.random.default_rng(2)
    held, effective = [], []
    for _ in range(1000):
        weight = np.exp(spread * rng.normal(size=200))
        weight /= weight.sum()
        low, high = interval_of_mean(rng.normal(size=200), weight, np.arange(200))
        held.append(low <= 0 <= high)
        effective.append(1 / (weight**2).sum())
    assert np.median(effective) == pytest.approx(worth, rel=0.2)
    assert 0.87 < np.mean(held) < 0.97  # three standard errors are 0.03; where very few count it is on the safe side


def test_draws_that_share_parameters_are_worth_less_than_their_number() -> None:
    rng = np.random.default_rng(3)
    held = []
    for _ in range(300):
        chance, row = rng.beta(0.3, 0.3, 100), np.arange(1000) % 100
        ends = np.where(rng.random(1000) < chance[row], "fell", "held")
        low, high = probabilities(ends, ("fell", "held"), row).loc["fell", ["low", "high"]]
        held.append(low <= 0.5 <= high)
    assert 0.85 < np.mean(held) < 0.95


def years(claim: Claim, factual: list[float], changed: list[float], among: list[bool]) -> judge.Draws:
    rows = np.arange(len(factual))
    return judge.Draws(claim, np.array([factual]), {claim.interventions: np.array([changed])}, np.array(among), rows)


def test_a_mixture_weighs_theories_by_how_often_their_years_count(number: Claim) -> None:
    """Two years of 48 in which it costs the outcome, beside 48 of 48 that gain a little: (2 (-1) + 48 (.02)) / 50."""
    rare = years(number, [1.0] * 48, [0.0] * 48, [True, True] + [False] * 46)
    common = years(number, [0.0] * 48, [0.02] * 48, [True] * 48)
    found = judge.stacked(number, {"a": rare, "b": common}, {"a": 0.5, "b": 0.5}, {"a": None, "b": None})
    assert found is not None
    assert found["difference"] == pytest.approx((2 * -1 + 48 * 0.02) / 50)
    assert judge.stacked(number, {"a": rare}, {"a": 0.0}, {"a": None}) is None
    alone = judge.stacked(number, {"a": rare, "b": common}, {"a": 0.0, "b": 0.3}, {"a": None, "b": None})
    assert alone is not None
    assert (alone["difference"], alone["weights"]) == (pytest.approx(0.02), {"b": 1.0})


def test_an_effect_has_moved_if_it_has_on_the_same_draws(number: Claim) -> None:
    rng = np.random.default_rng(4)
    noise, own = rng.normal(size=48), rng.normal(0, 0.01, 48)
    plain = years(number, [0.0] * 48, (0.3 + noise).tolist(), [True] * 48)
    shifted = years(number, [0.0] * 48, (0.2 + noise + own).tolist(), [True] * 48)
    alike = years(number, [0.0] * 48, (0.3 + noise + own).tolist(), [True] * 48)
    assert judge.moved(number, plain, shifted)  # far less than the spread of the draws, but in all of them
    assert judge.moved(number, plain, alike) is False
    few = years(number, [0.0] * 48, [1.0] * 48, [True] * 5 + [False] * 43)
    assert judge.moved(number, plain, few) is None


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


def as_observed(scenario: Scenario, last: str) -> tuple[int, Callable[[str], int], np.ndarray[Any, Any]]:
    """Days lived, the column of a target, and what twelve draws say that have all targets by a day as observed."""
    lived = scenario.day_index(last) + 1
    days = scenario.days(scenario.spec.calendar.latest)
    seen = [one for one in survey(scenario, scenario.targets, days, strict=True).observations if one.end <= lived]
    return lived, [one.id for one in seen].index, np.array([[one.value for one in seen]] * 12)


def test_the_separating_observation_is_named_right_in_years_that_end_before_the_last_target(
    petrograd: Scenario,
) -> None:
    lived, at, same = as_observed(petrograd, "1917-10-24")
    apart = same.copy()
    apart[:, at("H13")] *= 5
    done: Any = [SimpleNamespace(setting=name, first=0, observed=table) for name, table in (("a", same), ("b", apart))]
    rows = [{"name": "a", "verdict": "supported"}, {"name": "b", "verdict": "contradicted"}]
    found = separating(petrograd, rows, done, 12, lived)
    assert found is not None
    assert (found["target"], found["theories"]) == ("H13", ["a", "b"])
    assert found["predicted"] == pytest.approx([20000, 100000], rel=0.3)


def test_what_supports_and_what_contradicts_is_set_apart_by_a_target_that_one_of_them_comes_near(
    petrograd: Scenario,
) -> None:
    lived, at, same = as_observed(petrograd, "1917-10-31")
    tables = {name: same.copy() for name in "abc"}
    for name, target, factor in (("a", "C05", 3), ("b", "C05", 1 / 9), ("b", "H13", 5), ("c", "C01", 40)):
        tables[name][:, at(target)] *= factor
    done: Any = [SimpleNamespace(setting=name, first=0, observed=table) for name, table in tables.items()]
    rows = [{"name": name, "verdict": verdict}
            for name, verdict in (("a", "supported"), ("b", "contradicted"), ("c", "undecided"))]  # fmt: skip
    found = separating(petrograd, rows, done, 12, lived)
    assert found is not None
    # C01 lies farther apart, but c decides nothing; C05, too, but neither a nor b comes near to it.
    assert (found["target"], found["theories"]) == ("H13", ["a", "b"])
    found = separating(petrograd, rows[::2], done, 12, lived)
    assert found is not None
    assert (found["target"], found["theories"]) == ("C01", ["a", "c"])
