"""Days in sequence: from a scenario and a seed to a run.

A year is cut into stretches of equal length, so that one compiled program serves every `until`, an interrupted run
keeps what is done, and a resumed one repeats it bit for bit. All chance is drawn beforehand, keyed by what is decided,
for whom and on which day; so two runs that differ by one intervention share everything else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from dualpower._arguments import check_known, check_loaded
from dualpower._cache import enable_compilation_cache
from dualpower._files import RunError
from dualpower.course import Course
from dualpower.dataset import StateArrays
from dualpower.population.people_share import Share
from dualpower.scenario.arrays import Choices, Imposed
from dualpower.scenario.sense import check_sense

if TYPE_CHECKING:
    import xarray as xr

    from dualpower.experiment import Ensemble
    from dualpower.run import Run
    from dualpower.scenario import Scenario

OnSegment = Callable[[StateArrays, "xr.Dataset"], None]


@overload
def simulate(
    scenario: Scenario,
    *,
    seed: int = ...,
    until: str | None = ...,
    imposed: Imposed = ...,
    choices: Choices = ...,
    noise: bool = ...,
    start_state: Mapping[str, np.ndarray[Any, Any]] | None = ...,
    on_segment: OnSegment | None = ...,
    people: Share | None = ...,
    threads: int | None = ...,
    draws: None = ...,
) -> Run: ...


@overload
def simulate(scenario: Scenario, *, draws: int, **options: Any) -> Ensemble: ...


def simulate(
    scenario: Scenario,
    *,
    seed: int = 1,
    until: str | None = None,
    imposed: Imposed = False,
    choices: Choices = "history",
    noise: bool = True,
    start_state: Mapping[str, np.ndarray[Any, Any]] | None = None,
    on_segment: OnSegment | None = None,
    people: Share | None = None,
    threads: int | None = None,
    draws: int | None = None,
    **ensemble: Any,
) -> Run | Ensemble:
    """Let the days of a scenario pass by the laws, for the crowd or person by person.

    Parameters
    ----------
    scenario
        What is declared, with its interventions.
    seed
        Of all chance, 0 to 2**32 - 1.
    until
        Last day, in the scenario's calendar; its `end` if not given.
    imposed
        Regimes and events follow history, and no chance decides, as when fitting: the whole year, or up to and with a
        day ("1917-07-31"), from which on they are free.
    choices
        On free days, choices happen by their historical dates while the year follows history ("history"), or are
        decided by their rules whether or not it does ("rules").
    noise
        Daily shocks to moods, sizes of events, drift of series; chance decides contests and rules in any case.
    start_state
        State to go on from, as `on_segment` was given it.
    on_segment
        Called after every stretch with the state and with the days so far.
    people
        Share of people that get a record of their own: 1.0 is everyone, 0.1 one in ten (each standing for ten). Or
        shares by place, as in ``{"city": 1.0, "country": 0.01}``; places that are not named follow their expectation.
        Without it all do: the crowd.
    threads
        Processor cores for the people; if not given all, or one below 300,000 records. No result depends on it.
    draws
        Simulate so many years that differ in chance, and return an `Ensemble`.
    ensemble
        More about those, as in `dualpower.experiment.simulate_ensemble`: `parameters`, `keep`, `out`, `jobs`, ...

    Returns
    -------
    Run
        Labelled arrays from the first day (or from where `start_state` goes on) to the last.
    Ensemble
        Instead, if `draws` is given.

    Raises
    ------
    ScenarioError
        If `until` or `imposed` is no day that the scenario can reach, `people` is no share or names no place of it, or
        an intervention could never have any effect.
    RunError
        If `seed`, `noise`, `threads`, `start_state` or an option of ensembles is not a valid one.
    TypeError
        If an argument is unknown, or one of ensembles is given without `draws`.
    """
    if draws is not None or ensemble:
        from dualpower.experiment.ensemble import simulate_ensemble

        check_known(ensemble, simulate, simulate_ensemble, alone=draws is None)
    if draws is not None:
        if start_state is not None or on_segment is not None:
            raise RunError("start_state and on_segment are of a single year: they do not go together with draws")
        more = ensemble if people is None else {**ensemble, "people": people}
        more |= {"until": until, "imposed": imposed, "choices": choices, "noise": noise, "threads": threads}
        return simulate_ensemble(scenario, draws, seed=seed, **more)
    begun = time.perf_counter()
    check_loaded(scenario)
    check_sense(scenario, until)
    enable_compilation_cache()
    course = Course(
        scenario, seed, until, noise=noise, imposed=imposed, choices=choices, people=people, threads=threads
    )
    if start_state is not None:
        course.go_on_from(start_state)
    while course.done < course.length:
        course.advance()
        if on_segment is not None:
            on_segment(course.packed(), course.dataset())
    return course.run(time.perf_counter() - begun)
