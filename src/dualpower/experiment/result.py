"""An ensemble: many years of one scenario that differ in chance, and in parameters where a table is given."""

from __future__ import annotations

import html
import warnings
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from dualpower._amounts import counted
from dualpower._arguments import as_place, check_whole
from dualpower.dataset import BODIES
from dualpower.experiment import saved, statistics
from dualpower.experiment.alike import unlike
from dualpower.experiment.lazy import stacked
from dualpower.experiment.shards import Shard, in_words
from dualpower.run import Run, RunError, day_strings
from dualpower.scenario.faults import with_hint

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from dualpower.scenario import Scenario


class Ensemble:
    """Draws of a scenario, kept on the disk and read when they are asked for.

    Parameters
    ----------
    folder
        Where the shards are.
    shards
        Files that count.
    index
        What the ensemble says about itself: its plan, names, machine.
    scenario
        What was simulated; None for one read from a folder (found again when asked for).
    keep
        Held as long as the ensemble and its variables are (a temporary folder).
    """

    def __init__(
        self,
        folder: Path,
        shards: Sequence[Shard],
        index: Mapping[str, Any],
        scenario: Scenario | None = None,
        keep: object = None,
    ) -> None:
        self.folder = folder.absolute()
        self.shards = tuple(sorted(shards, key=lambda shard: shard.first))
        self.index = dict(index)
        self._scenario = scenario
        self._keep = keep

    @property
    def scenario(self) -> Scenario:
        """What was simulated; of a saved ensemble, the scenario that its index names."""
        if self._scenario is None:
            from dualpower.manifest import find_scenario

            self._scenario = find_scenario(self.index)
        return self._scenario

    @cached_property
    def dataset(self) -> xr.Dataset:
        """All draws, labelled by ``draw`` (with ``seed``), then as in a run; values are read when they are used.

        ``regime`` is a small number, an index into its attribute ``flag_meanings``.
        """
        return stacked(self.folder, self.shards, self._keep)

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return sum(shard.stop - shard.first for shard in self.shards)

    @property
    def seed(self) -> int:
        """From which the seeds of the draws come."""
        return int(self.index["seed"])

    @property
    def missing(self) -> list[tuple[int, int]]:
        """Draws that were asked for and are not there: the first, and the one after the last, of each gap."""
        return [(int(first), int(stop)) for first, stop in self.index.get("missing", [])]

    @property
    def complete(self) -> bool:
        """Whether every draw that was asked for is there."""
        return not self.missing

    @property
    def dates(self) -> list[str]:
        """Every day, "YYYY-MM-DD" in the scenario's calendar."""
        return day_strings(self.dataset)

    @cached_property
    def _regimes(self) -> np.ndarray[Any, Any]:
        """Ids of the regimes, array[draw, date]."""
        return np.asarray(np.array(self.dataset["regime"].attrs["flag_meanings"].split())[self.dataset["regime"]])

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row a draw: ``draw``, ``seed``, ``outcome``, and for each regime the first day it ruled ("" if never)."""
        ids, dates = self._regimes, np.array(self.dates)
        table = {
            "draw": self.dataset["draw"].to_numpy(),
            "seed": self.dataset["seed"].to_numpy(),
            "outcome": ids[:, -1],
        }
        for regime in self.dataset["regime"].attrs["flag_meanings"].split():
            ruled = ids == regime
            if ruled.any():
                table[regime] = np.where(ruled.any(1), dates[ruled.argmax(1)], "")
        return pd.DataFrame(table)

    def probabilities(self) -> pd.DataFrame:
        """Share of the draws that end in each regime, with its Monte-Carlo error and Wilson's 90 % interval.

        The error is that of a finite number of draws and of nothing else: how far the model is from the world it does
        not know. See `statistics.probabilities` for the columns.
        """
        return statistics.probabilities(list(self.outcomes["outcome"]), self.index["names"]["outcomes"], self.rows)

    def regime_shares(self) -> pd.DataFrame:
        """Share of the draws under each regime, day by day: index date, one column a regime."""
        ids = self._regimes
        names = self.dataset["regime"].attrs["flag_meanings"].split()
        return pd.DataFrame({name: (ids == name).mean(0) for name in names}, index=pd.Index(self.dates, name="date"))

    def quantiles(
        self, q: float | Sequence[float] = (0.05, 0.5, 0.95), variables: str | Sequence[str] | None = None
    ) -> xr.Dataset:
        """Quantiles over the draws of some variables, or one (all if not given); ``quantile`` is where ``draw`` was.

        Of a body they are over the draws in which it sits that day, NaN if in none. ``regime`` and ``event_day``
        have none, for they are no amounts: `regime_shares` and `outcomes` tell of them.

        Raises
        ------
        RunError
            If there is no such variable, or a quantile is not from 0 to 1.
        """
        wanted = [variables] if isinstance(variables, str) else variables
        known = [str(name) for name in self.dataset.data_vars if name not in ("regime", "event_day")]
        names = known if wanted is None else list(wanted)
        if wrong := [name for name in names if name not in known]:
            raise RunError(with_hint(f'quantiles: no number is called "{wrong[0]}" here', wrong[0], known))
        return xr.Dataset({name: self._quantile(name, statistics.levels(q)) for name in names})

    def _quantile(self, name: str, q: np.ndarray[Any, Any]) -> xr.DataArray:
        values = self.dataset[name].compute()
        found = np.quantile(values.to_numpy(), q, axis=0).astype(values.dtype)
        if name in BODIES and "seats" in self.dataset:
            found = statistics.quantiles_of_bodies(values, self.dataset["seats"].compute(), q, found)
        coords = {key: value for key, value in values.coords.items() if "draw" not in value.dims}
        return xr.DataArray(found, {**coords, "quantile": q}, ("quantile", *values.dims[1:]), attrs=values.attrs)

    def score(self) -> pd.DataFrame:
        """Compare with the scenario's targets, one row each.

        Columns: what and when is observed, its band ``low`` to ``high``; ``median``, ``low_90`` and ``high_90`` (5 and
        95 %) of the draws; ``in_band`` (of the median) and ``share_in_band`` (of the draws). Missing where a target
        lies outside the days.
        """
        values = self.dataset["simulated"].to_numpy()
        names = self.dataset["target"].to_numpy().astype(str)
        return statistics.score(self.scenario, self.dates, {name: values[:, k] for k, name in enumerate(names)})

    @property
    def rows(self) -> np.ndarray[Any, Any]:
        """Which parameters each draw has, array[draw]: the number of their row in the table; 0 where all share them."""
        draws = self.dataset["draw"].to_numpy()
        return np.zeros_like(draws) if self.table is None else draws % len(self.table)

    @property
    def parameters(self) -> pd.DataFrame:
        """Parameters that differ by draw: one row a draw, one column an address; no columns if draws share them all.

        Interventions on parameters (``set``, ``scale``) are in them.
        """
        draws, table = self.dataset["draw"].to_numpy(), self.table
        if table is None:
            return pd.DataFrame(index=draws)
        if self.scenario.interventions:
            resolved = [self._scenario_of(row).resolved_parameters() for row in range(len(table))]
            table = pd.DataFrame(resolved)[list(table.columns)]
        return table.iloc[self.rows].set_axis(draws)

    def run(self, draw: int) -> Run:
        """Repeat one draw by itself, with all its variables.

        It is the same year up to rounding (a batch sums in another order), which a decision on the edge may enlarge. A
        `UserWarning` says so if it is another year from the first days on, as by laws that have changed since.
        """
        from dualpower.simulate import simulate

        check_whole("the number of a draw", draw, least=None)
        switches = self.index["switches"]
        place = np.flatnonzero(self.dataset["draw"].to_numpy() == draw)
        if not len(place):
            raise RunError(f"there is no draw {draw} here; there are {in_words(self._ranges())}")
        again: Run = simulate(
            self._scenario_of(draw), seed=int(self.dataset["seed"][int(place[0])]), until=switches["until"],
            imposed=switches["imposed"], choices=switches.get("choices", "history"),
            noise=switches["noise"], people=switches["people"],
        )  # fmt: skip
        if said := unlike(self.dataset.isel(draw=int(place[0])), again.dataset):
            warnings.warn(f"draw {draw} was kept as another year ({said}): its laws have changed since", stacklevel=2)
        return again

    def report(self, path: str | Path) -> Path:
        """Write the report, one HTML file that needs no network, and return its path.

        Raises
        ------
        RunError
            If it cannot be written.
        """
        target = as_place(path)
        saved.write_report(self, target)
        return target

    def figure(self, name: str) -> Figure:
        """A figure of the report: "regimes", "counts", or the id of a council, for Matplotlib.

        Raises
        ------
        RunError
            If there is none of that name (the sentence lists them).
        """
        from dualpower.report.figures import of_ensemble

        return of_ensemble(self, name)

    def save(self, folder: str | Path) -> Path:
        """Copy the draws into `folder`, replacing an ensemble that is there, with tables and report beside them.

        `load_ensemble` reads them again. An ensemble without a folder of its own is gone when nothing holds it.

        Raises
        ------
        RunError
            If the folder cannot be written, or has what is no ensemble and would be lost.
        """
        target = as_place(folder)
        saved.save(self, target)
        return target

    def _scenario_of(self, draw: int) -> Scenario:
        from dualpower.experiment.table import with_parameters

        table = self.table
        if table is None:
            return self.scenario
        return with_parameters(self.scenario, dict(table.iloc[draw % len(table)]))

    @cached_property
    def table(self) -> pd.DataFrame | None:
        """The table of parameters as it was given, or None; `RunError` if what was kept of it is not that table."""
        from dualpower.experiment.shards import PARAMETERS
        from dualpower.experiment.table import kept_table

        if (wanted := self.index["switches"].get("table")) is None:
            return None
        kept = kept_table(self.folder / PARAMETERS, wanted)
        return pd.DataFrame(kept.values, columns=list(kept.addresses))

    def _ranges(self) -> list[tuple[int, int]]:
        ranges: list[tuple[int, int]] = []
        for shard in self.shards:
            if ranges and ranges[-1][1] == shard.first:
                ranges[-1] = (ranges[-1][0], shard.stop)
            else:
                ranges.append((shard.first, shard.stop))
        return ranges

    def __repr__(self) -> str:
        """One line: what, how many draws, which days, how it ends how often."""
        title = self.index.get("scenario", {}).get("title") or self.dataset.attrs.get("title", "a scenario")
        ends = self.probabilities()
        shares = ", ".join(
            f"{name} {row.probability:.2f} ± {row.standard_error:.2f}"
            for name, row in ends[ends["draws"] > 0].iterrows()
        )
        gap = f", without {in_words(self.missing)}" if self.missing else ""
        dates, draws = self.dates, counted(self.draws, "draw")
        return f"<Ensemble of {title}: {draws}{gap}, {dates[0]} to {dates[-1]}, seed {self.seed}; {shares}>"

    def _repr_html_(self) -> str:
        ends = self.probabilities().rename(index=self.index["names"]["regimes"])
        return f"<p><b>{html.escape(repr(self)[1:-1])}</b></p>{ends.to_html(float_format='{:.3g}'.format)}"
