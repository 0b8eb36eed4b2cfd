"""Regimes, councils and contests as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dualpower.scenario.arrays.days import history
from dualpower.scenario.arrays.names import in_kinds
from dualpower.scenario.arrays.units import f32, one_hot
from dualpower.scenario.schema import Council
from dualpower.scenario.world import Floats, Names, Order

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario

_NUMBERS = {"crowds": "crowd", "insurrections": "insurrection", "marches": "march"}


def order(scenario: Scenario, names: Names) -> Order:
    """Regimes, councils and contests of a scenario."""
    spec = scenario.spec
    centre, regime = names.centres.index, names.regimes.index
    k, r = len(names.centres), len(names.regimes)
    contests = in_kinds(spec.contests)
    camp = _rows([[party in c.party for party in names.parties] for c in contests], len(names.parties))
    return Order(
        about_power=f32([issue.about_power for issue in spec.issues]),
        incumbent=f32([one_hot(centre(reg.incumbent), k) for reg in spec.regimes]),
        centres=_obeyed(scenario, names),
        old=one_hot(centre(spec.regimes[int(history(scenario, names, [spec.calendar.start])[0])].incumbent), k),
        **{name: np.zeros(sum(c.kind == kind for c in contests), np.float32) for name, kind in _NUMBERS.items()},
        contest_under=_rows([[name in c.under for name in names.regimes] for c in contests], r),
        contest_defender=_rows([one_hot(centre(c.defender), k) for c in contests], k),
        contest_challenger=_rows([one_hot(centre(c.challenger), k) for c in contests], k),
        contest_leader=camp / np.maximum(camp.sum(1, keepdims=True), 1.0),
        contest_camp=camp,
        contest_size=f32([c.size for c in contests]),
        success=_rows([one_hot(regime(c.success), r) for c in contests], r),
        failure=_rows([one_hot(regime(c.failure) if c.failure else -1, r) for c in contests], r),
        **_councils(scenario, names),
    )


def _rows(rows: list[Floats] | list[list[bool]], width: int) -> Floats:
    """Stack rows; an empty table keeps its width."""
    return f32(rows) if rows else np.zeros((0, width), np.float32)


def _obeyed(scenario: Scenario, names: Names) -> Floats:
    """[regime, centre] 1 where a centre can be obeyed: the incumbent and its rival."""
    return f32([[k in {regime.incumbent, regime.rival} for k in names.centres] for regime in scenario.spec.regimes])


def _councils(scenario: Scenario, names: Names) -> dict[str, Floats]:
    councils, k, r = scenario.spec.councils, len(names.centres), len(names.regimes)
    n = len(councils)
    local = _first(councils, lambda c: c.tier == 1 and c.kind != "election")
    national = _first(councils, lambda c: c.tier == 2)
    exists = [[not c.founded_by_regime or reg in c.founded_by_regime for c in councils] for reg in names.regimes]
    return {
        "election": f32([c.kind == "election" for c in councils]),
        "exists": f32(exists) if n else np.zeros((r, 0), np.float32),
        "founding": f32([c.founders for c in councils]),
        "tier": f32([c.tier - 1 for c in councils]),
        "stands": _rows(
            [[not c.parties or p in c.parties for p in names.parties] for c in councils], len(names.parties)
        ),
        "council_centre": _rows([one_hot(names.centres.index(c.centre), k) for c in councils], k),
        "commands": one_hot(local, n),
        "commands_away": one_hot(national if national >= 0 else local, n),
    }


def _first(councils: tuple[Council, ...], wanted: object) -> int:
    """Index of the first council that is wanted; -1 for none."""
    assert callable(wanted)
    return next((i for i, council in enumerate(councils) if wanted(council)), -1)
