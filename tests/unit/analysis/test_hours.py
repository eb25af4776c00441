"""Intervals of any length as hours: weighted by seconds, null where a part is missing."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from compared_markets import price_feed
from energyopti import InvalidTimeRange, Run, TimeRange
from energyopti.analysis.hours import HoursAsked, hourly, hours_range, incomplete, slack
from energyopti.findings import FindingKind

NOON = utc("2024-07-01T12:00")
ONE, TWO = (TimeRange(NOON, NOON + timedelta(hours=count)) for count in (1, 2))


def rows(*intervals: tuple[int, int, float | None]) -> pl.DataFrame:
    """Prices from and to so many seconds after noon; congestion is a tenth, losses are not published."""
    return pl.DataFrame(
        {
            "interval_start": [NOON + timedelta(seconds=start) for start, _, _ in intervals],
            "interval_end": [NOON + timedelta(seconds=end) for _, end, _ in intervals],
            "lmp": [price for _, _, price in intervals],
            "congestion": [None if price is None else price / 10 for _, _, price in intervals],
            "loss": [None] * len(intervals),
        },
        schema={
            "interval_start": pl.Datetime("us", "UTC"),
            "interval_end": pl.Datetime("us", "UTC"),
            "lmp": pl.Float64,
            "congestion": pl.Float64,
            "loss": pl.Float64,
        },
    )


def test_hourly_prices_stay_what_they_are() -> None:
    """An hour that is one interval has its value, to the last bit, and keeps null what is not published."""
    found = hourly(rows((0, 3600, 18.69)), ONE)
    assert found.select("interval_start", "lmp", "loss").rows() == [(NOON, 18.69, None)]


def test_quarters_of_an_hour_count_alike() -> None:
    """10, 20, 30 and 40 make 25; their congestion 2.5."""
    found = hourly(rows((0, 900, 10.0), (900, 1800, 20.0), (1800, 2700, 30.0), (2700, 3600, 40.0)), ONE)
    assert found.select("lmp", "congestion").rows() == [(25.0, 2.5)]


def test_irregular_intervals_count_by_their_seconds() -> None:
    """302 s at 10, 1,798 s at 20 and 1,500 s at 40: 98,980 over 3,600, not the mean 23.33 of the three."""
    found = hourly(rows((0, 302, 10.0), (302, 2100, 20.0), (2100, 3600, 40.0)), ONE)
    assert found["lmp"].item() == pytest.approx(98_980 / 3_600, abs=1e-12)


def test_interval_across_the_hour_counts_in_both() -> None:
    """From 12:50 to 13:20 at 70: ten minutes of the first hour, twenty of the second."""
    found = hourly(rows((0, 3000, 10.0), (3000, 4800, 70.0), (4800, 7200, 100.0)), TWO)
    assert found["lmp"].to_list() == [pytest.approx(20.0), pytest.approx(90.0)]


def test_equal_prices_have_themselves_as_mean() -> None:
    """Twelve times 18.69 is 18.69 to the last bit."""
    assert hourly(rows(*((n * 300, n * 300 + 300, 18.69) for n in range(12))), ONE)["lmp"].item() == 18.69


def test_hour_with_a_missing_part_is_null() -> None:
    """Eleven of twelve intervals are no hour, and the next hour is not touched."""
    intervals = [(n * 300, n * 300 + 300, 20.0) for n in range(24) if n != 7]
    found = hourly(rows(*intervals), TWO)
    assert found.select("lmp", "hole").rows() == [(None, timedelta(minutes=5)), (20.0, timedelta())]


def test_doubled_part_does_not_make_up_for_a_missing_one() -> None:
    """A quarter of an hour twice and another never: sixty minutes in sum, and null."""
    found = hourly(rows((0, 1800, 1.0), (900, 2700, 1.0)), ONE)
    quarter = timedelta(minutes=15)
    assert found.select("lmp", "hole", "overlap").rows() == [(None, quarter, quarter)]


def test_interval_inside_another_is_an_overlap() -> None:
    """Which of two prices holds is not known."""
    found = hourly(rows((0, 3600, 1.0), (600, 1200, 5.0)), ONE)
    assert found.select("lmp", "overlap").rows() == [(None, timedelta(minutes=10))]


def test_null_part_makes_its_value_null_alone() -> None:
    """A price that is not known in one interval is not known for the hour."""
    without = rows((0, 1800, 10.0), (1800, 3600, None)).with_columns(congestion=pl.lit(2.0))
    assert hourly(without, ONE).select("lmp", "congestion").rows() == [(None, 2.0)]


def test_hours_outside_the_span_are_left_out_and_those_without_rows_are_null() -> None:
    """The rows are those of the span, each once, in order."""
    early = rows((-3600, 0, 1.0), (0, 3600, 2.0))
    assert hourly(early, TWO).select("interval_start", "lmp").rows() == [
        (NOON, 2.0),
        (NOON + timedelta(hours=1), None),
    ]


def test_no_rows_at_all_are_null_hours() -> None:
    """Nothing came, and nothing is made up."""
    assert hourly(rows(), TWO).select("lmp", "hole").rows() == [(None, timedelta(hours=1))] * 2


@pytest.mark.parametrize(("start", "hours"), [("2024-03-10T05:00", 23), ("2024-11-03T04:00", 25)])
def test_days_of_the_clock_change_have_their_hours(start: str, hours: int) -> None:
    """New York's days of 23 and 25 hours: each hour has its own price, in the order of time."""
    first = utc(start)
    shift = int((first - NOON).total_seconds())
    prices = rows(*((shift + n * 3600, shift + n * 3600 + 3600, float(n)) for n in range(hours)))
    found = hourly(
        prices, hours_range(start[:10], f"{start[:8]}{int(start[8:10]) + 1:02}", tz="America/New_York")
    )
    assert found["lmp"].to_list() == [float(n) for n in range(hours)]
    assert found["interval_start"][0] == first


