"""A posterior: draws of the parameters, where they come from, and how far they are to be trusted; kept as one file.

The file (NetCDF-4) has the groups of ArviZ's InferenceData: `posterior`, `sample_stats`, `posterior_predictive`,
`observed_data`, `prior`; all parameters are one variable, `value`, with their addresses as a coordinate.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from dualpower import _files
from dualpower._arguments import as_place, check_loaded
from dualpower.experiment.drawn import FILE, theory_file
from dualpower.inference.values import NEAREST
from dualpower.run import RunError

if TYPE_CHECKING:
    import arviz

    from dualpower.scenario import Scenario

__all__ = ["Posterior", "load_posterior", "posterior_of", "read_posterior"]


WRITTEN = "# Written by `dualpower fit --install`"
"""How a parameters.toml begins that a fit has made."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """What a fit found.

    Attributes
    ----------
    draws : table[draw, address], values of the parameters
    mode : value at the best start, by address
    searches : one row a start: start, loss, steps
    losses : array[draw], half of the sum of squares of each draw's own disturbed problem
    predicted : table[draw, fact], what the model says of each fact of the fit at each draw, in the record's units
    facts : one row a fact: low, high, value; on the scale of comparison centre, sd, and sd of its day's accidents
    prior : one row an address: centre, sd, kind, value at the mode and theta (in prior standard deviations)
    about : scenario, its fingerprint, what it gives to the laws (`given`), interventions, until, seed, method, seconds
    """

    draws: pd.DataFrame
    mode: Mapping[str, float]
    searches: pd.DataFrame
    losses: np.ndarray[Any, Any]
    predicted: pd.DataFrame
    facts: pd.DataFrame
    prior: pd.DataFrame
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def until(self) -> str:
        """Last day of the evidence."""
        return str(self.about["until"])

    def __repr__(self) -> str:
        return (
            f"<Posterior of {self.about.get('scenario')} until {self.until}: {len(self.draws)} draws of "
            f"{self.draws.shape[1]} parameters, {len(self.facts)} facts>"
        )

    def is_of(self, scenario: Scenario, until: str) -> bool:
        """Whether it was fitted to what the scenario knows up to a day, with its priors and what it gives to the laws.

        A file that is older than `given` is judged by evidence and priors; so are parameters younger than a file.
        """
        from dualpower.inference.evidence import evidence
        from dualpower.inference.given import given

        if self.until != until or until not in scenario.days(scenario.spec.calendar.latest):
            return False
        known = evidence(scenario, until)
        names = [one.id for one in known.observations]
        if names != list(self.facts.index):
            return False
        sure = np.sqrt(np.diag(known.covariance))
        pairs = [(known.centre, self.facts["centre"]), (sure, self.facts["sd"])]
        if "accidents" in self.facts:
            pairs.append((known.accidents, self.facts["accidents"]))
        if not all(np.allclose(here, there, atol=1e-6) for here, there in pairs) or not self._has_priors_of(scenario):
            return False
        told = json.loads(str(self.about.get("given", "{}")))
        return not told or all(told.get(name, found) == found for name, found in given(scenario, until).items())

    def _has_priors_of(self, scenario: Scenario) -> bool:
        """Whether every parameter has the scenario's prior, and none is missing of those that the fit knew of."""
        from dualpower.inference.objective import free_parameters, pinned

        free = {one.address: one for one in free_parameters(scenario)}
        drawn = {str(name): row for name, row in self.prior.iterrows()}
        known = {".".join(name.split(".")[:2]) for name in drawn}
        wanted = {name for name in free if ".".join(name.split(".")[:2]) in known and not pinned(scenario, name)}
        return wanted <= drawn.keys() <= free.keys() and all(
            free[name].row.prior == row["kind"]
            and np.allclose([free[name].centre, free[name].row.sd], [row["centre"], row["sd"]], rtol=1e-6, atol=1e-9)
            for name, row in drawn.items()
        )

    def summary(self) -> pd.DataFrame:
        """Table[address] of prior centre, mode, quantiles of the draws, and `told`: the share of the prior's variance
        that the record has taken away (0: the record cannot tell).
        """
        quantiles = self.draws.quantile([0.05, 0.5, 0.95]).T.set_axis(["q05", "q50", "q95"], axis=1)
        return self.prior[["centre", "kind", "sd", "mode", "theta"]].join(quantiles).assign(told=self.told())

    def told(self) -> pd.Series:
        """1 - variance of the draws / variance of the prior, by address, on the prior's own scale (one draw: NaN)."""
        if len(self.draws) < 2:
            return pd.Series(np.nan, list(self.draws), dtype=float)
        told = pd.Series(1 - np.var(self.theta(self.draws), axis=0, ddof=1), list(self.draws), dtype=float)
        prior = self.prior.loc[list(self.draws)]
        return told.where((prior["kind"] != "lognormal") | (prior["centre"] != 0), 0.0)

    def theta(self, values: pd.DataFrame) -> np.ndarray[Any, Any]:
        """Values[row, address] in prior standard deviations from the prior's centres, in the order of the draws; 0 for
        what a scenario has declared to be nought, and a factor leaves there; of other noughts, that of a value near.
        """
        columns = [
            (np.log((values[name] / row["centre"]).clip(NEAREST)) / row["sd"] if row["centre"] else 0.0 * values[name])
            if row["kind"] == "lognormal"
            else (values[name] - row["centre"]) / row["sd"]
            for name, row in self.prior.loc[list(self.draws)].iterrows()
        ]
        return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)

    def values(self, theta: np.ndarray[Any, Any]) -> pd.DataFrame:
        """The inverse of `theta`: table[row, address]."""
        columns = {
            name: row["centre"] * np.exp(row["sd"] * theta[:, k])
            if row["kind"] == "lognormal"
            else row["centre"] + row["sd"] * theta[:, k]
            for k, (name, row) in enumerate(self.prior.loc[list(self.draws)].iterrows())
        }
        return pd.DataFrame(columns, dtype=np.float64)

    def to_toml(self, values: Mapping[str, float] | None = None) -> str:
        """A point, the mode if no other is given, as the text of a scenario's parameters.toml."""
        point = self.mode if values is None else values
        lines = [
            f"{WRITTEN} for single years: moved from a draw of the posterior beside it",
            f"# (until {self.until}) to where free years meet the fitted targets, are usual, and go history's way.",
            "",
        ]
        for law in dict.fromkeys(name.split(".")[0] for name in point):
            own = [(name.split(".", 1)[1], value) for name, value in point.items() if name.split(".")[0] == law]
            lines += [f"[{law}]", *(f"{name} = {value:.6g}" for name, value in own), ""]
        return "\n".join(lines)

    def groups(self) -> dict[str, xr.Dataset]:
        """The groups of the file."""
        address = list(self.draws.columns)
        coordinates = {"chain": [0], "draw": np.arange(len(self.draws)), "parameter": address}
        posterior = xr.Dataset(
            {"value": (("chain", "draw", "parameter"), self.draws.to_numpy(np.float32)[None])}, coordinates
        )
        stats = xr.Dataset({"disturbed_loss": (("chain", "draw"), self.losses[None])}, {"chain": [0]})
        seen = xr.Dataset(
            {"fact_value": (("chain", "draw", "fact"), self.predicted.to_numpy(np.float32)[None])},
            {"chain": [0], "fact": list(self.predicted.columns)},
        )
        facts = self.facts.rename_axis("fact").to_xarray()
        prior = self.prior.rename_axis("parameter").to_xarray()
        searches = self.searches.rename_axis("search").to_xarray()
        return {
            "posterior": posterior,
            "sample_stats": stats,
            "posterior_predictive": seen,
            "observed_data": facts,
            "prior": prior,
            "searches": searches,
        }

    def to_inference_data(self) -> arviz.InferenceData:
        """The same as ArviZ's InferenceData."""
        import arviz

        groups: dict[str, Any] = dict(self.groups())
        return arviz.InferenceData(**groups)

    def save(self, path: str | Path) -> Path:
        """Write the posterior as one file, whole or not at all.

        Raises
        ------
        RunError
            If it cannot be written.
        """
        place = as_place(path)
        import io

        buffer = io.BytesIO()
        groups = self.groups()
        about = {key: _plain(value) for key, value in self.about.items()}
        tree = xr.DataTree.from_dict(
            {"/": xr.Dataset(attrs=about), **{f"/{name}": data for name, data in groups.items()}}
        )
        encoding = {
            f"/{name}": {v: {"zlib": True, "complevel": 4} for v in data.data_vars if data[v].dtype.kind == "f"}
            for name, data in groups.items()
        }
        tree.to_netcdf(buffer, engine="h5netcdf", encoding=encoding)
        _files.write_file(place, buffer.getvalue())
        return place


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str) else str(value)


