"""Reserve prices in yearly documents: for days that have left the lists, and days that were never on them.

From 2026-07-31 to 2026-08-26 real-time prices were published only there. Day-ahead prices (NP4-181-ER) have a column
per service, in one text file per year or, since October 2026, in a workbook of one sheet. Real-time prices (NP6-796-ER
by 15 minutes, NP6-795-ER by SCED run) are workbooks with a row per service and a sheet per month.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import attrs

from energyopti import Days, Feed, FeedSource, Finding, FindingKind, SchemaDrift, Unconfirmed
from energyopti.datasets import ANCILLARY_PRICES
from energyopti.layouts import (
    CsvLayout,
    ExcelLayout,
    Layout,
    Meaning,
    Number,
    Reading,
    Stamp,
    Text,
    Wide,
    WideColumn,
    members,
)
from energyopti.timezones import midnight
from energyopti_ercot.feeds.services import BASIS, OF_SERVICE, SERVICES
from energyopti_ercot.protocol.layouts import FIVE_MINUTES, ZONE, in_every_spelling, repeat_flag, spelled
from energyopti_ercot.protocol.workbooks import (
    FIRST_DAY,
    LARGEST,
    YEARLY,
    Reader,
    from_year,
    hours_of_year,
    in_months,
    month_reader,
)

if TYPE_CHECKING:
    from energyopti.layouts import RawTable

CONTINGENCY_FROM = date(2023, 6, 10)
"""The first day of ERCOT contingency reserve service (ECRS)."""

_TABLE = re.compile(r".*\.(csv|xlsx)", re.IGNORECASE)
_DESCRIPTION = "report info"
_WHOLE_SECONDS = "%Y-%m-%d %H:%M:%S"
_STAMPS = (_WHOLE_SECONDS, "%m/%d/%Y %H:%M:%S")
_SERVICE = Text("AS Type", to="product_native")


@attrs.frozen(kw_only=True)
class ClearedTable(CsvLayout):
    """A year's day-ahead prices as a text file."""

    def read_this(self, payload: bytes) -> Reading:
        """The prices in the document, of the services that existed."""
        return of_services_that_there_were(super().read_this(payload))


@attrs.frozen(kw_only=True)
class ClearedBook(ExcelLayout):
    """A year's day-ahead prices as a workbook, whatever the name of its sheet; a sheet that describes it is skipped."""

    def read_this(self, payload: bytes) -> Reading:
        """The prices in the document, of the services that existed."""
        return of_services_that_there_were(super().read_this(payload))

    def parse(self, payload: bytes) -> RawTable:
        """The rows of the workbook's sheet."""
        from energyopti.layouts.formats import parse_excel, sheet_names

        sheets = tuple(name for name in sheet_names(payload) if name.strip().lower() != _DESCRIPTION)
        return parse_excel(payload, attrs.evolve(self, sheets=sheets))


def of_services_that_there_were(reading: Reading) -> Reading:
    """A reading without the empty cells of ECRS from before it existed; a finding counts them."""
    import polars as pl

    begins = pl.lit(midnight(CONTINGENCY_FROM, ZONE), dtype=pl.Datetime("us", "UTC"))
    too_early = (pl.col("product_native") == "ECRS") & (pl.col("interval_start") < begins)
    early = reading.frame.select((too_early & pl.col("price").is_null()).alias("early"))["early"]
    count = int(early.sum())
    if not count:
        return reading
    missing = FindingKind.MISSING_VALUE
    findings = (
        attrs.evolve(each, rows=each.rows - count) if each.kind is missing else each
        for each in reading.findings
    )
    said = tuple(each for each in findings if each.kind is not missing or each.rows)
    message = f"{count} cells are empty: ECRS prices begin on {CONTINGENCY_FROM}"
    finding = Finding(kind=FindingKind.ADVISORY_ROW, message=message, rows=count, accounts=True)
    return attrs.evolve(reading, findings=said).keep(~early, finding)


@attrs.frozen(kw_only=True)
class DispatchedBook(ExcelLayout):
    """Prices by SCED run, whose stamps are workbook dates: a second may be stored as a millisecond less."""

    def parse(self, payload: bytes) -> RawTable:
        """The rows of the workbook, with stamps in whole seconds, as the reports have them."""
        import polars as pl

        table = super().parse(payload)
        stamp = pl.col(table.headers[self.wire_columns[0].name])
        rounded = stamp.str.to_datetime(f"{_WHOLE_SECONDS}%.f", time_unit="us", strict=False).dt.round("1s")
        whole = pl.coalesce(rounded.dt.strftime(_WHOLE_SECONDS), stamp)
        return attrs.evolve(table, raw=table.raw.with_columns(whole))


