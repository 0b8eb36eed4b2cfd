"""The real command line in a process of its own, with real scenarios, from `new` to a resumed run."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xarray as xr
from click.testing import CliRunner

import dualpower
from dualpower.cli import main
from dualpower.run import CHECKPOINT, load_run

Result = subprocess.CompletedProcess[str]


def shell(*words: str | Path, env: Mapping[str, str] | None = None, **options: Any) -> Result:
    command = [sys.executable, "-m", "dualpower", *map(str, words)]
    environment = {**os.environ, **(env or {})}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=300, **options)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a new scenario `town`, made by the command line."""
    folder = tmp_path_factory.mktemp("cli")
    made = shell("new", "town", cwd=folder)
    assert (made.returncode, made.stderr) == (0, "")
    return folder


@pytest.fixture(scope="module")
def place(fresh: Path) -> Path:
    """The same folder with a run of it in `kept`, and what was printed in `stdout.txt` and `stderr.txt`."""
    ran = shell("run", "town", "-o", "kept", "--no-report", cwd=fresh)
    assert ran.returncode == 0, ran.stderr
    (fresh / "stdout.txt").write_text(ran.stdout)
    (fresh / "stderr.txt").write_text(ran.stderr)
    return fresh


# Without simulating -----------------------------------------------------------------------------------------


def test_command_line_starts_light() -> None:
    heavy = "('numpy', 'pandas', 'jax', 'pydantic', 'rich')"
    code = f"import sys, dualpower.cli; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_version_and_completion() -> None:
    assert shell("--version").stdout == f"dualpower, version {dualpower.__version__}\n"
    completion = shell(env={"_DUALPOWER_COMPLETE": "bash_source"})
    assert completion.returncode == 0
    assert "complete -o nosort" in completion.stdout


def test_check_of_the_library_and_of_a_broken_copy(fresh: Path, tmp_path: Path) -> None:
    first, *rest = shell("check", "petrograd-1917").stdout.splitlines()
    assert first == "petrograd-1917: ok"
    younger = ("note: posterior.nc says nothing of ", "note: posterior-")  # of a law or a pin, until fits are made anew
    assert all(line.startswith(("note: scenario.toml, councils: ", *younger)) for line in rest)
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in (fresh / "town").iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    (broken / "units.csv").write_text("unit_id,size\na,much\n")
    result = shell("check", broken)
    assert result.returncode == 2
    assert "units.csv" in result.stdout
    said = json.loads(shell("check", broken, "--json").stdout)
    assert not said["ok"]
    assert len(said["faults"]) == len(result.stdout.splitlines()) > 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "petrograd-1971"), 'did you mean "petrograd-1917"?'),
        (("run", "petrograd-1917", "--do", "lenin-return=never"), "lenin-returns"),
        (("run", "petrograd-1917", "--do", "lenin-returns=1916-01-01"), "1917-01-01"),
        (("run", "petrograd-1917", "--scale", "bolshevik.member=0.5"), "bolshevik.members"),
        (("run", "petrograd-1917", "--scale", "bolshevik.members=-1"), "-1"),
        (("run", "petrograd-1917", "--set", "allegiance.blam=0"), "allegiance.blame"),
        (("run", "petrograd-1917", "--until", "1917-13-01"), "1917-13-01"),
        (("what-if", "nowhere"), "nowhere"),
        (("score", "nowhere"), "nowhere"),
    ],
)
def test_misspelt_words_get_the_nearest_one(words: tuple[str, ...], says: str) -> None:
    result = CliRunner().invoke(main, list(words))
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


