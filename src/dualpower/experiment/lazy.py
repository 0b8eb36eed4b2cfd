"""Draws of many files as one dataset that reads what is asked for, when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr
from xarray.backends.common import BackendArray
from xarray.core import indexing

from dualpower import _netcdf
from dualpower.experiment.shards import Shard


class Stacked(BackendArray):
    """One variable [draw, ...] whose draws lie in several files; opens them only while it reads."""

    def __init__(self, folder: Path, shards: Sequence[Shard], name: str, dtype: Any, rest: tuple[int, ...],
                 keep: object) -> None:  # fmt: skip
        counts = [shard.stop - shard.first for shard in shards]
        self.folder, self.shards, self.name, self.keep = folder, shards, name, keep
        self.starts = np.concatenate([[0], np.cumsum(counts)])
        self.dtype = np.dtype(dtype)
        self.shape = (int(self.starts[-1]), *rest)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        """Read a part, as xarray asks for it."""
        support = indexing.IndexingSupport.BASIC
        return indexing.explicit_indexing_adapter(key, self.shape, support, self._read)

    def _read(self, key: tuple[Any, ...]) -> Any:
        rows = np.arange(self.shape[0])[key[0]]
        rest = key[1:] + (slice(None),) * (len(self.shape) - len(key))
        if np.ndim(rows) == 0:
            return self._rows(np.array([rows]), rest)[0]
        return self._rows(rows, rest)

    def _rows(self, rows: np.ndarray[Any, Any], rest: tuple[Any, ...]) -> np.ndarray[Any, Any]:
        found = []
        places = np.searchsorted(self.starts, rows, side="right") - 1
        for place in dict.fromkeys(places.tolist()):
            wanted = rows[places == place] - self.starts[place]
            low, high = int(wanted.min()), int(wanted.max()) + 1
            with h5py.File(self.folder / self.shards[place].file, "r") as file:
                block = file[self.name][low:high]
            found.append(block[wanted - low][(slice(None), *rest)])
        empty = np.empty((0, *self.shape[1:]), self.dtype)[(slice(None), *rest)]
        return np.concatenate(found) if found else empty


def stacked(folder: Path, shards: Sequence[Shard], keep: object = None) -> xr.Dataset:
    """The draws of all shards as one dataset; ``keep`` is held for as long as its variables are."""
    parts = sorted(shards, key=lambda shard: shard.first)
    like = _netcdf.netcdf_dataset((folder / parts[0].file).read_bytes())
    made = {}
    for name, value in like.variables.items():
        if "draw" in value.dims:
            source = Stacked(folder, parts, str(name), value.dtype, value.shape[1:], keep)
            made[name] = xr.Variable(value.dims, indexing.LazilyIndexedArray(source), value.attrs)
    labels = {name: value for name, value in like.coords.items() if "draw" not in value.dims}
    own = {name: xr.Variable(("draw",), made.pop(name).to_numpy()) for name in list(made) if name in like.coords}
    return xr.Dataset(made, {**labels, **own}, {key: like.attrs[key] for key in ("title", "calendar")})
