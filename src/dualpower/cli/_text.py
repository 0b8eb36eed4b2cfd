"""Text for the terminal: tables that line up, numbers people can read, JSON that every program can."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click


def number(value: object) -> str:
    """Three to four figures that matter: 451,000; 33.2; 0.52; a dash where there is none."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return "-"
    size = abs(value)
    if size >= 10000:
        return f"{round(value, 2 - int(math.log10(size))):,.0f}"
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if size >= 1e-3 else "0"


def table(rows: Iterable[Sequence[str]], align: str) -> list[str]:
    """Lay out rows in columns; `align` has one of "<" and ">" for each column."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max((len(row[k]) for row in cells), default=0) for k in range(len(align))]
    lines = ("  ".join(f"{row[k]:{align[k]}{widths[k]}}" for k in range(len(align))) for row in cells)
    return [f"  {line}".rstrip() for line in lines]


def heading(text: str) -> str:
    """A line of its own, bold on a terminal that wants colour."""
    return click.style(text, bold=True) if colour() else text


def colour() -> bool:
    """Whether stdout takes colour: a terminal, and NO_COLOR not set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def say(lines: Iterable[str]) -> None:
    """Print lines to stdout."""
    click.echo("\n".join(lines))


def say_json(document: Any) -> None:
    """Print the one JSON document of a command; numbers that are none become null."""
    click.echo(json.dumps(plain(document), indent=2, allow_nan=False, default=str))


def plain(value: Any) -> Any:
    """Reduce NumPy scalars, tuples and not-a-numbers to what JSON has."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
