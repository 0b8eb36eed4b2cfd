"""Days in sequence: from a scenario and a seed to a run.

A year is cut into stretches of equal length, so that one compiled program serves every `until`, an interrupted run
keeps what is done, and a resumed one repeats it bit for bit. All chance is drawn beforehand, keyed by what is decided,
for whom and on which day; so two runs that differ by one intervention share everything else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, overload

import jax
import numpy as np
from jaxtyping import Array

from dualpower._cache import enable_compilation_cache
from dualpower.dataset import StateArrays, dataset_of, events_of
from dualpower.laws.state import Params, State
from dualpower.laws.values import centres, nested
from dualpower.population import crowd, draws
from dualpower.scenario.arrays import compile_days, compile_names, compile_world
from dualpower.scenario.world import Days, Names

if TYPE_CHECKING:
    import xarray as xr

    from dualpower.experiment import Ensemble
    from dualpower.laws.diary import Diary
    from dualpower.run import Run
    from dualpower.scenario import Scenario

STRETCH = 38
"""Days simulated at once: 304 days, January to October, are eight stretches."""

OnSegment = Callable[[StateArrays, "xr.Dataset"], None]


@overload
def simulate(
    scenario: Scenario,
    *,
    seed: int = ...,
    until: str | None = ...,
    imposed: bool = ...,
    noise: bool = ...,
    start_state: Mapping[str, np.ndarray[Any, Any]] | None = ...,
    on_segment: OnSegment | None = ...,
    draws: None = ...,
) -> Run: ...


@overload
def simulate(scenario: Scenario, *, draws: int, **options: Any) -> Ensemble: ...


def simulate(
    scenario: Scenario,
    *,
    seed: int = 1,
    until: str | None = None,
    imposed: bool = False,
    noise: bool = True,
    start_state: Mapping[str, np.ndarray[Any, Any]] | None = None,
    on_segment: OnSegment | None = None,
    draws: int | None = None,
    **ensemble: Any,
) -> Run | Ensemble:
    """Let the days of a scenario pass by the laws, for the crowd.

    Parameters
    ----------
    scenario
        What is declared, with its interventions.
    seed
        Of all chance, 0 to 2**64 - 1.
    until
        Last day, in the scenario's calendar; its `end` if not given.
    imposed
        Regimes and events follow history, and no chance decides, as when fitting.
    noise
        Daily shocks to moods; contests and rules are decided by chance in any case.
    start_state
        State to go on from, as `on_segment` was given it.
    on_segment
        Called after every stretch with the state and with the days so far.
    draws
        Simulate so many years that differ in chance, and return an `Ensemble`.
    ensemble
        More about those: `parameters`, `keep`, `executor`, `jobs`, `out`, `resume`; see
        `dualpower.experiment.simulate_ensemble`.

    Returns
    -------
    Run
        Labelled arrays from the first day (or from where `start_state` goes on) to the last.

    Raises
    ------
    ScenarioError
        If `until` is no day that the scenario can reach.
    """
    if draws is not None:
        from dualpower.experiment.ensemble import simulate_ensemble

        return simulate_ensemble(scenario, draws, seed=seed, until=until, imposed=imposed, noise=noise, **ensemble)
    if ensemble:
        raise TypeError(f"simulate() takes {', '.join(ensemble)} only together with draws")
    from dualpower.manifest import describe
    from dualpower.run import Run

    begun = time.perf_counter()
    enable_compilation_cache()
    names = compile_names(scenario)
    world, days = compile_world(scenario, names), drawn(scenario, names, seed, until, noise)
    params = parameters(scenario, names)
    first = jax.tree.map(lambda rows: rows[0], days)
    done, state = 0, crowd.init(world, first)
    if start_state is not None:
        done, state = unpack(start_state, state)
    diaries: list[Diary] = []
    start, mark = done, np.float32(imposed)
    while done < len(days.day):
        year = crowd.compiled_year(params, world, stretch(days, done), state, mark)
        keep = min(STRETCH, len(days.day) - done)
        diaries.append(jax.tree.map(lambda rows, keep=keep: np.asarray(rows)[:keep], year.diary))
        state, done = year.state, done + keep
        if on_segment is not None:
            on_segment(pack(done, state), dataset_of(scenario, names, days, start, diaries))
    dataset = dataset_of(scenario, names, days, start, diaries)
    events = events_of(scenario, names, state.fate, len(days.day))
    switches = {"population": "crowd", "noise": noise, "imposed": imposed}
    manifest = describe(
        scenario, seed=seed, dataset=dataset, wall_seconds=time.perf_counter() - begun, switches=switches
    )
    return Run(dataset, events, scenario, seed, manifest)


def parameters(scenario: Scenario, names: Names) -> dict[str, Params]:
    """Parameters of a scenario: prior centres, overlaid by what it sets."""
    values = parameter_values(scenario, names)
    return nested(values, names.parties, names.issues)


def parameter_values(scenario: Scenario, names: Names) -> dict[str, float]:
    """The same by address, ``law.name`` or ``law.name.member``."""
    middle = centres(names.parties, names.issues, declared_centres(scenario))
    return {**middle, **scenario.resolved_parameters()}


def declared_centres(scenario: Scenario) -> dict[str, float]:
    """Prior centres that a scenario declares of its parties, by address."""
    founders = {f"councils.founders.{party.id}": party.founders for party in scenario.spec.parties}
    return founders | {f"councils.unaligned.{party.id}": party.unaligned_appeal for party in scenario.spec.parties}


def drawn(scenario: Scenario, names: Names, seed: int, until: str | None, noise: bool) -> Days:
    """What each day brings, with its chance: event-keyed draws that no other draw depends on."""
    return with_chance(compile_days(scenario, names, until), names, seed, noise)


def with_chance(days: Days, names: Names, seed: int, noise: bool) -> Days:
    """The same days with the chance of a seed (an ensemble compiles the days once and draws many times)."""
    city = draws.normals(seed, "mood of the city", ("city",), days.day)
    local = draws.normals(seed, "mood of a district", names.districts, days.day)
    chance = {
        f"chance_{kind}": draws.uniforms(seed, kind, who, days.day)
        for kind, who in (("event", names.events), ("rule", names.rules), ("contest", names.contests))
        if who
    }
    return days._replace(mood=noise * (0.8 * city + 0.6 * local), **chance)


def stretch(days: Days, first: int) -> Days:
    """The next days, repeating the last one where the run ends within the stretch (those rows are not kept)."""
    rows = np.minimum(np.arange(first, first + STRETCH), len(days.day) - 1)
    return Days(*(column[rows] for column in days))


def pack(done: int, state: State) -> dict[str, np.ndarray[Any, Any]]:
    """A state as named arrays, with the number of days done."""
    leaves = jax.tree_util.tree_flatten_with_path(state)[0]
    return {"done": np.asarray(done), **{jax.tree_util.keystr(path): np.asarray(leaf) for path, leaf in leaves}}


def unpack(stored: Mapping[str, np.ndarray[Any, Any]], like: State) -> tuple[int, State]:
    """The number of days done and the state, in the form of ``like``."""
    leaves, shape = jax.tree_util.tree_flatten_with_path(like)
    found: list[Array] = [jax.numpy.asarray(stored[jax.tree_util.keystr(path)]) for path, _ in leaves]
    return int(stored["done"]), jax.tree_util.tree_unflatten(shape, found)
