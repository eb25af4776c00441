"""NYISO's energy prices: LBMP by zone and by generator in five runs, and the latest interval alone."""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import Feed, History, Locations, Run, Unconfirmed
from energyopti.datasets import LMP
from energyopti.layouts import Copy, CsvLayout, Lookup, Number, Residual, Stamp, Text, one_by_one
from energyopti_nyiso import examples, timing
from energyopti_nyiso.locations import OF_GENERATORS, OF_ZONES, PROXIES, ZONES
from energyopti_nyiso.protocol.advisory import without_announced
from energyopti_nyiso.protocol.commitment import commitment_alone, commitment_sources
from energyopti_nyiso.protocol.reports import report_page
from energyopti_nyiso.protocol.servers import feed_sources, newest_sources
from energyopti_nyiso.protocol.stamps import COMMITMENT, DISPATCH, FIVE_MINUTES, HOURLY, ZONE

_NO_FOLDER = Unconfirmed.noted(
    date(2026, 11, 30),
    ("in which folder of the new server it is, if in any", "that server's list is searched"),
    "whether there are prices after 2014-04-08, when one client saw them end",
)
_COMMITTED = Unconfirmed.noted(
    date(2026, 11, 30),
    (
        "what its rows look like",
        "no file of a running day is recorded; one client reads them as the other rows",
    ),
    (
        "that a stamp is the end of a quarter hour, and that congestion has the other prices' sign",
        "one client reads them so; the dispatch's rows in the same file are so",
    ),
    (
        "which run of the commitment a price is from",
        "the file has no execution time: a later run overwrites an earlier one, and nothing is kept",
    ),
    ("how many quarter hours lie ahead, and whether any after midnight", "all that the file has are taken"),
    (
        "when an interval is dispatched",
        "once it has begun: a quarter hour whose last five minutes had begun when the file was written is left out",
    ),
)


def lbmp(time: Stamp, location_types: Lookup) -> CsvLayout:
    """Location-based marginal prices (LBMP).

    NYISO publishes congestion with the opposite sign: LBMP = energy + losses - congestion. So congestion is negated.
    Energy is not published: it is LBMP minus the other two, and the same at all locations of a stamp, to the cent.
    """
    return CsvLayout(
        dataset=LMP,
        zone=ZONE,
        quoted=True,
        time=time,
        columns=(
            Text("Name", to="location"),
            Text("PTID"),
            Number(("LBMP ($/MWHr)", "LBMP ($/MWH"), to="lmp"),
            Number(("Marginal Cost Losses ($/MWHr)", "Marginal Cost Losses ($/MWH"), to="loss"),
            Number(
                ("Marginal Cost Congestion ($/MWHr)", "Marginal Cost Congestion ($/MWH"),
                to="congestion",
                scale=-1,
            ),
        ),
        derived=(
            Copy(to="location_name", of="location"),
            location_types,
            Residual(to="energy", of="lmp", minus=("loss", "congestion")),
        ),
    )


def _by_generator(zonal: Feed, name: str, time: Stamp, example: str) -> Feed:
    """The same prices by generator, from a separate document."""
    return attrs.evolve(
        zonal,
        name=name,
        documented_at=report_page(name),
        title=zonal.title.replace("by zone", "by generator"),
        locations=attrs.evolve(zonal.locations, closed=None),
        layout=lbmp(time, OF_GENERATORS),
        example=examples.of(example),
        sources=feed_sources(name),
    )


def _newest(of: Feed, name: str, title: str) -> Feed:
    """A feed of the latest interval only: one small file, to follow the real-time dispatch."""
    return attrs.evolve(
        of,
        name=name,
        title=title,
        history=attrs.evolve(of.history, snapshot_only=True),
        sparse=True,
        publication=attrs.evolve(timing.NEWEST_INTERVAL, refresh_every=timedelta(minutes=1)),
        sources=newest_sources(of.name),
        unconfirmed=Unconfirmed.noted(
            date(2026, 11, 30),
            "that the file has the columns of the day's file",
        ),
    )


