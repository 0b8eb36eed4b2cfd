"""Rules of the choices of the library's scenario agree with the year in which they were made."""

from __future__ import annotations

import runpy
from pathlib import Path

from dualpower.scenario import Scenario

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "rules.py"
BY_THE_CALENDAR = {"january-9-strike-call", "duma-opening-14-february"}
"""Anniversary and opening day: no rule moves them."""


def test_rules_of_choices_up_to_july_held_when_they_were_made(petrograd: Scenario) -> None:
    until, draws = "1917-07-31", 48
    held = runpy.run_path(str(SCRIPT))["mornings"](petrograd, until, draws)
    seen = set()
    for number, event in enumerate(petrograd.timeline.events):
        if event.when is None or event.historical == "never" or event.date > until:
            continue
        on = petrograd.day_index(event.date)
        assert held[:, on, number].mean() >= 0.5, event.id
        assert (event.when.hazard > 0) is (event.id not in BY_THE_CALENDAR), event.id
        seen.add(event.id)
    assert len(seen) > 10
