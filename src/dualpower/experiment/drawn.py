"""Draws of the parameters that come with a scenario: the table that its ensembles are made with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import h5py
import numpy as np
import pandas as pd
import xarray as xr

from dualpower.run import RunError
from dualpower.scenario.parameters import known_parameters, unknown_parameter

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["FILE", "DrawnTheory", "Parameters", "drawn_parameters", "drawn_theories", "drawn_until", "theory_file"]

FILE = "posterior.nc"
"""Name of a posterior's file beside a scenario's own."""


class Fitted(Protocol):
    """What has draws, as a fit's posterior does."""

    @property
    def draws(self) -> pd.DataFrame:
        """One row a draw, one column an address."""


Parameters = pd.DataFrame | Fitted | Literal["posterior", "point"] | None
"""Parameters of an ensemble: a table, a posterior, the scenario's, its point, or (None) its posterior if it has one."""


def drawn_parameters(scenario: Scenario, asked: Parameters = None) -> pd.DataFrame | None:
    """One row a draw, one column an address; None for the scenario's point.

    Raises
    ------
    RunError
        If the scenario's posterior cannot be read, it is asked for and there is none, or something else is asked for.
    """
    table = asked if isinstance(asked, pd.DataFrame) else getattr(asked, "draws", None)
    if isinstance(table, pd.DataFrame):
        return table
    if not (asked is None or (isinstance(asked, str) and asked in ("posterior", "point"))):
        said = " ".join(repr(asked).split())
        raise RunError(
            f'parameters: {said} is neither a table (a DataFrame, one column an address), a posterior, nor "posterior" '
            'nor "point"'
        )
    path = scenario.folder / FILE
    if asked == "posterior" and not path.exists():
        raise RunError(
            f"{path}: there is no posterior; dualpower fit --install makes one, and --parameters point "
            '(parameters="point") goes without'
        )
    if asked == "point" or not path.exists():
        return None
    table, known = _table(path), known_parameters(scenario.names)
    strange = [str(name) for name in table.columns if unknown_parameter(str(name), known, FILE)]
    if strange:
        raise RunError(
            f"{path}: is of another scenario or of other laws, here no law has {strange[0]}; dualpower fit --install "
            'makes one, and --parameters point (parameters="point") goes without'
        )
    return table


def _table(path: Path) -> pd.DataFrame:
    try:
        with h5py.File(path, "r") as stored:  # a general reader imports, once a session, what takes longer than this
            values, names = stored["posterior/value"][0], stored["posterior/parameter"].asstr()[()].astype(str)
    except (OSError, KeyError, ValueError, IndexError, TypeError, AttributeError, RuntimeError) as error:
        raise RunError(f"{path}: is no posterior, or damaged ({(str(error).splitlines() or ['?'])[0]})") from None
    return pd.DataFrame(values.astype(np.float64), columns=names)


def drawn_until(scenario: Scenario) -> str | None:
    """Last day of the evidence of the posterior that comes with a scenario; None if there is none.

    Raises
    ------
    RunError
        If it cannot be read.
    """
    path = scenario.folder / FILE
    if not path.exists():
        return None
    try:
        with xr.open_dataset(path, engine="h5netcdf") as stored:
            return str(stored.attrs["until"])
    except (OSError, KeyError, ValueError) as error:
        raise RunError(f"{path}: is no posterior, or damaged ({(str(error).splitlines() or ['?'])[0]})") from None


class DrawnTheory(NamedTuple):
    """A rival theory as it comes with a scenario: what it pins (value by address), its draws, its stacking weight."""

    pins: dict[str, float]
    table: pd.DataFrame
    weight: float


def theory_file(name: str) -> str:
    """Name of the file of a theory's posterior beside a scenario's own."""
    return f"posterior-{name}.nc"


def drawn_theories(scenario: Scenario) -> dict[str, DrawnTheory]:
    """The rival theories whose posteriors come with a scenario, by name.

    Raises
    ------
    RunError
        If a file is damaged.
    """
    found = {}
    for path in sorted(scenario.folder.glob(theory_file("*"))):
        try:
            with xr.open_dataset(path, engine="h5netcdf") as stored:
                pins, weight = json.loads(stored.attrs["pins"]), float(stored.attrs["weight"])
        except (OSError, KeyError, ValueError) as error:
            raise RunError(f"{path}: is no theory's posterior, or damaged ({error})") from None
        name = path.stem.removeprefix("posterior-")
        found[name] = DrawnTheory({str(key): float(value) for key, value in pins.items()}, _table(path), weight)
    return found