def test_what_if_of_the_library() -> None:
    result = shell("what-if", "petrograd-1917", env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert (result.returncode, result.stderr) == (0, "")
    assert "lenin-returns  1917-" in result.stdout
    listed = shell("what-if", "petrograd-1917", "--parameters")
    assert "allegiance.blame" in listed.stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe that can break")
def test_nobody_listens() -> None:
    command = [sys.executable, "-m", "dualpower", "what-if", "petrograd-1917"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


# With simulating --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_new_run_score(place: Path) -> None:
    files = sorted(path.name for path in (place / "kept").iterdir())
    assert files == ["events.csv", "manifest.json", "score.csv", "trajectories.nc"]
    out = (place / "stdout.txt").read_text()
    assert out.splitlines()[1].endswith("seed 1")
    assert "\nOutcome: " in out
    assert "\x1b" not in out + (place / "stderr.txt").read_text()
    run = load_run(place / "kept")
    assert run.scenario.hash == run.manifest["scenario"]["hash"]
    pd.testing.assert_frame_equal(run.score(), run.score())
    scored = shell("score", place / "kept", "--json")
    assert (scored.returncode, scored.stderr) == (0, "")
    assert {"all", "run", "targets"} <= set(json.loads(scored.stdout))


@pytest.mark.slow
def test_report_is_written(fresh: Path, tmp_path: Path) -> None:
    ran = shell("run", "town", "-o", tmp_path, cwd=fresh)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "report.html").stat().st_size > 1000


@pytest.mark.slow
def test_complete_run_is_not_repeated(place: Path) -> None:
    again = shell("run", "town", "-o", "kept", "--resume", cwd=place)
    assert (again.returncode, again.stderr) == (0, "kept: this run is complete, nothing was done\n")
    assert again.stdout == (place / "stdout.txt").read_text()


@pytest.mark.slow
def test_one_json_document(place: Path) -> None:
    result = shell("run", "town", "--json", "--until", "1921-04-01", cwd=place)
    said = json.loads(result.stdout)
    assert result.returncode == 0
    assert said["last"] == "1921-04-01"
    assert said["score"]["all"]["of"] <= len(said["score"]["targets"])
    assert sorted(path.name for path in place.iterdir()) == ["kept", "stderr.txt", "stdout.txt", "town"]


@pytest.mark.slow
def test_real_run_resumed_is_the_same(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("dualpower.simulate")
    real = module.simulate

    def interrupted(scenario: Any, **options: Any) -> Any:
        told = options.pop("on_segment")

        def on_segment(*segment: Any) -> None:
            told(*segment)
            raise KeyboardInterrupt

        return real(scenario, on_segment=on_segment, **options)

    words = ["run", str(place / "town"), "-o", str(tmp_path), "-q", "--no-report"]
    monkeypatch.setattr(module, "simulate", interrupted)
    for resume in ([], ["--resume"]):
        assert CliRunner().invoke(main, [*words, *resume]).exit_code == 130
    assert (tmp_path / CHECKPOINT).exists()
    monkeypatch.setattr(module, "simulate", real)
    assert CliRunner().invoke(main, [*words, "--resume"]).exit_code == 0
    resumed, whole = load_run(tmp_path), load_run(place / "kept")
    xr.testing.assert_identical(resumed.dataset, whole.dataset)
    pd.testing.assert_frame_equal(resumed.events, whole.events)


@pytest.mark.slow
def test_changed_scenario_is_not_resumed(place: Path, tmp_path: Path) -> None:
    town = tmp_path / "town"
    town.mkdir()
    for path in (place / "town").iterdir():
        (town / path.name).write_bytes(path.read_bytes())
    assert shell("run", town, "-o", tmp_path / "run", "--no-report").returncode == 0
    (town / "series.csv").write_text((town / "series.csv").read_text().replace("0.5", "0.6"))
    result = shell("run", town, "-o", tmp_path / "run", "--resume")
    assert (result.returncode, result.stdout) == (2, "")
    assert "changed since: series.csv" in result.stderr
    scored = shell("score", tmp_path / "run")
    assert scored.returncode == 0
    assert scored.stderr.startswith("dualpower: note: the scenario ")
    assert scored.stderr.count("\n") == 1


@pytest.mark.slow
def test_doctor_finds_all_well() -> None:
    result = shell("doctor", "--json")
    assert result.returncode == 0, result.stdout
    assert {check["verdict"] for check in json.loads(result.stdout)["checks"]} <= {"ok", "note"}


@pytest.mark.slow
def test_function_and_module_of_one_name() -> None:
    importlib.import_module("dualpower.simulate")
    assert callable(dualpower.simulate)
    assert dualpower.simulate is sys.modules["dualpower.simulate"].simulate  # type: ignore[attr-defined]
