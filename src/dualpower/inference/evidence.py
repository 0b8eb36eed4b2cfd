"""What a fit is made to: the facts of the record up to a day, each with what its sources say and how sure that is.

A fact is a target, what the record says of the other parties in a body of which a target gives one party's part (a
share says little where the rest is free), or a quiet day. Its sources are the rows of the record about the same number,
and the target's own band, in which whoever compiled it summed them up. On the scale of comparison, source s says of
fact i

    y[i,s] = f[i] + common[i] + bias[s] + error[i,s]

where f is the model's number, `common` what all sources of a fact share (standard deviation of the target's band: they
copy one telegram), `bias` belongs to a source wherever it speaks (`BIAS`), and `error` to the single row. All are
normal, so what is known of f is one number a fact, the weighted mean of its sources, with a covariance: two facts told
by one source err together. A row far outside the target's band, which somebody has judged, weighs less (Cauchy
weights).

By these a fit weighs its facts. Beside these errors, what happened on a day differs from what the laws expect of it by
that day's accidents; a posterior's draws are disturbed by both (`disturbing`).

Source: ours, a two-way random-effects model of measurement (Searle, Casella & McCulloch 1992). Limit: with one source a
fact, the target's band and that source's bias remain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower.record import Observation, survey
from dualpower.record.accidents import event_noise
from dualpower.record.errors import UNSURE, UNSURE_FACTOR, Z90, band
from dualpower.record.meaning import last_day, number, row_id, text
from dualpower.record.observation import ObservationError
from dualpower.record.sources import as_row, other_parties, rows_beside
from dualpower.record.transforms import largest, share_or_count

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["BIAS", "Evidence", "Source", "beside", "evidence"]

BIAS = 0.06
"""Standard deviation of a source's bias, on the scale of comparison: six per cent of a count."""

SUREST = 0.02
"""Smallest standard deviation of a target's band; a source's bias comes on top of it."""


class Source(NamedTuple):
    """What one source says of a fact, on the scale of comparison: name, number, standard deviation of the row."""

    name: str
    value: float
    sd: float


@dataclass(frozen=True)
class Evidence:
    """Facts of a fit.

    Attributes
    ----------
    observations : one a fact; targets first, then other parties beside them, quiet days last
    sources : what is said of each, in the same order
    centre : array[fact], what is known of each on the scale of comparison
    covariance : array[fact, fact], of what the sources say
    accidents : array[fact], standard deviation of what a day brings beside what laws can expect (rule 7 of the
        forecast)
    """

    observations: tuple[Observation, ...]
    sources: tuple[tuple[Source, ...], ...]
    centre: NDArray[np.float64]
    covariance: NDArray[np.float64]
    accidents: NDArray[np.float64]

    @property
    def disturbing(self) -> NDArray[np.float64]:
        """Matrix[fact, fact] from independent standard normals to errors and accidents, in whitened facts."""
        return np.asarray(self.whitener @ np.linalg.cholesky(self.covariance + np.diag(self.accidents**2)))

    @property
    def whitener(self) -> NDArray[np.float64]:
        """Matrix W[fact, fact] that makes errors independent with standard deviation 1: W C W' = 1."""
        return np.asarray(np.linalg.inv(np.linalg.cholesky(self.covariance)))


def evidence(scenario: Scenario, until: str, *, targets: pd.DataFrame | None = None) -> Evidence:
    """The facts dated up to a day: targets, other parties in their bodies, quiet days.

    Parameters
    ----------
    scenario : whose targets, record and quiet days are used
    until : last day; a fact that goes beyond it is left out
    targets : rows to take in place of the scenario's targets (simulated ones, to recover parameters from), which then
        have no rows of the record beside them

    Raises
    ------
    ObservationError
        If a row cannot be understood.
    """
    known = scenario.targets if targets is None else targets
    others = beside(scenario, until) if targets is None else pd.DataFrame()
    rows = pd.concat([known, others, scenario.quiet], ignore_index=True)
    rows = rows[[last_day(row) <= until for row in map(as_row, rows.to_dict("records"))]]
    found = survey(scenario, rows, scenario.days(until), strict=True)
    facts = [as_row(row) for row in rows.iloc[list(found.rows)].to_dict("records")]
    if targets is not None:
        band: list[tuple[Source, ...]] = [
            (Source(one.id, one.centre_z, band_sd(one, text(row, "basis"))),)
            for row, one in zip(facts, found.observations, strict=True)
        ]
        return pooled(found.observations, band)
    told = [_sources(scenario, row, one, until) for row, one in zip(facts, found.observations, strict=True)]
    return pooled(found.observations, told)


