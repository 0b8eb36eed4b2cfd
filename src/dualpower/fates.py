"""Fates: the path of one person through a year.

Persons decide by their unit's tables and by draws that belong to them alone, so a path can be told again from the
tables of every day, without anyone else. A run of people that was just made has them in memory; a run read from a
folder is simulated once more for them, which costs what the run did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower._arguments import check_whole
from dualpower._files import RunError
from dualpower.dataset import ACTIVITIES
from dualpower.laws.state import Tables
from dualpower.manifest import repeat
from dualpower.population import crowd, draws, people, people_share, people_year
from dualpower.scenario.arrays import compile_days, compile_names, compile_world
from dualpower.scenario.world import Days

if TYPE_CHECKING:
    from dualpower.run import Run
    from dualpower.scenario import Scenario

TEMPERS = ("bold", "ready", "cautious", "timid")


class Start(NamedTuple):
    """Who there is on the eve of the first day.

    units: [P] numbers of the units with persons; names: their ids; size: [P] most persons each ever has;
    share: [P] share of them with a record; offsets: [P + 1] number of each unit's first person; camps: [4, C, P] and
    activity: [4, P] shares that they start with
    """

    units: NDArray[np.int64]
    names: tuple[str, ...]
    size: NDArray[np.float64]
    share: NDArray[np.float64]
    offsets: NDArray[np.int64]
    camps: NDArray[np.float32]
    activity: NDArray[np.float32]


@dataclass(frozen=True, repr=False)
class Person:
    """One person's year.

    Attributes
    ----------
    number
        In the run.
    index
        In the unit.
    unit, unit_name, role, district
        Where the person belongs (district: at the start).
    temper
        For life: bold, ready, cautious or timid.
    stands_for
        Persons that the record stands for.
    path
        One row a day: date, camp, activity (of people under arms, at_work is obeying and out is refusing).
    """

    number: int
    index: int
    unit: str
    unit_name: str
    role: str
    district: str
    temper: str
    stands_for: float
    path: pd.DataFrame

    @property
    def changes(self) -> pd.DataFrame:
        """The first day, and every day on which camp or activity is another than the day before."""
        told = self.path[["camp", "activity"]]
        return self.path[(told != told.shift()).any(axis=1)]

    def __repr__(self) -> str:
        return f"<Person {self.number} of {self.unit_name}, {self.temper}>"

    def __str__(self) -> str:
        """The person, and a line for every change (the last twenty)."""
        changes = self.changes.tail(20)
        rows = [f"  {date}  {camp}, {doing}" for date, camp, doing in changes.itertuples(index=False)]
        return "\n".join([f"Person {self.number} of {self.unit_name} ({self.role}), {self.temper}", *rows])


def person(run: Run, number: int, unit: str | None = None) -> Person:
    """Tell the path of one person.

    Parameters
    ----------
    run
        A run of people.
    number
        Of the person, 0 to the number of records - 1; in `unit`, if one is given.
    unit
        Id of a unit.

    Raises
    ------
    RunError
        If the run is of the crowd, or there is no such unit or person, or the run cannot be repeated here.
    """
    check_whole("the number of a person", number, least=None)
    start = start_of(run)
    place, index = _find(start, number, unit)
    values = _path(start, place, index, seeds(run), books_of(run))
    return _described(run, start, place, index, values)


def books_of(run: Run) -> list[Tables]:
    """Tables of every day of a run of people, simulated once more if they are not in memory.

    Raises
    ------
    RunError
        If the run is of the crowd, or does not come out the same here.
    """
    if run.books is None:
        run.books = again(run).books
    return run.books or []


def again(run: Run) -> Run:
    """Simulate a run once more, and make sure that it is the same."""
    from dualpower.simulate import simulate

    begun, (seed, _) = beginning(run), seeds(run)
    made: Run = simulate(begun, seed=seed, until=run.dates[-1], **options(run))
    if forked := run.manifest.get("switches", {}).get("forked"):
        made = made.fork(forked["date"]).simulate(run.scenario, seed=run.seed)
    same = made.dates == run.dates and np.array_equal(made.dataset["camp_share"], run.dataset["camp_share"])
    if not same:
        raise RunError("this run does not come out the same here (another version, scenario or machine): make it again")
    return made


def options(run: Run) -> dict[str, Any]:
    """How a run was made, as `simulate` takes it."""
    switches = run.manifest.get("switches", {})
    return {name: switches[name] for name in ("noise", "imposed", "choices", "people") if name in switches}


def beginning(run: Run) -> Scenario:
    """The scenario that a run's first days had: its own, or that of the run that it was forked from."""
    forked = run.manifest.get("switches", {}).get("forked")
    return repeat(replace(run.scenario, interventions=()), forked["interventions"]) if forked else run.scenario


