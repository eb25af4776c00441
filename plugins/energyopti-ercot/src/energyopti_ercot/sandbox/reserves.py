"""Reserves of the small ERCOT: their prices, day-ahead and in real time, and the planned quantities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

import polars as pl

from energyopti.sandbox.series import at_places, demand, intervals, noise
from energyopti.timezones import HOUR, INSTANT
from energyopti_ercot.feeds import ancillary
from energyopti_ercot.feeds.services import SERVICES
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.layouts import QUARTER, ZONE
from energyopti_ercot.sandbox.issues import by_day, each_day, each_quarter, each_run, runs
from energyopti_ercot.sandbox.tables import Table

_SERVICES = pl.DataFrame({"product_native": list(SERVICES), "dear": [6.0, 4.0, 5.0, 3.0, 2.0]})
_WEEK = 7


def _priced(times: Callable[[datetime, datetime], pl.DataFrame], salt: int) -> Callable[..., pl.DataFrame]:
    """Prices of every service at some times."""

    def rows(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        del now
        frame = at_places(times(first, end), _SERVICES)
        price = pl.col("dear") * (1 + 0.5 * noise(salt)) + (demand(ZONE, 80.0) - 70).clip(0) * 0.4
        return frame.with_columns(
            price=price.round(2), location=pl.lit(SYSTEM), basis=pl.lit("clearing"), product=pl.lit("")
        )

    return rows


def _hours(first: datetime, end: datetime) -> pl.DataFrame:
    return intervals(first, end - INSTANT, HOUR)


def _quarters(first: datetime, end: datetime) -> pl.DataFrame:
    return intervals(first, end - INSTANT, QUARTER)


def _runs(first: datetime, end: datetime) -> pl.DataFrame:
    return runs(first, end - INSTANT)


def _planned(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """The need for each service as planned at a given time: every plan differs a little from the one before."""
    frame = at_places(_hours(first, end), _SERVICES)
    plan = 400 * pl.col("dear") * (1 + 0.1 * noise(37)) + now.timetuple().tm_yday % 5
    return frame.with_columns(requirement=plan.round(0), location=pl.lit(SYSTEM), product=pl.lit(""))


CLEARED, QUARTERLY, DISPATCHED = (
    _priced(_hours, salt=31),
    _priced(_quarters, salt=32),
    _priced(_runs, salt=34),
)
"""The prices of services: day-ahead, by quarter hour and by SCED run."""

RESERVE_TABLES = (
    Table(
        number="12329",
        name="DAMCPCNP4188",
        path="np4-188-cd/dam_clear_price_for_cap",
        layout=ancillary.CLEARING_PRICES,
        rows=CLEARED,
        issues=each_day(time(12, 35), days=-1),
        retention=timedelta(days=31),
    ),
    Table(
        number="24898",
        name="MCPC15MinNP6331",
        path="np6-331-cd/rt_clear_price_cap",
        layout=ancillary.QUARTERLY_PRICES,
        rows=by_day(QUARTERLY),
        issues=each_quarter,
        retention=timedelta(days=7),
    ),
    Table(
        number="24891",
        name="SCEDMCPCNP6332",
        path="np6-332-cd/rt_clear_price_cap_sced",
        by="SCEDTimestamp",
        layout=ancillary.DISPATCH_PRICES,
        rows=by_day(DISPATCHED),
        issues=each_run,
        retention=timedelta(days=7),
    ),
    Table(
        number="12316",
        name="DAMASPLANNP433",
        path="np4-33-cd/dam_as_plan",
        layout=ancillary.PLANNED,
        rows=_planned,
        issues=each_day(time(5, 50), days=0, covers=_WEEK),
        retention=timedelta(days=31),
        reach=timedelta(days=_WEEK),
    ),
)
