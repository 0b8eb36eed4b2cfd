"""The report: self-contained, misses first, sources named, and never at a loss for a run that lacks something."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import synthetic
from dualpower import report
from dualpower.report import ensemble, tables
from dualpower.report.dates import stretch
from dualpower.report.evidence import split_source
from dualpower.report.figures import OF_RUNS
from dualpower.report.html import page
from dualpower.report.plates import PLATES, draw
from dualpower.report.plots_allegiance import allegiance
from dualpower.report.plots_contests import casualties, contests
from dualpower.report.plots_councils import _side, councils, elections
from dualpower.report.plots_year import name_bands
from dualpower.report.scores import Row
from dualpower.report.style import PAPER, RECORD, NothingToDraw, apart, luminance, readable, sheet, spread, whole
from dualpower.report.text import verdict
from dualpower.report.turning_points import peaks
from dualpower.report.view import Band, look
from dualpower.run import Run, RunError

ROWS = [
    # date, date_end, place, quantity, group, value, low, high, source, source_kind
    (
        "1917-02-20",
        "",
        "Harbour",
        "strikers",
        "all",
        9000.0,
        7000.0,
        11000.0,
        "Gazette @ https://example.org/a",
        "primary",
    ),
    ("1917-02-20", "", "Harbour", "strikers", "all", 30000.0, np.nan, np.nan, "The article", "seed"),
    ("1917-02-20", "", "Harbour", "strikers", "all", 8000.0, np.nan, np.nan, "recalled by nobody", "memory"),
    ("1917-02-25", "", "Harbour", "strikers", "all", np.nan, np.nan, 12000.0, "@ https://example.org/b", "scholarly"),
    ("1917-02-22", "1917-02-24", "Harbour", "dead", "all", 40.0, 20.0, 60.0, "Hospital list", "primary"),
    ("1917-02-28", "", "Harbour", "council_share", "Reds", 30.0, 25.0, 35.0, "Minutes", "primary"),
    ("1917-02-28", "", "Harbour", "vote_share", "Blues", 30.0, 25.0, 35.0, "Minutes", "primary"),
    ("1917-02-28", "", "Harbour", "price_of_bread", "rye", 123456.0, np.nan, np.nan, "Market list", "primary"),
]
TARGETS = [
    ("T1", "calibrate", "1917-02-20", "strikers", "all", 9e5, 8e5, 1e6, "read"),
    ("T2", "calibrate", "1917-02-25", "strikers", "all", 9e3, 1.0, 1e6, "memory"),
    ("T3", "heldout", "1917-02-28", "council_share", "Reds", 99.0, 98.0, 100.0, "read"),
    ("T4", "calibrate", "1917-02-28", "council_share", "Reds", 50.0, 0.0, 100.0, "read"),
]


def declared(name: str, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(id=name, name=name.replace("_", " ").title(), source="made up", source_kind="guess", **more)


def harbour(days: int = 20, units: int = 6) -> Run:
    """A made-up run whose scenario has a record, targets, councils and contests."""
    run = synthetic.run(days, units)
    scenario: Any = run.scenario
    spec, data = scenario.spec, run.dataset
    spec.councils = [
        declared("city_soviet", kind="council", total_seats=None),
        declared("congress", kind="congress", total_seats=None, date="1917-02-26", date_end="1917-03-01"),
        declared("duma_election", kind="election", total_seats=None),
    ]
    spec.contests = [declared(name, kind="crowd") for name in synthetic.CONTESTS]
    spec.issues = [declared(name) for name in synthetic.ISSUES]
    spec.centres = [declared(name) for name in synthetic.CENTRES]
    spec.roles = [declared(str(name), group="workers", counts_as_striker=True) for name in data["role"].values]
    spec.outcomes = [SimpleNamespace(regime="council_power", sentence="The councils rule the harbour.")]
    spec.context = ["price_of_bread"]
    spec.quantities = {
        "strikers": {"measure": "strikers"},
        "dead": {"measure": "deaths"},
        "council_share": {"measure": "seat_share", "council": "city_soviet", "scale": 100.0},
        "vote_share": {"measure": "seat_share", "council": "duma_election", "scale": 100.0},
    }
    columns = ["date", "date_end", "place", "quantity", "group", "value", "low", "high", "source", "source_kind"]
    scenario.record = pd.DataFrame(ROWS, columns=columns).assign(unit="", note="")
    names = ["target_id", "split", "date", "quantity", "group", "value", "low", "high", "basis"]
    scenario.targets = pd.DataFrame(TARGETS, columns=names).assign(
        place="Harbour", date_end="", unit="", confidence="", note=""
    )
    ids = data["unit"].values
    scenario.units = pd.DataFrame(
        {"unit_id": ids, "role": data["unit_role"].values, "district": data["unit_district"].values}
    )
    scenario.districts = pd.DataFrame({"district_id": data["district"].values, "place": data["district_place"].values})
    scenario.timeline.events = [
        SimpleNamespace(id="march", name="The march on the harbour", date="1917-03-01", kind="choice", actor="blues",
                        meaning="A column sets out.", historical="march", source_kind="guess",
                        options=[SimpleNamespace(id="march", meaning="")]),
    ]  # fmt: skip
    return run


@pytest.fixture(scope="module")
def made() -> Run:
    return harbour()


@pytest.fixture(scope="module")
def told(made: Run) -> str:
    return page(made)


class Tags(HTMLParser):
    """Collects what a page would fetch, its ids, and whether tags are closed in order."""

    VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        self.ids += [str(given["id"])] if given.get("id") else []
        if tag in ("script", "link", "img", "iframe", "object", "embed", "source", "video", "audio"):
            self.fetched.append(tag)
        if tag != "a":
            keys = ("src", "href", "xlink:href", "data", "action", "poster")
            self.fetched += [str(given[key]) for key in keys if given.get(key) and not str(given[key]).startswith("#")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def parsed(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    return tags


def test_page_fetches_nothing(told: str) -> None:
    tags = parsed(told)
    assert tags.fetched == []
    assert "url(http" not in told
    assert "@import" not in told


def test_page_is_well_formed_and_its_ids_are_unique(told: str) -> None:
    tags = parsed(told)
    assert tags.faults == []
    assert tags.open == []
    assert len(tags.ids) == len(set(tags.ids))
    for name in set(re.findall(r'(?:xlink:href="#|url\(#)([^")]+)', told)):
        assert name in tags.ids, name


def test_page_is_small(told: str) -> None:
    assert len(told.encode()) < 3_000_000


def test_outcome_and_both_calendars_come_first(told: str) -> None:
    head = told[: told.index("<nav")]
    assert "Council Power" in head or "Council power" in head
    assert "The councils rule the harbour." in head
    assert "New Style" in head
    assert "seed 0" in head


def test_misses_come_before_hits(told: str) -> None:
    assert told.index("Misses, the worst first") < told.index("Targets inside their bands")
    calibration = told[told.index("Targets meant for tuning") : told.index("Held-out targets")]
    missed, met = calibration.split("Targets inside their bands")
    assert "800,000 – 1,000,000" in missed
    assert "800,000 – 1,000,000" not in met
    assert "1 – 1,000,000" in met
    assert "1 of 2 judged calibration targets missed, 1 inside their bands; 1 of 1 judged held-out" in told
    assert "1 of 2 judged calibration targets lie inside their bands." in told
    assert "Targets inside their bands (1, and 1 not judged)" in told


def test_held_out_targets_are_kept_apart(told: str) -> None:
    held_out = told[told.index("Held-out targets: not used for tuning") :]
    assert "0 of 1 held-out targets lie inside their bands." in held_out


def test_sources_are_named_and_addresses_can_be_followed(told: str) -> None:
    assert "Gazette" in told
    assert "Hospital list" in told
    assert '<a href="https://example.org/a"' in told
    assert "example.org</a>" in told  # a source without a name is called by its host


def test_numbers_from_memory_are_marked(told: str) -> None:
    assert 'title="from memory or a guess, not confirmed on any page"' in told
    assert '<span class="kind unsure">memory</span>' in told
    shown = "1 that rests on memory or a guess, marked *, is shown and not judged"
    assert f"lie inside their bands. {shown}." in told
    assert f"; {shown}. <a" in told
    assert f"1 of 2 points lie inside their bands; {shown}; the tables" in told


def test_the_median_draw_is_counted_against_judged_targets() -> None:
    reached = pd.DataFrame({"in_band": [True, True, False], "memory": [True, False, False]})
    assert ensemble.headline(reached) == (
        "The median draw is inside 1 of 2 bands of judged targets; "
        "1 that rests on memory or a guess, marked *, is shown and not judged."
    )
    assert ensemble.headline(reached.assign(memory=False)) == "The median draw is inside 2 of 3 bands."
    assert ensemble.headline(reached[:0]) == "The median draw is inside 0 of 0 bands."


def test_the_article_stands_beside_those_who_differ(told: str) -> None:
    part = told[told.index("Where the article and other sources disagree") : told.index('id="streets"')]
    assert "30,000" in part
    assert "Gazette" in part
    assert "outside the band" not in part


@pytest.mark.parametrize(
    ("numbers", "far"),
    [
        ({"high": 90.0}, False),  # at most 90 says nothing against 66
        ({"value": 90.0, "high": 90.0}, False),
        ({"high": 60.0}, True),
        ({"low": 60.0}, False),
        ({"low": 90.0}, True),
        ({"value": 64.0}, False),
        ({"value": 50.0}, True),
        ({"value": 0.0}, True),
        ({"low": 0.0, "high": 50.0}, True),
        ({"low": 0.0, "high": 70.0}, False),
        ({}, False),
    ],
)
def test_a_source_contradicts_the_article_if_its_ends_leave_the_number_out(
    numbers: dict[str, float], far: bool
) -> None:
    other = dict.fromkeys(("value", "low", "high"), np.nan) | numbers
    assert tables._far({"value": 66.0}, other) == far


@pytest.mark.parametrize(
    ("unsure", "read", "words"),
    [(870, 0, "100 %"), (867, 3, ">99 %"), (99, 1, "99 %"), (1, 1, "50 %"), (1, 869, "<1 %"), (0, 5, "0 %")],
)
def test_only_all_is_a_hundred_per_cent(unsure: int, read: int, words: str) -> None:
    counts = dict.fromkeys(tables.KINDS, 0) | {"guess": unsure, "primary": read}
    assert tables.Provenance("cells", counts).unsure_share == words


def test_quantities_kept_for_context_are_not_drawn(told: str) -> None:
    assert "123,456" not in told
    assert "Market list" not in told


def test_events_that_did_not_happen_say_why(told: str) -> None:
    assert "The march on the harbour" in told
    assert "did not happen" in told
    assert "needs the regime council power" in told


def test_every_table_has_headers_and_every_picture_words(told: str) -> None:
    assert told.count("<table") == told.count("<caption") <= told.count("<thead")
    assert 'scope="col"' in told
    assert 'scope="row"' in told
    pictures = re.findall(r"<svg[^>]*>", told)
    assert len(pictures) >= 12
    assert all('role="img"' in tag and re.search(r'aria-label="[^"]{30,}"', tag) for tag in pictures)


def test_page_follows_the_reader_s_theme(told: str) -> None:
    assert "prefers-color-scheme: dark" in told
    assert "@media print" in told
    for marker in ("#21201f", "#6b6a68", "#fffefd"):
        assert all(marker not in picture for picture in re.findall(r"<svg.*?</svg>", told, re.DOTALL))


def test_same_run_same_bytes(made: Run, told: str, tmp_path: Path) -> None:
    target = report.write_report(made, tmp_path / "report.html")
    assert target == tmp_path / "report.html"
    assert target.read_text(encoding="utf-8") == told


def test_text_of_a_scenario_cannot_break_the_page() -> None:
    run = harbour()
    spec: Any = run.scenario.spec
    spec.title = 'A <script>alert(1)</script> & "harbour"'
    spec.parties[0].name = "<b>Reds"
    spec.councils[0].name = "Council of $x_1$ & <i>others"
    tags = parsed(page(run))
    assert tags.fetched == []
    assert tags.faults == []


def test_figures_leave_matplotlib_as_they_found_it() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    report.power(harbour())
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("key", sorted(PLATES))
def test_each_figure_stands_alone_with_named_axes(key: str) -> None:
    figure = PLATES[key].draw(harbour(60))
    assert isinstance(figure, Figure)
    assert len(str(figure.get_label())) > 30
    shown = [axes for axes in figure.axes if axes.axison]
    assert all(axes.get_ylabel() or axes.get_xlabel() or axes.get_title() for axes in shown)
    assert not shown or any(axes.get_xlabel() or axes.get_ylabel() for axes in shown)


@pytest.mark.parametrize("name", [*OF_RUNS, "calibrate", "heldout"])
def test_figures_are_had_by_name(name: str) -> None:
    assert isinstance(Run.figure(harbour(60), name), Figure)


def test_a_figure_that_is_none(made: Run) -> None:
    with pytest.raises(RunError, match=r'^no figure \'council\': one of year, .*heldout; did you mean "councils"\?$'):
        Run.figure(made, "council")
    nothing: Any = with_data(lambda data: data.assign(contest_probability=data["contest_probability"] * 0))
    with pytest.raises(RunError, match=r"^contests: "):
        Run.figure(nothing, "contests")


def test_score_plot_puts_misses_on_top() -> None:
    figure = report.score_plot(harbour(), "calibrate")  # type: ignore[arg-type]
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels[0].startswith("20 Feb")
    assert any(label.endswith("*") for label in labels)
    with pytest.raises(NothingToDraw, match="no target"):
        report.score_plot(harbour(), "nothing")


def with_data(change: Any, days: int = 20, units: int = 6) -> Run:
    run = harbour(days, units)
    run.dataset = change(run.dataset)
    return run


def nothing_known(data: xr.Dataset) -> xr.Dataset:
    return data.map(lambda each: each * np.nan if each.dtype.kind == "f" else each, keep_attrs=True)


def stacked(data: xr.Dataset) -> xr.Dataset:
    return data.assign_coords(row=data["row"] * 0, col=data["col"] * 0)


ODD = {
    "no record, no targets": lambda: synthetic.run(),
    "one unit": lambda: synthetic.run(units=1),
    "three days": lambda: synthetic.run(days=3),
    "one day": lambda: synthetic.run(days=1),
    "one unit, three days, with a record": lambda: harbour(3, 1),
    "a long run": lambda: harbour(800),
    "nothing known": lambda: with_data(nothing_known),
    "no councils": lambda: with_data(lambda data: data.isel(council=slice(0, 0))),
    "no contests": lambda: with_data(lambda data: data.isel(contest=slice(0, 0))),
    "no districts on a map": lambda: with_data(lambda data: data.drop_vars(["row", "col", "lat", "lon"])),
    "districts in one place": lambda: with_data(stacked),
    "one district": lambda: with_data(lambda data: data.isel(district=[0])),
    "nobody": lambda: with_data(lambda data: data.assign(size=data["size"] * 0)),
    "no groups": lambda: with_data(lambda data: data.drop_vars(["group", "place", "unit_district"])),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(ODD))
def test_odd_runs_have_a_report(kind: str) -> None:
    run = ODD[kind]()
    empty = pd.DataFrame()
    score = empty if "record" not in kind or kind == "no record, no targets" else None
    text = page(run, score)
    assert parsed(text).faults == []
    assert "How it went" in text


VARIABLES = sorted(str(name) for name in synthetic.dataset(2).data_vars)


@pytest.mark.parametrize("name", VARIABLES)
def test_a_missing_variable_costs_no_more_than_its_figures(name: str) -> None:
    run = with_data(lambda data: data.drop_vars(name), days=5)
    view = look(run)
    drawn = [draw(view, plate) for plate in PLATES.values()]
    assert all(bool(each.svg) != bool(each.instead) for each in drawn)
    assert any(each.svg for each in drawn)


def test_unknown_names_of_the_package_are_refused() -> None:
    assert callable(report.warm_up)
    report.warm_up()
    with pytest.raises(AttributeError, match="no attribute 'pie'"):
        report.pie  # noqa: B018


def row(simulated: float, low: float = 100.0, high: float = 200.0) -> Row:
    words = dict.fromkeys(
        ("target", "split", "date", "date_end", "place", "what", "unit", "confidence", "note", "why"), ""
    )
    numbers = {"observed": 150.0, "low": low, "high": high, "simulated": simulated, "z": 0.0, "article": np.nan}
    return Row(**words, **numbers, memory=False, sources=())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("simulated", "words"),
    [
        (150.0, "inside"),
        (100.0, "inside"),
        (90.0, "10 % below its band"),
        (199.0, "inside"),
        (200.5, "less than 1 % above its band"),
        (300.0, "50 % above its band"),
        (500.0, "2.5 times its upper bound"),
        (43.0, "0.43 of its lower bound"),
        (10.0, "0.1 of its lower bound"),
        (2.5, "0.025 of its lower bound"),
        (0.0, "next to nothing"),
        (np.nan, "not compared"),
    ],
)
def test_verdicts_say_by_how_much(simulated: float, words: str) -> None:
    assert verdict(row(simulated)) == words


@pytest.mark.parametrize(
    ("simulated", "words"),
    [
        (48.0, "25 points below its band"),
        (72.1, "less than 1 point below its band"),
        (71.9, "1 point below its band"),
        (0.0, "73 points below its band"),
        (81.0, "3 points above its band"),
        (75.0, "inside"),
    ],
)
def test_shares_are_told_in_points(simulated: float, words: str) -> None:
    assert verdict(replace(row(simulated, 73.0, 78.0), unit="percent")) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (94321.0, "94,300"),
        (1234.0, "1,200"),
        (0.003, "<0.01"),
        (0.0, "0"),
        (29.2, "29"),
        (np.nan, "–"),
        (1e6, "1,000,000"),
    ],
)
def test_numbers_are_rounded_for_readers(value: float, words: str) -> None:
    assert whole(value) == words


@pytest.mark.parametrize(
    ("value", "low", "high", "words"),
    [
        (12.9, 13.0, 14.0, "12.9"),
        (12.96, 13.0, 14.0, "12.96"),
        (13.4, 13.0, 14.0, "13"),
        (299_800.0, 300_000.0, 500_000.0, "299,800"),
        (90.0, 100.0, 200.0, "90"),
        (np.nan, 1.0, 2.0, "–"),
    ],
)
def test_a_miss_is_not_written_as_a_number_of_its_band(value: float, low: float, high: float, words: str) -> None:
    assert apart(value, low, high) == words


def test_a_narrow_last_band_has_its_name_where_there_is_room() -> None:
    figure, (axes,) = sheet(2.0)
    bands = [Band("old", "Old regime", "#aa0000", 0, 94), Band("new", "New regime", "#0000aa", 95, 99)]
    name_bands(axes, bands, 100)
    assert [(text.get_text(), text.get_ha()) for text in axes.texts] == [
        ("Old regime", "left"),
        ("New regime", "right"),
    ]
    axes = figure.add_subplot()
    name_bands(axes, [Band("old", "Old", "#aa0000", 0, 1), Band("new", "New", "#0000aa", 2, 4)], 100)
    assert [text.get_text() for text in axes.texts] == ["New"]


def test_a_stretch_of_days_is_told_with_both_ends() -> None:
    assert stretch("1917-02-23") == stretch("1917-02-23", "1917-02-23") == "23 Feb"
    assert stretch("1917-02-23", "1917-03-04") == "23 Feb to 4 Mar"
    assert stretch("1917-06-03", "1917-06-24") == "3 to 24 Jun"


def test_labels_are_spread_and_stay_near() -> None:
    placed = spread([0.1, 0.11, 0.12, 0.9], 0.05)
    assert np.diff(placed).min() >= 0.05 - 1e-12
    assert np.mean(placed[:3]) == pytest.approx(0.11)
    assert placed[3] == pytest.approx(0.9)


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#ffe600", "#b2182b", "#2166ac", "#111111"])
def test_colours_stand_out_on_light_and_dark_paper(colour: str) -> None:
    light = 1.05 / (luminance(readable(colour)) + 0.05)
    dark = (luminance(readable(colour)) + 0.05) / (luminance("#191817") + 0.05)
    assert min(light, dark) > 2.6


def test_sources_are_split_from_their_addresses() -> None:
    assert split_source("Gazette, p. 3 @ https://example.org/x") == ("Gazette, p. 3", "https://example.org/x")
    assert split_source("@ https://example.org/x") == ("example.org", "https://example.org/x")
    assert split_source("The article, file://000.txt") == ("The article", "")
    assert split_source("somebody") == ("somebody", "")
    assert split_source("seed: The article") == ("The article", "")


def test_a_large_mobilisation_is_large() -> None:
    days = np.full(100, 5000.0)
    days[[20, 60]] = 400_000, 90_000
    assert peaks(days, 3, 21) == [20, 60]
    assert peaks(days * 0, 3, 21) == []


def test_the_caption_says_who_counts_as_a_striker(told: str) -> None:
    assert "Strikers are those whom the scenario counts as striking. Soldiers" in told  # all roles do
    run = harbour()
    roles: Any = run.scenario.spec.roles
    for role in roles[1:]:
        role.counts_as_striker = False
    words = f"counts as striking ({roles[0].name}): who stays away from other work is not among them. Soldiers"
    assert words in draw(look(run), PLATES["activity"]).caption


def test_hollow_marks_are_guesses_too(told: str) -> None:
    assert "hollow if from memory or a guess" in told
    assert "dotted if from memory" not in told


def test_the_article_has_a_column_only_where_there_is_one(told: str) -> None:
    bare: Any = synthetic.run()
    bare.scenario.record = bare.scenario.record.assign(source_kind="guess")
    assert '<th scope="col" class="n">the article</th>' in told
    assert '<th scope="col" class="n">the article</th>' not in page(bare)


def test_a_line_at_one_is_not_cut_in_half_and_centres_keep_their_names() -> None:
    run = harbour()
    centre: Any = run.scenario.spec.centres[0]
    centre.name = "Arbeiter- und Soldatenräte"
    figure = report.power(run)
    assert all(axes.get_ylim()[1] > float(axes.lines[0].get_ydata().max()) for axes in figure.axes)  # type: ignore[union-attr]
    assert all(axes.get_ylim()[1] > 1 for axes in figure.axes[1:])
    assert centre.name in {text.get_text() for text in figure.axes[0].texts}


def test_dates_stand_below_the_lowest_panel_of_each_column() -> None:
    groups = ["a", "b", "c", "d", "e", "f"]
    run = with_data(lambda data: data.assign_coords(group=("unit", groups)))
    (axes,) = allegiance(run).axes
    assert not axes.get_xticklabels()
    dated = {(int(text.get_position()[0]), text.get_position()[1]) for text in axes.texts if "Feb" in text.get_text()}
    assert dated == {(0, 2.0), (1, 2.0), (2, 1.0), (3, 1.0)}


def test_a_party_that_does_not_stand_for_a_council_is_not_drawn_there(petrograd_run: Run) -> None:
    figure = councils(petrograd_run)
    words = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert {"Bolsheviks", "Mensheviks", "SR"} <= words
    assert not [word for word in words if word.startswith(("Kadet", "Right"))]


def test_ballots_of_other_days_have_their_own_panels() -> None:
    run = harbour()
    scenario: Any = run.scenario
    rows = [
        ("1917-02-18", "1917-02-22", "Harbour", "vote_share", "Blues", 28.0, 26.0, 30.0, "Count", "primary"),
        ("1917-02-24", "", "Harbour", "vote_share", "Blues", 10.0, np.nan, np.nan, "Another count", "primary"),
    ]
    more = pd.DataFrame(rows, columns=list(scenario.record.columns[:10])).assign(unit="", note="")
    scenario.record = pd.concat([scenario.record, more], ignore_index=True)
    drawn = {axes.get_title(loc="left").split("\n")[1]: axes for axes in elections(run).axes if axes.axison}
    shares = {
        day: [float(line.get_xdata()[0]) for line in axes.lines if len(line.get_xdata()) == 1]
        for day, axes in drawn.items()
    }
    assert shares["18 to 22 Feb (3 to 7 Mar NS)"] == [0.28]
    assert shares["24 Feb (9 Mar NS)"] == [0.1]
    assert shares["28 Feb (13 Mar NS)"] == [0.3]
    assert drawn["24 Feb (9 Mar NS)"].get_xlabel() == "share of the seats"
    assert "from 18 February 1917" in elections(run).get_label()


def test_sides_of_a_contest_differ_in_more_than_colour_and_are_not_the_record_s() -> None:
    axes = contests(harbour(60)).axes[0]  # type: ignore[arg-type]
    attack, defence = axes.lines[:2]
    assert RECORD not in (attack.get_color(), defence.get_color())
    assert (attack.is_dashed(), defence.is_dashed()) == (False, True)
    assert attack.get_marker() != defence.get_marker()
    assert axes.get_ylabel() == "strength (log)"


def test_casualties_of_the_record_are_drawn_by_its_rules() -> None:
    """Bounds without a number are no "at least"; what rests on memory is hollow and dotted."""
    run = harbour()
    scenario: Any = run.scenario
    dead = ("1917-02-22", "1917-02-24", "Harbour", "dead", "all")
    rows = [
        (*dead, np.nan, 200.0, 1000.0, "A range", "primary"),
        (*dead, 30.0, 16.0, 56.0, "Recalled", "memory"),
        (*dead, np.nan, 90.0, np.nan, "At least", "primary"),
    ]
    more = pd.DataFrame(rows, columns=list(scenario.record.columns[:10])).assign(unit="", note="")
    scenario.record = pd.concat([scenario.record, more], ignore_index=True)
    lines = casualties(run).axes[1].lines  # type: ignore[arg-type]
    ranges = {tuple(map(float, line.get_xdata())): line for line in lines if len(line.get_xdata()) == 2}
    marks = {float(line.get_xdata()[0]): line for line in lines if len(line.get_xdata()) == 1}
    assert (ranges[200.0, 1000.0].get_linestyle(), ranges[16.0, 56.0].is_dashed()) == ("-", True)
    assert [marks[value].get_marker() for value in (600.0, 30.0, 90.0, 40.0)] == ["|", "o", ">", "o"]
    assert marks[30.0].get_markerfacecolor() == PAPER
    assert str(marks[30.0].get_gid()).endswith("; Recalled, from memory")


def test_a_council_that_does_not_sit_yet_has_no_votes(petrograd_run: Run) -> None:
    panels = [axes for axes in councils(petrograd_run).axes if "votes" in axes.get_title(loc="left")]
    assert panels
    for axes in panels:
        drawn = np.asarray(axes.lines[0].get_ydata(), float)
        assert np.isnan(drawn[:50]).all()
        assert np.isfinite(drawn[70:]).all()


def test_votes_say_what_they_are_for_and_no_word_of_a_figure_is_cut_off(petrograd_run: Run) -> None:
    drawn = {name: petrograd_run.figure(name) for name in (*OF_RUNS, "calibrate", "heldout")}
    titles = {axes.get_title(loc="left") for axes in drawn["councils"].axes}
    assert "Factory committees of the city: votes against Provisional Government" in titles
    for name, figure in drawn.items():
        whole = FigureCanvasAgg(figure).figure.bbox.padded(1)
        for axes in figure.axes:
            for text in (*axes.texts, *(getattr(axes, side) for side in ("title", "_left_title"))):
                where = text.get_window_extent(figure.canvas.get_renderer())  # type: ignore[attr-defined]
                assert not text.get_text() or (whole.x0 <= where.x0 and where.x1 <= whole.x1), (name, text.get_text())


def test_votes_on_several_topics_are_told_apart_by_labels(petrograd_run: Run) -> None:
    view = look(petrograd_run)
    assert _side(view, "war") == "on the radical side of War"
    assert _side(view, "government") == "against Provisional Government"


def test_a_report_speaks_of_a_fit_and_an_article_only_where_there_are_such(told: str, petrograd_run: Run) -> None:
    without: Any = synthetic.run()
    without.scenario.record = without.scenario.record.assign(source_kind="primary")
    fitted, bare = page(petrograd_run), page(without)
    for words in ("Targets used for tuning", "were fitted to the calibration"):
        assert words in fitted, words
        assert words not in told, words
    for words in ("The article</th>", "diamond: article", "a diamond for the article"):
        assert words in fitted, words
        assert words not in bare, words
