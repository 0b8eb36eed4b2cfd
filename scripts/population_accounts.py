"""Sums of the population tables of petrograd-1917 against their sources, as the page docs/population.md.

Usage: python scripts/population_accounts.py [--check]

Without an argument the page is written. With --check nothing is written: exit code 4 if a sum is off or if the page
is not what the tables give today.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from petrograd.page import TEXT_ADJUSTED, TEXT_CROSSWALK, TEXT_HEAD, TEXT_HOMES

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "src/dualpower/scenario/library/petrograd-1917"
PAGE = ROOT / "docs/population.md"

WORKERS = ("metal_worker", "textile_worker", "chemical_worker", "other_worker")
LAND_FORCES = ("soldier", "machine_gunner", "technical_soldier", "cossack", "cavalry")
GARRISON = (*LAND_FORCES, "sailor")
ARMY = (*LAND_FORCES, "front_soldier", "provincial_garrison")
RESIDENTS = ("working_resident", "middle_resident")
COUNTRY = ("front_soldier", "provincial_garrison", "provincial_worker", "transport_worker", "provincial_townsman",
           "peasant", "sailor")  # fmt: skip


class Check(NamedTuple):
    """A sum of the tables beside what a source says."""

    what: str
    found: float
    low: float
    high: float
    source: str


def exactly(value: float) -> tuple[float, float]:
    """Bounds of a sum that must hold to the person."""
    return value, value


def load() -> dict[str, pd.DataFrame]:
    """All tables of the folder that speak of people, with the place of each unit."""
    names = ("units", "districts", "changes", "cells", "commuting", "accounts", "crosswalk", "record", "targets")
    tables = {name: pd.read_csv(FOLDER / f"{name}.csv", keep_default_na=True) for name in names}
    place = tables["districts"].set_index("district_id")["place"]
    tables["units"]["place"] = tables["units"]["district"].map(place)
    return tables


def at_start(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Units as they are on the first day: those that open later have size 0."""
    units, changes = tables["units"].copy(), tables["changes"]
    first = changes[(changes["what"] == "size") & (changes["date"] == "1917-01-01")]
    sizes = dict(zip(first["unit_id"], first["value"].astype(float), strict=True))
    units["size"] = [sizes.get(unit, size) for unit, size in zip(units["unit_id"], units["size"], strict=True)]
    return units


def people(units: pd.DataFrame, roles: Iterable[str] = (), places: Iterable[str] = (), start: str = "") -> int:
    """Persons in the units of some roles, some places and some beginning of the id; an empty choice means all."""
    keep = units["unit_id"].str.startswith(start)
    for column, wanted in (("role", list(roles)), ("place", list(places))):
        if wanted:
            keep &= units[column].isin(wanted)
    return int(units.loc[keep, "size"].sum())


def members(tables: dict[str, pd.DataFrame], party: str, places: Sequence[str] = (), unit: str = "") -> int:
    """Members of a party at the start, in some places or one unit."""
    cells = tables["cells"].merge(tables["units"][["unit_id", "place"]], on="unit_id")
    keep = cells["party"] == party
    if places:
        keep &= cells["place"].isin(places)
    if unit:
        keep &= cells["unit_id"] == unit
    return int(cells.loc[keep, "members"].sum())


def plants(units: pd.DataFrame) -> float:
    """Mean number of workers of a plant, in the city and its outskirts without Kronstadt."""
    rows = units[units["role"].isin(WORKERS) & units["place"].isin(["city", "suburb"])]
    rows = rows[rows["district"] != "kronstadt"]
    return float(rows["size"].sum() / rows["workplaces"].sum())


def checks(tables: dict[str, pd.DataFrame]) -> list[Check]:
    """Every sum that a source bounds."""
    units = at_start(tables)
    children = int(tables["accounts"].query("item == 'children'")["persons"].sum())
    outskirts = people(units[units["district"] != "kronstadt"], WORKERS, ["suburb"])
    kronstadt = units[units["district"] == "kronstadt"]
    metal = people(units, ["metal_worker"], ["city"])
    textile = round(100 * people(units, ["textile_worker"], ["city"]) / 392_000, 1)
    everyone, mandel = people(units, places=["city"]) + children, "Mandel, read"
    return [
        Check("everyone in the city, with children", everyone, *exactly(2_412_700), mandel),
        Check("factory workers, city", people(units, WORKERS, ["city"]), 392_000, 392_000, mandel),
        Check("factory workers, outskirts", outskirts, 24_000, 24_000, mandel),
        Check("metalworkers, city", metal, 236_000, 240_000, mandel + ": 237,369"),
        Check("textile workers, share of the city (%)", textile, 10.5, 11.5, "Smith, read: 11"),
        Check("mean plant, city and outskirts", round(plants(units), 1), 400, 418, "Smith, read: 409"),
        Check("garrison of the city, February", people(units, GARRISON, ["city"]), 150_000, 160_000,
              "Pipes, Buchanan, read"),
        Check("city police", people(units, start="p_police"), 3_500, 3_500, "three pages, read"),
        Check("bakers", people(units, start="o_bakers"), 20_000, 20_000, "Project1917, read"),
        Check("sailors of Kronstadt", people(kronstadt, ["sailor"], start="r_"), *exactly(25_000), "Reed, read"),
        Check("garrison of Luga", people(units, start="r_luga"), 30_000, 30_000, "Reed, read"),
        Check("Baltic Fleet", people(units[units["district"] != "black_sea"], ["sailor"]), 80_000, 100_000, "memory"),
        Check("students", people(units, ["student"]), 40_000, 60_000, "memory"),
        Check("trams", people(units, start="o_tram"), 10_000, 16_000, "memory"),
        Check("army in uniform", people(units, ARMY), *exactly(9_000_000), "Smith, read"),
        Check("factory workers of Russia without railwaymen",
              people(units, (*WORKERS, "provincial_worker")) - people(units, ["provincial_worker"], start="x_rail"),
              *exactly(3_500_000), mandel),
        Check("Bolsheviks, city, 23 February", members(tables, "bolshevik", ["city"]), 2_000, 3_000, "read"),
        Check("Bolsheviks, Putilov", members(tables, "bolshevik", unit="f_putilov"), 100, 100, "read"),
        Check("Bolsheviks, Russia", members(tables, "bolshevik"), 24_000, 24_000, "read"),
    ]  # fmt: skip


