"""The claims of the library's scenario: how long they take, whether they repeat, what pairs are worth.

python benchmarks/claims.py                 test them once, print verdicts and measures
python benchmarks/claims.py --record        also write claims.json beside this file, and the report to build/claims
python benchmarks/claims.py --twice         test them twice, and say whether the two results are the same text
python benchmarks/claims.py --draws 48 --jobs 1
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import dualpower as dp

HERE = Path(__file__).resolve().parent
SCENARIO = "petrograd-1917"
SHARES = {"K2": "seats", "K9": "october"}
"""Claims, and their outcome that is the share of one party in October."""


def main() -> int:
    """Test the claims and print one JSON document."""
    asked = arguments()
    scenario = dp.load(SCENARIO)
    seconds, found = tested(scenario, asked)
    if asked.record:
        (HERE / "claims.json").write_text(found.to_json(), encoding="utf-8")
        found.save(HERE.parent / "build" / "claims")
    same = tested(scenario, asked)[1].to_json() == found.to_json() if asked.twice else None
    placebos = found.table("placebos")
    told = {
        "seconds": round(seconds, 1), "draws": asked.draws, "jobs": asked.jobs, "same twice": same,
        "unpaired sd over paired sd, share in October": {name: ratio(found, name, row) for name, row in SHARES.items()},
        "placebos": len(placebos), "placebos whose interval leaves zero out": int((~placebos["zero"]).sum()),
        "intervals that leave zero out where a coin has swapped years":
            {key: sum(one["swapped"][key] for one in found.claims) for key in ("intervals", "outside")},
        "verdicts": dict(found.verdicts["verdict"]),
    }  # fmt: skip
    print(json.dumps(told, indent=1))
    return 0


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--twice", action="store_true")
    return parser.parse_args()


def tested(scenario: Any, asked: argparse.Namespace) -> tuple[float, Any]:
    """Seconds, and the result."""
    begun = time.perf_counter()
    found = dp.test_claims(scenario, asked.draws, 1, jobs=asked.jobs)
    return time.perf_counter() - begun, found


def ratio(found: Any, claim: str, outcome: str) -> float:
    """How many times smaller the standard deviation of a pair is than that of two years that share nothing."""
    row = next(row for row in found.claim(claim)["outcomes"] if row["id"] == outcome)
    return round(row["unpaired_sd"] / row["paired_sd"], 1) if row["paired_sd"] else float("inf")


if __name__ == "__main__":
    sys.exit(main())
