"""Claims put to the test on small scenarios: forks, settings, theories, sameness, files, the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import dualpower as dp
from dualpower.cli import main
from dualpower.course import STRETCH
from dualpower.experiment.batch import Bench
from dualpower.experiment.claims.live import Lived, Stage, chances, live
from dualpower.experiment.claims.measure import Place, taken
from dualpower.experiment.claims.plan import (
    Theory,
    chosen,
    coalitions,
    no_table,
    number_of_checks,
    parameter_table,
    settings,
)
from dualpower.experiment.plan import BATCH, Table, make_plan, seeds
from dualpower.laws.parameters import assumptions
from dualpower.report.claims import claims_page, ended, how
from dualpower.run import RunError
from dualpower.scenario import Scenario, load, new
from dualpower.scenario.arrays import compile_names
from dualpower.scenario.changes import intervened
from dualpower.scenario.claims import QUANTITIES, Measure

SWITCHES = len(assumptions())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return load(new("town", tmp_path_factory.mktemp("claims") / "town"))


@pytest.fixture(scope="module")
def result(town: Scenario) -> dp.ClaimsResult:
    strict = town.set("mobilisation.grievance", 0.0)
    draws = pd.DataFrame({"mobilisation.base": [-3.0, -3.2, -3.4]})
    rivals = {"hunger": (town, None, 0.75), "no hunger": (strict, draws, 0.25)}
    return dp.test_claims(town, draws=20, seed=3, theories=rivals)


class Batch:
    """Sixteen draws of a scenario: the factual years, and others."""

    def __init__(self, scenario: Scenario, until: str) -> None:
        keep = ("regime", "deaths", "strikers", "delegates", "seats")
        self.bench = Bench(scenario, make_plan(scenario, draws=BATCH, until=until, keep=keep, parameters="point").job)
        self.table = Table((), np.zeros((BATCH, 0)))
        self.chance = chances(self.bench, seeds(1, 0, BATCH).tolist())
        self.end = len(self.bench.days.day) - 1
        self.fact = self.live(())

    def live(self, changes: tuple[str, ...], past: Lived | None = None) -> Lived:
        stage = Stage(self.bench, intervened(self.bench.scenario, changes))
        return live(stage, self.table, self.chance, self.end, past)


@pytest.fixture(scope="module")
def spring(petrograd: Scenario) -> Batch:
    return Batch(petrograd, "1917-05-15")


def same(one: Lived, two: Lived) -> bool:
    return all(np.array_equal(one.arrays[name], two.arrays[name]) for name in one.arrays) and np.array_equal(
        one.happened, two.happened
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        ("do lenin-returns=never",),
        ("do lenin-returns=1917-04-20",),
        ("do miliukov-note=withheld", "do coalition-may=never"),
        ("scale bolshevik.members=0.5",),
        ("scale series.bread=0.5", "do lenin-returns=never"),
        ("set contests.switch_command=0",),
    ],
)
def test_a_fork_is_the_year_from_january_bit_for_bit(spring: Batch, changes: tuple[str, ...]) -> None:
    assert same(spring.live(changes, spring.fact), spring.live(changes))
    assert not same(spring.live(changes), spring.fact)


@pytest.mark.slow
def test_forks_save_days(spring: Batch) -> None:
    def begins(*changes: str) -> int:
        return Stage(spring.bench, intervened(spring.bench.scenario, changes)).begins(spring.fact)

    happened = spring.fact.happened[:, spring.bench.names.events.index("lenin-returns")]
    assert begins("do lenin-returns=never") == min(92, happened[happened >= 0].min()) // STRETCH
    assert begins("do lenin-returns=1917-03-05") == 63 // STRETCH
    assert begins("do lenin-returns=never", "set power.contagion=1") == 0
    assert begins("scale bolshevik.members=2") == 0


@pytest.mark.slow
def test_an_event_without_effect_changes_nothing(spring: Batch) -> None:
    changed = spring.live(("do quiet-day=happens",), spring.fact)
    assert all(np.array_equal(changed.arrays[name], spring.fact.arrays[name]) for name in changed.arrays)
    assert (changed.happened != spring.fact.happened).any()


@pytest.mark.slow
def test_a_day_later_is_a_small_change(spring: Batch) -> None:
    """An event that is moved is by itself no departure from history: choices after it keep their dates."""
    changed, events = spring.live(("do lenin-returns=1917-04-04",), spring.fact), spring.bench.names.events
    place = events.index("lenin-returns")
    on_time = spring.fact.happened[:, place] == 92
    assert on_time.any()
    assert set(changed.happened[on_time, place].tolist()) == {93}
    apart = np.delete(changed.happened[on_time] != spring.fact.happened[on_time], place, axis=1)
    assert apart.mean() < 0.01


@pytest.mark.slow
def test_draws_are_those_of_an_ensemble(spring: Batch, petrograd: Scenario) -> None:
    wanted = {"keep": ("strikers", "delegates"), "parameters": "point"}
    made = dp.simulate(petrograd, draws=BATCH, seed=1, until="1917-05-15", **wanted)
    count = len(made.dates)
    np.testing.assert_allclose(made.dataset["strikers"], spring.fact.arrays["strikers"][:, :count], rtol=1e-4)


def test_a_new_quantity_of_claims_is_looked_up_along_its_axes(town: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(QUANTITIES, "trust", ("party",))
    names = compile_names(town)
    place = Place(town, names, ("workers",))
    assert [place.number(0, "trust", party) for party in names.parties] == list(range(len(names.parties)))
    assert place.number(1, "support", names.parties[0]) == 1


@pytest.mark.slow
def test_measures_read_what_they_say(spring: Batch) -> None:
    bench, fact = spring.bench, spring.fact
    place = Place(bench.scenario, bench.names, bench.places.groups)

    def number(**said: object) -> np.ndarray:
        return np.asarray(taken(Measure.model_validate(said), fact.arrays, fact.happened, place))

    march = {"date": "1917-03-01", "date_end": "1917-03-31"}
    daily = fact.arrays["strikers"][:, 59:90].astype(float)
    np.testing.assert_allclose(number(of="strikers", take="mean", **march), daily.mean(1))
    np.testing.assert_allclose(number(of="strikers", take="max", **march), daily.max(1))
    np.testing.assert_allclose(number(of="strikers", **march), daily[:, -1])
    np.testing.assert_array_equal(
        number(of="strikers", take="max", at_least=float(np.median(daily.max(1))), **march).mean(), 0.5
    )
    regimes = fact.arrays["regime"][:, 89]
    assert number(of=["regime.tsarism", "regime.dual_power"], date="1917-03-31").mean() == pytest.approx(
        np.isin(regimes, [bench.names.regimes.index(name) for name in ("tsarism", "dual_power")]).mean()
    )
    sits = fact.arrays["seats"][:, 89, 0] > 0
    seats = np.where(sits, fact.arrays["delegates"][:, 89, 0, 0], np.nan)
    assert sits.any()
    np.testing.assert_allclose(number(of="council.petrograd_soviet.bolshevik", date="1917-03-31"), seats)
    women = fact.happened[:, bench.names.events.index("womens-day")]
    np.testing.assert_array_equal(number(of="event.womens-day", date="1917-02-23"), (women >= 0) & (women <= 53))


def test_plans(town: Scenario, petrograd: Scenario) -> None:
    claim = petrograd.claims.claim("K4")
    sets = coalitions(claim)
    assert len(sets) == 2 ** len(claim.players)
    assert sets[frozenset(player.id for player in claim.players)] == ()
    assert set(sets[frozenset()]) == {text for player in claim.players for text in player.without}
    kinds = [setting.kind for setting in settings(petrograd, no_table(), {"rival": Theory(petrograd, None, 1.0)})]
    assert kinds.count("assumption") == SWITCHES
    assert kinds[0] == "full"
    assert kinds.count("call") > 1
    assert kinds[-1] == "theory"
    assert [number_of_checks(draws) for draws in (16, 48, 200, 1000)] == [16, 48, 48, 240]
    frame = pd.DataFrame({"allegiance.match": np.arange(5.0)})
    assert sorted(parameter_table(town, frame).values[:, 0]) == [0, 1, 2, 3, 4]
    with pytest.raises(RunError, match='no claim "K12"'):
        chosen(petrograd, ["K12"])


@pytest.mark.slow
def test_what_is_found(result: dp.ClaimsResult) -> None:
    claim = result.claim("T1")
    assert claim["counted"] == claim["of"] == 20
    strike = claim["outcomes"][0]
    assert strike["difference"] == pytest.approx(strike["changed"] - strike["factual"])
    assert strike["low"] <= strike["difference"] <= strike["high"]
    assert claim["verdict"] == "supported"
    assert claim["sentence"].startswith("Supported: “most strikers on one day, 14 and 15 March” is")
    assert [step["amount"] for step in claim["doses"]] == [0.5, 1.0, 1.5]
    assert claim["doses"][1]["difference"] == 0
    assert claim["doses"][0]["changed"] < claim["doses"][1]["changed"] < claim["doses"][2]["changed"]
    assert claim["placebos"][0]["zero"]
    assert claim["placebos"][0]["paired_sd"] == 0
    assert sum(row["value"] for row in claim["shares"]) == pytest.approx(claim["shares"][0]["total"])
    assert sum(row["share"] for row in claim["shares"]) == pytest.approx(1)


@pytest.mark.slow
def test_pairs_are_worth_more_than_years_that_share_nothing(result: dp.ClaimsResult) -> None:
    strike = result.claim("T1")["outcomes"][0]
    assert strike["unpaired_sd"] > 5 * strike["paired_sd"]


@pytest.mark.slow
def test_rival_theories(result: dp.ClaimsResult) -> None:
    """Without grievance the flour does nothing: the theories disagree, and together they count by weight."""
    claim = result.claim("T1")
    rows = {row["name"]: row for row in claim["settings"]}
    assert rows["hunger"]["verdict"] == "supported"
    assert rows["no hunger"]["verdict"] == "contradicted"
    assert rows["no hunger"]["difference"] == pytest.approx(0, abs=0.5)
    stacked = rows["all theories, by weight"]
    expected = 0.75 * rows["hunger"]["difference"] + 0.25 * rows["no hunger"]["difference"]
    assert stacked["difference"] == pytest.approx(expected)
    assert stacked["low"] < expected < stacked["high"]
    apart = claim["disagreement"]
    assert sorted(apart["theories"]) == ["hunger", "no hunger"]
    assert apart["distance"] > 0
    kinds = [row["kind"] for row in claim["settings"]]
    assert kinds.count("assumption") == SWITCHES


@pytest.mark.slow
def test_the_same_again_and_in_other_processes(result: dp.ClaimsResult, town: Scenario) -> None:
    one, two = (dp.test_claims(town, draws=20, seed=3, jobs=jobs, theories={}) for jobs in (1, 2))
    assert one.to_json() == two.to_json()
    pd.testing.assert_frame_equal(one.outcomes, result.outcomes)  # rival theories change nothing in the full model


@pytest.mark.slow
def test_files(result: dp.ClaimsResult, tmp_path: Path) -> None:
    result.save(tmp_path)
    again = dp.load_claims(tmp_path)
    assert again.to_json() == result.to_json()
    assert list(pd.read_csv(tmp_path / "verdicts.csv")["id"]) == ["T1"]
    page = (tmp_path / "claims.html").read_text()
    assert page == (result.save(tmp_path / "again") / "claims.html").read_text()
    for words in ("Of 1 claim:", "What is built in", "Theories disagree", "PNS", "Dose and response", "Shapley"):
        assert words in page, words
    assert "http" not in page.replace("http://www.w3.org", "")
    with pytest.raises(RunError, match="cannot be read"):
        dp.load_claims(tmp_path / "nowhere.json")
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(RunError, match="is no result of claims"):
        dp.load_claims(tmp_path / "other.json")


def test_names_that_are_not_there_are_refused_in_a_sentence() -> None:
    found = dp.ClaimsResult({"claims": [{"id": "T1", "doses": []}]})
    assert found.claim("T1")["id"] == "T1"
    with pytest.raises(RunError, match='no claim "T2" here; one of T1'):
        found.claim("T2")
    assert found.table("doses").empty
    with pytest.raises(RunError, match='no list "dose"; one of outcomes, doses'):
        found.table("dose")


@pytest.mark.parametrize(
    ("text", "told"),
    [("", ""), ("It falls", "It falls."), ("It falls.", "It falls."), ("What is to be done?", "What is to be done?"),
     ("They said “never.”", "They said “never.”"), ("in 1917 (late)", "in 1917 (late).")],
)  # fmt: skip
def test_sentences_end_once(text: str, told: str) -> None:
    assert ended(text) == told


@pytest.mark.slow
def test_no_more_sets_of_parameters_are_told_than_draws() -> None:
    document = {"parameter_rows": 200, "draws": 16, "parameters": "posterior", "checks": 4, "seed": 1, "claims": []}
    assert "; 16 sets of parameters (posterior); seed 1." in how(document)
    assert "; 200 sets of parameters" in how(document | {"draws": 400})


def test_sentences_of_the_page_do_not_run_together(result: dp.ClaimsResult) -> None:
    document = json.loads(result.to_json())
    document["source"] = "Who, What is to be done?"
    document["claims"][0] |= {"supported_if": "it falls", "contradicted_if": "it stands"}
    page = claims_page(document)
    assert "Supported if: it falls.<br>" in page
    assert "Contradicted if: it stands.<br>" in page
    assert "those of: Who, What is to be done?</p>" in page
    assert "our words" not in page


@pytest.mark.slow
def test_the_command(town: Scenario, tmp_path: Path) -> None:
    words = ["claims", str(town.folder), "--draws", "4", "--claim", "T1", "--quiet", "-o", str(tmp_path / "out")]
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 0, told.stderr
    assert "T1  It was the flour" in told.stdout
    assert "Built in: Hunger raises mobilisation" in told.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "claims.json", "claims.html", "verdicts.csv", "outcomes.csv"}  # fmt: skip
    plain = CliRunner().invoke(main, [*words, "--json"])
    document = json.loads(plain.stdout)
    assert document["claims"][0]["id"] == "T1"
    assert document["claims"][0]["verdict"] == "undecided"  # four pairs decide nothing


def test_the_command_refuses(town: Scenario, tmp_path: Path) -> None:
    wrong = CliRunner().invoke(main, ["claims", str(town.folder), "--claim", "T2", "--quiet"])
    assert wrong.exit_code == 2
    assert 'there is no claim "T2"; there are T1' in wrong.stderr
    bare = load(new("bare", tmp_path / "bare"))
    (bare.folder / "claims.toml").unlink()
    none = CliRunner().invoke(main, ["claims", str(bare.folder), "--quiet"])
    assert none.exit_code == 2
    assert "has no claims (claims.toml)" in none.stderr


def test_parameters_and_theories_beside_a_scenario(town: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept beside a scenario is used; nothing is where nothing is kept."""
    from dualpower.experiment.claims import sources
    from dualpower.experiment.drawn import DrawnTheory

    frame = pd.DataFrame({"mobilisation.base": [-3.0]})
    assert sources.posterior_table(town) is None
    assert sources.rival_theories(town) == {}
    monkeypatch.setattr(sources, "drawn_parameters", lambda _: frame)
    monkeypatch.setattr(
        sources, "drawn_theories", lambda _: {"mute": DrawnTheory({"mobilisation.call": 0.0}, frame, 0.25)}
    )
    assert sources.posterior_table(town) is frame
    mute = sources.rival_theories(town)["mute"]
    assert mute.weight == 0.25
    assert mute.scenario.resolved_parameters()["mobilisation.call"] == 0
