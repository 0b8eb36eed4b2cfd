"""A new scenario: valid, general, and never over anything that exists; the schemas for editors."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from pydantic import Field

from dualpower.scenario import ScenarioError, check, library, load, new, write_json_schema
from dualpower.scenario.jsonschema import json_schemas
from dualpower.scenario.kinds import Part
from dualpower.scenario.meanings import add_meanings


def test_a_new_scenario_is_valid_and_carries_its_name(tmp_path: Path) -> None:
    folder = new("my-town", tmp_path / "a" / "b")
    assert check(folder) == []
    spec = load(folder).spec
    assert (spec.id, spec.title) == ("my-town", "My Town")
    assert "`dualpower what-if my-town --parameters`" in (folder / "parameters.toml").read_text()


def test_it_is_named_after_itself_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert new("my-town") == Path("my-town")
    assert check("my-town") == []


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert check(new("my-town", tmp_path)) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("mine")
    with pytest.raises(ScenarioError, match=r"something there already.*nothing was overwritten"):
        new("my-town", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["units.csv"]
    assert (tmp_path / "units.csv").read_text() == "mine"
    with pytest.raises(ScenarioError, match="something there already"):
        new("my-town", tmp_path / "units.csv")
    with pytest.raises(ScenarioError, match="cannot be written"):
        new("my-town", tmp_path / "units.csv" / "inside")


@pytest.mark.parametrize("name", ["", "my town", "../x", "a.b", "é", "a/b"])
def test_names_are_identifiers(tmp_path: Path, name: str) -> None:
    with pytest.raises(ScenarioError, match="a name of letters"):
        new(name, tmp_path / "town")
    assert list(tmp_path.iterdir()) == []


def test_the_template_shares_nothing_with_the_library(tmp_path: Path) -> None:
    """So that what works for both does not hang on one scenario's words."""
    town = load(new("town", tmp_path / "town"))
    for name in library():
        other = load(name)
        assert town.spec.calendar.system != other.spec.calendar.system
        for kind in ("party", "role", "council", "district", "unit", "event"):
            assert not set(town.names[kind]) & set(other.names[kind]), kind
        assert not {r.id for r in town.spec.regimes} >= {r.id for r in other.spec.regimes}


def test_the_template_shows_every_kind_of_thing(tmp_path: Path) -> None:
    town = load(new("town", tmp_path / "town"))
    assert {contest.kind for contest in town.spec.contests} == {"crowd", "insurrection", "march"}
    assert {council.kind for council in town.spec.councils} >= {"council", "election"}
    assert {event.kind for event in town.timeline.events} == {"shock", "choice"}
    assert any(not node.present for party in town.spec.parties for node in party.nodes)
    assert any(not party.nodes for party in town.spec.parties)
    assert all(
        len(table)
        for table in (
            town.units,
            town.districts,
            town.series,
            town.record,
            town.targets,
            town.changes,
            town.cells,
            town.commuting,
        )
    )
    assert set(town.targets["split"]) == {"calibrate", "heldout"}
    assert set(town.units["source_kind"]) == {"guess"}


def test_schemas_lie_beside_the_files_that_ask_for_them(tmp_path: Path) -> None:
    folder = new("town", tmp_path / "town")
    for name in ("scenario", "timeline", "claims"):
        first = (folder / f"{name}.toml").read_text().splitlines()[0]
        assert first == f"#:schema ./{name}.schema.json"
        schema = json.loads((folder / f"{name}.schema.json").read_text())
        keys = tomllib.loads((folder / f"{name}.toml").read_text())
        assert set(keys) <= set(schema["properties"])
        assert schema["additionalProperties"] is False


def test_schemas_use_the_words_of_the_files(tmp_path: Path) -> None:
    paths = write_json_schema(tmp_path)
    assert [path.name for path in paths] == ["scenario.schema.json", "timeline.schema.json", "claims.schema.json"]
    scenario, timeline, _ = (json.loads(path.read_text()) for path in paths)
    assert "schema" in scenario["required"]
    assert "schema_" not in scenario["properties"]
    assert "from" in timeline["$defs"]["HistoryEntry"]["properties"]
    assert timeline["$defs"]["Effect"]["properties"]["by_women"]["type"] == "boolean"
    described = [key for key, value in scenario["$defs"]["Party"]["properties"].items() if "description" in value]
    assert {"stance", "members_per_supporter"} <= set(described)


def test_every_table_of_the_schema_is_described(tmp_path: Path) -> None:
    for path in write_json_schema(tmp_path):
        for name, table in json.loads(path.read_text())["$defs"].items():
            assert table.get("description"), name


def test_an_editor_is_told_what_keys_mean() -> None:
    """The string below a field, an inherited one's too, and under the name that the key has in the file."""

    class Base(Part):
        first: int
        """Said of the first,
        in two lines."""

    class Whole(Base):
        second: int = Field(alias="2nd")
        """Said of the second."""
        third: int

    schema = add_meanings(Whole.model_json_schema(by_alias=True), Whole)["properties"]
    told = {key: value.get("description") for key, value in schema.items()}
    assert told == {"first": "Said of the first,\nin two lines.", "2nd": "Said of the second.", "third": None}
    council = json.loads(json_schemas()["scenario.schema.json"])["$defs"]["Council"]["properties"]
    assert "workplace" in council["minimum_per_workplace"]["description"]
