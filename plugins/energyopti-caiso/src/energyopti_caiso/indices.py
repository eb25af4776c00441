"""Index prices that CAISO publishes as inputs of bids: gas by fuel region, and greenhouse-gas allowances."""

from __future__ import annotations

from datetime import date

from energyopti import ChunkSize, Example, Feed
from energyopti.datasets import INDEX_PRICES
from energyopti.layouts import CsvLayout, Number, Text
from energyopti.vocabulary import Commodity
from energyopti_caiso import oasis, timetable
from energyopti_caiso.documented import SPECIFICATION
from energyopti_caiso.examples import indices as examples
from energyopti_caiso.layouts import DAY, HOUR, report, value
from energyopti_caiso.oasis import KEPT, Report

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


def _feed(source: Report, title: str, layout: CsvLayout, example: Example, unconfirmed: str) -> Feed:
    """A feed of daily prices."""
    return Feed(
        name=source.name,
        dataset=INDEX_PRICES,
        title=title,
        documented_at=SPECIFICATION,
        history_from=date(2013, 1, 1),
        step=DAY,
        irregular=True,
        chunk=ChunkSize.MONTH,
        published_ahead=2 * DAY,
        due=timetable.INDICES,
        **timetable.TAKEN_AS_PRICES,
        refresh_every=HOUR,
        retention=KEPT,
        layout=layout,
        example=example,
        sources=oasis.single(source, layout),
        unconfirmed=unconfirmed,
    )


GAS = _feed(
    Report("PRC_FUEL", 1, {"fuel_region_id": "ALL"}),
    "Gas price indices by fuel region, daily",
    _GAS,
    Example(payload=examples.GAS, rows=examples.GAS_ROWS),
    "its first day; whether a day is one row or its hours",
)
ALLOWANCES = _feed(
    Report("PRC_GHG_ALLOWANCE"),
    "Greenhouse-gas allowance price index, daily",
    _ALLOWANCES,
    Example(payload=examples.ALLOWANCES, rows=examples.ALLOWANCE_ROWS),
    "its first day; its columns beside the price and the times; the unit: USD per metric ton is assumed",
)
INDICES = (GAS, ALLOWANCES)
