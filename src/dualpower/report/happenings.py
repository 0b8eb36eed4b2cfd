"""What the timeline asked for and what came of it, in an order a reader can use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dualpower.report.view import View
from dualpower.scenario.changes import parse_change
from dualpower.scenario.timeline import NEVER


@dataclass(frozen=True)
class Happening:
    """One event of the timeline and its fate in this run.

    Attributes
    ----------
    name, meaning : str
        What it is called, and what it is in words (of the option taken, where that has words).
    kind, actor : str
        "shock" or "choice"; who acted, by name.
    date, planned : str
        When it happened here ("" if not), and when the scenario dates it ("" if undated).
    happened : bool
        Whether it happened in this run.
    other_option : bool
        Whether another option was taken than in history.
    supposed : bool
        Whether it is a thought experiment, which history does not know.
    tested : bool
        Whether a claim of the scenario is tested by it.
    why : str
        The run's own reason.
    """

    name: str
    meaning: str
    kind: str
    actor: str
    date: str
    planned: str
    happened: bool
    other_option: bool
    supposed: bool
    tested: bool
    why: str

    @property
    def shift(self) -> bool:
        """Whether it came on another day than in history."""
        return self.happened and bool(self.planned) and self.planned[:10] != self.date[:10]

    @property
    def departs(self) -> bool:
        """Whether the run left history here."""
        return self.happened if self.supposed else not self.happened or self.shift or self.other_option

    @property
    def when(self) -> str:
        """The date to place it by: its own, else the planned one."""
        return self.date or self.planned


def happenings(view: View) -> list[Happening]:
    """Every event of the run, in order of date (planned date where it did not happen)."""
    declared = {event.id: event for event in getattr(view.run.scenario.timeline, "events", None) or ()}
    rows = view.run.events.to_dict("records")
    tested = _tested(view)
    found = [_happening(view, row, declared.get(str(row["event"])), tested) for row in rows]
    return sorted(found, key=lambda item: (item.when or "9999", item.name))


def _tested(view: View) -> set[str]:
    """Events that a claim's own intervention moves, prevents or decides."""
    declared = getattr(view.run.scenario, "claims", None)
    changes = [parse_change(text) for claim in getattr(declared, "claims", ()) for text in claim.interventions]
    return {change.target for change in changes if change.kind == "do"}


def _happening(view: View, row: dict[Any, Any], event: Any | None, tested: set[str]) -> Happening:
    option = str(row.get("option") or "")
    actor = str(getattr(event, "actor", "") or "")
    kind = "parties" if view.entry("parties", actor) is not None else "centres"
    return Happening(
        name=str(getattr(event, "name", "") or str(row["event"]).replace("-", " ")),
        meaning=_meaning(event, option),
        kind=str(getattr(event, "kind", "") or ""),
        actor=view.title(kind, actor).split(" (")[0] if actor else "",
        date=str(row.get("date") or "")[:10],
        planned="" if _historical(event) == NEVER else str(getattr(event, "date", "") or "")[:10],
        happened=bool(row["happened"]),
        other_option=bool(row["happened"]) and _historical(event) not in ("", option),
        supposed=_historical(event) == NEVER,
        tested=str(row["event"]) in tested,
        why=str(row.get("why") or ""),
    )


def _historical(event: Any | None) -> str:
    return str(getattr(event, "historical", "") or "")


def _meaning(event: Any | None, option: str) -> str:
    chosen = next((item for item in getattr(event, "options", None) or () if item.id == option), None)
    own = str(getattr(event, "meaning", "") or "")
    taken = str(getattr(chosen, "meaning", "") or "")
    return taken if taken and option != _historical(event) else own or taken


def telling(found: list[Happening], most: int = 16) -> list[Happening]:
    """The events worth telling first, in order of date: departures from history, then what claims are about, then
    choices, then shocks. Thought experiments that nobody made are left out.
    """
    told = [item for item in found if item.happened or not item.supposed]
    ranked = sorted(
        told, key=lambda item: (not item.departs, not item.tested, item.kind != "choice", not item.happened)
    )
    kept = {id(item) for item in ranked[:most]}
    return [item for item in found if id(item) in kept]
