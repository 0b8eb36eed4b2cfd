"""An examination of the installation: each finding has a name, a verdict and a sentence."""

from __future__ import annotations

import importlib
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Literal, NamedTuple

from dualpower import __version__
from dualpower._cache import VARIABLE, cache_folder, enable_compilation_cache

_MODULES = ("jax", "jaxlib", "numpy", "scipy", "pandas", "xarray", "h5netcdf", "h5py", "numba", "cftime", "pydantic",
            "click", "rich", "matplotlib")  # fmt: skip
_PYTHON = (3, 11)
_ENOUGH_MEMORY = 1.0  # GiB


class Finding(NamedTuple):
    """One thing that was looked at."""

    name: str
    verdict: Literal["ok", "note", "fails"]
    detail: str


def examine() -> list[Finding]:
    """Look at everything; no failure of one check keeps the next from being made."""
    checks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("python", _python), ("packages", _packages), ("device", _device), ("cache", _cache),
        ("threads", _threads), ("memory", _memory), ("simulation", _simulation),
    )  # fmt: skip
    return [_guarded(name, check) for name, check in checks]


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:
        return Finding(name, "fails", f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}")


def _python() -> Finding:
    verdict: Literal["ok", "fails"] = "ok" if sys.version_info[:2] >= _PYTHON else "fails"
    return Finding("python", verdict, f"{platform.python_version()} on {platform.platform()}, dualpower {__version__}")


def _packages() -> Finding:
    found, wrong = [], []
    for name in _MODULES:
        try:
            importlib.import_module(name)
            found.append(f"{name} {metadata.version(name)}")
        except Exception as error:
            wrong.append(f"{name} cannot be imported ({error})")
    wrong += _too_old()
    return Finding("packages", "fails" if wrong else "ok", "; ".join(wrong) or ", ".join(found))


def _too_old() -> list[str]:
    """Packages older than this one declares to need (nothing if it runs from its source folder, undeclared)."""
    try:
        declared = metadata.requires("dualpower") or []
    except metadata.PackageNotFoundError:
        return []
    needs = [match for text in declared if "extra" not in text and (match := re.match(r"([\w-]+)>=([\d.]+)", text))]
    return [f"{need[1]} is older than {need[2]}" for need in needs if _older(need[1], need[2])]


def _older(package: str, least: str) -> bool:
    try:
        return _numbers(metadata.version(package)) < _numbers(least)
    except metadata.PackageNotFoundError:
        return True


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _device() -> Finding:
    import jax

    devices = jax.devices()
    names = ", ".join(f"{device.platform}: {device.device_kind}" for device in devices)
    return Finding("device", "ok", f"{len(devices)} for JAX ({names})")


def _cache() -> Finding:
    folder = cache_folder()
    if folder is None:
        return Finding("cache", "note", f"none; programs are compiled anew each time ({VARIABLE} may name a folder)")
    programs = [path.stat().st_size for path in folder.glob("*") if path.is_file()]
    return Finding("cache", "ok", f"{folder}: {len(programs)} files, {sum(programs) / 2**20:.1f} MiB")


def _threads() -> Finding:
    import numba

    return Finding("threads", "ok", f"{numba.get_num_threads()} for Numba, {os.cpu_count()} processors")


def _memory() -> Finding:
    try:
        gib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    except (AttributeError, ValueError, OSError):
        return Finding("memory", "note", "size unknown on this system")
    return Finding("memory", "ok" if gib >= _ENOUGH_MEMORY else "fails", f"{gib:.1f} GiB")


def _simulation() -> Finding:
    """Simulate the small scenario of `dualpower new` twice: it must run, be finite, and repeat itself."""
    import numpy as np

    from dualpower.scenario import load, new
    from dualpower.simulate import simulate

    enable_compilation_cache()
    with tempfile.TemporaryDirectory() as place:
        scenario = load(new("doctor", Path(place) / "doctor"))
        began = time.perf_counter()
        first, second = (simulate(scenario, seed=1) for _ in range(2))
        seconds = time.perf_counter() - began
    shares = first.dataset["camp_share"].to_numpy()
    if not np.isfinite(shares).all() or not np.allclose(shares.sum(-1), 1.0, atol=1e-3):
        return Finding("simulation", "fails", "shares of camps are not finite or do not sum to one")
    if not first.dataset.identical(second.dataset):
        return Finding("simulation", "fails", "two runs with one seed differ")
    return Finding("simulation", "ok", f"{len(first.dates)} days twice in {seconds:.1f} s, alike to the last bit")
