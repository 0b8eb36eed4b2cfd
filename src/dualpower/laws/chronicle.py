"""Chronicle: which events happen today, and what they do.

An event happens on its date if what it presupposes holds, or up to a week later if that comes late. A choice does so
only while the year follows history; once a year has left history (another regime for more than a week, or a choice that
could not be made) its rule takes over: conditions on the state and events before it, with a hazard per day (a choice without a rule keeps its date, as a shock does). An event that an intervention
moved happens on its new date by whatever rule the others go, and is by itself no departure, nor is it one that it cannot
happen then: a day more or less is a small change. An event that goes in a way which means that it does not come about (a
general who stays at his headquarters) does not count for those that presuppose it. A forecast can ask for the rules from a day on, whether or not the year has left history by then.

How large an event is, is declared, and a guess. Of events dated up to the last day that the parameters were fitted to,
the coefficients know better, on whatever day they happen; later ones are larger or smaller than declared by chance,
once for the whole year. On the first morning no condition holds, as nothing has been counted yet.

    happens = not yet & presuppositions & (dated today | rule & condition & chance < hazard)
    strength(age) = value while age < `days`, then value * exp(-(age - days + 1) / fade)   age in days, 0 on the first
    value = declared * exp(size * chance) where it says how much (pressure, calls, occasions, trust, arrests, arms, force)

Source: ours. Limit: with history imposed, every event happens on its date, and chance has no part but in sizes.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from dualpower.laws.state import Fate, Params
from dualpower.scenario.world import PATIENCE, Chronicle


class Happening(NamedTuple):
    """Which events happen today and which could not: 1 wrong regime, 2 earlier event missing, 4 condition fails."""

    now: Bool[Array, " event"]
    missed: Bool[Array, " event"]
    why: Int[Array, " event"]


class Lacking(NamedTuple):
    """Which events lack something that they presuppose."""

    regime: Bool[Array, " event"]
    event: Bool[Array, " event"]
    state: Bool[Array, " event"]


def conditions(c: Chronicle, indicators: Float[Array, " indicator"]) -> Bool[Array, " condition"]:
    """Which of the declared conditions hold."""
    return jnp.asarray(c.condition_sign * (indicators[c.condition_indicator] - c.condition_level) >= 0)


def _all(needed: Bool[Array, "row item"], held: Bool[Array, " item"]) -> Bool[Array, " row"]:
    return jnp.asarray(_count(needed, ~held) < 0.5)


def _count(rows: Bool[Array, "row item"], items: Bool[Array, " item"]) -> Float[Array, " row"]:
    """How many of the items each row names: a product, which the compiler likes better than a search."""
    return jnp.dot(rows.astype(jnp.float32), items.astype(jnp.float32))


def standing(fate: Fate, rules: Float[Array, ""]) -> Fate:
    """Fate this morning: where ``rules`` is 1 the year counts as having left history, so that choices go by rules."""
    return fate._replace(left=jnp.maximum(fate.left, rules))


def happening(
    c: Chronicle,
    fate: Fate,
    day: Int[Array, ""],
    held: Bool[Array, " condition"],
    chance: Float[Array, " event"],
    imposed: Float[Array, ""],
) -> Happening:
    """Events of today. ``imposed`` 1 makes history happen whatever it presupposes."""
    regime = fate.regime > 0.5
    there = (fate.happened >= 0) & ~c.absent
    lacks, holds = lacking(c, regime, there, held)
    able = ~(lacks.regime | lacks.event | lacks.state) | (imposed > 0)
    follows = ~c.choice | c.forced | (fate.left < 0.5)
    late = day - c.date
    due = (c.date >= 0) & (late >= 0) & (late <= PATIENCE) & follows
    ruled = c.choice & ~c.forced & (fate.left > 0.5) & holds
    now = (fate.happened < 0) & able & (due | (ruled & (chance < c.hazard)))
    why = lacks.regime + 2 * lacks.event + 4 * lacks.state
    return Happening(now, due & ~now & (fate.happened < 0) & (late == PATIENCE), why.astype(jnp.int32))


def lacking(
    c: Chronicle, regime: Bool[Array, " regime"], there: Bool[Array, " event"], held: Bool[Array, " condition"]
) -> tuple[Lacking, Bool[Array, " event"]]:
    """What each event presupposes and does not find (a regime of its own, an event before it, a condition), and whether
    what its rule waits for is so: the same three.
    """
    count = len(c.date)  # both in one product each: what takes time is the call
    ruling = _count(jnp.concatenate([c.regimes, c.when_regimes]), regime) > 0.5
    after = _all(jnp.concatenate([c.after, c.when_after]), there)
    so = _all(jnp.concatenate([c.requires, c.when]), held)
    lacks = Lacking(~ruling[:count], ~after[:count], ~so[:count])
    return lacks, ruling[count:] & after[count:] & so[count:]


def record(
    c: Chronicle, fate: Fate, today: Happening, day: Int[Array, ""], eve: Int[Array, ""], imposed: Float[Array, ""]
) -> Fate:
    """What is remembered of today: days of events, reasons of absence, whether history has been left. ``eve``: which
    regime ruled in history last evening, as the one of ``fate`` does here.
    """
    astray = jnp.where(fate.regime[eve] > 0.5, 0, fate.astray + 1)
    strayed = (astray > PATIENCE) | (today.missed & c.choice & ~c.forced).any()
    return fate._replace(
        astray=astray,
        left=jnp.maximum(fate.left, strayed.astype(jnp.float32)) * (1 - imposed),
        happened=jnp.where(today.now, day, fate.happened),
        why_not=jnp.where(today.missed, today.why, fate.why_not),
    )


def sizes(
    p: Params, declared: Int[Array, " event"], told: Int[Array, ""], chance: Float[Array, " event"]
) -> Float[Array, " event"]:
    """Factor on what every event does: 1 for those dated up to day ``told``. ``chance``: standard normal, or 0."""
    return jnp.where(declared > told, jnp.exp(p["size"] * chance), 1.0)


def strengths(
    c: Chronicle, happened: Int[Array, " event"], day: Int[Array, ""], sizes: Float[Array, " event"]
) -> Float[Array, " effect"]:
    """Strength of every effect today."""
    since = happened[c.effect_event]
    taken = (since >= 0) & (c.option[c.effect_event] == c.effect_option)
    age = (day - since).astype(jnp.float32) - c.effect_delay
    fading = jnp.exp(-(age - c.effect_days + 1).clip(0.0) / c.effect_fade.clip(1e-3))
    shape = jnp.where(age < c.effect_days, 1.0, jnp.where(c.effect_fade > 0, fading, 0.0))
    value = c.effect_value * jnp.where(c.effect_amount, sizes[c.effect_event], 1.0)
    return jnp.where(taken & (age >= 0), value * shape, 0.0)


def new_regime(
    c: Chronicle, regime: Float[Array, " regime"], held: Bool[Array, " condition"], chance: Float[Array, " rule"]
) -> Float[Array, " regime"]:
    """The regime after the declared rules of decay have had their chance today (one-hot)."""
    fires = (_count(c.rule_from, regime > 0.5) > 0.5) & _all(c.rule_when, held) & (chance < c.rule_hazard)
    return first(fires, c.rule_to, regime)


def first(
    happens: Bool[Array, " case"], becomes: Float[Array, "case regime"], otherwise: Float[Array, " regime"]
) -> Float[Array, " regime"]:
    """What follows from the first case that happens; ``otherwise`` if none does."""
    if not len(happens):
        return otherwise
    return jnp.where(happens.any(), becomes[jnp.argmax(happens)], otherwise)
