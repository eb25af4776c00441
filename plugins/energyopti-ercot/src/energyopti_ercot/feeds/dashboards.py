"""The feeds of ERCOT's dashboards, and their formats: fuels by stamp, hours of several days, wrong stamps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Feed, History, Publication, Unconfirmed
from energyopti.datasets import FUEL_MIX, LOAD, LOAD_FORECAST, STORAGE, Dataset
from energyopti.layouts import (
    Absolute,
    HourEnding,
    JsonLayout,
    Lookup,
    Moment,
    Nested,
    Number,
    Reading,
    RepeatFlag,
    Superseded,
    Text,
)
from energyopti.vocabulary import Fuel, StorageConfiguration
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.dashboards import dashboard, left_out
from energyopti_ercot.protocol.layouts import FIVE_MINUTES, PLAIN, ZONE

if TYPE_CHECKING:
    import polars as pl

STAMP = "%Y-%m-%d %H:%M:%S%z"
HALVES = ("Power Storage Charging", "Power Storage Discharging")
"""The parts of *Power Storage*, published in addition to it since 2026: left out, so that nothing counts twice."""

FUELS = {
    "Coal and Lignite": Fuel.COAL.value,
    "Hydro": Fuel.HYDRO.value,
    "Natural Gas": Fuel.NATURAL_GAS.value,
    "Nuclear": Fuel.NUCLEAR.value,
    "Other": Fuel.OTHER.value,
    "Power Storage": Fuel.STORAGE.value,
    **dict.fromkeys(HALVES, Fuel.STORAGE.value),
    "Solar": Fuel.SOLAR.value,
    "Wind": Fuel.WIND.value,
}
"""ERCOT's fuels in the unified vocabulary.

By ERCOT's page, *Other* holds what fits no category, such as biomass and settlement-only distributed generators, and
*Natural Gas* may hold units that burn diesel or fuel oil.
"""

_SYSTEM = {"location": SYSTEM}
_DAY_DATES = tuple(f"%Y-%m-%d {time}:00:00{offset}" for time in ("00", "03") for offset in ("-0600", "-0500"))
"""The form of ``dayDate``; its time of day and its offset have no meaning."""

_DAYS = ("previousDay", "currentDay", "nextDay")
_FIGURES = ("currentLoadForecast", "dayAheadForecast", "currentDayHsl", "dayAheadHsl", "systemLoad")


@attrs.frozen(kw_only=True)
class StorageLayout(JsonLayout):
    """Readings of storage, one of whose stamps is wrong by an hour once a year.

    When the clocks fall back, the reading at the end of the first pass of the repeated hour (02:00 daylight time,
    which is 01:00 standard time) is stamped 02:00 standard time, like the end of the second pass. The flag tells them
    apart: it is N for the first pass.
    """

    def read_this(self, payload: bytes) -> Reading:
        """The rows of the document, each at its own time."""
        reading = super().read_this(payload)
        return attrs.evolve(reading, frame=_mended(reading)) if "dstFlag" in reading.raw.columns else reading


def _mended(reading: Reading) -> pl.DataFrame:
    """The rows, with the one stamp that is an hour late corrected."""
    import polars as pl

    at = pl.col("interval_start")
    before = (at - pl.duration(seconds=1)).dt.convert_time_zone(ZONE)
    wall = before.dt.replace_time_zone(None)
    second = wall.dt.replace_time_zone(ZONE, ambiguous="earliest") != before
    ends = second & (at.dt.convert_time_zone(ZONE).dt.minute() == 0) & (at.dt.second() == 0)
    first = reading.raw["dstFlag"].gather(reading.origin).cast(pl.String).str.strip_chars() == "N"
    late = pl.when(ends & first.rename("first")).then(pl.duration(hours=1)).otherwise(pl.duration())
    return reading.frame.with_columns(at - late, pl.col("interval_end") - late)


@attrs.frozen(kw_only=True)
class NowLayout(JsonLayout):
    """Demand of the current day: readings up to now, and a forecast until midnight.

    Rows with 1 in ``forecast`` are not readings and are left out.
    """

    def read_this(self, payload: bytes) -> Reading:
        """The readings of the document; a finding counts the other rows."""
        reading = super().read_this(payload)
        expected = reading.raw["forecast"].gather(reading.origin).fill_null(0) != 0
        return left_out(reading, expected, "rows are a forecast until midnight")


GENERATION = JsonLayout(
    dataset=FUEL_MIX,
    zone=ZONE,
    items=("data",),
    nested=Nested(keyed=("day", "stamp", "fuel"), above="lastUpdated"),
    time=Absolute(names="stamp", formats=STAMP, step=FIVE_MINUTES, nearest=True),
    columns=(
        Text("day"),
        Text("fuel", to="fuel_native"),
        Number("gen", to="generation"),
        Number("hsl", required=False),
        Number("seasonalCapacity", required=False),
    ),
    ignored=("lastUpdated",),
    derived=(Lookup(to="fuel", of="fuel_native", values=FUELS, default=Fuel.OTHER.value, report=True),),
    repeats="last",
    superseded=Superseded("fuel", words=HALVES),
)
"""A reading belongs to the nearest five-minute mark: 00:04:57 to 00:05.

