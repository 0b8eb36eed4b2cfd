"""sensitivity.md: which parameters the end of the year hangs on, from the files that `make sensitivity` writes."""

from __future__ import annotations

import dualpower as dp
from dualpower.cli.sensitivity import SCALES
from dualpower.inference.sensitivity import FLAT, scales
from dualpower.record import Observation, inverse, survey
from pages.markdown import NOTE, table
from pages.results import Row, document, figure, rows

INTRODUCTION = """# What the end hangs on

    make sensitivity                        dualpower sensitivity petrograd-1917 with the quantities of this page

Free years are simulated over ranges of the parameters, all at once, and the variance of an answer is taken apart by Sobol's
method ([how](forecast.md)). *Alone* is the share of the variance that would go if the parameter were known; *in all* the share
that would be left if only it were unknown. What lies between is interaction: the parameter matters, but how depends on others.
Errors are half of 95 % intervals; a share within its error of nought is nought. Shares can leave 0 to 1: by their error, and where so few points
see an outcome so rarely that the error is itself poorly known. Where errors are wider than what is between two rows, their order says nothing.
Parameters move independently of each other here, although the record ties some of them together (more grievance with less of it that
moves people, say): so the spread over these ranges is wider than the posterior's.
"""

NOTHING = "\nThere are no results here yet: `make sensitivity` makes them.\n"


def page() -> str:
    """Return the whole page."""
    about, found = document("sensitivity", "sensitivity.json"), rows("sensitivity", "sensitivity.csv")
    if not about or not found:
        return NOTE + INTRODUCTION + NOTHING
    ranges = [(f"`{one['parameter']}`", f"{one['low']:.3g}", f"{one['high']:.3g}") for one in about["ranges"]]
    scenario = dp.load(about["scenario"])
    scale = scales(scenario, about["quantities"])
    targets = {one.id: one for one in survey(scenario, scenario.targets).observations}
    named = {row["target_id"]: row for row in scenario.targets.to_dict("records")}
    parts = []
    for name in scale:
        of_it = [row for row in found if row["quantity"] == name]
        what = _meaning(float(of_it[0]["mean"]), targets[name], named[name]) if of_it and name in targets else ""
        parts.append(_quantity(name, scale[name], of_it, what))
    points = (len(ranges) + 2) * about["base"]
    return (
        NOTE
        + INTRODUCTION
        + f"""
## Ranges

The {len(ranges)} parameters to which the targets answer most by their slopes, over the central 90 % of the {about["from"]}; all others at
the point of single runs. {points:,} points, each the mean of {about["chances"]} years of different chance. All points share the seeds of
these years: what is left of chance is never variance that no parameter explains, but enters the interactions, and another set of seeds
would give other numbers.

{table(("parameter", "from", "to"), ranges)}
"""
        + "".join(part for part in parts if part)
    )


def _quantity(name: str, scale: str, found: list[Row], what: str) -> str:
    """One quantity, the parameter that counts most first; a sentence where it never varies."""
    if not found:
        return ""
    if not float(found[0]["sd"]) > FLAT:
        return f"\n## `{name}`\n\n{float(found[0]['mean']):.3g} ({SCALES[scale]}) everywhere: it hangs on none of these parameters.\n"
    ordered = sorted(found, key=lambda row: -float(row["total"]))
    cells = [
        (f"`{row['parameter']}`", f"{float(row['first']):.2f} ± {float(row['first_error']):.2f}",
         f"{float(row['total']):.2f} ± {float(row['total_error']):.2f}")
        for row in ordered
    ]  # fmt: skip
    spread = f"standard deviation {float(found[0]['sd']):.3g} over the ranges"
    said = f"{what}Mean {float(found[0]['mean']):.3g}, {spread} ({SCALES[scale]})."
    return f"\n## `{name}`\n\n{said}\n\n{table(('parameter', 'alone', 'in all'), cells)}"


def _meaning(mean: float, target: Observation, row: Row) -> str:
    """What a target is, and a mean on the scale of comparison in the record's own units."""
    natural = figure(inverse(mean, target.transform, scale=target.scale, offset=target.offset))
    what = f"{row['quantity'].replace('_', ' ')}, {row['group']}, {row['date']}"
    return f"{what}: in the middle {natural} {row['unit']}. "
