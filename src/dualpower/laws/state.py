"""The state that one day hands to the next, and the two tables that a day's laws make of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

Params = Mapping[str, Array]


class Mood(NamedTuple):
    """What stays in people and parties from one day to the next. Unit last; shares unless said."""

    members: Float[Array, "party unit"]  # members per person
    fatigue: Float[Array, " unit"]
    declared: Float[Array, " unit"]  # how far yesterday's action was declared beforehand, 0..1
    ordered: Float[Array, " unit"]  # memory of having been ordered to fire
    guards: Float[Array, " unit"]  # armed share of a workplace
    compliance: Float[Array, "centre unit"]  # sums to 1 over centres
    bodies: Float[Array, "node topic"]  # views of the parties' inner bodies
    trust: Float[Array, " party"]  # logit, 0 is ordinary
    fear: Float[Array, " district"]
    outrage: Float[Array, " district"]
    expected: Float[Array, ""]  # share of the city expected in the street
    delegates: Float[Array, "council party"]
    executive: Float[Array, "council party"]
    seats: Float[Array, " council"]
    sat: Float[Array, " council"]  # days for which each has been sitting
    mastery: Float[Array, ""]  # 0..1, how far the incumbent has been the only master of late
    known: Float[Array, " indicator"]  # what conditions can name, as of last night


class Fate(NamedTuple):
    """Where the year stands: regime, what has happened, whether history has been left."""

    regime: Float[Array, " regime"]  # one-hot
    days_in_regime: Int[Array, ""]
    astray: Int[Array, ""]  # days in another regime than the historical one
    left: Float[Array, ""]  # 1 once the year has left history
    happened: Int[Array, " event"]  # day on which each event happened, -1 if it has not
    why_not: Int[Array, " event"]  # 0 nothing, 1 regime, 2 earlier event, 4 condition (sums of them)


class State(NamedTuple):
    """Everything that one day hands to the next."""

    camps: Float[Array, "temper camp unit"]  # joint shares, sum to 1 over temper and camp
    support: Float[Array, "camp unit"]  # the same summed over tempers
    activity: Float[Array, "activity unit"]  # shares: at work, out, in the street, in arms
    mood: Mood
    fate: Fate


class Levers(NamedTuple):
    """What the chronicle's events do today. Zero where nothing is done."""

    intensity: Float[Array, "issue unit"]
    call: Float[Array, "party unit"]
    occasion: Float[Array, " unit"]
    answer: Float[Array, " issue"]
    office: Float[Array, " party"]
    legality: Float[Array, " party"]
    restraint: Float[Array, " party"]
    trust: Float[Array, " party"]
    arrest: Float[Array, " party"]
    node: Float[Array, " node"]
    launch: Float[Array, " contest"]
    reinforce: Float[Array, " contest"]
    front: Float[Array, ""]
    force: Float[Array, ""]
    arm: Float[Array, ""]


class Tables(NamedTuple):
    """The two tables of a day, in heat-bath form: who reconsiders, and how those who do choose."""

    rate_camp: Float[Array, " unit"]
    choice_camp: Float[Array, "temper camp unit"]  # sums to 1 over camp
    rate_act: Float[Array, " unit"]
    out: Float[Array, "temper camp unit"]  # choose to go out, or further
    street: Float[Array, "temper camp unit"]  # into the street, or further
    arms: Float[Array, "temper camp unit"]  # take up arms


def among(camps: Float[Array, "temper camp unit"], chance: Float[Array, "temper camp unit"]) -> Float[Array, " unit"]:
    """Share of each unit's people who do something: its chance for each temper and camp, weighted by how many they are."""
    tempers = (here * does for here, does in zip(camps, chance, strict=True))
    return sum(tempers, jnp.zeros_like(camps[0])).sum(0)  # temper by temper: the compiler makes one loop of it


def mix(weights: Float[Array, "mix row"], rows: Float[Array, "row unit"]) -> Float[Array, "mix unit"]:
    """Product of matrices where few rows are mixed: one loop over the units, quicker than a product of a batch."""
    terms = (weight[:, None] * row for weight, row in zip(weights.T, rows, strict=True))
    return sum(terms, jnp.zeros((weights.shape[0], rows.shape[1]), rows.dtype))


TEMPER = (1.25, 0.4, -0.35, -1.3)
"""Means of the quarters of a standard normal: bold, ready, cautious, timid."""
