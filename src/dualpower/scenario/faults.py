"""What is wrong with a scenario, one sentence a fault, all faults at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Fault", "ScenarioError", "did_you_mean", "merged", "nearest", "one_of", "quote", "with_hint"]


@dataclass(frozen=True)
class Fault:
    """One fault of a scenario; ``str(fault)`` is one sentence.

    Attributes
    ----------
    file : str
        The file (or the command) at fault.
    where : str
        Line and column, or key; empty when the whole file is meant.
    found : str
        What was found there, quoted where it is text.
    expected : str
        What belongs there.
    hint : str
        The nearest valid name or another way out; may be empty.
    """

    file: str
    where: str
    found: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}, {self.where}" if self.where else self.file
        said = [f"{word} {part}" for word, part in (("found", self.found), ("expected", self.expected)) if part]
        return printable(f"{place}: {', '.join(said)}" + (f"; {self.hint}" if self.hint else ""))


class ScenarioError(ValueError):
    """A scenario, or an intervention on one, cannot be used; its text has a sentence for every fault, a line each.

    Attributes
    ----------
    faults : list of Fault
        Everything that is wrong with it.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[list[Fault]]]:
        """Survive the way home from a worker process."""
        return type(self), (self.faults,)


def merged(faults: Iterable[Fault]) -> list[Fault]:
    """Join faults that differ only in their line: ``line 3, role`` and ``line 9, role`` become ``lines 3, 9, role``."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for fault in faults:
        line = re.match(r"line (\d+)(, .*)?$", fault.where)
        where = f"line {{}}{line[2] or ''}" if line else fault.where.replace("{", "{{").replace("}", "}}")
        lines = groups.setdefault((fault.file, where, fault.found, fault.expected, fault.hint), [])
        if line:
            lines.append(line[1])
    return [Fault(key[0], _joined(key[1], lines), *key[2:]) for key, lines in groups.items()]


def _joined(where: str, lines: Sequence[str]) -> str:
    shown = ", ".join(lines[:4]) + (f" and {len(lines) - 4} more" if len(lines) > 4 else "")
    return where.replace("line {}", f"lines {shown}") if len(lines) > 1 else where.format(*lines)


def quote(value: object, longest: int = 60) -> str:
    """Show a found value: text in double quotes, long values cut."""
    if value is None:
        return "nothing"
    text = f'"{value}"' if isinstance(value, str) else repr_short(value)
    text = printable(text)
    return text if len(text) <= longest else f"{text[: longest - 4]} ..."


def printable(text: str) -> str:
    """Escape what a terminal would act on: control characters, lone surrogates, line ends."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def repr_short(value: object) -> str:
    """Show a value that is not text in the words of the file, without ever failing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    try:
        return str(value)
    except ValueError:  # Python refuses to print integers of thousands of digits
        return "a very long number"


def did_you_mean(name: object, valid: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` for the nearest valid name, or an empty string."""
    near = nearest(name, valid)
    return f'did you mean "{near}"?' if near else ""


def with_hint(sentence: str, name: object, valid: Iterable[str]) -> str:
    """A sentence about a name that is not known, and behind it the nearest that is."""
    hint = did_you_mean(name, valid)
    return f"{sentence}; {hint}" if hint else sentence


_TELLING = 4
"""Letters of which a part of a name has to consist to tell which is meant."""


def nearest(name: object, valid: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the valid name that is nearest to the one found, else the only one that has it in it, or ""."""
    if not isinstance(name, str):
        return ""
    names = [valid_name for valid_name in dict.fromkeys(valid) if valid_name != name]
    lowered = {valid_name.lower(): valid_name for valid_name in reversed(names)}
    near = difflib.get_close_matches(name.lower()[:200], lowered, n=1, cutoff=cutoff)
    if near:
        return lowered[near[0]]
    holding = [valid_name for low, valid_name in lowered.items() if len(name) >= _TELLING and name.lower() in low]
    return holding[0] if len(holding) == 1 else ""


def one_of(names: Sequence[str], what: str = "", most: int = 8) -> str:
    """Say ``one of "a", "b"`` in a length that a person reads; `what` names the list where it is too long."""
    if not names:
        return f"{what or 'a name'} (there are none)"
    if len(names) > most:
        return what or "one of " + ", ".join(names[:most]) + ", ..."
    return "one of " + ", ".join(names)
