"""Conditions on the state of a run, such as ``council.town_council.radicals >= 0.5``."""

from __future__ import annotations

import re
from math import inf
from typing import Literal, NamedTuple, cast

from dualpower.scenario.faults import did_you_mean, one_of
from dualpower.scenario.names import WHERE_DECLARED, Names

__all__ = [
    "INDICATORS",
    "LEVERS",
    "RANGES",
    "Condition",
    "Operator",
    "UnknownNameError",
    "check_path",
    "check_range",
    "parse_condition",
]

Operator = Literal[">=", ">", "<=", "<"]

INDICATORS: dict[str, tuple[str, ...]] = {
    "active": (),
    "street": (),
    "arms": (),
    "refusing": (),
    "dual_power": (),
    "days_in_regime": (),
    "intensity": ("issue",),
    "support": ("party",),
    "council": ("council", "party"),
    "executive": ("council", "party"),
    "authority": ("centre",),
    "line": ("party", "topic"),
    "trust": ("party",),
    "members": ("party",),
    "office": ("party",),
}


class Range(NamedTuple):
    """What numbers an indicator can have, and that in words."""

    low: float
    high: float
    words: str


_SHARE = Range(0.0, 1.0, "a share, 0 to 1")
RANGES: dict[str, Range] = {
    **dict.fromkeys(("active", "street", "arms", "refusing", "support", "council", "executive", "authority"), _SHARE),
    "office": Range(0.0, 1.0, "a degree of being in the government, 0 to 1"),
    "dual_power": Range(0.0, 1.0, "0 for one master to 1 for two equal ones"),
    "line": Range(-1.0, 1.0, "-1 to 1"),
    "days_in_regime": Range(0.0, inf, "a number of days, 0 or more"),
    "members": Range(0.0, inf, "a number of persons, 0 or more"),
    "intensity": Range(0.0, inf, "0 or more: 0 to 1 in series.csv, but an intervention can multiply it"),
    "trust": Range(-inf, inf, "any number; 0 is ordinary"),
}
"""What each of `INDICATORS` can be."""
LEVERS: dict[str, tuple[str, ...]] = {
    "intensity": ("issue",),
    "call": ("party",),
    "occasion": (),
    "office": ("party",),
    "answer": ("issue",),
    "legality": ("party",),
    "restraint": ("party",),
    "node": ("party", "node"),
    "trust": ("party",),
    "arrest": ("party",),
    "front": (),
    "launch": ("contest",),
    "reinforce": ("contest",),
    "force": (),
    "arm": (),
}
_CONDITION = re.compile(
    r"\s*([A-Za-z_][\w.\-]*?)\s*(>=|<=|>|<)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*", re.ASCII
)


class Condition(NamedTuple):
    """A condition that holds or does not: the indicator, how it is compared, with what number."""

    indicator: str
    operator: Operator
    number: float

    def holds(self, value: float) -> bool:
        """Compare a value of the indicator; NaN holds nothing."""
        return {
            ">=": value >= self.number,
            ">": value > self.number,
            "<=": value <= self.number,
            "<": value < self.number,
        }[self.operator]


class UnknownNameError(ValueError):
    """A text that is no valid condition, indicator or lever: what was expected, and the nearest name."""

    def __init__(self, expected: str, hint: str = "") -> None:
        super().__init__(f"expected {expected}" + (f"; {hint}" if hint else ""))
        self.expected = expected
        self.hint = hint


def parse_condition(text: str, names: Names | None = None) -> Condition:
    """Read ``indicator operator number``.

    Parameters
    ----------
    text : str
        The operator is one of ``>=``, ``>``, ``<=``, ``<``.
    names : Names, optional
        Where given, the parts of the indicator must be declared names.

    Raises
    ------
    UnknownNameError
        With what was expected and the nearest valid name.
    """
    match = _CONDITION.fullmatch(text)
    if not match:
        raise UnknownNameError('a condition of the form "indicator >= number" (or >, <=, <)')
    indicator, operator, number = match.groups()
    check_path(indicator, INDICATORS, "indicator", names)
    return Condition(indicator, cast(Operator, operator), float(number))


def check_range(condition: Condition) -> None:
    """Refuse a condition that holds for no number that its indicator can have (`RANGES`), or for all.

    Raises
    ------
    UnknownNameError
        With the range.
    """
    low, high, words = RANGES[condition.indicator.split(".")[0]]
    ends = condition.holds(low), condition.holds(high)  # a condition is true up to a number, or from one on
    if ends[0] != ends[1]:
        return
    always = "always" if ends[0] else "never"
    share = high == 1.0 and 1.0 < condition.number <= 100.0
    raise UnknownNameError(
        f"a condition that can hold and can fail; this one {always} holds, since {condition.indicator} is {words}",
        f"write {condition.number / 100:.12g} for {condition.number:.12g} per cent" if share else "",
    )


def check_path(path: str, grammar: dict[str, tuple[str, ...]], what: str, names: Names | None) -> tuple[str, ...]:
    """Split a dotted path and check each part against a grammar (`INDICATORS` or `LEVERS`) and the names."""
    head, *parts = path.split(".")
    if head not in grammar:
        several = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
        raise UnknownNameError(f"one of the {several} ({', '.join(grammar)})", did_you_mean(head, grammar))
    kinds = grammar[head]
    if len(parts) != len(kinds):
        shape = ".".join((head, *(f"<{kind}>" for kind in kinds)))
        raise UnknownNameError(f'the {what} in the form "{shape}"')
    if names is not None:
        for place, kind in enumerate(kinds):
            _check_part(parts, place, kind, names)
    return (head, *parts)


def _check_part(parts: list[str], place: int, kind: str, names: Names) -> None:
    if kind == "node":
        valid, listed = names.nodes.get(parts[0], ()), f'one of the nodes of "{parts[0]}"'
        wrong = parts[0] in names.nodes and parts[place] not in valid
    else:
        valid, listed, wrong = names[kind], WHERE_DECLARED[kind], names.lack(kind, parts[place])
    if wrong:
        raise UnknownNameError(f'as "{parts[place]}" {one_of(valid, listed)}', did_you_mean(parts[place], valid))
