"""One law in five programs: agent-updates a second and bytes an agent.

    python benchmarks/peers.py [--python OTHER/bin/python] [--only mesa ...] > peers.json

The law: persons live in units of 10,000 and hold one of two camps. Each day a share of 0.02 reconsiders and takes camp
a with probability (k + 30) / (n + 40), k being those of its unit's n who held it the evening before: imitation with
organised cells. Every program starts from half and half, lives 30 days after a first one that is not timed, and must
arrive at the exact expectation (within five standard deviations, printed as z). Each is written as its own
documentation advises: one object a person in Mesa and AgentPy, columns in Starsim, mesa-frames and here.

The peers are not dependencies: install `mesa agentpy starsim mesa-frames` into an environment of their own and name
its interpreter by --python. What is missing is reported as such. JSON on stdout, a table on stderr.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

UNIT, RATE, CELLS, DAYS = 10_000, 0.02, (30.0, 10.0), 30
AGENTS = {"dualpower": 2_000_000, "starsim": 500_000, "mesa-frames": 500_000, "agentpy": 200_000, "mesa": 200_000}


def chances(held: Any) -> Any:
    """Chance of camp a in each unit, given how many of it hold camp a."""
    return (held + CELLS[0]) / (UNIT + sum(CELLS))


def expectation(days: int) -> tuple[float, float]:
    """Mean and standard deviation of a unit's share of camp a after so many days from one half, exactly.

    The mean of the next day's share is linear in today's and its second moment quadratic.
    """
    s = np.array([0.0, 0.5, 1.0])
    stay, come = 1 - RATE + RATE * chances(s * UNIT), RATE * chances(s * UNIT)
    spread = (s * stay * (1 - stay) + (1 - s) * come * (1 - come)) / UNIT
    line = np.polyfit(s, s * stay + (1 - s) * come, 1)
    square = np.polyfit(s, (s * stay + (1 - s) * come) ** 2 + spread, 2)
    mean, second = 0.5, 0.25
    for _ in range(days):
        mean, second = float(np.polyval(line, mean)), float(square @ [second, mean, 1])
    return mean, float(np.sqrt(second - mean**2))


def build_dualpower(agents: int) -> tuple[Callable[[], None], Callable[[], Any], str]:
    """The people population of this package, all cores."""
    from importlib.metadata import version
    from types import SimpleNamespace

    from dualpower.population import people

    units = agents // UNIT
    half = np.full((4, 2, units), 1 / 8)
    state = people.init(np.full(units, UNIT), [f"unit {i}" for i in range(units)], half, np.ones((4, units)), 1)
    held = people.counts(state)
    still = np.zeros(units), np.ones((4, 2, 4, units))
    day = 0

    def step() -> None:
        nonlocal state, held, day
        p = chances(held.temper_camp[:, 0].sum(0))
        choice = np.broadcast_to(np.stack([p, 1 - p]), (4, 2, units))
        tables = SimpleNamespace(
            rate_camp=np.full(units, RATE), choice_camp=choice, rate_act=still[0], choice_act=still[1]
        )
        state, held = people.step(state, tables, day, 1)
        day += 1

    return step, lambda: held.temper_camp[:, 0].sum(0), version("dualpower")


def build_mesa(agents: int) -> tuple[Callable[[], None], Callable[[], Any], str]:
    """Mesa: one Agent a person, `agents.do`."""
    mesa: Any = import_module("mesa")

    class Person(mesa.Agent):  # type: ignore[misc]
        def __init__(self, model: Any, unit: int, camp: int) -> None:
            super().__init__(model)
            self.unit, self.camp = unit, camp

        def step(self) -> None:
            random = self.model.random.random
            if random() < RATE:
                self.camp = int(random() < self.model.chance[self.unit])

    class City(mesa.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(seed=1)
            self.chance: list[float] = []
            for i in range(agents):
                Person(self, i // UNIT, i % 2)

        def held(self) -> Any:
            return unit_sums(((a.unit, a.camp) for a in self.agents), agents)

        def step(self) -> None:
            self.chance = chances(self.held()).tolist()
            self.agents.do("step")

    city = City()
    return city.step, city.held, mesa.__version__


def build_agentpy(agents: int) -> tuple[Callable[[], None], Callable[[], Any], str]:
    """AgentPy: one Agent a person in an AgentList."""
    agentpy: Any = import_module("agentpy")

    class Person(agentpy.Agent):  # type: ignore[misc]
        def setup(self) -> None:
            self.unit, self.camp = (self.id - 1) // UNIT, self.id % 2

        def live(self) -> None:
            random = self.model.random.random
            if random() < RATE:
                self.camp = int(random() < self.model.chance[self.unit])

    class City(agentpy.Model):  # type: ignore[misc]
        def setup(self) -> None:
            self.persons = agentpy.AgentList(self, agents, Person)
            self.chance: list[float] = []

        def held(self) -> Any:
            return unit_sums(((a.unit, a.camp) for a in self.persons), agents)

        def step(self) -> None:
            self.chance = chances(self.held()).tolist()
            self.persons.live()

    city = City({"steps": DAYS + 1, "seed": 1})
    city.sim_setup()
    return city.sim_step, city.held, agentpy.__version__


def build_starsim(agents: int) -> tuple[Callable[[], None], Callable[[], Any], str]:
    """Starsim: a module with two states, vectorised over people, with its own (event-keyed) distributions."""
    starsim: Any = import_module("starsim")

    class Imitation(starsim.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.define_states(starsim.FloatArr("unit"), starsim.BoolState("camp"))
            self.decide = starsim.random()
            self.choose = starsim.random()

        def init_post(self) -> None:
            super().init_post()
            who = np.asarray(self.sim.people.auids)
            self.unit[:] = who // UNIT
            self.camp[:] = who % 2 == 1

        def held(self) -> Any:
            return np.bincount(np.asarray(self.unit, int), np.asarray(self.camp, float), agents // UNIT)

        def step(self) -> None:
            chance = chances(self.held())
            uids = self.sim.people.auids
            again = uids[np.asarray(self.decide.rvs(uids)) < RATE]
            self.camp[again] = np.asarray(self.choose.rvs(again)) < chance[np.asarray(self.unit[again], int)]

    module = Imitation()
    sim = starsim.Sim(n_agents=agents, modules=module, dt=1, dur=DAYS + 1, rand_seed=1, verbose=0)
    sim.init()
    inside = next(part for part in sim.modules if isinstance(part, Imitation))  # the sim lives with a copy
    return sim.run_one_step, inside.held, starsim.__version__


def build_mesa_frames(agents: int) -> tuple[Callable[[], None], Callable[[], Any], str]:
    """mesa-frames: persons as rows of a Polars frame."""
    from importlib.metadata import version

    mesa_frames: Any = import_module("mesa_frames")
    polars: Any = import_module("polars")

    class Persons(mesa_frames.AgentSetPolars):  # type: ignore[misc]
        def __init__(self, model: Any) -> None:
            super().__init__(model)
            number = np.arange(agents)
            self.add(polars.DataFrame({"unique_id": number, "unit": number // UNIT, "camp": number % 2}))

        def held(self) -> Any:
            return np.bincount(self["unit"].to_numpy(), self["camp"].to_numpy().astype(float), agents // UNIT)

        def step(self) -> None:
            random = self.model.random
            chance = polars.Series(chances(self.held()))
            again = polars.Series(random.random(agents) < RATE)
            taken = polars.Series(random.random(agents)) < chance.gather(self["unit"])
            self["camp"] = polars.select(
                polars.when(again).then(taken.cast(polars.Int64)).otherwise(self["camp"])
            ).to_series()

    class City(mesa_frames.ModelDF):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(seed=1)
            self.persons = Persons(self)
            self.agents += self.persons

        def step(self) -> None:
            self.agents.do("step")

    city = City()
    return city.step, lambda: city.agents._agentsets[0].held(), version("mesa-frames")


BUILDERS = {
    "dualpower": build_dualpower,
    "starsim": build_starsim,
    "mesa-frames": build_mesa_frames,
    "agentpy": build_agentpy,
    "mesa": build_mesa,
}


def unit_sums(pairs: Any, agents: int) -> Any:
    """Sum of the second numbers by the first."""
    sums = [0] * (agents // UNIT)
    for unit, camp in pairs:
        sums[unit] += camp
    return np.array(sums)


def peak() -> int:
    """Largest resident memory of this process so far, in bytes."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def measure(name: str, agents: int) -> dict[str, Any]:
    """Build, live a day, then time DAYS days."""
    BUILDERS[name](UNIT)[0]()  # imports and compilation are not what an agent costs
    before = peak()
    step, held, version = BUILDERS[name](agents)
    step()
    begun = time.perf_counter()
    for _ in range(DAYS):
        step()
    taken = time.perf_counter() - begun
    share = np.asarray(held()) / UNIT
    mean, deviation = expectation(DAYS + 1)
    z = (share.mean() - mean) / (deviation / np.sqrt(share.size))
    return {
        "version": version,
        "agents": agents,
        "seconds_per_day": taken / DAYS,
        "million_updates_per_s": agents * DAYS / taken / 1e6,
        "bytes_per_agent": (peak() - before) / agents,
        "z": float(z),
        "law_holds": bool(abs(z) < 5),
    }


