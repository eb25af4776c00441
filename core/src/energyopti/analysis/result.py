"""The result of a comparison of markets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs
import polars as pl

from energyopti.analysis.sparkline import sparkline
from energyopti.analysis.tables import TABLES
from energyopti.errors import UnsupportedQuery, suggest
from energyopti.findings import Finding
from energyopti.market import Terms
from energyopti.query import TimeRange
from energyopti.store import ChunkProvenance
from energyopti.timezones import HOUR

if TYPE_CHECKING:
    import altair as alt


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CrossMarketAnalysis:
    """Hourly prices of several markets side by side, with statistics and spreads.

    The tables are polars DataFrames; `energyopti.analysis.TABLES` has their columns, units and keys, and
    docs/analysis.md the formulas. ``findings``, ``provenance`` and ``terms`` are by market. ``tz`` is the clock of naive bounds
    and days, None if each market's own; then ranges differ by market, and ``time`` reaches from the first start to
    the last end. Where several places of one market are compared, the tables call each ``caiso SP15`` instead of ``caiso``; ``against`` is the one
    that all others are compared with, if there is one.
    """

    time: TimeRange
    tz: str | None
    markets: pl.DataFrame
    hours: pl.DataFrame
    statistics: pl.DataFrame
    blocks: pl.DataFrame
    months: pl.DataFrame
    pairs: pl.DataFrame
    dart: pl.DataFrame
    dart_blocks: pl.DataFrame
    dart_hours: pl.DataFrame
    storage: pl.DataFrame
    storage_days: pl.DataFrame
    findings: Mapping[str, tuple[Finding, ...]]
    provenance: Mapping[str, tuple[ChunkProvenance, ...]]
    terms: Mapping[str, Terms] = attrs.field(factory=dict)
    against: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The markets that answered, in the requested order."""
        return tuple(self.markets["market"])

    def table(self, name: str) -> pl.DataFrame:
        """The table of that name; raises `UnsupportedQuery` for any other name."""
        if name not in TABLES:
            raise UnsupportedQuery(f"a comparison has no table {name!r}", do=suggest(name, TABLES))
        found: pl.DataFrame = getattr(self, name)
        return found

    def side_by_side(self) -> pl.DataFrame:
        """The prices with one row per hour: ``interval_start`` in UTC, then one column per market in USD/MWh.

        Null outside a market's own range.
        """
        prices = [
            self.hours.filter(pl.col("market") == name).select("interval_start", pl.col("price").alias(name))
            for name in self.names
        ]
        return pl.concat(prices, how="align") if len(prices) > 1 else prices[0]

    def sparklines(self, width: int = 60) -> dict[str, str]:
        """Each market's prices as a line of blocks between its own lowest and highest; blank if an hour is missing."""
        return {
            name: sparkline(self.hours.filter(pl.col("market") == name)["price"], width)
            for name in self.names
        }

    def chart(self) -> alt.VConcatChart:
        """Price lines, spreads by hour and month, and duration curves; needs the extra ``energyopti[chart]``."""
        from energyopti.analysis.charts import chart

        return chart(self)

    def render(self, form: str) -> bytes:
        """The chart as ``html`` (needs no network), ``png`` or ``svg``; needs the extra ``energyopti[chart]``."""
        from energyopti.analysis.charts import render

        return render(self, form)

    def _repr_html_(self) -> str:
        from energyopti.analysis.page import comparison_page

        return comparison_page(
            self._title,
            {name: self.table(name) for name in TABLES},
            [each for found in self.findings.values() for each in found],
            [each for found in self.provenance.values() for each in found],
        )

    def __repr__(self) -> str:
        from energyopti.analysis.page import summary

        return f"{self._title}\n{summary(self.markets, self.statistics)}"

    @property
    def _title(self) -> str:
        runs = "/".join(dict.fromkeys(self.markets["run"]))
        found = sum(map(len, self.findings.values()))
        return (
            f"CrossMarketAnalysis({', '.join(self.names)}; {runs}; {self.time}; "
            f"{(self.time.end - self.time.start) // HOUR:,} hours; {found} findings)"
        )
