"""Comparisons of whole markets: what is asked, what is strict, what becomes a finding."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest

from builders import utc
from cli_runs import Network
from compared_markets import CHICAGO, LOS_ANGELES, NEW_YORK, compare, day_of, document, price_feed, priced
from energyopti import (
    Block,
    CrossMarketAnalysis,
    FindingKind,
    InvalidTimeRange,
    NoData,
    Run,
    SourceUnavailable,
    UnknownLocation,
    UnknownMarket,
    UnsupportedQuery,
)

BOTH = (Run.DAY_AHEAD, Run.REAL_TIME_HOURLY)
EAST, LONE = priced("east", NEW_YORK, BOTH), priced("lone", CHICAGO)
DAY = ("2024-07-01T05:00Z", "2024-07-02T04:00Z")
"""Of New York's 1 July 2024 all but its first hour, of Chicago's all but its last."""

BOUNDS = (utc("2024-07-01T05:00"), utc("2024-07-02T04:00"))

PAGES: dict[str, bytes | int] = {
    "east/day_ahead/2024-07-01.csv": day_of("2024-07-01", [float(n) for n in range(24)]),
    "east/real_time_hourly/2024-07-01.csv": day_of("2024-07-01", [2.0 * n for n in range(24)]),
    "lone/day_ahead/2024-07-01.csv": day_of("2024-07-01", [100.0] * 24, CHICAGO),
}


def messages(analysis: CrossMarketAnalysis, market: str) -> list[str]:
    """What was found of a market."""
    return [finding.message for finding in analysis.findings[market]]


def test_markets_are_aligned_in_utc(tmp_path: Path) -> None:
    """05:00Z is New York's second hour of the day and Chicago's first."""
    found = compare(PAGES, DAY, EAST, LONE, home=tmp_path)
    prices = found.side_by_side()
    assert prices.columns == ["interval_start", "east", "lone"]
    assert prices.row(0) == (utc("2024-07-01T05:00"), 1.0, 100.0)
    assert prices.row(22) == (utc("2024-07-02T03:00"), 23.0, 100.0)
    assert prices.height == 23
    assert found.pairs.select("market", "other", "hours").row(0) == ("east", "lone", 23)


def test_answer_says_what_it_is_of(tmp_path: Path) -> None:
    """Location, run, feeds and provenance of each market, and a short line for a console."""
    found = compare(PAGES, DAY, EAST, LONE, home=tmp_path)
    assert found.markets.rows() == [
        ("east", NEW_YORK, *BOUNDS, "5x16", "HE07-22 America/New_York", "HUB", None, "day_ahead", "prices_day_ahead", "prices_day_ahead", "real_time_hourly",
         "prices_real_time_hourly"),
        ("lone", CHICAGO, *BOUNDS, "5x16", "HE07-22 America/Chicago", "HUB", None, "day_ahead", "prices_day_ahead", None, None, None),
    ]  # fmt: skip
    assert [part.chunk for part in found.provenance["east"]] == [
        "east/prices_day_ahead/2024-07-01",
        "east/prices_real_time_hourly/2024-07-01",
    ]
    assert repr(found).splitlines()[0] == (
        "CrossMarketAnalysis(east, lone; day_ahead; 2024-07-01T05:00:00Z to 2024-07-02T04:00:00Z; 23 hours; "
        "1 findings)"
    )


def test_dart_is_of_markets_with_both_runs(tmp_path: Path) -> None:
    """n less 2n is -n; a market without real-time prices has no row and says why."""
    found = compare(PAGES, DAY, EAST, LONE, home=tmp_path)
    assert found.dart.select("market", "real_time_run", "hours", "mean").rows() == [
        ("east", "real_time_hourly", 23, -12.0)
    ]
    assert found.dart_hours["dart"].to_list() == [-float(n) for n in range(1, 24)]
    assert messages(found, "lone") == [
        "lone has no spread of day-ahead against real-time: it has no real-time prices"
    ]


def test_without_dart_only_the_run_is_asked_for(tmp_path: Path) -> None:
    """No request for real-time prices, no row, no finding."""
    network = Network(PAGES)
    found = compare({}, DAY, EAST, home=tmp_path, network=network, dart=False)
    assert (found.dart.height, found.dart_hours.height, found.findings) == (0, 0, {"east": ()})
    assert network.asked == ["east/day_ahead/2024-07-01.csv"]


@pytest.mark.parametrize(
    ("runs", "chosen"),
    [
        ((Run.DAY_AHEAD, Run.REAL_TIME_5MIN, Run.REAL_TIME_15MIN, Run.REAL_TIME_HOURLY), "real_time_hourly"),
        ((Run.DAY_AHEAD, Run.REAL_TIME_5MIN, Run.REAL_TIME_15MIN), "real_time_15min"),
        ((Run.DAY_AHEAD, Run.REAL_TIME_5MIN), "real_time_5min"),
    ],
)
def test_real_time_run_is_the_one_that_needs_least(
    runs: tuple[Run, ...], chosen: str, tmp_path: Path
) -> None:
    """Hourly before quarter-hourly before five-minute prices."""
    page = PAGES["east/day_ahead/2024-07-01.csv"]
    pages = {f"east/{run}/2024-07-01.csv": page for run in runs}
    found = compare(pages, DAY, priced("east", NEW_YORK, runs), home=tmp_path)
    assert found.dart["real_time_run"].to_list() == [chosen]


def test_run_that_is_compared_is_that_of_dart(tmp_path: Path) -> None:
    """Asked for real time, the comparison is of real time; day-ahead is asked for beside it, once each."""
    network = Network(PAGES)
    found = compare({}, DAY, EAST, home=tmp_path, network=network, run="real_time_hourly")
    assert found.hours["price"].to_list() == [2.0 * n for n in range(1, 24)]
    assert found.dart["mean"].item() == -12.0
    assert sorted(network.asked) == ["east/day_ahead/2024-07-01.csv", "east/real_time_hourly/2024-07-01.csv"]


def test_run_that_is_neither_leaves_dart_as_it_is(tmp_path: Path) -> None:
    """Hour-ahead prices are compared, day-ahead and real-time beside them: three documents, n less 2n."""
    runs = (Run.DAY_AHEAD, Run.HOUR_AHEAD, Run.REAL_TIME_HOURLY)
    pages = PAGES | {"east/hour_ahead/2024-07-01.csv": day_of("2024-07-01", [7.0] * 24)}
    found = compare(pages, DAY, priced("east", NEW_YORK, runs), home=tmp_path, run="hour_ahead")
    assert (found.statistics["mean"].item(), found.dart["mean"].item()) == (7.0, -12.0)
    assert len(found.provenance["east"]) == 3


def test_real_time_prices_that_are_not_there_yet_are_a_finding(tmp_path: Path) -> None:
    """Tomorrow's day-ahead prices can be compared today, without DART."""
    found = compare(PAGES, DAY, EAST, home=tmp_path, now="2024-07-01T03:00+00:00")
    assert found.statistics["hours"].item() == 23
    assert found.dart.height == 0
    assert "is in the future" in messages(found, "east")[0]


