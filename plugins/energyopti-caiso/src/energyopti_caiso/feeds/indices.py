"""Price indices that CAISO publishes as inputs to bids: gas by fuel region, and greenhouse-gas allowances."""

from __future__ import annotations

from datetime import date

import attrs

from energyopti import ChunkSize, Feed, Unconfirmed
from energyopti.datasets import INDEX_PRICES
from energyopti.layouts import CsvLayout, Number, Text
from energyopti.timezones import DAY, HOUR
from energyopti.vocabulary import Commodity
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import OASIS, oasis_feed, report_page
from energyopti_caiso.protocol import oasis
from energyopti_caiso.protocol.layouts import CLOCK, report, value
from energyopti_caiso.protocol.oasis import Report

PROGRAMME = "CARB"
"""The allowances are the California Air Resources Board's."""

_DAYS = attrs.evolve(CLOCK, step=DAY, irregular=True)
"""Days, or the hours that a day is split into."""

_GAS = report(
    INDEX_PRICES,
    Text(("FUEL_REGION_ID", "RESOURCE_NAME"), to="location"),
    value("price", "PRC"),
    time=_DAYS,
    constants={"commodity": Commodity.GAS.value, "price_unit": "USD/MMBtu"},
)
_ALLOWANCES = report(
    INDEX_PRICES,
    Number(("GHG_PRC_IDX", "PRC", "VALUE"), to="price"),
    time=_DAYS,
    constants={"commodity": Commodity.GHG.value, "location": PROGRAMME, "price_unit": "USD/t CO2e"},
)


def _feed(asked: Report, title: str, layout: CsvLayout, unconfirmed: tuple[Unconfirmed, ...]) -> Feed:
    """A feed of daily prices."""
    return oasis_feed(
        name=asked.name,
        documented_at=report_page(asked.name),
        dataset=INDEX_PRICES,
        title=title,
        history=attrs.evolve(OASIS, since=date(2013, 1, 1)),
        step=DAY,
        chunk=ChunkSize.MONTH,
        publication=attrs.evolve(timing.INDICES, published_ahead=2 * DAY, refresh_every=HOUR),
        layout=layout,
        example=example(f"{asked.name}.csv"),
        sources=(oasis.single(asked),),
        unconfirmed=unconfirmed,
    )


GAS = _feed(
    Report("PRC_FUEL", 1, {"fuel_region_id": "ALL"}),
    "Gas price indices by fuel region, daily",
    _GAS,
    Unconfirmed.noted(
        date(2026, 11, 25),
        "its first day",
        "whether a day is one row or its hours",
    ),
)
ALLOWANCES = _feed(
    Report("PRC_GHG_ALLOWANCE"),
    "Greenhouse-gas allowance price index, daily",
    _ALLOWANCES,
    Unconfirmed.noted(
        date(2026, 11, 25),
        "its first day",
        "its columns other than the price and the times",
        ("the unit", "USD per metric ton is assumed"),
    ),
)
INDICES = (GAS, ALLOWANCES)
