"""Factories: named plants as they are; remainders made to agree with the city's total and with the industries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from .decisions import FACTORY_DISTRICTS, short_name
from .tables import Row, apportion, join, unit

CITY_WORKERS = 392_000  # read: Mandel
OUTSKIRTS_WORKERS = 24_000  # read: Mandel
SUBURBS = {"kolpino", "sestroretsk", "shlisselburg", "kronstadt"}
NOT_OUTSKIRTS = {"kronstadt"}  # under the navy, across the water: stands beside the 24,000
ROLES = ("metal_worker", "textile_worker", "chemical_worker", "other_worker")
ROLE_OF_INDUSTRY = {"metal": "metal_worker", "textiles": "textile_worker", "chemicals": "chemical_worker"}
WOMEN_OF_ROLE = {"metal_worker": 0.2, "textile_worker": 0.68, "chemical_worker": 0.45, "other_worker": 0.4}

# Plants by industry in the table from which the record's rows come (metal: read; others: memory, in the rows' notes).
PLANTS = {"metal_worker": 379, "textile_worker": 100, "chemical_worker": 58, "other_worker": 475}
INDUSTRY_ROLE = {"metalworking": "metal_worker", "textiles": "textile_worker", "chemicals": "chemical_worker"}
OTHER_INDUSTRIES = ("food", "leather and footwear", "minerals", "other", "paper and printing", "wood")
PRINTERS = ("f_printers_ps", "f_printers_city")
PRINT_SHOP = 82  # mean size of the 216 paper and printing plants without the State Paper Office and Vargunin
TWO_SITES = {"f_parviainen": 2}

# What the small plants of a district made: a guess, then fitted to the totals of the industries.
MIX: dict[str, tuple[float, float, float, float]] = {
    "vyborg": (0.70, 0.15, 0.0, 0.15), "vasilevsky": (0.55, 0.12, 0.0, 0.33), "narva": (0.55, 0.25, 0.0, 0.20),
    "petergof": (0.65, 0.35, 0.0, 0.0), "nevsky": (0.0, 0.50, 0.50, 0.0), "petrograd_side": (0.50, 0.20, 0.0, 0.30),
    "moscow_gate": (0.55, 0.10, 0.0, 0.35), "okhta": (0.25, 0.45, 0.30, 0.0), "first_city": (0.35, 0.15, 0.0, 0.50),
    "rozhdestvensky": (0.45, 0.20, 0.0, 0.35), "lesnoi": (1.0, 0.0, 0.0, 0.0),
}  # fmt: skip


def role_of(industry: str) -> str:
    """The role of a plant's people, from the first word of its industry."""
    return ROLE_OF_INDUSTRY.get(industry.split(":")[0].strip(), "other_worker")


def is_remainder(row: Row) -> bool:
    """Whether the row is a district's rest and not a plant."""
    return str(row["unit_id"]).startswith("f_rest_")


def named_plant(row: Row) -> Row:
    """A named plant, unchanged but for columns."""
    size = int(row["size"])
    shops = round(size / PRINT_SHOP) if row["unit_id"] in PRINTERS else TWO_SITES.get(row["unit_id"], 1)
    return unit(
        unit_id=row["unit_id"], name=row["name"], role=role_of(row["industry"]),
        district=FACTORY_DISTRICTS[row["district"]], size=size, size_low=int(row["size_low"]),
        size_high=int(row["size_high"]), women=float(row["sex_share_women"]), workplaces=shops,
        note=join(row["industry"], "women's share is memory or guess"), source=row["source"],
        source_kind=row["source_kind"],
    )  # fmt: skip


def industry_totals(record: list[Row]) -> dict[str, float]:
    """Workers by role in the city on 1 January, scaled from the table's own sum to the city's total."""
    totals: dict[str, float] = defaultdict(float)
    for row in record:
        if row["quantity"] == "factory_workers" and row["place"] == "Petrograd":
            is_main = row["source_kind"] != "encyclopedia"
            if row["group"] in INDUSTRY_ROLE and is_main:
                totals[INDUSTRY_ROLE[row["group"]]] += float(row["value"])
            elif row["group"] in OTHER_INDUSTRIES:
                totals["other_worker"] += float(row["value"])
    scale = CITY_WORKERS / sum(totals.values())
    return {role: value * scale for role, value in totals.items()}


def fit_table(
    rows: Mapping[str, float], columns: Mapping[str, float], prior: Mapping[str, tuple[float, ...]]
) -> dict[tuple[str, str], float]:
    """Iterative proportional fitting of a prior table to its row and column totals."""
    roles = list(columns)
    cells = {(d, r): prior[d][i] * rows[d] for d in rows for i, r in enumerate(roles)}
    for _ in range(500):
        for role in roles:
            have = sum(cells[d, role] for d in rows)
            cells.update({(d, role): cells[d, role] * columns[role] / have for d in rows})
        for district in rows:
            have = sum(cells[district, r] for r in roles)
            cells.update({(district, r): cells[district, r] * rows[district] / have for r in roles})
    return cells


