"""Sensitivity: closed forms of Sobol's indices, gradients against differences, and the command."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import dualpower as dp
from dualpower.cli import main
from dualpower.cli.sensitivity import present
from dualpower.inference.gradient import Slopes, gradient, slopes
from dualpower.inference.sensitivity import Range, Sensitivity, ranges, screened, sensitivity, sobol
from dualpower.laws.parameters import PARAMETERS
from dualpower.point import parameter_values
from dualpower.run import RunError
from dualpower.scenario import Scenario
from dualpower.scenario.arrays import compile_names

SHARES = "delegates.assembly.radicals@1921-04-05"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return dp.load(dp.new("town", tmp_path_factory.mktemp("scenario") / "town"))


def test_indices_of_a_product_and_a_sum_are_the_closed_forms() -> None:
    """Y = a + 2 b is additive: 1/5 and 4/5. Y = a b on (-1, 1) is all interaction. c does nothing."""
    spans = [Range("a", -1, 1), Range("b", -1, 1), Range("c", -1, 1)]

    def answer(x: np.ndarray) -> np.ndarray:
        return np.stack([x[:, 0] + 2 * x[:, 1], x[:, 0] * x[:, 1], 0 * x[:, 0]], axis=1)

    found = sobol(spans, answer, ["sum", "product", "constant"], base=1024, seed=1).set_index(["quantity", "parameter"])
    assert found.loc["sum", "first"].sort_index().tolist() == pytest.approx([0.2, 0.8, 0.0], abs=0.03)
    assert found.loc["sum", "total"].sort_index().tolist() == pytest.approx([0.2, 0.8, 0.0], abs=0.03)
    assert found.loc["product", "first"].sort_index().tolist() == pytest.approx([0.0, 0.0, 0.0], abs=0.06)
    assert found.loc["product", "total"].sort_index().tolist() == pytest.approx([1.0, 1.0, 0.0], abs=0.06)
    assert found.loc["constant", "total"].isna().all()


@pytest.fixture(scope="module")
def compiled(town: Scenario) -> Slopes:
    return slopes(town.set("allegiance.match", 1.0), ["T02", SHARES])


def test_slopes_are_differences(compiled: Slopes) -> None:
    table = compiled(None)
    for quantity in ("T02", SHARES):
        steep = table[table["quantity"] == quantity].iloc[0]
        step = 0.01 * abs(steep["at"])
        moved = [compiled({steep["parameter"]: steep["at"] + sign * step}) for sign in (-1, 1)]
        ends = [each.loc[each["quantity"] == quantity, "value"].iloc[0] for each in moved]
        assert (ends[1] - ends[0]) / (2 * step) == pytest.approx(steep["slope"], rel=0.03)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"allegiance.blaem": 1.0}, r'^values: no parameter is called "allegiance.blaem"; did you mean'),
        ({"councils.founders": 1.0}, "expected one of councils.founders.radicals"),
        ({"allegiance.blame": -1.0}, "allegiance.blame is -1.0, expected a finite number from 0"),
        ({"allegiance.blame": float("nan")}, "expected a finite number"),
        ({"contests.switch_front": 0.5}, r"contests.switch_front is \S+ in this scenario and is not moved"),
        ({"allegiance.match": 2.0}, "allegiance.match is 1 in this scenario and is not moved"),
    ],
)
def test_a_place_that_cannot_be_is_refused(compiled: Slopes, values: dict[str, float], words: str) -> None:
    with pytest.raises(RunError, match=words):
        compiled(values)


def test_a_place_may_be_a_draw_of_a_posterior(compiled: Slopes) -> None:
    there = pd.Series({"allegiance.blame": 0.25, "mobilisation.base": -4.0})
    pd.testing.assert_frame_equal(compiled(there), compiled(dict(there)))
    with pytest.raises(
        RunError, match=r"^values: parameters by address are wanted, as a dictionary or a Series, not 5"
    ):
        compiled(5)  # type: ignore[arg-type]


def test_values_that_the_scenario_has_anyway_may_be_given(town: Scenario, compiled: Slopes) -> None:
    own = {**parameter_values(town, compile_names(town)), "allegiance.match": 1.0}
    pd.testing.assert_frame_equal(compiled(own), compiled(None))


def test_slopes_at_nought_and_of_what_is_declared_nought(tmp_path: Path) -> None:
    folder = dp.new("town", tmp_path / "town")
    declared = (folder / "scenario.toml").read_text()
    assert declared.count("founders = 0.8") == 1
    (folder / "scenario.toml").write_text(declared.replace("founders = 0.8", "founders = 0.0"))
    town = dp.load(folder)
    name = next(f"councils.founders.{party.id}" for party in town.spec.parties if party.founders == 0)
    at = slopes(town, [SHARES])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = at({"councils.recall": 0.0}).set_index("parameter")
    assert (found.loc[name, "at"], found.loc[name, "per_sd"]) == (0, 0)
    assert np.isnan(found.loc[name, "slope"])
    assert np.isfinite(found["slope"].drop(name)).all()
    near = at({"councils.recall": 1e-4}).set_index("parameter")
    rise = (near["value"].iloc[0] - found["value"].iloc[0]) / 1e-4
    assert rise == pytest.approx(found.loc["councils.recall", "slope"], rel=0.02)
    with pytest.raises(RunError, match="declares it to be nought"):
        ranges(town, [name])


def test_the_steepest_come_first_and_the_value_is_the_runs(town: Scenario, compiled: Slopes) -> None:
    table = compiled(None)
    found = table[table["quantity"] == SHARES]
    assert found["per_sd"].abs().is_monotonic_decreasing
    pinned = town.set("allegiance.match", 1.0)
    run = dp.simulate(pinned, imposed=True, noise=False, until="1921-04-05").dataset
    there = float(run["delegates"].isel(date=-1).sel(council="assembly", party="radicals"))
    assert found["value"].iloc[0] == pytest.approx(there, rel=1e-3)
    assert len(found) == found["parameter"].nunique()
    assert "allegiance.match" not in set(found["parameter"])


@pytest.mark.parametrize(
    ("name", "words"),
    [("T0", "did you mean"), ("delegats.assembly.radicals@1921-04-05", "delegates"),
     ("delegates.assembly@1921-04-05", "party"), ("delegates.assembly.radical@1921-04-05", "radicals")],
)  # fmt: skip
def test_a_quantity_that_does_not_exist_is_refused_with_the_nearest(town: Scenario, name: str, words: str) -> None:
    with pytest.raises(RunError, match=words):
        gradient(town, name)


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"quantities": ["outcome.monarch"]}, 'did you mean "outcome.monarchy"?'), ({"base": 3}, "3 is no power of two")],
)
def test_what_cannot_be_taken_apart_is_refused_before_any_work(
    town: Scenario, asked: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dualpower.inference.sensitivity.with_slopes", None)
    with pytest.raises(RunError) as error:
        dp.sensitivity(town, **asked)
    assert said in str(error.value)


def test_what_is_asked_for_wrongly_is_one_sentence(town: Scenario) -> None:
    with pytest.raises(RunError, match="a scenario is wanted, not 'x'"):
        gradient("x", "y")  # type: ignore[arg-type]
    for nothing in (5, [5], [], None):
        with pytest.raises(RunError, match=r"^quantities: (5 is no name|None is no name|there is none)"):
            gradient(town, nothing)  # type: ignore[arg-type]
    for asked, said in (
        ({"quantities": "T0"}, "^T0: neither a target"),
        ({"quantities": [5]}, "^quantities: 5 is no name"),
        ({"parameters": "allegiance.mach"}, 'parameter "allegiance.mach": is not free'),
        ({"base": "many"}, "^base: 'many' is not a whole number"),
        ({"chances": 0}, "^chances: 0 is not a whole number of at least 1"),
        ({"seed": -1}, "^a seed is a whole number"),
        ({"posterior": 5}, r"^posterior: a table of draws \(DataFrame\) is wanted, not 5"),
    ):
        with pytest.raises(RunError, match=said):
            sensitivity(town, **asked)  # type: ignore[arg-type]
    with pytest.raises(RunError, match=r"^claims: 5 is no name"):
        dp.test_claims(town, draws=2, claims=5)  # type: ignore[arg-type]
    with pytest.raises(RunError, match=r"nope: neither a target nor outcome\.REGIME; expected one of outcome\."):
        sensitivity(town, ["nope"])


def test_screening_takes_what_any_quantity_answers_to() -> None:
    table = pd.DataFrame({
        "quantity": ["x", "x", "x", "y", "y", "y"], "parameter": ["a", "b", "c"] * 2,
        "per_sd": [100.0, 10.0, 0.0, 0.0, 0.001, 0.01],
    })  # fmt: skip
    assert set(screened(table, 2)) == {"a", "c"}


def test_ranges_are_of_the_prior_or_of_draws(town: Scenario) -> None:
    (prior,) = ranges(town, ["allegiance.blame"])
    row = next(row for row in PARAMETERS if (row.law, row.name) == ("allegiance", "blame"))
    assert np.log(prior.high / prior.low) == pytest.approx(2 * 1.645 * row.sd, rel=1e-3)
    draws = pd.DataFrame({"allegiance.blame": np.linspace(0, 1, 101)})
    assert ranges(town, ["allegiance.blame"], draws)[0][1:] == pytest.approx((0.05, 0.95))
    with pytest.raises(RunError, match="not free"):
        ranges(town, ["contests.switch_front"])


def test_of_a_scenario(town: Scenario, tmp_path: Path) -> None:
    found = sensitivity(town, ["T04", "outcome.two_powers"], most=2, base=4, chances=2, seed=1)
    assert set(found.indices["quantity"]) == {"T04", "outcome.two_powers"}
    assert len(found.ranges) == 2
    assert len(found.indices) == 4
    found.save(tmp_path)
    assert json.loads((tmp_path / "sensitivity.json").read_text())["base"] == 4
    again = sensitivity(town, ["T04"], parameters=list(found.ranges["parameter"]), base=4, chances=2, seed=1)
    same = found.indices[found.indices["quantity"] == "T04"]
    np.testing.assert_allclose(again.indices["mean"], same["mean"], rtol=1e-5)


def test_what_never_varies_has_a_sentence_and_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    span = [Range("a", 0, 1), Range("b", 0, 1)]
    indices = sobol(span, lambda x: 0.0 * x[:, :1], ["outcome.junta"], base=4, seed=1).assign(scale="share of years")
    present(Sensitivity(indices, pd.DataFrame(), pd.DataFrame(), {}), as_json=False)
    told = capsys.readouterr().out
    assert told == "outcome.junta: 0 (share of years) wherever the parameters are: it hangs on none of them\n"


def test_the_command(town: Scenario) -> None:
    words = ["sensitivity", str(town.folder), "--quantity", "T04", "--parameter", "allegiance.blame",
             "--base", "2", "--chances", "1"]  # fmt: skip
    printed = CliRunner().invoke(main, words)
    assert printed.exit_code == 0, printed.output
    assert "T04: mean" in printed.output
    assert "over the ranges (scale of comparison: logit of a share)" in printed.output
    document = json.loads(CliRunner().invoke(main, [*words, "--quantity", "outcome.junta", "--json", "-q"]).stdout)
    assert document["scales"] == {"T04": "logit", "outcome.junta": "share of years"}
    assert document["indices"][0]["scale"] == "logit"
    refused = CliRunner().invoke(main, [*words, "--base", "3"])
    assert refused.exit_code == 2
    assert "power of two" in refused.output


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("targets.csv", "heldout", "calibrate"), "has neither outcomes nor held-out targets"),
        (
            ("scenario.toml", 'end = "1921-08-31"', 'end = "1921-03-16"'),
            "has no target within the run that has a slope",
        ),
    ],
)
def test_nothing_to_ask_about_is_one_sentence(tmp_path: Path, edit: tuple[str, str, str], said: str) -> None:
    folder = dp.new("town", tmp_path / "town")
    (folder / "claims.toml").unlink()
    file, old, text = edit
    assert old in (folder / file).read_text()
    (folder / file).write_text((folder / file).read_text().replace(old, text))
    said_of_outcomes = re.compile(r'\[\[outcomes\]\]\nregime = ".*"\nsentence = ".*"\n')
    path = folder / "scenario.toml"
    path.write_text(said_of_outcomes.sub("", path.read_text()) if file == "targets.csv" else path.read_text())
    ended = CliRunner().invoke(main, ["sensitivity", str(folder), "-q"])
    assert ended.exit_code == 2
    assert said in ended.stderr
