"""What is complete, what is not published yet and what is missing: by the rows, and alike for chunks of any length."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import market, utc
from collecting_builders import chunk_of, load_feed
from energyopti import Due, NoData
from energyopti.answer.answering import answer
from energyopti.answer.result import CoverageStatus, MarketData
from energyopti.errors import EnergyOptiError
from energyopti.fetch.finish import finish
from energyopti.fetch.outcome import Outcome
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import Reading
from energyopti.market import ChunkSize, Feed
from energyopti.query import Chunk, ResolvedQuery, TimeRange, plan
from energyopti.store import ChunkProvenance
from energyopti.timezones import DAY, HOUR, midnight

NEW_YORK = "America/New_York"
JULY = utc("2024-07-01T04:00")
"""Midnight in New York; every day of the month has 24 hours."""

THE_DAY_BEFORE = Due(at=time(13, 30), days=-1, source="https://iso.example/times")
TEN_MINUTES_LATE = Due(after=timedelta(minutes=10), source="https://iso.example/times")


def reading(hours: set[int], areas: tuple[str, ...] = ("NORTH", "SOUTH")) -> Reading:
    """Load of some hours of July."""
    rows = [
        {
            "interval_start": JULY + n * HOUR,
            "interval_end": JULY + (n + 1) * HOUR,
            "location": area,
            "load": 900.0 + n,
        }
        for n in sorted(hours)
        for area in areas
    ]
    schema: dict[str, Any] = {
        "interval_start": pl.Datetime("us", "UTC"),
        "interval_end": pl.Datetime("us", "UTC"),
        "location": pl.String,
        "load": pl.Float64,
    }
    frame = pl.DataFrame(rows, schema=schema)
    raw = pl.DataFrame({"line": range(frame.height)})
    origin = pl.Series("origin", range(frame.height), dtype=pl.UInt32)
    return Reading(frame=frame, raw=raw, origin=origin, findings=(), payload_rows=frame.height)


def outcome(
    chunk: Chunk, hours: set[int], now: datetime, areas: tuple[str, ...] = ("NORTH", "SOUTH")
) -> Outcome:
    """What becomes of a chunk whose source has some hours of July."""
    first, last = (chunk.start - JULY) // HOUR, (chunk.end - JULY) // HOUR
    provenance = ChunkProvenance(
        chunk=chunk.key,
        feed=chunk.feed.name,
        feed_source="file",
        host="main",
        urls=(),
        sha256=(),
        fetched_at=now,
    )
    try:
        return Outcome(
            chunk=chunk, data=finish(reading(hours & {*range(first, last)}, areas), chunk, provenance)
        )
    except EnergyOptiError as error:
        return Outcome(chunk=chunk, error=error)


def ask(whose: Feed, span: TimeRange, hours: set[int], now: datetime, **asked: Any) -> MarketData:
    """The partial answer for a span of July, by a source that has some of its hours."""
    there = market(feeds=(whose,))
    outcomes = [outcome(chunk, hours, now) for chunk in plan(there, whose, span)]
    query = ResolvedQuery(market=there, feed=whose, time=span, **{"partial": True, **asked})
    return answer(query, outcomes, now=now)


def days(first: int, last: int) -> TimeRange:
    """From the beginning of a day of July to the beginning of another."""
    return TimeRange(JULY + (first - 1) * DAY, JULY + (last - 1) * DAY)


def hours_of(*numbers: int) -> set[int]:
    """All hours of some days."""
    return {24 * (number - 1) + hour for number in numbers for hour in range(24)}


SIZES = pytest.mark.parametrize("size", [ChunkSize.DAY, ChunkSize.MONTH, ChunkSize.YEAR])


@SIZES
def test_tomorrow_is_not_published_before_it_is_due(size: ChunkSize) -> None:
    """At 08:00 today's day-ahead prices are out since yesterday, and tomorrow's are not: no complete answer."""
    whose = load_feed(chunk=size, due=THE_DAY_BEFORE, published_ahead=2 * DAY)
    result = ask(whose, days(10, 12), hours_of(*range(1, 11)), utc("2024-07-10T12:00"))
    today, tomorrow = result.coverage.parts
    assert (today.status, today.rows) == (CoverageStatus.COMPLETE, 48)
    assert (tomorrow.status, tomorrow.rows) == (CoverageStatus.NOT_PUBLISHED, 0)
    assert (tomorrow.start, tomorrow.end) == (days(11, 12).start, days(11, 12).end)
    assert "not published yet: due 2024-07-10T17:30:00Z" in tomorrow.reason


def test_running_day_of_what_is_current_is_there_up_to_now() -> None:
    """A source that keeps the running day alone has no more of it than any other: a day that lasts is its own row."""
    now = utc("2024-07-10T16:05")
    hourly = load_feed(chunk=ChunkSize.DAY, due=TEN_MINUTES_LATE, snapshot_only=True)
    hours = {9 * 24 + hour for hour in range(12)}
    (part,) = ask(hourly, days(10, 11), hours, now).coverage.parts
    assert (part.status, part.rows) == (CoverageStatus.INCOMPLETE, 24)
    (part,) = ask(hourly, TimeRange(days(10, 11).start, now - HOUR), hours, now).coverage.parts
    assert part.status is CoverageStatus.COMPLETE


@pytest.mark.parametrize("now", ["2024-07-10T17:00", "2024-07-10T18:00", "2024-08-20T12:00"])
@pytest.mark.parametrize("asked", [(), ("NORTH", "SOUTH")])
def test_area_that_has_no_row_of_a_day_is_missed_where_another_day_has_it(
    now: str, asked: tuple[str, ...]
) -> None:
    """Tomorrow's figures of the north are out, those of the south are not: early as late no complete answer."""
    whose = load_feed(chunk=ChunkSize.MONTH, due=THE_DAY_BEFORE, published_ahead=2 * DAY)
    (chunk,) = plan(market(feeds=(whose,)), whose, days(10, 12))
    both, north = reading(hours_of(*range(1, 11))), reading(hours_of(11), ("NORTH",))
    provenance = ChunkProvenance(
        chunk=chunk.key,
        feed=whose.name,
        feed_source="file",
        host="main",
        urls=(),
        sha256=(),
        fetched_at=utc(now),
    )
    data = finish(Reading.concat([both, north]), chunk, provenance)

    def answered(span: TimeRange, *locations: str) -> MarketData:
        query = ResolvedQuery(
            market=chunk.market, feed=whose, time=span, partial=True, locations=locations or asked
        )
        return answer(query, [Outcome(chunk=chunk, data=data)], now=utc(now))

    tomorrow = answered(days(11, 12))
    assert [part.status for part in tomorrow.coverage.parts] == [CoverageStatus.INCOMPLETE]
    assert any(each.kind is FindingKind.GAP for each in tomorrow.findings)
    assert answered(days(10, 11)).coverage.complete
    assert answered(days(11, 12), "NORTH").coverage.complete


