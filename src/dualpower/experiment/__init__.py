"""Experiments: many runs of one scenario, and what they say together. Names are loaded when first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dualpower.experiment.ensemble import load_ensemble, simulate_ensemble
    from dualpower.experiment.parts import merge
    from dualpower.experiment.result import Ensemble

_HOMES = {"Ensemble": "result", "load_ensemble": "ensemble", "merge": "parts", "simulate_ensemble": "ensemble"}

__all__ = ["Ensemble", "load_ensemble", "merge", "simulate_ensemble"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
