"""Datasets as the bytes of NetCDF-4 files, and back."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import xarray as xr

_BIGGEST_CHUNK = 4_000_000  # values; a year of 250 units and 8 camps is 0.6 million


def netcdf_bytes(dataset: xr.Dataset) -> bytes:
    """Encode a dataset as NetCDF-4 (lightly compressed: a year of 250 units takes a fraction of a second)."""
    for value in dataset.variables.values():
        value.encoding.clear()
    # Made in memory: HDF5 reports a full disk as an error of its own kind, and sometimes only when it closes the file.
    buffer = io.BytesIO()
    encoding = {str(name): _encoding(value) for name, value in dataset.data_vars.items()}
    dataset.to_netcdf(buffer, engine="h5netcdf", encoding=encoding)
    return buffer.getvalue()


def _encoding(value: xr.DataArray) -> dict[str, Any]:
    if value.dtype.kind not in "fiu" or not 64 < value.size <= _BIGGEST_CHUNK:
        return {}
    # _FillValue=None: NaN is NaN in NetCDF-4 already, and declaring it would change nothing but the file
    return {"zlib": True, "complevel": 1, "shuffle": True, "chunksizes": value.shape, "_FillValue": None}


def netcdf_dataset(data: bytes) -> xr.Dataset:
    """Decode what `netcdf_bytes` wrote: same values, same types, same names.

    Raises
    ------
    ValueError, OSError, KeyError
        Where the bytes are no such file; callers say which file it was.
    """
    times = xr.coders.CFDatetimeCoder(use_cftime=True)
    with xr.open_dataset(io.BytesIO(data), engine="h5netcdf", decode_times=times) as opened:
        dataset = opened.load()
    if "new_style" in dataset.coords:
        stamps = [np.datetime64(day.isoformat()[:10], "s") for day in dataset["new_style"].to_numpy()]
        dataset = dataset.assign_coords(new_style=(dataset["new_style"].dims, np.array(stamps, "datetime64[s]")))
    for name, value in dataset.variables.items():
        value.encoding.clear()
        if value.dtype.kind == "O" and name != "date":
            dataset[name] = value.astype(str)
    return dataset
