"""Claims put to the test: the one public function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dualpower._arguments import as_names, check_loaded, check_whole
from dualpower.experiment.claims import judge
from dualpower.experiment.claims.measure import wanted
from dualpower.experiment.claims.plan import (
    FULL,
    Piece,
    Setting,
    Theory,
    chosen,
    last_day,
    number_of_checks,
    parameter_table,
    pieces,
    settings,
)
from dualpower.experiment.claims.result import ClaimsResult
from dualpower.experiment.claims.separate import separating
from dualpower.experiment.claims.sources import posterior_table, rival_theories
from dualpower.experiment.claims.swapped import swapped
from dualpower.experiment.claims.verdict import FEWEST
from dualpower.experiment.claims.words import sentence
from dualpower.experiment.claims.work import Done, batches_of, do_piece
from dualpower.experiment.execute import do_all
from dualpower.experiment.table import with_parameters
from dualpower.experiment.work import check_reloadable
from dualpower.point import parameter_values
from dualpower.run import RunError
from dualpower.scenario import ScenarioError
from dualpower.scenario.claim_sense import claim_faults
from dualpower.scenario.claims import Claim

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.scenario import Scenario

Tell = Callable[[int, int], None]

SWITCHED = ("assumption", "call")
"""Kinds of setting in which something is switched off."""


def test_claims(
    scenario: Scenario,
    draws: int = 200,
    seed: int = 1,
    parameters: pd.DataFrame | None = None,
    theories: Mapping[str, Theory | tuple[Scenario, pd.DataFrame | None, float]] | None = None,
    *,
    claims: str | Sequence[str] | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    tell: Tell | None = None,
) -> ClaimsResult:
    """Put the claims of a scenario's claims.toml to the test.

    Parameters
    ----------
    scenario
        With a claims.toml.
    draws
        Years of each variant. Assumptions, calls, theories and shares are looked at with a quarter, at least 48.
    seed
        Of all chance; a draw's variants share it.
    parameters
        Parameters by draw, one column an address; None for the scenario's posterior, or its own values without one.
    theories
        Rival theories by name: the scenario with what is pinned, draws of the rest (None for its own values), weight.
        None for those that come with the scenario.
    claims
        Ids of those to be tested; all if not given.
    jobs, executor
        Processes on this machine, or any executor.
    tell
        Called with how many batches are done, and of how many.

    Returns
    -------
    ClaimsResult
        The same numbers whatever ``jobs`` is.

    Raises
    ------
    RunError, ScenarioError
        If there are no such claims, one could never have any effect, or something asked for is wrong.
    """
    check_loaded(scenario)
    check_whole("draws", draws)
    check_whole("jobs", jobs)
    asked = chosen(scenario, None if claims is None else as_names("claims", claims))
    if faults := claim_faults(scenario, asked):
        raise ScenarioError(faults)
    frame = posterior_table(scenario) if parameters is None else parameters
    rivals = {
        name: Theory(*each) for name, each in (rival_theories(scenario) if theories is None else theories).items()
    }
    table = parameter_table(scenario, frame)
    everything = settings(scenario, table, rivals)
    checks = number_of_checks(draws)
    batches = pieces(scenario, asked, everything, wanted(scenario.claims), draws, checks, seed)
    done = _lived(scenario, batches, everything, jobs, executor, tell)
    kind = (
        "given" if parameters is not None else "the scenario's values" if frame is None else "the scenario's posterior"
    )
    about = {
        "scenario": {"id": scenario.id, "title": scenario.spec.title, "hash": scenario.hash,
                     "content_hash": scenario.content_hash},
        "source": scenario.claims.source, "draws": draws, "checks": checks, "seed": seed, "parameters": kind,
        "parameter_rows": len(table.values) if table.addresses else 1,
        "interventions": [str(made) for made in scenario.interventions],
        "theories": {name: theory.weight for name, theory in rivals.items()},
    }  # fmt: skip
    lived = 1 + max(last_day(scenario, claim) for claim in asked)
    judged = [_judged(scenario, claim, everything, rivals, done, draws, checks, lived) for claim in asked]
    return ClaimsResult({**about, "claims": judged})


test_claims.__test__ = False  # type: ignore[attr-defined]  # for pytest: a question to history, no test of the program


def _lived(
    scenario: Scenario,
    batches: list[Piece],
    everything: Sequence[Setting],
    jobs: int,
    executor: Executor | None,
    tell: Tell | None,
) -> list[Done]:
    """Live through all batches, the largest first."""
    found: list[Done] = []

    def take(done: Done) -> None:
        found.append(done)
        if tell is not None:
            tell(len(found), len(batches))

    ordered = sorted(batches, key=lambda piece: -len(piece.variants))
    if executor is None and jobs == 1:
        at_hand = {setting.name: setting.scenario for setting in everything}
        do_all(lambda piece: do_piece(piece, at_hand[piece.setting]), ordered, done=take)
        return found
    check_reloadable(scenario)
    lost = do_all(do_piece, ordered, executor=executor, jobs=jobs, done=take)
    if lost:
        raise RunError(f"{len(lost)} of {len(batches)} batches could not be made ({lost[0][1]})", 1)
    return found


def _judged(
    scenario: Scenario, claim: Claim, everything: Sequence[Setting], rivals: Mapping[str, Theory], done: list[Done],
    draws: int, checks: int, lived: int,
) -> dict[str, Any]:  # fmt: skip
    """Everything that is found about one claim."""
    full = everything[0]
    found = judge.gather(claim, done, full, draws)
    each = {one.name: judge.gather(claim, done, one, checks) for one in everything if _bears(scenario, claim, one)}
    rows = judge.outcomes(found)
    number = _parameter(claim, full, done, draws)
    numbers = {name: _parameter(claim, one, done, checks) for one in everything if (name := one.name) in each}
    placebos = judge.variants(found, "placebos")
    verdict, why = judge.overall(rows, number, placebos)
    under = [
        row
        for one in everything[1:]
        if one.name in each and (row := judge.under(claim, one, each[one.name], numbers[one.name]))
    ]
    theories = {name: each[name] for name in rivals if name in each}
    together = judge.stacked(claim, {FULL: each[FULL], **theories}, _weights(rivals), numbers) if theories else None
    otherwise = [row for row in under if row["kind"] in SWITCHED and row["verdict"] != verdict and number is None]
    moved = {row["name"]: judge.moved(claim, each[FULL], each[row["name"]]) for row in otherwise}
    plain: dict[str, Any] = {
        "id": claim.id, "title": claim.title, "claim": claim.claim, "source": claim.source,
        "interventions": list(claim.interventions), "presupposes": claim.presupposes,
        "supported_if": claim.supported, "contradicted_if": claim.contradicted,
        "by_construction": claim.by_construction, "separates": claim.separates,
        "verdict": verdict, "why": why, "counted": int(found.among.sum()), "of": len(found.among),
        "outcomes": rows, "parameter": number, "dose": claim.dose,
        "dose_outcome": {"meaning": claim.dosed.meaning, "event": claim.dosed.is_event},
        "doses": judge.doses(found), "placebos": placebos,
        "also": judge.variants(found, "also"), "shares": judge.shares(found), "spoiled": judge.spoiled(placebos),
        "settings": under + ([together] if together else []),
        "rests_on": [row["name"] for row in otherwise if row["draws"] >= FEWEST and moved[row["name"]]],
        "not_comparable": [row["name"] for row in under if row["kind"] in SWITCHED and row["draws"] < FEWEST],
        "swapped": swapped(found),
        "disagreement": separating(scenario, [row for row in under if row["kind"] == "theory"], done, checks, lived),
    }  # fmt: skip
    return plain | {"sentence": sentence(plain)}


def _weights(rivals: Mapping[str, Theory]) -> dict[str, float]:
    """Weight of every theory; the whole model's is what the others leave of 1."""
    own = {name: theory.weight for name, theory in rivals.items()}
    return {FULL: max(1 - sum(own.values()), 0.0), **own}


