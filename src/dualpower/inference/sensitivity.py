"""Sensitivity: which parameters an answer hangs on, alone and together with others.

Gradients name the parameters to which the asked quantities answer most; over the ranges of those the variance of every
quantity is taken apart. *First order*: the share of the variance that would go if a parameter were known. *Total*:
the share that would be left if only it were unknown. What is between them is interaction.

    S_i = Var(E[Y | x_i]) / Var(Y),   T_i = E[Var(Y | x_other)] / Var(Y)

All points share the same years' chance. It is never variance that no parameter explains, but part of the interaction:
other seeds give other numbers.

Source: Sobol 1993; Saltelli et al. 2010, eq. b and f, as in SALib. Limit: for an additive function first order and
total agree, and sum to one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jax.numpy as jnp
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import sobol as analysis
from SALib.sample import sobol as sampling

from dualpower import _files
from dualpower._arguments import as_names, as_seed, check_loaded, check_whole
from dualpower.experiment.batch import Bench, crowd_batch
from dualpower.experiment.plan import BATCH, make_plan, seeds
from dualpower.experiment.table import Table
from dualpower.inference.gradient import gradient, unpinned, with_slopes
from dualpower.record import survey
from dualpower.record.errors import Z90
from dualpower.run import RunError
from dualpower.scenario.faults import did_you_mean, one_of, with_hint

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["Sensitivity", "ranges", "sensitivity", "sobol"]

OUTCOME = "outcome."
"""Prefix of the quantities that are 1 where a year ends under a regime."""

SHARE_OF_YEARS = "share of years"
"""The scale of an outcome; targets are on their scale of comparison."""

FLAT = 1e-9
"""A quantity varies if its standard deviation is above this."""

Tell = Callable[[str, int, int], None]


class Range(NamedTuple):
    """From where to where a parameter goes."""

    parameter: str
    low: float
    high: float


@dataclass(frozen=True)
class Sensitivity:
    """What quantities hang on.

    Attributes
    ----------
    indices : one row for each quantity and parameter: first, first_error, total, total_error (half of the 95 %
        intervals), and the quantity's mean and sd over the ranges on its scale (`scales`); shares of the variance are
        NaN where a quantity never varies
    gradients : from `gradient`, of the quantities that have slopes; empty where parameters were named
    ranges : one row a parameter: low, high
    about : what was asked for
    """

    indices: pd.DataFrame
    gradients: pd.DataFrame
    ranges: pd.DataFrame
    about: dict[str, Any]

    def save(self, folder: str | Path) -> Path:
        """Write `sensitivity.csv`, `gradients.csv` and `sensitivity.json` into a folder."""
        place = Path(folder)
        _files.make_folder(place)
        for name, table in (("sensitivity", self.indices), ("gradients", self.gradients)):
            _files.write_file(place / f"{name}.csv", table.to_csv(index=False, float_format="%.6g").encode())
        told = {**self.about, "ranges": json.loads(self.ranges.to_json(orient="records"))}
        _files.write_file(place / "sensitivity.json", (json.dumps(told, indent=1, default=float) + "\n").encode())
        return place


def sensitivity(
    scenario: Scenario,
    quantities: str | Sequence[str] | None = None,
    *,
    parameters: str | Sequence[str] | None = None,
    posterior: pd.DataFrame | None = None,
    most: int = 8,
    base: int = 64,
    chances: int = 4,
    seed: int = 1,
    tell: Tell = lambda *_: None,
) -> Sensitivity:
    """Take apart the variance of quantities over ranges of parameters, in free years.

    Parameters
    ----------
    scenario : with its interventions
    quantities : ids of targets (on the scale of comparison) and `outcome.REGIME`; all outcomes and held-out targets if
        not given
    parameters : addresses; if not given, those to which the targets asked for answer most by their gradients
    posterior : draws, whose central 90 % are the ranges; those of the priors if not given
    most : how many parameters are screened out
    base : base sample, a power of two; (number of parameters + 2) as many points are simulated
    chances : years of different chance that a point is the mean of
    seed : of the sample and of all chance
    tell : called with the number of points done and of all

    Returns
    -------
    Sensitivity
        First-order and total shares of each quantity's variance, by parameter; the gradients that chose the parameters.

    Raises
    ------
    RunError, ScenarioError
        If there is no such quantity or parameter.
    """
    check_loaded(scenario)
    named = as_names("quantities", () if quantities is None else quantities)
    moved = as_names("parameters", () if parameters is None else parameters)
    check_asked(scenario, named, base)
    check_whole("chances", chances)
    check_whole("most", most)
    seed = as_seed(seed)
    if posterior is not None and not isinstance(posterior, pd.DataFrame):
        raise RunError(f"posterior: a table of draws (DataFrame) is wanted, not {' '.join(repr(posterior).split())}")
    asked = named or default_quantities(scenario)
    if not asked:
        raise RunError(f"{scenario.id} has neither outcomes nor held-out targets: name the quantities that are meant")
    slopes = pd.DataFrame(columns=["quantity", "value", "parameter", "at", "slope", "per_sd"])
    if not moved:
        slopes = gradient(scenario, _smooth(scenario, asked))
    chosen = list(moved) if moved else screened(slopes[slopes["slope"].notna()], most)  # what can be moved
    spans = ranges(scenario, chosen, posterior)
    scale = scales(scenario, asked)
    indices = sobol(spans, answers(scenario, asked, chosen, chances, seed, tell), asked, base=base, seed=seed)
    indices["scale"] = indices["quantity"].map(scale)
    about = {"scenario": scenario.id, "content_hash": scenario.content_hash, "base": base, "chances": chances,
             "seed": seed, "quantities": list(asked), "scales": scale,
             "from": "prior" if posterior is None else "posterior"}  # fmt: skip
    return Sensitivity(indices, slopes, pd.DataFrame(spans), about)


def _smooth(scenario: Scenario, asked: Sequence[str]) -> list[str]:
    """The quantities by whose slopes parameters are screened: those asked for, else all targets that have slopes."""
    known = with_slopes(scenario)
    if not known:
        raise RunError(
            f"{scenario.id} has no target within the run that has a slope: name the parameters that are meant"
        )
    return [name for name in asked if name in known] or list(known)


def check_asked(scenario: Scenario, quantities: Sequence[str], base: int) -> None:
    """Refuse quantities that nothing is known of, and a base sample of another size than a power of two.

    Raises
    ------
    RunError
        Names the nearest quantity that there is.
    """
    known = (*(OUTCOME + regime.id for regime in scenario.spec.regimes), *map(str, scenario.targets["target_id"]))
    for name in quantities:
        if name not in known:
            hint = did_you_mean(name, known) or f"expected {one_of(known)}"
            raise RunError(f"{name}: neither a target nor {OUTCOME}REGIME; {hint}")
    check_whole("base", base)
    if base < 2 or base & (base - 1):
        raise RunError(f"base: {base} is no power of two")


def default_quantities(scenario: Scenario) -> tuple[str, ...]:
    """All declared outcomes, and the targets held out."""
    held = scenario.targets.loc[scenario.targets["split"] == "heldout", "target_id"]
    return (*(OUTCOME + outcome.regime for outcome in scenario.spec.outcomes), *map(str, held))


def scales(scenario: Scenario, quantities: Sequence[str]) -> dict[str, str]:
    """On what scale each quantity's mean and standard deviation are: "log", "logit", "identity" or "share of years"."""
    targets = {one.id: str(one.transform) for one in survey(scenario, scenario.targets).observations}
    return {name: SHARE_OF_YEARS if name.startswith(OUTCOME) else targets.get(name, "") for name in quantities}


