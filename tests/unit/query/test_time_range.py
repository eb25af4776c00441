"""Query bounds: what a caller may write, and the half-open range in UTC that it means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import FEED, MARKET, utc, wall
from energyopti.errors import InvalidTimeRange
from energyopti.findings import FindingKind
from energyopti.query import Instant, ResolvedQuery, TimeRange, validate_time_range
from energyopti.query.ranges import repeated

NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"
JULY_FIRST = TimeRange(utc("2024-07-01T04:00"), utc("2024-07-02T04:00"))
INSTANTS = st.datetimes(min_value=wall("1990-01-01"), max_value=wall("2037-01-01"), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(date(2024, 7, 1), date(2024, 7, 2), id="plain dates"),
        pytest.param("2024-07-01", "2024-07-02", id="dates as text"),
        pytest.param(wall("2024-07-01"), wall("2024-07-02"), id="naive datetimes"),
        pytest.param("2024-07-01T00:00", "2024-07-02 00:00:00", id="naive text"),
        pytest.param(" 2024-07-01\n", "\t2024-07-02 ", id="text with blanks around it"),
        pytest.param(date(2024, 7, 1), "2024-07-02T00:00", id="a date and a naive text"),
        pytest.param(utc("2024-07-01T04:00"), utc("2024-07-02T04:00"), id="aware datetimes"),
        pytest.param("2024-07-01T04:00Z", "2024-07-02T04:00Z", id="text in UTC"),
        pytest.param("2024-07-01T00:00-04:00", "2024-07-01T21:00-07:00", id="text with offsets"),
        pytest.param(utc("2024-07-01T04:00"), "2024-07-02T04:00Z", id="aware datetime and text"),
    ],
)
def test_one_day_can_be_written_in_many_ways(start: Instant, end: Instant) -> None:
    """1 July in New York is [04:00Z, 04:00Z next day), however its bounds are written."""
    assert validate_time_range(start, end, zone=NEW_YORK) == JULY_FIRST


def test_naive_bounds_are_read_on_the_clock_of_the_market() -> None:
    """The same text is three hours later in Los Angeles."""
    span = validate_time_range("2024-07-01", "2024-07-02", zone=LOS_ANGELES)
    assert span == TimeRange(utc("2024-07-01T07:00"), utc("2024-07-02T07:00"))


def test_aware_bounds_do_not_depend_on_the_market() -> None:
    """An aware bound is taken as it is in any zone."""
    span = validate_time_range("2024-07-01T04:00Z", "2024-07-02T04:00Z", zone=LOS_ANGELES)
    assert span == JULY_FIRST


def test_result_is_in_utc() -> None:
    """Whatever came in, the bounds are UTC."""
    span = validate_time_range("2024-07-01T00:00-04:00", "2024-07-02T00:00-04:00", zone=NEW_YORK)
    assert (span.start.tzinfo, span.end.tzinfo) == (UTC, UTC)


@pytest.mark.parametrize(("day", "hours"), [("2024-03-10", 23), ("2024-11-03", 25), ("2024-07-01", 24)])
def test_a_day_is_as_long_as_it_is(day: str, hours: int) -> None:
    """From one local midnight to the next is 23, 24 or 25 hours."""
    first = date.fromisoformat(day)
    span = validate_time_range(first, first + timedelta(days=1), zone=NEW_YORK)
    assert span.end - span.start == timedelta(hours=hours)


def test_start_in_the_repeated_hour_means_its_first_pass() -> None:
    """From 01:00 to 02:00 on the 25-hour day are two hours: both passes."""
    span = validate_time_range("2024-11-03T01:00", "2024-11-03T02:00", zone=NEW_YORK)
    assert span == TimeRange(utc("2024-11-03T05:00"), utc("2024-11-03T07:00"))


def test_end_in_the_repeated_hour_means_its_first_pass() -> None:
    """Up to 01:30 on the 25-hour day leaves the second pass out."""
    span = validate_time_range("2024-11-03T00:00", "2024-11-03T01:30", zone=NEW_YORK)
    assert span.end == utc("2024-11-03T05:30")


def test_fold_names_the_second_pass() -> None:
    """A naive datetime with fold=1 is how Python writes the second pass, and is understood."""
    end = wall("2024-11-03T01:15").replace(fold=1)
    span = validate_time_range(wall("2024-11-03T01:30"), end, zone=NEW_YORK)
    assert span == TimeRange(utc("2024-11-03T05:30"), utc("2024-11-03T06:15"))


@pytest.mark.parametrize(
    ("start", "end"),
    [("2024-03-10T02:30", "2024-03-11"), ("2024-03-10", "2024-03-10T02:30")],
    ids=["start", "end"],
)
def test_bound_in_the_missing_hour_names_the_valid_neighbours(start: str, end: str) -> None:
    """02:30 does not exist on the 23-hour day; the message says which times do."""
    with pytest.raises(InvalidTimeRange, match=r"2024-03-10 02:30 .* before 02:00 or from 03:00 on"):
        validate_time_range(start, end, zone=NEW_YORK)


def test_reversed_range_is_refused() -> None:
    """A range that ends before it starts is an error that repeats both bounds."""
    with pytest.raises(InvalidTimeRange, match="2024-07-02 to 2024-07-01 runs backwards"):
        validate_time_range("2024-07-02", "2024-07-01", zone=NEW_YORK)


def test_empty_range_is_refused() -> None:
    """Since end is excluded, equal bounds ask for nothing."""
    with pytest.raises(InvalidTimeRange, match="is empty; end is excluded"):
        validate_time_range("2024-07-01", "2024-07-01", zone=NEW_YORK)


def test_bounds_are_compared_as_instants() -> None:
    """Bounds that look apart but name one instant make an empty range."""
    with pytest.raises(InvalidTimeRange, match="is empty"):
        validate_time_range("2024-07-01T04:00Z", "2024-07-01T00:00-04:00", zone=NEW_YORK)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2024-07-01T00:00Z", "2024-07-02"), (date(2024, 7, 1), utc("2024-07-02"))],
    ids=["aware start", "aware end"],
)
def test_mix_of_naive_and_aware_bounds_is_refused(start: Instant, end: Instant) -> None:
    """One bound with a time zone and one without is a slip, not a question."""
    with pytest.raises(InvalidTimeRange, match="give both or neither"):
        validate_time_range(start, end, zone=NEW_YORK)


@pytest.mark.parametrize("text", ["yesterday", "", "2024-13-01", "2024-02-30", "07/01/2024"])
def test_unreadable_bound_is_refused_by_name(text: str) -> None:
    """The message says which bound, repeats it, and shows how to write one."""
    with pytest.raises(InvalidTimeRange, match=r"write 2024-07-01, 2024-07-01T05:00 or") as raised:
        validate_time_range(text, "2024-07-02", zone=NEW_YORK)
    assert str(raised.value).startswith(f"start {text!r} is not a time")


@pytest.mark.parametrize("value", [None, 20240701, 1.5, b"2024-07-01"], ids=repr)
def test_bound_of_another_type_is_unreadable(value: object) -> None:
    """What is neither a time nor text is refused in the same words."""
    with pytest.raises(InvalidTimeRange, match=r"^end .* is not a time"):
        validate_time_range("2024-07-01", cast("Instant", value), zone=NEW_YORK)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2024-07-01", "9999-12-31T23:00"),
        ("0001-01-01T00:00+05:00", "2024-07-01T00:00Z"),
    ],
    ids=["past its end", "before its beginning"],
)
def test_bound_outside_the_calendar_is_refused(start: str, end: str) -> None:
    """An instant that no calendar in UTC has is an invalid range, not an arithmetic error."""
    with pytest.raises(InvalidTimeRange, match="is outside the calendar"):
        validate_time_range(start, end, zone=NEW_YORK)


def test_unknown_zone_is_refused() -> None:
    """A misspelt time zone is an invalid range too."""
    with pytest.raises(InvalidTimeRange, match="'America/Gotham' is not a time zone"):
        validate_time_range("2024-07-01", "2024-07-02", zone="America/Gotham")


def test_range_is_written_with_both_bounds_in_utc() -> None:
    """Messages show a range as two instants."""
    assert str(JULY_FIRST) == "2024-07-01T04:00:00Z to 2024-07-02T04:00:00Z"


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2024-07-01T10:00", "2024-07-01T12:00", 2),
        ("2024-07-01T00:00", "2024-07-01T06:00", 2),
        ("2024-07-02T03:00", "2024-07-03T00:00", 1),
        ("2024-06-01T00:00", "2024-08-01T00:00", 24),
        ("2024-07-02T04:00", "2024-07-03T00:00", 0),
        ("2024-07-05T00:00", "2024-07-06T00:00", 0),
    ],
    ids=["inside", "at the start", "at the end", "around", "touching", "apart"],
)
def test_overlap_is_the_time_in_common(start: str, end: str, hours: int) -> None:
    """Ranges that touch or lie apart have none."""
    other = TimeRange(utc(start), utc(end))
    assert JULY_FIRST.overlap(other) == other.overlap(JULY_FIRST) == timedelta(hours=hours)


@given(
    start=INSTANTS, length=st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=400))
)
@settings(deadline=None, max_examples=100)
def test_aware_range_survives_as_it_is(start: datetime, length: timedelta) -> None:
    """Any aware range that runs forward comes back unchanged, as values and as ISO text."""
    end = start + length
    assert validate_time_range(start, end, zone=NEW_YORK) == TimeRange(start, end)
    assert validate_time_range(start.isoformat(), end.isoformat(), zone=NEW_YORK) == TimeRange(start, end)


def test_a_query_asks_for_the_latest_of_everything_unless_told_otherwise() -> None:
    """No filters, no partial answers, and of each interval the last publication."""
    query = ResolvedQuery(market=MARKET, feed=FEED, time=JULY_FIRST)
    assert (query.locations, query.filters, query.partial, query.vintages) == ((), {}, False, "latest")


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (
            "2024-11-03T01:30",
            "2024-11-04",
            ["start 2024-11-03 01:30 comes twice", "the first pass is taken, 2024-11-03T05:30:00Z"],
        ),
        (
            "2024-11-03",
            wall("2024-11-03T01:59").replace(fold=1),
            ["end 2024-11-03 01:59", "the second pass is taken, 2024-11-03T06:59:00Z"],
        ),
        ("2024-11-03T01:30-05:00", "2024-11-04T00:00-05:00", []),
        ("2024-11-03T00:59", "2024-11-03T02:00", []),
        ("2024-03-10T01:30", "2024-03-10T03:30", []),
    ],
)
def test_a_bound_that_comes_twice_is_said(start: Instant, end: Instant, said: list[str]) -> None:
    """Which pass of the repeated hour it means; an offset leaves nothing to say."""
    found = repeated(start, end, zone="America/New_York")
    assert len(found) == bool(said)
    for finding in found:
        assert finding.kind is FindingKind.REPEATED_HOUR
        for words in said:
            assert words in finding.message