def beside(scenario: Scenario, until: str = "") -> pd.DataFrame:
    """Rows of the record about other parties in the bodies of the scenario's targets, where somebody has read them;
    of all days if none is given, up to which they are dated.
    """

    def counts(row: Mapping[str, Any]) -> bool:
        return _is_read(row) and (not until or last_day(row) <= until)

    return pd.DataFrame(other_parties(scenario.spec, scenario.record, scenario.targets, counts))


def _is_read(row: Mapping[str, Any]) -> bool:
    """Whether a row of the record is one that somebody has read, and neither remembers nor guesses."""
    return row.get("source_kind") not in UNSURE


def _sources(scenario: Scenario, row: Mapping[str, Any], one: Observation, until: str) -> tuple[Source, ...]:
    """The band of a target or a quiet day, then what the record had said by a day; a row of the record has no band."""
    known = [each for each in rows_beside(scenario.spec, scenario.record, row) if last_day(each) <= until]
    said = [_said(each, one) for each in known if _is_read(each)]
    if text(row, "target_id"):
        said.insert(0, Source(f"band of {one.id}", one.centre_z, band_sd(one, text(row, "basis"))))
    return tuple(source for source in said if source is not None)


def band_sd(one: Observation, kind: str = "") -> float:
    """Standard deviation of a target's own band, read as a 90 % interval; doubled where nobody has confirmed it."""
    width = float(one.compared(one.high)) - float(one.compared(one.low))
    return max(width / (2 * Z90), SUREST) * (UNSURE_FACTOR if kind in UNSURE else 1.0)


def _said(row: Mapping[str, Any], one: Observation) -> Source | None:
    """What a row of the record says, on the fact's scale; None if it gives no number."""
    value, low, high = (number(row, key) for key in ("value", "low", "high"))
    try:
        with np.errstate(all="ignore"):  # what has no place on the scale is refused below
            found = band(value, low, high, one.transform, scale=one.scale, offset=one.offset)
    except ValueError:
        return None
    if not np.isfinite(found.centre_z):
        most = largest(one.transform, one.scale)
        raise ObservationError(
            f"record.csv, {row_id(row)}: found what no run can have, expected {share_or_count(most)}"
        )
    sd = (
        max(found.sd, band_sd(one)) if found.assumed else found.sd
    )  # who gives no bounds is no surer than the target's band
    return Source(text(row, "source").split(" @ ")[-1].strip(), found.centre_z, sd)


def pooled(observations: Sequence[Observation], told: Sequence[Sequence[Source]]) -> Evidence:
    """Pool the sources of each fact; see the module's equation."""
    names = list(dict.fromkeys(source.name for sources in told for source in sources))
    centre = np.zeros(len(told))
    weight = np.zeros((len(told), len(names)))
    noise = np.zeros(len(told))
    for fact, sources in enumerate(told):
        value, share, left = _pool(sources)
        centre[fact], noise[fact] = value, left + sources[0].sd ** 2
        for source, part in zip(sources, share, strict=True):
            weight[fact, names.index(source.name)] += part
    covariance = np.diag(noise) + BIAS**2 * weight @ weight.T
    accidents = np.array([event_noise(one) for one in observations])
    return Evidence(tuple(observations), tuple(tuple(sources) for sources in told), centre, covariance, accidents)


def _pool(sources: Sequence[Source]) -> tuple[float, NDArray[np.float64], float]:
    """Weighted mean of some sources, their weights (which sum to 1), and the variance that their errors leave.

    The first is the target's own band; the farther a row lies from it, the less it weighs.
    """
    value = np.array([source.value for source in sources])
    error = np.array([source.sd for source in sources])
    doubt = 1 + ((value - value[0]) / error[0]) ** 2
    weight = 1 / (error**2 + BIAS**2) / doubt
    share = weight / weight.sum()
    return float(share @ value), share, float(share[1:] ** 2 @ error[1:] ** 2)
