"""``dualpower new``: a small valid scenario to begin from."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from dualpower.cli._text import say


@click.command()
@click.argument("name")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def new(name: str, folder: Path | None) -> int:
    """Write a small valid scenario called NAME into FOLDER (./NAME if not given)."""
    from dualpower.scenario import new as write

    target = write(name, folder or Path(name))
    # A bare name may be that of a scenario of the library, which comes first.
    path = shlex.quote(str(target) if len(target.parts) > 1 else f"./{target}")
    say([f"{target}: a scenario to change", f"  dualpower check {path}", f"  dualpower run {path}"])
    return 0
