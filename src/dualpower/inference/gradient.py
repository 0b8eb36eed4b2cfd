"""Gradients: how any number of a year answers to any parameter, by forward mode, with history imposed.

    dp.gradient(scenario, ["C05", "strikers@1917-02-25", "delegates.petrograd_soviet.bolshevik@1917-10-20"])

A quantity is a target's id (then on the scale of comparison), or `VARIABLE.MEMBER@DATE`, a number of the run's dataset
on a day: members in the order of its dimensions, for all dimensions but the date.

Source: forward-mode differentiation (Griewank & Walther 2008, chapter 3). Limit: central differences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array

from dualpower._arguments import as_names, check_loaded
from dualpower._cache import enable_compilation_cache
from dualpower.dataset import ACTIVITIES, DIMS
from dualpower.inference.least_squares import linearise
from dualpower.inference.objective import Free, arrays, free_parameters, pinned
from dualpower.inference.values import Values, by_address, check_moved, check_values
from dualpower.laws.diary import Diary
from dualpower.laws.values import nested
from dualpower.point import parameter_values
from dualpower.population import crowd
from dualpower.record import MEASURES, Observation, observe, survey
from dualpower.run import RunError
from dualpower.scenario.arrays import compile_days, compile_names, compile_world
from dualpower.scenario.faults import did_you_mean, with_hint
from dualpower.scenario.world import Days, Names

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["gradient", "slopes", "unpinned", "with_slopes"]

Reader = Callable[[Mapping[str, Any]], Array]
"""From the arrays of a year to one number."""


def gradient(scenario: Scenario, quantities: str | Sequence[str], *, values: Values | None = None) -> pd.DataFrame:
    """Slopes of some quantities in all free parameters, by forward mode, with history imposed.

    Every call compiles: half a minute to a minute on two cores, half of that where the same quantities were asked for
    before. `slopes` compiles once for several places.

    Parameters
    ----------
    scenario
        With its interventions; what they set has no slope.
    quantities
        Ids of targets (then on the scale of comparison), or ``VARIABLE.MEMBER@DATE``, a number of the run's dataset on
        a day, with a member for each of its dimensions but the date, in their order: ``strikers@1917-02-25``,
        ``delegates.petrograd_soviet.bolshevik@1917-10-20``.
    values
        Where: parameters by address, in a dictionary or a Series; the scenario's own values if not given. What is not
        fitted (switches, sizes of chance) or is set by an intervention has no slope, and can have no other value here
        than the scenario's own.

    Returns
    -------
    Table, one row for each quantity and parameter, steepest first: `quantity`, `value`, `parameter`, `at`, `slope` (per
    unit of the parameter) and `per_sd` (per standard deviation of its prior, the same scale for all). Of what the
    scenario has declared to be nought a standard deviation is nought too, and `slope` is missing.

    Raises
    ------
    RunError, ScenarioError
        If there is no such quantity, day or parameter.
    """
    return slopes(scenario, quantities)(values)


def unpinned(scenario: Scenario) -> tuple[Free, ...]:
    """The free parameters that no intervention has set."""
    return tuple(one for one in free_parameters(scenario) if not pinned(scenario, one.address))


Slopes = Callable[[Values | None], pd.DataFrame]
"""From where (parameters by address) to a table of slopes."""


def slopes(scenario: Scenario, quantities: str | Sequence[str]) -> Slopes:
    """Compile the slopes of some quantities, to be asked for at several places; see `gradient`."""
    check_loaded(scenario)
    asked = as_names("quantities", quantities)
    if not asked:
        raise RunError("quantities: there is none; name a target, or VARIABLE.MEMBER@DATE")
    enable_compilation_cache()
    names, free = compile_names(scenario), unpinned(scenario)
    own, movable = parameter_values(scenario, names), {one.address for one in free if not one.stays}
    readers = [reader(scenario, names, each) for each in asked]
    days = compile_days(scenario, names, _last(asked), imposed=True)
    world = compile_world(scenario, names)
    given = jax.tree.map(jnp.asarray, (world, days, crowd.init(world, Days(*(column[0] for column in days)))))

    def numbers(theta: Array, _: Array, given: Any) -> Array:
        world, days, start = given
        moved = {one.address: one.value(x) for one, x in zip(free, theta, strict=True) if not one.stays}
        values = {**own, **moved}
        params = nested(values, names.parties, names.issues)
        size = jnp.asarray(world.setting.size)[days.epoch]
        found = {**arrays(crowd.year(params, world, days, start).diary), "size": size}
        return jnp.stack([read(found) for read in readers])

    compiled = linearise(numbers, given)

    def at(values: Values | None = None) -> pd.DataFrame:
        there = by_address("values", values)
        check_values("values", there, own)
        check_moved("values", there, own, movable)
        point = {**own, **there}
        value, jacobian = compiled.jacobian(np.array([one.theta(point[one.address]) for one in free]))
        return _table(asked, free, point, value, jacobian)

    return at


def _table(
    asked: Sequence[str], free: Sequence[Free], point: Mapping[str, float], value: Any, jacobian: Any
) -> pd.DataFrame:
    """Slopes as a table, the steepest of each quantity first."""
    step = np.array([np.nan if one.stays else one.step(point[one.address]) for one in free])
    parts = [
        pd.DataFrame({
            "quantity": name, "value": number, "parameter": [one.address for one in free],
            "at": [point[one.address] for one in free], "slope": row / step, "per_sd": row,
        }).sort_values("per_sd", key=np.abs, ascending=False)
        for name, number, row in zip(asked, value, jacobian, strict=True)
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _last(asked: Sequence[str]) -> str | None:
    """Last day that is needed: that of the quantities if all name one, else the scenario's end."""
    dates = [each.partition("@")[2] for each in asked]
    return max(dates) if all(dates) else None


