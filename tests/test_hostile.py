"""What users do without meaning to: values beyond the laws, folders of somebody else's, slips of the pen, Ctrl-C."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd
import pytest

import dualpower as dp
from commands import call
from dualpower import _files
from dualpower.checkpoint import load_checkpoint
from dualpower.cli import _interrupt
from dualpower.experiment.plan import seeds
from dualpower.run import RunError, load_run
from dualpower.scenario import ScenarioError


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "town"
    assert call("new", "town", folder).code == 0
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """A folder whose only file is the user's, and is still there afterwards, whatever its name."""
    yield tmp_path
    (path,) = tmp_path.iterdir()
    assert path.read_text() == "mine"


# Numbers beyond the laws ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("more", [(), ("--draws", "2"), ("--people", "0.2")])
def test_a_year_without_numbers_is_no_result(town: Path, more: tuple[str, ...]) -> None:
    ended = call("run", town, "--set", "councils.mandate=0", "-q", *more)
    assert (ended.code, ended.out) == (2, "")
    assert "the laws give no finite numbers any more; --set councils.mandate=0.0 is beyond" in ended.err
    assert len(ended.err.splitlines()) == 1


@pytest.mark.slow
def test_draws_without_numbers_are_named_by_their_seeds(town: Path) -> None:
    table = pd.DataFrame({"councils.mandate": [30.0, 0.0, 30.0, 30.0, 0.0]})
    wrong = ", ".join(str(seed) for k, seed in enumerate(seeds(1, 0, 16)) if k % 5 in (1, 4))
    with pytest.raises(RunError, match=re.escape(f"no finite numbers any more in the draws with seeds {wrong};")):
        dp.simulate(dp.load(town), draws=5, parameters=table)


@pytest.mark.slow
def test_draws_of_people_without_numbers_are_named_by_their_seeds(town: Path) -> None:
    """Of those that share a call, only the ones that are lost."""
    table = pd.DataFrame({"councils.mandate": [30.0, 30.0, 30.0, 30.0, 0.0, 30.0, 0.0]})
    wrong = ", ".join(str(seeds(1, 0, 7)[k]) for k in (4, 6))
    with pytest.raises(RunError, match=re.escape(f"no finite numbers any more in the draws with seeds {wrong};")):
        dp.simulate(dp.load(town), draws=7, people=0.2, parameters=table)


@pytest.mark.slow
def test_nothing_but_the_value_is_blamed(town: Path) -> None:
    changed = dp.load(town).set("councils.mandate", 0.0).scale("series.food", 0.9)
    with pytest.raises(RunError, match=re.escape("one of --set councils.mandate=0.0, --scale series.food=0.9 is")):
        dp.simulate(changed)
    run = dp.simulate(dp.load(town).set("councils.mandate", 0.01))
    assert np.isfinite(run.dataset["camp_share"]).all()


