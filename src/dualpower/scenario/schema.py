"""What scenario.toml declares, as pydantic models: one class a table, one attribute a key."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dualpower.scenario import kinds as k
from dualpower.scenario.calendar import System
from dualpower.scenario.faults import did_you_mean
from dualpower.scenario.kinds import Part, fault
from dualpower.scenario.selectors import Observable, Quantity

__all__ = [
    "CalendarSpec", "Centre", "Contest", "Council", "Issue", "Node", "Observable", "Outcome",
    "Party", "Quantity", "Regime", "RegimeRule", "Role", "ScenarioSpec", "Turnout",
]  # fmt: skip


class CalendarSpec(Part):
    """[calendar]: which calendar the dates are in, and the days of a run."""

    system: System
    """ "julian" (Old Style) or "gregorian" (New Style)."""
    start: k.Date
    """First day of a run."""
    end: k.Date
    """Last day of a run unless told otherwise."""
    latest: k.Date
    """Last day that a run may reach; no more than twenty years (7,305 days) after the start."""
    rest_days: tuple[k.Weekday, ...] = ("sunday",)
    """Days of the week on which nobody is at work."""


class Issue(Part):
    """[[issues]]: something people have a grievance about."""

    id: k.Identifier
    name: k.Text
    about_power: k.Flag = False
    """At most one issue is about power itself; parties answer it by their backing of the centres."""
    meaning: k.Text = ""


class Centre(Part):
    """[[centres]]: a centre of power that people may obey."""

    id: k.Identifier
    name: k.Text
    meaning: k.Text = ""


class Node(Part):
    """[[parties.nodes]]: a part of a party's inner network, with a line of its own."""

    id: k.Identifier
    name: k.Text
    voice: k.Amount = 1.0
    """Weight of the node in the party's public line."""
    stubborn: k.Share = 0.5
    """How far the node keeps to its first opinion, 0 to 1."""
    present: k.Flag = True
    """Whether it is there from the start, or only once an event puts it there."""
    stance: dict[k.MaterialIssue, k.Signed] = Field(default_factory=dict)
    """Only what differs from the party's stance."""
    backing: dict[k.Centre, k.Signed] = Field(default_factory=dict)
    """Only what differs from the party's backing."""
    listens: dict[str, k.Amount] = Field(default_factory=dict)
    """Other nodes of the party and the weight of their word."""
    meaning: k.Text = ""
    source: k.Text = ""
    source_kind: k.SourceKind = "guess"


class Party(Part):
    """[[parties]]: a party; each is a camp of its own."""

    id: k.Identifier
    name: k.Text
    short: k.Short
    """One to three letters for tables and plots."""
    colour: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
    """As "#rrggbb"."""
    camp: k.Text = ""
    """The camp of its own, which has the party's id; may be left out."""
    discipline: k.Share = 0.5
    stance: dict[k.MaterialIssue, k.Signed]
    """-1 to 1 for each issue not about power (0 if left out): how far the party's line answers the grievance."""
    backing: dict[k.Centre, k.Signed]
    """-1 to 1 for each centre (0 if left out); the opposite of its backing of the incumbent is its stance on power."""
    unaligned_appeal: k.Logit = 0.0
    """Logit appeal to voters of no camp, relative to the other parties."""
    members_per_supporter: k.Share = 0.0
    """Members for each supporter at the start."""
    founders: k.Amount = 1.0
    """Factor on the party's share among the founding delegates of councils."""
    legality: dict[k.Regime, k.Share] = Field(default_factory=dict)
    """Reach of the party under a regime; 1 where not given."""
    office: dict[k.Regime, k.Share] = Field(default_factory=dict)
    """Degree to which the party is in the government under a regime; 0 where not given. Where the degrees of all
    parties sum to more than 1, blame is divided by the sum."""
    meaning: k.Text = ""
    source: k.Text
    source_kind: k.SourceKind
    nodes: tuple[Node, ...] = ()
    """Without nodes the party has one node: itself."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        known = [node.id for node in self.nodes]
        strangers = [(node.id, other) for node in self.nodes for other in node.listens if other not in known]
        if strangers:
            node, other = strangers[0]
            expected, hint = f"a node that it listens to ({', '.join(known)})", did_you_mean(other, known)
            raise fault(expected, hint, key="nodes", found=f'"{other}" in {node}.listens')
        if self.camp not in ("", self.id):
            raise fault(f'the camp "{self.id}": every party is a camp of its own', key="camp")
        if self.id == "none":
            raise fault("another id: this one is the camp of those without a party", key="id")
        return self


class Role(Part):
    """[[roles]]: a kind of unit (metal workers, infantry, residents, ...)."""

    id: k.Identifier
    name: k.Text
    group: k.Identifier
    """One of the scenario's own words for roles that belong together."""
    armed: k.Flag = False
    """Whether activities read obeying and refusing in place of at work and out."""
    reliable: k.Share = 0.0
    """How far the old order's cohesion holds the role, 0 to 1."""
    ceiling: k.Share = 1.0
    """Largest share that can be active at all."""
    counts_as_striker: k.Flag = False
    leverage: k.Amount = 1.0
    """Weight per head in a centre's authority (arms, plants, rail and telegraph)."""
    communications: k.Share = 0.0
    """Share of rail, telegraph and telephone people."""
    commutes: k.Flag = True
    """Whether people live elsewhere than they work (see commuting.csv); nobody under arms does."""
    joins: k.Amount = 1.0
    """How readily its supporters become party members, beside people at a workplace."""
    salience: dict[k.Issue, k.Amount]
    """How much each issue weighs with the role."""
    support: k.Support = Field(default_factory=dict)
    """Share of each party at the start; the rest are of no camp."""
    meaning: k.Text = ""
    source: k.Text
    source_kind: k.SourceKind