@SIZES
def test_tomorrow_is_missing_once_it_was_due(size: ChunkSize) -> None:
    """At 14:00 it should be there."""
    whose = load_feed(chunk=size, due=THE_DAY_BEFORE, published_ahead=2 * DAY)
    result = ask(whose, days(10, 12), hours_of(*range(1, 11)), utc("2024-07-10T18:00"))
    assert [part.status for part in result.coverage.parts] == [
        CoverageStatus.COMPLETE,
        CoverageStatus.MISSING,
    ]
    assert "it was due 2024-07-10T17:30:00Z" in result.coverage.parts[1].reason


@SIZES
def test_tomorrow_alone_is_no_answer_of_no_rows(size: ChunkSize) -> None:
    """Who does not ask for a part gets an error, whatever the length of chunks."""
    whose = load_feed(chunk=size, due=THE_DAY_BEFORE, published_ahead=2 * DAY)
    with pytest.raises(NoData, match="due 2024-07-10T17:30:00Z"):
        ask(whose, days(11, 12), hours_of(*range(1, 11)), utc("2024-07-10T12:00"), partial=False)


@SIZES
def test_half_of_tomorrow_is_incomplete_though_it_is_early(size: ChunkSize) -> None:
    """A document that is posted in pieces, or was cut: half of it came before it was due."""
    whose = load_feed(chunk=size, due=THE_DAY_BEFORE, published_ahead=2 * DAY)
    half = hours_of(10) | set(range(240, 252))
    result = ask(whose, days(11, 12), half, utc("2024-07-10T17:00"))
    (part,) = result.coverage.parts
    assert (part.status, part.rows) == (CoverageStatus.INCOMPLETE, 24)
    assert part.reason == "the rest from 2024-07-11T16:00:00Z on is not published yet"


