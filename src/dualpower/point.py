"""The parameters of single years: prior centres, overlaid by what the scenario and its interventions set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dualpower.laws.parameters import AS_DECLARED
from dualpower.laws.state import Params
from dualpower.laws.values import centres, nested
from dualpower.scenario.world import Names

if TYPE_CHECKING:
    from dualpower.scenario import Scenario


def parameters(scenario: Scenario, names: Names) -> dict[str, Params]:
    """Parameters of a scenario: prior centres, overlaid by what it sets."""
    return nested(parameter_values(scenario, names), names.parties, names.issues)


def parameter_values(scenario: Scenario, names: Names) -> dict[str, float]:
    """The same by address, ``law.name`` or ``law.name.member``."""
    return {**prior_centres(scenario, names), **scenario.resolved_parameters()}


def prior_centres(scenario: Scenario, names: Names) -> dict[str, float]:
    """Prior centres by address, with those that the scenario declares of its parties; no chance in what is declared."""
    return centres(names.parties, names.issues, declared_centres(scenario) | AS_DECLARED)


def declared_centres(scenario: Scenario) -> dict[str, float]:
    """Prior centres that a scenario declares of its parties, by address."""
    founders = {f"councils.founders.{party.id}": party.founders for party in scenario.spec.parties}
    return founders | {f"councils.unaligned.{party.id}": party.unaligned_appeal for party in scenario.spec.parties}
