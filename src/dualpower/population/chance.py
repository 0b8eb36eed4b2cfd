"""The chance of a year, drawn beforehand: keyed by what is decided, for whom and on which day.

So two years that differ by one intervention share everything else, and no draw depends on any other.
"""

from __future__ import annotations

import numpy as np

from dualpower.population import draws
from dualpower.scenario.world import Days, Names


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
