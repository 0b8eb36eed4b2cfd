"""The kept form of a program: the same numbers to the last bit, whether traced, kept, read again or made anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array

from dualpower import _traced
from dualpower._cache import VARIABLE, cache_folder
from dualpower._traced import kept
from dualpower.laws.state import Fate


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    found = cache_folder()
    assert found is not None
    return found  # type: ignore[return-value]


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("traced-*.bin"))


class Counted:
    """A function of trees that counts how often it is traced."""

    def __init__(self) -> None:
        self.traced = 0

    def __call__(self, given: dict[str, Array], fate: Fate) -> tuple[Fate, Array]:
        self.traced += 1
        return fate._replace(left=fate.left + 1), jnp.tanh(given["a"] @ given["b"]).sum(0)


def arguments(rows: int = 3) -> tuple[Any, ...]:
    rng = np.random.default_rng(rows)
    one = np.float32(0.5)
    return (
        {"a": rng.random((rows, 4), np.float32), "b": rng.random((4, 5), np.float32)},
        Fate(one, np.int32(1), np.int32(2), one, np.arange(3, dtype=np.int32), np.arange(3, dtype=np.int32)),
    )


def same(one: Any, other: Any) -> bool:
    assert jax.tree.structure(one) == jax.tree.structure(other)
    return all(np.array_equal(a, b) for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True))


def test_a_second_session_reads_what_the_first_has_traced(folder: Path) -> None:
    first, second, given = Counted(), Counted(), arguments()
    expected = jax.jit(Counted())(*given)
    assert same(kept(first, "f", None, [Fate])(*given), expected)
    assert first.traced == 1
    assert len(files(folder)) == 1
    assert same(kept(second, "f", None, [Fate])(*given), expected)
    assert second.traced == 0
    assert len(files(folder)) == 1


@pytest.mark.parametrize("change", ["shape", "name", "package"])
def test_another_program_is_not_mistaken_for_it(change: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(Counted(), "f", None, [Fate])(*arguments())
    if change == "package":
        monkeypatch.setattr(_traced, "_package", lambda: "the laws have been edited")
    again, given = Counted(), arguments(7 if change == "shape" else 3)
    found = kept(again, "g" if change == "name" else "f", None, [Fate])(*given)
    assert again.traced == 1
    assert len(files(folder)) == 2
    assert same(found, jax.jit(Counted())(*given))


def test_one_function_serves_several_shapes() -> None:
    program = kept(Counted(), "f", None, [Fate])
    for rows in (3, 7, 3):
        assert same(program(*arguments(rows)), jax.jit(Counted())(*arguments(rows)))


@pytest.mark.parametrize("damage", [b"", b"not a program"])
def test_a_damaged_file_is_made_anew(damage: bytes, folder: Path) -> None:
    given = arguments()
    kept(Counted(), "f", None, [Fate])(*given)
    (path,) = files(folder)
    whole = path.read_bytes()
    path.write_bytes(damage or whole[: len(whole) // 2])
    again = Counted()
    assert same(kept(again, "f", None, [Fate])(*given), jax.jit(Counted())(*given))
    assert again.traced == 1
    assert len(path.read_bytes()) == len(whole)


def test_what_is_found_is_recalled_by_a_second_session(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: Any = ((3, "<f4"), jax.tree.structure(arguments()))
    assert _traced.recalled(lambda: found, "f") == found
    assert _traced.recalled(lambda: pytest.fail("made again"), "f") == found
    assert _traced.recalled(lambda: "another", "g") == "another"
    monkeypatch.setattr(_traced, "_package", lambda: "the laws have been edited")
    assert _traced.recalled(lambda: "later", "f") == "later"
    for path in files(folder):
        path.write_bytes(path.read_bytes()[:5])
    assert _traced.recalled(lambda: "mended", "f") == _traced.recalled(lambda: "read", "f") == "mended"
    monkeypatch.setenv(VARIABLE, "off")
    assert _traced.recalled(lambda: "each time", "f") == "each time"


def test_without_a_folder_it_is_an_ordinary_compiled_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    function, given = Counted(), arguments()
    assert same(kept(function, "f", None, [Fate])(*given), jax.jit(Counted())(*given))
    assert function.traced == 1


def test_the_oldest_files_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_traced, "MOST_KEPT", 2)
    for name in "fgh":
        kept(Counted(), name, None, [Fate])(*arguments())
    assert len(files(folder)) == 2


def test_what_it_returned_can_be_given_to_it_without_compiling_again() -> None:
    compiled: list[str] = []

    def heard(event: str, seconds: float, **_: Any) -> None:
        if event == "/jax/core/compile/backend_compile_duration" and seconds >= 0:
            compiled.append(event)

    program, (given, fate) = kept(Counted(), "f", None, [Fate]), arguments()
    program(given, fate)
    jax.monitoring.register_event_duration_secs_listener(heard)
    try:
        for number in range(3):
            fate, _ = program(given if number else jax.device_put(given), fate)
    finally:
        jax.monitoring.unregister_event_duration_listener(heard)
    assert not compiled
    assert float(fate.left) == 0.5 + 3
