"""Constraints of the small ERCOT, and the schedules over its ties."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import polars as pl

from energyopti.sandbox.series import at_places, intervals, noise
from energyopti.timezones import HOUR, INSTANT
from energyopti_ercot.feeds import transmission
from energyopti_ercot.locations import TIES
from energyopti_ercot.protocol.layouts import QUARTER
from energyopti_ercot.sandbox.issues import Issue, each_day, each_hour, runs
from energyopti_ercot.sandbox.tables import Table

_TIES = pl.DataFrame({"location": list(TIES)})
_AFTER = HOUR + timedelta(minutes=5)
_CONSTRAINTS = pl.DataFrame(
    {
        "constraint": ["ALPHA_BRAVO1_1", "CHARLIE_DELTA1_1", "PANEXP"],
        "contingency": ["DALPHA5", "SCHARLI8", "BASE CASE"],
        "limit": [265.4, 180.0, 3_100.0],
    }
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
    return _binding(intervals(first, end - INSTANT, HOUR))


def _dispatched(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """Constraints in SCED."""
    del now
    return _binding(runs(first, end - INSTANT))


def _scheduled(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """Imports and exports over every tie, as approved at a given time."""
    ahead = (pl.col("interval_start") - pl.lit(now)).dt.total_hours()
    wave = noise(35) + pl.when(ahead > 12).then(0.1).otherwise(0.0)
    frame = at_places(intervals(first, end - INSTANT, QUARTER), _TIES)
    kind = pl.when(wave > 0).then(pl.lit("import")).otherwise(pl.lit("export"))
    return frame.with_columns(kind=kind, scheduled=(wave.abs() * 200).round(0))


def _each_hour_that_binds(first: datetime, last: datetime) -> list[Issue]:
    """One document per hour, soon after it."""
    starts = intervals(first - _AFTER, last - _AFTER, HOUR)["interval_start"].to_list()
    return [Issue(published=at + _AFTER, start=at, end=at + HOUR) for at in starts]


_DAY_BEFORE = each_day(time(12, 35), days=-1)

SYSTEM_TABLES = (
    Table(
        number="12332",
        name="DASPBCNP4191",
        path="np4-191-cd/dam_shadow_prices",
        layout=transmission.DAY_AHEAD_CONSTRAINTS,
        rows=_day_ahead,
        issues=_DAY_BEFORE,
        retention=timedelta(days=31),
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
    Table(
        number="24347",
        name="DCTIESCHEDNP3765",
        path="np3-765-cd/approved_dctie_schedules",
        by="intervalEnding",
        layout=transmission.APPROVED,
        rows=_scheduled,
        issues=each_hour(timedelta(minutes=2), behind=timedelta(), ahead=timedelta(days=2)),
        retention=timedelta(days=7),
        reach=timedelta(days=2),
    ),
)
