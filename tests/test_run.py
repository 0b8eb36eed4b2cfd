"""A run: what it tells, and that its folder gives back what was put in, or a sentence."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import dualpower as dp
import synthetic
from dualpower import _files
from dualpower.checkpoint import Checkpoint, about, differences, join, load_checkpoint
from dualpower.manifest import summary
from dualpower.run import MANIFEST, TRAJECTORIES, Run, RunError, date_coordinates, load_run
from dualpower.scenario import ScenarioError


@pytest.fixture
def run() -> Run:
    return synthetic.run()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# What it tells ----------------------------------------------------------------------------------------------


def test_outcome_and_regimes(run: Run) -> None:
    assert run.outcome == "council_power"
    assert run.outcome_name == "Council power"
    assert run.outcome_sentence == "The councils rule."
    assert run.regimes == [("1917-02-15", "tsarism"), ("1917-02-22", "dual_power"), ("1917-03-01", "council_power")]
    assert run.new_style("1917-02-23") == "1917-03-08"
    assert run.complete


def test_shows_itself(run: Run) -> None:
    assert repr(run) == "<Run of A toy city: 1917-02-15 to 1917-03-06, seed 0, Council power>"
    assert "<td>1917-03-14</td><td>Council power</td>" in run._repr_html_()


def test_summary_is_plain(run: Run) -> None:
    said = summary(run)
    assert json.loads(json.dumps(said)) == said
    assert said["outcome"] == {"regime": "council_power", "name": "Council power", "sentence": "The councils rule."}
    peak = said["peaks"]["strikers"]
    assert peak["value"] == float(run.dataset["strikers"].max())


@pytest.mark.parametrize(
    ("calendar", "start", "new"),
    [
        ("julian", "1917-02-23", "1917-03-08"),
        ("gregorian", "1917-03-08", "1917-03-08"),
        ("julian", "1700-02-28", "1700-03-10"),
    ],
)
def test_dates_in_both_styles(calendar: Any, start: str, new: str) -> None:
    coordinates = date_coordinates(start, 3, calendar)
    assert str(coordinates["new_style"][1][0])[:10] == new
    assert coordinates["date"].calendar == calendar.replace("gregorian", "proleptic_gregorian")


def test_julian_leap_day() -> None:
    days = date_coordinates("1900-02-28", 2, "julian")
    assert days["date"][1].day == 29
    assert str(days["new_style"][1][1])[:10] == "1900-03-13"


def test_events_are_tidied() -> None:
    raw = pd.DataFrame({"event": ["a", "b"], "date": ["1917-02-20", np.nan], "happened": [True, False]})
    run = Run(synthetic.dataset(), raw, None, 1, {})
    assert list(run.events["date"]) == ["1917-02-20", ""]
    assert run.events["happened"].dtype == bool
    assert list(run.events["why"]) == ["", ""]


# Its folder -------------------------------------------------------------------------------------------------


def test_round_trip_is_exact(run: Run, tmp_path: Path) -> None:
    again = load_run(run.save(tmp_path / "deep" / "folder"))
    xr.testing.assert_identical(run.dataset, again.dataset)
    assert {name: run.dataset[name].dtype for name in run.dataset.variables} == {
        name: again.dataset[name].dtype for name in again.dataset.variables
    }
    assert isinstance(again.dataset.indexes["date"], xr.CFTimeIndex)
    assert again.dataset.indexes["date"].calendar == "julian"
    pd.testing.assert_frame_equal(run.events, again.events)
    assert (again.seed, again.regimes, summary(again)) == (run.seed, run.regimes, summary(run))
    assert names(tmp_path / "deep" / "folder") == ["events.csv", MANIFEST, TRAJECTORIES]


@pytest.mark.parametrize("strange", ["nan", "float64", "gregorian", "one day"])
def test_round_trip_of_strange_data(strange: str, tmp_path: Path) -> None:
    data = synthetic.dataset(1 if strange == "one day" else 20)
    if strange == "nan":
        data["grievance"][:, 2] = np.nan
    if strange == "float64":
        data["deaths"] = data["deaths"].astype("float64") + 1e-12
    if strange == "gregorian":
        data = data.assign_coords(date_coordinates("2011-01-14", 20, "gregorian"))
    events = synthetic.events().assign(why='commas, "quotes",\nnew lines and Ж')
    run = Run(data, events, None, 2**32 - 1, synthetic.run().manifest)
    again = load_run(run.save(tmp_path))
    xr.testing.assert_identical(data, again.dataset)
    pd.testing.assert_frame_equal(run.events, again.events)
    assert again.seed == 2**32 - 1


def test_saving_replaces_and_clears(run: Run, tmp_path: Path) -> None:
    run.save(tmp_path)
    for name in ("report.html", "score.csv", "checkpoint.npz", "notes.txt"):
        (tmp_path / name).write_text("of another run")
    synthetic.run(seed=5).save(tmp_path)
    assert load_run(tmp_path).seed == 5
    assert names(tmp_path) == ["events.csv", MANIFEST, "notes.txt", TRAJECTORIES]


@pytest.mark.parametrize("name", ["report.html", "score.csv", "manifest.json"])
def test_other_peoples_files_are_left_alone(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(RunError, match="would be lost; choose another folder"):
        run.save(tmp_path)
    assert (tmp_path / name).read_text() == "mine"


def test_big_run_is_written_quickly(tmp_path: Path) -> None:
    import time

    run = synthetic.run(304, 250)
    began = time.perf_counter()
    run.save(tmp_path)
    assert time.perf_counter() - began < 5.0  # 0.4 s; the bound only tells a mistake from a slow machine


def spoil(folder: Path, how: str) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    if how == "manifest gone":
        (folder / MANIFEST).unlink()
    elif how == "no json":
        (folder / MANIFEST).write_text("{")
    elif how == "foreign":
        (folder / MANIFEST).write_text('{"name": "somebody else\'s"}')
    elif how == "a list":
        (folder / MANIFEST).write_text("[]")
    elif how == "newer":
        (folder / MANIFEST).write_text(json.dumps({**manifest, "format_version": 99, "package_version": "9.9"}))
    elif how == "data gone":
        (folder / TRAJECTORIES).unlink()
    elif how == "data cut":
        (folder / TRAJECTORIES).write_bytes((folder / TRAJECTORIES).read_bytes()[:-100])
    elif how == "one bit":
        data = bytearray((folder / TRAJECTORIES).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / TRAJECTORIES).write_bytes(data)
    elif how == "events of another":
        (folder / "events.csv").write_text("event,date,option,happened,why\n")


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("manifest gone", "manifest.json is missing"),
        ("no json", "cannot be read as JSON"),
        ("foreign", "not the manifest of a dualpower run"),
        ("a list", "not the manifest of a dualpower run"),
        ("newer", "dualpower 9.9; this version reads format 1"),
        ("data gone", "trajectories.nc: cannot be read"),
        ("data cut", "trajectories.nc: damaged"),
        ("one bit", "trajectories.nc: damaged"),
        ("events of another", "events.csv: damaged"),
    ],
)
def test_bad_folders_are_refused_in_a_sentence(run: Run, tmp_path: Path, how: str, says: str) -> None:
    spoil(run.save(tmp_path), how)
    with pytest.raises(RunError, match=says) as caught:
        load_run(tmp_path)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


def test_no_folder_and_a_file(tmp_path: Path, run: Run) -> None:
    with pytest.raises(RunError, match="no such folder"):
        load_run(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    for place in ("file", "file/below"):
        with pytest.raises(RunError, match="is a file, not a folder") as caught:
            run.save(tmp_path / place)
        assert caught.value.exit_code == 2
    (tmp_path / "kept" / TRAJECTORIES).mkdir(parents=True)
    with pytest.raises(RunError, match="a folder of that name is in the way"):
        run.save(tmp_path / "kept")
    assert names(tmp_path / "kept") == [TRAJECTORIES]


# Refused writes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", range(5))
def test_full_disk_leaves_the_old_run(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    run.save(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    calls = iter(range(100))

    def fsync(handle: int) -> None:
        if next(calls) >= after:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    if after < 3:
        with pytest.raises(RunError, match="no space left on the disk; nothing there was changed") as caught:
            synthetic.run(seed=9).save(tmp_path)
        assert caught.value.exit_code == 1
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
        with pytest.raises(RunError):
            synthetic.run(seed=9).save(tmp_path / "new" / "deep")
        assert not (tmp_path / "new").exists()
    else:
        assert load_run(synthetic.run(seed=9).save(tmp_path)).seed == 9


@pytest.mark.parametrize("step", range(4))
def test_a_crash_leaves_the_old_run_or_none(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Killed between two moves: the folder says that it is unfinished, it never mixes two runs."""
    run.save(tmp_path)
    moves = iter(range(100))
    replace = Path.replace

    def crash(self: Path, target: Path) -> Path:
        if next(moves) == step:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", crash)
    if step < 3:
        with pytest.raises(KeyboardInterrupt):
            synthetic.run(seed=9).save(tmp_path)
        with pytest.raises(RunError, match="no finished run here"):
            load_run(tmp_path)
    else:
        synthetic.run(seed=9).save(tmp_path)


