"""What is found about a claim, from a dozen draws that can be counted by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dualpower.experiment.claims import ClaimsResult, judge
from dualpower.experiment.claims import swapped as coins
from dualpower.experiment.claims.causal import bounds
from dualpower.experiment.claims.measure import Place, taken
from dualpower.experiment.claims.plan import Setting
from dualpower.experiment.claims.swapped import swapped
from dualpower.experiment.claims.words import mattering, pairs
from dualpower.scenario.claims import Claim, Measure

MADE, ALSO = ("set power.pace=0",), ("do speech=never",)


def claim(expects: str = "lower", of: str = "regime.council", **more: Any) -> Claim:
    outcome = {"id": "x", "meaning": "x", "of": of, "date": "1917-10-01", "expects": expects, "matters": 0.1}
    said = {"id": "K", "title": "t", "claim": "c", "source": "s", "interventions": MADE, "presupposes": "p",
            "supported": "s", "contradicted": "c", "outcomes": [outcome]}  # fmt: skip
    return Claim.model_validate(said | more)


def draws(said: Claim, factual: list[float], **changed: list[float]) -> judge.Draws:
    """Years that all count, each with parameters of its own; `made` are those of the claim's own interventions."""
    names = {"made": MADE, "also": ALSO, "both": MADE + ALSO}
    rows = np.arange(len(factual))
    variants = {names[name]: np.array([values]) for name, values in changed.items()}
    return judge.Draws(said, np.array([factual]), variants, np.ones(len(factual), bool), rows)


def setting(event: str = "") -> Setting:
    nothing: Any = None
    return Setting("a setting", "call", nothing, nothing, event)


@pytest.mark.parametrize("expects", ["lower", "higher"])
def test_a_factor_is_necessary_for_what_its_removal_ends(expects: str) -> None:
    """With it 6 of 10 years, 4 of which lose it without; of 8 years that lack it without, 4 have it with the factor."""
    with_factor, without = np.repeat([1.0, 0.0], [6, 4]), np.repeat([1.0, 0.0], [2, 8])
    years = (with_factor, without) if expects == "lower" else (1 - with_factor, 1 - without)
    said = claim(expects)
    causes = judge.outcomes(draws(said, years[0].tolist(), made=years[1].tolist()))[0]["causes"]
    assert causes["necessity"]["coupled"] == pytest.approx(4 / 6)
    assert causes["sufficiency"]["coupled"] == pytest.approx(4 / 8)
    assert causes["both"]["coupled"] == pytest.approx(4 / 10)


def test_bounds_of_a_rare_event() -> None:
    necessity, sufficiency, both = bounds(0.3, 0.2)
    assert necessity == pytest.approx((1 / 3, 1.0))
    assert sufficiency == pytest.approx((0.125, 0.375))
    assert both == pytest.approx((0.1, 0.3))


def test_the_table_of_outcomes_has_each_probability_in_its_own_column() -> None:
    said = claim()
    years = draws(said, [1.0] * 6 + [0.0] * 4, made=[1.0] * 2 + [0.0] * 8)
    row = ClaimsResult({"claims": [{"id": "K", "outcomes": judge.outcomes(years)}]}).outcomes.iloc[0]
    assert row[["pn", "ps", "pns"]].tolist() == pytest.approx([4 / 6, 4 / 8, 4 / 10])
    assert row[["pn_low", "ps_low", "pns_low"]].tolist() == pytest.approx([4 / 6, 4 / 8, 4 / 10])
    assert row[["pn_high", "ps_high", "pns_high"]].tolist() == pytest.approx([1.0, 0.6 / 0.8, 0.6])


@pytest.mark.parametrize("verdict", ["supported", "contradicted", "undecided"])
def test_only_a_placebo_that_does_as_much_takes_a_support_away(verdict: str) -> None:
    rows = [{"decides": True, "verdict": "supported"}, {"decides": False, "verdict": "contradicted"}]
    placebo = {"verdict": verdict}
    expected = ("undecided", "a placebo does as much") if verdict == "supported" else ("supported", "")
    assert judge.overall(rows, None, [placebo]) == expected
    assert judge.overall([{"decides": True, "verdict": "contradicted"}], None, [placebo]) == ("contradicted", "")


def test_a_placebo_that_moves_its_outcome_is_named() -> None:
    parts = [{"id": name, "meaning": f"a {name}", "changes": changes} for name, changes in
             (("mover", ALSO), ("idler", MADE + ALSO))]  # fmt: skip
    said = claim(placebos=parts)
    years = draws(said, [1.0] * 12, made=[0.0] * 12, also=[0.0] * 12, both=[1.0] * 12)
    rows = judge.variants(years, "placebos")
    assert [row["zero"] for row in rows] == [False, True]
    assert judge.spoiled(rows) == ["a mover"]


