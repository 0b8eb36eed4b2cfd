"""Who elects, sits and fights depends on where people are on the day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dualpower.scenario import Scenario
from dualpower.scenario.arrays import compile_days, compile_names
from dualpower.scenario.arrays.electors import seats, taking_part, voters
from dualpower.scenario.arrays.names import in_kinds
from dualpower.scenario.arrays.setting import change_days, setting
from dualpower.scenario.schema import Turnout

MOVED = "r_mg1"  # from Oranienbaum, a suburb, to Vyborg, in the city, on 1 March


def test_everywhere_takes_part_where_no_place_is_named() -> None:
    where = np.array(["city", "suburb", "country"])
    assert taking_part((), where).tolist() == [1, 1, 1]
    assert taking_part(("city", "country"), where).tolist() == [1, 0, 1]


def test_a_unit_that_moves_votes_sits_and_fights_where_it_is(petrograd: Scenario) -> None:
    names = compile_names(petrograd)
    here, unit = setting(petrograd, names), names.units.index(MOVED)
    march = change_days(petrograd).index(petrograd.day_index("1917-03-01"))
    soviet = names.councils.index("petrograd_soviet")
    july = [contest.id for contest in in_kinds(petrograd.spec.contests)].index("july")
    for table in (here.voters[:, soviet, unit], here.part[:, july, unit], here.city[:, unit]):
        assert (table[:march] == 0).all()
        assert (table[march:] > 0).all()


def test_seats_follow_who_is_there(petrograd: Scenario) -> None:
    units = petrograd.units
    council = next(one for one in petrograd.spec.councils if one.id == "petrograd_soviet")
    size, everywhere = units["size"].to_numpy(float), np.full(len(units), "city")
    away = everywhere.copy()
    away[units["unit_id"] == MOVED] = "fleet"
    gone = float(units.loc[units["unit_id"] == MOVED, "size"].iloc[0]) / council.seats["soldiers"]
    assert seats(petrograd, council, size, everywhere) - seats(petrograd, council, size, away) == pytest.approx(gone)


def test_a_declared_number_of_seats_is_no_matter_of_who_is_there(petrograd: Scenario) -> None:
    congress = next(one for one in petrograd.spec.councils if one.total_seats is not None)
    nobody = np.zeros(len(petrograd.units))
    assert seats(petrograd, congress, nobody, np.full(len(nobody), "country")) == congress.total_seats


def test_the_latest_turnout_that_has_begun_counts_in_whatever_order(petrograd: Scenario) -> None:
    first = petrograd.spec.councils[0]
    entries = tuple(
        Turnout(**{"from": f"1917-{month}-01", "value": value}) for month, value in (("03", 0.3), ("02", 0.2))
    )
    unordered = first.model_copy(update={"turnout": entries, "turnout_unaligned": 0.1})
    spec = petrograd.spec.model_copy(update={"councils": (unordered, *petrograd.spec.councils[1:])})
    turnout = compile_days(replace(petrograd, spec=spec), compile_names(petrograd), "1917-03-02").turnout[:, 0]
    days = [
        petrograd.day_index(date) for date in ("1917-01-31", "1917-02-01", "1917-02-28", "1917-03-01", "1917-03-02")
    ]
    assert turnout[days] == pytest.approx([0.1, 0.2, 0.2, 0.3, 0.3])


def test_a_seat_for_fewer_persons_is_a_heavier_vote(petrograd: Scenario) -> None:
    soviet = next(one for one in petrograd.spec.councils if one.id == "petrograd_soviet")
    groups = {role.id: role.group for role in petrograd.spec.roles}
    group = pd.Series([groups[role] for role in petrograd.units["role"]])
    size = petrograd.units["size"].to_numpy(float) + 1e6  # far above one seat a workplace
    votes = voters(petrograd, soviet, size, np.full(len(group), "city"))
    for kind in ("soldiers", "workers"):
        np.testing.assert_allclose((votes / size)[group == kind], 1 / soviet.seats[kind])
    others = ~group.isin(soviet.seats)
    assert others.any()
    assert not votes[others].any()


def test_who_fills_a_councils_seats_votes_for_it(petrograd: Scenario) -> None:
    """The seats of small workplaces have their votes, too; a workplace that is shut has neither."""
    names, size = compile_names(petrograd), petrograd.units["size"].to_numpy(float)
    everywhere = np.full(len(size), "city")
    for council in petrograd.spec.councils:
        if council.seats and council.total_seats is None:
            votes = voters(petrograd, council, size, everywhere)
            assert votes.sum() == pytest.approx(seats(petrograd, council, size, everywhere))
            assert not votes[size == 0].any()
    here = setting(petrograd, names)
    assert here.voters[0, names.councils.index("petrograd_soviet")].sum() == pytest.approx(1, abs=1e-5)
