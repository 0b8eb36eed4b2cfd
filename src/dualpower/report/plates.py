"""The figures of the report in their order: what each is called, what to see in it, how it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from dualpower.report.maps import district_allegiance, districts
from dualpower.report.plots_activity import activity, closeups
from dualpower.report.plots_allegiance import allegiance
from dualpower.report.plots_contests import casualties, contests
from dualpower.report.plots_councils import councils, elections
from dualpower.report.plots_parties import hardship, lines, members
from dualpower.report.plots_power import power
from dualpower.report.plots_score import score_plot
from dualpower.report.plots_year import year
from dualpower.report.style import NothingToDraw
from dualpower.report.svg import svg

if TYPE_CHECKING:
    from dualpower.report.view import View

ARTICLE = ", a diamond for the article"
"""Left out of captions where no number comes from one."""

STRIKERS = "Strikers are those whom the scenario counts as striking"
"""In the caption of those on strike; the names of the roles follow where the scenario declares some."""

RECORD_NOTE = (
    f"Marks are the record: filled if read on a page, hollow if from memory or a guess{ARTICLE}; a line from low "
    "to high, dotted where the mark is hollow; an arrow where a source gives one bound only. Point at a mark for its "
    "source."
)


@dataclass(frozen=True)
class Plate:
    """A figure of the page: key for its ids, caption, and the function that draws it."""

    key: str
    caption: str
    draw: Callable[[Any], Figure]


PLATES: dict[str, Plate] = {
    plate.key: plate
    for plate in (
        Plate(
            "year",
            "Regimes, and above them the numbered events of the list below: round and filled, happened; "
            "square and empty, did not happen (placed at its date in history).",
            year,
        ),
        Plate(
            "activity",
            f"The line is the run. {STRIKERS}. Soldiers in the street count as out, whoever called them there. "
            f"{RECORD_NOTE}",
            activity,
        ),
        Plate(
            "closeups",
            "The days of which the record has most to say, day by day. Marks of one day stand a little "
            "apart so that sources that disagree can be told from each other. Scales differ.",
            closeups,
        ),
        Plate(
            "allegiance",
            "Whom each group of people follows, and how many people the group has on the first day. "
            "Each panel runs over the whole run; its full height is everyone.",
            allegiance,
        ),
        Plate(
            "districts_allegiance",
            "The same by district, placed roughly as on a map; districts without a place on "
            "it stand below. Each panel runs over the whole run.",
            district_allegiance,
        ),
        Plate(
            "councils",
            "Delegates solid, executives dashed. On who should rule, the radical side is against whoever rules. "
            f"{RECORD_NOTE}",
            councils,
        ),
        Plate(
            "elections",
            "Bars are the run, as a mean where the title names several days; black marks are the record of the same "
            f"days (hollow: from memory or a guess{ARTICLE}).",
            elections,
        ),
        Plate(
            "power", "Regimes lie behind as bands. Dual power is highest where neither of two centres prevails.", power
        ),
        Plate(
            "districts",
            "Each tile is a district; colour, letters and per cent give its strongest party, the bar at "
            "the foot of the tile the share of its people on strike, in the street, refusing or in arms. "
            "Districts without a place on the map (row and col of districts.csv) are left out.",
            districts,
        ),
        Plate("lines", "Where each party stands, on the questions on which some party moves most.", lines),
        Plate(
            "members",
            f"Members by party; parties of which neither cells nor members are on record are left out. {RECORD_NOTE}",
            members,
        ),
        Plate("hardship", "What presses on people, as the scenario gives it, and what comes of it.", hardship),
        Plate(
            "contests",
            "Fighting strength of both sides: persons, weighted by how far they fight. Attack solid and round, defence "
            "dashed and square; above them the chance that the attack succeeds on that day. The attack already lacks "
            "those whom leaders hold back or have no mind to lead, whom no executive commands, or who melt away. "
            "Beside strength counts, for a crowd with leaders, whether the executive would take what it wins; for a "
            "rising, whether it can hold what it wins against those who can arrive. A larger one may have no chance.",
            contests,
        ),
        Plate(
            "casualties",
            f"The dead by day, and below it the record's numbers for whole periods. {RECORD_NOTE}",
            casualties,
        ),
    )
}


@dataclass(frozen=True)
class Drawn:
    """A figure ready for the page: SVG, or the sentence that stands in its place."""

    key: str
    caption: str
    svg: str
    instead: str


def draw(view: View, plate: Plate) -> Drawn:
    """Draw a plate; where there is nothing to draw, say so."""
    caption = plate.caption if view.article else plate.caption.replace(ARTICLE, "")
    caption = caption.replace(STRIKERS, STRIKERS + strikers(view))
    try:
        return Drawn(plate.key, caption, svg(plate.draw(view), plate.key), "")
    except NothingToDraw as reason:
        return Drawn(plate.key, "", "", str(reason))


def strikers(view: View) -> str:
    """Which roles count as strikers, to be put behind a sentence; "" where none does, or all do."""
    roles = getattr(view.spec, "roles", None) or ()
    counted = [str(role.name) for role in roles if getattr(role, "counts_as_striker", False)]
    if not counted or len(counted) == len(roles):
        return ""
    return f" ({', '.join(counted)}): who stays away from other work is not among them"


def score_plate(split: str, *, tuned: bool = True, article: bool = True) -> Plate:
    """The plate of one split of the score."""
    tuning = "used to tune the model" if tuned else "meant for tuning, but no fit comes with the scenario"
    used = tuning if split == "calibrate" else "not used for anything but this comparison"
    diamond = ", the hollow diamond the article's own where it differs" if article else ""
    caption = (
        f"Each row is a target ({used}); the grey bar is its band, the tick the record's best number{diamond}. "
        "Misses are in order of |z|, their distance in standard deviations on the scale of comparison: the farthest "
        "as a ratio need not come first. Hollow and *: from memory or a guess, shown and never judged."
    )
    return Plate(f"score_{split}", caption, lambda view: score_plot(view, split))
