"""Two ensembles that are paired draw by draw: what an intervention does, over parameters and chance.

From the first day on every draw counts alike. With a fork, draws are weighted by how well they match the record up to
the turning point (abduction): the likelihood of the targets that lie before it. Few draws then carry the weight, and
the effective sample size says how few.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower import _files
from dualpower._amounts import ROUNDING, counted
from dualpower.dataset import is_share
from dualpower.experiment.abduction import record_weights
from dualpower.experiment.hinges import Hinges, hinges, meanings
from dualpower.experiment.pair_difference import differences
from dualpower.experiment.pair_draws import YES_OR_NO, first_days, quantities, values
from dualpower.experiment.pair_words import in_words, on_terminal
from dualpower.experiment.pairing import check_pairs
from dualpower.experiment.result import Ensemble
from dualpower.run import RunError
from dualpower.scenario.calendar import as_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]
SAVED = ("differences.csv", "outcomes.csv", "compare.html")


@dataclass(frozen=True, repr=False)
class Pair:
    """A scenario and the same with an intervention, draw by draw.

    Attributes
    ----------
    factual, other
        The two ensembles.
    fork
        Date up to which draws are weighted by the record; None where all count alike.
    weights
        Of the draws, array[draw]; they sum to 1.
    """

    factual: Ensemble
    other: Ensemble
    fork: str | None
    weights: Array

    @property
    def effective_sample_size(self) -> float:
        """How many draws of equal weight would be worth as much: 1 / sum of squared weights (Kish)."""
        return float(1 / (self.weights**2).sum())

    @cached_property
    def firsts(self) -> list[str | None]:
        """First date on which any variable differs, draw by draw; None where none does, or the draw has no weight."""
        found = np.where(self.weights > 0, first_days(self.factual, self.other), -1)
        dates = self.factual.dates
        return [None if day < 0 else dates[day] for day in found.tolist()]

    @property
    def first(self) -> str | None:
        """First date on which any draw differs."""
        return min((date for date in self.firsts if date is not None), default=None)

    @property
    def draws_that_differ(self) -> int:
        """How many draws differ on some day."""
        return sum(date is not None for date in self.firsts)

    @property
    def usual_first(self) -> str | None:
        """Date on which most pairs part, by their weights."""
        parted = Counter[str]()
        for date, weight in zip(self.firsts, self.weights.tolist(), strict=True):
            if date is not None:
                parted[date] += weight
        return max(parted, key=parted.__getitem__, default=None)

    def difference(self, variable: str, **at: str) -> pd.DataFrame:
        """A quantity in both, day by day.

        Parameters
        ----------
        variable
            Of both datasets; ``regime`` with ``regime="..."`` is 1 where that regime rules.
        at
            Labels of its other dimensions, such as ``council="assembly", party="radicals"``.

        Returns
        -------
        DataFrame
            Index date; ``factual`` and ``other`` (weighted means), ``difference`` with the 90 % interval ``low`` to
            ``high`` of its mean (of a share within -1 to 1), ``low_90``, ``high_90``, between which 90 % of the
            draws' differences lie, and ``compared``, the share of pairs that all this is about: on a day on which a
            body does not sit in both years, a pair has nothing of it to compare.

        Raises
        ------
        RunError
            If there is no such variable or label, or if a dimension is left over.
        """
        one, two = (values(each, variable, at) for each in (self.factual, self.other))
        found = differences(one, two, self.weights, self.factual.rows, event=variable in YES_OR_NO)
        if is_share(variable):
            found |= {end: found[end].clip(-1, 1) for end in ("low", "high")}
        table = pd.DataFrame(found, index=pd.Index(self.factual.dates, name="date"))
        alike = table.index < self.first if self.first else np.ones(len(table), bool)
        table.loc[alike, ["low", "high"]] = table["difference"]  # the same years until then: no error of a mean
        return table

    def hinges(self, variable: str, date: str | None = None, **at: str) -> Hinges:
        """The parameters with which the difference of a quantity goes together, from draw to draw.

        Parameters
        ----------
        variable, at
            As for `difference`.
        date
            The last day if none is given.

        Raises
        ------
        RunError
            If there is no such variable, label or date.
        """
        day = self._day(date)
        one, two = (values(each, variable, at)[:, day] for each in (self.factual, self.other))
        spec, drawn = self.factual.scenario.spec, self.factual.parameters
        named = [{each.id: each.name for each in group} for group in (spec.parties, spec.issues)]
        words = meanings([str(name) for name in drawn.columns], *named)
        here = np.isfinite(one) & np.isfinite(two) & (self.weights > 0)
        share = self.weights[here] / max(self.weights[here].sum(), ROUNDING)
        return hinges((two - one)[here], share, drawn[here], words)

    @cached_property
    def words(self) -> str:
        """Plain words, a line each: the main difference, what it hinges on, the claim that asks the same."""
        return "\n".join(in_words(self))

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Share of the draws by how they end: rows unchanged (from), columns changed (to)."""
        ends = [each.outcomes["outcome"].to_numpy() for each in (self.factual, self.other)]
        table = pd.DataFrame({"from": ends[0], "to": ends[1], "weight": self.weights})
        return table.pivot_table(index="from", columns="to", values="weight", aggfunc="sum", fill_value=0.0)

    def table(self, date: str | None = None) -> pd.DataFrame:
        """The main quantities in both on a date (the last if none is given): see `difference` for the columns."""
        day = self._day(date)
        rows = [
            {"quantity": name, **self.difference(variable, **at).iloc[day]}
            for name, variable, at in quantities(self.factual, self.other)
        ]
        return pd.DataFrame(rows).set_index("quantity")

    @cached_property
    def last(self) -> pd.DataFrame:
        """`table` of the last day."""
        return self.table()

    def _day(self, date: str | None) -> int:
        dates = self.factual.dates
        if date is not None and date not in dates:
            said = f"{date}: no day from {dates[0]} to {dates[-1]}"
            raise RunError("; ".join(filter(None, (said, as_text(date)))))
        return len(dates) - 1 if date is None else dates.index(date)

    def figure(self, variable: str, **at: str) -> Figure:
        """Both years side by side, median and 90 % of the draws of a quantity; of a regime, the share of the draws.

        Of "regime" alone, the shares of all regimes.

        Parameters
        ----------
        variable, at
            As for `difference`.

        Raises
        ------
        RunError
            If there is no such variable or label, or if a dimension is left over.
        """
        from dualpower.report.figures import of_pair

        return of_pair(self, variable, at)

    def summary(self) -> dict[str, Any]:
        """Everything that is printed, as plain numbers and words."""
        return {
            "scenario": self.factual.index["scenario"],
            "package_version": self.factual.index["about"]["package_version"],
            "dates": [self.factual.dates[0], self.factual.dates[-1]],
            "factual": self.factual.index["interventions"], "other": self.other.index["interventions"],
            "seed": self.factual.seed, "draws": self.factual.draws, "fork": self.fork,
            "effective_sample_size": self.effective_sample_size, "first": self.first, "usual_first": self.usual_first,
            "words": self.words, "draws_that_differ": self.draws_that_differ,
            "outcomes": [{"from": a, "to": b, "share": float(share)} for a, row in self.outcomes.iterrows()
                         for b, share in row.items() if share > 0],
            "last": self.last.reset_index().to_dict("records"),
        }  # fmt: skip

    def save(self, folder: str | Path) -> Path:
        """Write compare.html and two tables into a folder; returns it.

        Raises
        ------
        RunError
            If the folder cannot be written, or has what would be lost.
        """
        from dualpower.report.compare import compare_page

        _files.check_output(folder, SAVED)
        texts = (
            self.last.to_csv(lineterminator="\n"),
            self.outcomes.to_csv(lineterminator="\n"),
            compare_page(self),
        )
        contents = {name: text.encode() for name, text in zip(SAVED, texts, strict=True)}
        _files.write_files(Path(folder), contents, last=SAVED[-1])
        return Path(folder)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"

    def __str__(self) -> str:
        """The main differences in lines for a terminal."""
        return on_terminal(self)

    def __repr__(self) -> str:
        """One line."""
        return f"<Pair of {counted(self.factual.draws, 'draw')}, first difference {self.first}>"


