"""A second opinion: the posterior of a few parameters by Hamiltonian Monte Carlo beside randomise-then-optimise.

The parameters of which the record tells most are sampled with all others at the mode, in coordinates in which the
curvature at the mode is one, by NUTS with four chains; the same few are drawn by randomise-then-optimise. Where the two
disagree, the draws of the whole posterior are off by as much.

Source: Hoffman & Gelman (2014), J. Mach. Learn. Res. 15 (NUTS), by BlackJAX; R-hat and effective sample sizes as in
Vehtari and others (2021), by ArviZ. Slopes by forward mode: a few tangents cost less than one reverse pass through a
year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower.inference.posterior import Posterior
from dualpower.inference.problem import Problem, made
from dualpower.inference.randomise import disturbances, search_together

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["Checked", "check_posterior"]

DOUBLINGS = 4
"""Doublings of a trajectory at most: in whitened coordinates more are a step size gone astray, and cost hours."""


class Checked(NamedTuple):
    """What the two ways say of a few parameters, in prior standard deviations from the prior's centre.

    table : one row an address: mean, sd by both ways, their difference in standard deviations, r_hat, ess
    divergences : of all chains
    acceptance : mean acceptance rate
    """

    table: pd.DataFrame
    divergences: int
    acceptance: float


def check_posterior(
    scenario: Scenario,
    posterior: Posterior,
    *,
    parameters: int = 6,
    draws: int = 250,
    warmup: int = 150,
    chains: int = 4,
    seed: int = 1,
) -> Checked:
    """Sample the parameters that the record tells most of in both ways; see the module.

    Parameters
    ----------
    scenario, posterior : as fitted
    parameters : how many
    draws, warmup : of each chain
    chains : how many, started at draws of a normal with the curvature at the mode
    seed : of everything that is drawn
    """
    here = made(scenario, posterior.until)
    mode = here.theta(posterior.mode)
    chosen = [here.addresses.index(str(name)) for name in posterior.told().sort_values().index[::-1][:parameters]]
    jacobian = here.alone.jacobian(mode)[1][:, chosen]
    root = np.linalg.cholesky(np.linalg.inv(jacobian.T @ jacobian))
    other = _randomised(here, mode, chosen, jacobian, draws, seed)
    samples, info = _nuts(here, mode, chosen, root, draws, warmup, chains, seed)
    return Checked(
        _table(here, chosen, samples, other), int(info.is_divergent.sum()), float(info.acceptance_rate.mean())
    )


def _nuts(
    here: Problem,
    mode: NDArray[np.float64],
    chosen: list[int],
    root: NDArray[np.float64],
    draws: int,
    warmup: int,
    chains: int,
    seed: int,
) -> tuple[NDArray[np.float64], Any]:
    """Samples [chain, draw, parameter] of theta, and what BlackJAX says of each step."""
    import blackjax

    density = _density(here, mode, chosen, root)
    key = jax.random.PRNGKey(seed)
    begin, adapt, sample = jax.random.split(key, 3)
    starts = jax.random.normal(begin, (chains, len(chosen)))

    def chain(start: Any, adapting: Any, sampling: Any) -> Any:
        tuned, _ = blackjax.window_adaptation(
            blackjax.nuts, density, initial_step_size=0.5, max_num_doublings=DOUBLINGS
        ).run(adapting, start, warmup)
        kernel = blackjax.nuts(density, **{**tuned.parameters, "max_num_doublings": DOUBLINGS})
        return jax.lax.scan(
            lambda state, k: _kept(*kernel.step(k, state)), tuned.state, jax.random.split(sampling, draws)
        )[1]

    keys = jax.random.split(adapt, chains), jax.random.split(sample, chains)
    positions, info = jax.jit(jax.vmap(chain))(starts, *keys)
    return mode[chosen] + np.asarray(positions, np.float64) @ root.T, info


def _kept(state: Any, info: Any) -> tuple[Any, tuple[Any, Any]]:
    return state, (state.position, info)


def _density(here: Problem, mode: NDArray[np.float64], chosen: list[int], root: NDArray[np.float64]) -> Any:
    """Log density of whitened positions, its slope by forward mode."""
    middle, spread, at = jnp.asarray(mode, jnp.float32), jnp.asarray(root, jnp.float32), jnp.asarray(chosen)
    residuals, given = here.objective.residuals, here.objective.given

    def plain(x: Any) -> Any:
        missed = residuals(middle.at[at].add(spread @ x), 0.0, given)
        return -0.5 * (missed**2).sum()

    density = jax.custom_vjp(plain)
    density.defvjp(lambda x: (plain(x), jax.jacfwd(plain)(x)), lambda slope, back: (back * slope,))
    return density


def _randomised(
    here: Problem, mode: NDArray[np.float64], chosen: list[int], jacobian: NDArray[np.float64], draws: int, seed: int
) -> NDArray[np.float64]:
    """The same few parameters by randomise-then-optimise, theta[draw, parameter]."""
    noise = disturbances(seed, range(draws), here.facts, here.addresses)
    fixed = np.ones(len(here.addresses), bool)
    fixed[chosen] = False
    noise[:, len(here.facts) : -1][:, fixed] = 0.0

    def residuals(part: NDArray[np.float64], disturbed: NDArray[np.float64]) -> NDArray[np.float64]:
        theta = np.repeat(mode[None], len(part), axis=0)
        theta[:, chosen] = part
        return here.together(theta, disturbed)

    start = np.repeat(mode[None, chosen], draws, axis=0)
    slopes = np.repeat(jacobian[None], draws, axis=0)
    return search_together(residuals, start, slopes, noise, tolerance=0.01).theta


def _table(here: Problem, chosen: list[int], samples: NDArray[np.float64], other: NDArray[np.float64]) -> pd.DataFrame:
    import arviz

    names = [here.addresses[k] for k in chosen]
    data = arviz.from_dict(posterior={name: samples[:, :, k] for k, name in enumerate(names)})
    ess, r_hat = arviz.ess(data), arviz.rhat(data)  # type: ignore[no-untyped-call]
    flat = samples.reshape(-1, len(names))
    table = pd.DataFrame(
        {
            "nuts_mean": flat.mean(0),
            "nuts_sd": flat.std(0, ddof=1),
            "rto_mean": other.mean(0),
            "rto_sd": other.std(0, ddof=1),
            "r_hat": [float(r_hat[name]) for name in names],
            "ess": [float(ess[name]) for name in names],
        },
        index=names,
    )
    return table.assign(apart=(table["rto_mean"] - table["nuts_mean"]) / table["nuts_sd"])
