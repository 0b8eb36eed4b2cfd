"""``dualpower what-if``: what could have been otherwise."""

from __future__ import annotations

from typing import Any

import click

from dualpower.cli._scenario import load_scenario
from dualpower.cli._text import heading, say, say_json


@click.command("what-if")
@click.argument("scenario")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def what_if(scenario: str, as_json: bool) -> int:
    """List the events of SCENARIO with their options: what --do can change."""
    declared = load_scenario(scenario)
    events = [_plain(event) for event in declared.timeline.events]
    if as_json:
        say_json({"scenario": declared.spec.id, "events": events})
    else:
        lines = [line for event in events for line in _lines(event)]
        say([heading(f"{declared.spec.title}: what --do EVENT=VALUE can change"),
             "VALUE is an option (* as it was), another date, or never.", *lines])  # fmt: skip
    return 0


def _plain(event: Any) -> dict[str, Any]:
    options = [
        {"id": option.id, "meaning": option.meaning, "historical": option.id == event.historical}
        for option in event.options
    ]
    facts = ("id", "name", "date", "kind", "actor", "meaning")
    return {**{fact: str(getattr(event, fact)) for fact in facts}, "options": options}


def _lines(event: dict[str, Any]) -> list[str]:
    who = f", {event['actor']}" if event["actor"] else ""
    head = f"{event['id']}  {event['date']} ({event['kind']}{who})"
    options = [
        f"    {'*' if option['historical'] else ' '} {option['id']}: {option['meaning']}" for option in event["options"]
    ]
    return ["", head, f"    {event['meaning']}", *options]
