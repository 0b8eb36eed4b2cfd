"""Forking: a run's state on the eve of a date, from which other futures go on.

    fork = run.fork("1917-06-18")
    same = fork.simulate()                                            # the same year, bit for bit
    other = fork.simulate(run.scenario.do("june-offensive", "never"))   # the same spring, another summer
    third = fork.simulate(seed=7)                                     # the same spring, other chance

The first days are simulated once, whatever is made of the rest.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dualpower._arguments import check_loaded
from dualpower._files import RunError
from dualpower.checkpoint import join
from dualpower.course import Course
from dualpower.fates import options
from dualpower.manifest import dates_of
from dualpower.point import parameter_values
from dualpower.run import Run
from dualpower.scenario.arrays import compile_names
from dualpower.scenario.calendar import as_text
from dualpower.scenario.faults import quote
from dualpower.scenario.interventions import scaled
from dualpower.scenario.world import PATIENCE

if TYPE_CHECKING:
    import xarray as xr

    from dualpower.scenario import Scenario
    from dualpower.scenario.interventions import Intervention


@dataclass(frozen=True, repr=False)
class Fork:
    """A place in a run from which to go on.

    Attributes
    ----------
    run
        That was forked.
    date
        First day that can still be otherwise.
    state
        Of the evening before, as named arrays.
    past
        The days before.
    books
        Their tables, of a run of people.
    """

    run: Run
    date: str
    state: dict[str, np.ndarray[Any, Any]]
    past: xr.Dataset
    books: list[Any] | None

    def __repr__(self) -> str:
        return f"<Fork of {self.run!r} on {self.date}>"

    def simulate(self, scenario: Scenario | None = None, *, seed: int | None = None, until: str | None = None) -> Run:
        """Go on from the date.

        Parameters
        ----------
        scenario
            The run's own with interventions; the run's if not given.
        seed
            Of the chance from the date on; the run's if not given. What chance has made by then stays: sizes of
            events that have happened, and levels, which drift on from where they are.
        until
            Last day; the run's if not given.

        Returns
        -------
        Run
            From the first day of all: what was, then what comes now. Its manifest says where it was forked.

        Raises
        ------
        RunError
            If an intervention comes too late: on an event that has happened or whose date has gone by, or on how the
            year begins. If the scenario has other parameters than the run's, or `until` is before the date.
        ScenarioError
            If `until` is no day of the scenario.
        """
        begun = time.perf_counter()
        wanted = self.run.scenario if scenario is None else scenario
        check_loaded(wanted)
        if until is not None and self.run.scenario.day_index(until) < self.run.scenario.day_index(self.date):
            raise RunError(f"until {until}: the fork goes on from {self.date}, so its last day is that or a later one")
        self._check(wanted)
        given = self.run.seed if seed is None else seed
        course = Course(wanted, given, until or self.run.dates[-1], **options(self.run))
        course.go_on_from(self.state, self.run.seed)
        while course.done < course.length:
            course.advance()
        return self._joined(course.run(time.perf_counter() - begun), course)

    def _joined(self, rest: Run, course: Course) -> Run:
        dataset = join(self.past, rest.dataset)
        about = {**rest.manifest, "dates": dates_of(dataset, rest.calendar)}
        if rest.seed != self.run.seed or rest.scenario.hash != self.run.scenario.hash:
            source = {"date": self.date, "seed": self.run.seed, "interventions": self.run.manifest["interventions"]}
            about["switches"] = {**about["switches"], "forked": source}
        whole = Run(dataset, rest.events, rest.scenario, rest.seed, about)
        if self.books is not None and course.folk is not None:
            whole.books = [*self.books, *course.folk.books]
        return whole

    def _check(self, scenario: Scenario) -> None:
        """Refuse what cannot be otherwise any more."""
        old = self.run.scenario
        if scenario.declared != old.declared:
            raise RunError("a fork goes on with the scenario of its run, which may only have more interventions")
        _check_parameters(scenario, old)
        happened = self.run.events[self.run.events["happened"]].set_index("event")["date"]
        for made in scenario.interventions:
            if made not in old.interventions:
                _check_one(made, {str(event): str(date) for event, date in happened.items()}, self.date)
                _check_missed(made, scenario, old, self.date)
        if gone := [made for made in old.interventions if made not in scenario.interventions]:
            raise RunError(f"the fork's past was made with {gone[0]}, so its future cannot be without it")


def _check_parameters(scenario: Scenario, old: Scenario) -> None:
    """Refuse parameters of another kind than interventions: those of the laws that the past was made with stay."""
    was, now = (
        parameter_values(replace(each, interventions=old.interventions), compile_names(each))
        for each in (old, scenario)
    )
    if other := [name for name in was if now[name] != was[name]]:
        name = other[0]
        more = f" and {len(other) - 1} more" if len(other) > 1 else ""
        raise RunError(
            f"its parameters are not those of the fork's run ({name} was {was[name]:g}, is {now[name]:g}{more}): "
            "take the run's own scenario, run.scenario, and make interventions on that"
        )


def _check_one(made: Intervention, happened: dict[str, str], date: str) -> None:
    """Refuse an intervention on what was decided before a date."""
    if made.kind == "do" and happened.get(made.target, date) < date:
        raise RunError(f"{made}: {made.target} happened on {happened[made.target]}, before the fork on {date}")
    if made.kind == "do" and str(made.value)[:4].isdigit() and str(made.value) < date:
        raise RunError(f"{made}: that is before the fork on {date}")
    if made.kind == "scale" and made.value != 1 and scaled(made.target) in ("members", "units"):
        raise RunError(f"{made}: changes how the year begins, which a fork on {date} cannot")


def _check_missed(made: Intervention, scenario: Scenario, old: Scenario, date: str) -> None:
    """Refuse to decide an event whose date has gone by without it, and which has no rule to happen by later."""
    if made.kind != "do":
        return
    item, before = (next(e for e in each.resolved_events() if e.id == made.target) for each in (scenario, old))
    day = item.date or before.date
    if day and not item.event.when and scenario.calendar.days_between(day, date) > PATIENCE:
        raise RunError(f"{made}: {item.id} was to happen on {day}, which passed before the fork on {date} without it")


def fork(run: Run, date: str) -> Fork:
    """Take a run's state on the eve of a date, by simulating the days before it once more.

    Parameters
    ----------
    run
        Of the crowd or of people.
    date
        First day that is still to come, in the scenario's calendar; not the first of the run.

    Raises
    ------
    RunError
        If the date is not in the run, the run was forked itself, or it cannot be repeated here.
    """
    if made := run.manifest.get("switches", {}).get("forked"):
        raise RunError(f"this run was forked on {made['date']}; ask the run that it was forked from")
    if date not in run.dates[1:]:
        days = f"a day from {run.dates[1]} to {run.dates[-1]}" if len(run.dates) > 1 else "a run of more days than one"
        said = f'fork: found {quote(date)}, expected {days}, as "YYYY-MM-DD"'
        raise RunError("; ".join(filter(None, (said, as_text(date)))))
    day = run.dates.index(date)
    course = Course(run.scenario, run.seed, run.dates[day - 1], **options(run))
    while course.done < course.length:
        course.advance()
    past = course.dataset()
    if not np.array_equal(past["camp_share"], run.dataset["camp_share"][:day]):
        raise RunError("this run does not come out the same here (another version, scenario or machine): make it again")
    return Fork(run, date, course.packed(), past, course.folk.books if course.folk else None)
