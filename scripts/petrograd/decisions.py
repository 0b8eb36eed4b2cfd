"""Decisions about places: one set of districts, and which name in the material belongs to which of them.

The material uses three sets of names: factories (First and Second City, Petergof, Porokhovskie), residents (police
parts: Admiralty, Kazan, Spassky, Kolomna, ...) and free text for barracks and offices. Here they become 13 city
districts, 8 suburbs, 3 fleet bases and 17 places in the country.
"""

from __future__ import annotations

CITY = (
    "vyborg", "petrograd_side", "vasilevsky", "narva", "petergof", "moscow_gate", "alexander_nevsky", "rozhdestvensky",
    "first_city", "second_city", "nevsky", "okhta", "lesnoi",
)  # fmt: skip

MAP = "memory: centre coordinates +-1 km"
FAR = "memory: a point that stands for the whole region"

# district_id, name, place, lat, lon, row, col, note, source
DISTRICTS: tuple[tuple[str, str, str, float, float, int | str, int | str, str, str], ...] = (
    ("vyborg", "Vyborg side", "city", 59.968, 30.350, 1, 3,
     "Metallichesky, Lessner, Erikson, Nobel, Aivaz; Moskovsky; cyclists; 1st Machine Gun from March", MAP),
    ("petrograd_side", "Petrograd side", "city", 59.963, 30.310, 1, 2,
     "Vulkan, Langenzippen; Grenadier; Peter and Paul fortress", MAP),
    ("vasilevsky", "Vasilevsky island", "city", 59.941, 30.260, 2, 1,
     "Trubochny, Baltic yard; Finlandsky, 180th; University", MAP),
    ("narva", "Narva", "city", 59.905, 30.280, 3, 2, "Treugolnik; Izmailovsky; Warsaw and Baltic stations", MAP),
    ("petergof", "Petergof road (Narva gate)", "city", 59.880, 30.262, 4, 2, "Putilov", MAP),
    ("moscow_gate", "Moscow part (of the city)", "city", 59.890, 30.320, 3, 3,
     "Skorokhod, Rechkin; Semenovsky, Egersky", MAP),
    ("alexander_nevsky", "Alexander-Nevsky", "city", 59.917, 30.375, 3, 4,
     "residents only in the material: no factory row is named for it; Nikolaev station and Obvodny canal", MAP),
    ("rozhdestvensky", "Rozhdestvensky", "city", 59.937, 30.380, 2, 4, "Smolny, Taurida near", MAP),
    ("first_city", "First City (Liteiny, Kazan, north of Spassky)", "city", 59.934, 30.345, 2, 3,
     "Nevsky prospekt, Taurida; Gun works, Arsenal on Liteiny; Preobrazhensky, Volynsky, Litovsky, Pavlovsky", MAP),
    ("second_city", "Second City (Admiralty, Kolomna, south of Spassky)", "city", 59.928, 30.300, 2, 2,
     "Winter Palace; Franco-Russian, New Admiralty; naval depot, Keksholm", MAP),
    ("nevsky", "Nevsky (Shlisselburg road)", "city", 59.885, 30.440, 4, 4,
     "Obukhov, Nevsky yard, Thornton, Pal, Maxwell", MAP),
    ("okhta", "Okhta, Porokhovskie and Polyustrovo", "city", 59.957, 30.445, 1, 4,
     "Okhta explosives and powder; 1st Reserve Infantry; mean of two centres", MAP),
    ("lesnoi", "Lesnoi and Novaya Derevnya", "city", 59.991, 30.320, 0, 3,
     "Polytechnic; aircraft works; mean of two centres", MAP),
    ("kronstadt", "Kronstadt", "suburb", 59.990, 29.770, 1, 0, "naval base and fortress on an island", MAP),
    ("sestroretsk", "Sestroretsk", "suburb", 60.090, 29.960, 0, 1, "rifle works", MAP),
    ("oranienbaum_peterhof", "Oranienbaum, Peterhof, Strelna, Krasnoe Selo", "suburb", 59.880, 29.900, 3, 0,
     "machine-gun regiments in February; 176th; ensign schools", MAP),
    ("tsarskoe", "Tsarskoe Selo and Pulkovo", "suburb", 59.716, 30.400, 5, 3,
     "Guards rifles; Pulkovo 59.771, 30.326", MAP),
    ("gatchina", "Gatchina", "suburb", 59.566, 30.128, 5, 2, "reserve regiments, ensign schools", MAP),
    ("kolpino", "Kolpino", "suburb", 59.750, 30.590, 5, 4, "Izhora Works", MAP),
    ("shlisselburg", "Shlisselburg", "suburb", 59.944, 31.033, 3, 5, "powder works", MAP),
    ("luga", "Luga", "suburb", 58.737, 29.845, 6, 2, "garrison on the road from the front, 140 km", MAP),
    ("helsingfors", "Helsingfors", "fleet", 60.170, 24.940, 0, 0, "main base of the Baltic Fleet", MAP),
    ("reval", "Reval", "fleet", 59.440, 24.750, 4, 0, "base of the Baltic Fleet", MAP),
    ("black_sea", "Sevastopol (Black Sea Fleet)", "fleet", 44.610, 33.520, "", "", "far from the capital", MAP),
    ("front_north", "Northern Front", "country", 57.820, 28.330, "", "", "staff at Pskov", FAR),
    ("front_west", "Western Front", "country", 53.900, 27.560, "", "", "staff at Minsk", FAR),
    ("front_southwest", "South-Western Front", "country", 49.420, 26.990, "", "", "staff at Kamenets, Berdichev", FAR),
    ("front_romania", "Romanian Front", "country", 47.160, 27.590, "", "", "staff at Jassy", FAR),
    ("front_caucasus", "Caucasus Front", "country", 39.900, 41.270, "", "", "staff at Tiflis, troops at Erzerum", FAR),
    ("moscow", "Moscow (the city)", "country", 55.750, 37.620, "", "", "not the Moscow part of Petrograd", FAR),
    ("northwest", "North-west (Pskov, Novgorod, lines to the capital)", "country", 58.520, 31.270, "", "",
     "the railways on which troops must come", FAR),
    ("central_industrial", "Central industrial region", "country", 56.990, 40.970, "", "",
     "Ivanovo, Vladimir, Tula, Nizhny", FAR),
    ("black_earth", "Black-earth centre", "country", 51.670, 39.200, "", "", "Voronezh, Tambov, Kursk", FAR),
    ("volga", "Volga", "country", 53.200, 50.150, "", "", "Samara, Saratov, Kazan, Tsaritsyn", FAR),
    ("urals", "Urals", "country", 56.840, 60.600, "", "", "Ekaterinburg, Perm, Ufa", FAR),
    ("donets", "Donets and Krivoi Rog", "country", 48.000, 38.000, "", "", "mines and iron works; Ekaterinoslav", FAR),
    ("ukraine", "Ukraine and Novorossia", "country", 50.000, 33.000, "", "", "Kiev, Kharkov, Odessa", FAR),
    ("west_baltic", "Belorussia and the Baltic provinces", "country", 56.000, 27.000, "", "",
     "what was not occupied: Livonia, Estonia, Minsk, Vitebsk", FAR),
    ("caucasus", "Caucasus", "country", 41.700, 45.000, "", "", "Tiflis, Baku, Georgia", FAR),
    ("siberia", "Siberia and Turkestan", "country", 55.000, 83.000, "", "", "Asia in the party tables", FAR),
)  # fmt: skip


