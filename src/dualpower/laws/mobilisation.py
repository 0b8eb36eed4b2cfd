"""Mobilisation: who goes out, into the street, and takes up arms.

Snowballs at the windows: a person goes out when grievance, mates already out, the district and the city, a call
by a party that is present, and an occasion outweigh deterrence and fatigue. Tempers differ; some people cannot be
active at all (ceilings). Organisation also slows the decay of activity: steam and piston.

    level[c,u] = base + grievance * G[u] * hostility[c] * (1 - voice * y_councils[u]) + unit * signs[u] + city * nearby[u] + call * sum_p call[p,u] presence[p,u]
                 + organisation * sum_p max(opposition[p], 0) presence[p,u] + occasion[u] + viability * near[u] * surprise + rest_day * rest + noise * mood[d]
                 - fatigue * F[u] + (loyalty[u] for soldiers, - deterrence[u] for others)
    call[p,u]  = (own[p] + dated calls) * exp(min(trust[p], 0))
    own[p]     = logistic(6 (signs of the city's workers / call_threshold - 1)) * min(surprise, 1) * max(opposition[p], 0) * (1 - restraint[p])
    surprise   = max(log((street that was not declared + .02) / (expected + .02)), 0);   expected' = .8 expected + .2 street, of the city
    nearby[u]  = half the signs of its districts, half those of city and suburbs (elsewhere of both sides alike);   near[u]: 1 in these
    hostility  = unmoved for no camp; unmoved + militancy * opposition[c] (1 - waiting[c]) for a party's camp
    P(out or more) = ceiling * logistic(level + temper * t);  P(street | out), P(arms | street): logistic(steepness * (level + temper * t) + street, arms)

Who obeys a council leaves part of his grievance to it: voice in place of exit from the bench (Hirschman 1970). Under
an old order there is no such channel, and fear takes its place.

An action that was declared beforehand (an anniversary, a march that everyone called to) is one day's: who was out for it
decides anew, and few take it as a sign that tomorrow will be like today.

    declared   = 1 - exp(-(occasion + calls of the day))
    signs[u]   = r[u] (1 - limited * declared yesterday);   rate_act >= limited * declared yesterday

A party in opposition calls the rest once enough of the city's workers are out, and as long as more are in the street
than were expected: a rule on what it sees, never a date.
Source: nested logit (McFadden 1978); social term Brock & Durlauf (2001), thresholds Granovetter (1978), surprise
Kuran (1991). Limits: one unit, one temper, rate 1: r' = logistic(b + s r), two stable states for s > 4; the steep
limit of many tempers is Granovetter's threshold model.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws.state import TEMPER, Params

_MOST, _CERTAIN, _EXPONENT = 15.0, 24.0, 87.0
"""Levels, and logits of a step, beyond which a choice is as good as certain; what exp takes in single precision."""


def calls(
    p: Params,
    workers_out: Float[Array, ""],
    surprise: Float[Array, ""],
    opposition: Float[Array, " party"],
    restraint: Float[Array, " party"],
) -> Float[Array, " party"]:
    """Call to the street by a party's own rule, 0..1: in opposition, unrestrained, once others are out, while it grows."""
    seen = jax.nn.sigmoid(6 * (workers_out / p["call_threshold"] - 1)) * surprise.clip(0.0, 1.0)
    return seen * opposition.clip(0.0) * (1 - restraint)


def called(
    own: Float[Array, " party"],
    dated: Float[Array, "party unit"],
    trust: Float[Array, " party"],
    presence: Float[Array, "party unit"],
) -> Float[Array, " unit"]:
    """Calls as a unit hears them, summed over parties: from a party's own rule and dated ones, by who is there to pass
    them on, and less where trust (logit) has been lost.
    """
    return ((own[:, None] + dated) * jnp.exp(jnp.minimum(trust, 0.0))[:, None] * presence).sum(0)


def hostility(p: Params, opposition: Float[Array, " party"]) -> Float[Array, " camp"]:
    """How far a camp turns its grievance into action: `none` first."""
    return jnp.concatenate([p["unmoved"][None], p["unmoved"] + p["militancy"] * opposition])


def unspoken(p: Params, voiced: Float[Array, " unit"]) -> Float[Array, " unit"]:
    """Share of a grievance that is not left to a council; ``voiced``: share of the unit that obeys one."""
    return 1 - p["voice"].clip(0.0, 1.0) * voiced


def declared(occasion: Float[Array, " unit"], call: Float[Array, "party unit"]) -> Float[Array, " unit"]:
    """How far today's action was declared beforehand, 0..1, from the day's occasions and dated calls."""
    return 1 - jnp.exp(-(occasion.clip(0.0) + call.clip(0.0).sum(0)))


def over(p: Params, declared: Float[Array, " unit"]) -> Float[Array, " unit"]:
    """How far yesterday's action was over when its day was, 0..1."""
    return p["limited"].clip(0.0, 1.0) * declared