def test_a_unit_has_no_more_people_than_the_world(town: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(town, tmp_path / "town")
    text = (copy / "units.csv").read_text()
    (copy / "units.csv").write_text(text.replace(",1800,", ",1e39,", 1))
    ended = call("check", copy)
    assert ended.code == 2
    assert "size" in ended.out


# Folders ----------------------------------------------------------------------------------------------------

RUN = ("manifest.json", "trajectories.nc", "events.csv", "checkpoint.npz", "score.csv", "report.html")
ENSEMBLE = ("ensemble.json", "outcomes.csv", "probabilities.csv", "score.csv", "report.html", "parameters.csv")


@pytest.mark.parametrize("name", RUN)
def test_a_run_replaces_no_file_of_the_users(town: Path, own: Path, name: str) -> None:
    (own / name).write_text("mine")
    ended = call("run", town, "-q", "-o", own)
    assert ended.code == 2
    assert name in ended.err


@pytest.mark.parametrize("name", ENSEMBLE)
def test_an_ensemble_replaces_no_file_of_the_users(town: Path, own: Path, name: str) -> None:
    (own / name).write_text("mine")
    ended = call("run", town, "-q", "--draws", "2", "-o", own)
    assert ended.code == 2
    assert name in ended.err


@pytest.mark.slow
def test_other_files_stay_beside_an_ensemble(town: Path, tmp_path: Path) -> None:
    (tmp_path / "draws-notes.nc").write_text("mine")
    for _ in range(2):
        assert call("run", town, "-q", "--draws", "2", "-o", tmp_path, "--no-report").code == 0
    assert (tmp_path / "draws-notes.nc").read_text() == "mine"


needs_locks = pytest.mark.skipif(sys.platform == "win32", reason="folders have no locks")


@contextlib.contextmanager
def another_program(folder: Path) -> Iterator[None]:
    """A process that writes to a folder, and is killed in the end."""
    holds = "import sys, time; from pathlib import Path; from dualpower._files import held\n"
    holds += "with held(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", holds, str(folder)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "held\n"
        try:
            yield
        finally:
            writer.kill()


@needs_locks
@pytest.mark.slow
@pytest.mark.parametrize(
    "more", [(), ("--draws", "2"), ("--draws", "2", "--resume"), ("--draws", "64", "--shard", "1/2")]
)
def test_two_programs_do_not_write_to_one_folder(town: Path, tmp_path: Path, more: tuple[str, ...]) -> None:
    folder, command = tmp_path / "years", ("run", town, "-q", "--no-report", *more)
    assert call(*command, "-o", folder).code == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with another_program(folder):
        ended = call(*command, "--seed", "1", "-o", folder)
        assert (ended.code, ended.out) == (2, "")
        assert f"{folder}: another program is writing there" in ended.err
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
        assert call(*command, "-o", tmp_path / "apart").code == 0
    assert call(*command, "-o", folder).code == 0
    assert {path.name for path in folder.iterdir()} == {*before}


@needs_locks
@pytest.mark.slow
def test_parts_and_copies_keep_out_of_a_folder_that_is_written_to(town: Path, tmp_path: Path) -> None:
    made = dp.simulate(dp.load(town), draws=2, out=tmp_path / "part")
    with another_program(tmp_path / "whole"):
        for job in (lambda: dp.merge(tmp_path / "part", tmp_path / "whole"), lambda: made.save(tmp_path / "whole")):
            with pytest.raises(RunError, match="whole: another program is writing there"):
                job()
    assert dp.merge(tmp_path / "part", tmp_path / "whole").draws == 2


def test_a_folder_that_was_made_for_nothing_goes(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="nothing"), _files.held(tmp_path / "a" / "b"):
        raise RunError("nothing")
    assert not (tmp_path / "a").exists()
    with _files.held(tmp_path / "a"), _files.held(tmp_path / "a"):  # who holds it goes on
        pass
    assert (tmp_path / "a").is_dir()


@pytest.mark.parametrize("name", ["compare.html", "outcomes.csv", "scenario.toml", "trajectories.nc", "ensemble.json"])
def test_a_comparison_replaces_no_file_of_the_users(town: Path, own: Path, name: str) -> None:
    (own / name).write_text("mine")
    ended = call("compare", town, "--do", "rising=never", "--draws", "2", "-o", own)
    assert ended.code == 2
    assert name in ended.err


@pytest.mark.slow
def test_a_comparison_replaces_itself(town: Path, tmp_path: Path) -> None:
    for _ in range(2):
        assert call("compare", town, "--do", "rising=never", "--draws", "2", "-o", tmp_path / "pair").code == 0
    assert sorted(path.name for path in (tmp_path / "pair").iterdir()) == [
        "compare.html", "differences.csv", "outcomes.csv"]  # fmt: skip


def test_claims_are_not_kept_in_a_scenario(town: Path) -> None:
    before = sorted(town.iterdir())
    ended = call("claims", town, "--draws", "2", "-o", town)
    assert ended.code == 2
    assert "scenario.toml" in ended.err
    assert sorted(town.iterdir()) == before


def test_a_new_scenario_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, written = Path.write_bytes, []

    def full(path: Path, data: bytes) -> int:
        written.append(path)
        if len(written) > 2:
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    ended = call("new", "town", tmp_path / "town")
    assert ended.code == 2
    assert "No space left on device" in ended.err
    assert len(written) == 3
    assert not (tmp_path / "town").exists()


@pytest.mark.slow
@pytest.mark.parametrize("stray", ["backup.csv", ".#units.csv"])
def test_strays_beside_a_scenario_do_no_harm(town: Path, tmp_path: Path, stray: str) -> None:
    copy = shutil.copytree(town, tmp_path / "town")
    if stray.startswith("."):
        (copy / stray).symlink_to("somebody@elsewhere.1")
    else:
        (copy / stray).mkdir()
    assert call("run", copy, "-q", "--until", "1921-03-10").code == 0


@pytest.mark.slow
def test_a_manifest_that_says_too_little_is_damaged(town: Path, tmp_path: Path) -> None:
    dp.simulate(dp.load(town), until="1921-03-10").save(tmp_path)
    whole = json.loads((tmp_path / "manifest.json").read_text())
    for name in ("seed", "files", "scenario", "complete", "dates"):
        (tmp_path / "manifest.json").write_text(json.dumps(whole | {name: None}))
        with pytest.raises(RunError, match=f"damaged, it does not say {name}"):
            load_run(tmp_path)
    for other in (
        {"dates": {"first": "1921-03-01"}}, {"interventions": ["march"]}, {"parameters": {"a": "b"}}, {"names": []},
        {"scenario": {"id": 3}}, {"files": {"events.csv": 1}}, {"switches": None},
    ):  # fmt: skip
        (tmp_path / "manifest.json").write_text(json.dumps(whole | other))
        with pytest.raises(RunError, match="damaged, "):
            load_run(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps(whole))
    (tmp_path / "trajectories.nc").write_bytes(b"")
    assert call("run", town, "-o", tmp_path, "-q", "--until", "1921-03-10", "--no-report").code == 0  # it is replaced
    load_run(tmp_path)


def test_a_damaged_checkpoint_is_called_so(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    np.savez(path, about=np.zeros(3, np.uint8))
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 10] = 99  # a way of packing that nobody knows
    path.write_bytes(data)
    with pytest.raises(RunError, match=r"checkpoint\.npz: damaged"):
        load_checkpoint(tmp_path)


def test_what_an_interrupted_run_leaves_has_its_events(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("dualpower.simulate")
    real = module.simulate

    def interrupted(scenario: dp.Scenario, **options: Any) -> None:
        told = options.pop("on_segment")

        def on_segment(*segment: Any) -> None:
            told(*segment)
            raise KeyboardInterrupt

        real(scenario, on_segment=on_segment, **options)

    with monkeypatch.context() as patched:
        patched.setattr(module, "simulate", interrupted)
        assert call("run", town, "-o", tmp_path, "-q").code == 130
    part = load_run(tmp_path)
    until_then = dp.simulate(dp.load(town), until=part.dates[-1])
    pd.testing.assert_frame_equal(part.events, until_then.events)
    assert part.events["happened"].any()
    assert not len(dp.compare(part, until_then).events)


def test_a_run_made_another_way_is_not_resumed(town: Path, tmp_path: Path) -> None:
    made = {
        "noise=False": dp.simulate(dp.load(town), noise=False, until="1921-03-10"),
        "choices='rules'": dp.simulate(dp.load(town), choices="rules", until="1921-03-10"),
        "forked on 1921-03-05": dp.simulate(dp.load(town), until="1921-03-10").fork("1921-03-05").simulate(seed=2),
    }
    for number, (said, run) in enumerate(made.items()):
        folder = run.save(tmp_path / str(number))
        ended = call("run", town, "-o", folder, "-q", "--until", "1921-03-10", "--resume")
        assert ended.code == 2
        assert said in ended.err


def test_an_ensemble_is_resumed_with_its_people_and_is_no_run(town: Path, tmp_path: Path) -> None:
    words = ("run", town, "--until", "1921-03-05", "-q", "--no-report", "-o")
    assert call(*words, tmp_path / "many", "--draws", "1", "--people", "0.02", "--seed", "3").code == 0
    assert call(*words, tmp_path / "many", "--draws", "2", "--resume").code == 0
    assert call(*words, tmp_path / "one").code == 0
    ended = call("compare", tmp_path / "one", tmp_path / "many")
    assert ended.code == 2
    assert "a run and an ensemble cannot be compared" in ended.err


# Slips of the pen -------------------------------------------------------------------------------------------


def test_check_gives_targets_their_meaning(town: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(town, tmp_path / "town")
    text = (copy / "targets.csv").read_text()
    assert ",strikers,all," in text
    assert ",Radicals," in text
    (copy / "targets.csv").write_text(
        text.replace(",strikers,all,", ",strikers,weavrs,", 1).replace(",Radicals,", ",Radicls,", 1)
    )
    ended = call("check", copy)
    assert ended.code == 2
    first, second = ended.out.splitlines()
    assert 'found "weavrs"' in first
    assert 'did you mean "weavers"?' in first
    assert 'no party called "Radicls"' in second


def test_events_that_presuppose_each_other(town: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(town, tmp_path / "town")
    path = copy / "timeline.toml"
    event = '\n[[events]]\nid = "{0}"\nname = "{0}"\ndate = "1921-04-{2}"\nkind = "shock"\n'
    event += 'requires = {{ events = ["{1}"] }}\nsource = "invented"\nsource_kind = "guess"\n'
    path.write_text(path.read_text() + event.format("hen", "egg", "01") + event.format("egg", "hen", "02"))
    ended = call("check", copy)
    assert ended.code == 2
    assert "hen needs egg needs hen" in ended.out or "egg needs hen needs egg" in ended.out


@pytest.mark.parametrize("how", ["NUL", "UTF-16", "pipe"])
def test_a_table_that_is_no_text(town: Path, tmp_path: Path, how: str) -> None:
    copy = shutil.copytree(town, tmp_path / "town")
    path = copy / "units.csv"
    text = path.read_text()
    path.unlink()
    if how == "NUL":
        path.write_text(text.replace("\n", "\n\0", 2))
    elif how == "UTF-16":
        path.write_bytes(text.encode("utf-16-le"))
    else:
        os.mkfifo(path)
    ended = call("check", copy)
    assert ended.code == 2
    said = {"NUL": "line 2: found a NUL", "UTF-16": "looks like UTF-16", "pipe": "something that is no file"}[how]
    assert said in ended.out.splitlines()[0]


def test_the_folder_that_is_not_there_is_blamed(town: Path, tmp_path: Path) -> None:
    assert call("run", town, "-q", "--draws", "2", "--until", "1921-03-10", "-o", tmp_path / "some").code == 0
    ended = call("compare", tmp_path / "some", tmp_path / "nowhere")
    assert ended.code == 2
    assert "nowhere" in ended.err


# Being stopped ----------------------------------------------------------------------------------------------


def frames(file: str) -> FrameType:
    """A frame of a file of that name."""
    space: dict[str, FrameType] = {}
    exec(compile("import sys; found = sys._getframe()", file, "exec"), space)
    return space["found"]


def test_ctrl_c_waits_for_an_import_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    later: list[tuple[float, tuple[int, ...]]] = []

    class Timer:
        daemon = False

        def __init__(self, seconds: float, _: object, words: tuple[int, ...]) -> None:
            later.append((seconds, words))

        def start(self) -> None:
            pass

    monkeypatch.setattr(threading, "Timer", Timer)
    _interrupt._interrupt(2, frames("<frozen importlib._bootstrap>"))
    _interrupt._interrupt(2, frames(os.path.join("lib", "jax", "_src", "core.py")))  # noqa: PTH118
    assert [words for _, words in later] == [(2,), (2,)]
    with pytest.raises(KeyboardInterrupt):
        _interrupt._interrupt(2, frames("own.py"))
    assert len(later) == 2


def test_a_stream_that_is_closed_is_no_reason_to_fail(town: Path) -> None:
    command = f'"{sys.executable}" -m dualpower check "{town}"'
    for closed in (">&-", "2>&-", ">&- 2>&-"):
        ended = subprocess.run(["sh", "-c", f"{command} {closed}"], capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stderr) == (0, ""), closed
    if os.path.exists("/dev/full"):  # noqa: PTH110
        full = subprocess.run(["sh", "-c", f"{command} >/dev/full"], capture_output=True, text=True, check=False)
        assert full.returncode == 1
        assert "No space left on device" in full.stderr
        assert "Traceback" not in full.stderr


# What a second trial has found ------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("pace", [1.7, 3.0])
def test_a_party_in_haste_stays_finite(town: Path, pace: float) -> None:
    run = dp.simulate(dp.load(town).set("line.pace", pace))
    assert np.abs(run.dataset["line"]).max() <= 2


@pytest.mark.parametrize(
    ("address", "value"), [("repression.lethality", "-5"), ("councils.founders.radicals", "-1"), ("line.pace", "-0.1")]
)
def test_what_cannot_be_negative_is_not(town: Path, tmp_path: Path, address: str, value: str) -> None:
    ended = call("run", town, "--set", f"{address}={value}", "-q")
    assert ended.code == 2
    assert address in ended.err
    assert "from 0 to" in ended.err
    copy = shutil.copytree(town, tmp_path / "town")
    law, name = address.split(".", 1)
    (copy / "parameters.toml").write_text(f"[{law}]\n{name} = {value}\n")
    ended = call("check", copy)
    assert (ended.code, address in ended.out) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ("fit", "TOWN", "--draws", "0", "--starts", "1", "-o", "TOWN"),
        ("sensitivity", "TOWN", "-o", "TOWN"),
        ("forecast", "TOWN", "-o", "TOWN"),
        ("theories", "TOWN", "-o", "TOWN"),
    ],
)
def test_results_are_not_put_into_a_scenario(town: Path, words: tuple[str, ...]) -> None:
    before = sorted(path.name for path in town.iterdir())
    ended = call(*(town if word == "TOWN" else word for word in words))
    assert (ended.code, "has a scenario" in ended.err) == (2, True)
    assert sorted(path.name for path in town.iterdir()) == before


def test_a_folder_has_a_name(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("merge", "one", "two", "-o", "").code == 2
    run = dp.simulate(dp.load(town), until="1921-03-02")
    with pytest.raises(RunError, match="the name of a folder"):
        run.save("")
    with pytest.raises(RunError, match="has a scenario"):
        run.save(town)
    assert not list(tmp_path.iterdir())


def test_a_forecast_ends_after_its_origin(town: Path) -> None:
    ended = call("forecast", town, "--origin", "1921-03-31", "--until", "1921-03-15", "--draws", "2", "--starts", "1")
    assert ended.code == 2
    assert "nothing is left to forecast" in ended.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("targets.csv", "Radicals,15,10,22", "Radicals,200,150,250", "T03"),
        ("targets.csv", "all,3500,2500,5000", "all,-3500,-5000,-2500", "T01"),
        ("scenario.toml", 'launched_by = "rising"', 'launched_by = "column-marches"', "contests.rising.launched_by"),
        ("scenario.toml", "scale = 100", "scale = 0", "scale"),
        (
            "scenario.toml",
            'party = "radicals"\nlaunched',
            'elected_by = ["x"]\nparty = "radicals"\nlaunched',
            "elected_by",
        ),
    ],
)
def test_what_means_nothing_is_a_fault(town: Path, tmp_path: Path, file: str, old: str, new: str, place: str) -> None:
    copy = shutil.copytree(town, tmp_path / "town")
    text = (copy / file).read_text()
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1))
    ended = call("check", copy)
    assert (ended.code, place in ended.out) == (2, True)


