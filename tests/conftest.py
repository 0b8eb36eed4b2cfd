"""What all tests share: a quiet plotting back end, fixed random examples, the real scenario loaded once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from dualpower.run import Run
    from dualpower.scenario import Scenario

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

# The same examples on every machine and in every run; compilation may take longer than any deadline.
settings.register_profile("fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fixed")

LIBRARY_SCENARIO = "petrograd-1917"


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the folder that holds pyproject.toml."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def petrograd() -> Scenario:
    """Return the scenario of the library, loaded once for all tests; it is frozen."""
    from dualpower.scenario import load

    return load(LIBRARY_SCENARIO)


@pytest.fixture(scope="session")
def petrograd_run(petrograd: Scenario) -> Run:
    """Return one simulated year of the library's scenario (seed 1), made once; do not change it."""
    from dualpower.simulate import simulate

    return simulate(petrograd, seed=1)
