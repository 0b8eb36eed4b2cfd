"""Build the population tables of the scenario petrograd-1917 from the folder of raw material.

Usage: python scripts/build_petrograd.py MATERIAL [SCENARIO]

MATERIAL holds units.csv, districts.csv, record.csv and targets.csv as collected (dates in columns `date_os`,
`date_os_end`; sizes in `size`, `size_low`, `size_high`). What each step decides is written in `scripts/petrograd/`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from petrograd import cells, city, country, factories, homes, records
from petrograd.tables import UNIT_COLUMNS, Row, read, write

SCENARIO = Path(__file__).parents[1] / "src/dualpower/scenario/library/petrograd-1917"


def build_units(material: list[Row], record: list[Row]) -> tuple[list[Row], list[Row], list[Row], dict[str, int]]:
    """Units, commuting rows, account rows and population by district."""
    kinds = {kind: [row for row in material if row["kind"] == kind] for kind in ("factory", "district_residents")}
    people = homes.population(kinds["district_residents"])
    others = [row for row in material if row["kind"] not in kinds]
    units = factories.factories(kinds["factory"], record) + city.city_units(others, dict(people))
    table = homes.accounts(units, people)
    shares = homes.gravity(table)
    units += homes.residents(table, shares)
    return units + country.country(units), homes.commuting(shares), homes.account_rows(table), people


def build(material: Path, folder: Path) -> None:
    """Write all tables of one scenario folder."""
    rows, record = read(material / "units.csv"), read(material / "record.csv")
    units, commuting, accounts, people = build_units(rows, record)
    write(folder / "units.csv", UNIT_COLUMNS, units)
    write(folder / "districts.csv", records.DISTRICT_COLUMNS, records.districts())
    write(folder / "crosswalk.csv", records.CROSSWALK_COLUMNS, records.crosswalk(rows, people))
    write(folder / "commuting.csv", ("work", "home", "share", "source", "source_kind"), commuting)
    write(folder / "accounts.csv", ("district", "item", "persons", "source", "source_kind"), accounts)
    write(folder / "changes.csv", ("unit_id", "date", "what", "value", "source", "source_kind"), city.changes(units))
    write(folder / "cells.csv", ("unit_id", "party", "members", "source", "source_kind"), cells.cells(units))
    write(folder / "record.csv", records.RECORD_COLUMNS, records.renamed(record))
    write(folder / "targets.csv", records.TARGET_COLUMNS, records.renamed(read(material / "targets.csv")))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    build(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else SCENARIO)
