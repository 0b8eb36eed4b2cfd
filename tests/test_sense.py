"""What makes no sense gets one sentence; what might make sense does not."""

from __future__ import annotations

import json
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import dualpower as dp
from dualpower.cli import main
from dualpower.inference.evidence import evidence
from dualpower.record import ObservationError, plan
from dualpower.record.doubts import check, doubtful
from dualpower.record.known import descriptions
from dualpower.run import RunError
from dualpower.scenario import Scenario, ScenarioError, load, new
from dualpower.scenario.claim_sense import claim_faults
from dualpower.scenario.notes import notes
from dualpower.scenario.sense import check_sense, presupposes

SENSELESS = [
    ([("october-insurrection", "1917-01-15")], "under Tsarism"),
    ([("october-insurrection", "1917-11-20")], "the last day that is simulated"),
    ([("decrees", "1917-07-05")], "under Dual power"),
    ([("united-front", "1917-07-01")], "kornilov-march before it"),
    ([("kornilov-march", "never"), ("united-front", "abstain")], "which never happens"),
    ([("kornilov-march", "stay"), ("united-front", "front")], 'is decided as "stay"'),
    ([("july-restraint", "restraint"), ("july-restraint", "insurrection")], "do not contradict each other"),
    ([("lenin-returns", "retuns")], 'did you mean "returns"?'),
    ([("lenin-returns", "1918-03-01")], "a date from 1917-01-01 to 1917-11-30"),
    ([("lenin-retuns", "never")], 'did you mean "lenin-returns"?'),
]
SENSIBLE = [
    [("kornilov-march", "1917-07-10")],
    [("kornilov-march", "1917-02-25")],  # a dated event waits for a week
    [("july-restraint", "insurrection"), ("decrees", "1917-07-05")],
    [("womens-day", "1917-01-23"), ("october-insurrection", "1917-02-10")],
    [("kornilov-march", "never"), ("united-front", "never")],
    [("kornilov-march", "stay")],
    [("june-provocation", "1917-05-10")],
    [("october-insurrection", "1917-10-28")],  # it brings the regime under which it could not happen
    [("order-to-fire", "1917-02-28")],
]


def made(scenario: Scenario, changes: list[tuple[str, str]]) -> Scenario:
    for event, value in changes:
        scenario = scenario.do(event, value)
    return scenario