cuts = st.lists(st.integers(1, 7199), unique=True, max_size=30).map(sorted)


@given(cuts, st.randoms(use_true_random=False))
def test_any_cut_of_two_hours_is_weighted_second_by_second(cuts: list[int], chance: object) -> None:
    """Against exact fractions, whatever the cuts and the order of the rows."""
    edges = [0, *cuts, 7200]
    prices = [float((start * 7919) % 201 - 100) for start in edges[:-1]]
    intervals = list(zip(edges[:-1], edges[1:], prices, strict=True))
    expected = []
    for low, high in ((0, 3600), (3600, 7200)):
        total = sum(
            Fraction(price) * max(0, min(end, high) - max(start, low)) for start, end, price in intervals
        )
        expected.append(float(total / 3600))
    chance.shuffle(intervals)  # type: ignore[attr-defined]
    found = hourly(rows(*intervals), TWO)["lmp"].to_list()
    assert found == [pytest.approx(value, abs=1e-9) for value in expected]


def test_stamps_of_an_irregular_feed_may_miss_the_hour_by_seconds() -> None:
    """Dispatch begins 14 s late: the hour is the mean of what it covers. A missing interval stays a hole."""
    feed = price_feed(Run.REAL_TIME_5MIN, step=timedelta(minutes=5), irregular=True)
    late = rows((14, 1814, 10.0), (1814, 3600, 30.0))
    assert slack(feed) == timedelta(seconds=150)
    assert slack(price_feed(Run.REAL_TIME_5MIN)) == timedelta()
    expected = (1800 * 10 + 1786 * 30) / 3586
    assert hourly(late, ONE, slack=slack(feed))["lmp"].item() == pytest.approx(expected)
    assert hourly(late, ONE)["lmp"].item() is None
    assert hourly(rows((300, 3600, 10.0)), ONE, slack=slack(feed))["lmp"].item() is None


def test_null_hours_are_counted_with_their_reasons() -> None:
    """One that has nothing, one that lacks a part, one that has a part twice, one whose price is null."""
    span = TimeRange(NOON, NOON + timedelta(hours=5))
    given = rows(
        (0, 3600, 1.0),
        (7200, 9000, 1.0),
        (10_800, 14_400, 1.0),
        (10_800, 11_000, 1.0),
        (14_400, 18_000, None),
    )
    (finding,) = incomplete(hourly(given, span), price_feed(Run.DAY_AHEAD), "east")
    assert (finding.kind, finding.rows) == (FindingKind.INCOMPLETE_HOUR, 4)
    assert finding.message == (
        "east/prices_day_ahead: 4 of 5 hours null, first 2024-07-01T13:00:00Z: 1 without any price, "
        "1 with a part missing, 1 with a part twice, 1 with a part whose price is null"
    )


def test_whole_hours_are_no_finding() -> None:
    """There is nothing to say."""
    assert incomplete(hourly(rows((0, 3600, 1.0)), ONE), price_feed(Run.DAY_AHEAD), "east") == ()


def test_naive_bounds_are_read_on_the_clock_given() -> None:
    """A day of Los Angeles begins at 07:00Z in summer; aware bounds are taken as they are."""
    span = hours_range("2024-07-01", "2024-07-02", tz="America/Los_Angeles")
    assert (span.start, span.end) == (utc("2024-07-01T07:00"), utc("2024-07-02T07:00"))
    aware = hours_range("2024-07-01T00:00Z", "2024-07-01T02:00Z", tz="America/Los_Angeles")
    assert (aware.start, aware.end) == (utc("2024-07-01T00:00"), utc("2024-07-01T02:00"))


@pytest.mark.parametrize("bound", ["2024-07-01T00:30", "2024-07-01T00:00:01", "2024-07-01T00:00:00.5"])
def test_bounds_between_hours_are_refused(bound: str) -> None:
    """Half an hour cannot be compared."""
    with pytest.raises(InvalidTimeRange, match="full UTC hours"):
        hours_range(bound, "2024-07-02", tz="UTC")


def test_clock_that_is_half_an_hour_off_is_refused() -> None:
    """A day of Kolkata begins at 18:30Z."""
    with pytest.raises(InvalidTimeRange, match="2024-06-30T18:30:00Z is not one"):
        hours_range("2024-07-01", "2024-07-02", tz="Asia/Kolkata")


def test_clock_that_is_none_is_refused_beside_aware_bounds() -> None:
    """They do not need it, but days and charts do."""
    with pytest.raises(InvalidTimeRange, match="'Mars' is not a time zone"):
        hours_range("2024-07-01T00:00Z", "2024-07-02T00:00Z", tz="Mars")


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        (("-3h", None), "2024-07-01T09:00", "2024-07-01T12:00"),
        (("today", "now"), "2024-07-01T04:00", "2024-07-01T12:00"),
        (("yesterday", None), "2024-06-30T04:00", "2024-07-01T04:00"),
    ],
)
def test_words_mean_full_hours_that_are_over(words: tuple[str, str | None], start: str, end: str) -> None:
    """At half past twelve, now is twelve o'clock."""
    asked = HoursAsked.of(*words, None, now=utc("2024-07-01T12:30"))
    span = asked.on("America/New_York")
    assert (span.start, span.end) == (utc(start), utc(end))
