"""From contests to regimes: who wins, what follows, and how likely history's course was.

A contest that is won brings its declared regime; one that was launched and lost may bring another; otherwise declared
rules of decay have their chance. Where history is imposed, the regime follows it, and each contest adds the
log-probability of what happened, and so does each day on which no rule of decay fired.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from dualpower.laws import chronicle, contests, government, power
from dualpower.laws.state import Params, State
from dualpower.scenario.world import LAUNCHED, Chronicle, Days, World

SOFT = 0.02
"""Width within which a condition of a rule counts as nearly met, in its quantity's own unit."""


def stakes(
    p: Params, world: World, regime: Float[Array, " regime"], launch: Float[Array, " contest"], s: contests.Sides
) -> tuple[Float[Array, " contest"], Float[Array, " contest"], Float[Array, " contest"]]:
    """How far each contest is joined today (0..1), the chance that the challenger wins, and deaths (persons)."""
    o = world.order
    crowds = len(o.crowds)
    eager = s.attack[:crowds] / (s.attack[:crowds] + p["engage"])
    launched = (launch[crowds:] > LAUNCHED).astype(eager.dtype)
    joined = (o.contest_under @ regime) * jnp.concatenate([eager, launched])
    chance = joined * contests.odds(p, s.attack, s.defence) * s.holding
    return joined, chance, joined * contests.deaths(p, s.attack, s.defence)


def next_regime(
    world: World,
    day: Days,
    regime: Float[Array, " regime"],
    held: Bool[Array, " condition"],
    joined: Float[Array, " contest"],
    wins: Bool[Array, " contest"],
) -> Float[Array, " regime"]:
    """The regime at the end of the day (one-hot): the first contest that changes it decides, else a rule may."""
    o = world.order
    crowds = len(o.crowds)
    lost = (joined > 0.5) & ~wins & (jnp.arange(len(o.contest_size)) >= crowds)
    to = jnp.where(wins[:, None], o.success, jnp.where(lost[:, None], o.failure, 0.0))
    decayed = chronicle.new_regime(world.chronicle, regime, held, day.chance_rule)
    free = chronicle.first(to.sum(1) > 0.5, to, decayed)
    history = jax.nn.one_hot(day.history, len(regime), dtype=regime.dtype)
    return jnp.where(day.imposed > 0, history, free)


def survival_logp(
    c: Chronicle, day: Days, regime: Float[Array, " regime"], known: Float[Array, " indicator"]
) -> Float[Array, ""]:
    """Log-probability that no rule of decay fired today where history let the regime stand (nat).

    A condition holds softly, within `SOFT` of its level, so that a fit sees it coming.
    """
    near = jax.nn.log_sigmoid(c.condition_sign * (known[c.condition_indicator] - c.condition_level) / SOFT)
    holds = jnp.exp(c.rule_when.astype(near.dtype) @ near)
    fires = (c.rule_from.astype(near.dtype) @ regime) * c.rule_hazard * holds
    return regime[day.history] * jnp.log1p(-fires.clip(0.0, 0.999)).sum()


def history_logp(
    day: Days,
    joined: Float[Array, " contest"],
    chance: Float[Array, " contest"],
) -> Float[Array, ""]:
    """Log-probability of what history did with today's contests (nat); where several could have brought the regime that
    came, one of them at least was won.
    """
    lost = jnp.log1p(-chance.clip(1e-6, 1 - 1e-6))
    none = jnp.where(day.won, lost, 0.0).sum()
    won = jnp.where(day.won.any(), jnp.log(-jnp.expm1(jnp.minimum(none, -1e-6))), 0.0)
    return won + jnp.where((joined > 1e-4) & ~day.won, lost, 0.0).sum()


def change(
    world: World,
    state: State,
    old: Float[Array, " regime"],
    new: Float[Array, " regime"],
    own: Float[Array, "centre unit"],
) -> State:
    """Take over the regime of tomorrow; compliance given to centres that are gone is divided by backing."""
    same = (new * old).sum() > 0.5

    def settled() -> Float[Array, "centre unit"]:
        centres = government.in_regime(new, world.order.centres)
        return power.settle(state.mood.compliance, centres, power.division(centres, own))

    obeys = jax.lax.cond(same, lambda: state.mood.compliance, settled)
    fate = state.fate._replace(regime=new, days_in_regime=jnp.where(same, state.fate.days_in_regime + 1, 0))
    return state._replace(mood=state.mood._replace(compliance=obeys), fate=fate)
