"""Forecasts: publications that overlap, the latest of them or all, and those that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from collecting_builders import forecast_feed, load_csv, run, served_market, service
from energyopti.answer.result import CoverageStatus, MarketData
from energyopti.errors import NoData, SourceUnavailable
from energyopti.findings import FindingKind
from servers import Answer, Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


def publish(server: Server, day: int, *, hours: Iterable[int] = range(48)) -> None:
    """The publication of a day of July at 03:00 UTC: that day and the next, 1000 and its number and hour."""
    name = f"2024-07-{day:02}"
    stamp = f"{date(2024, 7, day):%a, %d %b %Y} 03:00:00 GMT"
    server.on(
        f"/forecast/{name}.csv", Answer(body=load_csv(name, hours=hours), headers={"Last-Modified": stamp})
    )


def fail(server: Server, day: int) -> None:
    """A publication that the server cannot give."""
    server.on(f"/forecast/2024-07-{day:02}.csv", Answer(status=500))


def ask(server: Server, home: Path, first: int, end: int, **changes: Any) -> MarketData:
    """The forecast for days of July."""
    feed_changes = changes.pop("feed_changes", {})

    async def go() -> MarketData:
        there = served_market(server.url, forecast_feed(**feed_changes))
        async with service(there, home) as opened:
            span = (f"2024-07-{first:02}", f"2024-07-{end:02}")
            return await opened.get_market_data("testiso", "load_forecast", *span, **changes)

    return run(go())


def loads(data: MarketData) -> list[float]:
    """The values of an answer."""
    values: list[float] = data.frame["load"].to_list()
    return values


def test_latest_publication_wins_for_each_interval(server: Server, tmp_path: Path) -> None:
    """Day two was forecast on both days: the second says what counts."""
    publish(server, 1)
    publish(server, 2)
    data = ask(server, tmp_path, 1, 3)
    assert loads(data) == [1100.5 + hour for hour in range(24)] + [1200.5 + hour for hour in range(24)]
    assert data.frame["publish_time"].unique().sort().to_list() == [
        utc("2024-07-01T03:00"),
        utc("2024-07-02T03:00"),
    ]
    assert data.coverage.complete


def test_raw_lines_are_those_of_the_publications_that_count(server: Server, tmp_path: Path) -> None:
    """As many lines as rows, with the same values."""
    publish(server, 1)
    publish(server, 2)
    data = ask(server, tmp_path, 1, 3)
    assert [float(value) for value in data.raw()["MW"]] == loads(data)


def test_latest_for_one_day_needs_one_publication(server: Server, tmp_path: Path) -> None:
    """An earlier one is not asked for where the day's own is there."""
    publish(server, 1)
    publish(server, 2)
    data = ask(server, tmp_path, 2, 3)
    assert (len(data), server.paths) == (24, ["/forecast/2024-07-02.csv"])


def test_all_vintages_are_every_publication_that_reaches_the_range(server: Server, tmp_path: Path) -> None:
    """Day two as seen on day one, and on day two; each row says when it was published."""
    publish(server, 1)
    publish(server, 2)
    data = ask(server, tmp_path, 2, 3, vintages="all")
    assert len(data) == 48
    assert data.frame["interval_start"].is_sorted()
    first_hour = data.frame.head(2).select("publish_time", "load").rows()
    assert first_hour == [(utc("2024-07-01T03:00"), 1124.5), (utc("2024-07-02T03:00"), 1200.5)]


def test_missing_publication_is_filled_by_the_one_before(server: Server, tmp_path: Path) -> None:
    """No publication on day two: what day one said of it is the latest there is, and the day is covered."""
    publish(server, 1)
    data = ask(server, tmp_path, 2, 3)
    assert loads(data) == [1124.5 + hour for hour in range(24)]
    assert data.coverage.complete
    assert data.findings == ()


def test_tomorrow_is_answered_by_todays_publication(server: Server, tmp_path: Path) -> None:
    """A day to come is not asked for; today's publication reaches it."""
    publish(server, 10)
    data = ask(server, tmp_path, 11, 12)
    assert loads(data) == [1024.5 + 1000 + hour for hour in range(24)]
    assert server.paths == ["/forecast/2024-07-10.csv"]
    assert data.coverage.complete


def test_day_beyond_every_publication_is_no_data(server: Server, tmp_path: Path) -> None:
    """No publication of today reaches so far: `NoData`, before any request."""
    with pytest.raises(NoData, match="in the future"):
        ask(server, tmp_path, 20, 21)
    assert server.asked == []


def test_nothing_published_at_all_is_no_data(server: Server, tmp_path: Path) -> None:
    """Neither the day's own publication nor one that reaches it."""
    with pytest.raises(NoData):
        ask(server, tmp_path, 2, 3)
    assert sorted(server.paths) == ["/forecast/2024-07-01.csv", "/forecast/2024-07-02.csv"]


def test_no_publication_is_sought_before_the_history(server: Server, tmp_path: Path) -> None:
    """The feed's first day has none before it."""
    publish(server, 2)
    data = ask(server, tmp_path, 2, 3, vintages="all", feed_changes={"since": date(2024, 7, 2)})
    assert (len(data), server.paths) == (24, ["/forecast/2024-07-02.csv"])


def test_publication_that_reaches_only_a_part_of_the_range(server: Server, tmp_path: Path) -> None:
    """Day three is beyond what day one said: it is missing, and the finished part is days one and two."""
    publish(server, 1)
    with pytest.raises(NoData) as caught:
        ask(server, tmp_path, 1, 4)
    assert caught.value.finished is not None
    assert len(caught.value.finished) == 48
    data = ask(server, tmp_path, 1, 4, partial=True)
    assert [part.status for part in data.coverage.parts] == [
        CoverageStatus.COMPLETE,
        CoverageStatus.COMPLETE,
        CoverageStatus.MISSING,
    ]


def test_hole_between_publications_is_never_silent(server: Server, tmp_path: Path) -> None:
    """Day one reached only itself and day two published nothing: that day three came does not cover it."""
    publish(server, 1, hours=range(24))
    publish(server, 3)
    with pytest.raises(NoData):
        ask(server, tmp_path, 1, 4)


def test_failed_publication_is_not_hidden_by_an_earlier_one(server: Server, tmp_path: Path) -> None:
    """The latest word on day two could not be had: a failure, not an older word in its place."""
    publish(server, 1)
    fail(server, 2)
    with pytest.raises(SourceUnavailable, match="status 500"):
        ask(server, tmp_path, 1, 3)


def test_failed_publication_is_not_missing_silently_from_all(server: Server, tmp_path: Path) -> None:
    """All vintages of day two include that of day one, which failed."""
    fail(server, 1)
    publish(server, 2)
    with pytest.raises(SourceUnavailable, match="status 500"):
        ask(server, tmp_path, 2, 3, vintages="all")


def test_unsaid_publication_time_is_a_finding(server: Server, tmp_path: Path) -> None:
    """A document without Last-Modified has rows, with no invented time."""
    server.on("/forecast/2024-07-01.csv", load_csv("2024-07-01", hours=range(48)))
    data = ask(server, tmp_path, 1, 2)
    assert data.frame["publish_time"].null_count() == 24
    assert [each.kind for each in data.findings] == [FindingKind.UNKNOWN_TIME]
