"""Is the inference right? Parameters are drawn, records simulated from them, and the fit asked to find them again.

*Recovery* draws true parameters from the prior, fits a simulated record alone, from scratch, and asks how often the
90 % interval holds the truth, for each parameter and, more to the point, for those that the record tells something of.
*Calibration* draws them from the posterior, so that the test is made where the inference is used, fits a simulated
record together with the real one, and asks where the truth ranks among the draws. Either way ranks are even if draws
are the posterior's, or, as here, as far from the estimate as the estimate is from the truth. (From-scratch fits of
records simulated at the *posterior* would be no such test: a prior pulls back what lies far out in it, by right.)

    y = f(theta_true) + W^-1 D e,  e ~ N(0, 1);   rank = number of draws below theta_true, of L: uniform on 0..L

Source: recovery after Cook, Gelman & Rubin (2006); calibration, Talts and others (2018), in the posterior form of
Säilynoja, Schmitt, Bürkner & Vehtari (2025), "Posterior SBC". Records have the errors of their sources and
the accidents of their days. What contests say is not simulated and is left out.
Limit: for a linear model ranks are uniform.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower.experiment.execute import do_all
from dualpower.experiment.work import check_reloadable
from dualpower.inference.least_squares import Linearised, minimise
from dualpower.inference.posterior import Posterior
from dualpower.inference.problem import Problem, Task, problem, task
from dualpower.inference.randomise import disturbances, optimise
from dualpower.population import draws as keyed
from dualpower.run import RunError

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["Calibration", "Kind", "calibrate", "uniformity", "uniformity_together"]

Kind = Literal["recovery", "calibration"]
Vector = NDArray[np.float64]

START = 0.5
"""Standard deviation, in prior standard deviations, of the start of a search around the prior's centre in a recovery.
"""


@dataclass(frozen=True)
class Calibration:
    """What repeated fits of simulated records found.

    Attributes
    ----------
    kind : "recovery" or "calibration"
    truth : table[simulation, address], theta that the record was simulated from
    ranks : table[simulation, address], number of draws below the truth
    inside : table[simulation, address], whether the draws' 90 % interval holds the truth (with fewer than 19 draws,
        their whole range: 14 of 16 for 15 draws)
    told : array[address], share of the prior's variance that the draws have lost, mean over simulations
    draws : of each fit
    """

    kind: Kind
    truth: pd.DataFrame
    ranks: pd.DataFrame
    inside: pd.DataFrame
    told: pd.Series
    draws: int

    def summary(self) -> pd.DataFrame:
        """Table[address]: coverage of the 90 % interval, p of uniform ranks, share told."""
        uniform = [uniformity(self.ranks[name].to_numpy(), self.draws) for name in self.ranks]
        columns = {"coverage": self.inside.mean(), "uniform": pd.Series(uniform, self.ranks.columns), "told": self.told}
        return pd.DataFrame(columns)


def _edges(draws: int, bins: int) -> Vector:
    """Between bins of ranks 0..draws, as equal as whole numbers allow."""
    return np.linspace(0, draws + 1, min(bins, draws + 1) + 1).round()


def uniformity(ranks: Vector, draws: int, bins: int = 8) -> float:
    """P-value of a chi-squared test that ranks 0..draws are uniform, in bins as equal as whole numbers allow."""
    from scipy.stats import chisquare

    edges = _edges(draws, bins)
    found = np.histogram(ranks, edges - 0.5)[0]
    expected = np.diff(edges) / (draws + 1) * len(ranks)
    return float(chisquare(found, expected).pvalue)


def uniformity_together(ranks: NDArray[Any], draws: int, bins: int = 8) -> float:
    """P-value of a test that the ranks of several parameters, [simulation, parameter], are uniform together.

    Parameters of one fit are not independent, so what is counted are simulations: Hotelling's test of the mean, over
    simulations, of how many parameters rank in each bin. NaN with too few simulations for that.
    """
    from scipy.stats import f

    edges = _edges(draws, bins)
    counts = np.array([np.histogram(row, edges - 0.5)[0][:-1] for row in ranks])  # the last bin follows from the others
    many, kinds = counts.shape
    if many <= kinds:
        return float("nan")
    away = counts.mean(0) - np.diff(edges)[:-1] / (draws + 1) * np.shape(ranks)[1]
    squared = many * away @ np.linalg.pinv(np.cov(counts.T)) @ away
    return float(f.sf(squared * (many - kinds) / (kinds * (many - 1)), kinds, many - kinds))


@dataclass(frozen=True)
class _Piece:
    number: int
    truth: Vector
    kind: Kind
    mode: Vector
    draws: int
    seed: int
    steps: int


def calibrate(
    scenario: Scenario,
    posterior: Posterior,
    kind: Kind = "calibration",
    *,
    simulations: int = 100,
    draws: int = 15,
    steps: int = 60,
    seed: int = 1,
    jobs: int = 1,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Calibration:
    """Simulate records and fit them; see the module. Interrupted, it returns what has been done by then.

    Parameters
    ----------
    scenario, posterior : whose days the records are of, and whose draws are a calibration's true parameters
    kind : "recovery" or "calibration"
    simulations, draws : how many, and draws of each fit
    steps : most steps of a search
    seed : of everything that is drawn
    jobs : processes
    tell : called with how many are done, and of how many

    Raises
    ------
    RunError
        If simulations were lost: those left need not be like them.
    """
    check_reloadable(scenario)
    asked = task(scenario, posterior.until)
    here = problem(asked)
    truths, mode = _truths(here, posterior, kind, simulations, seed), here.theta(posterior.mode)
    pieces = [_Piece(k, truth, kind, mode, draws, seed, steps) for k, truth in enumerate(truths)]
    found: dict[int, Any] = {}

    def done(result: tuple[int, Any]) -> None:
        found[result[0]] = result[1]
        tell(len(found), simulations)

    try:
        lost = do_all(partial(_one, asked), pieces, jobs=jobs, done=done)
    except KeyboardInterrupt:
        if not found:
            raise
        lost = []
    if lost:
        raise RunError(f"{kind}: {len(lost)} simulations were lost, the first because {lost[0][1]}", exit_code=1)
    return _collected(kind, here, [pieces[k].truth for k in sorted(found)], [found[k] for k in sorted(found)], draws)


def _truths(here: Problem, posterior: Posterior, kind: Kind, simulations: int, seed: int) -> NDArray[np.float64]:
    """True parameters, theta[simulation, parameter]: the prior's for a recovery; what is held keeps its value."""
    if kind == "calibration":
        rows = [{str(k): float(x) for k, x in row.items()} for _, row in posterior.draws.iterrows()]
        return np.array([here.theta(rows[k % len(rows)]) for k in range(simulations)])
    drawn = keyed.normals(seed, "true parameter", here.addresses, np.arange(simulations)).astype(np.float64)
    free = np.array([address not in here.objective.held for address in here.addresses])
    return np.where(free, drawn, 0.0)


