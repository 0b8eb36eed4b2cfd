"""A small made-up run that has every dimension and variable of a real one.

Twenty days, six units, three parties. The numbers are smooth and plausible, drawn from one generator, and mean nothing:
they exist so that saving, scoring and reporting can be tested without simulating.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from dualpower.run import Run, date_coordinates
from dualpower.scenario.calendar import Calendar
from dualpower.scenario.interventions import Intervention

UNITS = (
    # unit_id, name, role, group, district, women, size
    ("f_forge", "Forge works", "metal", "workers", "north", 0.1, 12000.0),
    ("f_mill", "Cotton mill", "textile", "workers", "south", 0.7, 4000.0),
    ("g_guards", "Guards battalion", "guards", "soldiers", "north", 0.0, 5000.0),
    ("g_depot", "Depot regiment", "reserve", "soldiers", "fort", 0.0, 8000.0),
    ("o_rail", "Railway offices", "rail", "services", "south", 0.3, 2500.0),
    ("r_north", "Residents of the north", "residents", "residents", "north", 0.55, 30000.0),
)
DISTRICTS = (
    ("north", "North side", "city", 59.96, 30.35, 0, 1),
    ("south", "South side", "city", 59.88, 30.27, 2, 0),
    ("fort", "Island fort", "fleet", 60.00, 29.77, 0, 0),
)
PARTIES = ("reds", "blues", "greens")
CAMPS = ("none", *PARTIES)
ACTIVITIES = ("at_work", "out", "in_street", "in_arms")
ISSUES = ("bread", "war", "power", "land")
CENTRES = ("old_regime", "government", "councils", "command")
TOPICS = (*ISSUES, *CENTRES)
COUNCILS = ("city_soviet", "congress", "duma_election")
CONTESTS = ("crowd", "march", "rising")
REGIMES = (("tsarism", "Tsarism"), ("dual_power", "Dual power"), ("council_power", "Council power"))

_UNIT = ("date", "unit")
_SHAPES: dict[str, tuple[str, ...]] = {
    "outrage": ("date", "district"),
    "fear": ("date", "district"),
    "line": ("date", "party", "topic"),
    "trust": ("date", "party"),
    "call": ("date", "party"),
    "legality": ("date", "party"),
    "office": ("date", "party"),
    "restraint": ("date", "party"),
    "authority": ("date", "centre"),
    "intensity": ("date", "issue"),
    "resolution": ("date", "council", "topic"),
    "compliance": (*_UNIT, "centre"),
    "grievance": _UNIT,
    "fatigue": _UNIT,
    "refusing_share": ("date",),
    "dual_power": ("date",),
    "contest_probability": ("date", "contest"),
}
_SHARES: dict[str, tuple[str, ...]] = {
    "camp_share": (*_UNIT, "camp"),
    "activity_share": (*_UNIT, "activity"),
    "delegates": ("date", "council", "party"),
    "executive": ("date", "council", "party"),
}
_COUNTS: dict[str, tuple[tuple[str, ...], float]] = {
    "members": ((*_UNIT, "party"), 300.0),
    "red_guards": (_UNIT, 40.0),
    "seats": (("date", "council"), 900.0),
    "strikers": (("date",), 20000.0),
    "marchers": (("date",), 15000.0),
    "soldiers_refusing": (("date",), 6000.0),
    "deaths": (("date",), 12.0),
    "casualties": (("date",), 60.0),
    "loyal_force": (("date",), 9000.0),
    "order_to_fire": (("date",), 1.0),
    "contest_attack": (("date", "contest"), 20000.0),
    "contest_defence": (("date", "contest"), 9000.0),
}


def coordinates(days: int = 20, units: int = 6, start: str = "1917-02-15") -> dict[str, Any]:
    """Coordinates of a run of `days` days; with more than six units the six are repeated under new names."""
    rows = [UNITS[i % 6] for i in range(units)]
    ids = [row[0] if i < 6 else f"{row[0]}_{i // 6}" for i, row in enumerate(rows)]
    per_unit = {
        name: ("unit", np.array([row[k] for row in rows]))
        for name, k in (("name", 1), ("unit_role", 2), ("group", 3), ("women", 5))
    }
    places = {row[0]: row[2] for row in DISTRICTS}
    per_district = {
        f"district_{name}" if name in ("name", "place") else name: ("district", np.array([row[k] for row in DISTRICTS]))
        for name, k in (("name", 1), ("place", 2), ("lat", 3), ("lon", 4), ("row", 5), ("col", 6))
    }
    return {
        **date_coordinates(start, days, "julian"),
        "unit": np.array(ids),
        **per_unit,
        "unit_district": ("unit", np.array([row[4] for row in rows])),
        "place": ("unit", np.array([places[row[4]] for row in rows])),
        "district": np.array([row[0] for row in DISTRICTS]),
        **per_district,
        "camp": np.array(CAMPS),
        "activity": np.array(ACTIVITIES),
        "party": np.array(PARTIES),
        "issue": np.array(ISSUES),
        "centre": np.array(CENTRES),
        "topic": np.array(TOPICS),
        "council": np.array(COUNCILS),
        "contest": np.array(CONTESTS),
        "role": np.array(sorted({row[2] for row in UNITS})),
    }


def dataset(days: int = 20, units: int = 6, seed: int = 0, start: str = "1917-02-15") -> xr.Dataset:
    """A valid dataset: shares sum to one, counts are whole positive numbers, the regime changes on two days."""
    rng = np.random.default_rng(seed)
    coords = coordinates(days, units, start)
    skeleton = xr.Dataset(coords=coords)

    def shape(dims: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(skeleton.sizes[d] for d in dims)

    def smooth(dims: tuple[str, ...]) -> np.ndarray:
        phase, speed = rng.random(shape(dims)[1:]), 1 + rng.random(shape(dims)[1:])
        day = np.arange(days).reshape((-1,) + (1,) * (len(dims) - 1)) / days
        return np.asarray(0.5 + 0.45 * np.sin(6.28 * (speed * day + phase)), np.float32)

    variables: dict[str, Any] = {name: (dims, smooth(dims)) for name, dims in _SHAPES.items()}
    for name, dims in _SHARES.items():
        raw = smooth(dims)
        variables[name] = (dims, raw / raw.sum(-1, keepdims=True))
    for name, (dims, scale) in _COUNTS.items():
        variables[name] = (dims, np.rint(scale * smooth(dims)).astype(np.float32))
    size = np.array([UNITS[i % 6][6] for i in range(units)], np.float32)
    variables["size"] = (_UNIT, np.broadcast_to(size, (days, units)).copy())
    regime = np.array([REGIMES[min(2, 3 * i // days)][0] for i in range(days)])
    variables["regime"] = (("date",), regime)
    return xr.Dataset(variables, coords=coords, attrs={"scenario": "toy", "title": "A toy city"})


def events() -> pd.DataFrame:
    """Three events: a shock and a choice that happened, a choice that did not."""
    rows = [
        ("bread-riot", "1917-02-18", "shortage", True, ""),
        ("leader-returns", "1917-02-27", "returns", True, ""),
        ("march", "", "march", False, "needs the regime council power; it was dual power"),
    ]
    return pd.DataFrame(rows, columns=["event", "date", "option", "happened", "why"])


class Toy(SimpleNamespace):
    """A stand-in for a Scenario, with what runs, reports and the command line ask of one."""

    def do(self, event: str, value: str) -> Toy:
        return self._with("do", event, value)

    def scale(self, path: str, factor: float) -> Toy:
        return self._with("scale", path, factor)

    def set(self, path: str, value: float) -> Toy:
        return self._with("set", path, value)

    def _with(self, *made: Any) -> Toy:
        changed = (*self.interventions, Intervention(*made))
        return Toy(**{**vars(self), "interventions": changed, "hash": f"{hash(changed) & 0xFFFF:064x}"})

    def days(self, until: str | None = None) -> list[str]:
        span = self.spec.calendar
        days = self.calendar.span(span.start, until or span.end)
        if not days or days[-1] > span.latest:
            raise ValueError(f"expected a day from {span.start} to {span.latest}")
        return days

    def day_index(self, date: str) -> int:
        return self.days(self.spec.calendar.latest).index(date)

    def resolved_parameters(self) -> dict[str, float]:
        return self.parameters | {i.target: i.value for i in self.interventions if i.kind == "set"}


def scenario(folder: Path = Path("toy")) -> Toy:
    """A toy city without files."""
    named = [SimpleNamespace(id=i, name=n, colour="#888888", meaning="") for i, n in REGIMES]
    parties = [SimpleNamespace(id=p, name=p.title(), short=p[0].upper(), colour="#cc3333") for p in PARTIES]
    span = SimpleNamespace(system="julian", start="1917-02-15", end="1917-03-06", latest="1917-03-20")
    outcomes = [SimpleNamespace(regime="council_power", sentence="The councils rule.")]
    nothing: dict[str, Any] = {key: [] for key in ("issues", "centres", "councils", "contests")}
    spec = SimpleNamespace(
        id="toy",
        title="A toy city",
        summary="Nothing real.",
        source="made up",
        calendar=span,
        regimes=named,
        parties=parties,
        outcomes=outcomes,
        **nothing,
    )
    march = SimpleNamespace(
        id="march",
        name="The march on the city",
        date="1917-03-01",
        kind="choice",
        actor="blues",
        meaning="Somebody marches.",
        historical="march",
        historical_option="march",
        requires=SimpleNamespace(regimes=("tsarism",), events=(), conditions=()),
        when=None,
        options=[SimpleNamespace(id="march", meaning="they march"), SimpleNamespace(id="wait", meaning="they do not")],
    )
    tables = ("units", "districts", "series", "record", "targets", "changes", "cells", "commuting")
    return Toy(
        folder=folder,
        spec=spec,
        timeline=SimpleNamespace(events=[march], history=[]),
        calendar=Calendar("julian"),
        hash="0" * 64,
        interventions=(),
        names={"party": ["blues"], "material_issue": ["bread"], "group": ["workers"]},
        parameters={"allegiance.blame": 0.5},
        files={},
        **{table: pd.DataFrame() for table in tables},
    )


def simulate(
    toy: Any,
    *,
    seed: int = 1,
    until: str | None = None,
    people: Any = None,
    start_state: dict[str, Any] | None = None,
    on_segment: Any = None,
) -> Run:
    """Stand in for `dualpower.simulate.simulate`: a few numbers a day that depend on all days before, week by week."""
    from dualpower.manifest import describe

    days = toy.days(until)
    first = int(start_state["day"]) if start_state else 0
    level = np.asarray(start_state["level"] if start_state else np.float32(0.5), np.float32)
    data = dataset(len(days), 6, 0).isel(date=slice(first, None))
    strikers = np.zeros(len(days) - first, np.float32)
    for day in range(first, len(days)):
        level = np.float32(3.7) * level * (1 - level) + np.float32(1e-9) * np.float32(seed)
        strikers[day - first] = 1e5 * level
        if on_segment is not None and (day + 1) % 7 == 0:
            so_far = data.assign(strikers=("date", strikers)).isel(date=slice(None, day + 1 - first))
            on_segment({"day": np.int64(day + 1), "level": level}, so_far)
    data = data.assign(strikers=("date", strikers))
    return Run(data, events(), toy, seed, describe(toy, seed=seed, dataset=data, wall_seconds=0.1, device="none"))


def run(days: int = 20, units: int = 6, seed: int = 0) -> Run:
    """The made-up run itself."""
    from dualpower.manifest import describe

    toy: Any = scenario()
    data = dataset(days, units, seed)
    return Run(data, events(), toy, seed, describe(toy, seed=seed, dataset=data, wall_seconds=0.1))
