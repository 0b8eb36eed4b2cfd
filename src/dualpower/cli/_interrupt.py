"""Being stopped: Ctrl-C, and the SIGTERM of a batch system, which is treated alike."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from dualpower.cli._errors import INTERRUPTED, StopError


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Make SIGTERM raise KeyboardInterrupt inside the block."""
    with _handler(signal.SIGTERM, _interrupt):
        yield


@contextlib.contextmanager
def goes_on(out: Path | None) -> Iterator[None]:
    """Say, when a long command is stopped, that what is done is kept in its folder and that it can go on."""
    try:
        yield
    except KeyboardInterrupt:
        if out is None:
            raise
        kept = f"interrupted; what is done is kept in {out}\nTo go on: the same command again"
        raise StopError(kept, INTERRUPTED) from None


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let an impatient second Ctrl-C wait while what is done is being saved."""
    with _handler(signal.SIGINT, signal.SIG_IGN), _handler(signal.SIGTERM, signal.SIG_IGN):
        yield


@contextlib.contextmanager
def _handler(number: int, action: signal.Handlers | object) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # only there may Python set handlers
        yield
        return
    before = signal.signal(number, action)  # type: ignore[arg-type]
    try:
        yield
    finally:
        signal.signal(number, before)
