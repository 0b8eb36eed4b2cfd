"""Do the rules of the choices agree with the year in which they were made?

    python benchmarks/rules.py --draws 48

Lives draws of the posterior through with history imposed, and looks every morning whether the conditions of each
choice's rule hold. Prints a table in Markdown of the choices up to the last day of the evidence: in how many draws the
conditions held on the day itself, on how many days up to it they had held (median of those draws), one over that, and
the hazard that the rule declares. A rule whose conditions did not hold when the choice was made is no account of it.
"""

from __future__ import annotations

import argparse
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import dualpower as dp
from dualpower.laws import chronicle
from dualpower.laws.values import nested
from dualpower.point import parameter_values
from dualpower.population import crowd
from dualpower.scenario import Scenario
from dualpower.scenario.arrays import compile_days, compile_names, compile_world
from dualpower.scenario.timeline import Event
from dualpower.scenario.world import Days

SCENARIO = "petrograd-1917"


def mornings(scenario: Scenario, until: str, draws: int) -> np.ndarray[Any, Any]:
    """Which choices' rules hold in the morning of each day, array[draw, day, event], with history imposed."""
    names = compile_names(scenario)
    world, days = compile_world(scenario, names), compile_days(scenario, names, until, imposed=True)
    start = crowd.init(world, Days(*(column[0] for column in days)))
    world, days = jax.tree.map(jnp.asarray, (world, days))
    c = world.chronicle

    def day(params: Any, state: Any, day: Days) -> tuple[Any, Any]:
        held = chronicle.conditions(c, state.mood.known) & (day.day > 0)
        found = c, state.fate.regime > 0.5, (state.fate.happened >= 0) & ~c.absent, held
        lacks, holds = chronicle.lacking(*found)
        able = ~(lacks.regime | lacks.event | lacks.state)
        return crowd.step(params, world, state, day)[0], able & holds

    year = jax.jit(lambda params: jax.lax.scan(lambda state, one: day(params, state, one), start, days)[1])
    posterior = dp.load_posterior(scenario)
    assert posterior is not None
    declared = parameter_values(scenario, names)
    values = [declared | row for row in posterior.draws.iloc[:draws].to_dict("records")]
    return np.array([year(nested(one, names.parties, names.issues)) for one in values])


def choices(scenario: Scenario, until: str) -> dict[int, Event]:
    """Choices that history made and that have a rule, dated up to a day, by their place in the timeline."""
    made = enumerate(one.event for one in scenario.resolved_events())
    return {k: one for k, one in made if one.when is not None and one.historical != "never" and one.date <= until}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=48)
    draws = parser.parse_args().draws
    scenario = dp.load(SCENARIO)
    until = scenario.last_calibrated
    assert until is not None
    held = mornings(scenario, until, draws)
    print("| choice | date | held on the day | days it had held, with the day | one over that | declared hazard |")
    print("| --- | --- | --- | --- | --- | --- |")
    for number, event in choices(scenario, until).items():
        on = scenario.day_index(event.date)
        there = held[:, on, number]
        waited = held[there][:, : on + 1, number].sum(1) if there.any() else np.array([0])
        days = float(np.median(waited))
        share = f"{100 * there.mean():.0f} %"
        print(
            f"| {event.id} | {event.date} | {share} | {days:g} | {1 / days if days else float('nan'):.2f} "
            f"| {event.when.hazard:g} |"
        )


if __name__ == "__main__":
    main()
