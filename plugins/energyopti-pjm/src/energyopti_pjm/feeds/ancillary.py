"""PJM's reserves and regulation: clearing prices, requirements and purchased quantities.

Since October 2022 PJM buys synchronized reserve (SR), primary reserve (PR, which includes SR) and thirty-minute reserve
(30MIN, which includes both) for all of PJM and for the Mid-Atlantic and Dominion subzone (MAD) within it: products and
locales overlap. All are kept; never add them up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Days, ExampleFiles, Feed, History, Run, Unconfirmed
from energyopti.datasets import ANCILLARY_PRICES, ANCILLARY_QUANTITIES, Dataset
from energyopti.layouts import JsonLayout, Lookup, Number, Text, Wide, WideColumn
from energyopti.timezones import HOUR, midnight
from energyopti.vocabulary import AncillaryProduct, PriceBasis
from energyopti_pjm import examples, timing
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.corrected import corrected, once, unless_without
from energyopti_pjm.protocol.dataminer import DOCUMENTED, data_miner
from energyopti_pjm.protocol.rows import FIVE_MINUTES, ZONE, beginning, optional, rows
from energyopti_pjm.vocabulary import RESPONSE_MINUTES, SERVICES, SERVICES_BOUGHT, WHOLE

HALF_HOUR = timedelta(minutes=30)
REDESIGN = date(2022, 9, 1)
"""The first day of five-minute real-time results; before, they are hourly."""

NEW_MARKET = date(2022, 10, 1)
"""From this day on real-time results are five-minute in any case."""

CLEARING = {"basis": PriceBasis.CLEARING.value}
_AREA = "area"
_REQUIRED = ("as_req_mw", "reserve_requirement")
_MEGAWATTS = ("as_mw", "ss_mw", "tier1_mw", "ircmwt2", "dsr_as_mw", "nsr_mw", "regd_mw")


RESPONSE = Lookup(to="response_minutes", of="product_native", values=RESPONSE_MINUTES, default=None)


def product_of(values: Mapping[str, str]) -> Lookup:
    """The product that a native word means; an unknown word gives ``unknown`` and a finding."""
    unknown = AncillaryProduct.UNKNOWN.value
    return Lookup(to="product", of="product_native", values=values, default=unknown, report=True)


def results(step: timedelta, dataset: Dataset) -> JsonLayout:
    """One document of results, read for its prices or its quantities.

    The price is ``mcp``; ``mcp_capped`` and its two parts for regulation are in the raw columns.
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
        derived=(product_of(SERVICES if prices else SERVICES_BOUGHT), RESPONSE),
        constants=CLEARING if prices else {},
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
    """Regulation's prices for capability and for performance.

    PJM's release notes of 2025 call performance mileage: the column is read by both names, as one product.
    ``market_clearing_price`` is their sum; it is in the raw columns, with the capped price, the requirement and the
    purchases. Rows with the older names have the sum as a price of its own (``rmcp``).
    """
    capability, paid_for_performance, total = (
        AncillaryProduct.REGULATION_CAPABILITY.value,
        AncillaryProduct.REGULATION_PERFORMANCE.value,
        AncillaryProduct.REGULATION_TOTAL.value,
    )
    performance = ("performance_clearing_price", "mileage_clearing_price", "rmpcp")
    return rows(
        ANCILLARY_PRICES,
        beginning(FIVE_MINUTES),
        *place,
        optional("market_clearing_price"),
        optional("market_capped_clearing_price"),
        Text(("reserve_quantity", "regulation_quantity"), required=False),
        Text(("reserve_requirement", "regulation_requirement"), required=False),
        constants={**constants, **CLEARING},
        wide=Wide(
            to=("product", "product_native"),
            value="price",
            columns=(
                WideColumn(("capability_clearing_price", "rmccp"), words=(capability, "rmccp")),
                WideColumn(performance, words=(paid_for_performance, "rmpcp")),
                WideColumn("rmcp", words=(total, "rmcp"), required=False),
            ),
        ),
    )