def test_part_of_real_time_prices_is_used(tmp_path: Path) -> None:
    """Two days of which the second has no real-time file: the first has its DART, strict as the question is."""
    pages = PAGES | {"east/day_ahead/2024-07-02.csv": day_of("2024-07-02", [5.0] * 24)}
    found = compare(pages, ("2024-07-01T04:00Z", "2024-07-03T04:00Z"), EAST, home=tmp_path)
    assert found.dart.select("hours", "missing_hours").row(0) == (24, 24)
    kinds = [finding.kind for finding in found.findings["east"]]
    assert kinds == [FindingKind.MISSING_PART, FindingKind.INCOMPLETE_HOUR]


def test_failing_source_of_real_time_prices_raises(tmp_path: Path) -> None:
    """A source that fails is no absence; with ``partial`` it is a finding."""
    pages = PAGES | {"east/real_time_hourly/2024-07-01.csv": 400}
    with pytest.raises(SourceUnavailable):
        compare(pages, DAY, EAST, home=tmp_path)
    found = compare(pages, DAY, EAST, home=tmp_path, partial=True)
    assert found.dart.height == 0
    assert messages(found, "east")[0].startswith("east has no spread of day-ahead against real-time: ")


def test_market_that_cannot_answer_raises_or_is_left_out(tmp_path: Path) -> None:
    """Strict, its error; with ``partial`` a finding, and the others are compared."""
    pages = {name: page for name, page in PAGES.items() if not name.startswith("lone")}
    with pytest.raises(NoData, match="lone/prices_day_ahead"):
        compare(pages, DAY, EAST, LONE, home=tmp_path)
    found = compare(pages, DAY, EAST, LONE, home=tmp_path, partial=True)
    assert (found.names, found.pairs.height) == (("east",), 0)
    (finding,) = found.findings["lone"]
    assert finding.kind is FindingKind.MISSING_MARKET
    assert finding.message.startswith("lone is left out: ")
    assert list(found.provenance) == ["east"]