_BY_SERVICE = Wide(
    to="product_native",
    value="price",
    columns=[WideColumn(service, words=service, required=service != "ECRS") for service in SERVICES],
)
CLEARED = ClearedTable(
    dataset=ANCILLARY_PRICES,
    zone=ZONE,
    time=hours_of_year(),
    repeats="last",
    wide=_BY_SERVICE,
    derived=OF_SERVICE,
    constants=BASIS,
)
CLEARED_BOOK = ClearedBook(
    dataset=ANCILLARY_PRICES,
    zone=ZONE,
    time=hours_of_year(),
    wide=_BY_SERVICE,
    derived=OF_SERVICE,
    constants=BASIS,
    **in_months("Delivery Date", sheets=("DAMASMCPC",)),
)
QUARTERLY = ExcelLayout(
    dataset=ANCILLARY_PRICES,
    zone=ZONE,
    time=hours_of_year("Delivery Hour", "Delivery Interval"),
    **in_months("Delivery Date"),
    **in_every_spelling(
        {"columns": (_SERVICE, Number("MCPC", to="price")), "derived": OF_SERVICE, "constants": BASIS}
    ),
)
_STAMP = ("SCED Timestamp", "SCED Time Stamp")
DISPATCHED = DispatchedBook(
    dataset=ANCILLARY_PRICES,
    zone=ZONE,
    time=Stamp(
        spelled(*_STAMP),
        formats=_STAMPS,
        meaning=Meaning.BEGINNING,
        step=FIVE_MINUTES,
        irregular=True,
        flag=repeat_flag("Repeated Hour Flag"),
    ),
    **in_months(*_STAMP),
    **in_every_spelling(
        {
            "columns": (_SERVICE, Number(("CAPPED_MCPC", "MCPC"), to="price")),
            "ignored": ("UNCAPPED_MCPC",),
            "derived": OF_SERVICE,
            "constants": BASIS,
        }
    ),
)


def year_reader(text: Layout, book: ExcelLayout) -> Reader:
    """Reads a year's zipped document, which is a text file or a workbook."""
    either = attrs.evolve(text, others=(book,))

    def read(archive: bytes, year: int) -> Reading | None:  # noqa: ARG001 - the year is what tells readings apart
        found = next((each.content for each in members(archive, matching=_TABLE, max_bytes=LARGEST)), None)
        if found is None:
            raise SchemaDrift("the document contains neither a text file nor a workbook")
        return either.read(found)

    return read


def cleared_since_2010(feed: Feed) -> Feed:
    """Day-ahead prices with the yearly documents of report 13091 as their last source."""
    collect = from_year("13091", year_reader(CLEARED, CLEARED_BOOK), by_month=False)
    feed_source = FeedSource(
        name="yearly documents",
        host="mis",
        collect=collect,
        available=Days(FIRST_DAY),
    )
    return attrs.evolve(
        feed,
        history=attrs.evolve(feed.history, since=FIRST_DAY),
        layout=attrs.evolve(feed.layout, others=(*feed.layout.others, CLEARED, CLEARED_BOOK)),
        sources=(*feed.sources, feed_source),
        unconfirmed=(
            *feed.unconfirmed,
            *Unconfirmed.noted(
                date(2026, 11, 29),
                "the columns of the yearly documents, known from other clients",
            ),
        ),
    )


def in_yearly_workbooks(feed: Feed, number: str, workbook: ExcelLayout) -> Feed:
    """Real-time prices, with a report's workbooks as a source ahead of what the list still has of a day."""
    collect = from_year(number, month_reader(workbook), by_month=True)
    feed_source = FeedSource(name=YEARLY, host="mis", collect=collect, available=Days(feed.history.since))
    *before, rest = feed.sources
    return attrs.evolve(
        feed,
        layout=attrs.evolve(feed.layout, others=(*feed.layout.others, workbook)),
        sources=(*before, feed_source, rest),
        unconfirmed=(
            *feed.unconfirmed,
            *Unconfirmed.noted(
                date(2026, 11, 29),
                "the columns of the yearly workbooks, known from other clients",
            ),
        ),
    )
