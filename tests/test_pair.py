"""Pairs of ensembles: what differs, when first, how they end, and draws weighted by the record."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import xarray as xr
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import dualpower as dp
from dualpower.cli import main
from dualpower.experiment import Ensemble
from dualpower.experiment.abduction import record_weights, truncated
from dualpower.experiment.alike import differ, largest
from dualpower.experiment.drawn import drawn_parameters
from dualpower.experiment.pair import Pair
from dualpower.experiment.pair_draws import weighted_quantiles
from dualpower.experiment.pair_words import Question, _difference, _events_asked_for, both_styles
from dualpower.run import RunError
from dualpower.scenario import Scenario
from dualpower.scenario.calendar import Calendar

UNTIL, DRAWS = "1917-04-20", 16


@pytest.fixture(scope="module")
def two(petrograd: Scenario) -> tuple[Ensemble, Ensemble]:
    other = petrograd.do("lenin-returns", "never")
    one, changed = (dp.simulate(each, draws=DRAWS, seed=1, until=UNTIL) for each in (petrograd, other))
    return one, changed


@pytest.fixture(scope="module")
def both(two: tuple[Ensemble, Ensemble]) -> Pair:
    return dp.compare(*two)


def test_ensembles_that_were_made_otherwise_say_so(petrograd: Scenario) -> None:
    one, other = (dp.simulate(petrograd, draws=2, seed=1, until="1917-02-01", noise=noise) for noise in (True, False))
    assert dp.compare(one, other).words.startswith(
        "The two differ in noise (True and False), which is no intervention: what differs may be the doing of that."
    )
    assert "which is no intervention" not in dp.compare(one, one).words
    assert "<pre>2 pairs, from the first day" in dp.compare(one, other)._repr_html_()
    assert "<th>Tsarism</th>\n      <td>1</td>" in one._repr_html_()


def test_figures_are_had_by_name(both: Pair, two: tuple[Ensemble, Ensemble]) -> None:
    seats = both.figure("delegates", council="petrograd_soviet", party="bolshevik")
    title = seats.get_suptitle()
    assert title.endswith(": Bolsheviks")
    assert all(axes.get_position().y1 < 0.9 for axes in seats.axes)  # there is room for it
    assert [axes.get_title("left") or axes.get_title() for axes in both.figure("regime").axes] == [
        "unchanged",
        "changed",
    ]
    assert both.figure("regime", regime="dual_power").get_suptitle() != title
    with pytest.raises(RunError, match="say which council, party"):
        both.figure("delegates")
    for name in ("regimes", "counts", "petrograd_soviet"):
        assert len(two[0].figure(name).axes) == {"regimes": 1, "counts": 3, "petrograd_soviet": 1}[name]
    with pytest.raises(RunError, match=r"no figure 'count': one of regimes, counts, .*did you mean \"counts\"\?"):
        two[0].figure("count")


@pytest.mark.slow
def test_the_first_difference(both: Pair) -> None:
    days = both.factual.dataset["event_day"].sel(event="lenin-returns").to_numpy()
    for date, day in zip(both.firsts, days, strict=True):
        assert date == (None if day < 0 else both.factual.dates[day])
    assert both.first == min(date for date in both.firsts if date)


@pytest.mark.slow
def test_differences(both: Pair) -> None:
    at = {"party": "bolshevik", "topic": "war"}
    found = both.difference("line", **at)
    one, two = (each.dataset["line"].sel(at).to_numpy().astype(float) for each in (both.factual, both.other))
    np.testing.assert_allclose(found["difference"], (two - one).mean(0), atol=1e-9)
    last = found.iloc[-1]
    assert last["low_90"] <= last["difference"] <= last["high_90"] <= 0
    assert last["low"] <= last["difference"] <= last["high"] < 0
    returned = both.factual.dataset["event_day"].sel(event="lenin-returns").to_numpy() >= 0
    np.testing.assert_array_equal((two - one)[:, -1] < 0, returned)  # in a year that left history he may come later
    assert returned.any()
    among = np.sort((two - one)[:, -1])
    assert among[0] <= last["low_90"] <= np.quantile(among, 0.25)
    assert np.quantile(among, 0.75) <= last["high_90"] <= among[-1]
    assert (found.loc[:"1917-03-01", "difference"] == 0).all()
    ruled = both.difference("regime", regime="dual_power")
    shares = both.factual.regime_shares()["dual_power"].to_numpy()
    np.testing.assert_allclose(ruled["factual"], shares)
    with pytest.raises(RunError, match='no party "bolsheviks"'):
        both.difference("line", party="bolsheviks", topic="war")
    with pytest.raises(RunError, match="say which topic"):
        both.difference("line", party="bolshevik")
    with pytest.raises(RunError, match="no variable"):
        both.difference("lines")


def test_intervals_of_shares_do_not_leave_what_is_possible() -> None:
    dates, names = ["1917-01-01"], ("dual_power", "strikers")

    def fake(values: list[float]) -> Any:
        data = xr.Dataset({name: (("draw", "date"), np.array(values)[:, None]) for name in names})
        return SimpleNamespace(dataset=data, rows=np.arange(len(values)), dates=dates, draws=len(values))

    apart = Pair(fake([0.0, 0.0, 0.0]), fake([1.0, 1.0, 0.9]), None, np.full(3, 1 / 3))
    share, count = (apart.difference(name).iloc[0] for name in names)
    assert count["high"] > 1
    assert share["high"] == 1
    assert share["low"] == count["low"]


@pytest.mark.slow
def test_outcomes(both: Pair) -> None:
    assert both.outcomes.to_numpy().sum() == pytest.approx(1)
    ends = both.factual.outcomes["outcome"].value_counts(normalize=True)
    np.testing.assert_allclose(both.outcomes.sum(axis=1)[ends.index], ends)
    assert both.effective_sample_size == pytest.approx(DRAWS)


@pytest.mark.slow
def test_a_fork_weighs_by_the_record(two: tuple[Ensemble, Ensemble]) -> None:
    forked = dp.compare(*two, fork="1917-03-31")
    assert forked.weights.sum() == pytest.approx(1)
    assert 1 <= forked.effective_sample_size < DRAWS
    plain = dp.compare(*two)
    strikers = [each.difference("strikers").loc["1917-02-25", "factual"] for each in (plain, forked)]
    record = 230_000  # between the bands of the record for that day; the weighted mean must not be farther from it
    assert abs(strikers[1] - record) <= abs(strikers[0] - record) + 5_000
    nothing = record_weights(two[0], "1917-01-02", np.ones(DRAWS, bool))
    np.testing.assert_allclose(nothing, 1 / DRAWS)
    left = record_weights(two[0], "1917-03-31", np.arange(DRAWS) != 3)
    assert left[3] == 0
    with pytest.raises(RunError, match="before the fork"):
        dp.compare(*two, fork="1917-04-18")
    with pytest.raises(RunError, match="on their second day or later"):
        dp.compare(*two, fork="1917-01-01")


@pytest.mark.slow
def test_the_record_weighs_the_draws_of_its_own_posterior_once(petrograd: Scenario) -> None:
    """Where chance moves nothing they count alike; draws of another table have been weighed by nothing yet."""
    path = {"draws": DRAWS, "until": "1917-02-24", "imposed": True, "noise": False}
    everyone = np.ones(DRAWS, bool)
    own = dp.simulate(petrograd, **path)
    np.testing.assert_allclose(record_weights(own, "1917-02-24", everyone), 1 / DRAWS, atol=1e-6)
    table = drawn_parameters(petrograd)
    assert table is not None
    others = record_weights(dp.simulate(petrograd, parameters=table[::-1], **path), "1917-02-24", everyone)
    assert others.max() > 1.2 / DRAWS
    freed = record_weights(dp.simulate(petrograd, draws=DRAWS, until="1917-02-24"), "1917-02-24", everyone)
    assert freed.std() > 0


def test_one_lucky_draw_does_not_speak_for_all() -> None:
    lucky = np.ones(100)
    lucky[7] = 901.0  # the mean is 10, and none counts more than ten times that
    assert truncated(lucky).tolist() == [1.0] * 7 + [100.0] + [1.0] * 92
    even = np.linspace(0.5, 1.5, 9)
    np.testing.assert_array_equal(truncated(even), even)


@pytest.mark.slow
def test_an_event_that_does_not_come_about_is_told(two: tuple[Ensemble, Ensemble], petrograd: Scenario) -> None:
    late = dp.simulate(petrograd.do("october-insurrection", "1917-03-20"), draws=DRAWS, seed=1, until=UNTIL)
    said = dp.compare(two[0], late).words
    assert said.startswith("“The October insurrection” comes about in none of the changed years (it presupposes ")
    assert "; where it does not, the unchanged year is without it, too.\n" in said
    assert said.endswith("On the last day nothing differs.")


def test_words_have_both_styles_only_in_the_old_calendar_and_say_which_deaths() -> None:
    assert both_styles(Calendar("julian"), "1917-10-31") == "1917-10-31 (1917-11-13 New Style)"
    assert both_styles(Calendar("gregorian"), "1921-03-31") == "1921-03-31"
    row = dict.fromkeys(("factual", "other", "difference", "low", "high"), 1.0)
    said = _difference(Question("deaths", "deaths", {}), "1921-03-31", row)
    assert "what differs most clearly is “deaths” (of that day alone), 1 unchanged" in said


def test_ways_that_mean_absence_are_not_missed(petrograd: Scenario) -> None:
    made = [("kornilov-march", "stay"), ("lenin-returns", "never"), ("july-restraint", "insurrection")]
    index = {"interventions": [{"kind": "do", "target": event, "value": value} for event, value in made]}
    plain = SimpleNamespace(index={"interventions": []}, scenario=petrograd)
    both: Any = SimpleNamespace(factual=plain, other=SimpleNamespace(index=index))
    assert _events_asked_for(both) == ["july-restraint"]


@pytest.mark.slow
def test_it_speaks_in_words(both: Pair, two: tuple[Ensemble, Ensemble], petrograd: Scenario) -> None:
    said = both.words
    day = f"{UNTIL} (1917-05-03 New Style)"
    assert said.startswith(f"On {day} no regime differs in its share of years; what differs most clearly is “")
    assert "90 % interval" in said
    assert "It hinges on" in said
    assert "under rival theories: dualpower claims petrograd-1917 --claim K2. What of that is put in by hand:" in said
    assert both.summary()["words"] == said
    assert both.hinges("dual_power").rows == DRAWS
    with pytest.raises(RunError, match="no day from"):
        both.hinges("dual_power", "1917-12-31")
    assert dp.compare(two[0], two[0]).words == "On the last day nothing differs."
    point = [
        dp.simulate(each, draws=DRAWS, seed=1, until="1917-02-27", parameters="point")
        for each in (petrograd, petrograd.set("mobilisation.grievance", 0.0))
    ]
    said = dp.compare(*point).words
    assert re.match(
        r"On 1917-02-27 \(1917-03-12 New Style\) (none|all|[\d.]+ %) of the unchanged years are under “", said
    )
    assert "All years have the same parameters, so it says nothing about what is not known of them.\n" in said
    assert "Of those who act, “marchers” differ most, on 1917-02-2" in said


@pytest.mark.slow
def test_what_is_no_pair(two: tuple[Ensemble, Ensemble], petrograd: Scenario) -> None:
    with pytest.raises(RunError, match="nothing pairs them"):
        dp.compare(two[0], dp.simulate(petrograd, draws=DRAWS, seed=2, until=UNTIL))
    with pytest.raises(RunError, match="different dates"):
        dp.compare(two[0], dp.simulate(petrograd, draws=DRAWS, seed=1, until="1917-01-05"))
    run = dp.simulate(petrograd, until="1917-01-05")
    with pytest.raises(RunError, match="an Ensemble and a Run cannot be compared"):
        dp.compare(two[0], run)  # type: ignore[call-overload]
    with pytest.raises(RunError, match="an int and a Scenario cannot be compared"):
        dp.compare(1, petrograd)  # type: ignore[call-overload]
    with pytest.raises(RunError, match="only ensembles"):
        dp.compare(run, run, fork="1917-01-03")  # type: ignore[call-overload]


@pytest.mark.slow
def test_it_shows_itself(both: Pair, tmp_path: Path) -> None:
    said = str(both)
    assert f"{DRAWS} pairs, from the first day" in said
    assert "How they end" in said
    json.dumps(both.summary())
    both.save(tmp_path)
    page = (tmp_path / "compare.html").read_text()
    assert both.words.split(":")[0] in html.unescape(page)
    for words in (
        "two years side by side",
        "lenin-returns=never</code>.",
        ">persons</text>",
        'type="range"',
        "Petrograd Soviet",
        "unchanged",
    ):
        assert words in page, words
    assert "http" not in page.replace("http://www.w3.org", "")
    assert {path.name for path in tmp_path.iterdir()} == {"compare.html", "differences.csv", "outcomes.csv"}


@pytest.mark.slow
def test_the_command(tmp_path: Path) -> None:
    words = ["compare", "petrograd-1917", "--do", "womens-day=never", "--until", "1917-03-01"]
    told = CliRunner().invoke(main, [*words, "--draws", "2", "-o", str(tmp_path / "out")])
    assert told.exit_code == 0, told.stderr
    assert "First difference on 1917-02-23; 2 pairs differ" in told.stdout
    assert (tmp_path / "out" / "compare.html").exists()
    document = json.loads(CliRunner().invoke(main, [*words, "--draws", "2", "--fork", "1917-02-23", "--json"]).stdout)
    assert document["fork"] == "1917-02-23"
    single = CliRunner().invoke(main, words)
    assert "First difference on 1917-02-23" in single.stdout
    assert single.stdout.endswith("--draws 64 says how often it comes out so, and how sure that is.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["compare", "petrograd-1917"], "say by --do, --scale or --set what is otherwise"),
        (["compare", "petrograd-1917", "--do", "womens-day=never", "--fork", "1917-02-23"], "--fork needs --draws"),
        (["compare", "a", "b", "--do", "womens-day=never"], "--do is for a SCENARIO"),
        (["compare", "a", "b", "--seed", "0"], "--seed is for a SCENARIO"),
        (["compare", "a", "b", "--jobs", "1"], "--jobs is for a SCENARIO"),
        (["run", "petrograd-1917", "--people", "city=1,city=0.5"], "a place is named twice"),
        (["compare", "a", "b", "--fork", "1917-02-23"], "--fork is for ensembles"),
    ],
)
def test_the_command_refuses(words: list[str], said: str) -> None:
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 2
    assert said in told.stderr


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=30), st.floats(0.01, 0.99))
def test_weighted_quantiles(values: list[float], level: float) -> None:
    """With equal weights those of NumPy; a weight of 1 takes all, what has none counts for nothing."""
    array, count = np.array(values)[:, None], len(values)
    (found,) = weighted_quantiles(array, np.full(count, 1 / count), (level,))
    np.testing.assert_allclose(found[0], np.quantile(values, level), rtol=1e-9, atol=1e-9 * (1 + np.abs(values).max()))
    (found,) = weighted_quantiles(array, np.eye(count)[0], (level,))
    assert found[0] == values[0]
    beside = np.concatenate([array, [[1e9]], [[-1e9]]])
    for little in (0.0, 1e-13):
        weights = np.append(np.full(count, 1 / count), [little, little])
        (found,) = weighted_quantiles(beside, weights / weights.sum(), (level,))
        np.testing.assert_allclose(found[0], np.quantile(values, level), atol=1e-2)


@given(st.lists(st.floats(0.01, 1.0), min_size=2, max_size=12), st.data())
def test_weighted_quantiles_are_the_same_from_above(weights: list[float], data: st.DataObject) -> None:
    numbers = st.lists(st.floats(-100, 100), min_size=len(weights), max_size=len(weights), unique=True)
    values, share = np.array(data.draw(numbers))[:, None], np.array(weights) / sum(weights)
    low, high = weighted_quantiles(values, share, (0.05, 0.95))
    mirrored_low, mirrored_high = weighted_quantiles(-values, share, (0.05, 0.95))
    np.testing.assert_allclose([low, high], [-mirrored_high, -mirrored_low], atol=1e-6)
    assert values.min() - 1e-6 <= low[0] <= high[0] + 1e-6 <= values.max() + 2e-6


def test_what_weighs_more_counts_more() -> None:
    values = np.array([[0.0], [1.0]])
    shares = [weighted_quantiles(values, np.array([1 - one, one]), (0.5,))[0][0] for one in (0.05, 0.3, 0.5, 0.7, 0.95)]
    assert shares == sorted(shares)
    assert shares[0] < 0.05 < 0.95 < shares[-1]


def test_rounding_is_no_difference() -> None:
    one = np.array([0.25, 1000.0, np.nan, 0.0], np.float32)
    assert largest(one) == 1000
    assert not differ(one, np.nextafter(one, np.inf), largest(one)).any()
    assert not differ(one, one, largest(one)).any()
    assert differ(one, np.array([0.25, 1001.0, 1.0, 0.0], np.float32), 1001).tolist() == [False, True, True, False]
    assert not differ(np.zeros(2), np.full(2, 1e-12), 1e-12).any()
    assert largest(np.array([np.nan])) == largest(np.array([])) == 0


def test_shares_of_a_body_are_of_pairs_in_which_it_sits_in_both(tmp_path: Path) -> None:
    town = dp.load(dp.new("town", tmp_path / "town"))
    both = dp.compare(*(dp.simulate(one, draws=24) for one in (town, town.do("speaker-lands", "never"))))
    at = {"council": "assembly"}
    one, two = (each.dataset.sel(council="assembly") for each in (both.factual, both.other))
    sits = (one["seats"] > 0).to_numpy() & (two["seats"] > 0).to_numpy()
    assert 0 < sits[:, -1].sum() < len(sits)
    found = both.difference("delegates", party="radicals", **at)
    np.testing.assert_allclose(found["compared"], sits.mean(0))
    shares = [each["delegates"].sel(party="radicals").to_numpy().astype(float) for each in (one, two)]
    some = sits[:, -1]
    last = found.iloc[-1]
    assert last["factual"] == pytest.approx(shares[0][some, -1].mean())
    assert last["difference"] == pytest.approx((shares[1] - shares[0])[some, -1].mean())
    assert last["low"] <= last["difference"] <= last["high"]
    assert found.loc["1921-03-01"].drop("compared").isna().all()  # nobody sits yet
    assert found.loc["1921-03-01", "compared"] == 0
    share = both.difference("sits", **at).iloc[-1]
    assert share["factual"] == pytest.approx((one["seats"][:, -1] > 0).mean())
    assert "in 58% of the pairs" in str(both) or "% of the pairs)" in str(both)
    assert np.isfinite(both.hinges("delegates", party="radicals", **at).rows)
    before = both.difference("regime", regime="monarchy").loc[:"1921-04-09"]
    assert (before[["low", "high", "difference"]] == 0).all(axis=None)
    some_day = both.table("1921-04-20")
    regimes = [one.name for one in town.spec.regimes if one.name in some_day.index]
    assert some_day.loc[regimes, "other"].sum() == pytest.approx(1)
    quantiles = both.other.quantiles((0.0, 0.5), "delegates")["delegates"].sel(council="assembly", party="radicals")
    assert float(quantiles[0, -1]) == pytest.approx(shares[1][two["seats"].to_numpy()[:, -1] > 0, -1].min())
    assert quantiles[:, 0].isnull().all()
    both.save(tmp_path / "page")