def test_comparison_that_nobody_can_answer_raises(tmp_path: Path) -> None:
    """Even with ``partial``: there is nothing to show."""
    with pytest.raises(NoData):
        compare({}, DAY, EAST, LONE, home=tmp_path, partial=True)


def test_missing_day_is_null_hours(tmp_path: Path) -> None:
    """With ``partial`` the first of two days has its prices, the second is null and counted."""
    found = compare(
        PAGES, ("2024-07-01T04:00Z", "2024-07-03T04:00Z"), EAST, home=tmp_path, partial=True, dart=False
    )
    assert found.statistics.select("hours", "missing_hours").row(0) == (24, 24)
    assert found.storage.select("days", "incomplete_days").row(0) == (1, 1)
    assert [finding.kind for finding in found.findings["east"]] == [
        FindingKind.MISSING_PART,
        FindingKind.INCOMPLETE_HOUR,
    ]


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"markets": ["west"]}, UnknownMarket, "no installed plugin brings market 'west'"),
        (
            {"locations": {"lone": "HUB"}, "markets": "east"},
            UnsupportedQuery,
            "'lone', which is not being compared",
        ),
        ({"run": "intraday"}, UnsupportedQuery, "no run 'intraday'"),
        ({"run": "real_time_hourly"}, UnsupportedQuery, "lone: no lmp of run real_time_hourly"),
        ({"locations": {"east": "HUP"}}, UnknownLocation, "no location 'HUP'"),
        ({"tz": "Mars"}, InvalidTimeRange, "not a time zone"),
    ],
)
def test_what_cannot_be_compared_is_said(
    options: dict[str, Any], error: type[Exception], said: str, tmp_path: Path
) -> None:
    """The caller's mistakes, each by its error."""
    with pytest.raises(error, match=said):
        compare(PAGES, DAY, EAST, LONE, home=tmp_path, **options)


@pytest.mark.parametrize("options", [{"markets": ["west"]}, {"tz": "Mars"}, {"locations": {"west": "HUB"}}])
def test_mistakes_of_the_caller_are_never_findings(options: dict[str, Any], tmp_path: Path) -> None:
    """A market, a clock or a location that cannot be meant raises with ``partial`` too."""
    with pytest.raises((UnknownMarket, InvalidTimeRange, UnsupportedQuery)):
        compare(PAGES, DAY, EAST, LONE, home=tmp_path, partial=True, **options)


