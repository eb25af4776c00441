"""Reserves and constraints of the small ERCOT."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import polars as pl

from energyopti.sandbox.series import at_places, demand, intervals, noise
from energyopti_ercot import ancillary, transmission
from energyopti_ercot.layouts import HOUR, ZONE
from energyopti_ercot.sandbox.issues import Issue, each_day, runs
from energyopti_ercot.sandbox.tables import Table
from energyopti_ercot.vocabulary import SYSTEM

_INSTANT = timedelta(microseconds=1)
_AFTER = HOUR + timedelta(minutes=5)
_SERVICES = pl.DataFrame({"product_native": list(ancillary.SERVICES), "dear": [6.0, 4.0, 5.0, 3.0, 2.0]})
_CONSTRAINTS = pl.DataFrame(
    {
        "constraint": ["ALPHA_BRAVO1_1", "CHARLIE_DELTA1_1", "PANEXP"],
        "contingency": ["DALPHA5", "SCHARLI8", "BASE CASE"],
        "limit": [265.4, 180.0, 3_100.0],
    }
)


def _clearing(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """Prices of every service."""
    del now
    frame = at_places(intervals(first, end - _INSTANT, HOUR), _SERVICES)
    price = (pl.col("dear") * (1 + 0.5 * noise(31)) + (demand(ZONE, 80.0) - 70).clip(0) * 0.4).round(2)
    return frame.with_columns(
        price=price, location=pl.lit(SYSTEM), basis=pl.lit("clearing"), product=pl.lit("")
    )


def _binding(times: pl.DataFrame) -> pl.DataFrame:
    """Constraints that bind now and then."""
    frame = at_places(times, _CONSTRAINTS)
    wave = noise(33) * (pl.col("limit") % 7 - 3)
    bound = frame.with_columns(shadow_price=(wave * 25).round(5), flow=pl.col("limit"))
    return bound.filter(pl.col("shadow_price") > 0)


def _day_ahead(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """Constraints of the day-ahead market."""
    del now
    return _binding(intervals(first, end - _INSTANT, HOUR))


def _dispatched(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """Constraints of the dispatch."""
    del now
    return _binding(runs(first, end - _INSTANT))


def _each_hour_that_binds(first: datetime, last: datetime) -> list[Issue]:
    """A document an hour, soon after it."""
    starts = intervals(first - _AFTER, last - _AFTER, HOUR)["interval_start"].to_list()
    return [Issue(published=at + _AFTER, start=at, end=at + HOUR) for at in starts]


_DAY_BEFORE = each_day(time(12, 35), days=-1)

SYSTEM_TABLES = (
    Table(
        number="12329",
        name="DAMCPCNP4188",
        path="np4-188-cd/dam_clear_price_for_cap",
        layout=ancillary.CLEARING_PRICES,
        rows=_clearing,
        issues=_DAY_BEFORE,
        kept=timedelta(days=31),
    ),
    Table(
        number="12332",
        name="DASPBCNP4191",
        path="np4-191-cd/dam_shadow_prices",
        layout=transmission.DAY_AHEAD_CONSTRAINTS,
        rows=_day_ahead,
        issues=_DAY_BEFORE,
        kept=timedelta(days=31),
    ),
    Table(
        number="12302",
        name="SCEDBTCNP686",
        path="np6-86-cd/shdw_prices_bnd_trns_const",
        by="SCEDTimestamp",
        layout=transmission.DISPATCH_CONSTRAINTS,
        rows=_dispatched,
        issues=_each_hour_that_binds,
    ),
)
