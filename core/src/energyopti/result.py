"""What a query gives: one table, and everything there is to know about where it came from."""

from __future__ import annotations

import contextlib
import enum
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import polars as pl

from energyopti.findings import Finding
from energyopti.frames import records
from energyopti.layouts.reading import THING
from energyopti.query import Query
from energyopti.store import ChunkProvenance

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class CoverageStatus(enum.StrEnum):
    """What became of one part of what was asked."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    NOT_PUBLISHED = "not_published"
    NO_DATA = "no_data"
    FAILED = "failed"


@attrs.frozen(kw_only=True)
class CoveragePart:
    """One part of what was asked: a half-open UTC span, and why it is not all there."""

    start: datetime
    end: datetime
    status: CoverageStatus
    reason: str = ""
    rows: int = 0


@attrs.frozen(kw_only=True)
class Coverage:
    """What was asked and what came, part by part in the order of time."""

    start: datetime
    end: datetime
    parts: tuple[CoveragePart, ...]

    @property
    def complete(self) -> bool:
        """Whether all of it came."""
        return all(part.status is CoverageStatus.COMPLETE for part in self.parts)

    @property
    def missing(self) -> tuple[CoveragePart, ...]:
        """The parts that did not come, or not whole."""
        return tuple(part for part in self.parts if part.status is not CoverageStatus.COMPLETE)


@contextlib.contextmanager
def _extra(method: str) -> Iterator[None]:
    """Say which extra brings the package that a method lacks."""
    try:
        yield
    except ImportError as error:
        raise ImportError(f"{method} needs pandas and pyarrow: pip install 'energyopti[pandas]'") from error


def _payload_rows(raw: pl.DataFrame, origin: pl.Series) -> pl.DataFrame:
    """The rows of a payload that some rows were read from, with all that completed them."""
    first = origin.unique(maintain_order=True)
    if THING not in raw.columns:
        return raw[first]
    rows = pl.DataFrame({THING: first}).join(raw, on=THING, how="inner", maintain_order="left_right")
    return rows.drop(THING)


@attrs.frozen(kw_only=True, eq=False)
class MarketData:
    """Rows of one dataset with their provenance, findings and coverage.

    ``frame`` is a polars DataFrame in the dataset's schema: half-open UTC intervals, unified units and signs,
    sorted by ``interval_start`` and then ``location``. pandas, pyarrow, DuckDB and polars read a
    `MarketData` directly, through the Arrow stream that it exports.
    """

    query: Query
    frame: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    provenance: tuple[ChunkProvenance, ...] = ()
    coverage: Coverage
    _raw: tuple[tuple[pl.DataFrame, pl.Series], ...] = attrs.field(default=(), repr=False, alias="raw_parts")

    def __len__(self) -> int:
        return self.frame.height

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self.frame.iter_rows(named=True)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)

    def records(self) -> Iterator[Any]:
        """The rows as objects of the dataset's record class."""
        return records(self.frame, self.query.feed.dataset)

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas DataFrame; needs the extra ``energyopti[pandas]``."""
        with _extra("to_pandas"):
            return self.frame.to_pandas()

    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table; needs the extra ``energyopti[pandas]``."""
        with _extra("to_arrow"):
            return self.frame.to_arrow()

    def local(self) -> pl.DataFrame:
        """The rows with their times on the market's own clock."""
        times = pl.col(pl.Datetime("us", "UTC")).dt.convert_time_zone(self.query.market.zone)
        return self.frame.with_columns(times)

    def raw(self) -> pl.DataFrame:
        """The source's own columns, one row for each payload row that the answer was read from."""
        return self._raw_frame

    @cached_property
    def _raw_frame(self) -> pl.DataFrame:
        parts = [_payload_rows(raw, origin) for raw, origin in self._raw]
        return pl.concat(parts, how="diagonal_relaxed") if parts else pl.DataFrame()

    @property
    def stale(self) -> bool:
        """Whether any part should have been fetched again and could not be."""
        return any(each.stale for each in self.provenance)
