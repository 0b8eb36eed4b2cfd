"""What is asked of a run, compiled once: the observation of one row of the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dualpower.record.transforms import Array, TransformName, transform

Aggregate: TypeAlias = Literal["mean", "max", "sum", "last"]
AGGREGATES: tuple[Aggregate, ...] = ("mean", "max", "sum", "last")


class ObservationError(ValueError):
    """A row of the record cannot be compared with a run; the message names the row and says why."""

    exit_code = 2


@dataclass(frozen=True, eq=False)
class Observation:
    """One number of the record and where to find its like in a run. All indices count in the scenario's order.

    Attributes
    ----------
    id : str
        The row: `target_id`, or quantity, date and group of a row of the record.
    measure : str
        Key of `MEASURES`.
    start, end : int
        Days of the run that are looked at: `start` is the first, `end` the one after the last.
    units : array[unit]
        1 where a unit counts, 0 where it does not; empty where the measure knows no units.
    activities, parties : array[activity], array[party]
        1 for what is counted, 0 for the rest; empty where the measure knows none.
    council, topic, contest, centre : int
        Position on that axis, or -1.
    aggregate : {"mean", "max", "sum", "last"}
        How the days of the window become one number.
    event : str
        The event asked for, or "".
    complement : bool
        Take one minus the share (votes against).
    scale : float
        Natural units in one (100: the record writes per cent; 200: seats of 200).
    transform : {"log", "logit", "identity"}
        The scale of comparison.
    offset : float
        Added before a logarithm, in natural units.
    value, low, high : float
        What the record says, in natural units, missing bounds filled in.
    centre_z, sd : float
        Middle and standard deviation of that on the scale of comparison.
    """

    id: str
    measure: str
    start: int
    end: int
    units: NDArray[np.float32]
    activities: NDArray[np.float32]
    parties: NDArray[np.float32]
    council: int = -1
    topic: int = -1
    contest: int = -1
    centre: int = -1
    aggregate: Aggregate = "mean"
    event: str = ""
    complement: bool = False
    scale: float = 1.0
    transform: TransformName = "log"
    offset: float = 1.0
    value: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    centre_z: float = float("nan")
    sd: float = float("nan")

    @property
    def days(self) -> slice:
        """The window as a slice of the date axis."""
        return slice(self.start, self.end)

    def compared(self, value: Array) -> Array:
        """Bring a number in natural units to the scale of comparison."""
        return transform(value, self.transform, scale=self.scale, offset=self.offset)
