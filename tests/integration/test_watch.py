"""Watching a feed of a real server: each row once, each change once, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from builders import feed_source, utc
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
    settings,
)
from energyopti.answer.result import MarketData
from energyopti.errors import MissingCredential, UnknownLocation, UnknownMarket, UnsupportedQuery
from energyopti.events import Event, EventKind
from energyopti.findings import FindingKind
from energyopti.layouts import Reading
from energyopti.query import Chunk
from energyopti.service import UnifiedMarketService
from energyopti.source import Source
from servers import MISSING, Answer, Server, serving

QUICK = timedelta(milliseconds=20)
TODAY, TOMORROW = "/load/2024-07-10.csv", "/load/2024-07-11.csv"
BROKEN = Answer(status=500)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server without anything yet."""
    with serving() as running:
        yield running


class Hurried(UnifiedMarketService):
    """A service that does not wait: its clock is moved instead."""

    move: Callable[[timedelta], None]

    async def _pause(self, seconds: float) -> bool:
        self.move(timedelta(seconds=seconds))
        return await super()._pause(0)


@attrs.define
class Watch:
    """A service over one feed that is asked every 20 ms while nothing is known of it, its clock, and what was told."""

    server: Server
    home: Path
    now: datetime = NOW
    told: list[Event] = attrs.field(factory=list)
    guarded: bool = False
    hurried: bool = False
    feeds: tuple[Any, ...] = ()

    def service(self) -> UnifiedMarketService:
        """A service whose clock is this one's."""
        feeds = self.feeds or (load_feed(refresh_every=QUICK),)
        there = served_market(self.server.url, *feeds, guarded=self.guarded)
        service = Hurried if self.hurried else UnifiedMarketService
        made = service(registry(Plugin(there)), settings(self.home, attempts=1), now=lambda: self.now)
        if isinstance(made, Hurried):
            made.move = self.move
        return made

    def move(self, by: timedelta) -> None:
        """Move the clock."""
        self.now += by

    def updates(self, number: int, **asked: Any) -> list[MarketData]:
        """The first updates of a watch."""

        async def go() -> list[MarketData]:
            async with self.service() as service:
                watch = service.watch("testiso", "load", observe=self.told.append, **asked)
                return [await anext(watch) for _ in range(number)]

        return run(go())

    @property
    def failures(self) -> list[str]:
        """What was told of polls that failed."""
        return [event.detail for event in self.told if event.kind is EventKind.POLL_FAILED]


def loads(update: MarketData) -> list[tuple[str, float]]:
    """Day and hour of New York's summer, and the load."""
    local = update.frame["interval_start"].dt.convert_time_zone("America/New_York").dt.strftime("%d %H")
    return list(zip(local, update.frame["load"], strict=True))


def test_first_the_day_so_far_and_then_what_is_new_or_was_changed(server: Server, tmp_path: Path) -> None:
    """A day with three hours; the same; with a fourth; with the second one corrected."""
    three, four = load_csv("2024-07-10", hours=range(3)), load_csv("2024-07-10", hours=range(4))
    server.on(TODAY, three, three, four, four, four.replace(b",2001.5", b",1999.0"))
    first, second, third = Watch(server, tmp_path, hurried=True).updates(3)
    assert loads(first) == [("10 00", 2000.5), ("10 01", 2001.5), ("10 02", 2002.5)]
    assert loads(second) == [("10 03", 2003.5)]
    assert loads(third) == [("10 01", 1999.0)]
    assert len(server.asked) == 5


def test_row_that_changes_back_is_told_again(server: Server, tmp_path: Path) -> None:
    """It is not as it was said last."""
    usual = load_csv("2024-07-10", hours=range(2))
    server.on(TODAY, usual, usual.replace(b",2001.5", b",1.0"), usual)
    updates = Watch(server, tmp_path).updates(3)
    assert [loads(each) for each in updates[1:]] == [[("10 01", 1.0)], [("10 01", 2001.5)]]


