"""Where rival theories come from when none are given: the posteriors that come with a scenario."""

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
    """Rival theories whose posteriors come with a scenario, by name: what they pin set, with their stacking weights."""
    found: dict[str, Theory] = {}
    for name, drawn in drawn_theories(scenario).items():
        under = scenario
        for address, value in drawn.pins.items():
            under = under.set(address, value)
        found[name] = Theory(under, drawn.table, drawn.weight)
    return found
