"""PJM's capacity market (RPM): the results of base residual auctions (BRA) by locational deliverability area.

Two tables of an auction's result are read: clearing prices, and cleared unforced capacity (UCAP). Delivery years begin
on June 1.
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
from energyopti_pjm.protocol.rpm import HOST, collect_result
from energyopti_pjm.protocol.rpm_workbooks import AuctionLayout

SHEET = "BRA Resource Clearing Results"

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
    constants={
        "price_native_unit": "USD/MW-day",
        "basis": CapacityBasis.UCAP.value,
        "product": "capacity_performance",
    },
    megawatts=MEGAWATTS,
)
"""The clearing price is the published one: the adder is relative to the next larger area, not to the RTO."""


BASE_RESIDUAL_AUCTION = Feed(
    name="rpm_base_residual_auction",
    dataset=CAPACITY_DATASET,
    title="Base residual auctions (BRA): clearing price and cleared unforced capacity by delivery area; the areas "
    "nest, so their MW do not add up",
    documented_at="https://www.pjm.com/markets-and-operations/rpm",
    history=History(since=date(2007, 6, 1)),
    chunk=ChunkSize.YEAR,
    sparse=True,
    publication=attrs.evolve(timing.CAPACITY, published_ahead=timedelta(days=1200), refresh_every=DAY),
    layout=LAYOUT,
    example=examples.of("rpm_base_residual_auction.xlsx"),
    sources=(FeedSource(name="result workbook", host=HOST, collect=collect_result),),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        (
            "workbooks for delivery years before 2022/2023, which may have other sheets or tables",
            "an error says which is missing",
        ),
        (
            "that the product of every workbook that can be read is Capacity Performance",
            "the only one since delivery year 2020/2021, in annual equivalents; older workbooks have not been seen",
        ),
        (
            "incremental auctions and final zonal prices",
            "not read: they are in other workbooks, of which none has been seen",
        ),
        "in which year each form of the file name begins",
        "when a result is posted, and until when it may be replaced after rulings",
    ),
)
"""A calendar year holds the delivery year that begins on its June 1."""

CAPACITY = (BASE_RESIDUAL_AUCTION,)
