"""A loaded scenario: what its files declare, and the same with interventions; nothing in it ever changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualpower.scenario import interventions as what_if
from dualpower.scenario import resolve
from dualpower.scenario.calendar import Calendar, as_text
from dualpower.scenario.claims import Claims
from dualpower.scenario.faults import Fault, ScenarioError, quote
from dualpower.scenario.interventions import Intervention
from dualpower.scenario.names import Names
from dualpower.scenario.resolve import ResolvedEvent
from dualpower.scenario.schema import ScenarioSpec
from dualpower.scenario.timeline import Timeline

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Scenario"]


TABLES = ("units", "districts", "series", "record", "targets", "quiet", "changes", "cells", "commuting")
"""The CSV files of a scenario, by attribute."""


@dataclass(frozen=True, eq=False)
class Scenario:
    """A society as declared, and the interventions made on it.

    Get one from `dualpower.scenario.load`.  The tables are as in the files (numbers as float64 with NaN where a cell
    is empty, all else as text); use the ``resolved_`` methods for the values after interventions.

    Attributes
    ----------
    folder : Path
        Where it was loaded from.
    spec : ScenarioSpec
        scenario.toml.
    timeline : Timeline
        timeline.toml.
    units, districts, series, record, targets, quiet, changes, cells, commuting : DataFrame
        The CSV files; those that are optional and missing have no rows.
    parameters : Mapping[str, float]
        ``"law.name"`` to value, from parameters.toml.
    interventions : tuple of Intervention
        In the order in which they were made.
    content_hash : str
        SHA-256 of what the files say.
    claims : Claims
        claims.toml; without any where the file is missing.
    files : Mapping[str, str]
        Fingerprints of the files, without claims.toml, as they were when it was loaded.
    loaded : tuple
        What the files gave, by which `declared` sees that a table was replaced since.
    """

    folder: Path
    spec: ScenarioSpec
    timeline: Timeline
    units: pd.DataFrame = field(repr=False)
    districts: pd.DataFrame = field(repr=False)
    series: pd.DataFrame = field(repr=False)
    record: pd.DataFrame = field(repr=False)
    targets: pd.DataFrame = field(repr=False)
    quiet: pd.DataFrame = field(repr=False)
    changes: pd.DataFrame = field(repr=False)
    cells: pd.DataFrame = field(repr=False)
    commuting: pd.DataFrame = field(repr=False)
    parameters: Mapping[str, float] = field(default_factory=dict, repr=False)
    interventions: tuple[Intervention, ...] = ()
    content_hash: str = ""
    claims: Claims = field(default_factory=Claims, repr=False)
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    loaded: tuple[object, ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        made = "".join(f" {intervention}" for intervention in self.interventions)
        return f"<Scenario {self.spec.id}: {len(self.units)} units, {self.spec.calendar.start} on{made}>"

    @property
    def id(self) -> str:
        """The scenario's id."""
        return self.spec.id

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar that its dates are in."""
        return Calendar(self.spec.calendar.system)

    @cached_property
    def names(self) -> Names:
        """Every declared name, by kind."""
        spec, timeline = self.spec.model_dump(by_alias=True), self.timeline.model_dump(by_alias=True)
        return Names.collect(spec, timeline, self.units["unit_id"], self.districts["district_id"])

    @property
    def parts(self) -> tuple[object, ...]:
        """What is declared, piece by piece, without parameters, claims and interventions."""
        return (self.spec, self.timeline, *(getattr(self, name) for name in TABLES))

    @cached_property
    def declared(self) -> str:
        """SHA-256 of what is declared: that of the files, until something is replaced in memory (parameters apart)."""
        if not self.loaded or all(map(_alike, self.parts, self.loaded)):
            return self.content_hash
        texts = [part.model_dump_json(by_alias=True) for part in (self.spec, self.timeline)]
        texts += [getattr(self, name).to_csv(index=False) for name in TABLES]
        return hashlib.sha256(json.dumps([self.content_hash, *texts]).encode()).hexdigest()

    @property
    def hash(self) -> str:
        """SHA-256 over what is declared (`declared`) and the interventions, as 64 hexadecimal digits."""
        made = [(i.kind, i.target, i.value) for i in self.interventions]
        return hashlib.sha256(json.dumps([self.declared, made]).encode()).hexdigest()

    def do(self, event: str, value: str) -> Scenario:
        """Return the scenario in which an event goes another way.

        Parameters
        ----------
        event : str
            Its id in timeline.toml.
        value : str
            "never", another date, or the id of one of its options.

        Raises
        ------
        ScenarioError
            If there is no such event, option or day, or if an earlier `do` contradicts it.
        """
        return self._with(what_if.do(self, event, value))

    def scale(self, target: str, factor: float) -> Scenario:
        """Return the scenario in which something is larger or smaller.

        Parameters
        ----------
        target : str
            ``PARTY.members``, ``PARTY.cells``, ``series.ISSUE``, ``units.NAME.size`` (a group, role or unit), or the
            ``law.name`` of a parameter.
        factor : float
            At least 0; several on one target multiply.

        Raises
        ------
        ScenarioError
            If the target or the factor is not valid.
        """
        made = self._with(what_if.scale(self, target, factor))
        if what_if.scaled(target) == "parameter":
            made.resolved_parameters()
        return made

    def set(self, target: str, value: float) -> Scenario:
        """Return the scenario in which a parameter of the laws, ``law.name``, has a value.

        Raises
        ------
        ScenarioError
            If no law has the parameter, if the value is not finite, or if an earlier `set` or `scale` contradicts it.
        """
        return self._with(what_if.set_value(self, target, value))

    def set_anew(self, target: str, value: float) -> Scenario:
        """Return the same as `set`, whatever was set or scaled before: the last one counts.

        Raises
        ------
        ScenarioError
            If no law has the parameter, or if the value is not finite.
        """
        return self._with(what_if.set_value(self, target, value, anew=True))

    def _with(self, intervention: Intervention | None) -> Scenario:
        if intervention is None:
            return self
        return replace(self, interventions=(*self.interventions, intervention))

    def days(self, until: str | None = None, what: str = "until") -> list[str]:
        """List the dates from the start to `until` (the scenario's end if not given), both included.

        `what`: the argument that the last day was given as, which an error names.

        Raises
        ------
        ScenarioError
            If `until` lies outside start and latest or is no day of the calendar.
        """
        last = self.spec.calendar.end if until is None else until
        self.day_index(last, what)
        return self.calendar.span(self.spec.calendar.start, last)

    @property
    def last_calibrated(self) -> str | None:
        """Last day of the calibration targets, to which fits go; None if there is none."""
        rows = self.targets[self.targets["split"] == "calibrate"]
        return None if rows.empty else str(rows["date_end"].where(rows["date_end"] != "", rows["date"]).max())

    def day_index(self, date: str, what: str = "date") -> int:
        """Return the number of days from the start to a date; the start itself has 0.

        `what`: the argument that the date was given as, which an error names.

        Raises
        ------
        ScenarioError
            If the date lies outside start and latest or is no day of the calendar.
        """
        first, last = self.spec.calendar.start, self.spec.calendar.latest
        if isinstance(date, str) and self.calendar.valid(date):
            index = self.calendar.days_between(first, date)
            if 0 <= index <= self.calendar.days_between(first, last):
                return index
        expected = f"a day of the {self.calendar.system} calendar from {first} to {last}"
        raise ScenarioError([Fault(what, "", quote(date), expected, as_text(date))])

    def resolved_units(self) -> pd.DataFrame:
        """Return units.csv with sizes after interventions."""
        return resolve.units(self)

    def resolved_members(self) -> pd.DataFrame:
        """Return members at the start, unit (index) by party (columns), persons, after interventions."""
        return resolve.members(self)

    def resolved_events(self) -> tuple[ResolvedEvent, ...]:
        """Return every event of the timeline with its date and option after interventions."""
        return resolve.events(self)

    def resolved_series(self) -> pd.DataFrame:
        """Return intensities, date from start to latest (index) by issue (columns), after interventions."""
        return resolve.series(self)

    def resolved_parameters(self) -> dict[str, float]:
        """Return ``{"law.name": value}`` of what the scenario and the interventions set."""
        return resolve.parameters(self)


def _alike(now: Any, was: Any) -> bool:
    """Whether a piece of what is declared is still what the files gave."""
    return now is was or bool(now.equals(was) if hasattr(now, "equals") else now == was)
