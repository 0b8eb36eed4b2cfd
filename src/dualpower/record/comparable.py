"""Which rows of the record the scenario can speak of: those whose place and group it knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dualpower.record.meaning import entry_of, is_whole, observables_of, text
from dualpower.record.sources import as_row, needs_of, party_wanted, rows_of, same_name

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["is_comparable"]


def is_comparable(scenario: Scenario, row: Mapping[Any, Any]) -> bool:
    """Say whether the scenario knows a row's place and group, so that the row may stand beside a simulated number.

    Elsewhere a number may be about another town or about part of a group. An event is itself wherever it is noted.
    """
    named = as_row(row)
    if "event" in needs_of(scenario.spec, named):
        return True
    fitting = observables_of(scenario.spec, named)
    if any(entry_of(each, "group") for each in fitting):
        return True
    targets = rows_of(scenario.targets)
    return _knows_place(scenario.spec, named, targets, bool(fitting)) and _knows_group(scenario.spec, named, targets)


def _knows_place(spec: Any, row: Mapping[str, Any], targets: list[dict[str, Any]], observed: bool) -> bool:
    """A place is known from an observable, from targets of the quantity or, if it has none, from most other targets."""
    if observed or "council" in needs_of(spec, row):
        return True
    own = [text(target, "place") for target in targets if text(target, "quantity") == text(row, "quantity")]
    home = Counter(text(target, "place") for target in targets).most_common(1)
    return text(row, "place") in (own or [place for place, _ in home])


def _knows_group(spec: Any, row: Mapping[str, Any], targets: list[dict[str, Any]]) -> bool:
    """A group is known if it is everyone, a party where one is wanted, or a name that some target has."""
    group = text(row, "group")
    if is_whole(group) or party_wanted(spec, row) is not None:
        return True
    return any(same_name(group, text(target, "group")) for target in targets if not is_whole(text(target, "group")))
