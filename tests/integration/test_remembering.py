"""What a service remembers: final days, recent days, and what was said before a source failed."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest

from builders import utc
from collecting_builders import (
    NOW,
    Plugin,
    chunk_data,
    chunk_of,
    load_csv,
    load_feed,
    registry,
    run,
    served_market,
    settings,
)
from energyopti.answer.result import MarketData
from energyopti.concurrency.gather import gather
from energyopti.events import Event, EventKind
from energyopti.findings import FindingKind
from energyopti.service import UnifiedMarketService
from energyopti.store import ChunkData, Memory, Store
from energyopti.store.lake import Lake
from servers import Answer, Server, serving

LOAD = ("testiso", "load")


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with the first five days of July; there is no other."""
    with serving() as running:
        for day in range(1, 6):
            running.on(f"/load/2024-07-{day:02}.csv", load_csv(f"2024-07-{day:02}"))
        yield running


class Clock:
    """A clock that tests turn by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.now


def twice(
    server: Server,
    home: Path,
    day: int,
    *,
    later: timedelta,
    between: tuple[Answer, ...] = (),
    **changes: Any,
) -> list[MarketData]:
    """One day asked for now and later, by one service; the source may have changed in between."""
    clock = Clock()
    plugin = Plugin(served_market(server.url, load_feed(refresh_every=timedelta(minutes=5))))
    span = (utc(f"2024-07-{day:02}T04:00"), utc(f"2024-07-{day:02}T04:00") + timedelta(days=1))

    async def go() -> list[MarketData]:
        async with UnifiedMarketService(registry(plugin), settings(home, **changes), now=clock) as opened:
            first = await opened.get_market_data(*LOAD, *span)
            clock.now += later
            if between:
                server.on(f"/load/2024-07-{day:02}.csv", *between)
            return [first, await opened.get_market_data(*LOAD, *span)]

    return run(go())


def test_final_day_stays_in_memory(server: Server, tmp_path: Path) -> None:
    """A day that has settled is not fetched again for a day."""
    first, second = twice(server, tmp_path, 1, later=timedelta(hours=23))
    assert (first.provenance[0].kept_in, second.provenance[0].kept_in) == ("source", "memory")
    assert second.frame.equals(first.frame)
    assert len(server.asked) == 1


def test_settled_day_is_asked_for_again_after_long(server: Server, tmp_path: Path) -> None:
    """It is what it was: the same version, and nothing to say."""
    first, second = twice(server, tmp_path, 1, later=timedelta(days=300))
    assert len(server.asked) == 2
    assert second.frame.equals(first.frame)
    assert (second.provenance[0].final, second.provenance[0].version, second.findings) == (True, 1, ())


def test_change_of_what_had_settled_is_a_new_version_and_a_finding(server: Server, tmp_path: Path) -> None:
    """One hour of the day was corrected after three weeks."""
    corrected = Answer(body=load_csv("2024-07-01").replace(b"1105.5", b"999.0"))
    _, second = twice(server, tmp_path, 1, later=timedelta(days=21), between=(corrected,))
    assert 999.0 in second.frame["load"]
    assert (second.provenance[0].final, second.provenance[0].version) == (True, 2)
    (finding,) = second.findings
    assert (finding.kind, finding.rows) == (FindingKind.REVISED, 1)
    assert finding.spans == ((utc("2024-07-01T09:00"), utc("2024-07-01T10:00")),)


def test_day_that_its_server_calls_unchanged_is_not_sent_again(server: Server, tmp_path: Path) -> None:
    """A conditional request is answered without a body, and the day is as new as that."""
    server.on("/load/2024-07-05.csv", Answer(body=load_csv("2024-07-05"), headers={"ETag": '"v1"'}))
    same = Answer(status=304, headers={"ETag": '"v1"'})
    first, second = twice(server, tmp_path, 5, later=timedelta(days=4), between=(same,))
    assert server.asked[1].headers["if-none-match"] == '"v1"'
    assert second.frame.equals(first.frame)
    assert (first.provenance[0].final, second.provenance[0].final) == (False, True)
    assert second.provenance[0].fetched_at == NOW + timedelta(days=4)


def test_running_day_that_grew_a_hole_is_no_loss(server: Server, tmp_path: Path) -> None:
    """At noon its hours were whole; later two of them are late and others have come: the new ones answer."""
    early = load_csv("2024-07-10", hours=range(7))
    late = load_csv("2024-07-10", hours=[*range(9), 11])
    server.on("/load/2024-07-10.csv", early)
    later = timedelta(hours=5)
    first, second = twice(server, tmp_path, 10, later=later, between=(Answer(body=late),))
    assert (len(first), len(second), second.stale) == (7, 10, False)
    assert FindingKind.GAP in [each.kind for each in second.findings]


def test_source_that_cannot_say_whether_it_changed_is_asked_as_any_other(
    server: Server, tmp_path: Path
) -> None:
    """It fails, so that what it said before answers, and is marked."""
    first, second = twice(server, tmp_path, 1, later=timedelta(days=4), between=(Answer(status=500),))
    assert second.frame.equals(first.frame)
    assert second.stale


def test_settled_day_with_a_hole_in_it_is_no_successor(server: Server, tmp_path: Path) -> None:
    """What was whole stays, and is marked: the source lost a part of it."""
    holed = Answer(body=load_csv("2024-07-01", hours=range(20)))
    first, second = twice(server, tmp_path, 1, later=timedelta(days=21), between=(holed,))
    assert second.frame.equals(first.frame)
    assert second.stale


@pytest.mark.parametrize("days", [1, 2])
def test_what_a_caller_does_to_its_frame_is_not_remembered(server: Server, tmp_path: Path, days: int) -> None:
    """A column that one takes out of its answer, in place, is there in the next."""
    plugin = Plugin(served_market(server.url))
    end = f"2024-07-0{1 + days}"

    async def go() -> list[MarketData]:
        async with UnifiedMarketService(registry(plugin), settings(tmp_path), now=Clock()) as opened:
            answers = []
            for _ in range(3):
                answers.append(await opened.get_market_data(*LOAD, "2024-07-01", end))
                assert answers[-1].frame.drop_in_place("load").sum() > 0
                answers[-1].frame.insert_column(0, answers[-1].frame["market"].alias("mine"))
            return answers

    answers = run(go())
    assert [each.frame.columns[0] for each in answers] == ["mine"] * 3
    assert len(server.asked) == days


@pytest.mark.parametrize(("minutes", "requests"), [(4, 1), (5, 2)])
def test_recent_day_is_fetched_again_after_its_cadence(
    server: Server, tmp_path: Path, minutes: int, requests: int
) -> None:
    """A day that may still change is kept for its feed's cadence."""
    first, _ = twice(server, tmp_path, 5, later=timedelta(minutes=minutes))
    assert not first.provenance[0].final
    assert len(server.asked) == requests


