"""Who is otherwise: two runs of the same people, person by person.

Both runs share every draw, so a person whose day differs does so only because of what was changed. Both are lived
through once more, side by side, one byte a person each; what is kept are counts by day and unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from dualpower._arguments import check_whole
from dualpower._files import RunError
from dualpower.fates import Start, books_of, everyone, seeds, start_of
from dualpower.population import people
from dualpower.population.draws_numba import compiled

if TYPE_CHECKING:
    from dualpower.run import Run

MEANING = {
    "differ": "another camp or activity today",
    "camp": "another camp today",
    "only_first": "active today in the first run only",
    "only_second": "active today in the second run only",
    "ever": "another camp or activity today or on an earlier day",
}
"""What is counted."""

_EVER = list(MEANING).index("ever")


@dataclass(frozen=True, repr=False)
class Changed:
    """How many persons differ between two runs, and where.

    Attributes
    ----------
    counts
        Dataset of persons (records times what each stands for that day) by date and unit: the variables of `MEANING`.
    runs
        The two.
    """

    counts: xr.Dataset
    runs: tuple[Run, Run]

    @property
    def first(self) -> str | None:
        """First date on which anyone differs."""
        days = np.flatnonzero(self.counts["differ"].sum("unit").to_numpy() > 0)
        return self.runs[0].dates[int(days[0])] if len(days) else None

    @property
    def people(self) -> float:
        """Persons in all: the most that ever belonged to the units."""
        return float(self.counts["persons"].sum())

    def to_frame(self) -> pd.DataFrame:
        """Persons by day: one row a date, the columns of `MEANING`."""
        columns = {name: self.counts[name].sum("unit").to_numpy() for name in MEANING}
        return pd.DataFrame(columns, pd.Index(self.runs[0].dates, name="date"))

    def by_unit(self, date: str | None = None) -> pd.DataFrame:
        """Persons by unit on a date (the last one if not given), those with most who ever differed first."""
        place = {"date": -1 if date is None else _day(self.runs[0], date)}
        found = self.counts.isel(place).drop_vars(["date", "new_style"], errors="ignore").to_dataframe()
        return found.sort_values("ever", ascending=False, kind="stable")

    def by_role(self, date: str | None = None) -> pd.DataFrame:
        """Persons by role on a date (the last one if not given), those with most who ever differed first."""
        units = self.by_unit(date)
        return units.groupby("role")[["persons", *MEANING]].sum().sort_values("ever", ascending=False, kind="stable")

    def persons(self, date: str, kind: str = "differ", unit: str | None = None, most: int = 20) -> list[int]:
        """Numbers of the first persons, at most `most`, who differ on a date: hand them to `Run.person`.

        Parameters
        ----------
        date
            Of the run.
        kind
            "differ", "camp", "only_first" or "only_second", as in `MEANING`.
        unit
            Only of this unit.
        most
            How many at most.
        """
        check_whole("most", most, least=0)
        day, start = _day(self.runs[0], date), start_of(self.runs[0])
        if unit is not None and unit not in start.names:
            raise RunError(f"there are no persons of a unit {unit!r} in these runs")
        for number, one, other in _side_by_side(*self.runs):
            if number == day:
                found = np.flatnonzero(_differ(one, other, kind))
                break
        place = np.searchsorted(start.offsets, found, side="right") - 1
        there = _sizes(self.runs[0], start)[day, place] > 0
        if unit is not None:
            there &= place == start.names.index(unit)
        found = found[there]
        return [int(person) for person in found[:most]]

    def summary(self) -> dict[str, Any]:
        """The main figures, fit for JSON."""
        days = self.to_frame()
        top = int(days["differ"].to_numpy().argmax())
        return {
            "first": self.first,
            "persons": round(self.people),
            "ever": round(float(days["ever"].iloc[-1])),
            "most": {"date": self.runs[0].dates[top], **{name: round(float(days[name].iloc[top])) for name in MEANING}},
            "roles": [
                {"role": str(role), **{name: round(float(row[name])) for name in ("persons", "ever")}}
                for role, row in self.by_role().head(12).iterrows()
            ],
        }

    def __str__(self) -> str:
        """A few lines: how many, when, who."""
        said = self.summary()
        if said["first"] is None:
            return "Nobody differs."
        most = said["most"]
        lines = [
            f"{said['ever']:,} of {said['persons']:,} persons differ on some day, the first on {said['first']}.",
            f"Most on {most['date']}: {most['differ']:,}, of them {most['camp']:,} in another camp,",
            f"{most['only_first']:,} active only in the first run, {most['only_second']:,} only in the second.",
            *(f"  {row['role']}: {row['ever']:,} of {row['persons']:,}" for row in said["roles"][:6]),
        ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Changed: first {self.first}, {self.to_frame()['ever'].iloc[-1]:,.0f} persons>"


def changed(run: Run, other: Run) -> Changed:
    """Count who differs between two runs of people with one seed.

    Raises
    ------
    RunError
        If they are not two runs of the same people: another seed, share or size of units, or a run of the crowd.
    """
    start = _same_people(run, other)
    sizes = _sizes(run, start)
    tally = np.zeros((*sizes.shape, len(MEANING)), np.int64)
    ever = np.zeros(start.offsets[-1], np.bool_)
    for day, one, other_records in _side_by_side(run, other):
        count(one, other_records, ever, start.offsets, sizes[day] > 0, tally[day])
    persons = tally * (sizes / np.diff(start.offsets))[..., None]
    # who has differed has done so for good, also where a unit shrinks or closes
    persons[..., _EVER] = np.maximum.accumulate(persons[..., _EVER])
    return Changed(_labelled(run, start, persons), (run, other))


def _sizes(run: Run, start: Start) -> NDArray[np.float64]:
    """People of each unit with persons, [day, unit]; none before it opens and after it has closed."""
    return np.asarray(run.dataset["size"].to_numpy()[:, start.units], np.float64)


def _labelled(run: Run, start: Start, persons: NDArray[np.float64]) -> xr.Dataset:
    data = run.dataset.isel(unit=start.units)
    about = {"name": "name", "role": "unit_role", "group": "group", "district": "unit_district"}
    variables = {
        name: (("date", "unit"), persons[..., number], {"units": "persons", "long_name": meaning})
        for number, (name, meaning) in enumerate(MEANING.items())
    }
    labels = {short: ("unit", data[name].to_numpy()) for short, name in about.items()}
    coordinates = {"date": data["date"], "new_style": data["new_style"], "unit": list(start.names), **labels}
    return xr.Dataset({**variables, "persons": ("unit", start.size)}, coordinates)


def _same_people(run: Run, other: Run) -> Start:
    """Who they are, if they are the same."""
    starts = start_of(run), start_of(other)
    if not np.array_equal(seeds(run)[1], seeds(other)[1]):
        raise RunError(f"{_other_seeds(run, other)}: no person is the same in both")
    if starts[0].names != starts[1].names or not np.array_equal(starts[0].offsets, starts[1].offsets):
        raise RunError("the runs have other people: the share of persons or the sizes of units differ")
    return starts[0]


def _other_seeds(run: Run, other: Run) -> str:
    """In words, which chance the runs do not share."""
    for each in (run, other):
        forked = each.manifest.get("switches", {}).get("forked")
        if forked and run.seed == other.seed and int(forked["seed"]) != each.seed:
            return f"a run was forked on {forked['date']} from another seed, {forked['seed']}; now both have {run.seed}"
    return f"the runs have other seeds, {run.seed} and {other.seed}"


def _side_by_side(run: Run, other: Run) -> Iterator[tuple[int, NDArray[np.uint8], NDArray[np.uint8]]]:
    """Everyone's records in both runs, day by day; they are overwritten."""
    both = [everyone(start_of(each), seeds(each)[0]) for each in (run, other)]
    words = [int(word) for word in seeds(run)[1]]
    books = books_of(run), books_of(other)
    for day, tables in enumerate(zip(*books, strict=True)):
        for k in (0, 1):
            both[k], _ = people.step(both[k], tables[k], day, words[day], out=both[k].records)
        yield day, both[0].records, both[1].records