@SIZES
def test_tomorrow_that_came_early_is_complete(size: ChunkSize) -> None:
    """What is there is there."""
    whose = load_feed(chunk=size, due=THE_DAY_BEFORE, published_ahead=2 * DAY)
    result = ask(whose, days(10, 12), hours_of(*range(1, 12)), utc("2024-07-10T16:00"))
    assert result.coverage.complete
    assert len(result) == 96


@SIZES
def test_day_without_rows_is_a_part_of_its_own(size: ChunkSize) -> None:
    """The 5th was never posted; the days about it are whole."""
    whose = load_feed(chunk=size, due=TEN_MINUTES_LATE)
    result = ask(whose, days(4, 7), hours_of(4, 6), utc("2024-07-20T12:00"))
    assert [(part.status, part.rows) for part in result.coverage.parts] == [
        (CoverageStatus.COMPLETE, 48),
        (CoverageStatus.MISSING, 0),
        (CoverageStatus.COMPLETE, 48),
    ]


def test_findings_are_of_the_range_that_is_asked() -> None:
    """The 5th lacks two hours of a month that is whole else: who asks for the 8th hears nothing of it."""
    whose = load_feed(chunk=ChunkSize.MONTH, due=TEN_MINUTES_LATE)
    lacking = hours_of(*range(1, 31)) - {100, 101}
    now = utc("2024-07-31T12:00")
    eighth = ask(whose, days(8, 9), lacking, now)
    assert (eighth.findings, eighth.coverage.complete) == ((), True)
    fifth = ask(whose, days(5, 6), lacking, now)
    (finding,) = fifth.findings
    assert (finding.kind, finding.rows) == (FindingKind.GAP, 4)
    assert finding.chunk == "testiso/hourly_load/2024-07"


def test_findings_are_of_the_locations_that_are_asked() -> None:
    """A gap of one area makes no answer about the other incomplete."""
    whose = load_feed(due=TEN_MINUTES_LATE)
    chunk = chunk_of(whose)
    provenance = ChunkProvenance(
        chunk=chunk.key,
        feed=whose.name,
        feed_source="file",
        host="main",
        urls=(),
        sha256=(),
        fetched_at=utc("2024-07-20T12:00"),
    )
    both = Reading.concat([reading(hours_of(1), ("NORTH",)), reading(hours_of(1) - {7}, ("SOUTH",))])
    came = Outcome(chunk=chunk, data=finish(both, chunk, provenance))
    asked = ResolvedQuery(market=chunk.market, feed=whose, time=days(1, 2), locations=("NORTH",))
    now = utc("2024-07-20T12:00")
    north = answer(asked, [came], now=now)
    south = answer(attrs.evolve(asked, locations=("SOUTH",)), [came], now=now)
    assert (north.findings, north.coverage.complete) == ((), True)
    assert (south.findings[0].rows, south.coverage.complete) == (1, False)