def short_name(district: str) -> str:
    """A district's name without what stands in brackets or after a comma."""
    name = next(row[1] for row in DISTRICTS if row[0] == district)
    return name.split(" (")[0].split(",")[0]


# Factories: the material's name -> district.
FACTORY_DISTRICTS = {
    "Vyborg": "vyborg", "Petrograd side": "petrograd_side", "Vasilevsky": "vasilevsky", "Narva": "narva",
    "Petergof": "petergof", "Moscow": "moscow_gate", "Nevsky": "nevsky", "First City": "first_city",
    "Second City": "second_city", "Rozhdestvensky": "rozhdestvensky", "Porokhovskie": "okhta", "Polyustrovo": "okhta",
    "Lesnoi": "lesnoi", "Novaya Derevnya": "lesnoi", "Kolpino (suburb)": "kolpino",
    "Sestroretsk (suburb)": "sestroretsk", "Shlisselburg (suburb)": "shlisselburg", "Kronstadt": "kronstadt",
}  # fmt: skip

# Residents: the material's police part -> shares of districts.
RESIDENT_DISTRICTS: dict[str, dict[str, float]] = {
    "Admiralty": {"second_city": 1.0}, "Kazan": {"first_city": 1.0}, "Kolomna": {"second_city": 1.0},
    "Spassky": {"first_city": 0.5, "second_city": 0.5}, "Liteiny": {"first_city": 1.0},
    "Narva": {"narva": 1.0}, "Moscow": {"moscow_gate": 1.0}, "Alexander-Nevsky": {"alexander_nevsky": 1.0},
    "Rozhdestvensky": {"rozhdestvensky": 1.0}, "Vasilevsky": {"vasilevsky": 1.0},
    "Petrograd side": {"petrograd_side": 1.0}, "Vyborg": {"vyborg": 1.0}, "Nevsky": {"nevsky": 1.0},
    "Petergof suburb": {"petergof": 1.0}, "Polyustrovo and Okhta": {"okhta": 1.0},
    "Lesnoi and Novaya Derevnya": {"lesnoi": 1.0},
}  # fmt: skip

