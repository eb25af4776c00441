"""ERCOT's ancillary services: day-ahead and real-time prices, and the plan of required quantities.

A price applies to all of ERCOT. Real-time prices begin on 2025-12-05, with real-time co-optimization (RTC).
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import Feed, History, Run, Unconfirmed
from energyopti.datasets import ANCILLARY_PRICES, ANCILLARY_QUANTITIES
from energyopti.layouts import Number, Text
from energyopti.timezones import DAY
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.by_run import SINCE_API, day_ahead, dispatched
from energyopti_ercot.feeds.reserve_workbooks import (
    DISPATCHED,
    QUARTERLY,
    cleared_since_2010,
    in_yearly_workbooks,
)
from energyopti_ercot.feeds.services import BASIS, OF_SERVICE, WHOLE
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.daily import Daily
from energyopti_ercot.protocol.documents import MINUTE_STAMP, SECOND_STAMP, Report
from energyopti_ercot.protocol.layouts import (
    FIVE_MINUTES,
    PLAIN,
    QUARTER,
    both_forms,
    dispatch,
    dispatch_of_api,
    hours,
    of_api,
)
from energyopti_ercot.protocol.sources import API_FROM, API_UNCONFIRMED, PRODUCT, feed_sources

_SERVICE = Text(("AncillaryType", "ASType"), to="product_native")
_PRICE = Number("MCPC", to="price")
CO_OPTIMISED = date(2025, 12, 5)
"""The first day of real-time prices of ancillary services."""

_HOURS = hours()
_QUARTERS = hours(hour="DeliveryHour", form=PLAIN, interval="DeliveryInterval", flag="RepeatedHourFlag")
CLEARING_PRICES = both_forms(
    ANCILLARY_PRICES,
    _HOURS,
    of_api(_HOURS),
    columns=(_SERVICE, _PRICE),
    derived=OF_SERVICE,
    constants=BASIS,
)
QUARTERLY_PRICES = both_forms(
    ANCILLARY_PRICES,
    _QUARTERS,
    of_api(_QUARTERS, hour="deliveryHour", interval="deliveryInt", flag="repeatHourFlag"),
    columns=(_SERVICE, _PRICE),
    derived=OF_SERVICE,
    constants=BASIS,
)
DISPATCH_PRICES = both_forms(
    ANCILLARY_PRICES,
    dispatch(),
    dispatch_of_api("repeatedHourFlag"),
    columns=(_SERVICE, Number(("CappedMCPC", "MCPC"), to="price")),
    derived=OF_SERVICE,
    constants=BASIS,
    ignored=("UncappedMCPC",),
)
PLANNED = both_forms(
    ANCILLARY_QUANTITIES,
    _HOURS,
    of_api(_HOURS),
    columns=(_SERVICE, Number("Quantity", to="requirement")),
    derived=OF_SERVICE,
    constants=WHOLE,
    ignored=("postedDatetime",),
)

DAY_AHEAD_CLEARING_PRICES = day_ahead(
    name="dam_clear_price_for_cap",
    dataset=ANCILLARY_PRICES,
    title="Day-ahead clearing prices for regulation and reserves, hourly",
    documented_at=PRODUCT.format("NP4-188-CD"),
    layout=CLEARING_PRICES,
    example=example("dam_clear_price_for_cap.csv"),
    sources=feed_sources(
        Daily(number="12329", first=-1), EndPoint(path="np4-188-cd/dam_clear_price_for_cap")
    ),
    unconfirmed=API_UNCONFIRMED,
)
REAL_TIME_CLEARING_PRICES = Feed(
    name="rt_clear_price_cap",
    dataset=ANCILLARY_PRICES,
    run=Run.REAL_TIME_15MIN,
    title="Real-time clearing prices for regulation and reserves, 15-minute, since 2025-12-05",
    documented_at=PRODUCT.format("NP6-331-CD"),
    history=History(since=CO_OPTIMISED),
    publication=timing.REAL_TIME,
    layout=QUARTERLY_PRICES,
    example=example("rt_clear_price_cap.csv"),
    sources=feed_sources(
        Report(number="24898", named=MINUTE_STAMP, ends=True, late=timedelta(minutes=8), every=QUARTER),
        EndPoint(path="np6-331-cd/rt_clear_price_cap"),
    ),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 29),
        (
            "that a document is always published within eight minutes of the end of its 15 minutes",
            "its name has no time stamp",
        ),
    ),
)
DISPATCH_CLEARING_PRICES = dispatched(
    name="rt_clear_price_cap_sced",
    dataset=ANCILLARY_PRICES,
    title="Clearing prices for regulation and reserves by SCED run; capped since 2026-08-27",
    documented_at=PRODUCT.format("NP6-332-CD"),
    history=attrs.evolve(SINCE_API, since=CO_OPTIMISED),
    layout=DISPATCH_PRICES,
    example=example("rt_clear_price_cap_sced.csv"),
    sources=feed_sources(
        Report(number="24891", named=SECOND_STAMP, every=FIVE_MINUTES),
        EndPoint(path="np6-332-cd/rt_clear_price_cap_sced", by="SCEDTimestamp", stamps=True),
    ),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 29),
        ("that a document is always published on the day of its run", "its name has no time stamp"),
        "that the last run of a day lasts five minutes",
    ),
)
SERVICE_PLAN = Feed(
    name="dam_as_plan",
    dataset=ANCILLARY_QUANTITIES,
    run=Run.DAY_AHEAD,
    title="Ancillary service plan: required quantity of each service, hourly, seven days ahead",
    documented_at=PRODUCT.format("NP4-33-CD"),
    history=History(since=API_FROM),
    publication=attrs.evolve(
        timing.SERVICE_PLAN, published_ahead=7 * DAY, refresh_every=timedelta(minutes=30)
    ),
    layout=PLANNED,
    example=example("dam_as_plan.csv"),
    sources=feed_sources(
        Report(number="12316", first=-6, last=0, newest=2),
        EndPoint(path="np4-33-cd/dam_as_plan", reposted=True),
    ),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 25),
        ("whether a document's seven days begin on the day of its publication or the next", "both are read"),
    ),
)

ANCILLARY = (
    cleared_since_2010(DAY_AHEAD_CLEARING_PRICES),
    in_yearly_workbooks(REAL_TIME_CLEARING_PRICES, "25570", QUARTERLY),
    in_yearly_workbooks(DISPATCH_CLEARING_PRICES, "25569", DISPATCHED),
    SERVICE_PLAN,
)
