"""The people against exact answers: the crowd, the tables, imitation with zealots. All at a fixed seed.

Each statistical statement is made twice: it holds for the right law (p above 1e-4, so a sound program fails one
seed in ten thousand) and is rejected for a law that is off by a little (p below 1e-6).
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from dualpower.laws.state import Tables as LawTables
from dualpower.population import crowd, people
from people_toy import SEED, Tables, random_tables

pytestmark = pytest.mark.statistical

Float = NDArray[np.float64]
UNITS, CAMPS = 12, 5
HOLDS, REJECTED = 1e-4, 1e-6


def begin(size: int, units: int = UNITS, camps: int = CAMPS) -> people.People:
    """Units of one size with shares of their own."""
    rng = np.random.default_rng(5)
    joint = rng.dirichlet(np.ones(camps), (4, units)).transpose(0, 2, 1)
    doing = rng.dirichlet(np.ones(4), units).T
    return people.init(np.full(units, size), [f"unit {i}" for i in range(units)], joint, doing, SEED)


def crowd_day(joint: Float, doing: Float, tables: Tables) -> tuple[Float, Float]:
    """Expected (temper, camp) and activity shares after a day, in float64: [4, C, U], [4, U]."""
    rate_camp, choice_camp, rate_act, choice_act = (table.astype(float) for table in tables)
    choice_camp = choice_camp / choice_camp.sum(-2, keepdims=True)
    choice_act = choice_act / choice_act.sum(-2, keepdims=True)
    after = (1 - rate_camp) * joint + rate_camp * joint.sum(1, keepdims=True) * choice_camp
    chosen = np.einsum("tcu,tcau->au", after, choice_act)
    return after, (1 - rate_act) * doing + rate_act * chosen


def test_the_crowd_of_the_package_is_this_expectation() -> None:
    tables = random_tables(UNITS, CAMPS)
    joint, doing = people.counts(begin(1000)).shares()
    further = np.cumsum(tables.choice_act[:, :, ::-1], axis=2)[:, :, ::-1]  # how many go at least so far
    laws = LawTables(*map(jnp.asarray, (*tables[:3], further[:, :, 1], further[:, :, 2], further[:, :, 3])))
    mine, theirs = people.limits(laws), people.limits(tables)
    for name in people.Limits._fields:
        np.testing.assert_allclose(getattr(mine, name), getattr(theirs, name), atol=2**32 * 1e-6, err_msg=name)
    camps, activity = crowd.live(laws, jnp.asarray(joint, jnp.float32), jnp.asarray(doing, jnp.float32))
    after = crowd_day(joint, doing, tables)
    np.testing.assert_allclose(camps, after[0], rtol=3e-6, atol=1e-8)
    np.testing.assert_allclose(activity, after[1], rtol=2e-5, atol=1e-7)


def test_no_choice_is_less_than_nothing() -> None:
    """Steps that nearly all take leave, by rounding, a little less than nothing between them."""
    step = np.float32(0.7)
    further = np.nextafter(step, np.float32(1))
    steps = (np.full((4, CAMPS, UNITS), value, np.float32) for value in (step, further, further))
    laws = LawTables(*map(jnp.asarray, (*random_tables(UNITS, CAMPS)[:3], *steps)))
    found = people.limits(laws).activities[:, :, :CAMPS]
    assert (found[..., 1:] == found[..., 1:2]).all()
    assert (np.diff(found[..., ::-1].astype(np.int64), axis=-1) >= 0).all()


@pytest.mark.parametrize("name", ["out", "street", "arms"])
def test_steps_that_are_no_probabilities_or_of_other_units_are_refused(name: str) -> None:
    steps = dict.fromkeys(("out", "street", "arms"), np.full((4, CAMPS, UNITS), 0.5, np.float32))
    for wrong in (-0.1, np.nan, np.inf):
        bad = {**steps, name: np.full((4, CAMPS, UNITS), wrong, np.float32)}
        with pytest.raises(ValueError, match="out, street and arms must hold finite numbers of at least 0"):
            people.limits(LawTables(*random_tables(UNITS, CAMPS)[:3], **bad))
    with pytest.raises(ValueError, match=f"{name} has shape"):
        people.limits(LawTables(*random_tables(UNITS, CAMPS)[:3], **{**steps, name: steps["out"][:, :-1]}))


def perturbed(tables: Tables, factor: float = 1.1) -> Tables:
    """One camp's appeal and one activity's raised a little in every unit."""
    camp, act = tables.choice_camp.copy(), tables.choice_act.copy()
    camp[:, 1] *= factor
    act[:, :, 2] *= factor
    return tables._replace(choice_camp=camp, choice_act=act)


def two_sided(z: Float) -> float:
    """The least p-value of some standard normal numbers, times how many they are."""
    return float(min(1.0, 2 * stats.norm.sf(np.abs(z)).min() * z.size))


def against_crowd(lived: Tables, believed: Tables, days: int = 12) -> float:
    """p-value of: the people's camps and activities, over all units, have the crowd's expectation."""
    state = begin(20_000)
    joint, doing = people.counts(state).shares()
    for day in range(days):
        joint, doing = crowd_day(joint, doing, believed)
        state, _ = people.step(state, lived, day, SEED)
    counts = people.counts(state)
    pairs = [(counts.temper_camp.sum((0, 2)), joint.sum(0)), (counts.activity.sum(1), doing)]
    # the variance of a sum of independent choices is at most that of the multinomial with their mean
    return min(
        two_sided((seen - expected.sum(1) * 20_000) / np.sqrt((expected * (1 - expected)).sum(1) * 20_000))
        for seen, expected in pairs
    )


def test_expected_people_are_the_crowd() -> None:
    tables = random_tables(UNITS, CAMPS)
    assert against_crowd(tables, tables) > HOLDS
    assert against_crowd(perturbed(tables), tables) < REJECTED


def transitions(before: people.People, after: people.People) -> NDArray[np.int64]:
    """Persons by unit, temper, old camp, new camp, old activity, new activity."""
    unit = np.repeat(np.arange(UNITS), np.diff(before.offsets))
    where = (
        unit,
        people.tempers(before),
        people.camps(before),
        people.camps(after),
        people.activities(before),
        people.activities(after),
    )
    table = np.zeros((UNITS, 4, CAMPS, CAMPS, 4, 4), np.int64)
    np.add.at(table, where, 1)
    return table


def chi_squared(seen: NDArray[np.int64], chance: Float) -> float:
    """p-value of counts [..., K] against the chances of each row."""
    rows = seen.sum(-1, keepdims=True)
    expected = rows * chance
    use = (expected >= 5).all(-1)
    statistic = ((seen - expected)[use] ** 2 / expected[use]).sum()
    return float(stats.chi2.sf(statistic, use.sum() * (seen.shape[-1] - 1)))


def heat_bath(rate: Float, choice: Float) -> Float:
    """Chances of going from k (last axis but one) to k' (last axis)."""
    choice = choice / choice.sum(-1, keepdims=True)
    rate = rate.reshape(-1, *(1,) * choice.ndim)
    return (1 - rate) * np.eye(choice.shape[-1]) + rate * choice[..., None, :]


