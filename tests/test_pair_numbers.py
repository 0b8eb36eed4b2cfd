"""Pairs of a few draws and files of a few numbers: what is made of them, worked out by hand."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import record_toy as toy
from dualpower.experiment import Ensemble, statistics
from dualpower.experiment.pair import Pair, pair
from dualpower.experiment.shards import Shard, gaps, survey, sweep, write_shard
from dualpower.run import RunError, date_coordinates
from dualpower.scenario.calendar import Calendar

DAY = "1917-01-01"


def fake(values: Sequence[float], ends: Sequence[str] = (), **more: Any) -> Any:
    """An ensemble of one day, with a number a draw and parameters of its own for each."""
    data = xr.Dataset({"strikers": (("draw", "date"), np.array(values, float)[:, None])})
    data["seed"] = ("draw", np.arange(len(values)))
    spec = SimpleNamespace(parties=(), issues=())
    return SimpleNamespace(
        dataset=data, rows=np.arange(len(values)), dates=[DAY], draws=len(values), seed=1,
        outcomes=pd.DataFrame({"outcome": list(ends)}), scenario=SimpleNamespace(spec=spec), **more,
    )  # fmt: skip


def paired(one: Any, other: Any) -> Pair:
    return Pair(one, other, None, np.full(one.draws, 1 / one.draws))


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_difference_goes_together_with_a_parameter_the_way_it_grows_with_it(sign: float) -> None:
    pull = np.linspace(1.0, 2.0, 30)
    drawn = pd.DataFrame({"power.contagion": pull, "power.pace": np.random.default_rng(1).normal(size=30)})
    both = paired(fake(np.zeros(30), parameters=drawn), fake(sign * pull, parameters=drawn))
    found = both.hinges("strikers").found
    assert [(one.address, one.correlation) for one in found] == [("power.contagion", pytest.approx(sign))]


def test_rows_are_how_years_end_unchanged_and_columns_how_they_end_changed() -> None:
    one = fake(np.zeros(4), ("councils", "councils", "councils", "tsarism"))
    other = fake(np.zeros(4), ("tsarism", "tsarism", "councils", "tsarism"))
    table = paired(one, other).outcomes
    assert table.loc["councils", ["councils", "tsarism"]].tolist() == [0.25, 0.5]
    assert table.loc["tsarism", ["councils", "tsarism"]].tolist() == [0.0, 0.25]


def test_nine_in_ten_differences_of_0_to_100_lie_between_5_and_95() -> None:
    apart = np.random.default_rng(2).permutation(np.arange(0.0, 101.0))
    row = paired(fake(np.full(101, 7.0)), fake(7.0 + apart)).difference("strikers").iloc[0]
    assert row[["low_90", "high_90"]].tolist() == pytest.approx([5.0, 95.0])
    assert row[["factual", "other", "difference"]].tolist() == pytest.approx([7.0, 57.0, 50.0])


def test_targets_stand_beside_nine_in_ten_draws() -> None:
    """Draws of 0 to 100 strikers: median 50, nine in ten from 5 to 95, and 21 of 101 in a band of 40 to 60."""
    scenario = toy.scenario(toy.rows({"quantity": "strikers", "value": 50.0, "low": 40.0, "high": 60.0}))
    scenario.calendar = Calendar("julian")
    row = statistics.score(scenario, toy.DAYS, {"T0": np.arange(101.0)}).iloc[0]
    assert row[["median", "low_90", "high_90"]].tolist() == [50.0, 5.0, 95.0]
    assert row["share_in_band"] == pytest.approx(21 / 101)
    assert row["in_band"]


def index(table: str) -> dict[str, Any]:
    scenario = {"id": "toy"}
    return {"scenario": scenario, "about": {"scenario": {"content_hash": "1"}}, "switches": {"table": table}}


@pytest.mark.parametrize(
    ("variable", "says"),
    [
        ("regime", 'regime: say which, as in regime="old"; there are old, new'),
        ("event_day", "event_day: is no series of days"),
        ("riots", 'there is no variable "riots"'),
    ],
)
def test_what_has_no_difference_by_date_is_refused(variable: str, says: str) -> None:
    """Numbers of regimes are names, and their mean means nothing."""
    one = fake([1.0, 2.0], ("old", "new"))
    one.dataset["regime"] = (("draw", "date"), np.array([[0], [1]], np.int8), {"flag_meanings": "old new"})
    one.dataset["event_day"] = (("draw", "event"), np.array([[0], [-1]]))
    with pytest.raises(RunError, match=re.escape(says)):
        paired(one, one).difference(variable)
    assert paired(one, one).difference("regime", regime="new")["factual"].tolist() == [0.5]


def test_years_with_other_parameters_are_no_pairs() -> None:
    one, other = (fake(np.zeros(2), index=index(table)) for table in ("first", "second"))
    assert pair(one, one).weights.tolist() == [0.5, 0.5]
    with pytest.raises(RunError, match="different parameters"):
        pair(one, other)


def some_draws(first: int, stop: int) -> xr.Dataset:
    draws = np.arange(first, stop)
    return xr.Dataset({"strikers": ("draw", draws * 1.5)}, coords={"draw": draws, "seed": ("draw", draws + 7)})


def test_a_file_of_draws_under_the_name_of_others_does_not_count(tmp_path: Path) -> None:
    made = write_shard(tmp_path, some_draws(0, 2), "mine")
    shutil.copy(tmp_path / made.file, tmp_path / "draws-000002-000003.nc")
    assert survey(tmp_path, "mine") == ([made], [])
    right = write_shard(tmp_path, some_draws(2, 4), "mine")
    assert survey(tmp_path, "mine") == ([made, right], [])


def test_what_a_killed_writer_left_is_swept_and_what_is_being_written_stays(tmp_path: Path) -> None:
    left, living, whole = (tmp_path / name for name in (".partial-left", ".partial-living", "draws-000000-000001.nc"))
    for path in (left, living, whole):
        path.write_bytes(b"x")
    hour_ago = time.time() - 3600
    for path in (left, whole):
        os.utime(path, (hour_ago, hour_ago))
    sweep(tmp_path)
    assert not left.exists()
    assert living.exists()
    assert whole.exists()


@pytest.mark.parametrize(
    ("ranges", "missing"),
    [
        ([(0, 8), (2, 4)], [(8, 10)]),  # the second lies in the first
        ([(6, 9), (0, 2), (1, 4)], [(4, 6), (9, 10)]),
        ([(0, 10), (3, 5)], []),
        ([], [(0, 10)]),
    ],
)
def test_draws_are_missing_that_no_file_has(ranges: list[tuple[int, int]], missing: list[tuple[int, int]]) -> None:
    assert gaps([Shard("", first, stop, "", "") for first, stop in ranges], 10) == missing


def test_a_regime_that_never_ruled_in_a_year_has_no_first_day_there() -> None:
    """Councils from the third day on in one of two years; in none the generals."""
    dates = date_coordinates("1917-02-26", 4, "julian")
    regimes = np.array([[0, 0, 1, 1], [0, 0, 0, 0]])
    data = xr.Dataset(
        {"regime": (("draw", "date"), regimes, {"flag_meanings": "tsarism councils generals"})},
        coords={"draw": [0, 1], "seed": ("draw", [5, 6]), **dates},
    )
    ensemble = Ensemble(Path(), (), {})
    vars(ensemble)["dataset"] = data
    table = ensemble.outcomes
    assert table["outcome"].tolist() == ["councils", "tsarism"]
    assert table["tsarism"].tolist() == ["1917-02-26", "1917-02-26"]
    assert table["councils"].tolist() == ["1917-02-28", ""]
    assert "generals" not in table