def test_read_only_folder(run: Run, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user may write anywhere")
        with pytest.raises(RunError, match="writing there is not permitted") as caught:
            run.save(tmp_path / "new")
        assert caught.value.exit_code == 2
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("number", "says", "code"),
    [
        (errno.EROFS, "read-only", 2),
        (errno.EACCES, "not permitted", 2),
        (errno.EDQUOT, "quota", 1),
        (errno.EIO, "output", 1),
    ],
)
def test_refusals_in_words(number: int, says: str, code: int) -> None:
    error = _files.in_words(OSError(number, os.strerror(number)), Path("there"))
    assert says in str(error)
    assert error.exit_code == code


def test_written_files_are_readable_by_others(run: Run, tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        run.save(tmp_path / "r")
        _files.write_file(tmp_path / "r" / "score.csv", b"")
    finally:
        os.umask(old)
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "r").iterdir()} == {"0o644"}


def test_check_writable_leaves_no_trace(tmp_path: Path) -> None:
    _files.check_writable(tmp_path / "a" / "b")
    assert names(tmp_path) == []
    (tmp_path / "f").write_text("")
    with pytest.raises(RunError):
        _files.check_writable(tmp_path / "f")


# Checkpoints ------------------------------------------------------------------------------------------------


def test_checkpoint_round_trip(tmp_path: Path) -> None:
    toy: Any = synthetic.scenario()
    state = {"camps": np.arange(6, dtype=np.float32) / 7, "day": np.array(12)}
    data = synthetic.dataset(12)
    Checkpoint(state, data, about(toy, 3)).save(tmp_path / "r")
    again = load_checkpoint(tmp_path / "r")
    assert again is not None
    assert all(np.array_equal(again.state[key], state[key]) for key in state)
    assert again.state["camps"].dtype == np.float32
    xr.testing.assert_identical(again.dataset, data)
    assert again.last_day == "1917-02-26"
    assert differences(again.about, about(toy, 3)) == []
    assert load_checkpoint(tmp_path) is None


