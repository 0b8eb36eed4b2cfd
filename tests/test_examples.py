"""The examples run as they stand, at a smaller size, and print what they promise."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "examples"

SMALL: dict[str, dict[str, Any]] = {
    "one_year": {"seed": 2},
    "what_if": {"draws": 4, "jobs": 1},
    "how_likely": {"draws": 4, "jobs": 1},
    "dose": {"draws": 4, "jobs": 1},
    "one_past_two_futures": {"share": 0.01, "until": "1917-06-22"},
    "whose_theory": {"draws": 2, "jobs": 1},
    "town": {},
}
PROMISED = {
    "one_year": "judged targets are missed",
    "what_if": "Bolshevik share of the Petrograd Soviet",
    "how_likely": "Share of draws that are in the regime in which they will end, and leave it no more",
    "dose": "1.0, nobody is recruited | 0.75 +-",
    "one_past_two_futures": "Persons who act otherwise",
    "whose_theory": "garrison:",
    "town": "Largest differences",
}


def test_every_example_is_tried_and_listed() -> None:
    found = {path.stem for path in FOLDER.glob("*.py")}
    assert found == set(SMALL) == set(PROMISED)
    for text in (FOLDER / "README.md", FOLDER.parent / "docs" / "examples.md"):
        assert all(f"{name}.py" in text.read_text(encoding="utf-8") for name in found)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SMALL))
def test_an_example_answers_its_question(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(FOLDER / f"{name}.py"))["main"](**SMALL[name])
    assert PROMISED[name] in capsys.readouterr().out
