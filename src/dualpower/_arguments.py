"""What a caller of the library can get wrong before anything is looked at: one sentence in place of a traceback."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np

from dualpower._files import RunError
from dualpower._made import as_options

__all__ = [
    "as_flag",
    "as_names",
    "as_place",
    "as_plain",
    "as_seed",
    "check_known",
    "check_loaded",
    "check_same",
    "check_whole",
]


def check_loaded(scenario: Any) -> None:
    """Refuse what is no scenario, most often its name.

    Raises
    ------
    RunError
        Says how to load one.
    """
    if not hasattr(scenario, "spec"):
        raise RunError(f"a scenario is wanted, not {scenario!r}; dualpower.load gives one, from its name or its folder")


def check_whole(what: str, value: Any, least: int | None = 1) -> None:
    """Refuse what is no whole number, or too small (where there is a least one).

    Raises
    ------
    RunError
        Names what it is.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or (least is not None and value < least):
        raise RunError(f"{what}: {value!r} is not a whole number" + ("" if least is None else f" of at least {least}"))


def as_seed(seed: Any) -> int:
    """Return a seed as a plain number.

    Raises
    ------
    RunError
        If it is no whole number, negative, or needs more than 32 bits.
    """
    from dualpower.population.draws import seed_word

    try:
        seed_word(seed)
    except ValueError as error:
        raise RunError(str(error)) from None
    return int(seed)


def as_flag(what: str, value: Any) -> bool:
    """Return a truth value, NumPy's too, as a plain one.

    Raises
    ------
    RunError
        If it is something else.
    """
    if not isinstance(value, bool | np.bool_):
        raise RunError(f"{what}: {value!r} is neither True nor False")
    return bool(value)


def as_names(what: str, given: Any) -> tuple[str, ...]:
    """Return one name, or several, as a tuple.

    Raises
    ------
    RunError
        If one of them is no text.
    """
    names = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
    if wrong := [name for name in names if not isinstance(name, str)]:
        raise RunError(f"{what}: {wrong[0]!r} is no name; expected one as text, or several in a list")
    return names


def as_plain(value: Any) -> Any:
    """Return a value of NumPy as one of Python, and any other as it is."""
    return value.item() if isinstance(value, np.generic) else value


def check_same(scenario: Any, said: Mapping[str, Any], what: str) -> None:
    """Refuse another scenario than the one that a manifest or an index names, or one with other interventions, by which
    another year would be repeated; ``what``: whose it is.

    Raises
    ------
    RunError
        Says which it is of.
    """
    check_loaded(scenario)
    if (known := said.get("scenario", {}).get("id")) not in (None, scenario.spec.id):
        raise RunError(f"{what} of {known}, not of {scenario.spec.id}")
    made = as_options(said.get("interventions", []))
    given = as_options(vars(one) for one in scenario.interventions)
    if sorted(made) != sorted(given):
        raise RunError(
            f"{what} made with {' '.join(made) or 'no intervention'}, the scenario has {' '.join(given) or 'none'}: "
            "give the scenario as it was simulated, or leave it out, and it is found again"
        )


def as_place(path: Any) -> Path:
    """Return the path of a file or a folder.

    Raises
    ------
    RunError
        If it is neither text nor a path.
    """
    if isinstance(path, str | os.PathLike):
        return Path(path)
    raise RunError(f"the path of a file or a folder is wanted, as text or a Path, not {path!r}")


def check_known(
    given: Iterable[str], function: Callable[..., Any], more: Callable[..., Any], *, alone: bool = False
) -> None:
    """Refuse arguments that neither function has, and, where the first is alone, those of the second.

    Raises
    ------
    TypeError
        Names them, with the nearest that there are.
    """
    said = f"{function.__name__}()"
    known = [*inspect.signature(function).parameters, *inspect.signature(more).parameters]
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise TypeError(f'{said} has no argument "{name}"' + (f'; did you mean "{near[0]}"?' if near else ""))
    if alone and given:
        raise TypeError(f"{said} takes {', '.join(given)} only together with draws")
