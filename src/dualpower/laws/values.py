"""Values of the parameters as the laws read them: one mapping a law, families as arrays over their members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from dualpower.laws.parameters import PARAMETERS, Parameter
from dualpower.laws.state import Params


def addresses(parties: Sequence[str], issues: Sequence[str]) -> tuple[tuple[str, Parameter], ...]:
    """Every address of a scenario with these parties and issues, with its row, in the order of the table."""
    return _addresses(PARAMETERS, tuple(parties), tuple(issues))


@lru_cache(maxsize=8)
def _addresses(
    table: tuple[Parameter, ...], parties: tuple[str, ...], issues: tuple[str, ...]
) -> tuple[tuple[str, Parameter], ...]:
    members: dict[str, Sequence[str]] = {"": ("",), "party": parties, "issue": issues}
    return tuple(
        (".".join(part for part in (row.law, row.name, member) if part), row)
        for row in table
        for member in members[row.per]
    )


def centres(parties: Sequence[str], issues: Sequence[str], declared: Mapping[str, float]) -> dict[str, float]:
    """Prior centre of every address; what the scenario declares of its parties comes before the table."""
    return {name: declared.get(name, row.centre) for name, row in addresses(parties, issues)}


def nested(
    values: Mapping[str, Any], parties: Sequence[str], issues: Sequence[str], dtype: Any = jnp.float32
) -> dict[str, Params]:
    """From addresses to ``{law: {name: array}}``: scalars, or arrays over the members of a family.

    ``values`` are numbers or traced arrays; ``dtype`` is single precision but where a slope is checked.
    """
    members: dict[str, Sequence[str]] = {"party": parties, "issue": issues}
    laws: dict[str, dict[str, Array]] = {}
    for row in PARAMETERS:
        path = f"{row.law}.{row.name}"
        if row.per:
            value = stack([values[f"{path}.{member}"] for member in members[row.per]], dtype)
        else:
            value = plain(values[path], dtype)
        laws.setdefault(row.law, {})[row.name] = value
    return {law: dict(table) for law, table in laws.items()}


def stack(values: Sequence[Any], dtype: Any) -> Float[Array, " member"]:
    """Members of a family as one array."""
    if all(isinstance(value, int | float) for value in values):
        return plain(values, dtype)
    return jnp.stack([jnp.asarray(value, dtype) for value in values])


def plain(value: Any, dtype: Any) -> Array:
    """Numbers stay in NumPy, so that nothing is compiled to carry them; what is traced is only converted."""
    if isinstance(value, jax.Array):
        return value.astype(dtype)
    return cast("Array", np.asarray(value, dtype))
