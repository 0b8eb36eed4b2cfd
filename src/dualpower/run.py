"""A run: one year, or a part of it, as labelled arrays with everything needed to repeat it.

A `Run` holds an `xarray.Dataset` (dimensions as in the scenario: date, unit, camp, activity, party, issue, centre,
council, district, contest), a table of what happened and what did not, the scenario with its interventions, the seed,
and a manifest. `save` writes a folder of ordinary files (NetCDF-4, CSV, JSON) and `load_run` reads it back exactly.
"""

from __future__ import annotations

import contextlib
import html
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from dualpower import _events, _files, _netcdf
from dualpower._arguments import as_place, check_same
from dualpower._files import RunError
from dualpower._made import forked
from dualpower._says import check_entries
from dualpower.dates import date_coordinates, day_strings
from dualpower.scenario.calendar import Calendar

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from dualpower.fates import Person
    from dualpower.fork import Fork
    from dualpower.scenario import Scenario

__all__ = ["Run", "RunError", "date_coordinates", "day_strings", "load_run"]

FORMAT = "dualpower-run"
FORMAT_VERSION = 1
MANIFEST, TRAJECTORIES, EVENTS, SCORE, REPORT = (
    "manifest.json", "trajectories.nc", "events.csv", "score.csv", "report.html")  # fmt: skip
CHECKPOINT = "checkpoint.npz"


class Run:
    """One simulated stretch of days.

    Parameters
    ----------
    dataset
        Labelled arrays; float32, first dimension `date` (a `CFTimeIndex` in the scenario's calendar).
    events
        One row per event of the timeline: event, date ("" if it did not happen), option, happened, why.
    scenario
        What was simulated, interventions included; None for a run read from a folder (found again when asked for).
    seed
        Of all chance in the run.
    manifest
        Versions, dates, parameters, machine: see `dualpower.manifest.describe`.
    """

    def __init__(
        self,
        dataset: xr.Dataset,
        events: pd.DataFrame,
        scenario: Scenario | None,
        seed: int,
        manifest: dict[str, Any],
    ) -> None:
        self.dataset = dataset
        self.events = _events.tidy(events)
        self.seed = seed
        self.manifest = manifest
        self._scenario = scenario
        self.books: list[Any] | None = None  # every day's tables, of a run of people from its first day on; not saved

    @property
    def scenario(self) -> Scenario:
        """What was simulated; of a saved run, the scenario its manifest names (`RunError` if that is gone)."""
        if self._scenario is None:
            from dualpower.manifest import find_scenario

            self._scenario = find_scenario(self.manifest)
        return self._scenario

    @property
    def complete(self) -> bool:
        """False for what an interrupted run has left."""
        return bool(self.manifest.get("complete", True))

    @property
    def outcome(self) -> str:
        """Id of the regime on the last day."""
        return str(self.dataset["regime"].to_numpy()[-1])

    @property
    def outcome_name(self) -> str:
        """Name of the regime on the last day, as the scenario words it."""
        return self.regime_name(self.outcome)

    @property
    def outcome_sentence(self) -> str:
        """What it means that the run ends so, in the scenario's words."""
        sentences = self.manifest.get("names", {}).get("outcomes", {})
        return str(sentences.get(self.outcome, f"{self.outcome_name}."))

    @property
    def regimes(self) -> list[tuple[str, str]]:
        """The regime at the start and each later one, as (first date in the scenario's calendar, regime id)."""
        ids = self.dataset["regime"].to_numpy().astype(str)
        first = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]])
        return [(self.dates[i], str(ids[i])) for i in first]

    @property
    def dates(self) -> list[str]:
        """Every day of the run, "YYYY-MM-DD" in the scenario's calendar."""
        return day_strings(self.dataset)

    def regime_name(self, regime: str) -> str:
        """Name of a regime, or its id where the manifest has none."""
        return str(self.manifest.get("names", {}).get("regimes", {}).get(regime, regime))

    def new_style(self, date: str) -> str:
        """New Style (Gregorian) date of a date of this run's calendar."""
        return self.calendar.new_style(date)

    @property
    def calendar(self) -> Calendar:
        """Calendar of the dates, which is the scenario's."""
        return Calendar(self.manifest.get("scenario", {}).get("calendar", "gregorian"))

    def score(self) -> pd.DataFrame:
        """Compare with the scenario's targets: one row per target, observed and simulated side by side."""
        from dualpower.record.score import score

        return score(self)

    def person(self, number: int, unit: str | None = None) -> Person:
        """Tell the year of one person, of a run of people: see `dualpower.fates.person`."""
        from dualpower.fates import person

        return person(self, number, unit)

    def fork(self, date: str) -> Fork:
        """Go back to the eve of a date, from where other futures go on: see `dualpower.fork.fork`."""
        from dualpower.fork import fork

        return fork(self, date)

    def report(self, path: str | Path, score: pd.DataFrame | None = None) -> Path:
        """Write the report, one HTML file that needs no network, and return its path; `score` if it is at hand."""
        from dualpower.report import write_report

        return write_report(self, as_place(path), score)

    def figure(self, name: str) -> Figure:
        """A figure of the report for Matplotlib ("activity", "councils", ...); `RunError` names all if it is none."""
        from dualpower.report.figures import of_run

        return of_run(self, name)

    def save(self, folder: str | Path) -> Path:
        """Write manifest.json, trajectories.nc and events.csv into `folder`, replacing a run that is there.

        Raises
        ------
        RunError
            If the folder cannot be written, or has files of such names that are no run; nothing in it is then changed.
        """
        target = as_place(folder)
        check_place(folder)
        data = {TRAJECTORIES: _netcdf.netcdf_bytes(self.dataset), EVENTS: _events.to_csv(self.events)}
        prints = {name: {"bytes": len(body), "sha256": _files.sha256(body)} for name, body in data.items()}
        manifest = json.dumps(
            {**self.manifest, "seed": self.seed, "files": prints}, indent=2, ensure_ascii=False, default=_files.plain
        )
        data[MANIFEST] = (manifest + "\n").encode()
        # A table or a report of another run must not stay behind beside this one, nor a way to resume what is finished.
        stale = (SCORE, REPORT, CHECKPOINT) if self.complete else (SCORE, REPORT)
        _files.write_files(target, data, last=MANIFEST, stale=stale)
        return target

    def summary(self) -> dict[str, Any]:
        """Everything the command line prints, as plain numbers and words (fit for JSON)."""
        from dualpower.manifest import summary

        return summary(self)

    def __repr__(self) -> str:
        """One line: what, which days, which seed, how it ended."""
        title = self.manifest.get("scenario", {}).get("title", "run")
        part = f", {source}" if (source := forked(self.manifest)) else ""
        part += "" if self.complete else ", unfinished"
        days = self.dates
        return f"<Run of {title}: {days[0]} to {days[-1]}, seed {self.seed}, {self.outcome_name}{part}>"

    def _repr_html_(self) -> str:
        old = self.calendar.system == "julian"
        rows = "".join(
            f"<tr><td>{date}</td>{f'<td>{self.new_style(date)}</td>' * old}<td>{html.escape(name)}</td></tr>"
            for date, name in ((date, self.regime_name(regime)) for date, regime in self.regimes)
        )
        head = f"<tr><th>from</th>{'<th>New Style</th>' * old}<th>regime</th></tr>"
        inner = self.dataset._repr_html_()
        return f"<p><b>{html.escape(repr(self)[1:-1])}</b></p><table>{head}{rows}</table>{inner}"


