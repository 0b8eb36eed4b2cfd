"""Count the targets that runs meet, and how free years end; print JSON. Started by measure.py."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import dualpower as dp

SCENARIO, YEARS = "petrograd-1917", 50


def counts(run: dp.Run, name: str) -> dict[str, Any]:
    """Return, for each half of the targets, how many are in their band and within twice their band."""
    score = run.score()
    result = {}
    for split in ("calibrate", "heldout"):
        rows = score[score["split"] == split]
        result[split] = len(rows)
        result[f"{name}_{split}_in_band"] = int(rows["in_band"].sum())
        result[f"{name}_{split}_within_twice"] = int(rows["within_twice"].sum())
    return result


def main() -> None:
    """Count for history's path imposed, as in fitting, and for a free year; then look at many free years."""
    scenario = dp.load(SCENARIO)
    imposed = counts(dp.simulate(scenario, seed=1, imposed=True), "imposed")
    first = dp.simulate(scenario, seed=1)
    names = [dp.simulate(scenario, seed=seed).outcome_name for seed in range(1, YEARS + 1)]
    ends = dict(Counter(names).most_common())
    path = "; ".join(f"{date} {first.regime_name(regime)}" for date, regime in first.regimes)
    free = {**counts(first, "free"), "free_path": path}
    print(json.dumps({**imposed, **free, "years": YEARS, "outcomes": ends}))


if __name__ == "__main__":
    main()