def test_reading_at_midnight_that_is_not_there_is_said() -> None:
    """It is the last of the file of the day before, which ends too early: the day after lacks its first reading."""
    whose = load_feed(closes_at_midnight=True, due=TEN_MINUTES_LATE)
    there, now = market(feeds=(whose,)), utc("2024-07-20T12:00")
    readings = hours_of(1, 2) - {0} | {48}
    for posted, statuses in (
        (readings, [CoverageStatus.COMPLETE] * 2),
        (readings - {24}, [CoverageStatus.INCOMPLETE, CoverageStatus.COMPLETE]),
    ):
        outcomes = [
            _closing(chunk, posted & hours, now)
            for chunk, hours in zip(
                plan(there, whose, days(2, 3)), ({*range(1, 25)}, {*range(25, 49)}), strict=True
            )
        ]
        query = ResolvedQuery(market=there, feed=whose, time=days(2, 3), partial=True)
        result = answer(query, outcomes, now=now)
        assert [part.status for part in result.coverage.parts] == statuses


def _closing(chunk: Chunk, hours: set[int], now: datetime) -> Outcome:
    """A day's file that holds the readings after its first midnight up to the next one."""
    provenance = ChunkProvenance(
        chunk=chunk.key,
        feed=chunk.feed.name,
        feed_source="file",
        host="main",
        urls=(),
        sha256=(),
        fetched_at=now,
    )
    return Outcome(chunk=chunk, data=finish(reading(hours), chunk, provenance))


def test_finding_of_a_payload_that_says_when_is_left_out_elsewhere() -> None:
    """143 rows that are not verified yet, of the 9th, are none of the 8th's."""
    whose = load_feed(chunk=ChunkSize.MONTH, due=TEN_MINUTES_LATE)
    there = market(feeds=(whose,))
    span = days(1, 10)
    (chunk,) = plan(there, whose, span)
    came = outcome(chunk, hours_of(*range(1, 10)), utc("2024-07-10T12:00"))
    assert came.data is not None
    ninth = Finding(
        kind=FindingKind.FALLBACK,
        message="48 rows are not verified yet",
        rows=48,
        spans=((days(9, 10).start, days(9, 10).end),),
    )
    marked = attrs.evolve(came, data=attrs.evolve(came.data, findings=(*came.data.findings, ninth)))
    now = utc("2024-07-10T12:00")
    said = [
        [
            each.message
            for each in answer(
                ResolvedQuery(market=there, feed=whose, time=asked), [marked], now=now
            ).findings
        ]
        for asked in (days(8, 9), days(9, 10), days(8, 10))
    ]
    assert said == [[], ["48 rows are not verified yet"], ["48 rows are not verified yet"]]


def test_days_of_a_longer_chunk_are_final_one_by_one() -> None:
    """The 1st had settled on the 10th; the 9th had not, though one document holds both."""
    whose = load_feed(chunk=ChunkSize.YEAR, due=TEN_MINUTES_LATE, settles_after=7 * DAY)
    there, now = hours_of(*range(1, 11)), utc("2024-07-11T12:00")
    finals = [
        ask(whose, asked, there, now).provenance[0].final for asked in (days(1, 2), days(1, 4), days(9, 10))
    ]
    assert finals == [True, True, False]


@pytest.mark.parametrize(
    ("hour", "status"),
    [(12, CoverageStatus.NOT_PUBLISHED), (18, CoverageStatus.COMPLETE)],
    ids=["early", "due"],
)
def test_empty_document_of_a_sparse_feed_is_an_answer_once_it_is_due(
    hour: int, status: CoverageStatus
) -> None:
    """No constraint binds tomorrow, or nobody knows yet."""
    whose = load_feed(sparse=True, due=THE_DAY_BEFORE, published_ahead=2 * DAY)
    now = utc(f"2024-07-10T{hour}:00")
    there = market(feeds=(whose,))
    (chunk,) = plan(there, whose, days(11, 12))
    came = outcome(chunk, set(), now)
    query = ResolvedQuery(market=there, feed=whose, time=days(11, 12), partial=came.error is None)
    if status is CoverageStatus.COMPLETE:
        assert answer(query, [came], now=now).coverage.complete
        return
    with pytest.raises(NoData, match="not published yet: due 2024-07-10T17:30:00Z") as caught:
        answer(query, [came], now=now)
    assert caught.value.finished is None


