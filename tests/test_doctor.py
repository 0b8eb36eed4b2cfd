"""The doctor and the store of compiled programs: what is wrong is found and named."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dualpower import _cache, doctor
from dualpower.cli import main


def test_exit_code_tells_a_failed_check(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = [doctor.Finding("memory", "ok", "enough"), doctor.Finding("simulation", "fails", "differs")]
    monkeypatch.setattr(doctor, "examine", lambda: findings)
    result = CliRunner().invoke(main, ["doctor"])
    assert (result.exit_code, result.stdout) == (4, "  ok     memory      enough\n  fails  simulation  differs\n")
    said = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).stdout)
    assert said == {"ok": False, "checks": [finding._asdict() for finding in findings]}


def test_a_check_that_breaks_is_a_finding() -> None:
    def broken() -> doctor.Finding:
        raise RuntimeError("no such thing\nand more")

    assert doctor._guarded("x", broken) == doctor.Finding("x", "fails", "RuntimeError: no such thing")


def test_missing_and_old_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_MODULES", ("json_that_is_not_there",))
    declared = ["numpy>=99.1", "scipy>=1.0", "pytest>=99; extra == 'test'"]
    monkeypatch.setattr(doctor.metadata, "requires", lambda name: declared)
    finding = doctor._packages()
    assert finding.verdict == "fails"
    assert "json_that_is_not_there cannot be imported" in finding.detail
    assert finding.detail.endswith("; numpy is older than 99.1")


@pytest.mark.parametrize("word", ["", "off", "0", "None"])
def test_cache_switched_off(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv(_cache.VARIABLE, word)
    assert _cache.cache_folder() is None
    assert doctor._cache().verdict == "note"


def test_cache_elsewhere_and_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(_cache.VARIABLE, str(tmp_path / "deep"))
    folder = _cache.cache_folder()
    assert folder is not None
    assert folder.parent == tmp_path / "deep"
    assert list(folder.iterdir()) == []
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(_cache.VARIABLE, str(tmp_path / "file"))
    assert _cache.cache_folder() is None


def test_damaged_programs_are_discarded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(_cache.VARIABLE, str(tmp_path))
    folder = _cache.cache_folder()
    assert folder is not None
    for name in ("jit_year-12-cache", "jit_init-34-cache"):
        (folder / name).write_text("cut sho")
    said = "Error reading persistent compilation cache entry for 'jit_year': error: Error -5 while decompressing"
    assert _cache.discard_damaged(said)
    assert not _cache.discard_damaged("something else")
    assert [path.name for path in folder.iterdir()] == ["jit_init-34-cache"]


def test_cache_of_the_user_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = importlib.import_module("jax").config
    before = config.jax_compilation_cache_dir
    try:
        config.update("jax_compilation_cache_dir", str(tmp_path / "mine"))
        assert _cache.enable_compilation_cache() == tmp_path / "mine"
        config.update("jax_compilation_cache_dir", None)
        monkeypatch.setenv(_cache.VARIABLE, "off")
        assert _cache.enable_compilation_cache() is None
        monkeypatch.setenv(_cache.VARIABLE, str(tmp_path / "ours"))
        assert str(_cache.enable_compilation_cache()).startswith(str(tmp_path / "ours"))
    finally:
        config.update("jax_compilation_cache_dir", before)
