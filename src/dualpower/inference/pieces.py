"""Finished pieces of a fit, kept in a folder, so that an interrupted one goes on where it was.

A piece is one search or one batch of draws. Its file names the fit that it belongs to; pieces of another fit are
refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dualpower import _files
from dualpower.run import RunError

__all__ = ["Pieces"]

INDEX = "fit.json"


class Pieces:
    """A folder of pieces.

    Parameters
    ----------
    folder : where they are kept; None keeps nothing
    about : all that the numbers depend on
    resume : go on with what is there; else it is cleared

    Raises
    ------
    RunError
        If the folder holds pieces of another fit, or cannot be written.
    """

    def __init__(self, folder: Path | None, about: Mapping[str, Any], *, resume: bool = False) -> None:
        self.folder = folder
        if folder is None:
            return
        said = json.dumps(about, sort_keys=True, default=str)
        self.identity = hashlib.sha256(said.encode()).hexdigest()
        _files.make_folder(folder)
        index = folder / INDEX
        if index.exists() and resume:
            self._check(index, about)
        elif not resume:
            for path in folder.glob("piece-*.npz"):
                path.unlink(missing_ok=True)
        _files.write_file(index, json.dumps({"identity": self.identity, "about": json.loads(said)}, indent=2).encode())

    def _check(self, index: Path, about: Mapping[str, Any]) -> None:
        try:
            old = json.loads(index.read_text(encoding="utf-8"))
            was, same = dict(old["about"]), old["identity"] == self.identity
        except (ValueError, KeyError, TypeError, OSError):
            raise RunError(f"{index}: cannot be read; begin anew without resuming") from None
        if not same:
            now = json.loads(json.dumps(about, sort_keys=True, default=str))
            different = sorted(key for key in {*was, *now} if was.get(key) != now.get(key))
            said = f"{', '.join(different)} differ{'s' * (len(different) == 1)}"
            raise RunError(f"{index.parent}: holds another fit ({said}); choose another folder")

    def read(self, name: str) -> dict[str, NDArray[Any]] | None:
        """A piece as named arrays; None if it is not there whole."""
        if self.folder is None:
            return None
        try:
            path = self.folder / f"piece-{name}.npz"
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                return dict(stored) if str(stored["identity"]) == self.identity else None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            return None

    def write(self, name: str, arrays: Mapping[str, Any]) -> None:
        """Keep a piece, whole or not at all."""
        if self.folder is None:
            return
        buffer = io.BytesIO()
        kept: dict[str, Any] = {key: np.asarray(value) for key, value in arrays.items()}
        np.savez(buffer, identity=np.array(self.identity), **kept)
        _files.write_file(self.folder / f"piece-{name}.npz", buffer.getvalue())

    def clear(self) -> None:
        """Remove the pieces: what they were for is finished."""
        if self.folder is not None:
            for path in self.folder.glob("piece-*.npz"):
                path.unlink(missing_ok=True)
