"""Barracks, ships, police, schools and offices of the city and its suburbs."""

from __future__ import annotations

from collections.abc import Mapping

from .decisions import BARRACKS, DROPPED, SPLIT_NOTES, SPLITS, short_name
from .tables import Row, apportion, join, unit, weakest

ROLES = {
    "r_mg1": "machine_gunner", "r_mg2": "machine_gunner", "r_sapper6": "technical_soldier",
    "r_cyclists": "technical_soldier", "r_armoured": "technical_soldier", "r_electro": "technical_soldier",
    "r_artillery": "technical_soldier", "r_auto": "technical_soldier", "r_cav9": "cavalry", "r_guardcav": "cavalry",
    "r_gendarme": "police", "r_naval_depot2": "sailor", "r_kronstadt": "sailor", "r_helsingfors": "sailor",
    "sc_students": "student", "sc_pupils": "pupil", "o_civil": "clerk", "o_bank": "clerk", "o_trade": "shop_assistant",
    "o_post": "communications_worker", "o_tram": "transport_worker", "o_rail": "transport_worker",
    "o_cab": "transport_worker", "o_port": "transport_worker", "o_servants": "servant", "o_building": "service_worker",
    "o_craft": "artisan", "o_food": "service_worker", "o_bakers": "service_worker", "o_medical": "service_worker",
    "o_officers": "officer",
}  # fmt: skip
ROLE_OF_PREFIX = {"r": "soldier", "s": "sailor", "c": "cossack", "p": "police", "j": "cadet"}
RENAMED = {"r_militia": "r_druzhina"}  # the army's militia; the city militia of March is p_militia
# The city militia was raised from students and workers; with the role of the old police it would fight for the old
# order.
MILITIA_ROLES = {"p_militia_vyborg": "working_resident", "p_militia_narva": "working_resident"}
COMPANY = 250  # men: read (a deputy per company or battalion of about 250)
ASSEMBLY = 1_000  # small workplaces elected together, one deputy per thousand
COMPANY_ROLES = {"soldier", "machine_gunner", "technical_soldier", "cossack", "cavalry", "sailor"}
BAKERS = "o_bakers"


def role_of(unit_id: str) -> str:
    """Role of a unit of the material that is not a factory."""
    return ROLES.get(unit_id) or ROLE_OF_PREFIX[unit_id.split("_")[0]]


def workplaces(role: str, size: int) -> int:
    """Companies of a regiment, or assemblies in which small workplaces elect together."""
    return max(1, round(size / (COMPANY if role in COMPANY_ROLES else ASSEMBLY)))


def without_bakers(rows: list[Row]) -> list[Row]:
    """Take the bakers out of the row of bakers, cooks and waiters, in which the material counts them too."""
    bakers = next(row for row in rows if row["unit_id"] == BAKERS)
    return [_less(row, bakers) if row["unit_id"] == "o_food" else row for row in rows]


def _less(food: Row, bakers: Row) -> Row:
    """Cooks, waiters and others: the whole minus the bakers."""
    sizes = {key: int(food[key]) - int(bakers[key]) for key in ("size", "size_low", "size_high")}
    source = join(food["source"], "minus 20,000 bakers (read)")
    return {**food, **sizes, "name": "Cooks, waiters and other food workers", "source": source, "derived": True}


def split_of(unit_id: str, population: Mapping[str, float]) -> dict[str, float]:
    """District weights of a unit: one place, stated weights, or population over stated districts."""
    if unit_id in BARRACKS:
        return {BARRACKS[unit_id][0]: 1.0}
    split = SPLITS[unit_id]
    return split if isinstance(split, dict) else {district: population[district] for district in split}


def single(row: Row, district: str) -> Row:
    """A unit that stands in one place."""
    role, size, unit_id = role_of(row["unit_id"]), int(row["size"]), row["unit_id"]
    note = join(row["industry"], BARRACKS.get(unit_id, ("", ""))[1], "derived: see source" if "derived" in row else "")
    return unit(
        unit_id=RENAMED.get(unit_id, unit_id), name=row["name"], role=role, district=district, size=size,
        size_low=int(row["size_low"]), size_high=int(row["size_high"]), women=float(row["sex_share_women"] or 0),
        workplaces=workplaces(role, size), note=note, source=row["source"], source_kind=row["source_kind"],
    )  # fmt: skip


def spread(row: Row, weights: Mapping[str, float]) -> list[Row]:
    """A row of several districts as one unit for each, in proportion to the weights."""
    parts = {key: apportion(int(row[key]), weights) for key in ("size", "size_low", "size_high")}
    base = RENAMED.get(row["unit_id"], row["unit_id"])
    how = "in proportion to population" if isinstance(SPLITS[row["unit_id"]], tuple) else "by guessed shares"
    note = join(f"derived: {row['size']} spread {how}", SPLIT_NOTES.get(row["unit_id"], ""))
    changed = {"source_kind": weakest(row["source_kind"], "guess")}
    units = []
    for district in weights:
        sizes = {key: value[district] for key, value in parts.items()}
        name = f"{row['name'].split(' (')[0]} ({short_name(district)})"
        one = single({**row, **sizes, **changed, "name": name}, district)
        units.append({**one, "unit_id": f"{base}_{district}", "note": note})
    return [in_militia(one) for one in units] if base == "p_militia" else units


def in_militia(one: Row) -> Row:
    """A unit of the city militia with the role of those from whom it was raised."""
    note = join(one["note"], "raised from students and workers, who stay in their own units too; closed until 2 March")
    return {**one, "role": MILITIA_ROLES.get(one["unit_id"], "student"), "note": note}


def city_units(rows: list[Row], population: Mapping[str, float]) -> list[Row]:
    """All units that are neither factories nor residents."""
    units: list[Row] = []
    for row in without_bakers([row for row in rows if row["unit_id"] not in DROPPED]):
        weights = split_of(row["unit_id"], population)
        units += [single(row, next(iter(weights)))] if len(weights) == 1 else spread(row, weights)
    return units


def changes(units: list[Row]) -> list[Row]:
    """Units that move, open or close, with dates."""
    moved = [
        ("r_mg1", "1917-03-01", "district", "vyborg", "material: Oranienbaum in February, Vyborg from March", "memory"),
        ("s_amur", "1917-10-25", "district", "second_city", "memory: present in the Neva on 25 October", "memory"),
        ("s_zarya", "1917-10-25", "district", "second_city", "memory: present on 25 October", "memory"),
        ("s_destroyers", "1917-10-25", "district", "second_city", "memory: present on 25 October", "memory"),
        ("j_women", "1917-01-01", "size", 0, "memory: formed in June, in the city from 24 October", "memory"),
        ("j_women", "1917-10-24", "size", 200, "137 to 200 read: see units.csv", "scholarly"),
    ]
    for row in units:
        if row["unit_id"].startswith("p_militia"):
            moved.append((row["unit_id"], "1917-01-01", "size", 0, "did not exist before March", "memory"))
            moved.append((row["unit_id"], "1917-03-02", "size", row["size"], "memory: replaces police", "memory"))
        elif row["role"] == "police":
            moved.append((row["unit_id"], "1917-03-01", "size", 0, "dissolved by 28 Feb (lektsii.org)", "encyclopedia"))
    columns = ("unit_id", "date", "what", "value", "source", "source_kind")
    return [dict(zip(columns, entry, strict=True)) for entry in moved]