def read_posterior(path: str | Path) -> Posterior:
    """Read a posterior from its file.

    Raises
    ------
    RunError
        If there is no such file, or it holds no posterior.
    """
    place = as_place(path)
    try:
        with xr.open_datatree(place, engine="h5netcdf") as tree:
            groups = {name: tree[name].to_dataset().load() for name in tree.children}
            about = {str(key): value for key, value in tree.attrs.items()}
        posterior, prior = groups["posterior"], groups["prior"].to_dataframe()
        draws = pd.DataFrame(
            posterior["value"].to_numpy()[0].astype(np.float64), columns=posterior["parameter"].to_numpy().astype(str)
        )
        seen = groups["posterior_predictive"]
        predicted = pd.DataFrame(seen["fact_value"].to_numpy()[0], columns=seen["fact"].to_numpy().astype(str))
        return Posterior(
            draws=draws,
            mode={str(k): float(v) for k, v in prior["mode"].items()},
            searches=groups["searches"].to_dataframe(),
            losses=_losses(groups["sample_stats"]),
            predicted=predicted,
            facts=groups["observed_data"].to_dataframe(),
            prior=prior,
            about=about,
        )
    except FileNotFoundError:
        raise RunError(f"{place}: no such file") from None
    except (OSError, KeyError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RunError(f"{place}: is no posterior, or damaged ({reason})") from None


def _losses(stats: xr.Dataset) -> np.ndarray[Any, Any]:
    """Losses of the draws' disturbed problems; older files call them `lp`, which they are not, and turn their sign."""
    found = stats["disturbed_loss"] if "disturbed_loss" in stats else -stats["lp"]
    return np.asarray(found.to_numpy()[0])


def load_posterior(scenario: Scenario) -> Posterior | None:
    """The posterior that comes with a scenario; None if it has none.

    Raises
    ------
    RunError
        If the file is damaged, or what is given is no scenario.
    """
    check_loaded(scenario)
    path = scenario.folder / FILE
    return read_posterior(path) if path.exists() else None


def posterior_of(scenario: Scenario, until: str) -> Posterior | None:
    """Of the posteriors that come with a scenario (its own, its theories') the one that was fitted to what is known up
    to a day with just the parameters pinned that interventions have set; None if there is none.

    Raises
    ------
    RunError
        If a file is damaged.
    """
    if any(one.kind != "set" for one in scenario.interventions):
        return None
    pins = {one.target: float(one.value) for one in scenario.interventions}
    for path in (scenario.folder / FILE, *sorted(scenario.folder.glob(theory_file("*")))):
        found = read_posterior(path) if path.is_file() else None
        if found and json.loads(str(found.about.get("pins", "{}"))) == pins and found.is_of(scenario, until):
            return found
    return None
