"""Districts as tiles: one tile a district, placed as the scenario says, or by latitude and longitude."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dualpower._districts import districts_by_day
from dualpower.report.plots_allegiance import camp_colour, key, stacked_tiles, weekly
from dualpower.report.style import GRID, INK, WIDTH, NothingToDraw, describe, fit, sheet, styled
from dualpower.report.turning_points import TurningPoint, turning_points
from dualpower.report.view import Array, View, active, look, sizes, weighted

if TYPE_CHECKING:
    from dualpower.run import Run

Tile = tuple[int, int]


def tiles(view: View) -> tuple[list[Tile], int]:
    """Row and column of each district, and the number of rows that make up the map proper.

    Districts take the place that the scenario declares; those without one stand in rows below the map. Where no place
    is declared, or two are the same, rows run from north to south and columns from west to east.
    """
    count = view.data.sizes.get("district", 0)
    rows, cols = _numbers(view, "row", count), _numbers(view, "col", count)
    known = np.flatnonzero(np.isfinite(rows) & np.isfinite(cols))
    declared = [(int(rows[k]), int(cols[k])) for k in known]
    if not declared or len(set(declared)) < len(declared):
        places = _by_position(_numbers(view, "lat", count), _numbers(view, "lon", count))
        return places, max((row for row, _ in places), default=0) + 1
    top, left = min(r for r, _ in declared), min(c for _, c in declared)
    depth, width = max(r for r, _ in declared) - top + 1, max(max(c for _, c in declared) - left + 1, 4)
    places = [(depth + i // width, i % width) for i in range(count)]
    for k, (row, col) in zip(known, declared, strict=True):
        places[k] = (row - top, col - left)
    for i, rest in enumerate(sorted(set(range(count)) - set(known.tolist()))):
        places[rest] = (depth + i // width, i % width)
    return places, depth


def _numbers(view: View, name: str, count: int) -> Array:
    if name not in view.data.coords or view.data[name].dims != ("district",):
        return np.full(count, np.nan)
    return np.asarray(view.data[name].values, dtype=float)


def _by_position(lat: Array, lon: Array) -> list[Tile]:
    """Rows from north to south, each row from west to east; districts without a position come last."""
    count = len(lat)
    cols = max(1, int(np.ceil(np.sqrt(count * 1.6))))
    north_first = np.argsort(np.where(np.isfinite(lat), -lat, np.inf), kind="stable")
    places: list[Tile] = [(0, 0)] * count
    for row, start in enumerate(range(0, count, cols)):
        members = north_first[start : start + cols]
        west_first = members[np.argsort(np.where(np.isfinite(lon[members]), lon[members], np.inf), kind="stable")]
        for col, k in enumerate(west_first):
            places[k] = (row, col)
    return places


def by_district(view: View, values: Array, size: Array, days: Sequence[int] | Array) -> Array:
    """Mean over the units that are in each district on the days, shape (district, date, ...); NaN where nobody is."""
    where = districts_by_day(view.data)[days]
    each = [where == name for name in view.names("district")]
    return np.stack([weighted(values, size * here, here.any(0)) for here in each])


def _need_districts(view: View) -> None:
    if not view.names("district") or "unit_district" not in view.data.coords:
        raise NothingToDraw("This run has no districts, so there is no map.")


def shorten(name: str, room: int) -> str:
    """A name that fits into so many letters: cut at a word where one ends, with the initial of the next if there is
    room ("Moscow p." is no city), else with a full stop.
    """
    if len(name) <= room:
        return name
    words, cut = name.split(" (")[0].replace("/", " ").replace(",", " ").split(), ""
    while len(words) > 1 and (len(" ".join(words)) > room or len(words[-1]) <= 3):
        cut = words.pop()
    kept = " ".join(words)
    if len(cut) > 3 and len(kept) + 3 <= room:
        return f"{kept} {cut[0]}."
    return kept if len(kept) <= room else kept[: max(room - 1, 1)] + "."


@styled
def districts(run: Run) -> Figure:
    """Draw a tile map at each turning point: the strongest party colours the tile, a bar gives the share in action."""
    view = look(run)
    _need_districts(view)
    size, points = sizes(view), turning_points(view)
    days = [point.place for point in points]
    camps = by_district(view, view.need("camp_share", "date", "unit", "camp")[days], size[days], days)
    acting = by_district(view, active(view)[days][..., None], size[days], days)[..., 0]
    places, depth = tiles(view)
    width = max(col for _, col in places) + 1
    across = 3 if width <= 6 else 2 if width <= 10 else 1
    lines = -(-len(points) // across)
    figure, (axes,) = sheet(0.4 + lines * 0.36 * (depth + 1), left=0.1, right=0.1, top=0.35, bottom=0.05)
    axes.set_axis_off()
    axes.set_xlim(0, across * (width + 0.3) - 0.3)
    axes.set_ylim(lines * (depth + 1), 0)
    on_map = [(k, row, col) for k, (row, col) in enumerate(places) if row < depth]
    for i, point in enumerate(points):
        corner = (i // across * (depth + 1.0) + 0.95, i % across * (width + 0.3))
        _map(view, axes, point, (camps[:, i], acting[:, i]), on_map, corner)
    key(figure, view)
    return describe(figure, _words(view, points, acting))


def _map(
    view: View,
    axes: Axes,
    point: TurningPoint,
    state: tuple[Array, Array],
    on_map: list[tuple[int, int, int]],
    corner: tuple[float, float],
) -> None:
    """One day: ``state`` holds the camps and the share in action of each district, ``corner`` the top left tile."""
    camps, acting = state
    inches = (WIDTH - 0.2) / axes.get_xlim()[1]
    width = max(col for *_, col in on_map) + 1
    title = f"{view.days.both_short(view.days.dates[point.place])}: {point.reason}"
    axes.text(corner[1] + 0.03, corner[0] - 0.28, fit(title, inches * width, 7.5), fontsize=7.5, fontweight="bold")
    names, room = view.along("district_name", "district"), int(inches / 0.053)
    base, bars, fills = [], [], []
    for k, row, col in on_map:
        fill, label = _leader(view, camps[k])
        x, y = corner[1] + col, corner[0] + row
        base.append(Rectangle((x + 0.03, y + 0.03), 0.94, 0.94))
        bars.append(Rectangle((x + 0.03, y + 0.85), 0.94 * float(np.nan_to_num(acting[k])), 0.12))
        fills.append(fill)
        text = f"{shorten(names[k], room)}\n{label}" if label else shorten(names[k], room)
        axes.text(x + 0.08, y + 0.42, text, fontsize=5.4, va="center", linespacing=1.1)
    axes.add_collection(PatchCollection(base, facecolors=fills, edgecolors=GRID, linewidths=0.5))
    axes.add_collection(PatchCollection(bars, facecolors=INK, linewidths=0))


def _leader(view: View, camps: Array) -> tuple[tuple[float, float, float, float], str]:
    """Colour of the strongest party (stronger with its share) and its short name with the share; faint if nobody."""
    names = view.names("camp")
    shares = np.where([name == "none" for name in names], 0.0, np.nan_to_num(camps))
    k = int(shares.argmax())
    if shares[k] <= 0.005:
        return (0.5, 0.5, 0.5, 0.08), ""
    red, green, blue = to_rgb(camp_colour(view, names[k]))
    item = view.entry("parties", names[k])
    short = str(getattr(item, "short", "") or names[k][:3])
    return (red, green, blue, 0.08 + 0.72 * float(shares[k])), f"{short} {100 * shares[k]:.0f} %"


def _words(view: View, points: list[TurningPoint], acting: Array) -> str:
    names = view.along("district_name", "district")
    told = []
    for i, point in enumerate(points):
        if np.isfinite(acting[:, i]).any():
            k = int(np.nanargmax(acting[:, i]))
            day = view.days.both(view.days.dates[point.place])
            told.append(f"{day}: most active {names[k]}, {100 * acting[k, i]:.0f} %")
    return "Tile maps of the districts at turning points. " + "; ".join(told) + "."


@styled
def district_allegiance(run: Run) -> Figure:
    """Draw the shares of the camps over time in each district, as small stacked areas placed like a map."""
    view = look(run)
    _need_districts(view)
    size, (places, _) = sizes(view), tiles(view)
    days = weekly(view.days.count)
    shares = by_district(view, view.need("camp_share", "date", "unit", "camp")[days], size[days], days)
    rows, cols = max(r for r, _ in places) + 1, max(c for _, c in places) + 1
    figure, (axes,) = sheet(0.4 + 0.58 * rows, left=0.1, right=0.1, top=0.32, bottom=0.08)
    axes.set_axis_off()
    names, room = view.along("district_name", "district"), int((WIDTH - 0.2) / cols / 0.064)
    stacked_tiles(view, axes, shares, places)
    for k, (row, col) in enumerate(places):
        axes.text(col + 0.04, row + 0.13, shorten(names[k], room), fontsize=6.5, va="center")
    key(figure, view)
    first, last = view.days.both(view.days.dates[0]), view.days.both(view.days.dates[-1])
    return describe(figure, f"Small stacked areas of the camps' shares, one a district, each from {first} to {last}.")
