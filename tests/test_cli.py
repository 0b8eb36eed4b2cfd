"""The command line: what it prints where, how it ends, and that a bad word or a bad place gets a sentence."""

from __future__ import annotations

import errno
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pandas as pd
import pytest
import xarray as xr

import synthetic
from commands import call
from dualpower import _files
from dualpower.checkpoint import Checkpoint
from dualpower.cli import _scores
from dualpower.cli._errors import explain
from dualpower.cli._text import number, plain, table
from dualpower.inference.objective import free_parameters
from dualpower.inference.theories import THEORIES
from dualpower.run import CHECKPOINT, MANIFEST, load_run
from dualpower.scenario import Scenario

TESTS = Path(__file__).parent


def scores() -> pd.DataFrame:
    rows = [
        ("T1", "1917-02-23", "strikers", "all", 100000.0, 75000.0, 128000.0, 90000.0, True, 0.4, "calibrate"),
        ("T2", "1917-02-25", "strikers", "all", 245000.0, 200000.0, 305000.0, 100.0, False, 9.0, "calibrate"),
        ("T3", "1917-03-01", "share", "reds", 52.0, 50.0, 55.0, 56.0, False, 1.5, "heldout"),
        ("T4", "1917-10-25", "deaths", "", 8.0, 5.0, 12.0, float("nan"), False, float("nan"), "heldout"),
    ]
    columns = [
        "target_id",
        "date",
        "quantity",
        "group",
        "observed",
        "low",
        "high",
        "simulated",
        "in_band",
        "z",
        "split",
    ]
    made = pd.DataFrame(rows, columns=columns)
    return made.assign(date_new_style=made["date"], source_kind="scholarly")


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put the made-up scenario in place of the real one; returns a switch for another `simulate`."""

    def put(simulate: Any) -> None:
        module = ModuleType("dualpower.simulate")
        module.simulate = simulate  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "dualpower.simulate", module)

    monkeypatch.setattr(importlib.import_module("dualpower.scenario"), "load", lambda name: synthetic.scenario())
    # Its targets are made up too: nothing is asked of them.
    monkeypatch.setattr(importlib.import_module("dualpower.record.doubts"), "refuse", lambda scenario: scenario)
    monkeypatch.setattr(Checkpoint, "events", lambda *_: synthetic.events())
    score = ModuleType("dualpower.record.score")
    score.score = lambda run: scores()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "dualpower.record.score", score)
    report = ModuleType("dualpower.report")
    report.write_report = lambda run, path, score=None: path.write_text("<html></html>")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "dualpower.report", report)
    put(synthetic.simulate)
    return put


# What run prints --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("toy")
def test_run_says_how_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = call("run", "toy", "--do", "march=never")
    assert code == 0
    assert out.startswith("A toy city\n1917-02-15 to 1917-03-06 (Old Style), seed 1, --do march=never\n")
    assert "Outcome: The councils rule.\n" in out
    assert "1917-02-22  (1917-03-07 New Style)  Dual power" in out
    assert "Score: 1 of 3 targets inside their bands (calibrate 1 of 2, heldout 0 of 1)" in out
    assert [line.split()[:2] for line in out.splitlines() if line.startswith(("  miss", "  ok"))] == [
        ["miss", "T2"], ["miss", "T3"], ["ok", "T1"]]  # fmt: skip
    assert "The march on the city  needs the regime council power; it was dual power" in out
    assert err.splitlines()[0] == "A toy city, seed 1: 20 days"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("toy")
def test_run_prints_one_json_document() -> None:
    code, out, err = call("run", "toy", "--json", "-q")
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert said["outcome"]["regime"] == "council_power"
    assert said["score"]["heldout"] == {"in_band": 0, "of": 1}
    assert said["score"]["targets"][-1]["simulated"] is None
    assert said["folder"] is None


@pytest.mark.usefixtures("toy")
def test_run_keeps_everything(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "run"
    code, out, _ = call("run", "toy", "-o", folder, "--seed", "7", "--until", "1917-03-01", "-q")
    assert code == 0
    assert out.endswith(f"Kept in {folder}\n")
    assert sorted(path.name for path in folder.iterdir()) == [
        "events.csv", "manifest.json", "report.html", "score.csv", "trajectories.nc"]  # fmt: skip
    kept = load_run(folder)
    assert (kept.seed, kept.dates[-1], kept.complete) == (7, "1917-03-01", True)
    assert list(pd.read_csv(folder / "score.csv")["target_id"]) == ["T1", "T2", "T3", "T4"]
    assert call("run", "toy", "-o", folder, "--no-report", "-q").code == 0
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize(
    ("room", "name"), [("dualpower.record.score", "score.csv"), ("dualpower.report", "report.html")]
)
@pytest.mark.usefixtures("toy")
def test_run_without_score_or_report_is_kept_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: str, name: str
) -> None:
    monkeypatch.setitem(sys.modules, room, ModuleType(room))
    code, out, err = call("run", "toy", "-o", tmp_path, "--json")
    assert code == 3
    assert f"dualpower: the run is saved, but not {name}: " in err
    assert name in json.loads(out)["missing"][0]
    assert load_run(tmp_path).complete
    assert not (tmp_path / name).exists()


# Bad words and bad places -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--seed", "-1"), "is not in the range 0<=x<=4294967295"),
        (("--seed", "4294967296"), "is not in the range"),
        (("--seed", "x"), "'x' is not a valid integer"),
        (("--do", "march"), "--do 'march': expected EVENT=VALUE"),
        (("--do", "=never"), "--do '=never': expected EVENT=VALUE"),
        (("--do", "march="), "--do 'march=': expected EVENT=VALUE"),
        (("--scale", "reds.members=much"), "'much' is not a number"),
        (("--set", "a.b=nan"), "'nan' is not a number"),
        (("--set", "a.b"), "--set 'a.b': expected PATH=VALUE"),
        (("--until", "1918-01-01"), "--until 1918-01-01: expected a day from 1917-02-15 to 1917-03-20"),
        (("--until", "tomorrow"), "--until tomorrow: "),
        (("--until", "1917-02-30"), "--until 1917-02-30: "),
        (("--resume",), "--resume needs -o DIR"),
        (("-o", ""), "-o: the name of the folder is empty"),
        (("-o", "toy"), "-o toy: that is the scenario's own folder"),
        (("--nonsense",), "No such option"),
    ],
)
@pytest.mark.usefixtures("toy")
def test_bad_words_get_a_sentence(words: tuple[str, ...], says: str) -> None:
    code, out, err = call("run", "toy", *words)
    assert (code, out) == (2, "")
    assert err.startswith("dualpower: ")
    assert says in err
    code, out, err = call("run", "toy", *words, "--json")
    assert code == 2
    assert json.loads(out)["exit_code"] == 2
    assert says in json.loads(out)["error"]


def test_no_such_command() -> None:
    code, out, err = call("runn")
    assert (code, out) == (2, "")
    assert "No such command 'runn'" in err


@pytest.mark.usefixtures("toy")
def test_bad_places_are_noticed_before_simulating(tmp_path: Path, toy: Callable[..., None]) -> None:
    toy(lambda *_, **__: pytest.fail("simulated in vain"))
    (tmp_path / "file").write_text("mine")
    for place in ("file", "file/below"):
        code, out, err = call("run", "toy", "-o", tmp_path / place, "-q")
        assert (code, out) == (2, "")
        assert err.startswith(f"dualpower: cannot write to {tmp_path / place}: ")
        assert err.count("\n") == 1
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.usefixtures("toy")
def test_read_only_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> tuple[int, str]:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(_files.tempfile, "mkstemp", refuse)
    code, out, err = call("run", "toy", "-o", tmp_path / "r", "-q")
    assert (code, out) == (2, "")
    assert (
        err
        == f"dualpower: cannot write to {tmp_path / 'r'}: writing there is not permitted; nothing there was changed\n"
    )
    assert not (tmp_path / "r").exists()


@pytest.mark.usefixtures("toy")
def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, out, err = call("run", "toy", "-o", tmp_path / "r", "-q")
    assert (code, out) == (1, "")
    assert "there is no space left on the disk" in err
    assert not (tmp_path / "r").exists()


@pytest.mark.usefixtures("toy")
def test_no_traceback_ever(toy: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("float division\nby zero")

    toy(broken)
    code, out, err = call("run", "toy", "-q")
    assert (code, out) == (1, "")
    assert err == "dualpower: unexpected ZeroDivisionError: float division (DUALPOWER_DEBUG=1 shows where)\n"
    monkeypatch.setenv("DUALPOWER_DEBUG", "1")
    assert "Traceback" in call("run", "toy", "-q").err


@pytest.mark.parametrize(
    ("error", "says", "code"),
    [
        (MemoryError(), "there is not enough memory for this", 1),
        (FileNotFoundError(2, "No such file", "x.csv"), "x.csv: No such file", 1),
        (click.FileError("f", "gone"), "Could not open file 'f': gone", 2),
        (KeyError("k"), "unexpected KeyError: 'k' (DUALPOWER_DEBUG=1 shows where)", 1),
        (RuntimeError(), "unexpected RuntimeError:  (DUALPOWER_DEBUG=1 shows where)", 1),
    ],
)
def test_explanations(error: Exception, says: str, code: int) -> None:
    assert explain(error) == (says, code)


# Interrupted and resumed ------------------------------------------------------------------------------------


def interrupted(after: int) -> Any:
    """A `simulate` in which Ctrl-C comes when `after` weeks are done."""

    def simulate(toy: Any, **options: Any) -> Any:
        told = options.pop("on_segment")
        weeks = iter(range(1, 100))

        def on_segment(*segment: Any) -> None:
            told(*segment)
            if next(weeks) == after:
                raise KeyboardInterrupt

        return synthetic.simulate(toy, on_segment=on_segment, **options)

    return simulate


def test_interrupted_then_resumed_is_the_same(tmp_path: Path, toy: Callable[..., None]) -> None:
    assert call("run", "toy", "-o", tmp_path / "whole", "-q", "--seed", "3").code == 0
    folder = tmp_path / "run"
    toy(interrupted(1))
    code, out, err = call("run", "toy", "-o", folder, "-q", "--seed", "3")
    assert (code, out) == (130, "")
    assert f"interrupted; the days to 1917-02-21 are kept in {folder}" in err
    assert f"To go on: dualpower run toy -o {folder} -q --seed 3 --resume" in err
    part = load_run(folder)
    assert (part.complete, part.dates[-1]) == (False, "1917-02-21")
    code, out, err = call("run", "toy", "-o", folder, "-q", "--resume")  # again, in the next week; seed from the folder
    assert code == 130
    assert load_run(folder).dates[-1] == "1917-02-28"
    toy(synthetic.simulate)
    code, out, err = call("run", "toy", "-o", folder, "-q", "--resume")
    assert code == 0
    again, whole = load_run(folder), load_run(tmp_path / "whole")
    xr.testing.assert_identical(again.dataset, whole.dataset)
    assert (again.seed, again.complete, again.regimes) == (3, True, whole.regimes)
    assert again.manifest["dates"] == whole.manifest["dates"]
    assert again.manifest["resumed_after"] == "1917-02-28"
    assert not (folder / CHECKPOINT).exists()


def test_resuming_what_is_complete_does_nothing(tmp_path: Path, toy: Callable[..., None]) -> None:
    first = call("run", "toy", "-o", tmp_path, "-q")
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    toy(lambda *_, **__: pytest.fail("simulated in vain"))
    code, out, err = call("run", "toy", "-o", tmp_path, "--resume")
    assert (code, out) == (0, first.out)
    assert err == f"{tmp_path}: this run is complete, nothing was done\n"
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--seed", "4"), "the seed was 3 and is 4"),
        (("--do", "march=never"), "--do march=never is new"),
        (("--set", "allegiance.blame=0"), "parameter allegiance.blame was 0.5 and is 0.0"),
    ],
)
@pytest.mark.parametrize("complete", [True, False])
def test_resuming_another_run_is_refused(
    tmp_path: Path, toy: Callable[..., None], words: tuple[str, ...], says: str, complete: bool
) -> None:
    if not complete:
        toy(interrupted(1))
    assert call("run", "toy", "-o", tmp_path, "-q", "--seed", "3").code == (0 if complete else 130)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    code, out, err = call("run", "toy", "-o", tmp_path, "--resume", *words)
    assert (code, out) == (2, "")
    assert err.startswith(f"dualpower: {tmp_path}: cannot go on with this run, ")
    assert says in err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_resuming_with_another_end(tmp_path: Path, toy: Callable[..., None]) -> None:
    toy(interrupted(2))
    assert call("run", "toy", "-o", tmp_path, "-q").code == 130
    assert "it is done to 1917-02-28" in call("run", "toy", "-o", tmp_path, "--resume", "--until", "1917-02-20").err
    toy(synthetic.simulate)
    assert call("run", "toy", "-o", tmp_path, "--resume", "--until", "1917-03-03").code == 0
    code, _, err = call("run", "toy", "-o", tmp_path, "--resume")
    assert code == 2
    assert "is complete and ends on 1917-03-03, not 1917-03-06" in err


@pytest.mark.usefixtures("toy")
def test_resuming_nothing_starts_afresh(tmp_path: Path) -> None:
    code, _, err = call("run", "toy", "-o", tmp_path / "new", "--resume")
    assert code == 0
    assert "no earlier run here, starting from the beginning" in err
    (tmp_path / "new" / MANIFEST).write_text("{")
    code, _, err = call("run", "toy", "-o", tmp_path / "new", "--resume")
    assert code == 2
    assert "cannot be read as JSON" in err


def test_interrupted_before_anything_was_done(tmp_path: Path, toy: Callable[..., None]) -> None:
    def at_once(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    toy(at_once)
    code, out, err = call("run", "toy", "-o", tmp_path / "r", "-q")
    assert (code, out, err) == (
        130,
        "",
        "dualpower: interrupted before the first days were done; nothing was written\n",
    )
    assert not (tmp_path / "r").exists()
    assert call("run", "toy", "-q") == (130, "", "\ndualpower: interrupted; nothing was kept\n")


_SLOW = """
    import importlib, signal, sys, time
    from types import ModuleType

    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores Ctrl-C
    sys.path.insert(0, {tests!r})
    import synthetic

    def slow(toy, on_segment, **options):
        def told(*segment):
            on_segment(*segment)
            print("a week is done", file=sys.stderr, flush=True)
            time.sleep(60)
        return synthetic.simulate(toy, on_segment=told, **options)

    module = sys.modules["dualpower.simulate"] = ModuleType("dualpower.simulate")
    module.simulate = slow
    importlib.import_module("dualpower.scenario").load = lambda name: synthetic.scenario()
    importlib.import_module("dualpower.record.doubts").refuse = lambda scenario: scenario
    importlib.import_module("dualpower.checkpoint").Checkpoint.events = lambda *_: synthetic.events()
    from dualpower.cli import main
    main()
