"""Measure the code: lengths of functions and modules, share of public names annotated and documented.

    python scripts/code_measures.py src/dualpower [--json]

A report, not a test: it says where the code has grown away from what its contributors agreed on (functions
of a few lines, modules under 300, everything public annotated and documented).
"""

from __future__ import annotations

import argparse
import ast
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Name:
    """One function or class: where it is, how long, and whether it is public, annotated and documented."""

    where: str
    lines: int
    public: bool
    annotated: bool
    documented: bool
    function: bool


def annotated(node: Function) -> bool:
    """Return whether every argument (but self and cls) and the result of a function carry a type."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    arguments += [extra for extra in (node.args.vararg, node.args.kwarg) if extra]
    named = [argument for argument in arguments if argument.arg not in ("self", "cls")]
    return node.returns is not None and all(argument.annotation is not None for argument in named)


def overloads(node: Function | ast.ClassDef) -> bool:
    """Return whether it is one of several signatures (`typing.overload`)."""
    return any(isinstance(name, ast.Name) and name.id == "overload" for name in node.decorator_list)


def code_lines(node: Function | ast.ClassDef) -> int:
    """Return the lines of a definition without its docstring, from `def` to the last statement."""
    first = node.body[0]
    is_doc = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    doc = (first.end_lineno or 0) - first.lineno + 1 if is_doc else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - doc


def names(tree: ast.AST, where: str, public: bool = True, inside: bool = False) -> Iterator[Name]:
    """Yield every function and class below `tree`; what is local to a function is never public."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, Function | ast.ClassDef):
            yield from names(node, where, public, inside)
            continue
        if overloads(node):  # a signature of a function that follows
            continue
        path, function = f"{where}:{node.name}", isinstance(node, Function)
        seen = public and not inside and not node.name.startswith("_")
        typed = annotated(node) if isinstance(node, Function) else True
        yield Name(path, code_lines(node), seen, typed, ast.get_docstring(node) is not None, function)
        yield from names(node, path, seen, inside or function)


def percentile(values: list[int], share: float) -> int:
    """Return the smallest value that at least `share` of the values do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0


def share(flags: list[bool]) -> float:
    """Return the share of true flags, 1 of none."""
    return round(sum(flags) / len(flags), 4) if flags else 1.0


def measure(folder: Path) -> dict[str, object]:
    """Return all measures of the Python files below a folder."""
    files = sorted(folder.rglob("*.py"))
    text = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files}
    trees = {name: ast.parse(code) for name, code in text.items()}
    found = [name for path, tree in trees.items() for name in names(tree, path)]
    functions = [name for name in found if name.function]
    public = [name for name in found if name.public]
    sizes = {path: len(code.splitlines()) for path, code in text.items()}
    lengths = [name.lines for name in functions]
    return {
        "modules": len(sizes),
        "lines": sum(sizes.values()),
        "module_lines_max": max(sizes.values(), default=0),
        "modules_over_300": {path: size for path, size in sizes.items() if size > 300},
        "modules_documented": share([ast.get_docstring(tree) is not None for tree in trees.values() if tree.body]),
        "functions": len(functions),
        "function_lines_median": percentile(lengths, 0.5),
        "function_lines_95": percentile(lengths, 0.95),
        "function_lines_max": max(lengths, default=0),
        "longest": [asdict(name) for name in sorted(functions, key=lambda name: -name.lines)[:5]],
        "public": len(public),
        "public_annotated": share([name.annotated for name in public]),
        "public_documented": share([name.documented for name in public]),
        "missing": [name.where for name in public if not (name.annotated and name.documented)],
    }


def table(result: dict[str, object]) -> str:
    """Return the measures as lines of text."""
    rows = []
    for key, value in result.items():
        if key == "longest" and isinstance(value, list):
            value = ", ".join(f"{entry['where']} ({entry['lines']})" for entry in value)
        elif isinstance(value, dict):
            value = ", ".join(f"{name} ({size})" for name, size in value.items()) or "none"
        elif isinstance(value, list):
            value = f"{len(value)}: " + ", ".join(value[:10]) if value else "none"
        rows.append(f"{key.replace('_', ' '):24}{value}")
    return "\n".join(rows)


def main() -> None:
    """Read the arguments and print the measures."""
    parser = argparse.ArgumentParser(description="Measure the code.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    arguments = parser.parse_args()
    result = measure(arguments.folder)
    print(json.dumps(result, indent=1) if arguments.json else table(result))


if __name__ == "__main__":
    main()
