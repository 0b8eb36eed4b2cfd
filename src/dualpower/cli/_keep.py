"""Writing a finished run: its data first, then what can be made again from them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dualpower import _files
from dualpower.cli._errors import INTERRUPTED, StopError
from dualpower.cli._interrupt import undisturbed
from dualpower.run import REPORT, SCORE, RunError

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.run import Run

T = TypeVar("T")


def keep(run: Run, folder: Path, report: bool) -> tuple[pd.DataFrame | None, list[str]]:
    """Save a run with its score and its report.

    Returns
    -------
    scores, missing
        The score (None if it could not be made), and a sentence for each part that is missing. The run itself is never
        missing: if it cannot be saved, that is a `RunError`.
    """
    with undisturbed():
        run.save(folder)
    missing: list[str] = []
    try:
        scores = _part(SCORE, missing, lambda: _score(run, folder / SCORE))
        if report:
            _part(REPORT, missing, lambda: run.report(folder / REPORT, scores))
    except KeyboardInterrupt:
        raise StopError(f"interrupted; the run is saved in {folder}, its report is not", INTERRUPTED) from None
    return scores, missing


def _score(run: Run, path: Path) -> pd.DataFrame:
    scores = run.score()
    _files.write_file(path, scores.to_csv(index=False, lineterminator="\n").encode())
    return scores


def _part(name: str, missing: list[str], make: Callable[[], T]) -> T | None:
    """Make a part that can fail without taking the run with it."""
    try:
        return make()
    except Exception as error:
        missing.append(_sentence(name, error))
        return None


def _sentence(name: str, error: Exception) -> str:
    if os.environ.get("DUALPOWER_DEBUG"):
        raise error
    reason = str(error) if isinstance(error, RunError) else f"{type(error).__name__}: {error}"
    return f"the run is saved, but not {name}: {reason}"
