"""Read the files of a scenario, going on after every fault, so that all are known at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualpower.scenario.calendar import Calendar
from dualpower.scenario.claims import Claims, change_faults
from dualpower.scenario.contradictions import contradictions
from dualpower.scenario.crosscheck import cross_faults, doubles, powers, quiet_twice, timeline_doubles
from dualpower.scenario.csvs import Cell, Raw, frame, read_rows, read_values
from dualpower.scenario.faults import Fault, merged, nearest, quote
from dualpower.scenario.names import OF_SCENARIO, Context, Names
from dualpower.scenario.nobody import nobody
from dualpower.scenario.parameters import read_parameters
from dualpower.scenario.schema import ScenarioSpec
from dualpower.scenario.tables import TABLES
from dualpower.scenario.textfiles import read_text, read_toml
from dualpower.scenario.timeline import Timeline
from dualpower.scenario.translate import validated

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FILES", "Declared", "frames", "read"]

FILES = frozenset(
    {"scenario.toml", "timeline.toml", "parameters.toml", "claims.toml", *(table.file for table in TABLES.values())}
)
"""What is read of a folder."""

Tomls = Mapping[str, dict[str, Any] | None]
_TOMLS = ("scenario", "timeline", "parameters", "claims")
_CLAIMS = "claims.toml"
_LONGEST = 7305
"""Days from the start to the latest day: beyond them a date is taken for a slip, and a day costs memory."""


@dataclass
class Declared:
    """Everything read from a folder, checked as far as it could be, with the faults."""

    folder: Path
    faults: list[Fault]
    spec: ScenarioSpec | None = None
    timeline: Timeline | None = None
    claims: Claims = field(default_factory=Claims)
    tables: dict[str, dict[str, list[Cell]]] = field(default_factory=dict)
    parameters: dict[str, float] = field(default_factory=dict)
    content_hash: str = ""


def read(folder: Path) -> Declared:
    """Read and check the files of a folder, going on after every fault."""
    declared = Declared(folder, [])
    texts = _texts(folder, declared.faults)
    tomls = {
        name: read_toml(folder / f"{name}.toml", texts[f"{name}.toml"], declared.faults)
        for name in _TOMLS
        if f"{name}.toml" in texts
    }
    raws = {
        name: read_rows(table.file, texts[table.file], declared.faults)
        for name, table in TABLES.items()
        if table.file in texts
    }
    said = (tomls.get("scenario") or {}).get("calendar")
    context = _context(_names(tomls, raws), said, declared.faults)
    _validate(declared, tomls, raws, context)
    declared.content_hash = _hash(texts)
    declared.faults[:] = merged(declared.faults)
    return declared


def frames(tables: Mapping[str, dict[str, list[Cell]]]) -> dict[str, pd.DataFrame]:
    """Make a DataFrame of every table; those of files that are optional and missing have columns but no rows."""
    return {
        name: frame(table, tables.get(name) or {column.name: [] for column in table.columns})
        for name, table in TABLES.items()
    }


def _texts(folder: Path, faults: list[Fault]) -> dict[str, str]:
    """Read every file that belongs to a scenario; what is missing and needed is a fault."""
    needed = {"scenario.toml", "timeline.toml", *(table.file for table in TABLES.values() if table.required)}
    optional = {"parameters.toml", _CLAIMS, *(table.file for table in TABLES.values() if not table.required)}
    try:
        present = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        faults.append(Fault(str(folder), "", f"that it cannot be read ({error.strerror})", "a readable folder"))
        return {}
    texts = {}
    strange = [name for name in present if name not in needed | optional and name.endswith((".toml", ".csv"))]
    for name in sorted(needed | optional):
        near = nearest(name, strange, cutoff=0.8)
        if name not in present and (name in needed or near):
            hint = f"is {quote(near)} meant for it?" if near else ""
            faults.append(Fault(name, "", "no such file", "it in the folder", hint))
        elif name in present and (text := read_text(folder / name, faults)) is not None:
            texts[name] = text
    return texts


def _names(tomls: Tomls, raws: Mapping[str, Raw | None]) -> Names:
    def column(table: str, name: str) -> list[str]:
        raw = raws.get(table)
        return raw.column(name) if raw else []

    names = Names.collect(
        tomls.get("scenario"), tomls.get("timeline"), column("units", "unit_id"), column("districts", "district_id")
    )
    # what an unreadable file declares is not known, so that no mention of it can be called wrong
    names = names.without(OF_SCENARIO if tomls.get("scenario") is None else ())
    # nor which issues are not about power, where several are said to be
    several = len(powers(tomls.get("scenario"))) > 1
    names = names.without(("material_issue",) if several else ())
    return names.without(("event",) if tomls.get("timeline") is None else ())


def _context(names: Names, said: object, faults: list[Fault]) -> Context:
    """Put the names together with the calendar, as far as the raw [calendar] table can be understood."""
    if not isinstance(said, dict) or said.get("system") not in ("julian", "gregorian"):
        return Context(names)
    calendar = Calendar(said["system"])
    start, end, latest = dates = [str(said.get(key)) for key in ("start", "end", "latest")]
    if not all(calendar.valid(date) for date in dates):
        return Context(names, calendar)
    if not calendar.ordinal(start) <= calendar.ordinal(end) <= calendar.ordinal(latest):
        found, expected = (
            f"start {start}, end {end}, latest {latest}",
            "start no later than end, end no later than latest",
        )
        faults.append(Fault("scenario.toml", "calendar", found, expected))
        return Context(names, calendar)
    if (days := calendar.days_between(start, latest)) > _LONGEST:
        expected = f"a day no more than {_LONGEST:,} days (twenty years) after the start, {start}"
        faults.append(Fault("scenario.toml", "calendar.latest", f"{latest}, {days:,} days after it", expected))
        return Context(names, calendar)
    return Context(names, calendar, start, latest)


def _validate(declared: Declared, tomls: Tomls, raws: Mapping[str, Raw | None], context: Context) -> None:
    faults = declared.faults
    if (raw := tomls.get("scenario")) is not None:
        faults += doubles(raw)
        declared.spec = validated(ScenarioSpec, raw, "scenario.toml", context, faults)
    if (raw := tomls.get("timeline")) is not None:
        faults += timeline_doubles(raw)
        declared.timeline = validated(Timeline, raw, "timeline.toml", context, faults)
    for name, rows in raws.items():
        if rows is not None:
            declared.tables[name] = read_values(TABLES[name], rows, context, faults)
    faults += cross_faults(tomls.get("scenario"), tomls.get("timeline"), declared.tables, context)
    faults += quiet_twice(raws.get("targets"), raws.get("quiet"))
    faults += contradictions(tomls.get("scenario"), tomls.get("timeline"), context)
    faults += nobody(tomls.get("scenario"), tomls.get("timeline"), declared.tables, context)
    if (raw := tomls.get("parameters")) is not None:
        declared.parameters = read_parameters(raw, context.names, faults)
    if (raw := tomls.get("claims")) is not None:
        declared.claims = validated(Claims, raw, _CLAIMS, context, faults) or Claims()
    if declared.spec is not None and declared.timeline is not None and "material_issue" in context.names.by_kind:
        faults += change_faults(declared.claims, declared.spec, declared.timeline, context.names)


def _hash(texts: Mapping[str, str]) -> str:
    """Hash what the files say: byte-order marks, line ends and blanks at the end do not count.

    Nor do claims: they are about the years, which stay what they are.
    """
    said = {name: text for name, text in texts.items() if name != _CLAIMS}
    canonical = {name: [line.rstrip() for line in text.rstrip().split("\n")] for name, text in said.items()}
    return hashlib.sha256(json.dumps(canonical, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
