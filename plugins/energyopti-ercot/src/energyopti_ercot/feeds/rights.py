"""ERCOT's congestion revenue rights (CRRs): the awards and the bids of each monthly auction.

A document is the result of one auction, which sells the CRRs of one month in the month before. Only its last edition is
read. Prices are shadow prices per MWh of the hours that a CRR covers. They are not converted to prices for the whole
period: ``hours`` is how many there are in it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, ChunkSize, Feed, FeedSource, History, NoData, Unconfirmed
from energyopti.datasets import FTR
from energyopti.layouts import BlockHours, CsvLayout, Dates, Number, Reading, Text
from energyopti.timezones import DAY, midnight
from energyopti.vocabulary import FtrKind, Hedge, Trade
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.protocol.archive import archive_of, fetch
from energyopti_ercot.protocol.disclosures import MONTHS
from energyopti_ercot.protocol.documents import Files, Report, documents_of, reading_of
from energyopti_ercot.protocol.layouts import ZONE, report, spelled
from energyopti_ercot.protocol.listing import Document
from energyopti_ercot.protocol.postings import download
from energyopti_ercot.protocol.sources import API_FROM, PRODUCT

if TYPE_CHECKING:
    from energyopti.source import Source

MONTHLY = "monthly CRR auction"
"""The name of an auction if the name of its document is not known, as for a file that is read by itself."""

HEDGES = {"OBL": Hedge.OBLIGATION.value, "OPT": Hedge.OPTION.value}
TRADES = {"BUY": Trade.BUY.value, "SELL": Trade.SELL.value}
HOURS = {"PeakWD": "5x16", "PeakWE": "2x16", "Off-peak": "7x8"}
"""Times of use as blocks: peak hours of weekdays, peak hours of weekends and holidays, and nights."""

DAYTIME = (7, 22)
"""The first and last of ERCOT's daytime hours, by hour ending."""

_EMIL_ID = "NP7-803-M"
_PATH = (
    Text("HedgeType", to="hedge", words=HEDGES),
    Text("BidType", to="trade", words=TRADES),
    Text("Source", to="source"),
    Text("Sink", to="sink"),
    Text("TimeOfUse", to="block", words=HOURS),
    Number("MW", to="quantity"),
)


def _layout(kind: FtrKind, *columns: Text | Number, ignored: tuple[str, ...]) -> CsvLayout:
    """A table of an auction; equal rows are not duplicates."""
    return report(
        FTR,
        Dates(names=spelled("StartDate"), end=spelled("EndDate")),
        columns=(*columns, *_PATH),
        ignored=ignored,
        derived=(BlockHours(to="hours", of="block", daytime=DAYTIME),),
        constants={"auction": MONTHLY, "kind": kind.value, "price_unit": "USD/MWh"},
        repeats="keep",
    )


RESULTS = _layout(
    FtrKind.AWARD,
    Text("AccountHolder", to="participant"),
    Number("ShadowPricePerMWH", to="price"),
    ignored=("CRR_ID", "OriginalCRR_ID", "CRRType", "Bid24Hour"),
)
"""CRRs bought and sold in an auction, and those assigned before it (``PREAWARD``)."""

BIDS = _layout(
    FtrKind.BID,
    Number(("BidPricePerMWH", "BidPrice"), to="price"),
    ignored=("ShadowPricePerMWH", "CRRType", "Bid24Hour"),
)
"""Segments of bids and offers, without their holders, and the price at which their path cleared."""


@attrs.frozen(kw_only=True)
class Auction(Report):
    """A table of the report of monthly auctions, whose documents are named after their month."""

    table: str

    def of(self, documents: Sequence[Document], chunk: Chunk) -> list[Document]:
        """The last edition of a month's auction result."""
        found = [each for each in documents if auction_of(each.name) == auction_name(chunk.day)]
        return sorted(found, key=lambda each: each.published)[-1:]

    def window(self, chunk: Chunk) -> tuple[datetime, datetime]:
        """A result is published in the month before its own, and may be corrected until the end of that month."""
        return midnight((chunk.day - DAY).replace(day=1), ZONE), chunk.end

    def files(self, chunk: Chunk) -> Files:  # noqa: ARG002 - the same in every month
        """The file of the table."""
        pattern = re.compile(rf"{self.table}_.*\.csv", re.IGNORECASE)
        return Files(matching=pattern, called=f"the file {self.table}")


