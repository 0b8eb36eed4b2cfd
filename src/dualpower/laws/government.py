"""Government: who is in office, what is left unanswered, and who is legal.

A regime has an incumbent centre and parties in office; events (coalitions, resignations, answers to an issue)
change that. A party is blamed for pressure that the government it sits in does not answer, by its share of that government:
parties' degrees of office are divided by their sum where that exceeds one, as there is only one government to blame.

    office[p]       = clip(office[regime,p] + events, 0, 1)
    blamed[p]       = office[p] / max(1, sum_q office[q])
    unanswered[u]   = max(sum_j pressure[j,u] * (1 - min(answer[j], 1)), 0)
    opposition[p]   = -line[p, incumbent]

Source: ours; retrospective blame after Fiorina (1981). Limit: with every issue answered, nobody is blamed.
"""

from __future__ import annotations

from jaxtyping import Array, Float


def in_regime(regime: Float[Array, " regime"], table: Float[Array, "regime any"]) -> Float[Array, " any"]:
    """The row of a table that belongs to the regime of the day (one-hot)."""
    return regime @ table


def office(declared: Float[Array, " party"], events: Float[Array, " party"]) -> Float[Array, " party"]:
    """Degree to which each party is in office, 0..1."""
    return (declared + events).clip(0.0, 1.0)


def blamed(office: Float[Array, " party"]) -> Float[Array, " party"]:
    """Share of the blame for what the government leaves undone: degrees of office, divided where they exceed one government."""
    return office / office.sum().clip(1.0)


def legality(declared: Float[Array, " party"], events: Float[Array, " party"]) -> Float[Array, " party"]:
    """Reach that the law and the police leave to a party, 0.02..1 (events are negative for a ban)."""
    return (declared + events).clip(0.02, 1.0)


def unanswered(pressure: Float[Array, "issue unit"], answer: Float[Array, " issue"]) -> Float[Array, " unit"]:
    """Pressure in a unit that the government does nothing about."""
    return ((1 - answer.clip(None, 1.0))[:, None] * pressure).sum(0).clip(0.0)


def opposition(line: Float[Array, "party topic"], incumbent: Float[Array, " centre"]) -> Float[Array, " party"]:
    """How far each party's line is against whoever holds the government: -1 (wholly for) to 1 (wholly against)."""
    return -(line[:, -incumbent.shape[0] :] @ incumbent)
