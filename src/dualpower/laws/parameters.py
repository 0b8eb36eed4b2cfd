"""The one table of parameters: name, law, unit, prior, meaning, source.

A parameter is addressed as ``law.name`` (``allegiance.blame``); one that differs by party or by issue
is a family, addressed as ``law.name.member`` (``hardship.weight.bread``). Priors are weak on purpose:
a trial with tight, intuitive priors gave false confidence. ``centre`` is a median on the natural scale;
``sd`` is on the log scale for ``lognormal`` and on the natural scale for ``normal``. A ``switch`` is an
assumption that can be turned off (1 on, 0 off) or mixed; it is never fitted.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Prior = Literal["lognormal", "normal", "switch"]
Family = Literal["", "party", "issue"]


class Parameter(NamedTuple):
    """One row of the table: what a law's coefficient is called, measured in, believed to be, and why."""

    law: str
    name: str
    unit: str
    prior: Prior
    centre: float
    sd: float
    meaning: str
    source: str
    per: Family = ""


_OURS = "guess (ours), weak"
_TRIAL = "guess, re-centred on a trial of the laws fitted to January-March"


def _rows(
    law: str,
    *rows: tuple[str, str, Prior, float, float, str, str] | tuple[str, str, Prior, float, float, str, str, Family],
) -> tuple[Parameter, ...]:
    return tuple(Parameter(law, *row) for row in rows)


HARDSHIP = _rows(
    "hardship",
    ("weight", "1", "lognormal", 0.9, 0.5, "how strongly an issue presses, beside the others", _TRIAL, "issue"),
    (
        "outrage",
        "1 per unit of outrage",
        "lognormal",
        0.5,
        1.0,
        "how much outrage at shootings sharpens every grievance",
        _TRIAL,
    ),
    (
        "drift",
        "1",
        "lognormal",
        0.02,
        0.5,
        "sd of a day's change in the log of an issue's intensity, where no fit has been told of the day",
        _OURS,
    ),
)

LINE = _rows(
    "line",
    (
        "pace",
        "1",
        "lognormal",
        1.0,
        0.3,
        "factor on the daily weights with which party bodies listen to each other",
        _OURS,
    ),
    (
        "patience",
        "1 per share",
        "lognormal",
        1.6,
        0.4,
        "restraint of a party for its share of the council that commands",
        _OURS,
    ),
    ("trust_recovery", "1/day", "lognormal", 0.02, 0.8, "rate at which a gain or loss of trust is forgotten", _TRIAL),
    ("trust_shock", "logit", "lognormal", 1.0, 0.7, "size of a declared gain or loss of trust, per unit", _OURS),
)

ORGANISATION = _rows(
    "organisation",
    (
        "recruit",
        "1/day",
        "lognormal",
        0.02,
        0.8,
        "rate at which membership closes its gap to what support carries",
        _TRIAL,
    ),
    (
        "density",
        "members per supporter",
        "lognormal",
        0.25,
        0.6,
        "share of a party's supporters who join it, while support is small",
        _TRIAL,
    ),
    ("saturation", "share", "lognormal", 0.5, 0.8, "support at which membership per supporter has halved", _TRIAL),
    ("quiet", "1", "lognormal", 0.3, 0.5, "recruiting on a quiet day, beside one on which everyone is active", _OURS),
    (
        "half_presence",
        "members per person",
        "lognormal",
        0.02,
        0.5,
        "agitation at which a party is present for half of the unit (presence saturates)",
        _TRIAL,
    ),
    ("even", "share of hours", "switch", 0.15, 0.0, "agitation spread evenly over all units of the place", _OURS),
    (
        "follow",
        "share of hours",
        "switch",
        0.15,
        0.0,
        "agitation sent where people are already active (Bueno de Mesquita 2010)",
        _OURS,
    ),
    (
        "random",
        "share of hours",
        "switch",
        0.0,
        0.0,
        "agitation sent to units at random (placebo); the rest stays with the cells",
        _OURS,
    ),
)

