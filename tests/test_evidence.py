"""What is known of a fact: pooled sources, biases that two facts share, doubt about what lies far out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from dualpower.inference.evidence import BIAS, Source, evidence, pooled
from dualpower.record import Observation, plan
from dualpower.record.sources import other_parties
from dualpower.scenario import Scenario


@pytest.fixture
def two(petrograd: Scenario) -> tuple[Observation, ...]:
    made = plan(petrograd, petrograd.targets.iloc[2:4], petrograd.days("1917-03-01"))
    return tuple(dataclasses.replace(one, centre_z=0.0, sd=0.2) for one in made)


def test_one_source_leaves_the_targets_own_band(two: tuple[Observation, ...]) -> None:
    known = pooled(two, [(Source("a", 0.0, 0.2),), (Source("b", 1.0, 0.2),)])
    assert known.centre == pytest.approx([0.0, 1.0])
    assert np.diag(known.covariance) == pytest.approx([0.2**2 + BIAS**2] * 2)
    assert known.covariance[0, 1] == 0


def test_facts_of_one_source_err_together(two: tuple[Observation, ...]) -> None:
    known = pooled(two, [(Source("a", 0.0, 0.2),), (Source("a", 1.0, 0.2),)])
    assert known.covariance[0, 1] == pytest.approx(BIAS**2)
    whole = known.whitener @ known.covariance @ known.whitener.T
    assert whole == pytest.approx(np.eye(2), abs=1e-9)


def test_disturbances_are_the_errors_of_sources_and_the_accidents_of_days(two: tuple[Observation, ...]) -> None:
    known = pooled(two, [(Source("a", 0.0, 0.2),), (Source("a", 1.0, 0.2),)])
    assert known.accidents == pytest.approx([0.15, 0.15])  # strikers, by rule 7 of the forecast
    back = np.linalg.inv(known.whitener) @ known.disturbing
    assert back @ back.T == pytest.approx(known.covariance + 0.15**2 * np.eye(2), abs=1e-9)


def test_many_sources_move_the_middle_but_never_make_it_surer_than_the_band(two: tuple[Observation, ...]) -> None:
    told = (Source("band", 0.0, 0.2), *(Source(f"book {k}", 0.15, 0.1) for k in range(20)))
    known = pooled(two[:1], [told])
    assert 0.1 < known.centre[0] < 0.15
    assert known.covariance[0, 0] >= 0.2**2


def test_a_row_far_out_hardly_counts(two: tuple[Observation, ...]) -> None:
    near = pooled(two[:1], [(Source("band", 0.0, 0.2), Source("book", 0.2, 0.2))]).centre[0]
    far = pooled(two[:1], [(Source("band", 0.0, 0.2), Source("book", 4.0, 0.2))]).centre[0]
    assert near == pytest.approx(0.2 / 3, abs=0.01)
    assert far < 0.02


def test_nothing_later_than_the_last_day_is_used_nor_anything_unread(petrograd: Scenario) -> None:
    known = evidence(petrograd, "1917-04-30")
    last = petrograd.day_index("1917-04-30")
    assert {one.id for one in known.observations} >= {"C01", "C16", "Q18"}
    assert all(one.end - 1 <= last for one in known.observations)
    assert "C21" not in {one.id for one in known.observations}
    names = {source.name for sources in known.sources for source in sources}
    assert not any(name.startswith("memory") for name in names)
    assert len(names) > len(known.observations)  # the record speaks beside the targets


def test_the_rest_of_a_body_is_known_where_a_target_gives_one_partys_part(petrograd: Scenario) -> None:
    before, after = ({one.id for one in evidence(petrograd, day).observations} for day in ("1917-06-18", "1917-06-30"))
    congress = {f"congress1_share 1917-06-03 Russia {party}" for party in ("Mensheviks", "SR")}
    assert congress <= after
    assert not congress & before  # the congress sat until the 24th
    assert not any(name.startswith("district_duma_share") for name in after)  # memory
    told = evidence(petrograd, "1917-06-30")
    sd = dict(zip((one.id for one in told.observations), np.sqrt(np.diag(told.covariance)), strict=True))
    assert sd["congress1_share 1917-06-03 Russia SR"] == pytest.approx(np.hypot(0.3, BIAS), abs=0.01)


def test_a_party_that_has_a_target_of_its_own_is_not_told_twice(petrograd: Scenario) -> None:
    rows = other_parties(petrograd.spec, petrograd.record, petrograd.targets)
    duma = [row["group"] for row in rows if row["quantity"] == "provisional_central_duma_seats"]
    assert duma == ["Mensheviks", "SR"]  # Bolsheviks and Kadets are targets, all seats are no party's
    assert other_parties(petrograd.spec, petrograd.record, petrograd.targets.iloc[:0]) == []
    twice = pd.concat([petrograd.record, petrograd.record], ignore_index=True)
    assert len(other_parties(petrograd.spec, twice, petrograd.targets)) == len(rows)


@pytest.mark.parametrize(
    "unread", [{"source_kind": "memory"}, {"date": "1917-06-03", "date_end": "1917-07-01"}], ids=["memory", "later"]
)
def test_a_row_that_does_not_count_hides_none_that_does(petrograd: Scenario, unread: dict[str, str]) -> None:
    name = "congress1_share 1917-06-03 Russia SR"
    record = petrograd.record
    chosen = (record["quantity"] == "congress1_share") & (record["group"] == "SR")
    before = record[chosen].assign(**unread)  # stands first in the table
    both = dataclasses.replace(petrograd, record=pd.concat([before, record], ignore_index=True))
    known, plain = evidence(both, "1917-06-30"), evidence(petrograd, "1917-06-30")
    assert name in {one.id for one in known.observations}
    assert {one.id for one in known.observations} == {one.id for one in plain.observations}


def test_simulated_targets_have_nothing_beside_them(petrograd: Scenario) -> None:
    simulated = petrograd.targets[petrograd.targets["target_id"] == "C20"]
    names = {one.id for one in evidence(petrograd, "1917-06-30", targets=simulated).observations}
    assert names == {"C20", *petrograd.quiet["target_id"][petrograd.quiet["date"] <= "1917-06-30"]}


def test_quiet_days_are_fitted_and_never_scored(petrograd: Scenario) -> None:
    quiet = set(petrograd.quiet["target_id"])
    assert quiet
    assert not quiet & set(petrograd.targets["target_id"])
    assert quiet & {one.id for one in evidence(petrograd, "1917-07-31").observations}


def test_a_row_that_ends_after_the_last_day_says_nothing_yet(petrograd: Scenario) -> None:
    record = petrograd.record
    late = record[(record["quantity"] == "party_members") & (record["date"] == "1917-07-26")]["source"]
    assert len(late) >= 2  # members told by the congress of 26 July to 3 August, which C25 of 31 July overlaps

    def sources(day: str) -> set[str]:
        known = evidence(petrograd, day)
        told = dict(zip((one.id for one in known.observations), known.sources, strict=True))
        return {source.name for source in told["C25"]}

    assert len(sources("1917-08-31")) > len(sources("1917-07-31"))
