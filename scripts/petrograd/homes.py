"""Where people live: residents by district, who of them works where, and who is left at home.

Work is not home. Those who work in a district live in districts near it, as far as there is room (a gravity table with
capacities). What is left of a district's adults after workers, barracks and schools are counted are its residents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import cos, exp, hypot, radians

from .decisions import CITY, DISTRICTS, RESIDENT_DISTRICTS, short_name
from .tables import Row, apportion, unit

POPULATION = 2_412_700  # read: Mandel
# Under 14, of those outside barracks: a guess. About 19 % in the age table of the 1880s (Encyclopaedia Britannica, 9th
# edition, St Petersburg); families had since become commoner, and the war had brought grown-up workers.
CHILDREN = 0.22
AT_HOME = 0.2  # of a district's adults outside barracks at least work nowhere: a guess
REACH_KM = 2.5  # e-folding distance between work and home: a guess
OWN_KM = 0.6  # distance to work within one's district: a guess
SMALLEST_SHARE = 0.01
CHILDREN_RULE = "22 % of those outside barracks; about 19 % in the 1880s (Encyclopaedia Britannica, 9th edition)"
LIVE_IN = {
    "soldier", "machine_gunner", "technical_soldier", "cossack", "cavalry", "sailor", "police", "cadet", "pupil",
    "servant", "artisan",
}  # fmt: skip
BARRACKS_ROLES = LIVE_IN - {"pupil", "servant", "artisan", "police"}
MIDDLE_SHARE = {
    "first_city": 0.6, "second_city": 0.55, "rozhdestvensky": 0.45, "petrograd_side": 0.45, "vasilevsky": 0.4,
    "moscow_gate": 0.35, "lesnoi": 0.3, "alexander_nevsky": 0.25, "narva": 0.2, "okhta": 0.12, "nevsky": 0.1,
    "vyborg": 0.1, "petergof": 0.08,
}  # fmt: skip
NOT_YET = ("p_militia", "j_women")  # size 0 at the start


def population(rows: list[Row]) -> dict[str, int]:
    """Residents by district, the material's 16 names joined, scaled to the city's total."""
    found: dict[str, float] = defaultdict(float)
    for row in rows:
        for district, share in RESIDENT_DISTRICTS[row["district"]].items():
            found[district] += share * float(row["size"])
    return apportion(POPULATION, {district: found[district] for district in CITY})


def count(units: list[Row], district: str, roles: set[str], inside: bool = True) -> int:
    """People in the units of a district whose role is (or is not) among some roles, at the start."""
    return sum(
        int(row["size"])
        for row in units
        if row["district"] == district and (row["role"] in roles) == inside and not row["unit_id"].startswith(NOT_YET)
    )


def accounts(units: list[Row], people: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Per district: everyone, in barracks, children, adults, adults who live where they are counted, jobs."""
    table = {}
    for district in CITY:
        barracks = count(units, district, BARRACKS_ROLES)
        children = round(CHILDREN * (people[district] - barracks))
        adults = people[district] - children
        live_in = count(units, district, LIVE_IN)
        room = int((1 - AT_HOME) * (adults - barracks)) - (live_in - barracks)
        table[district] = {
            "people": people[district], "barracks": barracks, "children": children, "adults": adults,
            "live_in": live_in, "room": room, "jobs": count(units, district, LIVE_IN, inside=False),
        }  # fmt: skip
    return table


def distance(one: str, other: str) -> float:
    """Kilometres between two district centres; a fixed short way within one's own."""
    if one == other:
        return OWN_KM
    where = {row[0]: (row[3], row[4]) for row in DISTRICTS}
    (lat, lon), (lat2, lon2) = where[one], where[other]
    return hypot((lat - lat2) * 111.2, (lon - lon2) * 111.2 * cos(radians(59.93)))


def gravity(table: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, float]]:
    """Share of those who work in a district by home: near and roomy homes first, none filled beyond its room."""
    limit = dict.fromkeys(CITY, 1.0)
    pull = {(w, h): table[h]["room"] * exp(-distance(w, h) / REACH_KM) for w in CITY for h in CITY}
    for _ in range(2000):
        shares = {}
        for work in CITY:
            weights = {home: limit[home] * pull[work, home] for home in CITY}
            total = sum(weights.values())
            shares[work] = {home: weight / total for home, weight in weights.items()}
        load = {home: sum(table[work]["jobs"] * shares[work][home] for work in CITY) for home in CITY}
        limit = {home: min(1.0, limit[home] * table[home]["room"] / load[home]) for home in CITY}
    return {work: tidy(row) for work, row in shares.items()}


def tidy(shares: Mapping[str, float]) -> dict[str, float]:
    """Drop very small shares and round to four digits that sum to one."""
    kept = {home: share for home, share in shares.items() if share >= SMALLEST_SHARE}
    return {home: part / 10_000 for home, part in apportion(10_000, kept).items()}


def commuting(shares: Mapping[str, Mapping[str, float]]) -> list[Row]:
    """Rows of commuting.csv."""
    how = f"derived: gravity, exp(-distance / {REACH_KM} km) x room at home, none above its room; no record was found"
    return [
        {"work": work, "home": home, "share": share, "source": how, "source_kind": "guess"}
        for work, row in shares.items()
        for home, share in row.items()
    ]


def residents(table: Mapping[str, Mapping[str, int]], shares: Mapping[str, Mapping[str, float]]) -> list[Row]:
    """Who is left at home, as a working and a middle-class unit per district."""
    load: dict[str, int] = defaultdict(int)
    for work, row in shares.items():
        for home, number in apportion(table[work]["jobs"], row).items():
            load[home] += number
    units = []
    for district in CITY:
        left = table[district]["adults"] - table[district]["live_in"] - load[district]
        middle = round(MIDDLE_SHARE[district] * left)
        units += [_residents(district, "working", left - middle), _residents(district, "middle", middle)]
    return units


def _residents(district: str, kind: str, size: int) -> Row:
    """One unit of residents."""
    return unit(
        unit_id=f"d_{district}_{kind}", name=f"{kind.capitalize()} residents at home ({short_name(district)})",
        role=f"{kind}_resident", district=district, size=size, size_low=round(0.6 * size), size_high=round(1.5 * size),
        women=0.65 if kind == "working" else 0.6, workplaces=max(1, round(size / 1000)),
        note="derived: residents of the district minus children, barracks, schools and those who work somewhere (by "
        "home); split by a guessed share of the middle classes",
        source="memory: police-part shares of 1910 recalled, scaled to 2,412,700 (total read: Mandel)",
        source_kind="guess",
    )  # fmt: skip


def account_rows(table: Mapping[str, Mapping[str, int]]) -> list[Row]:
    """Rows of accounts.csv: everyone and the children of each district, which no unit holds."""
    rows = []
    for district, entry in table.items():
        rows.append(_account(district, "population", entry["people"], "1910 police-part shares, scaled", "memory"))
        rows.append(_account(district, "children", entry["children"], CHILDREN_RULE, "guess"))
    return rows


def _account(district: str, item: str, persons: int, source: str, kind: str) -> Row:
    """One row of accounts.csv."""
    return {"district": district, "item": item, "persons": persons, "source": f"{kind}: {source}", "source_kind": kind}
