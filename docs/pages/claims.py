"""claims.md: what the article claims and what the model says, from a saved result of ``dualpower claims``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dualpower.experiment.claims import load_claims
from dualpower.experiment.claims.swapped import DEALS
from dualpower.experiment.claims.verdict import __doc__ as rule
from dualpower.experiment.claims.words import amount, mattering, pairs, style
from dualpower.report.claims import headline, how, in_order
from pages.claims_more import article_number, changes, doses, farthest, others, shares, under
from pages.markdown import NOTE, table

RESULTS = Path(__file__).resolve().parents[2] / "benchmarks" / "claims.json"

INTRODUCTION = """# Claims put to the test

A scenario's `claims.toml` states claims so that the model can contradict them: the intervention that tests each,
several definitions of the outcome, and beforehand which way it should move and what difference would matter. `dualpower
claims petrograd-1917` tests them; `make claims` does so with the posterior and makes this page anew. A verdict says
what follows from this model, not what would have happened.

```python
import dualpower as dp

result = dp.test_claims(dp.load("petrograd-1917"), draws=200, seed=1, jobs=2)
result.verdicts  # one row a claim
result.outcomes  # every outcome: with, without, difference, interval, PN, PS, PNS with bounds
result.table("settings")  # each claim with every assumption and call off, and under rival theories
result.save("claims")  # claims.json, two tables, claims.html
```
"""

CAUSES = {"necessity": "PN", "sufficiency": "PS", "both": "PNS"}

THRESHOLDS = """
What difference would matter is set in `claims.toml`, claim by claim, and is ours, not the article's. A claim with two outcomes that decide is contradicted by
one of them; the other has its own verdict in brackets.
"""

METHOD = f"""
## How a number comes about

- **Pairs.** The factual year of a draw and its counterfactual share parameters and all chance. A claim about August is
  computed over the years that reach August as its `among` says. Years that differ by an event only are the same, bit
  for bit, until that event.
  Draws take the rows of the posterior in an order of their own, so that few draws of `claims` and of `compare` are not the same years.
- **Shares of a body** are of the pairs in which it sits in both years, and it is said how many those are: of a body that does not sit there is no share. What an
  intervention makes of whether it sits at all is then no part of the difference. A yes or no about a share ("at least a half") is no where the body does not sit.
- **Intervals** are 90 % of the mean paired difference, over parameters and chance together: Agresti and Min's for yes
  or no, Student's for the rest, draws with equal parameters counted as one cluster.
- **Doses** are read on one outcome that lies after all of them. What is moved by a day is a small change: choices after it keep their
  dates while what they presuppose is there, and go by their rules only once one of them could not be made or another regime has
  ruled for more than a week.
- **Causes.** PN, PS and PNS (probability that what was taken away was necessary, sufficient, both) as the pairs have
  them, behind the semicolon the bounds of Tian and Pearl (2000), which hold however the two years are coupled. The coupling is a
  property of the program's random numbers and not of the world: trust the bounds.
  The bounds know nothing of how few draws there are; behind them, in brackets, stands how far they reach for all
  probabilities inside Wilson's 90 % intervals.
- **Placebos** are changes that should make no difference. One whose interval leaves zero out is named in the sentence; where
  the whole interval of one lies beyond what matters, a claim that would be supported is undecided. Events without effect cannot differ
  at all, as paired years share all chance: they test the pairing. What tests the intervals are pairs whose two years are swapped by a
  coin, {DEALS} times for each outcome: one interval in ten should leave zero out.
- **Assumptions.** Every switch of the laws whose unit is `0 or 1` (`contests.switch_...`), any answer to calls, and every call of the timeline is switched off in
  turn. A claim *rests on* an assumption if its verdict is then another, and the effect itself has moved: the 90 % interval of the
  difference between the effects with and without the assumption, on the same draws, leaves zero out. (Verdicts can
  also differ merely because assumptions are tested on a quarter of the draws.)
- **The pull of authority** (K7) is held against the value above which the side that is backed less could hold the city, too, so that there
  are two orders and an unstable middle between them. It is computed from how the camps of every unit back the two
  rivals when both can first be obeyed (`dualpower.experiment.claims.contagion`); 2 is its value without any backing. Later in the year most
  camps back one of the two, which then is the only order for want of backing of the other, whatever the pull.
- **Theories.** A rival theory that does without what a claim takes away contradicts it by construction: "no year comes out
  otherwise". A claim about a parameter is judged by that parameter's draws under the theory. "All theories, by weight" are the six, by
  their [stacking weights](theories.md) (the full model has what the five others leave of 1) and, for a claim about years that come to a
  point, by how often they come to it under each.
