"""Pydantic's errors as faults: the file, the key in the file's own words, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dualpower.scenario.faults import Fault, did_you_mean, quote
from dualpower.scenario.names import Context

__all__ = ["validated"]

Location = tuple[int | str, ...]
Model = TypeVar("Model", bound=BaseModel)

_PLAIN = {
    "string_type": "text in quotation marks",
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "finite_number": "a finite number",
    "string_pattern_mismatch": 'a colour "#rrggbb"',
}
_BOUNDS = {
    "greater_than_equal": ("ge", "a number of at least {:g}"),
    "greater_than": ("gt", "a number above {:g}"),
    "less_than_equal": ("le", "a number of at most {:g}"),
    "less_than": ("lt", "a number below {:g}"),
    "too_short": ("min_length", "at least {} of them"),
    "too_long": ("max_length", "at most {} of them"),
    "string_too_long": ("max_length", "at most {} letters"),
}


def validated(
    model: type[Model], raw: Mapping[str, Any], file: str, context: Context, faults: list[Fault]
) -> Model | None:
    """Validate a parsed TOML file; None after faults."""
    try:
        return model.model_validate(raw, context=context)
    except ValidationError as error:
        faults += [_fault(model, raw, file, one) for one in error.errors(include_url=False) if not _echo(one)]
    except (OverflowError, RecursionError) as error:
        faults.append(Fault(file, "", f"a value that cannot be handled ({error})", "ordinary numbers and tables"))
    return None


def _echo(error: ErrorDetails) -> bool:
    """A list whose entries are at fault is also called too short; the entries' own faults say enough."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _fault(model: type[BaseModel], raw: object, file: str, error: ErrorDetails) -> Fault:
    location, kind, context = error["loc"], error["type"], error.get("ctx", {})
    where = _spoken(raw, location)
    if kind == "extra_forbidden":
        valid = _keys(model, location[:-1])
        listed = ", ".join(valid)
        return Fault(
            file,
            where,
            "an unknown key",
            f"one of {listed}" if valid else "no such key",
            did_you_mean(location[-1], valid),
        )
    if kind == "missing":
        return Fault(file, where, "nothing", "this key")
    expected, hint = _expectation(kind, context, error)
    found = error["input"]
    for key in filter(None, str(context.get("key", "")).split(".")):
        where, found = f"{where}.{key}".strip("."), _inside(found, key)
    return Fault(file, where, str(context.get("found") or quote(found)), expected, hint)


def _expectation(kind: str, context: Mapping[str, Any], error: ErrorDetails) -> tuple[str, str]:
    if kind == "fault":
        return str(context["expected"]), str(context["hint"])
    if kind == "literal_error":
        expected = str(context["expected"]).replace("'", "")
        return f"one of {expected}", did_you_mean(error["input"], expected.replace(" or ", ", ").split(", "))
    if kind in _BOUNDS:
        key, sentence = _BOUNDS[kind]
        return sentence.format(context[key]), ""
    return _PLAIN.get(kind, error["msg"]), ""


def _spoken(raw: object, location: Location) -> str:
    """Name a place by keys and ids: ``parties.radicals.stance.bread``, ``events[3].date``."""
    said = ""
    for step in location:
        if step == "[key]":
            continue
        inside = _inside(raw, step)
        if isinstance(step, int):
            name = inside.get("id") if isinstance(inside, Mapping) else None
            said += f".{name}" if isinstance(name, str) and name else f"[{step + 1}]"
        else:
            said += f".{step}" if said else step
        raw = inside
    return said


def _inside(raw: object, step: int | str) -> object:
    if isinstance(raw, Mapping):
        return raw.get(step)
    if isinstance(raw, list) and isinstance(step, int) and step < len(raw):
        return raw[step]
    return None


def _keys(model: type[BaseModel], location: Location) -> tuple[str, ...]:
    """List the keys that are valid at a place, as the file writes them."""
    inner: type[BaseModel] | None = model
    for step in location:
        if isinstance(step, str) and inner is not None:
            field = next((f for name, f in inner.model_fields.items() if step in (name, f.alias)), None)
            inner = next(_models(field.annotation), None) if field else inner
    return tuple(field.alias or name for name, field in inner.model_fields.items()) if inner else ()


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
