"""New York's transmission congestion contracts (TCCs): the awards of each auction, and its price at every point.

A TCC of 1 MW runs from a point of injection (POI) to a point of withdrawal (POW) and covers all hours of its period.
It is an obligation, not an option.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, FeedSource, History, Unconfirmed
from energyopti.datasets import FTR
from energyopti.layouts import BlockHours, Dates, Number, Text
from energyopti.vocabulary import FtrKind, Hedge, Trade
from energyopti_nyiso import examples, timing
from energyopti_nyiso.protocol.stamps import ZONE
from energyopti_nyiso.protocol.tcc import AWARDS_PATH, HOST, NODAL_PRICES_PATH, reports
from energyopti_nyiso.protocol.tcc_reports import ReportLayout

REFERENCE = "REFERENCE"
"""The source of the TCC that a nodal price is for: the same reference for all points."""

DAYTIME = (8, 23)
"""The first and last of New York's daytime hours, by hour ending."""

_PAGES = "https://tcc.nyiso.com/tcc/public"
_PERIOD = ("Period ID", "Period Name", "Period Duration (# of months)")
_CONSTANTS = {"hedge": Hedge.OBLIGATION.value, "block": "7x24", "price_unit": "USD/MW"}
_UNCONFIRMED = Unconfirmed.noted(
    date(2026, 11, 30),
    "the title lines other than the status and the date posted, and the rest of the closing line",
    (
        "that an auction sells only periods that start in the year of its season or the next",
        "any other is a finding",
    ),
    "that a round without a result gets a web page or a few words as its answer",
    "that reports since 2006 have these columns",
    "when results are revised",
)


def _layout(kind: FtrKind, *columns: Text | Number, **constants: str) -> ReportLayout:
    """A report; the last day of a period is included, and prices are for 1 MW over the whole period."""
    return ReportLayout(
        dataset=FTR,
        zone=ZONE,
        begins="Period ID",
        ends="Report Created",
        time=Dates(names="Start Date", end="End Date", formats=("%m/%d/%Y",)),
        columns=(*(Text(name, required=False) for name in _PERIOD), *columns),
        derived=(BlockHours(to="hours", of="block", daytime=DAYTIME),),
        constants={"kind": kind.value, **_CONSTANTS, **constants},
    )


AWARDS = Feed(
    name="tcc_awards",
    dataset=FTR,
    title="TCC auction awards of every round, by path",
    documented_at=f"{_PAGES}/view_awards_summary.do",
    history=History(since=date(2006, 1, 1)),
    step=timedelta(days=30),
    chunk=ChunkSize.YEAR,
    sparse=True,
    publication=attrs.evolve(
        timing.TCC_AUCTIONS, published_ahead=timedelta(days=366), refresh_every=timedelta(hours=12)
    ),
    layout=_layout(
        FtrKind.AWARD,
        Text("POI", required=False),
        Text("POI Name", to="source"),
        Text("POI Zone", required=False),
        Text("POW", required=False),
        Text("POW Name", to="sink"),
        Text("POW Zone", required=False),
        Text("Award Type", to="trade", words={"Bid": Trade.BUY.value, "Offer": Trade.SELL.value}),
        Number("TCCs Awarded", to="quantity"),
        Number(("MCP ($/TCC-Period Duration)", "MCP"), to="price"),
    ),
    example=examples.of("tcc_awards.csv"),
    sources=(FeedSource(name="public reports", host=HOST, collect=reports(AWARDS_PATH)),),
    unconfirmed=_UNCONFIRMED,
)
"""One row per award; awards with the same path and price are equal rows. An auction sells about a year ahead."""

NODAL_PRICES = attrs.evolve(
    AWARDS,
    name="tcc_nodal_prices",
    title="TCC auction prices by point: the price of a TCC from the reference to the point",
    documented_at=f"{_PAGES}/view_nodal_prices.do",
    layout=_layout(
        FtrKind.CLEARING_PRICE,
        Text("PTID", required=False),
        Text("PTID Name", to="sink"),
        Text("Zone", required=False),
        Number(("Nodal Price ($/TCC-Period Duration)", "Nodal Price"), to="price"),
        source=REFERENCE,
    ),
    example=examples.of("tcc_nodal_prices.csv"),
    sources=(FeedSource(name="public reports", host=HOST, collect=reports(NODAL_PRICES_PATH)),),
    unconfirmed=(
        *Unconfirmed.noted(
            date(2026, 11, 30),
            ("the unit in the price's header", "any other than that of awards is a finding"),
        ),
        *_UNCONFIRMED,
    ),
)
"""One row per point and period: the price of a TCC from the reference to it; from A to B it is B's price minus A's."""

RIGHTS = (AWARDS, NODAL_PRICES)