def screened(slopes: pd.DataFrame, most: int) -> list[str]:
    """Parameters with the largest sum of squared slopes, each quantity's slopes taken relative to its steepest."""
    table = slopes.pivot_table(index="parameter", columns="quantity", values="per_sd").abs()
    size = (table / table.max().clip(lower=1e-12)).pow(2).sum(axis=1)
    return [str(name) for name in size.sort_values(ascending=False).index[:most]]


def ranges(scenario: Scenario, parameters: Sequence[str], posterior: pd.DataFrame | None = None) -> list[Range]:
    """The central 90 % of a posterior's draws, or of the prior, of some parameters.

    Raises
    ------
    RunError
        If a parameter is not free in the scenario, or has no draws.
    """
    free = {one.address: one for one in unpinned(scenario)}
    known = set(free) if posterior is None else set(map(str, posterior.columns)) & set(free)
    for name in parameters:
        if name not in known:
            drawn = "has no draws in the posterior: --prior varies it by its prior, dualpower fit draws it"
            said = drawn if name in free else "is not free here"
            raise RunError(with_hint(f'parameter "{name}": {said}', name, () if name in free else tuple(free)))
        if free[name].stays:
            raise RunError(f'parameter "{name}": the scenario declares it to be nought, and its prior leaves it there')
    if posterior is None:
        return [Range(name, *(float(free[name].value(jnp.asarray(z))) for z in (-Z90, Z90))) for name in parameters]
    return [Range(name, *map(float, np.quantile(posterior[name], [0.05, 0.95]))) for name in parameters]


