"""PJM's capacity market (RPM): the results of base residual and incremental auctions by locational deliverability area.

Of a base residual auction's (BRA) own workbook two tables are read: clearing prices, and cleared unforced capacity
(UCAP). The workbook of the clearing prices of all auctions has no MW: it is the one source of incremental auctions, and
the second source of base auctions, for delivery years whose own workbook is not there or cannot be read. Each price is in
one feed only. Delivery years begin on June 1.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, FeedSource, History, Unconfirmed
from energyopti.datasets import CAPACITY as CAPACITY_DATASET
from energyopti.layouts import Copy, ExcelLayout, Number, Text, Undated
from energyopti.timezones import DAY
from energyopti.vocabulary import CapacityBasis
from energyopti_pjm import examples, timing
from energyopti_pjm.protocol.rows import ZONE
from energyopti_pjm.protocol.rpm import HOST, collect_result, from_summary
from energyopti_pjm.protocol.rpm_summary import (
    AREA,
    BASE_RESIDUAL,
    INCREMENTAL,
    PRICE,
    PRODUCT,
    PRODUCTS,
    ClearingPrices,
)
from energyopti_pjm.protocol.rpm_workbooks import AuctionLayout

SHEET = "BRA Resource Clearing Results"
_BASE, _INCREMENTAL = "rpm_base_residual_auction", "rpm_incremental_auctions"
_UNIT = {"price_native_unit": "USD/MW-day", "basis": CapacityBasis.UCAP.value}
_SUMMARY = "workbook of all clearing prices"
_SUMMARY_UNCONFIRMED = Unconfirmed.noted(
    date(2026, 12, 1),
    (
        "the form of the workbook of all clearing prices: sheet RCP, its header in the second column, blocks such as DY 26/27",
        "three independent public programs read it so, one of them tested with the published file",
    ),
    (
        "the names of its delivery areas",
        "they are taken as written; workbooks of single auctions may spell them in another way",
    ),
    (
        "that its prices are of unforced capacity",
        "as those of the base auctions' own workbooks, which they equal",
    ),
)

MEGAWATTS = ExcelLayout(
    dataset=CAPACITY_DATASET,
    zone=ZONE,
    sheets=(SHEET,),
    begins=("LDA", "LDA*"),
    number=1,
    time=Undated(),
    columns=(
        Text(("LDA*", "LDA"), to="location"),
        Number("Total Annual Equivalent Resources Cleared\n [MW]", to="cleared"),
    ),
    ignored=(
        "Annual Resources [MW]",
        "Summer Period Resources [MW]",
        "Winter Period Resources [MW]",
        "Seasonal Resources Matched to be Annual [MW]",
        "Annual Resources Make-whole [MW]",
    ),
)
"""Cleared unforced capacity in annual equivalents: winter and summer resources are matched with each other."""

LAYOUT = AuctionLayout(
    dataset=CAPACITY_DATASET,
    zone=ZONE,
    sheets=(SHEET,),
    begins=("LDA",),
    time=Undated(),
    columns=(
        Text("LDA", to="location"),
        Number("System Marginal Price*\n [$/MW-day]", required=False),
        Number("Locational Price Adder **\n [$/MW-day]", required=False),
        Number("Resource Clearing Price\n [$/MW-day]", to="price"),
    ),
    derived=(Copy(to="price_native", of="price"),),
    constants={**_UNIT, "product": "capacity_performance"},
    megawatts=MEGAWATTS,
)
"""The clearing price is the published one: the adder is relative to the next larger area, not to the RTO."""

INCREMENTAL_PRICES = ClearingPrices(
    dataset=CAPACITY_DATASET,
    zone=ZONE,
    sheets=("RCP",),
    begins=(PRODUCT,),
    time=Undated(),
    columns=(
        Text(AREA, to="location", required=False),
        Text(PRODUCT, to="product", words=PRODUCTS, default="unknown", required=False),
        Number(PRICE, to="price", required=False),
    ),
    derived=(Copy(to="price_native", of="price"),),
    constants=_UNIT,
    auctions=INCREMENTAL,
    elsewhere=_BASE,
)
"""The prices of the first, second and third incremental auctions."""

BASE_PRICES = attrs.evolve(INCREMENTAL_PRICES, auctions=(BASE_RESIDUAL,), elsewhere=_INCREMENTAL)
"""The prices of base residual auctions in the same workbook."""

BASE_RESIDUAL_AUCTION = Feed(
    name=_BASE,
    dataset=CAPACITY_DATASET,
    title="Base residual auctions (BRA): clearing price and cleared unforced capacity by delivery area; the areas "
    "nest, so their MW do not add up",
    documented_at="https://www.pjm.com/markets-and-operations/rpm",
    history=History(since=date(2007, 6, 1)),
    chunk=ChunkSize.YEAR,
    sparse=True,
    publication=attrs.evolve(timing.CAPACITY, published_ahead=timedelta(days=1200), refresh_every=DAY),
    layout=attrs.evolve(LAYOUT, others=(BASE_PRICES,)),
    example=examples.of("rpm_base_residual_auction.xlsx"),
    sources=(
        FeedSource(name="result workbook", host=HOST, collect=collect_result),
        FeedSource(
            name=_SUMMARY,
            host=HOST,
            collect=from_summary(
                BASE_PRICES, lacking=f"the {_SUMMARY} answered, which has no MW: cleared is null"
            ),
        ),
    ),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        (
            "workbooks for delivery years before 2022/2023, which may have other sheets or tables",
            "prices without MW come from the workbook of all clearing prices then, and a finding says why",
        ),
        (
            "that the product of every workbook that can be read is Capacity Performance",
            "the only one since delivery year 2020/2021, in annual equivalents; older workbooks have not been seen",
        ),
        (
            "final zonal prices",
            "not read: they are in other workbooks, whose layout no file or program shows",
        ),
        "in which year each form of the file name begins",
        "when a result is posted, and until when it may be replaced after rulings",
    )
    + _SUMMARY_UNCONFIRMED,
)
"""A calendar year holds the delivery year that begins on its June 1."""

INCREMENTAL_AUCTIONS = Feed(
    name=_INCREMENTAL,
    dataset=CAPACITY_DATASET,
    title="First, second and third incremental auctions: clearing price by delivery area, without MW",
    documented_at="https://www.pjm.com/markets-and-operations/rpm",
    history=History(since=date(2007, 6, 1)),
    chunk=ChunkSize.YEAR,
    sparse=True,
    publication=attrs.evolve(
        timing.INCREMENTAL_AUCTIONS, published_ahead=timedelta(days=1200), refresh_every=DAY
    ),
    layout=INCREMENTAL_PRICES,
    example=examples.of("rpm_incremental_auctions.xlsx"),
    sources=(FeedSource(name=_SUMMARY, host=HOST, collect=from_summary(INCREMENTAL_PRICES)),),
    unconfirmed=_SUMMARY_UNCONFIRMED
    + Unconfirmed.noted(
        date(2026, 12, 1),
        (
            "how the notice of a canceled auction is worded",
            "a row of an auction without any price is a notice, and a finding with its words",
        ),
        "when prices are added to the workbook after an auction",
    ),
)
"""Base residual auctions are in the feed of their own, so that no price is in two feeds."""

CAPACITY = (BASE_RESIDUAL_AUCTION, INCREMENTAL_AUCTIONS)
