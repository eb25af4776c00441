"""A series of prices as one line of text."""

from __future__ import annotations

import polars as pl

BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(prices: pl.Series, width: int) -> str:
    """Prices in order as at most ``width`` blocks, from the lowest block to the highest.

    If there are more prices than room, each block is the mean of an equal number in a row (give or take one); it is
    blank if one of them is missing.
    """
    shown = min(width, prices.len())
    if not shown:
        return ""
    means = (
        prices.to_frame("price")
        .group_by(pl.int_range(pl.len()) * shown // prices.len(), maintain_order=True)
        .agg(pl.when(pl.col("price").null_count() == 0).then(pl.col("price").mean()).alias("mean"))
    )
    mean, top = pl.col("mean"), len(BLOCKS) - 1
    reach = mean.max() - mean.min()
    level = pl.when(reach > 0).then((mean - mean.min()) / reach * top).otherwise(pl.lit(top // 2))
    number = pl.when(mean.is_not_null()).then(level.round().cast(pl.UInt8))
    block = number.replace_strict(dict(enumerate(BLOCKS)), return_dtype=pl.String).fill_null(" ")
    return str(means.select(block.str.join("")).item())
