"""ERCOT's congestion revenue rights (CRRs): what each monthly auction awarded.

A document is the result of one auction, which sells rights of one month in the month before. Only its last edition is
read. Prices are shadow prices per MWh of the hours that a right covers; they are not turned into prices of the whole
period, since that takes a calendar of holidays that the document does not have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, ChunkSize, Era, Example, Feed, NoData
from energyopti.datasets import FTR
from energyopti.layouts import Dates, Number, Reading, Text
from energyopti.market import Collect
from energyopti.timezones import DAY, midnight
from energyopti.vocabulary import FtrKind, Hedge, Trade
from energyopti_ercot.archive import archive_of, fetch
from energyopti_ercot.disclosures import MONTHS
from energyopti_ercot.documents import Files, Report, documents_of, download, reading_of
from energyopti_ercot.examples import rights as examples
from energyopti_ercot.layouts import ZONE, report
from energyopti_ercot.listing import Document
from energyopti_ercot.sources import API_FROM, PRODUCT

if TYPE_CHECKING:
    from energyopti.source import Source

MONTHLY = "monthly CRR auction"
"""What an auction is called where its document is not known by name, as of a file that is read alone."""

HEDGES = {"OBL": Hedge.OBLIGATION.value, "OPT": Hedge.OPTION.value}
TRADES = {"BUY": Trade.BUY.value, "SELL": Trade.SELL.value}
HOURS = {"PeakWD": "onpeak", "PeakWE": "weekend_onpeak", "Off-peak": "offpeak"}
"""Peak hours of weekdays, those of weekends and holidays, and the nights."""

_EMIL_ID = "NP7-803-M"
_RESULTS = Files(
    matching=re.compile(r"Common_MarketResults_.*\.csv", re.IGNORECASE),
    called="the file Common_MarketResults",
)

RESULTS = report(
    FTR,
    Dates(names="StartDate", end="EndDate"),
    columns=(
        Text("AccountHolder", to="participant"),
        Text("HedgeType", to="hedge", words=HEDGES),
        Text("BidType", to="trade", words=TRADES),
        Text("Source", to="source"),
        Text("Sink", to="sink"),
        Text("TimeOfUse", to="period_type", words=HOURS),
        Number("MW", to="quantity"),
        Number("ShadowPricePerMWH", to="price"),
    ),
    ignored=("CRR_ID", "OriginalCRR_ID", "CRRType", "Bid24Hour"),
    constants={"auction": MONTHLY, "kind": FtrKind.AWARD.value, "price_unit": "USD/MWh"},
    repeats="keep",
)
"""Rights that were bought and sold in an auction, and those that were assigned before it (``PREAWARD``)."""


@attrs.frozen(kw_only=True)
class Auction(Report):
    """The report of monthly auctions, whose documents are called by their month."""

    def of(self, documents: Sequence[Document], chunk: Chunk) -> list[Document]:
        """The last edition of a month's result."""
        found = [each for each in documents if auction_of(each.name) == auction_name(chunk.day)]
        return sorted(found, key=lambda each: each.published)[-1:]

    def window(self, chunk: Chunk) -> tuple[datetime, datetime]:
        """A result is published in the month before its own, and corrected until that ends."""
        return midnight((chunk.day - DAY).replace(day=1), ZONE), chunk.end

    def files(self, chunk: Chunk) -> Files:  # noqa: ARG002 - the same in every month
        """The table of awards."""
        return _RESULTS


MONTHLY_AUCTIONS = Auction(number="11201")
_NAME = re.compile(r"(?:.*\.)?([A-Z]{3}\d{4}Monthly)CRRAuctionResults(?:\.zip)?", re.IGNORECASE)


def auction_name(month: date) -> str:
    """What the auction of a month is called: ``FEB2026Monthly``."""
    return f"{MONTHS[month.month - 1]}{month.year}Monthly"


def auction_of(document: str) -> str | None:
    """The monthly auction whose result a document is by its name."""
    found = _NAME.fullmatch(document)
    return None if found is None else f"{found[1][:3].upper()}{found[1][3:7]}Monthly"


def results(*, archive: bool) -> Collect:
    """Read a month from the result of its auction, in the list or in the archive."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        if archive:
            every = await archive_of(source, _EMIL_ID, *MONTHLY_AUCTIONS.window(chunk))
        else:
            every = await documents_of(source, MONTHLY_AUCTIONS)
        chosen = MONTHLY_AUCTIONS.of(every, chunk)
        if not chosen:
            where = "the archive" if archive else "the list of the last auctions"
            raise NoData(f"{chunk}: {where} has no result of auction {auction_name(chunk.day)}")
        contents = await (fetch(source, _EMIL_ID, chosen) if archive else download(source, chosen))
        named = {**RESULTS.constants, "auction": auction_name(chunk.day)}
        layout = attrs.evolve(RESULTS, constants=named)
        found = list(zip(chosen, contents, strict=True))
        reading = await reading_of(source, chunk, MONTHLY_AUCTIONS, layout, found, published=False)
        return reading.published(chosen[0].published)

    return collect


MONTHLY_RESULTS = Feed(
    name="crr_monthly_results",
    dataset=FTR,
    title="Awards of congestion revenue rights in the monthly auctions, by path, holder and hours",
    documented_at=PRODUCT.format(_EMIL_ID),
    history_from=API_FROM,
    step=timedelta(days=30),
    chunk=ChunkSize.MONTH,
    sparse=True,
    ahead=timedelta(days=31),
    settles_after=timedelta(days=31),
    cadence=timedelta(hours=12),
    layout=RESULTS,
    example=Example(payload=examples.RESULTS, rows=examples.RESULTS_ROWS),
    eras=(
        Era(name="documents", host="mis", collect=results(archive=False)),
        Era(name="archive of documents", host="api", collect=results(archive=True)),
    ),
    unconfirmed="that rights which were assigned before the auction (PREAWARD) are bought ones, as BidType says; "
    "whether the archive has this report, and how far back: the list has the last twelve auctions; whether a result is "
    "corrected, and until when",
)

RIGHTS = (MONTHLY_RESULTS,)
