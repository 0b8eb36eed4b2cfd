"""Values of the laws' parameters that a scenario sets: ``[law] name = value``, ``[law.name] member = value``."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from numbers import Real
from typing import Any

from dualpower.scenario.faults import Fault, did_you_mean, quote
from dualpower.scenario.names import Names

__all__ = ["MOST", "at_start", "bounds", "is_number", "known_parameters", "read_parameters", "unknown_parameter"]

MOST = 1e6
"""No parameter is larger: what the laws make of it must stay a number of single precision."""

_FILE = "parameters.toml"


def known_parameters(names: Names) -> dict[str, float | None]:
    """Return the address of every parameter of the laws, with its usual value; empty where there are no laws.

    A parameter that differs by party or issue has one address for each, ``law.name.member``; what differs by party may
    start from the scenario's own declaration, hence None.
    """
    known: dict[str, float | None] = {}
    for parameter in _table():
        family = getattr(parameter, "per", "")
        address = f"{parameter.law}.{parameter.name}"
        for name in [f"{address}.{member}" for member in names[family]] if family else [address]:
            known[name] = None if family == "party" else parameter.centre
    return known


def at_start(path: str, names: Names) -> float | None:
    """Value that a factor multiplies where a scenario sets none; a single year has no chance in what is declared."""
    as_declared: Mapping[str, float] = getattr(_laws(), "AS_DECLARED", {})
    return as_declared.get(path, known_parameters(names).get(path))


def _table() -> Sequence[Any]:
    """The laws' table; it stands to the right of the scenario, so it is asked only at run time; empty without laws."""
    found: Sequence[Any] = getattr(_laws(), "PARAMETERS", ())
    return found


def _laws() -> object:
    try:
        return importlib.import_module("dualpower.laws.parameters")
    except ImportError:
        return None


def bounds(path: str) -> tuple[float, float]:
    """Least and greatest value that a parameter can have: 0 to 1 for a switch, from 0 on unless its prior is normal."""
    kinds = {f"{row.law}.{row.name}": row.prior for row in _table()}
    kind = kinds.get(".".join(path.split(".")[:2]), "normal")
    return (-MOST if kind == "normal" else 0.0), (1.0 if kind == "switch" else MOST)


def unknown_parameter(path: str, known: Mapping[str, object], file: str = _FILE) -> Fault | None:
    """Return the fault of a parameter that no law has; None if it is known, or if there are no laws to ask."""
    if not known or path in known:
        return None
    nearby = [name for name in known if name.startswith(f"{path}.")]
    nearby = nearby or [name for name in known if name.startswith(f"{path.split('.')[0]}.")]
    expected = f"one of {', '.join(nearby)}" if nearby else "law.name of a parameter of the laws"
    return Fault(file, "", quote(path), expected, did_you_mean(path, known))


def read_parameters(raw: Mapping[str, object], names: Names, faults: list[Fault]) -> dict[str, float]:
    """Check a parsed parameters.toml and return ``{"law.name": value}``."""
    values: dict[str, float] = {}
    known = known_parameters(names)
    for path, value in _leaves(raw, ""):
        fault = _value_fault(path, value) or unknown_parameter(path, known)
        if fault:
            faults.append(fault)
        elif isinstance(value, Real):
            values[path] = float(value)
    return values


def _leaves(table: Mapping[str, object], before: str) -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, Mapping) and before.count(".") < 2:
            yield from _leaves(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def is_number(value: object, least: float = -MOST, most: float = MOST) -> bool:
    """Say whether a value is a number from `least` to `most`; NaN and truth values are none."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    number: Any = value  # of NumPy too, and too large for a float
    return bool(least <= number <= most)


def _value_fault(path: str, value: object) -> Fault | None:
    if "." not in path:
        return Fault(_FILE, path, quote(value), "a table [law] with name = value")
    if is_number(value, *bounds(path)):
        return None
    return Fault(_FILE, path, quote(value), number_expected(*bounds(path)))


def number_expected(least: float, most: float = MOST) -> str:
    """What is expected of a number, in words."""
    return f"a{' finite' * (most == MOST)} number from {least:,.12g} to {most:,.12g}"
