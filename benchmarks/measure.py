"""Measure speed, memory and agreement with the record, in one command.

    python benchmarks/measure.py              a table, then one JSON document
    python benchmarks/measure.py --json       the JSON document alone
    python benchmarks/measure.py --record     also write benchmarks/RESULTS.md, and its figures into the README

Every figure of time is a median; each part runs in a process of its own. See README.md beside this file.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
SCENARIO = "petrograd-1917"
COMMAND = [sys.executable, "-m", "dualpower"]


def child(command: list[str], **environment: str) -> dict[str, float]:
    """Run a command quietly; return its wall time (s) and largest resident memory (MB)."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed with {process.returncode}: {' '.join(command)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return {"wall_s": wall, "peak_mb": usage.ru_maxrss * unit / 1e6}


def medians(runs: list[dict[str, float]], prefix: str) -> dict[str, float]:
    """Return the medians of several runs, their names prefixed."""
    return {f"{prefix}_{key}": round(median(run[key] for run in runs), 3) for key in runs[0]}


def start_up() -> dict[str, float]:
    """Return how long it takes until the package is imported, and until help is shown."""
    bare = [child([sys.executable, "-c", "pass"]) for _ in range(5)]
    imported = [child([sys.executable, "-c", "import dualpower"]) for _ in range(5)]
    helped = [child([*COMMAND, "--help"]) for _ in range(5)]
    loaded = [child([sys.executable, "-c", f"import dualpower; dualpower.load({SCENARIO!r})"]) for _ in range(5)]
    before = median(run["wall_s"] for run in bare)
    own, load = (median(run["wall_s"] for run in runs) - before for runs in (imported, loaded))
    return {"import_s": round(max(own, 0.0), 3), "load_s": round(load, 3), **medians(helped, "help")}


def whole_runs() -> dict[str, float]:
    """Return the cost of the main job: with an empty store of compiled programs, and with a filled one."""
    with tempfile.TemporaryDirectory() as folder:
        out, store = str(Path(folder, "out")), str(Path(folder, "store"))
        job = [*COMMAND, "run", SCENARIO]
        cold = [child(job, DUALPOWER_CACHE=store)]
        warm = [child(job, DUALPOWER_CACHE=store) for _ in range(3)]
        kept = [child([*job, "-o", out], DUALPOWER_CACHE=store) for _ in range(3)]
    return {**medians(cold, "cold_run"), **medians(warm, "warm_run"), **medians(kept, "kept_run")}


def in_process(script: str) -> dict[str, Any]:
    """Return what another script of this folder prints as JSON."""
    done = subprocess.run([sys.executable, str(HERE / script)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{script} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


PARTS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "start": start_up,
    "run": whole_runs,
    "year": lambda: in_process("year.py"),
    "record": lambda: in_process("targets.py"),
}

LABELS = {
    "import_s": "import of the package, beyond Python's own start (s)",
    "load_s": "a scenario in a new process, imports included (s)",
    "help_wall_s": "`dualpower --help` (s)",
    "help_peak_mb": "its memory at most (MB)",
    "cold_run_wall_s": "`dualpower run petrograd-1917`, nothing compiled yet (s)",
    "cold_run_peak_mb": "its memory at most (MB)",
    "warm_run_wall_s": "the same, compiled before (s)",
    "warm_run_peak_mb": "its memory at most (MB)",
    "kept_run_wall_s": "`dualpower run petrograd-1917 -o DIR`, with its files and report, compiled before (s)",
    "kept_run_peak_mb": "its memory at most (MB)",
    "units": "units of the scenario",
    "days": "days of a run",
    "year_ms": "one year of the crowd in a running process, processor time on one core (ms)",
    "year_min_ms": "the fastest of them (ms)",
    "batched_year_ms": "the same, per year, 16 seeds at once, one core (ms)",
    "compile_s": "first call, compilation included, processor time (s)",
    "calibrate": "targets of the months that are fitted",
    "heldout": "targets held out",
    "imposed_calibrate_in_band": "history's path imposed, as in fitting: fitted targets in their band",
    "imposed_calibrate_within_twice": "the same, within twice their band",
    "imposed_heldout_in_band": "history's path imposed: held-out targets in their band",
    "imposed_heldout_within_twice": "the same, within twice their band",
    "free_calibrate_in_band": "a free year, seed 1: fitted targets in their band",
    "free_calibrate_within_twice": "the same, within twice their band",
    "free_heldout_in_band": "a free year, seed 1: held-out targets in their band",
    "free_heldout_within_twice": "the same, within twice their band",
    "free_path": "that year's regimes",
    "years": "free years looked at (seeds from 1 on)",
    "outcomes": "how they end",
}


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    from importlib.metadata import version

    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        cpu = names[0] if names else cpu
    packages = {name: version(name) for name in ("dualpower", "jax", "numpy")}
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **packages,
    }


def shown(value: Any) -> str:
    """Return a figure in words."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items())
    return str(value)


def table(result: Mapping[str, Any]) -> str:
    """Return the figures as a Markdown table."""
    rows = [
        f"| {LABELS.get(key, key)} | {shown(value)} |" for part in PARTS for key, value in result.get(part, {}).items()
    ]
    return "\n".join(["| measured | value |", "| --- | --- |", *rows])


def record(result: Mapping[str, Any]) -> None:
    """Add the figures to RESULTS.md, under their date and machine; what stands there stays."""
    at = ", ".join(f"{key} {value}" for key, value in result["machine"].items())
    place = HERE / "RESULTS.md"
    before = place.read_text(encoding="utf-8").rstrip() if place.exists() else "# Results"
    place.write_text(f"{before}\n\n## {result['date']}, `make bench` ({at})\n\n{table(result)}\n", encoding="utf-8")


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description="Measure dualpower.")
    parser.add_argument("--json", action="store_true", help="print one JSON document only")
    parser.add_argument("--record", action="store_true", help="add the figures to RESULTS.md")
    parser.add_argument("--only", choices=PARTS, action="append", help="leave out the other parts")
    arguments = parser.parse_args()
    result: dict[str, Any] = {"date": datetime.date.today().isoformat(), "machine": machine()}
    for name in arguments.only or PARTS:
        print(f"measuring: {name} ...", file=sys.stderr)
        result[name] = PARTS[name]()
    if arguments.record and not arguments.only:
        record(result)
    if not arguments.json:
        print(table(result), end="\n\n")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
