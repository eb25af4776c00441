"""Prices of the small ERCOT: day-ahead, every quarter hour and every SCED run."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import polars as pl

from energyopti.layouts import CsvLayout
from energyopti.sandbox.series import at_places, demand, intervals, noise
from energyopti.timezones import HOUR, INSTANT
from energyopti_ercot.feeds import prices
from energyopti_ercot.protocol.layouts import QUARTER, ZONE
from energyopti_ercot.sandbox.issues import Rows, by_day, each_day, each_quarter, each_run, runs
from energyopti_ercot.sandbox.places import BUSES, POINTS, TYPED_POINTS, WHOLE
from energyopti_ercot.sandbox.tables import Table


def on_grid(places: pl.DataFrame, step: timedelta, *, salt: int) -> Rows:
    """Prices of every interval of a grid."""

    def rows(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        del now
        return _priced(at_places(intervals(first, end - INSTANT, step), places), salt)

    return rows


def of_runs(places: pl.DataFrame) -> Rows:
    """Prices of every SCED run."""

    def rows(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        del now
        return _priced(at_places(runs(first, end - INSTANT), places), salt=4)

    return rows


def _priced(frame: pl.DataFrame, salt: int) -> pl.DataFrame:
    """Prices that follow load and vary a little by place; some spike, some are negative."""
    place = pl.concat_str("location", "location_type").hash(seed=7) % 997
    lean = 1 + (place.cast(pl.Float64) / 997 - 0.5) * 0.3
    load = demand(ZONE, 80.0)
    spike = pl.when(noise(salt) > 0.99).then(400.0).otherwise(0.0)
    dip = pl.when(noise(salt + 1) > 0.97).then(45.0).otherwise(0.0)
    price = (12 + (load - 55) * 0.8 + 6 * noise(salt + 2) + spike - dip) * lean
    return frame.with_columns(lmp=price.round(2))


_DAY_BEFORE = each_day(time(12, 30), days=-1)


def _day_ahead(number: str, name: str, path: str, layout: CsvLayout, places: pl.DataFrame) -> Table:
    rows = on_grid(places, HOUR, salt=1)
    return Table(
        number=number,
        name=name,
        path=path,
        layout=layout,
        rows=rows,
        issues=_DAY_BEFORE,
        retention=timedelta(days=31),
    )


def _dispatched(number: str, name: str, path: str, layout: CsvLayout, places: pl.DataFrame) -> Table:
    return Table(
        number=number,
        name=name,
        path=path,
        layout=layout,
        rows=by_day(of_runs(places)),
        issues=each_run,
        by="SCEDTimestamp",
    )


PRICE_TABLES = (
    _day_ahead("12331", "DAMSPNP4190", "np4-190-cd/dam_stlmnt_pnt_prices", prices.DAY_AHEAD_POINTS, POINTS),
    _day_ahead("12328", "DAMHRLMPNP4183", "np4-183-cd/dam_hourly_lmp", prices.DAY_AHEAD_BUSES, BUSES),
    _day_ahead("13113", "DAMSYSLAMBDANP4523", "np4-523-cd/dam_system_lambda", prices.DAY_AHEAD_LAMBDA, WHOLE),
    Table(
        number="12301",
        name="SPPHLZNP6905",
        path="np6-905-cd/spp_node_zone_hub",
        layout=prices.SETTLEMENT_POINTS,
        rows=by_day(on_grid(TYPED_POINTS, QUARTER, salt=11)),
        issues=each_quarter,
    ),
    _dispatched("12300", "LMPSROSNODENP6788", "np6-788-cd/lmp_node_zone_hub", prices.DISPATCH_POINTS, POINTS),
    _dispatched("11485", "LMPSELECBUSNP6787", "np6-787-cd/lmp_electrical_bus", prices.DISPATCH_BUSES, BUSES),
    _dispatched(
        "13114", "SCEDSYSLAMBDANP6322", "np6-322-cd/sced_system_lambda", prices.DISPATCH_LAMBDA, WHOLE
    ),
)