def test_failures_are_survived_and_told(server: Server, tmp_path: Path) -> None:
    """Nothing is there, the server fails, hangs up, sends another format: then the rows, once."""
    good = load_csv("2024-07-10", hours=range(2))
    server.on(TODAY, MISSING, BROKEN, Answer(dropped=True), b"Start,Zone,MW\r\n", good)
    watch = Watch(server, tmp_path)
    (update,) = watch.updates(1)
    assert [hour for hour, _ in loads(update)] == ["10 00", "10 01"]
    assert len(watch.failures) == 4
    assert "2024-07-10" in watch.failures[1]


def test_location_that_comes_late_into_a_new_day_is_waited_for(server: Server, tmp_path: Path) -> None:
    """It was there; a name that never was is a mistake, and said at once. Yesterday's file is gone: memory has it."""
    watch = Watch(server, tmp_path, now=utc("2024-07-11T03:30"), hurried=True)
    server.on(TODAY, load_csv("2024-07-10"), BROKEN)
    south = load_csv("2024-07-11", hours=range(1), areas=("SOUTH",))
    server.on(TOMORROW, south, south, load_csv("2024-07-11", hours=range(1), areas=("SOUTH", "NORTH")))

    async def go() -> list[MarketData]:
        async with watch.service() as service:
            with pytest.raises(UnknownLocation):
                await anext(service.watch("testiso", "load", locations="WEST"))
            updates = service.watch("testiso", "load", locations="NORTH", observe=watch.told.append)
            server.on(TODAY, load_csv("2024-07-10"))
            first = await anext(updates)
            watch.now = utc("2024-07-12T05:30")
            server.on(TODAY, MISSING)
            return [first, await anext(updates)]

    first, second = run(go())
    assert (len(first), loads(second)) == (24, [("11 00", 2100.5)])
    assert {why for why in watch.failures if "07-10" in why} == {
        "testiso/hourly_load/2024-07-10 could not be fetched again"
    }


async def locked(chunk: Chunk, source: Source) -> Reading:
    """A source for those who have a key."""
    raise MissingCredential(f"{chunk} from {source.feed_source.name}: set the key")


def test_other_source_without_a_credential_ends_no_watch_that_had_rows(
    server: Server, tmp_path: Path
) -> None:
    """The day's file is away for a while, and nobody has a key for the archive: that is told, and waited for."""
    spare = (served("daily file", "load/{day}.csv"), feed_source(name="archive", collect=locked))
    watch = Watch(server, tmp_path, feeds=(load_feed(refresh_every=QUICK, sources=spare),), hurried=True)
    server.on(TODAY, load_csv("2024-07-10", hours=range(8)), MISSING, load_csv("2024-07-10", hours=range(9)))

    async def go() -> list[MarketData]:
        async with watch.service() as service:
            updates = service.watch("testiso", "load", observe=watch.told.append)
            return [await anext(updates), await anext(updates)]

    first, second = run(go())
    assert (len(first), loads(second)) == (8, [("10 08", 2008.5)])
    empty = Watch(server, tmp_path, feeds=watch.feeds)
    server.on(TODAY, MISSING)
    with pytest.raises(MissingCredential):
        empty.updates(1)


def test_old_rows_after_a_failure_are_not_told_again(server: Server, tmp_path: Path) -> None:
    """Memory answers for the source meanwhile; that is told, and is no update."""
    two, three = load_csv("2024-07-10", hours=range(2)), load_csv("2024-07-10", hours=range(3))
    server.on(TODAY, two, BROKEN, BROKEN, three)
    watch = Watch(server, tmp_path)
    updates = watch.updates(2)
    assert [len(each) for each in updates] == [2, 1]
    assert watch.failures == ["testiso/hourly_load/2024-07-10 could not be fetched again"] * 2


def test_nothing_is_lost_when_the_source_fails_over_midnight(server: Server, tmp_path: Path) -> None:
    """The last hours of a day come to be known on the next, after its first ones."""
    watch = Watch(server, tmp_path, now=utc("2024-07-11T01:30"), hurried=True)
    server.on(TODAY, load_csv("2024-07-10", hours=range(21)), BROKEN, BROKEN, load_csv("2024-07-10"))
    server.on(TOMORROW, load_csv("2024-07-11", hours=range(1)), load_csv("2024-07-11", hours=range(2)))

    async def go() -> list[MarketData]:
        async with watch.service() as service:
            updates = []
            async for update in service.watch("testiso", "load", observe=watch.told.append):
                updates.append(update)
                watch.now = utc("2024-07-11T06:30")
                if sum(map(len, updates)) == 26:
                    return updates
        raise AssertionError

    told = [hour for update in run(go()) for hour, _ in loads(update)]
    assert sorted(told) == [f"10 {hour:02}" for hour in range(24)] + ["11 00", "11 01"]
    assert len(watch.failures) == 2


