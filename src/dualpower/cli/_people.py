"""The option ``--people``: read, kept, and compared when a run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from dualpower.cli._errors import BAD_INPUT, StopError

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

Share: TypeAlias = float | Mapping[str, float]

_PLAIN = {"noise": True, "imposed": False, "choices": "history"}
"""How the command makes a run."""


def share(_context: click.Context, _option: click.Parameter, text: str | None) -> Share | None:
    """Read SHARE: 0.1, or city=1,country=0.01."""
    if text is None:
        return None
    pairs = [part.partition("=") for part in text.split(",")]
    try:
        if "=" not in text:
            return float(text)
        found = {name.strip(): float(value) for name, _, value in pairs}
    except ValueError:
        hint = "write SCENARIO before --people, or a share behind it"
        expected = "expected a share such as 0.1, or places such as city=1,country=0.01"
        raise StopError(f"--people {text}: {expected}; {hint}", BAD_INPUT) from None
    if len(found) < len(pairs):
        raise StopError(f"--people {text}: a place is named twice; expected one share for each", BAD_INPUT)
    return found


def check_people(scenario: Scenario, people: Share | None) -> None:
    """Stop early (a `ScenarioError`) where the scenario has no such places, or the share is none."""
    if people is not None:
        from dualpower.population.people_share import shares

        shares(scenario, people)


def about_people(scenario: Scenario, seed: int, people: Share | None) -> dict[str, Any]:
    """What a run simulates, with its people: what a checkpoint says about itself."""
    from dualpower import checkpoint

    said = {"population": "crowd"} if people is None else {"population": "people", "people": people}
    return {**checkpoint.about(scenario, seed), "switches": said}


def other_switches(before: Mapping[str, Any], people: Share | None) -> list[str]:
    """Say what differs between how a run that is there was made and how the command makes one: people, switches."""
    switches = before.get("switches", {})
    was, forked = switches.get("people"), switches.get("forked")
    found = [] if was == people else [f"--people was {_shown(was)} and is {_shown(people)}"]
    found += [
        f"it was made with {name}={switches[name]!r}"
        for name, plain in _PLAIN.items()
        if switches.get(name, plain) != plain
    ]
    return found + ([f"it was forked on {forked['date']}"] if forked else [])


def _shown(people: Share | None) -> str:
    if people is None:
        return "not given"
    return (
        ",".join(f"{name}={value:g}" for name, value in people.items()) if isinstance(people, Mapping) else str(people)
    )
