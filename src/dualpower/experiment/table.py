"""Parameters that differ by draw: a checked table of numbers, and scenarios with other values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dualpower.laws.parameters import AS_DECLARED, FITTED, PARAMETERS
from dualpower.run import RunError
from dualpower.scenario import Scenario, ScenarioError
from dualpower.scenario.faults import Fault, quote
from dualpower.scenario.parameters import bounds, known_parameters, number_expected, unknown_parameter

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """Parameters that differ by draw: values[row, address]; draw k has row k modulo the number of rows."""

    addresses: tuple[str, ...]
    values: NDArray[np.float64]

    def rows(self, first: int, stop: int) -> Table:
        """The rows of some draws, one a draw."""
        return replace(self, values=self.values[np.arange(first, stop) % len(self.values)])

    def row(self, number: int) -> dict[str, float]:
        """One row by address."""
        return dict(zip(self.addresses, map(float, self.values[number]), strict=True))

    @property
    def hash(self) -> str:
        """Fingerprint of addresses and values."""
        return hashlib.sha256(json.dumps(self.addresses).encode() + self.values.tobytes()).hexdigest()


def table_of(scenario: Scenario, frame: pd.DataFrame) -> Table:
    """Check a table of parameters, one row a draw, one column an address (``law.name`` or ``law.name.member``).

    Raises
    ------
    RunError, ScenarioError
        If it is empty, has numbers that are none, or names a parameter that no law has.
    """
    frame = with_usual_chance(scenario, frame)
    addresses = tuple(str(column) for column in frame.columns)
    known = known_parameters(scenario.names)
    faults = [fault for name in addresses if (fault := unknown_parameter(name, known, "parameters"))]
    faults += [
        Fault("parameters", name, quote(name), "every column once")
        for name in sorted({name for name in addresses if addresses.count(name) > 1})
    ]
    if faults:
        raise ScenarioError(faults)
    try:
        values = np.ascontiguousarray(frame.to_numpy(dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise RunError(f"parameters: a value is not a number ({error})") from error
    if not values.size or not np.isfinite(values).all():
        raise RunError("parameters: expected a table of finite numbers with at least one row and one column")
    for name, column in zip(addresses, values.T, strict=True):
        least, most = bounds(name)
        if column.min() < least or column.max() > most:
            raise RunError(f"parameters: {name} must be {number_expected(least, most)}")
    return Table(addresses, values)


def kept_table(path: Path, wanted: str) -> Table:
    """Read a table of parameters that an ensemble has kept, and check that it is the one with the fingerprint wanted.

    Raises
    ------
    RunError
        If it is not there, damaged, or another one.
    """
    import pandas as pd

    try:
        frame = pd.read_csv(path, dtype=str)  # every digit as written
        found = Table(tuple(map(str, frame.columns)), np.ascontiguousarray(frame.to_numpy(dtype=np.float64)))
    except (OSError, ValueError) as error:
        what = "not there" if not path.exists() else "damaged"
        raise RunError(f"{path}: {what}, and the draws beside it have their parameters from it") from error
    if found.hash != wanted:
        raise RunError(f"{path}: not the parameters with which the draws beside it were made")
    return found


def with_usual_chance(scenario: Scenario, frame: pd.DataFrame) -> pd.DataFrame:
    """A table of draws with the usual chance in sizes and levels, where neither it nor the scenario says how much.

    A table that has most of what can be fitted is of whole draws (a law may be younger than a posterior): they are no
    point, which takes what is declared for certain.
    """
    if 2 * len(FITTED & {".".join(str(column).split(".")[:2]) for column in frame.columns}) <= len(FITTED):
        return frame
    usual = {f"{row.law}.{row.name}": row.centre for row in PARAMETERS}
    said = {*map(str, frame.columns), *scenario.parameters}
    return frame.assign(**{name: usual[name] for name in AS_DECLARED if name not in said})


def with_parameters(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with other values in its parameters.toml; interventions on parameters come on top of them."""
    return replace(scenario, parameters={**scenario.parameters, **values})