ALLEGIANCE = _rows(
    "allegiance",
    (
        "pace",
        "1/day",
        "lognormal",
        0.003,
        0.8,
        "share of people who reconsider their allegiance on a quiet day",
        _TRIAL,
    ),
    ("pace_active", "1/day", "lognormal", 0.08, 1.0, "additional share on a day on which everyone is active", _TRIAL),
    ("match", "logit per pressure", "lognormal", 0.9, 0.6, "pull of a line that answers what presses", _TRIAL),
    ("presence", "logit per log share", "lognormal", 0.08, 0.6, "pull of a party's agitators in the unit", _TRIAL),
    (
        "conformity",
        "logit per log share",
        "lognormal",
        0.87,
        0.1,
        "pull of what others in the unit hold (kept below a loop gain of 1)",
        _TRIAL,
    ),
    (
        "blame",
        "logit per pressure",
        "lognormal",
        0.9,
        0.7,
        "push away from a party in office, per unit of unanswered pressure",
        _TRIAL,
    ),
    ("inertia", "logit", "normal", 1.0, 0.8, "standing advantage of having no camp", _TRIAL),
    (
        "unmoored",
        "logit per pressure",
        "lognormal",
        0.25,
        0.8,
        "how pressure takes people out of having no camp",
        _TRIAL,
    ),
    ("taste", "logit", "lognormal", 0.15, 0.7, "lean of the bold to whoever opposes the incumbent", _OURS),
)

MOBILISATION = _rows(
    "mobilisation",
    ("base", "logit", "normal", -3.4, 1.4, "level of a quiet day without grievance", _TRIAL),
    ("grievance", "logit per pressure", "lognormal", 0.9, 0.7, "how grievance brings people out", _TRIAL),
    ("unmoved", "1", "normal", 0.6, 0.5, "share of that felt by people without a camp", _TRIAL),
    (
        "militancy",
        "1",
        "lognormal",
        0.5,
        0.5,
        "additional share for a camp wholly opposed to the incumbent (less for its friends)",
        _OURS,
    ),
    (
        "voice",
        "share",
        "normal",
        0.4,
        0.2,
        "share of a grievance that those who obey a council leave to it (Hirschman 1970)",
        _OURS,
    ),
    (
        "limited",
        "share",
        "normal",
        0.6,
        0.25,
        "how far those who are out for a declared day's action are no sign for the next",
        _OURS,
    ),
    ("unit", "logit per share", "lognormal", 2.6, 0.5, "pull of those already out in one's own unit", _TRIAL),
    ("city", "logit per share", "lognormal", 3.0, 0.6, "pull of those out in the district and in the city", _TRIAL),
    ("call", "logit per reach", "lognormal", 4.0, 0.6, "response to a party's call, where it is present", _TRIAL),
    ("organisation", "logit per presence", "lognormal", 0.4, 0.8, "agitators at the benches, without any call", _TRIAL),
    ("occasion", "logit per unit", "lognormal", 1.0, 0.6, "response to an occasion of declared size", _OURS),
    (
        "viability",
        "logit per log ratio",
        "lognormal",
        0.1,
        0.8,
        "response to more people in the street than were expected (Kuran 1991)",
        _OURS,
    ),
    ("fatigue", "logit per fatigue", "lognormal", 8.0, 0.6, "wearing out of those who have been out", _TRIAL),
    ("recovery", "days", "lognormal", 12.0, 0.5, "time in which fatigue passes", _TRIAL),
    ("temper", "logit", "lognormal", 0.9, 0.6, "distance between the bold and the timid", _TRIAL),
    ("street", "logit", "normal", -1.0, 1.0, "out of the gate, into the street", _TRIAL),
    ("arms", "logit", "normal", -3.4, 1.2, "from the street to arms", _TRIAL),
    ("steepness", "1", "lognormal", 0.6, 0.3, "how the second and third step follow the level of the first", _TRIAL),
    ("pace", "1/day", "lognormal", 0.8, 0.3, "share of people who decide anew each day what to do", _TRIAL),
    ("hold", "1", "lognormal", 0.3, 0.7, "how far organisation slows the decay of activity (steam and piston)", _OURS),
    (
        "call_threshold",
        "share",
        "lognormal",
        0.15,
        0.5,
        "share of the city's workers out at which a party in opposition calls the rest",
        _OURS,
    ),
    ("ceiling", "1", "lognormal", 1.0, 0.4, "factor on the roles' declared ceilings", _TRIAL),
    ("rest_day", "logit", "lognormal", 0.3, 0.7, "ease of the street on a day of rest", _OURS),
    ("noise", "logit", "lognormal", 0.05, 0.5, "sd of daily shocks to a city's and a district's mood", _OURS),
)

