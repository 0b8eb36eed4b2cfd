"""Load a scenario, by name from the library or from a folder; a light module that imports the rest when called."""

from __future__ import annotations

import os
import warnings
from dataclasses import replace
from importlib.resources import files
from multiprocessing import parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualpower.scenario.faults import Fault, ScenarioError, did_you_mean, one_of, quote

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario
    from dualpower.scenario.reading import Declared

__all__ = ["find_folder", "library", "load"]


def load(name_or_folder: str | Path) -> Scenario:
    """Load a scenario of the library by name, or one from a folder.

    Parameters
    ----------
    name_or_folder : str or Path
        A name in the library, else the path of a folder.

    Raises
    ------
    ScenarioError
        With every fault of the folder at once.
    """
    from dualpower.scenario.reading import read

    declared = read(find_folder(name_or_folder))
    if declared.faults or declared.spec is None or declared.timeline is None:
        raise ScenarioError(declared.faults)
    return scenario_of(declared)


def scenario_of(declared: Declared) -> Scenario:
    """Make a scenario of what was read, be it with faults, as far as scenario.toml and timeline.toml are understood."""
    from dualpower.scenario.model import Scenario
    from dualpower.scenario.reading import FILES, frames
    from dualpower.scenario.textfiles import fingerprints

    assert declared.spec is not None
    assert declared.timeline is not None
    tables: dict[str, Any] = dict(frames(declared.tables))
    made = Scenario(
        folder=declared.folder,
        spec=declared.spec,
        timeline=declared.timeline,
        claims=declared.claims,
        parameters=declared.parameters,
        content_hash=declared.content_hash,
        files=fingerprints(declared.folder, FILES),
        **tables,
    )
    return replace(made, loaded=made.parts)


def library() -> dict[str, Path]:
    """Return the scenarios that come with the program: name and folder."""
    root = Path(str(files("dualpower.scenario"))) / "library"
    if not root.is_dir():
        return {}
    return {folder.name: folder for folder in sorted(root.iterdir()) if (folder / "scenario.toml").is_file()}


_RESULTS = {"trajectories.nc": "a run", "ensemble.json": "an ensemble", "claims.json": "results"}
"""Files by which a folder is known that a user may take for a scenario's."""


def _refuse_results(folder: Path) -> None:
    """Raise `ScenarioError` if a folder is of what was made with a scenario."""
    if (folder / "scenario.toml").exists():
        return
    if what := next((what for name, what in _RESULTS.items() if (folder / name).is_file()), ""):
        raise ScenarioError([Fault(str(folder), "", f"the folder of {what}", "that of a scenario")])


def find_folder(name_or_folder: Any) -> Path:
    """Return the folder of a scenario; a name in the library comes before a folder of the same name.

    Raises
    ------
    ScenarioError
        If there is neither, or if the path is not that of a folder.
    """
    known = library()
    if not isinstance(name_or_folder, str | os.PathLike):
        expected = f"the name of a scenario of the library ({one_of(tuple(known))}) or the path of a folder, as text"
        raise ScenarioError([Fault("load", "", quote(name_or_folder), expected)])
    if isinstance(name_or_folder, str) and name_or_folder in known:
        if Path(name_or_folder, "scenario.toml").is_file() and parent_process() is None:  # said once, not by workers
            own = os.path.join(".", name_or_folder)  # noqa: PTH118 (a Path drops the point)
            warnings.warn(f"{name_or_folder} is the library's; {own} is the folder of that name here", stacklevel=3)
        return known[name_or_folder]
    try:
        path = Path(name_or_folder or "no scenario was named")
        exists, is_folder = path.exists(), path.is_dir()
    except (OSError, ValueError):  # a name too long, a NUL byte
        exists = is_folder = False
    if is_folder:
        _refuse_results(path)
        return path
    if exists:
        raise ScenarioError(
            [Fault(str(path), "", "a file", "the folder of a scenario", "give the folder that holds scenario.toml")]
        )
    hint = did_you_mean(str(name_or_folder), known)
    raise ScenarioError(
        [
            Fault(
                quote(str(name_or_folder), 200),
                "",
                "no such scenario and no such folder",
                f"a scenario of the library ({one_of(tuple(known))}) or the path of a folder",
                hint,
            )
        ]
    )