def test_market_without_a_hub_wants_a_location(tmp_path: Path) -> None:
    """None is chosen for the caller; one that is given is used, whatever the case of the market's name."""
    bare = priced("east", NEW_YORK, reference_hub=None)
    with pytest.raises(UnsupportedQuery, match="east: no reference hub"):
        compare(PAGES, DAY, bare, home=tmp_path)
    found = compare(PAGES, DAY, bare, home=tmp_path, locations={"East": "hub"}, dart=False)
    assert found.markets["location"].item() == "HUB"


def test_no_market_at_all_is_said(tmp_path: Path) -> None:
    """Nothing is installed that has prices."""
    with pytest.raises(UnknownMarket, match="there is no market to compare"):
        compare(PAGES, DAY, home=tmp_path)


def test_market_asked_for_twice_is_compared_once(tmp_path: Path) -> None:
    """In the order of its first mention."""
    found = compare(PAGES, DAY, EAST, LONE, home=tmp_path, markets=["lone", "EAST", "lone"], dart=False)
    assert found.names == ("lone", "east")


def test_name_of_several_prices_wants_their_kind(tmp_path: Path) -> None:
    """A load zone with a settlement price and an energy-weighted one: neither is chosen, neither is averaged."""
    zone, weighted = (day_of("2024-07-01", [price] * 24, place=f"ZONE,{kind}") for price, kind in
                      ((10.0, "zone"), (99.0, "aggregate")))  # fmt: skip
    pages = {"east/day_ahead/2024-07-01.csv": zone + weighted.partition(b"\r\n")[2]}
    with pytest.raises(UnsupportedQuery, match="pick one: ZONE:aggregate or ZONE:zone"):
        compare(pages, DAY, EAST, home=tmp_path, locations={"east": "ZONE"}, dart=False)
    found = compare(pages, DAY, EAST, home=tmp_path, locations={"east": "ZONE:zone"}, dart=False)
    assert found.statistics["mean"].item() == 10.0
    assert found.markets["location"].item() == "ZONE"


def test_components_that_a_feed_derives_are_not_published(tmp_path: Path) -> None:
    """Congestion is a tenth of the price; losses, which this feed computes, have no share."""
    derives = priced("east", NEW_YORK, feeds=(price_feed(Run.DAY_AHEAD, derived=("loss",)),))
    found = compare(PAGES, DAY, derives, home=tmp_path, dart=False)
    assert found.statistics["congestion_share"].item() == pytest.approx(0.1)
    assert found.statistics["loss_share"].item() is None
    assert compare(PAGES, DAY, EAST, home=tmp_path).statistics["loss_share"].item() == pytest.approx(0.05)


FIVE_MINUTES = attrs.evolve(
    EAST,
    feeds=(price_feed(Run.REAL_TIME_5MIN, step=timedelta(minutes=5), irregular=True),),
)


def dispatched(*minutes: tuple[str, str, float]) -> bytes:
    """Intervals from and to, in UTC."""
    return document([(utc(start), utc(end), price) for start, end, price in minutes])


def test_interval_that_began_before_the_range_is_fetched(tmp_path: Path) -> None:
    """A run at 03:50Z lasts into the day, for ten minutes at 60; then fifty at 30: the first hour is 35."""
    pages = {
        "east/real_time_5min/2024-06-30.csv": dispatched(("2024-07-01T03:50", "2024-07-01T04:10", 60.0)),
        "east/real_time_5min/2024-07-01.csv": dispatched(("2024-07-01T04:10", "2024-07-01T06:00", 30.0)),
    }
    bounds = ("2024-07-01T04:00Z", "2024-07-01T06:00Z")
    options: dict[str, Any] = {"run": "real_time_5min", "dart": False}
    found = compare(pages, bounds, FIVE_MINUTES, home=tmp_path, **options)
    assert found.hours["price"].to_list() == [pytest.approx(35.0), 30.0]
    del pages["east/real_time_5min/2024-06-30.csv"]
    without = compare(pages, bounds, FIVE_MINUTES, home=tmp_path, **options)
    assert without.hours["price"].to_list() == [None, 30.0]
    assert messages(without, "east") == [
        "east/prices_real_time_5min: 1 of 2 hours null, first 2024-07-01T04:00:00Z: 1 with a part missing"
    ]


