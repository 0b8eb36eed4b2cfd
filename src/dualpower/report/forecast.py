"""The forecast as a page: skill first, then every target with its predictive intervals, misses first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dualpower.report.html import render, undisturbed
from dualpower.report.style import GRID, INK, MODEL, MUTED, RECORD, describe, exact, sheet, styled, whole
from dualpower.report.svg import svg

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.inference.forecast import Forecast
    from dualpower.scenario import Scenario

FARTHEST = 4.0
"""Distance from the record, on the scale of comparison, at which the picture ends."""

SHOWN = ("model, history", "model, rules")


def forecast_page(scenario: Scenario, found: Forecast) -> str:
    """The page as text; it needs nothing but itself."""
    tools = {"whole": whole, "exact": exact}
    with undisturbed():
        return render("forecast.html", contents(scenario, found), tools)


def contents(scenario: Scenario, found: Forecast) -> dict[str, Any]:
    """Everything that the page shows, by name."""
    origins = [str(origin) for origin in found.scores.loc[found.scores["comparison"] == "long", "origin"].unique()]
    table = found.origins().reset_index().round(3)
    table = table[table["comparison"] != "fitted"]
    return {
        "title": scenario.spec.title,
        "headline": sentences(found),
        "means": found.summary().to_dict("records"),
        "models": [str(name) for name in table.columns if name not in ("comparison", "origin", "targets")],
        "origins": table.to_dict("records"),
        "plates": [{"origin": origin, "svg": svg(intervals(found, origin), f"o-{origin}")} for origin in origins],
        "targets": misses_first(named(scenario, found)).to_dict("records"),
        "main": found.about["headline"],
    }


def sentences(found: Forecast) -> list[str]:
    """What every comparison comes to for the model as it is, in words; widened by past errors it is in the tables."""
    lines = []
    for comparison, models in found.verdict().items():
        for model in (name for name in SHOWN if name in models):
            told = models[model]
            better = "better" if told["skill"] > 0 else "worse"
            lines.append(
                f"{str(comparison).capitalize()}: {model} has a mean CRPS of {told['crps']:.3f} on {told['targets']} "
                f"targets, {100 * abs(told['skill']):.0f} % {better} than the best baseline ({told['best']}, "
                f"{told['best_crps']:.3f}); "
                f"{100 * told['in90']:.0f} % lie inside the 90 % intervals; better than the best baseline at "
                f"{told['origins_better']} of {told['origins']} origins, "
                f"at worst {told['worst_ratio']:.2f} times its CRPS."
            )
    return lines


def named(scenario: Scenario, found: Forecast) -> pd.DataFrame:
    """Rows of the headline, with what each target is about."""
    rows = found.scores[found.scores["comparison"] == "headline"]
    about = scenario.targets.set_index("target_id")[["quantity", "group", "unit"]]
    return rows[rows["model"].isin(SHOWN)].join(about, on="target_id")


def misses_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Outside the 90 % interval first, then by how many standard deviations the record is off."""
    off = ((rows["truth"] - rows["mean"]) / rows["sd"]).abs()
    order = rows.assign(off=off, hit=rows["in90"].astype(bool))
    return order.sort_values(["hit", "off"], ascending=[True, False], kind="stable")


@styled
def intervals(found: Forecast, origin: str) -> Figure:
    """Draw each later target: both readings and the best baseline as intervals around what was observed."""
    scores = found.scores
    part = scores[(scores["comparison"] == "long") & (scores["origin"] == origin)]
    own = part[part["model"] == part["model"].iloc[0]]
    order = list(misses_first(own)["target_id"])
    best = best_of(found, part)
    figure, (axes,) = sheet(0.75 + 0.34 * len(order), left=1.0, right=0.4, top=0.32, bottom=0.42)
    for place, target in enumerate(order):
        rows = part[part["target_id"] == target].set_index("model")
        axes.axhline(place, color=GRID, linewidth=0.5, zorder=0)
        for step, (model, colour) in enumerate(((SHOWN[0], MODEL), (SHOWN[1], RECORD), (best, MUTED))):
            if model in rows.index:
                _interval(axes, place - 0.24 + 0.24 * step, rows.loc[model], colour)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(order)), order)
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.set_xlim(-FARTHEST, FARTHEST)
    axes.set_title(f"Known up to {origin}: forecast minus record, on the scale of comparison")
    return describe(figure, f"Forecasts from {origin} as intervals around what was observed, {len(order)} targets")


def best_of(found: Forecast, part: pd.DataFrame) -> str:
    """The baseline with the smallest mean CRPS in a part of the scores."""
    table = part[part["judged"].astype(bool)].groupby("model")["crps"].mean()
    rivals = table[[name for name in table.index if not str(name).startswith("model") and "own" not in str(name)]]
    return str(rivals.idxmin()) if len(rivals) else next(iter(found.summary()["model"]))


def _interval(axes: Axes, place: float, row: pd.Series, colour: str) -> None:
    """A line of 90 %, a thicker one of 50 %, a point for the median."""
    low, quarter, middle, three, high = (
        float(row[f"q{level}"] - row["truth"]) for level in ("05", "25", "50", "75", "95")
    )
    axes.plot([low, high], [place, place], color=colour, linewidth=1.0, solid_capstyle="butt")
    axes.plot([quarter, three], [place, place], color=colour, linewidth=3.2, alpha=0.7, solid_capstyle="butt")
    axes.plot(max(min(middle, FARTHEST), -FARTHEST), place, "o", color=colour, markersize=3.2)