@pytest.mark.parametrize(("changes", "said"), SENSELESS)
def test_no_sense(petrograd: Scenario, changes: list[tuple[str, str]], said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        check_sense(made(petrograd, changes))
    assert said in str(error.value)
    assert len(error.value.faults) == 1


def test_what_multiplies_by_one_makes_no_sense_of_it(petrograd: Scenario) -> None:
    early = petrograd.do("october-insurrection", "1917-01-15")
    check_sense(early.scale("bolshevik.members", 2.0))
    with pytest.raises(ScenarioError, match="under Tsarism"):
        check_sense(early.scale("bolshevik.members", 1.0))


def test_claims_are_checked_with_the_interventions_they_are_tested_under(petrograd: Scenario) -> None:
    assert claim_faults(petrograd) == []
    found = claim_faults(petrograd.do("kornilov-march", "never"))
    assert "claims.K4.interventions" in [fault.where for fault in found]


@pytest.mark.parametrize("changes", SENSIBLE)
def test_sense(petrograd: Scenario, changes: list[tuple[str, str]]) -> None:
    check_sense(made(petrograd, changes))


@pytest.mark.parametrize(("changes", "said"), SENSELESS[:8])
def test_the_command_line_says_so(changes: list[tuple[str, str]], said: str) -> None:
    words = [word for event, value in changes for word in ("--do", f"{event}={value}")]
    result = CliRunner().invoke(main, ["run", "petrograd-1917", "--quiet", *words])
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_what_if_says_what_is_presupposed(petrograd: Scenario) -> None:
    assert presupposes(petrograd, "united-front") == "Dual power or Government alone, kornilov-march before it"
    listed = CliRunner().invoke(main, ["what-if", "petrograd-1917"]).stdout
    assert "presupposes Dual power or Government alone, kornilov-march before it" in listed
    assert "in a year that has left history: 0.07 a day after miliukov-note while authority.councils >= 0.2" in listed
    assert "in a year that has left history: 0.12 a day after june-10-called-off\n" in listed
    assert "in a year that has left history: 0.008 a day while authority.councils >= 0.35" in listed
    assert all(event.id in listed for event in petrograd.timeline.events)


def test_claims_and_targets_that_make_no_sense_are_refused_everywhere(tmp_path: Path) -> None:
    """`check`, `dp.check` and what simulates say the same, before a day is lived through."""
    town = new("town", tmp_path / "town")
    (town / "targets.csv").write_text((town / "targets.csv").read_text().replace(",Radicals,", ",Radical,"))
    claims = (town / "claims.toml").read_text()
    (town / "claims.toml").write_text(claims.replace('"do flour-ship-lost=never"', '"do speaker-lands=1921-03-02"', 1))
    found = [str(fault) for fault in dp.check(town)]
    assert sum(line.startswith("targets.csv") and 'did you mean "radicals"?' in line for line in found) == 3
    assert any(line.startswith("claims.toml, claims.T1.interventions") and "The crown" in line for line in found)
    told = CliRunner().invoke(main, ["check", str(town)])
    assert (told.exit_code, told.stdout.splitlines()) == (2, found)
    for words in (["run"], ["run", "--draws", "2"], ["claims"]):
        ended = CliRunner().invoke(main, [words[0], str(town), *words[1:], "-q", "-o", str(tmp_path / "out")])
        assert ended.exit_code == 2
        assert ended.stderr.removeprefix("dualpower: ").splitlines() == found
    assert not (tmp_path / "out").exists()
    with pytest.raises(ScenarioError, match=r"claims\.T1\.interventions"):
        dp.test_claims(dp.load(town), draws=2)


@pytest.mark.parametrize(
    ("old", "new_text", "said"),
    [
        ("Town,strikers,all,3500", "Town,strikers,weavers,3500", ""),
        ("Town,strikers,all,3500", "Town,strikers,bakers,3500", ""),  # a description, of which `check` tells
        ("Town,strikers,all,3500", "Town,strikers,weavrs,3500", 'did you mean "weavers"?'),
        ("Town,strikers,all,3500", "Town,strikers,soldiers,3500", 'say whom of them "strikers" counts'),
        ("Harbour Town,strikers,all,3500", "Harbor Town,strikers,all,3500", 'did you mean "Harbour Town"?'),
        ("Harbour Town,strikers,all,3500", "Elsewhere,strikers,all,3500", "one of Harbour Town, or a place for which"),
        ("Harbour Town,assembly_share", "Elsewhere,assembly_share", ""),
    ],
)
def test_targets_of_places_and_groups_that_nothing_knows(tmp_path: Path, old: str, new_text: str, said: str) -> None:
    town = new("town", tmp_path / "town")
    targets = (town / "targets.csv").read_text()
    assert old in targets
    (town / "targets.csv").write_text(targets.replace(old, new_text, 1))
    found = [str(fault) for fault in dp.check(town)]
    assert len(found) == bool(said)
    assert said in "".join(found)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ('"scale radicals.members=1.0"', 'found "scale radicals.members=1.0", expected another factor than 1'),
        (
            '["do july-demonstration=rising", "do column-marches=never"]',
            "which changes nothing before 1921-07-09, expected what changes something by 1921-03-31, the last day",
        ),
        ('["do july-demonstration=rising", "set allegiance.blame=0"]', ""),
        ('["do july-demonstration=1921-03-12"]', "expected speaker-lands before it"),
        ('"do rising=never"', "expected what changes something: no such event is in history"),
    ],
)
def test_claims_that_cannot_come_out(tmp_path: Path, changes: str, said: str) -> None:
    town = new("town", tmp_path / "town")
    claims = (town / "claims.toml").read_text()
    (town / "claims.toml").write_text(claims.replace('"do flour-ship-lost=never"', changes, 1))
    found = [str(fault) for fault in dp.check(town)]
    assert len(found) == bool(said), found
    assert said in "".join(found)


