"""A scenario as arrays: what the laws are given, and what each day brings from outside.

``World`` does not change during a run; ``Days`` is read one row a day. Both are plain NumPy arrays in
NamedTuples, so that they can be handed to a compiled function as arguments: two scenarios with the same
shapes share one compiled program. The unit is the last axis everywhere.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

Floats: TypeAlias = Any
"""Numbers in single precision: NumPy as compiled from a scenario, JAX inside a year."""

Ints: TypeAlias = Any
"""32-bit integers, likewise."""

Bools: TypeAlias = Any
"""Truth values, likewise."""

MASKS = ("city", "near", "away", "workers", "troops", "garrison", "wires", "authority")
"""Whom means are taken over: the city, with its suburbs, the rest; the city's workers, its people under arms, those
with the suburbs'; rail and telegraph; everyone by leverage."""

CITY, NEAR, AWAY, WORKERS, TROOPS, GARRISON, WIRES, AUTHORITY = range(len(MASKS))

PATIENCE = 7
"""Days in another regime after which a year has left history; a dated event waits as long for what it presupposes."""

LAUNCHED = 0.5
"""Value of its lever, effects together, above which a contest is launched."""


class Setting(NamedTuple):
    """Where people are and how many, for each stretch of days between two changes (the first axis, ``epoch``).

    Weights of means stand unit last: means are then products of a table with one row of shares, which the compiler
    makes faster than products of two tables.
    """

    size: Floats  # [epoch, unit] persons
    place: Floats  # [epoch, district, unit] where people are: half at work, half at home; sums to 1 over districts
    persons: Floats  # [epoch, district]
    weigh: Floats  # [epoch, mask, unit] weights of the means over MASKS
    people: Floats  # [epoch, mask] persons in each of them
    voters: Floats  # [epoch, council, unit] weights of a council's electorate
    seats: Floats  # [epoch, council] full number
    part: Floats  # [epoch, contest, unit] 1 for units of the places that take part
    city: Floats  # [epoch, unit] 1 in the city
    near: Floats  # [epoch, unit] 1 in the city and its suburbs
    bases: Floats  # [epoch, unit] 1 for armed units of suburbs and fleets


class Units(NamedTuple):
    """What is fixed about the units. Axis ``unit`` last; 0/1 masks are floats."""

    armed: Floats  # [unit] 1 where people carry the state's arms
    reliable: Floats  # [unit] 0..1, held by the old order's cohesion
    worker: Floats  # [unit] 1 where being out is a strike
    ceiling: Floats  # [unit] share of people who can be active at all
    joins: Floats  # [unit] how readily supporters become members, 1 in workplaces
    lottery: Floats  # [unit] arbitrary positive numbers, unrelated to anything: the placebo of organisation
    salience: Floats  # [issue, unit]
    camps: Floats  # [camp, unit] shares at the start
    members: Floats  # [party, unit] members per person at the start


class Parties(NamedTuple):
    """Parties and their inner bodies. A camp is `none` or a party, in that order."""

    voice: Floats  # [party, node] weight of a body in its party's public line
    listens: Floats  # [node, node] whom a body listens to; rows sum to 1 over those present
    stubborn: Floats  # [node] 0..1
    stance: Floats  # [node, topic] own view, topics are the issues then the centres
    present: Floats  # [node] 1 if present from the start
    discipline: Floats  # [party] 0..1
    legality: Floats  # [regime, party] 0..1
    office: Floats  # [regime, party] 0..1


class Order(NamedTuple):
    """Regimes, councils and contests."""

    about_power: Floats  # [issue] 1 for the issue of who rules
    incumbent: Floats  # [regime, centre] one-hot
    centres: Floats  # [regime, centre] 1 where the centre can be obeyed
    old: Floats  # [centre] one-hot: the old order, which rules on the first day and is its own police
    election: Floats  # [council] 1 where citizens vote and nothing is remembered
    exists: Floats  # [regime, council] 1 where the council sits
    founding: Floats  # [council] 1 where founders have an advantage
    tier: Floats  # [council] 0 local, 1 national
    stands: Floats  # [council, party] 1 where a party stands for election
    council_centre: Floats  # [council, centre] one-hot: the centre whose executive it elects
    commands: Floats  # [council] 1 for the council whose executive commands in the city
    commands_away: Floats  # [council] 1 for the one that commands elsewhere
    crowds: Floats  # [crowd] contests come in the order crowds, insurrections, marches; these carry their numbers
    insurrections: Floats  # [insurrection]
    marches: Floats  # [march]
    contest_under: Floats  # [contest, regime]
    contest_defender: Floats  # [contest, centre] one-hot
    contest_challenger: Floats  # [contest, centre] one-hot
    contest_leader: Floats  # [contest, party] equal parts of 1, or all zero: for means over those who lead
    contest_camp: Floats  # [contest, party] 1 for those who lead: for sums over them
    contest_size: Floats  # [contest] persons in a marching column, or who can arrive against a rising
    success: Floats  # [contest, regime] one-hot
    failure: Floats  # [contest, regime] one-hot, or all zero for no change


