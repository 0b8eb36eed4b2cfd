"""Tables at the end of the report: where sources disagree, which were used, what is a guess, which numbers were set."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dualpower.report.evidence import ARTICLE, UNSURE
from dualpower.report.scores import Row, Source, source_of
from dualpower.report.view import View


@dataclass(frozen=True)
class Dispute:
    """A number of the article that another source does not share, and what the run has."""

    what: str
    date: str
    place: str
    article: Source
    others: tuple[Source, ...]
    run: float


def disputes(view: View) -> list[Dispute]:
    """The article's numbers that another source contradicts by more than a twentieth, beside those sources."""
    record = view.run.scenario.record
    if record is None or not len(record) or "source_kind" not in record:
        return []
    from dualpower.record.sources import rows_beside

    found = []
    seeds = record[(record["source_kind"] == ARTICLE) & record["value"].notna()]
    for row in ({str(key): value for key, value in each.items()} for each in seeds.to_dict("records")):
        beside = [other for other in rows_beside(view.spec, record, row) if other.get("source_kind") != ARTICLE]
        if any(_far(row, other) for other in beside):
            found.append(_dispute(view, row, beside))
    return found


def _far(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether another row leaves out the article's number, its own ends stretched by a twentieth."""
    number = float(row["value"])
    low, high = _ends(other)
    return low == low and not low - 0.05 * abs(number) <= number <= high + 0.05 * abs(number)


def _ends(row: Mapping[str, Any]) -> tuple[float, float]:
    """What a row allows: from low to high, without end where it has one bound only; else its value; else NaN."""
    told = (row.get(key) for key in ("value", "low", "high"))
    value, low, high = (float("nan") if end in (None, "") else float(end) for end in told)
    if low != low and high != high:
        return value, value
    return low if low == low else -np.inf, high if high == high else np.inf


def _dispute(view: View, row: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> Dispute:
    group = str(row.get("group") or "")
    what = str(row["quantity"]).replace("_", " ") + (f": {group}" if group not in ("", "all", "total", "nan") else "")
    asked = next((each for known, each in view.surveyed if _same(known, row)), None)
    run = float("nan")
    if asked is not None:
        from dualpower.record.observe import observe

        run = float(observe(view.arrays, asked))
    sources = tuple(source_of(other) for other in others)
    return Dispute(what, str(row["date"]), str(row["place"]), source_of(row), sources, run)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(str(one.get(key)) == str(other.get(key)) for key in ("quantity", "place", "group", "date", "source"))


@dataclass(frozen=True)
class Used:
    """A source that this page rests on, and how many of its numbers are shown."""

    name: str
    address: str
    kind: str
    count: int


def used(view: View, rows: Iterable[Row]) -> list[Used]:
    """The sources of the record's rows that are drawn or stand beside a target, those most used first."""
    shown = [source_of(row) for row, _ in view.surveyed]
    shown += [source for row in rows for source in row.sources]
    counts = Counter((source.kind, source.name, source.address) for source in dict.fromkeys(shown))
    ranked = sorted(counts.items(), key=lambda pair: (pair[0][0] in UNSURE, -pair[1], pair[0][1], pair[0][2]))
    return [Used(name, address, kind, count) for (kind, name, address), count in ranked]


KINDS = (ARTICLE, "primary", "scholarly", "encyclopedia", "memory", "guess")


@dataclass(frozen=True)
class Provenance:
    """How many numbers of one part of the scenario come from each kind of source."""

    part: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All rows of the part."""
        return sum(self.counts.values())

    @property
    def unsure(self) -> int:
        """Those from memory or guessed."""
        return sum(self.counts[kind] for kind in UNSURE)

    @property
    def unsure_share(self) -> str:
        """Their share in words: 0 % and 100 % only where it is none or all."""
        share = 100 * self.unsure / self.total
        if 0 < share < 1 or 99 < share < 100:
            return "<1 %" if share < 1 else ">99 %"
        return f"{share:.0f} %"


def kinds(parts: Iterable[Provenance]) -> tuple[str, ...]:
    """Kinds of source to show: no column for a text that the scenario starts from where nothing is from one."""
    seeded = any(part.counts[ARTICLE] for part in parts)
    return KINDS if seeded else KINDS[1:]


def provenance(view: View) -> list[Provenance]:
    """Kinds of source of every part of the scenario that names them."""
    scenario, parts = view.run.scenario, []
    for name in ("units", "districts", "commuting", "cells", "series", "record"):
        table = getattr(scenario, name, None)
        if table is not None and "source_kind" in getattr(table, "columns", ()):
            parts.append((name, [str(kind) for kind in table["source_kind"]]))
    declared = {name: getattr(view.spec, name, None) or () for name in ("parties", "roles", "councils", "contests")}
    parts.extend((name, [str(getattr(item, "source_kind", "")) for item in items]) for name, items in declared.items())
    events = getattr(scenario.timeline, "events", None) or ()
    parts.append(("events", [str(getattr(event, "source_kind", "")) for event in events]))
    counted = [(name, Counter(kinds)) for name, kinds in parts if any(kinds)]
    return [Provenance(name, {kind: counts[kind] for kind in KINDS}) for name, counts in counted]


@dataclass(frozen=True)
class Setting:
    """A coefficient of the laws as this run used it."""

    name: str
    value: float
    prior: float
    unit: str
    meaning: str
    source: str
    set_here: bool


def settings(view: View) -> list[Setting]:
    """Every parameter of the laws: the scenario's value where it sets one, else the centre of the prior."""
    from dualpower.laws.parameters import PARAMETERS
    from dualpower.point import declared_centres
    from dualpower.scenario import Scenario

    scenario: object = view.run.scenario
    middle = declared_centres(scenario) if isinstance(scenario, Scenario) else {}
    given = {str(key): float(value) for key, value in dict(view.run.manifest.get("parameters", {})).items()}
    given |= {str(key): float(value) for key, value in dict(view.run.scenario.parameters or {}).items()}
    rows, known = [], set()
    for each in PARAMETERS:
        stem = f"{each.law}.{each.name}"
        names = [name for name in given if name == stem or name.startswith(stem + ".")] or [stem]
        known.update(names)
        rows += [
            Setting(name, given.get(name, centre), centre, each.unit, each.meaning, each.source, name in given)
            for name in names
            for centre in [middle.get(name, each.centre)]
        ]
    return rows + [
        Setting(name, value, float("nan"), "", "", "", True) for name, value in given.items() if name not in known
    ]


def manifest_text(view: View) -> str:
    """The manifest as it is saved beside the run, without the long table of parameters."""
    kept = {key: value for key, value in view.run.manifest.items() if key not in ("parameters", "names", "files")}
    return json.dumps(kept, indent=2, ensure_ascii=False, default=str)


def figures(value: float) -> str:
    """A coefficient in at most four figures."""
    return f"{value:.4g}" if np.isfinite(value) else "–"