@pytest.mark.parametrize("part", ["also", "placebos"])
def test_other_variants_of_a_claim_that_change_nothing(tmp_path: Path, part: str) -> None:
    """A dose may be history's own; a variant, a placebo or a player that is says nothing."""
    town = new("town", tmp_path / "town")
    claims = (town / "claims.toml").read_text()
    same = f'[[claims.{part}]]\nid = "same"\nmeaning = "as it was"\nchanges = "scale radicals.members=1.0"\n\n'
    dose = '[[claims.doses]]\namount = 1.2\nchanges = "scale series.food=1.0"\n\n'
    (town / "claims.toml").write_text(claims.replace("  [[claims.placebos]]", f"{dose}{same}[[claims.placebos]]", 1))
    found = f'claims.T1.{part}.same.changes: found "scale radicals.members=1.0"'
    assert [str(fault) for fault in dp.check(town)] == [
        f"claims.toml, {found}, expected another factor than 1, which changes nothing"
    ]


def test_other_variants_of_a_claim_that_come_after_its_outcome(tmp_path: Path) -> None:
    town = new("town", tmp_path / "town")
    claims = (town / "claims.toml").read_text()
    late = '[[claims.also]]\nid = "late"\nmeaning = "later"\nchanges = "do july-demonstration=rising"\n\n'
    (town / "claims.toml").write_text(claims.replace("  [[claims.placebos]]", f"{late}[[claims.placebos]]", 1))
    found = [str(fault) for fault in dp.check(town)]
    assert len(found) == 1
    assert "also.late.changes: found" in found[0]
    assert "which changes nothing before 1921-07-09" in found[0]


def test_an_effect_that_comes_too_late_is_told(tmp_path: Path) -> None:
    town = new("town", tmp_path / "town")
    (town / "timeline.toml").write_text((town / "timeline.toml").read_text().replace("delay = 2", "delay = 60"))
    told = CliRunner().invoke(main, ["check", str(town)])
    assert told.exit_code == 0
    assert (
        "column-marches.options.marches.effects[1]: delay = 60 after 1921-08-05 lies beyond 1921-09-30" in told.stdout
    )


@pytest.mark.parametrize(
    ("file", "old", "new_text"),
    [
        ("targets.csv", "3500,2500,5000", "-3500,-4500,5000"),
        ("scenario.toml", 'council = "assembly"\nscale = 100', 'council = "assembly"'),
    ],
)
def test_numbers_that_no_run_can_have_are_faults_without_a_warning(
    tmp_path: Path, file: str, old: str, new_text: str
) -> None:
    town = new("town", tmp_path / "town")
    text = (town / file).read_text()
    assert old in text
    (town / file).write_text(text.replace(old, new_text))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert dp.check(town)


@pytest.mark.parametrize(
    ("old", "new_text", "said"),
    [
        (
            "assembly_share,Radicals,15,10,22",
            "assembly_share,Radicals,150,140,160",
            "T03: value 150; expected a number of at least 0 and at most 100",
        ),
        ("all,3500,2500,5000", "all,-80000,-90000,-70000", "T01: value -80000; expected a number of at least 0"),
    ],
)
def test_targets_without_a_place_on_the_scale_are_refused_where_they_are_compared(
    tmp_path: Path, old: str, new_text: str, said: str
) -> None:
    town = new("town", tmp_path / "town")
    text = (town / "targets.csv").read_text()
    assert old in text
    (town / "targets.csv").write_text(text.replace(old, new_text))
    scenario = dp.load(town)
    with pytest.raises(ObservationError) as caught:
        plan(scenario, scenario.targets)
    assert str(caught.value) == said


def test_numbers_of_the_record_that_no_run_can_have(tmp_path: Path) -> None:
    town = new("town", tmp_path / "town")
    record = (town / "record.csv").read_text()
    text = record.replace("all,3500,3000,4500", "all,-3500,-3700,").replace(",0.45,", ",-0.45,")
    (town / "record.csv").write_text(text)
    assert [str(fault) for fault in dp.check(town)] == [
        f"record.csv, strikers 1921-03-17 Harbour Town all, {what}: found {number}, expected a number of at least 0"
        for what, number in (("value", -3500), ("low", -3700))
    ]
    (town / "record.csv").write_text(
        record.replace("Radicals,15,10,22,percent,invented,guess", "Radicals,150,,,percent,invented,primary")
    )
    with pytest.raises(ObservationError, match="found what no run can have"):
        evidence(dp.load(town), "1921-04-30")


