"""Faults of declarations that contradict each other, or that nothing could ever come of."""

from __future__ import annotations

from collections.abc import Mapping

from dualpower.scenario.crosscheck import listed
from dualpower.scenario.faults import Fault, did_you_mean, quote

__all__ = ["contradictions"]

_SCENARIO = "scenario.toml"


def contradictions(scenario: object) -> list[Fault]:
    """Every contradiction of a raw scenario.toml."""
    return [*_headline(scenario)]


def _headline(scenario: object) -> list[Fault]:
    """A main test that no forecast is made for."""
    forecast = scenario.get("forecast") if isinstance(scenario, Mapping) else None
    origins = [str(date) for date in listed(forecast, "origins")]
    headline = forecast.get("headline") if isinstance(forecast, Mapping) else None
    if not isinstance(headline, str) or not origins or headline in origins:
        return []
    expected = f"one of the origins ({', '.join(origins)})"
    return [Fault(_SCENARIO, "forecast.headline", quote(headline), expected, did_you_mean(headline, origins))]
