"""``dualpower doctor``: is this machine fit for it?"""

from __future__ import annotations

import click

from dualpower.cli._errors import CHECK_FAILED, OK
from dualpower.cli._text import say, say_json, table


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def doctor(as_json: bool) -> int:
    """Examine this installation: versions, devices, cache, memory, and a small simulation."""
    from dualpower.doctor import examine

    findings = examine()
    sound = all(finding.verdict != "fails" for finding in findings)
    if as_json:
        say_json({"ok": sound, "checks": [finding._asdict() for finding in findings]})
    else:
        say(table([(finding.verdict, finding.name, finding.detail) for finding in findings], "<<<"))
    return OK if sound else CHECK_FAILED
