"""Party members at the start: a few figures that were read, the rest by a stated rule.

The rule for a place of one party: members are shared out in proportion to size x weight of the role x weight of the
district. It is a guess and is marked so; a unit that was read is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .decisions import DISTRICTS
from .homes import NOT_YET
from .tables import Row, apportion

PLACES = {row[0]: row[2] for row in DISTRICTS}
CITY_BOLSHEVIKS = 2_500  # middle of 2,000 to 3,000 (read)
ALL_BOLSHEVIKS = 24_000  # read
READ = "record.csv, party_members, 23 February"
RULE = "derived: total of the place shared by size x role weight x district weight"

ROLE_WEIGHTS = {
    "bolshevik": {"metal_worker": 1.0, "textile_worker": 0.25, "chemical_worker": 0.25, "other_worker": 0.45,
                  "transport_worker": 0.15, "communications_worker": 0.05, "service_worker": 0.08, "clerk": 0.02,
                  "shop_assistant": 0.05, "student": 0.2, "technical_soldier": 0.06, "soldier": 0.03,
                  "machine_gunner": 0.05, "sailor": 0.1},
    "menshevik": {"metal_worker": 0.5, "textile_worker": 0.15, "chemical_worker": 0.15, "other_worker": 0.8,
                  "transport_worker": 0.3, "communications_worker": 0.2, "clerk": 0.15, "shop_assistant": 0.15,
                  "student": 0.6, "artisan": 0.1, "middle_resident": 0.05},
    "sr": {"metal_worker": 0.4, "textile_worker": 0.2, "chemical_worker": 0.3, "other_worker": 0.3,
           "transport_worker": 0.3, "clerk": 0.1, "student": 0.6, "soldier": 0.05, "sailor": 0.08,
           "middle_resident": 0.04},
}  # fmt: skip
DISTRICT_WEIGHTS = {
    "bolshevik": {"vyborg": 3.0, "lesnoi": 1.5, "petrograd_side": 1.3},
    "menshevik": {"first_city": 1.5, "second_city": 1.3},
    "sr": {"nevsky": 2.0, "petergof": 1.5, "narva": 1.3},
}
CITY_TOTALS = {"bolshevik": CITY_BOLSHEVIKS, "menshevik": 1_000, "sr": 700}

# Read for 23 February: Putilov in the city; Moscow and the Urals outside it.
FIXED = {("f_putilov", "bolshevik"): (100, READ + ": about 100", "scholarly"),
         ("x_workers_moscow", "bolshevik"): (600, READ + ": Moscow 600", "scholarly"),
         ("x_workers_urals", "bolshevik"): (500, READ + ": Urals 500", "scholarly")}  # fmt: skip

# Outside the city: weights by unit. Bolsheviks follow the regional table of September (record.csv), less the army.
COUNTRY_WEIGHTS: dict[str, dict[str, float]] = {
    "bolshevik": {"x_workers_central_industrial": 58, "x_workers_west_baltic": 14, "x_workers_caucasus": 9,
                  "x_workers_donets": 20, "x_workers_ukraine": 15, "x_workers_volga": 12, "x_workers_siberia": 7,
                  "x_workers_black_earth": 4, "x_town_siberia": 3, "x_rail_central_industrial": 4,
                  "x_rail_northwest": 1, "x_front_front_north": 1.5, "x_front_front_west": 1,
                  "x_front_front_southwest": 1, "r_kronstadt": 0.8, "r_helsingfors": 0.8, "f_sestroretsk": 1.0,
                  "f_izhora": 0.8, "f_kronstadt_works": 0.4},
    "menshevik": {"x_town_caucasus": 45, "x_workers_caucasus": 10, "x_workers_donets": 15, "x_workers_ukraine": 15,
                  "x_town_ukraine": 8, "x_workers_central_industrial": 5, "x_town_moscow": 5,
                  "x_workers_moscow": 4, "x_workers_urals": 4, "x_workers_volga": 5, "x_town_siberia": 5,
                  "x_town_west_baltic": 8, "x_rail_central_industrial": 5, "x_rail_northwest": 1},
    "sr": {"x_village_black_earth": 15, "x_village_volga": 20, "x_village_ukraine": 10, "x_village_siberia": 8,
           "x_town_volga": 10, "x_town_siberia": 8, "x_town_moscow": 5, "x_workers_volga": 6,
           "x_workers_urals": 5, "x_rail_central_industrial": 8, "x_rail_northwest": 1,
           "x_front_front_southwest": 2, "x_front_front_north": 2, "x_fleet_black_sea": 3, "r_helsingfors": 1},
}  # fmt: skip
COUNTRY_TOTALS = {"bolshevik": ALL_BOLSHEVIKS - CITY_BOLSHEVIKS, "menshevik": 12_000, "sr": 15_000}


def in_city(row: Row) -> bool:
    """Whether a unit stands in the city at the start, and is there at all."""
    return PLACES[row["district"]] == "city" and not row["unit_id"].startswith(NOT_YET)


def shared(total: int, weights: Mapping[str, float], party: str) -> list[Row]:
    """Members by unit for one party and place: read ones kept, the rest by weight."""
    fixed = {u: n for (u, p), (n, _, _) in FIXED.items() if p == party and u in weights}
    free = {u: w for u, w in weights.items() if u not in fixed and w > 0}  # the others get an explicit 0
    members = apportion(total - sum(fixed.values()), free) | fixed
    return [cell(u, party, n) for u, n in members.items()]


def cell(unit_id: str, party: str, members: int) -> Row:
    """One row of cells.csv."""
    default = f"{RULE} ({'2,000-3,000 in the city, 24,000 in Russia read' if party == 'bolshevik' else 'total: guess'})"
    _, source, kind = FIXED.get((unit_id, party), (0, default, "guess"))
    return {"unit_id": unit_id, "party": party, "members": members, "source": source, "source_kind": kind}


def city_weight(party: str) -> Callable[[Row], float]:
    """Weight of a unit of the city for a party."""
    roles, districts = ROLE_WEIGHTS[party], DISTRICT_WEIGHTS[party]
    return lambda row: int(row["size"]) * roles.get(row["role"], 0.0) * districts.get(row["district"], 1.0)


def cells(units: list[Row]) -> list[Row]:
    """All rows of cells.csv."""
    rows: list[Row] = []
    for party, total in CITY_TOTALS.items():
        weight = city_weight(party)
        rows += shared(total, {row["unit_id"]: weight(row) for row in units if in_city(row)}, party)
        outside = COUNTRY_WEIGHTS[party] | {u: 1.0 for (u, p) in FIXED if p == party and u.startswith("x_")}
        rows += shared(COUNTRY_TOTALS[party], outside, party)
        rows += without_cells(units, party, {row["unit_id"] for row in rows if row["party"] == party})
    return rows


def without_cells(units: list[Row], party: str, known: set[str]) -> list[Row]:
    """Zero for every other unit, so that no default of the party is added to the totals."""
    return [cell(row["unit_id"], party, 0) for row in units if row["unit_id"] not in known]
