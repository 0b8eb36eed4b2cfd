"""identified.md: what the record can tell of the parameters, and whether the inference is right; from result files."""

from __future__ import annotations

from typing import Any

from dualpower.laws.parameters import PARAMETERS
from pages.markdown import NOTE, table
from pages.results import document

INTRODUCTION = """# What the record can tell

This page is made from the files that `python benchmarks/inference.py` writes (`benchmarks/results/inference/`), with the posterior
that ships with `petrograd-1917` where nothing else is said. [How parameters are fitted](fit.md) explains the words.
"""

NOTHING = "\nThere are no results here yet: `make fit`, then `python benchmarks/inference.py`.\n"

TOLD, LITTLE = 0.5, 0.2

TRUTHS = {
    "recovery": ("Recovery", "True values are drawn from the prior; each record is fitted alone, from scratch."),
    "calibration": (
        "Calibration",
        "True values are draws of the posterior; each record is fitted together with the real one.",
    ),
}
"""Title of each test, and how it is made."""


def page() -> str:
    """Return the whole page."""
    parts = [told(document("inference", "directions.json"))]
    parts.append(guesses(document("inference", "guesses.json")))
    parts += [repeated(document("inference", f"{kind}.json"), kind) for kind in ("recovery", "calibration")]
    parts.append(nuts(document("inference", "nuts.json"), document("inference", "directions.json")))
    return NOTE + INTRODUCTION + ("\n".join(part for part in parts if part) or NOTHING)


def recentred(summary: list[dict[str, Any]]) -> int:
    """How many of the parameters have a prior whose centre was moved by a trial fit."""
    source = {(row.law, row.name): row.source for row in PARAMETERS}
    return sum("re-centred" in source[tuple(row["address"].split(".")[:2])] for row in summary)


def told(found: dict[str, Any] | None) -> str:
    """What it tells of single parameters and of combinations."""
    if not found:
        return ""
    rows = sorted(found["summary"], key=lambda row: -row["told"])
    well, hardly = ([row for row in rows if test(row["told"])] for test in (lambda x: x >= TOLD, lambda x: x < LITTLE))
    cells = [(f"`{r['address']}`", number(r["centre"]), number(r["q05"]), number(r["q50"]), number(r["q95"]), f"{r['told']:.2f}", f"{r['told_by_draws']:.2f}") for r in rows if r["told"] >= LITTLE]  # fmt: skip
    ways = [
        (f"{one['information']:.3g}", f"{one['told']:.2f}", spoken(one["parts"]), ", ".join(list(one["facts"])[:4]))
        for one in found["directions"]
    ]
    return f"""
## Parameters

Of {found["parameters"]} parameters the record, up to {found["until"]}, takes half or more of the prior's variance from {len(well)}, and less than a fifth from
{len(hardly)}. Along {found["combinations_told"]} combinations of parameters it says more than the prior. The rest is the prior again: **no conclusion should rest on
the value of a parameter that is not in this table.** *Told* is the share of the prior's variance that the facts
take away, in the linear approximation at the mode, each weighed by its sources; *by draws*, what the draws of the posterior have lost of it, which counts what the
facts say away from the mode, too, and searches that stalled, and allows for the [accidents of their days](fit.md#the-posterior). By draws it is {sum(row["told_by_draws"] >= TOLD for row in rows)} of which
half or more is told, and {sum(row["told_by_draws"] < LITTLE for row in rows)} of which less than a fifth is: where the two differ, take the smaller. The column `told` of `posterior.summary()` is the one *by draws*.

**Most priors have seen those months once.** The centres of {recentred(found["summary"])} of the {found["parameters"]} priors are guesses that a trial fit to January to March had moved
([the table](laws.md) marks them), and the same months are fitted again. So *told* understates what these months have said, and what is called the prior's is partly theirs.

**The draws keep less than that.** A parameter of which the facts say nothing at the mode should keep all of the prior's
variance; the draws of these {len(hardly)} keep {1 - sum(r["told_by_draws"] for r in hardly) / max(len(hardly), 1):.0%} of it in the mean. Away from the mode the facts do say something of
some of them; and draws whose search stalls stay too near to it ([how they are made](fit.md)). As far as it is the second,
intervals are too narrow; recoveries (below) say by how little.

{table(("parameter", "prior centre", "5 %", "median", "95 %", "told", "by draws"), cells)}

**Not in the table**, as the record says next to nothing of them at the mode: {", ".join(f"`{row['address']}`" for row in hardly)}.

Among those {len(hardly)} the draws, all the same, have lost half or more of the prior's variance in: {", ".join(f"`{row['address']}`" for row in hardly if row["told_by_draws"] >= TOLD) or "none"}.

## Combinations

Eigenvectors of the facts' Fisher information at the mode, in prior standard deviations (the prior's information is 1), the best
told first, with their largest components and the facts that say most of it.

{table(("information", "told", "combination", "facts"), ways)}
"""