Answer = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From points [point, parameter] to numbers [point, quantity]."""


def sobol(spans: Sequence[Range], answer: Answer, quantities: Sequence[str], *, base: int, seed: int) -> pd.DataFrame:
    """First-order and total effects of parameters that are uniform on their ranges; see `Sensitivity.indices`."""
    if base < 2 or base & (base - 1):
        raise RunError(f"base: {base} is no power of two")
    problem = {
        "num_vars": len(spans),
        "names": [span.parameter for span in spans],
        "bounds": [[span.low, span.high] for span in spans],
    }
    points = np.asarray(sampling.sample(problem, base, calc_second_order=False, seed=seed))
    numbers = answer(points)
    parts = [_effects(problem, column, name, seed) for name, column in zip(quantities, numbers.T, strict=True)]
    return pd.concat(parts, ignore_index=True)


def _effects(problem: dict[str, Any], numbers: NDArray[np.float64], quantity: str, seed: int) -> pd.DataFrame:
    mean, sd = float(numbers.mean()), float(numbers.std())
    names = ("S1", "S1_conf", "ST", "ST_conf")
    found: dict[str, Any] = dict.fromkeys(names, np.nan)
    if sd > FLAT:
        found = analysis.analyze(problem, numbers, calc_second_order=False, seed=seed)
    columns = ("first", "first_error", "total", "total_error")
    table = pd.DataFrame({"quantity": quantity, "parameter": problem["names"],
                          **{column: found[name] for column, name in zip(columns, names, strict=True)}})  # fmt: skip
    return table.assign(mean=mean, sd=sd).sort_values("total", ascending=False)


def answers(
    scenario: Scenario, quantities: Sequence[str], parameters: Sequence[str], chances: int, seed: int, tell: Tell
) -> Answer:
    """Quantities of free years as a function of parameters; every point has the same chance."""
    shared = seeds(seed, 0, chances)

    def answer(points: NDArray[np.float64]) -> NDArray[np.float64]:
        frame = pd.DataFrame(np.repeat(points, chances, axis=0), columns=list(parameters))
        plan = make_plan(scenario, draws=len(frame), seed=seed, parameters=frame, keep=("regime",))
        bench = Bench(plan.scenario, plan.job)
        read = _readers(bench, quantities)
        table, parts = plan.table, []
        for first in range(0, len(frame), BATCH):
            parts.append(_batch(bench, table, read, np.resize(np.roll(shared, -first), BATCH), first))
            tell("years", min(first + BATCH, len(frame)), len(frame))
        numbers = np.concatenate(parts)[: len(frame)]
        return np.asarray(numbers.reshape(len(points), chances, -1).mean(axis=1), np.float64)

    return answer


def _batch(bench: Bench, table: Table | None, read: Any, chance: NDArray[np.int64], first: int) -> NDArray[np.float64]:
    drawn = crowd_batch(bench, chance, None if table is None else table.rows(first, first + BATCH))
    return np.asarray(np.stack([one(drawn) for one in read], axis=1), np.float64)


def _readers(bench: Bench, quantities: Sequence[str]) -> list[Callable[[Any], NDArray[np.float64]]]:
    """How each quantity is read from a batch of draws."""
    place = {one.id: k for k, one in enumerate(bench.observations)}
    regimes = bench.names.regimes

    def of(name: str) -> Callable[[Any], NDArray[np.float64]]:
        if name.startswith(OUTCOME) and name.removeprefix(OUTCOME) in regimes:
            number = regimes.index(name.removeprefix(OUTCOME))
            return lambda drawn: (drawn.variables["regime"][:, -1] == number).astype(np.float64)
        if name in place:
            column, one = place[name], bench.observations[place[name]]
            return lambda drawn: np.asarray(one.compared(drawn.observed[:, column]), np.float64)
        raise RunError(f'quantity "{name}": is neither a target within the run nor {OUTCOME}REGIME')

    return [of(name) for name in quantities]
