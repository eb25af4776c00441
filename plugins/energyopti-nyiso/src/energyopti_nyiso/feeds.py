"""NYISO's catalogue: one short declaration a feed.

The paths, folders and first days are those of the two servers as other readers of them found; what nobody
has confirmed is said in ``unconfirmed``.
"""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import Example, Feed, Run
from energyopti.datasets import (
    CONSTRAINTS,
    FUEL_MIX,
    LOAD,
    LOAD_FORECAST,
    RENEWABLES,
    RENEWABLES_FORECAST,
    SCHEDULES,
)
from energyopti_nyiso import examples, layouts
from energyopti_nyiso.locations import ZONES
from energyopti_nyiso.mis import eras
from energyopti_nyiso.prices import PRICES

_PRICES = "https://www.nyiso.com/energy-market-operational-data"
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
    history_from=date(1999, 11, 1),
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

DAY_AHEAD_CONSTRAINTS = Feed(
    name="DAMLimitingConstraints",
    dataset=CONSTRAINTS,
    run=Run.DAY_AHEAD,
    title="Day-ahead limiting constraints",
    documented_at=_PRICES,
    history_from=date(2001, 8, 1),
    step=layouts.HOUR,
    sparse=True,
    ahead=timedelta(days=2),
    cadence=timedelta(minutes=30),
    layout=layouts.DAY_AHEAD_CONSTRAINTS,
    example=Example(payload=examples.DAY_AHEAD_CONSTRAINTS, rows=examples.DAY_AHEAD_CONSTRAINTS_ROWS),
    eras=eras("DAMLimitingConstraints", layouts.DAY_AHEAD_CONSTRAINTS),
)

REAL_TIME_CONSTRAINTS = Feed(
    name="LimitingConstraints",
    dataset=CONSTRAINTS,
    run=Run.REAL_TIME_5MIN,
    title="Real-time limiting constraints",
    documented_at=_PRICES,
    history_from=date(2002, 1, 1),
    step=layouts.FIVE_MINUTES,
    irregular=True,
    sparse=True,
    layout=layouts.REAL_TIME_CONSTRAINTS,
    example=Example(payload=examples.REAL_TIME_CONSTRAINTS, rows=examples.REAL_TIME_CONSTRAINTS_ROWS),
    eras=eras("LimitingConstraints", layouts.REAL_TIME_CONSTRAINTS),
)

INTERFACE_FLOWS = Feed(
    name="ExternalLimitsFlows",
    dataset=SCHEDULES,
    title="Interface flows, five-minute",
    documented_at=_POWER_GRID,
    history_from=date(2002, 1, 1),
    step=layouts.FIVE_MINUTES,
    irregular=True,
    layout=layouts.INTERFACE_FLOWS,
    example=Example(payload=examples.INTERFACES, rows=examples.INTERFACE_FLOW_ROWS),
    eras=eras("ExternalLimitsFlows", layouts.INTERFACE_FLOWS),
)

INTERFACE_LIMITS = Feed(
    name="ExternalLimitsFlows_limits",
    dataset=CONSTRAINTS,
    run=Run.REAL_TIME_5MIN,
    title="Interface limits beside their flows, five-minute",
    documented_at=_POWER_GRID,
    history_from=date(2002, 1, 1),
    step=layouts.FIVE_MINUTES,
    irregular=True,
    layout=layouts.INTERFACE_LIMITS,
    example=Example(payload=examples.INTERFACES, rows=examples.INTERFACE_LIMIT_ROWS),
    eras=eras("ExternalLimitsFlows", layouts.INTERFACE_LIMITS),
)

SOLAR = Feed(
    name="BTMEstimatedActual",
    dataset=RENEWABLES,
    title="Behind-the-meter solar by zone, hourly estimates",
    documented_at=_POWER_GRID,
    history_from=date(2020, 11, 17),
    step=layouts.HOUR,
    cadence=timedelta(hours=1),
    locations=(*ZONES, "SYSTEM"),
    layout=layouts.SOLAR,
    example=Example(payload=examples.SOLAR, rows=examples.SOLAR_ROWS),
    eras=eras("BTMEstimatedActual", layouts.SOLAR),
    unconfirmed="its first day, on either server",
)

SOLAR_FORECASTS = Feed(
    name="btmdaforecast",
    dataset=RENEWABLES_FORECAST,
    title="Behind-the-meter solar by zone, day-ahead forecast",
    documented_at=_POWER_GRID,
    history_from=date(2020, 11, 17),
    step=layouts.HOUR,
    ahead=timedelta(days=1),
    horizon=1,
    cadence=timedelta(minutes=30),
    locations=(*ZONES, "SYSTEM"),
    layout=layouts.SOLAR_FORECAST,
    example=Example(payload=examples.SOLAR, rows=examples.SOLAR_ROWS),
    eras=eras("btmdaforecast", layouts.SOLAR_FORECAST, published=True),
    unconfirmed="its first day, on either server; whether a publication reaches past its own day",
)

FEEDS = (
    *PRICES,
    ACTUAL_LOAD,
    INTEGRATED_LOAD,
    LOAD_FORECASTS,
    FUEL_MIXES,
    DAY_AHEAD_CONSTRAINTS,
    REAL_TIME_CONSTRAINTS,
    INTERFACE_FLOWS,
    INTERFACE_LIMITS,
    SOLAR,
    SOLAR_FORECASTS,
)
