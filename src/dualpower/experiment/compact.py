"""What is kept of a draw: series without units, and means and sums over groups and districts in their place.

A year of three hundred units is ten megabytes; without its units it is one, and a thousand draws fit on a disk. The
same function reduces arrays of JAX, inside a compiled year, and of NumPy, those of a run of people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import xarray as xr

from dualpower.dataset import ABOUT, ACTIVITIES, DIMS, about_units
from dualpower.laws.diary import Diary
from dualpower.run import RunError, date_coordinates
from dualpower.scenario.arrays.setting import where
from dualpower.scenario.faults import with_hint

if TYPE_CHECKING:
    from dualpower.scenario import Scenario
    from dualpower.scenario.world import Floats, Names

PLAIN = tuple(name for name in Diary._fields if DIMS.get(name, ())[:1] != ("unit",))
UNITS = tuple(name for name in Diary._fields if name not in PLAIN)

COUNTS = (*(name for name in UNITS if ABOUT[name][0] == "persons"), "size")
"""Summed over a group."""
SHARES = tuple(name for name in UNITS if name not in COUNTS)
"""Means over a group's people."""
BY_DISTRICT = ("active_share",)

SUMMARY = (
    *PLAIN,
    *(f"{name}_by_group" for name in (*SHARES, *COUNTS)),
    *(f"{name}_by_district" for name in BY_DISTRICT),
)
"""Variables of a draw unless others are asked for."""

KNOWN = tuple(dict.fromkeys((*SUMMARY, *UNITS, "size")))
ALWAYS = ("regime",)


class Places(NamedTuple):
    """Which unit belongs where; the unit is the last axis."""

    group: Floats  # [group, unit] 1 where a unit is of a group
    district: Floats  # [epoch, district, unit] 1 where a unit works in a district
    groups: tuple[str, ...]


def check_keep(keep: str | Sequence[str]) -> tuple[str, ...]:
    """What to keep, as a tuple; `RunError` with the nearest name if there is no such variable."""
    wanted = (keep,) if isinstance(keep, str) else tuple(keep) if isinstance(keep, Iterable) else (keep,)
    for name in wanted:
        if not isinstance(name, str):
            raise RunError(f'keep: {name!r} is no name; expected "summary", "units", or names of variables')
        if name not in (*KNOWN, "summary", "units"):
            raise RunError(with_hint(f'keep: there is no variable "{name}"', name, (*KNOWN, "summary", "units")))
    return wanted


def variables(keep: Sequence[str]) -> tuple[str, ...]:
    """Names of the variables that are kept, in a fixed order."""
    wanted = {*keep, *ALWAYS, *(SUMMARY if "summary" in keep else ()), *(KNOWN if "units" in keep else ())}
    return tuple(name for name in KNOWN if name in wanted)


def places(scenario: Scenario, names: Names) -> Places:
    """Groups and districts of the units, in the order of the scenario."""
    of_role = {role.id: role.group for role in scenario.spec.roles}
    of_unit = dict(zip(scenario.units["unit_id"], scenario.units["role"].map(of_role), strict=True))
    districts = np.arange(len(names.districts))
    groups = tuple(dict.fromkeys(of_role.values()))
    return Places(
        np.array([[of_unit[unit] == group for unit in names.units] for group in groups], np.float32),
        (where(scenario, names)[:, None] == districts[:, None]).astype(np.float32),
        groups,
    )


def reduced(wanted: Iterable[str], diary: Mapping[str, Any], size: Any, belongs: Places) -> dict[str, Any]:
    """The wanted variables of some days.

    Parameters
    ----------
    wanted
        Names out of `KNOWN`.
    diary
        Arrays by name, the day first and the unit last.
    size
        Persons, array[day, unit].
    belongs
        Groups, and districts of each day in place of those of each epoch: array[day, district, unit].

    Returns
    -------
    Arrays by name, the day first, axes as `dims` says.
    """
    arrays = {**diary, "size": size, "active_share": 1 - diary["activity_share"][:, 0]}
    over = {place: [name for name in wanted if name.endswith(f"_by_{place}")] for place in ("group", "district")}
    found = {
        **_over(over["group"], arrays, size, belongs.group.T),
        **_over(over["district"], arrays, size, belongs.district.swapaxes(1, 2)),
    }
    for name in wanted:
        if name not in found:
            found[name] = _unit_first(arrays[name]) if name in UNITS else arrays[name]
    return {name: found[name] for name in wanted}


