"""Every kind of fault: each is found, named by file and place, and never a traceback."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dualpower.scenario import Fault, ScenarioError, check, load, new

Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new("town", tmp_path_factory.mktemp("faults") / "town")


@pytest.fixture
def copy(town: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town, tmp_path / "copy"))


def edit(file: str, old: str, new_text: str) -> Change:
    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{old} is not in {file}"
        (folder / file).write_text(text.replace(old, new_text, 1), encoding="utf-8")

    return change


def add(file: str, text: str) -> Change:
    def change(folder: Path) -> None:
        with (folder / file).open("a", encoding="utf-8") as opened:
            opened.write(text)

    return change


def write(file: str, content: bytes) -> Change:
    return lambda folder: (folder / file).write_bytes(content) and None


def replace_by_folder(file: str) -> Change:
    def change(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return change


def dangle(file: str) -> Change:
    def change(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).symlink_to(folder / "nowhere")

    return change


def keep_header(file: str) -> Change:
    def change(folder: Path) -> None:
        (folder / file).write_text((folder / file).read_text().splitlines()[0] + "\n")

    return change


CELLS = [
    (
        edit("units.csv", "quays,Dockers of the quays,docker", "quays,Dockers of the quays,doker"),
        '3, role: found "doker", expected one of docker, weaver, railwayman, rifleman, gendarme, townspeople; did you',
    ),
    (
        edit("units.csv", "docker,harbour,1800", "docker,harbor,1800"),
        'units.csv, line 3, district: found "harbor", expected one of harbour, old_town; did you mean "harbour"?',
    ),
    (edit("units.csv", "1800,1500", "-1800,1500"), 'line 3, size: found "-1800", expected a number from 0 to 1e+10'),
    (edit("units.csv", "1800,1500", "many,1500"), 'line 3, size: found "many", expected a number'),
    (edit("units.csv", "1800,1500", "nan,1500"), 'line 3, size: found "nan", expected a number'),
    (edit("units.csv", "1800,1500", "inf,1500"), 'line 3, size: found "inf", expected a number'),
    (edit("units.csv", "1800,1500", "1e999,1500"), 'line 3, size: found "1e999", expected a finite number'),
    (edit("units.csv", "1800,1500", '"1,800",1500'), 'line 3, size: found "1,800", expected a number; write 1800'),
    (edit("units.csv", "1800,1500", '"1,800,5",1500'), 'line 3, size: found "1,800,5", expected a number'),
    (edit("units.csv", "1800,1500", '"1 800,5",1500'), 'found "1 800,5", expected a number; write 1800.5'),
    (edit("units.csv", "1800,1500", '"12,345,678",1500'), "expected a number; write 12345678"),
    (edit("units.csv", "4500,0.02", '4500,"0,850"'), 'women: found "0,850", expected a number; write 0.850'),
    (edit("targets.csv", "Radicals,15,", 'Radicals,"60,5",'), 'found "60,5", expected a number; write 60.5'),
    (edit("units.csv", "1800,1500", ",1500"), "line 3, size: found an empty cell, expected something in this column"),
    (
        edit("units.csv", "1800,1500", "1800,1900"),
        "units.csv, line 3, size_low and size: found 1900 above 1800, expected size_low no greater than size",
    ),
    (edit("units.csv", "4500,0.02", "4500,2"), 'line 2, women: found "2", expected a number from 0 to 1'),
    (
        edit("units.csv", "quays,Dockers", "dockyard,Dockers"),
        'units.csv, line 3, unit_id: found "dockyard" again, expected each only once (it is in line 2 already)',
    ),
    (edit("units.csv", "quays,", "the quays,"), 'line 3, unit_id: found "the quays", expected an identifier'),
    (
        edit("units.csv", "casual labour,invented,guess", "casual labour,invented,rumour"),
        'line 3, source_kind: found "rumour", expected one of seed, primary',
    ),
    (edit("units.csv", "casual labour,invented", "casual labour,"), "line 3, source: found an empty cell"),
    (
        edit("units.csv", "casual labour,invented,guess", "casual, labour,invented,guess"),
        "line 3: found 13 cells, expected 12, as in the header; text with a comma in it needs quotation marks",
    ),
    (
        edit("districts.csv", "Old Town,city", "Old Town,cty"),
        'line 3, place: found "cty", expected one of city, suburb',
    ),
    (
        edit("districts.csv", "harbour,Harbour,city,,", "harbour,Harbour,city,91,"),
        'line 2, lat: found "91", expected a',
    ),
    (edit("series.csv", "food,1921-03-15,0.8", "food,1921-03-15,1.8"), 'line 3, value: found "1.8", expected a number'),
    (
        edit("series.csv", "food,1921-03-15", "fod,1921-03-15"),
        'line 3, series: found "fod", expected one of food, work',
    ),
    (edit("series.csv", "food,1921-03-15", "rule,1921-03-15"), 'found "rule", expected one of food, work'),
    (edit("series.csv", "food,1921-03-15", "food,1921-03-01"), "each only once (it is in line 2 already)"),
    (
        edit("changes.csv", "1921-06-15", "1922-06-15"),
        'line 2, date: found "1922-06-15", expected a date from 1921-03-01 (start) to 1921-09-30 (latest)',
    ),
    (edit("changes.csv", "size,700", "siz,700"), 'line 2, what: found "siz", expected one of district, size'),
    (edit("changes.csv", "size,700", "size,-7"), 'line 2, value: found "-7", expected a number from 0 to 1e+10'),
    (
        edit("changes.csv", "district,harbour", "district,habour"),
        'line 3, value: found "habour", expected one of harbour',
    ),
    (
        edit("changes.csv", "small_mills", "smal_mills"),
        'line 2, unit_id: found "smal_mills", expected one of the units',
    ),
    (edit("cells.csv", "dockyard,radicals,60", "dockyard,radicals,6000"), "found 6000 members of all parties together"),
    (
        edit("cells.csv", "dockyard,radicals,60", "dockyard,moderates,4190,made up,guess\ndockyard,radicals,60"),
        'unit_id "dockyard": found 4250 members of all parties together, expected no more than the unit\'s size, 4200',
    ),
    (edit("changes.csv", "size,700", "size,1e300"), 'value: found "1e300", expected a number from 0 to 1e+10'),
    (edit("cells.csv", "big_mill,radicals", "big_mill,radical"), 'line 3, party: found "radical", expected one of'),
    (
        edit("commuting.csv", "harbour,harbour,0.9", "harbour,harbour,0.8"),
        'commuting.csv, work "harbour": found shares that sum to 0.9, expected shares that sum to 1',
    ),
    (
        edit("record.csv", "1921-03-18,,Harbour Town,strikers", "1921-02-29,,Harbour Town,strikers"),
        'record.csv, line 3, date: found "1921-02-29", expected a day of the gregorian calendar',
    ),
    (edit("record.csv", "3500,3000", "3500,3700"), "line 2, low and value: found 3700 above 3500"),
    (
        edit("record.csv", "1921-06-01,1921-06-30", "1921-06-01,1921-05-30"),
        'line 9, date_end: found "1921-05-30", expected a date from 1921-06-01 (date) on',
    ),
    (
        edit("record.csv", "5800,,,persons", ",,,persons"),
        "record.csv, line 4, value: found neither a value nor a bound, expected a number in value, low or high",
    ),
    (
        edit("record.csv", "price_of_flour", "price_of_flower"),
        '"price_of_flower", expected one of the [quantities] of scenario.toml or of its list context; did you mean',
    ),
    (edit("targets.csv", "T01,calibrate", "T01,calibrated"), 'found "calibrated", expected one of calibrate, heldout'),
    (edit("targets.csv", "1921-03-17", "1921-02-17"), 'line 2, date: found "1921-02-17", expected a date from'),
    (edit("targets.csv", "Town,strikers", "Town,price_of_flour"), 'found "price_of_flour", expected one of'),
    (
        edit("targets.csv", "low,invented", "low,memry"),
        'line 2, basis: found "memry", expected one of read, mixed, memory, guess, invented; did you mean "memory"?',
    ),
    (edit("targets.csv", "low,invented", "low,own"), 'basis: found "own", expected one of read, mixed, memory, guess'),
    (edit("targets.csv", "T02", "T01"), 'line 3, target_id: found "T01" again'),
]


@pytest.mark.parametrize(("change", "expected"), CELLS, ids=[expected[-60:] for _, expected in CELLS])
def test_faults_of_cells(copy: Path, change: Change, expected: str) -> None:
    change(copy)
    said = [str(fault) for fault in check(copy)]
    assert len(said) == 1, said
    assert expected in said[0]


KEYS = [
    (
        edit("scenario.toml", 'title = "', 'titel = "'),
        ["scenario.toml, title: found nothing, expected this key", "titel: found an unknown key", 'mean "title"?'],
    ),
    (
        edit("scenario.toml", "food = 0.5,", "foood = 0.5,"),
        ['scenario.toml, parties.radicals.stance.foood: found "foood", expected one of food, work; did you mean "food'],
    ),
    (
        edit("scenario.toml", "food = 0.5,", "food = 1.5,"),
        ["parties.radicals.stance.food: found 1.5, expected a number of at most 1"],
    ),
    (
        edit("scenario.toml", "food = 0.5,", 'food = "much",'),
        ['parties.radicals.stance.food: found "much", expected a number'],
    ),
    (edit("scenario.toml", "food = 0.5,", "food = nan,"), ["stance.food: found nan, expected a"]),
    (edit("scenario.toml", "food = 0.5,", "rule = 0.5,"), ['stance.rule: found "rule", expected one of food, work']),
    (
        edit("scenario.toml", "support = { radicals = 0.12,", "support = { radicals = 0.95,"),
        ["roles.docker.support: found shares that sum to 1.05, expected shares whose sum is at most 1"],
    ),
    (edit("scenario.toml", "armed = true", 'armed = "yes"'), ['armed: found "yes", expected true or false']),
    (
        edit("scenario.toml", 'incumbent = "crown"', 'incumbent = "crwn"'),
        ['regimes.monarchy.incumbent: found "crwn", expected one of crown, cabinet, assemblies, generals', '"crown"?'],
    ),
    (
        edit("scenario.toml", 'rival = "assemblies"', 'rival = "cabinet"'),
        ["regimes.two_powers.rival", "expected another centre than the incumbent"],
    ),
    (
        edit("scenario.toml", 'kind = "insurrection"', 'kind = "insurection"'),
        ['contests.rising.kind: found "insurection", expected one of crowd, march or insurrection', '"insurrection"?'],
    ),
    (edit("scenario.toml", 'launched_by = "rising"', 'launched_by = "risings"'), ['did you mean "rising"?']),
    (edit("scenario.toml", 'id = "weaver"', 'id = "docker"'), ['roles: found the id "docker" 2 times']),
    (edit("scenario.toml", 'id = "work"', 'id = "crown"'), ['the issue "crown", which is a centre too']),
    (edit("scenario.toml", 'name = "Work"', 'name = "Work"\nabout_power = true'), ["at most one issue about power"]),
    (edit("scenario.toml", 'end = "1921-08-31"', 'end = "1921-10-31"'), ["expected start no later than end, end"]),
    (
        edit("scenario.toml", 'start = "1921-03-01"', 'start = "1921-02-29"'),
        ['calendar.start: found "1921-02-29", expected a day of the gregorian calendar'],
    ),
    (
        edit("scenario.toml", 'start = "1921-03-01"', "start = 1921-03-01"),
        ["calendar.start: found 1921-03-01, expected a date in quotes"],
    ),
    (
        edit("scenario.toml", 'system = "gregorian"', 'system = "gregorean"'),
        ['calendar.system: found "gregorean", expected one of julian or gregorian; did you mean "gregorian"?'],
    ),
    (
        edit("scenario.toml", "authority.assemblies < 0.1", "authority.assemblies < 10"),
        [
            'regime_rules.assemblies-fade.conditions[1]: found "authority.assemblies < 10", expected a condition',
            "this one always holds, since authority.assemblies is a share, 0 to 1; write 0.1 for 10 per cent",
        ],
    ),
    (
        edit("scenario.toml", "authority.assemblies < 0.1", "authority.assembly < 0.1"),
        ['expected as "assembly" one of crown, cabinet, assemblies, generals; did you mean "assemblies"?'],
    ),
    (
        edit("scenario.toml", "authority.assemblies < 0.1", "authority.assemblies = 0.1"),
        ['expected a condition of the form "indicator >= number"'],
    ),
    (
        edit("scenario.toml", "listens = { branches = 0.4", "listens = { branch = 0.4"),
        [
            'found "branch" in committee.listens, expected a node that it listens to (committee, branches',
            'mean "branches"',
        ],
    ),
    (edit("scenario.toml", 'measure = "deaths"', 'measure = "death"'), ["quantities.deaths.measure", '"deaths"?']),
    (edit("scenario.toml", '"price_of_flour"', '"price_of_flour", "deaths"'), ["in the list context too"]),
    (
        edit("scenario.toml", 'colour = "#b2182b"', 'colour = "red"'),
        ['colour: found "red", expected a colour "#rrggbb"'],
    ),
    (edit("scenario.toml", 'id = "radicals"', 'id = "none"'), ['parties.none.id: found "none", expected another id']),
    (edit("scenario.toml", 'short = "R"', 'short = "Rads"'), ['short: found "Rads", expected at most 3 letters']),
    (edit("scenario.toml", "schema = 1", "schema = 2"), ["schema: found 2, expected one of 1"]),
    (
        edit("timeline.toml", 'lever = "intensity.food"', 'lever = "intensity.fod"'),
        ["timeline.toml, events.flour-ship-lost.options.lost.effects[1].lever", 'mean "food"?'],
    ),
    (edit("timeline.toml", 'lever = "intensity.food"', 'lever = "intensities.food"'), ['did you mean "intensity"?']),
    (edit("timeline.toml", 'lever = "node.radicals.exile"', 'lever = "node.radicals.exil"'), ['did you mean "exile"?']),
    (edit("timeline.toml", 'lever = "node.radicals.exile"', 'lever = "node.exile"'), ['form "node.<party>.<node>"']),
    (edit("timeline.toml", 'lever = "occasion"', 'lever = "force"'), ["force is felt by all"]),
    (
        edit(
            "scenario.toml", 'origins = ["1921-03-31", "1921-04-30"]', 'origins = "1921-04-30"\nheadline = "1921-04-20"'
        ),
        ['forecast.headline: found "1921-04-20", expected one of the origins (1921-04-30); did you mean "1921-04-30"?'],
    ),
    (
        edit("timeline.toml", 'historical = "lands"', 'historical = "land"'),
        ['lands.historical: found "land", expected one of its options (lands, or never); did you mean "lands"?'],
    ),
    (edit("timeline.toml", 'date = "1921-03-14"', 'date = "1921-02-14"'), ['date: found "1921-02-14"', "(start)"]),
    (edit("timeline.toml", 'events = ["speaker-lands"]', 'events = ["speaker-land"]'), ['mean "speaker-lands"?']),
    (
        edit(
            "timeline.toml", 'regime = "two_powers"\nfrom = "1921-03-20"', 'regime = "two_powers"\nfrom = "1921-02-20"'
        ),
        ['history[2].from: found "1921-02-20", expected a date after 1921-03-01'],
    ),
    (
        edit("timeline.toml", 'from = "1921-03-01"', 'from = "1921-03-02"'),
        ["expected the start, 1921-03-01, or earlier"],
    ),
    (
        edit("timeline.toml", 'historical = "enter"', ""),
        ["enter.historical: found nothing, expected the option that history"],
    ),
    (
        edit("timeline.toml", 'id = "rise"', 'id = "never"'),
        ['events.rising.options: found "never", expected other ids'],
    ),
    (
        edit("timeline.toml", 'id = "rise"', 'id = "1921-07-01"'),
        ['events.rising.options: found "1921-07-01", expected another id: a date'],
    ),
    (
        edit("scenario.toml", 'kind = "election"', 'kind = "election"\ndate = "1922-06-01"'),
        ['councils.town_election.date: found "1922-06-01", expected a date from 1921-03-01 (start) to'],
    ),
    (write("parameters.toml", b"blame = 3"), ["parameters.toml, blame: found 3, expected a table [law]"]),
    (write("parameters.toml", b"[allegiance]\nblame = inf"), ["allegiance.blame: found inf, expected a finite number"]),
    (
        write("parameters.toml", b"[councils]\nmajoritarian = 3"),
        ["majoritarian: found 3, expected a number from 0 to 1"],
    ),
    (write("parameters.toml", b"[allegiance]\nblam = 1"), ['found "allegiance.blam"', 'mean "allegiance.blame"?']),
]


@pytest.mark.parametrize(("change", "expected"), KEYS, ids=[expected[-1][-60:] for _, expected in KEYS])
def test_faults_of_keys(copy: Path, change: Change, expected: list[str]) -> None:
    change(copy)
    said = "\n".join(str(fault) for fault in check(copy))
    assert all(part in said for part in expected), said


SENSELESS = [
    (
        edit("scenario.toml", 'success = "two_powers"', 'success = "monarchy"'),
        'contests.crowd.success: found "monarchy", und',
    ),
    (edit("scenario.toml", 'defender = "crown"', 'defender = "assemblies"'), "crowd.challenger: found "),
    (
        edit("scenario.toml", 'to = "cabinet_rule"', 'to = "two_powers"'),
        'assemblies-fade.to: found "two_powers", which is in',
    ),
    (
        edit("timeline.toml", '["two_powers"] }', '["two_powers"], events = ["july-demonstration"] }'),
        'moderates-enter.requires.events: found "july-demonstration", which comes on 1921-07-09, expected',
    ),
    (
        edit("timeline.toml", 'requires = { regimes = ["two_powers"] }', 'requires = { regimes = ["cabinet_rule"] }'),
        'moderates-enter.requires.regimes: found "cabinet_rule", though history had two_powers on 1921-05-02',
    ),
    (
        edit("timeline.toml", 'hazard = 0.05, regimes = ["two_powers"]', 'hazard = 0.05, regimes = ["junta"]'),
        'july-demonstration.when.regimes: found "junta", expected one of its requires.regimes, two_powers',
    ),
    (
        edit("timeline.toml", 'events = ["speaker-lands"]', 'events = ["rising"]'),
        'july-demonstration.requires.events: found "rising", which did not happen in history',
    ),
    (
        edit("timeline.toml", '>= 0.2"], hazard', '>= 0.2"], events = ["moderates-enter"], hazard'),
        'moderates-enter.when.events: found "moderates-enter", expected other events than itself',
    ),
    (
        edit("timeline.toml", '>= 0.2"], hazard', '>= 0.2"], events = ["july-demonstraton"], hazard'),
        'moderates-enter.when.events[1]: found "july-demonstraton", expected one of ',
    ),
    (
        edit("timeline.toml", "by_women = true", 'by_women = true\n    units = ["x"]'),
        'found "x", expected one of the units',
    ),
    (
        edit("timeline.toml", "by_women = true", 'places = ["fleet"]'),
        "lost.effects[1]: found nobody who fits places fleet at",
    ),
    (
        edit("timeline.toml", "by_women = true", 'roles = ["weaver"]\n    groups = ["soldiers"]'),
        "flour-ship-lost.options.lost.effects[1]: found nobody who fits roles weaver, groups soldiers at the start",
    ),
    (
        edit("timeline.toml", "by_women = true", 'by_women = true\n    roles = ["gendarme"]'),
        "but no woman among those who",
    ),
    (
        edit("scenario.toml", '["1921-03-31", "1921-04-30"]', '["1921-04-30", "1921-04-30"]'),
        'forecast.origins: found the origin "1921-04-30" 2 times, expected each origin once',
    ),
    (
        edit(
            "scenario.toml",
            'kind = "election"',
            'kind = "election"\ndate = "1921-06-02"\ndate_end = "1921-06-01"',
        ),
        'town_election.date_end: found "1921-06-01", expected a date from 1921-06-02 (date) on',
    ),
    (
        edit("scenario.toml", "value = 0.6 }]", 'value = 0.6 }, { from = "1921-06-01", value = 0.3 }]'),
        'councils.town_election.turnout: found the date "1921-06-01" 2 times, expected each date once',
    ),
    (edit("timeline.toml", "days = 10\n    fade = 5", "days = 0"), "found days = 0 and nothing that fades after them"),
    (
        edit("timeline.toml", "delay = 2", "delay = 2000"),
        "found delay = 2000, expected at most 213 days, from start to",
    ),
    (
        edit("scenario.toml", "total_seats = 40", "total_seats = 40.5"),
        "total_seats: found 40.5, expected a whole number",
    ),
    (
        edit("scenario.toml", 'origins = ["1921-03-31", "1921-04-30"]', "origins = []"),
        "forecast.origins: found an empty list",
    ),
    (edit("scenario.toml", "total_seats = 40\n", ""), "town_election.seats: found nothing, expected persons per seat"),
    (
        edit(
            "scenario.toml",
            "electorate = { workers = 1, services = 1, soldiers = 1 }",
            "electorate = { workers = 0, soldiers = 0 }",
        ),
        "assembly.electorate: found 0 for everyone, expected a weight above 0",
    ),
]


@pytest.mark.parametrize(("change", "said"), SENSELESS)
def test_declarations_that_contradict_themselves_or_reach_nobody(copy: Path, change: Change, said: str) -> None:
    change(copy)
    (fault,) = check(copy)
    assert said in str(fault)


@pytest.mark.parametrize("where", ["july-demonstration", "hazard = 0.05"])
def test_rules_that_wait_for_each_other(copy: Path, where: str) -> None:
    """Or for what presupposes them: by their dates they can come in turn, by their rules never."""
    edit("timeline.toml", '>= 0.2"], hazard', '>= 0.2"], events = ["july-demonstration"], hazard')(copy)
    if where == "hazard = 0.05":
        edit("timeline.toml", where, f'{where}, events = ["moderates-enter"]')(copy)
    else:
        edit("timeline.toml", 'events = ["speaker-lands"]', 'events = ["speaker-lands", "moderates-enter"]')(copy)
    (fault,) = check(copy)
    assert str(fault).startswith("timeline.toml, events.")
    assert " waits for july-demonstration" in str(fault)
    assert " waits for moderates-enter" in str(fault)
    assert str(fault).endswith("expected events that can come in turn")


@pytest.mark.parametrize(
    ("file", "old", "new_text", "said"),
    [
        (
            "scenario.toml",
            'title = "Town',
            'title = "\\u0000Town',
            "scenario.toml, title: found the control character U+0000",
        ),
        (
            "scenario.toml",
            'name = "Radicals"',
            'name = "Radicals\\u001b"',
            "parties.radicals.name: found the control character",
        ),
        (
            "timeline.toml",
            'meaning = "It marches.',
            'meaning = "It\\u0085 marches.',
            "marches.meaning: found the control char",
        ),
        (
            "claims.toml",
            'claim = "Had',
            'claim = "\\bHad',
            "claims.toml, claims.T1.claim: found the control character U+0008",
        ),
        (
            "scenario.toml",
            '["price_of_flour"]',
            '["price_of_flour", "a\\u007fb"]',
            "context[2]: found the control character U+007F",
        ),
    ],
)
def test_control_characters(copy: Path, file: str, old: str, new_text: str, said: str) -> None:
    edit(file, old, new_text)(copy)
    (fault,) = check(copy)
    assert said in str(fault)


def test_tabs_and_line_ends_are_no_control_characters(copy: Path) -> None:
    edit("scenario.toml", 'title = "Town', 'title = "\\tTo\\r\\nwn')(copy)
    assert check(copy) == []


def test_two_issues_about_power_are_one_fault(copy: Path) -> None:
    edit("scenario.toml", 'name = "Food"', 'name = "Food"\nabout_power = true')(copy)
    assert [str(fault) for fault in check(copy)] == [
        "scenario.toml, issues: found about_power = true in food, rule, expected at most one issue about power"
    ]


def test_a_cell_at_fault_is_no_effect_on_nobody(copy: Path) -> None:
    edit("units.csv", "4500,0.02", "4500,many")(copy)
    edit("units.csv", "gendarme", "gendarmes")(copy)
    edit("timeline.toml", "by_women = true", 'roles = ["gendarme"]')(copy)
    assert {fault.file for fault in check(copy)} == {"units.csv"}


def test_a_population_of_nobody(copy: Path) -> None:
    text = (copy / "units.csv").read_text()
    (copy / "units.csv").write_text(re.sub(r",\d+,\d*,\d*,([\d.]+),", r",0,,,\1,", text))
    (copy / "cells.csv").unlink()
    assert [str(fault) for fault in check(copy)] == [
        "units.csv, size: found 0 in every row, expected somebody: the size of a unit is a number of persons"
    ]


def test_an_authority_of_nobody(copy: Path) -> None:
    text = (copy / "scenario.toml").read_text()
    text = re.sub(r"^leverage = .*\n", "", text, flags=re.MULTILINE)
    (copy / "scenario.toml").write_text(text.replace("[[roles]]", "[[roles]]\nleverage = 0"))
    assert [str(fault) for fault in check(copy)] == [
        "scenario.toml, roles.leverage: found 0 for every role, expected a weight above 0 for somebody"
    ]


def test_what_is_there_twice_is_said_before_what_follows_from_it(copy: Path) -> None:
    edit("scenario.toml", 'id = "moderates"', 'id = "radicals"')(copy)
    edit("timeline.toml", 'id = "moderates-enter"', 'id = "flour-ship-lost"')(copy)
    said = [str(fault) for fault in check(copy)]
    for file, first in (
        ("scenario.toml", 'scenario.toml, parties: found the id "radicals" 2 times, expected each id once'),
        ("timeline.toml", 'timeline.toml, events: found the id "flour-ship-lost" 2 times, expected each id once'),
    ):
        assert next(line for line in said if line.startswith(file)) == first
    assert len(said) > 2


NAMESAKES = [
    ('name = "Moderates"', 'name = "Radicals"', "name", '"Radicals"'),
    ('short = "M"', 'short = "R"', "short", '"R"'),
    ('short = "M"', 'short = "r"', "short", '"r"'),
    ('short = "M"', 'short = "Rs"', "short", '"Rs"'),
    ('name = "Moderates"', 'name = "r."', "name", '"r."'),
]


@pytest.mark.parametrize(("old", "new_text", "key", "found"), NAMESAKES)
def test_parties_that_the_record_could_not_tell_apart(
    copy: Path, old: str, new_text: str, key: str, found: str
) -> None:
    edit("scenario.toml", old, new_text)(copy)
    faults = check(copy)
    assert [fault.where for fault in faults] == [f"parties.moderates.{key}"]
    assert faults[0].found == f'{found}, which the party "radicals" is called too'


FILES = [
    (lambda folder: (folder / "units.csv").unlink(), ["units.csv: found no such file, expected it in the folder"]),
    (lambda folder: (folder / "series.csv").rename(folder / "serie.csv"), ['is "serie.csv" meant for it?']),
    (lambda folder: (folder / "changes.csv").rename(folder / "chnages.csv"), ['is "chnages.csv" meant for it?']),
    (dangle("record.csv"), ["record.csv: found that it cannot be read (No such file or directory)"]),
    (replace_by_folder("record.csv"), ["record.csv: found a folder, expected a file"]),
    (
        edit("units.csv", "unit_id,name,role", "unit_id,name,rolle"),
        ['units.csv, header: found no column "role", expected it in the header; is "rolle" meant for it?'],
    ),
    (edit("units.csv", ",note,", ",name,"), ['found the column "name" twice']),
    (keep_header("units.csv"), ["units.csv: found no rows, expected at least one row"]),
    (keep_header("record.csv"), ["record.csv: found no rows"]),
    (write("cells.csv", b"unit_id;party;members;source;source_kind\n"), ["line 1: found semicolons", "with commas"]),
    (write("series.csv", b""), ["series.csv: found an empty file, expected a header and rows"]),
    (write("series.csv", b"\n\n \n"), ["series.csv: found an empty file"]),
    (add("districts.csv", '"hill,Hill,city\n'), ["districts.csv, line 4: found a CSV error"]),
    (edit("scenario.toml", "[calendar]", "[calendar"), ["scenario.toml, line 14, column 10: found a TOML error"]),
    (add("timeline.toml", "x = " + "[" * 5000), ["timeline.toml"]),
    (add("timeline.toml", "\nx = " + "9" * 5000), ["timeline.toml"]),
    (
        write("record.csv", "date,größe\n".encode("latin-1")),
        ["record.csv, line 1, byte 8: found the byte 0xf6, expected text in UTF-8; save the file as UTF-8"],
    ),
    (write("scenario.toml", "schema = 1\n".encode("utf-16")), ["scenario.toml, line 1, byte 1", "UTF-16"]),
]


@pytest.mark.parametrize(("change", "expected"), FILES, ids=[expected[-1][-60:] for _, expected in FILES])
def test_faults_of_files(copy: Path, change: Change, expected: list[str]) -> None:
    change(copy)
    said = "\n".join(str(fault) for fault in check(copy))
    assert all(part in said for part in expected), said


def test_all_faults_come_at_once(copy: Path) -> None:
    edit("units.csv", "docker,harbour,1800", "doker,harbour,-1800")(copy)
    edit("record.csv", "3500,3000", "3500,3700")(copy)
    edit("scenario.toml", "food = 0.5,", "food = 1.5,")(copy)
    edit("timeline.toml", 'date = "1921-03-14"', 'date = "1921-02-30"')(copy)
    (copy / "targets.csv").unlink()
    with pytest.raises(ScenarioError) as caught:
        load(copy)
    files = [fault.file for fault in caught.value.faults]
    assert sorted(files) == ["record.csv", "scenario.toml", "targets.csv", "timeline.toml", "units.csv", "units.csv"]
    assert str(caught.value).count("\n") == 5


def test_a_fault_in_one_file_raises_no_others_elsewhere(copy: Path) -> None:
    """What an unreadable file declares is unknown, so that mentions of it are not called wrong."""
    for file in ("scenario.toml", "timeline.toml", "units.csv", "districts.csv"):
        content = (copy / file).read_bytes()
        (copy / file).write_bytes(b"\xff")
        assert {fault.file for fault in check(copy)} == {file}
        (copy / file).write_bytes(content)
    assert check(copy) == []


def test_an_empty_folder_lacks_every_needed_file(tmp_path: Path) -> None:
    files = {fault.file for fault in check(tmp_path)}
    assert files == {
        "scenario.toml",
        "timeline.toml",
        "units.csv",
        "districts.csv",
        "series.csv",
        "record.csv",
        "targets.csv",
    }


def test_equal_faults_are_told_once(copy: Path) -> None:
    text = (copy / "units.csv").read_text().replace(",guess", ",gess")
    (copy / "units.csv").write_text(text)
    (fault,) = check(copy)
    assert fault.where == "lines 2, 3, 4, 5 and 5 more, source_kind"
    assert fault.hint == 'did you mean "guess"?'


def test_line_numbers_count_lines_of_the_file(copy: Path) -> None:
    text = (
        (copy / "units.csv").read_text().replace("casual labour", '"casual\nlabour"').replace("12,twelve", "x,twelve")
    )
    (copy / "units.csv").write_text(text.replace("\nbig_mill", "\n\nbig_mill"))
    (fault,) = check(copy)
    assert fault.where == "line 9, workplaces"


def test_a_fault_is_one_sentence() -> None:
    fault = Fault("units.csv", "line 14, role", '"metalworker"', "one of the roles", 'did you mean "metal_worker"?')
    assert str(fault) == (
        'units.csv, line 14, role: found "metalworker", expected one of the roles; did you mean "metal_worker"?'
    )
    assert str(Fault("units.csv", "", "no rows", "")) == "units.csv: found no rows"


def test_messages_stay_readable(copy: Path) -> None:
    edit("units.csv", "Dockers of the quays,docker", "Dockers of the quays," + "x\x1b[31m" * 200)(copy)
    (fault,) = check(copy)
    assert "\x1b" not in str(fault)
    assert len(str(fault)) < 300


def test_valid_names_may_be_odd_too(copy: Path) -> None:
    edit("districts.csv", "harbour,Harbour", "\x9f\U000b5c91s,Harbour")(copy)
    assert len(check(copy)) > 1
    assert all(str(fault).isprintable() for fault in check(copy))
