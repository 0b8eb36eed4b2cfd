"""Start a new scenario: a small valid one, written into a folder."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from dualpower.scenario.faults import Fault, ScenarioError, quote
from dualpower.scenario.names import IDENTIFIER

__all__ = ["new"]

_ID, _TITLE, _CALLED = "harbour-town", "Harbour Town", "what-if town"
"""What the template calls itself."""


def new(name: str, target_folder: str | Path | None = None) -> Path:
    """Write a small valid scenario of a fictional town, to be changed into another.

    Parameters
    ----------
    name : str
        The new scenario's id.
    target_folder : str or Path, optional
        A folder that does not exist yet or is empty; a folder called `name` in the current one if not given.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ScenarioError
        If the name is no identifier, or if the folder holds something already.
    """
    if not isinstance(name, str) or not IDENTIFIER.fullmatch(name):
        raise ScenarioError([Fault("new", "", quote(name), "a name of letters, digits, _ and -")])
    folder = Path(name if target_folder is None else target_folder)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ScenarioError(
                [
                    Fault(
                        str(folder),
                        "",
                        "something there already",
                        "a new or an empty folder",
                        "nothing was overwritten",
                    )
                ]
            )
        _write(folder, {file: text.encode() for file, text in _files(name).items()})
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ScenarioError(
            [Fault(str(folder), "", f"that it cannot be written ({reason})", "a folder that can be written")]
        ) from None
    return folder


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """All files, or none and no folder that was not there."""
    there = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for file, data in contents.items():
            (folder / file).write_bytes(data)
    except BaseException:
        for file in contents:
            (folder / file).unlink(missing_ok=True)
        if not there:
            folder.rmdir()
        raise


def _files(name: str) -> dict[str, str]:
    """Return the template's files under the new scenario's id, with JSON Schemas for editors beside them."""
    from dualpower.scenario.jsonschema import json_schemas

    root = files("dualpower.scenario") / "template"
    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in root.iterdir()
        if entry.name.endswith((".toml", ".csv", ".md"))
    }
    words = name.replace("-", " ").replace("_", " ").split()
    title = " ".join(word[0].upper() + word[1:] for word in words) or name
    named = texts["scenario.toml"].replace(f'id = "{_ID}"', f'id = "{name}"', 1)
    texts["scenario.toml"] = named.replace(f'title = "{_TITLE}"', f'title = "{title}"', 1)
    texts["parameters.toml"] = texts["parameters.toml"].replace(_CALLED, f"what-if {name}")
    return texts | json_schemas()
