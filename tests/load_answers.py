"""Answers about load in July 2024, made of the outcomes of chunks without a network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from builders import market, utc
from collecting_builders import NOW, chunk_data, chunk_of, load_feed
from energyopti.answer.answering import answer
from energyopti.answer.result import MarketData
from energyopti.errors import EnergyOptiError
from energyopti.fetch.outcome import Outcome
from energyopti.frames import unify
from energyopti.market import Feed
from energyopti.query import ResolvedQuery, TimeRange
from energyopti.store import ChunkData

HOUR = timedelta(hours=1)
FEED = load_feed()


def data(day: int, *, areas: Sequence[str] = ("NORTH", "SOUTH"), **provenance: Any) -> ChunkData:
    """A whole day of July 2024; raw rows are numbered in the order of the frame."""
    return hours_of(day, range(24), areas=areas, **provenance)


def hours_of(day: int, hours: Sequence[int], *, areas: Sequence[str], **provenance: Any) -> ChunkData:
    """Some hours of a day."""
    chunk = chunk_of(FEED, f"2024-07-{day:02}")
    rows = [
        {
            "interval_start": chunk.start + hour * HOUR,
            "interval_end": chunk.start + (hour + 1) * HOUR,
            "location": area,
            "load": 1000.0 + day * 100 + hour,
        }
        for hour in hours
        for area in areas
    ]
    return chunk_data(chunk, unify(pl.DataFrame(rows), FEED, "testiso"), **provenance)


def came(what: ChunkData) -> Outcome:
    """A chunk that arrived."""
    return Outcome(chunk=what.chunk, data=what)


def failed(day: int, error: EnergyOptiError) -> Outcome:
    """A chunk that did not."""
    return Outcome(chunk=chunk_of(FEED, f"2024-07-{day:02}"), error=error)


def query(start: str = "2024-07-01T04:00", end: str = "2024-07-03T04:00", **changes: Any) -> ResolvedQuery:
    """A question for two days of load."""
    whose: Feed = changes.pop("feed", FEED)
    return ResolvedQuery(market=market(), feed=whose, time=TimeRange(utc(start), utc(end)), **changes)


def answered(asked: ResolvedQuery, *outcomes: Outcome, now: datetime = NOW) -> MarketData:
    """The answer to a query."""
    return answer(asked, outcomes, now=now)
