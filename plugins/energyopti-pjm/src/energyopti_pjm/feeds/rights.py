"""PJM's financial transmission rights (FTRs): all bids, the credit calculator's congestion, and zonal prices.

Auction clearing prices and awards are not public: they need a member login. An FTR is worth the congestion at its sink
minus the congestion at its source.

Names of sources and sinks are as published, with runs of blanks (``02AMSTED138 KV  TR2``). To join them with each other
or with the list of nodes, collapse every run of blanks to one and ignore case.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, History, Run, Unconfirmed
from energyopti.datasets import FTR, LMP
from energyopti.layouts import BlockHours, Dates, JsonLayout, Number, Text, Undated, Wide
from energyopti.timezones import DAY, HOUR
from energyopti.vocabulary import FtrKind, Hedge, LocationType, Trade
from energyopti_pjm import examples, timing
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.auctions import (
    DAYTIME,
    PERIOD,
    BidsLayout,
    collect_bids,
    name_of_month,
    name_of_year,
)
from energyopti_pjm.protocol.dataminer import DOCUMENTED, data_miner
from energyopti_pjm.protocol.rows import STAMPS, beginning, rows

REFERENCE = "REFERENCE"
"""The source of the FTR that a nodal price is for: the same reference for all nodes."""

CREDIT_CALCULATOR = "FTR credit calculator"
CLASSES = {
    "OnPeak": "5x16",
    "OffPeak": "5x8+2x24",
    "DailyOffPeak": "7x8",
    "WkndOnPeak": "2x16",
    "24H": "7x24",
}
"""PJM's classes of hours as blocks: weekday daytime, all other hours, every night, weekend daytime, and all hours.

NERC holidays count as weekends.
"""

TRADES = {
    "Buy": Trade.BUY.value,
    "Sell": Trade.SELL.value,
    "SelfScheduled": Trade.SELF_SCHEDULED.value,
}
HEDGES = {"Obligation": Hedge.OBLIGATION.value, "Option": Hedge.OPTION.value}
CONGESTION_COLUMNS = {
    "onpeak_clmp": "5x16",
    "offpeak_clmp": "5x8+2x24",
    "dailyoffpeak_clmp": "7x8",
    "wkndonpeak_clmp": "2x16",
    "24hour_clmp": "7x24",
}
"""The congestion columns by block of hours."""

SIMULATED = (
    "lt_sim_offpeak_clmp",
    "lt_sim_dailyoffpeak_clmp",
    "lt_sim_onpeak_clmp",
    "lt_sim_wkndonpeak_clmp",
    "lt_sim_24hour_clmp",
    "lt_sim_clmp",
)
"""The same congestion simulated with transmission upgrades: known, but not read."""

_FORMS = rows(
    FTR,
    Undated(),
    Text("market_name", to="auction"),
    Text(PERIOD),
    Text("source_pnode_name", to="source"),
    Text("sink_pnode_name", to="sink"),
    Text("class_type", to="block", words=CLASSES),
    Text("trade_type", to="trade", words=TRADES),
    Number("quoted_mw", to="quantity"),
    Number("quoted_price", to="price"),
    Text("hedge_type", to="hedge", words=HEDGES),
    constants={"kind": FtrKind.BID.value, "price_unit": "USD/MW"},
)
BIDS = BidsLayout(**{each.name: getattr(_FORMS, each.name) for each in attrs.fields(JsonLayout)})
"""Bids; the price is per MW for the whole period, not per MWh."""

CONGESTION = rows(
    FTR,
    Dates(names="effective_day", formats=STAMPS, end="terminate_day"),
    Text("pnode_name", to="sink"),
    wide=Wide(
        to="block",
        value="price",
        columns=CONGESTION_COLUMNS,
    ),
    ignored=SIMULATED,
    derived=(BlockHours(to="hours", of="block", daytime=DAYTIME),),
    constants={
        "auction": CREDIT_CALCULATOR,
        "kind": FtrKind.CREDIT_REFERENCE.value,
        "source": REFERENCE,
        "hedge": Hedge.OBLIGATION.value,
        "price_unit": "USD/MWh",
    },
)
"""Congestion at a node by class of hours; that of an FTR is the sink's minus the source's."""

ZONAL = rows(
    LMP,
    beginning(HOUR),
    Text("pnode_name", to="location"),
    Number("lmp", to="lmp"),
    constants={"location_type": LocationType.ZONE.value},
)


MONTHLY_BIDS = Feed(
    name="ftr_bids_mnt",
    dataset=FTR,
    title="FTR bids of the monthly auctions, four months late; clearing results need a member login",
    documented_at=DOCUMENTED.format("ftr_bids_mnt"),
    history=History(since=date(2006, 1, 1)),
    chunk=ChunkSize.MONTH,
    publication=attrs.evolve(timing.BIDS_OF_AUCTIONS, by_publication=True, refresh_every=DAY),
    sparse=True,
    layout=BIDS,
    example=examples.of("ftr_bids_mnt.json"),
    sources=data_miner(collect_bids(name_of_month)),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        (
            "the year of a period, which is only the name of a month",
            "taken as the year in the auction's planning period, June to May",
        ),
        (
            "which months the names of quarters mean",
            "such bids are dated to their auction's month, and a finding counts them",
        ),
        "the day on which bids are posted",
        "that NERC holidays count as weekends in all classes",
    ),
)
"""A chunk is one month's auction, with 1.4 to 3.4 million bids: at six requests per minute it takes minutes."""

