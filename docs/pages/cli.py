"""cli.md: every command with its own help text."""

from __future__ import annotations

from collections.abc import Iterator

import click

from pages.json_keys import section
from pages.markdown import NOTE

INTRODUCTION = """# The command line

The result goes to standard output, progress and messages to standard error; with `--json` the result is exactly one
JSON document ([its keys](#what-json-prints)). Exit codes: 0 all is well, 1 failure, 2 bad input, 3 finished in part, 4 a check did not hold,
130 interrupted.
"""

WIDTH = 96


def commands(command: click.Command, above: click.Context | None = None) -> Iterator[tuple[str, str]]:
    """Yield the full name and the help text of a command and of those below it."""
    context = click.Context(
        command, above, command.name, terminal_width=WIDTH, max_content_width=WIDTH, **command.context_settings
    )
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            inner = command.get_command(context, below)
            if inner is not None and not inner.hidden:
                yield from commands(inner, context)


def page() -> str:
    """Return the whole page."""
    from dualpower.cli import main

    main.name = "dualpower"
    sections = [f"## `{name}`\n\n```text\n{text.rstrip()}\n```\n" for name, text in commands(main)]
    return "\n".join([NOTE + INTRODUCTION, *sections, section()])