def guesses(found: dict[str, Any] | None) -> str:
    """What the law of power rests on."""
    if not found:
        return ""
    cells = [
        (f"`{row['address']}`", row["side"], *(number(row[key]) for key in ("centre", "q05", "q50", "q95")))
        for row in sorted(found["table"], key=lambda row: row["address"])
    ]
    return f"""
## Guesses about who was obeyed

Among the pseudo-observations of `quiet.csv` are {found["left_out"]} that guess which share of authority the councils had on a day between
March and July: "dual power lasts". They come from no source, and bear on the law of power alone. With them: the
posterior of that day. Without them: a fit of {found["draws"]} draws from fewer starts, so that a part of what is apart can be the search's. {without_accidents(found)}

{table(("parameter", "guesses", "prior centre", "5 %", "median", "95 %"), cells)}
"""


def spoken(parts: dict[str, float]) -> str:
    """A combination in one line."""
    return " ".join(f"{weight:+.2f} `{name}`" for name, weight in list(parts.items())[:5])


def repeated(found: dict[str, Any] | None, kind: str) -> str:
    """Coverage and ranks over simulated records."""
    if not found:
        return ""
    title, truths = TRUTHS[kind]
    tested = found["table"]
    worst = sorted(tested, key=lambda row: row["uniform"])[:6]
    cells = [
        (f"`{row['address']}`", f"{row['coverage']:.2f}", f"{row['uniform']:.3f}", f"{row['told']:.2f}")
        for row in worst
    ]
    told_p = found["pooled_p_of_told"]
    return f"""
## {title}

{truths} {found["simulations"]} simulated records of the days
up to {found["until"]}, {found["draws"]} draws each, {found["seconds"] / 60:.0f} minutes. The interval that should hold the true
value in {nominal(found["draws"]):.1%} of all cases held it in {found["coverage_all"]:.1%}; for the {len(found["told"])} parameters of which these fits take a fifth or more of the prior's variance, in {found["coverage_told"] or float("nan"):.1%}.
Ranks of the true values, all parameters together, in eight bins: {", ".join(map(str, found["pooled_histogram"]))}. {found["below_five_per_cent"]} of {len(tested)} parameters
have ranks that a chi-squared test would call uneven at five per cent (about {0.05 * len(tested):.0f} would by chance); of those that are told, together,
p = {told_p if told_p is None else round(told_p, 4)}. Made on {found["made"]}, with the laws of that day. {without_accidents(found)}The most uneven:

{table(("parameter", "coverage", "p of even ranks", "told"), cells)}
"""


def without_accidents(found: dict[str, Any]) -> str:
    """A sentence where a part was made before draws of a posterior allowed for the accidents of a day."""
    return "" if found.get("accidents") else "**Neither records nor draws had the accidents of a day yet.** "


def nominal(draws: int) -> float:
    """How often the interval of a calibration should hold the truth: nine times in ten, if there are draws enough."""
    return min(0.9, (draws - 1) / (draws + 1))


def earlier(found: dict[str, Any], present: dict[str, Any] | None) -> str:
    """A sentence where a part was made with another posterior than the page's."""
    if present is None or abs(found["loss"] - present["loss"]) < 1e-3:  # the same search, in another process
        return ""
    losses = f"loss {found['loss']:.2f}; that of the one that ships is {present['loss']:.2f}"
    return f"\n**Of an earlier posterior** ({losses}), with the laws of its day.\n"


def nuts(found: dict[str, Any] | None, present: dict[str, Any] | None = None) -> str:
    """The two samplers beside each other."""
    if not found:
        return ""
    cells = [
        (f"`{r['address']}`", f"{r['nuts_mean']:+.2f} ± {r['nuts_sd']:.2f}", f"{r['rto_mean']:+.2f} ± {r['rto_sd']:.2f}",
         f"{r['apart']:+.2f}", f"{r['r_hat']:.3f}", f"{r['ess']:.0f}")
        for r in found["table"]
    ]  # fmt: skip
    return f"""
## NUTS beside randomise-then-optimise

The parameters told best, all others at the mode; means and standard deviations in prior standard deviations from the prior's
centre. {found["divergences"]} divergences, mean acceptance {found["acceptance"]:.2f}, {found["seconds"] / 60:.0f} minutes.
{earlier(found, present)}
{table(("parameter", "NUTS", "randomised", "apart (sd)", "R-hat", "ESS"), cells)}
"""


def number(value: float) -> str:
    """Three figures."""
    return f"{value:.3g}"
