"""The population tables of petrograd-1917: sums that sources bound, nothing twice, nothing lost."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "src/dualpower/scenario/library/petrograd-1917"
SCRIPT = ROOT / "scripts/population_accounts.py"
CITY_ROLES = {"metal_worker", "textile_worker", "chemical_worker", "other_worker"}
RECORD_HASH = "85a6d69234b36ce887bdb7f947924d20e8a8ecbd7ab329b37b9bd60716374d95"
TARGETS_HASH = "138bc839e0a8b892f03db619028421126b1a6c10014dd5618b6bb8127f8804a4"


def read(name: str) -> pd.DataFrame:
    """One table of the scenario, empty cells as empty text."""
    return pd.read_csv(FOLDER / f"{name}.csv", keep_default_na=False)


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    """Units with their place, as they are on the first day."""
    table, changes = read("units"), read("changes")
    table["place"] = table["district"].map(read("districts").set_index("district_id")["place"])
    first = changes[(changes["what"] == "size") & (changes["date"] == "1917-01-01")].set_index("unit_id")["value"]
    table["size"] = [float(first.get(unit, size)) for unit, size in zip(table["unit_id"], table["size"], strict=True)]
    return table


def people(units: pd.DataFrame, start: str) -> float:
    """Persons in the units whose id begins so."""
    return float(units.loc[units["unit_id"].str.startswith(start), "size"].sum())


def digest(table: pd.DataFrame, columns: list[str]) -> str:
    """A fingerprint of some columns as they stand in the file."""
    lines = ["|".join(row) for row in table[columns].itertuples(index=False)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_everyone_in_the_city_is_counted_once(units: pd.DataFrame) -> None:
    children = read("accounts").query("item == 'children'")["persons"].sum()
    assert units.loc[units["place"] == "city", "size"].sum() + children == 2_412_700
    assert read("accounts").query("item == 'population'")["persons"].sum() == 2_412_700


def test_factory_workers_of_city_and_outskirts(units: pd.DataFrame) -> None:
    workers = units[units["role"].isin(CITY_ROLES)]
    assert workers.loc[workers["place"] == "city", "size"].sum() == 392_000
    outskirts = workers[(workers["place"] == "suburb") & (workers["district"] != "kronstadt")]
    assert outskirts["size"].sum() == 24_000


def test_garrison_of_the_city_in_february(units: pd.DataFrame) -> None:
    forces = {"soldier", "machine_gunner", "technical_soldier", "cossack", "cavalry", "sailor"}
    garrison = units[(units["place"] == "city") & units["role"].isin(forces)]["size"].sum()
    assert 150_000 <= garrison <= 160_000


def test_sums_that_were_read(units: pd.DataFrame) -> None:
    assert people(units, "p_police") == 3_500
    assert people(units, "o_bakers") == 20_000
    assert people(units, "o_food") == 25_000  # without the bakers, who are inside it in the material
    assert 400 <= mean_plant(units) <= 418


def mean_plant(units: pd.DataFrame) -> float:
    """Workers per plant, in the city and its outskirts."""
    rows = units[units["role"].isin(CITY_ROLES) & (units["district"] != "kronstadt")]
    return float(rows["size"].sum() / rows["workplaces"].sum())


def test_red_guards_are_not_a_unit_and_mounted_police_are_no_soldiers(units: pd.DataFrame) -> None:
    assert not units["unit_id"].str.contains("red_guard").any()
    assert set(units.loc[units["unit_id"] == "r_gendarme", "role"]) == {"police"}


def test_nothing_is_there_twice() -> None:
    for name, key in (("units", ["unit_id"]), ("districts", ["district_id"]), ("cells", ["unit_id", "party"]),
                      ("commuting", ["work", "home"]), ("changes", ["unit_id", "date", "what"]),
                      ("accounts", ["district", "item"]), ("targets", ["target_id"]),
                      ("crosswalk", ["used_for", "name", "district_id"])):  # fmt: skip
        assert not read(name).duplicated(key).any(), name


def test_sizes_lie_in_their_bounds() -> None:
    table = read("units")
    assert (table["size"] > 0).all()
    assert ((table["size_low"] <= table["size"]) & (table["size"] <= table["size_high"])).all()
    assert table["women"].between(0, 1).all()
    assert (table["workplaces"] >= 1).all()


def test_residents_are_left_everywhere(units: pd.DataFrame) -> None:
    residents = units[units["unit_id"].str.startswith("d_")]
    left = residents.groupby("district")["size"].agg(["min", "sum"])
    assert len(left) == 13
    assert (left["min"] > 1_000).all()


def test_every_district_that_is_used_exists() -> None:
    known = set(read("districts")["district_id"])
    moves = read("changes").query("what == 'district'")["value"]
    used = [read("units")["district"], read("commuting")["work"], read("commuting")["home"], moves,
            read("accounts")["district"], read("crosswalk")["district_id"]]  # fmt: skip
    assert set(pd.concat(used)) <= known


def test_every_unit_that_is_used_exists() -> None:
    known = set(read("units")["unit_id"])
    assert set(read("changes")["unit_id"]) | set(read("cells")["unit_id"]) <= known


def test_shares_sum_to_one() -> None:
    assert read("commuting").groupby("work")["share"].sum().to_numpy() == pytest.approx(1)
    assert read("crosswalk").groupby(["used_for", "name"])["share"].sum().to_numpy() == pytest.approx(1, abs=1e-3)


def test_units_that_open_and_close(units: pd.DataFrame) -> None:
    changes = read("changes")
    shut = changes[(changes["what"] == "size") & (changes["date"] == "1917-03-01")]
    assert set(shut["unit_id"]) == set(units.loc[(units["role"] == "police") & (units["size"] > 0), "unit_id"])
    assert people(units, "p_militia") == 0
    assert "police" not in set(units.loc[units["unit_id"].str.startswith("p_militia"), "role"])
    assert read("units")["unit_id"].str.startswith("p_militia").any()
    assert list(changes.query("unit_id == 'r_mg1'")[["date", "value"]].iloc[0]) == ["1917-03-01", "vyborg"]


def test_members_at_the_start(units: pd.DataFrame) -> None:
    cells = read("cells").merge(units[["unit_id", "place", "district", "size"]], on="unit_id")
    bolsheviks = cells[cells["party"] == "bolshevik"]
    assert bolsheviks["members"].sum() == 24_000
    assert 2_000 <= bolsheviks.loc[bolsheviks["place"] == "city", "members"].sum() <= 3_000
    assert bolsheviks.set_index("unit_id")["members"]["f_putilov"] == 100
    assert (cells["members"] <= cells["size"]).all()
    assert (cells.groupby("party")["unit_id"].nunique() == len(units)).all()  # no default is added to the totals


def test_army_and_workers_of_the_country(units: pd.DataFrame) -> None:
    here = {"soldier", "machine_gunner", "technical_soldier", "cossack", "cavalry"}
    army = units["role"].isin(here | {"front_soldier", "provincial_garrison"})
    assert units.loc[army, "size"].sum() == 9_000_000
    workers = units[units["role"].isin(CITY_ROLES | {"provincial_worker"}) & ~units["unit_id"].str.startswith("x_rail")]
    assert workers["size"].sum() == 3_500_000


def test_every_row_has_its_source() -> None:
    for name in ("units", "districts", "changes", "cells", "commuting", "accounts", "record"):
        table = read(name)
        assert (table["source"].str.strip() != "").all(), name
        kinds = {"seed", "primary", "scholarly", "encyclopedia", "memory", "guess"}
        assert set(table["source_kind"]) <= kinds, name


def test_the_record_is_complete_and_unchanged() -> None:
    record = pd.read_csv(FOLDER / "record.csv", dtype=str, keep_default_na=False)
    columns = ["date", "date_end", "place", "quantity", "group", "value", "low", "high", "unit", "source_kind"]
    assert len(record) == 669
    assert list(record["source_kind"].value_counts().sort_index()) == [166, 97, 220, 154, 32]
    assert digest(record, columns) == RECORD_HASH
    assert not record["source"].str.contains("file:").any()


def test_the_targets_are_complete_and_unchanged() -> None:
    targets = pd.read_csv(FOLDER / "targets.csv", dtype=str, keep_default_na=False)
    assert dict(targets["split"].value_counts()) == {"calibrate": 26, "heldout": 14}
    assert digest(targets, list(targets.columns[:14])) == TARGETS_HASH


def test_the_page_is_up_to_date_and_its_sums_hold() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
