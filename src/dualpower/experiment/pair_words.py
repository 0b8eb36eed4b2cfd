"""A pair in plain words: what the intervention does, what that hinges on, and where it is tested further."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from dualpower._amounts import ROUNDING, amount, counted
from dualpower._made import otherwise
from dualpower.experiment.drawn import theory_file
from dualpower.experiment.hinges import Hinges
from dualpower.experiment.pair_draws import DAILY, quantities
from dualpower.scenario.changes import parse_change
from dualpower.scenario.sense import presupposes
from dualpower.scenario.timeline import NEVER

if TYPE_CHECKING:
    from dualpower.experiment.pair import Pair
    from dualpower.scenario.calendar import Calendar

WIDTH = 110
"""Letters in a line of a terminal."""

MOST = 3
"""Parameters that a sentence names."""

PEOPLE = ("strikers", "marchers", "soldiers_refusing")
LEAST = 0.05
"""Of a count's most in the unchanged years: smaller differences on other days are not told."""


class Question(NamedTuple):
    """A quantity of both years: its name, and the variable and labels that `Pair.difference` takes."""

    name: str
    variable: str
    at: Mapping[str, str]


def question(both: Pair) -> Question | None:
    """What the intervention changes most clearly on the last day; None if nothing differs.

    The regime whose share it moves most; where it moves none, the main quantity whose difference is largest beside the
    width of its interval, among those whose two numbers are not the same to read, if there are such.
    """
    table, known = both.last, [Question(*one) for one in quantities(both.factual, both.other)]
    size = table["difference"].abs()
    beside = size / (table["high"] - table["low"]).clip(lower=ROUNDING)
    apart = table["factual"].map(amount) != table["other"].map(amount)
    differ = [one for one in known if size[one.name] > ROUNDING]
    regimes = [one for one in differ if one.variable == "regime"]
    if regimes:
        return max(regimes, key=lambda one: size[one.name])
    return max(differ, key=lambda one: (apart[one.name], beside[one.name]), default=None)


def in_words(both: Pair) -> list[str]:
    """Sentences: what did not come about, the difference with its interval, what it hinges on, the claim alike."""
    asked, missing = question(both), [_otherwise(both), *(_missing(both, event) for event in _events_asked_for(both))]
    if asked is None:
        return [*filter(None, missing), *_too_late(both), "On the last day nothing differs.", *_on_another_day(both)]
    date = both.factual.dates[-1]
    row: Mapping[Any, Any] = both.difference(asked.variable, **asked.at).T[date].to_dict()
    found = both.hinges(asked.variable, date, **asked.at)
    said = _difference(asked, both_styles(both.factual.scenario.calendar, date), row)
    return [*filter(None, missing), said, _hinges(found, row["difference"]), *_on_another_day(both), *_claim(both)]


def _too_late(both: Pair) -> list[str]:
    """Said of events decided otherwise that are dated after the last day, which can make no difference by then."""
    last = both.factual.dates[-1]
    asked = {target for kind, target, value in _changes(both) if kind == "do" and not value <= last}
    late = [one for one in both.factual.scenario.timeline.events if one.id in asked and one.date > last]
    return [f"“{one.name}” is dated {one.date}, after the last day, {last}." for one in late]


def _on_another_day(both: Pair) -> list[str]:
    """The count that an intervention surely moves most before the last day, if by a twentieth of its most or more."""
    counts = [one for one in quantities(both.factual, both.other) if one[1] in PEOPLE]
    days = []
    for name, variable, at in counts:
        rows = both.difference(variable, **at).iloc[:-1].assign(name=name)
        share = rows["difference"] / max(float(rows["factual"].max()), 1.0)
        days.append(rows.assign(share=share.abs())[rows["low"] * rows["high"] > 0])
    moved = pd.concat(days) if days else pd.DataFrame(columns=["share"])
    if not moved["share"].max() >= LEAST:
        return []
    row = moved.reset_index().sort_values("share").iloc[-1]
    before, after, gap, low, high = (amount(row[key]) for key in ("factual", "other", "difference", "low", "high"))
    when = both_styles(both.factual.scenario.calendar, row["date"])
    told = f"{before} unchanged and {after} changed, a difference of {gap} ({low} to {high})"
    return [f"Of those who act, “{row['name']}” differ most, on {when}: {told}."]