def test_failing_source_is_answered_from_memory_and_marked_stale(server: Server, tmp_path: Path) -> None:
    """What it said before is better than nothing, and never passes for fresh."""
    _, second = twice(server, tmp_path, 5, later=timedelta(hours=1), between=(Answer(status=500),))
    assert second.stale
    assert (second.provenance[0].kept_in, second.provenance[0].fetched_at) == ("memory", NOW)
    (finding,) = second.findings
    assert finding.kind is FindingKind.STALE
    assert "2024-07-10 12:00:00Z" in finding.message


def test_memory_has_a_budget(server: Server, tmp_path: Path) -> None:
    """Without room nothing is kept, and the answer is the same."""
    first, second = twice(server, tmp_path, 1, later=timedelta(), memory_bytes=100)
    assert second.frame.equals(first.frame)
    assert len(server.asked) == 2


def with_store(
    server: Server, home: Path, store: Store, *, at: datetime = NOW, seen: list[Event] | None = None
) -> MarketData:
    """The first day of July, by a new service over a store."""
    plugin = Plugin(served_market(server.url, load_feed(refresh_every=timedelta(minutes=5))))

    async def go() -> MarketData:
        async with UnifiedMarketService(
            registry(plugin),
            settings(home),
            store=store,
            now=lambda: at,
            observe=None if seen is None else seen.append,
        ) as opened:
            return await opened.get_market_data(*LOAD, "2024-07-01", "2024-07-02")

    return run(go())


def test_a_store_outlives_the_service(server: Server, tmp_path: Path) -> None:
    """What one service fetched the next one takes out of the store, without a request; its provenance says so."""
    store, seen = Memory(1 << 24), list[Event]()
    first = with_store(server, tmp_path, store)
    second = with_store(server, tmp_path, store, seen=seen)
    assert len(server.asked) == 1
    assert second.frame.equals(first.frame)
    assert [each.kept_in for each in first.provenance] == ["source"]
    assert [each.kept_in for each in second.provenance] == ["memory"]
    hits = [event.subject for event in seen if event.kind is EventKind.STORE_HIT]
    assert hits == ["testiso/hourly_load/2024-07-01"]