def test_watch_can_begin_in_the_past(server: Server, tmp_path: Path) -> None:
    """From an instant on, over days: each is asked for, and whole ones only once."""
    for day in ("2024-07-08", "2024-07-09"):
        server.on(f"/load/{day}.csv", load_csv(day))
    server.on(TODAY, load_csv("2024-07-10", hours=range(1)), load_csv("2024-07-10", hours=range(2)))
    first, second = Watch(server, tmp_path).updates(2, since="2024-07-08T20:00")
    assert [hour for hour, _ in loads(first)] == [
        *(f"08 {hour}" for hour in range(20, 24)),
        *(f"09 {hour:02}" for hour in range(24)),
        "10 00",
    ]
    assert [hour for hour, _ in loads(second)] == ["10 01"]
    assert server.paths.count("/load/2024-07-08.csv") == 1


def test_only_what_is_asked_for_is_told(server: Server, tmp_path: Path) -> None:
    """Another location's new row is no update."""
    both = load_csv("2024-07-10", hours=range(1), areas=("NORTH", "SOUTH"))
    south = both + b"2024-07-10T05:00:00,SOUTH,7.0\r\n"
    server.on(TODAY, both, south, south + b"2024-07-10T05:00:00,NORTH,8.0\r\n")
    updates = Watch(server, tmp_path).updates(2, locations="NORTH")
    assert [loads(each) for each in updates] == [[("10 00", 2000.5)], [("10 01", 8.0)]]


def test_what_is_awaited_is_no_finding_and_a_hole_is_said_once(server: Server, tmp_path: Path) -> None:
    """Hours up to now that are not there yet are awaited; one between others is missing."""
    hours = [[0, 1], [0, 1, 3], [0, 1, 3, 4]]
    server.on(TODAY, *(load_csv("2024-07-10", hours=each) for each in hours))
    updates = Watch(server, tmp_path, hurried=True).updates(3)
    assert [[each.kind for each in update.findings] for update in updates] == [[], [FindingKind.GAP], []]


def test_forecast_is_told_of_as_it_is_published(server: Server, tmp_path: Path) -> None:
    """Each publication's rows are new ones, though they speak of the same hours."""
    early, late = ({"Last-Modified": f"Wed, 10 Jul 2024 {hour}:00:00 GMT"} for hour in ("09", "11"))
    body = load_csv("2024-07-10", hours=range(12, 14))
    server.on("/forecast/2024-07-10.csv", Answer(body=body, headers=early), Answer(body=body, headers=late))
    watch = Watch(server, tmp_path, feeds=(forecast_feed(refresh_every=QUICK),))

    async def go() -> list[MarketData]:
        async with watch.service() as service:
            updates = service.watch("testiso", "load_forecast")
            return [await anext(updates) for _ in range(2)]

    published = [update.frame["publish_time"].to_list() for update in run(go())]
    assert published == [[utc("2024-07-10T09:00")] * 2, [utc("2024-07-10T11:00")] * 2]


# its end


async def drain(watch: AsyncGenerator[MarketData]) -> int:
    """How many updates there were, in the end."""
    return len([update async for update in watch])


def test_watch_ends_with_its_service(server: Server, tmp_path: Path) -> None:
    """The iteration is over without an error, at once though the next poll is minutes away."""
    server.on(TODAY, load_csv("2024-07-10", hours=range(1)))
    slow = Watch(server, tmp_path, feeds=(load_feed(),))

    async def go() -> int:
        async with slow.service() as service:
            draining = asyncio.ensure_future(drain(service.watch("testiso", "load")))
            while not server.asked:  # noqa: ASYNC110 - another thread answers
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.05)
        return await asyncio.wait_for(draining, 2)

    assert run(go()) == 1


