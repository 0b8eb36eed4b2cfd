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
    script = runpy.run_path(str(SCRIPT))
    held, choices = script["mornings"](petrograd, until, draws), script["choices"](petrograd, until)
    assert len(choices) > 10
    for number, event in choices.items():
        on = petrograd.day_index(event.date)
        assert held[:, on, number].mean() >= 0.5, event.id
        assert (event.when.hazard > 0) is (event.id not in BY_THE_CALENDAR), event.id
