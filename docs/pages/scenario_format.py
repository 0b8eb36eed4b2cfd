"""scenario-format.md: what a scenario's folder may declare, from the models that check it."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from importlib import resources
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from dualpower.laws.parameters import PARAMETERS
from dualpower.scenario import claims, kinds
from dualpower.scenario.conditions import INDICATORS, LEVERS, RANGES
from dualpower.scenario.meanings import meanings
from dualpower.scenario.schema import ScenarioSpec
from dualpower.scenario.tables import TABLES
from dualpower.scenario.timeline import Timeline
from pages.markdown import NOTE, prose, table

INTRODUCTION = """# The scenario format

A scenario is a folder of TOML and CSV files and no code. `dualpower new NAME` writes a small valid one;
`dualpower check FOLDER` reports every fault at once, with file, place, what was found, what was expected, and the
nearest valid name.

All dates are texts `"YYYY-MM-DD"` in the scenario's own calendar (Julian, that is Old Style, or Gregorian). Every row
or table with a number says where it comes from (`source`) and how good that is (`source_kind`: seed, primary,
scholarly, encyclopedia, memory or guess). Numbers from memory or guess are never a pass or fail.
"""

CSV_FILES = """## CSV files

The first line of each names the columns; their order is free, and other columns may stand beside them.
"""

PURPOSE = {
    "districts": "Parts of the city and of the country: `lat` and `lon` for maps, `row` and `col` for a map of tiles.",
    "units": "Who there is: a factory, regiment, ship, school, office, or the other residents of a district; `size` in "
    "persons, `women` as a share, `workplaces` how many plants or companies the row stands for.",
    "series": "Dated intensities (0 to 1) of the issues, joined by straight lines.",
    "record": "What sources say: every number with its band; conflicting sources stand side by side.",
    "targets": "Which observations a run is compared with, `calibrate` to fit and `heldout` to test; `low` and `high` "
    "are the band. The last columns say what is measured where the quantity alone does not.",
    "quiet": "Pseudo-observations from no source, such as an ordinary day on which next to nobody strikes: a fit without them "
    "would have to explain only days of which somebody wrote. They are fitted like targets and never scored. Columns as "
    "in targets.csv: `target_id` (unlike any target's), `date` and, of a stretch of days, `date_end`, in the scenario's "
    "calendar; `place`, `quantity` and `group` as in the record; `value` the best guess, `low` to `high` its wide band, "
    "in the `unit` of the quantity; `basis` mostly guess; `note` says why one would guess so.",
    "changes": "Units that move (`what` = district) or grow and shrink (`what` = size).",
    "cells": "Members of a party in a unit at the start, where known or guessed.",
    "commuting": "Where those who work in a district live: the shares of one `work` sum to 1; those not listed live "
    "where they work.",
}

BASIS = """### What a target rests on

`basis` in targets.csv and quiet.csv is one of these words; left out, it is as `read`.
"""

PATHS = """## Indicators and levers

A condition compares an indicator with a number, as in `council.NAME.PARTY >= 0.5`; an effect moves a lever. The parts
after the first are ids that the scenario declares. `>` and `<` are strict: `office.NAME > 0` does not hold at 0.

A party that appears in the course of the year has no support at the start and `legality.PARTY` at -1 until its day, so that it reaches
nobody before. One that is dissolved loses its members on a day (`arrest.PARTY` at 1), its reach from then on (`legality.PARTY` at -1) and
its voters as they reconsider (`trust.PARTY` at -1 or less a day). A coalition, a split of its voters or a boycott are events on
`office`, `trust` and `node` likewise.

Units that move (changes.csv) are counted where they are on the day: in the street, for authority, for fear, as voters, in contests,
in shares by district (of ensembles, in `compare`, on maps). By their district in units.csv, all year, count: whom an effect with `places`
reaches, who gets a record with `people={PLACE: SHARE}`, and the labels `place` and `unit_district` of a run (whose attribute `moves` has the
moves).

`place` of a district says how near it is to power, whatever the place is called. `city`: the capital, where strikers, marchers and authority are
counted and contests decided; at least one district lies there. `suburb`: near it; news and fighters reach the capital from there as from its own
streets, and its armed units are bases. `fleet`: other bases, out of sight, whose armed units can still come over in a contest (a naval base, a
garrison an hour away). `country`: all the rest; its armed units can only arrive later, against the winner of an insurrection.

Votes for a body go by `electorate` (what each person of a role or group weighs, nought for those not named). Where that is left out, they go by the
seats that a unit fills, if `seats` are declared, and else everybody has one. Nothing elects a congress indirectly: it has voters of its own, who may weigh
as the bodies that sent delegates did.

