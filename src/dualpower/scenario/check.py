"""Check a scenario: every fault at once; a light module that imports the rest when called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dualpower._amounts import counted
from dualpower.scenario.faults import Fault, ScenarioError
from dualpower.scenario.load import find_folder

__all__ = ["check", "main"]


def check(folder: str | Path) -> list[Fault]:
    """Return every fault of a scenario, given by folder or by its name in the library; empty if it is valid."""
    from dualpower.scenario.reading import read

    try:
        return read(find_folder(folder)).faults
    except ScenarioError as error:
        return error.faults


def main(folders: Sequence[str]) -> int:
    """Print the faults of each folder; returns 2 if there are any, else 0."""
    faults = [fault for folder in folders for fault in check(folder)]
    for fault in faults:
        print(fault)
    print(counted(len(faults), "fault") if faults else "no faults")
    return 2 if faults else 0


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:] or ["."]))
