"""Tables made from a scenario are made once, not for every row of the record."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

T = TypeVar("T")
A = TypeVar("A")

KEPT = 4
"""Objects whose results are kept: an old and a new scenario side by side, and their tables."""


def once_for_each(make: Callable[[A], T]) -> Callable[[A], T]:
    """Keep what a function has made of the last few objects: the same objects, not equal ones (tables have no hash)."""
    kept: list[tuple[A, T]] = []

    @wraps(make)
    def remembered(thing: A) -> T:
        for known, result in kept:
            if known is thing:
                return result
        result = make(thing)
        kept[:] = [(thing, result), *kept[: KEPT - 1]]
        return result

    return remembered
