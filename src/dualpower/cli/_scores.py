"""The score of a run as lines for the terminal and as plain rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dualpower.cli._text import number, table

if TYPE_CHECKING:
    import pandas as pd

_HEADER = ("", "target", "date", "New Style", "what", "observed", "band", "simulated")


def ordered(scores: pd.DataFrame) -> pd.DataFrame:
    """Misses first, the worst of them first; then the hits; last what the run did not reach."""
    if scores.empty:
        return scores
    rank = scores["in_band"].fillna(False).astype(int).mask(scores["simulated"].isna(), 2)
    keys = scores.assign(_rank=rank, _far=-scores["z"].abs().fillna(0.0))
    return keys.sort_values(["_rank", "_far", "date"], kind="stable").drop(columns=["_rank", "_far"])


def counts(scores: pd.DataFrame) -> dict[str, dict[str, int]]:
    """How many targets are inside their bands, for all and for each split: {"all": {"in_band": 1, "of": 2}, ...}."""
    if scores.empty:
        return {"all": {"in_band": 0, "of": 0}}
    reached = scores[scores["simulated"].notna()]
    parts = {"all": reached, **{str(split): rows for split, rows in reached.groupby("split", sort=True)}}
    return {name: {"in_band": int(rows["in_band"].sum()), "of": len(rows)} for name, rows in parts.items()}


def headline(scores: pd.DataFrame) -> str:
    """One line: how many targets lie inside their bands."""
    number_of = counts(scores)
    every = number_of.pop("all")
    if not every["of"]:
        return "Score: no target falls into this run"
    parts = ", ".join(f"{name} {part['in_band']} of {part['of']}" for name, part in number_of.items())
    return f"Score: {every['in_band']} of {every['of']} targets inside their bands" + (f" ({parts})" if parts else "")


def lines(scores: pd.DataFrame) -> list[str]:
    """The table, misses first; the last column tells the scenario's own date from its New Style date."""
    reached = ordered(scores)
    reached = reached[reached["simulated"].notna()] if len(reached) else reached
    if not len(reached):
        return []
    body = [_row(row) for row in reached.to_dict("records")]
    return table(one_style([_HEADER, *body]), "<<<<<>>>")


def one_style(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows without what the column of New Style dates would repeat, where the calendar is the new one."""
    return rows if any(row[2] != row[3] for row in rows[1:]) else [(*row[:3], "", *row[4:]) for row in rows]


def _row(row: dict[Any, Any]) -> tuple[str, ...]:
    group = str(row.get("group") or "")
    what = f"{row['quantity']} {group}".strip() if group not in ("", "all", "nan") else str(row["quantity"])
    band = f"{number(row['low'])} to {number(row['high'])}"
    mark = "ok" if row["in_band"] else "miss"
    return (
        mark, str(row["target_id"]), str(row["date"]), str(row["date_new_style"])[:10], what,
        number(row["observed"]), band, number(row["simulated"]),
    )  # fmt: skip


def rows(scores: pd.DataFrame) -> list[dict[str, Any]]:
    """Every target as a dict, misses first, for JSON."""
    return [{str(key): value for key, value in row.items()} for row in ordered(scores).to_dict("records")]
