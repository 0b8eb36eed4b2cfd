"""Write the pages that are made from the code itself, so that they cannot drift from it.

    python docs/generate.py            write laws.md, claims.md, cli.md, ... theories.md
    python docs/generate.py --check    change nothing; exit with 4 if a page is not what the code says

`make docs` does the first, a test the second.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from pages import claims, cli, how_well, identified, laws, scenario_format, sensitivity, theories, variables  # noqa: E402

PAGES: dict[str, Callable[[], str]] = {
    "laws.md": laws.page,
    "claims.md": claims.page,
    "cli.md": cli.page,
    "scenario-format.md": scenario_format.page,
    "variables.md": variables.page,
    "how-well.md": how_well.page,
    "identified.md": identified.page,
    "sensitivity.md": sensitivity.page,
    "theories.md": theories.page,
}


def stale() -> list[str]:
    """Return the names of the pages whose file is not what the code says."""
    return [name for name, page in PAGES.items() if not (HERE / name).exists() or (HERE / name).read_text() != page()]


def main() -> int:
    """Write the pages, or compare them; return the exit code."""
    if "--check" in sys.argv[1:]:
        for name in (old := stale()):
            print(f"docs/{name} is not what the code says; run: python docs/generate.py", file=sys.stderr)
        return 4 if old else 0
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
