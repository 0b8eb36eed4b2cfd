"""claims.toml: what it may hold, and every fault of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

import dualpower as dp
from dualpower.record import check as check_all
from dualpower.scenario import Scenario, check, load, new


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return new("town", tmp_path / "town")


def faults(folder: Path, *edits: tuple[str, str]) -> list[str]:
    file = folder / "claims.toml"
    text = file.read_text()
    for old, other in edits:
        assert old in text, old
        text = text.replace(old, other, 1)
    file.write_text(text)
    return [str(fault) for fault in check(folder)]


def test_the_template_is_valid(town: Path) -> None:
    assert check(town) == []
    assert [claim.id for claim in load(town).claims.claims] == ["T1"]


def test_claims_may_be_left_out_and_change_no_year(town: Path) -> None:
    before = load(town).content_hash
    (town / "claims.toml").unlink()
    assert load(town).claims.claims == ()
    assert load(town).content_hash == before


def test_all_faults_at_once(town: Path) -> None:
    found = faults(
        town,
        ("do flour-ship-lost=never", "do flour-ship-lots=never"),
        ("scale series.food=0.5", "scale series.fod=0.5"),
        ('of = "strikers"', 'of = "striker"'),
        ("regime.monarchy", "regime.monarchie"),
        ('date = "1921-03-13"', 'date = "1921-02-13"'),
        ("matters = 5.0", "matters = 0.0"),
        ('title = "It was the flour"', 'titel = "It was the flour"'),
    )
    text = "\n".join(found)
    for word in ('did you mean "strikers"?', 'did you mean "monarchy"?', "(start)", "above 0", 'did you mean "title"?'):
        assert word in text, (word, text)
    assert all(line.startswith("claims.toml") for line in found)


def test_interventions_are_checked_against_the_scenario(town: Path) -> None:
    found = faults(
        town,
        ("do flour-ship-lost=never", "do flour-ship-lots=never"),
        ("scale series.food=0.5", "scale series.fod=0.5"),
        ('changes = "do rising=never"', 'changes = "do rising=1999-01-01"'),
        ('changes = "scale radicals.members=0"', 'changes = "set allegiance.blam=0"'),
    )
    assert len(found) == 4
    assert 'claims.toml, claims.T1.interventions: found "do flour-ship-lots=never"' in found[0]
    assert any("claims.T1.placebos.no-rising.changes" in line for line in found)
    assert any("claims.T1.doses[1].changes" in line for line in found)
    assert any('did you mean "allegiance.blame"?' in line for line in found)


@pytest.mark.parametrize(
    ("old", "other", "said"),
    [
        ('interventions = "do flour-ship-lost=never"', 'interventions = "flour-ship-lost=never"', "do EVENT=VALUE"),
        (
            'interventions = "do flour-ship-lost=never"',
            'interventions = "set power.contagion=much"',
            "a number after the =",
        ),
        ('interventions = "do flour-ship-lost=never"\n', "", "interventions, or a parameter"),
        (
            'expects = "lower"\n  matters = 5.0',
            'expects = "lower"\n  matters = 5.0\n  decides = false',
            "one outcome that decides",
        ),
        ('of = "regime.monarchy"', 'of = "strikers"', "what is a yes or no"),
        (
            'date_end = "1921-03-15"',
            'date_end = "1921-03-01"',
            'date_end: found "1921-03-01", expected a date from 1921-03-14 (date) on',
        ),
        (
            "matters = 0.1",
            "matters = 10.0",
            "matters: found 10.0, expected a number of at most 1, the largest difference",
        ),
        ('id = "many"', 'id = "strike"', 'outcomes: found the id "strike" 2 times, expected each id once'),
        ('of = "strikers"', "of = []", "at least 1 of them"),
    ],
)
def test_a_claim_must_be_whole(town: Path, old: str, other: str, said: str) -> None:
    found = faults(town, (old, other))
    assert any(said in line for line in found), found


def test_a_difference_that_no_shares_can_have_is_refused(town: Path) -> None:
    assert faults(town, ('of = "strikers"', 'of = "council.assembly.radicals"')) == []
    (found,) = (str(fault) for fault in check_all(town))
    assert "claims.T1.outcomes.strike.matters: found 5, expected at most 1, the largest difference" in found
    assert "not in per cent" in found
    faults(town, ("matters = 5.0", "matters = 1.0"))
    assert check_all(town) == []
    faults(town, ("matters = 1.0", "matters = 2.0"), ('take = "max"', 'take = "sum"'))
    assert check_all(town) == []


def test_the_library_tests_eleven_claims(petrograd: Scenario) -> None:
    claims = petrograd.claims.claims
    assert [claim.id for claim in claims] == [f"K{number}" for number in range(1, 12)]
    for claim in claims:
        assert claim.placebos, claim.id
        assert len(claim.doses) > 2, claim.id
        assert len(claim.outcomes) > 1, claim.id
        assert all((claim.supported, claim.contradicted, claim.presupposes, claim.separates)), claim.id
    assert {claim.id for claim in claims if claim.players} == {"K4", "K8"}


def test_what_comes_after_its_outcome_was_looked_at_is_refused(town: Path) -> None:
    late = '[[claims.doses]]\namount = 3.0\nchanges = "do column-marches=1921-08-01"\n'
    file = town / "claims.toml"
    file.write_text(file.read_text() + late)
    (found,) = (str(fault) for fault in check_all(town))
    assert "claims.T1.doses[" in found
    assert "on which its outcome is looked at" in found
    assert "dose_outcome" in found


def test_a_ladder_is_read_on_an_outcome_of_its_claim(town: Path) -> None:
    (found,) = faults(town, ("[[claims.outcomes]]", 'dose_outcome = "nowhere"\n\n[[claims.outcomes]]'))
    assert 'dose_outcome: found "nowhere", expected the id of an outcome (strike, many)' in found


def test_ladders_of_petrograd_are_read_after_their_last_step(petrograd: Scenario) -> None:
    dosed = {claim.id: claim.dosed.id for claim in petrograd.claims.claims if claim.dose_outcome}
    assert dosed == {"K3": "beaten-in-october", "K6": "beaten-in-october"}


@pytest.mark.slow
@pytest.mark.parametrize("claim", ["K1", "K11"])
def test_a_claim_that_ends_before_the_last_calls_is_tested_alone(petrograd: Scenario, claim: str) -> None:
    """Calls of the timeline that come after all that a claim looks at are switched off in turn, too."""
    found = dp.test_claims(petrograd, 1, claims=claim, theories={})
    assert [one["id"] for one in found.claims] == [claim]
