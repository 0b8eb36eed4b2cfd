"""Text files of a scenario, read so that every failure becomes a fault with its line."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dualpower.scenario.faults import Fault, quote

__all__ = ["read_text", "read_toml"]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters but for tabs and line ends (Unicode category Cc)."""

_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_text(path: Path, faults: list[Fault]) -> str | None:
    """Read a UTF-8 file with any line ends, with or without a byte-order mark; None after a fault."""
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            what = "a folder" if path.is_dir() else "something that is no file"
            faults.append(Fault(path.name, "", what, "a file"))
            return None
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        faults.append(Fault(path.name, "", f"that it cannot be read ({reason})", "a readable file"))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(_not_utf8(path.name, content, error))
        return None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        hint = "it looks like UTF-16: save the file as UTF-8" if text.count("\0") > len(text) // 4 else ""
        faults.append(Fault(path.name, f"line {line}", "a NUL character", "text", hint))
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _not_utf8(file: str, content: bytes, error: UnicodeDecodeError) -> Fault:
    mark = len(content) - len(error.object)  # the codec counts from behind a byte-order mark
    at = mark + error.start
    line = content.count(b"\n", 0, at) + 1
    hint = "save the file as UTF-8"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        hint = "it looks like UTF-16: save the file as UTF-8"
    return Fault(file, f"line {line}, byte {at + 1}", f"the byte 0x{content[at]:02x}", "text in UTF-8", hint)


def read_toml(path: Path, text: str, faults: list[Fault]) -> dict[str, Any] | None:
    """Parse TOML; None if it cannot be. A control character in its texts is a fault, but for tabs and line ends."""
    try:
        parsed = tomllib.loads(text)
        faults += [
            Fault(path.name, where, f"the control character U+{ord(sign):04X}", "text without any")
            for where, said in _texts(parsed, "")
            for sign in sorted(set(_CONTROL.findall(said)))
        ]
        return parsed
    except (ValueError, RecursionError, OverflowError) as error:
        said = str(error) if isinstance(error, ValueError) else "values nested too deeply"
        match = _LINE.search(said)
        where = f"line {match[1]}, column {match[2]}" if match else ""
        reason = _LINE.sub("", said).strip()
        faults.append(Fault(path.name, where, f"a TOML error ({reason})", "valid TOML", _toml_hint(text, match)))
        return None


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Yield every text in parsed TOML, keys too, with its place; entries of lists go by their ids or numbers."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, inside in value.items():
            yield where, key
            yield from _texts(inside, f"{where}.{key}".strip("."))
    elif isinstance(value, list):
        for number, inside in enumerate(value, 1):
            name = inside.get("id") if isinstance(inside, dict) else None
            yield from _texts(inside, f"{where}.{name}" if isinstance(name, str) and name else f"{where}[{number}]")


def _toml_hint(text: str, match: re.Match[str] | None) -> str:
    lines = text.split("\n")
    if not match or int(match[1]) > len(lines):
        return ""
    line = lines[int(match[1]) - 1].strip()
    return f"the line reads {quote(line)}" if line else ""


def fingerprints(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Fingerprints of those named that are there, tables and TOML files but claims.toml, to name a difference later."""
    kinds = (name for name in sorted(names) if name.endswith((".csv", ".toml")) and name[0] != ".")
    files = (path for name in kinds if name != "claims.toml" and (path := folder / name).is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
