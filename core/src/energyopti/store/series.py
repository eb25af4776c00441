"""How many series the chunks of a feed have: a truncated document has far fewer than its neighbors."""

from __future__ import annotations

import statistics
from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import datetime

from energyopti.findings import Finding, FindingKind
from energyopti.query import Chunk
from energyopti.store.chunkdata import ChunkData
from energyopti.tuning.chunks import COUNTED_CHUNKS, FAR_FEWER_SERIES, NEAR_CHUNKS


class SeriesCounts:
    """The number of series in each chunk seen so far, by feed; only for feeds without a closed list of locations."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], dict[datetime, float]] = {}
        self._starts: dict[tuple[str, str], list[datetime]] = {}

    def add(self, data: ChunkData) -> None:
        """Remember a chunk's data."""
        if not _is_counted(data):
            return
        of, start = _feed(data.chunk), data.chunk.start
        counts, starts = self._counts.setdefault(of, {}), self._starts.setdefault(of, [])
        if start not in counts:
            insort(starts, start)
        counts[start] = data.series
        if len(starts) > COUNTED_CHUNKS:
            del counts[starts.pop(0)]

    def findings(self, arrived: Iterable[ChunkData]) -> tuple[Finding, ...]:
        """A finding for each chunk that has far fewer series than the known chunks near it."""
        return tuple(found for data in arrived if (found := self._finding(data)) is not None)

    def _finding(self, data: ChunkData) -> Finding | None:
        if not _is_counted(data):
            return None
        starts, counts = self._starts.get(_feed(data.chunk), []), self._counts.get(_feed(data.chunk), {})
        at = bisect_left(starts, data.chunk.start)
        near = [
            start
            for start in starts[max(0, at - NEAR_CHUNKS) : at + NEAR_CHUNKS + 1]
            if start != data.chunk.start
        ]
        if not near:
            return None
        usual = statistics.median(counts[start] for start in near)
        if data.series >= usual * FAR_FEWER_SERIES:
            return None
        return Finding(
            kind=FindingKind.FEWER_SERIES,
            message=f"it has {data.series:g} rows per interval, but chunks near it have {usual:g}: "
            "some locations may be missing",
            rows=data.frame.height,
            chunk=data.chunk.key,
        )


def _feed(chunk: Chunk) -> tuple[str, str]:
    return chunk.market.id, chunk.feed.name


def _is_counted(data: ChunkData) -> bool:
    """Whether the chunk can be compared: its series should be about constant, no list names them, and it is over."""
    chunk, feed = data.chunk, data.chunk.feed
    open_list = feed.has_grid and feed.locations.closed is None and not feed.dataset.forecast
    daily = (
        feed.publication.due is not None and feed.publication.due.at is not None
    )  # its days are published whole
    over = daily or data.provenance.fetched_at >= chunk.end
    return over and open_list and not chunk.places and not chunk.revisions
