"""Accidents of one day: what a law of averages cannot know of a number, by what sort of number it is.

A prediction and the weighing of draws by the record allow for them, as they compare a model's expectation with what
happened once; so do the draws of a posterior. The search for the best parameters does not (see the page of the fit).
Source: ours, rule 7 of the forecast; fixed, the same at every date and for every theory.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dualpower.record.observation import Observation

__all__ = ["EVENT_NOISE", "event_noise"]

EVENT_NOISE: Mapping[str, float] = {
    "demonstrators": 0.35,
    "strikers": 0.15,
    "marchers": 0.35,
    "participants": 0.35,
    "defenders": 0.30,
    "red_guards": 0.30,
    "loyal": 0.30,
    "loyal_force": 0.30,
    "soldiers_refusing": 0.30,
    "deaths": 0.50,
    "casualties": 0.50,
    "members": 0.15,
    "members_total": 0.15,
    "seats": 0.15,
    "size": 0.15,
    "workplaces": 0.15,
}
"""Standard deviation of what averages cannot know of one day, on the scale of comparison, by measure (rule 7)."""

SHARE_NOISE = 0.15
"""The same for every share; identities (a line, an event) have none."""


def event_noise(one: Observation) -> float:
    """Standard deviation of one day's accidents, on the scale of comparison: demonstrations are told from strikes."""
    if one.transform == "logit":
        return SHARE_NOISE
    if one.transform == "identity":
        return 0.0
    stays_away = bool(len(one.activities)) and bool(np.asarray(one.activities)[1] > 0)
    named = ("strikers" if stays_away else "demonstrators") if one.measure == "activity" else one.measure
    return EVENT_NOISE.get(named, 0.15)