def test_what_is_old_in_a_store_is_asked_for_again(server: Server, tmp_path: Path) -> None:
    """A final day whose corrections are looked for again after a day is asked for with what the store has of it."""
    store = Memory(1 << 24)
    with_store(server, tmp_path, store)
    server.on("/load/2024-07-01.csv", load_csv("2024-07-01").replace(b"1100.5", b"900.0"))
    later = NOW + timedelta(days=40)
    found = with_store(server, tmp_path, store, at=later)
    assert len(server.asked) == 2
    assert (found.frame["load"][0], found.provenance[0].version) == (900.0, 2)
    (kept,) = run(store.coverage("testiso", "hourly_load"))
    assert kept.fetched_at == later


def test_a_failing_source_leaves_what_the_store_has(server: Server, tmp_path: Path) -> None:
    """It is answered, marked stale, as from memory."""
    store = Memory(1 << 24)
    with_store(server, tmp_path, store)
    server.on("/load/2024-07-01.csv", Answer(status=500))
    found = with_store(server, tmp_path, store, at=NOW + timedelta(days=40))
    assert found.provenance[0].stale
    assert found.frame.height > 0


class Counting(Lake):
    """A lake that counts its puts."""

    puts = 0

    async def put(self, data: ChunkData) -> None:
        """Count one more."""
        self.puts += 1
        await super().put(data)


def test_unchanged_data_is_put_once_an_hour(server: Server, tmp_path: Path) -> None:
    """A day that is asked for every ten minutes and does not change is written twice in an hour and a half; a change at once."""
    clock, lake = Clock(), Counting(tmp_path / "lake")
    plugin = Plugin(served_market(server.url, load_feed(refresh_every=timedelta(minutes=5))))

    async def go() -> list[int]:
        puts = []
        async with UnifiedMarketService(
            registry(plugin), settings(tmp_path), store=lake, now=clock
        ) as opened:
            for number in range(11):
                if number == 10:
                    server.on("/load/2024-07-05.csv", load_csv("2024-07-05").replace(b"1500.5", b"1.0"))
                await opened.get_market_data(*LOAD, "2024-07-05", "2024-07-06")
                puts.append(lake.puts)
                clock.now += timedelta(minutes=10)
        return puts

    assert run(go()) == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3]
    assert len(server.asked) == 11


def test_what_another_process_fetched_is_taken_from_the_lake(server: Server, tmp_path: Path) -> None:
    """A service whose own copy has aged finds the newer one in the lake, and does not ask the source."""
    clock, lake = Clock(), Lake(tmp_path / "lake")
    plugin = Plugin(served_market(server.url, load_feed(refresh_every=timedelta(minutes=5))))

    def opened() -> UnifiedMarketService:
        return UnifiedMarketService(registry(plugin), settings(tmp_path), store=lake, now=clock)

    async def go() -> MarketData:
        async with opened() as first:
            await first.get_market_data(*LOAD, "2024-07-05", "2024-07-06")
            clock.now += timedelta(minutes=6)
            server.on("/load/2024-07-05.csv", load_csv("2024-07-05").replace(b"1500.5", b"1.0"))
            async with opened() as second:
                await second.get_market_data(*LOAD, "2024-07-05", "2024-07-06")
            return await first.get_market_data(*LOAD, "2024-07-05", "2024-07-06")

    found = run(go())
    assert len(server.asked) == 2
    assert (found.frame["load"][0], found.provenance[0].kept_in) == (1.0, "lake")


def test_concurrent_calls_read_the_lake_once(server: Server, tmp_path: Path) -> None:
    """A hundred calls at once for one day: one read, no request, the same rows for all."""
    reads: list[int] = []

    class Watched(Lake):
        """A lake that counts how often rows are read."""

        async def get_all(self, chunks: Any, **how: Any) -> Any:
            """Count one more."""
            reads.append(len(chunks))
            return await super().get_all(chunks, **how)

    with_store(server, tmp_path, Lake(tmp_path / "lake"))
    plugin = Plugin(served_market(server.url, load_feed()))

    async def go() -> list[MarketData]:
        async with UnifiedMarketService(
            registry(plugin), settings(tmp_path), store=Watched(tmp_path / "lake"), now=lambda: NOW
        ) as opened:
            ask = functools.partial(opened.get_market_data, *LOAD, "2024-07-01", "2024-07-02")
            return await gather([ask] * 100)

    found = run(go())
    assert (reads, len(server.asked)) == ([1], 1)
    assert all(each.frame.equals(found[0].frame) for each in found)


def test_part_of_a_chunk_is_never_put(tmp_path: Path) -> None:
    """Its chunk would be covered without the other rows."""
    part = attrs.evolve(chunk_data(chunk_of(load_feed()), pl.DataFrame()), narrowed=True)
    with pytest.raises(ValueError, match="only some of its rows"):
        run(Lake(tmp_path).put(part))