def test_checkpoint_damaged(tmp_path: Path) -> None:
    Checkpoint({"a": np.arange(1000)}, synthetic.dataset(2), about(synthetic.scenario(), 1)).save(tmp_path)  # type: ignore[arg-type]
    path = tmp_path / "checkpoint.npz"
    whole = path.read_bytes()
    for body in (b"", b"text", whole[:500], whole[:-30], whole[:3000] + b"x" + whole[3001:]):
        path.write_bytes(body)
        with pytest.raises(RunError, match="run again without --resume"):
            load_checkpoint(tmp_path)


def test_differences_are_named() -> None:
    toy: Any = synthetic.scenario()
    base = about(toy, 1)
    assert differences(base, about(toy, 2)) == ["the seed was 1 and is 2"]
    assert differences(base, about(toy.do("march", "never"), 1)) == ["--do march=never is new"]
    assert differences(about(toy.do("march", "never"), 1), base) == ["--do march=never is missing"]
    assert "parameter allegiance.blame was 0.5 and is 0.0" in differences(
        base, about(toy.set("allegiance.blame", 0.0), 1)
    )
    edited = {**base, "scenario": {**base["scenario"], "hash": "1", "files": {"units.csv": "2"}}}
    assert differences(base, edited) == ["changed since: units.csv"]
    respelt = {**base, "scenario": {**base["scenario"], "files": {"units.csv": "2"}}}
    assert differences(base, respelt) == []
    assert differences(base, {**base, "scenario": {"id": "other"}}) == ["the scenario was toy and is other"]


def test_join_puts_days_together() -> None:
    whole = synthetic.dataset()
    for cut in (0, 7, 19):
        joined = join(whole.isel(date=slice(0, cut)), whole.isel(date=slice(cut, None)))
        xr.testing.assert_identical(joined, whole)
    xr.testing.assert_identical(join(whole.isel(date=slice(0, 9)), whole), whole)
    xr.testing.assert_identical(join(None, whole), whole)


@pytest.mark.parametrize("path", [None, 3, ["a"]])
def test_what_is_no_path_is_said_to_be_none(run: Run, path: Any) -> None:
    for use in (run.save, run.report, dp.load_run, dp.load_ensemble, dp.load_claims, dp.read_posterior):
        with pytest.raises(RunError, match="the path of a file or a folder is wanted, as text or a Path, not"):
            use(path)
    with pytest.raises(ScenarioError, match="expected the name of a scenario of the library"):
        dp.load(path)
    with pytest.raises(ScenarioError, match="expected a name of letters"):
        dp.new(path)
