"""ERCOT's prices: settlement points and buses, day-ahead, every quarter of an hour and every dispatch run.

A settlement point price holds the adders for scarce reserves (before 2025-12-05), an LMP of the dispatch does not:
they are feeds of their own. ERCOT publishes no components of a price.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs

from energyopti import Example, Feed, Run
from energyopti.datasets import LMP
from energyopti.layouts import CsvLayout, HourEnding, Lookup, Number, Stamp, Text
from energyopti.vocabulary import LocationType
from energyopti_ercot import timetable
from energyopti_ercot.daily import Daily
from energyopti_ercot.documents import MINUTE_STAMP, SECOND_STAMP, Report
from energyopti_ercot.examples import prices as examples
from energyopti_ercot.layouts import (
    FIVE_MINUTES,
    HOUR,
    PLAIN,
    QUARTER,
    api_report,
    dispatch,
    dispatch_of_api,
    hours,
    of_api,
    report,
)
from energyopti_ercot.sources import API_FROM, API_UNCONFIRMED, PRODUCT, EndPoint, feed_sources
from energyopti_ercot.vocabulary import NAMED_TYPES, POINT_TYPES, SYSTEM
from energyopti_ercot.workbooks import hub_prices, since_2010

_QUARTERS = hours(hour="DeliveryHour", form=PLAIN, interval="DeliveryInterval")
_HOURS = hours()
_PRICE = Number("SettlementPointPrice", to="lmp")
_TYPE = Text("SettlementPointType", to="location_type", words=POINT_TYPES, default=LocationType.NODE.value)
_CAPPED = ("CappedLMP", "LMP")
_CAPPED_LAMBDA = ("CappedSystemLambda", "SystemLambda")
_TYPE_BY_NAME = Lookup(to="location_type", of="location", values=NAMED_TYPES, default=LocationType.NODE.value)
_BUS = {"location_type": LocationType.BUS.value}
_SYSTEM = {"location": SYSTEM, "location_type": LocationType.SYSTEM.value}
_BY_NAME = (
    "a hub or load zone that is new since 2026 counts as a node, since the report does not say its type"
)
_NEXT_RUN = "the last run of a day is taken to last five minutes"


def _lmp(
    time: HourEnding | Stamp, api_time: HourEnding | Stamp, *columns: Text | Number, **more: Any
) -> CsvLayout:
    """Prices in both forms; the names of columns are compared in any case."""
    api = api_report(LMP, api_time, columns=columns, **more)
    return report(LMP, time, api=api, columns=columns, **more)


HOURLY_HUBS = hub_prices(
    "Hour Ending",
    Text("Settlement Point", to="location"),
    Number("Settlement Point Price", to="lmp"),
    derived=(_TYPE_BY_NAME,),
)
QUARTERLY_HUBS = hub_prices(
    "Delivery Hour",
    Text("Settlement Point Name", to="location"),
    attrs.evolve(_TYPE, names="Settlement Point Type"),
    Number("Settlement Point Price", to="lmp"),
    interval="Delivery Interval",
)
SETTLEMENT_POINTS = _lmp(
    _QUARTERS,
    of_api(_QUARTERS, hour="deliveryHour", interval="deliveryInterval"),
    Text(("SettlementPointName", "settlementPoint"), to="location"),
    _TYPE,
    _PRICE,
)
DAY_AHEAD_POINTS = _lmp(
    _HOURS, of_api(_HOURS), Text("SettlementPoint", to="location"), _PRICE, derived=(_TYPE_BY_NAME,)
)
DAY_AHEAD_BUSES = _lmp(
    _HOURS, of_api(_HOURS), Text("BusName", to="location"), Number("LMP", to="lmp"), constants=_BUS
)
DISPATCH_POINTS = _lmp(
    dispatch(),
    dispatch_of_api(),
    Text("SettlementPoint", to="location"),
    Number("LMP", to="lmp"),
    derived=(_TYPE_BY_NAME,),
)
DISPATCH_BUSES = _lmp(
    dispatch(),
    dispatch_of_api("repeatedHourFlag"),
    Text("ElectricalBus", to="location"),
    Number(_CAPPED, to="lmp"),
    constants=_BUS,
    ignored=("UncappedLMP",),
)
DISPATCH_LAMBDA = _lmp(
    dispatch(),
    dispatch_of_api("repeatedHourFlag"),
    Number(_CAPPED_LAMBDA, to="lmp"),
    constants=_SYSTEM,
    ignored=("UncappedSystemLambda",),
)
DAY_AHEAD_LAMBDA = _lmp(_HOURS, of_api(_HOURS), Number("SystemLambda", to="lmp"), constants=_SYSTEM)


def _day_ahead(name: str, number: str, product: str, layout: CsvLayout, **more: Any) -> Feed:
    """A feed of day-ahead prices: one document a day, published the day before."""
    source = Daily(number=number, first=-1)
    return Feed(
        name=name,
        dataset=LMP,
        run=Run.DAY_AHEAD,
        documented_at=PRODUCT.format(product),
        history_from=API_FROM,
        step=HOUR,
        published_ahead=timedelta(days=2),
        due=timetable.DAY_AHEAD_MARKET,
        **timetable.PRICES,
        refresh_every=timedelta(minutes=30),
        layout=layout,
        sources=feed_sources(source, layout, EndPoint(path=f"{product.lower()}/{name}")),
        **more,
    )


def _dispatched(name: str, number: str, product: str, layout: CsvLayout, **more: Any) -> Feed:
    """A feed of prices of the dispatch: one document a run, some 288 a day."""
    source = Report(number=number, named=SECOND_STAMP, every=FIVE_MINUTES)
    end_point = EndPoint(path=f"{product.lower()}/{name}", by="SCEDTimestamp", stamps=True)
    return Feed(
        name=name,
        dataset=LMP,
        run=Run.REAL_TIME_5MIN,
        documented_at=PRODUCT.format(product),
        history_from=API_FROM,
        step=FIVE_MINUTES,
        irregular=True,
        due=timetable.REAL_TIME,
        **timetable.PRICES,
        layout=layout,
        sources=feed_sources(source, layout, end_point),
        **more,
    )


DAY_AHEAD_PRICES = _day_ahead(
    "dam_stlmnt_pnt_prices",
    "12331",
    "NP4-190-CD",
    DAY_AHEAD_POINTS,
    title="Day-ahead settlement point prices: hubs, load zones and resource nodes, hourly",
    example=Example(payload=examples.DAY_AHEAD, rows=examples.DAY_AHEAD_ROWS),
    unconfirmed=f"{API_UNCONFIRMED}; {_BY_NAME}",
)
REAL_TIME_PRICES = Feed(
    name="spp_node_zone_hub",
    dataset=LMP,
    run=Run.REAL_TIME_15MIN,
    title="Real-time settlement point prices: hubs, load zones and resource nodes, every 15 minutes",
    documented_at=PRODUCT.format("NP6-905-CD"),
    history_from=API_FROM,
    step=QUARTER,
    due=timetable.REAL_TIME,
    **timetable.PRICES,
    layout=SETTLEMENT_POINTS,
    example=Example(payload=examples.REAL_TIME, rows=examples.REAL_TIME_ROWS),
    sources=feed_sources(
        Report(number="12301", named=MINUTE_STAMP, ends=True, every=QUARTER),
        SETTLEMENT_POINTS,
        EndPoint(path="np6-905-cd/spp_node_zone_hub"),
    ),
    unconfirmed=API_UNCONFIRMED,
)
DISPATCH_PRICES = _dispatched(
    "lmp_node_zone_hub",
    "12300",
    "NP6-788-CD",
    DISPATCH_POINTS,
    title="Real-time LMP of every dispatch run (SCED): hubs, load zones and resource nodes, without adders",
    example=Example(payload=examples.DISPATCH, rows=examples.DISPATCH_ROWS),
    unconfirmed=f"{API_UNCONFIRMED}; {_NEXT_RUN}; {_BY_NAME}",
)
DAY_AHEAD_BUS_PRICES = _day_ahead(
    "dam_hourly_lmp",
    "12328",
    "NP4-183-CD",
    DAY_AHEAD_BUSES,
    title="Day-ahead LMP of electrical buses, hourly",
    example=Example(payload=examples.DAY_AHEAD_BUSES, rows=examples.DAY_AHEAD_BUSES_ROWS),
    unconfirmed=API_UNCONFIRMED,
)
DISPATCH_BUS_PRICES = _dispatched(
    "lmp_electrical_bus",
    "11485",
    "NP6-787-CD",
    DISPATCH_BUSES,
    title="Real-time LMP of electrical buses in every dispatch run (SCED); capped since 2026-08-27",
    example=Example(payload=examples.DISPATCH_BUSES, rows=examples.DISPATCH_BUSES_ROWS),
    unconfirmed=f"{API_UNCONFIRMED}; what the stamp in a document's name looks like: as in NP6-788-CD; {_NEXT_RUN}",
)
DISPATCH_SYSTEM_LAMBDA = _dispatched(
    "sced_system_lambda",
    "13114",
    "NP6-322-CD",
    DISPATCH_LAMBDA,
    title="System lambda of every dispatch run (SCED): the price of energy without congestion",
    example=Example(payload=examples.DISPATCH_LAMBDA, rows=examples.DISPATCH_LAMBDA_ROWS),
    unconfirmed=f"{API_UNCONFIRMED}; {_NEXT_RUN}",
)
DAY_AHEAD_SYSTEM_LAMBDA = _day_ahead(
    "dam_system_lambda",
    "13113",
    "NP4-523-CD",
    DAY_AHEAD_LAMBDA,
    title="Day-ahead system lambda, hourly: the price of energy without congestion",
    example=Example(payload=examples.DAY_AHEAD_LAMBDA, rows=examples.DAY_AHEAD_LAMBDA_ROWS),
    unconfirmed=f"{API_UNCONFIRMED}; the number of its list of documents (13113)",
)

PRICES = (
    since_2010(DAY_AHEAD_PRICES, "13060", HOURLY_HUBS),
    since_2010(REAL_TIME_PRICES, "13061", QUARTERLY_HUBS),
    DISPATCH_PRICES,
    DAY_AHEAD_BUS_PRICES,
    DISPATCH_BUS_PRICES,
    DAY_AHEAD_SYSTEM_LAMBDA,
    DISPATCH_SYSTEM_LAMBDA,
)