def test_units_and_parties_of_which_no_run_could_say_anything_are_faults(tmp_path: Path) -> None:
    town = new("town", tmp_path / "town")
    texts = {file: (town / file).read_text() for file in ("targets.csv", "scenario.toml", "claims.toml")}
    here = 'id = "assembly"\n'
    closed = texts["scenario.toml"].replace(here, f'{here}parties = ["moderates", "notables"]\n', 1)
    asked = texts["claims.toml"].replace('of = "strikers"', 'of = "council.assembly.radicals"', 1)
    percent, thousand = (texts["targets.csv"].replace("5000,persons", f"5000,{u}", 1) for u in ("percent", "thousand"))
    stand = "expected a party that stands for assembly: moderates, notables"
    cases: list[tuple[dict[str, str], str]] = [
        ({"targets.csv": percent}, 'T01: found the unit "percent"'),
        ({"targets.csv": thousand}, "of what its quantity counts"),
        ({"scenario.toml": closed}, f"targets.csv, T03: found radicals, for whom nobody can vote there, {stand}"),
        (
            {"scenario.toml": closed, "claims.toml": asked},
            f'claims.toml, claims.T1.outcomes.strike.of: found "council.assembly.radicals", {stand}',
        ),
    ]
    for changed, said in cases:
        for file, text in {**texts, **changed}.items():
            (town / file).write_text(text)
        assert any(said in str(fault) for fault in check(town)), said


def test_contests_that_nobody_begins_and_strikers_whom_nobody_counts_are_told(tmp_path: Path) -> None:
    town = new("town", tmp_path / "town")
    texts = {file: (town / file).read_text() for file in ("timeline.toml", "scenario.toml")}
    (town / "timeline.toml").write_text(texts["timeline.toml"].replace('lever = "launch.column"', 'lever = "front"'))
    idle = texts["scenario.toml"].replace('launched_by = "column-marches"\n', "")
    (town / "scenario.toml").write_text(idle.replace("counts_as_striker = true\n", ""))
    said = notes(load(town))
    assert any("contests.column: no event has an effect above 0 on launch.column" in one for one in said)
    assert not any("launch.rising" in one for one in said)
    assert any("none has counts_as_striker, so that nobody is counted by " in one for one in said)


def test_what_may_be_a_slip_is_told(tmp_path: Path, petrograd: Scenario) -> None:
    town = new("town", tmp_path / "town")
    assert doubtful(petrograd) == doubtful(dp.load(town)) == []
    record, targets = ((town / file).read_text() for file in ("record.csv", "targets.csv"))
    (town / "record.csv").write_text(record.replace("assembly_share,Radicals,15", "assembly_share,Greens,15"))
    (town / "targets.csv").write_text(targets.replace("15,10,22", "0.15,0.1,0.22"))
    party, share = doubtful(dp.load(town))
    assert 'no party called "Greens"' in party
    assert share == "targets.csv, T03: 0.15 percent is next to nothing; write 15 if 0.15 of the whole is meant"


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        (
            {"scenario.toml": ('group = "weavers"', 'group = "spinners"')},
            'observables[1]: no target and no row of the record has quantity "strikers", group "spinners"',
        ),
        (
            {"scenario.toml": ("services", "docker"), "timeline.toml": ("services", "docker")},
            "scenario.toml, roles.docker: a group of several roles has this name, too; a dose is the group's",
        ),
        (
            {"units.csv": ("quays,", "weaver,"), "cells.csv": ("quays,", "weaver,")},
            "units.csv, weaver: a role has this name, too; a dose is the role's",
        ),
        (
            {"districts.csv": ("city,,,0,1,", "city,,,0,0,")},
            "districts.csv, harbour and old_town: both in row 0, col 0; maps show one of them",
        ),
    ],
)
def test_names_tiles_and_selectors_that_mislead_are_told(
    tmp_path: Path, edits: dict[str, tuple[str, str]], said: str
) -> None:
    town = new("town", tmp_path / "town")
    for file, (old, new_text) in edits.items():
        (town / file).write_text((town / file).read_text().replace(old, new_text))
    told = CliRunner().invoke(main, ["check", str(town)])
    assert told.exit_code == 0, told.output
    assert said in told.stdout


