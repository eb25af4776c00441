"""What a query gives: one table, and everything there is to know about where it came from."""

from __future__ import annotations

import contextlib
import enum
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import polars as pl

from energyopti.errors import UnknownMarket, UnsupportedQuery, suggest
from energyopti.findings import Finding
from energyopti.frames import records
from energyopti.layouts.reading import LeftOut, raw_rows
from energyopti.query import ResolvedQuery
from energyopti.schema import Dataset
from energyopti.store import ChunkProvenance
from energyopti.timezones import zone

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


LEFT_OUT = "left_out"
"""The column of raw rows that says why one is not in the answer."""


class CoverageStatus(enum.StrEnum):
    """What became of one part of what was asked."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    NOT_PUBLISHED = "not_published"
    MISSING = "missing"
    NOT_KEPT = "not_kept"
    FAILED = "failed"


@attrs.frozen(kw_only=True)
class CoveragePart:
    """One part of what was asked: a half-open UTC span, and why it is not all there.

    ``market`` says of which market, where several were asked.
    """

    start: datetime
    end: datetime
    status: CoverageStatus
    reason: str = ""
    rows: int = 0
    market: str | None = None


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


def _all_rows() -> None:
    """Every row of a chunk is the answer's."""


@attrs.frozen(eq=False)
class RawPart:
    """The source's own columns of one chunk, and which of its rows the answer was read from.

    ``origin`` is the raw row of each row of the chunk, ``rows`` finds the answer's rows of it (None: all);
    ``left_out`` are rows that are not in the chunk, and why; ``whole`` says that all of them were asked for.
    """

    raw: pl.DataFrame
    origin: pl.Series
    rows: Callable[[], pl.Series | None] = _all_rows
    left_out: tuple[LeftOut, ...] = ()
    whole: bool = False

    def frame(self) -> pl.DataFrame:
        """Each raw row that the answer was read from, with all that completed it, once."""
        chosen = self.rows()
        return raw_rows(self.raw, self.origin if chosen is None else self.origin.gather(chosen))[0]

    def others(self, wanted: Callable[[pl.DataFrame], pl.Series]) -> Iterator[pl.DataFrame]:
        """The raw rows that were left out, with the reason beside them, of those that are ``wanted``."""
        for each in self.left_out:
            rows = each.raw if self.whole else each.raw.filter(wanted(each.frame))
            if rows.height:
                yield rows.with_columns(pl.lit(str(each.kind)).alias(LEFT_OUT))


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MarketData:
    """Rows of one dataset with their provenance, findings and coverage.

    ``frame`` is a polars DataFrame in the dataset's schema: half-open UTC intervals, unified units and signs,
    sorted by ``interval_start`` and then ``location``; of several markets by ``interval_start``, ``market``, and then
    ``location``. pandas, pyarrow, DuckDB and polars read a `MarketData` directly, through the Arrow stream that it
    exports. ``queries`` are those that it answers, one a market; ``parts`` are the markets' own answers where several
    were asked.
    """

    queries: tuple[ResolvedQuery, ...] = attrs.field(validator=attrs.validators.min_len(1))
    frame: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    provenance: tuple[ChunkProvenance, ...] = ()
    coverage: Coverage
    parts: tuple[MarketData, ...] = attrs.field(default=(), repr=False)
    _raw: tuple[RawPart, ...] = attrs.field(default=(), repr=False, alias="raw_parts")

    @property
    def query(self) -> ResolvedQuery:
        """The query, or of several markets the first."""
        return self.queries[0]

    @property
    def dataset(self) -> Dataset:
        """The dataset that the rows are of."""
        return self.query.feed.dataset

    @property
    def markets(self) -> tuple[str, ...]:
        """The markets that were asked."""
        return tuple(query.market.id for query in self.queries)

    def of(self, market: str) -> MarketData:
        """One market's part of the answer; raises `UnknownMarket` for one that did not answer."""
        for part in self.parts or (self,):
            if part.query.market.id == market.strip().casefold():
                return part
        there = [part.query.market.id for part in self.parts or (self,)]
        raise UnknownMarket(f"the answer has no part of market {market!r}", do=suggest(market, there))

    def __repr__(self) -> str:
        rows = f"{len(self):,} {'row' if len(self) == 1 else 'rows'}"
        kinds = Counter(str(each.kind) for each in self.findings)
        found = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        state = "complete" if self.coverage.complete else "not complete"
        said = f"{rows}, {state}{', stale' if self.stale else ''}{f', found: {found}' if found else ''}"
        return f"<MarketData {'; '.join(map(str, self.queries))}: {said}>\n{self.frame}"

    def __len__(self) -> int:
        return self.frame.height

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self.frame.iter_rows(named=True)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)

    def records(self) -> Iterator[Any]:
        """The rows as objects of the dataset's record class."""
        return records(self.frame, self.dataset)

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas DataFrame; needs the extra ``energyopti[pandas]``."""
        with _extra("to_pandas"):
            return self.frame.to_pandas()

    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table; needs the extra ``energyopti[pandas]``."""
        with _extra("to_arrow"):
            return self.frame.to_arrow()

    def local(self, tz: str | None = None) -> pl.DataFrame:
        """The rows with their times on a clock: the market's own unless ``tz`` names another.

        Raises `UnsupportedQuery` where markets of several clocks were asked and none is named.
        """
        zones = sorted({query.market.zone for query in self.queries})
        if tz is None and len(zones) > 1:
            raise UnsupportedQuery(
                f"the markets have several clocks, {' and '.join(zones)}", do=f"name one, as tz={zones[0]!r}"
            )
        times = pl.col(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone(tz or zones[0]).key)
        return self.frame.with_columns(times)

    def raw(self, *, left_out: bool = True) -> pl.DataFrame:
        """The source's own columns, one row for each payload row that the answer was read from.

        With ``left_out`` the rows follow that are not in the answer since they were superseded or rejected, chunk by
        chunk; a column ``left_out``, which is there only if any are, names the finding that counts them. Those of
        several markets stand side by side, with the market in front.
        """
        if self.parts:
            raws = [
                part.raw(left_out=left_out).select(
                    pl.lit(part.query.market.id).alias("market"), pl.all().exclude("market")
                )
                for part in self.parts
            ]
            return pl.concat(raws, how="diagonal_relaxed")
        return self._raw_frame if left_out else self._raw_rows(left_out=False)

    @cached_property
    def _raw_frame(self) -> pl.DataFrame:
        return self._raw_rows(left_out=True)

    def _raw_rows(self, *, left_out: bool) -> pl.DataFrame:
        frames = []
        for part in self._raw:
            frames.append(part.frame())
            frames.extend(part.others(self._may_be_asked) if left_out else ())
        joined = pl.concat(frames, how="diagonal_relaxed") if frames else pl.DataFrame()
        joined = joined.with_columns(pl.col(pl.Categorical).cast(pl.String))
        return joined.select(pl.all().exclude(LEFT_OUT), LEFT_OUT) if LEFT_OUT in joined.columns else joined

    def _may_be_asked(self, frame: pl.DataFrame) -> pl.Series:
        """Which rows of the dataset, as far as they could be read, the query may have asked for."""
        asked = pl.lit(value=True)
        if not (self.dataset.forecast or self.query.feed.publication.by_publication):
            start, end = self.query.time.start, self.query.time.end
            asked &= pl.col("interval_start").is_between(start, end, closed="left").fill_null(value=True)
        if self.query.locations and "location" in frame.columns:
            there = self.frame["location"].unique().implode()
            asked &= pl.col("location").is_in(there).fill_null(value=True)
        return frame.with_columns(asked.alias(LEFT_OUT))[LEFT_OUT]

    @property
    def stale(self) -> bool:
        """Whether any part should have been fetched again and could not be."""
        return any(each.stale for each in self.provenance)
