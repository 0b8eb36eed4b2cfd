"""The table of what happened in a run and what did not, in one form."""

from __future__ import annotations

import pandas as pd

COLUMNS = ("event", "date", "option", "happened", "why")


def tidy(events: pd.DataFrame) -> pd.DataFrame:
    """Bring events to their five columns: words everywhere but in `happened`, no missing values."""
    table = events.reindex(columns=list(COLUMNS)).reset_index(drop=True)
    happened = table["happened"].map(lambda value: str(value).lower() in ("true", "1", "1.0", "yes")).astype(bool)
    return table.astype(object).where(table.notna(), "").astype(str).assign(happened=happened)


def to_csv(events: pd.DataFrame) -> bytes:
    """The table as a file."""
    return events.to_csv(index=False, lineterminator="\n").encode()
