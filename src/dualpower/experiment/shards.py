"""Draws on the disk: an index, and one NetCDF file for every shard, each of them there whole or not at all.

A shard carries the fingerprint of the ensemble that it belongs to and one of its own numbers, so what a killed program,
a full disk or another ensemble has left is told from what counts, whoever wrote it and whatever the index says.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr

from dualpower import __version__, _files
from dualpower.experiment.netcdf import netcdf4
from dualpower.run import TRAJECTORIES, RunError

INDEX = "ensemble.json"
FORMAT, FORMAT_VERSION = "dualpower-ensemble", 1
PATTERN = "draws-[0-9]*-[0-9]*.nc"
OUTCOMES, PROBABILITIES, SCORE, REPORT, PARAMETERS = (
    "outcomes.csv", "probabilities.csv", "score.csv", "report.html", "parameters.csv")  # fmt: skip
_SAYS: dict[str, type] = dict.fromkeys(("about", "scenario", "switches", "names"), dict) | {
    "identity": str,
    "draws": int,
    "seed": int,
    "part": list,
    "interventions": list,
}
_DEAD_AFTER_SECONDS = 120.0


class ShardError(RunError):
    """A shard cannot be used; the sentence says why."""


@dataclass(frozen=True)
class Shard:
    """One file of draws.

    Attributes
    ----------
    file
        Its name.
    first, stop
        Its first draw, and the one after its last.
    identity
        Fingerprint of the ensemble.
    content
        Fingerprint of its numbers.
    """

    file: str
    first: int
    stop: int
    identity: str
    content: str


def file_name(first: int, stop: int) -> str:
    """Name of the file of the draws ``first`` to ``stop - 1``."""
    return f"draws-{first:06d}-{stop - 1:06d}.nc"


def write_shard(folder: Path, data: xr.Dataset, identity: str) -> Shard:
    """Write some draws as one file, whole or not at all; the same draws make the same fingerprint everywhere.

    Raises
    ------
    RunError
        If the disk is full or the folder cannot be written.
    """
    first, stop = int(data["draw"][0]), int(data["draw"][-1]) + 1
    numbers = {str(name): value.to_numpy() for name, value in data.variables.items() if "draw" in value.dims}
    made = Shard(file_name(first, stop), first, stop, identity, fingerprint(numbers))
    data.attrs = {**data.attrs, **asdict(made), "numbers": " ".join(numbers), "package_version": __version__}
    # Not compressed: that takes longer than simulating, and halves the size at best.
    _files.write_file(folder / made.file, netcdf4(data), alone=False)
    return made


def fingerprint(arrays: Mapping[str, np.ndarray[Any, Any]]) -> str:
    """SHA-256 of named arrays of numbers: names, types, shapes and bytes."""
    found = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        found.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        found.update(array.data)
    return found.hexdigest()


def read_shard(path: Path) -> Shard:
    """Read what a file says of itself, and check that its numbers are those that were written.

    Raises
    ------
    ShardError
        If it is no shard, or damaged.
    """
    try:
        with h5py.File(path, "r") as file:
            said = {
                key: np.asarray(file.attrs[key]).item() for key in ("first", "stop", "identity", "content", "numbers")
            }
            arrays = {name: file[name][()] for name in str(said.pop("numbers")).split()}
        made = Shard(path.name, int(said["first"]), int(said["stop"]), str(said["identity"]), str(said["content"]))
    except (OSError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise ShardError(f"{path}: damaged, or not a file of draws") from error
    if fingerprint(arrays) != made.content:
        raise ShardError(f"{path}: damaged (the fingerprint of its numbers differs)")
    _check_labels(path)
    return made


def _check_labels(path: Path) -> None:
    """Raise `ShardError` if the labels beside the numbers cannot be read."""
    try:
        with xr.open_dataset(path, engine="h5netcdf", decode_times=False) as data:
            for label in data.coords.values():
                label.load()
    except Exception as error:  # what a reader of HDF5 raises on damaged bytes is no closed list
        raise ShardError(f"{path}: damaged ({(str(error).splitlines() or ['?'])[0]})") from error


def survey(folder: Path, identity: str) -> tuple[list[Shard], list[str]]:
    """Find the shards of an ensemble in a folder: those that count, and a sentence for each that is damaged.

    Raises
    ------
    RunError
        If one is whole but of another ensemble: nothing may overwrite it.
    """
    good: list[Shard] = []
    damaged: list[str] = []
    for path in sorted(folder.glob(PATTERN)):
        try:
            found = read_shard(path)
        except ShardError as error:
            damaged.append(str(error))
            continue
        if found.identity != identity:
            raise RunError(f"{path}: these draws are of another ensemble; move them elsewhere, or run without --resume")
        if path.name == file_name(found.first, found.stop):
            good.append(found)
    return good, damaged


def check_folder(folder: Path) -> None:
    """Raise `RunError` if an ensemble cannot be kept in `folder`; leaves no trace."""
    _files.check_writable(folder)
    for name, what in ((TRAJECTORIES, "a single run"), ("scenario.toml", "a scenario")):
        if (folder / name).exists():
            raise RunError(f"{folder}: has {what}, which would be lost; choose another folder")
    if (folder / INDEX).exists():
        read_index(folder)
        return
    if any(folder.glob(PATTERN)):  # of an ensemble whose index is gone: its draws know whose they are
        return
    for name in (OUTCOMES, PROBABILITIES, SCORE, REPORT, PARAMETERS):
        if (folder / name).exists():
            raise RunError(f"{folder}: {name} there is not of an ensemble and would be lost; choose another folder")


def clear(folder: Path) -> None:
    """Remove an earlier ensemble, its index first: what is left after a crash in between counts for nothing."""
    with _files.refusals_in_words(folder, alone=False):
        for name in (OUTCOMES, PROBABILITIES, SCORE, REPORT, PARAMETERS, INDEX):
            (folder / name).unlink(missing_ok=True)
        for path in folder.glob(PATTERN):
            path.unlink()


def sweep(folder: Path) -> None:
    """Remove what killed writers have left (a living one needs seconds for a file)."""
    for path in folder.glob(".partial-*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _DEAD_AFTER_SECONDS:
                path.unlink()


def write_index(folder: Path, index: Mapping[str, Any]) -> None:
    """Replace the index of an ensemble."""
    body = {"format": FORMAT, "format_version": FORMAT_VERSION, **index}
    _files.make_folder(folder)
    text = json.dumps(body, indent=2, ensure_ascii=False, default=_files.plain) + "\n"
    _files.write_file(folder / INDEX, text.encode(), alone=False)


def read_index(folder: Path) -> dict[str, Any]:
    """Read the index of the ensemble in `folder`, or raise `RunError`."""
    path = folder / INDEX
    if not path.exists():
        if (folder / TRAJECTORIES).is_file():
            raise RunError(f"{folder}: a single run, no ensemble; dp.load_run reads it")
        what = "there is no such folder" if not folder.exists() else f"no ensemble here ({INDEX} is missing)"
        raise RunError(f"{folder}: {what}")
    try:
        index = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: cannot be read as JSON ({error})") from error
    if not isinstance(index, dict) or index.get("format") != FORMAT:
        raise RunError(f"{path}: not the index of an ensemble")
    if index.get("format_version") != FORMAT_VERSION:
        raise RunError(
            f"{path}: written in format {index.get('format_version')!r}; this version reads {FORMAT_VERSION}"
        )
    _files.check_says(path, index, _SAYS)
    _files.check_says(path, index["names"], {"regimes": dict, "outcomes": dict})
    shards = index.get("shards", {})
    whole = isinstance(shards, dict) and all(isinstance(said, dict) and "content" in said for said in shards.values())
    if not whole:
        raise RunError(f"{path}: damaged, what it says of its files cannot be read")
    if not all(_is_range(each) for each in (index["part"], *_listed(index, "missing"))):
        raise RunError(f"{path}: damaged, what it says of its part and of missing draws cannot be read")
    _files.check_says(path, index["switches"], dict.fromkeys(("until", "imposed", "noise", "people"), object))
    return index


def _listed(index: Mapping[str, Any], name: str) -> list[object]:
    found = index.get(name, [])
    return found if isinstance(found, list) else [found]


def _is_range(said: object) -> bool:
    return isinstance(said, list) and len(said) == 2 and all(type(each) is int for each in said)


def gaps(shards: Iterable[Shard], draws: int) -> list[tuple[int, int]]:
    """Ranges of draws (first, one after the last) that no shard has."""
    missing: list[tuple[int, int]] = []
    reached = 0
    for shard in sorted(shards, key=lambda shard: shard.first):
        if shard.first > reached:
            missing.append((reached, shard.first))
        reached = max(reached, shard.stop)
    return [*missing, (reached, draws)] if reached < draws else missing


def in_words(ranges: Iterable[tuple[int, int]]) -> str:
    """Ranges of draws as people write them: "16-31, 40"."""
    return ", ".join(str(first) if stop == first + 1 else f"{first}-{stop - 1}" for first, stop in ranges)
