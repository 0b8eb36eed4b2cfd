"""How much of a forecast's skill hangs on which targets there are: targets drawn again, and left out one by one."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pages.markdown import table
from pages.results import Row

TIMES = 4000
"""How often targets are drawn again."""

SHOWN = (("headline", "history"), ("headline", "rules"), ("rolling", "history"), ("rolling", "rules"))

TEXT = """### How far that hangs on single targets

Fourteen targets are few. Below they are drawn again with replacement, {times:,} times, and left out one by one, the best of the eight baselines being chosen
anew each time. (Forecasts of one target from several origins stay together.) *Without one*: the skill without the target that adds most to it, and without the
one that adds least. Both are told after the fact and decide nothing.

"""


class Skill(NamedTuple):
    """The skill of one forecast, and what it is with other targets."""

    whole: float
    low: float
    high: float
    least: tuple[float, str]
    most: tuple[float, str]
    forecasts: int
    targets: int


def skill_of(scores: list[Row], comparison: str, model: str) -> Skill:
    """The skill of a forecast, its 5 to 95 % where targets are drawn again, and without the two that matter most."""
    judged = [row for row in scores if row["comparison"] == comparison and row["judged"] == "True"]
    rivals = sorted({row["model"] for row in judged if not row["model"].startswith("model")})
    own = [row for row in judged if row["model"] == model]
    targets = sorted({row["target_id"] for row in own})
    sums, counts = np.zeros((len(targets), 1 + len(rivals))), np.zeros(len(targets))
    for row in judged:
        if row["model"] in (model, *rivals):
            place = targets.index(row["target_id"])
            sums[place, (model, *rivals).index(row["model"])] += float(row["crps"])
            counts[place] += row["model"] == model
    drawn = np.random.default_rng(1917).integers(len(targets), size=(TIMES, len(targets)))
    again = np.array([_skill(sums[rows], counts[rows]) for rows in drawn])
    each = range(len(targets))
    without = {name: _skill(np.delete(sums, k, 0), np.delete(counts, k)) for k, name in zip(each, targets, strict=True)}
    least, most = (pick(without, key=without.__getitem__) for pick in (min, max))
    low, high = np.quantile(again, (0.05, 0.95))
    return Skill(_skill(sums, counts), float(low), float(high), (without[least], least), (without[most], most),
                 len(own), len(targets))  # fmt: skip


def _skill(sums: NDArray[Any], counts: NDArray[Any]) -> float:
    """How much smaller the mean is than the best baseline's; sums: [target, own and baselines]."""
    means = sums.sum(0) / counts.sum()
    return float(1 - means[0] / means[1:].min())


def section(scores: list[Row]) -> str:
    """Words and a table."""
    body = []
    for comparison, way in SHOWN:
        one = skill_of(scores, comparison, f"model, {way}")
        numbers = (
            f"{one.forecasts} of {one.targets}",
            f"{one.whole:.0%}",
            f"{one.low:.0%} to {one.high:.0%}",
            f"{one.least[0]:.0%} ({one.least[1]})",
            f"{one.most[0]:.0%} ({one.most[1]})",
        )
        body.append((comparison, way, *numbers))
    head = (
        "comparison",
        "forecast",
        "forecasts of targets",
        "skill",
        "drawn again: 5 to 95 %",
        "without one: at least",
        "at most",
    )
    return TEXT.format(times=TIMES) + table(head, body)
