"""Programs whose traced form is kept between sessions, beside what the compiler made of it.

JAX keeps compiled programs, but traces and lowers a function in every session before it looks for one: a second for
the laws of a day. Here the lowered form (StableHLO, by `jax.export`) is kept too. It is the same program, so no bit of
a result depends on it; any change of the package's files, of JAX or of a shape is another program.
"""

from __future__ import annotations

import contextlib
import hashlib
import pickle
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.export

from dualpower import _files
from dualpower._cache import Options, cache_folder

Program = Callable[..., Any]

MOST_KEPT = 40
"""Files kept at most: the oldest go first."""


def kept(function: Program, name: str, options: Options | None, trees: Iterable[type] = ()) -> Program:
    """A function, compiled once for each shape of its arguments; its traced form is read from the disk if it is there.

    Parameters
    ----------
    function
        Of trees of arrays (no bare numbers); whatever else it depends on must be in `name`.
    name
        Sets it apart from other functions.
    options
        Of the compiler.
    trees
        Named tuples among its arguments and results.
    """
    made: dict[Any, Program] = {}

    def call(*given: Any) -> Any:
        leaves, shape = jax.tree.flatten(given)
        arrays = tuple((leaf.shape, leaf.dtype) for leaf in leaves)
        if (shape, arrays) not in made:
            for kind in trees:
                _register(kind)
            traced = _traced(function, repr((name, str(shape), arrays)), given)
            # Said beforehand that arguments lie where JAX puts things: what a kept program returns is bound to its
            # device, what comes from NumPy is not, and JAX would compile the same program for each.
            place = jax.device_put(0).sharding
            made[shape, arrays] = jax.jit(traced, compiler_options=options, in_shardings=place)
        return made[shape, arrays](*given)

    return call


def _traced(function: Program, signature: str, given: tuple[Any, ...]) -> Program:
    """The function's traced form, or the function itself where none can be kept."""
    if not _can_write():
        return function

    def export() -> bytes:
        return bytes(jax.export.export(jax.jit(function))(*given).serialize())

    return _recalled(signature, _called, export) or function


def recalled(make: Callable[[], Any], name: str) -> Any:
    """What `make` gives, read from the disk if an earlier session has kept it; `name` says all that it depends on."""
    found = _recalled(name, pickle.loads, lambda: pickle.dumps(make()))
    return make() if found is None else found


def _recalled(signature: str, read: Callable[[bytes], Any], make: Callable[[], bytes]) -> Any:
    """What is kept under a signature, which is made if it is absent or damaged; None where nothing can be kept."""
    folder = cache_folder()
    if folder is None:
        return None
    where = jax.__version__, jax.default_backend(), str(jax.dtypes.canonicalize_dtype(float)), _package()
    path = folder / f"traced-{_files.sha256(repr((signature, where)).encode())[:24]}.bin"
    with contextlib.suppress(Exception):
        return read(path.read_bytes())
    data = make()
    with contextlib.suppress(OSError, _files.RunError):
        _files.write_file(path, data)
        _forget(folder)
    return read(data)


def _called(data: bytes) -> Program:
    program: Program = jax.export.deserialize(bytearray(data)).call
    return program


@cache
def _package() -> str:
    """Fingerprint of the package's files, by name, size and time: reading them would cost more than is saved."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        about = path.stat()
        digest.update(f"{path}{about.st_size}{about.st_mtime_ns}".encode())
    return digest.hexdigest()


@cache
def _can_write() -> bool:
    try:
        import flatbuffers  # noqa: F401 (what `jax.export` writes with)
    except ImportError:
        return False
    return True


@cache
def _register(kind: type) -> None:
    """Tell JAX how to write a named tuple."""
    jax.export.register_namedtuple_serialization(kind, serialized_name=f"{kind.__module__}.{kind.__name__}")


def _forget(folder: Path) -> None:
    """Remove the oldest beyond the number that is kept."""
    files = sorted(folder.glob("traced-*.bin"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MOST_KEPT:]:
        path.unlink(missing_ok=True)
