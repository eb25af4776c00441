"""Adjacent rows with equal words treated as one run: a result for each run is spread over its rows.

Payloads are mostly sorted by time, so that many adjacent rows share one stamp, and each stamp has the same series
in the same order: work is done once per run, or once per block of series.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import polars as pl

from energyopti.neighbours import repeats_after, run_starts


@attrs.frozen(eq=False)
class RunLengths:
    """Runs of adjacent rows with equal stamps.

    ``first`` gives each run's first row, of ``height`` rows in total. ``block`` is the number of rows in every run if
    all runs hold the same locations in the same order, else None.
    """

    first: pl.Series
    height: int
    block: int | None

    @classmethod
    def find(cls, columns: Sequence[pl.Series], series_columns: Sequence[pl.Series]) -> RunLengths:
        """The runs of equal values in ``columns``, for rows that ``series_columns`` distinguishes."""
        first, height = run_starts(columns), len(columns[0])
        return cls(first=first, height=height, block=_block_length(first, height, series_columns))

    @cached_property
    def period(self) -> int | None:
        """After how many rows the same locations may come again: the length of a whole run, if there is one."""
        if len(self.first) < 2:
            return None
        lasts = (self.first[1:] - self.first[:-1]).max()
        return lasts if isinstance(lasts, int) else None

    @cached_property
    def of(self) -> pl.Series:
        """Each row's run."""
        if self.block is not None:
            return pl.int_range(0, self.height, dtype=pl.UInt32, eager=True) // self.block
        begins = pl.Series([0], dtype=pl.UInt32).new_from_index(0, self.height).scatter(self.first, 1)
        return begins.cum_sum() - 1

    def spread(self, values: pl.Series) -> pl.Series:
        """One value per run, or already per row, as one value per row."""
        return values if len(values) == self.height else values[self.of]

    def repeat(self, values: pl.Series) -> pl.Series:
        """One value per row of a block, as one value per row."""
        rows = pl.int_range(0, self.height, dtype=pl.UInt32, eager=True)
        return values[rows % len(values)]


def _block_length(first: pl.Series, height: int, series_columns: Sequence[pl.Series]) -> int | None:
    """The length of every run, if all hold the same locations in the same order."""
    count = len(first)
    if count == 0 or height % count:
        return None
    length = height // count
    if not (first == pl.int_range(0, height, length, dtype=pl.UInt32, eager=True)).all():
        return None
    return length if all(repeats_after(column, length) for column in series_columns) else None
