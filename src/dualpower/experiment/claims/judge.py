"""From numbers of draws to what is found about a claim: effects, causes, doses, placebos, shares, settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dualpower.experiment.claims.causal import NOTHING, Causes, Effect, causes, effect
from dualpower.experiment.claims.plan import Changes, Setting, coalitions, contradicts
from dualpower.experiment.claims.shapley import shapley
from dualpower.experiment.claims.verdict import FEWEST, Verdict, of_effect, of_parameter, together
from dualpower.experiment.claims.work import Done, batches_of
from dualpower.experiment.statistics import error_of_mean, half_width, interval_of_mean
from dualpower.scenario.claims import Claim, ClaimOutcome

Array = NDArray[Any]
Plain = dict[str, Any]


@dataclass(frozen=True)
class Draws:
    """All draws of one claim under one setting.

    Attributes
    ----------
    claim
        The claim.
    factual
        array[outcome, draw].
    variants
        By set of interventions, array[outcome, draw]; of shares of players only the first draws.
    among
        Whether a draw counts, array[draw].
    row
        Which parameters it has, array[draw].
    """

    claim: Claim
    factual: Array
    variants: Mapping[Changes, Array]
    among: Array
    row: Array

    def outcome(self, number: int, changes: Changes) -> tuple[Array, Array, Array]:
        """An outcome of those draws that can be compared: factual, changed, row of parameters."""
        changed, counts = self.changed(number, changes), self.compared(number, changes)
        return self.factual[number][: len(changed)][counts], changed[counts], self.row[: len(changed)][counts]

    def changed(self, number: int, changes: Changes) -> Array:
        """An outcome of the changed years; of the factual ones where nothing is changed."""
        return np.asarray(self.variants[changes][number] if changes else self.factual[number])

    def compared(self, number: int, changes: Changes) -> Array:
        """Whether a draw counts and has the outcome in both years (a body that does not sit has no shares)."""
        changed = self.changed(number, changes)
        count = len(changed)
        return np.asarray(self.among[:count] & np.isfinite(changed) & np.isfinite(self.factual[number][:count]))

    def apart(self, number: int, changes: Changes) -> Array:
        """Changed minus factual of an outcome in every draw, whether it counts or not."""
        changed = self.changed(number, changes)
        return np.asarray(changed - self.factual[number][: len(changed)])

    def effect(self, number: int, changes: Changes) -> Effect:
        """Effect of some interventions on an outcome."""
        return effect(*self.outcome(number, changes), event=self.claim.outcomes[number].is_event)

    def verdict(self, changes: Changes) -> Verdict:
        """Verdict by the outcomes that decide."""
        return together(
            of_effect(self.effect(n, changes), one) for n, one in enumerate(self.claim.outcomes) if one.decides
        )


def gather(claim: Claim, done: Sequence[Done], setting: Setting, draws: int) -> Draws:
    """Put the batches of a setting together, in order, and drop draws beyond the last asked for."""
    batches = batches_of(done, setting.name)
    joined = {
        changes: np.concatenate([one.variants[changes][claim.id] for one in batches if changes in one.variants], 1)
        for changes in {key for one in batches for key in one.variants}
    }
    factual = np.concatenate([one.factual[claim.id] for one in batches], 1)[:, :draws]
    among = np.concatenate([one.among[claim.id] for one in batches])[:draws]
    row = np.arange(factual.shape[1]) % len(setting.table.values)
    return Draws(claim, factual, {key: array[:, :draws] for key, array in joined.items()}, among, row)


def outcomes(found: Draws) -> list[Plain]:
    """Every outcome with and without the claim's interventions."""
    claim = found.claim
    return [_outcome(found, number, one) for number, one in enumerate(claim.outcomes)] if claim.interventions else []


def _outcome(found: Draws, number: int, one: ClaimOutcome) -> Plain:
    made = found.effect(number, found.claim.interventions)
    causal = _causes(found, number, one) if one.is_event and made.draws else None
    return {
        "id": one.id, "meaning": one.meaning, "event": one.is_event, "expects": one.expects, "matters": one.matters,
        "decides": one.decides, **made._asdict(), "verdict": of_effect(made, one),
        "causes": None if causal is None else {name: each._asdict() for name, each in causal._asdict().items()},
    }  # fmt: skip


def _causes(found: Draws, number: int, one: ClaimOutcome) -> Causes:
    """PN, PS, PNS of what the intervention removes, for what the claim says that it brings."""
    factual, changed, row = found.outcome(number, found.claim.interventions)
    return causes(factual, changed, row) if one.expects == "lower" else causes(1 - factual, 1 - changed, row)


