"""What is declared: a scenario is a folder of plain files, loaded with every fault reported at once."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

# These three share their module's name, so they are bound here, before anyone else imports the module; the modules
# themselves are light. All else is imported when it is first asked for.
from dualpower.scenario.check import check
from dualpower.scenario.faults import Fault, ScenarioError
from dualpower.scenario.load import library, load
from dualpower.scenario.new import new

if TYPE_CHECKING:
    from dualpower.scenario.calendar import Calendar
    from dualpower.scenario.interventions import Intervention
    from dualpower.scenario.jsonschema import write_json_schema
    from dualpower.scenario.model import Scenario
    from dualpower.scenario.resolve import ResolvedEvent

__all__ = [
    "Calendar",
    "Fault",
    "Intervention",
    "ResolvedEvent",
    "Scenario",
    "ScenarioError",
    "check",
    "library",
    "load",
    "new",
    "write_json_schema",
]

_LATER = {
    "Calendar": "calendar",
    "Intervention": "interventions",
    "ResolvedEvent": "resolve",
    "Scenario": "model",
    "write_json_schema": "jsonschema",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value
