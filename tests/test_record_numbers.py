"""What rows of the record say and which of its words win, by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

import record_toy as toy
from dualpower.record.errors import SD_ASSUMED, Z90, band
from dualpower.record.meaning import meaning
from dualpower.record.sources import conflicting

NAN = float("nan")


@pytest.mark.parametrize(
    ("row", "apart"),
    [
        ({"value": 50.0}, 1),
        ({"value": 250.0}, 1),
        ({"value": 150.0}, 0),
        ({"value": 90.0, "low": 80.0, "high": 100.0}, 0),  # its range touches the band from below
        ({"value": 90.0, "low": 80.0, "high": 99.0}, 1),
        ({"low": 200.0, "high": 900.0}, 0),  # and from above
        ({"low": 201.0, "high": 900.0}, 1),
        ({}, 0),
    ],
)
def test_sources_conflict_with_a_band_that_lie_below_or_above_it(row: dict[str, Any], apart: int) -> None:
    assert conflicting([row], 100.0, 200.0) == apart
    assert conflicting([row, {"value": 20.0}, row], 100.0, 200.0) == 2 * apart + 1


def test_a_source_that_gives_a_bound_alone_conflicts_with_what_lies_beyond_it_only() -> None:
    assert conflicting([{"low": 90.0}, {"high": 210.0}, {"low": 150.0}], 100.0, 200.0) == 0
    assert conflicting([{"low": 250.0}, {"high": 50.0}], 100.0, 200.0) == 2


def test_a_missing_bound_does_not_pass_the_other() -> None:
    """A low that is filled in from 100 would be 66, a high 151."""
    spread = math.exp(Z90 * SD_ASSUMED["log"])
    below, above = band(100.0, NAN, 50.0, "log", offset=0.0), band(100.0, 200.0, NAN, "log", offset=0.0)
    assert (below.low, below.high) == (50.0, 50.0)
    assert (above.low, above.high) == (200.0, 200.0)
    assert below.assumed
    assert above.assumed
    free = band(100.0, NAN, 120.0, "log", offset=0.0)
    assert (free.low, free.high) == pytest.approx((100 / spread, 120.0))


PLACE = {"quantity": "strikers", "place": "Town", "activities": ["in_street"]}
GROUP = {"quantity": "strikers", "group": "metal", "activities": ["in_arms"], "roles": ["metal"]}
BOTH = {"quantity": "strikers", "place": "Town", "group": "metal", "activities": ["out"]}
ANY = {"quantity": "strikers", "activities": ["refusing"], "units": ["mill"]}


@pytest.mark.parametrize("turned", [False, True], ids=["as written", "in the other order"])
@pytest.mark.parametrize(
    ("observables", "wins"),
    [
        ((ANY, PLACE), "in_street"),
        ((PLACE, GROUP), "in_arms"),
        ((GROUP, BOTH), "out"),
        ((ANY, PLACE, GROUP, BOTH), "out"),
    ],
)
def test_the_more_particular_observable_wins_wherever_it_stands(
    observables: tuple[dict[str, Any], ...], wins: str, *, turned: bool
) -> None:
    spec = toy.spec()
    spec.observables = observables[::-1] if turned else observables
    row = {"quantity": "strikers", "place": "Town", "group": "metal"}
    found = meaning(spec, row)
    assert found.activities == (wins,)
    assert found.roles == (("metal",) if GROUP in observables else ())  # what only the other says stays
