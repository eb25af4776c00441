"""Statistics, spreads and batteries against figures that were worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

import analysed
from analysed import Prices
from builders import utc
from compared_markets import CHICAGO, NEW_YORK
from energyopti.analysis import TABLES
from energyopti.analysis.block_tables import blocks, dart_blocks, months
from energyopti.analysis.spreads import dart, dart_hours, pairs, storage, storage_days
from energyopti.analysis.statistics import statistics as figures
from energyopti.frames import frame_schema

MIDNIGHT = "2024-07-01T04:00"


def hours(market: str, prices: Prices, *, first: str = MIDNIGHT, **more: Any) -> pl.DataFrame:
    """A table `hours` of one market, from a midnight of New York on."""
    return analysed.hours(market, prices, first=first, **more)


def statistics(table: pl.DataFrame) -> pl.DataFrame:
    """The table `statistics` of markets that all have 5x16."""
    return figures(table, table.select("market").unique().with_columns(pl.lit("5x16").alias("block")))


def only(frame: pl.DataFrame) -> Mapping[str, Any]:
    """The one row of a table."""
    (row,) = frame.iter_rows(named=True)
    return row


def start(hour: int) -> datetime:
    """The start of an hour after midnight of 1 July 2024 in New York."""
    return utc("2024-07-01T04:00") + timedelta(hours=hour)


FIVE = hours(
    "east",
    [10.0, -5.0, None, 40.0, -5.0],
    congestion=[1.0, 0.5, 9.0, None, -0.5],
    loss=[1.0, 1.0, 1.0, 1.0, 1.0],
)
"""Five hours of a night, the third of which has no price."""


def test_figures_are_those_of_the_known_hours() -> None:
    """10, -5, 40 and -5: mean 10, median 2.5, squares 0, 225, 900 and 225 about the mean over three."""
    row = only(statistics(FIVE))
    assert (row["hours"], row["missing_hours"], row["negative_hours"]) == (4, 1, 2)
    assert (row["mean"], row["median"]) == (10.0, 2.5)
    assert row["standard_deviation"] == pytest.approx((1350 / 3) ** 0.5)


def test_volatility_is_of_changes_between_neighbouring_hours() -> None:
    """-15 and -45 are the changes whose both hours are known: their deviation is 30 over the root of two."""
    assert only(statistics(FIVE))["volatility"] == pytest.approx(30 / 2**0.5)


def test_extremes_have_their_first_hour() -> None:
    """-5 came at 01:00 and again at 04:00."""
    row = only(statistics(FIVE))
    assert (row["minimum"], row["minimum_at"]) == (-5.0, start(1))
    assert (row["maximum"], row["maximum_at"]) == (40.0, start(3))


def test_component_shares_are_of_hours_that_have_both() -> None:
    """Congestion is known beside a price in three hours: 1 of 0 in sum is no share; losses are 4 of 40."""
    row = only(statistics(FIVE))
    assert row["congestion_mean"] == pytest.approx(2.5)
    assert row["congestion_share"] is None
    assert (row["loss_mean"], row["loss_share"]) == (1.0, pytest.approx(4 / 40))


def test_components_that_are_not_published_are_null() -> None:
    """No mean and no share is made up."""
    row = only(statistics(hours("east", [10.0])))
    assert [row[f"{name}_{what}"] for name in ("congestion", "loss") for what in ("mean", "share")] == [
        None
    ] * 4


def test_peak_means_are_of_their_hours() -> None:
    """A Monday whose hours 6 to 21 cost 50 and all others 20."""
    row = only(statistics(hours("east", [50.0 if 6 <= n < 22 else 20.0 for n in range(24)])))
    assert (row["onpeak_hours"], row["onpeak_mean"], row["offpeak_mean"]) == (16, 50.0, 20.0)


def test_holiday_has_no_on_peak_mean() -> None:
    """Independence Day of 2024, a Thursday."""
    row = only(statistics(hours("east", [50.0] * 24, first="2024-07-04T04:00")))
    assert (row["onpeak_hours"], row["onpeak_mean"], row["offpeak_mean"]) == (0, None, 50.0)


def test_market_without_prices_has_no_figures() -> None:
    """Counts are zero, all else is null."""
    row = only(statistics(hours("east", [None, None])))
    numbers = {name for name, value in row.items() if value is not None}
    assert numbers == {
        "market", "hours", "missing_hours", "negative_hours", "longest_negative_streak", "block", "onpeak_hours"
    }  # fmt: skip


def test_markets_keep_their_order() -> None:
    """As they were asked for, not as the alphabet has them."""
    both = pl.concat([hours("west", [1.0]), hours("east", [2.0])])
    assert statistics(both)["market"].to_list() == ["west", "east"]


def test_pair_is_first_less_second_over_common_hours() -> None:
    """10-4, 20-25 and 60-10: 6, -5 and 50; the hour that one lacks is left out."""
    both = pl.concat([hours("west", [10.0, 20.0, 30.0, 60.0]), hours("east", [4.0, 25.0, None, 10.0])])
    row = only(pairs(both))
    assert (row["market"], row["other"], row["hours"]) == ("west", "east", 3)
    assert row["mean_spread"] == pytest.approx(17.0)
    assert row["standard_deviation"] == pytest.approx(((11**2 + 22**2 + 33**2) / 2) ** 0.5)
    assert (row["minimum"], row["minimum_at"]) == (-5.0, start(1))
    assert (row["maximum"], row["maximum_at"]) == (50.0, start(3))


def test_correlation_is_pearsons() -> None:
    """(1, 2, 3) and (1, 3, 2): covariance 1 over variances 2 and 2 is a half; a mirror is -1."""
    three = pl.concat(
        [hours("a", [1.0, 2.0, 3.0]), hours("b", [1.0, 3.0, 2.0]), hours("c", [-1.0, -2.0, -3.0])]
    )
    found = pairs(three).select("market", "other", "correlation").rows()
    expected = [("a", "b", 0.5), ("a", "c", -1.0), ("b", "c", -0.5)]
    assert [row[:2] for row in found] == [row[:2] for row in expected]
    assert [row[2] for row in found] == [pytest.approx(row[2]) for row in expected]


@pytest.mark.parametrize("other", [[5.0, 5.0, 5.0], [None, None, None], [1.0, None, None]])
def test_correlation_with_what_never_changes_is_null(other: Prices) -> None:
    """A flat price, none at all, or a single one has no correlation."""
    assert only(pairs(pl.concat([hours("a", [1.0, 2.0, 3.0]), hours("b", other)])))["correlation"] is None


def test_one_market_has_no_pairs() -> None:
    """And four have six."""
    one = hours("a", [1.0])
    assert pairs(one).height == 0
    assert pairs(pl.concat([hours(name, [1.0]) for name in "dcba"])).select("market", "other").rows() == [
        ("d", "c"), ("d", "b"), ("d", "a"), ("c", "b"), ("c", "a"), ("b", "a"),
    ]  # fmt: skip


def test_dart_is_day_ahead_minus_real_time() -> None:
    """30-20, 30-50 and 30 less nothing: 10, -20 and null."""
    found = dart_hours(hours("east", [30.0, 30.0, 30.0]), hours("east", [20.0, 50.0, None]))
    assert found["dart"].to_list() == [10.0, -20.0, None]
    markets = pl.DataFrame({"market": ["west", "east"], "real_time_run": [None, "real_time_15min"]})
    row = only(dart(found, markets))
    assert (row["market"], row["real_time_run"]) == ("east", "real_time_15min")
    assert (row["hours"], row["missing_hours"], row["positive_hours"]) == (2, 1, 1)
    assert (row["mean"], row["minimum"], row["maximum"]) == (-5.0, -20.0, 10.0)
    assert row["standard_deviation"] == pytest.approx(30 / 2**0.5)


def test_battery_takes_the_dearest_less_the_cheapest_hours() -> None:
    """Of 24 hours at 20, some at 90, 70, 60 and 40, and -10, 0, 5 and 15: whatever their order."""
    day = [20.0] * 24
    day[3], day[20], day[19], day[4] = 90.0, 70.0, 60.0, 40.0
    day[12], day[13], day[0], day[23] = -10.0, 0.0, 5.0, 15.0
    row = only(storage_days(hours("east", day), zone=NEW_YORK))
    assert (row["day"], row["hours"], row["day_hours"]) == (date(2024, 7, 1), 24, 24)
    assert row["tb1_usd_per_mw_day"] == 100.0
    assert row["tb2_usd_per_mw_day"] == (90 + 70) - (-10 + 0)
    assert row["tb4_usd_per_mw_day"] == (90 + 70 + 60 + 40) - (-10 + 0 + 5 + 15)


def test_battery_sells_what_its_round_trip_leaves() -> None:
    """Of 90 and 70, 85 % is 136; bought at -10 and 20 for 10: 126. One hour: 76.50 less -10 is 86.50."""
    day = [20.0] * 21 + [90.0, 70.0, -10.0]
    days = storage_days(hours("east", day), zone=NEW_YORK, round_trip_efficiency=0.85)
    row = only(storage(days, round_trip_efficiency=0.85))
    assert row["round_trip_efficiency"] == 0.85
    assert row["tb1_usd_per_mw_day"] == pytest.approx(86.5)
    assert row["tb2_usd_per_mw_day"] == pytest.approx(126.0)


@pytest.mark.parametrize(
    ("first", "count"), [("2024-03-10T05:00", 23), ("2024-11-03T04:00", 25), ("2024-11-04T05:00", 24)]
)
def test_whole_day_is_as_long_as_the_clock_makes_it(first: str, count: int) -> None:
    """23 hours in March and 25 in November are days; one hour less is none."""
    prices = [float(n) for n in range(count)]
    row = only(storage_days(hours("east", prices, first=first), zone=NEW_YORK))
    assert (row["hours"], row["day_hours"], row["tb1_usd_per_mw_day"]) == (count, count, count - 1.0)
    short = only(storage_days(hours("east", prices[:-1], first=first), zone=NEW_YORK))
    assert (short["hours"], short["day_hours"], short["tb1_usd_per_mw_day"]) == (count - 1, count, None)


def test_day_with_a_missing_hour_is_null_and_not_in_the_mean() -> None:
    """Two days, the second lacks an hour: the mean is that of the first, and says so."""
    prices: list[float | None] = [*([10.0] * 23), 50.0, *([10.0] * 23), None]
    found = storage(storage_days(hours("east", prices), zone=NEW_YORK))
    row = only(found)
    assert (row["days"], row["incomplete_days"], row["tb1_usd_per_mw_day"]) == (1, 1, 40.0)


def test_days_are_those_of_the_markets_clock() -> None:
    """Chicago's day begins an hour after New York's: its first hour here still belongs to 30 June."""
    found = storage_days(hours("ercot", [1.0] * 25, zone=CHICAGO), zone=CHICAGO)
    assert found.select("day", "hours").rows() == [(date(2024, 6, 30), 1), (date(2024, 7, 1), 24)]


def test_tables_have_their_columns_and_types() -> None:
    """What is computed is what is declared."""
    both = pl.concat([FIVE, hours("west", [1.0] * 5)])
    darts = dart_hours(FIVE, FIVE)
    markets = pl.DataFrame({"market": ["east"], "real_time_run": ["real_time_hourly"]})
    days = storage_days(FIVE, zone=NEW_YORK)
    made = {
        "hours": both,
        "statistics": statistics(both),
        "blocks": blocks(FIVE, analysed.calendar_of()),
        "months": months(FIVE, analysed.calendar_of()),
        "pairs": pairs(both),
        "dart_hours": darts,
        "dart": dart(darts, markets),
        "dart_blocks": dart_blocks(darts, analysed.calendar_of()),
        "storage_days": days,
        "storage": storage(days),
    }
    assert {name: frame.schema for name, frame in made.items()} == {
        name: frame_schema(TABLES[name]) for name in made
    }
