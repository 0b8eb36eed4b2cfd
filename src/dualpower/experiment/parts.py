"""Parts of an ensemble, made on different machines, put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dualpower import _files, manifest
from dualpower._arguments import as_place
from dualpower.experiment import shards
from dualpower.experiment.ensemble import written
from dualpower.experiment.plan import clauses
from dualpower.experiment.result import Ensemble
from dualpower.experiment.table import kept_table
from dualpower.run import RunError

__all__ = ["merge"]


def merge(folders: str | Path | Sequence[str | Path], out: str | Path) -> Ensemble:
    """Put the parts of an ensemble into one folder; the parts stay as they are.

    Parameters
    ----------
    folders
        Folders of the parts (or the only one), also unfinished ones: their whole shards count.
    out
        Folder of the whole.

    Returns
    -------
    Ensemble
        `Ensemble.missing` says which draws no part has.

    Raises
    ------
    RunError
        If a folder is no ensemble, if none has a whole shard, if two are not of the same ensemble (it says what
        differs), if a shard is damaged and no other part has it, or if ``out`` cannot be written.
    """
    parts = [
        as_place(folder)
        for folder in ([folders] if isinstance(folders, str | Path) or not isinstance(folders, Iterable) else folders)
    ]
    if not parts:
        raise RunError("merge: no folder was given")
    _files.check_apart(out)
    place = Path(out)
    if place.resolve() in [part.resolve() for part in parts]:
        raise RunError(f"{place}: is one of the parts; choose another folder for the whole")
    indices = [shards.read_index(part) for part in parts]
    for part, index in zip(parts[1:], indices[1:], strict=True):
        if found := clauses(indices[0]["about"], index["about"]):
            raise RunError(f"{part}: is not of the same ensemble as {parts[0]}, {'; '.join(found)}")
    draws = max(int(index["draws"]) for index in indices)
    chosen = _chosen(parts, indices[0]["identity"], draws)
    wanted = indices[0]["switches"].get("table")
    table = None if wanted is None else _table_of(parts, wanted)  # before anything that is there is replaced
    shards.check_folder(place)
    with _files.held(place):
        return _write(place, indices, draws, chosen, table)


def _chosen(parts: Sequence[Path], identity: str, draws: int) -> dict[str, tuple[shards.Shard, Path]]:
    """Every shard once, with the path of the file; the longer one where parts end at different draws."""
    best: dict[int, tuple[shards.Shard, Path]] = {}
    damaged: list[str] = []
    for part in parts:
        good, bad = shards.survey(part, identity)
        damaged += bad
        for shard in good:
            if shard.first not in best or best[shard.first][0].stop < shard.stop:
                best[shard.first] = (shard, part / shard.file)
    if damaged and shards.gaps([shard for shard, _ in best.values()], draws):
        raise RunError(f"{damaged[0]}; make that part again with --resume")
    if not best:
        raise RunError("merge: none of these folders has a finished file of draws")
    return {shard.file: (shard, path) for shard, path in best.values()}


def _write(
    place: Path,
    indices: Sequence[dict[str, Any]],
    draws: int,
    chosen: dict[str, tuple[shards.Shard, Path]],
    table: Path | None,
) -> Ensemble:
    shards.clear(place)
    base = {key: value for key, value in indices[0].items() if key not in ("shards", "missing", "complete")}
    index = {**base, "draws": draws, "part": [1, 1]}
    shards.write_index(place, {**index, "complete": False})
    for name, (_, path) in chosen.items():
        _files.write_file(place / name, path.read_bytes(), alone=False)
    if table is not None:
        _files.write_file(place / shards.PARAMETERS, table.read_bytes(), alone=False)
    done = [shard for shard, _ in chosen.values()]
    missing = shards.gaps(done, draws)
    seconds = sum(float(each.get("wall_seconds", 0)) for each in indices)
    index |= {**written(place, done), "missing": missing, "complete": not missing, "wall_seconds": round(seconds, 3),
              **manifest.machine()}  # fmt: skip
    shards.write_index(place, index)
    return Ensemble(place, done, index)


def _table_of(parts: Iterable[Path], wanted: str) -> Path:
    """The file of the parameters of all draws: the first part's whose file is whole, `RunError` if none is."""
    damaged = []
    for path in dict.fromkeys(part / shards.PARAMETERS for part in parts):
        try:
            kept_table(path, wanted)
        except RunError as error:
            damaged.append(error)
        else:
            return path
    raise damaged[0]
