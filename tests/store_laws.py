"""What every store has to do, whatever it keeps chunks in: each store's tests inherit these."""

from __future__ import annotations

import abc
import functools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

import anyio
import attrs
import polars as pl
from polars.testing import assert_frame_equal

from builders import utc
from collecting_builders import chunk_data, chunk_of, load_feed
from energyopti.concurrency.gather import gather
from energyopti.frames import frame_schema
from energyopti.market import Feed
from energyopti.query import Chunk
from energyopti.query.places import Place
from energyopti.store import ChunkData, Store

FIRST, SECOND = utc("2024-07-03T12:00"), utc("2024-07-20T12:00")
MOMENT = timedelta(microseconds=1)


def day_of(day: int, *, feed: Feed | None = None, **changes: Any) -> Chunk:
    """A day of July 2024."""
    return attrs.evolve(chunk_of(feed or load_feed(), f"2024-07-{day:02}"), **changes)


def data_of(
    chunk: Chunk, load: float = 1.0, *, fetched_at: datetime = FIRST, final: bool = False
) -> ChunkData:
    """A chunk of one row."""
    row = {
        "market": chunk.market.id,
        "feed": chunk.feed.name,
        "interval_start": chunk.start,
        "interval_end": chunk.start + chunk.feed.step,
        "location": "NORTH",
        "load": load,
    }
    data = chunk_data(chunk, pl.DataFrame([row], schema=frame_schema(chunk.feed.dataset)))
    provenance = attrs.evolve(data.provenance, fetched_at=fetched_at, final=final)
    return attrs.evolve(data, provenance=provenance)