def load_run(folder: str | Path, scenario: Scenario | None = None) -> Run:
    """Read a run that `Run.save` wrote.

    Parameters
    ----------
    folder
        The run's folder.
    scenario
        What was simulated, with its interventions, if at hand; else it is found again by the manifest when needed.

    Raises
    ------
    RunError
        If the folder is no run, is unfinished, damaged, of a version this package cannot read, or of another scenario.
    """
    place = as_place(folder)
    manifest = read_manifest(place)
    if scenario is not None:
        check_same(scenario, manifest, f"{place}: a run")
    body = {name: _read_checked(place / name, manifest) for name in (TRAJECTORIES, EVENTS)}
    try:
        dataset = _netcdf.netcdf_dataset(body[TRAJECTORIES])
        events = pd.read_csv(io.BytesIO(body[EVENTS]), dtype=str, keep_default_na=False)
        return Run(dataset, events, scenario, int(manifest["seed"]), manifest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{place}: the run cannot be read, its files are damaged ({error})") from error


def check_place(folder: str | Path) -> None:
    """Raise `RunError` if a run cannot be kept in `folder`: asked before a long run, not after it; leaves no trace."""
    _files.check_apart(folder)
    folder = Path(folder)
    _files.refuse_ensemble(folder, "; choose another folder")
    names = (MANIFEST, TRAJECTORIES, EVENTS, CHECKPOINT, SCORE, REPORT)
    strange = [name for name in names if (folder / name).is_file()]
    if strange and not _is_ours(folder):
        raise RunError(
            f"{folder}: {strange[0]} there is not of a dualpower run and would be lost; choose another folder"
        )


def _is_ours(folder: Path) -> bool:
    """Whether a folder has a run's manifest, trajectories or checkpoint: one is always there, also after a crash."""
    import zipfile

    import h5py

    with contextlib.suppress(OSError, ValueError, AttributeError):
        if json.loads((folder / MANIFEST).read_bytes()).get("format") == FORMAT:
            return True
    with contextlib.suppress(OSError), h5py.File(folder / TRAJECTORIES) as file:
        return {"date", "unit", "regime"} <= set(file)
    with contextlib.suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(folder / CHECKPOINT) as file:
        return "about.npy" in file.namelist()
    return False


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read and check the manifest of the run in `folder`, or raise `RunError`."""
    path = folder / MANIFEST
    if not folder.is_dir():
        raise RunError(f"{folder}: there is no such folder" if not folder.exists() else f"{folder}: not a folder")
    if not path.exists():
        _files.refuse_ensemble(folder, f", its score is in {SCORE} there" if (folder / SCORE).exists() else "")
        hint = "; it has an interrupted run: continue that with --resume" if (folder / CHECKPOINT).exists() else ""
        raise RunError(f"{folder}: no finished run here ({MANIFEST} is missing){hint}")
    try:
        manifest = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: cannot be read as JSON ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise RunError(f"{path}: not the manifest of a dualpower run")
    if manifest.get("format_version") != FORMAT_VERSION:
        raise RunError(
            f"{path}: written in format {manifest.get('format_version')!r} by dualpower "
            f"{manifest.get('package_version', '?')}; this version reads format {FORMAT_VERSION}"
        )
    wanted = {"seed": int, "files": dict, "scenario": dict, "complete": bool, "dates": dict}
    _files.check_says(path, manifest, wanted)
    check_entries(path, manifest)
    return manifest


def _read_checked(path: Path, manifest: dict[str, Any]) -> bytes:
    """Bytes of a file of a run, if they are those that the manifest describes."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RunError(f"{path}: cannot be read ({error.strerror or error})") from error
    expected = manifest.get("files", {}).get(path.name, {}).get("sha256")
    if _files.sha256(data) != expected:
        raise RunError(f"{path}: damaged, or of another run than {MANIFEST} beside it (its fingerprint differs)")
    return data