def _one(asked: Task, piece: _Piece) -> tuple[int, NDArray[np.float64]]:
    """Draws of the fit to one simulated record, theta[draw, parameter]."""
    here = problem(asked)
    facts = len(here.facts)
    shift = np.concatenate([_simulated(here, piece), np.zeros(len(here.addresses) + 1)])
    both = piece.kind == "calibration"
    scale = np.concatenate(
        [np.full(facts, np.sqrt(2.0) if both else 1.0), np.ones(len(here.addresses)), [1.0 if both else 0.0]]
    )
    start = piece.mode if both else _start(here, piece)
    alone = _scaled(here.alone, scale)
    best = minimise(alone, start, shift, steps=piece.steps)
    jacobian = alone.jacobian(best.theta, shift)[1]
    numbers = range(piece.number * piece.draws, (piece.number + 1) * piece.draws)
    noise = disturbances(piece.seed + 1, numbers, here.facts, here.addresses, here.objective.evidence.disturbing)

    def together(theta: NDArray[np.float64], disturbed: NDArray[np.float64]) -> NDArray[np.float64]:
        return scale * here.together(theta, disturbed / np.where(scale > 0, scale, 1.0))

    found = optimise(together, alone, best.theta, jacobian, shift + noise)
    return piece.number, found.theta


def _simulated(here: Problem, piece: _Piece) -> Vector:
    """What a simulated record adds to the residuals of the facts; with the real record beside it, half of it."""
    known = here.objective.evidence
    seen = np.asarray(here.seen(piece.truth[None]))[0]
    compared = np.array([float(one.compared(value)) for one, value in zip(known.observations, seen, strict=True)])
    noise = known.disturbing @ keyed.normals(piece.seed, "simulated record", here.facts, [piece.number])[0]
    away = known.whitener @ (known.centre - compared) - noise
    return np.asarray(away / np.sqrt(2.0) if piece.kind == "calibration" else away)


def _start(here: Problem, piece: _Piece) -> Vector:
    noise = keyed.normals(piece.seed, "start of a recovery", here.addresses, [piece.number])[0]
    return np.asarray(START * noise, np.float64)


def _scaled(f: Linearised, scale: Vector) -> Linearised:
    """Residuals and Jacobian with each residual multiplied; what is added to them is not."""
    divide = np.where(scale > 0, scale, 1.0)

    def both(theta: Vector, disturbed: Vector | float = 0.0) -> tuple[Vector, NDArray[np.float64]]:
        value, slope = f.jacobian(theta, disturbed / divide)
        return scale * value, scale[:, None] * slope

    return Linearised(lambda theta, disturbed=0.0: scale * f.residuals(theta, disturbed / divide), both)


def _collected(
    kind: Kind, here: Problem, truth: list[Vector], drawn: list[NDArray[np.float64]], draws: int
) -> Calibration:
    true, theta = np.array(truth), np.array(drawn)
    low, high = np.quantile(theta, [0.05, 0.95], axis=1, method="weibull")  # few draws: the ends at most
    names = list(here.addresses)
    return Calibration(
        kind,
        pd.DataFrame(true, columns=names),
        pd.DataFrame((theta < true[:, None]).sum(1), columns=names),
        pd.DataFrame((low <= true) & (true <= high), columns=names),
        pd.Series(1 - theta.var(axis=1, ddof=1).mean(0), index=names),
        draws,
    )
