"""The chance of a year, drawn beforehand: keyed by what is decided, for whom and on which day.

So two years that differ by one intervention share everything else, and no draw depends on any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dualpower.population import draws, draws_jax
from dualpower.scenario.world import Days, Ints, Names

BY_DAY = ("mood", "chance_event", "chance_rule", "chance_contest")
"""Chance of which every day has its own; the rest lasts."""

SIZE = "size of an event"
"""Decided once, on the first day."""


def with_chance(days: Days, names: Names, seed: int, noise: bool) -> Days:
    """The same days with the chance of a seed (an ensemble compiles the days once and draws many times)."""
    chance = {
        what: draws.uniforms(seed, what, who, days.day[:1] if what == SIZE else days.day)
        for what, who in _decisions(names).items()
    }
    return _with(days, noise, chance)


def years_with_chance(days: Days, names: Names, seeds: Iterable[int], noise: bool) -> list[Days]:
    """`with_chance` of many seeds, by the same numbers: those of all are drawn in one compiled call."""
    decisions = _decisions(names)
    uniforms = draws_jax.uniforms_of_many(list(seeds), decisions, days.day)
    ends = np.cumsum([len(who) for who in decisions.values()])[:-1]
    return [
        _with(days, noise, dict(zip(decisions, np.split(one, ends, axis=1), strict=True)))
        for one in uniforms  # the size of an event is its first day's
    ]


def _decisions(names: Names) -> dict[str, tuple[str, ...]]:
    """What chance decides, and for whom."""
    everything = {
        "mood of the city": ("city",),
        "mood of a district": names.districts,
        "event": names.events,
        "rule": names.rules,
        "contest": names.contests,
        SIZE: names.events,
        "drift of an issue": names.issues,
    }
    return {what: tuple(who) for what, who in everything.items() if who}


def _with(days: Days, noise: bool, chance: Mapping[str, NDArray[np.float32]]) -> Days:
    """Days with the chance that some uniform numbers [day, entity] give, by what they decide."""
    city, local, drift = (
        draws.to_normal(chance[what]) for what in ("mood of the city", "mood of a district", "drift of an issue")
    )
    found: dict[str, Any] = {f"chance_{kind}": chance[kind] for kind in ("event", "rule", "contest") if kind in chance}
    if SIZE in chance:
        found["chance_size"] = np.repeat(noise * draws.to_normal(chance[SIZE][:1]), len(days.day), axis=0)
    untold = (days.day > days.told)[:, None]
    found["chance_drift"] = noise * np.cumsum(untold * drift, axis=0, dtype=np.float32)
    return days._replace(mood=noise * (0.8 * city + 0.6 * local), **found)


def with_earlier_chance(days: Days, names: Names, seed: int, noise: bool, happened: Ints, day: int) -> Days:
    """Days whose chance is another seed's up to a day: nothing that was decided by then is drawn again.

    Parameters
    ----------
    days
        With the chance that goes on.
    names, seed, noise
        Of the chance that was, as for `with_chance`.
    happened
        Day on which each event has happened before it, -1 where it has not, [event]: those keep their size.
    day
        Number of the first day of the new chance.

    Returns
    -------
    Days
        The levels that drift go on from where they were.
    """
    earlier = with_chance(days, names, seed, noise)
    before = (days.day < day)[:, None]
    kept = {name: np.where(before, getattr(earlier, name), getattr(days, name)) for name in BY_DAY}
    size = np.where(before | (happened >= 0), earlier.chance_size, days.chance_size)
    since = days.chance_drift - days.chance_drift[day - 1]
    walk = np.where(before, earlier.chance_drift, earlier.chance_drift[day - 1] + since)
    return days._replace(**kept, chance_size=size, chance_drift=walk)
