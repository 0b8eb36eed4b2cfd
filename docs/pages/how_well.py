"""how-well.md: every target, the model's prediction beside the record, misses first; from the forecast's own files."""

from __future__ import annotations

from math import isnan
from typing import Any

import dualpower as dp
from dualpower.inference.origins import TOGETHER as EQUAL
from dualpower.inference.origins import WEIGHED
from dualpower.record.sources import article_number, rows_beside, sources_text
from pages.markdown import NOTE, table
from pages.results import Row, document, figure, rows
from pages.skill import section

NOTHING = """
There are no results here yet: `make forecast` makes them.
"""

INTRODUCTION = """# How well does it do?

This page is made from the files that `make forecast` writes (`benchmarks/results/forecast/`), by the
[rules](forecast-rules.md) that were written before the first fit; [the forecast](forecast.md) says how to read it.
Every target stands here, misses first: outside the central 90 % of the prediction, then by how many standard deviations
the record is off. A target is scored at the middle of its band on the scale of comparison, which may lie away from the number that
one source has. A star marks a target that rests on memory and counts for nothing.
"""

HEAD = ("target", "what", "date, or last day", "record", "band", "scored at", "median", "5 to 95 %", "off (sd)", "CRPS")


def page() -> str:
    """Return the whole page."""
    scores, told = rows("forecast", "forecast.csv"), document("forecast", "forecast.json")
    if not scores or not told:
        return NOTE + INTRODUCTION + NOTHING
    parts = [
        _verdict(told),
        section(scores),
        *(_targets(scores, told, *part) for part in PARTS[:2]),
        _bloc(),
        *(_targets(scores, told, *part) for part in PARTS[2:]),
        _together(),
        _sources(),
        _means(told),
        _origins(scores),
    ]
    return NOTE + INTRODUCTION + "\n" + "\n".join(parts)


PARTS = (
    ("headline", "model, history", "Held out: choices after {origin} as in history"),
    ("headline", "model, rules", "Held out: choices after {origin} by their rules"),
    ("fitted", "model, history", "What the fit up to {origin} knew"),
)


def _bloc() -> str:
    """Two parties that had stood on joint lists, together (rule 9)."""
    told = document("forecast", "bloc.json")
    if not told:
        return ""
    seats = "; ".join(
        f"with choices {'as in history' if way == 'history' else 'by their rules'} {one['median']:.0f} (90 %: "
        f"{one['q05']:.0f} to {one['q95']:.0f}; CRPS {one['crps']:.2f})"
        for way, one in told["readings"].items()
    )
    record = next(iter(told["readings"].values()))["record"]
    return (
        f"## Held out: two parties as one bloc\n\n{' and '.join(told['targets'])} together, because in June both parties "
        "stood on joint lists in many districts ([rule 9](forecast-rules.md#how-numbers-are-compared)); it counts for "
        f"nothing. The record has {record:.0f} seats of 200, the prediction {seats}.\n"
    )


COMPARED = """*headline*: from the main origin, all that comes later; *rolling*: the two months after every origin; *long*: all that comes after
every origin. *history*: choices after an origin are those that were made; *rules*: they are decided by their own rules; *past errors*:
widened by what earlier forecasts had missed ([how](forecast.md)). CRPS and log score are means over forecasts, of which a target can have one from each of several origins; smaller CRPS is better, and the log
score is the one which punishes being too sure. *Skill*: how much smaller the CRPS is than the best baseline's. *Worst origin*: the largest ratio to the
best baseline's CRPS at any one origin; above 1 that baseline is better there. *Ahead*: how many baselines have a better log score.
"""

FIRST = ("headline", "rolling", "long")


SUMMARY = (
    "comparison", "forecast", "forecasts", "CRPS", "best baseline", "skill", "in 90 %", "in 50 %", "origins better",
    "worst origin", "ahead",
)  # fmt: skip


def _verdict(told: dict[str, Any]) -> str:
    return f"## In short\n\n{_held(told)}\n{COMPARED}\n{_summary(told)}"


def _held(told: dict[str, Any]) -> str:
    """How many of the targets held out lie where a 90 % interval should have nine in ten."""
    headline = told["verdict"].get("headline", {})
    held = [f"{headline[name]['in90']:.0%} by {way}" for way in READ if (name := f"model, {way}") in headline]
    if not held:
        return ""
    return (
        f"Of what was held out (after {told['headline']}) the 90 % intervals hold {' and '.join(held)}; nine in ten "
        "would be right ([limits](limits.md) says what a shortfall means).\n"
    )


def _summary(told: dict[str, Any]) -> str:
    """What each forecast comes to, a row each."""
    shown = [(name, model) for name in FIRST for model in told["verdict"].get(name, ())]
    return table(SUMMARY, (_summed(told, *one) for one in shown))


def _summed(told: dict[str, Any], comparison: str, model: str) -> tuple[str, ...]:
    said = told["verdict"][comparison][model]
    return (
        comparison, model.removeprefix("model, "), str(said["targets"]), f"{said['crps']:.3f}", f"{said['best']}, {said['best_crps']:.3f}",
        f"{said['skill']:.0%}", f"{said['in90']:.0%}", f"{said['in50']:.0%}", f"{said['origins_better']} of {said['origins']}",
        f"{said['worst_ratio']:.2f}", _by_log_score(told, comparison, model),
    )  # fmt: skip


