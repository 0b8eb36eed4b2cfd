"""An ensemble on the disk: its draws and index copied, its tables and its report written beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dualpower import _files
from dualpower.experiment import shards

if TYPE_CHECKING:
    from dualpower.experiment.result import Ensemble


def save(ensemble: Ensemble, folder: Path) -> None:
    """Copy an ensemble into a folder, the index last, and write its tables and its report there.

    Raises
    ------
    RunError
        If the folder cannot be written, or has what is no ensemble and would be lost.
    """
    own = folder.resolve() == ensemble.folder.resolve()
    if not own:
        shards.check_folder(folder)
    with _files.held(folder):
        _save(ensemble, folder, own)


def _save(ensemble: Ensemble, folder: Path, own: bool) -> None:
    if not own:
        shards.clear(folder)
        for name in (*(shard.file for shard in ensemble.shards), shards.PARAMETERS):
            if (source := ensemble.folder / name).exists():
                _files.write_file(folder / name, source.read_bytes(), alone=False)
        shards.write_index(folder, ensemble.index)
    write_tables(ensemble, folder)
    write_report(ensemble, folder / shards.REPORT)


def write_tables(ensemble: Ensemble, folder: Path) -> None:
    """Write how the draws end, how likely each end is, and their score, beside them."""
    tables = {
        shards.OUTCOMES: ensemble.outcomes,
        shards.PROBABILITIES: ensemble.probabilities().reset_index(),
        shards.SCORE: ensemble.score(),
    }
    for name, frame in tables.items():
        _files.write_file(folder / name, frame.to_csv(index=False, lineterminator="\n").encode(), alone=False)


def write_report(ensemble: Ensemble, path: Path) -> None:
    """Write the report of an ensemble, one page that needs no network."""
    from dualpower.report.ensemble import ensemble_page

    _files.make_folder(path.parent)
    _files.write_file(path, ensemble_page(ensemble).encode(), alone=False)
