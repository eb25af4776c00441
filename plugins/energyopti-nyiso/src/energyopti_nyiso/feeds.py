"""NYISO's catalogue: one short declaration a feed.

The paths, folders and first days are those of the two servers as other readers of them found; what nobody
has confirmed is said in ``unconfirmed``.
"""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import Example, Feed
from energyopti.datasets import (
    FUEL_MIX,
    LOAD,
    LOAD_FORECAST,
    RENEWABLES,
    RENEWABLES_FORECAST,
)
from energyopti.layouts import published_when_modified
from energyopti_nyiso import layouts, timing
from energyopti_nyiso.ancillary import ANCILLARY
from energyopti_nyiso.capacity import CAPACITY_PRICES
from energyopti_nyiso.examples import power
from energyopti_nyiso.locations import ZONES
from energyopti_nyiso.mis import feed_sources
from energyopti_nyiso.prices import PRICES
from energyopti_nyiso.reference import REFERENCE
from energyopti_nyiso.tcc import TCC
from energyopti_nyiso.transmission import TRANSMISSION

_LOAD = "https://www.nyiso.com/load-data"
_POWER_GRID = "https://www.nyiso.com/real-time-dashboard"


ACTUAL_LOAD = Feed(
    name="pal",
    dataset=LOAD,
    title="Real-time actual load by zone, five-minute readings",
    documented_at=_LOAD,
    history_from=date(2001, 5, 26),
    step=layouts.FIVE_MINUTES,
    irregular=True,
    locations=tuple(ZONES),
    **timing.REAL_TIME,
    layout=layouts.INSTANTANEOUS_LOAD,
    example=Example(payload=power.ACTUAL_LOAD, rows=power.ACTUAL_LOAD_ROWS),
    sources=feed_sources("pal", layouts.INSTANTANEOUS_LOAD),
)

INTEGRATED_LOAD = Feed(
    name="palIntegrated",
    dataset=LOAD,
    title="Integrated real-time actual load by zone, hourly means",
    documented_at=_LOAD,
    history_from=date(2001, 6, 21),
    step=layouts.HOUR,
    refresh_every=timedelta(minutes=15),
    locations=tuple(ZONES),
    **timing.HOURLY,
    layout=layouts.INTEGRATED_LOAD,
    example=Example(payload=power.INTEGRATED_LOAD, rows=power.INTEGRATED_LOAD_ROWS),
    sources=feed_sources("palIntegrated", layouts.INTEGRATED_LOAD),
)

LOAD_FORECASTS = Feed(
    name="isolf",
    dataset=LOAD_FORECAST,
    title="Load forecast by zone, hourly, about six days ahead",
    documented_at=_LOAD,
    history_from=date(1999, 11, 1),
    step=layouts.HOUR,
    published_ahead=timedelta(days=1),
    forecast_days=6,
    refresh_every=timedelta(minutes=30),
    locations=(*ZONES, "NYISO"),
    **timing.LOAD_FORECAST,
    layout=layouts.FORECAST,
    example=Example(payload=power.LOAD_FORECAST, rows=power.LOAD_FORECAST_ROWS),
    reads=published_when_modified,
    sources=feed_sources("isolf", layouts.FORECAST, reads=published_when_modified),
    unconfirmed="the first day of the archive; how many days a publication reaches varies around six",
)

FUEL_MIXES = Feed(
    name="rtfuelmix",
    dataset=FUEL_MIX,
    title="Real-time fuel mix, five-minute readings",
    documented_at=_POWER_GRID,
    history_from=date(2015, 12, 9),
    step=layouts.FIVE_MINUTES,
    irregular=True,
    closes_at_midnight=True,
    **timing.REAL_TIME,
    layout=layouts.GENERATION,
    example=Example(payload=power.FUEL_MIX, rows=power.FUEL_MIX_ROWS),
    sources=feed_sources("rtfuelmix", layouts.GENERATION),
    unconfirmed="the new server's folder RT_FUEL_MIX is a guess: where it is not, that server's list is looked "
    "through; the first day of the archive",
)

SOLAR = Feed(
    name="BTMEstimatedActual",
    dataset=RENEWABLES,
    title="Behind-the-meter solar by zone, hourly estimates",
    documented_at=_POWER_GRID,
    history_from=date(2020, 11, 17),
    step=layouts.HOUR,
    refresh_every=timedelta(hours=1),
    locations=(*ZONES, "SYSTEM"),
    **timing.SOLAR_ESTIMATES,
    layout=layouts.SOLAR,
    example=Example(payload=power.SOLAR, rows=power.SOLAR_ROWS),
    sources=feed_sources("BTMEstimatedActual", layouts.SOLAR),
    unconfirmed="its first day, on either server",
)

SOLAR_FORECASTS = Feed(
    name="btmdaforecast",
    dataset=RENEWABLES_FORECAST,
    title="Behind-the-meter solar by zone, day-ahead forecast",
    documented_at=_POWER_GRID,
    history_from=date(2020, 11, 17),
    step=layouts.HOUR,
    published_ahead=timedelta(days=1),
    forecast_days=1,
    refresh_every=timedelta(minutes=30),
    locations=(*ZONES, "SYSTEM"),
    **timing.SOLAR_FORECAST,
    layout=layouts.SOLAR_FORECAST,
    example=Example(payload=power.SOLAR, rows=power.SOLAR_ROWS),
    reads=published_when_modified,
    sources=feed_sources("btmdaforecast", layouts.SOLAR_FORECAST, reads=published_when_modified),
    unconfirmed="its first day, on either server; whether a publication reaches past its own day",
)

FEEDS = (
    *PRICES,
    *ANCILLARY,
    ACTUAL_LOAD,
    INTEGRATED_LOAD,
    LOAD_FORECASTS,
    FUEL_MIXES,
    SOLAR,
    SOLAR_FORECASTS,
    *TRANSMISSION,
    CAPACITY_PRICES,
    *TCC,
    *REFERENCE,
)
