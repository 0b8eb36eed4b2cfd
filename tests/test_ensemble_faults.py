"""Whatever happens to an ensemble, what is resumed is what would have been, or one sentence says why not."""

from __future__ import annotations

import errno
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import dualpower as dp
from dualpower import _files
from dualpower.cli import main
from dualpower.experiment import Ensemble, simulate_ensemble
from dualpower.experiment.execute import do_all
from dualpower.experiment.shards import INDEX, PARAMETERS, PATTERN
from dualpower.run import RunError
from dualpower.scenario import Scenario
from dying import always, once, slow

UNTIL, DRAWS = "1921-04-05", 100
WISH: dict[str, Any] = {"seed": 5, "until": UNTIL}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return dp.load(dp.new("town", tmp_path_factory.mktemp("scenario") / "town"))


@pytest.fixture(scope="module")
def whole(town: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Ensemble:
    return simulate_ensemble(town, DRAWS, **WISH, out=tmp_path_factory.mktemp("whole"))


@pytest.fixture
def copy(whole: Ensemble, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole.folder, tmp_path / "copy"))


def contents(found: Ensemble) -> list[tuple[int, int, str]]:
    return [(shard.first, shard.stop, shard.content) for shard in found.shards]


def unfinished(folder: Path) -> None:
    """What a kill leaves: an index without shards."""
    index = json.loads((folder / INDEX).read_text())
    (folder / INDEX).write_text(json.dumps({key: value for key, value in index.items() if key != "shards"}))


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob(PATTERN))


# Resume -----------------------------------------------------------------------------------------------------


def test_what_is_done_is_kept_and_the_rest_made(town: Scenario, whole: Ensemble, copy: Path) -> None:
    unfinished(copy)
    files(copy)[1].unlink()
    before = files(copy)[0].stat().st_mtime_ns
    (copy / ".partial-left").write_bytes(b"half a file")
    found = simulate_ensemble(town, DRAWS, **WISH, out=copy, resume=True)
    assert contents(found) == contents(whole)
    assert files(copy)[0].stat().st_mtime_ns == before


def test_unfinished_ensemble_is_not_read(copy: Path) -> None:
    unfinished(copy)
    with pytest.raises(RunError, match="unfinished; go on with it"):
        dp.load_ensemble(copy)


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other"])
def test_damaged_shards_are_made_again(town: Scenario, whole: Ensemble, copy: Path, damage: str) -> None:
    path = files(copy)[1]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(
        {"cut": bytes(data[: len(data) // 2]), "flip": bytes(data), "empty": b"", "other": b"text"}[damage]
    )
    with pytest.raises(RunError, match="damaged"):
        dp.load_ensemble(copy)
    with pytest.warns(UserWarning, match=f"{path.name}: damaged.*made again"):
        found = simulate_ensemble(town, DRAWS, **WISH, out=copy, resume=True)
    assert contents(found) == contents(whole)
    assert contents(dp.load_ensemble(copy)) == contents(whole)


def test_damaged_labels_are_damage_too(town: Scenario, whole: Ensemble, copy: Path) -> None:
    """The fingerprint is of the numbers; the names beside them lie in the heap of the file."""
    path = files(copy)[0]
    data = bytearray(path.read_bytes())
    heap = data.index(b"GCOL")
    data[heap : heap + 64] = b"\xff" * 64
    path.write_bytes(bytes(data))
    with pytest.raises(RunError, match=f"{path.name}: damaged"):
        dp.load_ensemble(copy)
    with pytest.warns(UserWarning, match=f"{path.name}: damaged.*made again"):
        found = simulate_ensemble(town, DRAWS, **WISH, out=copy, resume=True)
    assert contents(found) == contents(whole)


@pytest.mark.parametrize("said", [-1, "all", {"draws-000000-000001.nc": -1}])
def test_an_index_with_nonsense_about_its_files_is_damaged(copy: Path, said: Any) -> None:
    index = json.loads((copy / INDEX).read_text())
    (copy / INDEX).write_text(json.dumps({**index, "shards": said}))
    with pytest.raises(RunError, match="damaged, what it says of its files cannot be read"):
        dp.load_ensemble(copy)


def test_foreign_shards_are_refused(town: Scenario, copy: Path, tmp_path: Path) -> None:
    simulate_ensemble(town, DRAWS, seed=6, until=UNTIL, out=tmp_path / "other")
    shutil.copy(files(tmp_path / "other")[1], files(copy)[1])
    with pytest.raises(RunError, match="of another ensemble"):
        dp.load_ensemble(copy)
    with pytest.raises(RunError, match="of another ensemble; move them elsewhere"):
        simulate_ensemble(town, DRAWS, **WISH, out=copy, resume=True)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"seed": 6}, "the seed was 5 and is 6"),
        ({"until": "1921-04-06"}, "\"until\" was '1921-04-05' and is '1921-04-06'"),
        ({"keep": "units"}, "keep"),
        ({"noise": False}, '"noise" was True and is False'),
        ({"draws": 50}, "ask for at least as many"),
        ({"part": (1, 2)}, "has part 1/1"),
    ],
)
def test_another_ensemble_is_not_resumed(town: Scenario, copy: Path, changes: dict[str, Any], says: str) -> None:
    wish = {"draws": DRAWS, **WISH, **changes}
    with pytest.raises(RunError, match=says):
        simulate_ensemble(town, wish.pop("draws"), **wish, out=copy, resume=True)
    assert len(files(copy)) == 4