- **Shares** of those who may replace each other are Shapley's, exactly, over all sets of them.
"""


def page() -> str:
    """Return the whole page."""
    if not RESULTS.exists():
        return NOTE + INTRODUCTION + _rule() + "\n## Results\n\nNot computed yet: `make claims`.\n" + METHOD
    document = load_claims(RESULTS).document
    listed = [{**claim, "checks": document["checks"]} for claim in in_order(document["claims"])]
    rows = [(f"[{c['id']}](#{c['id'].lower()})", c["title"], _decided(c), c["verdict"]) for c in listed]
    head = f"\n## Results\n\n{headline(document['claims'])} {how(document)}\n\n"
    results = table(("", "claim", "what decides: unchanged → changed", "verdict"), rows)
    return NOTE + INTRODUCTION + _rule() + head + results + THRESHOLDS + "".join(map(_claim, listed)) + METHOD


def _decided(claim: dict[str, Any]) -> str:
    """What decides about a claim, with and without what it is about."""
    said = (_move(row, claim["verdict"]) for row in claim["outcomes"] if row["decides"])
    return "; ".join(said) or "a parameter against its critical value"


def _move(row: dict[str, Any], verdict: str) -> str:
    """One outcome with and without, what would matter, and its own verdict where it is another than the claim's."""
    before, after = (amount(row[key], **style(row)) for key in ("factual", "changed"))
    own = "" if row["verdict"] == verdict else f", {row['verdict']}"
    return f"{row['meaning']}: {before} → {after} (matters: {mattering(row)}{own})"


def _rule() -> str:
    body = (rule or "").split("\n\n", 1)[1]
    return "\n## The rule for verdicts\n\n" + body.strip() + "\n"


def _claim(claim: dict[str, Any]) -> str:
    parts = [
        f"\n({claim['id'].lower()})=\n### {claim['id']}: {claim['title']}\n",
        f"*The article* ({claim['source']}): {claim['claim']}\n",
        article_number(claim),
        changes(claim),
        f"*The model*: {claim['sentence']}\n",
        f"*How sure*: {claim['counted']} of {claim['of']} years come to the point at which the claim begins.\n",
        _outcomes(claim) if claim["outcomes"] else "",
        _placebos(claim) if claim["placebos"] else "",
        doses(claim),
        others(claim),
        shares(claim),
        f"*What it depends on*: {_depends(claim)}\n",
    ]
    return "\n".join(part for part in parts if part)


def _outcomes(claim: dict[str, Any]) -> str:
    rows = []
    for row in claim["outcomes"]:
        before, after = (amount(row[key], **style(row)) for key in ("factual", "changed"))
        gap, low, high = (amount(row[k], **style(row), signed=True) for k in ("difference", "low", "high"))
        verdict = row["verdict"] if row["decides"] else f"({row['verdict']})"
        rows.append(
            (
                row["meaning"] + pairs(row, claim["counted"]),
                before,
                after,
                gap,
                f"{low} to {high}",
                mattering(row),
                verdict,
            )
        )
    told = table(("outcome", "unchanged", "changed", "difference", "90 %", "matters", "verdict"), rows)
    causal = [
        (row["meaning"], *(_bounds(row["causes"][key]) for key in CAUSES))
        for row in claim["outcomes"]
        if row["causes"] is not None
    ]
    return told + ("\n" + table(("outcome", *CAUSES.values()), causal) if causal else "")


def _bounds(one: dict[str, float]) -> str:
    """A probability as the pairs have it, its bounds, and how far they reach by chance."""
    coupled = "–" if one["coupled"] is None else f"{one['coupled']:.2f}"
    return f"{coupled}; {one['low']:.2f} to {one['high']:.2f} ({one['least']:.2f} to {one['most']:.2f})"


def _placebos(claim: dict[str, Any]) -> str:
    """What should make no difference, and what it makes."""
    event = claim["outcomes"][0]["event"]
    said = []
    for row in claim["placebos"]:
        gap, low, high = (amount(row[k], event=event, signed=True) for k in ("difference", "low", "high"))
        said.append(f"{row['meaning']}: {gap} ({low} to {high})")
    return f"*Placebos*, on the first outcome: {'; '.join(said)}.\n"


def _depends(claim: dict[str, Any]) -> str:
    parts = [claim["by_construction"]] if claim["by_construction"] else []
    told = [
        row for row in claim["settings"] if row["name"] in claim["rests_on"] or row["kind"] in ("theory", "stacked")
    ]
    parts += [under(row, claim["outcomes"][0]["event"], claim["checks"]) for row in told]
    if claim["disagreement"]:
        parts.append(farthest(claim["disagreement"]))
    if claim["separates"]:
        parts.append(f"What would tell more: {claim['separates']}")
    return " ".join(parts) or "on nothing that could be switched off."