def test_cancelled_watch_leaves_the_service_as_it_was(server: Server, tmp_path: Path) -> None:
    """It asks no more, and another one begins anew."""
    server.on(TODAY, load_csv("2024-07-10", hours=range(1)))

    async def go() -> tuple[int, int]:
        async with Watch(server, tmp_path).service() as service:
            draining = asyncio.ensure_future(drain(service.watch("testiso", "load")))
            while len(server.asked) < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            draining.cancel()
            await asyncio.gather(draining, return_exceptions=True)
            asked = len(server.asked)
            await asyncio.sleep(0.1)
            after = len(server.asked) - asked
            return after, len(await anext(service.watch("testiso", "load")))

    after, rows = run(go())
    assert after <= 1  # a request that was under way arrives
    assert rows == 1


def test_what_no_waiting_mends_ends_the_watch(server: Server, tmp_path: Path) -> None:
    """A key that is missing is an error of the iteration; a wrong question one of the call."""

    async def go() -> None:
        async with Watch(server, tmp_path, guarded=True).service() as service:
            with pytest.raises(UnknownMarket):
                service.watch("nowhere", "load")
            with pytest.raises(UnsupportedQuery):
                service.watch("testiso", "load", vintages="first")
            with pytest.raises(UnsupportedQuery, match="corrections"):
                service.watch("testiso", "load", corrections=timedelta(days=-1))
            with pytest.raises(MissingCredential):
                await anext(service.watch("testiso", "load"))

    run(go())
    assert server.asked == []


def two_markets(server: Server, *, guarded: bool) -> list[Plugin]:
    """Two markets of one server, one of which may need a key."""
    first = served_market(server.url, load_feed(refresh_every=QUICK))
    second = served_market(server.url, load_feed(refresh_every=QUICK), guarded=guarded)
    return [Plugin(first), Plugin(attrs.evolve(second, id="otheriso"))]


def test_several_markets_are_one_stream(server: Server, tmp_path: Path) -> None:
    """Each arrival says its market; each market has its own first update."""
    server.on(TODAY, load_csv("2024-07-10", hours=range(3)))

    async def go() -> list[MarketData]:
        plugins = two_markets(server, guarded=False)
        async with UnifiedMarketService(registry(*plugins), settings(tmp_path), now=lambda: NOW) as service:
            watch = service.watch(["testiso", "otheriso"], "load")
            found = [await anext(watch), await anext(watch)]
            await watch.aclose()
            return found

    updates = run(go())
    assert {each.query.market.id: each.markets for each in updates} == {
        "testiso": ("testiso",),
        "otheriso": ("otheriso",),
    }
    assert [len(each) for each in updates] == [3, 3]


def test_market_that_ends_by_an_error_does_not_end_the_others(server: Server, tmp_path: Path) -> None:
    """That is told; the error of the last one is raised."""
    server.on(TODAY, load_csv("2024-07-10", hours=range(3)))
    told: list[Event] = []

    async def go(markets: list[str]) -> list[MarketData]:
        plugins = two_markets(server, guarded=True)
        async with UnifiedMarketService(registry(*plugins), settings(tmp_path), now=lambda: NOW) as service:
            watch = service.watch(markets, "load", observe=told.append)
            try:
                found = [await anext(watch)]
                while not any(each.kind is EventKind.WATCH_ENDED for each in told):
                    server.on(TODAY, load_csv("2024-07-10", hours=range(4)))
                    found.append(await anext(watch))
                return found
            finally:
                await watch.aclose()

    updates = run(go(["otheriso", "testiso"]))
    assert {each.query.market.id for each in updates} == {"testiso"}
    (ended,) = [each for each in told if each.kind is EventKind.WATCH_ENDED]
    assert ended.market == "otheriso"
    assert "key" in ended.detail
    with pytest.raises(MissingCredential):
        run(go(["otheriso"]))


def test_query_that_one_market_cannot_answer_is_refused(server: Server, tmp_path: Path) -> None:
    """As for `get`: before anything is asked for."""

    async def go() -> None:
        plugins = two_markets(server, guarded=False)
        async with UnifiedMarketService(registry(*plugins), settings(tmp_path), now=lambda: NOW) as service:
            service.watch(["testiso", "thirdiso"], "load")

    with pytest.raises(UnknownMarket):
        run(go())
    assert server.asked == []