def transition_p_values(lived: Tables, believed: Tables) -> tuple[float, float]:
    """Chi-squared of the moves between camps, and between activities given the new camp, on one day."""
    before = begin(40_000)
    after, _ = people.step(before, lived, 3, SEED)
    moved = transitions(before, after)
    camps = heat_bath(believed.rate_camp.astype(float), believed.choice_camp.astype(float).transpose(2, 0, 1))
    acts = heat_bath(believed.rate_act.astype(float), believed.choice_act.astype(float).transpose(3, 0, 1, 2))
    return chi_squared(moved.sum((4, 5)), camps), chi_squared(moved.sum(2), acts)


def test_moves_follow_the_tables() -> None:
    tables = random_tables(UNITS, CAMPS, rate=0.6)
    assert min(transition_p_values(tables, tables)) > HOLDS
    assert max(transition_p_values(perturbed(tables, 1.3), tables)) < REJECTED


def test_camp_and_activity_are_drawn_apart() -> None:
    tables = random_tables(UNITS, CAMPS, rate=1.0)
    even = tables._replace(choice_act=np.ones_like(tables.choice_act))
    before = begin(40_000)
    after, _ = people.step(before, even, 3, SEED)
    moved_camp, moved_act = before.records & 15 != after.records & 15, before.records & 48 != after.records & 48
    for unit in range(UNITS):
        part = slice(before.offsets[unit], before.offsets[unit + 1])
        table = np.histogram2d(moved_camp[part], moved_act[part], bins=2)[0]
        assert stats.chi2_contingency(table).pvalue > HOLDS / UNITS


def zealots_second_moment(n: int, zealots: tuple[float, float], rate: float) -> tuple[float, float]:
    """Stationary mean and second moment of the share of camp a (Wright-Fisher with zealots), exactly.

    E[s'^2 | s] is a quadratic in s (the cubic terms cancel), so the second moment solves a linear equation.
    """
    mean = zealots[0] / sum(zealots)
    s = np.array([0.0, 0.5, 1.0])
    p = (n * s + zealots[0]) / (n + sum(zealots))
    stay, come = 1 - rate + rate * p, rate * p
    second = (s * stay + (1 - s) * come) ** 2 + (s * stay * (1 - stay) + (1 - s) * come * (1 - come)) / n
    square, line, constant = np.polyfit(s, second, 2)
    return mean, (constant + line * mean) / (1 - square)


