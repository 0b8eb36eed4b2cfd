"""How far a run is, on stderr: a bar on a terminal, a line now and then elsewhere, nothing if quiet."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_SECONDS_BETWEEN_LINES = 1.0


class Progress:
    """A context in which `reached` may be called.

    Parameters
    ----------
    what
        What is going on, in a few words.
    days
        How many days there are to do.
    quiet
        Say nothing.
    unit
        What is counted, if not days.
    """

    def __init__(self, what: str, days: int, *, quiet: bool = False, unit: str = "days") -> None:
        self.what, self.days, self.quiet, self.unit = what, days, quiet, unit
        self._bar: Bar | None = None
        self._said = time.monotonic()
        self._began = self._said

    def __enter__(self) -> Progress:
        """Announce what begins."""
        if self.quiet:
            return self
        if sys.stderr.isatty():
            self._bar = _bar()
            self._bar.start()
            self._bar.add_task(self.what, total=self.days)
        else:
            click.echo(f"{self.what}: {self.days} {self.unit}", err=True)
        return self

    def reached(self, date: str, days: int) -> None:
        """Say that `days` days are done, the last of them `date`."""
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=days, description=f"{self.what}, {date}")
        elif not self.quiet and time.monotonic() - self._said > _SECONDS_BETWEEN_LINES:
            self._said = time.monotonic()
            click.echo(f"{date}: {days} of {self.days} {self.unit}", err=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away; say how long it took."""
        if self._bar is not None:
            self._bar.stop()
        if not self.quiet and kind is None:
            click.echo(f"done in {time.monotonic() - self._began:.1f} s", err=True)


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