class StoreLaws(abc.ABC):
    """Tests of a store.

    ``keeps_versions`` says whether it still has what was put before, ``divides`` whether it answers for some locations
    out of a chunk of all of them.
    """

    keeps_versions: ClassVar[bool]
    divides: ClassVar[bool]

    @abc.abstractmethod
    def store(self) -> Store:
        """An empty store."""

    def with_store(self, use: Callable[[Store], Awaitable[None]]) -> None:
        """Use an empty store, and close it."""

        async def run() -> None:
            store = self.store()
            try:
                await use(store)
            finally:
                await store.aclose()

        anyio.run(run)

    def test_nothing_is_there_before_it_is_put(self) -> None:
        """An empty store has no chunk and covers nothing."""

        async def use(store: Store) -> None:
            assert await store.get(day_of(1)) is None
            assert await store.coverage("testiso", "hourly_load") == ()

        self.with_store(use)

    def test_what_is_put_is_given_whole(self) -> None:
        """Rows, the source's own columns, findings and provenance come back, and say where they were kept."""

        async def use(store: Store) -> None:
            data = data_of(day_of(1), 812.5)
            await store.put(data)
            found = await store.get(day_of(1))
            assert found is not None
            assert_frame_equal(found.frame, data.frame)
            rows, put = found.raw_rows.loaded(), data.raw_rows.loaded()
            assert_frame_equal(rows.raw, put.raw)
            assert rows.origin.to_list() == put.origin.to_list()
            assert len(rows.left_out) == len(put.left_out)
            assert (found.findings, found.due_to, found.settled_to) == (
                data.findings,
                data.due_to,
                data.settled_to,
            )
            assert found.provenance == attrs.evolve(data.provenance, kept_in=store.name)
            assert found.chunk.key == data.chunk.key

        self.with_store(use)

    def test_chunks_are_told_apart_by_all_that_they_are(self) -> None:
        """Another day, revisions, or another feed of the market: each is a chunk of its own."""
        others = [
            day_of(2),
            day_of(1, revisions=True),
            day_of(1, feed=load_feed(name="other_load")),
        ]

        async def use(store: Store) -> None:
            await store.put(data_of(day_of(1)))
            for other in others:
                assert await store.get(other) is None
            for number, other in enumerate(others):
                await store.put(data_of(other, float(number)))
            for number, other in enumerate(others):
                found = await store.get(other)
                assert found is not None
                assert found.frame["load"].item() == number

        self.with_store(use)

    def test_some_locations_are_not_all_of_them(self) -> None:
        """A chunk of one location is not taken for another's, nor for all; a store may find it in a chunk of all."""
        north, south, all_of_it = (
            day_of(1, places=(Place("NORTH"),)),
            day_of(1, places=(Place("SOUTH"),)),
            day_of(1),
        )

        async def use(store: Store) -> None:
            await store.put(data_of(north, 1.0))
            assert await store.get(all_of_it) is None
            assert await store.get(south) is None
            await store.put(data_of(all_of_it, 2.0, fetched_at=SECOND))
            found = await store.get(north)
            assert found is not None
            assert found.frame["load"].item() == (2.0 if self.divides else 1.0)
            assert found.chunk.key == north.key
            nothing = await store.get(south)
            assert (nothing is not None) is self.divides
            assert nothing is None or nothing.frame.is_empty()

        self.with_store(use)

    def test_several_are_given_at_once(self) -> None:
        """Those that it has; of named locations at least their rows."""

        async def use(store: Store) -> None:
            for day in (1, 2):
                await store.put(data_of(day_of(day), float(day)))
            chunks = [day_of(day) for day in (1, 2, 3)]
            for locations in ((), ("North",), ("SOUTH",)):
                found = await store.get_all(chunks, locations=locations)
                assert list(found) == chunks[:2]
                values = [data.frame["load"].to_list() for data in found.values()]
                if locations == ("SOUTH",) and found[chunks[0]].narrowed:
                    assert values == [[], []]
                else:
                    assert values == [[1.0], [2.0]]
                assert [data.series for data in found.values()] == [1.0, 1.0]

        self.with_store(use)

    def test_the_newest_version_is_given(self) -> None:
        """What is put later takes the place of what was put before, and is covered once."""

        async def use(store: Store) -> None:
            await store.put(data_of(day_of(1), 1.0))
            await store.put(data_of(day_of(1), 2.0, fetched_at=SECOND, final=True))
            found = await store.get(day_of(1))
            assert found is not None
            assert found.frame["load"].item() == 2.0
            (covered,) = await store.coverage("testiso", "hourly_load")
            assert (covered.fetched_at, covered.final) == (SECOND, True)

        self.with_store(use)

    def test_nothing_later_is_given_for_an_earlier_instant(self) -> None:
        """As of an instant there is what had been fetched by then, or nothing: never what came after."""

        async def use(store: Store) -> None:
            await store.put(data_of(day_of(1), 1.0))
            await store.put(data_of(day_of(1), 2.0, fetched_at=SECOND))
            assert await store.get(day_of(1), as_of=FIRST - MOMENT) is None
            late = await store.get(day_of(1), as_of=SECOND)
            assert late is not None
            assert late.frame["load"].item() == 2.0
            early = await store.get(day_of(1), as_of=SECOND - MOMENT)
            values = None if early is None else early.frame["load"].to_list()
            assert values == ([1.0] if self.keeps_versions else None)

        self.with_store(use)

    def test_coverage_is_of_one_feed_in_order(self) -> None:
        """Each stretch with its locations and when it was fetched, by time."""

        async def use(store: Store) -> None:
            narrow = day_of(2, places=(Place("SOUTH"),))
            for data in (data_of(day_of(3)), data_of(narrow), data_of(day_of(1), final=True)):
                await store.put(data)
            await store.put(data_of(day_of(5, feed=load_feed(name="other_load"))))
            covered = await store.coverage("testiso", "hourly_load")
            assert [(each.time, each.places, each.final) for each in covered] == [
                (day_of(1).time, (), True),
                (day_of(2).time, ("SOUTH",), False),
                (day_of(3).time, (), False),
            ]
            assert await store.coverage("elsewhere", "hourly_load") == ()

        self.with_store(use)

    def test_several_tasks_may_use_it_at_once(self) -> None:
        """Twenty writers and readers: each chunk is there once, with its own rows."""

        async def use(store: Store) -> None:
            async def write_and_read(day: int) -> None:
                await store.put(data_of(day_of(day), float(day)))
                found = await store.get(day_of(day))
                assert found is not None
                assert found.frame["load"].item() == day

            await gather([functools.partial(write_and_read, day) for day in range(1, 21)])
            covered = await store.coverage("testiso", "hourly_load")
            assert [each.time for each in covered] == [day_of(day).time for day in range(1, 21)]

        self.with_store(use)
