"""Socialist Revolutionaries and Mensheviks as one bloc in the city's duma of August, as rule 9 of the forecast has it.

    python benchmarks/bloc.py

In June the two stood on joint lists in many districts, so that their separate numbers of June and August cannot be
compared. Predicts their seats together from the posterior that comes with the scenario, in both readings, and writes
`benchmarks/results/forecast/bloc.json`. It counts for nothing: each party's target is scored as it stands.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import dualpower as dp
from dualpower.inference.origins import READINGS
from dualpower.inference.posterior import posterior_of
from dualpower.inference.predict import disturbed, predict
from dualpower.inference.scoring import score_draws
from dualpower.record import inverse
from dualpower.scenario import Scenario
from dualpower.scenario.arrays import Choices

SCENARIO, ORIGIN, TARGETS = "petrograd-1917", "1917-07-31", ("H02", "H03")
OUT = Path(__file__).parent / "results" / "forecast" / "bloc.json"


def together(scenario: Scenario, reading: Choices, until: str) -> dict[str, Any]:
    """Record, prediction (seats) and CRPS of both together, on the scale of comparison of either."""
    posterior = posterior_of(scenario, ORIGIN)
    assert posterior is not None
    found = predict(scenario, posterior.draws, origin=ORIGIN, choices=reading, until=until)
    chosen = [k for k, one in enumerate(found.points) if one.id in TARGETS]
    first = found.points[chosen[0]]
    one = replace(first.observation, id="bloc")
    runs = found.natural[:, chosen].sum(axis=1)
    truth = sum(found.points[k].observation.value for k in chosen)
    drawn = disturbed((replace(first, observation=one),), runs[:, None], seed=1)[:, 0]
    scores = score_draws(drawn, float(one.compared(truth)))
    low, high = (float(inverse(z, one.transform, scale=one.scale, offset=one.offset)) for z in (scores.q05, scores.q95))
    return {"record": truth, "median": float(np.median(runs)), "q05": low, "q95": high,
            "crps": scores.crps, "in90": bool(scores.in90)}  # fmt: skip


def main() -> None:
    """Predict and write."""
    scenario = dp.load(SCENARIO)
    until = max(str(row["date"]) for row in scenario.targets.to_dict("records") if row["target_id"] in TARGETS)
    told = {"targets": TARGETS, "readings": {reading: together(scenario, reading, until) for reading in READINGS}}
    OUT.write_text(json.dumps(told, indent=1) + "\n")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
