"""``dualpower what-if``: what could have been otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dualpower.cli._scenario import load_scenario
from dualpower.cli._text import heading, number, say, say_json, table

if TYPE_CHECKING:
    from dualpower.scenario import Scenario


@click.command("what-if")
@click.argument("scenario")
@click.option("--parameters", is_flag=True, help="List what --set can change, the parameters of the laws, instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def what_if(scenario: str, parameters: bool, as_json: bool) -> int:
    """List the events of SCENARIO with their options: what --do can change."""
    declared = load_scenario(scenario)
    if parameters:
        return _parameters(declared, as_json)
    events = [_plain(declared, event) for event in declared.timeline.events]
    if as_json:
        scaled = [dict(zip(("path", "meaning", "names"), row, strict=True)) for row in _doses(declared)]
        say_json({"scenario": declared.spec.id, "events": events, "scale": scaled})
    elif not events:
        say([f"{declared.spec.title} has no events, so that --do can change nothing; --parameters lists other ways"])
    else:
        lines = [line for event in events for line in _lines(event)]
        say([heading(f"{declared.spec.title}: what --do EVENT=VALUE can change"),
             "VALUE is an option (* as it was), another date, or never.",
             "Each happens only where what it presupposes holds.",
             *lines, "", heading("what --scale PATH=FACTOR can change"),
             *(f"  {path}: {meaning} ({', '.join(known)})" for path, meaning, known in _doses(declared))])  # fmt: skip
    return 0


def _doses(scenario: Scenario) -> list[tuple[str, str, list[str]]]:
    """Paths of what is multiplied, but for parameters of the laws: path, meaning, names that it can have."""
    names = scenario.names
    rows = [
        ("PARTY.members, PARTY.cells", "its members, or its cells, at the start", names["party"]),
        ("series.ISSUE", "how much an issue presses, every day", names["material_issue"]),
        ("units.NAME.size", "how many people there are of a unit, a role or a group", names["group"]),
    ]
    return [(path, meaning, list(known)) for path, meaning, known in rows if known]


def _parameters(scenario: Scenario, as_json: bool) -> int:
    """List the laws' parameters with the values that they have in this scenario."""
    from dualpower.laws.parameters import PARAMETERS
    from dualpower.manifest import parameters_of

    values = parameters_of(scenario)
    known = {f"{entry.law}.{entry.name}": entry for entry in PARAMETERS}
    if as_json:
        rows = [{"path": path, "value": values[path], **entry._asdict()} for path, entry in known.items()]
        say_json({"scenario": scenario.spec.id, "parameters": rows})
    else:
        cells = [(path, number(values[path]), entry.unit, entry.meaning) for path, entry in known.items()]
        say([heading(f"{scenario.spec.title}: what --set PATH=VALUE can change"), *table(cells, "<><<")])
    return 0


def _plain(scenario: Scenario, event: Any) -> dict[str, Any]:
    from dualpower.scenario.sense import presupposes

    options = [
        {"id": option.id, "meaning": option.meaning, "historical": option.id == event.historical_option}
        for option in event.options
    ]
    facts = ("id", "name", "date", "kind", "actor", "meaning")
    return {
        **{fact: str(getattr(event, fact)) for fact in facts},
        "presupposes": presupposes(scenario, event.id),
        "rule": _rule(event),
        "options": options,
    }


def _rule(event: Any) -> str:
    """When it happens in a year that has left history; empty if it has no rule of its own."""
    if event.when is None or event.when.hazard == 0:
        return ""
    after = f" after {', '.join(event.when.events)}" if event.when.events else ""
    held = f" while {', '.join(event.when.conditions)}" if event.when.conditions else ""
    return f"{event.when.hazard:g} a day{after}{held}"


def _lines(event: dict[str, Any]) -> list[str]:
    who = f", {event['actor']}" if event["actor"] else ""
    head = f"{event['id']}  {event['date']} ({event['kind']}{who})"
    options = [
        f"    {'*' if option['historical'] else ' '} {option['id']}{': ' * bool(option['meaning'])}{option['meaning']}"
        for option in event["options"]
    ]
    needs = [f"    presupposes {event['presupposes']}"] if event["presupposes"] else []
    rule = [f"    in a year that has left history: {event['rule']}"] if event["rule"] else []
    return ["", head, f"    {event['meaning']}", *needs, *rule, *options]