REPRESSION = _rows(
    "repression",
    ("risk", "logit", "lognormal", 1.4, 0.7, "deterrence by an undivided state whose force is loyal", _TRIAL),
    (
        "safety",
        "1/share",
        "lognormal",
        3.0,
        0.6,
        "safety in numbers: how deterrence falls with the share in the street",
        _TRIAL,
    ),
    (
        "threshold",
        "share",
        "lognormal",
        0.14,
        0.25,
        "share of the city in the street at which the incumbent orders fire",
        _OURS,
    ),
    (
        "lethality",
        "deaths per 1,000 marchers under fire",
        "lognormal",
        0.3,
        0.8,
        "deaths where troops fire as ordered",
        _OURS,
    ),
    ("fear", "1 per death in 10,000 persons", "lognormal", 0.5, 0.8, "fear after shootings", _OURS),
    ("fear_decay", "1/day", "lognormal", 0.15, 0.4, "rate at which fear, and after it outrage, pass", _TRIAL),
)

LOYALTY = _rows(
    "loyalty",
    ("discipline", "logit", "lognormal", 4.0, 0.4, "what holds soldiers beside civilians", _TRIAL),
    (
        "contact",
        "logit per share",
        "lognormal",
        1.5,
        0.7,
        "fraternising: crowds in the street around a barracks",
        _TRIAL,
    ),
    ("ordered", "logit", "lognormal", 2.0, 0.6, "being ordered to fire on the crowd", _TRIAL),
    (
        "barracks",
        "logit per share",
        "lognormal",
        5.0,
        0.4,
        "barracks that already refuse: the sanction falls as their number grows",
        _TRIAL,
    ),
    ("pace", "1/day", "lognormal", 0.65, 0.25, "share of soldiers who decide anew each day", _TRIAL),
    (
        "cohesion",
        "1",
        "lognormal",
        20.0,
        0.3,
        "steepness with which a unit's use to its officers falls below half obeying",
        _TRIAL,
    ),
)

COUNCILS = _rows(
    "councils",
    ("recall", "1/day", "lognormal", 0.013, 0.7, "rate at which delegates are replaced on a quiet day", _TRIAL),
    (
        "recall_active",
        "1",
        "lognormal",
        3.5,
        0.7,
        "increase of it with activity and with the distance from the base",
        _TRIAL,
    ),
    (
        "mandate",
        "days",
        "lognormal",
        30.0,
        0.5,
        "age of a council at which recall is two thirds of what it will be",
        _OURS,
    ),
    ("executive", "1/day", "lognormal", 0.06, 0.5, "rate at which executives follow their council", _TRIAL),
    (
        "founders",
        "1",
        "lognormal",
        1.0,
        1.0,
        "factor on a party's share among founding delegates (prior centre declared by the scenario)",
        _TRIAL,
        "party",
    ),
    (
        "unaligned",
        "logit",
        "normal",
        0.0,
        0.8,
        "appeal of a party to voters without a camp (prior centre declared by the scenario)",
        _TRIAL,
        "party",
    ),
    ("fill", "1/day", "lognormal", 0.2, 0.5, "rate at which a new council's seats are filled", _OURS),
    (
        "majoritarian",
        "0..1",
        "switch",
        0.0,
        0.0,
        "share of local majorities in higher tiers (Galam 1986); 0 is proportional",
        _OURS,
    ),
    ("resolve", "1", "lognormal", 8.0, 0.3, "steepness of a party's vote in its line", _OURS),
    (
        "midpoint",
        "stance",
        "normal",
        0.3,
        0.2,
        "line at which a party's delegates split evenly on a radical resolution",
        _OURS,
    ),
)

POWER = _rows(
    "power",
    (
        "contagion",
        "logit per share",
        "lognormal",
        1.5,
        0.5,
        "pull of authority on compliance; above 2 two masters cannot last (symmetric limit)",
        _OURS,
    ),
    ("backing", "logit", "lognormal", 2.5, 0.5, "pull of the camps' backing on compliance", _TRIAL),
    ("reliable", "logit", "lognormal", 2.0, 0.5, "pull of the old order on the units that it can rely on", _TRIAL),
    ("pace", "1/day", "lognormal", 0.05, 0.5, "rate of change of compliance", _TRIAL),
)