class Chronicle(NamedTuple):
    """Events, their conditions and effects, as tables."""

    date: Ints  # [event] day index, -1 for none
    declared: Ints  # [event] the same without interventions, later than every day for none
    choice: Bools  # [event] has a rule beside its date
    forced: Bools  # [event] an intervention set the date
    option: Ints  # [event] index of the option taken
    absent: Bools  # [event] that option means that it does not come about, for those that presuppose it
    regimes: Bools  # [event, regime] regimes that it presupposes
    after: Bools  # [event, event] events that it presupposes
    requires: Bools  # [event, condition]
    when: Bools  # [event, condition]
    when_after: Bools  # [event, event] events that its rule waits for
    when_regimes: Bools  # [event, regime]
    hazard: Floats  # [event] per day, once a year has left history
    condition_indicator: Ints  # [condition]
    condition_sign: Floats  # [condition] +1 for at least, -1 for at most
    condition_level: Floats  # [condition]
    effect_event: Ints  # [effect]
    effect_option: Ints  # [effect]
    effect_value: Floats  # [effect]
    effect_amount: Bools  # [effect] says how much, and not which or whether
    effect_days: Floats  # [effect] at full value
    effect_fade: Floats  # [effect] e-folding days afterwards, 0 at once
    effect_delay: Floats  # [effect]
    to_lever: Floats  # [lever, effect] one-hot, for effects on the whole
    to_unit_lever: Floats  # [unit_lever, effect] one-hot, for effects on some units
    effect_units: Floats  # [effect, unit] mask (or share of women) of effects on some units
    rule_from: Bools  # [rule, regime]
    rule_to: Floats  # [rule, regime] one-hot
    rule_when: Bools  # [rule, condition]
    rule_hazard: Floats  # [rule] per day


class World(NamedTuple):
    """A scenario as arrays."""

    setting: Setting
    units: Units
    parties: Parties
    order: Order
    chronicle: Chronicle


class Days(NamedTuple):
    """What each day brings from outside: the first axis is the day."""

    day: Ints  # [day]
    epoch: Ints  # [day] row of Setting
    intensity: Floats  # [day, issue]
    rest: Floats  # [day] 1 on a day of rest
    turnout: Floats  # [day, council] share of people without a camp who vote
    history: Ints  # [day] regime that was, in the evening
    eve: Ints  # [day] the same, the evening before
    won: Bools  # [day, contest] contests by which history came to its next regime
    imposed: Floats  # [day] 1 while regimes and events follow history
    rules: Floats  # [day] 1 where choices are decided by their rules, as in a year that has left history
    told: Ints  # [day] number of the last day that the parameters were fitted to, the same on every day
    mood: Floats  # [day, district] standard normal, the city's and the district's together
    chance_event: Floats  # [day, event] uniform
    chance_rule: Floats  # [day, rule] uniform
    chance_contest: Floats  # [day, contest] uniform
    chance_size: Floats  # [day, event] standard normal, the same on every day
    chance_drift: Floats  # [day, issue] sum of standard normals of the days since day ``told``


class Names(NamedTuple):
    """Labels of every axis, for the border between arrays and people."""

    units: tuple[str, ...]
    parties: tuple[str, ...]
    issues: tuple[str, ...]
    centres: tuple[str, ...]
    councils: tuple[str, ...]
    districts: tuple[str, ...]
    regimes: tuple[str, ...]
    contests: tuple[str, ...]
    events: tuple[str, ...]
    rules: tuple[str, ...]
    nodes: tuple[str, ...]
    levers: tuple[str, ...]
    unit_levers: tuple[str, ...]
    indicators: tuple[str, ...]

    @property
    def camps(self) -> tuple[str, ...]:
        """The camps: none, then the parties."""
        return ("none", *self.parties)

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics of a party's line: the issues, then the centres."""
        return (*self.issues, *self.centres)


def lever_names(
    parties: tuple[str, ...], issues: tuple[str, ...], nodes: tuple[str, ...], contests: tuple[str, ...]
) -> tuple[str, ...]:
    """Levers on the whole, in the order in which the laws read them."""
    by_party = ("office", "legality", "restraint", "trust", "arrest")
    return (
        *(f"intensity.{issue}" for issue in issues),
        *(f"answer.{issue}" for issue in issues),
        *(f"call.{party}" for party in parties),
        *(f"{kind}.{party}" for kind in by_party for party in parties),
        *(f"node.{node}" for node in nodes),
        *(f"launch.{contest}" for contest in contests),
        *(f"reinforce.{contest}" for contest in contests),
        "occasion",
        "front",
        "force",
        "arm",
    )


def unit_lever_names(parties: tuple[str, ...], issues: tuple[str, ...]) -> tuple[str, ...]:
    """Levers that an effect can pull in some units only."""
    return (*(f"intensity.{issue}" for issue in issues), *(f"call.{party}" for party in parties), "occasion")


def indicator_names(names: Names) -> tuple[str, ...]:
    """Quantities of the state that conditions can name, in the order of ``laws.indicators``."""
    councils = [(council, party) for council in names.councils for party in names.parties]
    return (
        "active",
        "street",
        "arms",
        "refusing",
        "dual_power",
        "days_in_regime",
        *(f"intensity.{issue}" for issue in names.issues),
        *(f"support.{party}" for party in names.parties),
        *(f"trust.{party}" for party in names.parties),
        *(f"members.{party}" for party in names.parties),
        *(f"office.{party}" for party in names.parties),
        *(f"council.{council}.{party}" for council, party in councils),
        *(f"executive.{council}.{party}" for council, party in councils),
        *(f"authority.{centre}" for centre in names.centres),
        *(f"line.{party}.{topic}" for party in names.parties for topic in names.topics),
    )
