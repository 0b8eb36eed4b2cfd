"""Where parameters and rival theories come from when none are given: from what is kept beside the scenario."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dualpower.experiment.claims.plan import Theory

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.scenario import Scenario

_DRAWN = "dualpower.experiment.drawn"


def posterior_table(scenario: Scenario) -> pd.DataFrame | None:
    """Draws of the posterior that comes with a scenario: one row a draw, columns addresses; None if there is none."""
    drawn = _drawn()
    found: pd.DataFrame | None = None if drawn is None else drawn.drawn_parameters(scenario)
    return found


def rival_theories(scenario: Scenario) -> Mapping[str, Theory]:
    """Rival theories that come with a scenario, by name: what each pins is set, its draws and its weight are kept."""
    drawn = _drawn()
    found = {} if drawn is None else drawn.drawn_theories(scenario)
    return {name: Theory(_pinned(scenario, each.pins), each.table, float(each.weight)) for name, each in found.items()}


def _pinned(scenario: Scenario, pins: Mapping[str, float]) -> Scenario:
    for address, value in pins.items():
        scenario = scenario.set(address, value)
    return scenario


def _drawn() -> Any:
    """The module that reads what is kept beside a scenario; None where this version has none."""
    return importlib.import_module(_DRAWN) if importlib.util.find_spec(_DRAWN) else None
