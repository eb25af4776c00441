"""Load of the small ERCOT: actual, a day later, and forecast, every hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache

import polars as pl

from energyopti.layouts import CsvLayout
from energyopti.sandbox.series import at_places, demand, intervals, noise
from energyopti.timezones import HOUR, INSTANT
from energyopti_ercot.feeds import load
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.sandbox.issues import each_day, each_hour
from energyopti_ercot.sandbox.tables import Table

_FORECAST_SHARES = {"NORTH": 0.36, "SOUTH": 0.26, "WEST": 0.12, "HOUSTON": 0.26, SYSTEM: 1.0}
_WEATHER_SHARES = {
    "COAST": 0.26,
    "EAST": 0.04,
    "FAR_WEST": 0.11,
    "NORTH": 0.03,
    "NORTH_C": 0.27,
    "SOUTHERN": 0.09,
    "SOUTH_C": 0.17,
    "WEST": 0.03,
    SYSTEM: 1.0,
}
_WHOLE = 52_000.0


class Loads:
    """Load at places by their share of the total; the error of ``expected`` grows with the lead time."""

    def __init__(self, shares: Mapping[str, float], models: Sequence[str] = ()) -> None:
        places = pl.DataFrame({"location": list(shares), "share": list(shares.values())})
        named = pl.DataFrame({"model": models or (None,)}, schema={"model": pl.String})
        self._places = places
        self._modelled = named.with_row_index("number").join(places, how="cross")

    def actual(self, first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        """Load in the hours of a range."""
        del now
        frame = at_places(_hours(first, end), self._places)
        return frame.with_columns(load=(pl.col("load") * pl.col("share")).round(2))

    def expected(self, first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        """Load in the hours of a range as forecast at a given time, by each model."""
        ahead = (pl.col("interval_start") - pl.lit(now)).dt.total_minutes() / 1440
        times = _hours(first, end).with_columns(error=1 + 0.01 * ahead * noise(7))
        frame = at_places(times, self._modelled)
        error = pl.col("error") + 0.002 * pl.col("number")
        return frame.with_columns(load=(pl.col("load") * pl.col("share") * error).round(4)).drop("error")


@lru_cache(maxsize=64)
def _hours(first: datetime, end: datetime) -> pl.DataFrame:
    """The hours of a range with the load of the whole: a day's forecasts are all of the same hours."""
    return intervals(first, end - INSTANT, HOUR).with_columns(load=demand(ZONE, _WHOLE))


def _actual(number: str, name: str, path: str, layout: CsvLayout, shares: Mapping[str, float]) -> Table:
    return Table(
        number=number,
        name=name,
        path=path,
        by="operatingDay",
        layout=layout,
        rows=Loads(shares).actual,
        issues=each_day(time(0, 50), days=1),
    )


def _expected(
    number: str,
    name: str,
    path: str,
    layout: CsvLayout,
    shares: Mapping[str, float],
    models: Sequence[str] = (),
) -> Table:
    return Table(
        number=number,
        name=name,
        path=path,
        by="postedDatetime",
        posted=True,
        layout=layout,
        rows=Loads(shares, models).expected,
        issues=each_hour(timedelta(minutes=30), behind=timedelta(), ahead=timedelta(days=8)),
        retention=load.LISTED,
    )


LOAD_TABLES = (
    _actual(
        "13101",
        "ACTUALSYSLOADWZNP6345",
        "np6-345-cd/act_sys_load_by_wzn",
        load.BY_WEATHER_ZONE,
        _WEATHER_SHARES,
    ),
    _actual(
        "14836",
        "ACTUALSYSLOADFZNP6346",
        "np6-346-cd/act_sys_load_by_fzn",
        load.BY_FORECAST_ZONE,
        _FORECAST_SHARES,
    ),
    _expected(
        "12311",
        "LFCCONGESTNP3560",
        "np3-560-cd/7d_load_fcast_by_fzn",
        load.EXPECTED_BY_FORECAST_ZONE,
        _FORECAST_SHARES,
    ),
    _expected(
        "12312",
        "LFCWEATHERNP3561",
        "np3-561-cd/7d_load_fcast_by_wzn",
        load.EXPECTED_BY_WEATHER_ZONE,
        _WEATHER_SHARES,
    ),
    _expected(
        "14837",
        "LFCMODWEATHERNP3565",
        "np3-565-cd/lf_by_model_weather_zone",
        load.MODELLED_BY_WEATHER_ZONE,
        _WEATHER_SHARES,
        ("A3", "E", "M"),
    ),
    _expected(
        "15953",
        "LFCMODSTUDYNP3566",
        "np3-566-cd/lf_by_model_study_area",
        load.MODELLED_BY_STUDY_AREA,
        {"VALLEY": 0.05},
        ("A3", "E"),
    ),
)
