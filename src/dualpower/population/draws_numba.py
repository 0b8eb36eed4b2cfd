"""Threefry 2x32-20 for one counter in Numba: inlined into loops, where LLVM turns it into vector code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])
U32 = np.uint32


def widen_vectors() -> None:
    """Let LLVM use the widest vectors of the processor: by itself it takes half of them on many that have AVX-512.

    Draws are whole numbers from one end to the other, and twice as fast with it. Nothing is changed where the user has
    set Numba's CPU_NAME or CPU_FEATURES, and nothing that he has compiled before.
    """
    config: Any = numba.config
    if config.CPU_NAME is None and config.CPU_FEATURES is None:
        from numba.core.codegen import get_host_cpu_features

        features: str = get_host_cpu_features()  # type: ignore[no-untyped-call]
        if "+avx512vl" in features:
            config.CPU_FEATURES = f"{features},-prefer-256-bit"


widen_vectors()


def compiled(**options: Any) -> Callable[[Function], Function]:
    """`numba.njit` with options, typed as a decorator that keeps the function's signature.

    Where no folder can be written, a function is compiled in every process instead of once (`cache`).
    """

    def compile_function(function: Function) -> Function:
        try:
            return cast("Function", numba.njit(**options)(function))
        except RuntimeError:
            return cast("Function", numba.njit(**{**options, "cache": False})(function))

    return compile_function


@compiled(inline="always")
def mix(word0: np.uint32, word1: np.uint32, turn: int) -> tuple[np.uint32, np.uint32]:
    """One round: add, rotate by `turn` bits, exclusive or."""
    word0 = U32(word0 + word1)
    word1 = U32(U32(U32(word1 << U32(turn)) | U32(word1 >> U32(32 - turn))) ^ word0)
    return word0, word1


@compiled(inline="always")
def four(word0: np.uint32, word1: np.uint32, turns: tuple[int, int, int, int]) -> tuple[np.uint32, np.uint32]:
    """Four rounds."""
    word0, word1 = mix(word0, word1, turns[0])
    word0, word1 = mix(word0, word1, turns[1])
    word0, word1 = mix(word0, word1, turns[2])
    return mix(word0, word1, turns[3])


@compiled(inline="always")
def threefry(key0: np.uint32, key1: np.uint32, word0: np.uint32, word1: np.uint32) -> tuple[np.uint32, np.uint32]:
    """The two words of one counter; all arguments uint32 (Numba widens sums, hence the casts)."""
    key2 = U32(U32(key0 ^ key1) ^ U32(0x1BD11BDA))
    word0, word1 = U32(word0 + key0), U32(word1 + key1)
    word0, word1 = four(word0, word1, (13, 15, 26, 6))
    word0, word1 = U32(word0 + key1), U32(word1 + U32(key2 + U32(1)))
    word0, word1 = four(word0, word1, (17, 29, 16, 24))
    word0, word1 = U32(word0 + key2), U32(word1 + U32(key0 + U32(2)))
    word0, word1 = four(word0, word1, (13, 15, 26, 6))
    word0, word1 = U32(word0 + key0), U32(word1 + U32(key1 + U32(3)))
    word0, word1 = four(word0, word1, (17, 29, 16, 24))
    word0, word1 = U32(word0 + key1), U32(word1 + U32(key2 + U32(4)))
    word0, word1 = four(word0, word1, (13, 15, 26, 6))
    return U32(word0 + key2), U32(word1 + U32(key0 + U32(5)))