@pytest.mark.parametrize(
    ("n", "zealots", "rate", "variance"),
    [(100, (3, 1), 1.0, 0.0221397), (1000, (8, 2), 1.0, 0.0077355), (1000, (8, 2), 0.1, 0.0140271)],
)
def test_the_zealots_equation(n: int, zealots: tuple[float, float], rate: float, variance: float) -> None:
    mean, second = zealots_second_moment(n, zealots, rate)
    assert second - mean**2 == pytest.approx(variance, abs=2e-7)


def imitate(share: Float, n: int, zealots: tuple[float, float], rate: float) -> Tables:
    """Tables of imitation within units, with organised cells of fixed size."""
    p = (share * n + zealots[0]) / (n + sum(zealots))
    choice = np.broadcast_to(np.stack([p, 1 - p]), (4, 2, len(p)))
    return Tables(np.full(len(p), rate), choice, np.zeros(len(p)), np.ones((4, 2, 4, len(p))))  # type: ignore[arg-type]


def stationary_shares(n: int, zealots: tuple[float, float], rate: float, days: int) -> Float:
    """Shares of camp a in 2,000 independent units, after `days` days from an even start."""
    units = 2000
    even = np.full((4, 2, units), 1 / 8)
    state = people.init(np.full(units, n), [f"unit {i}" for i in range(units)], even, np.ones((4, units)), SEED)
    share = np.full(units, 0.5)
    for day in range(days):
        state, counts = people.step(state, imitate(share, n, zealots, rate), day, SEED)
        share = counts.temper_camp[:, 0].sum(0) / n
    return share


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "days"), [(1.0, 250), (0.25, 1000)])
def test_imitation_with_cells_has_the_moments_of_wright_and_fisher(rate: float, days: int) -> None:
    zealots = (3.0, 1.0)
    shares = stationary_shares(100, zealots, rate, days)
    for perturbation, holds in [(zealots, True), ((3.0, 1.6), False), ((4.5, 1.5), False)]:
        mean, second = zealots_second_moment(100, perturbation, rate)
        squares = (shares - mean) ** 2
        z = np.array(
            [
                (shares.mean() - mean) / (shares.std() / np.sqrt(len(shares))),
                (squares.mean() - (second - mean**2)) / (squares.std() / np.sqrt(len(shares))),
            ]
        )
        assert (two_sided(z) > HOLDS) if holds else (two_sided(z) < REJECTED)


def feed_back(joint: Float) -> Tables:
    """Smooth tables made from the shares (temper, camp) of the day before, with a loop gain below one."""
    share = joint.sum(0)
    pull = np.exp(1.2 * share + np.array([0.0, 0.3, 0.1])[:, None])
    choice = np.broadcast_to(pull / pull.sum(0), joint.shape)
    rate = np.full(joint.shape[-1], 0.3)
    return Tables(rate, choice, rate, np.ones((*joint.shape[:2], 4, joint.shape[-1])))


def gap(size: int, units: int, days: int = 15) -> float:
    """Root mean square difference of camp shares, people less crowd, each fed back by its own shares."""
    state = begin(size, units, 3)
    joint, doing = people.counts(state).shares()
    own = joint
    for day in range(days):
        joint, doing = crowd_day(joint, doing, feed_back(joint))
        state, counts = people.step(state, feed_back(own), day, SEED)
        own = counts.shares()[0]
    return float(np.sqrt(np.mean((own.sum(0) - joint.sum(0)) ** 2)))


def test_the_difference_to_the_crowd_shrinks_with_the_root_of_the_size() -> None:
    sizes = [1_000, 10_000, 100_000]
    gaps = [gap(size, units) for size, units in zip(sizes, (200, 100, 30), strict=True)]
    slope = np.polyfit(np.log(sizes), np.log(gaps), 1)[0]
    assert -0.55 < slope < -0.45
    assert gaps[0] < 0.03


def test_a_small_intervention_is_seen_through_paired_chance() -> None:
    """Differences between runs that share their seed vary at least five times less than between others."""
    units = 300
    one = random_tables(1, 3, rate=1.0)
    tables = Tables(*(np.repeat(table, units, axis=-1) for table in one))
    act = tables.choice_act.copy()
    act[:, :, 1:] *= 1.02
    treated = tables._replace(choice_act=act)
    even = np.ones((4, 3, units))
    begun = people.init(np.full(units, 1000), [f"unit {i}" for i in range(units)], even, np.ones((4, units)), SEED)

    def active(lived: Tables, seed: int) -> Float:
        state = begun
        for day in range(6):
            state, counts = people.step(state, lived, day, seed)
        return np.asarray(counts.activity[1:].sum(0) / 1000)

    paired, apart = active(treated, 1) - active(tables, 1), active(treated, 1) - active(tables, 2)
    assert apart.std() > 5 * paired.std()
    assert paired.mean() > 0
