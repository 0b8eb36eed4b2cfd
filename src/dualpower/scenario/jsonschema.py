"""JSON Schemas of the TOML files, so that editors can complete keys and mark faults while one types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["json_schemas", "write_json_schema"]


def json_schemas() -> dict[str, str]:
    """Return the texts of scenario.schema.json, timeline.schema.json and claims.schema.json, by file name."""
    from dualpower.scenario.claims import Claims
    from dualpower.scenario.meanings import add_meanings
    from dualpower.scenario.schema import ScenarioSpec
    from dualpower.scenario.timeline import Timeline

    models: dict[str, type[BaseModel]] = {
        "scenario.schema.json": ScenarioSpec,
        "timeline.schema.json": Timeline,
        "claims.schema.json": Claims,
    }
    return {
        file: json.dumps(add_meanings(model.model_json_schema(by_alias=True), model), indent=1, sort_keys=False) + "\n"
        for file, model in models.items()
    }


def write_json_schema(folder: str | Path) -> list[Path]:
    """Write all schemas into a folder, which must exist; returns their paths.

    A TOML file asks for its schema in its first line: ``#:schema ./scenario.schema.json``.
    """
    written = []
    for file, text in json_schemas().items():
        path = Path(folder) / file
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return written