Stamps were three seconds early in 2024 and are exact in 2026; rounding makes both mean the same, and joins a reading
that is split over two stamps. If both stamps have a fuel, the later one is used.
"""

BATTERIES = StorageLayout(
    dataset=STORAGE,
    zone=ZONE,
    items=("data",),
    nested=Nested(parts=_DAYS[:2], beside="dayDate", above="lastUpdated"),
    time=Absolute(names="timestamp", formats=STAMP, step=FIVE_MINUTES),
    columns=(
        Number("netOutput", to="output"),
        Number("totalCharging", to="charging", scale=-1),
        Number("totalDischarging", required=False),
        Text("dstFlag", required=False),
        Text("tagCLastTime", required=False),
        Number("epoch", required=False),
    ),
    ignored=("dayDate", "lastUpdated"),
    constants={**_SYSTEM, "configuration": StorageConfiguration.ALL.value},
)
"""Charging is published as a negative number."""


DEMAND_NOW = NowLayout(
    dataset=LOAD,
    zone=ZONE,
    items=("data",),
    time=Absolute(names="timestamp", formats=STAMP, step=FIVE_MINUTES),
    columns=(Number("demand", to="load"), Number("forecast")),
    ignored=("capacity", "available", "dstFlag", "interval", "hourEnding", "epoch"),
    constants=_SYSTEM,
)


def _hourly(dataset: Dataset, figure: str, *published: Moment) -> JsonLayout:
    """Hourly demand, read for one of its values; the hour and the flag give the time, whatever the stamp's offset."""
    others = tuple(Number(name, required=False) for name in _FIGURES if name != figure)
    return JsonLayout(
        dataset=dataset,
        zone=ZONE,
        items=("data",),
        nested=Nested(parts=_DAYS, beside="dayDate", above="lastUpdated"),
        time=HourEnding(
            date="dayDate",
            hour="hourEnding",
            date_formats=_DAY_DATES,
            hour_format=PLAIN,
            flag=RepeatFlag(names="dstFlag"),
        ),
        columns=(*published, Number(figure, to="load"), *others),
        ignored=("timestamp", "epoch", "lastUpdated"),
        constants=_SYSTEM,
    )


_PUBLISHED = Moment("lastUpdated", to="publish_time", formats=STAMP, utc=True)
DEMAND = _hourly(LOAD, "systemLoad")
EXPECTED = _hourly(LOAD_FORECAST, "currentLoadForecast", _PUBLISHED)
EXPECTED_DAY_AHEAD = _hourly(LOAD_FORECAST, "dayAheadForecast", _PUBLISHED)