def test_day_before_is_not_fetched_for_a_few_seconds(tmp_path: Path) -> None:
    """A first run 14 s after the hour is how dispatch works."""
    pages = {
        "east/real_time_5min/2024-07-01.csv": dispatched(("2024-07-01T04:00:14", "2024-07-01T05:00:12", 30.0))
    }
    network = Network(pages)
    bounds = ("2024-07-01T04:00Z", "2024-07-01T05:00Z")
    found = compare(
        {}, bounds, FIVE_MINUTES, home=tmp_path, network=network, run="real_time_5min", dart=False
    )
    assert found.hours["price"].to_list() == [30.0]
    assert network.asked == ["east/real_time_5min/2024-07-01.csv"]


@pytest.mark.parametrize(
    ("day", "end", "count"), [("2024-03-10", "2024-03-11", 23), ("2024-11-03", "2024-11-04", 25)]
)
def test_day_of_a_clock_change_is_a_whole_day(day: str, end: str, count: int, tmp_path: Path) -> None:
    """Its 23 or 25 hours are compared, and it counts for a battery."""
    page = day_of(day, [float(n) for n in range(count)])
    pages = {f"east/day_ahead/{day}.csv": page}
    found = compare(pages, (day, end), EAST, home=tmp_path, tz=NEW_YORK, dart=False)
    assert found.hours["price"].to_list() == [float(n) for n in range(count)]
    assert found.storage.select("days", "tb1_usd_per_mw_day").row(0) == (1, count - 1.0)


WEST = priced("west", LOS_ANGELES, blocks=Block.traded("6x16", first=7, last=22))
TWO: dict[str, bytes | int] = {
    f"{market}/day_ahead/{day}.csv": day_of(day, [float(n) for n in range(24)], zone)
    for market, zone in (("east", NEW_YORK), ("west", LOS_ANGELES))
    for day in ("2024-06-30", "2024-07-01", "2024-07-02")
}
"""Every hour costs as much as its number on its own clock."""


def test_plain_dates_are_each_markets_own_day(tmp_path: Path) -> None:
    """The mean of 0 to 23 is 11.5 in both, 21 hours are common: three hours apart, each less the other is 3."""
    found = compare(TWO, ("2024-07-01", "2024-07-02"), EAST, WEST, home=tmp_path, dart=False)
    assert found.statistics["mean"].to_list() == [11.5, 11.5]
    assert found.markets.select("start", "end").rows() == [
        (utc("2024-07-01T04:00"), utc("2024-07-02T04:00")),
        (utc("2024-07-01T07:00"), utc("2024-07-02T07:00")),
    ]
    assert found.tz is None
    assert str(found.time) == "2024-07-01T04:00:00Z to 2024-07-02T07:00:00Z"
    assert found.pairs.select("hours", "mean_spread").row(0) == (21, 3.0)
    assert found.storage_days.select("market", "day", "hours").rows() == [
        ("east", date(2024, 7, 1), 24),
        ("west", date(2024, 7, 1), 24),
    ]
    prices = found.side_by_side()
    assert prices.height == 27
    assert prices.row(0) == (utc("2024-07-01T04:00"), 0.0, None)
    assert prices.row(-1) == (utc("2024-07-02T06:00"), None, 23.0)


def test_given_clock_is_that_of_all_days(tmp_path: Path) -> None:
    """New York's 1 July for both: California's hours 21 to 23 of 30 June, then 0 to 20: 66 + 210 over 24."""
    found = compare(TWO, ("2024-07-01", "2024-07-02"), EAST, WEST, home=tmp_path, dart=False, tz=NEW_YORK)
    assert found.statistics["mean"].to_list() == [11.5, pytest.approx((66 + 210) / 24)]
    assert found.storage_days["day"].to_list() == [date(2024, 7, 1)] * 2
    assert found.hours.filter(market="west")["day"].unique().to_list() == [date(2024, 7, 1)]