@SIZES
def test_days_of_a_sparse_feed_that_are_to_come_are_not_published(size: ChunkSize) -> None:
    """Something happened on the 8th; of the 11th nothing can be known at noon of the 10th."""
    whose = load_feed(chunk=size, sparse=True, due=TEN_MINUTES_LATE, published_ahead=DAY)
    now = utc("2024-07-10T16:00")
    result = ask(whose, days(9, 12), {24 * 8}, now)
    assert result.coverage.parts[-1].status is CoverageStatus.NOT_PUBLISHED
    assert result.coverage.parts[-1].start == days(11, 12).start
    running = next(part for part in result.coverage.parts if part.end == days(10, 11).end)
    assert running.status is CoverageStatus.INCOMPLETE


@given(
    size=st.sampled_from([ChunkSize.DAY, ChunkSize.MONTH, ChunkSize.YEAR]),
    there=st.sets(st.integers(0, 24 * 6 - 1), max_size=30).map(lambda lacking: set(range(24 * 6)) - lacking)
    | st.integers(0, 24 * 6).map(lambda count: set(range(count))),
    first=st.integers(0, 24 * 6 - 1),
    length=st.integers(1, 60),
    now=st.integers(0, 24 * 8),
    due=st.sampled_from([None, THE_DAY_BEFORE, TEN_MINUTES_LATE]),
)
@settings(deadline=None, max_examples=80)
def test_complete_is_what_rows_cover(
    size: ChunkSize, there: set[int], first: int, length: int, now: int, due: Due | None
) -> None:
    """Whatever is there of six days, and whenever it is asked for: complete if and only if every hour is there."""
    whose = load_feed(chunk=size, due=due, published_ahead=2 * DAY)
    span = TimeRange(JULY + first * HOUR, JULY + min(first + length, 24 * 6) * HOUR)
    wanted = set(range(first, min(first + length, 24 * 6)))
    at = JULY + now * HOUR
    try:
        result = ask(whose, span, there, at)
    except NoData:
        assert not wanted & there
        return
    assert result.coverage.complete is (wanted <= there)
    assert len(result) == 2 * len(wanted & there)
    assert sum(part.rows for part in result.coverage.parts) == len(result)
    assert [part.start for part in result.coverage.parts[1:]] == [
        part.end for part in result.coverage.parts[:-1]
    ]
    edge = whose.due_to(at, NEW_YORK)
    for part in result.coverage.parts:
        if part.status is CoverageStatus.NOT_PUBLISHED:
            assert part.start >= edge
        if part.status is CoverageStatus.MISSING:
            assert part.start < edge


@given(
    there=st.sets(st.integers(0, 24 * 4 - 1), max_size=96),
    first=st.integers(0, 3),
    length=st.integers(1, 4),
    now=st.integers(0, 24 * 6),
)
@settings(deadline=None, max_examples=60)
def test_chunks_of_any_length_say_the_same(there: set[int], first: int, length: int, now: int) -> None:
    """Days, months and years: the same rows, the same hours that are complete, and the same that raise."""
    said: list[object] = []
    for size in (ChunkSize.DAY, ChunkSize.MONTH, ChunkSize.YEAR):
        whose = load_feed(chunk=size, due=THE_DAY_BEFORE, published_ahead=2 * DAY)
        span = days(1 + first, min(1 + first + length, 5))
        try:
            result = ask(whose, span, there, JULY + now * HOUR)
        except NoData:
            said.append(None)
            continue
        lacking = {CoverageStatus.MISSING, CoverageStatus.NOT_PUBLISHED}
        empty = {
            (JULY + n * DAY).date()
            for n in range(4)
            for part in result.coverage.parts
            if part.status in lacking and part.start <= JULY + n * DAY < part.end
        }
        said.append((len(result), result.coverage.complete, empty))
    assert said[0] == said[1] == said[2]


def test_midnight_of_the_declarations_is_the_markets() -> None:
    """The day that is due is a day of New York."""
    assert load_feed(due=THE_DAY_BEFORE).due_to(utc("2024-07-10T18:00"), NEW_YORK) == midnight(
        date(2024, 7, 12), NEW_YORK
    )
