"""The names that a scenario declares, so that every mention of one can be checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dualpower.scenario.calendar import Calendar

__all__ = ["IDENTIFIER", "OF_SCENARIO", "PLACES", "WHERE_DECLARED", "Context", "Names", "plain"]

IDENTIFIER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_\-]*", re.ASCII)
PLACES = ("city", "suburb", "fleet", "country")
WHERE_DECLARED = {
    "issue": "one of the issues of scenario.toml",
    "material_issue": "one of the issues of scenario.toml that are not about power",
    "centre": "one of the centres of scenario.toml",
    "party": "one of the parties of scenario.toml",
    "role": "one of the roles of scenario.toml",
    "group": "one of the groups that the roles of scenario.toml have",
    "role_or_group": "a role of scenario.toml or a group of its roles",
    "council": "one of the councils of scenario.toml",
    "regime": "one of the regimes of scenario.toml",
    "contest": "one of the contests of scenario.toml",
    "quantity": "one of the [quantities] of scenario.toml",
    "topic": "an issue or a centre of scenario.toml",
    "actor": "a party or a centre of scenario.toml",
    "event": "one of the events of timeline.toml",
    "district": "one of the districts of districts.csv",
    "place": "one of " + ", ".join(PLACES),
    "unit": "one of the units of units.csv",
}
OF_SCENARIO = tuple(kind for kind, where in WHERE_DECLARED.items() if "scenario.toml" in where)
"""Kinds that scenario.toml declares."""


@dataclass(frozen=True)
class Names:
    """Valid names by kind (``"party"``, ``"unit"``, ...), and the nodes of each party."""

    by_kind: Mapping[str, tuple[str, ...]]
    nodes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __getitem__(self, kind: str) -> tuple[str, ...]:
        return self.by_kind.get(kind, ())

    def lack(self, kind: str, name: str) -> bool:
        """Say whether a mention is wrong; where a list is empty that must not be, that is the fault already."""
        valid = self.by_kind.get(kind)
        if valid is None or (not valid and kind not in _MAY_BE_EMPTY):
            return False
        return name not in valid

    def without(self, kinds: Iterable[str]) -> Names:
        """Return the names without some kinds, whose mentions then go unchecked."""
        dropped = set(kinds)
        return Names({kind: valid for kind, valid in self.by_kind.items() if kind not in dropped}, self.nodes)

    @classmethod
    def collect(cls, scenario: object, timeline: object, units: Iterable[str], districts: Iterable[str]) -> Names:
        """Gather names from raw, unchecked TOML and from the id columns of two tables."""
        ids = {kind: _ids(scenario, key) for kind, key in _LISTS.items()}
        issues = _entries(scenario, "issues")
        ids["material_issue"] = tuple(
            name
            for name in ids["issue"]
            if not any(i.get("id") == name and i.get("about_power") is True for i in issues)
        )
        ids["group"] = _unique(role.get("group") for role in _entries(scenario, "roles"))
        ids["role_or_group"] = _unique((*ids["role"], *ids["group"]))
        ids["topic"] = _unique((*ids["issue"], *ids["centre"]))
        ids["actor"] = _unique((*ids["party"], *ids["centre"]))
        ids["quantity"] = _keys(scenario, "quantities")
        ids["context"] = _texts(scenario, "context")
        ids["event"] = _ids(timeline, "events")
        ids["place"] = PLACES
        ids["unit"], ids["district"] = _unique(units), _unique(districts)
        return cls(ids, {party: _node_ids(scenario, party) for party in ids["party"]})


@dataclass(frozen=True)
class Context:
    """What validation knows of the scenario as a whole.

    Attributes
    ----------
    names : Names
        Every declared name.
    calendar : Calendar or None
        None while the scenario's own calendar is not known.
    start, latest : str or None
        First and last day that a run can reach.
    """

    names: Names
    calendar: Calendar | None = None
    start: str | None = None
    latest: str | None = None

    def outside(self, date: str) -> bool:
        """Say whether a valid date lies outside the days that a run can reach."""
        if self.calendar is None or self.start is None or self.latest is None:
            return False
        first, day, last = (self.calendar.ordinal(text) for text in (self.start, date, self.latest))
        return not first <= day <= last


_MAY_BE_EMPTY = ("council", "contest", "event", "quantity", "material_issue")
_LISTS = {
    "issue": "issues",
    "centre": "centres",
    "party": "parties",
    "role": "roles",
    "council": "councils",
    "regime": "regimes",
    "contest": "contests",
}


def _entries(table: object, key: str) -> list[Mapping[str, object]]:
    found = table.get(key) if isinstance(table, Mapping) else None
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, Sequence) else []


def _ids(table: object, key: str) -> tuple[str, ...]:
    return _unique(entry.get("id") for entry in _entries(table, key))


def _keys(table: object, key: str) -> tuple[str, ...]:
    found = table.get(key) if isinstance(table, Mapping) else None
    return _unique(found) if isinstance(found, Mapping) else ()


def _texts(table: object, key: str) -> tuple[str, ...]:
    found = table.get(key) if isinstance(table, Mapping) else None
    return _unique(found) if isinstance(found, list | tuple) else ()


def _node_ids(scenario: object, party: str) -> tuple[str, ...]:
    nodes = [
        name for entry in _entries(scenario, "parties") if entry.get("id") == party for name in _ids(entry, "nodes")
    ]
    return _unique(nodes) or (party,)


def _unique(names: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))


def plain(name: str) -> str:
    """Return a name in lower case without marks, for comparing names written by different hands."""
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", name).casefold()))
