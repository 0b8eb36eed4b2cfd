"""Measure ensembles: wall time of many crowd years, and memory for few and many draws.

    python benchmarks/ensemble.py                     a table, then one JSON document
    python benchmarks/ensemble.py --json FILE         also write it to a file
    python benchmarks/ensemble.py --people            also 200 years of people, one person in ten of the city
    python benchmarks/ensemble.py --people --draws 0  only those

Every figure comes from a process of its own; wall time counts from its start to its end (imports, compiled programs
read from the cache, workers, files on the disk), so it is what somebody waits for. Programs are compiled beforehand.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

CHILD = """
import json, sys, time
import dualpower as dp
if __name__ == "__main__":
    scenario, out, draws, jobs, more = *sys.argv[1:3], *map(json.loads, sys.argv[3:])
    moments = []
    tell = lambda done, of: moments.append((done, time.perf_counter()))
    found = dp.simulate(dp.load(scenario), draws=draws, seed=1, jobs=jobs, out=out, tell=tell, **more)
    (first, then), (last, end) = moments[min(jobs, len(moments) - 1)], moments[-1]
    print(json.dumps({"ms_a_year_after_start": 1000 * (end - then) / max(last - first, 1)}))
"""


def child(folder: Path, scenario: str, draws: int, jobs: int, **more: Any) -> dict[str, float]:
    """Make an ensemble in a process of its own: wall time (s), its largest memory (MB), size on disk (MB)."""
    script, out = folder / "child.py", folder / f"out-{draws}-{jobs}-{time.monotonic_ns()}"
    script.write_text(CHILD)
    command = [sys.executable, str(script), scenario, str(out), str(draws), str(jobs), json.dumps(more)]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command)}")
    wall = time.perf_counter() - begun
    size = sum(path.stat().st_size for path in out.iterdir()) / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return {"wall_s": wall, "peak_mb": usage.ru_maxrss * unit / 1e6, "disk_mb": size, **json.loads(said)}


def crowd(folder: Path, scenario: str, draws: int) -> dict[str, Any]:
    """Figures of the crowd: ``draws`` years with one process and with two, and memory for 64 and for 512 draws."""
    child(folder, scenario, 1, 1)  # compiles
    figures: dict[str, Any] = {}
    for jobs in (1, 2):
        runs = [child(folder, scenario, draws, jobs) for _ in range(3)]
        best = min(runs, key=lambda run: run["wall_s"])
        figures[f"crowd_{draws}_years_{jobs}_jobs_s"] = round(best["wall_s"], 2)
        figures[f"crowd_ms_a_year_{jobs}_jobs"] = round(best["ms_a_year_after_start"], 2)
        figures["disk_mb_a_draw"] = round(best["disk_mb"] / draws, 3)
    few, many = (child(folder, scenario, count, 1)["peak_mb"] for count in (64, 512))
    return {**figures, "peak_mb_64_draws": round(few), "peak_mb_512_draws": round(many)}


def people(folder: Path, scenario: str) -> dict[str, Any]:
    """Figures of people: 200 years at one in ten of the city, with two processes."""
    share = {"city": 0.1}
    child(folder, scenario, 1, 1, people=share)
    found = child(folder, scenario, 200, 2, people=share)
    return {"people_200_years_at_one_in_ten_s": round(found["wall_s"], 1), "people_peak_mb": round(found["peak_mb"])}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="petrograd-1917")
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--people", action="store_true")
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        figures: dict[str, Any] = crowd(Path(place), asked.scenario, asked.draws) if asked.draws else {}
        if asked.people:
            figures |= people(Path(place), asked.scenario)
    figures |= {"scenario": asked.scenario, "cores": os.cpu_count(), "platform": platform.platform()}
    figures |= {"load_before": round(os.getloadavg()[0], 2)}
    for name, value in figures.items():
        print(f"  {name:40s} {value}", file=sys.stderr)
    text = json.dumps(figures, indent=2)
    print(text)
    if asked.json:
        asked.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
