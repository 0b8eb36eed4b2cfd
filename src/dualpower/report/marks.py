"""Bands of the targets beside the fans of an ensemble: which line a target is about is read from what it observes.

Numbers that happen to be alike say nothing: two councils can have the same shares, and two parties of one council.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from dualpower.record.measures import ACTIVITIES
from dualpower.record.plan import survey
from dualpower.record.score import from_memory
from dualpower.record.selection import districts_on
from dualpower.report.style import INK, PAPER, RECORD

if TYPE_CHECKING:
    from dualpower.experiment import Ensemble
    from dualpower.record.observation import Observation
    from dualpower.scenario import Scenario

SHARES = ("seat_share", "vote_share")


@dataclass(frozen=True)
class Mark:
    """The band of a target on the axes of an ensemble.

    Attributes
    ----------
    observation : Observation
        What the target asks of a run.
    day : str
        The date of the target, in the scenario's calendar.
    unsure : bool
        Whether its number is from memory or a guess.
    """

    observation: Observation
    day: str
    unsure: bool = False

    @property
    def x(self) -> float:
        """Middle of its days, as a position."""
        return (self.observation.start + self.observation.end - 1) / 2

    @property
    def numbers(self) -> tuple[float, float, float]:
        """Low, value and high as a run counts them: persons, or shares of one."""
        one = self.observation
        low, value, high = (number / one.scale for number in (one.low, one.value, one.high))
        return (1 - high, 1 - value, 1 - low) if one.complement else (low, value, high)


def marks(ensemble: Ensemble) -> list[Mark]:
    """All targets that lie within the ensemble's days."""
    targets = ensemble.scenario.targets
    found = survey(ensemble.scenario, targets, ensemble.dates)
    told = [{str(key): value for key, value in targets.iloc[row].items()} for row in found.rows]
    pairs = zip(found.observations, told, strict=True)
    return [Mark(one, str(row["date"]), from_memory(row)) for one, row in pairs]


def of_party(scenario: Scenario, council: str, party: str) -> Callable[[Mark], bool]:
    """Whether a target is about one party's share of the seats or votes of one council."""
    k = [each.id for each in scenario.spec.councils].index(council)
    p = [each.id for each in scenario.spec.parties].index(party)

    def about(mark: Mark) -> bool:
        one = mark.observation
        return one.measure in SHARES and one.council == k and one.parties.sum() == 1 and one.parties[p] == 1

    return about


def of_count(scenario: Scenario, name: str) -> Callable[[Mark], bool]:
    """Whether a target is about one of the run's own counts: the same people doing the same, the suburbs in or out."""
    kinds, doing = _counted(scenario, name)
    place_of = dict(zip(scenario.districts["district_id"], scenario.districts["place"], strict=True))

    def about(mark: Mark) -> bool:
        one = mark.observation
        if one.measure == name:
            return not one.complement
        if one.measure != "activity" or one.activities.tolist() != [each in doing for each in ACTIVITIES]:
            return False
        place = np.array([place_of.get(district, "") for district in districts_on(scenario, mark.day)])
        chosen, city = one.units > 0, place == "city"
        spread = chosen & ~city  # whom it counts elsewhere
        return bool((chosen == kinds)[city].all() and kinds[spread].all() and (place[spread] == "suburb").all())

    return about


def _counted(scenario: Scenario, name: str) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Whom a count counts, array[unit], and in which activities."""
    roles: dict[str, Any] = {role.id: role for role in scenario.spec.roles}
    each = [roles[role] for role in scenario.units["role"]]
    if name == "marchers":
        return np.ones(len(each), bool), ACTIVITIES[2:]
    key = "counts_as_striker" if name == "strikers" else "armed"
    return np.array([bool(getattr(role, key)) for role in each]), ACTIVITIES[1:]


def draw_marks(axes: Axes, found: list[Mark], colour: str = RECORD) -> float:
    """Draw the bands and return the height of the highest, 0 without any."""
    for mark in found:
        low, value, high = mark.numbers
        axes.vlines(mark.x, low, high, color=colour, linewidth=2.2, alpha=0.9)
        face = PAPER if mark.unsure else colour
        axes.plot(mark.x, value, "o", color=face, markeredgecolor=INK, markersize=3.5)
    return max((mark.numbers[2] for mark in found), default=0.0)
