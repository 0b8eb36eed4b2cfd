"""Kill ensembles at random moments and take them up again: is the result the same each time?

    python benchmarks/kills.py              100 kills; a table of moments, then one JSON document
    python benchmarks/kills.py --kills 5    fewer

A process simulates an ensemble, and gets SIGKILL at a moment drawn from the time that the ensemble takes. Half of them
work with two processes of their own. What is left is resumed here and compared, number by number, with an ensemble that
nobody disturbed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

DRAWS, SHARDS = 480, 15
CHILD = """
import sys, time
import dualpower as dp
if __name__ == "__main__":
    folder, town, draws, jobs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    scenario = dp.load(town)
    if jobs == 1:
        dp.simulate(scenario, draws=1)
    print("ready", flush=True)
    tell = lambda done, of: print(done, flush=True)
    dp.simulate(scenario, draws=draws, seed=7, jobs=jobs, out=folder, resume=True, tell=tell)
    print("done", flush=True)
    time.sleep(600)
"""


def contents(ensemble: Any) -> list[tuple[int, int, str]]:
    """Fingerprints of all numbers of an ensemble."""
    return [(shard.first, shard.stop, shard.content) for shard in ensemble.shards]


def killed(folder: Path, script: Path, town: Path, jobs: int, moment: float) -> dict[str, Any]:
    """Start an ensemble, kill it ``moment`` seconds after its first step; say what it has left."""
    command = [sys.executable, str(script), str(folder), str(town), str(DRAWS), str(jobs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        if jobs > 1:  # its workers take seconds to start: count from their first shard
            child.stdout.readline()
            child.stdout.readline()
        time.sleep(moment)
        os.kill(child.pid, signal.SIGKILL)
    whole = len(list(folder.glob("draws-*.nc"))) if folder.exists() else 0
    partial = len(list(folder.glob(".partial-*"))) if folder.exists() else 0
    index = json.loads((folder / "ensemble.json").read_text()) if (folder / "ensemble.json").exists() else {}
    return {"jobs": jobs, "moment_s": round(moment, 3), "whole": whole, "partial": partial, "ended": "shards" in index}


def main() -> None:
    """Kill so many ensembles, resume each, compare; exit with 1 if one differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    asked = parser.parse_args()
    import dualpower as dp

    chance = random.Random(asked.seed)
    trials = []
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        script, town = root / "child.py", root / "town"
        script.write_text(CHILD)
        scenario = dp.load(dp.new("town", town))
        dp.simulate(scenario, draws=1)
        begun = time.perf_counter()
        whole = contents(dp.simulate(scenario, draws=DRAWS, seed=7, out=root / "whole"))
        takes = time.perf_counter() - begun
        for number in range(asked.kills):
            folder, jobs = root / "killed", 1 + number % 2
            trial = killed(folder, script, town, jobs, chance.uniform(0, 1.1 * takes if jobs == 1 else takes))
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                resumed = dp.simulate(scenario, draws=DRAWS, seed=7, out=folder, resume=True)
            same = contents(resumed) == whole and contents(dp.load_ensemble(folder)) == whole
            trials.append({**trial, "same": same})
            print(f"{number + 1:4d}  {trials[-1]}", file=sys.stderr, flush=True)
            with contextlib.suppress(OSError):
                shutil.rmtree(folder)
    figures = {
        "kills": len(trials),
        "identical": sum(trial["same"] for trial in trials),
        "draws": DRAWS,
        "shards": SHARDS,
        "undisturbed_s": round(takes, 2),
        "with_some_but_not_all_shards": sum(0 < trial["whole"] < SHARDS for trial in trials),
        "while_a_file_was_being_written": sum(trial["partial"] > 0 for trial in trials),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
    }
    print(json.dumps(figures, indent=2))
    if asked.json:
        asked.json.write_text(json.dumps({**figures, "trials": trials}, indent=1) + "\n")
    sys.exit(figures["identical"] != figures["kills"])


if __name__ == "__main__":
    main()