def _differ(one: NDArray[np.uint8], other: NDArray[np.uint8], kind: str) -> NDArray[np.bool_]:
    """Who differs in a way."""
    if kind == "camp":
        return np.asarray((one ^ other) & 15 != 0)
    active = one & 48 != 0, other & 48 != 0
    if kind == "only_first":
        return np.asarray(active[0] & ~active[1])
    if kind == "only_second":
        return np.asarray(active[1] & ~active[0])
    if kind != "differ":
        raise RunError(f"{kind!r}: expected differ, camp, only_first or only_second")
    return np.asarray(one != other)


def _day(run: Run, date: str) -> int:
    if date not in run.dates:
        raise RunError(f"{date}: the runs go from {run.dates[0]} to {run.dates[-1]}")
    return run.dates.index(date)


@compiled(nogil=True, cache=True)
def count(one: Any, other: Any, ever: Any, offsets: Any, there: Any, tally: Any) -> None:
    """Count a day into ``tally`` [unit, MEANING]; ``ever`` [person] remembers who has differed; ``there`` [unit]."""
    for unit in range(offsets.size - 1):
        if not there[unit]:  # nobody lives by its records
            continue
        differ, camp, first, second, so_far = 0, 0, 0, 0, 0
        for person in range(offsets[unit], offsets[unit + 1]):
            before, after = one[person], other[person]
            apart = before != after
            ever[person] |= apart
            so_far += ever[person]
            differ += apart
            camp += (before ^ after) & 15 != 0
            first += (before & 48 != 0) & (after & 48 == 0)
            second += (before & 48 == 0) & (after & 48 != 0)
        tally[unit, 0], tally[unit, 1], tally[unit, 4] = differ, camp, so_far
        tally[unit, 2], tally[unit, 3] = first, second
