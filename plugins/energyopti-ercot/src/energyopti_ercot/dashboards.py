"""ERCOT's dashboards: JSON of yesterday and today (some of tomorrow too) behind the pages of its website, without a key.

A document holds several days and is asked for once; each chunk takes its own rows out of it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from energyopti import Chunk, Era, Example, Feed, Finding, FindingKind, NoData
from energyopti.datasets import FUEL_MIX, LOAD, LOAD_FORECAST, STORAGE
from energyopti.layouts import (
    Absolute,
    HourEnding,
    JsonLayout,
    Layout,
    Lookup,
    Moment,
    Nested,
    Number,
    Reading,
    RepeatFlag,
    Superseded,
    Text,
)
from energyopti.source import Expect
from energyopti.vocabulary import Fuel
from energyopti_ercot.examples import dashboards as examples
from energyopti_ercot.layouts import FIVE_MINUTES, HOUR, PLAIN, ZONE
from energyopti_ercot.vocabulary import SYSTEM

if TYPE_CHECKING:
    import polars as pl

    from energyopti.market import Collect
    from energyopti.source import Source

FOLDER = "api/1/services/read/dashboards"
PAGE = "https://www.ercot.com/gridmktinfo/dashboards/{}"
STAMP = "%Y-%m-%d %H:%M:%S%z"
KEPT = timedelta(days=2)
"""How long a document has a day: on the day itself and the next."""

HALVES = ("Power Storage Charging", "Power Storage Discharging")
"""What *Power Storage* is the sum of, published beside it since 2026: left out, so that nothing counts twice."""

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
_SYSTEM = {"location": SYSTEM}
_DAY_DATES = tuple(f"%Y-%m-%d {time}:00:00{offset}" for time in ("00", "03") for offset in ("-0600", "-0500"))
"""How ``dayDate`` is written: its time of day and its offset say nothing."""

_SINCE = date(2024, 1, 1)
_DAYS = ("previousDay", "currentDay", "nextDay")
_FIGURES = ("currentLoadForecast", "dayAheadForecast", "currentDayHsl", "dayAheadHsl", "systemLoad")


@attrs.frozen(kw_only=True)
class StorageLayout(JsonLayout):
    """Readings of storage, whose stamp is wrong by an hour once a year.

    Where the clocks fall back, the reading at the end of the first pass of the repeated hour (02:00 of summer time,
    which is 01:00 of winter time) is stamped 02:00 of winter time, as the end of the second pass is. The flag tells
    them apart: it is N on the first.
    """

    def read_this(self, payload: bytes) -> Reading:
        """The rows of the document, each at its own time."""
        reading = super().read_this(payload)
        return attrs.evolve(reading, frame=_mended(reading)) if "dstFlag" in reading.raw.columns else reading


def _mended(reading: Reading) -> pl.DataFrame:
    """The rows with the one stamp that is an hour late put back."""
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
    """Demand of the running day: readings up to now, and what is expected until midnight.

    A flag tells them apart: rows that are 1 in ``forecast`` are no readings and are left out.
    """

    def read_this(self, payload: bytes) -> Reading:
        """The readings of the document; a finding counts the other rows."""
        reading = super().read_this(payload)
        expected = reading.raw["forecast"].gather(reading.origin).fill_null(0) != 0
        return _left_out(reading, expected, "rows say what is expected until midnight")


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
"""A reading stands for the five-minute mark that it is nearest to: 00:04:57 for 00:05.

Stamps were three seconds early in 2024 and are exact in 2026, so that both mean the same; the parts of a reading that
is split over two stamps come together. Where both have a fuel, the later stamp stands.
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
    constants=_SYSTEM,
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


def _hourly(figure: str, **more: Any) -> JsonLayout:
    """Demand by the hour, read for one of its figures; the hour and the flag say when, whatever the stamp's offset."""
    others = tuple(Number(name, required=False) for name in _FIGURES if name != figure)
    columns = (*more.pop("columns", ()), Number(figure, to="load"), *others)
    return JsonLayout(
        zone=ZONE,
        items=("data",),
        nested=Nested(parts=_DAYS, beside="dayDate", above="lastUpdated"),
        time=HourEnding(
            date="dayDate",
            hour="hourEnding",
            date_formats=_DAY_DATES,
            hour_format=PLAIN,
            flag=RepeatFlag(column="dstFlag"),
        ),
        columns=columns,
        ignored=("timestamp", "epoch", "lastUpdated"),
        constants=_SYSTEM,
        **more,
    )


_PUBLISHED = Moment("lastUpdated", to="publish_time", formats=STAMP, utc=True)
DEMAND = _hourly("systemLoad", dataset=LOAD)
EXPECTED = _hourly("currentLoadForecast", dataset=LOAD_FORECAST, columns=(_PUBLISHED,))
EXPECTED_DAY_AHEAD = _hourly("dayAheadForecast", dataset=LOAD_FORECAST, columns=(_PUBLISHED,))


