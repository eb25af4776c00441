"""Index prices that CAISO publishes as inputs of bids: gas by fuel region, and greenhouse-gas allowances."""

from __future__ import annotations

from datetime import date

from energyopti import ChunkSize, Feed
from energyopti.datasets import INDEX_PRICES
from energyopti.layouts import CsvLayout, Number, Text
from energyopti.timezones import DAY, HOUR
from energyopti.vocabulary import Commodity
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import oasis_feed
from energyopti_caiso.protocol import oasis
from energyopti_caiso.protocol.layouts import report, value
from energyopti_caiso.protocol.oasis import Report

PROGRAMME = "CARB"
"""Whose allowances they are: the California Air Resources Board's."""

_GAS = report(
    INDEX_PRICES,
    Text(("FUEL_REGION_ID", "RESOURCE_NAME"), to="location"),
    value("price", "PRC"),
    constants={"commodity": Commodity.GAS.value, "price_unit": "USD/MMBtu"},
)
_ALLOWANCES = report(
    INDEX_PRICES,
    Number(("GHG_PRC_IDX", "PRC", "VALUE"), to="price"),
    constants={"commodity": Commodity.GHG.value, "location": PROGRAMME, "price_unit": "USD/t CO2e"},
)


def _feed(asked: Report, title: str, layout: CsvLayout, unconfirmed: str) -> Feed:
    """A feed of daily prices."""
    return oasis_feed(
        name=asked.name,
        dataset=INDEX_PRICES,
        title=title,
        history_from=date(2013, 1, 1),
        step=DAY,
        irregular=True,
        chunk=ChunkSize.MONTH,
        published_ahead=2 * DAY,
        refresh_every=HOUR,
        **timing.INDICES,
        layout=layout,
        example=example(f"{asked.name}.csv"),
        sources=(oasis.single(asked),),
        unconfirmed=unconfirmed,
    )


GAS = _feed(
    Report("PRC_FUEL", 1, {"fuel_region_id": "ALL"}),
    "Gas price indices by fuel region, daily",
    _GAS,
    "its first day; whether a day is one row or its hours",
)
ALLOWANCES = _feed(
    Report("PRC_GHG_ALLOWANCE"),
    "Greenhouse-gas allowance price index, daily",
    _ALLOWANCES,
    "its first day; its columns beside the price and the times; the unit: USD per metric ton is assumed",
)
INDICES = (GAS, ALLOWANCES)
