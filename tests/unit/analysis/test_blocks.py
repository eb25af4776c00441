"""Prices and DART by block and by month, percentiles and streaks: against figures worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from analysed import Prices, calendar_of, hours
from compared_markets import LOS_ANGELES, NEW_YORK
from energyopti.analysis.block_tables import blocks, dart_blocks, months
from energyopti.analysis.calendar import Calendar
from energyopti.analysis.spreads import dart_hours
from energyopti.analysis.statistics import statistics
from energyopti.blocks import Block

EASTERN = calendar_of(NEW_YORK, first=8, last=23)
MIDNIGHT = "2024-07-02T04:00"
"""Of Tuesday 2 July 2024 in New York."""

NIGHT, DAY = 20.0, 50.0
TUESDAY = [*[NIGHT] * 7, *[DAY] * 15, 60.0, NIGHT]
"""20 in hours ending 01 to 07 and 24, 60 in hour ending 23, 50 in the others: the example of docs/analysis.md."""


def by_block(frame: pl.DataFrame) -> dict[str, Mapping[str, Any]]:
    """The rows of a table by their block."""
    return {row["block"]: row for row in frame.iter_rows(named=True)}


def figures(prices: Prices) -> Mapping[str, Any]:
    """The statistics of some hours."""
    markets = pl.DataFrame({"market": ["east"], "block": ["5x16"]})
    return statistics(hours("east", prices), markets).row(0, named=True)


def on(calendar: Calendar, prices: Prices, first: str = MIDNIGHT) -> pl.DataFrame:
    """A table `hours` in a calendar."""
    return hours("east", prices, first=first, calendar=calendar)


def test_on_peak_of_the_example() -> None:
    """(15 * 50 + 60) / 16 = 50.625, and 20; hours ending 07-22 instead would be (20 + 15 * 50) / 16 = 48.125."""
    row = statistics(on(EASTERN, TUESDAY), pl.DataFrame({"market": ["east"], "block": ["5x16"]})).row(
        0, named=True
    )
    assert (row["block"], row["onpeak_hours"], row["onpeak_mean"], row["offpeak_mean"]) == (
        "5x16",
        16,
        50.625,
        20.0,
    )
    early = statistics(on(calendar_of(), TUESDAY), pl.DataFrame({"market": ["east"], "block": ["5x16"]}))
    assert early["onpeak_mean"].item() == 48.125


def test_blocks_of_a_tuesday_and_a_saturday() -> None:
    """2x16 has nothing on a Tuesday; Saturday's daytime at 10 is 2x16; off-peak has both nights and Saturday."""
    tuesday = by_block(blocks(on(EASTERN, TUESDAY), EASTERN))
    assert {name: row["mean"] for name, row in tuesday.items()} == {
        "5x16": 50.625,
        "7x8": 20.0,
        "offpeak": 20.0,
        "7x24": pytest.approx((8 * 20 + 15 * 50 + 60) / 24),
    }
    saturday = by_block(blocks(on(EASTERN, [30.0] * 7 + [-10.0] * 16 + [None], "2024-07-06T04:00"), EASTERN))
    assert {name: row["mean"] for name, row in saturday.items()} == {
        "2x16": -10.0,
        "7x8": 30.0,
        "offpeak": pytest.approx((7 * 30 - 160) / 23),
        "7x24": pytest.approx((7 * 30 - 160) / 23),
    }
    night = saturday["7x8"]
    assert (night["hours"], night["missing_hours"], night["negative_hours"]) == (7, 1, 0)
    assert saturday["2x16"]["negative_hours"] == 16


@pytest.mark.parametrize(("percent", "expected"), [(5, 1.15), (25, 1.75), (50, 3.0), (75, 5.5), (95, 9.1)])
def test_percentiles_are_interpolated(percent: int, expected: float) -> None:
    """Of 1, 2, 4 and 10: at 0.15, 0.75, 1.5, 2.25 and 2.85 of the order; the missing hour does not count."""
    assert figures([10.0, None, 1.0, 4.0, 2.0])[f"p{percent}"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("prices", "streak"),
    [
        ([1.0, -1.0, -2.0, 0.0, -1.0], 2),
        ([-1.0, -1.0, None, -1.0], 2),
        ([-1.0, -1.0, -1.0], 3),
        ([-1.0, 5.0, -1.0, -2.0, -3.0], 3),
        ([0.0, 5.0], 0),
        ([None], 0),
    ],
)
def test_longest_streak_of_negative_hours(prices: Prices, streak: int) -> None:
    """Zero is not negative, and a missing hour ends a streak."""
    assert figures(prices)["longest_negative_streak"] == streak


