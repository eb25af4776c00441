"""Rows that a desk's analyses are made of, written down by a test: frames, and answers of a market made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import polars as pl

from builders import changed, feed, market, utc
from energyopti import Block, Run
from energyopti.analysis import DeskAnalysis
from energyopti.answer.result import Coverage, MarketData
from energyopti.datasets import DATASETS
from energyopti.market import Feed, Market
from energyopti.query import ResolvedQuery, TimeRange

Values = Sequence[float | None]
MIDNIGHT = "2024-07-01T04:00"
"""Of Monday 1 July 2024 in New York."""

MARKET = market(blocks=Block.traded("5x16", first=8, last=23))


def rows(
    values: Values, name: str = "lmp", *, first: str = MIDNIGHT, minutes: float = 60, **more: Any
) -> pl.DataFrame:
    """A frame of values in a column, one after the other from an instant on; ``more`` are other columns."""
    step = timedelta(minutes=minutes)
    starts = [utc(first) + number * step for number in range(len(values))]
    bounds = {"interval_start": starts, "interval_end": [start + step for start in starts]}
    times = {each: pl.Series(at, dtype=pl.Datetime("us", "UTC")) for each, at in bounds.items()}
    return pl.DataFrame({**times, name: pl.Series(values, dtype=pl.Float64)}).with_columns(
        **{
            each: pl.Series(value) if isinstance(value, list) else pl.lit(value)
            for each, value in more.items()
        }
    )


def feed_of(dataset: str, **changes: Any) -> Feed:
    """A feed of a dataset."""
    found = DATASETS[dataset]
    run = {"run": Run.DAY_AHEAD} if "run" in found.key else {}
    made = feed(dataset=found, step=timedelta(hours=1), **run)
    return changed(made, **changes) if changes else made


def answer(frame: pl.DataFrame, dataset: str, *, of: Market = MARKET, **changes: Any) -> MarketData:
    """An answer of a market with these rows."""
    start, end = frame["interval_start"].min(), frame["interval_end"].max()
    span = TimeRange(start, end)  # type: ignore[arg-type]
    query = ResolvedQuery(market=of, feed=feed_of(dataset, **changes), time=span)
    coverage = Coverage(start=span.start, end=span.end, parts=())
    return MarketData(queries=(query,), frame=frame, coverage=coverage)


def only(frame: pl.DataFrame) -> Mapping[str, Any]:
    """The one row of a table."""
    (row,) = frame.iter_rows(named=True)
    return row


def said(analysis: DeskAnalysis) -> list[str]:
    """What the findings say."""
    return [finding.line for finding in analysis.findings]
