"""A comparison of two runs as lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from dualpower._amounts import amount
from dualpower._made import otherwise

if TYPE_CHECKING:
    from dualpower.compare import Comparison
    from dualpower.run import Run


_PART_COLUMNS = {
    label: [label, "camp", "camp_date", "camp_run", "camp_other", "active_date", "active_run", "active_other"]
    for label in ("group", "district")
}


def _not_come_about(run: Run) -> list[str]:
    """Events that interventions ask for and that did not happen all the same, and why."""
    asked = {made.target for made in run.scenario.interventions if made.kind == "do"}
    wanted = {one.id for one in run.scenario.resolved_events() if one.id in asked and not one.absent}
    rows = run.events[run.events["event"].isin(wanted) & ~run.events["happened"]]
    return [f"{row.event} did not come about: {row.why}" for row in rows.itertuples()]


def lines(found: Comparison, about: list[dict[str, Any]]) -> list[str]:
    """The comparison for a terminal; ``about``: which runs they are."""
    heads = [
        f"{side}: {', '.join(said['interventions']) or 'as declared'}, seed {said['seed']}, "
        f"{said['forked'] and said['forked'] + ', '}{said['population']}: "
        + ", ".join(f"{run.regime_name(regime)} from {date}" for date, regime in run.regimes)
        for side, run, said in zip("AB", found.runs, about, strict=True)
    ]
    switches = (run.manifest.get("switches", {}) for run in found.runs)
    heads += [said] if (said := otherwise(*switches)) else []
    heads += [f"{side}: {line}" for side, run in zip("AB", found.runs, strict=True) for line in _not_come_about(run)]
    if found.first is None:
        return [*heads, "", "Nothing differs."]
    names = [run.outcome_name for run in found.runs]
    ends = f"Both end with {names[0]}." if names[0] == names[1] else f"A ends with {names[0]}, B with {names[1]}."
    return [
        *heads, "", f"First difference on {found.first}. {ends}",
        "", "Largest differences", *_columns(found.variables, ["variable", "where", "date", "run", "other"], 12),
        *_table("Events that went otherwise", found.events, ["event", "run", "other"]),
        *_table("Groups", found.groups, _PART_COLUMNS["group"]),
        *_table("Districts", found.districts, _PART_COLUMNS["district"]),
    ]  # fmt: skip


def _table(title: str, table: pd.DataFrame, columns: list[str]) -> list[str]:
    return ["", title, *_columns(table, columns, 8)] if len(table) else []


def _columns(table: pd.DataFrame, columns: list[str], most: int) -> list[str]:
    """The first rows, with numbers in three or four figures."""
    headed = table.rename(columns={"run": "A", "other": "B"})
    wanted = [{"run": "A", "other": "B"}.get(name, name) for name in columns]
    shown = headed[wanted].head(most).map(lambda value: amount(value) if isinstance(value, float) else str(value))
    shown.columns = [name.replace("_run", " A").replace("_other", " B").replace("_", " ") for name in shown.columns]
    return [f"  {line}".rstrip() for line in shown.to_string(index=False).splitlines()]