def in_process(name: str, python: str) -> dict[str, Any]:
    """Measure one program in a process of its own, so that memory is its own too."""
    done = subprocess.run([python, __file__, "--measure", name], capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["stopped without a word"]
        return {"error": lines[-1]}
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def main() -> None:
    """Measure all, print."""
    parser = argparse.ArgumentParser(description="the same law in other programs")
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the peers")
    parser.add_argument("--only", nargs="+", choices=list(BUILDERS), default=list(BUILDERS))
    parser.add_argument("--measure", choices=list(BUILDERS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, AGENTS[options.measure])))
        return
    results = {}
    print(f"{'':12}{'version':>10}{'agents':>10}{'M updates/s':>14}{'bytes/agent':>13}{'z':>7}", file=sys.stderr)
    for name in options.only:
        row = results[name] = in_process(name, sys.executable if name == "dualpower" else options.python)
        figures = (
            row["error"]
            if "error" in row
            else f"{row['version']:>10}{row['agents']:>10}{row['million_updates_per_s']:14.2f}"
            f"{row['bytes_per_agent']:13.1f}{row['z']:7.1f}"
        )
        print(f"{name:12}{figures}", file=sys.stderr, flush=True)
    json.dump({"law": "imitation with cells", "days": DAYS, "programs": results}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