def test_on_peak_is_each_markets_own_block(tmp_path: Path) -> None:
    """A Monday: hours 6 to 21 by each one's clock, 216 over 16; the table names the block."""
    found = compare(TWO, ("2024-07-01", "2024-07-02"), EAST, WEST, home=tmp_path, dart=False)
    columns = ("market", "block", "onpeak_hours", "onpeak_mean")
    assert found.statistics.select(columns).rows() == [("east", "5x16", 16, 13.5), ("west", "6x16", 16, 13.5)]
    assert found.blocks.filter(block="6x16")["mean"].to_list() == [13.5]


def test_common_block_is_the_same_hours(tmp_path: Path) -> None:
    """11:00Z to 03:00Z: New York's 7 to 22, California's 4 to 19: means 14.5 and 11.5, and so the spread is 3."""
    found = compare(
        TWO, ("2024-07-01", "2024-07-02"), EAST, WEST, home=tmp_path, dart=False, block="common_5x16"
    )
    rows = found.statistics.select("block", "onpeak_hours", "onpeak_mean").rows()
    assert rows == [("common_5x16", 16, 14.5), ("common_5x16", 16, 11.5)]
    onpeak = found.hours.filter(peak="onpeak")
    east, west = (onpeak.filter(market=name)["interval_start"].to_list() for name in ("east", "west"))
    assert east == west
    assert found.findings == {"east": (), "west": ()}


def test_market_without_blocks_is_said(tmp_path: Path) -> None:
    """The common block stands in, in that market alone."""
    bare = priced("west", LOS_ANGELES, blocks=())
    found = compare(TWO, ("2024-07-01", "2024-07-02"), EAST, bare, home=tmp_path, dart=False)
    assert found.statistics["block"].to_list() == ["5x16", "common_5x16"]
    assert [finding.kind for finding in found.findings["west"]] == [FindingKind.NO_BLOCK]
    assert found.findings["east"] == ()


def test_dart_is_by_block_too(tmp_path: Path) -> None:
    """n less 2n over hours 6 to 21 is -13.5, and never a hit."""
    found = compare(PAGES, ("2024-07-01", "2024-07-02"), EAST, home=tmp_path)
    row = found.dart_blocks.row(by_predicate=pl.col("block") == "5x16", named=True)
    assert (row["hours"], row["mean"], row["hit_rate"]) == (16, -13.5, 0.0)
    assert (found.dart["hit_rate"].item(), found.dart["p5"].item()) == (0.0, pytest.approx(-21.85))


def test_battery_has_its_efficiency(tmp_path: Path) -> None:
    """80 % of 23 + 22, less 0 + 1, is 35."""
    bounds = ("2024-07-01", "2024-07-02")
    found = compare(TWO, bounds, EAST, home=tmp_path, dart=False, round_trip_efficiency=0.8)
    assert found.storage["tb2_usd_per_mw_day"].item() == pytest.approx(35.0)
    assert found.storage["round_trip_efficiency"].item() == 0.8


@pytest.mark.parametrize("efficiency", [0.0, -0.5, 1.01, float("nan")])
def test_efficiency_is_a_share(efficiency: float, tmp_path: Path) -> None:
    """Nothing is sold of nothing, and no battery makes energy."""
    with pytest.raises(UnsupportedQuery, match="give a share above 0, up to 1"):
        compare(TWO, DAY, EAST, home=tmp_path, round_trip_efficiency=efficiency)


def test_unknown_block_is_refused(tmp_path: Path) -> None:
    """With what was meant."""
    with pytest.raises(UnsupportedQuery, match="Did you mean 'common_5x16'"):
        compare(TWO, DAY, EAST, home=tmp_path, block="common5x16")
