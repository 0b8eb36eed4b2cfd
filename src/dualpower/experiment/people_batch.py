"""Draws of people: a few years side by side, each the same to the bit as the single run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dualpower.course import Course, advance
from dualpower.experiment.batch import Arrays, Bench, Drawn
from dualpower.experiment.compact import reduced
from dualpower.experiment.observed import observed_arrays
from dualpower.experiment.table import Table, with_parameters
from dualpower.laws.diary import Diary
from dualpower.record import observe
from dualpower.record.measures import EVENT_PREFIX, REGIME_PREFIX


def years_of_people(bench: Bench, seeds: NDArray[np.int64], table: Table | None, threads: int | None) -> list[Drawn]:
    """Live through years of people, side by side, on some cores; ``table`` has a row for each of them."""
    courses = [
        _course(bench, int(seed), None if table is None else table.row(k), threads) for k, seed in enumerate(seeds)
    ]
    while courses[0].done < courses[0].length:
        advance(courses)
    return [_drawn(bench, course) for course in courses]


def _course(bench: Bench, seed: int, values: Mapping[str, float] | None, threads: int | None) -> Course:
    """A year of people on its first morning, by some parameters."""
    job = bench.job
    course = Course(
        bench.scenario if values is None else with_parameters(bench.scenario, values),
        seed,
        job.until,
        noise=job.noise,
        imposed=job.imposed,
        choices=job.choices,
        people=job.share,
        threads=threads,
        made=(bench.names, bench.world, bench.days),
    )
    if course.folk is not None:
        course.folk.remembers = False  # nobody is going to ask after single persons
    return course


def _drawn(bench: Bench, course: Course) -> Drawn:
    """What is kept of a year that has passed."""
    names = bench.names
    columns = map(np.concatenate, zip(*course.diaries, strict=True))
    diary: Arrays = dict(zip(Diary._fields, columns, strict=True))
    size = bench.world.setting.size[bench.days.epoch]
    here = bench.places._replace(district=bench.places.district[bench.days.epoch])
    found = reduced(bench.wanted, diary, size, here)
    found["regime"] = found["regime"].astype(np.int8)
    happened = np.asarray(course.state.fate.happened).astype(np.int16)
    # In the layout that a run's data have: sums in another order would differ from its score in the last bit.
    arrays = {name: np.ascontiguousarray(rows) for name, rows in observed_arrays(diary, size).items()}
    days = np.arange(course.length)
    for name, day in zip(names.events, happened, strict=True):
        arrays[EVENT_PREFIX + name] = (days == day).astype(float)
    for number, name in enumerate(names.regimes):
        arrays[REGIME_PREFIX + name] = (diary["regime"] == number).astype(float)
    observed = np.array([[float(observe(arrays, one)) for one in bench.observations]])
    return Drawn({name: np.asarray(array)[None] for name, array in found.items()}, happened[None], observed)
