"""What makes no sense gets one sentence; what might make sense does not."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from dualpower.cli import main
from dualpower.scenario import Scenario, ScenarioError
from dualpower.scenario.sense import check_sense, presupposes

SENSELESS = [
    ([("october-insurrection", "1917-01-15")], "under Tsarism"),
    ([("october-insurrection", "1917-11-20")], "the last day that is simulated"),
    ([("decrees", "1917-07-05")], "under Dual power"),
    ([("united-front", "1917-07-01")], "kornilov-march before it"),
    ([("kornilov-march", "never"), ("united-front", "abstain")], "which never happens"),
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
    [("june-provocation", "1917-05-10")],
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


@pytest.mark.parametrize("changes", SENSIBLE)
def test_sense(petrograd: Scenario, changes: list[tuple[str, str]]) -> None:
    check_sense(made(petrograd, changes))


@pytest.mark.parametrize(("changes", "said"), SENSELESS[:7])
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
    assert "in a year that has left history: 0.008 a day while authority.councils >= 0.35" in listed
    assert all(event.id in listed for event in petrograd.timeline.events)
