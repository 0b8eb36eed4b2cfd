"""Compiling rows of the record into observations: names become positions, dates become days of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from dualpower.record.comparable import is_comparable
from dualpower.record.errors import band
from dualpower.record.meaning import Meaning, meaning, number, row_id, text
from dualpower.record.measures import ACTIVITIES, ARMED_NAMES, MEASURES
from dualpower.record.observation import Aggregate, Observation, ObservationError
from dualpower.record.observe import names_of_axes
from dualpower.record.selection import select_units
from dualpower.record.sources import rows_beside
from dualpower.record.transforms import largest, share_or_count

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.scenario import Scenario

__all__ = ["Skipped", "Survey", "plan", "survey"]


class Skipped(NamedTuple):
    """A row that cannot be compared with the run, and why not."""

    id: str
    why: str


class Survey(NamedTuple):
    """`observations` in the order of the rows, with `rows` (their positions); what was left out is in `skipped`."""

    observations: tuple[Observation, ...]
    rows: tuple[int, ...]
    skipped: tuple[Skipped, ...]


class _Outside(Exception):
    pass


def plan(scenario: Scenario, rows: pd.DataFrame, days: Sequence[str] | None = None) -> tuple[Observation, ...]:
    """Compile rows of the record or of the targets into observations of a run.

    Rows about days outside the run, quantities kept for context only and, among rows that are no targets (without a
    target_id), places and groups that the scenario does not tell apart, are left out; `survey` says which and why.

    Parameters
    ----------
    scenario : what the rows are about
    rows : columns date, date_end, place, quantity, group, value, low, high and, where they exist, target_id, basis,
        source_kind, and selectors (party, council, ...) that overrule the scenario's
    days : the run's days, "YYYY-MM-DD" in the scenario's calendar; the scenario's own if not given

    Raises
    ------
    ObservationError
        If a row cannot be understood, names nothing that exists, or selects nobody. The message names the row.
    """
    return survey(scenario, rows, days, strict=True).observations


def survey(
    scenario: Scenario,
    rows: pd.DataFrame,
    days: Sequence[str] | None = None,
    *,
    strict: bool = False,
    off_scale: bool = False,
) -> Survey:
    """Compile rows, keeping account of those that are left out; unless `strict`, faulty rows are left out too.

    `off_scale`: numbers without a place on the scale of comparison are let through, to be named one by one.
    """
    index = {day: i for i, day in enumerate(scenario.days() if days is None else days)}
    made: list[Observation] = []
    places: list[int] = []
    skipped: list[Skipped] = []
    for position, row in enumerate(rows.to_dict("records")):
        named = {str(key): value for key, value in row.items()}
        try:
            one = compile_row(scenario, named, index)
            made.append(one if off_scale else _placed(one))
            places.append(position)
        except _Outside as reason:
            skipped.append(Skipped(row_id(named), str(reason)))
        except ObservationError as error:
            if strict:
                raise
            skipped.append(Skipped(row_id(named), str(error)))
    return Survey(tuple(made), tuple(places), tuple(skipped))


def compile_row(scenario: Scenario, row: Mapping[str, Any], index: Mapping[str, int]) -> Observation:
    """Compile one row; `index` maps the run's dates to positions. See `plan`."""
    if text(row, "quantity") in (scenario.spec.context or ()):
        raise _Outside("is kept for context and not simulated")
    if not text(row, "target_id") and not is_comparable(scenario, row):
        raise _Outside("is about a place or a group that the scenario does not tell apart")
    meant = meaning(scenario.spec, row)
    measure = MEASURES[meant.measure]
    start, end = _window(scenario, row, meant.aggregate or measure.aggregate, index)
    name = row_id(row)
    whole = _whole(scenario.spec, meant)
    scaled: dict[str, Any] = {
        "transform": meant.transform or ("logit" if whole else measure.transform),
        "scale": whole or meant.scale,
        "offset": measure.offset if meant.offset is None else meant.offset,
    }
    return Observation(
        id=name,
        measure="seat_share" if whole else meant.measure,
        start=start,
        end=end,
        aggregate=cast("Aggregate", meant.aggregate or measure.aggregate),
        complement=meant.complement,
        **scaled,
        **_positions(scenario, meant, name, text(row, "date")),
        **_band(row, name, scaled),
    )