def test_what_a_scenario_was_made_into_is_no_scenario(tmp_path: Path) -> None:
    town = new("town", tmp_path / "town")
    dp.simulate(dp.load(town), until="1921-03-03").save(tmp_path / "run")
    dp.simulate(dp.load(town), until="1921-03-03", draws=2, out=tmp_path / "draws")
    for folder, what in (("run", "a run"), ("draws", "an ensemble")):
        ended = CliRunner().invoke(main, ["run", str(tmp_path / folder)])
        assert ended.exit_code == 2
        assert ended.stderr.strip().endswith(f"{folder}: found the folder of {what}, expected that of a scenario")


def test_what_is_written_twice_is_told(tmp_path: Path) -> None:
    town = new("town", tmp_path / "town")
    for name in ("targets.csv", "record.csv"):
        lines = (town / name).read_text().splitlines()
        again = lines[1] if name == "record.csv" else lines[1].replace("T01", "T99", 1)
        (town / name).write_text("\n".join([*lines, again, ""]))
    target, row = doubtful(dp.load(town))
    assert target == "targets.csv, T01 and T99: the same number on the same days, which counts twice"
    assert row.startswith("record.csv, ")
    assert row.endswith(": written twice, so that its source counts twice")


def test_a_group_that_is_a_description_is_told(tmp_path: Path, petrograd: Scenario) -> None:
    town = new("town", tmp_path / "town")
    assert descriptions(dp.load(town)) == descriptions(petrograd) == []
    targets = (town / "targets.csv").read_text()
    (town / "targets.csv").write_text(targets.replace("Town,strikers,all,3500", "Town,strikers,bakers,3500", 1))
    (told,) = descriptions(dp.load(town))
    assert told == 'targets.csv, T01: the group "bakers" tells nobody apart: all whom "strikers" counts are compared'


def test_a_group_whom_its_quantity_counts_anyway_is_known(tmp_path: Path) -> None:
    town = new("town", tmp_path / "town")
    quantity = '\n[quantities.mutineers]\nmeasure = "activity"\nactivities = ["refusing"]\nroles = ["rifleman"]\n'
    with (town / "scenario.toml").open("a") as opened:
        opened.write(quantity)
    with (town / "targets.csv").open("a") as opened:
        opened.write("T06,calibrate,1921-03-18,,Harbour Town,mutineers,soldiers,100,50,200,persons,low,invented,\n")
    assert dp.check(town) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "allegiance.blame=1", "--set", "allegiance.blame=2"], ["1 and 2 contradict each other"]),
        (["--set", "allegiance.blame=1", "--scale", "allegiance.blame=2"], ["give one of them"]),
        (["--do", "xx=never", "--do", "lenin-retuns=never", "--set", "aa.b=1"], ['"xx"', '"lenin-returns"', '"aa.b"']),
    ],
)
def test_all_that_is_wrong_with_interventions_is_said(words: list[str], said: list[str]) -> None:
    ended = CliRunner().invoke(main, ["run", "petrograd-1917", "-q", *words])
    assert ended.exit_code == 2
    assert all(word in ended.stderr for word in said), ended.stderr


def test_a_fork_on_no_day_is_refused_before_any_year() -> None:
    words = ["compare", "petrograd-1917", "--do", "lenin-returns=never", "--draws", "4"]
    for fork, said in (
        ("nonsense", "a fork must be a date from 1917-01-02 to 1917-10-31"),
        ("1917-01-01", "second day"),
    ):
        ended = CliRunner().invoke(main, [*words, "--fork", fork])
        assert ended.exit_code == 2
        assert said in ended.stderr
        assert "years" not in ended.stderr.replace("years from", "")  # no progress


