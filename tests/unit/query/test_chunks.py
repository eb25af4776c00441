"""Planning: any range is covered exactly once, by chunks on the feed's own grid."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import feed, market, utc, wall
from energyopti.market import ChunkSize
from energyopti.query import Chunk, TimeRange, plan

NEW_YORK, CHICAGO, LOS_ANGELES = "America/New_York", "America/Chicago", "America/Los_Angeles"
TICK = timedelta(microseconds=1)
REACH = {
    ChunkSize.HOUR: timedelta(hours=60),
    ChunkSize.DAY: timedelta(days=40),
    ChunkSize.MONTH: timedelta(days=500),
    ChunkSize.YEAR: timedelta(days=2000),
}
CLOCK_CHANGES = ["2006-04-02", "2006-10-29", "2024-03-10", "2024-11-03", "2025-03-09", "2025-11-02"]

moments = st.one_of(
    st.datetimes(min_value=wall("1999-01-01"), max_value=wall("2036-01-01"), timezones=st.just(UTC)),
    st.builds(
        lambda day, minutes: utc(day) + timedelta(minutes=minutes),
        st.sampled_from(CLOCK_CHANGES),
        st.integers(min_value=-24 * 60, max_value=48 * 60),
    ),
    st.builds(
        lambda year, month, hours: datetime(year, month, 1, tzinfo=UTC) + timedelta(hours=hours),
        st.integers(min_value=1999, max_value=2035),
        st.integers(min_value=1, max_value=12),
        st.integers(min_value=-1, max_value=9),
    ),
)


@st.composite
def plans(draw: st.DrawFn) -> tuple[TimeRange, tuple[Chunk, ...]]:
    """A range, and the plan that covers it on some US market's clock, in chunks of some size."""
    made, size = draw(grids())
    span = draw(spans(size))
    return span, plan(made.market, made.feed, span)


@st.composite
def grids(draw: st.DrawFn) -> tuple[Chunk, ChunkSize]:
    """A chunk that stands for its market and feed, and the size of their chunks."""
    size = draw(st.sampled_from(ChunkSize))
    there = market(zone=draw(st.sampled_from([NEW_YORK, CHICAGO, LOS_ANGELES])))
    of = feed(chunk=size, closes_at_midnight=draw(st.booleans()))
    return Chunk(market=there, feed=of, start=utc("2024-01-01"), end=utc("2024-01-02"), size=size), size


@st.composite
def spans(draw: st.DrawFn, size: ChunkSize) -> TimeRange:
    """A range that a few chunks of that size cover."""
    start = draw(moments)
    return TimeRange(start, start + draw(st.timedeltas(min_value=TICK, max_value=REACH[size])))


@given(plans())
@settings(deadline=None, max_examples=200)
def test_every_instant_of_the_range_belongs_to_exactly_one_chunk(
    planned: tuple[TimeRange, tuple[Chunk, ...]],
) -> None:
    """Chunks follow each other without gap or overlap, from the range's start to its end."""
    span, chunks = planned
    assert all(before.end == after.start for before, after in pairwise(chunks))
    assert chunks[0].start <= span.start < chunks[0].end
    assert chunks[-1].start < span.end <= chunks[-1].end


@given(plans())
@settings(deadline=None, max_examples=100)
def test_every_chunk_of_a_plan_has_a_key_of_its_own(
    planned: tuple[TimeRange, tuple[Chunk, ...]],
) -> None:
    """No two chunks share a place in a cache, not even those of the repeated hour."""
    _, chunks = planned
    assert len({chunk.key for chunk in chunks}) == len(chunks)


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_overlapping_queries_share_their_chunks(data: st.DataObject) -> None:
    """Two plans over common ground hold the same chunks there, under the same keys."""
    of, size = data.draw(grids())
    one = data.draw(spans(size))
    shift = data.draw(st.timedeltas(min_value=timedelta(), max_value=(one.end - one.start) - TICK))
    other = TimeRange(one.start + shift, one.end + shift)
    common = TimeRange(other.start, one.end)
    shared = [
        [
            (chunk.key, chunk.start, chunk.end)
            for chunk in plan(of.market, of.feed, span)
            if chunk.time.overlap(common)
        ]
        for span in (one, other, common)
    ]
    assert shared[0] == shared[1] == shared[2] != []


