"""The command `dualpower`: results to stdout, progress and complaints to stderr, an exit code that means something."""

from __future__ import annotations

import click

from dualpower import __version__
from dualpower.cli._program import Program
from dualpower.cli.check import check
from dualpower.cli.claims import claims
from dualpower.cli.compare import compare
from dualpower.cli.doctor import doctor
from dualpower.cli.fit import fit
from dualpower.cli.forecast import forecast
from dualpower.cli.merge import merge
from dualpower.cli.new import new
from dualpower.cli.run import run
from dualpower.cli.score import score
from dualpower.cli.sensitivity import sensitivity
from dualpower.cli.theories import theories
from dualpower.cli.what_if import what_if

_EPILOG = """\b
Exit codes: 0 done; 1 failed; 2 bad input; 3 done in part; 4 a check did not hold; 130 interrupted.
Completion in the shell:  eval "$(_DUALPOWER_COMPLETE=bash_source dualpower)"   (or zsh_source, fish_source)
Environment: DUALPOWER_CACHE (folder of compiled programs, or "off"), DUALPOWER_DEBUG=1 (tracebacks), NO_COLOR."""


@click.group(cls=Program, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dualpower")
def main() -> None:
    """A laboratory for revolutions: simulate a society day by day, hold it against the record, ask what if."""


for _command in (
    run, merge, score, fit, forecast, theories, sensitivity, compare, claims, what_if, check, new, doctor,
):  # fmt: skip
    main.add_command(_command)