@pytest.mark.parametrize("year", [900, 1525, 2301])
def test_every_century_has_its_new_style(tmp_path: Path, year: int) -> None:
    from dualpower.run import date_coordinates

    days = date_coordinates(f"{year:04d}-03-01", 3, "gregorian")["new_style"][1]
    assert [str(day)[:10] for day in days] == [f"{year:04d}-03-0{day}" for day in (1, 2, 3)]
    julian = date_coordinates("1525-01-01", 1, "julian")["new_style"][1]
    assert str(julian[0])[:10] == "1525-01-11"


@pytest.mark.slow
def test_a_run_of_another_century_is_read_as_it_was_saved(town: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(town, tmp_path / "town")
    for path in copy.iterdir():
        if path.suffix in (".toml", ".csv"):
            path.write_text(path.read_text().replace("1921-", "2301-"))
    run = dp.simulate(dp.load(copy), until="2301-03-05")
    run.save(tmp_path / "run")
    again = load_run(tmp_path / "run")
    assert [str(day)[:10] for day in again.dataset["new_style"].to_numpy()] == run.dates
    assert again.dataset["new_style"].equals(run.dataset["new_style"])


@pytest.mark.slow
def test_a_council_without_voters_is_empty_and_no_end(town: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(town, tmp_path / "town")
    text = (copy / "scenario.toml").read_text()
    (copy / "scenario.toml").write_text(text.replace('places = ["city"]\ncentre', 'places = ["fleet"]\ncentre', 1))
    run = dp.simulate(dp.load(copy))
    assert np.isfinite(run.dataset["delegates"]).all()


def test_dates_and_tables_that_are_none_are_named_by_their_argument(town: Path) -> None:
    scenario = dp.load(town)
    with pytest.raises(RunError, match=r"^targets: a table .* is wanted, not 'T01'"):
        dp.fit(scenario, targets="T01")  # type: ignore[arg-type]
    with pytest.raises(ScenarioError, match=r'^until: found "yes"'):
        dp.fit(scenario, until="yes")
    with pytest.raises(ScenarioError, match=r'^until: found "yes"'):
        dp.simulate(scenario, until="yes")
    with pytest.raises(ScenarioError, match=r'^imposed: found "yes"'):
        dp.simulate(scenario, imposed="yes")


def test_a_fit_needs_a_start(town: Path) -> None:
    with pytest.raises(RunError, match="starts: 0 is not a whole number of at least 1"):
        dp.fit(dp.load(town), starts=0)
    with pytest.raises(RunError, match="draws: -1 is not a whole number of at least 0"):
        dp.fit(dp.load(town), draws=-1)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda town: dp.simulate("petrograd-1917"),
        lambda town: dp.simulate("petrograd-1917", draws=2),
        lambda town: dp.fit(None),
        lambda town: dp.test_claims("petrograd-1917"),
        lambda town: dp.simulate(town, seed="one"),
        lambda town: dp.simulate(town, seed=1.5),
        lambda town: dp.simulate(town, seed=-1),
        lambda town: dp.simulate(town, seed=None),  # type: ignore[call-overload]
        lambda town: dp.simulate(town, seed=True),
        lambda town: dp.simulate(town, seed=float("nan"), draws=2),
        lambda town: dp.simulate(town, people=1.0, threads=-2),
        lambda town: dp.simulate(town, imposed=3),
        lambda town: dp.simulate(town, people="all"),
        lambda town: dp.simulate(town, draws=2, jobs=0.5),
        lambda town: dp.fit(town, draws="many"),
        lambda town: dp.fit(town, jobs=0),
        lambda town: dp.test_claims(town, draws=True),
    ],
)
def test_a_wrong_argument_is_one_sentence(town: Path, wrong: Callable[[dp.Scenario], object]) -> None:
    with pytest.raises((RunError, ScenarioError)) as refused:
        wrong(dp.load(town))
    said = str(refused.value)
    assert "\n" not in said
    assert any(word in said for word in ("a scenario is wanted", "found", "whole number"))
