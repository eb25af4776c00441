"""What a destination does, whatever kind it is."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from datetime import datetime

import attrs
import polars as pl

from energyopti.errors import OutputError
from energyopti.query import ResolvedQuery
from energyopti.schema import Dataset

Starts = Mapping[str, datetime]
"""From when on each watch of a destination has to ask again after a restart, by the watch's name."""


class Unreachable(OutputError):
    """The destination does not answer at the moment: the same write may succeed later."""


@attrs.frozen
class Wanted:
    """Which rows to read back: those of a feed whose interval ended, or that were published, after an instant; all without one."""

    dataset: Dataset
    market: str
    feed: str
    after: datetime | None = None

    def filter(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Those of some rows."""
        rows = rows.filter(pl.col("market") == self.market, pl.col("feed") == self.feed)
        if self.after is None:
            return rows
        times = [name for name in ("interval_end", "publish_time") if name in self.dataset.column_names]
        return rows.filter(pl.any_horizontal(pl.col(name) > self.after for name in times))


class Sink(abc.ABC):
    """A destination. Its methods block, and are called one at a time.

    All raise `OutputError` for what only the user can mend, and `Unreachable` for what time may.
    """

    @abc.abstractmethod
    def open(self, query: ResolvedQuery) -> None:
        """Make ready for a feed's rows, mending what an earlier process left half written."""

    @abc.abstractmethod
    def starts(self) -> dict[str, datetime]:
        """The starts that were kept, by the names of their watches."""

    @abc.abstractmethod
    def rows(self, wanted: Wanted) -> pl.DataFrame:
        """The rows that it has, in the dataset's columns, in the order in which they were written."""

    @abc.abstractmethod
    def write(self, dataset: Dataset, rows: pl.DataFrame, starts: Starts) -> None:
        """Write rows and keep the starts: both are there afterwards, or a restart finds that they are not."""

    @abc.abstractmethod
    def close(self) -> None:
        """Let go of it; may be called more than once."""

    def forget(self, wanted: Wanted) -> None:  # noqa: B027 - few have something to drop
        """The feed's other rows are never asked for again; a destination that is only a memory of them may drop them."""

    async def flush(self) -> str:
        """Pass on what is still waiting; says what keeps it waiting, or nothing."""
        return ""

    async def aclose(self) -> None:  # noqa: B027 - few have connections to others
        """Close connections to others."""
