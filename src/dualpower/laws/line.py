"""Line: how a party makes up its mind, and what it can ask of its followers.

A party's line is the voice-weighted view of its inner bodies (leaders abroad, bureau, committees, cells), who
average the views of those they listen to but keep something of their own. An arrival adds a body that others
listen to; the line follows in weeks.

    x' = x + pace * (L W x + (1 - L) x0 - x),   L = diag(1 - stubborn),  W among the bodies present;  |x'| <= 2
    line[p] = sum_n voice[p,n] present[n] x[n] / sum_n voice[p,n] present[n]
    trust'  = (1 - recovery) * trust + shock * lever
    restraint[p] = min(1, call for it + patience * share of the council that commands) * discipline[p] * min(1, exp(trust[p]))

Source: Friedkin & Johnsen (1990), J. Math. Sociology 15, eq. 1; trust and restraint ours. Limit: the fixed
point (I - L W)^-1 (I - L) x0; without stubbornness, DeGroot's consensus.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws.state import Params


def bodies(
    p: Params,
    views: Float[Array, "node topic"],
    own: Float[Array, "node topic"],
    listens: Float[Array, "node node"],
    stubborn: Float[Array, " node"],
    present: Float[Array, " node"],
) -> Float[Array, "node topic"]:
    """Views of the inner bodies tomorrow. What is not heard from others present stays with one's own view.

    Views lie between -1 and 1; bodies that overtake each other at a pace far above 1 are held at twice that.
    """
    heard = listens * present
    silent = (1 - heard.sum(1))[:, None]
    free = (1 - stubborn)[:, None]
    return (views + p["pace"] * (free * (heard @ views + silent * views) + (1 - free) * own - views)).clip(-2.0, 2.0)


def public_line(
    views: Float[Array, "node topic"], voice: Float[Array, "party node"], present: Float[Array, " node"]
) -> Float[Array, "party topic"]:
    """The line that a party shows to the public: -1..1 on each issue, and towards each centre."""
    weight = voice * present
    return weight @ views / weight.sum(1, keepdims=True).clip(1e-9)


def trust(p: Params, trust: Float[Array, " party"], shock: Float[Array, " party"]) -> Float[Array, " party"]:
    """Trust in each party tomorrow (logit; 0 is ordinary): accusations and refused offers move it, time heals."""
    return (1 - p["trust_recovery"].clip(0.0, 1.0)) * trust + p["trust_shock"] * shock


def waiting(
    p: Params, seated: Float[Array, " party"], discipline: Float[Array, " party"], trust: Float[Array, " party"]
) -> Float[Array, " party"]:
    """How far a party waits for the council rather than go into the street, by its share of it: 0..1."""
    return restraint(p, jnp.zeros_like(trust), seated, discipline, trust)


def restraint(
    p: Params,
    asked: Float[Array, " party"],
    seated: Float[Array, " party"],
    discipline: Float[Array, " party"],
    trust: Float[Array, " party"],
) -> Float[Array, " party"]:
    """Share of its followers that a party holds back from the street: 0..1.

    It does so when an event asks for it, and by a rule of its own the more, the more it has won of the council that
    commands (``seated``, its share of delegates): who is about to have the council does not need the street. A party
    that is not trusted cannot hold anyone.
    """
    wish = (asked + p["patience"] * seated).clip(0.0, 1.0)
    return wish * discipline * jnp.exp(jnp.minimum(trust, 0.0))
