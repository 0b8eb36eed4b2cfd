"""The one table of parameters: law, name, family, unit, prior, meaning, source; its rows are in `parameters.csv`.

A parameter is addressed as ``law.name`` (``allegiance.blame``); one that differs by party or by issue
is a family, addressed as ``law.name.member`` (``hardship.weight.bread``). Priors are weak on purpose:
a trial with tight, intuitive priors gave false confidence. ``centre`` is a median on the natural scale;
``sd`` is on the log scale for ``lognormal`` and on the natural scale for ``normal``. A ``switch`` is an
assumption that can be turned off (1 on, 0 off) or mixed; it is never fitted.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple, cast, get_args

Prior = Literal["lognormal", "normal", "switch"]
Family = Literal["", "party", "issue"]

TABLE = Path(__file__).with_suffix(".csv")
"""The table: one row a parameter, laws in the order of a day; a guess is called a guess in its `source`."""


class Parameter(NamedTuple):
    """One row of the table: what a law's coefficient is called, measured in, believed to be, and why."""

    law: str
    name: str
    unit: str
    prior: Prior
    centre: float
    sd: float
    meaning: str
    source: str
    per: Family = ""


def read(lines: Iterable[str]) -> tuple[Parameter, ...]:
    """Read a table of parameters.

    Raises
    ------
    ValueError
        If a row lacks something or has too much, has a number that is none, a prior or a family that is not known or that
        could not be drawn, or a name that is taken; the message names the row.
    """
    found: dict[tuple[str, str], Parameter] = {}
    for number, row in enumerate(csv.DictReader(lines, strict=True), start=2):
        try:
            made = _parameter(row)
            if (made.law, made.name) in found:
                raise ValueError("is there already")
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{TABLE.name}, row {number} ({row.get('law')}.{row.get('name')}): {error}") from None
        found[made.law, made.name] = made
    return tuple(found.values())


def _parameter(row: Mapping[str, str]) -> Parameter:
    if None in row:
        raise ValueError("has a cell too many; a text with a comma stands in quotation marks")
    for column, known in (("prior", get_args(Prior)), ("per", get_args(Family))):
        if row[column] not in known:
            raise ValueError(f'{column} "{row[column]}" is none of {", ".join(filter(None, known))}')
    if blank := [column for column in ("law", "name", "unit", "meaning", "source") if not row[column]]:
        raise ValueError(f"has no {blank[0]}")
    if row["unit"] == "0 or 1" and row["prior"] != "switch":
        raise ValueError("what is 0 or 1 is a switch")
    texts = row["law"], row["name"], row["unit"], cast("Prior", row["prior"])
    numbers = _drawable(texts[3], float(row["centre"]), float(row["sd"]))
    return Parameter(*texts, *numbers, row["meaning"], row["source"], cast("Family", row["per"]))


def _drawable(prior: Prior, centre: float, sd: float) -> tuple[float, float]:
    """Centre and sd of a prior, if it has draws."""
    if not (math.isfinite(centre) and math.isfinite(sd)):
        raise ValueError("centre or sd is no finite number")
    if prior == "switch" and not (0 <= centre <= 1 and sd == 0):
        raise ValueError("a switch has a centre from 0 to 1, and sd 0")
    if prior != "switch" and sd <= 0:
        raise ValueError("sd is above 0")
    if prior == "lognormal" and centre <= 0:
        raise ValueError("the centre of a lognormal is its median, above 0")
    return centre, sd


PARAMETERS: tuple[Parameter, ...] = read(TABLE.read_text(encoding="utf-8").splitlines())

AS_DECLARED = {"chronicle.size": 0.0, "hardship.drift": 0.0}
"""A point takes events and series as they are declared; draws of a posterior have the chance in them that the table says."""

CHANCE = ("mobilisation.noise", *AS_DECLARED)
"""How much chance there is: what no fit sees, because it has none."""

FITTED = frozenset(
    address for row in PARAMETERS if row.prior != "switch" and (address := f"{row.law}.{row.name}") not in CHANCE
)
"""What can be fitted, families by the name of the family: draws of a whole fit have most of it."""


def assumptions(rows: Iterable[Parameter] = PARAMETERS) -> dict[str, str]:
    """Address and meaning of every assumption that claims are tested without: switches whose unit is ``0 or 1``."""
    return {f"{row.law}.{row.name}": row.meaning for row in rows if (row.prior, row.unit) == ("switch", "0 or 1")}
