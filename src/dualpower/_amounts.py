"""Numbers as they are read."""

from __future__ import annotations

from decimal import Decimal

ROUNDING = 1e-9
"""What is smaller is nothing but rounding."""

SMALL = 1e-6
"""What is below, of a variable's largest value, is the order of sums and no difference."""


def counted(number: int, what: str) -> str:
    """How many of what: "1 draw", "2,000 draws"."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def amount(value: float) -> str:
    """A number for reading: whole if it is large, three figures if it is small, 0 if it is only rounding."""
    if abs(value) < ROUNDING:
        return "0"
    if abs(value) >= 100 or value != value:
        return f"{value:,.0f}"
    return format(Decimal(f"{value:.3g}"), "f")  # never as 6.3e-05
