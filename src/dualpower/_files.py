"""Files written whole or not at all, and folders that one program at a time writes to.

A set of files is written beside its place first and moved there only when every byte is on the disk, so a crash, a full
disk or Ctrl-C leaves what was there before. Whatever the operating system refuses becomes one sentence (`RunError`).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import numpy as np

_STALE_SECONDS = 86400.0


class RunError(Exception):
    """What went wrong with a run or its files, in one sentence.

    Parameters
    ----------
    sentence
        For the reader, with the path concerned.
    exit_code
        2 where the input or the place named was bad, 1 where the machine failed.
    """

    def __init__(self, sentence: str, exit_code: int = 2) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


_REASONS: dict[int, tuple[str, int]] = {
    errno.ENOSPC: ("there is no space left on the disk", 1),
    errno.EDQUOT: ("the disk quota is used up", 1),
    errno.EFBIG: ("the file would be larger than the system allows", 1),
    errno.EACCES: ("writing there is not permitted", 2),
    errno.EPERM: ("writing there is not permitted", 2),
    errno.EROFS: ("that file system is read-only", 2),
    errno.ENOENT: ("there is no such place", 2),
    errno.ENOTDIR: ("a part of that path is a file, not a folder", 2),
    errno.EEXIST: ("that is a file, not a folder", 2),
    errno.EISDIR: ("that is a folder, not a file", 2),
    errno.ENAMETOOLONG: ("that name is too long", 2),
    errno.ELOOP: ("that path is a circle of links", 2),
}


def in_words(error: OSError, place: Path, alone: bool = True) -> RunError:
    """Put a refused write into one sentence that ends by saying what is left, where that is all that was written."""
    if error.errno == errno.EEXIST and place.is_symlink():
        return RunError(f"cannot write to {place}: that is a link to what is not there")
    reason, code = _REASONS.get(error.errno or 0, (error.strerror or str(error) or type(error).__name__, 1))
    return RunError(f"cannot write to {place}: {reason}{'; nothing there was changed' * alone}", code)


@contextlib.contextmanager
def refusals_in_words(place: Path, alone: bool = True) -> Iterator[None]:
    """Turn every `OSError` inside the block into a `RunError` about `place`; not ``alone``: other files are changed."""
    try:
        yield
    except OSError as error:
        raise in_words(error, place, alone) from error


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, unless it is there; `RunError` if it cannot be made."""
    with refusals_in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)


_HELD: ContextVar[frozenset[Path]] = ContextVar("folders that this thread holds", default=frozenset())


@contextlib.contextmanager
def held(folder: Path | None, *, wait: bool = False) -> Iterator[None]:
    """Make a folder (if there is to be one) and keep other writers out of it until the block ends, or the process does.

    Who holds a folder already goes on. Nothing is left in it; a folder that was made goes if the block fails and it is
    empty. A file system without locks keeps nobody out.

    Raises
    ------
    RunError
        If another process or thread holds it (not with ``wait``, which waits), or it cannot be made.
    """
    if folder is None:
        yield
        return
    with _made(folder):
        place = folder.resolve()
        if place in _HELD.get():
            yield
            return
        handle = _locked(place, folder, wait)
        before = _HELD.set(_HELD.get() | {place})
        try:
            yield
        finally:
            _HELD.reset(before)
            if handle is not None:
                os.close(handle)  # and the lock is gone


def _locked(place: Path, folder: Path, wait: bool) -> int | None:
    """An open, locked handle of a folder; None where there are no locks."""
    if sys.platform == "win32":
        return None
    import fcntl

    handle = None
    try:
        handle = os.open(place, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        if handle is not None:
            os.close(handle)
        raise RunError(
            f"{folder}: another program is writing there; wait until it has ended, or choose another folder"
        ) from None
    except OSError:  # it may be written to and not read, or its file system has no locks: nobody is kept out
        pass
    return handle


def write_file(path: Path, data: bytes, *, alone: bool = True) -> None:
    """Replace the file `path` by `data`: whole, or not at all; not ``alone``: one of several, others are changed."""
    with refusals_in_words(path, alone):
        handle, temporary = tempfile.mkstemp(prefix=".partial-", dir=path.parent)
        os.close(handle)
        try:
            write_through(Path(temporary), data)
            Path(temporary).chmod(0o666 & ~_umask())  # mkstemp makes files that only their owner can read
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)


