"""Chunks in memory: a budget of bytes, the least recently used goes first, and what is fresh."""

from __future__ import annotations

from datetime import timedelta

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from collecting_builders import NOW, chunk_data, chunk_of, load_feed
from energyopti.findings import Finding, FindingKind
from energyopti.query import Chunk, TimeRange
from energyopti.store import ChunkData, Memory, Store
from store_laws import StoreLaws

FEED = load_feed(refresh_every=timedelta(minutes=5))
HOUR = timedelta(hours=1)


def data(day: int, rows: int = 10) -> ChunkData:
    """The data of a day of July 2024, so many rows long."""
    return chunk_data(july(day), pl.DataFrame({"load": [1.0] * rows}))


def july(day: int) -> Chunk:
    """A day of July 2024."""
    return chunk_of(FEED, f"2024-07-{day:02}")


ONE = data(1).bytes


class TestMemoryAsAStore(StoreLaws):
    """With room for everything it keeps the newest version of each chunk."""

    keeps_versions = False
    divides = False

    def store(self) -> Store:
        """An empty one."""
        return Memory(1 << 30)


def test_kept_chunk_is_found_by_its_key() -> None:
    """The very rows that were put, and where they were kept."""
    memory, kept = Memory(10 * ONE), data(1)
    memory.keep(kept)
    found = memory.find(july(1))
    assert found is not None
    assert found.frame is kept.frame
    assert (found.provenance.kept_in, found.provenance.fetched_at) == ("memory", kept.provenance.fetched_at)
    assert memory.find(july(2)) is None


def test_data_counts_frame_and_raw_columns() -> None:
    """Ten floats, ten raw line numbers and ten origins are at least 200 bytes."""
    assert ONE >= 10 * (8 + 8 + 4)


def test_least_recently_used_goes_first() -> None:
    """Asking for a chunk keeps it: room is made by dropping the one that nobody asked for."""
    memory = Memory(2 * ONE)
    memory.keep(data(1))
    memory.keep(data(2))
    memory.find(july(1))
    memory.keep(data(3))
    assert memory.find(july(2)) is None
    assert memory.find(july(1)) is not None
    assert memory.find(july(3)) is not None


def test_new_data_takes_the_place_of_the_old() -> None:
    """A chunk fetched again is held once."""
    memory = Memory(10 * ONE)
    memory.keep(data(1))
    newer = data(1, rows=5)
    memory.keep(newer)
    found = memory.find(july(1))
    assert found is not None
    assert found.frame is newer.frame
    assert (len(memory), memory.held) == (1, newer.bytes)


def test_chunk_larger_than_the_budget_is_not_kept() -> None:
    """It takes nothing else out, and its own older data goes: that is no longer true."""
    memory = Memory(2 * ONE)
    memory.keep(data(1))
    memory.keep(data(2))
    memory.keep(data(1, rows=1000))
    assert memory.find(july(1)) is None
    assert memory.find(july(2)) is not None


@settings(max_examples=80, deadline=None)
@given(
    steps=st.lists(st.tuples(st.booleans(), st.integers(1, 6), st.integers(1, 60)), max_size=30),
    budget=st.integers(0, 8),
)
def test_budget_is_never_passed(steps: list[tuple[bool, int, int]], budget: int) -> None:
    """Whatever is put and asked for, what is held is the sum of what is there, within the budget."""
    memory, sizes = Memory(budget * ONE), {}
    for put, day, rows in steps:
        if put:
            put_now = data(day, rows)
            memory.keep(put_now)
            sizes[day] = put_now.bytes
        else:
            memory.find(july(day))
    there = [day for day in range(1, 7) if memory.find(july(day)) is not None]
    assert memory.held == sum(sizes[day] for day in there)
    assert memory.held <= budget * ONE
    assert len(memory) == len(there)


@pytest.mark.parametrize(
    ("age", "fresh"), [(timedelta(minutes=4, seconds=59), True), (timedelta(minutes=5), False)]
)
def test_recent_chunk_is_fresh_for_its_cadence(age: timedelta, fresh: bool) -> None:
    """Data that may still change is asked for again after the feed's cadence."""
    assert data(1).unsettled().fresh(NOW + age) is fresh


@pytest.mark.parametrize(
    ("ended", "believed"), [(8, 1), (34, 1), (35, 7), (119, 7), (120, 30), (3650, 30)], ids=str
)
def test_final_chunk_is_believed_the_longer_the_older_it_is(ended: int, believed: int) -> None:
    """Daily to 35 days after its end, weekly to 120, then monthly: corrections grow rare, and never end."""
    end = chunk_of(FEED).end
    fetched = end + timedelta(days=ended - believed)
    final = chunk_data(chunk_of(FEED), pl.DataFrame(), final=True, fetched_at=fetched)
    now = end + timedelta(days=ended)
    assert not final.fresh(now)
    assert final.fresh(now - timedelta(seconds=1)) is (ended not in {35, 120})


def test_days_of_a_longer_chunk_settle_one_by_one() -> None:
    """Of a month that is running the first days are final, and those of the last week are not."""
    month = attrs.evolve(chunk_of(FEED), end=utc("2024-08-01T04:00"))
    kept = chunk_data(month, pl.DataFrame())
    first, second = TimeRange(month.start, utc("2024-07-03T04:00")), utc("2024-07-04T04:00")
    assert kept.is_final(first)
    assert not kept.is_final(TimeRange(month.start, second))
    later = NOW + timedelta(minutes=6)
    assert [kept.fresh(later, span=each) for each in (first, month.time)] == [True, False]


@pytest.mark.parametrize(
    ("hours", "final"), [((40, 41), False), ((10, 12), False), ((24, 25), True), ((-1, 0), True)]
)
def test_rows_of_other_times_keep_a_day_from_being_final(hours: tuple[int, int], final: bool) -> None:
    """A document of more days than its own may be the wrong one; the readings beside a day are not."""
    chunk = chunk_of(FEED)
    span = (chunk.start + hours[0] * HOUR, chunk.start + hours[1] * HOUR)
    kind = FindingKind.GAP if span[0] > chunk.start and span[1] < chunk.end else FindingKind.OUTSIDE_CHUNK
    strays = Finding(kind=kind, message="2 rows", rows=2, accounts=True, spans=(span,))
    kept = attrs.evolve(chunk_data(chunk, pl.DataFrame()), findings=(strays,))
    assert kept.is_final(chunk.time) is final


def test_data_says_which_store_it_came_out_of() -> None:
    """The rows are the same; only the provenance of this answer differs."""
    kept = data(1)
    taken = kept.out_of("memory", stale=True)
    assert taken.frame is kept.frame
    assert (taken.provenance.kept_in, taken.provenance.stale) == ("memory", True)
    assert (kept.provenance.kept_in, kept.provenance.stale) == ("source", False)
