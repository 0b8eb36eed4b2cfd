"""What the report reads of a run: arrays by name, names and colours, and sums over groups of units.

A run may lack anything (no councils, no contests, not a single finite number of some variable). Every figure asks here,
and draws what there is; where there is nothing, `NothingToDraw` carries the sentence for the reader.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dualpower.experiment.drawn import FILE as POSTERIOR
from dualpower.report.dates import Days, days_of
from dualpower.report.questions import Question, questions
from dualpower.report.style import MUTED, NothingToDraw, readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import xarray as xr

    from dualpower.run import Run

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Band:
    """A stretch of days under one regime; ``first`` and ``last`` are positions, both included."""

    regime: str
    name: str
    colour: str
    first: int
    last: int


@dataclass(frozen=True)
class View:
    """A run as the figures see it."""

    run: Run
    days: Days
    data: xr.Dataset
    notes: dict[str, Any] = field(default_factory=dict, repr=False)
    """What figures have worked out and others can use again."""

    @property
    def spec(self) -> Any:
        """The declaration of the scenario."""
        return self.run.scenario.spec

    def get(self, name: str, *dims: str) -> Array | None:
        """A variable with its dimensions in the given order, or None if it is missing or nowhere finite."""
        if name not in self.data.data_vars or set(self.data[name].dims) != set(dims):
            return None
        values = np.asarray(self.data[name].transpose(*dims).values)
        if values.dtype.kind in "fiub":
            values = values.astype(float)
            return values if values.size and np.isfinite(values).any() else None
        return values if values.size else None

    def need(self, name: str, *dims: str) -> Array:
        """As `get`, but a missing variable ends the figure with a sentence."""
        values = self.get(name, *dims)
        if values is None:
            raise NothingToDraw(f"This run has no values of “{name.replace('_', ' ')}”: nothing can be drawn here.")
        return values

    @cached_property
    def _coordinates(self) -> dict[str, tuple[tuple[str, ...], list[str]]]:
        wanted = (name for name in self.data.coords if name not in ("date", "new_style"))
        found = {str(name): self.data[name] for name in wanted}
        return {
            name: (tuple(map(str, each.dims)), np.atleast_1d(each.values).astype(str).tolist())
            for name, each in found.items()
        }

    def names(self, dimension: str) -> list[str]:
        """The labels along a dimension."""
        return self._coordinates.get(dimension, ((), []))[1]

    def along(self, coordinate: str, dimension: str) -> list[str]:
        """A coordinate that belongs to a dimension, as text; its labels when there is no such coordinate."""
        dims, values = self._coordinates.get(coordinate, ((), []))
        return values if dims == (dimension,) else self.names(dimension)

    def entry(self, kind: str, name: str) -> Any | None:
        """What the scenario declares under an id: ``entry("parties", "sr")``; None if it declares nothing."""
        return next((item for item in getattr(self.spec, kind, None) or () if item.id == name), None)

    def title(self, kind: str, name: str) -> str:
        """The name to show for an id."""
        if name == "none":
            return "no camp"
        item = self.entry(kind, name)
        return str(item.name) if item is not None else name.replace("_", " ")

    def brief(self, kind: str, name: str, room: int = 15) -> str:
        """The name for a label: without what stands in brackets, or the declared short form where it is still long."""
        whole = self.title(kind, name).split(" (")[0]
        if len(whole) <= room:
            return whole
        return str(getattr(self.entry(kind, name), "short", "") or f"{whole[: room - 1]}…")

    def colour(self, kind: str, name: str) -> str:
        """The declared colour of a party or regime, made readable on light and dark paper."""
        item = self.entry(kind, name)
        given = getattr(item, "colour", "") if item is not None else ""
        return readable(given) if given else MUTED

    @cached_property
    def arrays(self) -> Mapping[str, Any]:
        """The daily arrays that the record is compared with."""
        from dualpower.record.observe import arrays_of

        return arrays_of(self.data, self.run.events, [one.id for one in self.run.scenario.spec.regimes])

    @cached_property
    def bands(self) -> list[Band]:
        """The regimes of the year in order."""
        labels = self.get("regime", "date")
        if labels is None:
            return []
        changes = [0, *(np.flatnonzero(labels[1:] != labels[:-1]) + 1), len(labels)]
        names = [str(labels[first]) for first in changes[:-1]]
        spans = zip(names, changes[:-1], changes[1:], strict=True)
        return [
            Band(name, self.title("regimes", name), self.colour("regimes", name), int(first), int(after) - 1)
            for name, first, after in spans
        ]

    @property
    def tuned(self) -> bool:
        """Whether a fit to the record comes with the scenario."""
        return (self.run.scenario.folder / POSTERIOR).is_file()

    @cached_property
    def article(self) -> bool:
        """Whether numbers of the record come from a text that the scenario starts from."""
        return "seed" in set(self.run.scenario.record.get("source_kind", ()))

    @cached_property
    def surveyed(self) -> tuple[Question, ...]:
        """The rows of the record that speak of something this run shows, each with its observation."""
        return questions(self.run.scenario, self.days)

    def topic(self, name: str) -> str:
        """The name of an issue or a centre."""
        return self.title("issues" if self.entry("issues", name) is not None else "centres", name)


def look(run: Run | View) -> View:
    """Open a run for drawing; what is open already is returned as it is, with what it has worked out so far."""
    return run if isinstance(run, View) else View(run, days_of(run), run.dataset)


def sizes(view: View) -> Array:
    """Persons of each unit on each day, shape (date, unit); missing sizes count as nobody."""
    size = view.get("size", "date", "unit")
    if size is None:
        raise NothingToDraw("This run does not say how large its units are, so nothing can be summed over them.")
    return np.asarray(np.nan_to_num(size))


def weighted(values: Array, weights: Array, where: Array) -> Array:
    """Mean over the chosen units, by size.

    Parameters
    ----------
    values : array (date, unit, ...)
    weights : array (date, unit)
    where : array of bool (unit)

    Returns
    -------
    array (date, ...)
        NaN on days without a finite value.
    """
    some, weight = values[:, where], weights[:, where]
    weight = weight.reshape(weight.shape + (1,) * (some.ndim - 2))
    weight = np.where(np.isfinite(some), weight, 0.0)
    total = weight.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((weight * np.nan_to_num(some)).sum(1) / np.where(total > 0, total, np.nan))


def home(view: View) -> Array:
    """Which units are in the city, shape (unit); all of them in a scenario without one.

    Shares of everyone in a country say little about a city where it is decided who rules.
    """
    places = np.array(view.along("place", "unit"))
    return np.asarray(places == "city" if (places == "city").any() else np.ones(len(places), bool))


def members_of(labels: Iterable[str]) -> dict[str, Array]:
    """Which positions carry each label, in order of first appearance."""
    labels = np.array(list(labels))
    return {str(label): labels == label for label in dict.fromkeys(labels.tolist())}


def active(view: View) -> Array:
    """Share of each unit that is doing anything but the first, ordinary activity, shape (date, unit)."""
    shares = view.need("activity_share", "date", "unit", "activity")
    return np.asarray(np.where(np.isfinite(shares[..., 0]), 1 - shares[..., 0], np.nan))