def _bears(scenario: Scenario, claim: Claim, setting: Setting) -> bool:
    """Whether what a setting switches off comes before the last day that a claim looks at."""
    if not setting.event:
        return True
    event = next(one for one in scenario.timeline.events if one.id == setting.event)
    return scenario.day_index(event.date) <= last_day(scenario, claim)


def _parameter(claim: Claim, setting: Setting, done: list[Done], draws: int) -> dict[str, Any] | None:
    """The parameter that a claim is about, over the draws of a setting."""
    if claim.parameter is None:
        return None
    batches = batches_of(done, setting.name)
    lasting = np.concatenate([one.lasting[claim.id] for one in batches])[:draws]
    critical = [one.critical[claim.id] for one in batches if claim.id in one.critical]
    values, drawn = _values(setting, claim.parameter.address, draws), claim.parameter.address in setting.table.addresses
    found = np.concatenate(critical)[:draws] if critical else None
    return judge.parameter(claim, values, found, lasting, drawn=drawn)


def _values(setting: Setting, address: str, draws: int) -> NDArray[np.float64]:
    """A parameter in each draw."""
    from dualpower.scenario.arrays import compile_names

    scenario, table = setting.scenario, setting.table
    names, count = compile_names(scenario), len(table.values)
    rows = [parameter_values(with_parameters(scenario, table.row(k)), names)[address] for k in range(min(count, draws))]
    return np.array([rows[k % count] for k in range(draws)])