@given(plans())
@settings(deadline=None, max_examples=100)
def test_chunks_begin_on_the_grid_of_the_market_clock(
    planned: tuple[TimeRange, tuple[Chunk, ...]],
) -> None:
    """Hours begin on the hour, days at local midnight, months on the 1st, years on 1 January."""
    for chunk in planned[1]:
        shift = TICK if chunk.feed.closes_at_midnight else timedelta()
        there = (chunk.start - shift).astimezone(ZoneInfo(chunk.zone))
        size = chunk.feed.chunk
        assert (there.minute, there.second, there.microsecond) == (0, 0, 0)
        assert size is ChunkSize.HOUR or there.hour == 0
        assert size not in {ChunkSize.MONTH, ChunkSize.YEAR} or there.day == 1
        assert size is not ChunkSize.YEAR or there.month == 1


@given(plans())
@settings(deadline=None, max_examples=100)
def test_previous_is_the_chunk_that_ends_where_this_one_begins(
    planned: tuple[TimeRange, tuple[Chunk, ...]],
) -> None:
    """Going back one chunk from the second of a plan gives the first of it."""
    _, chunks = planned
    before = chunks[0].previous()
    (again,) = plan(before.market, before.feed, TimeRange(before.end, before.end + TICK))
    assert before.end == chunks[0].start
    assert again.key == chunks[0].key != before.key
    assert [chunk.previous().key for chunk in chunks] == [before.key, *(chunk.key for chunk in chunks[:-1])]


@pytest.mark.parametrize(
    ("zone", "day", "start", "end"),
    [
        (NEW_YORK, date(2024, 7, 1), "2024-07-01T04:00", "2024-07-02T04:00"),
        (NEW_YORK, date(2024, 3, 10), "2024-03-10T05:00", "2024-03-11T04:00"),
        (NEW_YORK, date(2024, 11, 3), "2024-11-03T04:00", "2024-11-04T05:00"),
        (CHICAGO, date(2024, 3, 10), "2024-03-10T06:00", "2024-03-11T05:00"),
        (CHICAGO, date(2024, 11, 3), "2024-11-03T05:00", "2024-11-04T06:00"),
        (LOS_ANGELES, date(2024, 3, 10), "2024-03-10T08:00", "2024-03-11T07:00"),
        (LOS_ANGELES, date(2024, 11, 3), "2024-11-03T07:00", "2024-11-04T08:00"),
    ],
)
def test_a_day_chunk_is_the_market_local_day(zone: str, day: date, start: str, end: str) -> None:
    """A day's chunk reaches from local midnight to local midnight, over 23, 24 or 25 hours."""
    span = TimeRange(utc(start), utc(end))
    (chunk,) = plan(market(zone=zone), feed(), span)
    assert (chunk.time, chunk.day) == (span, day)


def test_part_of_a_day_is_planned_as_the_whole_day() -> None:
    """A minute asked for is the chunk of its day."""
    (chunk,) = plan(market(), feed(), TimeRange(utc("2024-07-01T12:00"), utc("2024-07-01T12:01")))
    assert chunk.time == TimeRange(utc("2024-07-01T04:00"), utc("2024-07-02T04:00"))


def test_end_is_excluded() -> None:
    """A range up to midnight does not touch the day that begins there; a microsecond more does."""
    start, end = utc("2024-07-01T04:00"), utc("2024-07-02T04:00")
    assert len(plan(market(), feed(), TimeRange(start, end))) == 1
    assert len(plan(market(), feed(), TimeRange(start, end + TICK))) == 2