def pair(factual: Ensemble, other: Ensemble, fork: str | None = None) -> Pair:
    """Put two ensembles beside each other.

    Parameters
    ----------
    factual, other
        Of one scenario, with one seed and the same parameters; they may differ in interventions.
    fork
        Weigh the draws by how well they match the record before this date.

    Raises
    ------
    RunError
        If the two are not paired, or differ before the fork.
    """
    check_pairs(factual, other)
    if fork is None:
        return Pair(factual, other, None, np.full(factual.draws, 1 / factual.draws))
    check_fork(factual.dates, fork)
    days = first_days(factual, other)
    early = (days >= 0) & (days < factual.dates.index(fork))
    if 2 * early.sum() > factual.draws:
        raise RunError(
            f"the two differ from {factual.dates[int(days[early].min())]} on, before the fork on {fork}: "
            "fork no later than that, or leave the fork out"
        )
    return Pair(factual, other, fork, record_weights(factual, fork, ~early))


def check_fork(dates: Sequence[str], fork: str) -> None:
    """Raise `RunError` if years of these dates cannot be forked on a day: asked before a long run, not after it."""
    if fork not in dates:
        said = f"{fork}: a fork must be a date from {dates[1 if len(dates) > 1 else 0]} to {dates[-1]}"
        raise RunError("; ".join(filter(None, (said, as_text(fork)))))
    if fork == dates[0]:
        raise RunError(f"{fork}: years from {dates[0]} to {dates[-1]} can be forked on their second day or later")
