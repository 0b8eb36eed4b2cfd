"""What claims.toml declares, as pydantic models: claims about the scenario that a model must be able to contradict.

A claim is a sentence, the interventions that test it and the outcomes that decide it. Every outcome says in advance
which way the claim expects it to move, and how large a difference would matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from dualpower.scenario import interventions as what_if
from dualpower.scenario import kinds as k
from dualpower.scenario.calendar import Calendar
from dualpower.scenario.changes import parse_change
from dualpower.scenario.conditions import UnknownNameError, check_path
from dualpower.scenario.faults import Fault, ScenarioError, did_you_mean, quote
from dualpower.scenario.interventions import Intervention
from dualpower.scenario.kinds import Part, fault
from dualpower.scenario.names import Context, Names
from dualpower.scenario.schema import ScenarioSpec
from dualpower.scenario.timeline import Timeline

__all__ = [
    "QUANTITIES", "Claim", "ClaimOutcome", "Claims", "Dose",
    "Measure", "Parameter", "Player", "Variant", "change_faults",
]  # fmt: skip

QUANTITIES: dict[str, tuple[str, ...]] = {
    "regime": ("regime",),
    "event": ("event",),
    "council": ("council", "party"),
    "executive": ("council", "party"),
    "resolution": ("council", "topic"),
    "support": ("group", "party"),
    "members": ("group", "party"),
    "authority": ("centre",),
    "line": ("party", "topic"),
    "dual_power": (),
    "deaths": (),
    "casualties": (),
    "strikers": (),
    "marchers": (),
    "soldiers_refusing": (),
}
"""What an outcome can look at: ``regime`` and ``event`` are 1 on days on which it rules, or from which it has happened;
shares are 0 to 1, all else persons."""


def _quantity(value: str, info: ValidationInfo) -> str:
    names = info.context.names if isinstance(info.context, Context) else None
    try:
        check_path(value, QUANTITIES, "quantity", names)
    except UnknownNameError as error:
        raise fault(error.expected, error.hint) from None
    return value


def _change(value: str) -> str:
    parse_change(value)
    return value


QuantityPath = Annotated[str, AfterValidator(_quantity)]
ChangeText = Annotated[str, AfterValidator(_change)]
Changes = Annotated[tuple[ChangeText, ...], k.OneOrMore]
Quantities = Annotated[tuple[QuantityPath, ...], k.OneOrMore, Field(min_length=1)]


class Measure(Part):
    """A number, or a yes or no, that is taken from a year."""

    of: Quantities
    """What is looked at; several are added up."""
    date: k.RunDate
    date_end: k.RunDate | None = None
    """Last of several days; that one day if left out."""
    take: Literal["last", "mean", "max", "sum"] = "last"
    """How several days become one number."""
    at_least: k.Number | None = None
    """Makes it a yes or no: whether the number is at least this."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.date_end is not None and self.date_end < self.date:
            raise fault(f"a date from {self.date} (date) on", key="date_end")
        return self

    @property
    def last(self) -> str:
        """Last day that is looked at."""
        return self.date_end or self.date

    @property
    def is_event(self) -> bool:
        """Whether it is a yes or no."""
        return self.at_least is not None or all(path.startswith(("regime.", "event.")) for path in self.of)


class ClaimOutcome(Measure):
    """[[claims.outcomes]]: what the claim is about, and what it expects."""

    id: k.Identifier
    meaning: k.Text
    expects: Literal["lower", "higher"]
    """Which way the claim expects the intervention to move it."""
    matters: Annotated[float, Field(gt=0, strict=True)]
    """Smallest difference of interest, in the outcome's own unit."""
    decides: k.Flag = True
    """Whether the verdict rests on it; else it is another definition, shown beside the others."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        at_most_one = self.at_least is not None or (len(self.of) == 1 and self.is_event and self.take != "sum")
        if at_most_one and self.matters > 1:
            raise fault("a number of at most 1, the largest difference between no and yes", key="matters")
        return self


class Variant(Part):
    """[[claims.placebos]] or [[claims.also]]: another set of interventions, shown beside the claim's own."""

    id: k.Identifier
    meaning: k.Text
    changes: Changes


class Dose(Part):
    """[[claims.doses]]: a step of the ladder from nothing to the whole intervention and beyond."""

    amount: k.Number
    """How much, in the words of ``dose``, each amount once; the steps are drawn over it."""
    changes: Changes = ()


class Player(Part):
    """[[claims.players]]: one of several who may replace each other; shares of the first outcome are Shapley's."""

    id: k.Identifier
    name: k.Text
    without: Changes
    """What takes this one away."""


class Parameter(Part):
    """[claims.parameter]: a claim about a number of the laws, judged by its posterior and not by an intervention."""

    address: k.Text
    """``law.name`` of the parameter."""
    critical: k.Number
    """Value that it would have to exceed, in the limit in which that is known exactly."""
    mass: k.Share = 0.9
    """Posterior probability above the critical value that supports the claim; one minus it contradicts."""
    centres: tuple[k.Centre, k.Centre] | None = None
    """Two rivals, where the parameter is the pull of authority: their actual critical value is then computed too."""
    lasting: Measure
    """What should be rare if the claim holds."""
    rarely: k.Share = 0.1
    """Share of years that still counts as rare."""


