"""The project keeps its promises: versions, pins, rooms, generated pages, examples in the README."""

from __future__ import annotations

import ast
import importlib
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import click
import pytest

import dualpower
from commands import call

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "dualpower"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
README = (ROOT / "README.md").read_text()

# From left to right: a room may import those before it, and itself.
ROOMS = ("scenario", "laws", "population", "run", "record", "experiment", "inference", "report", "cli")
ROOM_OF = dict.fromkeys(
    (
        "simulate",
        "course",
        "point",
        "dataset",
        "dataset_people",
        "manifest",
        "checkpoint",
        "fates",
        "finite",
        "packed",
        "fork",
        "changed",
        "compare",
        "_compared",
        "_districts",
        "dates",
    ),
    "run",
) | {"doctor": "cli", "__main__": "cli"}
# Named by everyone; none of these knows anything of the rooms.
COMMON = {"_amounts", "_arguments", "_files", "_cache", "_events", "_made", "_netcdf", "_program", "_says", "_traced"}


def test_version_is_one() -> None:
    assert PROJECT["version"] == dualpower.__version__
    assert f"\nversion: {dualpower.__version__}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"## [{dualpower.__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def locked(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith(("#", "-r ")))


@pytest.mark.parametrize("name", ["run.lock", "dev.lock"])
def test_locks_hold_pins_only(name: str) -> None:
    assert all(re.fullmatch(r"[\w.-]+", package) and version for package, version in locked(name).items())


