"""Chunks in memory: a budget of bytes, the least recently used goes first, and what is fresh."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collecting_builders import NOW, chunk_data, chunk_of, load_feed
from energyopti.store import ChunkData, Memory

FEED = load_feed(cadence=timedelta(minutes=5))


def data(day: int, rows: int = 10) -> ChunkData:
    """The data of a day of July 2024, so many rows long."""
    return chunk_data(chunk_of(FEED, f"2024-07-{day:02}"), pl.DataFrame({"load": [1.0] * rows}))


def key(day: int) -> str:
    """The key of a day."""
    return f"testiso/hourly_load/2024-07-{day:02}"


ONE = data(1).bytes


def test_kept_chunk_is_found_by_its_key() -> None:
    """The very rows that were put, and where they were kept."""
    memory, kept = Memory(10 * ONE), data(1)
    memory.put(kept)
    found = memory.get("testiso/hourly_load/2024-07-01")
    assert found is not None
    assert found.frame is kept.frame
    assert (found.provenance.kept_in, found.provenance.fetched_at) == ("memory", kept.provenance.fetched_at)
    assert memory.get("testiso/hourly_load/2024-07-02") is None


def test_data_counts_frame_and_raw_columns() -> None:
    """Ten floats, ten raw line numbers and ten origins are at least 200 bytes."""
    assert ONE >= 10 * (8 + 8 + 4)


def test_least_recently_used_goes_first() -> None:
    """Asking for a chunk keeps it: room is made by dropping the one that nobody asked for."""
    memory = Memory(2 * ONE)
    memory.put(data(1))
    memory.put(data(2))
    memory.get(key(1))
    memory.put(data(3))
    assert memory.get(key(2)) is None
    assert memory.get(key(1)) is not None
    assert memory.get(key(3)) is not None


def test_new_data_takes_the_place_of_the_old() -> None:
    """A chunk fetched again is held once."""
    memory = Memory(10 * ONE)
    memory.put(data(1))
    newer = data(1, rows=5)
    memory.put(newer)
    found = memory.get(key(1))
    assert found is not None
    assert found.frame is newer.frame
    assert (len(memory), memory.held) == (1, newer.bytes)


def test_chunk_larger_than_the_budget_is_not_kept() -> None:
    """It takes nothing else out, and its own older data goes: that is no longer true."""
    memory = Memory(2 * ONE)
    memory.put(data(1))
    memory.put(data(2))
    memory.put(data(1, rows=1000))
    assert memory.get(key(1)) is None
    assert memory.get(key(2)) is not None


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
            memory.put(put_now)
            sizes[day] = put_now.bytes
        else:
            memory.get(key(day))
    there = [day for day in range(1, 7) if memory.get(key(day)) is not None]
    assert memory.held == sum(sizes[day] for day in there)
    assert memory.held <= budget * ONE
    assert len(memory) == len(there)


@pytest.mark.parametrize(
    ("age", "fresh"), [(timedelta(minutes=4, seconds=59), True), (timedelta(minutes=5), False)]
)
def test_recent_chunk_is_fresh_for_its_cadence(age: timedelta, fresh: bool) -> None:
    """Data that may still change is asked for again after the feed's cadence."""
    assert data(1).fresh(NOW + age) is fresh


def test_final_chunk_stays_fresh() -> None:
    """What the source will not change any more is never asked for again."""
    final = chunk_data(chunk_of(FEED), pl.DataFrame(), final=True)
    assert final.fresh(NOW + timedelta(days=3650))


def test_data_says_which_store_it_came_out_of() -> None:
    """The rows are the same; only the provenance of this answer differs."""
    kept = data(1)
    taken = kept.out_of("memory", stale=True)
    assert taken.frame is kept.frame
    assert (taken.provenance.kept_in, taken.provenance.stale) == ("memory", True)
    assert (kept.provenance.kept_in, kept.provenance.stale) == ("source", False)
