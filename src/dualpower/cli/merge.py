"""``dualpower merge``: parts of an ensemble, put together."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("parts", metavar="DIR...", nargs=-1, required=True)
@click.option("-o", "--out", "--output", "output", metavar="DIR", required=True, help="Folder of the whole.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@click.option("--no-report", is_flag=True, help="Leave report.html out.")
def merge(parts: tuple[str, ...], output: str, as_json: bool, no_report: bool) -> int:
    """Put the parts of an ensemble, made by run --shard, into one folder and say how it ends.

    Parts that are unfinished are taken as far as they are; if draws are missing then, the exit code is 3.
    """
    from dualpower._files import held
    from dualpower.cli import _ensemble
    from dualpower.experiment import merge as put_together
    from dualpower.experiment.shards import in_words

    ensemble, folder = put_together(parts, output), Path(output)
    with held(folder):
        _ensemble.keep(ensemble, folder, not no_report)
    if ensemble.missing:
        click.echo(f"dualpower: draws {in_words(ensemble.missing)} are in none of these folders", err=True)
    return _ensemble.present(ensemble, folder, as_json)
