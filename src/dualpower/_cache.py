"""The store of compiled programs: what took seconds to compile once is read from the disk the next time."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

VARIABLE = "DUALPOWER_CACHE"
_OFF = ("", "0", "off", "none")


def cache_folder() -> Path | None:
    """Folder of compiled programs, or None if switched off or not writable.

    The environment variable ``DUALPOWER_CACHE`` names another place for it, or says "off".
    """
    chosen = os.environ.get(VARIABLE)
    if chosen is not None and chosen.strip().lower() in _OFF:
        return None
    folder = (Path(chosen) if chosen else _users_cache()) / f"programs-{_machine()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, probe = tempfile.mkstemp(dir=folder)
        os.close(handle)
        Path(probe).unlink()
    except OSError:
        return None
    return folder


def enable_compilation_cache() -> Path | None:
    """Let JAX keep compiled programs between runs; returns where, or None.

    Call it before the first compilation. A cache that the user has set up for JAX is left as it is, and one that cannot
    be written is no error: programs are then compiled anew.
    """
    import jax

    config: Any = jax.config
    if config.jax_compilation_cache_dir:
        return Path(config.jax_compilation_cache_dir)
    folder = cache_folder()
    if folder is not None:
        config.update("jax_compilation_cache_dir", str(folder))
        config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return folder


Options = dict[str, bool | str]

_COMPILES: Options = {"xla_cpu_use_fusion_emitters": False, "xla_backend_optimization_level": "1"}
_REPEATS: Options = {"xla_cpu_use_fusion_emitters": False, "xla_cpu_experimental_ynn_fusion_type": ""}
_RUNS_ALONE: Options = {"xla_cpu_prefer_vector_width": "512"}
_RUNS: Options = {
    **_RUNS_ALONE,
    "xla_cpu_experimental_ynn_fusion_type": "",
    "xla_cpu_enable_fast_math": True,  # in another order only: what is no number, or infinite, stays so
    **{f"xla_cpu_fast_math_honor_{what}": True for what in ("nans", "infs", "division", "functions")},
}


def quick_to_compile() -> Options | None:
    """Compiler options for a program that runs once: compiled in under half of the time, half as fast when it runs.

    None where this version of JAX does not know them. They change a result by no more than rounding.
    """
    return _if_known(_COMPILES)


def quick_to_repeat() -> Options | None:
    """Compiler options for a program that is called every day: compiled nearly as quickly, a tenth to a fifth faster.

    None where this version of JAX does not know them. They change a result by no more than rounding.
    """
    return _if_known(_REPEATS)


def quick_to_run() -> Options | None:
    """Compiler options for a program of many years at once: the widest vectors that the processor has (by itself the
    compiler takes half of them), sums in whatever order suits them, and no library made for larger products and sums.

    None where this version of JAX does not know them. They change a result by no more than rounding.
    """
    return _if_known(_RUNS)


def quick_to_run_alone() -> Options | None:
    """Compiler options for a program of one year: the widest vectors, a tenth faster.

    None where this version of JAX does not know them. They change a result by no more than rounding.
    """
    return _if_known(_RUNS_ALONE)


def _if_known(options: Options) -> Options | None:
    return options if _known(tuple(options.items())) else None


@cache
def _known(options: tuple[tuple[str, bool | str], ...]) -> bool:
    """Whether this version of JAX knows some compiler options."""
    import jax

    try:
        jax.jit(lambda: 0, compiler_options=dict(options)).lower().compile()
    except jax.errors.JaxRuntimeError:
        return False
    return True


def discard_damaged(complaint: str) -> bool:
    """Remove the programs that JAX complains it cannot read; says whether it was such a complaint.

    JAX leaves a file that a killed process has written in part where it is, and would complain in every session.
    """
    named = re.search(r"reading persistent compilation cache entry for '([\w.-]+)'", complaint)
    folder = cache_folder() if named else None
    if named and folder:
        for path in folder.glob(f"{named[1]}-*"):
            path.unlink(missing_ok=True)
    return bool(named)


def _users_cache() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("dualpower", appauthor=False))


def _machine() -> str:
    """Name of this kind of processor.

    Programs for a CPU hold its own instructions; a home folder shared by different machines must not mix them.
    """
    flags = platform.processor()
    with contextlib.suppress(OSError), Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
        flags += next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return f"{platform.machine()}-{hashlib.sha256(flags.encode()).hexdigest()[:8]}"
