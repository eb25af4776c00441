"""The result of a query: one table, with its findings, provenance and coverage."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import polars as pl

from energyopti.answer.parts import Coverage, CoveragePart, CoverageStatus
from energyopti.answer.raw import LEFT_OUT, RawPart
from energyopti.answer.shaping import clock, meeting, pivoted, resampled
from energyopti.answer.systems import whole_systems
from energyopti.errors import UnknownMarket, UnsupportedQuery, suggest
from energyopti.findings import Finding
from energyopti.frames import records, sort_order
from energyopti.market import Terms
from energyopti.query import Query, ResolvedQuery
from energyopti.query.shape import Every, check_blocks, check_columns
from energyopti.schema import Dataset
from energyopti.store import ChunkProvenance
from energyopti.timezones import spoken_zone

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from energyopti.answer.plotting import Plot


@contextlib.contextmanager
def _extra(method: str) -> Iterator[None]:
    """Say which extra to install if a method lacks its package."""
    try:
        yield
    except ImportError as error:
        raise ImportError(f"{method} needs pandas and pyarrow: pip install 'energyopti[pandas]'") from error


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MarketData:
    """The answer to a query: rows of one dataset with their provenance, findings and coverage.

    ``frame`` is a polars DataFrame in the dataset's schema: half-open UTC intervals, unified units and signs,
    sorted by ``interval_start`` and then ``location``; for several markets by ``interval_start``, ``market`` and then
    ``location``. pandas, pyarrow, DuckDB and polars read a `MarketData` directly, as an Arrow stream. ``queries`` are
    the queries it answers, one per market; ``parts`` are the single markets' answers if several were asked.
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
        """The query; for several markets, the first one's."""
        return self.queries[0]

    @property
    def dataset(self) -> Dataset:
        """The dataset of the rows."""
        return self.query.feed.dataset

    @property
    def markets(self) -> tuple[str, ...]:
        """The markets that were asked."""
        return tuple(query.market.id for query in self.queries)

    @property
    def terms(self) -> dict[str, Terms]:
        """The terms of each market that declares any."""
        found = {query.market.id: query.market.terms for query in self.queries}
        return {market: terms for market, terms in found.items() if terms is not None}

    def of(self, market: str) -> MarketData:
        """One market's part of the answer; raises `UnknownMarket` if the answer has none."""
        for part in self.parts or (self,):
            if part.query.market.id == market.strip().casefold():
                return part
        there = [part.query.market.id for part in self.parts or (self,)]
        raise UnknownMarket(f"the answer has no part of market {market!r}", do=suggest(market, there))

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self.frame.columns

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return self.frame.shape

    def head(self, rows: int = 5) -> pl.DataFrame:
        """The first rows."""
        return self.frame.head(rows)

    def __getitem__(self, what: Any) -> Any:
        """What the frame gives: a column by its name, columns by a list, rows by a slice."""
        return self.frame[what]

    def plot(self, column: str | None = None) -> Plot:
        """A chart of a figure over time, by default the dataset's first; needs the extra ``energyopti[chart]``.

        One line for each location, fuel or product; of more than a dozen, those with the largest figures. A notebook shows it
        without a network. Raises `UnsupportedQuery` if there is no such figure, or too many points.
        """
        from energyopti.answer.plotting import plot

        return plot(self, column)

    def write(self, path: str | Path) -> None:
        """Write the rows to a file, as its name ends: csv, json, ndjson, parquet, arrow, feather, xlsx, or a plugin's format.

        The file is whole or not there. Parquet says its units, coverage and sources in its metadata (key ``energyopti``). Raises
        `OutputError` for another ending.
        """
        from energyopti.answer.writing import write

        write(self, Path(path))

    def _repr_html_(self) -> str:
        from energyopti.answer.page import page

        return page(self)

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

    def to_pandas(self, *, tz: str | None = None, index: str | None = None) -> pd.DataFrame:
        """The rows as a pandas DataFrame; needs the extra ``energyopti[pandas]``.

        Times are UTC, or on the clock of ``tz`` (``"market"`` is the market's own); ``index`` names the column that becomes the
        index. ``attrs["units"]`` has the unit of each column that has one.
        """
        with _extra("to_pandas"):
            found = (self.frame if tz is None else self.local(tz)).to_pandas()
        found.attrs["units"] = self.units
        if index is None:
            return found
        if index not in found.columns:
            raise UnsupportedQuery(f"there is no column {index!r}", do=suggest(index, self.columns))
        return found.set_index(index)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each column that has one."""
        return {
            each.name: each.unit for each in self.dataset.columns if each.unit and each.name in self.columns
        }

    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table; needs the extra ``energyopti[pandas]``.

        Its metadata says the units, coverage and sources (key ``energyopti``).
        """
        from energyopti.answer.writing import metadata

        with _extra("to_arrow"):
            return self.frame.to_arrow().replace_schema_metadata(metadata(self))

    def local(self, tz: str | None = None) -> pl.DataFrame:
        """The rows with their times in a time zone: the market's own unless ``tz`` names another.

        Raises `UnsupportedQuery` if the markets' time zones differ and ``tz`` is not given.
        """
        there = clock(self, spoken_zone(tz))
        return self.frame.with_columns(pl.col(pl.Datetime("us", "UTC")).dt.convert_time_zone(there))

    def resample(self, every: str, *, tz: str | None = None) -> MarketData:
        """The answer at intervals of another length: ``15min``, ``1h``, ``1d``, ``1w``, ``1mo`` or ``1y``.

            energyopti.get("nyiso", "lmp", period="yesterday", run="RT").resample("1h")

        Prices and power are averaged by their seconds, tons of CO2 added up. A figure is null unless intervals of the source cover all
        of the new one, once, with values: a finding says how many are not whole. Days, weeks from Monday, months and years are those of each
        market's clock, or of ``tz``. ``on_peak`` is one interval a day: the hours of the market's on-peak block. `raw` has no rows. Raises `UnsupportedQuery` for intervals shorter than the source's.
        """
        if self.parts and tz is None:
            return self._joined(tuple(part.resample(every) for part in self.parts))
        length = Every.of(every)
        for query in self.queries:
            check_blocks(length, query.market)
        zone = "UTC" if length.is_block else clock(self, spoken_zone(tz))
        frame, finding = resampled(self, length, zone)
        return self._shaped(frame, finding, tuple(part.resample(every, tz=tz) for part in self.parts))

    def system(self) -> MarketData:
        """One row for the whole system of each market, with the location ``SYSTEM``, so that markets can be compared.

        That is the market's own figure, or the sum of all of its zones where it publishes only these (null if one is missing).
        Raises `UnsupportedQuery` if there is neither.
        """
        if self.parts:
            return self._joined(tuple(part.system() for part in self.parts))
        return self._shaped(*whole_systems(self), ())

    def where(self, condition: str | pl.Expr) -> MarketData:
        """The rows that meet a condition, as SQL or as an expression of polars.

            prices.where("lmp > 200 AND location = 'WEST'")
            prices.where(pl.col("lmp") > 200)

        If none does, a finding says so. `raw` has no rows. Raises `UnsupportedQuery` if it is no condition on the columns.
        """
        frame, finding = meeting(self, condition)
        return self._shaped(frame, finding, tuple(part.where(condition) for part in self.parts))

    def select(self, *columns: str) -> MarketData:
        """Only these columns, in this order; raises `UnsupportedQuery` for one that is not there."""
        check_columns(columns, self.dataset)
        for name in columns:
            if name not in self.columns:
                raise UnsupportedQuery(f"there is no column {name!r}", do=suggest(name, self.columns))
        parts = tuple(part.select(*columns) for part in self.parts)
        return self._shaped(self.frame.select(columns), None, parts)

    def _shaped(
        self, frame: pl.DataFrame, finding: Finding | None, parts: tuple[MarketData, ...]
    ) -> MarketData:
        findings = self.findings if finding is None else (*self.findings, finding)
        return attrs.evolve(self, frame=frame, findings=findings, parts=parts, raw_parts=())

    def _joined(self, parts: tuple[MarketData, ...]) -> MarketData:
        """The answer with the rows of its markets' parts, and what was found in them."""
        order = [
            name for name in ("interval_start", "market", *sort_order(self.dataset)) if name in self.columns
        ]
        frame = pl.concat([part.frame for part in parts]).sort(
            list(dict.fromkeys(order)), maintain_order=True
        )
        found = [each for part in parts for each in part.findings if each not in self.findings]
        return attrs.evolve(self, frame=frame, findings=(*self.findings, *found), parts=parts, raw_parts=())

    def shaped(self, query: Query) -> MarketData:
        """The answer in the shape that a query asks for: first of whole systems, at its intervals, then the rows it wants, then the columns."""
        found = self.system() if query.system else self
        found = found if query.resample is None else found.resample(query.resample, tz=query.tz)
        found = found if query.where is None else found.where(query.where)
        return found.select(*query.columns) if query.columns else found

    def pivot(self, column: str | None = None, *, by: str | Sequence[str] | None = None) -> pl.DataFrame:
        """A figure side by side: one row an interval, in UTC, and a column for each location, fuel or product.

        ``column`` is by default the first price or power; ``by`` names the columns that tell series apart, by default those of
        the key that differ here. Raises `UnsupportedQuery` if several rows are of one time and series.
        """
        return pivoted(self, column, [by] if isinstance(by, str) else by)

    def raw(self, *, left_out: bool = True) -> pl.DataFrame:
        """The source's own columns, one row for each payload row that the answer was read from.

        With ``left_out``, each chunk's rows are followed by those that are not in the answer because they were
        superseded or rejected; a column ``left_out``, present only if there are any, names the finding that counts
        them. For several markets, all of their columns are there, after a column ``market``.
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
        frames: list[pl.DataFrame] = []
        for part in self._raw:
            frames.extend(part.frames(self._may_be_asked, left_out=left_out))
        joined = pl.concat(frames, how="diagonal_relaxed") if frames else pl.DataFrame()
        joined = joined.with_columns(pl.col(pl.Categorical).cast(pl.String))
        return joined.select(pl.all().exclude(LEFT_OUT), LEFT_OUT) if LEFT_OUT in joined.columns else joined

    def _may_be_asked(self, frame: pl.DataFrame) -> pl.Series:
        """Which rows the query may have asked for, as far as they could be read."""
        asked = pl.lit(value=True)
        dated = "interval_start" in frame.columns  # the rows of a list have no time of their own
        if dated and not (self.dataset.forecast or self.query.feed.publication.by_publication):
            start, end = self.query.time.start, self.query.time.end
            asked &= pl.col("interval_start").is_between(start, end, closed="left").fill_null(value=True)
        if self.query.locations and "location" in frame.columns:
            there = self.frame["location"].unique().implode()
            asked &= pl.col("location").is_in(there).fill_null(value=True)
        return frame.with_columns(asked.alias(LEFT_OUT))[LEFT_OUT]

    @property
    def stale(self) -> bool:
        """Whether any part should have been fetched again, but could not be."""
        return any(each.stale for each in self.provenance)


__all__ = ["LEFT_OUT", "Coverage", "CoveragePart", "CoverageStatus", "MarketData", "RawPart"]
