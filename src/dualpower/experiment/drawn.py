"""Draws of the parameters that come with a scenario: the table that its ensembles are made with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import xarray as xr

from dualpower.run import RunError

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["FILE", "Parameters", "drawn_parameters"]

FILE = "posterior.nc"
"""Name of a posterior's file beside a scenario's own."""

Parameters = pd.DataFrame | Literal["posterior", "point"]
"""Parameters of an ensemble: a table, the scenario's posterior (its point if it has none), or its point."""


def drawn_parameters(scenario: Scenario, asked: Parameters = "posterior") -> pd.DataFrame | None:
    """One row a draw, one column an address; None for the scenario's point.

    Raises
    ------
    RunError
        If the scenario's posterior cannot be read, or something else is asked for.
    """
    if isinstance(asked, pd.DataFrame):
        return asked
    if asked not in ("posterior", "point"):
        raise RunError(f'parameters: {asked!r} is neither a table nor "posterior" nor "point"')
    path = scenario.folder / FILE
    if asked == "point" or not path.is_file():
        return None
    try:
        with xr.open_dataset(path, group="posterior", engine="h5netcdf") as stored:
            values, names = stored["value"].to_numpy()[0], stored["parameter"].to_numpy().astype(str)
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise RunError(f"{path}: is no posterior, or damaged ({(str(error).splitlines() or ['?'])[0]})") from None
    return pd.DataFrame(values.astype(np.float64), columns=names)