class Claim(Part):
    """[[claims]]: one claim, what tests it, and what would support or contradict it."""

    id: k.Identifier
    title: k.Text
    claim: k.Text
    """The claim, in plain words."""
    source: k.Text
    """Where it is made: section and paragraph."""
    interventions: Changes = ()
    """What is made otherwise, all of it at once."""
    presupposes: k.Text = ""
    """What else would have to be so for the intervention to make sense."""
    supported: k.Text
    """What result would support it, in words."""
    contradicted: k.Text
    """What result would contradict it."""
    among: tuple[Measure, ...] = ()
    """Only years that answer yes to all of these before the intervention count."""
    outcomes: tuple[ClaimOutcome, ...] = Field(min_length=1)
    dose: k.Text = ""
    """What the steps of the ladder measure."""
    dose_outcome: k.Text = ""
    """Outcome on which the ladder is read, by its id; the first if left out. It must not lie before a step's date."""
    doses: tuple[Dose, ...] = ()
    placebos: tuple[Variant, ...] = ()
    also: tuple[Variant, ...] = ()
    players: tuple[Player, ...] = Field(default=(), max_length=6)
    parameter: Parameter | None = None
    by_construction: k.Text = ""
    """Which law gives the result its sign, and how; empty if none does."""
    separates: k.Text = ""
    """What observation would tell apart theories that disagree on it."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.interventions and self.parameter is None:
            raise fault("interventions, or a parameter that the claim is about", key="interventions")
        if self.parameter is None and not any(outcome.decides for outcome in self.outcomes):
            raise fault("at least one outcome that decides", key="outcomes", found="none with decides = true")
        if any(not measure.is_event for measure in self.among):
            raise fault("what is a yes or no (a regime, an event, or a number with at_least)", key="among",
                        found="a number")  # fmt: skip
        known = [outcome.id for outcome in self.outcomes]
        if self.dose_outcome and self.dose_outcome not in known:
            near = did_you_mean(self.dose_outcome, known)
            raise fault(f"the id of an outcome ({', '.join(known)})", near, key="dose_outcome")
        amounts = [step.amount for step in self.doses]
        if again := [amount for amount in amounts if amounts.count(amount) > 1]:
            found = f"the amount {again[0]:g} {amounts.count(again[0])} times"
            raise fault("each amount once", key="doses", found=found)
        if idle := [placebo.id for placebo in self.placebos if not placebo.changes]:
            raise fault("changes in each", key="placebos", found=f"none in {quote(idle[0])}")
        for key in ("outcomes", "placebos", "also", "players"):
            ids = [part.id for part in getattr(self, key)]
            if twice := [name for name in ids if ids.count(name) > 1]:
                raise fault("each id once", key=key, found=f"the id {quote(twice[0])} {ids.count(twice[0])} times")
        return self

    @property
    def dosed(self) -> ClaimOutcome:
        """The outcome on which the ladder is read."""
        return next((one for one in self.outcomes if one.id == self.dose_outcome), self.outcomes[0])


class Claims(Part):
    """claims.toml as a whole."""

    source: k.Text = ""
    """What text the claims are taken from."""
    claims: tuple[Claim, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ids = [claim.id for claim in self.claims]
        for name in ids:
            if ids.count(name) > 1:
                raise fault("each id once", key="claims", found=f"the id {quote(name)} {ids.count(name)} times")
        return self

    def claim(self, name: str) -> Claim:
        """Return the claim with this id."""
        return next(claim for claim in self.claims if claim.id == name)


def all_changes(claim: Claim) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield every set of interventions of a claim with the place where it stands."""
    yield "interventions", claim.interventions
    for name, parts in (("placebos", claim.placebos), ("also", claim.also)):
        for variant in parts:
            yield f"{name}.{variant.id}.changes", variant.changes
    for number, dose in enumerate(claim.doses, 1):
        yield f"doses[{number}].changes", dose.changes
    for player in claim.players:
        yield f"players.{player.id}.without", player.without


def change_faults(claims: Claims, spec: ScenarioSpec, timeline: Timeline, names: Names) -> list[Fault]:
    """Every intervention of claims.toml that the scenario does not know, as faults of that file."""
    stage = SimpleNamespace(spec=spec, timeline=timeline, names=names, calendar=Calendar(spec.calendar.system),
                            parameters={}, interventions=())  # fmt: skip
    found = []
    for claim in claims.claims:
        for where, texts in all_changes(claim):
            found += _changes_faults(stage, f"claims.{claim.id}.{where}", texts)
        if claim.parameter is not None:
            text, where = f"set {claim.parameter.address}=0", f"claims.{claim.id}.parameter.address"
            unknown = _changes_faults(stage, where, (text,))
            found += [replace(one, found=quote(claim.parameter.address)) for one in unknown]
    return found


_MAKE: dict[str, Callable[..., Intervention | None]] = {
    "do": what_if.do,
    "scale": what_if.scale,
    "set": what_if.set_value,
}


def _changes_faults(stage: Any, where: str, texts: tuple[str, ...]) -> list[Fault]:
    """Make the changes one after the other, on a stand-in that has the scenario's names."""
    stage = SimpleNamespace(**vars(stage))
    found = []
    for text in texts:
        try:
            kind, target, value = parse_change(text)
            made = _MAKE[kind](stage, target, value)
            stage.interventions = (*stage.interventions, *((made,) if made else ()))
        except ScenarioError as error:
            found += [Fault("claims.toml", where, quote(text), one.expected, one.hint) for one in error.faults]
    return found
