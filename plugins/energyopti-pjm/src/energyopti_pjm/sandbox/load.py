"""Load of the small PJM: instantaneous, metered after some days, preliminary until then, and forecast in runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import attrs
import polars as pl

from energyopti.sandbox.series import at_places, demand, intervals, noise
from energyopti.timezones import HOUR, local_date, midnight
from energyopti_pjm.feeds import load
from energyopti_pjm.protocol.dataminer import MADE_AT
from energyopti_pjm.protocol.rows import FIVE_MINUTES, ZONE
from energyopti_pjm.sandbox.tables import Table

Rows = Callable[[datetime, datetime, datetime], pl.DataFrame]

_SECOND = timedelta(seconds=1)
_UTC = pl.Datetime("us", "UTC")


def sized(sizes: Mapping[str, float]) -> pl.DataFrame:
    """Places with their sizes."""
    return pl.DataFrame({"location": list(sizes), "size": list(sizes.values())})


_READ = sized({"PJM RTO": 90_000.0, "PJM MID ATLANTIC REGION": 32_000.0, "AEP": 14_000.0})
_PRELIMINARY = sized({"AEP": 14_000.0, "DOM": 13_000.0, "MIDATL": 32_000.0})
_EXPECTED = sized({"RTO_COMBINED": 90_000.0, "MID_ATLANTIC_REGION": 32_000.0})
_HISTORICAL = sized({"RTO": 90_000.0, "MIDATL": 32_000.0})
_METERED = sized({"RTO": 90_000.0, "AECO": 1_100.0, "AEPAPT": 6_000.0, "DOM": 13_000.0}).with_columns(
    nerc_region=pl.Series(["RTO", "RFC", "RFC", "SERC"]),
    mkt_region=pl.Series(["RTO", "MIDATL", "WEST", "SOUTH"]),
    zone=pl.Series(["RTO", "AE", "AEP", "DOM"]),
    status=pl.Series(["preliminary", "verified", "verified", "verified"]),
)


def _loads(frame: pl.DataFrame) -> pl.DataFrame:
    """Load at every place by its size."""
    return frame.with_columns(load=(demand(ZONE, 1.0) * pl.col("size")).round(3))


def hourly(places: pl.DataFrame, *, after: timedelta) -> Rows:
    """Hourly load, published some time after its hour."""

    def rows(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        return _loads(at_places(intervals(first, min(last, now - after - HOUR), HOUR), places))

    return rows


def readings(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Readings about every five minutes: some, and those around midnight, are a second late."""
    earliest = max(first, now - load.KEPT)
    times = intervals(earliest - FIVE_MINUTES, min(last, now - FIVE_MINUTES), FIVE_MINUTES)
    local = pl.col("interval_start").dt.convert_time_zone(ZONE)
    late = pl.when((local.dt.hour() + local.dt.minute() == 0) | (noise(6) > 0.6)).then(1).otherwise(0)
    late = pl.duration(seconds=late)
    times = times.with_columns(pl.col("interval_start") + late, pl.col("interval_end") + late)
    return _loads(at_places(times.filter(pl.col("interval_start").is_between(earliest, last)), _READ))


@attrs.frozen(kw_only=True)
class Runs:
    """Forecasts that are made again and again.

    A run is made at regular intervals, some time ``past`` their grid, and covers ``count`` intervals of a step: those
    that begin ``lead`` after its own grid instant, or later. ``kept`` is how long it stays.
    """

    every: timedelta
    past: timedelta
    step: timedelta
    count: int
    lead: timedelta = timedelta()
    kept: timedelta | None = None

    def between(self, first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        """The intervals of every run made between two instants."""
        earliest = first if self.kept is None else max(first, now - self.kept)
        grid = intervals(earliest - self.past, min(last, now) - self.past, self.every)
        made = grid.select(publish_time=pl.col("interval_start") + self.past, grid="interval_start")
        offsets = pl.DataFrame({"offset": [self.lead + number * self.step for number in range(self.count)]})
        joined = made.join(offsets, how="cross", maintain_order="left_right")
        start = pl.col("grid") + pl.col("offset")
        return joined.select(
            "publish_time", interval_start=start.cast(_UTC), interval_end=(start + self.step).cast(_UTC)
        )


def forecasts(runs: Runs, places: pl.DataFrame) -> Rows:
    """Load forecast of every run: about what load will be, more accurate at shorter lead times."""

    def rows(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        return _expected(at_places(runs.between(first, last, now), places))

    return rows


def _expected(frame: pl.DataFrame) -> pl.DataFrame:
    days_ahead = (pl.col("interval_start") - pl.col("publish_time")).dt.total_minutes() / 1440
    error = 1 + 0.01 * days_ahead * noise(7)
    return frame.with_columns(load=(demand(ZONE, 1.0) * pl.col("size") * error).round())


def newest(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """The only forecast there is: made at the last quarter before or after the hour, from midnight on."""
    del first, last
    half = timedelta(minutes=30)
    grid = intervals(now - 2 * half, now - half / 2 - 17 * _SECOND, half)["interval_start"].max()
    assert isinstance(grid, datetime)  # noqa: S101 - for the type checker: two grid instants lie in an hour
    begins = midnight(local_date(now, ZONE), ZONE)
    times = intervals(begins, begins + 167 * HOUR, HOUR)
    made = pl.lit(grid + half / 2 + 17 * _SECOND, dtype=_UTC)
    return _expected(at_places(times.with_columns(publish_time=made), _EXPECTED))


_EVERY_SIX_HOURS = Runs(every=6 * HOUR, past=timedelta(minutes=45), step=HOUR, count=168, lead=HOUR)
_EVERY_QUARTER = Runs(
    every=timedelta(minutes=15),
    past=timedelta(minutes=2, seconds=21),
    step=FIVE_MINUTES,
    count=24,
    lead=FIVE_MINUTES,
    kept=load.KEPT,
)

LOAD_TABLES = {
    "inst_load": Table(layout=load.INSTANTANEOUS, rows=readings),
    "hrl_load_metered": Table(layout=load.METERED, rows=hourly(_METERED, after=timedelta(days=3))),
    "hrl_load_prelim": Table(layout=load.PRELIMINARY, rows=hourly(_PRELIMINARY, after=timedelta(hours=5))),
    "load_frcstd_hist": Table(
        layout=load.HISTORICAL, rows=forecasts(_EVERY_SIX_HOURS, _HISTORICAL), when=MADE_AT
    ),
    "load_frcstd_7_day": Table(layout=load.SEVEN_DAYS, rows=newest, when=None),
    "very_short_load_frcst": Table(
        layout=load.VERY_SHORT, rows=forecasts(_EVERY_QUARTER, _EXPECTED), when=MADE_AT
    ),
}