def test_dart_by_block() -> None:
    """DART of 4, -2, 1 and -3 in the first four hours of the night; 2 less 1 by day in one hour."""
    ahead: Prices = [10.0, 10.0, 10.0, 10.0, *[None] * 3, 2.0]
    actual: Prices = [6.0, 12.0, 9.0, 13.0, 1.0, 1.0, 1.0, 1.0]
    found = by_block(dart_blocks(dart_hours(on(EASTERN, ahead), on(EASTERN, actual)), EASTERN))
    night = found["7x8"]
    assert (night["hours"], night["missing_hours"], night["mean"], night["hit_rate"]) == (4, 3, 0.0, 0.5)
    assert (night["p5"], night["p95"]) == (pytest.approx(-2.85), pytest.approx(3.55))
    assert (found["5x16"]["hours"], found["5x16"]["mean"], found["5x16"]["hit_rate"]) == (1, 1.0, 1.0)
    assert (found["7x24"]["hours"], found["7x24"]["mean"], found["7x24"]["hit_rate"]) == (5, 0.2, 0.6)


def test_hours_of_equal_prices_are_no_hit() -> None:
    """Day-ahead was not higher; without any hour there is no rate."""
    even = dart_blocks(dart_hours(on(EASTERN, [1.0]), on(EASTERN, [1.0])), EASTERN)
    assert by_block(even)["7x8"]["hit_rate"] == 0.0
    none = dart_blocks(dart_hours(on(EASTERN, [1.0]), on(EASTERN, [None])), EASTERN)
    assert by_block(none)["7x8"]["hit_rate"] is None


@pytest.mark.parametrize(
    ("first", "count", "counts"),
    [
        # 21 weekdays and ten other days; the night of the 10th lacks an hour
        ("2024-03-01T05:00", 743, {"5x16": 336, "2x16": 160, "7x8": 247, "offpeak": 407, "7x24": 743}),
        # 20 weekdays without Thanksgiving; the night of the 3rd has one more
        ("2024-11-01T04:00", 721, {"5x16": 320, "2x16": 160, "7x8": 241, "offpeak": 401, "7x24": 721}),
    ],
)
def test_months_of_a_clock_change(first: str, count: int, counts: dict[str, int]) -> None:
    """All hours of each block are there, and the mean of a flat price is that price."""
    found = months(on(EASTERN, [7.0] * count, first), EASTERN)
    assert dict(found.select("block", "block_hours").iter_rows()) == counts
    assert found["hours"].to_list() == found["block_hours"].to_list()
    assert found["mean"].to_list() == [7.0] * 5


def test_month_that_lacks_an_hour_is_null_where_it_lacks_it() -> None:
    """The first hour of June 2024, by night, is not known: on-peak and 2x16 are whole, all else is null."""
    found = by_block(months(on(EASTERN, [None, *[7.0] * 719], "2024-06-01T04:00"), EASTERN))
    assert {name: row["mean"] for name, row in found.items()} == {
        "5x16": 7.0,
        "2x16": 7.0,
        "7x8": None,
        "offpeak": None,
        "7x24": None,
    }
    assert (found["7x8"]["hours"], found["7x8"]["block_hours"]) == (239, 240)


def test_hours_beyond_a_month_are_months_that_are_not_whole() -> None:
    """An hour before and one after June in New York: three months, of which June alone has a mean."""
    found = months(on(EASTERN, [100.0, *[7.0] * 720, 100.0], "2024-06-01T03:00"), EASTERN)
    around = found.filter(block="7x24").select("month", "hours", "block_hours", "mean").rows()
    assert around == [
        (date(2024, 5, 1), 1, 744, None),
        (date(2024, 6, 1), 720, 720, 7.0),
        (date(2024, 7, 1), 1, 744, None),
    ]


def test_months_on_a_given_clock() -> None:
    """June of UTC, on-peak still of California: Saturdays too, 25 days of sixteen hours."""
    western = Calendar(zone="UTC", block_zone=LOS_ANGELES, blocks=Block.traded("6x16", first=7, last=22))
    found = by_block(months(on(western, [7.0] * 720, "2024-06-01T00:00"), western))
    assert (found["7x24"]["block_hours"], found["7x24"]["mean"]) == (720, 7.0)
    # Friday 31 May 17:00 to Sunday 30 June 17:00: 25 days, five hours of the 31st (17 to 22) more
    assert found["6x16"]["block_hours"] == 25 * 16 + 5
