"""Numbers of the report: what is drawn where, and what is counted in its sentences, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dualpower._amounts import counted
from dualpower.report.claims import forest, ladder
from dualpower.report.dates import Days, tick_labels, ticks
from dualpower.report.forecast import misses_first, sentences
from dualpower.report.happenings import Happening
from dualpower.report.scores import Row
from dualpower.report.text import events_sentence, score_sentence
from dualpower.scenario.calendar import Calendar


@pytest.mark.parametrize(("expects", "sign"), [("lower", -1.0), ("higher", 1.0)])
def test_an_effect_as_the_claim_expects_lies_to_the_right(expects: str, sign: float) -> None:
    """A fall of .3 (.5 to .1) where .1 would matter."""
    row = {"expects": expects, "matters": 0.1, "difference": -0.3, "low": -0.5, "high": -0.1, "draws": 48,
           "verdict": "supported"}  # fmt: skip
    (axes,) = forest([{"id": "K", "title": "A claim", "outcomes": [row]}]).axes
    point = next(line for line in axes.lines if line.get_marker() == "o")
    assert np.asarray(point.get_xdata(), float) == pytest.approx([-3.0 * sign])
    (drawn,) = axes.collections
    ends: Any = drawn.get_paths()[0].vertices
    assert ends[:, 0] == pytest.approx(sorted([-5.0 * sign, -1.0 * sign]))


def test_bars_of_a_ladder_are_half_as_long_as_the_interval() -> None:
    steps = [
        {"amount": 1.0, "factual": 0.8, "changed": 0.5, "low": -0.4, "high": -0.2},
        {"amount": 0.0, "factual": 0.8, "changed": 0.8, "low": 0.0, "high": 0.0},
    ]
    outcome = {"event": True, "meaning": "an outcome"}
    (axes,) = ladder({"id": "K", "dose_outcome": outcome, "doses": steps, "dose": "how much"}).axes
    line, _, (bars,) = axes.containers[0]  # type: ignore[misc]
    assert (list(line.get_xdata()), list(line.get_ydata())) == ([0.0, 1.0], [0.8, 0.5])
    assert [path.vertices[:, 1].tolist() for path in bars.get_paths()] == [
        pytest.approx([0.8, 0.8]),
        pytest.approx([0.4, 0.6]),
    ]


@pytest.mark.parametrize(("skill", "words"), [(0.25, "25 % better than"), (-0.1, "10 % worse than")])
def test_a_forecast_is_better_with_a_positive_skill(skill: float, words: str) -> None:
    told = {"crps": 0.3, "targets": 12, "skill": skill, "best": "pool", "best_crps": 0.4, "in90": 0.75,
            "origins_better": 2, "origins": 3, "worst_ratio": 1.2}  # fmt: skip
    found: Any = SimpleNamespace(verdict=lambda: {"rolling": {"model, rules": told}})
    (line,) = sentences(found)
    assert line.startswith("Rolling: model, rules has a mean CRPS of 0.300 on 12 targets, " + words)
    assert "75 % lie inside the 90 % intervals; better than the best baseline at 2 of 3 origins" in line


def test_misses_come_first_and_the_farthest_at_the_top() -> None:
    rows = pd.DataFrame({
        "target_id": ["near hit", "miss", "far hit", "worst"], "mean": 0.0, "truth": [0.1, 2.0, 1.5, -3.0], "sd": 1.0,
        "in90": [True, False, True, False],
    })  # fmt: skip
    assert misses_first(rows)["target_id"].tolist() == ["worst", "miss", "far hit", "near hit"]


def happening(date: str, *, happened: bool = True, other: bool = False, supposed: bool = False) -> Happening:
    return Happening(
        name="an event", meaning="", kind="choice", actor="", date=date if happened else "",
        planned="" if supposed else "1917-04-03", happened=happened, other_option=other, supposed=supposed,
        tested=False, why="",
    )  # fmt: skip


def test_events_are_counted_that_happened_on_the_day_and_in_the_way_of_history() -> None:
    found = [
        *[happening("1917-04-03")] * 4,
        happening("1917-04-05"),
        happening("1917-04-03", other=True),
        happening("", happened=False),
        happening("", happened=False, supposed=True),  # asked for by nobody
        happening("1917-05-01", supposed=True),
    ]
    assert events_sentence(found) == (
        "Of 8 shocks and choices of history or asked for, 7 happened in this run, "
        "4 of them on the day and in the way of history; 1 did not happen."
    )


def row(simulated: float, **more: Any) -> Row:
    """A calibration target between 100 and 200."""
    words = dict.fromkeys(("target", "date", "date_end", "place", "what", "unit", "confidence", "note", "why"), "")
    numbers = {"observed": 150.0, "low": 100.0, "high": 200.0, "simulated": simulated, "z": 0.0, "article": np.nan}
    made: dict[str, Any] = {**words, **numbers, "split": "calibrate", "memory": False, "sources": (), **more}
    return Row(**made)


def test_targets_are_counted_that_are_judged_met_mixed_and_missing() -> None:
    rows = [
        *[row(150.0)] * 2, row(150.0, mixed=True), row(300.0, mixed=True), row(90.0),
        *[row(np.nan)] * 2, row(150.0, memory=True), row(150.0, split="heldout"),
    ]  # fmt: skip
    assert score_sentence(rows, "calibrate") == (
        "3 of 5 judged calibration targets lie inside their bands. "
        "1 that rests on memory or a guess, marked *, is shown and not judged. "
        "1 of those inside rests on memory in part. "
        "2 cannot be compared with this run (the table says why)."
    )
    assert score_sentence(rows, "heldout") == "1 of 1 held-out targets lie inside their bands."


@pytest.mark.parametrize(
    ("article", "differs"),
    [(100.0, False), (150.0, False), (200.0, False), (99.0, True), (201.0, True), (np.nan, False)],
)
def test_the_article_differs_where_its_number_is_outside_the_band(article: float, differs: bool) -> None:
    assert row(150.0, article=article).article_differs is differs


@pytest.mark.parametrize(("number", "said"), [(0, "0 draws"), (1, "1 draw"), (2, "2 draws"), (2000, "2,000 draws")])
def test_one_is_one(number: int, said: str) -> None:
    assert counted(number, "draw") == said


def test_axes_of_several_years_bear_the_years() -> None:
    dates = tuple(str(day)[:10] for day in np.arange("1916-11-01", "1918-02-01", dtype="datetime64[D]"))
    labels = tick_labels(long := Days(dates, Calendar("gregorian")), ticks(long))
    assert labels[0] == "1 Nov"  # the axis says in which year it begins
    assert sum(label.endswith("1917") for label in labels) == 1
    one = Days(dates[100:200], Calendar("gregorian"))
    assert not any("191" in label for label in tick_labels(one, ticks(one)))