def dashboard(name: str, layout: Layout, value: str) -> Collect:
    """Read a chunk from a dashboard: its rows up to the last that has a value."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        page = await source.get(f"{FOLDER}/{name}.json", expect=Expect.JSON, shared=True)
        reading = await source.run(layout.read, page.content)
        if not chunk.feed.dataset.forecast:
            reading = reading.within(chunk.start, chunk.end)
        reading = so_far(reading, value)
        if reading.frame.is_empty():
            raise NoData(
                f"{chunk}: dashboard {name} has only yesterday and today (or less), and nothing of this time yet"
            )
        return reading

    return collect


def so_far(reading: Reading, value: str) -> Reading:
    """The rows up to the last that has a value; a finding counts those after it, which are still to come."""
    import polars as pl

    starts = reading.frame["interval_start"]
    last = reading.frame.filter(pl.col(value).is_not_null())["interval_start"].max()
    to_come = starts > last if last is not None else starts.is_not_null()
    missing = (FindingKind.MISSING_VALUE, value)
    findings = tuple(each for each in reading.findings if (each.kind, each.column) != missing)
    reading = _left_out(attrs.evolve(reading, findings=findings), to_come, f"rows have no {value} yet")
    empty = reading.frame[value].null_count()
    if not empty:
        return reading
    message = f"{value} is empty in the payload and null here"
    finding = Finding(kind=FindingKind.MISSING_VALUE, message=message, rows=empty, column=value)
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def _left_out(reading: Reading, mask: pl.Series, what: str) -> Reading:
    """A reading without some rows that are no readings yet; a finding counts them."""
    rows = int(mask.sum())
    if not rows:
        return reading
    finding = Finding(kind=FindingKind.ADVISORY_ROW, message=f"{rows} {what}", rows=rows, accounts=True)
    return attrs.evolve(
        reading,
        frame=reading.frame.filter(~mask),
        origin=reading.origin.filter(~mask),
        findings=(*reading.findings, finding),
    )


def _feed(name: str, layout: JsonLayout, **more: Any) -> Feed:
    """A feed out of a dashboard."""
    value = {"fuel_mix": "generation", "storage": "output"}.get(layout.dataset.name, "load")
    return Feed(
        name=f"dashboard_{more.pop('word', name).replace('-', '_')}",
        dataset=layout.dataset,
        documented_at=PAGE.format(name.replace("-", "")),
        history_from=_SINCE,
        layout=layout,
        eras=(Era(name="dashboard", host="mis", collect=dashboard(name, layout, value)),),
        **more,
    )


_UNDOCUMENTED = "the dashboards have no documentation: the first day of their history is not known"

FUEL_MIX_FEED = _feed(
    "fuel-mix",
    GENERATION,
    title="Fuel mix, every five minutes: yesterday and today",
    step=FIVE_MINUTES,
    keeps=KEPT,
    example=Example(payload=examples.FUEL_MIX, rows=examples.FUEL_MIX_ROWS),
    unconfirmed=f"{_UNDOCUMENTED}; whether a figure is a reading at its stamp or the mean of the five minutes before "
    "(it is taken for a reading); how the repeated hour is stamped: the offset is believed; the "
    "two halves of storage: other readers of the dashboard saw them in 2026",
)
STORAGE_FEED = _feed(
    "energy-storage-resources",
    BATTERIES,
    title="Batteries: net output and charging, every five minutes, yesterday and today",
    step=FIVE_MINUTES,
    keeps=KEPT,
    example=Example(payload=examples.STORAGE, rows=examples.STORAGE_ROWS),
    unconfirmed=f"{_UNDOCUMENTED}; the names of its fields, and the one wrong stamp where the clocks fall back: other "
    "readers of the dashboard saw both (in 2024 and 2025); whether a figure is a reading at its stamp or a mean",
)
DEMAND_FEED = _feed(
    "system-wide-demand",
    DEMAND,
    title="Load of the whole system, hourly: yesterday and today",
    step=HOUR,
    keeps=KEPT,
    example=Example(payload=examples.DEMAND, rows=examples.DEMAND_ROWS),
    unconfirmed=f"{_UNDOCUMENTED}; its flag on days when the clocks change: as in the reports",
)
DEMAND_NOW_FEED = _feed(
    "supply-demand",
    DEMAND_NOW,
    title="Load of the whole system, every five minutes of the running day",
    step=FIVE_MINUTES,
    current=True,
    example=Example(payload=examples.DEMAND_NOW, rows=examples.DEMAND_NOW_ROWS),
    unconfirmed=f"{_UNDOCUMENTED}; the names of its fields: another reader of the dashboard saw them in 2026; how the "
    "repeated hour is stamped: the offset is believed",
)
_MADE = (
    f"{_UNDOCUMENTED}; when a forecast was made: publish_time is when the dashboard showed it, so that it was made no "
    "later"
)
FORECAST_FEED = _feed(
    "system-wide-demand",
    EXPECTED,
    word="current_load_forecast",
    title="The present load forecast of the whole system, hourly: yesterday, today and tomorrow",
    step=HOUR,
    current=True,
    horizon=2,
    example=Example(payload=examples.DEMAND, rows=examples.FORECAST_ROWS),
    unconfirmed=_MADE,
)
DAY_AHEAD_FORECAST_FEED = _feed(
    "system-wide-demand",
    EXPECTED_DAY_AHEAD,
    word="day_ahead_load_forecast",
    title="The load forecast of the day before, for the whole system, hourly: yesterday and today",
    step=HOUR,
    current=True,
    horizon=1,
    example=Example(payload=examples.DEMAND, rows=examples.DAY_AHEAD_FORECAST_ROWS),
    unconfirmed=_MADE,
)

DASHBOARDS = (
    FUEL_MIX_FEED,
    STORAGE_FEED,
    DEMAND_FEED,
    DEMAND_NOW_FEED,
    FORECAST_FEED,
    DAY_AHEAD_FORECAST_FEED,
)
