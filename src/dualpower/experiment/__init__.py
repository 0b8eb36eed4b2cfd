"""Experiments: many runs of one scenario, and what they say together."""

from __future__ import annotations

from dualpower.experiment.ensemble import load_ensemble, simulate_ensemble
from dualpower.experiment.parts import merge
from dualpower.experiment.result import Ensemble

__all__ = ["Ensemble", "load_ensemble", "merge", "simulate_ensemble"]
