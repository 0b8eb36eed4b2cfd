"""Exceptions put into one sentence and an exit code."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Sequence

import click

OK, FAILED, BAD_INPUT, IN_PART, CHECK_FAILED, INTERRUPTED = 0, 1, 2, 3, 4, 130


class StopError(Exception):
    """Ends a command with a sentence and an exit code."""

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


def explain(error: BaseException) -> tuple[str, int]:
    """Put any exception into a sentence (or one line per fault) and choose the exit code."""
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "dualpower"
        return f"{error.format_message()}\nSee: {command} --help", error.exit_code
    if isinstance(error, click.ClickException):
        return error.format_message(), BAD_INPUT
    faults = getattr(error, "faults", None)  # a ScenarioError, without importing the scenario's machinery to ask
    if faults:
        return "\n".join(str(fault) for fault in faults), BAD_INPUT
    code = getattr(error, "exit_code", None)
    if isinstance(code, int):
        return str(error), code
    return _unexpected(error), FAILED


def _unexpected(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory for this"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    first = (str(error).strip().splitlines() or [""])[0]
    return f"unexpected {type(error).__name__}: {first} (DUALPOWER_DEBUG=1 shows where)"


def tell(sentence: str, code: int, words: Sequence[str]) -> int:
    """Say on stderr what went wrong, and on stdout too if one JSON document was asked for; return the code."""
    lines = sentence.splitlines()
    with contextlib.suppress(OSError):  # a stream that is full or closed cannot be told about it
        click.echo("\n".join([f"dualpower: {lines[0]}", *lines[1:]]) if lines else "dualpower: failed", err=True)
        if "--json" in words:
            click.echo(json.dumps({"error": sentence, "exit_code": code}))
            sys.stdout.flush()
    return code
