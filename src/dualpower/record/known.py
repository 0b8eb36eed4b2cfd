"""Places and groups of targets: what the scenario does not know is counted as if it said everyone, everywhere.

Such a place is a fault, and so is a group that names people whom the quantity does not count, or is nearly a name that
is known. Other words in the column of groups are descriptions ("July Days"), of which a user is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dualpower.record._memo import once_for_each
from dualpower.record.idle import of_whole_run
from dualpower.record.meaning import entry_of, is_whole, meaning, observables_of, row_id, text
from dualpower.record.measures import MEASURES
from dualpower.record.selection import select_units
from dualpower.record.sources import needs_of, party_wanted, rows_of, same_name
from dualpower.scenario.faults import Fault, did_you_mean, nearest, one_of, quote
from dualpower.scenario.names import plain

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["descriptions", "unknown"]

_NEAR = 0.8
"""How alike a slip of the pen is."""

_BY_THEMSELVES = frozenset({"council", "contest", "event"})
"""What needs one of these is about it, wherever it was and whatever its group describes."""


def unknown(scenario: Scenario, row: Mapping[str, Any]) -> list[Fault]:
    """Faults of a target whose place or group nothing in the scenario knows."""
    if _BY_THEMSELVES & set(MEASURES[meaning(scenario.spec, row).measure].needs):
        return []
    return [*_place(scenario, row), *_group(scenario, row)]


def _place(scenario: Scenario, row: Mapping[str, Any]) -> list[Fault]:
    """A place is known from an observable of the quantity, or is where most of the record or of the targets lie."""
    quantity = text(row, "quantity")
    known = _unique([*_observed(scenario, quantity, "place"), *_homes(scenario, row)])
    place = text(row, "place")
    if plain(place) in {plain(name) for name in known}:
        return []
    expected = one_of(known) + _or(
        scenario, row, f"a place for which [[observables]] say what {quote(quantity)} counts there"
    )
    return [Fault("targets.csv", f"{row_id(row)}, place", quote(place), expected, did_you_mean(place, known))]


def _or(scenario: Scenario, row: Mapping[str, Any], other: str) -> str:
    """The other way out, where people can be told apart: a number that no units are selected for has none."""
    return f", or {other}" if "units" in MEASURES[meaning(scenario.spec, row).measure].needs else ""


def _homes(scenario: Scenario, row: Mapping[str, Any]) -> list[str]:
    """Where most rows of the record and of the targets lie: those about a row's quantity, and all.

    What is one number of the whole run is at home where most of all rows lie: not where its only source speaks of.
    """
    whole = of_whole_run(meaning(scenario.spec, row).measure)
    own = Counter(place for name, place in _located(scenario) if not whole and name == text(row, "quantity"))
    everywhere = Counter(place for _, place in _located(scenario))
    return [place for counted in (own, everywhere) for place, _ in counted.most_common(1)]


@once_for_each
def _located(scenario: Scenario) -> list[tuple[str, str]]:
    """Quantity and place of all rows of the record and of the targets that are about what is there."""
    both = (*rows_of(scenario.record), *rows_of(scenario.targets))
    rows = [one for one in both if not _BY_THEMSELVES & set(needs_of(scenario.spec, one))]
    return [(text(one, "quantity"), text(one, "place")) for one in rows]


def _group(scenario: Scenario, row: Mapping[str, Any]) -> list[Fault]:
    """A group that names people whom the quantity does not count, or nearly a name that is known."""
    group, quantity = text(row, "group"), text(row, "quantity")
    where = f"{row_id(row)}, group"
    if not _describes(scenario, row):
        if _understood(scenario, row) or not _declared(scenario, group) or _counted(scenario, row, group):
            return []
        expected = "`all`" + _or(scenario, row, f"[[observables]] that say whom of them {quote(quantity)} counts")
        return [Fault("targets.csv", where, quote(group), expected)]
    of_quantity = [text(each, "group") for each in rows_of(scenario.record) if text(each, "quantity") == quantity]
    known = _unique(["all", *_observed(scenario, quantity, "group"), *of_quantity])
    near = nearest(group, [*known, *(text(each, "group") for each in rows_of(scenario.record))], _NEAR)
    if not near:
        return []
    expected = one_of(known) + _or(
        scenario, row, f"a group for which [[observables]] say whom {quote(quantity)} counts"
    )
    return [Fault("targets.csv", where, quote(group), expected, f'did you mean "{near}"?')]


def descriptions(scenario: Scenario) -> list[str]:
    """What a user should know of targets whose group nothing knows: it is a description, and tells nobody apart."""
    return [
        f"targets.csv, {row_id(row)}: the group {quote(text(row, 'group'))} tells nobody apart: all whom "
        f"{quote(text(row, 'quantity'))} counts are compared"
        for row in rows_of(scenario.targets)
        if not _BY_THEMSELVES & set(needs_of(scenario.spec, row)) and _describes(scenario, row)
    ]


def _describes(scenario: Scenario, row: Mapping[str, Any]) -> bool:
    """Whether a group is neither understood, nor declared, nor a word of the record."""
    group = text(row, "group")
    return not (_understood(scenario, row) or _declared(scenario, group) or _in_record(scenario, group))


def _understood(scenario: Scenario, row: Mapping[str, Any]) -> bool:
    """Whether a group is everyone, a party where one is wanted, or whom an observable names."""
    seen = any(entry_of(one, "group") for one in observables_of(scenario.spec, row))
    return is_whole(text(row, "group")) or seen or party_wanted(scenario.spec, row) is not None


def _in_record(scenario: Scenario, group: str) -> bool:
    said = (text(each, "group") for each in rows_of(scenario.record))
    return any(same_name(one, group) for one in said if not is_whole(one))


def _declared(scenario: Scenario, group: str) -> set[str]:
    """Roles that a group word names: by a group of scenario.toml, or by the id or the name of a role."""
    roles = scenario.spec.roles
    return {role.id for role in roles if plain(group) in {plain(word) for word in (role.id, role.name, role.group)}}


def _counted(scenario: Scenario, row: Mapping[str, Any], group: str) -> bool:
    """Whether a quantity counts nobody but a group, without being told so by an observable."""
    meant = meaning(scenario.spec, row)
    if "units" not in MEASURES[meant.measure].needs:
        return False
    chosen = select_units(scenario, meant, row_id(row), text(row, "date"))
    return set(scenario.units["role"][chosen > 0]) <= _declared(scenario, group)


def _observed(scenario: Scenario, quantity: str, key: str) -> list[str]:
    """Places or groups that the observables of a quantity name."""
    named = [entry_of(each, key) for each in scenario.spec.observables if entry_of(each, "quantity") == quantity]
    return [name for name in named if name]


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))
