"""Write the pinned requirements from the environment that runs this script.

`make lock` builds two fresh environments, the first with what `dualpower` needs to run, the second with
everything for its development, and calls this script in each. Only `name==version` lines are written, so
the files hold on any machine and for any package source.

    python scripts/make_lock.py requirements/run.lock
    python scripts/make_lock.py requirements/dev.lock --beyond requirements/run.lock
"""

from __future__ import annotations

import argparse
from importlib.metadata import distributions
from pathlib import Path

NOT_PINNED = {"dualpower", "pip", "setuptools", "wheel"}


def installed() -> set[str]:
    """Return `name==version` of every installed distribution that is to be pinned."""
    found = {(dist.metadata["Name"], dist.version) for dist in distributions()}
    return {f"{name}=={version}" for name, version in found if name.lower() not in NOT_PINNED}


def lock_text(pins: set[str], base: Path | None) -> str:
    """Return the text of a lock file with the pins that `base`, an earlier lock file, does not hold."""
    known = set(base.read_text(encoding="utf-8").splitlines()) if base else set()
    head = ["# Written by `make lock`; edit pyproject.toml instead."]
    head += [f"-r {base.name}"] if base else []
    return "\n".join(head + sorted(pins - known, key=str.lower)) + "\n"


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(description="Pin what is installed here.")
    parser.add_argument("target", type=Path)
    parser.add_argument("--beyond", type=Path, help="leave out what this lock file holds")
    arguments = parser.parse_args()
    arguments.target.write_text(lock_text(installed(), arguments.beyond), encoding="utf-8")


if __name__ == "__main__":
    main()
