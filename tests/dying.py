"""Pieces of work that kill their worker; a light module, for every worker imports it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def once(piece: tuple[str, int]) -> int:
    """Kill the worker the first time; the second time work."""
    mark = Path(piece[0]) / str(piece[1])
    if piece[1] == 1 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return piece[1]


def always(piece: tuple[str, int]) -> int:
    """Kill the worker whenever it is piece 1."""
    if piece[1] == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return piece[1]


def slow(piece: tuple[str, int]) -> int:
    """Take a while, unless it is piece 0, and leave a mark at the end."""
    if piece[1] > 0:
        time.sleep(20)
        (Path(piece[0]) / str(piece[1])).touch()
    return piece[1]
