"""PJM's reserves and regulation: what clears, at what price, and how much of it.

Since October 2022 PJM buys synchronized reserve (SR), primary reserve (PR, which holds synchronized reserve) and
thirty-minute reserve (30MIN, which holds both) for all of PJM and for the Mid-Atlantic and Dominion (MAD) within it:
products and locales overlap. All are kept; never add them up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Days, ExampleFiles, Feed, History, Run, Unconfirmed
from energyopti.datasets import ANCILLARY_PRICES, ANCILLARY_QUANTITIES, Dataset
from energyopti.layouts import JsonLayout, Lookup, Number, Superseded, Text, Wide, WideColumn
from energyopti.timezones import HOUR, midnight
from energyopti.vocabulary import AncillaryProduct, PriceBasis
from energyopti_pjm import examples, timing
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.corrected import corrected, once, only_prices, unless_without
from energyopti_pjm.protocol.dataminer import DOCUMENTED, data_miner
from energyopti_pjm.protocol.rows import FIVE_MINUTES, ZONE, beginning, optional, rows
from energyopti_pjm.vocabulary import NAMES, SERVICES, SOMEWHERE, WHOLE

HALF_HOUR = timedelta(minutes=30)
REDESIGN = date(2022, 9, 1)
"""The first day of real-time results every five minutes; before, they are hourly."""

NEW_MARKET = date(2022, 10, 1)
"""Since then real-time results are every five minutes in any case."""

_CLEARING = {"basis": PriceBasis.CLEARING.value}
_AREA = "area"
_REQUIRED = ("as_req_mw", "reserve_requirement")
_MEGAWATTS = ("as_mw", "ss_mw", "tier1_mw", "ircmwt2", "dsr_as_mw", "nsr_mw", "regd_mw")


def _product(values: Mapping[str, str]) -> Lookup:
    """The product that a native word means; one that is not known is null, with a finding."""
    return Lookup(to="product", of="product_native", values=values, default=None, report=True)


def results(step: timedelta, dataset: Dataset) -> JsonLayout:
    """One document of results, read for its prices or for its quantities.

    A price is ``mcp``; ``mcp_capped``, and regulation's two parts of it, stay raw.
    """
    prices = dataset is ANCILLARY_PRICES
    figures: tuple[Number | Text, ...] = (
        (Number("mcp", to="price"), Text(_REQUIRED, required=False), optional("total_mw"))
        if prices
        else (
            optional("mcp"),
            Number(_REQUIRED, to="requirement"),
            Number("total_mw", to="procured"),
        )
    )
    return rows(
        dataset,
        beginning(step),
        Text("locale", to="location"),
        Text("service", to="product_native"),
        *figures,
        *(optional(name) for name in ("mcp_capped", "reg_ccp", "reg_pcp", *_MEGAWATTS)),
        derived=(_product(SERVICES),),
        constants=_CLEARING if prices else {},
    )


DAY_AHEAD_PRICES = results(HOUR, ANCILLARY_PRICES)
DAY_AHEAD_QUANTITIES = results(HOUR, ANCILLARY_QUANTITIES)
_UNTIL_FIVE_MINUTES = once(HOUR, before=midnight(NEW_MARKET, ZONE))
REAL_TIME_PRICES = corrected(results(FIVE_MINUTES, ANCILLARY_PRICES), _UNTIL_FIVE_MINUTES)
REAL_TIME_QUANTITIES = corrected(results(FIVE_MINUTES, ANCILLARY_QUANTITIES), _UNTIL_FIVE_MINUTES)

REGULATION_RESULTS = corrected(
    rows(
        ANCILLARY_QUANTITIES,
        beginning(HALF_HOUR),
        Number("requirement", to="requirement"),
        Number("total_mw", to="procured"),
        *(
            optional(name)
            for name in (
                *("regd_ssmw", "rega_ssmw", "regd_procure", "rega_procure", "deficiency", "rto_perfscore"),
                *("rega_mileage", "regd_mileage", "rega_hourly", "regd_hourly", "is_approved"),
                "modified_datetime_utc",
            )
        ),
        constants={
            "location": WHOLE,
            "product": AncillaryProduct.REGULATION.value,
            "product_native": "REG",
        },
    ),
    once(HOUR),
)


def _regulation(*place: Text, constants: Mapping[str, str]) -> JsonLayout:
    """Regulation's price for capability and for performance, which is called mileage as well.

    ``market_clearing_price`` is their sum and stays raw, as do the capped price and what is required and bought;
    rows of the older names have the sum as a price of its own (``rmcp``).
    """
    capability, movement = AncillaryProduct.REGULATION.value, AncillaryProduct.REGULATION_MOVEMENT.value
    performance = ("performance_clearing_price", "mileage_clearing_price", "rmpcp")
    return rows(
        ANCILLARY_PRICES,
        beginning(FIVE_MINUTES),
        *place,
        optional("market_clearing_price"),
        optional("market_capped_clearing_price"),
        Text(("reserve_quantity", "regulation_quantity"), required=False),
        Text(("reserve_requirement", "regulation_requirement"), required=False),
        constants={**constants, **_CLEARING},
        wide=Wide(
            to=("product", "product_native"),
            value="price",
            columns=(
                WideColumn(("capability_clearing_price", "rmccp"), words=(capability, "rmccp")),
                WideColumn(performance, words=(movement, "rmpcp")),
                WideColumn("rmcp", words=(capability, "rmcp"), required=False),
            ),
        ),
    )


REGULATION_PRICES = unless_without(
    _AREA,
    _regulation(Text(_AREA, to="location", required=False), constants={}),
    _regulation(constants={"location": WHOLE}),
)
"""A row an area and five minutes; rows that have no column for their area are of all of PJM."""

SETTLED = corrected(
    rows(
        ANCILLARY_PRICES,
        beginning(HOUR),
        Text("ancillary_service", to="product_native"),
        Number("value", to="price"),
        Text("unit"),
        optional("row_is_current"),
        optional("version_nbr"),
        derived=(
            _product({name: product for name, (_, product) in NAMES.items()}),
            Lookup(
                to="location",
                of="product_native",
                values={name: place for name, (place, _) in NAMES.items()},
                default=SOMEWHERE,
                report=True,
            ),
        ),
        constants=_CLEARING,
        superseded=Superseded("row_is_current"),
    ),
    only_prices,
)
"""Settled hourly prices by name, such as ``RTO Synchronized Reserve``: the name holds the place and the product."""


_CAPPED = Unconfirmed.noted(
    date(2026, 11, 24),
    "whether settlement takes mcp, as here, or mcp_capped",
    "the rows of SR, PR and 30MIN",
)
_TURN = (
    *_CAPPED,
    *Unconfirmed.noted(
        date(2026, 11, 24),
        (
            "whether five-minute results begin in September or October 2022",
            "until the latter, rows whose stamps are an hour apart are an hour long",
        ),
    ),
)
_BEFORE = (
    *_CAPPED,
    *Unconfirmed.noted(
        date(2026, 11, 24),
        "the services before October 2022",
        "whether September 2022 is hourly too",
    ),
)

_REAL_TIME = dataminer.rows("reserve_market_results")


def _quantities(prices: str) -> ExampleFiles:
    """The example of a feed of prices, read for its quantities."""
    return examples.of(f"{prices}.json", rows=f"{prices}_quantities.rows.json")


DAY_AHEAD_RESERVES = Feed(
    name="da_reserve_market_results",
    dataset=ANCILLARY_PRICES,
    run=Run.DAY_AHEAD,
    title="Day-ahead prices of synchronized, primary and thirty-minute reserve",
    documented_at=DOCUMENTED.format("da_reserve_market_results"),
    history=History(since=NEW_MARKET),
    chunk=ChunkSize.MONTH,
    publication=attrs.evolve(timing.DAY_AHEAD, published_ahead=timedelta(days=2)),
    layout=DAY_AHEAD_PRICES,
    example=examples.of("da_reserve_market_results.json"),
    sources=data_miner(dataminer.rows("da_reserve_market_results")),
    unconfirmed=_CAPPED,
)
DAY_AHEAD_RESERVE_QUANTITIES = attrs.evolve(
    DAY_AHEAD_RESERVES,
    name="da_reserve_market_results_quantities",
    dataset=ANCILLARY_QUANTITIES,
    title="Day-ahead requirements and purchases of reserves",
    layout=DAY_AHEAD_QUANTITIES,
    example=_quantities("da_reserve_market_results"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        ("the name of the requirement", "as_req_mw or reserve_requirement, both are read"),
    ),
)
REAL_TIME_RESERVES = attrs.evolve(
    DAY_AHEAD_RESERVES,
    name="reserve_market_results",
    run=Run.REAL_TIME_5MIN,
    title="Real-time prices of reserves and regulation, every five minutes",
    documented_at=DOCUMENTED.format("reserve_market_results"),
    history=attrs.evolve(DAY_AHEAD_RESERVES.history, since=REDESIGN),
    publication=timing.RESERVES,
    layout=REAL_TIME_PRICES,
    example=examples.of("reserve_market_results.json"),
    sources=data_miner(_REAL_TIME),
    unconfirmed=_TURN,
)
REAL_TIME_RESERVE_QUANTITIES = attrs.evolve(
    REAL_TIME_RESERVES,
    name="reserve_market_results_quantities",
    dataset=ANCILLARY_QUANTITIES,
    title="Real-time requirements and purchases of reserves and regulation, every five minutes",
    layout=REAL_TIME_QUANTITIES,
    example=_quantities("reserve_market_results"),
)
HOURLY_RESERVES = attrs.evolve(
    REAL_TIME_RESERVES,
    name="reserve_market_results_hourly",
    run=Run.REAL_TIME_HOURLY,
    title="Real-time hourly prices of reserves and regulation, until August 2022",
    history=attrs.evolve(REAL_TIME_RESERVES.history, since=date(2013, 6, 14)),
    layout=DAY_AHEAD_PRICES,
    example=examples.of("reserve_market_results_hourly.json"),
    sources=data_miner(_REAL_TIME, available=Days(end=REDESIGN)),
    unconfirmed=_BEFORE,
)
HOURLY_RESERVE_QUANTITIES = attrs.evolve(
    HOURLY_RESERVES,
    name="reserve_market_results_hourly_quantities",
    dataset=ANCILLARY_QUANTITIES,
    title="Real-time hourly requirements and purchases of reserves and regulation, until August 2022",
    layout=DAY_AHEAD_QUANTITIES,
    example=_quantities("reserve_market_results_hourly"),
)

REGULATION_MARKET = Feed(
    name="reg_market_results",
    dataset=ANCILLARY_QUANTITIES,
    run=Run.REAL_TIME_HOURLY,
    title="Regulation's requirement and purchases: hourly, since October 2025 half-hourly",
    documented_at=DOCUMENTED.format("reg_market_results"),
    history=History(since=date(2012, 10, 1)),
    chunk=ChunkSize.MONTH,
    publication=timing.MONTHLY,
    layout=REGULATION_RESULTS,
    example=examples.of("reg_market_results.json"),
    sources=data_miner(dataminer.rows()),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "its first day",
        (
            "that it is half-hourly since the redesign of 2025-10-01",
            "rows whose stamps are an hour apart are an hour long, whenever that is",
        ),
        "rows that are not approved yet are kept",
    ),
)
REGULATION_MARKET_PRICES = attrs.evolve(
    REGULATION_MARKET,
    name="reg_prices",
    dataset=ANCILLARY_PRICES,
    run=Run.REAL_TIME_5MIN,
    title="Regulation prices since the redesign of October 2025, every five minutes",
    documented_at=DOCUMENTED.format("reg_prices"),
    history=attrs.evolve(REGULATION_MARKET.history, since=date(2025, 9, 1)),
    publication=timing.SOME_DAYS,
    layout=REGULATION_PRICES,
    example=examples.of("reg_prices.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        (
            "its columns",
            "those of one client (area, capability_clearing_price, performance_clearing_price and more) are read, and the names of PJM's release notes (mileage_clearing_price, regulation_quantity) as well",
        ),
        "whether performance is paid by megawatt of movement",
        "whether settlement takes the capped price",
        "its first day",
    ),
)
SETTLED_PRICES = attrs.evolve(
    REGULATION_MARKET,
    name="ancillary_services",
    dataset=ANCILLARY_PRICES,
    title="Real-time hourly prices of reserves and regulation, as settled",
    documented_at=DOCUMENTED.format("ancillary_services"),
    publication=timing.SETTLED_SERVICES,
    layout=SETTLED,
    example=examples.of("ancillary_services.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "its first day",
        "the names other than RTO Synchronized Reserve, and those before October 2022",
        "whether regulation's mileage is paid by megawatt of movement",
    ),
)

ANCILLARY = (
    DAY_AHEAD_RESERVES,
    REAL_TIME_RESERVES,
    SETTLED_PRICES,
    REGULATION_MARKET_PRICES,
    HOURLY_RESERVES,
    DAY_AHEAD_RESERVE_QUANTITIES,
    REAL_TIME_RESERVE_QUANTITIES,
    REGULATION_MARKET,
    HOURLY_RESERVE_QUANTITIES,
)
"""The usual answers first."""
