"""From a declared scenario to arrays: ``compile_world`` (what stays) and ``compile_days`` (what each day brings).

Everything that the laws are given is made here, once, and named by ``compile_names``. The rooms to the right see
arrays only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dualpower.scenario.arrays.chronicle import chronicle
from dualpower.scenario.arrays.days import Choices, Imposed, check_choices, check_imposed, compile_days
from dualpower.scenario.arrays.names import compile_names
from dualpower.scenario.arrays.order import order
from dualpower.scenario.arrays.parties import parties
from dualpower.scenario.arrays.setting import setting
from dualpower.scenario.arrays.units import units
from dualpower.scenario.world import Names, World

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario

__all__ = ["Choices", "Imposed", "check_choices", "check_imposed", "compile_days", "compile_names", "compile_world"]


def compile_world(scenario: Scenario, names: Names) -> World:
    """A scenario, with its interventions, as arrays in the order of ``names``."""
    return World(
        setting(scenario, names),
        units(scenario, names),
        parties(scenario, names),
        order(scenario, names),
        chronicle(scenario, names),
    )