@pytest.mark.parametrize("of", ["regime.council", "council.assembly.party"])
def test_one_interval_in_ten_leaves_zero_out_where_coins_swap_the_years(of: str) -> None:
    rng, event = np.random.default_rng(5), of.startswith("regime")
    base = rng.random(200)
    factual, changed = (base < 0.8, base < 0.3) if event else (base + 5, base + rng.normal(1, 2, 200))
    found = draws(claim(of=of), list(map(float, factual)), made=list(map(float, changed)))
    told = swapped(found, deals=4000)
    assert told["intervals"] == 4000
    assert 0.08 < told["outside"] / 4000 < 0.115  # four standard errors, and the steps of whole pairs
    assert swapped(found) == swapped(found)


def test_coins_find_intervals_that_are_too_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(6)
    found = draws(
        claim(), list((rng.random(100) < 0.5).astype(float)), made=list((rng.random(100) < 0.5).astype(float))
    )
    whole = coins.effect
    halved = {"low": 0.5, "high": 0.5}

    def narrow(*given: Any, **more: Any) -> Any:
        made = whole(*given, **more)
        return made._replace(
            **{end: made.difference + by * (getattr(made, end) - made.difference) for end, by in halved.items()}
        )

    monkeypatch.setattr(coins, "effect", narrow)
    assert swapped(found, deals=1000)["outside"] > 300


def test_years_that_are_the_same_have_nothing_to_swap() -> None:
    assert swapped(draws(claim(), [1.0, 0.0], made=[1.0, 0.0])) == {"intervals": 0, "outside": 0}


@pytest.mark.parametrize(("expects", "sign"), [("lower", 1.0), ("higher", -1.0)])
def test_a_player_has_the_mean_of_what_it_adds_in_either_order(expects: str, sign: float) -> None:
    """10 with both, 6 without the first, 9 without the second, 4 without both: (5 + 4) / 2 and (2 + 1) / 2 of 6."""
    players = [{"id": "a", "name": "A", "without": MADE}, {"id": "b", "name": "B", "without": ALSO}]
    said = claim(expects, "strikers", players=players)
    rows = judge.shares(draws(said, [10.0] * 12, made=[6.0] * 12, also=[9.0] * 12, both=[4.0] * 12))
    assert [row["value"] for row in rows] == pytest.approx([4.5 * sign, 1.5 * sign])
    assert [row["total"] for row in rows] == pytest.approx([6 * sign] * 2)
    assert [row["share"] for row in rows] == pytest.approx([0.75, 0.25])


def about_a_number() -> Claim:
    lasting = {"of": "regime.council", "date": "1917-10-01"}
    return claim(parameter={"address": "power.contagion", "critical": 2.0, "lasting": lasting})


def test_a_number_is_judged_by_the_critical_value_of_its_own_draw() -> None:
    """All below the limit of 2, but three in four of those that have a critical value of their own are above it."""
    values, never = np.full(40, 1.5), np.zeros(40)
    critical = np.array([1.0, 1.2, 1.4, 1.6] * 5 + [np.nan] * 20)
    found = judge.parameter(about_a_number(), values, critical, never, drawn=True)
    assert found is not None
    assert (found["above"], found["above_actual"], found["best_above"]) == (0.0, 0.75, 0.75)
    assert found["actual_critical"] == pytest.approx(1.3)
    assert found["verdict"] == "undecided"
    few = judge.parameter(about_a_number(), values, np.array([1.0] * 9 + [np.nan] * 31), never, drawn=True)
    assert few is not None  # nine years are too few to say anything
    assert (few["above_actual"], few["best_above"]) == (None, 0.0)
    everywhere = judge.parameter(about_a_number(), values, np.ones(40), never, drawn=True)
    assert everywhere is not None
    assert everywhere["verdict"] == "supported"


def test_under_a_theory_a_claim_about_a_number_is_judged_by_that_number() -> None:
    said = about_a_number()
    years = draws(said, [1.0] * 40, made=[0.0] * 40)
    assert years.verdict(MADE) == "supported"
    number = judge.parameter(said, np.full(40, 1.5), None, np.zeros(40), drawn=True)
    row = judge.under(said, setting(), years, number)
    assert row is not None
    assert (row["verdict"], row["above"], row["lasting"]) == ("contradicted", 0.0, 0.0)
    plain = judge.under(claim(), setting(), years, None)
    assert plain is not None
    assert plain["verdict"] == "supported"


@pytest.mark.parametrize(("weight", "verdict"), [(0.75, "undecided"), (0.9, "supported"), (0.0, "contradicted")])
def test_theories_together_judge_a_number_by_their_weights(weight: float, verdict: str) -> None:
    """Above the critical value in all draws of one, in half, or none, of the other: .875, .95, 0; .9 would support."""
    said = about_a_number()
    years = draws(said, [0.0] * 40, made=[0.0] * 40)
    other = 0.5 if weight else 0.0
    numbers = {name: {"best_above": above, "lasting": 0.0, "draws": 40} for name, above in (("a", 1.0), ("b", other))}
    found = judge.stacked(said, {"a": years, "b": years}, {"a": weight, "b": 1 - weight}, numbers)
    assert found is not None
    assert found["above"] == pytest.approx(weight + (1 - weight) * other)
    assert found["verdict"] == verdict


