"""Interventions as claims.toml writes them: ``do EVENT=VALUE``, ``scale PATH=FACTOR``, ``set PATH=VALUE``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from dualpower.scenario.kinds import fault

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario


class Change(NamedTuple):
    """An intervention as written in claims.toml, ``do EVENT=VALUE``: kind, target, value."""

    kind: Literal["do", "scale", "set"]
    target: str
    value: str | float


def parse_change(text: str) -> Change:
    """Read ``do EVENT=VALUE``, ``scale PATH=FACTOR`` or ``set PATH=VALUE``; a pydantic error says what is wrong."""
    kind, _, rest = text.strip().partition(" ")
    target, equals, value = (part.strip() for part in rest.partition("="))
    if kind not in ("do", "scale", "set") or not (equals and target and value):
        raise fault("an intervention: do EVENT=VALUE, scale PATH=FACTOR or set PATH=VALUE")
    if kind == "do":
        return Change("do", target, value)
    try:
        return Change("scale" if kind == "scale" else "set", target, float(value))
    except ValueError:
        raise fault("a number after the = of scale and set") from None


def intervened(scenario: Scenario, changes: Iterable[str]) -> Scenario:
    """The scenario with some interventions more, written as in claims.toml; what they set counts, whatever was set."""
    for text in changes:
        kind, target, value = parse_change(text)
        make: Callable[..., Scenario] = getattr(scenario, {"set": "set_anew"}.get(kind, kind))
        scenario = make(target, value)
    return scenario
