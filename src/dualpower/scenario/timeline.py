"""What timeline.toml declares, as pydantic models: the path that happened, shocks and choices."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from dualpower.scenario import kinds as k
from dualpower.scenario.calendar import DATE
from dualpower.scenario.faults import did_you_mean, quote
from dualpower.scenario.kinds import Part, fault

__all__ = ["NEVER", "Effect", "Event", "HistoryEntry", "Option", "Requires", "Timeline", "When"]

NEVER = "never"
FELT_BY_SOME = ("intensity", "call", "occasion")
"""Levers whose effects may be limited to some units."""


class HistoryEntry(Part):
    """[[history]]: the regime that history had from a date on."""

    regime: k.Regime
    from_: k.Date = Field(alias="from")


class Effect(Part):
    """What an option does: it moves a lever by a value, for some days, for some people."""

    lever: k.LeverText
    value: k.Number
    days: k.Amount | None = None
    """Days at full value; if left out one day for the levers `launch.`, `trust.` and `arrest.`, for ever for others."""
    fade: k.Amount = 0.0
    """Days in which the rest decays to 1/e after that; 0 ends it at once."""
    delay: k.Amount = 0.0
    """Days from the event to the effect."""
    roles: tuple[k.Role, ...] = ()
    groups: tuple[k.Group, ...] = ()
    units: tuple[k.Unit, ...] = ()
    places: tuple[k.Place, ...] = ()
    """Where the units that feel it have their district in units.csv, all year; everywhere if empty."""
    by_women: k.Flag = False
    """Whether the effect is in proportion to the share of women."""

    @model_validator(mode="after")
    def _felt(self) -> Self:
        some = [key for key in ("roles", "groups", "units", "places", "by_women") if getattr(self, key)]
        if some and self.lever.split(".")[0] not in FELT_BY_SOME:
            raise fault(
                f"no such key: {self.lever} is felt by all (only {', '.join(FELT_BY_SOME)} can be felt by some)",
                key=some[0],
            )
        if self.lever.startswith("arrest.") and self.value < 0:
            raise fault("a number of at least 0: nobody is set free by it", key="value")
        return self


class Option(Part):
    """[[events.options]]: one way in which an event can go."""

    id: k.Identifier
    meaning: k.Text = ""
    happens: k.Flag = True
    """Whether what the event stands for comes about if it goes this way; else what presupposes it cannot."""
    effects: tuple[Effect, ...] = ()


class Requires(Part):
    """What an event presupposes; where that fails it does not happen."""

    regimes: tuple[k.Regime, ...] = ()
    events: tuple[k.Event, ...] = ()
    conditions: tuple[k.ConditionText, ...] = ()


class When(Part):
    """The rule of a choice once a year has left history."""

    conditions: tuple[k.ConditionText, ...] = ()
    hazard: k.Share
    """Probability a day while the conditions hold."""
    regimes: tuple[k.Regime, ...] = ()
    events: tuple[k.Event, ...] = ()
    """Those that must have happened; the rule waits for them, the date does not."""


class Event(Part):
    """[[events]]: a dated shock or choice."""

    id: k.Identifier
    name: k.Text
    date: k.RunDate
    kind: Literal["shock", "choice"]
    actor: k.Actor = ""
    """A party, a centre, or empty."""
    meaning: k.Text
    source: k.Text
    source_kind: k.SourceKind
    historical: k.Text = ""
    """The option that history took; the only one if left out; "never" if it did not happen."""
    requires: Requires = Requires()
    when: When | None = None
    options: tuple[Option, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.id == NEVER or DATE.fullmatch(self.id):
            raise fault("another id: what is written in place of an option is no event", key="id")
        ids = [option.id for option in self.options]
        if NEVER in ids:
            raise fault("other ids: every event has this one without being told", key="options", found=quote(NEVER))
        if dates := [name for name in ids if DATE.fullmatch(name)]:
            raise fault("another id: a date in its place moves the event", key="options", found=quote(dates[0]))
        if self.historical not in ("", NEVER, *ids):
            near = did_you_mean(self.historical, (*ids, NEVER))
            raise fault(f"one of its options ({', '.join(ids)}, or never)", near, key="historical")
        if self.id in self.requires.events:
            raise fault("other events than itself", key="requires.events", found=quote(self.id))
        if self.when is not None and self.id in self.when.events:
            raise fault("other events than itself", key="when.events", found=quote(self.id))
        if not self.historical and len(ids) > 1:
            raise fault(f"the option that history took ({', '.join(ids)}, or never)", key="historical")
        if self.kind == "shock" and self.when is not None:
            raise fault("no such key: only a choice has a rule of its own", key="when")
        return self

    @property
    def historical_option(self) -> str:
        """The option that history took, or "never"."""
        return self.historical or self.options[0].id

    def option(self, name: str) -> Option:
        """Return the option with this id."""
        return next(option for option in self.options if option.id == name)


class Timeline(Part):
    """timeline.toml as a whole."""

    history: tuple[HistoryEntry, ...] = Field(min_length=1)
    events: tuple[Event, ...] = ()
