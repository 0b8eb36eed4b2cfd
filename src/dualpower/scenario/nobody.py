"""Faults of what is about nobody: effects that nobody feels, councils without electors or seats, no population."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from dualpower.scenario.crosscheck import entries, listed
from dualpower.scenario.csvs import Cell
from dualpower.scenario.faults import Fault
from dualpower.scenario.names import Context

__all__ = ["nobody"]

Tables = Mapping[str, Mapping[str, Sequence[Cell]]]
Found = Mapping[str, object]


class Unit(NamedTuple):
    """What effects ask of a unit; `places` is that of its first district."""

    units: str
    roles: str
    groups: str
    places: str
    women: float


def nobody(scenario: object, timeline: object, tables: Tables, context: Context) -> list[Fault]:
    """Every such fault, from raw TOML and from the checked columns of the tables."""
    if any(not tables.get(name) for name in ("units", "districts")) or not entries(scenario, "roles"):
        return [*_councils(scenario), *_powerless(scenario)]
    return [
        *_population(tables),
        *_councils(scenario),
        *_powerless(scenario),
        *_effects(timeline, _units(scenario, tables), context),
    ]


def _units(scenario: object, tables: Tables) -> list[Unit]:
    """Return the units; none where a cell is at fault, for whom an effect reaches is not known then."""
    groups = {str(role.get("id")): str(role.get("group")) for role in entries(scenario, "roles")}
    place = dict(zip(map(str, tables["districts"]["district_id"]), map(str, tables["districts"]["place"]), strict=True))
    columns = [tables["units"][name] for name in ("unit_id", "role", "district", "women")]
    if any(None in column for column in (*columns, tables["districts"]["place"])):
        return []
    return [
        Unit(str(unit), str(role), groups.get(str(role), ""), place.get(str(district), ""), float(women or 0.0))
        for unit, role, district, women in zip(*columns, strict=True)
    ]


def _population(tables: Tables) -> list[Fault]:
    sizes = tables["units"]["size"]
    if not sizes or any(size != 0.0 for size in sizes):
        return []
    return [Fault("units.csv", "size", "0 in every row", "somebody: the size of a unit is a number of persons")]


def _councils(scenario: object) -> list[Fault]:
    """Councils that nobody may elect, and those without a seat."""
    faults = []
    for council in entries(scenario, "councils"):
        where = f"councils.{council.get('id')}"
        seats, electorate = council.get("seats"), council.get("electorate")
        if not seats and council.get("total_seats") is None:
            expected = "persons per seat, by role or group, or the key total_seats"
            faults.append(Fault("scenario.toml", f"{where}.seats", "nothing", expected))
        if isinstance(electorate, Mapping) and electorate and all(weight == 0 for weight in electorate.values()):
            expected = "a weight above 0 for somebody"
            faults.append(Fault("scenario.toml", f"{where}.electorate", "0 for everyone", expected))
    return faults


def _powerless(scenario: object) -> list[Fault]:
    """Roles of which none weighs anything in authority, so that every centre has none."""
    weights = [role.get("leverage", 1.0) for role in entries(scenario, "roles")]
    if not weights or any(weight != 0 for weight in weights):
        return []
    return [Fault("scenario.toml", "roles.leverage", "0 for every role", "a weight above 0 for somebody")]


def _effects(timeline: object, units: list[Unit], context: Context) -> list[Fault]:
    """Effects that no unit feels, or on no day."""
    return [
        Fault("timeline.toml", where, *told)
        for where, effect in effects(timeline)
        if (told := _unfelt(effect, units, context) or _too_short(effect) or _too_long(effect, context))
    ]


def effects(timeline: object) -> Iterator[tuple[str, Found]]:
    """Yield every effect of a raw timeline with the place where it stands."""
    for event in entries(timeline, "events"):
        for option in entries(event, "options"):
            for number, effect in enumerate(entries(option, "effects"), 1):
                yield f"events.{event.get('id')}.options.{option.get('id')}.effects[{number}]", effect


def _unfelt(effect: Found, units: list[Unit], context: Context) -> tuple[str, str] | None:
    kinds = {"units": "unit", "roles": "role", "groups": "group", "places": "place"}
    wanted = {key: listed(effect, key) for key in kinds if listed(effect, key)}
    by_women = effect.get("by_women") is True
    if (
        not units
        or not (wanted or by_women)
        or not all(_known(names, kinds[key], context) for key, names in wanted.items())
    ):
        return None
    felt = [one for one in units if all(getattr(one, key) in names for key, names in wanted.items())]
    if wanted and not felt:
        said = ", ".join(f"{key} {', '.join(map(str, names))}" for key, names in wanted.items())
        return f"nobody who fits {said} at the start", "an effect that some unit feels"
    if by_women and not any(one.women for one in felt):
        return "by_women = true, but no woman among those who feel it", "an effect that somebody feels"
    return None


def _too_short(effect: Found) -> tuple[str, str] | None:
    if effect.get("days") == 0 and effect.get("fade", 0) == 0:
        return "days = 0 and nothing that fades after them", "days above 0, or the key fade"
    return None


def _too_long(effect: Found, context: Context) -> tuple[str, str] | None:
    delay, calendar = effect.get("delay"), context.calendar
    if not isinstance(delay, int | float) or calendar is None or context.start is None or context.latest is None:
        return None
    longest = calendar.days_between(context.start, context.latest)
    return (f"delay = {delay:g}", f"at most {longest} days, from start to latest") if delay > longest else None


def _known(names: Iterable[object], kind: str, context: Context) -> bool:
    """Whether all names are declared; where one is not, that is the fault already."""
    return all(isinstance(name, str) and name in context.names[kind] for name in names)
