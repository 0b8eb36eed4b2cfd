"""How fast the people live: person-days a second, against the same loop in C, and what a person weighs.

    python benchmarks/people.py [--persons 2400000] [--days 12] > people.json

JSON on stdout, a table on stderr. A "day" is the whole step: limits from tables, every person, the counts.
Three kinds of day: `quiet` (1 % reconsider each of camp and activity: about 2 % decide, as in the trial of the
design), `usual` (0.3 % reconsider the camp, 80 % the activity, 3 % are active) and `rising` (40 % are active).
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from dualpower.population import people, people_numba
from dualpower.population.draws import seed_word

UNITS, CAMPS, SEED = 200, 6, 1
DAYS = {"quiet": (0.01, 0.01, 0.75), "usual": (0.003, 0.8, 0.03), "rising": (0.02, 0.8, 0.4)}


class Tables(NamedTuple):
    """A day's tables, unit last."""

    rate_camp: Any
    choice_camp: Any
    rate_act: Any
    choice_act: Any


def tables_of(kind: str) -> Tables:
    """Tables of one kind of day, differing between units, tempers and camps."""
    rate_camp, rate_act, active = DAYS[kind]
    rng = np.random.default_rng(1)
    camp = rng.dirichlet(np.ones(CAMPS), (4, UNITS)).transpose(0, 2, 1)
    acts = active / 3 * rng.uniform(0.75, 1.25, (4, CAMPS, 3, UNITS))
    act = np.concatenate([1 - acts.sum(2, keepdims=True), acts], axis=2)
    rates = (np.full(UNITS, rate, np.float32) for rate in (rate_camp, rate_act))
    return Tables(next(rates), camp.astype(np.float32), next(rates), act.astype(np.float32))


def population(persons: int) -> people.People:
    """Units of very different sizes, as in a city."""
    rng = np.random.default_rng(0)
    weight = rng.lognormal(0, 1, UNITS)
    sizes = np.maximum(np.rint(weight / weight.sum() * persons), 1)
    doing = np.repeat([[0.97], [0.01], [0.01], [0.01]], UNITS, axis=1)
    return people.init(sizes, [f"unit {i}" for i in range(UNITS)], tables_of("quiet").choice_camp, doing, SEED)


def timed(action: Callable[[int], object], times: int) -> tuple[float, float]:
    """Best and median seconds of `action(day)`."""
    taken = []
    for day in range(times):
        begun = time.perf_counter()
        action(day)
        taken.append(time.perf_counter() - begun)
    return min(taken), median(taken)


