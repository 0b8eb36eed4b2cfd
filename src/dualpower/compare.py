"""Two runs side by side: what differed, when first, by how much, and for whom.

    comparison = dp.compare(run, other)
    print(comparison)
    comparison.variables, comparison.events, comparison.groups, comparison.districts      # tables
    comparison.changed                                                                  # persons, of runs of people

Runs that differ by one intervention share all chance, so that whatever differs follows from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from dualpower._amounts import ROUNDING, SMALL
from dualpower._compared import lines
from dualpower._districts import districts_by_day
from dualpower._files import RunError
from dualpower._made import as_options, forked
from dualpower.changed import Changed, changed
from dualpower.manifest import other_files

if TYPE_CHECKING:
    from dualpower.experiment import Ensemble
    from dualpower.experiment.pair import Pair
    from dualpower.run import Run

ACTIVE = ("out", "in_street", "in_arms")


@dataclass(frozen=True, repr=False)
class Comparison:
    """What differs between two runs of one scenario.

    Attributes
    ----------
    runs
        The two.
    first
        First date on which any variable differs; None if none does.
    variables
        One row a variable that differs, the largest first: variable, first (date), date and where of the largest
        difference, run, other, difference (of the second from the first), relative (to its largest value in either).
    events
        Events that happened in one only, or on another date, or another way: event, run, other (date and option).
    groups, districts
        Where people differ: active share and camp with the largest difference, with their dates.
    """

    runs: tuple[Run, Run]
    first: str | None
    variables: pd.DataFrame
    events: pd.DataFrame
    groups: pd.DataFrame
    districts: pd.DataFrame

    @property
    def outcome(self) -> tuple[str, str]:
        """Regime on the last day, in the first run and in the second."""
        return self.runs[0].outcome, self.runs[1].outcome

    @cached_property
    def changed(self) -> Changed:
        """Who differs, person by person, of two runs of people with one seed; simulated anew, so it takes as long."""
        return changed(*self.runs)

    def to_frame(self) -> pd.DataFrame:
        """The table of variables."""
        return self.variables.copy()

    def summary(self) -> dict[str, Any]:
        """Everything, as plain numbers and words (fit for JSON)."""
        tables = {name: _rows(getattr(self, name)) for name in ("variables", "events", "groups", "districts")}
        sides = zip(("run", "other"), self.runs, strict=True)
        manifest = self.runs[0].manifest
        return {
            **{name: manifest.get(name) for name in ("scenario", "package_version")},
            "dates": [self.runs[0].dates[0], self.runs[0].dates[-1]],
            **{side: _about(run) for side, run in sides},
            "first": self.first,
            "outcome": {"run": self.outcome[0], "other": self.outcome[1], "same": self.outcome[0] == self.outcome[1]},
            **tables,
        }

    def __str__(self) -> str:
        """The main differences in lines for a terminal."""
        return "\n".join(lines(self, [_about(run) for run in self.runs]))

    def __repr__(self) -> str:
        return f"<Comparison: {self.outcome[0]} and {self.outcome[1]}, first difference {self.first}>"


class Place(NamedTuple):
    """Where two arrays differ most, and by how much."""

    date: str
    where: str
    run: float
    other: float


@overload
def compare(run: Run, other: Run) -> Comparison: ...


@overload
def compare(run: Ensemble, other: Ensemble, *, fork: str | None = ...) -> Pair: ...


def compare(run: Run | Ensemble, other: Run | Ensemble, *, fork: str | None = None) -> Comparison | Pair:
    """Compare two runs of one scenario over the same days, or two ensembles draw by draw.

    Parameters
    ----------
    run, other
        Runs that differ in interventions, seed or population; or ensembles of one seed, the factual one first.
    fork
        Of ensembles: weigh the draws by how well they match the record before this date.

    Returns
    -------
    Comparison or Pair
        The second of ensembles.

    Raises
    ------
    RunError
        If they are of different scenarios, of changed files, or of different dates; or ensembles that are not paired,
        or that differ before the fork.
    """
    from dualpower.run import Run

    if not (isinstance(run, Run) and isinstance(other, Run)):
        return _paired(run, other, fork)
    if fork is not None:
        raise RunError("only ensembles can be weighted by the record before a fork")
    _check(run, other)
    variables = _variables(run, other)
    return Comparison(
        runs=(run, other),
        first=min(variables["first"], default=None),
        variables=variables,
        events=_events(run, other),
        groups=_parts(run, other, "group"),
        districts=_parts(run, other, "unit_district"),
    )


def _paired(factual: Any, other: Any, fork: str | None) -> Pair:
    from dualpower.experiment.pair import pair
    from dualpower.experiment.result import Ensemble

    if not (isinstance(factual, Ensemble) and isinstance(other, Ensemble)):
        given = " and ".join(_with_article(type(each).__name__) for each in (factual, other))
        raise RunError(f"{given} cannot be compared: give two runs or two ensembles")
    return pair(factual, other, fork)


def _with_article(name: str) -> str:
    return f"an {name}" if name[0] in "AEIOUaeiou" else f"a {name}"


def _check(run: Run, other: Run) -> None:
    """Refuse runs that have nothing to do with each other."""
    one, two = (each.manifest.get("scenario", {}) for each in (run, other))
    if one.get("id") != two.get("id"):
        raise RunError(f"the runs are of different scenarios, {one.get('id')} and {two.get('id')}")
    if different := other_files(one, two):
        raise RunError(f"the runs are of different versions of {one.get('id')}: {', '.join(different)} differ")
    if run.dates != other.dates:
        spans = " and ".join(f"{each.dates[0]} to {each.dates[-1]}" for each in (run, other))
        raise RunError(f"the runs have different dates, {spans}")


def _variables(run: Run, other: Run) -> pd.DataFrame:
    """One row for every variable that differs."""
    columns = ["variable", "first", "date", "where", "run", "other", "difference", "relative"]
    rows = []
    lived_in = np.maximum(*(each.dataset["size"].to_numpy() for each in (run, other))) > 0
    for name in sorted(str(name) for name in run.dataset.data_vars if name in other.dataset):
        if name == "regime":
            continue
        one, two = (each.dataset[name].transpose("date", ...) for each in (run, other))
        apart = np.abs(np.nan_to_num(two.to_numpy().astype(float) - one.to_numpy()))
        if one.dims[:2] == ("date", "unit"):  # a unit without people has tables, but nobody lives by them
            apart = apart * lived_in.reshape(*lived_in.shape, *[1] * (apart.ndim - 2))
        apart = apart * _counts(run, other, name, one)
        scale = float(max(np.nanmax(np.abs(each), initial=0.0) for each in (one.to_numpy(), two.to_numpy())))
        if apart.max(initial=0.0) > max(SMALL * scale, ROUNDING):
            days = (apart > SMALL * scale).reshape(len(apart), -1).any(axis=1)
            at = _place(run, one, two, apart)
            gap = at.other - at.run
            rows.append((name, run.dates[int(days.argmax())], *at, gap, abs(gap) / scale))
    return pd.DataFrame(rows, columns=columns).sort_values("relative", ascending=False, ignore_index=True)


def _counts(run: Run, other: Run, name: str, values: xr.DataArray) -> NDArray[np.bool_] | bool:
    """Where a difference says something: not in forces of contests not fought, nor in votes of elections."""
    chance = "contest_probability"
    if name in ("contest_attack", "contest_defence") and all(chance in each.dataset for each in (run, other)):
        fought = [each.dataset[chance].transpose(*values.dims).to_numpy() > 0 for each in (run, other)]
        return np.logical_or(*fought)
    if name == "resolution":
        elections = [each.id for each in run.scenario.spec.councils if each.kind == "election"]
        return ~np.isin(values["council"].to_numpy(), elections)[:, None]
    return True


def _place(run: Run, one: xr.DataArray, two: xr.DataArray, apart: NDArray[np.float64]) -> Place:
    """Where the difference is largest."""
    index = np.unravel_index(int(apart.argmax()), apart.shape)
    labels = [str(one[dim].to_numpy()[i]) for dim, i in zip(one.dims[1:], index[1:], strict=True)]
    values = float(one.to_numpy()[index]), float(two.to_numpy()[index])
    return Place(run.dates[int(index[0])], ", ".join(labels), *values)


def _events(run: Run, other: Run) -> pd.DataFrame:
    """Events that went another way, first those on which an intervention was made."""
    sides = []
    for each in (run, other):
        table = each.events.set_index("event")
        said = [f"{row.date} {row.option}" if row.happened else "did not happen" for row in table.itertuples()]
        sides.append(pd.Series(said, table.index, dtype=object))
    both = pd.DataFrame({"run": sides[0], "other": sides[1]}).fillna("did not happen")
    table = both[both["run"] != both["other"]].rename_axis("event").reset_index()
    made = {item["target"] for each in (run, other) for item in each.manifest.get("interventions", [])}
    return table.sort_values("event", key=lambda names: ~names.isin(made), kind="stable", ignore_index=True)


def _parts(run: Run, other: Run, by: str) -> pd.DataFrame:
    """Where people differ most, for each group or district of units."""
    label = "district" if by == "unit_district" else by
    shares = [_shares(each.dataset, by) for each in (run, other)]
    rows = []
    for part in shares[0]:
        (active, camps), (active_other, camps_other) = shares[0][part], shares[1][part]
        at, most = (int(np.abs(gap).argmax()) for gap in (active_other - active, camps_other - camps))
        day, camp = np.unravel_index(most, camps.shape)
        rows.append((part, run.dates[at], active[at], active_other[at], active_other[at] - active[at],
                     run.dates[day], str(run.dataset["camp"].to_numpy()[camp]), camps[day, camp],
                     camps_other[day, camp], camps_other[day, camp] - camps[day, camp]))  # fmt: skip
    columns = [label, "active_date", "active_run", "active_other", "active_difference",
               "camp_date", "camp", "camp_run", "camp_other", "camp_difference"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("camp_difference", key=abs, ascending=False, ignore_index=True)


def _shares(data: xr.Dataset, by: str) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Active share, array[date], and camps, array[date, camp], of the people of each group or district."""
    size = data["size"].to_numpy().astype(float)
    active = data["activity_share"].sel(activity=list(ACTIVE)).sum("activity").to_numpy()
    camps = data["camp_share"].to_numpy()
    labels = districts_by_day(data) if by == "unit_district" else data[by].to_numpy()[None]
    found = {}
    for part in sorted({str(label) for label in labels.ravel()}):
        units = (labels == part).any(0)
        here = size[:, units] * (labels == part)[:, units]
        people = here.sum(1)[:, None]
        weight = np.divide(here, people, where=people > 0, out=np.zeros_like(here))
        found[part] = (weight * active[:, units]).sum(1), np.einsum("du,duc->dc", weight, camps[:, units])
    return found


def _about(run: Run) -> dict[str, Any]:
    """Which run it is."""
    population = run.manifest.get("switches", {}).get("population", "crowd")
    return {
        "seed": run.seed,
        "interventions": as_options(run.manifest.get("interventions", [])),
        "forked": forked(run.manifest),
        "population": population,
        "outcome": run.outcome,
        "regimes": [{"date": date, "regime": regime} for date, regime in run.regimes],
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
