"""Which program numbers were made by: what is kept of a fit or a forecast goes on only with the same one."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

__all__ = ["fingerprint"]

PARTS = ("laws", "population", "record", "inference", "scenario/arrays", "course.py", "point.py", "experiment/batch.py")
"""Folders and files that the numbers come from; what only shows or checks them may change."""


@cache
def fingerprint() -> str:
    """Fingerprint of what the files of the program say, and of the laws' table of parameters; made once a process."""
    return of_files(Path(__file__).parents[1])


def of_files(package: Path) -> str:
    """The same of a package in a folder: by path within it and content, so that a copy elsewhere is the same."""
    digest = hashlib.sha256()
    for part in PARTS:
        place = package / part
        found = [place] if place.is_file() else [*place.rglob("*.py"), *place.rglob("*.csv")]
        for path in sorted(found):
            data = path.read_bytes()
            digest.update(f"{path.relative_to(package).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()
