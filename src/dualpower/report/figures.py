"""The figures of the reports one by one, by name, for notebooks and papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from dualpower import report
from dualpower._files import RunError
from dualpower.experiment.pair_draws import quantities
from dualpower.report import compare, ensemble
from dualpower.report.style import PAPER, NothingToDraw
from dualpower.scenario.faults import with_hint

if TYPE_CHECKING:
    from dualpower.experiment import Ensemble
    from dualpower.experiment.pair import Pair
    from dualpower.run import Run

OF_RUNS = (
    *("year", "activity", "closeups", "casualties", "allegiance", "districts", "district_allegiance"),
    *("councils", "elections", "lines", "members", "hardship", "power", "contests"),
)
"""Figures of a run, each a function of `dualpower.report`; `calibrate` and `heldout` are its targets."""


def of_run(run: Run, name: str) -> Figure:
    """A figure of a run's report."""
    known: dict[str, Callable[[], Figure]] = {one: partial(getattr(report, one), run) for one in OF_RUNS}
    return _drawn(known | {split: partial(report.score_plot, run, split) for split in ("calibrate", "heldout")}, name)


def of_ensemble(draws: Ensemble, name: str) -> Figure:
    """A figure of an ensemble's report: regimes, counts, or a council by its id."""
    councils = ensemble.sitting(draws) if "delegates" in draws.dataset else []
    known: dict[str, Callable[[], Figure]] = {one: partial(ensemble.delegates, draws, one) for one in councils}
    return _drawn({one.__name__: partial(one, draws) for one in (ensemble.regimes, ensemble.counts)} | known, name)


def of_pair(both: Pair, variable: str, at: dict[str, str]) -> Figure:
    """Both years side by side: a quantity, or with no regime named the shares of all regimes."""
    if variable == "regime" and not at:
        return _on_paper(compare.regimes(both))
    both.difference(variable, **at)  # which says what is wrong with a name
    named = {(one, *sorted(where.items())): name for name, one, where in quantities(both.factual, both.other)}
    name = named.get((variable, *sorted(at.items())), ": ".join([variable, *at.values()]))
    return _on_paper(_titled(compare.series(both, name, variable, at), name))


def _titled(figure: Figure, title: str, room: float = 0.35) -> Figure:
    """A figure with its name above it (inches), which in a report its caption has."""
    before = figure.get_figheight()
    shrunk = before / (before + room)
    figure.set_figheight(before + room)
    for axes in figure.axes:
        left, bottom, width, height = axes.get_position().bounds
        axes.set_position((left, bottom * shrunk, width, height * shrunk))
    figure.suptitle(title, x=0.08, y=0.99, ha="left", va="top", fontsize=10)
    return figure


def _on_paper(figure: Figure) -> Figure:
    """A figure that can be read wherever it is saved to; in a page it lies on the page's own paper, light or dark."""
    figure.set_facecolor(PAPER)
    return figure


def _drawn(known: Mapping[str, Callable[[], Figure]], name: str) -> Figure:
    if name not in known:
        raise RunError(with_hint(f"no figure {name!r}: one of {', '.join(known)}", name, known))
    try:
        return _on_paper(known[name]())
    except NothingToDraw as nothing:
        raise RunError(f"{name}: {nothing}") from None
