"""Draw the pictures of the README and of the documentation from one real run (seed 1).

python scripts/make_picture.py docs/images
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import dualpower as dp

PICTURES = ("activity", "councils", "power")


def main() -> None:
    """Simulate once; write one PNG for each picture into the folder that is given."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    run = dp.simulate(dp.load("petrograd-1917"), seed=1)
    for name in PICTURES:
        run.figure(name).savefig(folder / f"{name}.png", dpi=110)
        print(folder / f"{name}.png")


if __name__ == "__main__":
    main()
