"""variables.md: what the dataset of a run holds, from the table that labels it."""

from __future__ import annotations

from dualpower.dataset import ABOUT, DIMS
from pages.markdown import NOTE, table

INTRODUCTION = """# The data of a run

`run.dataset` is an `xarray.Dataset` with one value a day of everything below; a saved run has it as `trajectories.nc`
(NetCDF-4). The coordinate `date` is in the scenario's own calendar, `new_style` is the Gregorian date. Along `unit`
there are also `name`, `unit_role`, `group`, `unit_district`, `place` and `women`; along `district`, `district_name`,
`district_place`, `lat`, `lon`, `row` and `col`. A unit of "1" is a share or a plain number.

The activities are `at_work`, `out`, `in_street` and `in_arms`; of people under arms the first two read obeying and
refusing.
"""

BESIDE = """
Two more: `size(date, unit)`, the people in a unit, and `regime(date)`, the id of the regime at the end of the day (in an ensemble a
small number, whose names are in its attribute `flag_meanings`).

Of a body that does not sit, delegates, executive and resolution are 0, not missing; for a mean over its days:
`run.dataset.delegates.where(run.dataset.seats > 0)`. So are means over a group that has nobody, in an ensemble. `unit_district` and `place` are
those of the first day: sums by them are not what counts of the city are, which go by where units are on the day. Members of a party need not be of its camp. `intensity` is what the series say; what events add is in `grievance` only.

`run.events` (and `events.csv`) is a table with one row for each event of the timeline: `event`, `date`, `option`,
`happened`, `why`.
"""


def page() -> str:
    """Return the whole page."""
    rows = [
        (f"`{name}`", ", ".join(("date", *DIMS.get(name, ()))), unit, meaning)
        for name, (unit, meaning) in ABOUT.items()
    ]
    return NOTE + INTRODUCTION + "\n" + table(("variable", "dimensions", "unit", "meaning"), rows) + BESIDE
