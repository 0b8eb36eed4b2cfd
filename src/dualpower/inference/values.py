"""Values of parameters that somebody gives by address: each must be one, and be called as the laws call it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from dualpower.run import RunError
from dualpower.scenario.faults import did_you_mean, quote
from dualpower.scenario.parameters import bounds, is_number, number_expected

__all__ = ["NEAREST", "Values", "by_address", "check_moved", "check_values"]


Values = Mapping[str, float] | pd.Series
"""Parameters by address."""

NEAREST = 1e-6
"""Nearest to nought, as a share of its centre, that a factor is taken to be: nought itself is infinitely far out."""


def by_address(what: str, values: Values | None) -> dict[str, float]:
    """Parameters that somebody gives as a dictionary, a Series (a draw of a posterior), or not at all.

    Raises
    ------
    RunError
        If it is something else.
    """
    if values is None:
        return {}
    if not isinstance(values, Mapping | pd.Series):
        raise RunError(f"{what}: parameters by address are wanted, as a dictionary or a Series, not {values!r}")
    return {str(name): value for name, value in values.items()}


def check_values(what: str, values: Mapping[str, float], known: Collection[str]) -> None:
    """Refuse values of parameters that no law has, and what can be no value of theirs.

    Raises
    ------
    RunError
        Names the nearest parameter that there is.
    """
    for name, value in values.items():
        if name not in known:
            members = [each for each in known if each.startswith(f"{name}.")]
            hint = f"expected one of {', '.join(members)}" if members else did_you_mean(name, known)
            raise RunError(f"{what}: no parameter is called {quote(name)}" + (f"; {hint}" if hint else ""))
        if not is_number(value, *bounds(name)):
            raise RunError(f"{what}: {name} is {quote(value)}, expected {number_expected(*bounds(name))}")


def check_moved(what: str, values: Mapping[str, float], own: Mapping[str, float], movable: Collection[str]) -> None:
    """Refuse other values than the scenario's own (by address) of parameters that are not moved.

    Raises
    ------
    RunError
        Names the first of them.
    """
    for name, value in values.items():
        if name not in movable and value != own[name]:
            raise RunError(
                f"{what}: {name} is {own[name]:g} in this scenario and is not moved, being a switch, a size of chance, "
                f"declared nought or set by an intervention; set it to {value:g} in the scenario"
            )