def shifted(share: float, odds: float) -> float:
    """A share whose odds are multiplied."""
    return share * odds / (1 - share + share * odds)


def women_by_role(sizes: Mapping[str, float], mean: float) -> dict[str, float]:
    """Women's share by role, from typical shares, shifted so that the district's given mean is kept."""
    low, high, total = 1e-3, 1e3, sum(sizes.values())
    for _ in range(60):
        odds = (low * high) ** 0.5
        got = sum(size * shifted(WOMEN_OF_ROLE[role], odds) for role, size in sizes.items()) / total
        low, high = (odds, high) if got < mean else (low, odds)
    return {role: round(shifted(WOMEN_OF_ROLE[role], odds), 2) for role in sizes}


def gather_remainders(rows: list[Row]) -> dict[str, dict[str, float]]:
    """Size and women of the material's remainder rows by district."""
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        entry = found.setdefault(FACTORY_DISTRICTS[row["district"]], {"size": 0.0, "women": 0.0})
        entry["size"] += float(row["size"])
        entry["women"] += float(row["size"]) * float(row["sex_share_women"])
    return found


def plants_left(named: list[Row]) -> dict[str, int]:
    """Plants of each role that no named row stands for."""
    left = dict(PLANTS)
    for row in named:
        if row["district"] not in SUBURBS:
            left[row["role"]] -= int(row["workplaces"])
    return left


def remainder_units(rows: list[Row], named: list[Row], record: list[Row]) -> list[Row]:
    """The small plants of each district by role: city total and industry totals hold exactly."""
    in_city = [row for row in named if row["district"] not in SUBURBS]
    rest = CITY_WORKERS - sum(row["size"] for row in in_city)
    given = gather_remainders(rows)
    scale = rest / sum(entry["size"] for entry in given.values())
    by_role = industry_totals(record)
    columns = {role: by_role[role] - sum(row["size"] for row in in_city if row["role"] == role) for role in ROLES}
    cells = fit_table({d: entry["size"] * scale for d, entry in given.items()}, columns, MIX)
    whole = apportion(rest, {f"{d}|{r}": value for (d, r), value in cells.items() if value > 1})
    mean_size = {role: columns[role] / count for role, count in plants_left(named).items()}
    return [_small_plants(key, size, whole, given, mean_size) for key, size in whole.items()]


def _small_plants(
    key: str, size: int, whole: Mapping[str, int], given: Mapping[str, Mapping[str, float]], mean: Mapping[str, float]
) -> Row:
    """One row of small plants of one role in one district."""
    district, role = key.split("|")
    sizes = {k.split("|")[1]: float(v) for k, v in whole.items() if k.startswith(f"{district}|")}
    women = women_by_role(sizes, given[district]["women"] / given[district]["size"])
    kind = role.removesuffix("_worker")
    return unit(
        unit_id=f"f_rest_{district}_{kind}", name=f"Small and middle {kind} plants ({short_name(district)})", role=role,
        district=district, size=size, size_low=round(0.6 * size), size_high=round(1.4 * size), women=women[role],
        workplaces=max(1, round(size / mean[role])),
        note="derived: district remainder of the material, scaled so that the city has 392,000 factory workers, split "
        "by industry (prior mix is a guess, fitted to the industry totals); plants = size / mean size of its industry",
        source="memory: district totals minus named plants; industry totals: see factory_workers in record.csv",
        source_kind="guess",
    )  # fmt: skip


def outskirts_units(named: list[Row]) -> list[Row]:
    """What is missing to the 24,000 read for the outskirts, spread over three suburbs."""
    have = sum(row["size"] for row in named if row["district"] in SUBURBS - NOT_OUTSKIRTS)
    parts = apportion(OUTSKIRTS_WORKERS - have, {"gatchina": 1, "oranienbaum_peterhof": 1, "tsarskoe": 1})
    return [
        unit(
            unit_id=f"f_rest_{d}", name=f"Factories of the outskirts ({short_name(d)})",
            role="other_worker", district=d, size=size,
            size_low=round(0.5 * size), size_high=2 * size, women=0.35, workplaces=2,
            note="derived: 24,000 in the outskirts (read) minus Izhora, Sestroretsk and Shlisselburg, in equal parts",
            source="Mandel, Petrograd Workers ch.3 (24,000); places and parts are a guess", source_kind="guess",
        )
        for d, size in parts.items()
    ]  # fmt: skip


def factories(rows: list[Row], record: list[Row]) -> list[Row]:
    """All factory units."""
    named = [named_plant(row) for row in rows if not is_remainder(row)]
    rest = remainder_units([row for row in rows if is_remainder(row)], named, record)
    return named + sorted(rest, key=lambda row: row["unit_id"]) + outskirts_units(named)
