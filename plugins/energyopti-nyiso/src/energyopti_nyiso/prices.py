"""NYISO's prices: LBMP by zone and by generator in four runs, and what reserves and regulation cost."""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import Example, Feed, Run
from energyopti.datasets import ANCILLARY_PRICES, LMP
from energyopti.layouts import Lookup, Stamp
from energyopti_nyiso import examples, layouts
from energyopti_nyiso.locations import PROXIES, ZONES
from energyopti_nyiso.mis import eras

_PAGE = "https://www.nyiso.com/energy-market-operational-data"
_ZONAL = (*ZONES, *PROXIES)


def _lbmp(
    name: str,
    title: str,
    *,
    run: Run,
    time: Stamp,
    of: Lookup,
    example: Example,
    locations: tuple[str, ...] | None = None,
    unconfirmed: str | None = None,
    ahead: timedelta = timedelta(),
    cadence: timedelta = layouts.FIVE_MINUTES,
) -> Feed:
    """A feed of LBMPs: they differ in their run, their clock and their locations."""
    layout = layouts.lbmp(time, of)
    return Feed(
        name=name,
        dataset=LMP,
        run=run,
        title=title,
        documented_at=_PAGE,
        history_from=date(1999, 11, 18),
        step=time.step,
        irregular=time.irregular,
        ahead=ahead,
        cadence=cadence,
        derived=("energy",),
        locations=locations,
        layout=layout,
        example=example,
        eras=eras(name, layout),
        unconfirmed=unconfirmed,
    )


DAY_AHEAD_ZONE = _lbmp(
    "damlbmp_zone",
    "Day-ahead hourly LBMP by zone",
    run=Run.DAY_AHEAD,
    time=layouts.HOURLY,
    of=layouts.OF_ZONES,
    locations=_ZONAL,
    ahead=timedelta(days=2),
    cadence=timedelta(minutes=30),
    example=Example(payload=examples.DAY_AHEAD_ZONE, rows=examples.DAY_AHEAD_ZONE_ROWS),
)
DAY_AHEAD_GENERATOR = _lbmp(
    "damlbmp_gen",
    "Day-ahead hourly LBMP by generator",
    run=Run.DAY_AHEAD,
    time=layouts.HOURLY,
    of=layouts.OF_GENERATORS,
    ahead=timedelta(days=2),
    cadence=timedelta(minutes=30),
    example=Example(payload=examples.DAY_AHEAD_GENERATOR, rows=examples.DAY_AHEAD_GENERATOR_ROWS),
)
REAL_TIME_ZONE = _lbmp(
    "realtime_zone",
    "Real-time dispatch LBMP by zone",
    run=Run.REAL_TIME_5MIN,
    time=layouts.DISPATCH,
    of=layouts.OF_ZONES,
    locations=_ZONAL,
    example=Example(payload=examples.REAL_TIME_ZONE, rows=examples.REAL_TIME_ZONE_ROWS),
)
REAL_TIME_GENERATOR = _lbmp(
    "realtime_gen",
    "Real-time dispatch LBMP by generator",
    run=Run.REAL_TIME_5MIN,
    time=layouts.DISPATCH,
    of=layouts.OF_GENERATORS,
    example=Example(payload=examples.REAL_TIME_GENERATOR, rows=examples.REAL_TIME_GENERATOR_ROWS),
)
_NO_FOLDER = "no folder of the new server is known for it: only the old one is asked"

HOURLY_ZONE = _lbmp(
    "rtlbmp_zone",
    "Real-time LBMP by zone, hourly means",
    run=Run.REAL_TIME_HOURLY,
    time=layouts.HOURLY,
    of=layouts.OF_ZONES,
    locations=_ZONAL,
    cadence=timedelta(minutes=15),
    example=Example(payload=examples.DAY_AHEAD_ZONE, rows=examples.DAY_AHEAD_ZONE_ROWS),
)
HOURLY_GENERATOR = _lbmp(
    "rtlbmp_gen",
    "Real-time LBMP by generator, hourly means",
    run=Run.REAL_TIME_HOURLY,
    time=layouts.HOURLY,
    of=layouts.OF_GENERATORS,
    cadence=timedelta(minutes=15),
    example=Example(payload=examples.DAY_AHEAD_GENERATOR, rows=examples.DAY_AHEAD_GENERATOR_ROWS),
)
HOUR_AHEAD_ZONE = _lbmp(
    "hamlbmp_zone",
    "Hour-ahead LBMP by zone",
    run=Run.HOUR_AHEAD,
    time=layouts.HOURLY,
    of=layouts.OF_ZONES,
    locations=_ZONAL,
    cadence=timedelta(minutes=15),
    example=Example(payload=examples.DAY_AHEAD_ZONE, rows=examples.DAY_AHEAD_ZONE_ROWS),
    unconfirmed=_NO_FOLDER,
)
HOUR_AHEAD_GENERATOR = _lbmp(
    "hamlbmp_gen",
    "Hour-ahead LBMP by generator",
    run=Run.HOUR_AHEAD,
    time=layouts.HOURLY,
    of=layouts.OF_GENERATORS,
    cadence=timedelta(minutes=15),
    example=Example(payload=examples.DAY_AHEAD_GENERATOR, rows=examples.DAY_AHEAD_GENERATOR_ROWS),
    unconfirmed=_NO_FOLDER,
)

_OLDER_SHAPES = "before July 2016 the document has a column a region and product: not read yet"

DAY_AHEAD_ANCILLARY = Feed(
    name="damasp",
    dataset=ANCILLARY_PRICES,
    run=Run.DAY_AHEAD,
    title="Day-ahead prices of reserves and regulation by zone",
    documented_at=_PAGE,
    history_from=date(2016, 7, 1),
    step=layouts.HOUR,
    ahead=timedelta(days=2),
    cadence=timedelta(minutes=30),
    layout=layouts.DAY_AHEAD_ANCILLARY,
    example=Example(payload=examples.DAY_AHEAD_ANCILLARY, rows=examples.DAY_AHEAD_ANCILLARY_ROWS),
    eras=eras("damasp", layouts.DAY_AHEAD_ANCILLARY),
    unconfirmed=_OLDER_SHAPES,
)

REAL_TIME_ANCILLARY = Feed(
    name="rtasp",
    dataset=ANCILLARY_PRICES,
    run=Run.REAL_TIME_5MIN,
    title="Real-time prices of reserves and regulation by zone",
    documented_at=_PAGE,
    history_from=date(2016, 7, 1),
    step=layouts.FIVE_MINUTES,
    irregular=True,
    layout=layouts.REAL_TIME_ANCILLARY,
    example=Example(payload=examples.REAL_TIME_ANCILLARY, rows=examples.REAL_TIME_ANCILLARY_ROWS),
    eras=eras("rtasp", layouts.REAL_TIME_ANCILLARY),
    unconfirmed=_OLDER_SHAPES,
)

PRICES = (
    DAY_AHEAD_ZONE,
    DAY_AHEAD_GENERATOR,
    REAL_TIME_ZONE,
    REAL_TIME_GENERATOR,
    HOURLY_ZONE,
    HOURLY_GENERATOR,
    HOUR_AHEAD_ZONE,
    HOUR_AHEAD_GENERATOR,
    DAY_AHEAD_ANCILLARY,
    REAL_TIME_ANCILLARY,
)