def test_changed_scenario_is_not_resumed(town: Scenario, copy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(town.folder, tmp_path / "town"))
    series = folder / "series.csv"
    series.write_text(series.read_text().replace("0.5", "0.6"))
    with pytest.raises(RunError, match=r"changed since: series.csv"):
        simulate_ensemble(dp.load(folder), DRAWS, **WISH, out=copy, resume=True)
    with pytest.raises(RunError, match=r"--set allegiance.blame=0.0 is new"):
        simulate_ensemble(town.set("allegiance.blame", 0.0), DRAWS, **WISH, out=copy, resume=True)


def test_draws_of_another_program_are_not_gone_on_with(
    town: Scenario, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dualpower.checkpoint.fingerprint", lambda: "edited")
    with pytest.raises(RunError, match="cannot go on with this ensemble, files of the program have changed since"):
        simulate_ensemble(town, 130, **WISH, out=copy, resume=True)


def test_what_goes_wrong_where_draws_are_told_is_not_a_lost_draw(town: Scenario) -> None:
    calls: list[int] = []

    def tell(done: int, of: int) -> None:
        calls.append(done)
        if done == of:
            raise ValueError("my own mistake")

    with ThreadPoolExecutor(1) as pool, pytest.raises(ValueError, match="my own mistake"):
        simulate_ensemble(town, 2, until="1921-03-05", executor=pool, tell=tell)
    assert calls == [0, 2]


def test_more_draws_continue_an_ensemble(town: Scenario, copy: Path) -> None:
    longer = simulate_ensemble(town, 130, **WISH, out=copy, resume=True)
    assert contents(longer) == contents(simulate_ensemble(town, 130, **WISH))
    assert len(files(copy)) == 5


def test_without_resume_an_ensemble_is_replaced_and_a_run_is_not(town: Scenario, copy: Path, tmp_path: Path) -> None:
    assert simulate_ensemble(town, 3, **WISH, out=copy).draws == 3
    assert len(files(copy)) == 1
    dp.simulate(town, until="1921-03-05").save(tmp_path / "run")
    with pytest.raises(RunError, match="has a single run"):
        simulate_ensemble(town, 3, **WISH, out=tmp_path / "run")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "other"}', '{"format": "dualpower-ensemble"}'])
def test_foreign_index(town: Scenario, copy: Path, text: str) -> None:
    (copy / INDEX).write_text(text)
    with pytest.raises(RunError, match=INDEX):
        dp.load_ensemble(copy)
    with pytest.raises(RunError, match=INDEX):
        simulate_ensemble(town, DRAWS, **WISH, out=copy, resume=True)


@pytest.mark.parametrize("lost", ["identity", "names", "switches", "names.outcomes", "switches.people"])
def test_an_index_that_says_too_little_is_damaged(copy: Path, lost: str) -> None:
    index = json.loads((copy / INDEX).read_text())
    *way, name = lost.split(".")
    del (index[way[0]] if way else index)[name]
    (copy / INDEX).write_text(json.dumps(index))
    with pytest.raises(RunError, match=f"damaged, it does not say {name}"):
        dp.load_ensemble(copy)


