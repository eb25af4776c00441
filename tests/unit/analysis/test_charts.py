"""What charts draw, and that the files they become are whole."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import attrs
import polars as pl
import pytest

from analysed import Prices, analysed, hours
from builders import wall
from energyopti import OutputError
from energyopti.analysis import chart_data
from energyopti.analysis.charts import chart, labels, need_extra, render
from energyopti.analysis.spreads import dart_hours

YEAR = 366 * 24
NEW_YORK = "America/New_York"


class Tags(HTMLParser):
    """The tags of a page, each with its attributes; what is inside a script is none."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.found.append((tag, attrs))


def lines(prices: Prices, first: str, tz: str) -> tuple[list[tuple[Any, ...]], str]:
    """The points of one market's line, and how they came about."""
    found = analysed({"east": prices}, first=first)
    frame, how = chart_data.lines(found.hours, found.time, {"east": tz}, clock=tz)
    return frame.select("time", "price").rows(), how


def test_short_ranges_are_drawn_hour_by_hour() -> None:
    """On the wall clock of the chart."""
    points, how = lines([1.0, 2.0], "2024-07-01T04:00", NEW_YORK)
    assert points == [(wall("2024-07-01T00:00"), 1.0), (wall("2024-07-01T01:00"), 2.0)]
    assert how == "every hour"


