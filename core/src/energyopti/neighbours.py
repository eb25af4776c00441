"""Rows compared with the rows next to them: the order of columns, and where they change.

Comparing a column with itself, shifted by some rows, is one pass in place; an expression costs a tenth of a millisecond
before it looks at the first row. Most payloads are small, and most are in order already.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence
from datetime import datetime

import polars as pl


def same(one: pl.Series, other: pl.Series) -> bool:
    """Whether two columns are equal, row by row; null equals null."""
    if one.null_count() or other.null_count():
        return bool(one.eq_missing(other).all())
    return bool((one == other).all())


def repeats_after(column: pl.Series, rows: int) -> bool:
    """Whether a column repeats with a period of ``rows``, all the way through."""
    return same(column.slice(rows), column.slice(0, max(0, len(column) - rows)))


def run_starts(columns: Sequence[pl.Series]) -> pl.Series:
    """The rows at which any of the columns changes, including the first row; null equals null."""
    height = len(columns[0])
    if not height:
        return pl.Series([], dtype=pl.UInt32)
    changes = functools.reduce(operator.or_, (_changes(column) for column in columns))
    first = pl.Series([0], dtype=pl.UInt32)
    return first.append((changes.arg_true() + 1).cast(pl.UInt32)) if changes.any() else first


def any_repeats(columns: Iterable[pl.Series]) -> bool:
    """Whether any row equals the one above it in all columns; put the columns that vary most first."""
    changes: pl.Series | None = None
    for column in columns:
        changes = _changes(column) if changes is None else changes | _changes(column)
        if changes.all():
            return False
    return changes is not None


def _changes(column: pl.Series) -> pl.Series:
    """Which rows, from the second on, differ from the one above."""
    above, below = _pairs(column)
    return above.ne_missing(below) if column.null_count() else above != below


def _pairs(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    return column.slice(0, max(0, len(column) - 1)), column.slice(1)


def rises(column: pl.Series) -> bool:
    """Whether every value is greater than the one before; False if any is null."""
    above, below = _pairs(column)
    return not column.null_count() and bool((above < below).all())


def in_order(columns: Sequence[pl.Series]) -> bool:
    """Whether rows are sorted by the columns, the first before the second and so on.

    False means nothing if a column has nulls.
    """
    tied: pl.Series | None = None
    for column in columns:
        if column.null_count():
            return False
        above, below = _pairs(column)
        falls, level = above > below, above == below
        if (falls if tied is None else falls & tied).any():
            return False
        tied = level if tied is None else level & tied
        if not tied.any():
            return True
    return True


def stretches(frame: pl.DataFrame) -> tuple[tuple[datetime, datetime], ...]:
    """The time that the rows' intervals cover, in order; intervals that touch or overlap merge."""
    start, end = pl.col("interval_start"), pl.col("interval_end")
    times = frame.select(start, end).unique().sort("interval_start", "interval_end")
    begins = (start > end.cum_max().shift(1)).fill_null(value=True)
    spans = times.group_by(begins.cum_sum().alias("number"), maintain_order=True).agg(start.min(), end.max())
    return tuple(spans.select("interval_start", "interval_end").iter_rows())


def extent(frame: pl.DataFrame) -> tuple[datetime, datetime]:
    """The time from the first start to the last end of the rows' intervals; needs at least one row."""
    first, last = frame["interval_start"].min(), frame["interval_end"].max()
    assert isinstance(first, datetime)  # noqa: S101 - for the type checker: there are rows
    assert isinstance(last, datetime)  # noqa: S101 - the same
    return first, last
