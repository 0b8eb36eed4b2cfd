"""What a quantity of the record means in a run: a measure and whom it counts."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from dualpower.scenario import kinds as k
from dualpower.scenario.kinds import Part

__all__ = ["MEASURES", "Measure", "Observable", "Quantity", "Selectors"]

Measure = Literal[
    "activity",
    "activity_share",
    "size",
    "workplaces",
    "support",
    "compliance",
    "members",
    "red_guards",
    "seat_share",
    "vote_share",
    "executive_share",
    "seats",
    "members_total",
    "resolution",
    "participants",
    "defenders",
    "office",
    "authority",
    "trust",
    "line",
    "intensity",
    "regime",
    "event",
    "deaths",
    "casualties",
    "loyal_force",
    "loyal",
    "strikers",
    "marchers",
    "soldiers_refusing",
    "refusing_share",
    "dual_power",
]
MEASURES: tuple[str, ...] = get_args(Measure)
Activity = Literal["at_work", "out", "in_street", "in_arms", "obeying", "refusing"]


class Selectors(Part):
    """Whom a measure counts; what is left out selects everything."""

    activities: tuple[Activity, ...] = ()
    groups: tuple[k.Group, ...] = ()
    roles: tuple[k.Role, ...] = ()
    places: tuple[k.Place, ...] = ()
    districts: tuple[k.District, ...] = ()
    units: tuple[k.Unit, ...] = ()
    party: Annotated[tuple[k.Party, ...], k.OneOrMore] = ()
    """One party, or several that are counted together."""
    parties: tuple[k.Party, ...] = ()
    """The same as party."""
    counts_as_striker: k.Flag | None = None
    """Only roles whose absence counts as a strike."""
    council: k.Council | None = None
    contest: k.Contest | None = None
    centre: k.Centre | None = None
    regime: k.Regime | None = None
    issue: k.Issue | None = None
    topic: k.Topic | None = None
    event: k.Event | None = None
    complement: k.Flag | None = None
    """Whether the rest is meant: one minus the share."""
    aggregate: Literal["mean", "max", "sum", "last"] | None = None
    """How the days of a window become one number; by the measure's habit if left out."""
    transform: Literal["log", "logit", "identity"] | None = None
    """Scale on which run and record are compared; by the measure's habit if left out."""
    offset: k.Amount | None = None
    """Persons added before a logarithm."""
    scale: Annotated[float, Field(gt=0, strict=True)] | None = None
    """The record's number for one of the run's: 100 for percents; 1 if left out."""
    meaning: k.Text = ""


class Quantity(Selectors):
    """[quantities.NAME]: what the quantity NAME of record.csv and targets.csv means in a run.

    What its measure cannot use is a fault.
    """

    measure: Measure


class Observable(Selectors):
    """[[observables]]: selectors for rows of one quantity, group and place, over those of the quantity.

    Two tables for the same rows are a fault.
    """

    quantity: k.QuantityName
    group: k.Text | None = None
    place: k.Text | None = None
    measure: Measure | None = None
