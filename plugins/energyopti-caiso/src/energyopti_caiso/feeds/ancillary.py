"""CAISO's reserves and regulation: prices, requirements and procurement.

A published price is the shadow price of one region. Regions nest: a resource is paid the sum over all regions that
contain it. The feeds have both, distinguished by their basis.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, FeedSource, Publication, Run, Unconfirmed
from energyopti.datasets import ANCILLARY_PRICES, ANCILLARY_QUANTITIES
from energyopti.layouts import CsvLayout, Pattern, Text
from energyopti.timezones import DAY, HOUR
from energyopti.vocabulary import AncillaryProduct, PriceBasis
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import (
    HALF_HOUR,
    day_ahead,
    fifteen_minute,
    hour_ahead,
    oasis_feed,
    report_page,
)
from energyopti_caiso.feeds.clearing import SERVICES, with_clearing
from energyopti_caiso.protocol import oasis, runs
from energyopti_caiso.protocol.layouts import ITEM, QUARTER, figures, report, value
from energyopti_caiso.protocol.oasis import Report
from energyopti_caiso.protocol.pieces import awaiting, in_turn
from energyopti_caiso.protocol.runs import Words

PRODUCTS = {
    "NR": AncillaryProduct.NON_SPINNING_RESERVE,
    "NS": AncillaryProduct.NON_SPINNING_RESERVE,
    "SR": AncillaryProduct.SPINNING_RESERVE,
    "SP": AncillaryProduct.SPINNING_RESERVE,
    "RU": AncillaryProduct.REGULATION_UP,
    "RD": AncillaryProduct.REGULATION_DOWN,
    "RMU": AncillaryProduct.REGULATION_MILEAGE_UP,
    "RMD": AncillaryProduct.REGULATION_MILEAGE_DOWN,
    "IRU": AncillaryProduct.IMBALANCE_RESERVE_UP,
    "IRD": AncillaryProduct.IMBALANCE_RESERVE_DOWN,
    "RCU": AncillaryProduct.RELIABILITY_CAPACITY_UP,
    "RCD": AncillaryProduct.RELIABILITY_CAPACITY_DOWN,
}
"""The product by the prefix of its word, alone or before a quantity's name. The last four began on 2026-05-01."""

_OF_ALL = "AS_REQ_MAX_MW"
"""The maximum for all services together."""

_PRODUCT = Pattern(
    to="product",
    of="product_native",
    patterns={
        **{f"^{word}(_|$)": product.value for word, product in PRODUCTS.items()},
        f"^{_OF_ALL}$": AncillaryProduct.ALL_PRODUCTS.value,
    },
    default=AncillaryProduct.UNKNOWN.value,
    report=True,
)
_RESPONSE = Pattern(
    to="response_minutes", of="product_native", patterns={"^(NR|NS|SR|SP)(_|$)": 10}, default=None
)
"""Spinning and non-spinning reserve must be there within ten minutes."""

_WORDS = tuple(word for word in PRODUCTS if word not in {"NR", "SR"})
"""The prefixes of the quantities' names."""

_REGION = Text(("ANC_REGION", "RESOURCE_NAME"), to="location")
_ALL_SERVICES = {"anc_type": "ALL", "anc_region": "ALL"}

_PRICE_RUNS: runs.Feeds = {
    runs.DAM: "PRC_AS",
    runs.HASP: "PRC_AS_HASP",
    runs.QUARTER_HOUR: "PRC_INTVL_AS",
}


def _shadow_prices(words: Words) -> CsvLayout:
    """The regional shadow prices of a run."""
    return report(
        ANCILLARY_PRICES,
        Text(("ANC_TYPE", "DATA_ITEM"), to="product_native"),
        _REGION,
        value("price"),
        derived=(_PRODUCT, _RESPONSE),
        constants={"basis": PriceBasis.REGIONAL_SHADOW.value},
        only=(runs.run(words, _PRICE_RUNS),),
    )


def _price_sources(query: str, version: int, market_run: str) -> tuple[FeedSource, ...]:
    """The shadow prices of a run, and the prices paid."""
    asked = Report(query, version, {"market_run_id": market_run, **_ALL_SERVICES})
    return (oasis.single(asked, finish=in_turn(awaiting("product", SERVICES), with_clearing)),)


_PRICE_UNCONFIRMED = Unconfirmed.noted(
    date(2026, 11, 30),
    (
        "that every service has a price in all six regions since 2023, in all runs",
        "in 2014 the north had no prices",
    ),
)
DAY_AHEAD = day_ahead(
    name="PRC_AS",
    documented_at=report_page("PRC_AS"),
    dataset=ANCILLARY_PRICES,
    title="Day-ahead reserve and regulation prices, by region and as paid",
    layout=_shadow_prices(runs.DAM),
    example=example("PRC_AS.csv"),
    sources=_price_sources("PRC_AS", 12, "DAM"),
    unconfirmed=_PRICE_UNCONFIRMED,
)
HOUR_AHEAD = hour_ahead(
    name="PRC_AS_HASP",
    documented_at=report_page("PRC_AS_HASP"),
    dataset=ANCILLARY_PRICES,
    title="Hour-ahead reserve and regulation prices, by region and as paid",
    layout=_shadow_prices(runs.HASP),
    example=example("PRC_AS_HASP.csv"),
    sources=_price_sources("PRC_AS", 12, "HASP"),
    unconfirmed=_PRICE_UNCONFIRMED,
)
REAL_TIME = fifteen_minute(
    name="PRC_INTVL_AS",
    documented_at=report_page("PRC_INTVL_AS"),
    dataset=ANCILLARY_PRICES,
    title="Real-time reserve and regulation prices, 15-minute, by region and as paid",
    chunk=ChunkSize.HOUR,
    layout=_shadow_prices(runs.QUARTER_HOUR),
    example=example("PRC_INTVL_AS.csv"),
    sources=_price_sources("PRC_INTVL_AS", 1, "RTM"),
    unconfirmed=_PRICE_UNCONFIRMED,
)

