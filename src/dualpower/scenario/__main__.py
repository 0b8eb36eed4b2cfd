"""Check scenarios without the command line's other parts: ``python -m dualpower.scenario FOLDER ...``."""

from __future__ import annotations

import sys

from dualpower.scenario.check import main

sys.exit(main(sys.argv[1:] or ["."]))
