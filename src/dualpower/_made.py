"""How a run was made, in words, from what its manifest says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def as_options(made: Iterable[Mapping[str, Any]]) -> list[str]:
    """Interventions as options of the command line."""
    return [f"--{one['kind']} {one['target']}={one['value']}" for one in made]


def forked(manifest: Mapping[str, Any]) -> str:
    """Where a run leaves another, whose first days it has, and how that was made; "" if all days are its own."""
    source = manifest.get("switches", {}).get("forked")
    if not source:
        return ""
    made = " ".join(as_options(source["interventions"])) or "the year as declared"
    return f"forked on {source['date']} from {made}, seed {source['seed']}"