def seeds(run: Run) -> tuple[int, NDArray[np.uint32]]:
    """Seed of a run's first days, and the word of each day's seed, [day]: those of a fork may have another."""
    forked = run.manifest.get("switches", {}).get("forked")
    first = int(forked["seed"]) if forked else run.seed
    since = run.dates.index(forked["date"]) if forked else 0
    words = draws.seed_word(first), draws.seed_word(run.seed)
    return first, np.where(np.arange(len(run.dates)) < since, *words).astype(np.uint32)


def start_of(run: Run) -> Start:
    """Who there was on the eve of the first day of a run of people (`RunError` if it is of the crowd)."""
    if run not in _STARTS:  # persons are asked for one after the other
        _STARTS[run] = _start_of(run)
    return _STARTS[run]


_STARTS: WeakKeyDictionary[Run, Start] = WeakKeyDictionary()  # weakly, as a run of people is large


def _start_of(run: Run) -> Start:
    share = options(run).get("people")
    if share is None:
        raise RunError("this run is of the crowd, which has no persons; simulate with people=1.0")
    scenario = beginning(run)
    names, days = compile_names(scenario), compile_days(scenario, compile_names(scenario), None)
    world = compile_world(scenario, names)
    state = crowd.init(world, Days(*(column[0] for column in days)))
    shares = people_share.shares(scenario, share)
    units = np.flatnonzero(shares > 0)
    size = world.setting.size.max(0)[units].astype(np.float64)
    records = people_year.records(size, shares[units])
    offsets = np.concatenate(([0], np.cumsum(records)))
    unit_names = tuple(names.units[unit] for unit in units)
    camps, activity = np.asarray(state.camps)[..., units], np.asarray(state.activity)[..., units]
    return Start(units, unit_names, size, shares[units], offsets, camps, activity)


def everyone(start: Start, seed: int) -> people.People:
    """All persons on the eve of the first day."""
    first = people.init(start.size * start.share, start.names, start.camps, start.activity, seed)
    return people.weigh(first, start.size)


def _find(start: Start, number: int, unit: str | None) -> tuple[int, int]:
    """Place of the unit among those with persons, and index of the person in it."""
    if unit is not None and unit not in start.names:
        raise RunError(f"there are no persons of a unit {unit!r} in this run")
    place = start.names.index(unit) if unit is not None else _place(start, number)
    index = number if unit is not None else number - int(start.offsets[place])
    most = int(start.offsets[place + 1] - start.offsets[place]) if unit is not None else int(start.offsets[-1])
    if not 0 <= number < most:
        raise RunError(f"there is no person {number}: they go from 0 to {most - 1}" + (f" in {unit}" if unit else ""))
    return place, index


def _place(start: Start, number: int) -> int:
    found = int(np.searchsorted(start.offsets, number, side="right")) - 1
    return min(max(found, 0), len(start.names) - 1)


def _path(
    start: Start, place: int, index: int, seeds: tuple[int, NDArray[np.uint32]], books: Sequence[Tables]
) -> NDArray[np.uint8]:
    """Record of a person on the eve of the first day and on every day, [days + 1]."""
    one = slice(place, place + 1)
    unit = people.init(
        (start.size * start.share)[one], start.names[one], start.camps[..., one], start.activity[..., one], seeds[0]
    )
    key = draws.threefry((seeds[1], people.DECISION), (unit.units[0], 0))
    first, second = draws.threefry((key[0], key[1]), (np.uint32(index), np.arange(len(books))))
    told = np.empty(len(books) + 1, np.uint8)
    told[0] = unit.records[index]
    for day, book in enumerate(books):
        limits = people.limits(Tables(*(table[..., one] for table in book)))
        told[day + 1] = _day(int(told[day]), int(first[day]), int(second[day]), limits)
    return told


def _day(record: int, first: int, second: int, limits: people.Limits) -> int:
    """One day of one person, as the kernel does it."""
    temper, activity, camp = record >> 6, record >> 4 & 3, record & 15
    if first < limits.rate_camp[0]:
        camp = int((first >= limits.camps[0, temper]).sum())
    if second < limits.rate_act[0]:
        activity = int((second < limits.activities[0, temper, camp, 1:]).sum())
    return temper << 6 | activity << 4 | camp


def _described(run: Run, start: Start, place: int, index: int, told: NDArray[np.uint8]) -> Person:
    """Put names to the numbers."""
    data, days = run.dataset, told[1:]
    unit = data.isel(unit=int(start.units[place]))
    camps = data["camp"].to_numpy()[days & 15].astype(str)
    doing = np.array(ACTIVITIES)[days >> 4 & 3]
    records = start.offsets[place + 1] - start.offsets[place]
    return Person(
        number=int(start.offsets[place]) + index,
        index=index,
        unit=start.names[place],
        unit_name=str(unit["name"].item()),
        role=str(unit["unit_role"].item()),
        district=str(unit["unit_district"].item()),
        temper=TEMPERS[int(told[0]) >> 6],
        stands_for=float(start.size[place] / records),
        path=pd.DataFrame({"date": run.dates, "camp": camps, "activity": doing}),
    )