def both_styles(calendar: Calendar, date: str) -> str:
    """A date as it is typed, New Style in brackets where the calendar is the old one."""
    return date if calendar.system == "gregorian" else f"{date} ({calendar.new_style(date)} New Style)"


def _otherwise(both: Pair) -> str:
    """Said of two ensembles that were not made alike: what differs is not the doing of an intervention alone."""
    return otherwise(both.factual.index["switches"], both.other.index["switches"])


def _changes(both: Pair) -> list[tuple[str, str, str]]:
    """Interventions that only the changed years have."""
    was = both.factual.index["interventions"]
    return [(one["kind"], one["target"], one["value"]) for one in both.other.index["interventions"] if one not in was]


def _events_asked_for(both: Pair) -> list[str]:
    """Events that the changed years were asked to have, on some day or in some way, but for ways that mean absence."""
    asked: dict[str, set[str]] = {}
    for kind, target, value in _changes(both):
        if kind == "do":
            asked.setdefault(target, set()).add(value)
    events = both.factual.scenario.timeline.events
    absent = {one.id: {NEVER, *(way.id for way in one.options if not way.happens)} for one in events}
    return [event for event, values in asked.items() if not values & absent[event]]


def _missing(both: Pair, event: str) -> str:
    """Said of an event that was asked for and does not come about in every year: a difference may not be its doing."""
    before, after = (each.dataset["event_day"].sel(event=event).to_numpy() >= 0 for each in (both.factual, both.other))
    share, lost = float(both.weights @ after), float(both.weights @ (before & ~after))
    if share > 1 - ROUNDING:
        return ""
    scenario = both.factual.scenario
    name = next(one.name for one in scenario.timeline.events if one.id == event)
    needs = presupposes(scenario, event)
    often = "in none of the changed years" if share < ROUNDING else f"in {_percent(share)} of the changed years only"
    why = f" (it presupposes {needs})" if needs else ""
    then = "where it does not, the unchanged year is without it, too"
    if lost > ROUNDING:
        where = f"in {_percent(lost)} of the pairs the unchanged year has it"
        then = f"{where}, and what differs there follows from its absence"
    return f"“{name}” comes about {often}{why}; {then}."


def _difference(asked: Question, date: str, row: Mapping[Any, Any]) -> str:
    if asked.variable == "regime":
        before, after = (_percent(row[key]) for key in ("factual", "other"))
        gap, low, high = (f"{100 * row[key] + 0.0:+.1f}" for key in ("difference", "low", "high"))
        what = f"On {date} {before} of the unchanged years are under “{asked.name}” and {after} of the changed ones"
        return f"{what}: a difference of {gap} points (90 % interval {low} to {high})."
    before, after, gap, low, high = (amount(row[key]) for key in ("factual", "other", "difference", "low", "high"))
    name = f"“{asked.name}”" + (" (of that day alone)" if asked.variable == DAILY else "")
    what = f"On {date} no regime differs in its share of years; what differs most clearly is {name},"
    return f"{what} {before} unchanged and {after} changed: a difference of {gap} (90 % interval {low} to {high})."


def _percent(share: float) -> str:
    """A share of years in per cent; none and all are said to be so."""
    if share < ROUNDING or share > 1 - ROUNDING:
        return "none" if share < ROUNDING else "all"
    return f"{100 * share:.1f} %"


def _hinges(found: Hinges, difference: float) -> str:
    if not found.parameters:
        return "All years have the same parameters, so it says nothing about what is not known of them."
    if math.isnan(found.by_chance):
        return "It is the same whatever the parameters are."
    if not found.can_tell:
        return _cannot_tell(found)
    chance = (
        f"by chance alone the largest correlation of {found.parameters} would be {found.by_chance:.2f} in one of "
        "twenty cases"
    )
    if not found.found:
        return f"It hinges on no single parameter as far as {found.rows} sets of them can tell ({chance}; none is)."
    named = [
        f"“{one.meaning}” is {'high' if one.correlation * difference > 0 else 'low'} ({one.address}: rank correlation "
        f"{one.correlation:+.2f})"
        for one in found.found[:MOST]
    ]
    more = f", and on {len(found.found) - MOST} more" if len(found.found) > MOST else ""
    return (
        f"It hinges on what is not known of the laws: it is larger where {' and where '.join(named)}{more}; {chance}."
    )


