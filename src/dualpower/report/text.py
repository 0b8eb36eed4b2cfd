"""Sentences of the report: how the run ended, what it is, how it scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dualpower._made import forked
from dualpower.report.happenings import Happening
from dualpower.report.scores import Row
from dualpower.report.view import View

PERCENTS = ("percent", "per cent", "%")
"""Units of the record whose numbers are shares of a hundred."""

_SPLITS = {"calibrate": "calibration targets", "heldout": "held-out targets"}


def outcome_sentence(view: View) -> str:
    """How the run ended, with the date since when, and what the scenario says that this means."""
    last = view.days.both(view.days.dates[-1])
    if not view.bands:
        return f"The run ends on {last}."
    final = view.bands[-1]
    meant = next((o.sentence for o in getattr(view.spec, "outcomes", None) or () if o.regime == final.regime), "")
    since = (
        ", as it had been from the first day"
        if len(view.bands) == 1
        else (f", in force since {view.days.both(view.days.dates[final.first])}")
    )
    return f"On the last day, {last}, the regime is {quoted(final.name)}{since}. {meant}".strip()


def quoted(name: str) -> str:
    """A name set off from the sentence around it."""
    return f"“{name}”"


def what_this_is(view: View, rows: Sequence[Row]) -> list[str]:
    """What kind of thing the reader has before them, in three or four sentences."""
    manifest = view.run.manifest
    switches: Mapping[str, Any] = manifest.get("switches", {}) or {}
    lines = [
        (
            f"This is one simulated run (seed {view.run.seed}) of {view.days.count} days, not a history: another seed "
            "gives another course of events, and only many runs together say how likely something was."
        )
    ]
    if switches.get("forked"):
        day, source = view.days.both(switches["forked"]["date"]), forked(manifest)
        lines.append(
            f"It is {source}: days before {day} are of that run, and what was made otherwise counts from then."
        )
    if switches.get("imposed"):
        until = "" if switches["imposed"] is True else f" up to {view.days.both(str(switches['imposed']))}"
        said = "Regimes and choices were imposed as history had them" + until
        lines.append(said + "; only what people did is the model's.")
    if switches.get("choices") == "rules":
        lines.append("Choices that were not imposed were decided by their rules, whatever history did that day.")
    if any(row.split == "calibrate" for row in rows) and view.tuned:
        lines.append(
            "The coefficients of the laws were fitted to the calibration targets below, so agreement there is no proof "
            "of anything; targets that are marked as held out were not used."
        )
    if view.tuned and view.run.scenario.parameters:
        lines.append(
            "They are the one point that comes with the scenario for single runs. The fit (dualpower fit) chose it so "
            "that these targets are met, that the year is usual for the model, and that it ends as history's did: "
            "so that it does is no finding."
        )
    lines.append(
        "Many sizes, starting shares and intensities are guesses or come from memory; where a number rests on them, "
        "the page says so, and the last section counts them."
    )
    return lines


def interventions(view: View) -> list[str]:
    """What was made otherwise than the scenario declares, in words."""
    made = view.run.manifest.get("interventions") or []
    if made:
        return [f"{item.get('kind')} {item.get('target')} = {item.get('value')}" for item in made]
    return [str(item) for item in getattr(view.run.scenario, "interventions", ()) or ()]


def history(view: View) -> str:
    """History's regimes and the dates from which they ruled, as far as the run goes; none for a scenario without."""
    entries = [
        entry for entry in getattr(view.run.scenario.timeline, "history", ()) if entry.from_ <= view.days.dates[-1]
    ]
    return "; ".join(f"{view.title('regimes', entry.regime)} from {view.days.both(entry.from_)}" for entry in entries)


def events_sentence(found: Sequence[Happening]) -> str:
    """How many of the timeline's events happened, and how many of them as in history."""
    if not found:
        return "The scenario's timeline declares no events."
    asked = [item for item in found if item.happened or not item.supposed]
    happened = [item for item in asked if item.happened]
    same = sum(not item.departs for item in happened)
    return (
        f"Of {len(asked)} shocks and choices of history or asked for, {len(happened)} happened in this run, "
        f"{same} of them on the day and in the way of history; {len(asked) - len(happened)} did not happen."
    )


def score_sentence(rows: Sequence[Row], split: str) -> str:
    """How many judged targets of a split lie inside their bands, which are shown only, and what was not compared."""
    chosen = [row for row in rows if row.split == split]
    asked = [row for row in chosen if not row.memory]
    judged = [row for row in asked if row.compared]
    inside = [row for row in judged if row.inside]
    name = _judged(_SPLITS.get(split, f"targets ({split})"), len(chosen) - len(asked))
    parts = [f"{len(inside)} of {len(judged)} {name} lie inside their bands."] if judged else []
    if len(asked) < len(chosen):
        parts.append(f"{shown_only(len(chosen) - len(asked))}.")
    mixed = sum(row.mixed for row in inside)
    if mixed:
        parts.append(f"{mixed} of those inside {'rests' if mixed == 1 else 'rest'} on memory in part.")
    if len(judged) < len(asked):
        parts.append(f"{len(asked) - len(judged)} cannot be compared with this run (the table says why).")
    return " ".join(parts)


def verdict(row: Row) -> str:
    """What became of a target, in two or three words."""
    if not row.compared:
        return "not compared"
    if row.inside:
        return "inside"
    above = row.simulated > row.high
    side = "above" if above else "below"
    if row.unit in PERCENTS:  # per cent of a share would be read as points
        return f"{_points(row.simulated - row.high if above else row.low - row.simulated)} {side} its band"
    if (row.high if above else row.low) <= 0:
        return f"{side} its band"
    return _over(row.simulated / row.high) if above else _under(row.simulated / row.low)


def _over(factor: float) -> str:
    return f"{_percent(factor - 1)} above its band" if factor < 2 else f"{factor:.1f} times its upper bound"


def _under(factor: float) -> str:
    if factor >= 0.5:
        return f"{_percent(1 - factor)} below its band"
    return f"{factor:.2g} of its lower bound" if factor > 0.001 else "next to nothing"


def _points(gap: float) -> str:
    if gap < 0.95:
        return "less than 1 point"
    return f"{gap:.0f} point{'s' if round(gap) != 1 else ''}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else "less than 1 %"


def headline(rows: Sequence[Row]) -> str:
    """The score in one line, misses first: judged targets are counted, those from memory named apart."""
    told, unsure = [], sum(row.memory for row in rows)
    beyond = sum(not row.compared and not row.memory for row in rows)
    for split, name in _SPLITS.items():
        judged = [row for row in rows if row.split == split and not row.memory and row.compared]
        if judged:
            missed, kind = sum(not row.inside for row in judged), _judged(name, unsure)
            told.append(f"{missed} of {len(judged)} {kind} missed, {len(judged) - missed} inside their bands")
    more = [f"{beyond} cannot be compared with this run"] if beyond else []
    return "; ".join([*told, *more, *([shown_only(unsure)] if unsure else [])])


def _judged(name: str, unsure: int) -> str:
    return f"judged {name}" if unsure else name


def shown_only(unsure: int) -> str:
    """That so many targets stand beside those that are judged."""
    verbs = ("rests", "is") if unsure == 1 else ("rest", "are")
    return f"{unsure} that {verbs[0]} on memory or a guess, marked *, {verbs[1]} shown and not judged"
