"""What is no fault of a scenario and yet may surprise whoever wrote it: told by ``dualpower check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dualpower.scenario.arrays import compile_names, compile_world
from dualpower.scenario.faults import quote

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario

__all__ = ["notes"]


def notes(scenario: Scenario) -> list[str]:
    """Sentences on what counts by its order, or not at all; empty if there is nothing to say."""
    return [*_commanders(scenario), *_nobody_outside(scenario)]


def _commanders(scenario: Scenario) -> list[str]:
    """Bodies of which only the first commands."""
    councils = scenario.spec.councils
    local = [one.id for one in councils if one.tier == 1 and one.kind != "election"]
    national = [one.id for one in councils if one.tier == 2]
    return [
        f"scenario.toml, councils: {', '.join(able)} could command {where}; {able[0]} does, which comes first"
        for able, where in ((local, "in the capital"), (national, "elsewhere"))
        if len(able) > 1
    ]


def _nobody_outside(scenario: Scenario) -> list[str]:
    """Insurrections against which nobody can arrive, because no armed units ever lie far enough away."""
    world = compile_world(scenario, compile_names(scenario))
    setting, armed = world.setting, np.asarray(world.units.armed)
    far = armed * (1 - setting.near - setting.bases).clip(0.0) * setting.size
    if far.sum() > 0:
        return []
    return [
        f"scenario.toml, contests.{one.id}.size: found {quote(one.size)}, which has no effect: no armed units lie "
        "outside (in places country) that could arrive against the winner"
        for one in scenario.spec.contests
        if one.kind == "insurrection" and one.size > 0
    ]
