"""Sources that keep the last hours only: what is asked for, what stays of earlier fetches, and what coverage says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import feed_source, utc
from collecting_builders import (
    Plugin,
    chunk_data,
    chunk_of,
    load_csv,
    load_feed,
    registry,
    run,
    served_market,
)
from collecting_builders import settings as quick
from energyopti import UnifiedMarketService
from energyopti.answer.result import CoverageStatus, MarketData
from energyopti.errors import NoData, PluginError
from energyopti.fetch.carried import carried
from energyopti.fetch.finish import finish
from energyopti.fetch.window import Hole, split
from energyopti.findings import FindingKind
from energyopti.market import ChunkSize, Feed, History
from energyopti.store import NoRows
from servers import Answer, Server, serving

if TYPE_CHECKING:
    from energyopti.layouts import Reading
    from energyopti.query import Chunk
    from energyopti.source import Source

HOUR = timedelta(hours=1)
FIRST = utc("2024-07-01T04:00")
"""Midnight of the first of July in New York."""
EMPTY = pl.DataFrame(schema={"interval_start": pl.Datetime("us", "UTC")})


async def collect(chunk: Chunk, source: Source) -> Reading:
    """The one document, whatever is in it now."""
    payload = await source.get("load/latest.csv")
    return chunk.feed.layout.read(payload.content)


def rolling(hours: float, **changes: Any) -> Feed:
    """Hourly load of which the source keeps only the last hours."""
    given: dict[str, Any] = {"retention": hours * HOUR, "sources": (feed_source(collect=collect),)}
    return load_feed(**{**given, **changes})


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of one document."""
    with serving() as running:
        yield running


def publish(server: Server, *hours: int) -> None:
    """Let the document hold these hours of the first of July."""
    server.on("/load/latest.csv", load_csv("2024-07-01", hours=hours))


class Clock:
    """A service whose time is set by hand."""

    def __init__(self, server: Server, home: Path, whose: Feed, **changes: Any) -> None:
        self.now = FIRST
        plugin = Plugin(served_market(server.url, whose))
        self.service = UnifiedMarketService(registry(plugin), quick(home, **changes), now=lambda: self.now)

    async def at(self, hour: float, **changes: Any) -> MarketData:
        """The first of July as it is known so many hours after midnight."""
        self.now = FIRST + hour * HOUR
        asked: dict[str, Any] = {"start": FIRST, "end": FIRST + 24 * HOUR, "partial": True, **changes}
        return await self.service.get_market_data("testiso", "load", **asked)


