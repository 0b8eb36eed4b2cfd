"""Being stopped: Ctrl-C, and the SIGTERM of a batch system, which is treated alike."""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from dualpower.cli._errors import INTERRUPTED, StopError

_FRAGILE = ("importlib", f"{os.sep}jax{os.sep}", f"{os.sep}jaxlib{os.sep}")
_AGAIN, _PATIENCE = 0.05, 200
_waited = 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt, but not within an import or XLA, where it would be lost or end the process."""
    global _waited
    if _fragile(frame) and _waited < _PATIENCE:
        _waited += 1
        again = threading.Timer(_AGAIN, _thread.interrupt_main, (number,))
        again.daemon = True
        again.start()
        return
    _waited = 0
    raise KeyboardInterrupt


def _fragile(frame: FrameType | None) -> bool:
    while frame is not None:
        if any(part in frame.f_code.co_filename for part in _FRAGILE):
            return True
        frame = frame.f_back
    return False


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C wait inside the block until it does no harm; a Ctrl-C that is switched off stays so."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    with _handler(signal.SIGINT, _interrupt):
        yield


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
