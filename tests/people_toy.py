"""A small people with random tables, for the tests of the people population."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dualpower.population import draws, people

SIZES = np.array([3001, 1, 700, 2, 18000, 256, 1023])
NAMES = ["putilov", "hermit", "school", "pair", "barracks", "office", "yard"]
CAMPS = 6
SEED = 1917


class Tables(NamedTuple):
    """Tables of a day, unit last."""

    rate_camp: NDArray[np.float32]
    choice_camp: NDArray[np.float32]
    rate_act: NDArray[np.float32]
    choice_act: NDArray[np.float32]

    def of(self, units: list[int]) -> Tables:
        """The tables of some units, in that order."""
        return Tables(*(table[..., units] for table in self))


def random_tables(units: int, camps: int = CAMPS, rate: float = 0.3, seed: int = 0) -> Tables:
    """Tables drawn at random, with rates between 0 and `rate`."""
    rng = np.random.default_rng(seed)
    camp = rng.dirichlet(np.ones(camps), (4, units)).transpose(0, 2, 1)
    act = rng.dirichlet(np.ones(4), (4, camps, units)).transpose(0, 1, 3, 2)
    parts = (rate * rng.random(units), camp, rate * rng.random(units), act)
    return Tables(*(part.astype(np.float32) for part in parts))


def start(sizes: NDArray[np.int64] = SIZES, names: list[str] = NAMES, camps: int = CAMPS) -> people.People:
    """People with shares that depend on the unit's name only."""
    shares = [np.random.default_rng(draws.name_id(name)) for name in names]
    joint = np.stack([rng.dirichlet(np.ones(camps), 4) for rng in shares], axis=-1)
    doing = np.stack([rng.dirichlet([20, 2, 1, 1]) for rng in shares], axis=-1)
    return people.init(sizes, names, joint, doing, SEED)


def live(
    state: people.People, tables: Tables, days: range, threads: int = 1, piece: int | None = None
) -> people.People:
    """Some days under fixed tables."""
    for day in days:
        state, _ = people.step(state, tables, day, SEED, threads=threads, piece=piece)
    return state


def same(one: people.People, other: people.People) -> bool:
    """Whether two states are equal in every array."""
    return all(np.array_equal(getattr(one, f), getattr(other, f)) for f in people.People._fields)


def of_unit(state: people.People, name: str) -> NDArray[np.uint8]:
    """The records of one unit."""
    unit = int(np.flatnonzero(state.units == draws.name_id(name))[0])
    return state.records[state.offsets[unit] : state.offsets[unit + 1]]