def c_loop(folder: str) -> Callable[..., None] | None:
    """The C loop, compiled for this machine; None without a compiler."""
    library, source = Path(folder) / "people_loop.so", Path(__file__).with_name("people_loop.c")
    command = [os.environ.get("CC", "cc"), "-O3", "-march=native", "-shared", "-fPIC", str(source), "-o", str(library)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    function: Callable[..., None] = ctypes.CDLL(str(library)).live
    return function


def against_c(state: people.People, tables: Tables, loop: Callable[..., None], days: int) -> dict[str, float]:
    """Seconds of the bare kernels (no limits, no counts) on one core, and a check that results are the same."""
    pieces, limits = people_numba.cut(state.offsets), people.limits(tables)
    shape = (len(pieces.unit), 256)
    lived = [state.records.copy() for _ in range(2)]
    rows = [np.empty(shape, np.int32) for _ in range(2)]
    seed, decision = seed_word(SEED), people.DECISION

    def pointer(array: Any) -> ctypes.c_void_p:
        return ctypes.c_void_p(array.ctypes.data)

    head = [pointer(a) for a in (lived[1], rows[1])] + [ctypes.c_int64(shape[0])]
    middle = [pointer(a) for a in (*pieces[:3], state.offsets, state.units)]

    def with_c(day: int) -> None:
        key = [ctypes.c_uint32(part) for part in (seed, decision, day)]
        loop(*head, *middle, *key, *(pointer(limit) for limit in limits))

    def with_numba(day: int) -> None:
        key = (np.uint32(seed), np.uint32(decision), np.uint32(day))
        span = (0, shape[0])
        people_numba.live(lived[0], rows[0], pieces, span, state.offsets, state.units, key, limits)

    with_numba(0)
    with_c(0)
    if not (np.array_equal(lived[0], lived[1]) and np.array_equal(rows[0], rows[1])):
        raise SystemExit("the C loop and the Numba kernel disagree")
    numba_best, c_best = np.inf, np.inf
    for _ in range(3):  # by turns, as the machine may be shared
        numba_best, c_best = min(numba_best, timed(with_numba, days)[0]), min(c_best, timed(with_c, days)[0])
    return {
        "numba_million_per_s": len(state.records) / numba_best / 1e6,
        "c_million_per_s": len(state.records) / c_best / 1e6,
        "c_over_numba": numba_best / c_best,
    }


def copy_bandwidth() -> float:
    """Bytes a second read and written by a copy too large for any cache."""
    source = np.ones(1 << 28, np.uint8)
    target = np.empty_like(source)
    return 2 * source.nbytes / timed(lambda _: np.copyto(target, source), 4)[0]


def measure(state: people.People, kind: str, days: int, loop: Callable[..., None] | None) -> dict[str, Any]:
    """Everything about one kind of day."""
    tables = tables_of(kind)
    for day in range(3):
        state, _ = people.step(state, tables, day, SEED)
    after, counts = people.step(state, tables, 3, SEED)
    result: dict[str, Any] = {
        "changed": float((after.records != state.records).mean()),
        "active": float(1 - counts.activity[0].sum() / counts.records.sum()),
    }
    place = state.records.copy()
    own = state._replace(records=place)  # lived in place, as in a year
    for threads in sorted({1, 2, people_numba.threads()}):
        step = partial(people.step, own, tables, seed=SEED, threads=threads, out=place)
        best, middle = timed(step, days)
        number = len(state.records) / 1e6
        result[f"cores_{threads}"] = {"million_per_s": number / best, "million_per_s_median": number / middle}
    if loop is not None:
        result["kernel"] = against_c(state, tables, loop, days)
    return result


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description="speed of the people population")
    parser.add_argument("--persons", type=int, default=2_400_000)
    parser.add_argument("--days", type=int, default=12, help="repetitions of each measurement")
    options = parser.parse_args()
    state = population(options.persons)
    with tempfile.TemporaryDirectory() as folder:
        loop = c_loop(folder)
        kinds = {kind: measure(state, kind, options.days, loop) for kind in DAYS}
    bandwidth = copy_bandwidth()
    fastest = max(kinds["quiet"][key]["million_per_s"] for key in kinds["quiet"] if key.startswith("cores_"))
    held = sum(np.asarray(part).nbytes for part in state)
    report = {
        "persons": len(state.records),
        "units": UNITS,
        "machine": {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()},
        "million_person_days_per_s": kinds,
        "copy_bandwidth_gb_per_s": bandwidth / 1e9,
        "share_of_bandwidth": 2e6 * fastest / bandwidth,  # a byte read and a byte written a person
        "bytes_per_person": held / len(state.records),
    }
    json.dump(report, sys.stdout, indent=1)
    print(table(report), file=sys.stderr)


def table(report: dict[str, Any]) -> str:
    """The same for reading."""
    kinds = report["million_person_days_per_s"]
    cores = [key for key in kinds["quiet"] if key.startswith("cores_")]
    lines = [
        f"{'million person-days/s':24}"
        + "".join(f"{key:>10}" for key in cores)
        + f"{'kernel':>10}{'C':>10}{'C/kernel':>10}"
    ]
    for kind, row in kinds.items():
        kernel = row.get("kernel", {})
        bare = [kernel.get(key, np.nan) for key in ("numba_million_per_s", "c_million_per_s", "c_over_numba")]
        speeds = "".join(f"{row[key]['million_per_s']:10.0f}" for key in cores)
        lines.append(
            f"{kind:8} {row['changed']:7.1%} changed" + speeds + f"{bare[0]:10.0f}{bare[1]:10.0f}{bare[2]:10.2f}"
        )
    share = report["share_of_bandwidth"]
    lines.append(f"{report['bytes_per_person']:.2f} bytes a person; {share:.1%} of the bandwidth of a copy")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
