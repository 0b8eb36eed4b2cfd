"""Verdicts, by a rule written down beforehand.

The claim says which way its intervention moves an outcome, and what difference would matter. With the paired difference
turned so that the claim expects it to be positive, and its 90 % interval:

    supported      the whole interval is above the smallest difference of interest
    contradicted   the whole interval is below it: no effect that matters, or one the other way
    undecided      the interval holds it, or fewer than ten years could be compared

A claim is supported if all outcomes that decide are, contradicted if one of them is, else undecided; undecided too, in
place of supported, if a placebo by itself would be supported on the first outcome.

A claim about a number of the laws names the share of draws that must lie beyond its critical value, and what should
then be rare. It is supported if that share does and Wilson's 90 % interval of the rare thing is below what the claim
allows; contradicted if no more than the complement of that share lies there, or the interval is above a half; else
undecided.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from dualpower.experiment.claims.causal import Effect
from dualpower.experiment.statistics import wilson
from dualpower.scenario.claims import ClaimOutcome, Parameter

Verdict = Literal["supported", "contradicted", "undecided"]

FEWEST = 10
"""Pairs below which nothing is decided."""

_OFTEN = 0.5
"""Share of years above which something that should be rare is common."""


def of_effect(found: Effect, outcome: ClaimOutcome) -> Verdict:
    """Verdict on one outcome."""
    if found.draws < FEWEST:
        return "undecided"
    ends = (found.low, found.high) if outcome.expects == "higher" else (-found.high, -found.low)
    if ends[0] > outcome.matters:
        return "supported"
    return "contradicted" if ends[1] < outcome.matters else "undecided"


def together(parts: Iterable[Verdict]) -> Verdict:
    """Verdict on a claim that holds only if all of its parts do."""
    found = set(parts)
    if "contradicted" in found:
        return "contradicted"
    return "supported" if found == {"supported"} else "undecided"


def of_parameter(said: Parameter, above: float, lasting: float, draws: int) -> Verdict:
    """Verdict on a claim about a number of the laws: its posterior mass, and how often what should be rare happens."""
    if above >= said.mass:
        mass: Verdict = "supported"
    else:
        mass = "contradicted" if above <= 1 - said.mass else "undecided"
    low, high = wilson(round(lasting * draws), draws)
    rare: Verdict = "supported" if high <= said.rarely else "contradicted" if low >= _OFTEN else "undecided"
    return together((mass, rare))
