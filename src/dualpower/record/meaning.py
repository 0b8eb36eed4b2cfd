"""What a row of the record means: the scenario's words (quantity, place, group) turned into selectors.

Three layers are laid over each other, the later ones winning: the quantity's own entry in `[quantities]`, the
`[[observables]]` that fit the row's place and group, and columns of the row itself that carry a selector's name.
Where a party is still wanted, the row's group is read as a party's name; seats of everyone are all seats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from dualpower.record.measures import MEASURES
from dualpower.record.observation import AGGREGATES, ObservationError
from dualpower.record.transforms import TRANSFORMS
from dualpower.scenario.faults import did_you_mean
from dualpower.scenario.names import plain

WHOLE = frozenset({"", "all", "total", "city", "everyone"})
"""Group words that mean everyone the quantity is about."""

_LISTS = ("activities", "groups", "roles", "places", "districts", "units", "party")
_ALIASES = {"parties": "party", "issue": "topic"}


_OF_THE_SCALE = ("scale", "aggregate", "transform", "offset")


@dataclass(frozen=True)
class Meaning:
    """The selectors of a row; empty means not narrowed. See `Observation` for what each becomes."""

    measure: str
    activities: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    party: tuple[str, ...] = ()
    counts_as_striker: bool = False
    council: str = ""
    topic: str = ""
    contest: str = ""
    centre: str = ""
    event: str = ""
    regime: str = ""
    complement: bool = False
    scale: float = 1.0
    aggregate: str = ""
    transform: str = ""
    offset: float | None = None

    @property
    def about(self) -> tuple[Any, ...]:
        """What a row is about: measure and selectors without those of the scale; alike of all rows about one number."""
        return tuple(getattr(self, each.name) for each in fields(self) if each.name not in _OF_THE_SCALE)


def meaning(spec: Any, row: Mapping[str, Any]) -> Meaning:
    """Return what a row means in this scenario.

    Parameters
    ----------
    spec : the scenario's specification, with `quantities` and `observables`
    row : a row of the record or of the targets

    Raises
    ------
    ObservationError
        If the quantity has no entry, or an entry cannot be understood.
    """
    chosen = _layers(spec, row)
    measure = str(chosen.get("measure"))
    if measure not in MEASURES:
        raise ObservationError(f'{row_id(row)}: the measure "{measure}"; expected one of {", ".join(MEASURES)}')
    for key, allowed in (("aggregate", AGGREGATES), ("transform", TRANSFORMS)):
        if chosen.get(key) and chosen[key] not in allowed:
            raise ObservationError(f'{row_id(row)}: {key} "{chosen[key]}"; expected one of {", ".join(allowed)}')
    if measure == "seats" and not chosen.get("party") and is_whole(text(row, "group")):
        return Meaning(**{**chosen, "measure": "members_total"})
    if "party" in MEASURES[measure].needs and not chosen.get("party"):
        chosen["party"] = (party_of(spec, row),)
    return Meaning(**chosen)


def _layers(spec: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    quantities = dict(spec.quantities or {})
    if text(row, "quantity") not in quantities:
        found = f'the quantity "{text(row, "quantity")}"'
        raise ObservationError(f"{row_id(row)}: {found}; expected one of {', '.join(quantities)}")
    chosen: dict[str, Any] = {}
    for layer in (quantities[text(row, "quantity")], *observables_of(spec, row), row):
        chosen |= selectors(layer)
    return chosen


def observables_of(spec: Any, row: Mapping[str, Any]) -> list[Any]:
    """Return the observables that fit a row's quantity, place and group, the most particular last."""
    fitting = [each for each in getattr(spec, "observables", None) or () if _fits(each, row)]
    return sorted(fitting, key=lambda each: bool(entry_of(each, "place")) + 2 * bool(entry_of(each, "group")))


def _fits(observable: Any, row: Mapping[str, Any]) -> bool:
    if entry_of(observable, "quantity") != text(row, "quantity"):
        return False
    wanted = {key: plain(entry_of(observable, key)) for key in ("place", "group")}
    return all(not wish or wish == plain(text(row, key)) for key, wish in wanted.items())


def entry_of(layer: Any, key: str) -> str:
    """Return an entry of a table or a model as text, "" where it is missing."""
    value = layer.get(key) if isinstance(layer, Mapping) else getattr(layer, key, "")
    return "" if value is None else str(value)


def selectors(layer: Any) -> dict[str, Any]:
    """Return the selectors that a table, a model or a row sets, lists as tuples; what is empty is not set."""
    names = {field.name for field in fields(Meaning)}
    found = {_ALIASES.get(key, key): value for key, value in _items(layer)}
    return {key: _tidy(key, value) for key, value in found.items() if key in names and not _empty(value)}


def _items(layer: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(layer, Mapping):
        return layer.items()
    return dict(layer.model_dump(exclude_unset=True)).items()


def _empty(value: Any) -> bool:
    if isinstance(value, list | tuple | dict | str):
        return not value
    return value is None or bool(pd.isna(value))


def _tidy(key: str, value: Any) -> Any:
    if key in _LISTS:
        return tuple(re.findall(r"[^;,\s]+", value)) if isinstance(value, str) else tuple(value)
    return value


def party_of(spec: Any, row: Mapping[str, Any]) -> str:
    """Return the party that a row's group names: its id, name or short name, in the singular or plural.

    A remark in brackets and a word for everyone are left out: "Bolsheviks (Russia)", "Bolsheviks, city".
    """
    whole = text(row, "group")
    name, _, rest = _bare(whole).partition(",")
    for wanted, cut in ((whole, str), (name if plain(rest) in WHOLE else whole, _bare)):
        for party in spec.parties:
            names = {plain(cut(str(getattr(party, key, "") or ""))) for key in ("id", "name", "short")} - {""}
            if plain(wanted) in names | {f"{each}s" for each in names}:
                return str(party.id)
    hint = did_you_mean(plain(name), [str(party.id) for party in spec.parties])
    raise ObservationError(
        f'{row_id(row)}: no party called "{text(row, "group")}"; expected one of '
        f"{', '.join(str(party.id) for party in spec.parties)}, or an observable that names the party"
        + (f"; {hint}" if hint else "")
    )


def _bare(name: str) -> str:
    """A name without remarks in brackets."""
    return re.sub(r"\(.*?\)", "", name)


def is_whole(group: str) -> bool:
    """Say whether a row's group is everyone that its quantity is about, remarks in brackets apart."""
    return plain(group.split("(")[0]) in WHOLE


def text(row: Mapping[str, Any], key: str) -> str:
    """Return a cell as text, "" where it is missing."""
    value = row.get(key)
    return "" if value is None or (not isinstance(value, str) and pd.isna(value)) else str(value)


def last_day(row: Mapping[str, Any]) -> str:
    """Return the day on which a row ends: `date_end`, or its only day."""
    return text(row, "date_end") or text(row, "date")


def number(row: Mapping[str, Any], key: str) -> float:
    """Return a cell as a number, NaN where it is missing."""
    value = text(row, key)
    try:
        return float(value) if value else float("nan")
    except ValueError:
        raise ObservationError(f'{row_id(row)}: {key} "{value}"; expected a number') from None


def row_id(row: Mapping[str, Any]) -> str:
    """Return the name by which a row is spoken of: its target, else quantity, date and group."""
    if text(row, "target_id"):
        return text(row, "target_id")
    return " ".join(part for part in (text(row, key) for key in ("quantity", "date", "place", "group")) if part)