def _over(names: Sequence[str], arrays: Mapping[str, Any], size: Any, places: Any) -> dict[str, Any]:
    """Sums and means over places, of each kind all in one product: what takes time is the call."""
    bases = [name.partition("_by_")[0] for name in names]
    rows, ends = [size[:, None]], [1]
    for base in bases:
        values = arrays[base] if arrays[base].ndim == 3 else arrays[base][:, None]
        rows.append(values if base in COUNTS else values * size[:, None])
        ends.append(ends[-1] + values.shape[1])
    sums = size.__array_namespace__().concat(rows, axis=1) @ places
    persons, found = sums[:, :1].clip(1e-6), {}
    for name, base, first, end in zip(names, bases, ends, ends[1:], strict=False):
        mean = sums[:, first:end] if base in COUNTS else sums[:, first:end] / persons
        found[name] = _unit_first(mean) if arrays[base].ndim == 3 else mean[:, 0]
    return found


def _unit_first(values: Any) -> Any:
    return values.swapaxes(1, 2) if values.ndim == 3 else values


def dims(name: str) -> tuple[str, ...]:
    """Dimensions of a variable after draw and date."""
    base, _, over = name.partition("_by_")
    if over:
        return (over, *DIMS.get(base, ("unit",))[1:])
    return ("unit",) if name == "size" else DIMS.get(name, ())


def labels(scenario: Scenario, names: Names, belongs: Places, days: int) -> dict[str, Any]:
    """Coordinates of all dimensions but the draw."""
    calendar = scenario.spec.calendar
    axes = ("unit", "council", "district", "contest", "event", "regime")
    plural = {axis: names.__getattribute__(axis + "s") for axis in axes} | {
        "camp": names.camps,
        "activity": ACTIVITIES,
        "party": names.parties,
        "issue": names.issues,
        "centre": names.centres,
        "topic": names.topics,
        "group": belongs.groups,
    }
    axes_of = {axis: np.array(words, dtype=str) for axis, words in plural.items() if axis != "regime"}
    of_units = {
        "unit_group" if name == "group" else name: value  # a group is an axis of its own here
        for name, value in about_units(scenario).items()
        if value[0] == "unit"
    }
    return {**date_coordinates(calendar.start, days, calendar.system), **axes_of, **of_units}


def labelled(values: Mapping[str, Any], coordinates: Mapping[str, Any], regimes: Sequence[str]) -> xr.Dataset:
    """Variables [draw, date, ...] as a dataset with the coordinates that they need.

    The regime is a small number, an index into the names in its attribute ``flag_meanings``.
    """
    made = {name: (("draw", "date", *dims(name)), np.asarray(array), _about(name)) for name, array in values.items()}
    if "regime" in made:
        flags: dict[str, Any] = {
            "flag_values": np.arange(len(regimes), dtype=np.int8),
            "flag_meanings": " ".join(regimes),
        }
        made["regime"] = (*made["regime"][:2], {"long_name": "regime at the end of the day", **flags})
    used = {axis for about in made.values() for axis in about[0]} | {"new_style"}
    along = {name for name, value in coordinates.items() if isinstance(value, tuple) and value[0] in used}
    return xr.Dataset(made, {name: value for name, value in coordinates.items() if name in used | along})


def _about(name: str) -> dict[str, str]:
    base, _, over = name.partition("_by_")
    unit, meaning = _OWN.get(base) or ABOUT.get(base, ("", base))
    how = "" if not over else f", {'sum' if base in COUNTS else 'mean by persons'} over the units of a {over}"
    return {"units": unit, "long_name": meaning + how}


_OWN = {"size": ("persons", "people"), "active_share": ("1", "share who are not at work, or do not obey")}
