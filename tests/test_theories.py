"""Theories: their pins exist and hold, weights are what they should be, and simulated data find their own theory."""

from __future__ import annotations

import dataclasses
import json
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import dualpower as dp
from dualpower.cli import main
from dualpower.experiment.drawn import drawn_theories
from dualpower.inference.confusion import Confusion, confusion, prior_draws, simulated_targets
from dualpower.inference.evidence import band_sd
from dualpower.inference.gradient import unpinned
from dualpower.inference.points import target_points
from dualpower.inference.posterior import Posterior
from dualpower.inference.stacking import read_weights, stacking
from dualpower.inference.theories import THEORIES, compare_theories, pinned, pins, theory_named
from dualpower.run import RunError
from dualpower.scenario import Scenario


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return dp.load(dp.new("town", tmp_path_factory.mktemp("scenario") / "town"))


@dataclass
class Draws:
    draws: pd.DataFrame

    def save(self, path: Path) -> Path:
        """As a posterior is saved."""
        names, count = list(self.draws.columns), len(self.draws)
        nothing = pd.DataFrame({"low": [0.0]}, index=["F"])
        prior = pd.DataFrame({"mode": 0.0, "centre": 1.0, "sd": 1.0, "kind": "normal", "theta": 0.0}, index=names)
        searches = pd.DataFrame({"start": [0], "loss": [0.0], "steps": [1]})
        predicted = pd.DataFrame(np.zeros((count, 1)), columns=["F"])
        made = Posterior(self.draws, dict.fromkeys(names, 0.0), searches, np.zeros(count), predicted, nothing, prior)
        return made.save(path)


def from_prior(scenario: Scenario, until: str, targets: pd.DataFrame | None = None) -> Draws:
    """A fit that learns nothing."""
    return Draws(prior_draws(scenario, 16, 5))


@pytest.mark.parametrize("theory", [theory.name for theory in THEORIES])
def test_what_a_theory_pins_is_set_and_not_free(town: Scenario, theory: str) -> None:
    found = pinned(town, theory)
    wanted = pins(town, theory_named(theory))
    assert {name: found.resolved_parameters()[name] for name in wanted} == wanted
    free = {one.address for one in unpinned(found)}
    assert not free & set(wanted)
    assert free | set(wanted) == {one.address for one in unpinned(town)}


def test_hardship_is_pinned_for_daily_life_and_not_for_power(town: Scenario) -> None:
    assert set(pins(town, theory_named("organisation"))) == {"hardship.weight.food", "hardship.weight.work"}
    assert pins(town, theory_named("full")) == {}
    with pytest.raises(RunError, match="garrison"):
        theory_named("garison")


@pytest.mark.parametrize("theory", [theory.name for theory in THEORIES])
def test_a_year_under_any_theory_is_finite(town: Scenario, theory: str) -> None:
    run = dp.simulate(pinned(town, theory), seed=1, until="1921-05-31")
    assert np.isfinite(run.dataset["strikers"]).all()
    assert np.isfinite(run.dataset["camp_share"]).all()


@given(st.lists(st.tuples(st.floats(-5, 0), st.floats(-5, 0), st.floats(-5, 0)), min_size=1, max_size=12))
def test_no_other_weights_stack_better(rows: list[tuple[float, float, float]]) -> None:
    table = np.array(rows)
    best = stacking(table)
    assert best.sum() == pytest.approx(1.0)

    def gain(weight: np.ndarray) -> float:
        return float(np.log(np.exp(table) @ weight).sum())

    others = np.random.default_rng(0).dirichlet(np.ones(3), 200)
    assert gain(best) >= max(gain(other) for other in (*others, *np.eye(3))) - 1e-3


def test_a_theory_that_is_always_better_has_all_the_weight() -> None:
    table = np.stack([np.full(9, -1.0), np.full(9, -3.0)], axis=1)
    assert stacking(table) == pytest.approx([1.0, 0.0], abs=1e-6)