ANNUAL_BIDS = attrs.evolve(
    MONTHLY_BIDS,
    name="ftr_bids_annual",
    title="FTR bids of the annual auctions, four months late; clearing results need a member login",
    documented_at=DOCUMENTED.format("ftr_bids_annual"),
    chunk=ChunkSize.YEAR,
    example=examples.of("ftr_bids_annual.json"),
    sources=data_miner(collect_bids(name_of_year)),
    unconfirmed=(
        Unconfirmed.noted(
            date(2026, 11, 30),
            (
                "the names of the auctions",
                "a year's auctions are those whose name has it as the first four-digit number",
            ),
            (
                "which time a period means",
                "bids are dated to the queried year, and a finding counts them",
            ),
            "that the columns and words are those of the monthly auctions",
            "the first auction",
        )
    ),
)
LONG_TERM_BIDS = attrs.evolve(
    ANNUAL_BIDS,
    name="ftr_bids_long_term",
    title="FTR bids of the long-term auctions, four months late; clearing results need a member login",
    documented_at=DOCUMENTED.format("ftr_bids_long_term"),
)
"""The bids of auctions of which only the year in their names is known."""

CREDIT_CONGESTION = Feed(
    name="ftr_cong_lmp",
    dataset=FTR,
    title="Congestion at every node as used by the FTR credit calculator; not settled congestion",
    documented_at=DOCUMENTED.format("ftr_cong_lmp"),
    history=History(since=date(2014, 1, 1)),
    chunk=ChunkSize.MONTH,
    sparse=True,
    publication=attrs.evolve(
        timing.CREDIT_CONGESTION, published_ahead=timedelta(days=5 * 366), refresh_every=DAY
    ),
    layout=CONGESTION,
    example=examples.of("ftr_cong_lmp.json"),
    sources=data_miner(dataminer.rows(when="effective_day")),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        ("that the last day belongs to the period", "taken so"),
        "from which years the values are",
        ("how far ahead they reach and how long they are kept", "about four years, and about seven"),
        "whether values are revised",
    ),
)
"""The interval is the month that the values are for, which may be years ahead; the values are modeled."""

ZONAL_PRICES = Feed(
    name="mnt_ftr_zonal_lmps",
    dataset=LMP,
    run=Run.DAY_AHEAD,
    title="Day-ahead hourly LMP of zones and residual aggregates, by peak load, for FTR settlement",
    documented_at=DOCUMENTED.format("mnt_ftr_zonal_lmps"),
    history=History(since=date(2010, 8, 1)),
    chunk=ChunkSize.MONTH,
    publication=attrs.evolve(
        timing.MONTHLY, published_ahead=timedelta(days=2), refresh_every=timedelta(hours=12)
    ),
    layout=ZONAL,
    example=examples.of("mnt_ftr_zonal_lmps.json"),
    sources=data_miner(dataminer.rows()),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        ("its columns", "only those of the time, the name and the price are known"),
        "that the price is the total LMP, as its name says",
        ("which rows are residual aggregates", "all are called zones"),
        ("when it is posted", "prices may change until the fifth business day of the next month"),
    ),
)
"""The location is the node's name, since the feed has no number; it has no energy, congestion or losses."""

RIGHTS = (MONTHLY_BIDS, ANNUAL_BIDS, LONG_TERM_BIDS, CREDIT_CONGESTION, ZONAL_PRICES)
