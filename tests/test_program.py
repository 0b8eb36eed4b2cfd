"""What is kept knows by which program it was made."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dualpower import _program as program


@pytest.fixture
def package(tmp_path: Path) -> Path:
    own = Path(program.__file__).parent
    unread = shutil.ignore_patterns("__pycache__", "library", "template")
    return Path(shutil.copytree(own, tmp_path / "dualpower", ignore=unread))


def test_a_copy_is_the_same_program(package: Path) -> None:
    assert program.of_files(package) == program.fingerprint()


@pytest.mark.parametrize(
    "name",
    [
        "laws/contests.py",
        "laws/parameters.csv",
        "population/crowd.py",
        "record/score.py",
        "inference/fit.py",
        "scenario/world.py",
        "experiment/table.py",
        "experiment/observed.py",
        "experiment/plan.py",
    ],
)
def test_a_change_of_what_numbers_come_from_is_another_program(package: Path, name: str) -> None:
    path = package / name
    path.write_bytes(path.read_bytes().replace(b"0", b"1", 1) + b"\n")
    assert program.of_files(package) != program.fingerprint()


def test_a_change_of_what_only_shows_them_is_none(package: Path) -> None:
    (package / "report" / "forecast.py").write_text("")
    (package / "cli" / "run.py").write_text("")
    assert program.of_files(package) == program.fingerprint()