_MINIMA = tuple(f"{word}_REQ_MIN_MW" for word in _WORDS)
_MAXIMA = (*(f"{word}_REQ_MAX_MW" for word in _WORDS), _OF_ALL)
_BOUGHT = tuple(f"{word}_{what}_MW" for word in _WORDS for what in ("PROC", "SPROC", "TOT"))
_COSTS = tuple(f"{word}_TOT_CST_PRC" for word in _WORDS)


@attrs.frozen
class Quantities:
    """The quantities of a document that fill a field, and those that do not.

    The source's own word for a product is the name of the quantity. Values in ``null_values`` are null.
    """

    to: str
    items: tuple[str, ...]
    others: tuple[str, ...] = ()
    null_values: tuple[float, ...] = ()

    def layout(self, prefix: str, words: Words) -> CsvLayout:
        """The quantities of a run by region and name; ``prefix`` begins the names of the feeds of all runs."""
        return report(
            ANCILLARY_QUANTITIES,
            Text(ITEM.names, to="product_native", words={item: item for item in self.items}),
            _REGION,
            long=figures(
                dict.fromkeys(self.items, self.to) | dict.fromkeys(self.others),
                same=(_REGION.name, ITEM.name),
                null_values=self.null_values,
            ),
            derived=(_PRODUCT, _RESPONSE),
            only=(runs.run(words, {each: f"{prefix}_{run_id}" for run_id, each, *_ in _RUNS}),),
        )


_MINIMUM = Quantities("requirement", _MINIMA, _MAXIMA)
_MAXIMUM = Quantities("requirement", _MAXIMA, _MINIMA, null_values=(0.0,))
"""A maximum of zero means no limit: null."""

NEEDS = Quantities("requirement", (*_MINIMA, *_MAXIMA))
"""The published document, which has both."""

_BOUGHT_QUANTITIES = Quantities("procured", _BOUGHT, _COSTS)

_RUNS: tuple[tuple[str, Words, str, Run, timedelta, timedelta, Publication], ...] = (
    ("DAM", runs.DAM, "Day-ahead", Run.DAY_AHEAD, HOUR, 2 * DAY, timing.DAY_AHEAD),
    ("HASP", runs.HASP, "Hour-ahead", Run.HOUR_AHEAD, HOUR, 2 * HOUR, timing.HOUR_AHEAD),
    (
        "RTM",
        runs.QUARTER_HOUR,
        "Real-time",
        Run.REAL_TIME_15MIN,
        QUARTER,
        QUARTER,
        timing.REAL_TIME_QUANTITIES,
    ),
)


def _feeds(
    prefix: str,
    what: str,
    query: str,
    quantities: Quantities,
    *,
    sparse: bool,
    unconfirmed: tuple[Unconfirmed, ...],
) -> tuple[Feed, ...]:
    """A report's feeds, one per run."""
    return tuple(
        oasis_feed(
            name=f"{prefix}_{run_id}",
            documented_at=report_page(f"{prefix}_{run_id}"),
            dataset=ANCILLARY_QUANTITIES,
            run=run,
            title=f"{when} {what} of reserves and regulation by region",
            step=step,
            sparse=sparse,
            publication=attrs.evolve(times, published_ahead=published_ahead, refresh_every=HALF_HOUR),
            layout=quantities.layout(prefix, words),
            example=example(f"{query}_{run_id}.csv", rows=f"{prefix}_DAM.rows.json"),
            sources=(oasis.single(Report(query, 1, {"market_run_id": run_id, **_ALL_SERVICES})),),
            unconfirmed=unconfirmed,
        )
        for run_id, words, when, run, step, published_ahead, times in _RUNS
    )


_NEW = Unconfirmed.noted(
    date(2026, 11, 29),
    "the names of imbalance reserve and reliability capacity, if the report has any",
)
_COLUMNS = (
    *Unconfirmed.noted(
        date(2026, 11, 29),
        "that the CSV form has the columns of AS_RESULTS",
    ),
    *_NEW,
)
REQUIREMENTS = _feeds(
    "AS_REQ", "minimum requirements", "AS_REQ", _MINIMUM, sparse=False, unconfirmed=_COLUMNS
)
LIMITS = _feeds(
    "AS_REQ_MAX",
    "maximum procurement (in `requirement`; null: no limit)",
    "AS_REQ",
    _MAXIMUM,
    sparse=False,
    unconfirmed=_COLUMNS,
)
RESULTS = _feeds(
    "AS_RESULTS",
    "procurement, self-provision and their total",
    "AS_RESULTS",
    _BOUGHT_QUANTITIES,
    sparse=True,
    unconfirmed=(
        *Unconfirmed.noted(
            date(2026, 11, 29),
            ("that only binding regions appear", "an absent region may have procured too"),
        ),
        *_NEW,
    ),
)

ANCILLARY = (DAY_AHEAD, HOUR_AHEAD, REAL_TIME, *REQUIREMENTS, *LIMITS, *RESULTS)