The order of `[[councils]]` counts: the first of tier 1 that is no election commands in the capital and near it, the first of tier 2
elsewhere. The order of `[[regime_rules]]` counts too: the first that fires decides. `dualpower check` notes where several could command.

`intensity.ISSUE` as an indicator is what the series says that day; what events add to it (`intensity.ISSUE` as a lever) is felt in grievance,
and no condition sees it.

Sizes count. Most numbers of the laws are shares and slopes, but some are persons, and their usual values are those of a city of two million:
`contests.engage` (4,000 in action at which a contest with a crowd is half joined), `size` of a contest, `per_seat`. Set them in
parameters.toml and scenario.toml for a smaller place: with every size cut to a hundredth and nothing else changed, no crowd wins.
"""

SCALARS = {str: "text", float: "number", int: "whole number", bool: "true or false"}
WORDS = {
    "Text": "text",
    "Identifier": "identifier",
    "Flag": "true or false",
    "Whole": "whole number",
    "Number": "number",
    "Amount": "number, 0 or more",
    "Logit": "-30 to 30",
    "Seats": "whole number, 1 or more",
    "Share": "0 to 1",
    "Signed": "-1 to 1",
    "Date": "date",
    "RunDate": "date within the run",
    "ConditionText": "condition",
    "LeverText": "lever",
    "SourceKind": "source kind",
    "Place": "city, suburb, fleet or country",
    "MaterialIssue": "issue (not the one about power)",
    "RoleOrGroup": "role or group",
    "RegimeOrNone": "regime, or empty",
    "EventOrNone": "event, or empty",
    "Actor": "party or centre, or empty",
    "QuantityName": "quantity",
    "Support": "table of party = 0 to 1",
    "QuantityPath": "quantity",
    "Quantities": "one or a list of: quantity",
    "Changes": "one or a list of: intervention",
}
ALIASES = [(getattr(claims, name), WORDS[name]) for name in ("QuantityPath", "Quantities", "Changes")]
ALIASES += [(getattr(kinds, name), WORDS.get(name, name.lower())) for name in vars(kinds) if name in WORDS or (
    name[0].isupper() and get_origin(getattr(kinds, name)) is Annotated)]  # fmt: skip


def words(kind: Any) -> str:
    """Return an annotation in words."""
    for alias, name in ALIASES:
        if kind == alias:
            return name
    if kind in SCALARS:
        return SCALARS[kind]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    return _compound(get_origin(kind), get_args(kind))


def _compound(origin: Any, arguments: tuple[Any, ...]) -> str:
    if origin is Annotated:
        one = arguments[1:] == (kinds.OneOrMore,)
        inner = words(arguments[0])
        return f"one or a {inner}" if one else inner
    if origin is Literal:
        return " or ".join(str(value) for value in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(words(part) for part in arguments if part is not type(None))
    if origin is tuple:
        return f"list of: {words(arguments[0])}"
    if origin is dict:
        return f"table of {words(arguments[0])} = {words(arguments[1])}"
    return "value"


def models(root: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield a model and, once each, those that its fields hold."""
    seen: dict[type[BaseModel], None] = {}
    waiting = [root]
    while waiting:
        model = waiting.pop(0)
        if model not in seen:
            seen[model] = None
            waiting += [inner for field in get_type_hints(model).values() for inner in _inside(field)]
    yield from seen


def _inside(kind: Any) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [inner for part in get_args(kind) for inner in _inside(part)]


def _default(field: Any) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is None or field.default_factory is not None or value in ("", ()) or isinstance(value, BaseModel):
        return "may be left out"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def section(model: type[BaseModel]) -> str:
    """Return one model: what it is, and its keys."""
    hints, told = get_type_hints(model, include_extras=True), meanings(model)
    rows = [
        (f"`{field.alias or name}`", words(hints[name]), _default(field), told.get(name, "").replace("\n", " "))
        for name, field in model.model_fields.items()
    ]
    about = re.sub(r"^(\[+[\w.]+\]+):", r"`\1`:", prose(model.__doc__))
    return f"### {model.__name__}\n\n{about}\n{table(('key', 'value', 'default', 'meaning'), rows)}"