# Barracks, ships and schools of one place: unit -> district, and why.
BARRACKS: dict[str, tuple[str, str]] = {
    "r_preobrazhensky": ("first_city", "Liteiny listed; barracks on Kirochnaya"),
    "r_volynsky": ("first_city", "Liteiny listed first"),
    "r_litovsky": ("first_city", "Liteiny listed first"),
    "r_pavlovsky": ("first_city", "Field of Mars, on the side of Kazan and Liteiny"),
    "r_izmailovsky": ("narva", ""), "r_semenovsky": ("moscow_gate", ""), "r_egersky": ("moscow_gate", ""),
    "r_finlandsky": ("vasilevsky", ""), "r_moskovsky": ("vyborg", ""), "r_grenadier": ("petrograd_side", ""),
    "r_keksholm": ("second_city", ""), "r_petrogradsky": ("second_city", "first of two places listed"),
    "r_rifle3": ("moscow_gate", "first of two places listed"), "r_rifle124": ("tsarskoe", ""),
    "r_mg1": ("oranienbaum_peterhof", "until 1 March, then Vyborg: see changes.csv"),
    "r_mg2": ("oranienbaum_peterhof", ""), "r_180": ("vasilevsky", ""), "r_1res": ("okhta", ""),
    "r_176": ("oranienbaum_peterhof", "Krasnoe Selo"), "r_sapper6": ("first_city", "Liteiny"),
    "r_cyclists": ("vyborg", ""), "r_armoured": ("first_city", "Mikhailovsky Manege"),
    "r_electro": ("petrograd_side", ""), "r_artillery": ("first_city", "first of two places listed"),
    "r_cav9": ("second_city", "place uncertain; suburbs also listed"), "r_guardcav": ("second_city", "first listed"),
    "r_gendarme": ("second_city", "mounted police: counted with the police, not with the garrison"),
    "r_peterpaul": ("petrograd_side", ""), "r_naval_depot2": ("second_city", "Kolomna"),
    "r_kronstadt": ("kronstadt", ""), "r_kronstadt_army": ("kronstadt", ""), "r_luga": ("luga", ""),
    "r_helsingfors": ("helsingfors", ""),
    "s_aurora": ("second_city", "in the Franco-Russian yard"),
    "s_amur": ("kronstadt", "in the Neva from 25 October: see changes.csv"),
    "s_zarya": ("kronstadt", "in the sea canal from 25 October: see changes.csv"),
    "s_destroyers": ("helsingfors", "in the Neva from 25 October: see changes.csv"),
    "c_don1": ("alexander_nevsky", "first of two places listed"), "c_don4": ("rozhdestvensky", ""),
    "c_don14": ("moscow_gate", "first of two places listed"), "c_other": ("second_city", "Admiralty"),
    "p_gendarmes": ("second_city", "Admiralty"),
    "j_pavlov": ("petrograd_side", ""), "j_vladimir": ("petrograd_side", ""), "j_nikeng": ("first_city", ""),
    "j_mikhart": ("vyborg", ""), "j_konst": ("moscow_gate", ""), "j_nikcav": ("narva", ""),
    "j_oran": ("oranienbaum_peterhof", ""), "j_gatch": ("gatchina", ""),
    "j_women": ("second_city", "in the city only from 24 October: see changes.csv"),
}  # fmt: skip