def write_files(folder: Path, contents: Mapping[str, bytes], *, last: str, stale: Iterable[str] = ()) -> None:
    """Replace the files `contents` of `folder`, the file `last` after all others; make the folder if there is none.

    `last` is the one that declares the others valid: it disappears before the first of them is replaced, so a crash in
    between leaves a folder that says of itself that it is unfinished. `stale` names files of an earlier set to remove.
    """
    with refusals_in_words(folder), held(folder, wait=True):
        _sweep(folder)
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=folder))
        try:
            for name, data in contents.items():
                write_through(partial / name, data)
            _refuse_folders(folder / name for name in (*contents, *stale))
            for name in (last, *stale):
                (folder / name).unlink(missing_ok=True)
            for name in sorted(contents, key=lambda name: name == last):
                (partial / name).replace(folder / name)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def write_through(path: Path, data: bytes) -> None:
    """Write `data` and wait until the disk has it (a full disk may only be noticed then)."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def check_writable(folder: Path) -> None:
    """Raise `RunError` if `folder` could not be written to; leaves no trace. Asked before a long run, not after it."""
    with refusals_in_words(folder), _made(folder, keep=False):
        handle, temporary = tempfile.mkstemp(prefix=".partial-", dir=folder)
        os.close(handle)
        Path(temporary).unlink()


ENSEMBLE = "ensemble.json"
"""The file by which the folder of an ensemble is known."""

OTHERS = {"scenario.toml": "a scenario", "trajectories.nc": "a run", ENSEMBLE: "an ensemble"}
"""Files by which a folder is known to be of something else than tables and pages."""


def check_output(folder: str | Path, names: Iterable[str]) -> None:
    """Raise `RunError` if results of these names cannot be kept in `folder`; leaves no trace.

    They replace such results as a whole; a file that bears one of their names alone is somebody else's, and nothing is
    put into the folder of a scenario, a run or an ensemble.
    """
    check_apart(folder, *OTHERS)
    place, wanted = Path(folder), list(names)
    there = [name for name in wanted if (place / name).exists()]
    if there and len(there) < len(wanted):
        raise RunError(f"{place}: {there[0]} there is of something else and would be lost; choose another folder")


def check_apart(folder: str | Path, *files: str) -> None:
    """Raise `RunError` if a folder has no name, cannot be written, or is of something else (a scenario, if no file is
    named by which that is known); leaves no trace.
    """
    check_named(folder)
    place = Path(folder)
    check_writable(place)
    for file in files or ("scenario.toml",):
        if (place / file).exists():
            raise RunError(f"{place}: has {OTHERS[file]} ({file}); choose another folder")


def check_named(folder: str | Path) -> None:
    """Raise `RunError` if a folder's name is none, or empty: that would be the one in which the program was started."""
    if not isinstance(folder, str | os.PathLike):
        raise RunError(f"the path of a folder is wanted, as text or a Path, not {folder!r}")
    if not str(folder).strip():
        raise RunError("-o: expected the name of a folder")


def refuse_ensemble(folder: Path, more: str) -> None:
    """Raise `RunError` if a folder has an ensemble, where a single run is to be; ``more`` ends the sentence."""
    if (folder / ENSEMBLE).is_file():
        raise RunError(f"{folder}: has an ensemble, no single run; dp.load_ensemble reads it{more}")


def check_says(path: Path, document: Mapping[str, Any], wanted: Mapping[str, type]) -> None:
    """Raise `RunError` if a document that was read from `path` lacks an entry, or has one of another type."""
    missing = [name for name, kind in wanted.items() if name not in document or not isinstance(document[name], kind)]
    if missing:
        raise RunError(f"{path}: damaged, it does not say {', '.join(missing)}")


def plain(value: Any) -> Any:
    """What JSON has in place of a value that it does not know: a number of NumPy as a number, all else as text."""
    return value.item() if isinstance(value, np.generic) else str(value)


def sha256(data: bytes) -> str:
    """Fingerprint of a file's bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextlib.contextmanager
def _made(folder: Path, keep: bool = True) -> Iterator[None]:
    """Make `folder` and its parents; remove again those that were made if the block fails (or if not `keep`)."""
    with refusals_in_words(folder):
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    done = False
    try:
        yield
        done = keep
    finally:
        if not done:
            for place in missing:
                with contextlib.suppress(OSError):
                    place.rmdir()


def _refuse_folders(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir():
            raise RunError(f"cannot write the file {path}: a folder of that name is in the way")


def _sweep(folder: Path) -> None:
    """Remove what a killed program left behind, once nobody can still be writing it."""
    for path in folder.glob(".partial-*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