@pytest.mark.parametrize(("day", "hours"), [("2024-03-10", 23), ("2024-11-03", 25), ("2024-07-01", 24)])
def test_a_day_has_as_many_hour_chunks_as_hours(day: str, hours: int) -> None:
    """Hour chunks are elapsed hours: the repeated hour has two, the missing one none."""
    (whole,) = plan(market(), feed(), TimeRange(utc(f"{day}T12:00"), utc(f"{day}T13:00")))
    chunks = plan(market(), feed(chunk=ChunkSize.HOUR), whole.time)
    assert [chunk.end - chunk.start for chunk in chunks] == [timedelta(hours=1)] * hours


def test_month_chunks_reach_from_the_first_to_the_first() -> None:
    """November in New York begins in daylight-saving time and ends in standard time."""
    (chunk,) = plan(market(), feed(chunk=ChunkSize.MONTH), TimeRange(utc("2024-11-15"), utc("2024-11-16")))
    assert chunk.time == TimeRange(utc("2024-11-01T04:00"), utc("2024-12-01T05:00"))


def test_february_of_a_leap_year_is_one_month() -> None:
    """The last instant of 29 February and the first of March lie in two chunks."""
    chunks = plan(
        market(),
        feed(chunk=ChunkSize.MONTH),
        TimeRange(utc("2024-02-29T23:00"), utc("2024-03-01T05:01")),
    )
    assert [chunk.start for chunk in chunks] == [utc("2024-02-01T05:00"), utc("2024-03-01T05:00")]


def test_year_chunks_reach_from_new_year_to_new_year() -> None:
    """A leap year and the one after it are one chunk each."""
    chunks = plan(
        market(zone=LOS_ANGELES),
        feed(chunk=ChunkSize.YEAR),
        TimeRange(utc("2024-01-01T08:00"), utc("2025-06-01")),
    )
    assert [chunk.time for chunk in chunks] == [
        TimeRange(utc("2024-01-01T08:00"), utc("2025-01-01T08:00")),
        TimeRange(utc("2025-01-01T08:00"), utc("2026-01-01T08:00")),
    ]


def test_reading_at_midnight_belongs_to_the_day_that_it_closes() -> None:
    """Where documents close at midnight, the stamp 00:00 is the last of the day before."""
    closing, midnight = feed(closes_at_midnight=True), utc("2024-07-02T04:00")
    (chunk,) = plan(market(), closing, TimeRange(midnight, midnight + TICK))
    assert chunk.day == date(2024, 7, 1)
    (following,) = plan(market(), closing, TimeRange(midnight + TICK, midnight + 2 * TICK))
    assert following.day == date(2024, 7, 2)


def test_whole_day_of_a_feed_that_closes_at_midnight_needs_two_documents() -> None:
    """The reading at the day's first midnight stands in the document of the day before."""
    chunks = plan(
        market(),
        feed(closes_at_midnight=True),
        TimeRange(utc("2024-07-01T04:00"), utc("2024-07-02T04:00")),
    )
    assert [chunk.day for chunk in chunks] == [date(2024, 6, 30), date(2024, 7, 1)]


@pytest.mark.parametrize(
    ("size", "closes_at_midnight", "key"),
    [
        (ChunkSize.HOUR, False, "testiso/hourly_load/2024-07-09T13:00:00Z"),
        (ChunkSize.DAY, False, "testiso/hourly_load/2024-07-09"),
        (ChunkSize.DAY, True, "testiso/hourly_load/2024-07-09"),
        (ChunkSize.MONTH, False, "testiso/hourly_load/2024-07"),
        (ChunkSize.YEAR, False, "testiso/hourly_load/2024"),
    ],
)
def test_chunk_is_called_by_market_feed_and_first_day(
    size: ChunkSize, closes_at_midnight: bool, key: str
) -> None:
    """The key names the local day on which the chunk begins; of an hour, its instant in UTC."""
    of = feed(chunk=size, closes_at_midnight=closes_at_midnight)
    (chunk,) = plan(market(), of, TimeRange(utc("2024-07-09T13:05"), utc("2024-07-09T13:10")))
    assert (chunk.key, str(chunk)) == (key, key)
