"""NYISO's prices of energy: LBMP by zone and by generator in four runs, and the newest interval alone."""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import Example, Feed, Run
from energyopti.datasets import LMP
from energyopti.layouts import Lookup, Stamp, as_they_stand, one_by_one
from energyopti_nyiso import layouts, timing
from energyopti_nyiso.advisory import without_announced
from energyopti_nyiso.examples import lbmp
from energyopti_nyiso.locations import PROXIES, ZONES
from energyopti_nyiso.mis import feed_sources, newest_eras
from energyopti_nyiso.timing import Timing

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
    published: Timing,
    locations: tuple[str, ...] | None = None,
    unconfirmed: str | None = None,
    published_ahead: timedelta = timedelta(),
    refresh_every: timedelta = layouts.FIVE_MINUTES,
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
        published_ahead=published_ahead,
        refresh_every=refresh_every,
        derived=("energy",),
        locations=locations,
        **published,
        layout=layout,
        example=example,
        reads=_REAL_TIME_FILES if time is layouts.DISPATCH else as_they_stand,
        sources=feed_sources(name, layout),
        unconfirmed=unconfirmed,
    )


_REAL_TIME_FILES = one_by_one(without_announced)


def _newest(name: str, title: str, *, of: Feed, document: str) -> Feed:
    """A feed of nothing but the newest interval: one small file, for those who follow the dispatch."""
    return attrs.evolve(
        of,
        name=name,
        title=title,
        snapshot_only=True,
        sparse=True,
        refresh_every=timedelta(minutes=1),
        **timing.NEWEST_INTERVAL,
        sources=newest_eras(document, of.layout),
        unconfirmed="that the file has the columns of the day's",
    )


DAY_AHEAD_ZONE = _lbmp(
    "damlbmp_zone",
    "Day-ahead hourly LBMP by zone",
    run=Run.DAY_AHEAD,
    published=timing.DAY_AHEAD,
    time=layouts.HOURLY,
    of=layouts.OF_ZONES,
    locations=_ZONAL,
    published_ahead=timedelta(days=2),
    refresh_every=timedelta(minutes=30),
    example=Example(payload=lbmp.DAY_AHEAD_ZONE, rows=lbmp.DAY_AHEAD_ZONE_ROWS),
)
DAY_AHEAD_GENERATOR = _lbmp(
    "damlbmp_gen",
    "Day-ahead hourly LBMP by generator",
    run=Run.DAY_AHEAD,
    published=timing.DAY_AHEAD,
    time=layouts.HOURLY,
    of=layouts.OF_GENERATORS,
    published_ahead=timedelta(days=2),
    refresh_every=timedelta(minutes=30),
    example=Example(payload=lbmp.DAY_AHEAD_GENERATOR, rows=lbmp.DAY_AHEAD_GENERATOR_ROWS),
)
REAL_TIME_ZONE = _lbmp(
    "realtime_zone",
    "Real-time dispatch LBMP by zone",
    run=Run.REAL_TIME_5MIN,
    published=timing.REAL_TIME,
    time=layouts.DISPATCH,
    of=layouts.OF_ZONES,
    locations=_ZONAL,
    example=Example(payload=lbmp.REAL_TIME_ZONE, rows=lbmp.REAL_TIME_ZONE_ROWS),
)
REAL_TIME_GENERATOR = _lbmp(
    "realtime_gen",
    "Real-time dispatch LBMP by generator",
    run=Run.REAL_TIME_5MIN,
    published=timing.REAL_TIME,
    time=layouts.DISPATCH,
    of=layouts.OF_GENERATORS,
    example=Example(payload=lbmp.REAL_TIME_GENERATOR, rows=lbmp.REAL_TIME_GENERATOR_ROWS),
)
_NO_FOLDER = (
    "in which folder of the new server it is, if in any: it is looked for in that server's list; whether there are "
    "prices after 2014-04-08, where one client saw them end"
)

HOURLY_ZONE = _lbmp(
    "rtlbmp_zone",
    "Real-time LBMP by zone, hourly means",
    run=Run.REAL_TIME_HOURLY,
    published=timing.HOURLY,
    time=layouts.HOURLY,
    of=layouts.OF_ZONES,
    locations=_ZONAL,
    refresh_every=timedelta(minutes=15),
    example=Example(payload=lbmp.DAY_AHEAD_ZONE, rows=lbmp.DAY_AHEAD_ZONE_ROWS),
)
HOURLY_GENERATOR = _lbmp(
    "rtlbmp_gen",
    "Real-time LBMP by generator, hourly means",
    run=Run.REAL_TIME_HOURLY,
    published=timing.HOURLY,
    time=layouts.HOURLY,
    of=layouts.OF_GENERATORS,
    refresh_every=timedelta(minutes=15),
    example=Example(payload=lbmp.DAY_AHEAD_GENERATOR, rows=lbmp.DAY_AHEAD_GENERATOR_ROWS),
)
HOUR_AHEAD_ZONE = _lbmp(
    "hamlbmp_zone",
    "Hour-ahead LBMP by zone",
    run=Run.HOUR_AHEAD,
    published=timing.HOURLY,
    time=layouts.HOURLY,
    of=layouts.OF_ZONES,
    locations=_ZONAL,
    refresh_every=timedelta(minutes=15),
    example=Example(payload=lbmp.DAY_AHEAD_ZONE, rows=lbmp.DAY_AHEAD_ZONE_ROWS),
    unconfirmed=_NO_FOLDER,
)
HOUR_AHEAD_GENERATOR = _lbmp(
    "hamlbmp_gen",
    "Hour-ahead LBMP by generator",
    run=Run.HOUR_AHEAD,
    published=timing.HOURLY,
    time=layouts.HOURLY,
    of=layouts.OF_GENERATORS,
    refresh_every=timedelta(minutes=15),
    example=Example(payload=lbmp.DAY_AHEAD_GENERATOR, rows=lbmp.DAY_AHEAD_GENERATOR_ROWS),
    unconfirmed=_NO_FOLDER,
)


NEWEST_ZONE = _newest(
    "realtime_zone_lbmp",
    "Newest real-time dispatch interval by zone",
    of=REAL_TIME_ZONE,
    document="realtime_zone",
)
NEWEST_GENERATOR = _newest(
    "realtime_gen_lbmp",
    "Newest real-time dispatch interval by generator",
    of=REAL_TIME_GENERATOR,
    document="realtime_gen",
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
    NEWEST_ZONE,
    NEWEST_GENERATOR,
)
