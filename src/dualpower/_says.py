"""Of what kind the entries of a manifest or a checkpoint are, so that a damaged one is called so where it is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dualpower._files import RunError, check_says

_ENTRIES: dict[str, type] = dict.fromkeys(("parameters", "switches", "names", "files", "scenario", "dates"), dict)
_INNER: dict[str, dict[str, type]] = {
    "scenario": {**dict.fromkeys(("id", "hash", "source", "calendar"), str), "files": dict},
    "names": dict.fromkeys(("regimes", "outcomes", "events"), dict),
}


def check_entries(path: Path, document: Mapping[str, Any]) -> None:
    """Raise `RunError` if an entry that is there is of another kind than it should be."""
    _check(path, document, {**_ENTRIES, "interventions": list})
    for name, wanted in _INNER.items():
        _check(path, document.get(name, {}), wanted)
    if "dates" in document:
        check_says(path, document["dates"], {"first": str, "last": str})
    plain = {
        "interventions": all(map(_is_intervention, document.get("interventions", []))),
        "parameters": all(isinstance(value, int | float) for value in document.get("parameters", {}).values()),
        "files": all(isinstance(said, dict) for said in document.get("files", {}).values()),
    }
    if wrong := [name for name, right in plain.items() if not right]:
        raise RunError(f"{path}: damaged, what it says of its {wrong[0]} cannot be read")


def _check(path: Path, document: Mapping[str, Any], wanted: Mapping[str, type]) -> None:
    check_says(path, document, {name: kind for name, kind in wanted.items() if name in document})


def _is_intervention(item: Any) -> bool:
    return isinstance(item, dict) and item.get("kind") in ("do", "scale", "set") and {"target", "value"} <= set(item)