REGULATION_PRICES = unless_without(
    _AREA,
    _regulation(Text(_AREA, to="location", required=False), constants={}),
    _regulation(constants={"location": WHOLE}),
)
"""One row per area and five minutes; rows without an area column are for all of PJM."""


_CAPPED = Unconfirmed.noted(
    date(2026, 11, 24),
    "whether settlement uses mcp, as here, or mcp_capped",
    "the rows of SR, PR and 30MIN",
)
_TURN = (
    *_CAPPED,
    *Unconfirmed.noted(
        date(2026, 11, 24),
        (
            "whether five-minute results begin in September or October 2022",
            "until October, rows whose stamps are an hour apart are taken as hourly",
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
    """The example of a price feed, read for its quantities."""
    return examples.of(f"{prices}.json", rows=f"{prices}_quantities.rows.json")


DAY_AHEAD_RESERVES = Feed(
    name="da_reserve_market_results",
    dataset=ANCILLARY_PRICES,
    run=Run.DAY_AHEAD,
    title="Day-ahead prices of synchronized, primary and thirty-minute reserve, hourly",
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
    title="Day-ahead reserve requirements and purchases, hourly",
    layout=DAY_AHEAD_QUANTITIES,
    example=_quantities("da_reserve_market_results"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        ("the name of the requirement", "both are read: as_req_mw and reserve_requirement"),
    ),
)
REAL_TIME_RESERVES = attrs.evolve(
    DAY_AHEAD_RESERVES,
    name="reserve_market_results",
    run=Run.REAL_TIME_5MIN,
    title="Real-time reserve and regulation prices, five-minute",
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
    title="Real-time reserve and regulation requirements and purchases, five-minute",
    layout=REAL_TIME_QUANTITIES,
    example=_quantities("reserve_market_results"),
)
HOURLY_RESERVES = attrs.evolve(
    REAL_TIME_RESERVES,
    name="reserve_market_results_hourly",
    run=Run.REAL_TIME_HOURLY,
    title="Real-time reserve and regulation prices, hourly, until August 2022",
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
    title="Real-time reserve and regulation requirements and purchases, hourly, until August 2022",
    layout=DAY_AHEAD_QUANTITIES,
    example=_quantities("reserve_market_results_hourly"),
)

REGULATION_MARKET = Feed(
    name="reg_market_results",
    dataset=ANCILLARY_QUANTITIES,
    run=Run.REAL_TIME_HOURLY,
    title="Regulation requirement and purchases: hourly, since October 2025 half-hourly",
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
            "rows whose stamps are an hour apart are taken as hourly, on any day",
        ),
        "rows that PJM has not approved yet are kept",
    ),
)
REGULATION_MARKET_PRICES = attrs.evolve(
    REGULATION_MARKET,
    name="reg_prices",
    dataset=ANCILLARY_PRICES,
    run=Run.REAL_TIME_5MIN,
    title="Regulation prices since the redesign of October 2025, five-minute",
    documented_at=DOCUMENTED.format("reg_prices"),
    history=attrs.evolve(REGULATION_MARKET.history, since=date(2025, 9, 1)),
    publication=timing.SOME_DAYS,
    layout=REGULATION_PRICES,
    example=examples.of("reg_prices.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        (
            "its columns",
            "both are read: those of one client (area, capability_clearing_price, performance_clearing_price and more), and the names in PJM's release notes (mileage_clearing_price, regulation_quantity)",
        ),
        (
            "whether performance is paid per MW of movement",
            "the release notes of 2025 rename it mileage; it is read as performance by either name",
        ),
        "whether settlement uses the capped price",
        "its first day",
    ),
)
ANCILLARY = (
    DAY_AHEAD_RESERVES,
    REAL_TIME_RESERVES,
    REGULATION_MARKET_PRICES,
    DAY_AHEAD_RESERVE_QUANTITIES,
    REAL_TIME_RESERVE_QUANTITIES,
    REGULATION_MARKET,
)
"""The defaults first."""

ANCILLARY_UNTIL_2022 = (HOURLY_RESERVES, HOURLY_RESERVE_QUANTITIES)
"""The default of nothing."""