AWARDED = Auction(number="11201", table="Common_MarketResults")
BID = Auction(number="11201", table="Common_AuctionBidsAndOffers")
_NAME = re.compile(r"(?:.*\.)?([A-Z]{3}\d{4}Monthly)CRRAuctionResults(?:\.zip)?", re.IGNORECASE)


def auction_name(month: date) -> str:
    """The name of a month's auction: ``FEB2026Monthly``."""
    return f"{MONTHS[month.month - 1]}{month.year}Monthly"


def auction_of(document: str) -> str | None:
    """The monthly auction of a document, from its name."""
    found = _NAME.fullmatch(document)
    return None if found is None else f"{found[1][:3].upper()}{found[1][3:7]}Monthly"


def auction_source(auction: Auction, *, archive: bool = False) -> FeedSource:
    """The source that reads a month from its auction's document, in the list or in the archive."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        if archive:
            every = await archive_of(source, _EMIL_ID, *auction.window(chunk))
        else:
            every = await documents_of(source, auction, functools.partial(auction.of, chunk=chunk))
        chosen = auction.of(every, chunk)
        if not chosen:
            where = "the archive" if archive else "the list of the last auctions"
            raise NoData(f"{chunk}: {where} has no result of auction {auction_name(chunk.day)}")
        contents = await (fetch(source, _EMIL_ID, chosen) if archive else download(source, chosen))
        layout = chunk.feed.layout
        named = attrs.evolve(layout, constants={**layout.constants, "auction": auction_name(chunk.day)})
        found = list(zip(chosen, contents, strict=True))
        reading = await reading_of(source, chunk, auction, named, found, published=False)
        return reading.published(chosen[0].published)

    if archive:
        return FeedSource(name="archive of documents", host="api", collect=collect)
    return FeedSource(name="documents", host="mis", collect=collect)


def _feed(
    name: str, title: str, auction: Auction, layout: CsvLayout, unconfirmed: tuple[Unconfirmed, ...]
) -> Feed:
    """A table of the monthly auctions."""
    return Feed(
        name=name,
        dataset=FTR,
        title=title,
        documented_at=PRODUCT.format(_EMIL_ID),
        history=History(since=API_FROM),
        chunk=ChunkSize.MONTH,
        sparse=True,
        publication=attrs.evolve(
            timing.AUCTIONS, published_ahead=timedelta(days=31), refresh_every=timedelta(hours=12)
        ),
        layout=layout,
        example=example(f"{name}.csv"),
        sources=(auction_source(auction), auction_source(auction, archive=True)),
        unconfirmed=(
            *unconfirmed,
            *Unconfirmed.noted(
                date(2026, 11, 25),
                (
                    "whether the archive has this report, and how far back",
                    "the list has the last twelve auctions",
                ),
                "whether a result is corrected, and until when",
            ),
        ),
    )


RIGHTS = (
    _feed(
        "crr_monthly_results",
        "CRR awards of the monthly auctions, by path, holder and time of use",
        AWARDED,
        RESULTS,
        Unconfirmed.noted(
            date(2026, 11, 30),
            "that CRRs assigned before the auction (PREAWARD) are purchases, as BidType says",
        ),
    ),
    _feed(
        "crr_monthly_bids",
        "CRR bids and offers of the monthly auctions, by path and time of use, without their holders",
        BID,
        BIDS,
        Unconfirmed.noted(
            date(2026, 11, 30),
            "its columns, which two other clients list, and their order",
        ),
    ),
)
