"""Selectors that a measure cannot use: a number of the whole run is not narrowed by naming places, parties, bodies.

Left alone they would narrow nothing, and the number of everyone would be held against that of a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dualpower.record.meaning import entry_of, meaning, row_id, selectors, text
from dualpower.record.measures import MEASURES
from dualpower.record.observation import ObservationError
from dualpower.record.sources import rows_of
from dualpower.scenario.faults import Fault, quote

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["idle_selectors", "of_whole_run"]

_USED_BY = {
    **dict.fromkeys(("groups", "roles", "places", "districts", "units", "counts_as_striker"), "units"),
    **{key: key for key in ("activities", "party", "council", "contest", "centre", "regime", "topic", "event")},
    "parties": "party",
    "issue": "topic",
}
"""What a measure must need for a selector to count for something."""


def idle_selectors(scenario: Scenario) -> list[Fault]:
    """Faults of quantities, observables and targets that name what their measure does not ask for."""
    quantities = scenario.spec.quantities
    found = [fault for name, one in quantities.items() for fault in _of(f"quantities.{name}", one, (one.measure,))]
    for number, one in enumerate(scenario.spec.observables, 1):
        found += _of(f"observables[{number}]", one, _measures(scenario, one))
    return found + [fault for row in rows_of(scenario.targets) for fault in _of_target(scenario, row)]


def of_whole_run(measure: str) -> bool:
    """Say whether a measure is one number of the whole run, wherever it was noted."""
    return not MEASURES[measure].needs


def _of(where: str, layer: Any, measures: Iterable[str]) -> list[Fault]:
    return [
        Fault("scenario.toml", f"{where}.{key}", key, _expected(measures))
        for key in _written(layer)
        if not _used(key, measures)
    ]


def _of_target(scenario: Scenario, row: Mapping[str, Any]) -> list[Fault]:
    try:
        measure = meaning(scenario.spec, row).measure
    except ObservationError:  # told where targets get their meaning
        return []
    return [
        Fault("targets.csv", f"{row_id(row)}, {key}", quote(text(row, key)), _expected((measure,), "an empty cell"))
        for key in _written(row)
        if not _used(key, (measure,))
    ]


def _written(layer: Any) -> list[str]:
    """Selectors that a table, a model or a row sets, by the keys that it uses for them."""
    keys = layer if isinstance(layer, Mapping) else layer.model_fields_set
    return sorted(key for key in _USED_BY if key in keys and any(selectors({key: _value(layer, key)}).values()))


def _value(layer: Any, key: str) -> Any:
    return layer.get(key) if isinstance(layer, Mapping) else getattr(layer, key)


def _used(key: str, measures: Iterable[str]) -> bool:
    return any(_USED_BY[key] in MEASURES[measure].needs for measure in measures)


def _measures(scenario: Scenario, observable: Any) -> tuple[str, ...]:
    """Measures that an observable can come to stand beside: its own, else those of its quantity."""
    if observable.measure:
        return (observable.measure,)
    quantity = entry_of(observable, "quantity")
    others = [one.measure for one in scenario.spec.observables if one.quantity == quantity and one.measure]
    return (scenario.spec.quantities[quantity].measure, *others)


def _expected(measures: Iterable[str], instead: str = "no such key") -> str:
    measure = next(iter(measures))
    needs = MEASURES[measure].needs
    if not needs:
        return f"{instead}: {quote(measure)} is one number of the whole run"
    if "units" in needs:
        return f"{instead}: {quote(measure)} is told apart by {' and '.join(needs)} alone"
    return f"{instead}: {quote(measure)} is of one {' and one '.join(needs)}, wherever people are"
