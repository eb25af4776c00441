"""The dashboards in the sandbox: yesterday and today up to now, with the irregularities of the real ones.

Now and then a fuel-mix reading is split over two stamps some seconds apart, out of order. When the clocks fall back,
the batteries' stamp at the end of the first pass is an hour late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import polars as pl

from energyopti.layouts import JsonLayout, Nested
from energyopti.layouts.formats import format_nested
from energyopti.sandbox import Answer, Ask
from energyopti.sandbox.series import at_places, demand, hour, intervals, noise
from energyopti.timezones import DAY, HOUR, INSTANT, local_date, midnight, zone
from energyopti_ercot.feeds import dashboards as dashboard_layouts
from energyopti_ercot.protocol.dashboards import FOLDER
from energyopti_ercot.protocol.layouts import FIVE_MINUTES, ZONE

_STEADY = {
    "Coal and Lignite": 0.12,
    "Hydro": 0.004,
    "Natural Gas": 0.42,
    "Nuclear": 0.1,
    "Other": 0.001,
    "Wind": 0.28,
}
_FUELS = pl.DataFrame({"fuel": list(dashboard_layouts.FUELS)})
_WHOLE = 52_000.0
_STAMP = dashboard_layouts.STAMP


def dashboard(ask: Ask) -> Answer:
    """One dashboard."""
    name = ask.path.removeprefix(f"{FOLDER}/").removesuffix(".json")
    if name not in _PAGES:
        return Answer.missing()
    layout, rows = _PAGES[name]
    updated = ask.now.astimezone(zone(ZONE)).strftime(_STAMP)
    wire = rows(ask.now).with_columns(lastUpdated=pl.lit(updated))
    body = format_nested(wire, layout.nested or Nested(above="lastUpdated"), layout.items)
    return Answer(body=body, content_type="application/json")


def _midnights(now: datetime) -> tuple[datetime, datetime]:
    """When yesterday began, and when the day after tomorrow begins."""
    today = local_date(now, ZONE)
    return midnight(today - DAY, ZONE), midnight(today + 2 * DAY, ZONE)


def _second_pass(at: pl.Expr) -> pl.Expr:
    """Whether a local time is in the second pass of the repeated hour."""
    return at.dt.replace_time_zone(None).dt.replace_time_zone(ZONE, ambiguous="earliest") != at


def _local(at: pl.Expr) -> pl.Expr:
    return at.dt.convert_time_zone(ZONE)


def _generation(now: datetime) -> pl.DataFrame:
    """The fuel mix: readings since yesterday's midnight, those at every third hour's half split over two stamps."""
    first, _ = _midnights(now)
    frame = at_places(intervals(first, now, FIVE_MINUTES), _FUELS)
    sun = pl.max_horizontal(pl.lit(0.0), ((hour(ZONE) - 7) / 12 * 3.14159).sin()) * 0.3
    net = ((hour(ZONE) - 13) / 24 * 12.56637).cos() * 0.05 - 0.01
    charging, discharging = dashboard_layouts.HALVES
    moving = {
        "Solar": sun,
        "Power Storage": net,
        charging: pl.min_horizontal(pl.lit(0.0), net),
        discharging: pl.max_horizontal(pl.lit(0.0), net),
    }
    steady = pl.col("fuel").replace_strict(_STEADY, default=None, return_dtype=pl.Float64)
    share = pl.coalesce(
        steady, *(pl.when(pl.col("fuel") == fuel).then(each) for fuel, each in moving.items())
    )
    start = pl.col("interval_start")
    split = (start.dt.hour() % 3 == 0) & (start.dt.minute() == 30)
    early = split & (pl.col("fuel") > "N")
    stamp = _local(start - pl.when(early).then(pl.duration(seconds=3)).otherwise(pl.duration()))
    gen = (demand(ZONE, _WHOLE) * share).round(2)
    return frame.select(
        day=stamp.dt.strftime("%Y-%m-%d"),
        stamp=stamp.dt.strftime(_STAMP),
        fuel="fuel",
        gen=gen,
        hsl=(gen.abs() * 1.1).round(2),
        seasonalCapacity=pl.lit(10_000),
    )


def _batteries(now: datetime) -> pl.DataFrame:
    """Batteries: readings since yesterday's midnight; the last stamp of the repeated hour's first pass is late."""
    first, _ = _midnights(now)
    frame = intervals(first, now, FIVE_MINUTES)
    at = _local(pl.col("interval_start"))
    before = _local(pl.col("interval_start") - pl.duration(seconds=1))
    late = _second_pass(at) & ~_second_pass(before)
    shown = at + pl.when(late).then(pl.duration(hours=1)).otherwise(pl.duration())
    wave = ((hour(ZONE) - 13) / 24 * 12.56637).cos()
    charging = (pl.min_horizontal(pl.lit(0.0), wave) * 4_000 - 50).round(3)
    discharging = (pl.max_horizontal(pl.lit(0.0), wave) * 5_000 + 20 + 5 * noise(51)).round(3)
    return frame.select(
        dayDate=at.dt.strftime("%Y-%m-%d 03:00:00%z"),
        tagCLastTime=shown.dt.strftime("%Y-%m-%d %H:%M:%S"),
        dstFlag=pl.when(_second_pass(before)).then(pl.lit("Y")).otherwise(pl.lit("N")),
        totalCharging=charging,
        totalDischarging=discharging,
        netOutput=(charging + discharging).round(3),
        timestamp=shown.dt.strftime(_STAMP),
        epoch=shown.dt.epoch("ms"),
    ).with_columns(pl.col("dayDate").first().over(pl.col("dayDate").str.head(10)))


def _hourly(now: datetime) -> pl.DataFrame:
    """Demand of three days: actual up to the last full hour, forecast for all."""
    first, end = _midnights(now)
    frame = intervals(first, end - INSTANT, HOUR)
    at, ends = _local(pl.col("interval_start")), _local(pl.col("interval_end"))
    load = demand(ZONE, _WHOLE)
    tomorrow = pl.col("interval_start") >= midnight(local_date(now, ZONE) + DAY, ZONE)
    day_ahead = pl.when(~tomorrow).then((load * (1 + 0.03 * noise(53))).round(4))
    return frame.select(
        dayDate=at.dt.strftime("%Y-%m-%d 00:00:00%z"),
        hourEnding=at.dt.hour().cast(pl.Int64) + 1,
        dstFlag=pl.when(_second_pass(at)).then(pl.lit("Y")).otherwise(pl.lit("N")),
        currentLoadForecast=(load * (1 + 0.01 * noise(52))).round(4),
        dayAheadForecast=day_ahead,
        systemLoad=pl.when(pl.col("interval_end") <= now).then(load.round(2)),
        timestamp=ends.dt.strftime(_STAMP),
        epoch=ends.dt.epoch("ms"),
    ).with_columns(pl.col("dayDate").first().over(pl.col("dayDate").str.head(10)))


def _now(now: datetime) -> pl.DataFrame:
    """Demand of the current day: readings up to the minute before, then the forecast until midnight."""
    today = local_date(now, ZONE)
    frame = intervals(midnight(today, ZONE), midnight(today + DAY, ZONE), FIVE_MINUTES)
    start = pl.col("interval_start")
    at, load = _local(start), demand(ZONE, _WHOLE)
    expected = start > now - timedelta(minutes=1)
    return frame.select(
        capacity=(load * 1.2).round().cast(pl.Int64),
        demand=load.round().cast(pl.Int64),
        forecast=expected.cast(pl.Int64),
        dstFlag=pl.lit(0),
        interval=at.dt.minute(),
        hourEnding=pl.when(at.dt.date() > today).then(24).otherwise(at.dt.hour()),
        available=pl.when(expected).then((load * 1.3).round().cast(pl.Int64)),
        timestamp=at.dt.strftime(_STAMP),
        epoch=at.dt.epoch("ms"),
    )


_PAGES: Mapping[str, tuple[JsonLayout, Callable[[datetime], pl.DataFrame]]] = {
    "fuel-mix": (dashboard_layouts.GENERATION, _generation),
    "energy-storage-resources": (dashboard_layouts.BATTERIES, _batteries),
    "supply-demand": (dashboard_layouts.DEMAND_NOW, _now),
    "system-wide-demand": (dashboard_layouts.DEMAND, _hourly),
}
