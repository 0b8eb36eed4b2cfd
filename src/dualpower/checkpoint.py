"""A run cut short, kept so that it can go on as if nothing had happened.

One file, ``checkpoint.npz``: the state at the end of the last whole segment, the days so far, and what was being
simulated. It replaces its predecessor in one step, so state and days always belong together.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from dualpower import __version__, _files, _netcdf
from dualpower._program import fingerprint
from dualpower._says import check_entries
from dualpower.manifest import files_of, interventions, parameters_of
from dualpower.run import CHECKPOINT, RunError, day_strings

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.scenario import Scenario

_VERSION = 2
State = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Checkpoint:
    """Where a run stands.

    Attributes
    ----------
    state
        Arrays from which the simulation goes on.
    dataset
        The days so far.
    about
        What is being simulated: see `about`.
    """

    state: State
    dataset: xr.Dataset
    about: dict[str, Any]

    @property
    def last_day(self) -> str:
        """The last day that is done."""
        return day_strings(self.dataset)[-1]

    def events(self, scenario: Scenario, seed: int) -> pd.DataFrame:
        """What had happened by then, and what not: the table of a run that ends here."""
        from dualpower.course import Course
        from dualpower.dataset import events_of

        course = Course(scenario, seed, self.last_day)
        course.go_on_from(self.state)
        return events_of(scenario, course.names, course.state.fate, course.done)

    def save(self, folder: Path) -> None:
        """Replace the checkpoint of `folder`, whole or not at all."""
        text = json.dumps({"version": _VERSION, **self.about}, default=_files.plain)
        arrays = {f"state/{name}": np.asarray(value) for name, value in self.state.items()}
        arrays["about"] = np.frombuffer(text.encode(), np.uint8)
        arrays["days"] = np.frombuffer(_netcdf.netcdf_bytes(self.dataset), np.uint8)
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        _files.make_folder(folder)
        _files.write_file(folder / CHECKPOINT, buffer.getvalue())


def load_checkpoint(folder: Path) -> Checkpoint | None:
    """Read the checkpoint of a run folder; None if there is none, `RunError` if it cannot be read."""
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            about = json.loads(stored["about"].tobytes())
            state = {name[6:]: stored[name] for name in stored.files if name.startswith("state/")}
            dataset = _netcdf.netcdf_dataset(stored["days"].tobytes())
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise RunError(f"{path}: damaged ({error}); run again without --resume") from error
    if not isinstance(about, dict):
        raise RunError(f"{path}: damaged, it does not say of what it is; run again without --resume")
    if about.pop("version", None) != _VERSION:
        raise RunError(f"{path}: written by another version of dualpower; run again without --resume")
    _files.check_says(path, about, {"seed": int, "scenario": dict})
    check_entries(path, about)
    return Checkpoint(state, dataset, about)


def about(scenario: Scenario, seed: int) -> dict[str, Any]:
    """What a run simulates, as far as its numbers depend on it."""
    return {
        "package_version": __version__,
        "program": fingerprint(),
        "seed": seed,
        "scenario": {"id": scenario.spec.id, "hash": scenario.hash, "files": files_of(scenario)},
        "interventions": interventions(scenario),
        "parameters": parameters_of(scenario),
    }


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Say what differs between two runs, one clause each; `old` and `new` are `about` or a manifest.

    Returns
    -------
    list of str
        Empty if the second would repeat the first.
    """
    found = [
        f"{word} was {old.get(key)!r} and is {new.get(key)!r}"
        for key, word in (("package_version", "the version of dualpower"), ("seed", "the seed"))
        if old.get(key) != new.get(key)
    ]
    if old.get("program") != new.get("program"):
        found.append("files of the program have changed since")
    was, now = old.get("scenario", {}), new.get("scenario", {})
    if was.get("id") != now.get("id"):
        return [*found, f"the scenario was {was.get('id')} and is {now.get('id')}"]
    found += _changed_interventions(old.get("interventions", []), new.get("interventions", []))
    found += _changed_values(old.get("parameters", {}), new.get("parameters", {}))
    if was.get("hash") != now.get("hash"):  # else a file that differs does so in nothing that counts
        found += _changed_files(was.get("files", {}), now.get("files", {}))
        if not found:
            same = sorted(map(_option, old.get("interventions", []))) == sorted(
                map(_option, new.get("interventions", []))
            )
            moved = same and old.get("interventions") != new.get("interventions")
            found = ["the interventions come in another order" if moved else
                     "the scenario was changed in memory, other than by interventions"]  # fmt: skip
    return found


def _changed_files(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    return [f"changed since: {', '.join(names)}"] if names else []


def _changed_interventions(old: list[Any], new: list[Any]) -> list[str]:
    gone = [f"{_option(item)} is missing" for item in old if item not in new]
    return gone + [f"{_option(item)} is new" for item in new if item not in old]


def _option(item: Mapping[str, Any]) -> str:
    return f"--{item.get('kind')} {item.get('target')}={item.get('value')}"


def _changed_values(old: Mapping[str, float], new: Mapping[str, float]) -> list[str]:
    laws = {name for name in {*old} ^ {*new} if name.count(".") == 1}  # others are those of interventions
    known = [
        f"the laws have changed: there is {'a new' if name in new else 'no more'} {name}" for name in sorted(laws)[:1]
    ]
    names = sorted(name for name in old if name in new and old[name] != new[name])
    shown = known + [f"parameter {name} was {old[name]} and is {new[name]}" for name in names[:3]]
    return shown + ([f"{len(names) - 3} more parameters"] if len(names) > 3 else [])


def join(earlier: xr.Dataset | None, later: xr.Dataset) -> xr.Dataset:
    """Put the days of a resumed run behind those that were done before; where they overlap the later ones count."""
    if earlier is None:
        return later
    first = later.indexes["date"][0]
    kept = earlier.isel(date=np.flatnonzero(earlier.indexes["date"] < first))
    if not kept.sizes["date"]:
        return later
    whole = xr.concat(
        [kept, later], dim="date", data_vars="minimal", coords="minimal", compat="override", join="override",
        combine_attrs="override",
    )  # fmt: skip
    whole.attrs = dict(later.attrs)
    return whole


@dataclass
class Keeper:
    """Keeps the latest segment of a run at hand, and puts it on the disk now and then.

    Segments come many a second: writing each would cost more than simulating it, so one is written when `seconds` have
    passed since the last, and the latest of all when the run is interrupted (`keep`).
    """

    folder: Path
    about: dict[str, Any]
    earlier: xr.Dataset | None = None
    seconds: float = 5.0
    latest: Checkpoint | None = None
    written: float = field(default_factory=time.monotonic)

    def __call__(self, state: Mapping[str, np.ndarray[Any, Any]], dataset: xr.Dataset) -> None:
        """Take a finished segment (the `on_segment` of `simulate`)."""
        self.latest = Checkpoint(dict(state), join(self.earlier, dataset), self.about)
        if time.monotonic() - self.written > self.seconds:
            self.keep()

    def keep(self) -> None:
        """Write the latest segment now."""
        if self.latest is not None:
            self.latest.save(self.folder)
            self.written = time.monotonic()