def number(value: float) -> str:
    """A number as people write it."""
    return f"{value:,.1f}" if value != int(value) else f"{int(value):,}"


def markdown(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def bounds(check: Check) -> str:
    """What a source wants, as text."""
    return number(check.low) if check.low == check.high else f"{number(check.low)} to {number(check.high)}"


def sums_section(tables: dict[str, pd.DataFrame]) -> str:
    """Sums against sources."""
    rows = [
        (c.what, number(c.found), bounds(c), c.source, "yes" if c.low <= c.found <= c.high else "**no**")
        for c in checks(tables)
    ]
    return "## Sums against sources\n\n" + markdown(("what", "tables", "wanted", "from", "holds"), rows)


def district_section(tables: dict[str, pd.DataFrame]) -> str:
    """People of each city district, by where they are counted, and how many workers live there."""
    units, accounts = at_start(tables), tables["accounts"].pivot(index="district", columns="item", values="persons")
    living = homes(units, tables["commuting"])
    rows = []
    for district in tables["districts"].query("place == 'city'")["district_id"]:
        here = units[units["district"] == district]
        parts = [people(here, WORKERS), people(here, start="o_"), people(here, GARRISON)]
        parts += [people(here, ["student", "pupil"]), people(here, RESIDENTS)]
        parts += [int(accounts.loc[district, "children"]), int(living.get(district, 0))]
        rows.append((district, number(accounts.loc[district, "population"]), *map(number, parts)))
    header = ("district", "residents (all)", "factory workers here", "offices, shops, services here", "garrison",
              "students, pupils", "adults at home", "children", "workers who live here")  # fmt: skip
    return "## By district\n\nNumbers of work are by place of work.\n\n" + markdown(header, rows)


def homes(units: pd.DataFrame, commuting: pd.DataFrame) -> pd.Series:
    """Persons who live in a district and work in a workplace anywhere (those who live in are left out)."""
    away = units[(units["place"] == "city") & units["unit_id"].str.match(r"f_|o_|sc_students|p_militia")]
    away = away[~away["role"].isin(["servant", "artisan"])]
    jobs = away.groupby("district")["size"].sum()
    persons = commuting["share"] * commuting["work"].map(jobs).fillna(0)
    return persons.groupby(commuting["home"]).sum().round().astype(int)


def crosswalk_section(tables: dict[str, pd.DataFrame]) -> str:
    """Names of factories and residents by district."""
    table = tables["crosswalk"]
    names = {
        kind: table[table["used_for"] == kind].groupby("district_id")["name"].agg(", ".join)
        for kind in ("factories", "residents")
    }
    rows = [
        (row["district_id"], row["name"], row["place"], names["factories"].get(row["district_id"], "-"),
         names["residents"].get(row["district_id"], "-"))
        for _, row in tables["districts"].iterrows()
        if row["place"] in ("city", "suburb")
    ]  # fmt: skip
    return TEXT_CROSSWALK + "\n" + markdown(("district", "name", "place", "factories called", "residents called"), rows)


def country_section(tables: dict[str, pd.DataFrame]) -> str:
    """The country by role."""
    units = tables["units"][tables["units"]["place"].isin(["country", "fleet"])]
    rows = [(role, int((units["role"] == role).sum()), number(people(units, [role]))) for role in COUNTRY]
    text = "## The country\n\nCoarse units; parts by region are guesses, three sums are read (see above).\n\n"
    return text + markdown(("role", "units", "persons"), rows)


def trust_section(tables: dict[str, pd.DataFrame]) -> str:
    """How much of the tables was read and how much is memory or guess."""
    units = tables["units"]
    city = units[units["place"].isin(["city", "suburb"])]
    kinds = ["primary", "scholarly", "encyclopedia", "seed", "memory", "guess"]
    rows = []
    for kind in kinds:
        mine = city[city["source_kind"] == kind]
        record = (tables["record"]["source_kind"] == kind).mean()
        share = mine["size"].sum() / city["size"].sum()
        everywhere = (units["source_kind"] == kind).sum()
        rows.append((kind, len(mine), f"{100 * share:.1f} %", everywhere, f"{100 * record:.1f} %"))
    header = ("kind of source", "units, city and suburbs", "of their people", "all units", "of the record's rows")
    return "## How much to trust it\n\nA derived row has the weakest kind of its parts.\n\n" + markdown(header, rows)


def page(tables: dict[str, pd.DataFrame]) -> str:
    """The whole page."""
    parts = [TEXT_HEAD, sums_section(tables), district_section(tables), crosswalk_section(tables), TEXT_HOMES,
             country_section(tables), trust_section(tables), TEXT_ADJUSTED]  # fmt: skip
    return "\n\n".join(part.strip() for part in parts) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or check it; the exit code."""
    tables = load()
    wrong = [f"{c.what}: {number(c.found)}" for c in checks(tables) if not c.low <= c.found <= c.high]
    if "--check" not in arguments:
        PAGE.write_text(page(tables), encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page(tables):
        wrong.append("docs/population.md is out of date: run scripts/population_accounts.py")
    print("\n".join(wrong) or "all sums hold", file=sys.stderr)
    return 4 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
