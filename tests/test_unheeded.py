"""What a scenario says and nothing would heed is told: as a fault, or as a note of `dualpower check`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import dualpower as dp
from dualpower.cli import main
from dualpower.experiment.claims.words import sentence
from dualpower.inference.theories import THEORIES
from dualpower.laws.parameters import PARAMETERS
from dualpower.scenario import new

Edits = list[tuple[str, str, str]]
"""File, what is replaced in it ("" for its end), and by what."""

STRIKERS = "calibrate,1921-03-17,,Harbour Town,strikers,all,3500,2500,5000,persons,low,invented,"
WHOLE_RUN = (
    'scenario.toml, observables[2].places: found places, expected no such key: "deaths" is one number of the whole run'
)
DEATHS = "T06,calibrate,1921-03-20,,Harbour Town,deaths,all,11,6,20,persons,low,invented,\n"


def town(tmp_path: Path, edits: Edits) -> Path:
    folder = new("town", tmp_path / "town")
    for file, old, text in edits:
        path = folder / file
        said = path.read_text() if path.exists() else ""
        assert old in said
        path.write_text(said.replace(old, text, 1) if old else said + text)
    return folder


def faults(tmp_path: Path, *edits: tuple[str, str, str]) -> list[str]:
    return [str(fault) for fault in dp.check(town(tmp_path, list(edits)))]


def told(tmp_path: Path, *edits: tuple[str, str, str]) -> list[str]:
    ended = CliRunner().invoke(main, ["check", str(town(tmp_path, list(edits)))])
    assert ended.exit_code == 0, ended.output
    return ended.stdout.splitlines()[1:]


def observable(**said: str) -> tuple[str, str, str]:
    return "scenario.toml", "", "\n[[observables]]\n" + "".join(f"{key} = {value}\n" for key, value in said.items())


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([observable(quantity='"deaths"', place='"Elsewhere"', places='["country"]')], WHOLE_RUN),
        (
            [("scenario.toml", 'measure = "deaths"', 'measure = "soldiers_refusing"\ndistricts = ["harbour"]')],
            "scenario.toml, quantities.deaths.districts: found districts, expected no such key: ",
        ),
        (
            [("scenario.toml", 'council = "assembly"\n', 'council = "assembly"\ngroups = ["workers"]\n')],
            'expected no such key: "seat_share" is of one council and one party, wherever people are',
        ),
        (
            [observable(quantity='"strikers"', group='"dockers"', parties='["radicals"]')],
            'observables[2].parties: found parties, expected no such key: "activity" is told apart by units and',
        ),
        (
            [("targets.csv", "basis,note", "basis,note,issue"), ("targets.csv", "5000,persons,low,invented,",
             "5000,persons,low,invented,,food"), *[("targets.csv", ",invented,\n", ",invented,,\n")] * 4],
            'targets.csv, T01, issue: found "food", expected an empty cell: "activity"',
        ),
    ],
)  # fmt: skip
def test_selectors_that_a_measure_cannot_use(tmp_path: Path, edits: Edits, said: str) -> None:
    (found,) = faults(tmp_path, *edits)
    assert said in found


def test_selectors_of_an_observable_with_a_measure_of_its_own(tmp_path: Path) -> None:
    own = observable(quantity='"deaths"', group='"weavers"', measure='"size"', roles='["weaver"]')
    assert faults(tmp_path, own) == []


def test_a_number_of_the_whole_run_is_at_home_where_most_rows_lie(tmp_path: Path) -> None:
    record = ("record.csv", "1921-03-20,,Harbour Town,deaths", "1921-03-20,,Elsewhere,deaths")
    (found,) = faults(tmp_path, ("targets.csv", "", DEATHS.replace("Harbour Town", "Elsewhere")), record)
    assert found == 'targets.csv, T06, place: found "Elsewhere", expected one of Harbour Town'


@pytest.mark.parametrize("group", ["workers", "al"])
def test_no_observables_are_advised_where_no_units_are_selected(tmp_path: Path, group: str) -> None:
    (found,) = faults(tmp_path, ("targets.csv", "", DEATHS.replace(",all,", f",{group},")))
    assert "observables" not in found
    assert "all" in found.partition("expected")[2]


SIDES = 'challenger = "assemblies"\ndefender = '
CROWD = 'success = "two_powers"\nplaces = '
QUIET = "target_id,date,date_end,place,quantity,group,value,low,high,unit,basis,note\n"


def test_a_quiet_day_with_the_id_of_a_target(tmp_path: Path) -> None:
    row = "1921-03-10,,Harbour Town,strikers,all,10,1,100,persons,invented,\n"
    (found,) = faults(tmp_path, ("quiet.csv", "", f"{QUIET}Q01,{row}T02,{row}"))
    where = 'quiet.csv, line 3, target_id: found "T02", which is in line 3 of targets.csv too'
    assert found == f"{where}, expected an id that no target has"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("scenario.toml", 'defender = "crown"', 'defender = "cabinet"'), 'crowd.defender: "cabinet" neither holds'),
        (
            ("scenario.toml", f'{SIDES}"cabinet"', SIDES.replace("assemblies", "cabinet") + '"assemblies"'),
            'rising.challenger: "cabinet" holds power already under every regime',
        ),
        (
            ("scenario.toml", f'{CROWD}["city"]', f'{CROWD}["fleet"]'),
            "contests.crowd.places: nobody ever is in fleet",
        ),
        (
            ("scenario.toml", 'places = ["city"]\ncentre', 'places = ["fleet"]\ncentre'),
            "councils.assembly: nobody ever elects it",
        ),
        (("scenario.toml", 'end = "1921-08-31"', 'end = "1921-06-15"'), "targets.csv, T04: after 1921-06-15 (end), so"),
        (
            ("scenario.toml", 'end = "1921-08-31"', 'end = "1921-08-10"'),
            "timeline.toml, rising: after 1921-08-10 (end), so that only runs with --until reach what is said there",
        ),
        (("series.csv", "food,1921-03-01", "food,1912-03-01"), "food, 1912-03-01: 3,287 days before 1921-03-01;"),
        (("series.csv", "food,1921-03-01", "food,1999-03-01"), "series.csv, food, 1999-03-01: 28,"),
    ],
)  # fmt: skip
def test_what_no_run_heeds_is_noted(tmp_path: Path, edit: tuple[str, str, str], said: str) -> None:
    assert sum(said in line for line in told(tmp_path, edit)) == 1


def test_nothing_is_noted_of_a_place_to_which_units_move(tmp_path: Path) -> None:
    fleet = ("scenario.toml", f'{CROWD}["city"]', f'{CROWD}["fleet"]')
    ships = ("districts.csv", "", "ships,Ships,fleet,,,0,2,,invented,guess\n")
    moves = ("changes.csv", "district,harbour,", "district,ships,")
    assert told(tmp_path, fleet, ships, moves) == []


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            ("timeline.toml", '"launch.rising"\n    value = 1.0', '"launch.rising"\n    value = 0.0'),
            "",
        ),
        (
            ("timeline.toml", '"launch.column"\n    value = 1.0', '"launch.column"\n    value = -1.0'),
            '"column-marches", which has no effect above 0 on launch.column',
        ),
        (("scenario.toml", 'under = ["monarchy"]', "under = []"), "contests.crowd.under"),
        (("scenario.toml", 'from = ["two_powers"]', "from = []"), "regime_rules.assemblies-fade.from"),
        (("scenario.toml", "unaligned_appeal = ", "unaligned_appeal = 1e30 #"), "unaligned_appeal"),
        (("scenario.toml", "unaligned_appeal = ", "unaligned_appeal = 40 #"), "expected a number of at most 30"),
        (
            observable(quantity='"strikers"', group='"Weavers"', roles='["docker"]'),
            "observables[2]: found the quantity, place and group of observables[1] again",
        ),
    ],
)
def test_what_nothing_heeds_is_a_fault(tmp_path: Path, edit: tuple[str, str, str], said: str) -> None:
    found = faults(tmp_path, edit)
    assert len(found) == bool(said), found
    assert said in "".join(found)


def test_paths_of_a_new_scenario_can_be_pasted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, ["new", "town", "a folder/town"]).stdout
    assert "dualpower check 'a folder/town'" in said


def test_the_library_says_nothing_of_one_scenario() -> None:
    about = [f"{one.source} {one.meaning}" for one in PARAMETERS] + [f"{one.meaning} {one.why}" for one in THEORIES]
    assert not [words for words in about if re.search(r"\b(January|March|Bread|1917|Petrograd)\b", words)]


MANY = """of = "strikers"
  date = "1921-03-14"
  date_end = "1921-03-31"
  take = "max"
  at_least = 400.0"""
FLOUR = '"do flour-ship-lost=never"'


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("claims.toml", FLOUR, '"do flour-ship-lost=lost"'), "expected another option than history's, which changes"),
        (("claims.toml", FLOUR, '["do flour-ship-lost=lost", "do flour-ship-lost=1921-03-20"]'), ""),
        (("claims.toml", FLOUR, '"do flour-ship-lost=1921-03-14"'), ""),  # it comes whatever others go by
        (
            ("claims.toml", MANY, 'of = "regime.monarchy"\n  date = "1921-03-31"\n  at_least = 5.0'),
            "claims.T1.outcomes.many.at_least: found 5, expected at most 1",
        ),
        (
            ("claims.toml", 'date = "1921-03-13" }', 'date = "1921-03-13", at_least = 1.5 }'),
            "claims.T1.among[1].at_least: found 1.5, expected at most 1",
        ),
        (("claims.toml", 'date = "1921-03-13" }', 'date = "1921-03-13", at_least = 1.0 }'), ""),
    ],
)  # fmt: skip
def test_claims_that_change_nothing_or_can_never_come_true(
    tmp_path: Path, edit: tuple[str, str, str], said: str
) -> None:
    found = faults(tmp_path, edit)
    assert len(found) == bool(said), found
    assert said in "".join(found)


@pytest.mark.parametrize("words", [["--do", "speaker-lands=lands"], ["--scale", "radicals.members=1"]])
def test_a_comparison_that_changes_nothing_is_refused(tmp_path: Path, words: list[str]) -> None:
    ended = CliRunner().invoke(main, ["compare", str(town(tmp_path, [])), *words])
    assert ended.exit_code == 2
    assert "changes nothing" in ended.stderr


@pytest.mark.parametrize(("draws", "said"), [(9, "only 9 years could be compared"), (1, "only 1 year could"), (10, "")])
def test_undecided_for_want_of_years_says_so(draws: int, said: str) -> None:
    numbers = dict.fromkeys(("factual", "changed", "difference", "low", "high"), 0.5)
    row = {"decides": True, "draws": draws, "event": True, "meaning": "it", "expects": "lower", "matters": 0.1}
    claim = {"verdict": "undecided", "why": "", "parameter": None, "outcomes": [row | numbers], "settings": [],
             "counted": draws, "rests_on": [], "by_construction": "", "spoiled": []}  # fmt: skip
    words = sentence(claim)
    assert said in words
    assert ("fewer than 10 decide nothing" in words) == bool(said)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("targets.csv", "1921-04-05,,", "1921-03-18,,"), 'targets.csv, T03, date: found "1921-03-18", expected a day'),
        (("targets.csv", "1921-04-05,,", "1921-03-18,1921-03-25,"), ""),
        (("targets.csv", "1921-04-05,,", "1921-03-20,,"), ""),  # the day on which it is founded
        (
            ("scenario.toml", "turnout_unaligned = 0.8\ntier = 1", 'date = "1921-03-10"\ntier = 1'),
            'scenario.toml, councils.assembly.date: found "1921-03-10", expected a day on which history had "assembly"',
        ),
        (("scenario.toml", "turnout_unaligned = 0.8\ntier = 1", 'date = "1921-04-10"\ntier = 1'), ""),
    ],
)
def test_bodies_on_days_on_which_they_did_not_sit(tmp_path: Path, edit: tuple[str, str, str], said: str) -> None:
    found = faults(tmp_path, edit)
    assert len(found) == bool(said), found
    assert said in "".join(found)


def test_slips_in_the_record_are_told_as_those_of_targets_are(tmp_path: Path) -> None:
    small = ("record.csv", "Radicals,15,10,22,percent", "Radicals,0.6,,,percent")
    (note,) = told(tmp_path, small)
    assert note.startswith("note: record.csv, assembly_share 1921-04-05 Harbour Town Radicals: 0.6 percent is next")
    assert note.endswith("write 60 if 0.6 of the whole is meant")


@pytest.mark.parametrize("unit", ["persons", "share"])
@pytest.mark.parametrize("file", ["record.csv", "targets.csv"])
def test_a_share_in_another_unit_is_a_fault(tmp_path: Path, file: str, unit: str) -> None:
    (found,) = faults(tmp_path, (file, "Radicals,15,10,22,percent", f"Radicals,15,10,22,{unit}"))
    assert found.startswith(f"{file}, ")
    assert f'found the unit "{unit}", expected the unit of its quantity, of which 100 is a whole' in found


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("scenario.toml", 'short = "', 'short = " " #'), 'short: found " ", expected one to three letters'),
        (("scenario.toml", 'short = "', 'short = "" #'), 'short: found "", expected one to three letters'),
        (("scenario.toml", "total_seats = 40", "total_seats = 0.5"), "town_election.total_seats: found 0.5"),
        (("scenario.toml", "total_seats = 40", "total_seats = 1e9"), "town_election.total_seats: found 1000000000"),
        (
            ("scenario.toml", "workers = 100, services", "workers = 1e-5, services"),
            "assembly.seats.workers: found 1e-05",
        ),
        (("timeline.toml", 'id = "dockyard-shut"', 'id = "never"'), "events.never.id: found"),
        (("timeline.toml", 'id = "dockyard-shut"', 'id = "1921-03-16"'), "events.1921-03-16.id: found"),
        (
            ("districts.csv", "city,,,0,0", "city,59.9,,0,0"),
            "districts.csv, line 2, lon: found an empty cell, expected",
        ),
    ],
)
def test_values_that_cannot_be_meant(tmp_path: Path, edit: tuple[str, str, str], said: str) -> None:
    (found,) = faults(tmp_path, edit)
    assert said in found


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("scenario.toml", "hazard = 0.05", "hazard = 0.0"), "regime_rules.assemblies-fade: hazard = 0, so that it"),
        (
            ("scenario.toml", "days_in_regime > 30", "days_in_regime > 3000"),
            'regime_rules.assemblies-fade: "days_in_regime > 3000", though no regime can have ruled for more than 213',
        ),
        (("scenario.toml", "stance = {", "stance = {} # {"), "stance: nothing of "),
    ],
)
def test_what_never_comes_about_or_is_not_said_is_noted(tmp_path: Path, edit: tuple[str, str, str], said: str) -> None:
    (note,) = told(tmp_path, edit)
    assert said in note


def test_nothing_that_could_go_otherwise_is_said(tmp_path: Path) -> None:
    folder = town(tmp_path, [("scenario.toml", 'launched_by = "rising"\n', "")])
    scenario = folder / "scenario.toml"
    scenario.write_text(scenario.read_text().replace('launched_by = "column-marches"\n', ""))
    timeline = (folder / "timeline.toml").read_text()
    (folder / "timeline.toml").write_text(timeline.partition("[[events]]")[0])
    (folder / "claims.toml").unlink()
    ended = CliRunner().invoke(main, ["what-if", str(folder)])
    assert (ended.exit_code, "has no events" in ended.stdout) == (0, True)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (('date = "1921-03-13" }', 'date = "1921-03-13", at_least = 0.0 }'), "found 0, expected a number above 0"),
        (("amount = 1.5", "amount = 0.5"), "claims.T1.doses: found the amount 0.5 2 times, expected each amount once"),
        (('changes = "do rising=never"', "changes = []"), 'claims.T1.placebos: found none in "no-rising"'),
        (("", "".join(f'\n  [[claims.players]]\n  id = "p{n}"\n  name = "p"\n  without = "scale radicals.members=0"'
                      for n in range(5))), "claims.T1.players: found a list, expected at most 6 of them"),
    ],
)  # fmt: skip
def test_more_claims_that_make_no_sense(tmp_path: Path, edit: tuple[str, str], said: str) -> None:
    found = faults(tmp_path, ("claims.toml", *edit))
    assert len(found) == 1, found
    assert said in found[0]


def test_a_claim_whose_change_is_made_already_is_refused(tmp_path: Path) -> None:
    folder = str(town(tmp_path, []))
    ended = CliRunner().invoke(main, ["claims", folder, "--do", "flour-ship-lost=never", "--draws", "2"])
    assert ended.exit_code == 2
    assert 'found "do flour-ship-lost=never", expected what is not made otherwise already' in ended.stderr


def test_faults_of_tables_do_not_hide_those_of_meaning(tmp_path: Path) -> None:
    edits = [("targets.csv", "15,10,22", "150,100,220"), ("units.csv", "4200,4000,4500", "-4200,,"),
             ("parameters.toml", "[mobilisation]", "[mobilisation]\npase = 1.0")]  # fmt: skip
    found = faults(tmp_path, *edits)
    files = [one.partition(".")[0] for one in found]
    assert files == ["units", "parameters", "targets", "targets"], found


def test_what_was_not_looked_at_is_said(tmp_path: Path) -> None:
    folder = town(tmp_path, [("scenario.toml", 'kind = "election"', 'kind = "vote"')])
    ended = CliRunner().invoke(main, ["check", str(folder)])
    assert ended.exit_code == 2
    assert "1 fault in" in ended.stderr
    assert "the meaning of targets, record and claims is looked at once they are mended" in ended.stderr
    seen = CliRunner().invoke(main, ["check", str(town(tmp_path / "other", [("units.csv", "4200,4000,4500", "-1,,")]))])
    assert "once they are mended" not in seen.stderr


def test_a_slip_in_the_latest_year_is_a_fault(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, ("scenario.toml", 'latest = "1921-', 'latest = "2921-'))
    assert "calendar.latest: found 2921-" in found
    assert "expected a day no more than 7,305 days (twenty years) after the start, 1921-03-01" in found


def test_more_draws_than_there_can_be_are_refused(tmp_path: Path) -> None:
    ended = CliRunner().invoke(main, ["run", str(town(tmp_path, [])), "--draws", "9" * 20])
    assert ended.exit_code == 2
    assert "are more than the 1,000,000 that an ensemble can have" in ended.stderr


def test_results_are_not_put_into_the_folder_of_a_run(tmp_path: Path) -> None:
    folder, kept = str(town(tmp_path, [])), str(tmp_path / "kept")
    assert CliRunner().invoke(main, ["run", folder, "--until", "1921-03-03", "-o", kept]).exit_code == 0
    ended = CliRunner().invoke(main, ["fit", folder, "--draws", "0", "-o", kept])
    assert ended.exit_code == 2
    assert "has a run (trajectories.nc); choose another folder" in ended.stderr


def test_a_folder_of_the_librarys_name_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    new("petrograd-1917")
    with pytest.warns(UserWarning, match=r"petrograd-1917 is the library's; \./petrograd-1917 is the folder"):
        assert dp.load("petrograd-1917").folder != Path("petrograd-1917")
    assert dp.load("./petrograd-1917").folder == Path("petrograd-1917")


def test_a_folder_in_the_posteriors_place_is_no_posterior(tmp_path: Path) -> None:
    folder = town(tmp_path, [])
    (folder / "posterior.nc").mkdir()
    ended = CliRunner().invoke(main, ["run", str(folder), "--draws", "2"])
    assert ended.exit_code == 2
    assert "posterior.nc: is no posterior, or damaged" in ended.stderr
    assert "posterior.nc" in CliRunner().invoke(main, ["check", str(folder)]).stdout


def test_conditions_that_exclude_each_other_are_told(tmp_path: Path) -> None:
    both = '"authority.assemblies < 0.1", "authority.assemblies > 0.5"'
    (note,) = told(tmp_path, ("scenario.toml", '"authority.assemblies < 0.1"', both))
    assert "regime_rules.assemblies-fade" in note
    assert "which never hold at once" in note


def test_half_a_launch_is_told(tmp_path: Path) -> None:
    (note,) = told(tmp_path, ("timeline.toml", '"launch.column"\n    value = 1.0', '"launch.column"\n    value = 0.5'))
    assert "launch.column = 0.5 by itself begins nothing, a contest is launched above 0.5" in note
