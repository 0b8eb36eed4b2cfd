"""What the people population holds, one byte a person, and what is counted of it.

A record is the byte  temper · 64 + activity · 16 + camp  (2, 2 and 4 bits: up to 16 camps). Persons are sorted by
unit; the person with index i in a unit of id h has temper (i + h) mod 4, for life: a quarter of each, exactly.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

TEMPERS, ACTIVITIES, MOST_CAMPS, VALUES = 4, 4, 16, 256
WORD = 2.0**32

Bytes = NDArray[np.uint8]
Int = NDArray[np.int64]
Float = NDArray[np.float64]
Words = NDArray[np.uint32]


class People(NamedTuple):
    """Everyone (N records) in U units; plain arrays, so a state is saved and resumed as it is.

    records: [N] uint8, sorted by unit
    offsets: [U + 1] int64, first record of each unit, then N
    units: [U] uint32, ids of the units' names
    sizes: [U] float64, persons each unit's records stand for
    histogram: [U, 256] int64, how many records of each value each unit has
    camps: number of camps in use (an integer, kept as an array of no dimensions)
    """

    records: Bytes
    offsets: Int
    units: Words
    sizes: Float
    histogram: Int
    camps: Int


class Counts(NamedTuple):
    """How many records are where, and how many persons a record stands for.

    joint: [temper, camp, activity, unit] int64
    weight: [unit] float64, persons per record
    """

    joint: Int
    weight: Float

    @property
    def temper_camp(self) -> Int:
        """Records by temper and camp: [temper, camp, unit]."""
        return np.asarray(self.joint.sum(axis=2))

    @property
    def activity(self) -> Int:
        """Records by activity: [activity, unit]."""
        return np.asarray(self.joint.sum(axis=(0, 1)))

    @property
    def camp_activity(self) -> Int:
        """Records by camp and activity: [camp, activity, unit]; which the crowd cannot know."""
        return np.asarray(self.joint.sum(axis=0))

    @property
    def records(self) -> Int:
        """Records in each unit: [unit]."""
        return np.asarray(self.joint.sum(axis=(0, 1, 2)))

    def shares(self) -> tuple[Float, Float]:
        """Shares of each unit by (temper, camp) and by activity, as the crowd holds them: [4, C, U] and [4, U]."""
        return self.temper_camp / self.records, self.activity / self.records


class Morning(Protocol):
    """What the day's probabilities have in common, however they give the choice of an activity; unit last."""

    @property
    def rate_camp(self) -> Any:
        """[unit] share that reconsiders its camp."""

    @property
    def choice_camp(self) -> Any:
        """[temper, camp, unit] probabilities of the new camp."""

    @property
    def rate_act(self) -> Any:
        """[unit] share that reconsiders what it does."""


class Tables(Morning, Protocol):
    """The day's probabilities, unit last: see `dualpower.laws`."""

    @property
    def choice_act(self) -> Any:
        """[temper, camp, activity, unit] probabilities of the new activity."""


class Steps(Morning, Protocol):
    """The same as the laws give it: activities as steps, each of which includes the next."""

    @property
    def out(self) -> Any:
        """[temper, camp, unit] probability to go out, or further."""

    @property
    def street(self) -> Any:
        """[temper, camp, unit] probability to go into the street, or further."""

    @property
    def arms(self) -> Any:
        """[temper, camp, unit] probability to take up arms."""


class Limits(NamedTuple):
    """The tables as whole numbers: a word below a limit chooses. Unit first; camps padded to 16.

    rate_camp: [U] uint32, a camp word at or above it changes nothing
    camps: [U, 4, 16] uint32, cumulative: the number of limits at or below the word is the new camp
    rate_act: [U] uint32, an activity word at or above it changes nothing
    activities: [U, 4, 16, 4] uint32, cumulative from the last activity: the number of limits above the word is the
        new activity plus one. So the smaller the word, the further a person goes
    stir: [U] uint32, the largest limit of activity 1 in the unit: at or above it nobody leaves activity 0, which
        spares a look at nearly everyone on a quiet day
    """

    rate_camp: Words
    camps: Words
    rate_act: Words
    activities: Words
    stir: Words


def tempers(state: People) -> Bytes:
    """Temper of every person: [N] uint8."""
    return np.asarray(state.records >> 6, dtype=np.uint8)


def activities(state: People) -> Bytes:
    """Activity of every person: [N] uint8."""
    return np.asarray(state.records >> 4 & 3, dtype=np.uint8)


def camps(state: People) -> Bytes:
    """Camp of every person: [N] uint8."""
    return np.asarray(state.records & 15, dtype=np.uint8)


def count(state: People) -> Int:
    """The histogram of all records, counted afresh: [U, 256]. A day's step keeps it by differences."""
    bounds = zip(state.offsets[:-1], state.offsets[1:], strict=True)
    return np.stack([np.bincount(state.records[start:stop], minlength=VALUES) for start, stop in bounds])


def counts(state: People) -> Counts:
    """What a state holds, by temper, camp, activity and unit."""
    cube = state.histogram.reshape(-1, TEMPERS, ACTIVITIES, MOST_CAMPS)[..., : int(state.camps)]
    joint = np.ascontiguousarray(cube.transpose(1, 3, 2, 0))
    return Counts(joint, state.sizes / np.diff(state.offsets))
