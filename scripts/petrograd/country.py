"""The rest of the country in about forty coarse units. Nearly all of it is guess; three sums are read."""

from __future__ import annotations

from .city import ASSEMBLY, COMPANY
from .decisions import short_name
from .homes import NOT_YET
from .tables import Row, apportion, unit

ARMY = 9_000_000  # read: in uniform
WORKERS = 3_500_000  # read: factory workers of Russia
LAND_SOLDIERS = {"soldier", "machine_gunner", "technical_soldier", "cossack", "cavalry"}
WORKER_ROLES = {"metal_worker", "textile_worker", "chemical_worker", "other_worker"}
ARMED = {"front_soldier", "provincial_garrison", "sailor"}

FRONTS = {
    "front_north": 1_600_000, "front_west": 1_600_000, "front_southwest": 2_000_000, "front_romania": 1_200_000,
    "front_caucasus": 600_000,
}  # fmt: skip
GARRISONS = {
    "moscow": 100, "northwest": 200, "central_industrial": 350, "volga": 350, "ukraine": 400, "siberia": 250,
    "west_baltic": 100,
}  # fmt: skip
PLANT_WORKERS = {
    "moscow": 205, "central_industrial": 900, "urals": 350, "donets": 400, "ukraine": 450, "volga": 200,
    "west_baltic": 130, "caucasus": 130, "black_earth": 150, "siberia": 163,
}  # fmt: skip
TOWNS = {
    "moscow": 1_000_000, "central_industrial": 1_500_000, "ukraine": 2_500_000, "volga": 1_200_000,
    "caucasus": 800_000, "siberia": 1_000_000, "west_baltic": 1_000_000,
}  # fmt: skip
VILLAGES = {
    "black_earth": 14_000_000, "volga": 11_000_000, "ukraine": 16_000_000, "central_industrial": 8_000_000,
    "siberia": 7_000_000, "west_baltic": 4_000_000,
}  # fmt: skip


def coarse(prefix: str, where: str, name: str, role: str, size: int, women: float, source: str, kind: str) -> Row:
    """One coarse unit; its bounds (0.6 and 1.5 times) are a guess."""
    people = COMPANY if role in ARMED else ASSEMBLY
    return unit(
        unit_id=f"{prefix}_{where}", name=f"{name} ({short_name(where)})", role=role, district=where, size=size,
        size_low=round(0.6 * size), size_high=round(1.5 * size), women=women, workplaces=round(size / people),
        note="coarse unit of the country", source=source, source_kind=kind,
    )  # fmt: skip


def fronts() -> list[Row]:
    """Front armies."""
    source = "guess from memory: field armies of about 7 million in early 1917, by front"
    return [coarse("x_front", d, "Front armies", "front_soldier", n, 0.0, source, "guess") for d, n in FRONTS.items()]


def garrisons(units: list[Row]) -> list[Row]:
    """Provincial garrisons: the army in uniform minus fronts, capital and suburbs."""
    here = sum(int(row["size"]) for row in units if row["role"] in LAND_SOLDIERS)
    parts = apportion(ARMY - sum(FRONTS.values()) - here, {d: float(w) for d, w in GARRISONS.items()})
    source = "derived: 9,000,000 in uniform (read) minus front armies (guess), the capital and suburbs; places: guess"
    name, role = "Provincial garrisons", "provincial_garrison"
    return [coarse("x_garrison", d, name, role, n, 0.0, source, "guess") for d, n in parts.items()]


def workers(units: list[Row]) -> list[Row]:
    """Factory and mine workers: the country's total minus Petrograd and its suburbs."""
    here = sum(int(row["size"]) for row in units if row["role"] in WORKER_ROLES)
    parts = apportion(WORKERS - here, {d: float(w) for d, w in PLANT_WORKERS.items()})
    source = "derived: 3,500,000 factory workers of Russia (read: Mandel) minus Petrograd; regional parts are a guess"
    name, role = "Factory and mine workers", "provincial_worker"
    return [coarse("x_workers", d, name, role, n, 0.3, source, "guess") for d, n in parts.items()]


def railways() -> list[Row]:
    """Railwaymen: the lines to the capital apart, because troops must come on them."""
    source = "guess from memory: about a million railwaymen"
    return [
        coarse("x_rail", "northwest", "Railwaymen of the lines to the capital", "transport_worker", 150_000, 0.1,
               source, "guess"),
        coarse("x_rail", "central_industrial", "Railwaymen of all other lines", "provincial_worker", 850_000, 0.1,
               source, "guess"),
    ]  # fmt: skip


def towns_and_villages() -> list[Row]:
    """People of towns and villages, 14 and older, men in the army left out."""
    town = "guess: towns of the region, 14 and older, without workers and garrisons"
    village = "guess: of 134 million (read: Mandel) about 60 million are villagers of 14 and older at home"
    return [
        coarse("x_town", d, "Townspeople", "provincial_townsman", n, 0.55, town, "guess") for d, n in TOWNS.items()
    ] + [coarse("x_village", d, "Villagers", "peasant", n, 0.58, village, "guess") for d, n in VILLAGES.items()]


def fleets() -> list[Row]:
    """Fleet bases that the material does not list; Helsingfors and Kronstadt come from it."""
    baltic = "memory: whole Baltic Fleet about 80-100,000, minus Helsingfors, Kronstadt and the depot"
    return [
        coarse("x_fleet", "reval", "Baltic Fleet at other bases", "sailor", 15_000, 0.0, baltic, "memory"),
        coarse("x_fleet", "black_sea", "Black Sea Fleet", "sailor", 40_000, 0.0, "guess", "guess"),
    ]


def country(units: list[Row]) -> list[Row]:
    """All units outside the city and its suburbs that the material does not have."""
    present = [row for row in units if not row["unit_id"].startswith(NOT_YET)]
    return fronts() + fleets() + garrisons(present) + workers(present) + railways() + towns_and_villages()
