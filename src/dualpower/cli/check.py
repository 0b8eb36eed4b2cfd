"""``dualpower check``: every fault of a scenario at once."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from dualpower._amounts import counted
from dualpower.cli._errors import BAD_INPUT, OK
from dualpower.cli._text import say, say_json

if TYPE_CHECKING:
    from dualpower.inference.posterior import Posterior
    from dualpower.scenario import Scenario


@click.command()
@click.argument("folder")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def check(folder: str, as_json: bool) -> int:
    """Check the scenario in FOLDER (or one of the library, by name) and list every fault.

    What is no fault but may surprise is told: effects too late to act, a posterior of other evidence than the folder
    has now, no parameters.toml, bodies of which only the first commands, a size that has no effect, contests and
    bodies of nobody, what lies after the end, rules that never come about, numbers and parties that may be slips.
    """
    from dualpower.record import check as faults_of
    from dualpower.scenario import load

    faults = faults_of(folder)
    told = [] if faults else _notes(load(folder))
    if as_json:
        keys = ("file", "where", "found", "expected", "hint")
        plain = [{**{key: str(getattr(fault, key)) for key in keys}, "sentence": str(fault)} for fault in faults]
        say_json({"folder": folder, "ok": not faults, "faults": plain, "notes": told})
    elif faults:
        say(str(fault) for fault in faults)
        more = (
            "; the meaning of targets, record and claims is looked at once they are mended" if _unasked(folder) else ""
        )
        click.echo(f"dualpower: {counted(len(faults), 'fault')} in {folder}{more}", err=True)
    else:
        say([f"{folder}: ok", *(f"note: {note}" for note in told)])
    return BAD_INPUT if faults else OK


def _unasked(folder: str) -> bool:
    """Whether scenario.toml or timeline.toml is at fault by itself, so that nothing has a meaning yet."""
    from dualpower.scenario.check import check as by_themselves

    return any(fault.file in ("scenario.toml", "timeline.toml") for fault in by_themselves(folder))


def _notes(scenario: Scenario) -> list[str]:
    """What is no fault, but should be known."""
    from dualpower.record.doubts import doubtful
    from dualpower.record.known import descriptions
    from dualpower.scenario.notes import notes
    from dualpower.scenario.sense import late_effects

    of_files = [*_of_parameters(scenario), *_of_posterior(scenario), *_of_theories(scenario)]
    return [*late_effects(scenario), *descriptions(scenario), *doubtful(scenario), *of_files, *notes(scenario)]


def _of_parameters(scenario: Scenario) -> list[str]:
    """Without values of its own a scenario has the usual ones, some of which count persons."""
    if (scenario.folder / "parameters.toml").is_file():
        return []
    usual = "all parameters of the laws have their usual values, guesses for a city of two million"
    listed = f"dualpower what-if {shlex.quote(str(scenario.folder))} --parameters lists them"
    remedy = "copy parameters.toml of what `dualpower new` writes"
    return [f"no parameters.toml: {usual} ({listed}); {remedy}"]


def _of_posterior(scenario: Scenario) -> list[str]:
    """What a user should know of the posterior beside the scenario: it is damaged, or was fitted to something else."""
    from dualpower.inference.posterior import load_posterior
    from dualpower.run import RunError

    try:
        found = load_posterior(scenario)
    except RunError as error:
        return [f"{error}; no ensemble can be drawn from it"]
    if found is None:
        return []
    if found.is_of(scenario, found.until):
        return _unknown(scenario, found)
    whose = "" if found.about.get("scenario") == scenario.spec.id else f" is of {found.about.get('scenario')}, and"
    again = "dualpower fit FOLDER --install makes a new one"
    return [f"posterior.nc{whose} was fitted to other evidence, priors or numbers than are here now; {again}"]


def _of_theories(scenario: Scenario) -> list[str]:
    """Theories whose posteriors beside the scenario were fitted with other pins than the theory has now."""
    from dualpower.experiment.drawn import drawn_theories, theory_file
    from dualpower.inference.theories import THEORIES, pins
    from dualpower.run import RunError

    try:
        kept = drawn_theories(scenario)
    except RunError as error:
        return [str(error)]
    told = []
    for theory in (one for one in THEORIES if one.name in kept):
        moved = dict.fromkeys(name for name, _ in pins(scenario, theory).items() ^ kept[theory.name].pins.items())
        if moved:
            names = ", ".join(sorted(dict.fromkeys(map(_family, moved))))
            said = f"{theory_file(theory.name)} was fitted with other pins than the theory has now ({names})"
            told.append(f"{said}; dualpower theories {scenario.id} -o DIR makes a new one")
    return told


def _unknown(scenario: Scenario, found: Posterior) -> list[str]:
    """What a user should know of laws and parameters of which a posterior says nothing."""
    pinned = json.loads(str(found.about.get("pins", "{}")))
    if not (missing := younger(scenario, [*map(str, found.draws), *pinned])):
        return []
    said = f"posterior.nc says nothing of {', '.join(missing)}: each draw has the centres of those priors"
    return [f"{said}; dualpower fit {scenario.id} --install makes a new one"]


def younger(scenario: Scenario, known: Iterable[str]) -> list[str]:
    """Parameters that are not among the known addresses: a law by its name where none of its own is."""
    from dualpower.inference.objective import free_parameters

    told = {_family(name) for name in known}
    laws = {name.split(".")[0] for name in told}
    missing = [name for one in free_parameters(scenario) if (name := _family(one.address)) not in told]
    return list(dict.fromkeys(name if (law := name.split(".")[0]) in laws else law for name in missing))


def _family(address: str) -> str:
    """The ``law.name`` of an address, for all members of a family."""
    return ".".join(address.split(".")[:2])
