"""ERCOT's dashboards: JSON of yesterday and today (some of tomorrow too) behind the pages of its website, without a key.

A document holds several days and is asked for once; each chunk takes its own rows out of it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from energyopti import Chunk, Example, Feed, FeedSource, Finding, FindingKind, NoData
from energyopti.layouts import JsonLayout, Layout, Reading
from energyopti.source import Expect
from energyopti_ercot import timetable
from energyopti_ercot.dashboard_layouts import (
    BATTERIES,
    DEMAND,
    DEMAND_NOW,
    EXPECTED,
    EXPECTED_DAY_AHEAD,
    GENERATION,
    left_out,
)
from energyopti_ercot.examples import dashboards as examples
from energyopti_ercot.layouts import FIVE_MINUTES, HOUR

if TYPE_CHECKING:
    from energyopti.market import Collect
    from energyopti.source import Source

FOLDER = "api/1/services/read/dashboards"
PAGE = "https://www.ercot.com/gridmktinfo/dashboards/{}"
KEPT = timedelta(days=2)
"""How long a document has a day: on the day itself and the next."""

_SINCE = date(2024, 1, 1)


def dashboard(name: str, layout: Layout, value: str) -> Collect:
    """Read a chunk from a dashboard: its rows up to the last that has a value."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        page = await source.get(f"{FOLDER}/{name}.json", expect=Expect.JSON, shared=True)
        reading = await source.run(layout.read, page.content)
        if not chunk.feed.dataset.forecast:
            reading = reading.slice(chunk.start, chunk.end)
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
    reading = left_out(attrs.evolve(reading, findings=findings), to_come, f"rows have no {value} yet")
    empty = reading.frame[value].null_count()
    if not empty:
        return reading
    message = f"{value} is empty in the payload and null here"
    finding = Finding(kind=FindingKind.MISSING_VALUE, message=message, rows=empty, column=value)
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def _feed(name: str, layout: JsonLayout, **more: Any) -> Feed:
    """A feed out of a dashboard."""
    value = {"fuel_mix": "generation", "storage": "output"}.get(layout.dataset.name, "load")
    return Feed(
        name=f"dashboard_{more.pop('word', name).replace('-', '_')}",
        dataset=layout.dataset,
        documented_at=PAGE.format(name.replace("-", "")),
        history_from=_SINCE,
        **timetable.SHOWN,
        layout=layout,
        sources=(FeedSource(name="dashboard", host="mis", collect=dashboard(name, layout, value)),),
        **more,
    )


_UNDOCUMENTED = "the dashboards have no documentation: the first day of their history is not known"

FUEL_MIX_FEED = _feed(
    "fuel-mix",
    GENERATION,
    title="Fuel mix, every five minutes: yesterday and today",
    step=FIVE_MINUTES,
    due=timetable.DASHBOARDS,
    retention=KEPT,
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
    due=timetable.DASHBOARDS,
    retention=KEPT,
    example=Example(payload=examples.STORAGE, rows=examples.STORAGE_ROWS),
    unconfirmed=f"{_UNDOCUMENTED}; the names of its fields, and the one wrong stamp where the clocks fall back: other "
    "readers of the dashboard saw both (in 2024 and 2025); whether a figure is a reading at its stamp or a mean",
)
DEMAND_FEED = _feed(
    "system-wide-demand",
    DEMAND,
    title="Load of the whole system, hourly: yesterday and today",
    step=HOUR,
    due=timetable.HOURLY_DASHBOARD,
    retention=KEPT,
    example=Example(payload=examples.DEMAND, rows=examples.DEMAND_ROWS),
    unconfirmed=f"{_UNDOCUMENTED}; its flag on days when the clocks change: as in the reports",
)
DEMAND_NOW_FEED = _feed(
    "supply-demand",
    DEMAND_NOW,
    title="Load of the whole system, every five minutes of the running day",
    step=FIVE_MINUTES,
    due=timetable.DASHBOARDS,
    snapshot_only=True,
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
    due=timetable.DASHBOARDS_OF_FORECASTS,
    snapshot_only=True,
    forecast_days=2,
    example=Example(payload=examples.DEMAND, rows=examples.FORECAST_ROWS),
    unconfirmed=_MADE,
)
DAY_AHEAD_FORECAST_FEED = _feed(
    "system-wide-demand",
    EXPECTED_DAY_AHEAD,
    word="day_ahead_load_forecast",
    title="The load forecast of the day before, for the whole system, hourly: yesterday and today",
    step=HOUR,
    due=timetable.DASHBOARDS_OF_FORECASTS,
    snapshot_only=True,
    forecast_days=1,
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
