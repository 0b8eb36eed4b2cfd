"""Where parameters and rival theories come from when none are given: from what is kept beside the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dualpower.experiment.claims.plan import Theory
from dualpower.experiment.drawn import drawn_parameters, drawn_theories

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.scenario import Scenario


def posterior_table(scenario: Scenario) -> pd.DataFrame | None:
    """Draws of the posterior that comes with a scenario: one row a draw, columns addresses; None if there is none."""
    return drawn_parameters(scenario)


def rival_theories(scenario: Scenario) -> Mapping[str, Theory]:
    """Rival theories that come with a scenario, by name: what each pins is set, its draws and its weight are kept."""
    found = drawn_theories(scenario)
    return {name: Theory(_pinned(scenario, each.pins), each.table, float(each.weight)) for name, each in found.items()}


def _pinned(scenario: Scenario, pins: Mapping[str, float]) -> Scenario:
    for address, value in pins.items():
        scenario = scenario.set_anew(address, value)
    return scenario