class Turnout(Part):
    """[[councils.turnout]]: turnout of an election from a date on."""

    from_: k.Date = Field(alias="from")
    value: k.Share


class Council(Part):
    """[[councils]]: a body of delegates, a congress, or an election by citizens."""

    id: k.Identifier
    name: k.Text
    kind: Literal["council", "congress", "election"] = "council"
    """Delegates that are recalled; the same, and shown as a congress; citizens' votes, which remember nothing."""
    seats: dict[k.RoleOrGroup, Annotated[float, Field(ge=1, le=1e10, strict=True)]] = Field(default_factory=dict)
    """Persons per seat, by role or group."""
    minimum_per_workplace: k.Amount = 0.0
    """Seats that even the smallest workplace has."""
    total_seats: k.Seats | None = None
    """Fixed number of seats, if any."""
    electorate: dict[k.RoleOrGroup, k.Amount] = Field(default_factory=dict)
    """Weight of each group among the voters, nobody else; by seats (or everybody alike without seats) if left out."""
    places: tuple[k.Place, ...] = ()
    """Where its voters live and work on the day; everywhere if empty."""
    parties: tuple[k.Party, ...] = ()
    """Parties that stand for it; all if empty."""
    centre: k.Centre
    founded_by_regime: tuple[k.Regime, ...] = ()
    """Regimes under which it exists; all if empty."""
    date: k.RunDate | None = None
    """When a congress or an election was held: the report shows it on that day. A run has one on every day, as if it
    were held then.
    """
    date_end: k.RunDate | None = None
    turnout_unaligned: k.Share = 1.0
    """Share of those of no camp who vote."""
    turnout: tuple[Turnout, ...] = ()
    tier: Literal[1, 2] = 1
    """1 local, 2 national. The first of tier 1 (no election) commands near the capital, that of tier 2 elsewhere."""
    founders: k.Flag = False
    """Whether the founders' factor of the parties applies."""
    meaning: k.Text = ""
    source: k.Text
    source_kind: k.SourceKind


class Regime(Part):
    """[[regimes]]: who holds power, and who disputes it."""

    id: k.Identifier
    name: k.Text
    incumbent: k.Centre
    rival: k.Centre | None = None
    colour: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] = "#888888"
    meaning: k.Text = ""


class Contest(Part):
    """[[contests]]: a trial of force that can change the regime."""

    id: k.Identifier
    name: k.Text
    kind: Literal["crowd", "march", "insurrection"]
    under: tuple[k.Regime, ...] = Field(min_length=1)
    challenger: k.Centre
    defender: k.Centre
    party: Annotated[tuple[k.Party, ...], k.OneOrMore] = ()
    """Leader of an insurrection; parties whose organisers meet a march."""
    launched_by: k.EventOrNone = ""
    """Event that starts it, by its effect on the lever `launch.CONTEST`; empty for a daily crowd."""
    size: k.Amount = 0.0
    """Persons in a march's column, or who can arrive against an insurrection's winner (if armed units lie outside)."""
    success: k.Regime
    failure: k.RegimeOrNone = ""
    """Regime after a failure; empty for no change."""
    places: tuple[k.Place, ...] = ()
    """Where the units are on the day that take part; all if empty."""
    meaning: k.Text = ""
    source: k.Text
    source_kind: k.SourceKind


class RegimeRule(Part):
    """[[regime_rules]]: a change of regime without a contest."""

    id: k.Identifier
    from_: Annotated[tuple[k.Regime, ...], k.OneOrMore] = Field(alias="from", min_length=1)
    to: k.Regime
    conditions: tuple[k.ConditionText, ...] = ()
    hazard: k.Share = 1.0
    """Probability a day while the conditions hold."""
    meaning: k.Text = ""


class Outcome(Part):
    """[[outcomes]]: a regime that counts as an outcome."""

    regime: k.Regime
    sentence: k.Text
    """What it means that a run ends so."""


class Forecast(Part):
    """[forecast]: from which days on the record is forecast, and how far."""

    origins: Annotated[tuple[k.RunDate, ...], k.OneOrMore] = Field(min_length=1)
    """Last days of which a forecast may know."""
    days_ahead: Annotated[int, Field(gt=0, strict=True)] = 61
    """Days after an origin whose targets count for the rolling comparison."""
    headline: k.RunDate | None = None
    """The origin whose later targets are the main test; the last if left out."""


class ScenarioSpec(Part):
    """scenario.toml as a whole."""

    schema_: Literal[1] = Field(alias="schema")
    id: k.Identifier
    title: k.Text
    summary: k.Text = ""
    source: k.Text
    context: tuple[str, ...] = ()
    """Quantities of the record that are kept and shown but not simulated."""
    calendar: CalendarSpec
    issues: tuple[Issue, ...] = Field(min_length=1)
    centres: tuple[Centre, ...] = Field(min_length=1)
    parties: tuple[Party, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    councils: tuple[Council, ...] = ()
    regimes: tuple[Regime, ...] = Field(min_length=1)
    contests: tuple[Contest, ...] = ()
    regime_rules: tuple[RegimeRule, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    forecast: Forecast | None = None
    quantities: dict[k.Identifier, Quantity] = Field(default_factory=dict)
    observables: tuple[Observable, ...] = ()