def test_theories_are_compared_on_the_same_targets_and_kept(town: Scenario, tmp_path: Path) -> None:
    names = ["full", "cascade"]
    found = compare_theories(town, from_prior, theories=names, origins=["1921-03-31"], draws=16, out=tmp_path)
    assert set(found.weights) == set(names)
    assert sum(found.weights.values()) == pytest.approx(1.0)
    table = found.summary()
    assert table["log_score"].is_monotonic_decreasing
    assert table["behind"].max() == 0.0
    assert table["targets"].nunique() == 1
    found.save(tmp_path)
    assert (tmp_path / "theories.json").exists()
    assert (tmp_path / "cascade" / "origin-1921-03-31.csv").exists()
    again = compare_theories(town, _never, theories=names, origins=["1921-03-31"], draws=16, out=tmp_path)
    assert again.weights == pytest.approx(found.weights)
    with pytest.raises(AssertionError):
        compare_theories(
            town, _never, theories=names, origins=["1921-03-31"], draws=16, asked={"starts": 4}, out=tmp_path
        )


def _never(scenario: Scenario, until: str) -> Draws:
    raise AssertionError("was fitted again")


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a fit that learns nothing in the place of the real one."""
    module: Any = types.ModuleType("dualpower.inference.fit")
    module.fit = lambda scenario, until, **_: from_prior(scenario, until)
    monkeypatch.setitem(sys.modules, "dualpower.inference.fit", module)


@pytest.mark.usefixtures("cheap")
def test_the_command_prints_theories_and_the_matrix(town: Scenario, tmp_path: Path) -> None:
    words = ["theories", str(town.folder), "--theory", "full", "--theory", "garrison", "--origin", "1921-03-31",
             "--draws", "16", "--simulations", "1", "-o", str(tmp_path), "--quiet"]  # fmt: skip
    printed = CliRunner().invoke(main, words)
    assert printed.exit_code == 0, printed.output
    assert "garrison" in printed.output
    assert "(columns)" in printed.output
    document = json.loads(CliRunner().invoke(main, [*words, "--json"]).stdout)
    assert {row["theory"] for row in document["summary"]} == set(document["confusion"]) == {"full", "garrison"}
    shipped = drawn_theories(dataclasses.replace(town, folder=tmp_path))
    assert set(shipped) == {"garrison"}
    assert shipped["garrison"].pins == pins(town, theory_named("garrison"))
    assert shipped["garrison"].table.shape[0] == 16
    refused = CliRunner().invoke(main, ["theories", str(town.folder), "--theory", "ful"])
    assert refused.exit_code == 2
    assert "full" in refused.output


def test_simulated_targets_have_their_bands_around_simulated_numbers(town: Scenario) -> None:
    one, other = (simulated_targets(town, prior_draws(town, 1, 3), seed=seed) for seed in (1, 2))
    assert not np.allclose(one["value"], other["value"])
    assert (one["low"] <= one["value"]).all()
    assert (one["value"] <= one["high"]).all()
    widths = {point.id: point.observation.sd for point in target_points(town)}
    for point in target_points(dataclasses.replace(town, targets=one)):
        assert point.observation.sd == pytest.approx(widths[point.id], rel=0.25)


def test_a_fit_takes_simulated_targets_for_as_exact_as_the_real_ones(petrograd: Scenario) -> None:
    real = {one.id: one for one in target_points(petrograd)}
    fake = simulated_targets(petrograd, prior_draws(petrograd, 1, 3), seed=1)
    narrow = fake[fake["basis"] != "memory"].iloc[:8]
    for point in target_points(dataclasses.replace(petrograd, targets=narrow)):
        if point.observation.transform == "log":  # a share near its end has no room for its band
            assert band_sd(point.observation) == pytest.approx(band_sd(real[point.id].observation), rel=0.01)


def test_what_rests_on_memory_is_not_judged_in_simulated_records_either(
    town: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dualpower.inference import confusion as module

    judged: list[float] = []
    score = module.score_draws
    monkeypatch.setattr(module, "score_draws", lambda drawn, truth: judged.append(truth) or score(drawn, truth))
    sure = {one.id for one in target_points(town) if one.judged and one.date > "1921-03-31"}
    unsure = town.targets.assign(basis=["memory" if row == max(sure) else "read" for row in town.targets["target_id"]])
    for each in (town, dataclasses.replace(town, targets=unsure)):
        judged.clear()
        confusion(each, from_prior, origin="1921-03-31", simulations=1, theories=["full"], draws=16)
        assert len(judged) == len(sure) - (each is not town)


def test_a_confusion_matrix_has_a_row_for_each_truth(town: Scenario, tmp_path: Path) -> None:
    found = confusion(town, from_prior, origin="1921-03-31", simulations=2, theories=["full", "structure"], draws=16)
    assert len(found.scores) == 2 * 2 * 2
    matrix = found.matrix()
    assert list(matrix.index) == list(matrix.columns) == ["full", "structure"]
    assert matrix.sum(axis=1).tolist() == [1.0, 1.0]
    found.save(tmp_path)
    assert (tmp_path / "confusion.csv").exists()


def test_an_interrupted_confusion_goes_on_where_it_was(town: Scenario, tmp_path: Path) -> None:
    fits: list[str] = []

    def counted(scenario: Scenario, until: str, targets: pd.DataFrame | None = None) -> Any:
        fits.append(until)
        if len(fits) == 3:
            raise KeyboardInterrupt
        return from_prior(scenario, until, targets)

    asked: Any = {
        "origin": "1921-03-31",
        "simulations": 1,
        "theories": ["full", "structure"],
        "draws": 16,
        "out": tmp_path,
    }
    with pytest.raises(KeyboardInterrupt):
        confusion(town, counted, **asked)
    found = confusion(town, counted, **asked)
    assert len(fits) == 3 + 2  # two were done, one was lost, two were left
    whole = confusion(town, from_prior, **{**asked, "out": None})
    pd.testing.assert_frame_equal(found.scores, whole.scores)


def test_the_winner_of_a_simulation_has_the_largest_score() -> None:
    rows = [("a", 0, "a", -1.0), ("a", 0, "b", -2.0), ("b", 0, "a", -1.0), ("b", 0, "b", -3.0)]
    table = pd.DataFrame(rows, columns=["truth", "simulation", "theory", "log_score"])
    assert Confusion(table, "").matrix().to_numpy().tolist() == [[1.0, 0.0], [1.0, 0.0]]


def test_weights_of_an_earlier_comparison_are_kept(town: Scenario, tmp_path: Path) -> None:
    ask: dict[str, Any] = {"theories": ["full", "cascade"], "draws": 16}
    before = compare_theories(town, from_prior, origins=["1921-03-31"], until="1921-04-30", **ask)
    assert before.scores["date"].max() <= "1921-04-30"
    place = before.save(tmp_path)
    known = read_weights(place / "theories.json")
    assert known == pytest.approx(before.weights, abs=1e-6)
    after = compare_theories(town, from_prior, origins=["1921-04-30"], weights=known, **ask)
    assert after.weights == pytest.approx(before.weights, abs=1e-6)
    assert after.about["weights_given"]
    shown = after.summary().set_index("theory")["weight"]
    assert shown.to_dict() == pytest.approx(before.weights, abs=1e-6)
    halves = compare_theories(
        town, from_prior, origins=["1921-04-30"], weights={"full": 0.2, "cascade": 0.2, "x": 9}, **ask
    )
    assert halves.weights == pytest.approx({"full": 0.5, "cascade": 0.5})


@pytest.mark.parametrize(
    ("weights", "words"),
    [({"full": 1.0}, "None for cascade"), ({"full": 1.0, "cascade": -0.1}, "-0.1"), ({"full": 0, "cascade": 0}, "any"),
     ({"full": float("nan"), "cascade": 1.0}, "nan for full")],
)  # fmt: skip
def test_weights_that_are_none_are_refused(town: Scenario, weights: dict[str, float], words: str) -> None:
    with pytest.raises(RunError, match=words):
        compare_theories(town, _never, theories=["full", "cascade"], origins=["1921-03-31"], weights=weights)


def test_a_file_without_weights_and_a_day_before_the_origin_are_refused(town: Scenario, tmp_path: Path) -> None:
    (tmp_path / "theories.json").write_text("{}")
    with pytest.raises(RunError, match="found no weights"):
        read_weights(tmp_path / "theories.json")
    with pytest.raises(RunError, match="nothing is left"):
        compare_theories(town, _never, origins=["1921-04-30"], until="1921-04-15")
    late = town.targets[town.targets["target_id"] == "T04"]
    soon = town.targets[town.targets["target_id"] == "T03"].assign(basis="memory")
    with pytest.raises(RunError, match="found nothing but memory and guesses in the 61 days after 1921-03-31"):
        compare_theories(dataclasses.replace(town, targets=pd.concat([soon, late])), _never, origins=["1921-03-31"])
