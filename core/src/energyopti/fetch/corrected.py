"""Which kept prices a market has corrected since they were fetched, as its reports of price corrections say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import polars as pl

from energyopti.datasets import LMP, PRICE_CORRECTIONS
from energyopti.store import ChunkData


def corrected(report: ChunkData, kept: Callable[[], Iterable[ChunkData]]) -> Iterator[ChunkData]:
    """The kept prices that were corrected after they were fetched, to be fetched again; none for any other dataset.

    A correction concerns the prices of its market, in its run, of its interval. One without a publish time or a run
    says nothing: it may be older than the prices.
    """
    if report.chunk.feed.dataset is not PRICE_CORRECTIONS or report.frame.is_empty():
        return
    dated = report.frame.filter(pl.col("publish_time").is_not_null() & pl.col("run").is_not_null())
    for data in kept():
        chunk = data.chunk
        if chunk.market.id != report.chunk.market.id or chunk.feed.dataset is not LMP:
            continue
        theirs = (pl.col("run") == str(chunk.feed.run)) & (
            pl.col("publish_time") > data.provenance.fetched_at
        )
        within = (pl.col("interval_start") < chunk.end) & (pl.col("interval_end") > chunk.start)
        if dated.select((theirs & within).any()).item():
            yield data.unsettled()