def doses(found: Draws) -> list[Plain]:
    """The ladder: what every step makes of its outcome, and its difference from the factual years."""
    number = found.claim.outcomes.index(found.claim.dosed)
    return [{"amount": dose.amount, "changes": list(dose.changes), **found.effect(number, dose.changes)._asdict()}
            for dose in found.claim.doses]  # fmt: skip


def variants(found: Draws, kind: str) -> list[Plain]:
    """Placebos, or other variants, on the first outcome; and whether zero is inside the interval."""
    rows = []
    for each in getattr(found.claim, kind):
        made = found.effect(0, each.changes)
        zero = bool(made.draws and made.low <= 0 <= made.high)
        rows.append({"id": each.id, "meaning": each.meaning, "changes": list(each.changes), **made._asdict(),
                     "zero": zero, "verdict": of_effect(made, found.claim.outcomes[0])})  # fmt: skip
    return rows


def shares(found: Draws) -> list[Plain]:
    """Shapley's shares of a claim's players in what all of them together make of the first outcome."""
    claim = found.claim
    if not claim.players:
        return []
    sign = 1.0 if claim.outcomes[0].expects == "lower" else -1.0
    sets = coalitions(claim)
    least = min(found.variants[changes].shape[1] for changes in sets.values() if changes)
    played = [found.variants[changes][0, :least] for changes in sets.values() if changes]
    counts = found.among[:least] & np.isfinite([found.factual[0, :least], *played]).all(0)
    value = {present: sign * (found.variants[changes] if changes else found.factual)[0, :least][counts]
             for present, changes in sets.items()}  # fmt: skip
    if not counts.any():
        return []
    every = frozenset(player.id for player in claim.players)
    total = float((value[every] - value[frozenset()]).mean())
    rows = []
    for player in claim.players:
        each = shapley([one.id for one in claim.players], value)[player.id]
        made = effect(np.zeros(len(each)), each, found.row[:least][counts], event=claim.outcomes[0].is_event)
        rows.append({"id": player.id, "name": player.name, "value": made.difference, "low": made.low, "high": made.high,
                     "share": made.difference / total if abs(total) > 1e-9 else float("nan"), "total": total,
                     "draws": made.draws})  # fmt: skip
    return rows


def under(claim: Claim, setting: Setting, found: Draws, number: Plain | None) -> Plain | None:
    """A claim under one setting; None where the setting decides the very thing that the claim is about.

    ``number``: what `parameter` finds under it, which alone decides on a claim about a parameter.
    """
    if not claim.interventions or contradicts(setting, claim.interventions):
        return None
    made = found.effect(0, claim.interventions)
    verdict = number["verdict"] if number else found.verdict(claim.interventions)
    return {"name": setting.name, "kind": setting.kind, **made._asdict(), "verdict": verdict, **_found(number)}


def _found(number: Plain | None) -> Plain:
    """The share of draws above the critical value, and of years in which what should be rare happens."""
    return {} if number is None else {"above": number["best_above"], "lasting": number["lasting"]}


def moved(claim: Claim, plain: Draws, otherwise: Draws) -> bool | None:
    """Whether a setting moves the claim's effect, on the same draws; None where too few can be compared under both.

    A difference between two verdicts is none between two effects: both have errors, and most of them in common.
    """
    parts = []
    for number in (n for n, one in enumerate(claim.outcomes) if one.decides):
        effects, counts, row = [], np.ones(len(otherwise.among), bool), otherwise.row
        for found in (plain, otherwise):
            effects.append(found.apart(number, claim.interventions)[: len(counts)])
            counts &= found.compared(number, claim.interventions)[: len(counts)]
        apart = (effects[1] - effects[0])[counts]
        if len(apart) < FEWEST:
            return None
        low, high = interval_of_mean(apart, np.full(len(apart), 1 / len(apart)), row[counts])
        parts.append(not low <= 0 <= high)
    return any(parts)


def stacked(
    claim: Claim, rows: Mapping[str, Draws], weights: Mapping[str, float], numbers: Mapping[str, Plain | None]
) -> Plain | None:
    """A claim under several theories together, each with its weight (only ratios of weights matter)."""
    held = {name: weights[name] for name in rows if weights[name] > 0}
    if not held or not claim.interventions:
        return None
    shares = {name: weight / sum(held.values()) for name, weight in held.items()}
    deciding = [n for n, one in enumerate(claim.outcomes) if one.decides]
    effects = {n: _mixed(n, claim.interventions, {name: rows[name] for name in shares}, shares)
               for n in {0, *deciding}}  # fmt: skip
    number = _mixed_number(claim, {name: each for name in shares if (each := numbers[name])}, shares)
    verdict = number["verdict"] if number else together(of_effect(effects[n], claim.outcomes[n]) for n in deciding)
    return {"name": "all theories, by weight", "kind": "stacked", **effects[0]._asdict(), "verdict": verdict,
            "weights": shares, **_found(number)}  # fmt: skip


