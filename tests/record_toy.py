"""A town small enough to count by hand: three units, two parties, four days, every array that a measure asks for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

DAYS = ["1917-02-26", "1917-02-27", "1917-02-28", "1917-03-01"]
"""Julian: 1917-02-28 is the last day of February there too."""

SIZE = [1000.0, 500.0, 2000.0]
"""Persons of the mill (city, workers), the depot (fort until 28 February, then city; soldiers), the village."""

QUANTITIES: dict[str, dict[str, Any]] = {
    "strikers": {"measure": "activity", "activities": ["out", "in_street", "in_arms"], "counts_as_striker": True},
    "mutiny_share": {"measure": "activity_share", "activities": ["refusing", "in_street"], "groups": ["soldiers"],
                     "scale": 100.0},
    "city_active": {"measure": "activity", "activities": ["in_street"], "places": ["city"]},
    "party_members": {"measure": "members"},
    "support_share": {"measure": "support", "scale": 100.0},
    "obedience": {"measure": "compliance", "centre": "councils", "scale": 100.0},
    "guards": {"measure": "red_guards", "roles": ["metal"]},
    "usable": {"measure": "loyal", "roles": ["metal"]},
    "plants_out": {"measure": "workplaces", "activities": ["out", "in_street", "in_arms"], "groups": ["workers"]},
    "people": {"measure": "size"},
    "soviet_share": {"measure": "seat_share", "council": "soviet", "scale": 100.0},
    "executive_share": {"measure": "executive_share", "council": "soviet", "scale": 100.0},
    "duma_seats": {"measure": "seats", "council": "duma"},
    "soviet_seats": {"measure": "seats", "council": "soviet"},
    "soviet_members": {"measure": "members_total", "council": "soviet"},
    "war_vote": {"measure": "resolution", "council": "soviet", "issue": "war", "scale": 100.0},
    "power_vote_against": {"measure": "resolution", "council": "soviet", "topic": "government", "complement": True},
    "killed": {"measure": "deaths"},
    "victims": {"measure": "casualties"},
    "loyal": {"measure": "loyal_force"},
    "attackers": {"measure": "participants", "contest": "rising"},
    "defending": {"measure": "defenders", "contest": "rising"},
    "office": {"measure": "office"},
    "trust": {"measure": "trust"},
    "war_line": {"measure": "line", "topic": "war"},
    "hunger": {"measure": "intensity", "issue": "bread"},
    "rule": {"measure": "authority", "centre": "government"},
    "two_masters": {"measure": "dual_power"},
    "returned": {"measure": "event", "event": "return"},
    "tsarism": {"measure": "regime", "regime": "tsarism"},
}  # fmt: skip


def named(*ids: str, **more: Any) -> list[SimpleNamespace]:
    return [SimpleNamespace(id=each, name=each.title(), **more) for each in ids]


def spec() -> SimpleNamespace:
    roles = [
        SimpleNamespace(id="metal", group="workers", counts_as_striker=True),
        SimpleNamespace(id="reserve", group="soldiers", counts_as_striker=False),
        SimpleNamespace(id="peasant", group="country", counts_as_striker=False),
    ]
    parties = [
        SimpleNamespace(id="red", name="Reds", short="R"),
        SimpleNamespace(id="blue", name="Blue Party", short="BP"),
    ]
    return SimpleNamespace(
        calendar=SimpleNamespace(system="julian"), context=("price",), roles=roles, parties=parties,
        issues=named("bread", "war"), centres=named("government", "councils"),
        contests=[*named("crowd", kind="crowd"), *named("rising", kind="insurrection")],
        councils=[SimpleNamespace(id="soviet", total_seats=None), SimpleNamespace(id="duma", total_seats=200.0)],
        quantities=QUANTITIES, observables=(), regimes=[],
    )  # fmt: skip


def scenario(targets: pd.DataFrame | None = None, record: pd.DataFrame | None = None, **of_spec: Any) -> Any:
    what = spec()
    vars(what).update(of_spec)
    units = pd.DataFrame(
        [("mill", "metal", "north", 3), ("depot", "reserve", "fort", 1), ("village", "peasant", "fields", 1)],
        columns=["unit_id", "role", "district", "workplaces"],
    )
    districts = pd.DataFrame(
        [("north", "city"), ("fort", "fleet"), ("fields", "country")], columns=["district_id", "place"]
    )
    changes = pd.DataFrame(
        [("depot", "1917-02-28", "district", "north"), ("mill", "1917-03-01", "size", "900")],
        columns=["unit_id", "date", "what", "value"],
    )
    recorded = (rows() if record is None else record).drop(columns="target_id", errors="ignore")
    return SimpleNamespace(
        spec=what, units=units, districts=districts, changes=changes, days=lambda: DAYS,
        targets=rows() if targets is None else targets, record=recorded,
    )  # fmt: skip


def rows(*each: dict[str, Any]) -> pd.DataFrame:
    """Rows of a record, the columns that are not given left empty."""
    blank = {"date": "1917-02-27", "date_end": "", "place": "Town", "group": "all", "unit": "", "basis": "read",
             "low": float("nan"), "high": float("nan"), "value": 1.0, "split": "calibrate", "source": "A book",
             "source_kind": "scholarly", "confidence": "high", "note": ""}  # fmt: skip
    columns = ["target_id", "quantity", *blank]
    return pd.DataFrame([{**blank, "target_id": f"T{i}", **row} for i, row in enumerate(each)], columns=columns)


def arrays() -> dict[str, np.ndarray]:
    """Four days; on the second (27 February) the mill is half out, the depot a fifth refusing."""
    activity = np.zeros((4, 3, 4))
    activity[:, :, 0] = 1.0
    activity[1, 0] = [0.5, 0.3, 0.15, 0.05]
    activity[1, 1] = [0.7, 0.2, 0.1, 0.0]
    activity[2, 0] = [0.4, 0.2, 0.4, 0.0]
    camps = np.zeros((4, 3, 3))
    camps[:] = [[0.5, 0.3, 0.2], [0.8, 0.1, 0.1], [1.0, 0.0, 0.0]]
    members = np.zeros((4, 3, 2))
    members[1] = [[60.0, 20.0], [5.0, 0.0], [1.0, 2.0]]
    delegates = np.zeros((4, 2, 2))
    delegates[:] = [[0.25, 0.75], [0.335, 0.665]]
    resolution = np.zeros((4, 2, 4))
    resolution[:, 0] = [0.1, 0.6, 0.7, 0.2]
    line = np.zeros((4, 2, 4))
    line[:, :, 1] = [0.9, -0.4]
    contest = np.array([[0, 0], [5, 300], [6, 250], [0, 0]], float)
    per_day = {
        "deaths": [40.0, 10.0, 2.0, 0.0], "casualties": [100.0, 50.0, 20.0, 0.0], "loyal_force": [9e3, 2e3, 1e3, 0.0],
        "dual_power": [0.0, 0.2, 0.4, 0.6], "event.return": [0, 0, 1, 0], "regime.tsarism": [1, 1, 0, 0],
    }  # fmt: skip
    return {
        "size": np.tile(SIZE, (4, 1)), "activity_share": activity, "camp_share": camps, "members": members,
        "red_guards": np.tile([7.0, 1.0, 0.0], (4, 1)), "loyal": np.tile([3.0, 5.0, 0.0], (4, 1)),
        "compliance": np.tile([[0.2, 0.8]], (4, 3, 1)),
        "delegates": delegates, "executive": delegates[:, :, ::-1], "seats": np.tile([1000.0, 190.0], (4, 1)),
        "resolution": resolution, "contest_attack": contest, "contest_defence": contest * 2.0,
        "office": np.tile([0.1, 0.9], (4, 1)), "trust": np.tile([0.5, -0.5], (4, 1)), "line": line,
        "intensity": np.tile([0.7, 0.3], (4, 1)), "authority": np.tile([0.35, 0.65], (4, 1)),
        **{name: np.array(values) for name, values in per_day.items()},
    }  # fmt: skip
