"""A finished run in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dualpower._made import as_options, as_people, forked
from dualpower.cli import _scores
from dualpower.cli._text import heading, number, table

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.run import Run


def overview(run: Run, scores: pd.DataFrame | None, folder: Path | None) -> list[str]:
    """Title, outcome, changes of regime, score and what did not happen, as lines."""
    blocks = [_title(run), _regimes(run), _peaks(run), _score(scores), _not_happened(run), _came_later(run)]
    if folder is not None:
        blocks.append([f"Kept in {folder}"])
    return [line for k, block in enumerate(block for block in blocks if block) for line in ([""] if k else []) + block]


def _title(run: Run) -> list[str]:
    dates = run.dates
    title = str(run.manifest.get("scenario", {}).get("title", "Run"))
    made = [" ".join(as_options(run.manifest.get("interventions", []))), as_people(run.manifest), forked(run.manifest)]
    style = " (Old Style)" if run.calendar.system == "julian" else ""
    return [
        heading(title),
        ", ".join([f"{dates[0]} to {dates[-1]}{style}", f"seed {run.seed}", *filter(None, made)]),
        f"Outcome: {run.outcome_sentence}",
    ]


def _regimes(run: Run) -> list[str]:
    rows = [(date, f"({run.new_style(date)} New Style)", run.regime_name(regime)) for date, regime in run.regimes]
    if run.calendar.system == "gregorian":
        rows = [(date, "", name) for date, _, name in rows]
    return [heading("Power"), *table(rows, "<<<")]


def _peaks(run: Run) -> list[str]:
    summary = run.summary()
    rows = [
        (name.replace("_", " "), number(peak["value"]), f"on {peak['date']}")
        for name, peak in summary["peaks"].items()
        if peak["value"] > 0
    ]
    if summary["deaths"] > 0:
        rows.append(("deaths", number(summary["deaths"]), "in all"))
    return [heading("Most on one day"), *table(rows, "<><")] if rows else []


def _score(scores: pd.DataFrame | None) -> list[str]:
    if scores is None:
        return []
    return [heading(_scores.headline(scores)), *_scores.lines(scores)]


def _not_happened(run: Run) -> list[str]:
    names = run.manifest.get("names", {}).get("events", {})
    missed = run.events[~run.events["happened"]]
    rows = [(str(names.get(row["event"], row["event"])), str(row["why"])) for row in missed.to_dict("records")]
    return [heading("Did not happen"), *table(rows, "<<")] if rows else []


def _came_later(run: Run) -> list[str]:
    """Events that interventions ask for and that came later than asked, as what they presuppose was not there."""
    from dualpower.scenario.calendar import DATE

    names, made = run.manifest.get("names", {}).get("events", {}), run.manifest.get("interventions", [])
    asked = {
        one["target"]: str(one["value"]) for one in made if one["kind"] == "do" and DATE.fullmatch(str(one["value"]))
    }
    rows = [
        (str(names.get(row["event"], row["event"])), f"{row['date']}: {row['why']}")
        for row in run.events[run.events["happened"]].to_dict("records")
        if row["date"] > asked.get(row["event"], row["date"])
    ]
    return [heading("Came later than asked"), *table(rows, "<<")] if rows else []
