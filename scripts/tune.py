"""Tune the laws' parameters to the calibration targets of a scenario, from several starts.

    python scripts/tune.py petrograd-1917 --until 1917-07-31 --starts 4 --write

Writes ``parameters.toml`` beside the scenario, and ``benchmarks/tuning.json`` with every start. Only rows of
targets.csv with split "calibrate" count, and the quiet days of ``quiet_days.csv``: pseudo-observations from no source,
since a fit to days of action alone leaves the days after them explosive. Held-out targets are not read.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pandas as pd

from dualpower._cache import enable_compilation_cache
from dualpower.inference.least_squares import Minimum, linearise, minimise
from dualpower.inference.objective import Objective, objective
from dualpower.scenario import Scenario, load

HERE = Path(__file__).parent


def main() -> None:
    """Search, report the range over starts, and keep the start with the smallest loss."""
    asked = arguments()
    enable_compilation_cache()
    scenario = load(asked.scenario)
    quiet = pd.read_csv(HERE / "quiet_days.csv", dtype={"date_end": str, "note": str}).fillna(
        {"date_end": "", "note": ""}
    )
    targets = scenario.targets[scenario.targets["split"] == "calibrate"]
    target = objective(scenario, targets, asked.until, quiet, sharpen=asked.sharpen)
    compiled = linearise(target.residuals)
    begun = time.perf_counter()
    found = [minimise(compiled, start, steps=asked.steps) for start in starts(target, scenario, asked)]
    best = min(found, key=lambda one: one.loss)
    print(
        f"{len(target.free)} parameters, {len(target.observations)} observations, {time.perf_counter() - begun:.0f} s"
    )
    print("loss by start:", " ".join(f"{one.loss:.1f} ({one.steps})" for one in found))
    show(target, compiled.residuals(best.theta), best)
    if asked.write:
        keep(scenario, target, best, found)


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", default="petrograd-1917", nargs="?")
    parser.add_argument("--until", default="1917-07-31")
    parser.add_argument("--starts", type=int, default=4)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--spread", type=float, default=0.5, help="sd of the starts, in prior sd")
    parser.add_argument("--sharpen", type=float, default=2.5, help="factor on the weight of a target's miss")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--current", action="store_true", help="start from parameters.toml as well")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def starts(target: Objective, scenario: Scenario, asked: argparse.Namespace) -> list[np.ndarray]:
    """The prior's centre, draws around it, and what the scenario holds now."""
    rng = np.random.default_rng(asked.seed)
    count = len(target.free)
    chosen = [asked.spread * rng.standard_normal(count) * (number > 0) for number in range(asked.starts)]
    if asked.current:
        held = scenario.parameters
        chosen.insert(0, np.array([f.theta(held[f.address]) if f.address in held else 0.0 for f in target.free]))
    return chosen


def show(target: Objective, residuals: np.ndarray, best: Minimum) -> None:
    """Print the largest misses and the parameters farthest from their priors."""
    misses = residuals[: len(target.observations)]
    for number in np.argsort(-np.abs(misses)):
        print(f"{target.observations[number].id:6s} {misses[number]:+.2f}", end="  ")
    print(f"\ncontests {residuals[-1] ** 2 / 2:.2f}")
    for number in np.argsort(-np.abs(best.theta))[:25]:
        free = target.free[number]
        value = float(free.value(jnp.asarray(best.theta[number])))
        print(f"{free.address:34s} {value:9.4f}  {best.theta[number]:+.2f} sd")


def keep(scenario: Scenario, target: Objective, best: Minimum, found: list[Minimum]) -> None:
    """Write the parameters and the record of the search."""
    lines = ["# Written by scripts/tune.py: fitted to the calibration targets and to quiet days; not a posterior.", ""]
    values = target.values(best.theta)
    for law in dict.fromkeys(name.split(".")[0] for name in values):
        lines.append(f"[{law}]")
        lines += [
            f"{name.split('.', 1)[1]} = {value:.6g}" for name, value in values.items() if name.split(".")[0] == law
        ]
        lines.append("")
    (scenario.folder / "parameters.toml").write_text("\n".join(lines), encoding="utf-8")
    story = {"losses": [one.loss for one in found], "steps": [one.steps for one in found], "best": best.loss}
    out = HERE.parent / "benchmarks" / "tuning.json"
    out.write_text(json.dumps(story, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