def _mixed_number(claim: Claim, found: Mapping[str, Plain], weights: Mapping[str, float]) -> Plain | None:
    """What `parameter` finds under a mixture of theories, as far as a verdict needs it."""
    if claim.parameter is None or not found:
        return None
    above, lasting = (
        sum(weights[n] * float(one[key]) for n, one in found.items()) for key in ("best_above", "lasting")
    )
    worth = _worth((weights[name], one["draws"]) for name, one in found.items() if weights[name] > 0)
    return {"best_above": above, "lasting": lasting, "verdict": of_parameter(claim.parameter, above, lasting, worth)}


def _mixed(number: int, changes: Changes, rows: Mapping[str, Draws], weights: Mapping[str, float]) -> Effect:
    """The effect under a mixture of theories: of its years that count, which each has by its weight and how often they
    come about in it.

    The interval holds what theories err by together, as they share their seeds, and is no narrower than if they erred
    each by itself.
    """
    each = {name: found.effect(number, changes) for name, found in rows.items()}
    counts = {name: found.compared(number, changes) for name, found in rows.items()}
    part = {name: weights[name] * float(counts[name].mean()) for name in rows if each[name].draws}
    total = sum(part.values())
    if not total:
        return NOTHING
    part = {name: share / total for name, share in part.items()}

    def mean(field: str) -> float:
        return sum(share * float(getattr(each[name], field)) for name, share in part.items())

    difference, worth = mean("difference"), _worth((share, each[name].draws) for name, share in part.items())
    apart = np.sqrt(sum((share * (each[name].high - each[name].low) / 2) ** 2 for name, share in part.items()))
    count = min(len(rows[name].among) for name in part)
    away = np.zeros(count)
    for name in part:
        found = rows[name]
        apart_here = np.where(counts[name], found.apart(number, changes) - difference, 0.0)
        away += weights[name] / total * apart_here[:count]
    row = min((rows[name].row[:count] for name in part), key=lambda one: len(np.unique(one)))
    shared_error = float(half_width(error_of_mean(away, np.full(count, 1 / count), row), worth))
    middle, half = (mean("low") + mean("high")) / 2, max(float(apart), shared_error)
    ends = min(middle - half, difference), max(middle + half, difference)
    return Effect(mean("factual"), mean("changed"), difference, *ends, mean("paired_sd"), mean("unpaired_sd"), worth)


def _worth(parts: Iterable[tuple[float, int]]) -> int:
    """How many draws a weighted mean over theories is worth (Kish 1965), from each one's weight and draws."""
    return int(1 / sum(weight**2 / draws for weight, draws in parts))


def parameter(claim: Claim, values: Array, critical: Array | None, lasting: Array, *, drawn: bool) -> Plain | None:
    """The posterior of a claim's parameter against its critical value, and how often what should be rare happens.

    Without a posterior (``drawn`` is false) there is a single value, which decides nothing.
    """
    said = claim.parameter
    if said is None:
        return None
    above = float((values > said.critical).mean())
    known = np.isfinite(critical) if critical is not None else np.zeros(len(values), bool)
    enough = known.sum() >= FEWEST
    actual = float((values[known] > critical[known]).mean()) if critical is not None and enough else None
    share, best = float(lasting.mean()), above if actual is None else actual
    verdict = of_parameter(said, best, share, len(lasting)) if drawn else "undecided"
    return {
        "address": said.address, "critical": said.critical, "above": above,
        **dict(zip(("low", "median", "high"), np.quantile(values, (0.05, 0.5, 0.95)).tolist(), strict=True)),
        "actual_critical": None if actual is None or critical is None else float(np.median(critical[known])),
        "above_actual": actual, "best_above": best, "lasting": share, "draws": len(lasting), "drawn": drawn,
        "verdict": verdict,
    }  # fmt: skip


def spoiled(placebos: Sequence[Plain]) -> list[str]:
    """Placebos that move their outcome, in words."""
    return [row["meaning"] for row in placebos if row["draws"] and not row["zero"]]


def overall(rows: Sequence[Plain], number: Plain | None, placebos: Sequence[Plain]) -> tuple[Verdict, str]:
    """The verdict on a claim and, where a placebo spoils it, why."""
    parts: list[Verdict] = [row["verdict"] for row in rows if row["decides"]]
    parts += [number["verdict"]] if number else []
    verdict = together(parts)
    if verdict == "supported" and any(row["verdict"] == "supported" for row in placebos):
        return "undecided", "a placebo does as much"
    return verdict, ""
