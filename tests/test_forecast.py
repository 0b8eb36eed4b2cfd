"""The forecast: origins, what is compared, baselines beside, kept origins; and the command."""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import dualpower as dp
from dualpower.cli import main
from dualpower.inference import origins as origins_module
from dualpower.inference import summary
from dualpower.inference.forecast import Forecast, forecast, load_forecast
from dualpower.inference.origins import asked_origins
from dualpower.inference.predict import pooled, predict
from dualpower.inference.theories import THEORIES, compare_theories
from dualpower.report.forecast import forecast_page
from dualpower.run import RunError
from dualpower.scenario import Scenario, ScenarioError


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return dp.load(dp.new("town", tmp_path_factory.mktemp("scenario") / "town"))


@dataclass
class Draws:
    draws: pd.DataFrame


class Fits:
    """A fit that only remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, scenario: Scenario, until: str) -> Draws:
        self.asked.append(until)
        return Draws(pd.DataFrame({"allegiance.blame": np.linspace(0.3, 1.2, 16)}))


@pytest.fixture(scope="module")
def made(town: Scenario, tmp_path_factory: pytest.TempPathFactory) -> tuple[Forecast, Path]:
    folder = tmp_path_factory.mktemp("forecast")
    return forecast(town, Fits(), seed=2, out=folder), folder


def test_every_target_is_scored_once_for_each_origin_before_it(town: Scenario, made: tuple[Forecast, Path]) -> None:
    scores = made[0].scores
    long = scores[(scores["comparison"] == "long") & (scores["model"] == "model, history")]
    pairs = {(o, t) for o, t in zip(long["origin"], long["target_id"], strict=True)}
    assert pairs == {
        ("1921-03-31", "T03"),
        ("1921-03-31", "T04"),
        ("1921-03-31", "T05"),
        ("1921-04-30", "T04"),
        ("1921-04-30", "T05"),
    }
    assert len(long) == len(pairs)
    rolling = scores[(scores["comparison"] == "rolling") & (scores["model"] == "model, rules")]
    assert set(rolling["target_id"]) == {"T03", "T04", "T05"}
    assert (rolling["days_ahead"] <= 61).all()
    headline = scores[scores["comparison"] == "headline"]
    assert set(headline["origin"]) == {"1921-04-30"}
    assert all(town.day_index(row.date) - town.day_index(row.origin) == row.days_ahead for row in long.itertuples())


def test_each_comparison_has_both_readings_and_every_baseline_twice(made: tuple[Forecast, Path]) -> None:
    scores = made[0].scores
    names = {"persistence", "drift", "pool", "local level"}
    models = {"model, history", "model, rules"}
    wanted = {*models, *(f"{name}, past errors" for name in models), *names, *(f"{name}, own spread" for name in names)}
    fitted = scores["comparison"] == "fitted"
    assert set(scores.loc[fitted, "target_id"]) == {"T01", "T02", "T03"}
    assert set(scores.loc[fitted, "model"]) == {"model, history", "model, rules"}
    for _, part in scores[~fitted].groupby(["comparison", "origin", "target_id"]):
        assert set(part["model"]) == wanted
        assert part["truth"].nunique() == 1
    assert (scores["natural_q05"] <= scores["natural_q95"]).all()
    assert np.isfinite(scores[["crps", "log_score", "sd"]]).all().all()


def test_an_origin_that_is_done_is_kept_unless_another_forecast_is_asked_for(
    town: Scenario, made: tuple[Forecast, Path]
) -> None:
    first, folder = made
    again = Fits()
    found = forecast(town, again, seed=2, out=folder)
    assert again.asked == []
    pd.testing.assert_frame_equal(found.scores, first.scores, check_dtype=False)
    other = Fits()
    forecast(town, other, seed=3, origins=["1921-04-30"], out=folder)
    assert other.asked == ["1921-04-30"]
    for starts in (1, 4, 4):  # a fit that was asked for something else is another
        forecast(town, other, seed=3, origins=["1921-04-30"], asked={"starts": starts}, out=folder)
    assert other.asked == ["1921-04-30"] * 3


def test_an_origin_that_another_program_has_made_is_made_again(
    town: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask: dict[str, Any] = {"origins": "1921-04-30", "choices": ("rules",), "draws": 2, "out": tmp_path}
    fits = Fits()
    forecast(town, fits, **ask)
    monkeypatch.setattr(origins_module, "fingerprint", lambda: "edited")
    forecast(town, fits, **ask)
    assert fits.asked == ["1921-04-30"] * 2


def test_rivals_forecast_together_in_equal_parts_beside_the_scenario_alone(town: Scenario, tmp_path: Path) -> None:
    fits = Fits()
    deaf = {"deaf": town.set("mobilisation.grievance", 0.0)}
    ask: dict[str, Any] = {"origins": ["1921-04-30"], "choices": ("history",), "seed": 2, "out": tmp_path}
    found = forecast(town, fits, rivals=deaf, **ask)
    assert fits.asked == ["1921-04-30"] * 2
    assert found.about["theories"] == ["deaf"]
    told = found.scores[found.scores["comparison"] == "headline"].set_index(["model", "target_id"])
    alone, both = told.loc["model, history"], told.loc["model, history, all theories"]
    other = predict(deaf["deaf"], Fits()(town, "").draws, origin="1921-04-30", seed=2)
    runs = [predict(town, Fits()(town, "").draws, origin="1921-04-30", seed=2), other]
    for point, drawn in zip(runs[0].points, pooled(runs, 2).draws.T, strict=True):
        if point.id in both.index:
            assert both["mean"][point.id] == pytest.approx(drawn.mean())
    assert not np.allclose(alone["mean"], both["mean"])
    again = Fits()
    forecast(town, again, rivals=deaf, **ask)
    assert again.asked == []
    forecast(town, again, **ask)  # without rivals it is another forecast
    assert again.asked == ["1921-04-30"]


def test_theories_forecast_by_weights_that_were_known(town: Scenario, tmp_path: Path) -> None:
    deaf = {"deaf": town.set("mobilisation.grievance", 0.0)}
    ask: dict[str, Any] = {"origins": ["1921-04-30"], "choices": ("history",), "seed": 2, "rivals": deaf}
    found = forecast(town, Fits(), weights={"deaf": 0.25}, out=tmp_path, **ask)
    assert found.about["weights"] == {"deaf": 0.25}
    told = found.scores[found.scores["comparison"] == "headline"].set_index(["model", "target_id"])["mean"]
    runs = [predict(one, Fits()(town, "").draws, origin="1921-04-30", seed=2) for one in (town, deaf["deaf"])]
    for point, drawn in zip(runs[0].points, pooled(runs, 2, (0.75, 0.25)).draws.T, strict=True):
        if point.id in told["model, history"].index:
            assert told["model, history, theories by weight", point.id] == pytest.approx(drawn.mean())
    again = Fits()
    forecast(town, again, weights={"deaf": 0.25}, out=tmp_path, **ask)
    assert again.asked == []
    forecast(town, again, weights={"deaf": 0.5}, out=tmp_path, **ask)
    assert again.asked == ["1921-04-30"] * 2


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"deft": 0.2}, "deft"),
        ({"deaf": 1.2}, "0 to 1"),
        ({"deaf": float("nan")}, "nan"),
        ({"deaf": 0.6, "dumb": 0.6}, "1.2"),
    ],
)
def test_weights_of_no_rivals_are_refused(town: Scenario, weights: dict[str, float], words: str) -> None:
    with pytest.raises(RunError, match=words):
        forecast(town, Fits(), origins="1921-04-30", rivals={"deaf": town, "dumb": town}, weights=weights)
    with pytest.raises(RunError, match="no rivals"):
        forecast(town, Fits(), origins="1921-04-30", weights=weights)


def test_a_saved_forecast_reads_back(made: tuple[Forecast, Path], tmp_path: Path) -> None:
    first = made[0]
    found = load_forecast(first.save(tmp_path / "there"))
    assert found.about["headline"] == "1921-04-30"
    pd.testing.assert_frame_equal(found.scores, first.scores, check_dtype=False, rtol=1e-4)
    told = json.loads((tmp_path / "there" / "forecast.json").read_text())
    assert set(told["verdict"]) == {"rolling", "long", "headline"}
    with pytest.raises(RunError, match="no forecast"):
        load_forecast(tmp_path)


def test_a_targets_name_stays_a_name_in_what_is_kept(tmp_path: Path) -> None:
    own = dp.load(dp.new("town", tmp_path / "town"))
    table = own.targets.assign(target_id=own.targets["target_id"].replace({"T04": "04", "T05": "NA"}))
    own = dataclasses.replace(own, targets=table)
    ask: dict[str, Any] = {"origins": "1921-04-30", "choices": ("rules",), "seed": 2, "out": tmp_path / "out"}
    first, again = forecast(own, Fits(), **ask), Fits()
    kept = forecast(own, again, **ask)
    assert again.asked == []
    pd.testing.assert_frame_equal(kept.scores, first.scores, check_dtype=False)
    assert {"04", "NA"} <= set(load_forecast(first.save(tmp_path / "there")).scores["target_id"])


@pytest.mark.parametrize(
    ("origins", "error", "words"),
    [(["1999-01-01"], ScenarioError, "1921-03-01"), (["1921-08-01"], RunError, "no target comes after")],
)
def test_origins_that_cannot_be_are_refused(
    town: Scenario, origins: list[str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        forecast(town, Fits(), origins=origins)


def test_one_origin_is_not_taken_apart_into_letters(town: Scenario) -> None:
    assert asked_origins(town, "1921-04-30") == asked_origins(town, ["1921-04-30"] * 2) == ("1921-04-30",)
    with pytest.raises(ScenarioError, match=r'^origin: found "1800-01-01", expected a day of the gregorian'):
        forecast(town, Fits(), origins="1800-01-01")


def test_a_forecast_of_no_target_is_refused(town: Scenario) -> None:
    with pytest.raises(RunError, match=r"^until 1921-04-03: nothing is left to forecast"):
        forecast(town, Fits(), origins="1921-03-31", until="1921-04-03")
    with pytest.raises(ScenarioError, match=r'^until: found "1922-01-01", expected a day'):
        forecast(town, Fits(), origins="1921-03-31", until="1922-01-01")


def test_one_draw_is_no_forecast(town: Scenario) -> None:
    with pytest.raises(RunError, match="draws: 1 is not a whole number of at least 2"):
        forecast(town, Fits(), draws=1)


@pytest.mark.parametrize("count", [0, 1])
def test_a_fit_of_one_draw_is_no_forecast_either(town: Scenario, count: int) -> None:
    def mode(scenario: Scenario, until: str) -> Draws:
        return Draws(Fits()(scenario, until).draws[:count])

    with pytest.raises(RunError, match=rf"^origin 1921-04-30: found {count} predictive draws, expected at least 2"):
        forecast(town, mode, origins="1921-04-30")
    with pytest.raises(RunError, match="expected at least 2"):
        compare_theories(town, Fits(), theories=["full"], origins=["1921-04-30"], draws=1)


# The command --------------------------------------------------------------------------------------------------


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> Fits:
    """Put a fit that costs nothing in the place of the real one."""
    made = Fits()
    module: Any = types.ModuleType("dualpower.inference.fit")
    module.fit = lambda scenario, until, **_: made(scenario, until)
    monkeypatch.setitem(sys.modules, "dualpower.inference.fit", module)
    return made


def test_the_command_prints_means_and_writes_a_page(town: Scenario, fits: Fits, tmp_path: Path) -> None:
    words = ["forecast", str(town.folder), "--origin", "1921-03-31", "--draws", "16", "-o", str(tmp_path / "out")]
    printed = CliRunner().invoke(main, words)
    assert printed.exit_code == 0, printed.output
    assert "local level" in printed.output
    page = (tmp_path / "out" / "forecast.html").read_text()
    assert "T04" in page
    assert "Fitted: what the main fit knew, which is no forecast." in page
    assert "<p>Rolling: model, history has" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    for text in (page, printed.output):  # what the fit knew has no baseline beside it, hence no skill
        assert "nan" not in re.findall(r"[a-z]+", text)
    again = CliRunner().invoke(main, [*words, "--json", "--quiet"])
    document = json.loads(again.stdout)
    assert document["origins"] == fits.asked == ["1921-03-31"]
    assert {row["comparison"] for row in document["summary"]} == {"rolling", "long", "headline", "fitted"}
    for more in (["--draws", "20"], ["--draws", "20", "--starts", "4"]):  # another fit is asked for: made anew
        assert CliRunner().invoke(main, [*words, *more, "-q"]).exit_code == 0
    assert fits.asked == ["1921-03-31"] * 3


def test_the_command_forecasts_by_all_theories_too(town: Scenario, fits: Fits) -> None:
    words = ["forecast", str(town.folder), "--origin", "1921-04-30", "--choices", "rules", "--theories", "--json", "-q"]
    printed = CliRunner().invoke(main, words)
    assert printed.exit_code == 0, printed.output
    assert len(fits.asked) == len(THEORIES)
    models = {row["model"] for row in json.loads(printed.stdout)["summary"]}
    assert {"model, rules", "model, rules, all theories"} <= models


@pytest.mark.usefixtures("fits")
def test_the_command_refuses_a_day_outside_in_one_sentence(town: Scenario) -> None:
    printed = CliRunner().invoke(main, ["forecast", str(town.folder), "--origin", "1920-01-01"])
    assert printed.exit_code == 2
    assert "1920-01-01" in printed.output


def test_a_forecast_that_is_stopped_says_how_it_goes_on(
    town: Scenario, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stopped(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    module: Any = types.ModuleType("dualpower.inference.fit")
    module.fit = stopped
    monkeypatch.setitem(sys.modules, "dualpower.inference.fit", module)
    printed = CliRunner().invoke(main, ["forecast", str(town.folder), "-o", str(tmp_path / "out")])
    assert printed.exit_code == 130
    assert "the same command again" in printed.output


# Sums of scores by hand ---------------------------------------------------------------------------------------


def scores(**crps: list[float]) -> pd.DataFrame:
    """Two origins with two targets each; the last target rests on memory."""
    rows = [
        {"comparison": "rolling", "origin": f"o{k // 2}", "model": model.replace("_", " "), "target_id": f"t{k}",
         "crps": value, "log_score": -value, "in50": value < 0.5, "in90": value < 1, "judged": k < 3}
        for model, values in crps.items() for k, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_means_skill_and_verdict_by_hand() -> None:
    table = scores(model=[0.2, 0.4, 0.9, 9.0], pool=[0.6, 0.6, 0.6, 9.0], drift=[1.0, 1.0, 1.0, 0.0])
    means = summary.by_model(table).set_index("model")
    assert means["crps"].to_dict() == pytest.approx({"model": 0.5, "pool": 0.6, "drift": 1.0})
    assert means.loc["model", "skill"] == pytest.approx(1 / 6)
    assert means.loc["model", "in90"] == 1.0
    said: Any = summary.verdict(table)["rolling"]["model"]
    assert (said["best"], said["origins"], said["origins_better"], said["better_than_all"]) == ("pool", 2, 1, True)
    assert said["worst_ratio"] == pytest.approx(1.5)
    assert summary.by_origin(table).loc[("rolling", "o0"), "model"] == pytest.approx(0.3)


def test_a_comparison_of_memories_alone_has_no_verdict(town: Scenario, tmp_path: Path) -> None:
    table = scores(model=[0.2, 0.4, 0.9, 9.0], pool=[0.6, 0.6, 0.6, 9.0])
    unjudged = table.assign(comparison="headline", judged=False)
    assert set(summary.verdict(pd.concat([table, unjudged]))) == {"rolling"}
    basis = town.targets["basis"].where(town.targets["date"] <= "1921-04-30", "memory")
    memory = dataclasses.replace(town, targets=town.targets.assign(basis=basis))
    found = forecast(memory, Fits(), origins=["1921-03-31", "1921-04-30"], choices=("rules",))
    assert set(found.scores["comparison"]) == {"rolling", "long", "headline", "fitted"}
    told = json.loads((found.save(tmp_path) / "forecast.json").read_text())
    assert set(told["verdict"]) == {"rolling", "long"}
    assert "T04" in forecast_page(memory, found)
    with pytest.raises(RunError, match="found only targets from memory or guess after it"):
        forecast(memory, Fits(), origins="1921-04-30")


def test_the_page_of_the_documentation_has_every_target(
    made: tuple[Forecast, Path], repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(str(repository / "docs"))
    how_well, results = (importlib.import_module(f"pages.{name}") for name in ("how_well", "results"))
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    assert "make forecast" in how_well.page()
    made[0].save(tmp_path / "forecast")
    page = how_well.page()
    assert all(name in page for name in ("T01", "T02", "T03", "T04", "T05", "local level", "1921-03-31"))
