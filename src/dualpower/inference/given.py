"""What the laws are given by a scenario, as fingerprints: by them a posterior knows whether it is of this scenario.

They are of numbers, not of files, so that another wording is the same scenario. One for each array, so that a file
says what is different, and one that is older than an array is judged by the others.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from dualpower.inference.objective import free_parameters, pinned
from dualpower.laws.parameters import CHANCE
from dualpower.point import parameter_values
from dualpower.scenario.arrays import compile_days, compile_names, compile_world
from dualpower.scenario.world import Chronicle, Floats

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["given"]

LENGTH = 12
"""Hexadecimal digits of a fingerprint."""

_NEUTRAL = ("told", "mood", "chance_event", "chance_rule", "chance_contest", "chance_size", "chance_drift")
"""What days bring of chance, of which a fit has none."""

_FREE = ("choice", "forced", "regimes", "after", "requires", "when", "hazard", "condition", "rule_when")
"""Beginnings of names in the chronicle: what makes choices in years that go their own way, while a fit imposes history,
and the list of conditions, of which a fit knows those of the rules of decay: that these did not fire counts there.
"""


def given(scenario: Scenario, until: str) -> dict[str, str]:
    """Fingerprints of all that a fit up to a day gives to the laws, by name, but for what is fitted or pinned."""
    names = compile_names(scenario)
    compiled = compile_world(scenario, names)
    world = compiled._asdict()
    days = compile_days(scenario, names, until, imposed=True)._asdict()
    arrays = {
        f"{part}.{name}": array
        for part, table in world.items()
        for name, array in table._asdict().items()
        if not (part == "chronicle" and name.startswith(_FREE))
    }
    arrays |= {f"days.{name}": array for name, array in days.items() if name not in _NEUTRAL}
    arrays["chronicle.rule_waits"] = _waits(compiled.chronicle)
    apart = {*CHANCE, *(one.address for one in free_parameters(scenario))}
    fixed = {
        name: value
        for name, value in parameter_values(scenario, names).items()
        if name not in apart and not pinned(scenario, name)
    }
    return {name: _of(array) for name, array in {**arrays, **fixed}.items()}


def _waits(c: Chronicle) -> Floats:
    """What each rule of decay waits for: rows of its number and a condition's indicator, sign and level, sorted."""
    rules, conditions = np.nonzero(c.rule_when)
    columns = (c.condition_indicator, c.condition_sign, c.condition_level)
    rows = sorted(zip(rules, *(column[conditions] for column in columns), strict=True))
    return np.array(rows, np.float32).reshape(-1, 1 + len(columns))


def _of(array: object) -> str:
    """Fingerprint of an array: its numbers, in which order, in which shape."""
    found = np.ascontiguousarray(array)
    found = found.astype(found.dtype.newbyteorder("<"))
    return hashlib.sha256(f"{found.dtype.kind} {found.shape}".encode() + found.tobytes()).hexdigest()[:LENGTH]