CONTESTS = _rows(
    "contests",
    ("decisiveness", "1", "lognormal", 2.5, 0.3, "how surely the larger force wins (Tullock's ratio form)", _TRIAL),
    (
        "engage",
        "persons",
        "lognormal",
        4000.0,
        0.5,
        "fighting strength at which a contest is joined on half of the days",
        _OURS,
    ),
    ("crowd", "fighters per marcher", "lognormal", 0.02, 0.4, "fighting weight of a marcher without arms", _TRIAL),
    ("soldiers", "share", "lognormal", 0.10, 0.3, "share of a garrison that acts on orders", _TRIAL),
    ("arrivals", "share", "lognormal", 0.30, 0.3, "share of nearby bases that comes", _TRIAL),
    ("reliables", "share", "lognormal", 0.12, 0.3, "share of the reliable units that fights", _TRIAL),
    ("guards", "share", "lognormal", 0.6, 0.3, "share of the armed workers that comes", _TRIAL),
    (
        "command_slope",
        "1",
        "lognormal",
        12.0,
        0.3,
        "steepness with which an executive's majority commands those who back the councils",
        _TRIAL,
    ),
    (
        "melt_rail",
        "1/day",
        "lognormal",
        0.45,
        0.4,
        "melting of a marching column by rail and telegraph organisers",
        _TRIAL,
    ),
    ("melt_contact", "1/day", "lognormal", 0.35, 0.4, "melting of a marching column by fraternising agitators", _TRIAL),
    ("days", "days", "lognormal", 4.0, 0.3, "length of a march on the capital", _TRIAL),
    (
        "hold",
        "1",
        "lognormal",
        0.35,
        0.4,
        "share of the winners that can be turned against what arrives from outside",
        _TRIAL,
    ),
    ("deaths", "share of the smaller side", "lognormal", 0.003, 0.5, "deaths in a contest between equals", _TRIAL),
    ("wounded", "wounded per killed", "lognormal", 4.0, 0.3, "wounded for each person killed", _TRIAL),
    (
        "switch_command",
        "0 or 1",
        "switch",
        1.0,
        0.0,
        "those who back the councils obey the majority of the councils' executive",
        _OURS,
    ),
    ("switch_melting", "0 or 1", "switch", 1.0, 0.0, "marching columns melt", _OURS),
    ("switch_front", "0 or 1", "switch", 1.0, 0.0, "a united front adds its members' forces to the defence", _OURS),
    (
        "switch_restraint",
        "0 or 1",
        "switch",
        1.0,
        0.0,
        "a party's restraint keeps armed crowds from seizing power",
        _OURS,
    ),
    (
        "switch_holding",
        "0 or 1",
        "switch",
        1.0,
        0.0,
        "whoever takes the capital must hold it against what can arrive",
        _OURS,
    ),
)

MILITIA = _rows(
    "militia",
    ("cap", "share", "lognormal", 0.06, 0.7, "armed share of a workplace wholly behind a party that arms", _TRIAL),
    ("pace", "1/day", "lognormal", 0.012, 0.7, "rate of arming on a quiet day", _TRIAL),
    ("alarm", "1", "lognormal", 8.0, 0.6, "increase of it while arms are given out", _TRIAL),
)

CHRONICLE = _rows(
    "chronicle",
    (
        "size",
        "1",
        "lognormal",
        0.7,
        0.5,
        "sd of the log of an event's size, declared as a guess, where no fit has been told of the event",
        _OURS,
    ),
)

PARAMETERS: tuple[Parameter, ...] = (
    HARDSHIP
    + LINE
    + ORGANISATION
    + ALLEGIANCE
    + MOBILISATION
    + REPRESSION
    + LOYALTY
    + COUNCILS
    + POWER
    + CONTESTS
    + MILITIA
    + CHRONICLE
)

AS_DECLARED = {"chronicle.size": 0.0, "hardship.drift": 0.0}
"""A point takes events and series as they are declared; draws of a posterior have the chance in them that the table says."""

CHANCE = ("mobilisation.noise", *AS_DECLARED)
"""How much chance there is: what no fit sees, because it has none."""
