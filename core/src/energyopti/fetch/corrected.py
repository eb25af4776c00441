"""Which kept prices a market has corrected since they were fetched, as its reports of price corrections say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import polars as pl

from energyopti.datasets import LMP, PRICE_CORRECTIONS
from energyopti.market import Feed, Market
from energyopti.query import Chunk, TimeRange, plan
from energyopti.store import ChunkData, Store


def corrected(report: ChunkData, kept: Callable[[], Iterable[ChunkData]]) -> Iterator[ChunkData]:
    """The kept prices that were corrected after they were fetched, to be fetched again; none for any other dataset.

    A correction concerns the prices of its market, in its run, of its interval. One without a publish time or a run
    says nothing: it may be older than the prices.
    """
    if report.chunk.feed.dataset is not PRICE_CORRECTIONS or report.frame.is_empty():
        return
    for data in kept():
        if data.chunk.market.id == report.chunk.market.id and _concerns(report.frame, data):
            yield data.unsettled()


def _concerns(reports: pl.DataFrame, data: ChunkData) -> bool:
    """Whether reports say that prices were corrected after they were fetched."""
    chunk = data.chunk
    if chunk.feed.dataset is not LMP:
        return False
    dated = pl.col("publish_time").is_not_null() & pl.col("run").is_not_null()
    theirs = (pl.col("run") == str(chunk.feed.run)) & (pl.col("publish_time") > data.provenance.fetched_at)
    within = (pl.col("interval_start") < chunk.end) & (pl.col("interval_end") > chunk.start)
    return bool(reports.select((dated & theirs & within).any()).item())


class StoredReports:
    """The reports of price corrections that a store has, by market; read again when one of them is new."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[str, tuple[datetime, pl.DataFrame]] = {}

    async def held_against(self, found: Mapping[Chunk, ChunkData]) -> dict[Chunk, ChunkData]:
        """The same data of one feed; prices that a report says were corrected since are to be fetched again."""
        chunk = next(iter(found), None)
        if chunk is None or chunk.feed.dataset is not LMP:
            return dict(found)
        feeds = [feed for feed in chunk.market.feeds if feed.dataset is PRICE_CORRECTIONS]
        known = [
            reports for feed in feeds if (reports := await self._reports(chunk.market, feed)) is not None
        ]
        return {
            chunk: data.unsettled() if any(_concerns(each, data) for each in known) else data
            for chunk, data in found.items()
        }

    async def _reports(self, market: Market, feed: Feed) -> pl.DataFrame | None:
        covered = await self._store.coverage(market.id, feed.name)
        if not covered:
            return None
        newest = max(each.fetched_at for each in covered)
        kept = self._read.get(market.id)
        if kept is None or kept[0] != newest:
            span = TimeRange(min(each.time.start for each in covered), max(each.time.end for each in covered))
            found = await self._store.get_all(plan(market, feed, span, now=newest))
            kept = newest, pl.concat([each.frame for each in found.values()])
            self._read[market.id] = kept
        return kept[1]
