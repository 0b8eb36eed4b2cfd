"""The people population: what it starts from, and everything its days must not depend on."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dualpower.population import draws, people, people_jax
from dualpower.population.people_start import apportion, camp_numbers
from people_toy import CAMPS, NAMES, SEED, SIZES, Tables, live, of_unit, random_tables, same, start


def plain_day(state: people.People, tables: Tables, day: int, seed: int) -> NDArray[np.uint8]:
    """The day written down once more, person by person in float64, without limits or blocks."""
    records = []
    for unit, name_id in enumerate(state.units):
        before = state.records[state.offsets[unit] : state.offsets[unit + 1]]
        key = draws.words(seed, "people", np.array([name_id]), 0)
        words = draws.threefry((key[0][0, 0], key[1][0, 0]), (np.arange(len(before)), day))
        first, second = (word / 2.0**32 for word in words)
        for record, u, v in zip(before.tolist(), first, second, strict=True):
            temper, activity, camp = record >> 6, record >> 4 & 3, record & 15
            if u < tables.rate_camp[unit]:
                choice = np.cumsum(tables.choice_camp[temper, :, unit].astype(float))
                camp = int(np.searchsorted(choice / choice[-1], u / float(tables.rate_camp[unit]), side="right"))
            if v < tables.rate_act[unit]:
                choice = np.cumsum(tables.choice_act[temper, camp, ::-1, unit].astype(float))  # the furthest first
                activity = 3 - int(np.searchsorted(choice / choice[-1], v / float(tables.rate_act[unit]), side="right"))
            records.append(temper << 6 | activity << 4 | camp)
    return np.array(records, np.uint8)


def test_a_day_is_what_it_says() -> None:
    state, tables = start(), random_tables(len(NAMES))
    after, counts = people.step(state, tables, 40, SEED)
    np.testing.assert_array_equal(after.records, plain_day(state, tables, 40, SEED))
    np.testing.assert_array_equal(after.histogram, people.count(after))
    assert counts.joint.shape == (4, CAMPS, 4, len(NAMES))
    np.testing.assert_array_equal(counts.records, SIZES)
    np.testing.assert_array_equal(np.bincount(people.camps(after), minlength=CAMPS), counts.temper_camp.sum((0, 2)))
    np.testing.assert_array_equal(np.bincount(people.activities(after), minlength=4), counts.activity.sum(1))
    np.testing.assert_array_equal(counts.camp_activity.sum(1), counts.temper_camp.sum(0))
    np.testing.assert_array_equal(people.tempers(after), people.tempers(state))


@pytest.mark.parametrize(("threads", "piece"), [(2, None), (4, None), (1, 7), (3, 256), (4, 1000)])
def test_threads_and_pieces_change_nothing(threads: int, piece: int | None) -> None:
    tables = random_tables(len(NAMES))
    assert same(live(start(), tables, range(5)), live(start(), tables, range(5), threads, piece))


def test_order_of_units_changes_nothing() -> None:
    tables, order = random_tables(len(NAMES)), [4, 2, 6, 0, 5, 1, 3]
    straight = live(start(), tables, range(5))
    shuffled = live(start(SIZES[order], [NAMES[i] for i in order]), tables.of(order), range(5))
    for name in NAMES:
        np.testing.assert_array_equal(of_unit(straight, name), of_unit(shuffled, name))


def test_another_unit_changes_nobody() -> None:
    tables = random_tables(len(NAMES))
    wider = random_tables(1, seed=8)
    more = Tables(*(np.concatenate((b, a), -1) for a, b in zip(tables, wider, strict=True)))
    alone = live(start(), tables, range(5))
    together = live(start(np.array([500, *SIZES]), ["idle", *NAMES]), more, range(5))
    for name in NAMES:
        np.testing.assert_array_equal(of_unit(alone, name), of_unit(together, name))


def test_units_of_the_same_table_live_apart() -> None:
    one = Tables(*(np.concatenate((t, t), -1) for t in random_tables(1, rate=1.0)))
    state = live(start(np.array([4000, 4000]), ["a", "b"]), one, range(3))
    camps = [of_unit(state, name) & 15 for name in "ab"]
    assert 0.1 < (camps[0] == camps[1]).mean() < 0.6


def test_interrupted_and_resumed_is_the_same(tmp_path: Path) -> None:
    tables = random_tables(len(NAMES))
    half = live(start(), tables, range(4))
    np.savez(tmp_path / "half.npz", **half._asdict())
    with np.load(tmp_path / "half.npz") as stored:
        resumed = people.People(**stored)
    assert same(live(resumed, tables, range(4, 9)), live(start(), tables, range(9)))


def test_a_step_leaves_the_morning_as_it_was() -> None:
    state, tables = start(), random_tables(len(NAMES))
    records = state.records.copy()
    people.step(state, tables, 0, SEED)
    np.testing.assert_array_equal(state.records, records)


def test_seeds_and_days_differ() -> None:
    state, tables = start(), random_tables(len(NAMES))
    ends = [people.step(state, tables, day, seed)[0].records for day, seed in [(0, 1), (1, 1), (0, 2), (0, 2**32 - 1)]]
    assert len({end.tobytes() for end in ends}) == 4


def test_callers_side_by_side_do_not_disturb_each_other() -> None:
    tables = random_tables(len(NAMES))
    expected = live(start(), tables, range(5))
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: live(start(), tables, range(5), 2, 500), range(8)))
    assert all(same(run, expected) for run in runs)


@pytest.mark.parametrize("width", [64, 1024])
def test_jax_lives_the_same_days(width: int) -> None:
    tables, state = random_tables(len(NAMES)), start()
    rows = people_jax.from_people(state, width)
    for day in range(4):
        state, counts = people.step(state, tables, day, SEED)
        rows, counts_jax = people_jax.step(rows, tables, day, SEED)
        np.testing.assert_array_equal(counts.joint, counts_jax.joint)
    assert same(people_jax.to_people(rows), state)


@pytest.mark.slow
def test_jax_on_three_devices_lives_the_same_days() -> None:
    code = (
        "import jax, people_toy as t; from dualpower.population import people_jax as pj;"
        "assert jax.device_count() == 3;"
        "state = pj.from_people(t.start()); assert len(state.records.sharding.device_set) == 3;"
        "after, _ = pj.step(state, t.random_tables(7), 3, 5);"
        "after = pj.to_people(after);"
        "assert t.same(after, t.people.step(t.start(), t.random_tables(7), 3, 5)[0]); print('same')"
    )
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=3", "JAX_PLATFORMS": "cpu"}
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "same", done.stderr


def test_sixteen_camps_fit_and_more_are_refused() -> None:
    tables = random_tables(len(NAMES), camps=16)
    state = start(camps=16)
    after, counts = people.step(state, tables, 1, SEED)
    np.testing.assert_array_equal(after.records, plain_day(state, tables, 1, SEED))
    assert counts.temper_camp.shape[1] == 16
    with pytest.raises(ValueError, match="at most 16 camps"):
        people.limits(random_tables(2, camps=17))


@pytest.mark.parametrize("name", ["rate_act", "choice_camp", "choice_act"])
def test_tables_of_other_units_or_camps_than_one_another_are_refused(name: str) -> None:
    tables, other = random_tables(2, camps=3), random_tables(4, camps=3)
    with pytest.raises(ValueError, match=r"not of|units"):
        people.limits(tables._replace(**{name: getattr(other, name)}))
    with pytest.raises(ValueError, match="choice_act"):
        people.limits(tables._replace(choice_act=random_tables(2, camps=5).choice_act))


def test_a_higher_chance_of_acting_moves_nobody_back() -> None:
    """The same words under tables that differ by a little: whoever acted still does (coupled runs differ least)."""
    tables = random_tables(len(NAMES), rate=1.0)
    keen = tables.choice_act.copy()
    keen[:, :, 1:] *= 1.2
    calm, stirred = (live(start(), t, range(1)) for t in (tables, tables._replace(choice_act=keen)))
    gain = people.activities(stirred).astype(int) - people.activities(calm)
    assert gain.min() == 0
    assert 0 < gain.mean() < 0.1


def test_rates_of_nought_and_one() -> None:
    tables = random_tables(len(NAMES))
    still = tables._replace(rate_camp=0 * tables.rate_camp, rate_act=0 * tables.rate_act)
    assert same(live(start(), still, range(3)), start())
    certain = np.zeros_like(tables.choice_camp)
    certain[:, 2] = 1
    all_change = tables._replace(rate_camp=np.ones_like(tables.rate_camp), choice_camp=certain)
    assert (people.camps(live(start(), all_change, range(1))) == 2).all()


def test_impossible_choices_are_never_made() -> None:
    tables = random_tables(len(NAMES), rate=1.0)
    tables.choice_camp[:, [0, 3, 5]] = 0
    tables.choice_act[:, :, 3] = 0
    full = tables._replace(rate_camp=np.ones(7, np.float32), rate_act=np.ones(7, np.float32))
    after = live(start(), full, range(3))
    assert set(np.unique(people.camps(after))) == {1, 2, 4}
    assert set(np.unique(people.activities(after))) == {0, 1, 2}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rate_camp": np.full(7, 1.5)}, "rate_camp must lie between"),
        ({"rate_act": np.full(7, np.nan)}, "rate_act must lie between"),
        ({"choice_camp": np.full((4, CAMPS, 7), -1.0)}, "choice_camp must hold finite"),
        ({"choice_act": np.zeros((4, CAMPS, 4, 7))}, "choice_act must be above 0"),
    ],
)
def test_wrong_tables_are_refused(change: dict[str, NDArray[np.float64]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        people.step(start(), random_tables(7)._replace(**change), 0, SEED)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="7 units"):
        people.step(start(SIZES[:3], NAMES[:3]), random_tables(7), 0, SEED)
    with pytest.raises(ValueError, match="4 camps"):
        people.step(start(), random_tables(7, camps=4), 0, SEED)


def test_the_first_day_matches_the_shares() -> None:
    rng = np.random.default_rng(3)
    units = 300
    sizes, names = rng.integers(1, 3000, units), [f"unit {i}" for i in range(units)]
    joint = rng.dirichlet([5, 1, 1, 0.2, 0.1], (4, units)).transpose(0, 2, 1) / 4
    doing = rng.dirichlet([9, 1, 0.5, 0.1], units).T
    counts = people.counts(people.init(sizes, names, joint, doing, SEED))
    np.testing.assert_array_equal(counts.records, sizes)
    by_temper = counts.joint.sum((1, 2))
    assert np.abs(by_temper - sizes / 4).max() < 1
    wanted = (by_temper[:, None] * joint * 4).sum(0)
    assert np.abs(counts.temper_camp.sum(0) - wanted).max() < 1.75
    assert np.abs(counts.temper_camp - by_temper[:, None] * joint * 4).max() < 1.75
    assert np.abs(counts.activity - sizes * doing).max() < 1
    assert np.abs(counts.temper_camp.sum((0, 2)) / wanted.sum(1) - 1).max() < 0.02


def test_small_camps_are_not_rounded_away() -> None:
    joint = np.array([0.94, 0.06])[None, :, None] * np.ones((4, 1, 1)) / 4
    assert camp_numbers(np.full((4, 1), 5), joint)[:, 1].sum() == 1


def test_one_in_ten_stands_for_ten() -> None:
    state = start()
    joint = np.full((4, CAMPS, len(NAMES)), 1 / 24)
    doing = np.eye(4)[:, :1] * np.ones(len(NAMES))
    tenth = people.init(SIZES, NAMES, joint, doing, SEED, share=0.1)
    np.testing.assert_array_equal(np.diff(tenth.offsets), [300, 1, 70, 1, 1800, 26, 102])
    counts = people.counts(tenth)
    np.testing.assert_allclose(counts.activity[0] * counts.weight, SIZES)
    assert state.records.nbytes == SIZES.sum()
    np.testing.assert_allclose(people.counts(people.weigh(tenth, 2 * SIZES)).weight, 2 * counts.weight)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5000), st.lists(st.floats(0, 1), min_size=1, max_size=16).filter(lambda s: sum(s) > 1e-3))
def test_apportion_sums_and_is_within_one(total: int, shares: list[float]) -> None:
    array = np.array(shares)[:, None]
    given_out = apportion(np.array([total]), array)[:, 0]
    assert given_out.sum() == total
    assert np.abs(given_out - total * array[:, 0] / array.sum()).max() < 1 + 1e-6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sizes": [1, 2, 3]}, "2 units need sizes"),
        ({"sizes": [1, -2]}, "sizes must be at least 0"),
        ({"share": 0.0}, "share of people"),
        ({"unit_names": ["a", "a"]}, "rename one"),
        ({"joint_shares": np.zeros((4, 2, 2))}, "shares of camps"),
        ({"joint_shares": np.ones((4, 17, 2))}, "at most 16 camps"),
    ],
)
def test_wrong_starts_are_refused(change: dict[str, object], message: str) -> None:
    right: dict[str, object] = {
        "sizes": [10, 20],
        "unit_names": ["a", "b"],
        "joint_shares": np.ones((4, 2, 2)),
        "activity_shares": np.ones((4, 2)),
        "seed": 1,
    }
    with pytest.raises(ValueError, match=message):
        people.init(**{**right, **change})  # type: ignore[arg-type]


def test_importing_people_loads_no_compiler() -> None:
    code = "import sys, dualpower.population.people as d; print(sorted({'jax', 'numba', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
