"""How a run was made, in words, from what its manifest says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def as_options(made: Iterable[Mapping[str, Any]]) -> list[str]:
    """Interventions as options of the command line."""
    return [f"--{one['kind']} {one['target']}={one['value']}" for one in made]


def as_people(manifest: Mapping[str, Any]) -> str:
    """The share of people with a record of their own, as an option of the command line; "" for the crowd."""
    share = manifest.get("switches", {}).get("people")
    if not share:
        return ""
    parts = [f"{place}={part:g}" for place, part in share.items()] if isinstance(share, Mapping) else [f"{share:g}"]
    return f"--people {','.join(parts)}"


WAYS = ("noise", "imposed", "choices", "people")
"""How years are made, whatever is changed in them."""


def otherwise(one: Mapping[str, Any], two: Mapping[str, Any]) -> str:
    """Said of years that were not made alike, from the switches of both; "" if they were."""
    told = [f"{name} ({one.get(name)} and {two.get(name)})" for name in WAYS if one.get(name) != two.get(name)]
    if not told:
        return ""
    return f"The two differ in {', '.join(told)}, which is no intervention: what differs may be the doing of that."


def forked(manifest: Mapping[str, Any]) -> str:
    """Where a run leaves another, whose first days it has, and how that was made; "" if all days are its own."""
    source = manifest.get("switches", {}).get("forked")
    if not source:
        return ""
    made = " ".join(as_options(source["interventions"])) or "the year as declared"
    return f"forked on {source['date']} from {made}, seed {source['seed']}"
