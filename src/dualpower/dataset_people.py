"""What a run of people has beside a run of the crowd: who of which camp is in the street, and everyone's record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dualpower._files import RunError
from dualpower.population.people_state import People

if TYPE_CHECKING:
    import xarray as xr

Arrays = Mapping[str, "np.ndarray[Any, Any]"]

ABOUT: dict[str, tuple[str, str]] = {
    "camp_active": ("1", "share of a unit's people who are of a camp and active"),
    "camp_in_street": ("1", "share of a unit's people who are of a camp and in the street, armed or not"),
}
"""Unit and meaning of the variables that only people have; their dimensions are date, unit, camp."""

PREFIX = "people."


def with_camps(dataset: xr.Dataset, active: Sequence[NDArray[np.float32]], units: NDArray[np.int64]) -> xr.Dataset:
    """The days with the two variables of `ABOUT`; not a number where a unit has no persons.

    Parameters
    ----------
    dataset
        The days of the run.
    active
        The variables of each of these days, [2, P, camp].
    units
        Numbers of the P units that have persons.
    """
    shape = (len(ABOUT), *(dataset.sizes[name] for name in ("date", "unit", "camp")))
    values = np.full(shape, np.nan, np.float32)
    values[:, :, units] = np.stack(active, axis=1)
    variables = {
        name: (("date", "unit", "camp"), array, {"units": unit, "long_name": meaning})
        for (name, (unit, meaning)), array in zip(ABOUT.items(), values, strict=True)
    }
    return dataset.assign(variables)


def pack_people(people: People) -> dict[str, np.ndarray[Any, Any]]:
    """Everyone as named arrays (copies, as records are overwritten day by day)."""
    return {PREFIX + name: np.array(array) for name, array in people._asdict().items()}


def unpack_people(stored: Arrays, like: People) -> People:
    """Everyone again, as copies.

    Raises
    ------
    RunError
        If the state is one without people, or of other people than `like`.
    """
    found = {name: stored.get(PREFIX + name) for name in People._fields}
    offsets = found["offsets"]
    if offsets is None:
        raise RunError("the state is of the crowd: it cannot go on person by person")
    if not np.array_equal(offsets, like.offsets) or not np.array_equal(np.asarray(found["units"]), like.units):
        raise RunError("the state is of other people: the share of persons or the sizes of units have changed")
    return People(**{name: np.array(array) for name, array in found.items()})
