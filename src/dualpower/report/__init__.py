"""What a run looks like: one self-contained HTML page, and each of its figures by itself.

`write_report` writes the page. Every figure is a function of a run that returns a Matplotlib figure, made without
pyplot; where a run has nothing to draw, it raises `NothingToDraw` with a sentence for the reader. Importing this
package is cheap: Matplotlib is loaded when the first of these names is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dualpower.report.html import write_report
    from dualpower.report.maps import district_allegiance, districts
    from dualpower.report.plots_activity import activity, closeups
    from dualpower.report.plots_allegiance import allegiance
    from dualpower.report.plots_contests import casualties, contests
    from dualpower.report.plots_councils import councils, elections
    from dualpower.report.plots_parties import hardship, lines, members
    from dualpower.report.plots_power import power
    from dualpower.report.plots_score import score_plot
    from dualpower.report.plots_year import year
    from dualpower.report.style import NothingToDraw

_HOMES = {
    "write_report": "html",
    "activity": "plots_activity",
    "allegiance": "plots_allegiance",
    "casualties": "plots_contests",
    "closeups": "plots_activity",
    "contests": "plots_contests",
    "councils": "plots_councils",
    "district_allegiance": "maps",
    "districts": "maps",
    "elections": "plots_councils",
    "hardship": "plots_parties",
    "lines": "plots_parties",
    "members": "plots_parties",
    "power": "plots_power",
    "score_plot": "plots_score",
    "year": "plots_year",
    "NothingToDraw": "style",
}

__all__ = [
    "NothingToDraw",
    "activity",
    "allegiance",
    "casualties",
    "closeups",
    "contests",
    "councils",
    "district_allegiance",
    "districts",
    "elections",
    "hardship",
    "lines",
    "members",
    "power",
    "score_plot",
    "warm_up",
    "write_report",
    "year",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def warm_up() -> None:
    """Load what a report needs; worth doing in a thread while something else computes."""
    import_module(f"{__name__}.html")
