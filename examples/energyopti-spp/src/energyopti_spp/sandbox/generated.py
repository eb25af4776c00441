"""Made-up rows: functions of their time and place only, so that any document is always the same."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
from energyopti.sandbox.series import at_places, demand, hour, noise

from energyopti_spp.feeds.generation import LAYOUT
from energyopti_spp.protocol.stamps import UTC_STAMPS, ZONE

PLACES = pl.DataFrame(
    {
        "location": ["SPPNORTH_HUB", "SPPSOUTH_HUB", "CSWS_HUB", "ERCOTN", "PRAIRIE_1", "SWPW_HUB"],
        "Pnode": ["SPPNORTH_H", "SPPSOUTH_H", "CSWS_HUB", "ERCOTN", "PRAIRIE1", "SWPW_HUB_H"],
        "BAA": ["SPP"] * 5 + ["SWPW"],
    }
).with_row_index("place")

AREAS = pl.DataFrame({"location": ["SPP", "SWPW"], "size": [36_000.0, 8_000.0]})

ZONES = pl.DataFrame(
    {
        "location": ["CSWS", "NPPD", "OKGE", "SPS", "SPS", "WR"],
        "Balancing Area Name": ["SPP"] * 6,
        "Forecast Area Type": ["CF", "CF", "CF", "CF", "NC", "CF"],
        "size": [5_000.0, 2_000.0, 4_000.0, 4_500.0, 500.0, 3_500.0],
    }
)
"""Two rows for one of the zones, as SPP publishes some."""


def times(start: datetime, end: datetime, step: timedelta) -> pl.DataFrame:
    """The intervals that begin in a time, with their ends by SPP's clock as its files have them."""
    starts = pl.datetime_range(start, end, step, closed="left", time_zone="UTC", eager=True, time_unit="us")
    frame = pl.DataFrame({"interval_start": starts, "interval_end": starts + step})
    before = _wall("interval_start") + step
    skipped = before.dt.replace_time_zone(ZONE, non_existent="null", ambiguous="earliest").is_null()
    label = pl.when(skipped).then(_wall("interval_end")).otherwise(before)
    return frame.with_columns(label.dt.strftime(UTC_STAMPS[0]).alias("Interval"))


def prices(start: datetime, end: datetime, step: timedelta) -> pl.DataFrame:
    """Prices of a few locations, dear in the evening; wind holds those of the prairie down."""
    place = pl.col("place").cast(pl.Float64)
    parts = at_places(times(start, end, step), PLACES).with_columns(
        energy=(26 + 11 * ((hour(ZONE) - 11) / 24 * 6.28319).sin() + 3 * noise(1)).round(4),
        congestion=(place * 2 * noise(2)).round(4),
        loss=(place * 0.25 - 0.5).round(4),
    )
    return parts.with_columns(lmp=(pl.col("energy") + pl.col("congestion") + pl.col("loss")).round(4))


def area_loads(start: datetime, end: datetime, step: timedelta, last: datetime) -> pl.DataFrame:
    """Forecasts of balancing areas, with actuals of the hours that ended by ``last``; the newest row is first."""
    rows = at_places(times(start, end, step), AREAS)
    actual = (pl.col("size") * demand(ZONE, 1.0)).round(2)
    rows = rows.with_columns(
        pl.when(pl.col("interval_end") <= last).then(actual).alias("load"), actual.round(0).alias("forecast")
    )
    return rows.sort("interval_start", descending=True, maintain_order=True)


def zone_loads(start: datetime, end: datetime) -> pl.DataFrame:
    """Load of control zones."""
    rows = at_places(times(start, end, timedelta(hours=1)), ZONES)
    return rows.with_columns(load=(pl.col("size") * demand(ZONE, 1.0)).round(3))


def generation(start: datetime, end: datetime, step: timedelta, size: float) -> pl.DataFrame:
    """Generation by the main fuels, under the headers of the file, with a forecast of load.

    A real file has more than twice as many columns.
    """
    assert LAYOUT.wide is not None
    columns = [column for column in LAYOUT.wide.columns if column.required]
    rows = times(start, end, step).with_columns(calm=noise(1), windy=noise(2))
    fuels = [
        (size * (0.1 + 0.02 * (number % 5)) * (1 + 0.1 * pl.col("windy" if number % 2 else "calm")))
        .round(2)
        .alias(column.name)
        for number, column in enumerate(columns)
    ]
    stamp = pl.col("interval_end").dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias("GMT MKT Interval")
    return rows.select(stamp, *fuels, (pl.lit(size) * demand(ZONE, 1.0)).round(1).alias("Load"))


def _wall(name: str) -> pl.Expr:
    return pl.col(name).dt.convert_time_zone(ZONE).dt.replace_time_zone(None)