def reader(scenario: Scenario, names: Names, quantity: str) -> Reader:
    """How a quantity is read from the arrays of a year.

    Raises
    ------
    RunError
        If there is no such target, variable or member.
    """
    path, _, date = quantity.partition("@")
    return _variable(scenario, names, path, date) if date else _target(scenario, quantity)


def with_slopes(scenario: Scenario) -> dict[str, Observation]:
    """Targets within the run, by id, that have a slope: an event, or a regime, happens or does not."""
    found = survey(scenario, scenario.targets).observations
    return {one.id: one for one in found if MEASURES[one.measure].needs not in (("event",), ("regime",))}


def _target(scenario: Scenario, name: str) -> Reader:
    known = with_slopes(scenario)
    if name not in known:
        raise RunError(
            f'quantity "{name}": no target that has a slope is called so; name one, or VARIABLE.MEMBER@DATE'
            + (f" ({hint})" if (hint := did_you_mean(name, known)) else "")
        )
    one = known[name]
    return lambda found: one.compared(observe(found, one))


def _variable(scenario: Scenario, names: Names, path: str, date: str) -> Reader:
    day = scenario.day_index(date)
    variable, *members = path.split(".")
    labels = _labels(names)
    axes = DIMS.get(variable, ())
    if variable not in Diary._fields:
        said = f'quantity "{path}": no variable with a slope is called "{variable}"'
        raise RunError(with_hint(said, variable, Diary._fields))
    if variable == "regime":
        raise RunError(
            f'quantity "{path}": a regime rules or does not, and has no slope; authority and dual_power have one'
        )
    if len(members) != len(axes):
        raise RunError(f'quantity "{path}": "{variable}" is by {", ".join(axes) or "date only"}; name one of each')
    place = tuple(_place(labels[axis], member, path) for axis, member in zip(axes, members, strict=True))
    return lambda found: jnp.asarray(found[variable])[(day, *place)]


def _labels(names: Names) -> dict[str, tuple[str, ...]]:
    return {
        "unit": names.units, "party": names.parties, "camp": names.camps, "issue": names.issues,
        "centre": names.centres, "council": names.councils, "district": names.districts, "topic": names.topics,
        "contest": names.contests, "activity": tuple(ACTIVITIES),
    }  # fmt: skip


def _place(labels: tuple[str, ...], member: str, path: str) -> int:
    if member not in labels:
        hint = did_you_mean(member, labels) or f"one of {', '.join(labels[:12])}"
        raise RunError(f'quantity "{path}": there is no "{member}"; {hint}')
    return labels.index(member)