def csv_section() -> str:
    """Return the CSV files with their columns."""
    parts = [CSV_FILES]
    for name, csv in TABLES.items():
        key = f" One row for each {' and '.join(f'`{column}`' for column in csv.unique)}." if csv.unique else ""
        there = "" if csv.required else " The file may be left out."
        filled = [column.name for column in csv.columns if column.blank == "fault"]
        blank = [column.name for column in csv.columns if column.blank == "ok" and column.absent == "fault"]
        extra = [column.name for column in csv.columns if column.absent == "ok"]
        lists = (("Always filled", filled), ("May be empty", blank), ("The column may be missing", extra))
        columns = "\n".join(f"- {what}: {', '.join(f'`{c}`' for c in listed)}" for what, listed in lists if listed)
        parts.append(f"### {csv.file}\n\n{PURPOSE[name]}{key}{there}\n\n{columns}\n")
    return "\n".join([*parts, BASIS, *(f"- `{word}`: {meaning}" for word, meaning in kinds.BASES.items()), ""])


def paths_section() -> str:
    """Return the grammar of conditions and of effects."""
    forms = {
        name: ", ".join(f"`{'.'.join((head, *(f'<{kind}>' for kind in kinds_)))}`" for head, kinds_ in grammar.items())
        for name, grammar in (("Indicators", INDICATORS), ("Levers", LEVERS))
    }
    return PATHS + "".join(f"\n{name}: {listed}.\n" for name, listed in forms.items()) + "\n" + ranges_section()


RANGES_HEAD = """What an indicator can be. A condition that therefore always holds, or never, is a fault.
"""


def ranges_section() -> str:
    """Return what numbers the indicators can have."""
    ranges: dict[str, list[str]] = {}
    for head in INDICATORS:
        ranges.setdefault(RANGES[head].words, []).append(f"`{head}`")
    return RANGES_HEAD + "\n" + "".join(f"- {', '.join(heads)}: {said}\n" for said, heads in ranges.items())


PARAMETERS_FILE = """## parameters.toml

May be left out. Values of the laws' parameters for this scenario, where they differ from the usual ones: `[law]` with `name = value`,
or `[law.name]` with `member = value` where a parameter differs by party or issue, as in `[hardship.weight]` with `bread = 1.2`.
[The laws](laws.md) have every parameter with its unit, prior and meaning; `dualpower what-if FOLDER --parameters` has them
with the values that rule. A value is a finite number, of at least 0 unless the prior is normal.

Single runs take these values; interventions (`--set`, `--scale`) come on top. The draws of a posterior, where one comes with the
scenario, replace them in ensembles. `dualpower fit FOLDER --install` writes the file beside the posterior.

What the file does not name, or all where there is none (`dualpower check` then says so), is at the centre of its prior. Those are guesses for
a city of two million: in persons is {counted}, and how readily people move was guessed for such a city too. A town of ten thousand in which
nothing else is changed sees no crowd win. The values of the scenario that `dualpower new` writes, as an example:

```toml
{template}```
"""


def parameters_section() -> str:
    """Return what parameters.toml may hold."""
    folder = resources.files("dualpower.scenario") / "template"
    persons = [f"`{one.law}.{one.name}` ({one.centre:,.0f})" for one in PARAMETERS if one.unit == "persons"]
    text = (folder / "parameters.toml").read_text(encoding="utf-8")
    return PARAMETERS_FILE.replace("{counted}", " and ".join(persons)).replace("{template}", text)


CLAIMS = """## claims.toml

May be left out. What a text says about the events, stated so that the model can contradict it; `dualpower claims`
tests it ([claims](claims.md) has the rule for verdicts). An intervention is written as on the command line without the
dashes: `do EVENT=VALUE`, `scale PATH=FACTOR` or `set PATH=VALUE`.

Measures look at quantities: {quantities}.

`regime` and `event` are 1 on the days on which the regime rules, or from which on the event has happened; shares are 0
to 1, all else persons.
"""


def claims_section() -> str:
    """Return what claims.toml may hold."""
    forms = (".".join((head, *(f"<{kind}>" for kind in kinds_))) for head, kinds_ in claims.QUANTITIES.items())
    head = CLAIMS.replace("{quantities}", ", ".join(f"`{form}`" for form in forms))
    return "\n".join([head, *(section(model) for model in models(claims.Claims))])


def page() -> str:
    """Return the whole page."""
    spec = [section(model) for model in models(ScenarioSpec)]
    timeline = [section(model) for model in models(Timeline)]
    return "\n".join(
        [
            NOTE + INTRODUCTION,
            "## scenario.toml\n",
            *spec,
            "## timeline.toml\n",
            *timeline,
            paths_section(),
            parameters_section(),
            claims_section(),
            csv_section(),
        ]
    )