# The disk ---------------------------------------------------------------------------------------------------


def test_full_disk(town: Scenario, whole: Ensemble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, written = _files.write_through, []

    def full(path: Path, data: bytes) -> None:
        written.append(path)
        if len(written) > 3:
            path.write_bytes(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, data)

    monkeypatch.setattr(_files, "write_through", full)
    words = [
        "run",
        str(town.folder),
        "--draws",
        str(DRAWS),
        "--seed",
        "5",
        "--until",
        UNTIL,
        "-o",
        str(tmp_path / "out"),
    ]
    result = CliRunner().invoke(main, [*words, "-q"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith("there is no space left on the disk\n")  # others are changed
    assert len(files(tmp_path / "out")) == 2
    assert not list((tmp_path / "out").glob(".partial-*"))
    monkeypatch.setattr(_files, "write_through", real)
    found = simulate_ensemble(town, DRAWS, **WISH, out=tmp_path / "out", resume=True)
    assert contents(found) == contents(whole)


# Workers that die -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_dead_worker_is_replaced_once(tmp_path: Path) -> None:
    pieces, done = [(str(tmp_path), k) for k in range(3)], []
    assert do_all(once, pieces, jobs=2, done=done.append) == []
    assert sorted(done) == [0, 1, 2]
    done.clear()
    assert do_all(always, pieces, jobs=2, done=done.append) == [(pieces[1], "its worker died")]
    assert sorted(done) == [0, 2]


@pytest.mark.slow
def test_a_lent_executor_that_breaks_is_reported(tmp_path: Path) -> None:
    done: list[int] = []
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        lost = do_all(always, [(str(tmp_path), 1)], executor=pool, done=done.append)
    assert [why for _, why in lost] == ["its worker died"]


class Unlucky(Executor):
    """Loses what has draw 32 in it, every time."""

    def submit(self, work: Any, /, *args: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            if args[0].first == 32:
                raise MemoryError("too large")
            future.set_result(work(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def test_what_is_missing_is_said_and_made_later(town: Scenario, whole: Ensemble, tmp_path: Path) -> None:
    says = r"draws 32-63 of 100 are missing after a second try \(MemoryError: too large\)"
    with pytest.warns(UserWarning, match=says):
        found = simulate_ensemble(town, DRAWS, **WISH, out=tmp_path, executor=Unlucky())
    assert found.missing == [(32, 64)]
    assert (found.draws, found.complete) == (68, False)
    assert "68 draws, without 32-63" in repr(found)
    assert dp.load_ensemble(tmp_path).missing == [(32, 64)]
    rest = simulate_ensemble(town, DRAWS, **WISH, out=tmp_path, resume=True)
    assert contents(rest) == contents(whole)


def test_exit_code_of_what_is_done_in_part(town: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dualpower.experiment import ensemble

    monkeypatch.setattr(ensemble, "make_shard", _but_the_second(ensemble.make_shard))
    monkeypatch.setattr(ensemble, "_work", lambda plan, folder, wanted, executor, jobs, threads, take: _all(
        ensemble, plan, folder, wanted, take))  # fmt: skip
    words = ["run", str(town.folder), "--draws", "64", "--until", UNTIL, "-q", "--no-report", "-o", str(tmp_path / "o")]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 3
    assert "draws 32-63 of 64 are missing" in result.stderr
    monkeypatch.undo()
    assert CliRunner().invoke(main, [*words, "--resume"]).exit_code == 0


def _but_the_second(work: Any) -> Any:
    def made(task: Any, *rest: Any) -> Any:
        if task.first == 32:
            raise MemoryError
        return work(task, *rest)

    return made


def _all(module: Any, plan: Any, folder: Path, wanted: Any, take: Any) -> Any:
    return do_all(module.make_shard, module.tasks(plan, folder, wanted), executor=_Here(), done=take)


class _Here(Executor):
    def submit(self, work: Any, /, *args: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*args))
        except Exception as error:
            future.set_exception(error)
        return future


# Kills ------------------------------------------------------------------------------------------------------

CHILD = """
import sys
import dualpower as dp
if __name__ == "__main__":
    town = dp.load(sys.argv[1])
    dp.simulate(town, draws=1, until=sys.argv[3])
    print("ready", flush=True)
    dp.simulate(town, draws=int(sys.argv[4]), seed=5, until=sys.argv[3], out=sys.argv[2], resume=True,
                jobs=int(sys.argv[5]), tell=lambda *_: print(".", flush=True))
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_at_any_moment(town: Scenario, whole: Ensemble, tmp_path: Path) -> None:
    """Four kills at random moments of one ensemble, each process going on from the last; then it is resumed."""
    script, folder, chance = tmp_path / "child.py", tmp_path / "out", random.Random(2)
    script.write_text(CHILD)
    for jobs in (1, 2, 1, 1):
        command = [sys.executable, str(script), str(town.folder), str(folder), UNTIL, str(DRAWS), str(jobs)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
            assert child.stdout is not None
            for _ in range(2):
                child.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.3))
            child.kill()
        for path in files(folder):
            assert path.name in {shard.file for shard in whole.shards}
    found = simulate_ensemble(town, DRAWS, **WISH, out=folder, resume=True)
    assert contents(found) == contents(whole)


def test_nobody_waits_for_pieces_that_ctrl_c_has_lost(tmp_path: Path) -> None:
    def stop(piece: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        do_all(slow, [(str(tmp_path), k) for k in range(4)], jobs=2, done=stop)
    assert not list(tmp_path.iterdir())
    assert not active_children()


def test_a_script_from_standard_input_has_no_processes(town: Scenario) -> None:
    many = f"import dualpower as dp\ndp.simulate(dp.load({str(town.folder)!r}), draws=2, until={UNTIL!r}, jobs={{}})"
    for jobs, code in ((2, 1), (1, 0)):
        done = subprocess.run([sys.executable], input=many.format(jobs), capture_output=True, text=True)
        assert (done.returncode, done.stderr.count("Traceback")) == (code, code)
        assert ("keep it in a file" in done.stderr) == bool(code)


def test_a_script_that_would_start_processes_without_end_is_told_so_in_one_sentence(
    town: Scenario, tmp_path: Path
) -> None:
    """Each process reads the script from its top; with the line that everybody forgets, all is well."""
    many = f"dp.simulate(dp.load({str(town.folder)!r}), draws=2, until={UNTIL!r}, jobs=2)"
    for guard, code in (("", 1), ('if __name__ == "__main__": ', 0)):
        script = tmp_path / "script.py"
        script.write_text(f"import dualpower as dp\n{guard}{many}\n")
        done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
        assert done.returncode == code
        assert done.stderr.count("Traceback") == code
        assert ('does stand under `if __name__ == "__main__":`' in done.stderr) == bool(code)


@pytest.mark.parametrize("damage", ["gone", "reversed", "shorter", "foreign", "empty", "no number"])
def test_draws_are_not_read_with_other_parameters(town: Scenario, tmp_path: Path, damage: str) -> None:
    table = pd.DataFrame({"allegiance.match": [0.5, 1.0, 1.5]})
    made = simulate_ensemble(town, 3, seed=1, until="1921-03-03", parameters=table, out=tmp_path / "made")
    path = made.folder / PARAMETERS
    lines = path.read_text().splitlines()
    head, *rows = lines
    texts = {"reversed": [head, *rows[::-1]], "shorter": lines[:-1], "foreign": ["a,b", "1,2"], "empty": [],
             "no number": [head, *rows[:-1], rows[-1].replace("1.5", "x")]}  # fmt: skip
    if damage == "gone":
        path.unlink()
    else:
        path.write_text("\n".join(texts[damage]) + "\n" * bool(texts[damage]))
    for read in (dp.load_ensemble, lambda folder: dp.merge(folder, tmp_path / "merged")):
        with pytest.raises(RunError, match=r"parameters\.csv: (not there|damaged|not the parameters)"):
            read(made.folder)
    again = simulate_ensemble(town, 3, seed=1, until="1921-03-03", parameters=table, out=made.folder, resume=True)
    assert again.parameters["allegiance.match"].tolist() == [0.5, 1.0, 1.5]


def test_parts_are_merged_by_the_table_that_is_whole(town: Scenario, tmp_path: Path) -> None:
    wish = {**WISH, "until": "1921-03-02", "parameters": pd.DataFrame({"allegiance.match": [0.5, 1.0]})}
    for number in (1, 2):
        simulate_ensemble(town, DRAWS, **wish, part=(number, 2), out=tmp_path / str(number))
    (tmp_path / "1" / PARAMETERS).unlink()
    assert dp.merge([tmp_path / "1", tmp_path / "2"], tmp_path / "all").parameters["allegiance.match"].iloc[1] == 1.0


def test_threads_share_a_process(town: Scenario, whole: Ensemble) -> None:
    with ThreadPoolExecutor(4) as many, ThreadPoolExecutor(4) as threads:
        made = [many.submit(simulate_ensemble, town, DRAWS, **WISH, executor=threads) for _ in range(3)]
        found = [contents(each.result()) for each in made]
    assert found == 3 * [contents(whole)]


@pytest.mark.parametrize(
    "said", [{"part": None}, {"part": 5}, {"part": [1, "2"]}, {"missing": 5}, {"missing": None}, {"interventions": "x"}]
)
def test_an_index_with_nonsense_about_its_parts_is_damaged(copy: Path, said: dict[str, Any]) -> None:
    index = json.loads((copy / INDEX).read_text())
    (copy / INDEX).write_text(json.dumps({**index, **said}))
    with pytest.raises(RunError, match="damaged"):
        dp.load_ensemble(copy)


def test_an_index_that_has_forgotten_a_file_is_damaged(copy: Path) -> None:
    index = json.loads((copy / INDEX).read_text())
    index["shards"].popitem()
    (copy / INDEX).write_text(json.dumps(index))
    with pytest.raises(RunError, match=f"its index names {DRAWS} draws, and files of "):
        dp.load_ensemble(copy)


def test_draws_whose_index_is_gone_are_gone_on_with(town: Scenario, whole: Ensemble, copy: Path) -> None:
    whole.save(copy.parent / "saved")
    (copy.parent / "saved" / INDEX).unlink()
    again = simulate_ensemble(town, DRAWS, **WISH, out=copy.parent / "saved", resume=True)
    assert contents(again) == contents(whole)


def test_an_ensemble_is_found_from_another_folder(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copy.parent)
    found = dp.load_ensemble(copy.name)
    monkeypatch.chdir("/")
    assert np.isfinite(found.dataset["marchers"].mean())


def test_versions_of_a_scenario_are_not_compared(town: Scenario, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(town.folder, tmp_path / "town"))
    old = dp.load(folder)
    (folder / "series.csv").write_text(
        (folder / "series.csv").read_text().replace("food,", "food, ").replace("0.", "0.0", 1)
    )
    new = dp.load(folder)
    years = [{"draws": 2, "until": "1921-03-03"}, {"until": "1921-03-03"}]
    for wish in years:  # the older one is made after the files have changed
        one, other = (dp.simulate(each, seed=1, **wish) for each in (old, new))
        with pytest.raises(RunError, match=r"different versions of town: series\.csv differ"):
            dp.compare(one, other)


def test_a_merge_that_cannot_be_leaves_what_is_there(town: Scenario, copy: Path, tmp_path: Path) -> None:
    table = pd.DataFrame({"allegiance.match": [0.5, 1.0]})
    part = simulate_ensemble(town, 2, seed=1, until="1921-03-02", parameters=table, out=tmp_path / "part")
    before = contents(dp.load_ensemble(copy))
    (part.folder / PARAMETERS).unlink()
    with pytest.raises(RunError, match="not there"):
        dp.merge(part.folder, copy)
    assert contents(dp.load_ensemble(copy)) == before


def test_draws_without_an_index_are_not_lost_to_a_smaller_wish(town: Scenario, copy: Path) -> None:
    (copy / INDEX).unlink()
    before = files(copy)
    with pytest.raises(RunError, match="is of more draws, or of another part, than are asked for"):
        simulate_ensemble(town, 4, **WISH, out=copy, resume=True)
    assert files(copy) == before


def test_what_lies_beside_a_scenario_makes_no_other_version(town: Scenario, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(town.folder, tmp_path / "town"))
    years = []
    for words in ("", "a,b"):
        (folder / "notes.csv").write_text(words)
        years.append(dp.simulate(dp.load(folder), draws=2, seed=1, until="1921-03-02"))
    assert dp.compare(*years).words == "On the last day nothing differs."
