"""Bodies on days on which they did not sit: history then had a regime under which there is no such body.

A run has no delegates there, so that a target would be held against nought, and a congress shown with nobody in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dualpower.record.meaning import last_day, meaning, row_id, text
from dualpower.record.measures import MEASURES
from dualpower.record.observation import ObservationError
from dualpower.record.sources import rows_of
from dualpower.scenario.faults import Fault, quote

if TYPE_CHECKING:
    from dualpower.scenario import Scenario
    from dualpower.scenario.schema import Council

__all__ = ["unfounded"]


def unfounded(scenario: Scenario) -> list[Fault]:
    """Faults of councils and of targets that are dated to days on which history had no such body."""
    found = []
    for one in scenario.spec.councils:
        if one.date and not _sat(scenario, one, one.date, one.date_end or one.date):
            where = f"councils.{one.id}.date"
            found.append(Fault("scenario.toml", where, quote(one.date), *_expected(one)))
    return found + [fault for row in rows_of(scenario.targets) for fault in _of_target(scenario, row)]


def _of_target(scenario: Scenario, row: Mapping[str, Any]) -> list[Fault]:
    try:
        meant = meaning(scenario.spec, row)
    except ObservationError:  # told where targets get their meaning
        return []
    asked = meant.council if "council" in MEASURES[meant.measure].needs else ""
    body = next((one for one in scenario.spec.councils if one.id == asked), None)
    if body is None or _sat(scenario, body, text(row, "date"), last_day(row)):
        return []
    return [Fault("targets.csv", f"{row_id(row)}, date", quote(text(row, "date")), *_expected(body))]


def _sat(scenario: Scenario, body: Council, first: str, last: str) -> bool:
    """Whether history had a body on one of some days; a day on which the regime changed counts for both."""
    history = scenario.timeline.history
    ends = [*(one.from_ for one in history[1:]), last]
    ruling = [one.regime for one, end in zip(history, ends, strict=True) if one.from_ <= last and first <= end]
    return not body.founded_by_regime or bool({*ruling} & {*body.founded_by_regime})


def _expected(body: Council) -> tuple[str, str]:
    said = ", ".join(body.founded_by_regime)
    return f"a day on which history had {quote(body.id)}: under {said}", "see founded_by_regime and [[history]]"