PAGE = "https://www.ercot.com/gridmktinfo/dashboards/{}"
_TWO_DAYS = timedelta(days=2)
"""How long a document keeps a day: on the day itself and the next."""

_UNDOCUMENTED = Unconfirmed.noted(
    date(2026, 11, 30),
    ("the first day of the dashboards' history", "they have no documentation"),
)


def _feed(
    page: str,
    title: str,
    layout: JsonLayout,
    times: Publication,
    unconfirmed: tuple[Unconfirmed, ...],
    *,
    name: str | None = None,
    value: str = "load",
    retention: timedelta | None = None,
    forecast_days: int = 0,
) -> Feed:
    """A feed of a dashboard; without ``retention`` it has the current day only."""
    file = f"dashboard_{page.replace('-', '_')}"
    name = name or file
    return Feed(
        name=name,
        dataset=layout.dataset,
        title=title,
        documented_at=PAGE.format(page.replace("-", "")),
        history=History(since=date(2024, 1, 1), retention=retention, snapshot_only=retention is None),
        publication=attrs.evolve(times, forecast_days=forecast_days),
        layout=layout,
        example=example(f"{file}.json", rows=f"{name}.rows.json"),
        sources=(dashboard(page, value),),
        unconfirmed=(*_UNDOCUMENTED, *unconfirmed),
    )


_MADE = Unconfirmed.noted(
    date(2026, 11, 30),
    (
        "when a forecast was made",
        "publish_time is when the dashboard showed it, so it was made no later",
    ),
)

DASHBOARDS = (
    _feed(
        "fuel-mix",
        "Fuel mix, five-minute: yesterday and today",
        GENERATION,
        timing.DASHBOARDS,
        Unconfirmed.noted(
            date(2026, 11, 30),
            (
                "whether a value is a reading at its stamp or the average of the five minutes before",
                "taken as a reading",
            ),
            ("how the repeated hour is stamped", "the offset is trusted"),
            ("the two parts of storage", "other clients of the dashboard saw them in 2026"),
        ),
        value="generation",
        retention=_TWO_DAYS,
    ),
    _feed(
        "energy-storage-resources",
        "Battery net output and charging, five-minute: yesterday and today",
        BATTERIES,
        timing.DASHBOARDS,
        Unconfirmed.noted(
            date(2026, 11, 30),
            (
                "the names of its fields, and the one wrong stamp when the clocks fall back",
                "other clients of the dashboard saw both (in 2024 and 2025)",
            ),
            "whether a value is a reading at its stamp or an average",
        ),
        value="output",
        retention=_TWO_DAYS,
    ),
    _feed(
        "system-wide-demand",
        "System load, hourly: yesterday and today",
        DEMAND,
        timing.HOURLY_DASHBOARD,
        Unconfirmed.noted(
            date(2026, 11, 30),
            ("its flag on days when the clocks change", "as in the reports"),
        ),
        retention=_TWO_DAYS,
    ),
    _feed(
        "supply-demand",
        "System load, five-minute: today",
        DEMAND_NOW,
        timing.DASHBOARDS,
        Unconfirmed.noted(
            date(2026, 11, 30),
            ("the names of its fields", "another client of the dashboard saw them in 2026"),
            ("how the repeated hour is stamped", "the offset is trusted"),
        ),
    ),
    _feed(
        "system-wide-demand",
        "Current system load forecast, hourly: yesterday, today and tomorrow",
        EXPECTED,
        timing.DASHBOARDS_OF_FORECASTS,
        _MADE,
        name="dashboard_current_load_forecast",
        forecast_days=2,
    ),
    _feed(
        "system-wide-demand",
        "System load forecast of the day before, hourly: yesterday and today",
        EXPECTED_DAY_AHEAD,
        timing.DASHBOARDS_OF_FORECASTS,
        _MADE,
        name="dashboard_day_ahead_load_forecast",
        forecast_days=1,
    ),
)
