"""The report: one HTML page that needs nothing but itself."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from dualpower import _files
from dualpower.report import tables, text
from dualpower.report.happenings import happenings, telling
from dualpower.report.plates import PLATES, draw, score_plate
from dualpower.report.plots_allegiance import camp_colour
from dualpower.report.scores import Row, rows_of
from dualpower.report.style import apart, exact, whole
from dualpower.report.view import View, look

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.run import Run


def write_report(run: Run, path: str | Path, score: pd.DataFrame | None = None) -> Path:
    """Write the report of a run as one HTML file without any reference to the network.

    Parameters
    ----------
    run : Run
        What was simulated.
    path : str or Path
        File to write; what is there is replaced.
    score : DataFrame, optional
        The run's score if it is at hand (`run.score()` is called otherwise).

    Returns
    -------
    Path
        The file. The same run gives the same bytes.

    Raises
    ------
    RunError
        If it cannot be written; what was there is then still there.
    """
    target = Path(path)
    _files.make_folder(target.parent)
    _files.write_file(target, page(run, score).encode())
    return target


def page(run: Run, score: pd.DataFrame | None = None) -> str:
    """The report of a run as text; see `write_report`."""
    with undisturbed():
        return _template().render(contents(look(run), score))


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put off the search for unreachable objects: figures make very many, and it would run dozens of times."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def render(file: str, contents: Mapping[str, Any], tools: Mapping[str, Any] | None = None) -> str:
    """A page of this folder that needs nothing but itself, in the style of a run's. ``tools``: filters, which pages
    also call as functions.
    """
    house = _house(tools or {})
    house.globals |= tools or {}
    page = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    return house.get_template(file).render(style=style[1] if style else "", **contents)


def _house(filters: Mapping[str, Any]) -> jinja2.Environment:
    """How all pages of this folder are read."""
    house = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    house.filters |= filters
    return house


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    filters = {
        "whole": whole,
        "apart": apart,
        "exact": exact,
        "verdict": text.verdict,
        "figures": tables.figures,
        "linked": _linked,
    }
    return _house(filters).get_template("page.html")


def _linked(address: str) -> str:
    """An address that can be followed, or nothing: some addresses of the record are incomplete."""
    complete = address.startswith(("http://", "https://")) and "[" not in address and " " not in address
    return address if complete else ""


def contents(view: View, score: pd.DataFrame | None = None) -> dict[str, Any]:
    """Everything that the page shows, by name."""
    rows = rows_of(view, score)
    found, parts = happenings(view), tables.provenance(view)
    return {
        "view": view,
        "title": str(getattr(view.spec, "title", "") or "Run"),
        "summary": str(getattr(view.spec, "summary", "") or ""),
        "outcome": text.outcome_sentence(view),
        "headline": text.headline(rows),
        "about": text.what_this_is(view, rows),
        "interventions": text.interventions(view),
        "events_sentence": text.events_sentence(found),
        "history": text.history(view),
        "told": telling(found),
        "happenings": found,
        "splits": [_split(view, rows, split) for split in _splits(rows)],
        "disputes": tables.disputes(view),
        "plates": {key: draw(view, plate) for key, plate in PLATES.items()},
        "parties": [(p, camp_colour(view, p.id)) for p in getattr(view.spec, "parties", None) or ()],
        "used": tables.used(view, rows),
        "kinds": tables.kinds(parts),
        "provenance": parts,
        "settings": tables.settings(view),
        "manifest": tables.manifest_text(view),
    }


def _splits(rows: list[Row]) -> list[str]:
    """The splits that occur, the one used for tuning first, held-out ones after it."""
    return sorted({row.split for row in rows}, key=lambda split: (split != "calibrate", split != "heldout", split))


def _split(view: View, rows: list[Row], split: str) -> dict[str, Any]:
    chosen = [row for row in rows if row.split == split]
    return {
        "name": split,
        "sentence": text.score_sentence(rows, split),
        "missed": [row for row in chosen if not row.inside],
        "inside": [row for row in chosen if row.inside],
        "judged": sum(row.inside and not row.memory for row in chosen),
        "plate": draw(view, score_plate(split, tuned=view.tuned, article=view.article)),
    }
