"""A year whose numbers are no numbers is refused, and not presented as one in which nothing happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from dualpower.run import RunError

if TYPE_CHECKING:
    from dualpower.scenario import Scenario


def check_finite(scenario: Scenario, day: int, *trees: Any, seeds: Sequence[int] = ()) -> None:
    """Raise `RunError` if an array of some trees holds what is no finite number.

    Parameters
    ----------
    scenario
        Whose interventions are named: most often one of them divides by nothing.
    day
        Number of the last day that the arrays know of.
    trees
        Trees of arrays.
    seeds
        Of the draws of which the arrays' first axis tells, if they tell of several.
    """
    for leaf in jax.tree.leaves(trees):
        array = np.asarray(leaf)
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise not_finite(scenario, day, _lost(array, seeds))


def _lost(array: np.ndarray[Any, Any], seeds: Sequence[int]) -> list[int]:
    """Seeds of the draws, by the first axis, whose numbers are not all finite; none where that is all of them."""
    lost = ~np.isfinite(array).reshape(len(array) if seeds else 1, -1).all(1)
    return [] if lost.all() else [seed for seed, bad in zip(seeds, lost, strict=True) if bad]


def not_finite(scenario: Scenario, day: int, seeds: Sequence[int] = ()) -> RunError:
    """The sentence about a year whose numbers have ended by a day, or about draws with these seeds."""
    days = scenario.days(scenario.spec.calendar.latest)
    given = [f"--{one.kind} {one.target}={one.value}" for one in scenario.interventions if one.kind != "do"]
    blamed = f"one of {', '.join(given)}" if given[1:] else "".join(given) or "a parameter or a size"
    many = "s" * (len(seeds) > 1)
    drawn = f" in the draw{many} with seed{many} {', '.join(map(str, seeds))}" if seeds else ""
    return RunError(
        f"{scenario.id}: by {days[min(day, len(days) - 1)]} the laws give no finite numbers any more{drawn}; "
        f"{blamed} is beyond what they can take"
    )
