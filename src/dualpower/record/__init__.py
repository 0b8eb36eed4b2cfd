"""The historical record: what its numbers are in a run, and how far a run is from them.

`plan` compiles rows once into observations, `observe` takes them from arrays (NumPy or JAX), `loss_terms` is what a
fit makes small, `score` is the table for people.
"""

from __future__ import annotations

from dualpower.record.doubts import check
from dualpower.record.errors import band, loss_terms, z_score
from dualpower.record.measures import AXES, MEASURES, Measure
from dualpower.record.observation import Observation, ObservationError
from dualpower.record.observe import aligned, arrays_of, dates_of, observe, observe_all
from dualpower.record.plan import Skipped, Survey, plan, survey
from dualpower.record.points import record_points
from dualpower.record.score import score, summary
from dualpower.record.transforms import inverse, transform

__all__ = [
    "AXES",
    "MEASURES",
    "Measure",
    "Observation",
    "ObservationError",
    "Skipped",
    "Survey",
    "aligned",
    "arrays_of",
    "band",
    "check",
    "dates_of",
    "inverse",
    "loss_terms",
    "observe",
    "observe_all",
    "plan",
    "record_points",
    "score",
    "summary",
    "survey",
    "transform",
    "z_score",
]