def normal(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-")


def test_locks_name_every_dependency() -> None:
    run, dev = ({normal(package) for package in locked(name)} for name in ("run.lock", "dev.lock"))
    assert {normal(r) for r in PROJECT["dependencies"]} <= run
    extras = [r for group in PROJECT["optional-dependencies"].values() for r in group]
    assert {normal(r) for r in extras} <= run | dev


def test_every_public_name_is_there() -> None:
    for name in dualpower.__all__:
        assert getattr(dualpower, name) is not None
    assert set(dualpower.__all__) <= set(dir(dualpower))


def test_package_carries_its_data() -> None:
    package = resources.files("dualpower")
    assert (package / "py.typed").is_file()
    assert (package / "laws" / "parameters.csv").is_file()
    assert (package / "scenario" / "library" / "petrograd-1917" / "scenario.toml").is_file()
    assert (package / "scenario" / "template" / "scenario.toml").is_file()


# Rooms ------------------------------------------------------------------------------------------------------


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def room(dotted: str) -> str:
    head = dotted.removeprefix("dualpower").lstrip(".").split(".")[0]
    return ROOM_OF.get(head, head)


def imports(path: Path) -> Iterator[str]:
    """Yield the modules of the package that a file imports while it runs, at its top or inside functions.

    What stands under `if TYPE_CHECKING` is a matter of words and counts for nothing. A function of an earlier room may
    reach for a later one by name (`Run.report`), as long as importing the module does not.
    """
    tree = ast.parse(path.read_text())
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dualpower"):
            whole = node.module == "dualpower"
            yield from (f"dualpower.{alias.name}" for alias in node.names) if whole else [str(node.module)]
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("dualpower"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_rooms_import_only_to_their_left(path: Path) -> None:
    own = room(".".join(path.relative_to(SOURCE).with_suffix("").parts))
    if own == "__init__":
        return
    seen = {room(name) for name in imports(path)} - COMMON - {"__version__"}
    allowed = set(ROOMS[: ROOMS.index(own) + 1]) if own in ROOMS else {own}
    assert seen <= allowed, f"{path.name} of {own} imports {sorted(seen - allowed)}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_code_knows_no_particular_place(path: Path) -> None:
    names = re.compile(r"petrograd|bolshevi|menshevi|kornilov|kerensk|lenin", re.IGNORECASE)
    found = [
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and names.search(node.value)
    ]
    # Words of explanation may give an example; what the program does must not depend on it.
    docs = {doc for node in ast.walk(ast.parse(path.read_text())) if (doc := docstring(node))}
    assert [text for text in found if text not in docs and "\n" not in text and " " not in text] == []


def docstring(node: ast.AST) -> str | None:
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
        return ast.get_docstring(node, clean=False)
    return None


def test_import_is_light() -> None:
    """Importing the package loads neither JAX nor pandas nor Matplotlib: the command line answers at once."""
    code = "import sys, dualpower; print([m for m in ('jax', 'pandas', 'matplotlib', 'numba') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


# Pages and examples -----------------------------------------------------------------------------------------


def test_generated_pages_are_current() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def code_blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def documents() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def command_lines() -> list[str]:
    lines = [
        line.split("  #")[0].strip()
        for path in documents()
        for block in code_blocks(path.read_text(), "(?:bash|console|sh)")
        for line in block.replace("\\\n", " ").splitlines()
    ]
    return sorted({line.removeprefix("$ ") for line in lines if line.removeprefix("$ ").startswith("dualpower ")})


@pytest.mark.parametrize("line", command_lines())
def test_documented_commands_exist(line: str) -> None:
    """Every documented command is understood: the subcommand and all of its options are there."""
    from dualpower.cli import main

    words = shlex.split(line, comments=True)[1:]
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        context = click.Context(command)
        found = command.get_command(context, words.pop(0))
        assert found is not None, line
        command = found
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    used = {word.split("=")[0] for word in words if re.match(r"--?[a-zA-Z]", word)}
    assert used <= known | {"--help", "--version"}, line


@pytest.mark.slow
def test_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in code_blocks(README, "python"):
        exec(compile(block, "README.md", "exec"), names)


def test_calls_in_the_table_of_the_interface_exist() -> None:
    table = (ROOT / "docs" / "api.md").read_text().split("```", 1)[0]
    calls = re.findall(r"`(dp|scenario|run|ensemble)\.(\w+)\(", table)
    homes = {"dp": dualpower, "scenario": dualpower.Scenario, "run": dualpower.Run, "ensemble": dualpower.Ensemble}
    assert len(calls) > 20
    assert [call for call in calls if not hasattr(homes[call[0]], call[1])] == []


def test_the_page_of_the_interface_documents_every_public_name() -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    shown = dict.fromkeys(re.findall(r"^\.\. auto(?:function|class|exception):: ([\w.]+)$", page, re.MULTILINE))
    documented = []
    for path in shown:
        module, _, name = path.rpartition(".")
        documented.append(getattr(importlib.import_module(module), name))
    assert [name for name in dualpower.__all__ if getattr(dualpower, name) not in documented] == []


def test_links_inside_the_documents_lead_somewhere() -> None:
    for path in documents():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text()):
            if "://" not in target:
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_documents_hold_no_placeholder() -> None:
    for path in [*documents(), ROOT / "CHANGELOG.md", ROOT / "benchmarks" / "RESULTS.md"]:
        assert not re.search(r"TO.?DO|T.?B.?D\b|FIX.?ME|PLACEHOLDER|\?\?", path.read_text()), path.name


# Mechanisms -------------------------------------------------------------------------------------------------


def mechanisms() -> dict[str, tuple[list[str], list[str]]]:
    """Return, for each mechanism of docs/mechanisms.md, its laws and the variables of a run that show it."""
    rows = re.findall(
        r"^\| (A\d+) \| .*? \| (.*?) \| (.*?) \| .*?\|$", (ROOT / "docs" / "mechanisms.md").read_text(), re.M
    )
    return {key: (re.findall(r"law-(\w+)", laws), re.findall(r"`(\w+)`", shown)) for key, laws, shown in rows}


def test_every_mechanism_is_listed() -> None:
    assert list(mechanisms()) == [f"A{number}" for number in range(1, 19)]


@pytest.mark.slow
def test_mechanisms_are_in_the_run(petrograd_run: dualpower.Run) -> None:
    for key, (laws, shown) in mechanisms().items():
        assert laws, key
        assert shown, key
        for law in laws:
            importlib.import_module(f"dualpower.laws.{law}")
        assert set(shown) <= {*petrograd_run.dataset.data_vars, "events"}, key


@pytest.mark.slow
def test_the_page_of_the_command_line_has_the_keys_of_every_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    keys = importlib.import_module("pages.json_keys").KEYS
    town, soon = str(dualpower.new("town", tmp_path / "town")), ("--until", "1921-04-15", "-q")
    other = ("--do", "speaker-lands=never", "-q")
    commands = {
        "run": ("run", town, *soon),
        "run --draws": ("run", town, *soon, "--draws", "2"),
        "compare": ("compare", town, *other),
        "compare --draws": ("compare", town, *other, "--draws", "2"),
        "claims": ("claims", town, "--draws", "16", "-q"),
        "what-if": ("what-if", town),
        "check": ("check", town),
        "score": ("score", town),
    }
    assert set(commands) == set(keys)
    for name, words in commands.items():
        ended = call(*words, "--json")
        told = {key for together in keys[name] for key in together.split(", ")}
        assert (ended.code, set(json.loads(ended.out))) == (0, told), name
