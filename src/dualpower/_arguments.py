"""What a caller of the library can get wrong before anything is looked at: one sentence in place of a traceback."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from dualpower._files import RunError

__all__ = ["check_loaded", "check_whole"]


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