TOGETHER = """## Held out: by all theories together

Which theory is right is not known, and the forecast above takes one of them, the model with all its mechanisms, for granted. Below the same
targets are forecast once more by all six [theories](theories.md) in equal parts: as many predictive draws of one as of another, and no
weight that anything could have been fitted to. It was asked for in the evening of 27 November, when it was known that some theories forecast
better than the whole model, and only from one origin: so it stands beside the headline and does not replace it
(`benchmarks/results/theories/forecast.csv`, by `make theories`). *By weight*: the same by the weights that the theories had
[earned](theories.md#what-earned-their-weights) by 31 July.
"""


def _together() -> str:
    """The headline by all theories, each with the same weight."""
    scores, told = rows("theories", "forecast.csv"), document("theories", "forecast.json")
    if not scores or not told:
        return ""
    models = {f"model, {way}{EQUAL}": title for way, title in READ.items()}
    marks = (EQUAL, WEIGHED) if told.get("weights") else (EQUAL,)
    names = [f"model, {way}{mark}" for mark in marks for way in READ]
    only = {"headline": {name: told["verdict"]["headline"][name] for name in names}}
    tables = (_targets(scores, told, "headline", name, title) for name, title in models.items())
    return "\n".join([TOGETHER, _summary({**told, "verdict": only}), *(part.replace("## ", "### ") for part in tables)])


READ = {
    "history": "By all theories: choices after {origin} as in history",
    "rules": "By all theories: choices after {origin} by their rules",
}


def _by_log_score(told: dict[str, Any], comparison: str, model: str) -> str:
    """How many baselines are better by log score."""
    scores = {row["model"]: row["log_score"] for row in told["summary"] if row["comparison"] == comparison}
    baselines = [score for name, score in scores.items() if not name.startswith("model")]
    return f"{sum(score > scores[model] for score in baselines)} of {len(baselines)}"


def _targets(scores: list[Row], told: dict[str, Any], comparison: str, model: str, title: str) -> str:
    chosen = [row for row in scores if (row["comparison"], row["model"]) == (comparison, model)]
    if not chosen:
        return ""
    judged = [row for row in chosen if row["judged"] == "True"]
    inside = sum(float(row["low"]) <= float(row["run_median"]) <= float(row["high"]) for row in judged)
    covered = sum(row["in90"] == "True" for row in judged)
    said = (
        f"The median run is inside {inside} of {len(judged)} bands; {covered} of {len(judged)} targets "
        "are inside the 90 % interval of the prediction."
    )
    cells = [_cells(row) for row in sorted(chosen, key=_order)]
    return f"## {title.format(origin=told['headline'])}\n\n{said}\n\n{table(HEAD, cells)}"


def _order(row: Row) -> tuple[bool, float]:
    return row["in90"] == "True", -abs(_off(row))


def _off(row: Row) -> float:
    return (float(row["truth"]) - float(row["mean"])) / float(row["sd"])


def _cells(row: Row) -> tuple[str, ...]:
    star = "" if row["judged"] == "True" else " *"
    number = {
        key: figure(float(row[key]))
        for key in ("observed", "low", "high", "natural_truth", "run_median", "natural_q05", "natural_q95")
    }
    mark = "" if row["in90"] == "True" else "**"
    return (
        f"{mark}{row['target_id']}{mark}{star}", row["what"], row["date"], number["observed"],
        f"{number['low']} to {number['high']}", number["natural_truth"], number["run_median"],
        f"{number['natural_q05']} to {number['natural_q95']}", f"{_off(row):+.1f}", f"{float(row['crps']):.2f}",
    )  # fmt: skip


def _sources() -> str:
    """Where the numbers of the targets come from, and what the article says where it has a number of its own."""
    scenario = dp.load("petrograd-1917")
    cells = []
    for row in scenario.targets.to_dict("records"):
        beside = rows_beside(scenario.spec, scenario.record, row)
        own = article_number(beside)
        said = sources_text([each for each in beside if each["source_kind"] != "seed"]).replace("|", "/")
        cells.append((row["target_id"], "" if isnan(own) else figure(own), said or f"({row['basis']})"))
    head = ("target", "the article", "other sources, side by side (a target's number and band are chosen among them)")
    return "## Sources of the targets\n\n" + table(head, cells)


def _means(told: dict[str, Any]) -> str:
    head = ("comparison", "forecast", "targets", "CRPS", "skill", "log score", "in 50 %", "in 90 %")
    cells = [
        (str(row["comparison"]), str(row["model"]), f"{row['targets']:.0f}", f"{row['crps']:.3f}",
         _percent(row["skill"]), f"{row['log_score']:.2f}", _percent(row["in50"]), _percent(row["in90"]))
        for row in told["summary"]
    ]  # fmt: skip
    return "## Means, and the baselines\n\n" + table(head, cells)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _origins(scores: list[Row]) -> str:
    shown = [row for row in scores if row["comparison"] == "rolling" and row["judged"] == "True"]
    models = [name for name in dict.fromkeys(row["model"] for row in shown) if "own spread" not in name]
    cells = []
    for origin in dict.fromkeys(row["origin"] for row in shown):
        own = {
            m: [float(r["crps"]) for r in shown if (r["origin"], r["model"]) == (origin, m) and r["crps"]]
            for m in models
        }
        means = [f"{sum(values) / len(values):.3f}" if values else "" for values in own.values()]
        cells.append((origin, str(max(map(len, own.values()))), *means))
    return "## Origin by origin: mean CRPS of the next two months\n\n" + table(("origin", "targets", *models), cells)
