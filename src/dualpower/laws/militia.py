"""Militia: arms in the workplaces.

Where the old order (whoever rules on the first day) has gone and its police with it, workplaces arm themselves in
proportion to their support for parties in opposition, slowly in ordinary days, quickly while arms are given out, and
not at all while they are denied; nobody's arms are taken.

    guards' = guards + pace * max(1 + alarm * arm, 0) * free * (cap * backing - guards);   arm: arms given out (+) or denied (-)

Source: ours. Limit: under a regime that is its own police (free = 0) nothing changes.
"""

from __future__ import annotations

from jaxtyping import Array, Float

from dualpower.laws.state import Params


def backing(
    worker: Float[Array, " unit"], opposition: Float[Array, " party"], camps: Float[Array, "party unit"]
) -> Float[Array, " unit"]:
    """Share of a workplace that stands with the opposition, each party as far as it is one; 0 elsewhere."""
    return worker * (opposition.clip(0.0)[:, None] * camps).sum(0)


def guards(
    p: Params,
    guards: Float[Array, " unit"],
    backing: Float[Array, " unit"],
    arm: Float[Array, ""],
    free: Float[Array, ""],
) -> Float[Array, " unit"]:
    """Armed share of each workplace tomorrow. ``backing``: share for parties in opposition, 0 outside workplaces;
    ``arm``: -1 (arms are taken) to 1 (given out); ``free``: 0..1, absence of a police of the old kind.
    """
    haste = (1 + p["alarm"] * arm).clip(0.0)
    return guards + (p["pace"] * haste * free).clip(0.0, 1.0) * (p["cap"] * backing - guards)