# Rows of many districts: unit -> weights (a guess), or the districts over which it is spread by population.
SPLITS: dict[str, dict[str, float] | tuple[str, ...]] = {
    "r_2res": {"gatchina": 0.4, "oranienbaum_peterhof": 0.4, "tsarskoe": 0.2},
    "r_militia": {"rozhdestvensky": 0.5, "narva": 0.5},
    "r_auto": {"petrograd_side": 0.3, "alexander_nevsky": 0.4, "moscow_gate": 0.3},
    "p_police": ("first_city", "second_city", "vyborg", "petrograd_side", "vasilevsky", "narva", "nevsky",
                 "alexander_nevsky"),
    "p_militia": {"first_city": 0.3, "second_city": 0.2, "vyborg": 0.2, "vasilevsky": 0.15, "narva": 0.15},
    "sc_students": {"vasilevsky": 0.4, "petrograd_side": 0.2, "first_city": 0.2, "lesnoi": 0.2},
    "sc_pupils": ("first_city", "second_city", "vasilevsky", "petrograd_side", "moscow_gate", "alexander_nevsky"),
    "o_civil": {"first_city": 0.5, "second_city": 0.5},
    "o_bank": {"first_city": 1.0},
    "o_trade": {"first_city": 0.35, "second_city": 0.25, "petrograd_side": 0.1, "vasilevsky": 0.1,
                "alexander_nevsky": 0.1, "moscow_gate": 0.1},
    "o_post": {"first_city": 0.5, "second_city": 0.5},
    "o_tram": {"vasilevsky": 0.25, "petrograd_side": 0.2, "moscow_gate": 0.2, "rozhdestvensky": 0.2, "vyborg": 0.15},
    "o_rail": {"moscow_gate": 0.2, "alexander_nevsky": 0.35, "narva": 0.3, "vyborg": 0.15},
    "o_servants": {"first_city": 0.32, "second_city": 0.28, "petrograd_side": 0.12, "vasilevsky": 0.1,
                   "rozhdestvensky": 0.1, "moscow_gate": 0.08},
    "o_building": ("petrograd_side", "moscow_gate", "narva"),
    "o_cab": {"nevsky": 0.35, "moscow_gate": 0.35, "narva": 0.3},
    "o_port": {"narva": 0.7, "second_city": 0.3},
    "o_craft": ("first_city", "alexander_nevsky", "petrograd_side", "vasilevsky"),
    "o_food": {"first_city": 0.5, "second_city": 0.3, "alexander_nevsky": 0.2},
    "o_bakers": ("first_city", "petrograd_side", "narva", "alexander_nevsky"),
    "o_medical": {"vyborg": 0.4, "first_city": 0.3, "narva": 0.3},
    "o_officers": {"first_city": 0.5, "second_city": 0.5},
}  # fmt: skip
SPLIT_NOTES = {
    "r_2res": "three places named in the material",
    "o_post": "post and telegraph offices also stood in the Admiralty part",
    "o_rail": "stations: Tsarskoe Selo, Nikolaev, Warsaw and Baltic, Finland; the material names three districts",
    "o_servants": "the material names the centre only; better-off streets elsewhere had servants too",
    "sc_students": "the material names three districts; the Polytechnic stood at Lesnoi",
    "o_medical": "hospitals; the military medical academy on the Vyborg side",
}

DROPPED = {
    "r_red_guard": "an activity of workers, not a unit: would count them twice",
}
