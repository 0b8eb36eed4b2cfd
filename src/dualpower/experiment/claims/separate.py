"""Where rival theories disagree on a claim: the target that sets them farthest apart, known or held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dualpower.experiment.claims.work import Done, batches_of
from dualpower.record import survey

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

NEAR = 2.0
"""Standard deviations of the record's error within which a theory's mean comes near to it."""


def separating(
    scenario: Scenario, rows: Sequence[Mapping[str, Any]], done: Sequence[Done], draws: int, lived: int
) -> dict[str, Any] | None:
    """The target on which theories with different verdicts differ most, beside its spread and its observation error.

    None where they agree. Theories of which one supports what the other contradicts come before those of which one is
    undecided, and targets to which at least one of the two comes near before those that both miss: what neither can
    tell separates nothing. ``distance`` is the gap between the two theories' means in standard deviations; ``lived``
    how many days the years have.
    """
    if len({row["verdict"] for row in rows}) < 2:
        return None
    days = scenario.days(scenario.spec.calendar.latest)
    seen = {row["name"]: _observed(done, row["name"], draws) for row in rows}
    targets = [one for one in survey(scenario, scenario.targets, days, strict=True).observations if one.end <= lived]
    pairs = [(a, b) for k, a in enumerate(rows) for b in rows[k + 1 :] if a["verdict"] != b["verdict"]]
    gaps = [
        (_opposed(a, b), *_gap(one, seen[a["name"]][:, k], seen[b["name"]][:, k]), k, a, b)
        for k, one in enumerate(targets)
        for a, b in pairs
    ]
    best = max(gaps, key=lambda each: each[:3], default=None)
    if best is None:
        return None
    _, _, distance, middles, k, a, b = best
    one = targets[k]
    return {"theories": [a["name"], b["name"]], "verdicts": [a["verdict"], b["verdict"]], "target": one.id,
            "date": days[one.start], "predicted": list(middles), "observed": one.value,
            "low": one.low, "high": one.high, "distance": distance}  # fmt: skip


def _observed(done: Sequence[Done], setting: str, draws: int) -> Any:
    batches = batches_of(done, setting)
    return np.concatenate([one.observed for one in batches])[:draws]


def _opposed(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return {a["verdict"], b["verdict"]} == {"supported", "contradicted"}


def _gap(one: Any, here: Any, there: Any) -> tuple[bool, float, tuple[float, float]]:
    """Whether one comes near to the record, their distance (standard deviations of comparison), both medians."""
    a, b = (np.asarray(one.compared(values)) for values in (here, there))
    spread = np.sqrt((a.var() + b.var()) / 2 + one.sd**2)
    near = min(abs(each.mean() - one.centre_z) for each in (a, b)) <= NEAR * one.sd
    return bool(near), float(abs(a.mean() - b.mean()) / spread), (float(np.median(here)), float(np.median(there)))
