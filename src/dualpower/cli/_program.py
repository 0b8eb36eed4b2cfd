"""The outermost layer of the command line: whatever happens inside ends as a sentence and an exit code."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from dualpower._cache import discard_damaged
from dualpower.cli._errors import FAILED, INTERRUPTED, explain, tell
from dualpower.cli._interrupt import interruptible

MADE = 100_000
"""Objects that may be made before Python searches for unreachable ones (700 unless told otherwise)."""


class Program(click.Group):
    """A group of commands that lets no exception out but `SystemExit`, and lists its commands in the order given."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Name the commands, the most used first."""
        return list(self.commands)

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run the command line and exit."""
        words = list(sys.argv[1:] if args is None else args)
        for name in ("stdout", "stderr"):  # Python leaves None for a stream that is closed from the start
            if getattr(sys, name) is None:
                setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a terminal that cannot show a letter gets "?", not a crash
                stream.reconfigure(errors="replace")
        with interruptible(), _seldom_searching(), warnings.catch_warnings():
            warnings.showwarning = _note
            code = self._run(words, extra)
        if args is None:  # the program ends: searching all that was imported once more would take a third of a second
            gc.freeze()
        sys.exit(code)

    def _run(self, words: list[str], extra: dict[str, Any]) -> int:
        inner = super().main
        try:
            code = inner(words, **{"prog_name": "dualpower", **extra, "standalone_mode": False, "obj": words})
            sys.stdout.flush()
            return int(code or 0)
        except BrokenPipeError:
            return _nobody_listens()
        except SystemExit as request:  # click leaves so where the reader of stdout has gone
            return _nobody_listens() if request.code == FAILED else int(request.code or 0)
        except (KeyboardInterrupt, click.Abort):
            return tell("interrupted; nothing was kept", INTERRUPTED, words)
        except Exception as error:
            if os.environ.get("DUALPOWER_DEBUG"):
                traceback.print_exc()
            return tell(*explain(error), words)


@contextlib.contextmanager
def _seldom_searching() -> Iterator[None]:
    """Search less often for unreachable objects: imports and tracing make very many, nearly all of which stay."""
    before = gc.get_threshold()
    gc.set_threshold(MADE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _note(message: Warning | str, *_: Any, **__: Any) -> None:
    """Show a warning as a line without the place in the program that it came from."""
    if discard_damaged(str(message)):
        return
    click.echo(f"dualpower: note: {message}", err=True)


def _nobody_listens() -> int:
    """End quietly when stdout is closed (``dualpower run ... | head``)."""
    # Python would complain when it flushes stdout at exit; let it flush into nothing.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
