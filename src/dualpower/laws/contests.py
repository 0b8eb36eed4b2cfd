"""Contests: a crowd against loyal force, a march on the capital, an insurrection.

    P(challenger wins) = logistic(decisiveness * log(challenger / defender))

*Crowd* (every day, under its regimes): soldiers who refuse, people in arms and, lightly, marchers, against the
force that is still loyal, as far as the leaders it follows are against the incumbent. Soldiers who march where two centres rule
do not attack by marching, nor does who follows a call of the incumbent's own parties. What a crowd
wins for the councils must be taken by their executive. *Insurrection* (when launched): soldiers who back the councils and obey their executive,
armed workers and nearby bases, against those who obey the incumbent, and those who back councils that
are not against it and are not of the leader's camp; the winner must hold the capital against
what can arrive. *March* (when launched): a column that melts by rail and telegraph organisers and by fraternising
agitators, against those whom a front brings together. Deaths scale with the smaller side.

    command    = logistic(slope * (share of the executive against the incumbent - 1/2))
    acts[u]    = y_councils[u] * (command + (1 - command) * a_leader[u])
    lawful     = min(1, sum_p declared call[p] * (1 - hostile[p])),  hostile = logistic(-10 line[p, incumbent])
    crowd:        attack  = intent * (1 - restraint) * [arms + mastery (out / 2 + street) of soldiers + crowd * marchers without arms]
                  defence = loyal * min(1, y_defender + y_councils (1 - command) (1 - mastery))
    insurrection: attack  = (soldiers of the city, arrivals of the bases) * acts + guards
                  defence = soldiers * [y_defender * logistic(10 (y_defender - 1/2)) + y_councils (1 - command) (1 - a_leader)]
                            + reliables * y_defender
    march:        defence = united * (soldiers and arrivals who obey the defender, guards) + (1 - united) * (soldiers of a_leader, guards / 2)
    column     = size * exp(-days * (melt_rail * organisers + melt_contact * agitators * meet));   meet = .4 + .6 united; 1/2 in a rising
    organisers = mean over rail and telegraph of 1 - exp(-sum_p who[p] presence[p,u]);  agitators: the same over the barracks
    who[p]     = united * max(-line[p, challenger], 0) + (1 - united) * leads[p] / 2 for a march;  leads[p] / 2 for a rising
    united     = 1 - switch_front * (1 - front)
    deaths     = share * min(A, D) * sqrt(min / max)

Source: ratio-form contest success function (Tullock 1980; Hirshleifer 1989); Lanchester-like deaths, ours. Each
strong assumption has a switch (who commands, melting, the front, restraint, holding). Limit: equal sides win half
of the time; doubling both sides changes nothing. Compare the global game of Angeletos, Hellwig & Pavan (2007), in which
what decides is what people believe of one another: who attacks pays c, a regime of strength theta falls where the share that attacks is larger,
and with a diffuse prior that is where theta < theta* = 1 - c (one equilibrium only while the precision of what all know is at most
sqrt(2 pi) times the root of that of what each sees). With `decisiveness` without bound and these two for its sides, this law is that rule; here it is
the law of mobilisation that brings an attack together, by what people see of one another.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws.state import Params


class Field(NamedTuple):
    """What contests are fought with. Shares unless said; a first axis for the contest where it differs."""

    part: Float[Array, "*contest unit"]  # 1 for units of the places that take part
    everyone: Float[Array, " unit"]  # persons
    activity: Float[Array, "activity unit"]
    loyal: Float[Array, " unit"]  # share usable by the incumbent
    challenger: Float[Array, "*contest unit"]  # share that obeys the challenger's centre
    defender: Float[Array, "*contest unit"]  # share that obeys the defender's centre
    leader: Float[Array, "*contest unit"]  # share in the leader's camp
    guards: Float[Array, " unit"]  # armed share of workplaces
    organisers: Float[Array, "*contest"]  # 0..1 presence in rail and telegraph of those who melt a column
    agitators: Float[Array, "*contest"]  # 0..1 presence in the barracks of the same
    armed: Float[Array, " unit"]  # masks
    reliable: Float[Array, " unit"]
    city: Float[Array, " unit"]
    near: Float[Array, " unit"]
    bases: Float[Array, " unit"]


def persons(f: Field, share: Float[Array, "*contest unit"]) -> Float[Array, "*contest"]:
    """How many a share of each unit is, over all units."""
    return share @ f.everyone


def lawful(called: Float[Array, " party"], hostile: Float[Array, " party"]) -> Float[Array, ""]:
    """How far today's march is lawful, 0..1: called by parties that are not against the incumbent (18 June).

    ``called``: declared calls, as the city hears them; ``hostile``: how surely a party is against the incumbent, 0..1.
    """
    return (called.clip(0.0) * (1 - hostile)).sum().clip(0.0, 1.0)


class Sides(NamedTuple):
    """Fighting strength (persons) of both sides, and the chance of holding what was won."""

    attack: Float[Array, "*contest"]
    defence: Float[Array, "*contest"]
    holding: Float[Array, "*contest"]


def command(p: Params, against: Float[Array, ""]) -> Float[Array, ""]:
    """How far those who back the councils can be commanded by opponents of the incumbent: 0..1."""
    ruled = jax.nn.sigmoid(p["command_slope"] * (against - 0.5))
    return 1 - p["switch_command"] * (1 - ruled)


def odds(p: Params, attack: Float[Array, "..."], defence: Float[Array, "..."]) -> Float[Array, "..."]:
    """Probability that the attack wins. Equation above, first line; nobody wins where nobody attacks."""
    ratio = jnp.log(attack.clip(1.0)) - jnp.log(defence.clip(1.0))
    return jax.nn.sigmoid(p["decisiveness"] * ratio) * attack.clip(0.0, 1.0)


def crowd(
    p: Params,
    f: Field,
    mastery: Float[Array, ""],
    command: Float[Array, ""],
    intent: Float[Array, "*contest"],
    willing: Float[Array, "*contest"],
    restraint: Float[Array, "*contest"],
) -> Sides:
    """A crowd against the loyal force of the city.

    ``intent``: how far its leaders are against the incumbent, 0..1; ``willing``: how far the councils' executive would
    take what the crowd hands to it (July: it would not).
    """
    out, street, arms = f.activity[1], f.activity[2], f.activity[3]
    mutiny = f.armed * (0.5 * out + street) * mastery
    march = (1 - f.armed) * street
    fighters = persons(f, f.part * f.near * (arms + mutiny + p["crowd"] * march))
    obeys = f.defender + f.challenger * (1 - command) * (1 - mastery)
    loyal = persons(f, f.part * f.armed * f.city * f.loyal * obeys.clip(0.0, 1.0))
    return Sides(fighters * intent * (1 - p["switch_restraint"] * restraint), loyal, willing)


def insurrection(
    p: Params, f: Field, command: Float[Array, ""], command_away: Float[Array, ""], outside: Float[Array, ""]
) -> Sides:
    """A rising by those who obey the councils' executive, and what can arrive against it."""
    acts = f.challenger * (command + (1 - command) * f.leader)
    troops = f.part * f.armed * (1 - f.reliable)
    join = troops * (p["soldiers"] * f.city + p["arrivals"] * f.bases)
    attack = persons(f, join * acts + p["guards"] * f.part * f.near * f.guards)
    firm = f.defender * jax.nn.sigmoid(10 * (f.defender - 0.5)) + f.challenger * (1 - command) * (1 - f.leader)
    reliable = f.part * f.armed * f.reliable * f.defender
    defence = persons(f, f.city * (p["soldiers"] * troops * firm + p["reliables"] * reliable))
    far = f.armed * (1 - f.near - f.bases).clip(0.0)
    stays = persons(f, far * (f.defender + f.challenger * (1 - command_away))) / persons(f, far).clip(1.0)
    melted = melt(p, outside * stays, f.organisers, 0.5 * f.agitators)
    holds = jnp.where(outside > 0, odds(p, p["hold"] * attack, melted), 1.0)
    return Sides(attack, defence, 1 - p["switch_holding"] * (1 - holds))