def _committed(of: Feed, example: str, location_types: Lookup) -> Feed:
    """A feed of the real-time commitment: the quarter hours that follow the dispatch in the running day's file."""
    return attrs.evolve(
        of,
        name=f"{of.name}_rtc",
        run=Run.REAL_TIME_15MIN,
        title=of.title.replace("dispatch (RTD) LBMP", "commitment (RTC) LBMP").replace(
            "five-minute", "15-minute: the quarter hours ahead"
        ),
        history=attrs.evolve(of.history, snapshot_only=True),
        sparse=True,
        publication=attrs.evolve(timing.COMMITMENT, refresh_every=FIVE_MINUTES),
        layout=lbmp(COMMITMENT, location_types),
        example=examples.of(example),
        reads=one_by_one(commitment_alone),
        sources=commitment_sources(of.name),
        unconfirmed=_COMMITTED,
    )


DAY_AHEAD_ZONE = Feed(
    name="damlbmp_zone",
    documented_at=report_page("damlbmp_zone"),
    dataset=LMP,
    run=Run.DAY_AHEAD,
    title="Day-ahead hourly LBMP by zone",
    history=History(since=date(1999, 11, 18)),
    publication=attrs.evolve(
        timing.DAY_AHEAD, published_ahead=timedelta(days=2), refresh_every=timedelta(minutes=30)
    ),
    derived=("energy",),
    locations=Locations(closed=(*ZONES, *PROXIES)),
    layout=lbmp(HOURLY, OF_ZONES),
    example=examples.of("damlbmp_zone.csv"),
    sources=feed_sources("damlbmp_zone"),
)
HOURLY_ZONE = attrs.evolve(
    DAY_AHEAD_ZONE,
    name="rtlbmp_zone",
    documented_at=report_page("rtlbmp_zone"),
    run=Run.REAL_TIME_HOURLY,
    title="Real-time LBMP by zone, hourly averages",
    publication=attrs.evolve(timing.HOURLY, refresh_every=timedelta(minutes=15)),
    sources=feed_sources("rtlbmp_zone"),
)
HOUR_AHEAD_ZONE = attrs.evolve(
    HOURLY_ZONE,
    name="hamlbmp_zone",
    documented_at=report_page("hamlbmp_zone"),
    run=Run.HOUR_AHEAD,
    title="Hour-ahead LBMP by zone",
    sources=feed_sources("hamlbmp_zone"),
    unconfirmed=_NO_FOLDER,
)
REAL_TIME_ZONE = attrs.evolve(
    HOURLY_ZONE,
    name="realtime_zone",
    documented_at=report_page("realtime_zone"),
    run=Run.REAL_TIME_5MIN,
    title="Real-time dispatch (RTD) LBMP by zone, five-minute",
    publication=attrs.evolve(timing.REAL_TIME, refresh_every=FIVE_MINUTES),
    layout=lbmp(DISPATCH, OF_ZONES),
    example=examples.of("realtime_zone.csv"),
    reads=one_by_one(without_announced),
    sources=feed_sources("realtime_zone"),
)

DAY_AHEAD_GENERATOR = _by_generator(DAY_AHEAD_ZONE, "damlbmp_gen", HOURLY, "damlbmp_gen.csv")
HOURLY_GENERATOR = _by_generator(HOURLY_ZONE, "rtlbmp_gen", HOURLY, "damlbmp_gen.csv")
HOUR_AHEAD_GENERATOR = _by_generator(HOUR_AHEAD_ZONE, "hamlbmp_gen", HOURLY, "damlbmp_gen.csv")
REAL_TIME_GENERATOR = _by_generator(REAL_TIME_ZONE, "realtime_gen", DISPATCH, "realtime_gen.csv")

PRICES = (
    DAY_AHEAD_ZONE,
    DAY_AHEAD_GENERATOR,
    REAL_TIME_ZONE,
    REAL_TIME_GENERATOR,
    HOURLY_ZONE,
    HOURLY_GENERATOR,
    HOUR_AHEAD_ZONE,
    HOUR_AHEAD_GENERATOR,
    _newest(REAL_TIME_ZONE, "realtime_zone_lbmp", "Latest real-time dispatch interval by zone"),
    _newest(REAL_TIME_GENERATOR, "realtime_gen_lbmp", "Latest real-time dispatch interval by generator"),
    _committed(REAL_TIME_ZONE, "realtime_zone_rtc.csv", OF_ZONES),
    _committed(REAL_TIME_GENERATOR, "realtime_gen_rtc.csv", OF_GENERATORS),
)
