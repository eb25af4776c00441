"""``latest``: the newest interval that is out, or the newest publication, wherever it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from collecting_builders import (
    NOW,
    Plugin,
    forecast_feed,
    load_csv,
    load_feed,
    registry,
    run,
    served,
    served_market,
    service,
    settings,
)
from energyopti import (
    InvalidTimeRange,
    MarketData,
    NoData,
    Query,
    SourceUnavailable,
    UnifiedMarketService,
    UnsupportedQuery,
)
from servers import Answer, Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


def publish(server: Server, day: int, hours: range, **others: Any) -> None:
    """Some hours of a day of July: 1000 and the day's number and the hour."""
    name = f"2024-07-{day:02}"
    server.on(f"/load/{name}.csv", Answer(body=load_csv(name, hours=hours, **others)))


def ask(server: Server, home: Path, *feeds: Any, words: str = "latest", **changes: Any) -> MarketData:
    """The newest rows at noon UTC of July 10, 08:00 in New York."""
    there = served_market(server.url, *(feeds or (load_feed(),)))
    data = changes.pop("data", "load")

    async def go() -> MarketData:
        async with service(there, home, now=changes.pop("now", NOW)) as opened:
            return await opened.get_market_data("testiso", data, words, **changes)

    return run(go())


def test_the_last_interval_that_is_out_at_every_place(server: Server, tmp_path: Path) -> None:
    """Of the current day, however many of its rows are there; it is whole, and nothing about later rows is said."""
    publish(server, 10, range(6), areas=("NORTH", "SOUTH"))
    found = ask(server, tmp_path)
    assert found.frame.select("interval_start", "location", "load").rows() == [
        (utc("2024-07-10T09:00"), "NORTH", 2005.5),
        (utc("2024-07-10T09:00"), "SOUTH", 2005.5),
    ]
    assert found.coverage.complete
    assert found.findings == ()
    assert (found.coverage.start, found.coverage.end) == (utc("2024-07-10T09:00"), utc("2024-07-10T10:00"))
    assert ask(server, tmp_path, locations="SOUTH").frame["location"].to_list() == ["SOUTH"]


def test_before_the_first_row_of_a_day_it_is_the_day_befores_last(server: Server, tmp_path: Path) -> None:
    """As after midnight: the current day has no document yet."""
    publish(server, 9, range(24))
    assert ask(server, tmp_path).frame["interval_start"].to_list() == [utc("2024-07-10T03:00")]


def test_what_is_published_ahead_is_newer(server: Server, tmp_path: Path) -> None:
    """Tomorrow's hours, as of a day-ahead market; without them, today's last."""
    ahead = load_feed(published_ahead=timedelta(days=1))
    publish(server, 10, range(24))
    assert ask(server, tmp_path / "today", ahead).frame["interval_start"].to_list() == [
        utc("2024-07-11T03:00")
    ]
    publish(server, 11, range(24))
    assert ask(server, tmp_path / "both", ahead).frame["interval_start"].to_list() == [
        utc("2024-07-12T03:00")
    ]


def test_period_means_the_same(server: Server, tmp_path: Path) -> None:
    """And so does JSON; only alone is it a time."""
    publish(server, 10, range(6))
    there = served_market(server.url, load_feed())

    async def go(query: Query) -> MarketData:
        async with service(there, tmp_path) as opened:
            return await opened.get_market_data(query)

    asked = Query.of("testiso", "load", period="latest")
    assert asked.newest
    for query in (asked, Query.from_json(asked.to_json()), Query.of("testiso", "load", start="Latest")):
        assert run(go(query)).frame["load"].to_list() == [2005.5]
    with pytest.raises(InvalidTimeRange, match="latest is the newest interval of one answer, and no bound"):
        run(go(Query.of("testiso", "load", "latest", "now")))


def test_nothing_at_all_is_said(server: Server, tmp_path: Path) -> None:
    """Of the last days none has a document."""
    with pytest.raises(NoData, match="testiso/hourly_load: nothing that is out was found; give a range"):
        ask(server, tmp_path)


def test_a_source_that_fails_is_no_absence(server: Server, tmp_path: Path) -> None:
    """What is newest cannot be told."""
    server.on("/load/2024-07-10.csv", Answer(status=500))
    publish(server, 9, range(24))
    with pytest.raises(SourceUnavailable):
        ask(server, tmp_path)


def test_newest_publication_of_a_forecast(server: Server, tmp_path: Path) -> None:
    """All of its intervals, and none that only an earlier one has."""
    for day, hours in ((9, range(48)), (10, range(40))):
        name = f"2024-07-{day:02}"
        stamp = f"{date(2024, 7, day):%a, %d %b %Y} 03:00:00 GMT"
        body = load_csv(name, hours=hours)
        server.on(f"/forecast/{name}.csv", Answer(body=body, headers={"Last-Modified": stamp}))
    found = ask(server, tmp_path, forecast_feed(), data="load_forecast")
    assert found.frame["publish_time"].unique().to_list() == [utc("2024-07-10T03:00")]
    assert found.frame["load"].to_list() == [2000.5 + hour for hour in range(40)]


def test_shape_is_of_the_newest(server: Server, tmp_path: Path) -> None:
    """A condition that it does not meet leaves nothing, and says so."""
    publish(server, 10, range(6))
    found = ask(server, tmp_path, where="load > 9000", columns=["load"])
    assert found.shape == (0, 1)
    assert [finding.kind for finding in found.findings] == ["no_match"]


def test_several_markets_each_have_their_newest(server: Server, tmp_path: Path) -> None:
    """They need not be of one time."""
    publish(server, 10, range(6))
    server.on("/other/2024-07-10.csv", Answer(body=load_csv("2024-07-10", hours=range(3))))
    one = served_market(server.url, load_feed())
    other = served_market(
        server.url, load_feed(sources=(served("daily file", "other/{day}.csv"),)), id="other"
    )

    async def go() -> MarketData:
        opened = UnifiedMarketService(registry(Plugin(one, other)), settings(tmp_path), now=lambda: NOW)
        async with opened:
            return await opened.get_market_data(["testiso", "other"], "load", "latest")

    assert run(go()).frame.select("market", "load").rows() == [("other", 2002.5), ("testiso", 2005.5)]


def test_parts_and_bounds_refuse_it(server: Server, tmp_path: Path) -> None:
    """It is one answer, whose time is not known before."""
    there = served_market(server.url, load_feed())

    async def go() -> None:
        async with service(there, tmp_path) as opened:
            async for _ in opened.stream(Query.of("testiso", "load", "latest")):
                pytest.fail("there is a part")

    with pytest.raises(UnsupportedQuery, match="an answer in parts cannot be the newest interval; use get"):
        run(go())
