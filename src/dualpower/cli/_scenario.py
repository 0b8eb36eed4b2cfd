"""From words on the command line to a scenario with its interventions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dualpower.cli._errors import BAD_INPUT, StopError

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


SEEDS = click.IntRange(0, 2**32 - 1)
"""Seeds that a command takes: as many as there are years (in Python a longer number is folded into one of these)."""


def apart(_: click.Context, __: click.Parameter, out: Path | None) -> Path | None:
    """The folder of an option -o, refused before any work if results cannot be kept there or it is of other things."""
    from dualpower._files import OTHERS, check_apart

    if out is not None:
        check_apart(out, *OTHERS)
    return out


def intervention_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --do, --scale and --set to a command (its parameters `do`, `scale` and `changes`)."""
    options: tuple[_Decorator, ...] = (
        click.option("--do", multiple=True, metavar="EVENT=VALUE",
                     help="Let an event take an option, happen on another DATE, or 'never'. Repeatable."),
        click.option("--scale", multiple=True, metavar="PATH=FACTOR",
                     help="Multiply a party's members or cells, sizes of units, a series or a parameter of the laws: "
                     "PARTY.members=0.5, units.GROUP.size=2, series.ISSUE=0.9. Repeatable."),
        click.option("--set", "changes", multiple=True, metavar="PATH=VALUE",
                     help="Give a parameter of the laws a value, such as allegiance.blame=0. Repeatable."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def load_scenario(
    name: str, do: Sequence[str] = (), scale: Sequence[str] = (), changes: Sequence[str] = ()
) -> Scenario:
    """Load a scenario and make the interventions asked for, --do first, then --scale, then --set."""
    pairs = {
        "--do": [split(text, "--do", "EVENT=VALUE") for text in do],
        "--scale": [split(text, "--scale", "PATH=FACTOR") for text in scale],
        "--set": [split(text, "--set", "PATH=VALUE") for text in changes],
    }
    numbers = {option: [_number(option, *pair) for pair in pairs[option]] for option in ("--scale", "--set")}
    _agree(numbers["--scale"], numbers["--set"])
    from dualpower.record.doubts import refuse
    from dualpower.scenario import ScenarioError, load
    from dualpower.scenario.resolve import crowded

    scenario, faults = refuse(load(name)), []
    steps = [*(("do", *pair) for pair in pairs["--do"]), *(("scale", *pair) for pair in numbers["--scale"]),
             *(("set", *pair) for pair in numbers["--set"])]  # fmt: skip
    for kind, target, value in steps:
        try:
            scenario = getattr(scenario, kind)(target, value)
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    for note in crowded(scenario) if scale else ():
        click.echo(f"note: {note}", err=True)
    return scenario


def _agree(scale: Sequence[tuple[str, float]], changes: Sequence[tuple[str, float]]) -> None:
    """Refuse two values for one parameter: of two --set, or of --scale and --set, one would count for nothing."""
    for path in dict(changes):
        values = {value for name, value in changes if name == path}
        if len(values) > 1:
            said = " and ".join(f"{value:.12g}" for value in values)
            raise StopError(f"--set {path}: {said} contradict each other", BAD_INPUT)
        if path in dict(scale):
            raise StopError(f"--scale {path} and --set {path} contradict each other: give one of them", BAD_INPUT)


def split(text: str, option: str, form: str) -> tuple[str, str]:
    """Split "NAME=VALUE", or say what is wrong with it."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not (equals and name and value):
        raise StopError(f"{option} {text!r}: expected {form}", BAD_INPUT)
    return name, value


def _number(option: str, path: str, value: str) -> tuple[str, float]:
    try:
        parsed = float(value)
    except ValueError:
        parsed = math.nan
    if not math.isfinite(parsed):
        raise StopError(f"{option} {path}={value}: {value!r} is not a number", BAD_INPUT)
    return path, parsed
