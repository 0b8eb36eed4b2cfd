"""The score of a run as lines for the terminal and as plain rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dualpower.cli._text import number, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

NOTE = "  * from memory or guess: shown, never judged"
_HEADER = ("", "target", "date", "New Style", "what", "observed", "band", "simulated")


def ordered(scores: pd.DataFrame) -> pd.DataFrame:
    """Misses first, the worst of them first; then the hits; last what the run did not reach."""
    if scores.empty:
        return scores
    rank = scores["in_band"].fillna(False).astype(int).mask(scores["simulated"].isna(), 2)
    keys = scores.assign(_rank=rank, _far=-scores["z"].abs().fillna(0.0))
    return keys.sort_values(["_rank", "_far", "date"], kind="stable").drop(columns=["_rank", "_far"])


def memory(scores: pd.DataFrame) -> pd.Series[bool]:
    """Which targets rest on memory or guess, in scores with or without the column that says so."""
    from dualpower.record.errors import UNSURE

    if "memory" in scores:
        return scores["memory"].astype(bool)
    said = scores.reindex(columns=["basis", "source_kind"])
    return said.isin(UNSURE).any(axis=1)


def mark(inside: object, *, unsure: bool) -> str:
    """The word before a row, with a star where the row is shown only."""
    return ("ok" if inside else "miss") + ("*" if unsure else "")


def window(row: Mapping[Any, Any]) -> str:
    """The days of a target: "1917-02-23", or "1917-02-23 to 03-04" where they are several."""
    first, last = str(row["date"]), str(row.get("date_end") or "")
    if last in ("", "nan", first):
        return first
    return f"{first} to {last[5:] if last[:5] == first[:5] else last}"


def counts(scores: pd.DataFrame) -> dict[str, dict[str, int]]:
    """How many targets are inside their bands, for all and for each split: {"all": {"in_band": 1, "of": 2}, ...}."""
    if scores.empty:
        return {"all": {"in_band": 0, "of": 0}}
    reached = scores[scores["simulated"].notna()]
    parts = {"all": reached, **{str(split): rows for split, rows in reached.groupby("split", sort=True)}}
    return {name: {"in_band": int(rows["in_band"].sum()), "of": len(rows)} for name, rows in parts.items()}


def headline(scores: pd.DataFrame) -> str:
    """One line: how many judged targets lie inside their bands, and how many are shown only."""
    reached = scores[scores["simulated"].notna()] if len(scores) else scores
    if not len(reached):
        return "Score: no target falls into this run"
    unsure = memory(reached)
    number_of = counts(reached[~unsure])
    every = number_of.pop("all")
    parts = ", ".join(f"{name} {part['in_band']} of {part['of']}" for name, part in number_of.items())
    kind, shown = "judged targets" if unsure.any() else "targets", shown_only(int(unsure.sum()))
    inside = f"Score: {every['in_band']} of {every['of']} {kind} inside their bands{f' ({parts})' if parts else ''}"
    beyond = len(scores) - len(reached)
    return inside + shown + (f"; {beyond} cannot be compared with this run" if beyond else "")


def shown_only(unsure: int) -> str:
    """That so many targets stand beside those that are judged; "" if none does."""
    if not unsure:
        return ""
    verbs = ("rests", "is") if unsure == 1 else ("rest", "are")
    return f"; {unsure} that {verbs[0]} on memory or guess {verbs[1]} shown and not judged"


def lines(scores: pd.DataFrame) -> list[str]:
    """The table, misses first; the last column tells the scenario's own date from its New Style date."""
    reached = ordered(scores)
    reached = reached[reached["simulated"].notna()] if len(reached) else reached
    if not len(reached):
        return []
    unsure, places = memory(reached), reached.reindex(columns=["place"])["place"].astype(object).fillna("").astype(str)
    named = places.where(places != places.mode().iloc[0], "")  # but for the usual one
    rows = zip(reached.to_dict("records"), named, unsure, strict=True)
    body = [_row(row, place, unsure=each) for row, place, each in rows]
    return [*table(one_style([_HEADER, *body]), "<<<<<>>>"), *([NOTE] if unsure.any() else [])]


def one_style(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows without what the column of New Style dates would repeat, where the calendar is the new one."""
    return rows if any(row[2][:10] != row[3] for row in rows[1:]) else [(*row[:3], "", *row[4:]) for row in rows]


def _row(row: dict[Any, Any], place: str, *, unsure: bool) -> tuple[str, ...]:
    group = str(row.get("group") or "")
    what = f"{row['quantity']} {group}".strip() if group not in ("", "all", "nan") else str(row["quantity"])
    what += f", {place}" if place else ""
    band = f"{number(row['low'])} to {number(row['high'])}"
    return (
        mark(row["in_band"], unsure=unsure), str(row["target_id"]), window(row), str(row["date_new_style"])[:10], what,
        number(row["observed"]), band, number(row["simulated"]),
    )  # fmt: skip


def rows(scores: pd.DataFrame) -> list[dict[str, Any]]:
    """Every target as a dict, misses first, for JSON."""
    if scores.empty:
        return []
    known = ordered(scores.assign(memory=memory(scores)))
    return [{str(key): value for key, value in row.items()} for row in known.to_dict("records")]