def surprise(street: Float[Array, ""], expected: Float[Array, ""]) -> Float[Array, ""]:
    """Log ratio of the share seen in the street to the share that was expected; 0 if it was no more."""
    return jnp.log((street + 0.02) / (expected + 0.02)).clip(0.0)


def expected(expected: Float[Array, ""], street: Float[Array, ""]) -> Float[Array, ""]:
    """Share of the city that will be expected in the street tomorrow, from what was expected and what was seen."""
    return 0.8 * expected + 0.2 * street


def push(
    p: Params,
    occasion: Float[Array, " unit"],
    surprise: Float[Array, ""],
    near: Float[Array, " unit"],
    rest: Float[Array, ""],
    mood: Float[Array, " unit"],
    fatigue: Float[Array, " unit"],
    held: Float[Array, " unit"],
) -> Float[Array, " unit"]:
    """What else raises or lowers a unit's level (logit), whoever is in it. ``near``: 1 in the city and its suburbs,
    where what is seen there surprises; ``rest``: 1 on a day of rest; ``mood``: the day's chance, standard normal;
    ``held``: discipline of soldiers, less what works against it, or deterrence of the others, negative.
    """
    return (
        p["occasion"] * occasion
        + p["viability"] * surprise * near
        + p["rest_day"] * rest
        + p["noise"] * mood
        - p["fatigue"] * fatigue
        + held
    )


def level(
    p: Params,
    active: Float[Array, " unit"],
    nearby: Float[Array, " unit"],
    called: Float[Array, " unit"],
    presence: Float[Array, " unit"],
    push: Float[Array, " unit"],
) -> Float[Array, " unit"]:
    """What all camps of a unit have in common of their level of mobilisation (logit). ``called`` and ``presence`` are
    summed over parties; ``push`` is everything else.
    """
    return (
        p["base"] + p["unit"] * active + p["city"] * nearby + p["call"] * called + p["organisation"] * presence + push
    )


def resentment(
    p: Params, grievance: Float[Array, " unit"], hostility: Float[Array, " camp"]
) -> Float[Array, "camp unit"]:
    """What each camp adds to its unit's level (logit): the grievance of the unit, as far as the camp turns it into action."""
    return p["grievance"] * hostility[:, None] * grievance


def choice(
    p: Params, level: Float[Array, " unit"], resentment: Float[Array, "camp unit"], ceiling: Float[Array, " unit"]
) -> tuple[Float[Array, "temper camp unit"], Float[Array, "temper camp unit"], Float[Array, "temper camp unit"]]:
    """How many of those who decide today go out, into the street, and take up arms; each includes the next."""
    temper = jnp.asarray(TEMPER, level.dtype)[:, None, None]
    steep = p["steepness"]
    first = _odds(1.0, level, resentment) * jnp.exp(p["temper"] * temper)
    later = _odds(steep, level, resentment) * jnp.exp(steep * p["temper"] * temper)
    street, arms = later * jnp.exp(p["street"]), later * jnp.exp(p["arms"])
    able = (p["ceiling"] * ceiling).clip(0.0, 1.0)
    share = able * first / ((1 + first) * (1 + street) * (1 + arms))  # one division, which costs more than the rest
    return share * (1 + street) * (1 + arms), share * street * (1 + arms), share * street * arms


def _odds(
    steep: float | Float[Array, ""], level: Float[Array, " unit"], resentment: Float[Array, "camp unit"]
) -> Float[Array, "camp unit"]:
    """Odds exp(steep * (level + resentment)), bounded: a product of two, so that the level is worked out once, not once a camp."""
    far, most = jnp.minimum(2 * _MOST, _EXPONENT / steep), jnp.minimum(_MOST * steep, _CERTAIN)
    odds = jnp.exp(steep * level.clip(-far, far)) * jnp.exp(steep * resentment.clip(-far, far))
    return odds.clip(jnp.exp(-most), jnp.exp(most))


def pace(
    pace: Float[Array, " unit"],
    hold: Float[Array, ""],
    presence: Float[Array, " unit"],
    active: Float[Array, " unit"],
    wanted: Float[Array, " unit"],
) -> Float[Array, " unit"]:
    """Share of people who decide anew: slower, where organisers are present, when activity is falling."""
    falling = jax.nn.sigmoid(40 * (active - wanted))
    return pace.clip(0.0, 1.0) * (1 - hold.clip(0.0, 1.0) * presence.clip(0.0, 1.0) * falling)


def fatigue(p: Params, fatigue: Float[Array, " unit"], active: Float[Array, " unit"]) -> Float[Array, " unit"]:
    """Fatigue tomorrow: a day out adds a tenth, rest takes away one part in ``recovery``."""
    return (1 - 1 / p["recovery"].clip(1.0)) * fatigue + 0.1 * active
