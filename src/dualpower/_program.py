"""Which program numbers were made by: what is kept of a fit or a forecast goes on only with the same one."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

__all__ = ["fingerprint"]

APART = ("cli", "report", "scenario/library", "scenario/template", "doctor.py", "py.typed")
"""Folders and files that no number comes from: what shows them, and scenarios, which have fingerprints of their own."""


@cache
def fingerprint() -> str:
    """Fingerprint of what the files of the program say, and of the laws' table of parameters; made once a process."""
    return of_files(Path(__file__).parent)


def of_files(package: Path) -> str:
    """The same of a package in a folder: by path within it and content, so that a copy elsewhere is the same."""
    digest = hashlib.sha256()
    named = {path.relative_to(package).as_posix(): path for kind in ("*.py", "*.csv") for path in package.rglob(kind)}
    for name, path in sorted(named.items()):
        if not name.startswith(tuple(f"{part}/" for part in APART)) and name not in APART:
            data = path.read_bytes()
            digest.update(f"{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()
