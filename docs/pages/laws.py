"""laws.md: the laws in the words of their own modules, with their functions and their parameters."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from types import FunctionType, ModuleType

import dualpower.laws
from dualpower.laws import state
from dualpower.laws.day import ORDER
from dualpower.laws.parameters import PARAMETERS, Parameter
from pages.markdown import NOTE, prose, table

INTRODUCTION = """# The laws

Every law is one file in `src/dualpower/laws/`: the idea, its equation, its source, and the limit in which it is
tested against a known answer; then functions of arrays. Symbols: `u` unit, `d` district, `p` party, `c` camp,
`j` issue, `k` centre, `t` temper. The last axis of an array is the unit wherever there is one.

A day's laws make two small tables for each unit, in heat-bath form: a share of the people reconsiders, and those who
do choose anew, whatever they held before.
"""

PARAMETERS_HEAD = """## Parameters

The numbers of the laws that can be set or fitted, with what was believed about them before any fit. A dozen constants of form
stand in the laws' own files instead, named or in the equation, and are guesses like the rest: the weights .8 and .2 of what is
expected in the street and .02 below which nobody counts there, .1 of fatigue for a day out, the slopes 40, 20, 10 and 6 of soft
switches, .01 and .003 of support and agitation that are always seen, the half weight of soldiers who are out but not in the street,
of agitators in an insurrection and of guards without a front, .4 and .6 of melting with and without one, the halving of memory and mastery each day, and seven days of
patience. *Re-centred on a trial fit*: a first version of the laws was fitted to the
first three months of the record that the program was written for (January to March 1917 in Petrograd), and the guess
moved to what it found; for any other scenario it is a guess like the rest. A log-normal
prior is given by its median and the standard deviation of the logarithm; a normal one by its mean and standard
deviation. A switch is an assumption that can be turned off; it is never fitted. Change one with
`--set law.name=value`, or in Python with `scenario.set("law.name", value)`. Those marked *per party* or *per issue*
take the member's id as a third part, as in `hardship.weight.bread`.
"""

SERVING = """## What serves the laws

What takes the laws' numbers apart, puts them together and writes them down; no parameter of its own.
"""

SHAPE = re.compile(r"""^(?:Float|Int|Bool|Shaped)\[\w+, ["']([^"']*)["']\]$""")


def law_modules() -> tuple[dict[str, ModuleType], dict[str, ModuleType]]:
    """Return the modules of the laws by name, in the order in which a day first comes to them; and those that serve them."""
    present = {info.name for info in pkgutil.iter_modules(dualpower.laws.__path__)}
    laws = [name for name in dict.fromkeys(law for law, _ in ORDER) if name in present]
    rest = sorted(name for name in present - {*laws, "day", "parameters", "state"} if not name.startswith("_"))
    return _modules(laws), _modules(rest)


def _modules(names: list[str]) -> dict[str, ModuleType]:
    return {name: importlib.import_module(f"dualpower.laws.{name}") for name in names}


def shape(annotation: str) -> str:
    """Return the axes of a jaxtyping annotation, as "(camp, unit)"; "" for what is no array."""
    match = SHAPE.match(annotation)
    return f"({', '.join(match.group(1).split()) or 'number'})" if match else ""


def signature(function: FunctionType) -> str:
    """Return a function's arrays with their axes, as one line."""
    parameters = inspect.signature(function).parameters.values()
    arrays = [f"`{p.name}` {shape(str(p.annotation))}" for p in parameters if shape(str(p.annotation))]
    result = shape(str(inspect.signature(function).return_annotation))
    return ", ".join(arrays) + (f" → {result}" if result else "")


def functions(module: ModuleType) -> str:
    """Return the public functions of a law, each with its words and its axes."""
    own = [f for _, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__]
    public = sorted((f for f in own if not f.__name__.startswith("_")), key=lambda f: f.__code__.co_firstlineno)
    return "\n".join(f"**`{f.__name__}`** — {prose(f.__doc__)}\n{signature(f)}\n" for f in public)


def prior(row: Parameter) -> str:
    """Return a prior in words."""
    if row.prior == "switch":
        return f"switch, {row.centre:g}"
    return f"{row.prior} {row.centre:g}, {row.sd:g}"


def parameters(rows: list[Parameter]) -> str:
    """Return the table of some parameters."""
    cells = [
        (f"`{r.law}.{r.name}`" + (f" (per {r.per})" if r.per else ""), r.unit, prior(r), r.meaning, r.source)
        for r in rows
    ]
    return table(("parameter", "unit", "prior", "meaning", "source"), cells)


def order_of_day() -> str:
    """Return the steps of a day, as `dualpower.laws.day` lists them."""
    return (
        "## The order of a day\n\n" + "\n".join(f"{i}. {law}: {step}" for i, (law, step) in enumerate(ORDER, 1)) + "\n"
    )


def state_section() -> str:
    """Return what is handed from day to day, in the words of its own classes."""
    listing = inspect.getsource(state.Tables)
    return f"## The two tables\n\n{prose(state.Tables.__doc__)}\n```python\n{listing}```\n"


def law_section(name: str, module: ModuleType, level: str = "##") -> str:
    """Return one law, under the first line of its module's words."""
    title, _, body = inspect.cleandoc(module.__doc__ or name).partition("\n")
    rows = [row for row in PARAMETERS if row.law == name]
    listed = f"\nParameters: {', '.join(f'`{row.name}`' for row in rows)}.\n" if rows else ""
    return f"(law-{name})=\n{level} {title.rstrip('.')}\n\n{prose(body)}\n{functions(module)}{listed}"


def page() -> str:
    """Return the whole page."""
    laws, rest = law_modules()
    sections = [law_section(name, module) for name, module in laws.items()]
    serving = [law_section(name, module, "###") for name, module in rest.items()]
    body = [NOTE + INTRODUCTION, state_section(), order_of_day(), *sections, SERVING, *serving]
    return "\n".join([*body, PARAMETERS_HEAD, parameters(list(PARAMETERS))])