def hours_of(data: MarketData) -> list[int]:
    """The hours of the day that are there."""
    return [(start - FIRST) // HOUR for start in data.frame["interval_start"]]


def statuses(data: MarketData) -> list[tuple[int, int, CoverageStatus]]:
    """What coverage says, by hours of the day."""
    return [
        ((part.start - FIRST) // HOUR, (part.end - FIRST) // HOUR, part.status)
        for part in data.coverage.parts
    ]


def test_rows_that_left_the_source_stay(server: Server, tmp_path: Path) -> None:
    """Each fetch adds to what the ones before it had: of a day's last two hours, asked for often, comes a day."""

    async def go() -> None:
        clock = Clock(server, tmp_path, rolling(2))
        async with clock.service:
            publish(server, 0, 1)
            assert hours_of(await clock.at(2.1)) == [0, 1]
            publish(server, 2, 3)
            assert hours_of(await clock.at(4.1)) == [0, 1, 2, 3]
            publish(server, 3, 4)
            data = await clock.at(5.1, raw=True)
            assert hours_of(data) == [0, 1, 2, 3, 4]
            assert [each.kind for each in data.findings if each.kind is FindingKind.STALE] == []
            assert data.raw()["MW"].to_list() == data.frame["load"].to_list()
            assert statuses(data) == [(0, 24, CoverageStatus.INCOMPLETE)]

    run(go())


def test_rows_that_left_the_source_stay_in_the_lake(server: Server, tmp_path: Path) -> None:
    """Another process, hours later, adds to what this one had."""

    async def ask(hour: float) -> MarketData:
        clock = Clock(server, tmp_path, rolling(2), lake=tmp_path / "lake")
        async with clock.service:
            return await clock.at(hour, raw=True)

    publish(server, 0, 1)
    assert hours_of(run(ask(2.1))) == [0, 1]
    publish(server, 2, 3)
    data = run(ask(4.1))
    assert hours_of(data) == [0, 1, 2, 3]
    assert data.raw()["MW"].cast(pl.Float64).to_list() == data.frame["load"].to_list()
    server.on("/load/latest.csv", Answer(status=404))
    late = run(ask(5.1))
    assert hours_of(late) == [0, 1, 2, 3]
    assert late.provenance[0].stale


def test_time_before_the_window_is_not_kept(server: Server, tmp_path: Path) -> None:
    """A partial answer says so, and a strict one is refused with what there is."""

    async def go() -> None:
        clock = Clock(server, tmp_path, rolling(2))
        publish(server, 8, 9)
        async with clock.service:
            data = await clock.at(10.5)
            assert statuses(data) == [(0, 8, CoverageStatus.NOT_KEPT), (8, 24, CoverageStatus.INCOMPLETE)]
            assert data.coverage.parts[0].reason == (
                "testiso/hourly_load/2024-07-01: 2024-07-01T04:00:00Z to 2024-07-01T12:00:00Z is too old: "
                "the source keeps only the last 2 hours"
            )
            gone = next(each for each in data.findings if each.kind is FindingKind.GAP)
            assert "8 intervals are no longer kept by the source" in gone.message
            with pytest.raises(NoData, match="the source keeps only the last 2 hours") as caught:
                await clock.at(10.5, partial=False)
            assert caught.value.finished is not None
            assert len(caught.value.finished) == 2
            recent = {"start": FIRST + 8 * HOUR, "end": FIRST + 10 * HOUR, "partial": False}
            whole = await clock.at(10.5, **recent)
            assert (hours_of(whole), whole.coverage.complete, whole.findings) == ([8, 9], True, ())

    run(go())


def test_rows_whose_own_columns_are_not_kept_stay_too() -> None:
    """Then nobody has the source's columns, but all rows are there."""
    whose = rolling(2)
    times = FIRST + 2 * HOUR, FIRST + 4 * HOUR
    days = [load_csv("2024-07-01", hours=hours) for hours in ((0, 1), (2, 3))]
    chunk = attrs.evolve(chunk_of(whose), start=FIRST)
    first, second = (
        finish(
            whose.layout.read(payload),
            chunk,
            attrs.evolve(chunk_data(chunk, EMPTY).provenance, fetched_at=at),
        )
        for payload, at in zip(days, times, strict=True)
    )
    joined = carried(first.without_raw(), second)
    assert [(start - FIRST) // HOUR for start in joined.frame["interval_start"]] == [0, 1, 2, 3]
    assert isinstance(joined.raw_rows, NoRows)
    assert carried(second, second) is second


def test_sparse_rows_from_the_start_leave_nothing_unknown(server: Server, tmp_path: Path) -> None:
    """Where a row is at the beginning of what is asked for, the source kept all of it."""

    async def go() -> None:
        clock = Clock(server, tmp_path, rolling(2, sparse=True))
        publish(server, 0)
        async with clock.service:
            data = await clock.at(2.5)
            assert [each for each in data.findings if each.kind is FindingKind.GAP] == []
            assert statuses(data)[0][2] is not CoverageStatus.NOT_KEPT

    run(go())


def test_hour_between_two_fetches_is_a_gap_for_ever(server: Server, tmp_path: Path) -> None:
    """It was never seen; the day is not final, however old it is."""

    async def go() -> None:
        clock = Clock(server, tmp_path, rolling(2))
        async with clock.service:
            publish(server, 0, 1)
            await clock.at(2.1)
            publish(server, 4, 5)
            data = await clock.at(6.1)
            assert hours_of(data) == [0, 1, 4, 5]
            gap = next(each for each in data.findings if each.kind is FindingKind.GAP)
            assert "2 intervals are no longer kept by the source" in gap.message
            assert gap.spans == ((FIRST + 2 * HOUR, FIRST + 4 * HOUR),)
            late = await clock.at(24 * 40)
            assert hours_of(late) == [0, 1, 4, 5]
            assert not late.provenance[0].final
            assert len(server.asked) == 2

    run(go())


def test_hour_missing_within_the_window_is_missing(server: Server, tmp_path: Path) -> None:
    """The source should have it: that is said in other words."""

    async def go() -> None:
        clock = Clock(server, tmp_path, rolling(6))
        publish(server, 6, 9)
        async with clock.service:
            data = await clock.at(10.5)
            found = [
                each.message.split(", first")[0] for each in data.findings if each.kind is FindingKind.GAP
            ]
            assert found == ["5 intervals are no longer kept by the source", "3 intervals are missing"]
            assert statuses(data)[0] == (0, 4, CoverageStatus.NOT_KEPT)

    run(go())


def test_source_that_is_damaged_loses_nothing(server: Server, tmp_path: Path) -> None:
    """Rows that it should still keep are not given up for an answer that lacks them."""

    async def go() -> None:
        clock = Clock(server, tmp_path, rolling(6))
        async with clock.service:
            publish(server, 0, 1, 2, 3)
            await clock.at(4.1)
            publish(server, 1, 4)
            data = await clock.at(5.1)
            assert hours_of(data) == [0, 1, 2, 3]
            assert FindingKind.STALE in {each.kind for each in data.findings}
            server.on("/load/latest.csv", Answer(body=b"<html>busy</html>"))
            assert hours_of(await clock.at(5.3)) == [0, 1, 2, 3]

    run(go())


def test_feed_without_a_grid_does_not_pretend_that_nothing_happened(server: Server, tmp_path: Path) -> None:
    """What was before the window is not known, with rows and without."""

    async def go() -> None:
        clock = Clock(server, tmp_path, rolling(2, sparse=True))
        async with clock.service:
            server.on("/load/latest.csv", b"Start,Area,MW\r\n")
            data = await clock.at(6.0)
            assert statuses(data)[0] == (0, 4, CoverageStatus.NOT_KEPT)
            assert [each.message for each in data.findings if each.kind is FindingKind.GAP] == [
                "the source no longer keeps 2024-07-01T04:00:00Z to 2024-07-01T08:00:00Z"
            ]
            publish(server, 5)
            data = await clock.at(6.5)
            assert statuses(data)[0] == (0, 5, CoverageStatus.NOT_KEPT)

    run(go())


def test_hours_that_are_gone_are_not_asked_for(server: Server, tmp_path: Path) -> None:
    """In chunks of an hour, the window is a few chunks."""

    async def go() -> None:
        clock = Clock(server, tmp_path, rolling(2, chunk=ChunkSize.HOUR))
        publish(server, 8, 9)
        async with clock.service:
            data = await clock.at(10.0, end=FIRST + 10 * HOUR)
            assert hours_of(data) == [8, 9]
            assert statuses(data) == [
                *((hour, hour + 1, CoverageStatus.NOT_KEPT) for hour in range(8)),
                *((hour, hour + 1, CoverageStatus.COMPLETE) for hour in (8, 9)),
            ]
            assert len(server.asked) == 2

    run(go())


@pytest.mark.parametrize(
    ("retention", "words"),
    [
        (timedelta(days=3), "the last 3 days"),
        (timedelta(days=1), "the last day"),
        (timedelta(hours=36), "the last 36 hours"),
        (timedelta(hours=1), "the last hour"),
        (timedelta(minutes=90), "the last 90 minutes"),
        (timedelta(seconds=90), "the last minute"),
    ],
)
def test_window_is_told_exactly(retention: timedelta, words: str) -> None:
    """36 hours are no day, 90 minutes are no hour."""
    assert str(History(since=date(2024, 1, 1), retention=retention)) == words


@pytest.mark.parametrize("retention", [timedelta(), -HOUR])
def test_source_that_keeps_nothing_is_refused(retention: timedelta) -> None:
    """It would have no row at all."""
    with pytest.raises(ValueError, match="retention"):
        History(since=date(2024, 1, 1), retention=retention)


def test_window_shorter_than_an_interval_is_refused() -> None:
    """No row would ever be there whole."""
    with pytest.raises(PluginError, match="keeps less than one interval"):
        rolling(0.5)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(low=st.integers(0, 300), length=st.integers(1, 300), since=st.integers(-50, 700))
def test_hole_is_split_at_an_interval(low: int, length: int, since: int) -> None:
    """No interval is in both parts, and none is lost but half of one at the end."""
    start, minute = FIRST, timedelta(minutes=1)
    hole: Hole = ({}, start + low * minute, start + (low + length) * minute)
    before, after = split([hole], start + since * minute, 5 * minute)
    edges: list[datetime] = [edge for _, *span in (*before, *after) for edge in span]
    assert edges == sorted(edges)
    assert edges[0] == hole[1] if edges else length * minute <= 2.5 * minute
    assert all(high <= hole[2] for _, _, high in (*before, *after))
    assert all((high - hole[1]) % (5 * minute) == timedelta() or high == hole[2] for _, _, high in before)
    assert all(span[1] >= start + since * minute for span in after)
