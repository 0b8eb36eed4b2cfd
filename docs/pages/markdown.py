"""Small pieces of Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence

NOTE = "<!-- Made from the code by docs/generate.py; change the code, not this page. -->\n"
NUMPY_SECTION = re.compile(r"^\w[\w ]*\n-{3,}\s*$", re.MULTILINE)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; bars inside of cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def prose(docstring: str | None) -> str:
    """Return a docstring as Markdown: indented blocks become literal ones, sections of arguments are left out."""
    text = NUMPY_SECTION.split(inspect.cleandoc(docstring or ""))[0]
    return "\n\n".join(_block(block) for block in re.split(r"\n\s*\n", text.strip())) + "\n"


def _block(block: str) -> str:
    lines = block.rstrip().split("\n")
    if all(line.startswith("    ") for line in lines):
        return "```text\n" + inspect.cleandoc("\n" + block) + "\n```"
    return block.strip()
