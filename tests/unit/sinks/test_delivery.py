"""What a destination remembers of a watch, and from when on a restart asks again."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest

from builders import FEED, changed, market, utc
from energyopti import Settings
from energyopti.errors import OutputError
from energyopti.market import Feed
from energyopti.query import ResolvedQuery, TimeRange
from energyopti.sinks.delivery import Delivery, Fed
from energyopti.sinks.opening import address_of
from energyopti.sinks.sqlite import SqliteSink
from energyopti.timezones import DAY
from energyopti.watching.delivered import Delivered
from watched import Post, _frame, every, local

NOW, JUNE = utc("2024-07-10T16:00"), utc("2024-06-01T04:00")


def fed(feed: Feed, start: datetime, **asked: Any) -> Fed:
    """A watch of a feed."""
    query = ResolvedQuery(market=market(feeds=(feed,)), feed=feed, time=TimeRange(start, NOW + DAY), **asked)
    return Fed(query=query, start=start, delivered=Delivered(dataset=feed.dataset))


def first(feed: Feed, asked: datetime, kept: datetime) -> datetime:
    """From when on a watch asks that would begin at one instant, if another one was kept."""
    delivery = Delivery(
        address=address_of("x"), settings=Settings(), now=lambda: NOW, corrections=timedelta()
    )
    return delivery._first(attrs.evolve(fed(feed, asked), start=kept))


def test_watches_of_one_feed_are_told_apart_by_their_rows() -> None:
    """Each has a start of its own."""
    narrowed = fed(FEED, JUNE, locations=("WEST", "NORTH"), filters={"status": ("a", "b")})
    assert fed(FEED, JUNE).name == "testiso/hourly_load"
    assert narrowed.name == "testiso/hourly_load NORTH WEST status=a,b"


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, JUNE),
        ({"retention": timedelta(days=3)}, NOW - timedelta(days=3)),
        ({"retention": timedelta(hours=1)}, utc("2024-07-10T04:00")),
    ],
)
def test_source_is_not_asked_for_what_it_no_longer_has(changes: dict[str, Any], asked: datetime) -> None:
    """A restart asks from the start that was kept, or from the oldest that the source has."""
    assert first(changed(FEED, **changes), utc("2024-07-10T04:00"), JUNE) == asked


def test_start_follows_the_days_that_are_rechecked() -> None:
    """By a day more than that; never backwards."""
    watch = fed(FEED, JUNE)
    settles = max(timedelta(days=20), FEED.publication.settles_after)
    assert watch.advance(NOW, timedelta(days=20), most=10)
    assert watch.start == local((FEED.due_to(NOW, "America/New_York") - settles - DAY).date())
    assert not watch.advance(NOW - DAY, timedelta(days=20), most=10)


def test_start_moves_on_if_there_are_too_many_rows() -> None:
    """But not into the last days."""
    watch = fed(FEED, JUNE)
    starts = every(timedelta(hours=1), JUNE, NOW)
    watch.delivered.remember(_load(starts))
    assert watch.advance(NOW, timedelta(days=400), most=72)
    assert len(watch.delivered) <= 72
    assert watch.start == local(NOW.date() - 2 * DAY)
    watch.advance(NOW, timedelta(days=400), most=1)
    assert watch.start == local(NOW.date() - DAY)


def _load(starts: list[datetime]) -> pl.DataFrame:
    return _frame(FEED, [Post(NOW, each, 1.0) for each in starts])


def test_statement_that_fails_changes_nothing(tmp_path: Path) -> None:
    """And is one line."""
    sink = SqliteSink(tmp_path / "rows.db")
    sink.connect()
    with pytest.raises(OutputError, match="no such table"):
        sink.run([("create table one (x)", None), ("insert into two values (1)", None)])
    assert sink.columns("one") == []
    with pytest.raises(OutputError, match="no such table"):
        sink.ask("select * from two", None)
    sink.close()
    sink.close()


class Watched(SqliteSink):
    """A database whose opening takes as long as a test wants, and that notes what was done with it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.begun, self.go_on, self.did = threading.Event(), threading.Event(), list[str]()

    def open(self, query: ResolvedQuery) -> None:
        """See `SqlSink`."""
        self.begun.set()
        self.go_on.wait(60)
        super().open(query)
        self.did.append("opened")

    def close(self) -> None:
        """See `SqliteSink`."""
        super().close()
        self.did.append("closed")


def interrupted(sink: Watched, monkeypatch: pytest.MonkeyPatch, closing: Callable[[], None]) -> Delivery:
    """A delivery whose watch is ended, as Ctrl-C ends it, while the destination is opened; ``closing`` is called meanwhile."""
    address = address_of("sqlite:///rows.db")
    monkeypatch.setattr(type(address), "opened", lambda *_: sink)
    delivery = Delivery(address=address, settings=Settings(), now=lambda: NOW, corrections=timedelta())

    async def go() -> None:
        beginning = asyncio.create_task(delivery.begin(fed(FEED, JUNE).query))
        await asyncio.to_thread(sink.begun.wait)
        beginning.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beginning
        closed = asyncio.create_task(delivery.aclose())
        await asyncio.sleep(0.05)
        closing()
        await closed

    asyncio.run(go())
    return delivery


def test_destination_is_closed_after_what_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that opens it goes on after Ctrl-C."""
    sink = Watched(tmp_path / "rows.db")
    interrupted(sink, monkeypatch, sink.go_on.set)
    assert sink.did == ["opened", "closed"]


def test_destination_that_hangs_does_not_keep_the_watch_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left to the process's end."""
    monkeypatch.setattr("energyopti.sinks.delivery.CLOSED_WITHIN", 0.1)
    sink = Watched(tmp_path / "rows.db")
    delivery = interrupted(sink, monkeypatch, lambda: threading.Timer(0.5, sink.go_on.set).start())
    assert "closed" not in sink.did
    delivery._alone(lambda: sink.did.append("more"))
    assert "more" not in sink.did
    sink.close()
