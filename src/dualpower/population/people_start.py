"""The first day: records that match the crowd's shares as exactly as whole persons allow.

Each unit is filled by itself, from its name, size, shares and seed: no other unit matters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from dualpower.population import draws
from dualpower.population.people_state import (
    MOST_CAMPS,
    TEMPERS,
    Bytes,
    Float,
    Int,
    People,
    Words,
    count,
)

FIRST_ACTIVITY = "people: first activity"


def init(
    sizes: ArrayLike,
    unit_names: Sequence[str],
    joint_shares: ArrayLike,
    activity_shares: ArrayLike,
    seed: int,
    share: float = 1.0,
) -> People:
    """Everyone on the first day.

    Parameters
    ----------
    sizes
        Persons in each unit, [U].
    unit_names
        Their names, on which all draws depend.
    joint_shares
        [temper, camp, unit]; only the camps' shares within each temper are used (each temper is a quarter).
        Camps are met to within about one person a unit, and within each temper.
    activity_shares
        [activity, unit]; met to within one person, whoever it is (by draw).
    seed
        Seed of the run.
    share
        Share of persons that get a record: 0.1 keeps one in ten (at least one a unit), each standing for ten.

    Raises
    ------
    ValueError
        If shapes do not fit, a size is negative, or a share is not in 0..1.
    """
    persons = np.asarray(sizes, dtype=np.float64)
    joint, doing = np.asarray(joint_shares, np.float64), np.asarray(activity_shares, np.float64)
    _check(persons, unit_names, joint, doing, share)
    units = draws.ids(unit_names)
    number = np.maximum(np.rint(persons * share), 1).astype(np.int64)
    offsets = np.concatenate(([0], np.cumsum(number)))
    records = np.empty(offsets[-1], np.uint8)
    _fill_camps(records, offsets, units, joint)
    _fill_activities(records, offsets, units, doing, seed)
    empty = np.zeros((0, 256), np.int64)
    state = People(records, offsets, units, persons, empty, np.asarray(joint.shape[1]))
    return state._replace(histogram=count(state))


def apportion(total: Int, shares: Float) -> Int:
    """Whole numbers [K, U] that sum to `total` [U] and are nearest to total · shares [K, U]: largest remainders.

    Shares need not sum to one. Equal remainders go to the first.
    """
    scale = np.where(shares.sum(axis=0) > 0, shares.sum(axis=0), 1.0)
    exact = total * (shares / scale)
    whole = np.floor(exact + 1e-9)
    order = np.argsort(whole - exact, axis=0, kind="stable")
    rank = np.argsort(order, axis=0, kind="stable")
    return np.asarray(whole + (rank < total - whole.sum(axis=0)), dtype=np.int64)


def camp_numbers(by_temper: Int, joint: Float) -> Int:
    """Persons by temper and camp [4, C, U], given the persons of each temper [4, U] and joint shares [4, C, U].

    What one temper's rounding leaves over is passed to the next, so that small camps are not rounded away
    four times.
    """
    owed, given = np.zeros(joint.shape[1:]), np.zeros(joint.shape, np.int64)
    for temper in range(TEMPERS):
        owed += by_temper[temper] * joint[temper] / joint[temper].sum(axis=0)
        given[temper] = apportion(by_temper[temper], np.maximum(owed, 0))
        owed -= given[temper]
    return given


def _fill_camps(records: Bytes, offsets: Int, units: Words, joint: Float) -> None:
    """Write temper and camp of everyone."""
    first = (np.arange(TEMPERS)[:, None] - units.astype(np.int64)) % TEMPERS
    by_temper = (np.diff(offsets) - first + TEMPERS - 1) // TEMPERS
    numbers = camp_numbers(by_temper, joint)
    camps = np.arange(joint.shape[1], dtype=np.uint8)
    for unit, (start, stop) in enumerate(zip(offsets[:-1], offsets[1:], strict=True)):
        for temper in range(TEMPERS):
            held = np.repeat(camps, numbers[temper, :, unit])
            records[start + first[temper, unit] : stop : TEMPERS] = held | np.uint8(temper << 6)


def _fill_activities(records: Bytes, offsets: Int, units: Words, shares: Float, seed: int) -> None:
    """Add what everyone does: the right number of each unit, in an order given by draws."""
    numbers = apportion(np.diff(offsets), shares)
    for unit, (start, stop) in enumerate(zip(offsets[:-1], offsets[1:], strict=True)):
        doing = np.repeat(np.arange(len(shares), dtype=np.uint8) << 4, numbers[:, unit])
        if doing[0] != doing[-1]:
            key0, key1 = draws.words(seed, FIRST_ACTIVITY, units[unit : unit + 1], 0)
            order, _ = draws.threefry((key0[0], key1[0]), (np.arange(stop - start), 0))
            doing = doing[np.argsort(order, kind="stable")]
        records[start:stop] |= doing


def _check(persons: Float, names: Sequence[str], joint: Float, doing: Float, share: float) -> None:
    """Refuse what does not fit, in a sentence."""
    units = len(names)
    if persons.shape != (units,) or doing.shape != (4, units) or joint.shape != (TEMPERS, joint.shape[1], units):
        raise ValueError(
            f"{units} units need sizes [U], joint shares [4, camps, U] and activity shares [4, U], "
            f"not {persons.shape}, {joint.shape} and {doing.shape}"
        )
    if joint.shape[1] > MOST_CAMPS:
        raise ValueError(f"the people hold at most {MOST_CAMPS} camps, not {joint.shape[1]}")
    if not (0 < share <= 1 and (persons >= 0).all()):
        raise ValueError(f"sizes must be at least 0 and the share of people above 0 and at most 1, not {share}")
    if not ((joint >= 0).all() and (joint.sum(axis=1) > 0).all() and (doing >= 0).all() and (doing.sum(0) > 0).all()):
        raise ValueError("shares of camps and activities must be at least 0, and some above 0 for every group")
