"""Where parameters and rival theories come from when none are given."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.experiment.claims.plan import Theory
    from dualpower.scenario import Scenario


def posterior_table(scenario: Scenario) -> pd.DataFrame | None:
    """Draws of the posterior that comes with a scenario: one row a draw, columns addresses; None if there is none."""
    if not (scenario.folder / "posterior.nc").is_file() or not importlib.util.find_spec(
        "dualpower.inference.posterior"
    ):
        return None
    found = importlib.import_module("dualpower.inference.posterior").load_posterior(scenario)
    draws: pd.DataFrame = found.draws
    return draws


def rival_theories(scenario: Scenario) -> Mapping[str, Theory]:  # noqa: ARG001
    """Rival theories that come with a scenario; none yet."""
    return {}