def march(p: Params, f: Field, size: Float[Array, ""], front: Float[Array, ""]) -> Sides:
    """A column marching on the capital, and those whom a front (0..1) brings together against it."""
    joint = united(p, front)
    column = melt(p, size, f.organisers, f.agitators * (0.4 + 0.6 * joint))
    troops = f.part * f.armed * (1 - f.reliable)
    guards = p["guards"] * f.part * f.near * f.guards
    city, bases = (troops * place * f.defender for place in (p["soldiers"] * f.city, p["arrivals"] * f.bases))
    together, alone = city + bases + guards, city * f.leader + 0.5 * guards
    defence = persons(f, joint * together + (1 - joint) * alone)
    return Sides(column, defence, jnp.ones_like(column))


def united(p: Params, front: Float[Array, ""]) -> Float[Array, ""]:
    """How far those who are against a march act together, 0..1: as far as they have a front, wholly where its switch is off."""
    return front + (1 - p["switch_front"]) * (1 - front)


def melt(
    p: Params, size: Float[Array, ""], organisers: Float[Array, ""], agitators: Float[Array, ""]
) -> Float[Array, ""]:
    """What is left of a column after its days on the rails (persons)."""
    rate = p["melt_rail"] * organisers + p["melt_contact"] * agitators
    return size * jnp.exp(-p["switch_melting"] * p["days"] * rate)


def deaths(p: Params, attack: Float[Array, "..."], defence: Float[Array, "..."]) -> Float[Array, "..."]:
    """Deaths where two sides engage (persons)."""
    small, large = jnp.minimum(attack, defence), jnp.maximum(attack, defence)
    return p["deaths"] * small * jnp.sqrt((small + 1e-6) / large.clip(1.0))  # the 1e-6 keeps the slope at 0 finite