def _cannot_tell(found: Hinges) -> str:
    """Said where chance alone reaches the largest correlation that there can be: that none is found means nothing."""
    why = f"all but {found.odd} of them agree" if found.odd < found.rows - 1 else "they are too few"
    return (
        f"Whether it hinges on any parameter {found.rows} sets of them cannot tell, as {why}: the largest correlation "
        f"that there can be ({found.largest:.2f}) comes by chance in one of twenty cases or more."
    )


def _claim(both: Pair) -> list[str]:
    """The claim of the scenario that changes the same: what it looks at, what of that is built in, how to test it."""
    before, after = (_made(each.index["interventions"]) for each in (both.factual, both.other))
    scenario = both.factual.scenario
    for claim in scenario.claims.claims:
        if not before and after == _made(parse_change(text)._asdict() for text in claim.interventions):
            further = f"dualpower claims {both.factual.index['scenario']['source']} --claim {claim.id}"
            rivals = " and under rival theories" if any(scenario.folder.glob(theory_file("*"))) else ""
            asks = f"Claim {claim.id} changes the same and asks for “{claim.outcomes[0].meaning}”"
            built = f" What of that is put in by hand: {claim.by_construction}" if claim.by_construction else ""
            return [f"{asks}, with each assumption switched off{rivals}: {further}.{built}"]
    return []


def _made(changes: Iterable[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    """Changes to be compared, in whatever order they were made."""
    return {(one["kind"], one["target"], str(one["value"])) for one in changes}


def on_terminal(both: Pair) -> str:
    """The main differences in lines for a terminal."""
    forked = f", weighted by the record up to {both.fork}" if both.fork else ", from the first day"
    names = both.factual.index["names"]["regimes"]
    named = both.outcomes.rename(index=names, columns=names)
    ends = named.map(lambda share: f"{share:.2f}").to_string().splitlines()
    last = _shown(both)
    return "\n".join([
        f"{counted(both.factual.draws, 'pair')}{forked}; effective sample size {both.effective_sample_size:.1f}",
        _parting(both), "", *(line for part in both.words.splitlines() for line in textwrap.wrap(part, WIDTH)),
        "", "How they end: unchanged (rows), changed (columns)", *ends,
        "", f"On {both.factual.dates[-1]}: unchanged, changed, difference, and the 90 % interval of its mean",
        *last.to_string().splitlines(),
    ])  # fmt: skip


def _shown(both: Pair) -> pd.DataFrame:
    """The table of a day for a terminal: regimes that rule in neither year are left out, and it says of how many pairs
    a row is where that is not all of them.
    """
    regimes = [name for name, variable, _ in quantities(both.factual, both.other) if variable == "regime"]
    rows = both.last[(both.last[["factual", "other"]] != 0).any(axis=1) | ~both.last.index.isin(regimes)]
    few = (rows["compared"] < 1 - ROUNDING).to_numpy()
    names = [f"{name} (in {share:.0%} of the pairs)" if some else name
             for name, share, some in zip(map(str, rows.index), rows["compared"], few, strict=True)]  # fmt: skip
    told = rows[["factual", "other", "difference", "low", "high"]].map(lambda x: "–" if math.isnan(x) else amount(x))
    return told.set_axis(names).rename(columns={"factual": "unchanged", "other": "changed"})


def _parting(both: Pair) -> str:
    if both.first is None:
        return "Nothing differs."
    differ = both.draws_that_differ
    usual = f", in most pairs on {both.usual_first}" if both.usual_first != both.first else ""
    return (
        f"First difference on {both.first}{usual}; {counted(differ, 'pair')} {'differs' if differ == 1 else 'differ'}"
    )