def _placed(one: Observation) -> Observation:
    """The same observation; `ObservationError` if its numbers have no place on its scale: no run can be near them."""
    if np.isfinite(one.centre_z) and np.isfinite(one.sd):
        return one
    most = largest(one.transform, one.scale)
    for name, each in (("value", one.value), ("low", one.low), ("high", one.high)):
        if np.isfinite(each) and not 0 <= each <= most:
            raise ObservationError(f"{one.id}: {name} {each:g}; expected {share_or_count(most)}")
    raise ObservationError(f"{one.id}: numbers without a place on the scale of comparison ({one.transform})")


def _window(scenario: Scenario, row: Mapping[str, Any], aggregate: str, index: Mapping[str, int]) -> tuple[int, int]:
    first, last = days_meant(scenario, row, aggregate)
    if first > last:
        raise ObservationError(f"{row_id(row)}: date_end {last}; expected {first} (date) or later")
    if first not in index or last not in index:
        raise _Outside(f"is about {first if first == last else f'{first} to {last}'}, outside the run")
    return index[first], index[last] + 1


def days_meant(scenario: Scenario, row: Mapping[str, Any], aggregate: str) -> tuple[str, str]:
    """Return the first and last day of a row.

    A target that counts up to one day ("killed in February", 4 March) without saying since when is counted since the
    first day that rows of the record about the same number give, if they end on that day. A target that means a single
    day says so by a `date_end` of its own.
    """
    first, last = text(row, "date"), text(row, "date_end")
    if last or aggregate != "sum" or not text(row, "target_id"):
        return first, last or first
    beside = rows_beside(scenario.spec, scenario.record, row)
    return min([first, *(text(each, "date") for each in beside if text(each, "date_end") == first)]), first


def _whole(spec: Any, meant: Meaning) -> float:
    """Return the fixed number of seats of a council whose seats are counted, else 0: then seats are a share of them."""
    if meant.measure != "seats":
        return 0.0
    fixed = [council.total_seats for council in spec.councils if council.id == meant.council]
    return float(fixed[0] or 0.0) if fixed else 0.0


def _band(row: Mapping[str, Any], name: str, scaled: Mapping[str, Any]) -> dict[str, Any]:
    kind = text(row, "basis") or text(row, "source_kind")
    value, low, high = (number(row, key) for key in ("value", "low", "high"))
    how, scale, offset = (scaled[key] for key in ("transform", "scale", "offset"))
    try:
        with np.errstate(all="ignore"):  # such a number is refused by `_placed`
            found = band(value, low, high, how, scale=scale, offset=offset, kind=kind)
    except ValueError as error:
        raise ObservationError(f"{name}: {error}") from None
    return {key: value for key, value in found._asdict().items() if key != "assumed"}


def _positions(scenario: Scenario, meant: Meaning, name: str, date: str) -> dict[str, Any]:
    """Return the fields of an observation that say where in the arrays to look."""
    spec, needs = scenario.spec, MEASURES[meant.measure].needs
    axes = names_of_axes(spec)
    found: dict[str, Any] = {
        key: _position(getattr(meant, key), axes[key], key, name)
        for key in ("council", "topic", "contest", "centre")
        if key in needs
    }
    empty = np.zeros(0, np.float32)
    found["event"] = _event(meant, needs, name)
    found["parties"] = _chosen(meant.party, axes["party"], "party", name) if "party" in needs else empty
    doing = tuple(ARMED_NAMES.get(each, each) for each in meant.activities)
    found["activities"] = _chosen(doing, ACTIVITIES, "activities", name) if "activities" in needs else empty
    found["units"] = select_units(scenario, meant, name, date) if "units" in needs else empty
    return found


def _event(meant: Meaning, needs: Sequence[str], name: str) -> str:
    wanted = next((key for key in ("event", "regime") if key in needs), "")
    if wanted and not getattr(meant, wanted):
        raise ObservationError(f'{name}: no {wanted}; expected the id of one, for the measure "{meant.measure}"')
    return str(getattr(meant, wanted)) if wanted else ""


def _position(wanted: str, names: Sequence[str], what: str, name: str) -> int:
    if wanted not in names:
        found = f'no {what} called "{wanted}"' if wanted else f"no {what}"
        raise ObservationError(f"{name}: {found}; expected one of {', '.join(names)}")
    return list(names).index(wanted)


def _chosen(wanted: Sequence[str], names: Sequence[str], what: str, name: str) -> NDArray[np.float32]:
    """Return 1 for the wanted names, 0 for the rest, array[name]."""
    if not wanted:
        raise ObservationError(f"{name}: no {what}; expected some of {', '.join(names)}")
    chosen = np.zeros(len(names), np.float32)
    for each in wanted:
        chosen[_position(each, names, what, name)] = 1.0
    return chosen