def test_a_setting_that_switches_off_the_claims_own_event_says_nothing() -> None:
    said = claim(interventions=ALSO)
    years = draws(said, [1.0] * 12, also=[0.0] * 12)
    assert judge.under(said, setting("speech"), years, None) is None
    assert judge.under(said, setting("strike"), years, None) is not None


def test_theories_that_share_their_chance_err_together() -> None:
    """The same differences in both: the mixture is as unsure as one of them; opposite ones: as if each by itself."""
    said = claim("higher", "dual_power")
    noise = np.random.default_rng(1).normal(size=48)
    one, turned = (draws(said, [0.0] * 48, made=(0.3 + sign * (noise - noise.mean())).tolist()) for sign in (1, -1))
    alone = one.effect(0, MADE)
    halves = []
    for other in (one, turned):
        mixed = judge.stacked(said, {"a": one, "b": other}, {"a": 0.5, "b": 0.5}, {"a": None, "b": None})
        assert mixed is not None
        assert mixed["difference"] == pytest.approx(0.3)
        halves.append((mixed["high"] - mixed["low"]) / (alone.high - alone.low))
    assert halves == pytest.approx([1.0, np.sqrt(0.5)], rel=0.02)  # Student's t of 96 draws for that of 48


@pytest.mark.parametrize(("expects", "words"), [("lower", "-0.10"), ("higher", "+0.10")])
def test_what_would_matter_has_the_sign_that_the_claim_expects(expects: str, words: str) -> None:
    assert mattering({"expects": expects, "matters": 0.1, "event": True, "factual": 0.5, "changed": 0.4}) == words


def test_numbers_of_an_outcome_are_written_alike() -> None:
    deaths = {"expects": "lower", "matters": 5.0, "event": False, "factual": 24.0, "changed": 12.0}
    assert mattering(deaths) == "-5"
    assert mattering({**deaths, "factual": 4.0, "changed": None}) == "-5.000"


@pytest.mark.parametrize(("take", "expected"), [("last", np.nan), ("mean", 0.3), ("max", 0.4), ("sum", 0.6)])
def test_a_body_has_no_share_on_days_on_which_it_does_not_sit(take: str, expected: float) -> None:
    """It sits on the second and third of four days, in another draw never: what is looked at ends with the fourth."""

    class Days(Place):
        def __init__(self) -> None:
            self.axes = {"council": (("soviet",), ("red",))}

        def day(self, date: str) -> int:
            return int(date[-2:]) - 1

    made = {"of": "council.soviet.red", "date": "1917-01-01", "date_end": "1917-01-04", "take": take}
    arrays = {
        "delegates": np.array([[0.0, 0.4, 0.2, 0.0], np.zeros(4)])[:, :, None, None],
        "seats": np.array([[0.0, 9.0, 9.0, 0.0], np.zeros(4)])[:, :, None],
    }
    found = taken(Measure.model_validate(made), arrays, np.zeros((2, 0)), Days())
    assert found == pytest.approx([expected, np.nan], nan_ok=True)
    assert taken(Measure.model_validate(made | {"at_least": 0.1}), arrays, np.zeros((2, 0)), Days())[1] == 0.0


def test_an_outcome_is_asked_of_pairs_that_have_it_in_both_years() -> None:
    found = draws(claim(of="council.soviet.red"), [0.5, 0.5, np.nan, 0.5], made=[0.4, np.nan, np.nan, 0.2])
    (row,) = judge.outcomes(found)
    assert row["draws"] == 2
    assert row["difference"] == pytest.approx(-0.2)
    assert pairs(row, 4) == " (in 2 of 4 pairs: those in which the body sits in both years)"
    assert pairs(row, 2) == ""


@pytest.mark.parametrize(("take", "expected"), [("last", 4.0), ("mean", 3.0), ("max", 5.0), ("sum", 12.0)])
def test_several_days_become_one_number(take: str, expected: float) -> None:
    """Days 1 to 4 of 9, 0, 5, 3, 4, 9: the days around them do not count."""

    class Days(Place):
        def __init__(self) -> None:
            pass

        def day(self, date: str) -> int:
            return int(date[-2:])

    made = Measure.model_validate({"of": "deaths", "date": "1917-01-01", "date_end": "1917-01-04", "take": take})
    arrays = {"deaths": np.array([[9.0, 0.0, 5.0, 3.0, 4.0, 9.0]])}
    assert taken(made, arrays, np.zeros((1, 0)), Days()) == pytest.approx([expected])
