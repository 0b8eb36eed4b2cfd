"""The chance of a year, drawn beforehand: keyed by what is decided, for whom and on which day.

So two years that differ by one intervention share everything else, and no draw depends on any other.
"""

from __future__ import annotations

import numpy as np

from dualpower.population import draws
from dualpower.scenario.world import Days, Ints, Names

BY_DAY = ("mood", "chance_event", "chance_rule", "chance_contest")
"""Chance of which every day has its own; the rest lasts."""


def with_chance(days: Days, names: Names, seed: int, noise: bool) -> Days:
    """The same days with the chance of a seed (an ensemble compiles the days once and draws many times)."""
    city = draws.normals(seed, "mood of the city", ("city",), days.day)
    local = draws.normals(seed, "mood of a district", names.districts, days.day)
    chance = {
        f"chance_{kind}": draws.uniforms(seed, kind, who, days.day)
        for kind, who in (("event", names.events), ("rule", names.rules), ("contest", names.contests))
        if who
    }
    if names.events:
        size = draws.normals(seed, "size of an event", names.events, days.day[:1])
        chance["chance_size"] = np.repeat(noise * size, len(days.day), axis=0)
    untold = (days.day > days.told)[:, None]
    steps = untold * draws.normals(seed, "drift of an issue", names.issues, days.day)
    chance["chance_drift"] = noise * np.cumsum(steps, axis=0, dtype=np.float32)
    return days._replace(mood=noise * (0.8 * city + 0.6 * local), **chance)


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
