"""NYISO's catalogue: one short declaration a feed.

The paths, folders and first days are those of the two servers as other readers of them found; what nobody
has confirmed is said in ``unconfirmed``.
"""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import Example, Feed, Run
from energyopti.datasets import FUEL_MIX, LMP, LOAD, LOAD_FORECAST
from energyopti_nyiso import examples, layouts
from energyopti_nyiso.locations import PROXIES, ZONES
from energyopti_nyiso.mis import eras

_PRICES = "https://www.nyiso.com/energy-market-operational-data"
_LOAD = "https://www.nyiso.com/load-data"
_POWER_GRID = "https://www.nyiso.com/real-time-dashboard"
_ZONAL = (*ZONES, *PROXIES)

_DAY_AHEAD_ZONE = layouts.lbmp(layouts.HOURLY, layouts.OF_ZONES)
_DAY_AHEAD_GENERATOR = layouts.lbmp(layouts.HOURLY, layouts.OF_GENERATORS)
_REAL_TIME_ZONE = layouts.lbmp(layouts.DISPATCH, layouts.OF_ZONES)
_REAL_TIME_GENERATOR = layouts.lbmp(layouts.DISPATCH, layouts.OF_GENERATORS)

DAY_AHEAD_ZONE = Feed(
    name="damlbmp_zone",
    dataset=LMP,
    run=Run.DAY_AHEAD,
    title="Day-ahead hourly LBMP by zone",
    documented_at=_PRICES,
    history_from=date(1999, 11, 18),
    step=layouts.HOUR,
    ahead=timedelta(days=2),
    cadence=timedelta(minutes=30),
    derived=("energy",),
    locations=_ZONAL,
    layout=_DAY_AHEAD_ZONE,
    example=Example(payload=examples.DAY_AHEAD_ZONE, rows=examples.DAY_AHEAD_ZONE_ROWS),
    eras=eras("damlbmp_zone", _DAY_AHEAD_ZONE),
)

DAY_AHEAD_GENERATOR = Feed(
    name="damlbmp_gen",
    dataset=LMP,
    run=Run.DAY_AHEAD,
    title="Day-ahead hourly LBMP by generator",
    documented_at=_PRICES,
    history_from=date(1999, 11, 18),
    step=layouts.HOUR,
    ahead=timedelta(days=2),
    cadence=timedelta(minutes=30),
    derived=("energy",),
    layout=_DAY_AHEAD_GENERATOR,
    example=Example(payload=examples.DAY_AHEAD_GENERATOR, rows=examples.DAY_AHEAD_GENERATOR_ROWS),
    eras=eras("damlbmp_gen", _DAY_AHEAD_GENERATOR),
)

REAL_TIME_ZONE = Feed(
    name="realtime_zone",
    dataset=LMP,
    run=Run.REAL_TIME_5MIN,
    title="Real-time dispatch LBMP by zone",
    documented_at=_PRICES,
    history_from=date(1999, 11, 18),
    step=layouts.FIVE_MINUTES,
    irregular=True,
    derived=("energy",),
    locations=_ZONAL,
    layout=_REAL_TIME_ZONE,
    example=Example(payload=examples.REAL_TIME_ZONE, rows=examples.REAL_TIME_ZONE_ROWS),
    eras=eras("realtime_zone", _REAL_TIME_ZONE),
)

REAL_TIME_GENERATOR = Feed(
    name="realtime_gen",
    dataset=LMP,
    run=Run.REAL_TIME_5MIN,
    title="Real-time dispatch LBMP by generator",
    documented_at=_PRICES,
    history_from=date(1999, 11, 18),
    step=layouts.FIVE_MINUTES,
    irregular=True,
    derived=("energy",),
    layout=_REAL_TIME_GENERATOR,
    example=Example(payload=examples.REAL_TIME_GENERATOR, rows=examples.REAL_TIME_GENERATOR_ROWS),
    eras=eras("realtime_gen", _REAL_TIME_GENERATOR),
)

ACTUAL_LOAD = Feed(
    name="pal",
    dataset=LOAD,
    title="Real-time actual load by zone, five-minute readings",
    documented_at=_LOAD,
    history_from=date(2001, 5, 26),
    step=layouts.FIVE_MINUTES,
    irregular=True,
    locations=tuple(ZONES),
    layout=layouts.INSTANTANEOUS_LOAD,
    example=Example(payload=examples.ACTUAL_LOAD, rows=examples.ACTUAL_LOAD_ROWS),
    eras=eras("pal", layouts.INSTANTANEOUS_LOAD),
)

INTEGRATED_LOAD = Feed(
    name="palIntegrated",
    dataset=LOAD,
    title="Integrated real-time actual load by zone, hourly means",
    documented_at=_LOAD,
    history_from=date(2001, 6, 21),
    step=layouts.HOUR,
    cadence=timedelta(minutes=15),
    locations=tuple(ZONES),
    layout=layouts.INTEGRATED_LOAD,
    example=Example(payload=examples.INTEGRATED_LOAD, rows=examples.INTEGRATED_LOAD_ROWS),
    eras=eras("palIntegrated", layouts.INTEGRATED_LOAD),
)

LOAD_FORECASTS = Feed(
    name="isolf",
    dataset=LOAD_FORECAST,
    title="Load forecast by zone, hourly, about six days ahead",
    documented_at=_LOAD,
    history_from=date(2001, 6, 21),
    step=layouts.HOUR,
    ahead=timedelta(days=1),
    horizon=6,
    cadence=timedelta(minutes=30),
    locations=(*ZONES, "NYISO"),
    layout=layouts.FORECAST,
    example=Example(payload=examples.LOAD_FORECAST, rows=examples.LOAD_FORECAST_ROWS),
    eras=eras("isolf", layouts.FORECAST, published=True),
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
    layout=layouts.GENERATION,
    example=Example(payload=examples.FUEL_MIX, rows=examples.FUEL_MIX_ROWS),
    eras=eras("rtfuelmix", layouts.GENERATION),
    unconfirmed="the new server's folder RT_FUEL_MIX is a guess; the first day of the archive",
)

FEEDS = (
    DAY_AHEAD_ZONE,
    DAY_AHEAD_GENERATOR,
    REAL_TIME_ZONE,
    REAL_TIME_GENERATOR,
    ACTUAL_LOAD,
    INTEGRATED_LOAD,
    LOAD_FORECASTS,
    FUEL_MIXES,
)
