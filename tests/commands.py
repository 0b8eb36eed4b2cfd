"""The command line, called in the process of the tests."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from dualpower.cli import main


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def call(*words: str | Path) -> Ended:
    result = CliRunner().invoke(main, [str(word) for word in words])
    return Ended(result.exit_code, result.stdout, result.stderr)
