"""The table of parameters: what is read, and what is refused."""

from __future__ import annotations

import pytest

from dualpower.laws.parameters import PARAMETERS, TABLE, assumptions, read

HEAD = "law,name,per,unit,prior,centre,sd,meaning,source"


def test_a_row_is_read_as_it_stands() -> None:
    (row,) = read([HEAD, 'line,pace,party,1/day,normal,-0.5,2,"how fast, in a day",ours'])
    assert (row.law, row.name, row.per, row.unit, row.prior) == ("line", "pace", "party", "1/day", "normal")
    assert (row.centre, row.sd, row.meaning, row.source) == (-0.5, 2.0, "how fast, in a day", "ours")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("line,pace,,1,uniform,1,1,m,s", 'prior "uniform" is none of lognormal, normal, switch'),
        ("line,pace,unit,1,normal,1,1,m,s", 'per "unit" is none of party, issue'),
        ("line,pace,,1,normal,much,1,m,s", "much"),
        ("line,pace,,1,normal,1,1,m,", "has no source"),
        ("line,pace,,1,normal,1,1,m", "has no source"),
        ("line,pace,,,normal,1,1,m,s", "has no unit"),
        ("line,pace,,1,normal", "row 2"),
        ("line,pace,,1,normal,1,1,how fast, in a day,s", "a cell too many"),
        ("line,pace,,1,normal,nan,1,m,s", "no finite number"),
        ("line,pace,,1,normal,1,inf,m,s", "no finite number"),
        ("line,pace,,1,normal,1,0,m,s", "sd is above 0"),
        ("line,pace,,1,lognormal,1,-1,m,s", "sd is above 0"),
        ("line,pace,,1,lognormal,0,1,m,s", "its median, above 0"),
        ("line,pace,,0 or 1,normal,1,1,m,s", "what is 0 or 1 is a switch"),
        ("line,pace,,0 or 1,switch,5,0,m,s", "a centre from 0 to 1, and sd 0"),
        ("line,pace,,0 or 1,switch,1,0.5,m,s", "a centre from 0 to 1, and sd 0"),
    ],
)
def test_a_faulty_row_is_named(row: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"parameters\.csv, row 2 \(line\.pace\)") as refused:
        read([HEAD, row])
    assert said in str(refused.value)


def test_a_name_is_taken_once() -> None:
    row = "line,pace,,1,normal,1,1,m,s"
    with pytest.raises(ValueError, match=r"row 3 .* is there already"):
        read([HEAD, row, row])


def test_the_table_is_read_to_its_end() -> None:
    assert len(PARAMETERS) == len(TABLE.read_text(encoding="utf-8").splitlines()) - 1


def test_an_assumption_of_any_law_is_a_switch_between_0_and_1() -> None:
    rows = read([HEAD, "line,off,,0 or 1,switch,1,0,parties listen,s", "line,share,,share,switch,0.5,0,m,s"])
    assert assumptions(rows) == {"line.off": "parties listen"}
    assert next(iter(assumptions())) == "contests.switch_command"
