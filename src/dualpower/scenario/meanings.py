"""What the keys of a declaration mean: the strings below the fields of its models.

They are read from the source when somebody asks (an editor's schema, the documentation). Pydantic can do it by itself,
but then does it whenever a scenario is loaded, which took as long as all other reading.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from dualpower.scenario.kinds import Part

__all__ = ["add_meanings", "meanings"]


@cache
def meanings(model: type[BaseModel]) -> dict[str, str]:
    """What each field means, by its name; inherited ones among them, without those of which nothing is said."""
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__[: model.__mro__.index(BaseModel)]):
        (declared,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
        for field, below in pairwise(declared.body if isinstance(declared, ast.ClassDef) else ()):
            told = below.value.value if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) else None
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(told, str):
                found[field.target.id] = inspect.cleandoc(told)
    return found


def add_meanings(schema: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """A model's JSON Schema, by alias, with ``description`` for every key of it and of the models inside."""
    parts = {kind.__name__: kind for kind in _below(Part)}
    for name, part in {**schema.get("$defs", {}), model.__name__: schema}.items():
        if name in parts:
            told = meanings(parts[name])
            for field, about in parts[name].model_fields.items():
                if field in told:
                    part["properties"][about.alias or field]["description"] = told[field]
    return schema


def _below(kind: type[BaseModel]) -> list[type[BaseModel]]:
    """All kinds of a kind."""
    return [one for child in kind.__subclasses__() for one in (child, *_below(child))]