def test_long_ranges_are_daily_means_of_whole_days() -> None:
    """Of sixty days the second lacks an hour and is left open; the others are their means."""
    prices: list[float | None] = [float(n // 24) for n in range(60 * 24)]
    prices[30] = None
    points, how = lines(prices, "2024-07-01T00:00", "UTC")
    assert points[:3] == [
        (wall("2024-07-01T00:00"), 0.0),
        (wall("2024-07-02T00:00"), None),
        (wall("2024-07-03T00:00"), 2.0),
    ]
    assert (len(points), how) == (60, "daily means; days with a missing hour are left blank")


@pytest.mark.parametrize(
    ("first", "day"), [("2024-03-01T05:00", "2024-03-10"), ("2024-10-20T04:00", "2024-11-03")]
)
def test_days_of_a_clock_change_are_whole_in_a_chart(first: str, day: str) -> None:
    """The mean of 23 or 25 hours, where the chart has that clock."""
    points, _ = lines([7.0] * (60 * 24), first, NEW_YORK)
    assert dict(points)[wall(f"{day}T00:00")] == 7.0


def test_day_that_is_cut_by_the_range_is_left_open() -> None:
    """Four hours of a day are not its mean."""
    points, _ = lines([7.0] * (60 * 24), "2024-07-01T00:00", NEW_YORK)
    assert points[0] == (wall("2024-06-30T00:00"), None)
    assert [price for _, price in points].count(None) == 2


def test_days_are_each_markets_own() -> None:
    """Sixty days from New York's midnight on: whole days there, cut ones in California."""
    found = analysed({"east": [7.0] * (60 * 24), "west": [7.0] * (60 * 24)}, first="2024-07-01T04:00")
    clocks = {"east": NEW_YORK, "west": "America/Los_Angeles"}
    frame, _ = chart_data.lines(found.hours, found.time, clocks)
    east, west = (dict(frame.filter(market=name).select("time", "price").iter_rows()) for name in clocks)
    assert list(east.values()) == [7.0] * 60
    assert (west[wall("2024-06-30T00:00")], west[wall("2024-07-01T00:00")]) == (None, 7.0)
    assert len(west) == 61


def test_clocks_of_a_chart_are_the_markets_own_unless_one_is_given() -> None:
    """A given one is that of all."""
    assert chart_data.clocks(analysed({"east": [1.0]}, tz=None)) == {"east": NEW_YORK}
    assert chart_data.clocks(analysed({"east": [1.0]}, tz="UTC")) == {"east": "UTC"}


def test_chart_says_its_clocks() -> None:
    """Hours are UTC, hours of the day those of the first market, days each market's own."""
    found = chart(analysed({"east": [1.0, 2.0], "west": [3.0, 4.0]}, tz=None)).to_dict()
    assert found["title"]["subtitle"][0].endswith("clock of the charts: UTC hours, each market's own days")
    lines, spreads = found["vconcat"][0], found["vconcat"][1]["spec"]
    assert lines["encoding"]["x"]["title"] == "time (UTC)"
    assert "hour of the day (the first market's clock)" in found["vconcat"][1]["title"]["subtitle"]
    assert (
        spreads["encoding"]["y"]["title"] == "hour of the day"
    )  # longer words reach into the next row of maps
    daily = chart(analysed({"east": [1.0] * (50 * 24)}, tz=None)).to_dict()
    assert daily["vconcat"][0]["encoding"]["x"]["title"] == "time (each market's own clock)"


def test_spreads_are_on_the_clock_of_the_first_market() -> None:
    """05:00Z is hour 1 in New York, and hour 22 of the day before in California."""
    found = analysed({"west": [10.0], "east": [4.0]}, first="2024-07-01T05:00")
    for first, time, hour in ((NEW_YORK, "2024-07-01", 1), ("America/Los_Angeles", "2024-06-30", 22)):
        cells, _ = chart_data.spreads(found.hours, found.time, {"west": first, "east": "UTC"})
        assert cells.select("time", "hour").row(0) == (wall(f"{time}T00:00"), hour)


def test_decades_are_monthly_means() -> None:
    """Five years are sixty points."""
    points, how = lines([1.0] * (5 * 365 * 24 + 24), "2021-01-01T00:00", "UTC")
    assert (len(points), set(points) == {(time, 1.0) for time, _ in points}) == (60, True)
    assert how == "monthly means; months with a missing hour are left blank"


def test_spreads_are_by_date_and_hour() -> None:
    """First less second, null where one is missing, on the chart's clock."""
    found = analysed({"west": [10.0, None], "east": [4.0, 1.0]}, first="2024-07-01T04:00")
    cells, by = chart_data.spreads(found.hours, found.time, {"west": NEW_YORK})
    assert cells.rows() == [
        ("west - east", wall("2024-07-01T00:00"), 0, 6.0, 1),
        ("west - east", wall("2024-07-01T00:00"), 1, None, 0),
    ]
    assert by == "date"


@pytest.mark.parametrize(
    ("days", "cells", "by"), [(62, 62 * 24, "date"), (63, 3 * 24, "month"), (1600, 5 * 24, "year")]
)
def test_long_ranges_have_fewer_cells(days: int, cells: int, by: str) -> None:
    """Dates up to 62 days, then months, then years."""
    found = analysed({"a": [3.0] * (24 * days), "b": [1.0] * (24 * days)}, first="2021-01-01T00:00")
    frame, word = chart_data.spreads(found.hours, found.time, {"a": "UTC"})
    assert (frame.height, word, frame["spread"].unique().to_list()) == (cells, by, [2.0])
    assert frame["hours"].sum() == 24 * days


def test_monthly_spread_is_the_mean_of_its_days() -> None:
    """1, 2 ... 31 at noon of January: 16."""
    prices = [float(n // 24 + 1) if n % 24 == 12 else 0.0 for n in range(24 * 90)]
    found = analysed({"a": prices, "b": [0.0] * len(prices)}, first="2023-01-01T00:00")
    frame, _ = chart_data.spreads(found.hours, found.time, {"a": "UTC"})
    noon = frame.filter((pl.col("hour") == 12) & (pl.col("time") == wall("2023-01-01T00:00")))
    assert noon.select("spread", "hours").row(0) == (16.0, 31)


def test_duration_curve_falls_from_the_highest_to_the_lowest() -> None:
    """Four hours: a quarter of them cost 30, all of them at least -5; the missing one is none."""
    found = analysed({"east": [10.0, None, -5.0, 30.0, 10.0]})
    curve, how = chart_data.duration(found.hours)
    assert curve.rows() == [
        ("east", 25.0, 30.0), ("east", 50.0, 10.0), ("east", 75.0, 10.0), ("east", 100.0, -5.0),
    ]  # fmt: skip
    assert how == "every hour"


def test_long_duration_curve_is_sampled_with_its_ends() -> None:
    """201 of 8,784 points; each is a real price at its place, to a step of half a percent."""
    prices = [float((n * 7919) % YEAR) for n in range(YEAR)]
    curve, how = chart_data.duration(analysed({"east": prices}).hours)
    assert curve.height == 201
    assert (curve["price"][0], curve["price"][-1]) == (YEAR - 1.0, 0.0)
    for _, share, price in curve.iter_rows():
        assert share == pytest.approx((YEAR - price) / YEAR * 100, abs=1e-3)
    assert curve["share"].diff().max() == pytest.approx(0.5, abs=0.02)
    assert how == "201 of up to 8,784 hours per market, including the highest and lowest"


def test_duration_of_no_prices_is_empty() -> None:
    """Nothing is drawn."""
    assert chart_data.duration(analysed({"east": [None]}).hours)[0].height == 0


TWO: Mapping[str, Prices] = {"east": [1.0, 2.0, 0.0], "west": [2.0, 3.0, 4.0]}


def spec(prices: Mapping[str, Prices] = TWO) -> dict[str, Any]:
    """A chart as Vega-Lite writes it."""
    found: dict[str, Any] = chart(analysed(prices, tz=NEW_YORK)).to_dict()
    return found


def test_chart_says_units_and_clock() -> None:
    """On the axes of prices, times and hours, and in the subtitle."""
    prices, spreads, duration = spec()["vconcat"]
    assert [part["encoding"]["y"]["title"] for part in (prices, duration)] == ["USD/MWh", "USD/MWh"]
    assert prices["encoding"]["x"]["title"] == f"time ({NEW_YORK})"
    assert f"hour of the day ({NEW_YORK})" in spreads["title"]["subtitle"]
    assert spreads["spec"]["encoding"]["color"]["title"][0] == "USD/MWh"
    assert spec()["title"]["subtitle"][0].endswith(f"clock of the charts: {NEW_YORK}")


def test_times_are_the_same_for_whoever_looks() -> None:
    """They are written and drawn as UTC, so that the clock of a reader's machine changes nothing."""
    found = spec()
    prices = found["vconcat"][0]
    assert prices["encoding"]["x"]["scale"]["type"] == "utc"
    assert prices["data"]["values"][0]["time"] == "2024-06-30T20:00:00Z"


@pytest.mark.parametrize(("days", "by"), [(1, None), (2, None), (7, "day"), (31, "day"), (50, None)])
def test_days_are_labeled_where_the_hours_of_many_are_drawn(days: int, by: str | None) -> None:
    """A range begins at midnight of New York, not of UTC: by hour, every label would be a time and none a date."""
    axis = spec({"east": [1.0] * days * 24})["vconcat"][0]["encoding"]["x"]["axis"]
    assert axis.get("tickCount") == by


def test_markets_differ_in_colour_and_in_dash() -> None:
    """Seven markets have seven of each: who cannot tell colours apart has the dashes."""
    names = [f"m{number}" for number in range(7)]
    encoding = spec({name: [1.0, 2.0] for name in names})["vconcat"][0]["encoding"]
    colours, dashes = encoding["color"]["scale"]["range"], encoding["strokeDash"]["scale"]["range"]
    assert len(set(colours)) == len({tuple(dash) for dash in dashes}) == 7
    assert encoding["color"]["scale"]["domain"] == [f"{name} HUB" for name in names]


def test_spikes_do_not_flatten_the_rest() -> None:
    """A price of 5,000 among some of 2 makes the axis logarithmic, and the axis says so."""
    axis = spec({"east": [2.0] * 100 + [5000.0]})["vconcat"][0]["encoding"]["y"]
    assert axis["scale"]["type"] == "symlog"
    assert axis["title"] == "USD/MWh (logarithmic on both sides of 0)"


def test_colours_end_alike_on_both_sides() -> None:
    """Zero is the middle, whatever the spreads are."""
    scale = spec()["vconcat"][1]["spec"]["encoding"]["color"]["scale"]
    low, high = scale["domain"]
    assert low == -high < 0


def test_one_market_has_no_spreads() -> None:
    """Its prices and its duration curve."""
    assert [part["title"]["text"] for part in spec({"east": [1.0, 2.0]})["vconcat"]] == [
        "Prices",
        "Duration curves",
    ]


def test_legend_names_the_place() -> None:
    """By its name where it has one; no name can leave the script that it stands in."""
    found = analysed({"pjm": [1.0], "ercot": [1.0]})
    names = pl.Series("location_name", ["WESTERN </script><b>HUB", None])
    markets = found.markets.with_columns(names)
    named = analysed({"pjm": [1.0], "ercot": [1.0]}, markets=markets)
    assert labels(named) == ["pjm WESTERN < /script><b>HUB", "ercot HUB"]
    assert render(named, "html").count(b"</script>") == render(found, "html").count(b"</script>")


def test_legend_of_several_places_of_a_market_is_their_names() -> None:
    """The place is in the name already."""
    assert labels(analysed({"pjm WESTERN HUB": [1.0], "ercot": [1.0]})) == ["pjm WESTERN HUB", "ercot HUB"]


def test_dart_and_batteries_are_drawn_where_there_are_any() -> None:
    """The mean of day-ahead less real-time by hour of the day, and TB4 of each whole day: four times 23..20 less 0..3."""
    price = [float(n % 24) for n in range(48)]
    found = analysed({"east": price}, first="2024-07-01T04:00", tz=NEW_YORK)
    day_ahead, real_time = (hours("east", each, first="2024-07-01T04:00") for each in (price, [1.0] * 48))
    drawn = chart(attrs.evolve(found, dart_hours=dart_hours(day_ahead, real_time))).to_dict()
    assert [part["title"]["text"] for part in drawn["vconcat"]] == [
        "Prices",
        "Duration curves",
        "Day-ahead minus real-time (DART)",
        "Four-hour battery (TB4)",
    ]
    _, _, dart, storage = drawn["vconcat"]
    assert [(row["hour"], row["price"], row["hours"]) for row in dart["data"]["values"]] == [
        (hour, hour - 1.0, 2) for hour in range(24)
    ]
    assert [row["price"] for row in storage["data"]["values"]] == [86.0 - 6.0] * 2
    assert [part["encoding"]["y"]["title"] for part in (dart, storage)] == ["USD/MWh", "USD/MW-day"]


def test_batteries_of_long_ranges_are_drawn_by_month() -> None:
    """The mean of each month's whole days."""
    found = analysed({"east": [float(n % 24) for n in range(92 * 24)]}, first="2024-07-01T04:00", tz=NEW_YORK)
    frame, how = chart_data.storage(found.storage_days)
    assert frame["price"].to_list() == [80.0] * 3
    assert how == "mean of the whole days of each month"


def test_of_many_pairs_the_widest_are_drawn() -> None:
    """Six places are fifteen pairs; the three of neighbors are left out."""
    found = analysed({f"m{number}": [10.0 * number] * 24 for number in range(6)})
    spreads = chart(found).to_dict()["vconcat"][1]
    assert spreads["title"]["subtitle"].endswith("the 12 largest of 15 pairs")
    shown = {row["pair"] for row in spreads["data"]["values"]}
    assert len(shown) == 12
    assert "m0 - m5" in shown


@pytest.fixture(scope="module")
def year() -> Iterator[Any]:
    """A year of four markets."""
    prices = {f"m{k}": [20.0 + (n * (k + 3)) % 47 - (n % 24) for n in range(YEAR)] for k in range(4)}
    yield analysed(prices, first="2024-01-01T00:00")


def test_html_needs_no_network(year: Any) -> None:
    """Everything is in the file, and a year of four markets stays small."""
    page = render(year, "html")
    tags = Tags()
    tags.feed(page.decode())
    assert [name for name, _ in tags.found].count("script") == 2
    assert [tag for tag in tags.found if {"src", "href"} & dict(tag[1]).keys()] == []
    assert b"vegaEmbed" in page
    assert b'"editor": false' in page
    assert b"m3 HUB" in page
    assert len(page) < 3_000_000


@pytest.mark.exhaustive
def test_pictures_are_whole(year: Any) -> None:
    """A PNG with its dimensions, and an SVG that is closed."""
    png = render(year, "png")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(png[16:20], "big") > 1800
    svg = render(year, "svg")
    assert svg.startswith(b"<svg")
    assert svg.rstrip().endswith(b"</svg>")
    assert svg.count(b" - m") >= 6


def test_prices_that_are_all_missing_can_be_drawn() -> None:
    """The frame is empty and says what it would have shown."""
    assert render(analysed({"east": [None, None], "west": [None, None]}), "svg").startswith(b"<svg")


@pytest.mark.exhaustive
def test_analysis_draws_itself(year: Any) -> None:
    """As an Altair chart for a notebook, and as a file."""
    assert year.chart().to_dict()["title"]["text"] == "Power prices side by side: day ahead"
    assert year.render("svg").startswith(b"<svg")


def test_unknown_form_is_said() -> None:
    """With the forms that there are."""
    with pytest.raises(OutputError, match="cannot be 'pdf'; it can be html, png, svg"):
        render(analysed({"east": [1.0]}), "pdf")


@pytest.mark.parametrize("package", ["altair", "vl_convert"])
def test_missing_extra_is_said(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install, in one line."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(OutputError, match=re.escape("pip install 'energyopti[chart]'")) as said:
        need_extra()
    assert package in said.value.line