def test_a_circle_of_links_is_a_bad_place(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "nowhere").symlink_to("gone")
    ended = CliRunner().invoke(main, ["run", "petrograd-1917", "-q", "-o", str(tmp_path / "nowhere")])
    assert ended.exit_code == 2
    assert "nowhere: that is a link to what is not there" in ended.stderr
    ended = CliRunner().invoke(main, ["run", "petrograd-1917", "-q", "-o", str(tmp_path / "loop")])
    assert ended.exit_code == 2
    assert "cannot write to" in ended.stderr


def test_a_timeline_without_an_id_hides_no_other_fault(tmp_path: Path) -> None:
    town = new("town", tmp_path / "town")
    (town / "timeline.toml").write_text((town / "timeline.toml").read_text().replace('id = "flour-ship-lost"\n', "", 1))
    (town / "cells.csv").write_text((town / "cells.csv").read_text().replace(",60,", ",-60,", 1))
    found = [str(fault) for fault in dp.check(town)]
    assert any(line.startswith("timeline.toml, events[1].id: found nothing") for line in found)
    assert any(line.startswith("cells.csv") for line in found)


def test_what_is_of_another_scenario_is_said_to_be(tmp_path: Path, petrograd: Scenario) -> None:
    town = new("town", tmp_path / "town")
    shutil.copy(petrograd.folder / "posterior.nc", town)
    told = CliRunner().invoke(main, ["check", str(town)])
    assert told.exit_code == 0
    assert "note: posterior.nc is of petrograd-1917" in told.stdout
    with pytest.raises(RunError, match=r"posterior\.nc: is of another scenario or of other laws"):
        dp.simulate(dp.load(town), draws=2)
    dp.simulate(dp.load(town), until="1921-03-02").save(tmp_path / "run")
    with pytest.raises(RunError, match="a run of town, not of petrograd-1917"):
        dp.load_run(tmp_path / "run", petrograd)
    ended = CliRunner().invoke(main, ["score", str(tmp_path / "run"), "--seed", "2"])
    assert (ended.exit_code, "--seed is for a SCENARIO" in ended.stderr) == (2, True)


def test_check_notes_what_counts_by_its_order_or_not_at_all(tmp_path: Path, petrograd: Scenario) -> None:
    said = notes(petrograd)
    assert [line.split(" could")[0].rpartition(", ")[0] for line in said] == [
        "scenario.toml, councils: petrograd_soviet",
        "scenario.toml, councils: congress",
    ]
    councils = petrograd.spec.councils
    turned = notes(replace(petrograd, spec=petrograd.spec.model_copy(update={"councils": councils[::-1]})))
    assert "factory_committees does, which comes first" in turned[0]
    town = dp.load(new("town", tmp_path / "town"))
    assert notes(town) == []
    sized = tuple(
        one.model_copy(update={"size": 500.0}) if one.kind == "insurrection" else one for one in town.spec.contests
    )
    (said_of_size,) = notes(replace(town, spec=town.spec.model_copy(update={"contests": sized})))
    assert "contests.rising.size: found 500.0, which has no effect" in said_of_size
    (tmp_path / "town" / "scenario.toml").write_text(
        (tmp_path / "town" / "scenario.toml")
        .read_text()
        .replace('kind = "insurrection"', 'kind = "insurrection"\nsize = 500', 1)
    )
    told = CliRunner().invoke(main, ["check", str(tmp_path / "town")])
    assert (told.exit_code, "note: scenario.toml, contests.rising.size" in told.stdout) == (0, True)


def test_an_event_after_the_last_day_cannot_be_decided(tmp_path: Path) -> None:
    folder = str(dp.new("town", tmp_path / "town"))
    town = dp.load(folder)
    event = next(each for each in town.timeline.events if each.id == "speaker-lands")
    before = town.calendar.shift(event.date, -1)
    for command in (["run", "-q"], ["compare", "-q"]):
        words = [*command, folder, "--do", f"{event.id}=never", "--until"]
        ended = CliRunner().invoke(main, [*words, before])
        assert ended.exit_code == 2
        assert f"never, though its day is {event.date}, expected an event that can come about by" in ended.stderr
        assert CliRunner().invoke(main, [*words, event.date]).exit_code == 0
    assert dp.simulate(town.do(event.id, "never"), until=before).dates[-1] == before  # no more than idle in Python