"""


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_real_signal(tmp_path: Path, stop: signal.Signals) -> None:
    folder = tmp_path / "run"
    code = textwrap.dedent(_SLOW.format(tests=str(TESTS)))
    command = [sys.executable, "-c", code, "run", "toy", "-o", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "A toy city, seed 1: 20 days\n"
        while (line := process.stderr.readline()) != "a week is done\n":
            assert "of 20 days" in line  # progress, on a machine that is slow today
        process.send_signal(stop)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "the days to 1917-02-21 are kept in" in err
    assert "Traceback" not in err
    assert not load_run(folder).complete


# The other commands -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("toy")
def test_score_of_a_folder_and_of_a_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synthetic.run().save(tmp_path)
    monkeypatch.chdir(tmp_path)
    for what in (str(tmp_path), "toy"):
        code, out, _ = call("score", what)
        assert code == 0
        assert "Score: 1 of 3 targets" in out
    said = json.loads(call("score", tmp_path, "--json").out)
    assert [row["target_id"] for row in said["targets"]] == ["T2", "T3", "T1", "T4"]
    code, _, err = call("score", tmp_path.parent)
    assert code == 2
    assert "no finished run here" in err


@pytest.mark.usefixtures("toy")
def test_what_if_lists_events() -> None:
    code, out, _ = call("what-if", "toy")
    assert code == 0
    assert (
        "march  1917-03-01 (choice, blues)\n    Somebody marches.\n    presupposes Tsarism\n"
        "    * march: they march\n      wait: they do not" in out
    )
    assert "\nwhat --scale PATH=FACTOR can change\n  PARTY.members, PARTY.cells: " in out
    said = json.loads(call("what-if", "toy", "--json").out)
    assert said["events"][0]["options"][0] == {"id": "march", "meaning": "they march", "historical": True}


def test_help_of_every_command() -> None:
    code, out, _ = call("--help")
    assert code == 0
    assert "130 interrupted" in out
    assert "_DUALPOWER_COMPLETE" in out
    for name in ("run", "score", "what-if", "check", "new", "doctor"):
        assert name in out
        assert call(name, "--help").code == 0


# Text -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [(451234.0, "451,000"), (12345, "12,300"), (9876.5, "9,876"), (33.2, "33.2"), (0.5234, "0.523"), (0, "0"),
     (1e-9, "0"), (-20500.0, "-20,500"), (float("nan"), "-"), (None, "-"), (True, "1")],
)  # fmt: skip
def test_numbers_people_can_read(value: Any, shown: str) -> None:
    assert number(value) == shown


def test_tables_line_up() -> None:
    assert table([("a", "1"), ("bb", "22")], "<>") == ["  a    1", "  bb  22"]
    assert table([], "<>") == []


def test_json_has_no_nan() -> None:
    assert plain({"a": (1, float("inf")), 2: pd.Series([1.5])[0]}) == {"a": [1, None], "2": 1.5}


def test_scores_without_targets() -> None:
    assert _scores.headline(pd.DataFrame()) == "Score: no target falls into this run"
    assert _scores.lines(pd.DataFrame()) == []
    assert _scores.rows(pd.DataFrame()) == []


def test_a_place_is_named_where_it_is_not_the_usual_one() -> None:
    told = _scores.lines(scores().assign(place=["Town", "Harbour", "Town", "Town"]))
    assert [line for line in told if "Harbour" in line] == [line for line in told if "T2" in line]
    assert "strikers, Harbour" in next(line for line in told if "T2" in line)
    assert not any("Town" in line for line in told)


def test_targets_from_memory_are_shown_and_not_judged() -> None:
    table = scores().assign(basis=["read", "memory", "guess", "read"])
    assert _scores.headline(table) == (
        "Score: 1 of 1 judged targets inside their bands (calibrate 1 of 1); "
        "2 that rest on memory or guess are shown and not judged; 1 cannot be compared with this run"
    )
    inside = table.assign(basis=["memory", *["read"] * 3])
    assert _scores.headline(inside).startswith("Score: 0 of 2 judged targets inside their bands (")
    shown = "; 1 that rests on memory or guess is shown and not judged; 1 cannot be compared with this run"
    assert _scores.headline(inside).endswith(shown)
    assert _scores.counts(inside)["all"] == {"in_band": 1, "of": 3}  # what machines read counts every target
    told = _scores.lines(table)
    assert [line.split()[0] for line in told[1:-1]] == ["miss*", "miss*", "ok"]
    assert told[-1].strip() == "* from memory or guess: shown, never judged"
    assert [row["memory"] for row in _scores.rows(table)] == [True, True, False, False]
    assert not any("*" in line for line in _scores.lines(table.assign(basis="read")))


def test_a_window_of_several_days_is_shown_as_one() -> None:
    assert _scores.window({"date": "1917-02-23", "date_end": ""}) == "1917-02-23"
    assert _scores.window({"date": "1917-02-23", "date_end": "1917-03-04"}) == "1917-02-23 to 03-04"
    assert _scores.window({"date": "1917-12-30", "date_end": "1918-01-02"}) == "1917-12-30 to 1918-01-02"


@pytest.mark.parametrize("name", ["claims", "compare", "fit", "forecast", "run", "sensitivity", "theories"])
def test_whatever_tells_of_its_progress_can_be_quiet(name: str) -> None:
    words = call(name, "--help").out
    assert "-q, --quiet" in words
    assert "No progress." in words


def test_check_names_what_is_younger_than_a_posterior(petrograd: Scenario) -> None:
    younger = importlib.import_module("dualpower.cli.check").younger
    drawn = [one.address for one in free_parameters(petrograd)]
    assert younger(petrograd, drawn) == []
    assert younger(petrograd, [name for name in drawn if not name.startswith("militia.")]) == ["militia"]
    assert younger(petrograd, [name for name in drawn if name != "militia.pace"]) == ["militia.pace"]
    assert younger(petrograd, [name for name in drawn if "weight" not in name]) == ["hardship.weight"]


def test_check_names_theories_fitted_with_other_pins(petrograd: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    now = tuple(
        one._replace(pins={**one.pins, "militia.pace": 0.0}) if one.name == "cascade" else one for one in THEORIES
    )
    assert "pins" not in call("check", petrograd.folder).out
    monkeypatch.setattr("dualpower.inference.theories.THEORIES", now)
    noted = [line for line in call("check", petrograd.folder).out.splitlines() if "pins" in line]
    assert len(noted) == 1
    assert "posterior-cascade.nc was fitted with other pins than the theory has now (militia.pace)" in noted[0]


def test_check_tells_of_a_posterior_that_is_of_something_else(tmp_path: Path, petrograd: Scenario) -> None:
    copy = Path(shutil.copytree(petrograd.folder, tmp_path / "copy"))
    said = call("check", copy)
    assert (said.code, said.out.splitlines()[0], said.err) == (0, f"{copy}: ok", "")
    assert "posterior.nc was" not in said.out  # it may say nothing of a law that is younger, until it is made anew
    targets = (copy / "targets.csv").read_text()
    (copy / "targets.csv").write_text(targets.replace(",145000,140000,150000,", ",135000,130000,140000,"))
    ended = call("check", copy)
    assert ended.code == 0
    assert "note: posterior.nc was fitted to other evidence" in ended.out
    (copy / "targets.csv").write_text(targets)
    declared = (copy / "scenario.toml").read_text()
    (copy / "scenario.toml").write_text(declared.replace("founders = 2.5", "founders = 1.5", 1))
    assert "note: posterior.nc was fitted to other evidence, priors or numbers" in call("check", copy).out
    (copy / "scenario.toml").write_text(declared)
    (copy / "posterior.nc").write_bytes(b"nothing")
    told = json.loads(call("check", copy, "--json").out)
    assert told["ok"]
    assert "damaged" in told["notes"][0]
    (copy / "posterior.nc").unlink()
    assert "posterior.nc" not in call("check", copy).out
    (copy / "parameters.toml").unlink()
    noted = call("check", copy).out
    assert "\nnote: no parameters.toml: all parameters of the laws have" in noted
    assert "; copy parameters.toml of what `dualpower new` writes" in noted
