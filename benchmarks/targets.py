"""Count the targets that a run meets; print them as JSON. Started by measure.py."""

from __future__ import annotations

import json

import dualpower as dp


def main() -> None:
    """Simulate seed 1 of the scenario as it is and count by split."""
    score = dp.simulate(dp.load("petrograd-1917"), seed=1).score()
    result: dict[str, int] = {}
    for split in ("calibrate", "heldout"):
        rows = score[score["split"] == split]
        result[split] = len(rows)
        result[f"{split}_in_band"] = int(rows["in_band"].sum())
        result[f"{split}_within_twice"] = int(rows["within_twice"].sum())
    print(json.dumps(result))


if __name__ == "__main__":
    main()
