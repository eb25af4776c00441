"""ERCOT's prices: settlement points and electrical buses, day-ahead, 15-minute and by SCED run.

A real-time settlement point price (SPP) includes adders: until 2025-12-04 those for scarce reserve on line (RTORPA, since
June 2014) and for reliability deployments (RTORDPA, since 2015), from 2025-12-05 on only the latter, now RTRDPA. An LMP of
SCED has none of them. So they are separate feeds, and so are the adders (`energyopti_ercot.feeds.adders`). ERCOT does not
publish price components.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import attrs

from energyopti import Days, Feed, FeedSource, History, Run, Unconfirmed
from energyopti.datasets import LMP
from energyopti.layouts import CsvLayout, Derivation, ExcelLayout, HourEnding, Lookup, Number, Stamp, Text
from energyopti.vocabulary import LocationType
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.by_run import day_ahead, dispatched
from energyopti_ercot.locations import NAMED_TYPES, POINT_TYPES, SYSTEM
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.daily import Daily
from energyopti_ercot.protocol.documents import MINUTE_STAMP, SECOND_STAMP, Report
from energyopti_ercot.protocol.layouts import (
    FIVE_MINUTES,
    PLAIN,
    QUARTER,
    ZONE,
    both_forms,
    dispatch,
    dispatch_of_api,
    hours,
    in_every_spelling,
    of_api,
)
from energyopti_ercot.protocol.sources import API_FROM, API_UNCONFIRMED, PRODUCT, feed_sources
from energyopti_ercot.protocol.workbooks import (
    FIRST_DAY,
    YEARLY,
    from_year,
    hours_of_year,
    in_months,
    month_reader,
)

_QUARTERS = hours(hour="DeliveryHour", form=PLAIN, interval="DeliveryInterval")
_HOURS = hours()
_PRICE = Number("SettlementPointPrice", to="lmp")
_TYPE = Text("SettlementPointType", to="location_type", words=POINT_TYPES, default=LocationType.NODE.value)
_CAPPED = ("CappedLMP", "LMP")
_CAPPED_LAMBDA = ("CappedSystemLambda", "SystemLambda")
_TYPE_BY_NAME = Lookup(to="location_type", of="location", values=NAMED_TYPES, default=LocationType.NODE.value)
_BUS = {"location_type": LocationType.BUS.value}
_SYSTEM = {"location": SYSTEM, "location_type": LocationType.SYSTEM.value}
_BY_NAME = Unconfirmed.noted(
    date(2026, 11, 24),
    "a hub or load zone added since 2026 counts as a node, since the report does not say its type",
)
_NEXT_RUN = Unconfirmed.noted(
    date(2026, 11, 24),
    "that the last run of a day lasts five minutes",
)


def hub_prices(
    hour: str,
    *columns: Text | Number,
    interval: str | None = None,
    derived: tuple[Derivation, ...] = (),
) -> ExcelLayout:
    """Prices of a yearly workbook, from all of its sheets."""
    return ExcelLayout(
        dataset=LMP,
        zone=ZONE,
        time=hours_of_year(hour, interval),
        **in_months("Delivery Date"),
        **in_every_spelling({"columns": columns, "derived": derived}),
    )


def _lmp(
    time: HourEnding | Stamp,
    api_time: HourEnding | Stamp,
    *columns: Text | Number,
    derived: tuple[Derivation, ...] = (),
    constants: Mapping[str, str] | None = None,
    ignored: tuple[str, ...] = (),
) -> CsvLayout:
    """Prices in both forms; column names match in any case."""
    return both_forms(
        LMP, time, api_time, columns=columns, derived=derived, constants=constants or {}, ignored=ignored
    )


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


def _day_ahead(
    name: str, number: str, product: str, title: str, layout: CsvLayout, unconfirmed: tuple[Unconfirmed, ...]
) -> Feed:
    """A feed of day-ahead prices: one document per day, published the day before."""
    return day_ahead(
        name=name,
        dataset=LMP,
        title=title,
        documented_at=PRODUCT.format(product),
        layout=layout,
        example=example(f"{name}.csv"),
        sources=feed_sources(Daily(number=number, first=-1), EndPoint(path=f"{product.lower()}/{name}")),
        unconfirmed=unconfirmed,
    )


def _dispatched(
    name: str, number: str, product: str, title: str, layout: CsvLayout, unconfirmed: tuple[Unconfirmed, ...]
) -> Feed:
    """A feed of SCED prices: one document per run."""
    return dispatched(
        name=name,
        dataset=LMP,
        title=title,
        documented_at=PRODUCT.format(product),
        layout=layout,
        example=example(f"{name}.csv"),
        sources=feed_sources(
            Report(number=number, named=SECOND_STAMP, every=FIVE_MINUTES),
            EndPoint(path=f"{product.lower()}/{name}", by="SCEDTimestamp", stamps=True),
        ),
        unconfirmed=unconfirmed,
    )


def since_2010(feed: Feed, number: str, workbook: ExcelLayout) -> Feed:
    """A feed with yearly workbooks as its last source, for days that its other sources no longer have."""
    reader = month_reader(workbook)
    feed_source = FeedSource(
        name=YEARLY,
        host="mis",
        collect=from_year(number, reader, by_month=True, only_hubs=True),
        available=Days(FIRST_DAY),
    )
    return attrs.evolve(
        feed,
        history=attrs.evolve(feed.history, since=FIRST_DAY),
        layout=attrs.evolve(feed.layout, others=(*feed.layout.others, workbook)),
        sources=(*feed.sources, feed_source),
        unconfirmed=(
            *feed.unconfirmed,
            *Unconfirmed.noted(
                date(2026, 11, 30),
                "that all yearly workbooks have the headers of those of 2010 and 2026, which are known and the same",
            ),
        ),
    )


DAY_AHEAD_PRICES = _day_ahead(
    "dam_stlmnt_pnt_prices",
    "12331",
    "NP4-190-CD",
    "Day-ahead settlement point prices (SPP): hubs, load zones and resource nodes, hourly",
    DAY_AHEAD_POINTS,
    (*API_UNCONFIRMED, *_BY_NAME),
)
REAL_TIME_PRICES = Feed(
    name="spp_node_zone_hub",
    dataset=LMP,
    run=Run.REAL_TIME_15MIN,
    title="Real-time settlement point prices (SPP): hubs, load zones and resource nodes, 15-minute; of a zone's two, "
    "`zone` (LZ) settles trades and schedules, `aggregate` (LZEW) metered load; with the adders for reliability deployments "
    "and, until 2025-12-04, for scarce reserve",
    documented_at=PRODUCT.format("NP6-905-CD"),
    history=History(since=API_FROM),
    publication=timing.REAL_TIME,
    layout=SETTLEMENT_POINTS,
    example=example("spp_node_zone_hub.csv"),
    sources=feed_sources(
        Report(number="12301", named=MINUTE_STAMP, ends=True, every=QUARTER),
        EndPoint(path="np6-905-cd/spp_node_zone_hub"),
    ),
    unconfirmed=(
        *API_UNCONFIRMED,
        *Unconfirmed.noted(
            date(2026, 11, 30),
            (
                "which adders are in it: RTORPA and RTORDPA until 2025-12-04, RTRDPA since, never RTOFFPA",
                "ERCOT's price corrections name these between the LMP and the final price of a settlement-only generator",
            ),
        ),
    ),
)
DISPATCH_PRICES = _dispatched(
    "lmp_node_zone_hub",
    "12300",
    "NP6-788-CD",
    "Real-time LMP by SCED run: hubs, load zones and resource nodes, without any adder",
    DISPATCH_POINTS,
    (*API_UNCONFIRMED, *_NEXT_RUN, *_BY_NAME),
)
DAY_AHEAD_BUS_PRICES = _day_ahead(
    "dam_hourly_lmp",
    "12328",
    "NP4-183-CD",
    "Day-ahead LMP at electrical buses, hourly",
    DAY_AHEAD_BUSES,
    API_UNCONFIRMED,
)
DISPATCH_BUS_PRICES = _dispatched(
    "lmp_electrical_bus",
    "11485",
    "NP6-787-CD",
    "Real-time LMP at electrical buses by SCED run; capped since 2026-08-27",
    DISPATCH_BUSES,
    (
        *API_UNCONFIRMED,
        *Unconfirmed.noted(
            date(2026, 11, 30),
            ("the form of the time stamp in a document's name", "as in NP6-788-CD"),
        ),
        *_NEXT_RUN,
    ),
)
DISPATCH_SYSTEM_LAMBDA = _dispatched(
    "sced_system_lambda",
    "13114",
    "NP6-322-CD",
    "System lambda by SCED run: the price of energy without congestion",
    DISPATCH_LAMBDA,
    (*API_UNCONFIRMED, *_NEXT_RUN),
)
DAY_AHEAD_SYSTEM_LAMBDA = _day_ahead(
    "dam_system_lambda",
    "13113",
    "NP4-523-CD",
    "Day-ahead system lambda, hourly: the price of energy without congestion",
    DAY_AHEAD_LAMBDA,
    (
        *API_UNCONFIRMED,
        *Unconfirmed.noted(
            date(2026, 11, 30),
            ("the number of its list of documents", "13113"),
        ),
    ),
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