CLAIM = """
[[claims]]
id = "T2"
title = "t"
claim = "c"
source = "s"
interventions = {interventions}
presupposes = "p"
supported = "s"
contradicted = "c"
{more}
[[claims.outcomes]]
id = "late"
meaning = "late"
of = "council.assembly.radicals"
date = "1921-08-31"
expects = "higher"
matters = 0.1
decides = false
[[claims.outcomes]]
id = "x"
meaning = "x"
of = "council.assembly.radicals"
date = "{date}"
expects = "higher"
matters = 0.1
"""


@pytest.mark.parametrize(
    ("interventions", "date", "more", "where", "said"),
    [
        (["do column-marches=never"], "1921-08-31", "", "", ""),
        (["do column-marches=never"], "1921-06-01", "", "outcomes.x", "one on or after 1921-08-05"),
        (["do rising=rise"], "1921-06-01", "", "", ""),  # by its rule it may come on any day
        (["do rising=never"], "1921-08-31", "", "interventions", "no such event is in history"),
        (["do column-marches=never"], "1921-08-31", "1921-08-10", "among[1].date", "no later than 1921-08-05"),
        (["do column-marches=never"], "1921-08-31", "1921-08-05", "", ""),
    ],
)
def test_claims_that_can_measure_nothing_are_refused(
    tmp_path: Path, interventions: list[str], date: str, more: str, where: str, said: str
) -> None:
    town = new("town", tmp_path / "town")
    among = f'[[claims.among]]\nof = "regime.two_powers"\ndate = "{more}"' if more else ""
    made = CLAIM.format(interventions=json.dumps(interventions), date=date, more=among)
    (town / "claims.toml").write_text((town / "claims.toml").read_text() + made)
    found = [fault for fault in dp.check(town) if "T2" in fault.where]
    assert [fault.where for fault in found] == ([f"claims.T2.{where}"] if said else [])
    assert all(said in fault.expected for fault in found)


def test_all_of_history_and_rules_of_choices_exclude_each_other(tmp_path: Path) -> None:
    town = dp.load(new("town", tmp_path / "town"))
    for more in ({}, {"draws": 2}):
        with pytest.raises(ScenarioError, match='choices: found "rules", expected "history" where all of history'):
            dp.simulate(town, imposed=True, choices="rules", **more)  # type: ignore[call-overload]


def test_an_event_that_has_to_wait_says_so(tmp_path: Path) -> None:
    town = dp.load(new("town", tmp_path / "town"))
    late = dp.simulate(town.do("speaker-lands", "1921-03-13")).events.set_index("event").loc["speaker-lands"]
    days = dp.simulate(town).calendar
    assert late["date"] > "1921-03-13"
    waited = days.days_between("1921-03-13", late["date"])
    assert late["why"].endswith(f"it came {waited} days later, once what it presupposes was there")
    never = dp.simulate(town.do("rising", "1921-08-01")).events.set_index("event").loc["rising"]
    assert never["why"].startswith("it waited until 1921-08-08, when ")
    shown = CliRunner().invoke(
        main, ["run", str(tmp_path / "town"), "--do", "speaker-lands=1921-03-13", "-q", "--people", "0.5"]
    )
    assert "Came later than asked" in shown.stdout
    assert "--people 0.5" in shown.stdout.splitlines()[1]


def test_what_can_be_scaled_is_in_the_document_of_what_if(tmp_path: Path) -> None:
    town = new("town", tmp_path / "town")
    text = (town / "timeline.toml").read_text()
    assert 'historical = "lands"\n' in text
    (town / "timeline.toml").write_text(text.replace('historical = "lands"\n', ""))
    told = json.loads(CliRunner().invoke(main, ["what-if", str(town), "--json"]).stdout)
    assert [row["path"] for row in told["scale"]] == ["PARTY.members, PARTY.cells", "series.ISSUE", "units.NAME.size"]
    assert told["scale"][0]["names"] == ["radicals", "moderates", "notables"]
    lands = next(event for event in told["events"] if event["id"] == "speaker-lands")
    assert [option["historical"] for option in lands["options"]] == [True]
