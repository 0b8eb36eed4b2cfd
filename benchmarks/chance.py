"""How much chance in sizes of events and levels of series forecasts best, on targets up to 31 July alone (rule 4).

    python benchmarks/chance.py --forecast build/forecast

Takes the posteriors that `make forecast` has left, gives their draws another amount of chance each time, and predicts
the targets of the next two months from the origins of March to June, in both readings. Prints a table in Markdown: mean
CRPS, mean log score and share inside the 90 % intervals. No target after 31 July is predicted, let alone scored.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import dualpower as dp
from dualpower.inference.origins import READINGS
from dualpower.inference.posterior import read_posterior
from dualpower.inference.predict import predict
from dualpower.inference.scoring import Scores, score_draws
from dualpower.scenario import Scenario

SCENARIO = "petrograd-1917"
ORIGINS = ("1917-03-31", "1917-04-30", "1917-05-31", "1917-06-30")
LAST = "1917-07-31"
TRIED = ((0.0, 0.0), (0.3, 0.0), (0.5, 0.0), (0.7, 0.0), (1.0, 0.0), (0.7, 0.01), (0.7, 0.02), (0.7, 0.03), (0.7, 0.05))
"""Standard deviations of the log of a size and of a day's drift; all that have been tried."""


def scores(scenario: Scenario, draws: pd.DataFrame, origin: str, reading: str, years: int) -> Iterator[Scores]:
    """Scores of the judged targets of the next two months, none later than the last day."""
    assert scenario.spec.forecast is not None
    first = scenario.day_index(origin)
    last = min(first + scenario.spec.forecast.days_ahead, scenario.day_index(LAST))
    found = predict(scenario, draws, origin=origin, choices=reading, draws=years, until=LAST)
    for point, column in zip(found.points, found.draws.T, strict=True):
        if point.judged and first < point.day <= last:
            yield score_draws(column, point.z)


def cell(found: list[Scores]) -> str:
    """Mean CRPS, mean log score and coverage as one cell of the table."""
    crps, log, wide = (np.mean([getattr(one, name) for one in found]) for name in ("crps", "log_score", "in90"))
    return f"{crps:.3f}, {log:.2f}, {100 * wide:.0f} %"


def main() -> None:
    """Predict and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forecast", type=Path, default=Path("build/forecast"), help="folder that make forecast left")
    parser.add_argument("--years", type=int, default=192)
    asked = parser.parse_args()
    scenario = dp.load(SCENARIO)
    posteriors = {origin: read_posterior(asked.forecast / f"posterior-{origin}.nc").draws for origin in ORIGINS}
    print(f"| size, drift | {' | '.join(READINGS)} |\n|{'---|' * (1 + len(READINGS))}")
    for size, drift in TRIED:
        chance = {"chronicle.size": size, "hardship.drift": drift}
        cells = [
            cell([one for origin, draws in posteriors.items()
                  for one in scores(scenario, draws.assign(**chance), origin, reading, asked.years)])
            for reading in READINGS
        ]  # fmt: skip
        print(f"| {size:g}, {drift:g} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
