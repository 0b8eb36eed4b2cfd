"""Is the inference right, and what can the record tell? Writes benchmarks/results/inference.

    python benchmarks/inference.py                      all parts: directions, nuts, guesses, calibration, recovery
    python benchmarks/inference.py --only nuts --jobs 2

Uses the posterior that comes with the scenario (`make fit`); calibration and recovery, which fit hundreds of times, a
posterior of the evidence up to an earlier day (`--until`), made for them. Long: an hour and a half on two cores.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import dualpower as dp
from dualpower.inference.calibration import Kind, calibrate, uniformity_together
from dualpower.inference.check import check_posterior
from dualpower.inference.identify import identifiability

HERE = Path(__file__).resolve().parent
OUT = HERE / "results" / "inference"
SCENARIO = "petrograd-1917"
TOLD = 0.2
"""Share of the prior's variance that the record must have taken away for a parameter to count as told."""


def told(about: Any) -> dict[str, Any]:
    """What the record tells along each combination of parameters, and of each parameter."""
    scenario, posterior = about
    found, linear = identifiability(scenario, posterior)
    summary = posterior.summary()
    summary = summary.assign(told_by_draws=summary["told"], told=[linear[name] for name in summary.index])
    return {
        "parameters": len(summary),
        "combinations_told": int(sum(one.information > 1 for one in found)),
        "directions": [one._asdict() for one in found[:12]],
        "summary": summary.reset_index(names="address").to_dict("records"),
    }


def nuts(about: Any, draws: int, warmup: int) -> dict[str, Any]:
    """The parameters told best, by NUTS and by randomise-then-optimise."""
    scenario, posterior = about
    begun = time.perf_counter()
    found = check_posterior(scenario, posterior, draws=draws, warmup=warmup)
    return {
        "seconds": round(time.perf_counter() - begun),
        "divergences": found.divergences,
        "acceptance": found.acceptance,
        "table": found.table.reset_index(names="address").to_dict("records"),
    }


AUTHORITY = "authority_of_councils"


def guesses(about: Any, draws: int) -> dict[str, Any]:
    """What the law of power rests on: its parameters with and without the guesses of how authority was shared."""
    scenario, posterior = about
    begun = time.perf_counter()
    left = replace(scenario, quiet=scenario.quiet[scenario.quiet["quantity"] != AUTHORITY])
    found = dp.fit(left, posterior.until, draws=draws, starts=3)
    sides = {"with": posterior.summary(), "without": found.summary()}
    names = [name for name in sides["with"].index if name.startswith("power.")]
    columns = ["centre", "q05", "q50", "q95"]
    return {
        "accidents": True,
        "left_out": int((scenario.quiet["quantity"] == AUTHORITY).sum()),
        "draws": draws,
        "seconds": round(time.perf_counter() - begun),
        "table": [
            {"address": name, "side": side, **table.loc[name, columns]}
            for side, table in sides.items()
            for name in names
        ],
    }


def short(about: Any, asked: argparse.Namespace) -> Any:
    """The scenario, and a posterior of the evidence up to the day asked for: with a draw for each simulation."""
    scenario, posterior = about
    if posterior.is_of(scenario, asked.until):
        return scenario, posterior
    return scenario, dp.fit(scenario, asked.until, draws=asked.simulations, starts=2, jobs=asked.jobs)


def repeated(about: Any, kind: Kind, simulations: int, draws: int, jobs: int) -> dict[str, Any]:
    """Recovery or calibration: coverage and uniformity, of all parameters and of those that the record tells."""
    scenario, posterior = about
    begun = time.perf_counter()

    def tell(done: int, of: int) -> None:
        print(f"{kind}: {done} of {of}", file=sys.stderr, flush=True)

    found = calibrate(scenario, posterior, kind, simulations=simulations, draws=draws, jobs=jobs, tell=tell)
    table = found.summary()
    known = [name for name in table.index if table.loc[name, "told"] >= TOLD]
    ranks = found.ranks.to_numpy()
    return {
        "until": posterior.until,
        "loss": posterior.about["loss"],
        "accidents": True,
        "seconds": round(time.perf_counter() - begun),
        "simulations": len(found.truth),
        "draws": found.draws,
        "coverage_all": float(found.inside.to_numpy().mean()),
        "coverage_told": float(found.inside[known].to_numpy().mean()) if known else None,
        "told": known,
        "smallest_p": float(table["uniform"].min()),
        "below_five_per_cent": int((table["uniform"] < 0.05).sum()),
        "pooled_histogram": np.histogram(ranks, np.linspace(-0.5, found.draws + 0.5, 9))[0].tolist(),
        "pooled_p_of_told": uniformity_together(found.ranks[known].to_numpy(), found.draws) if known else None,
        "table": table.reset_index(names="address").to_dict("records"),
    }


def main() -> None:
    """Do the parts that are asked for; write each as soon as it is done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=("directions", "nuts", "guesses", "calibration", "recovery"))
    parser.add_argument("--simulations", type=int, default=100)
    parser.add_argument("--recoveries", type=int, default=50)
    parser.add_argument("--until", default="1917-03-31", help="last day of the evidence of calibration and recovery")
    parser.add_argument("--draws", type=int, default=250)
    parser.add_argument("--warmup", type=int, default=150)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    scenario = dp.load(SCENARIO)
    about = scenario, dp.load_posterior(scenario)
    earlier = cache(lambda: short(about, asked))
    if about[1] is None:
        raise SystemExit(f"{SCENARIO} has no posterior yet: make fit")
    parts: Mapping[str, Callable[[], dict[str, Any]]] = {
        "directions": lambda: told(about),
        "nuts": lambda: nuts(about, asked.draws, asked.warmup),
        "guesses": lambda: guesses(about, 48),
        "calibration": lambda: repeated(earlier(), "calibration", asked.simulations, 7, asked.jobs),
        "recovery": lambda: repeated(earlier(), "recovery", asked.recoveries, 15, asked.jobs),
    }
    OUT.mkdir(parents=True, exist_ok=True)
    for name in asked.only or parts:
        made = time.strftime("%Y-%m-%d")
        document = {"made": made, "until": about[1].until, "loss": about[1].about["loss"], **parts[name]()}
        (OUT / f"{name}.json").write_text(json.dumps(document, indent=1, default=float) + "\n", encoding="utf-8")
        print(f"wrote {name}.json", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
