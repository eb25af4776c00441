"""CAISO's prices of energy: day-ahead, hour-ahead, fifteen-minute, five-minute, and at scheduling points.

A price is the sum of its components: ``MCE + MCC + MCL``, and ``MGHG`` in real time and in the western imbalance
market. Each comes as a row of its own, mostly in a file of its own.
"""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import ChunkSize, Due, Example, Feed, Run
from energyopti.datasets import LMP
from energyopti.layouts import CsvLayout, Only, Pattern, Text
from energyopti.vocabulary import LocationType
from energyopti_caiso import oasis, runs, timetable
from energyopti_caiso.documented import SPECIFICATION
from energyopti_caiso.examples import prices as examples
from energyopti_caiso.layouts import FIVE_MINUTES, HOUR, ITEM, QUARTER, figures, report
from energyopti_caiso.oasis import KEPT, Group, Report
from energyopti_caiso.pieces import with_components
from energyopti_caiso.places import EVERY, KINDS, USUAL
from energyopti_caiso.runs import Feeds

_TYPES = {"LMP": "lmp", "MCE": "energy", "MCC": "congestion", "MCL": "loss", "MGHG": "ghg"}
_ITEMS = {
    "LMP_PRC": "lmp",
    "LMP_ENE_PRC": "energy",
    "LMP_CONG_PRC": "congestion",
    "LMP_LOSS_PRC": "loss",
    "LMP_GHG_PRC": "ghg",
}
_NODE = Text(("NODE_ID", "NODE", "RESOURCE_NAME"), to="location")
GROUP_VERSION = 1
"""The version of the groups of prices that all lists of them have."""

_BY = Text(("LMP_TYPE", ITEM.name))
_RUNS: Feeds = {
    runs.DAM: "PRC_LMP",
    runs.RTPD: "PRC_RTPD_LMP",
    runs.RTM: "PRC_INTVL_LMP",
    runs.HASP: "PRC_HASP_LMP",
}
_POINT_RUNS: Feeds = {
    runs.DAM: "PRC_SPTIE_LMP_DAM",
    runs.RTPD: "PRC_SPTIE_LMP_RTPD",
    runs.RTD: "PRC_SPTIE_LMP_RTD",
}


def prices(first: str, only: Only, kind: str = LocationType.NODE.value) -> CsvLayout:
    """Prices by node of a run; ``first`` is what the price's column is called today, ``kind`` what a node is by default."""
    long = figures({**_TYPES, **_ITEMS}, by=_BY, same=(_NODE.name,), first=first)
    xml_long = figures({**_ITEMS, **_TYPES}, same=(_NODE.name,), first=first)
    kinds = Pattern(to="location_type", of="location", patterns=KINDS, default=kind)
    return report(LMP, _NODE, long=long, xml_long=xml_long, derived=(kinds,), only=(only,))


def _lmp(
    name: str,
    title: str,
    source: Report,
    *,
    run: Run,
    step: timedelta,
    first: str,
    example: Example,
    group: str,
    due: Due,
    chunk: ChunkSize = ChunkSize.DAY,
    every: ChunkSize = ChunkSize.HOUR,
    published_ahead: timedelta = timedelta(),
    history_from: date = date(2009, 4, 1),
    unconfirmed: str | None = None,
) -> Feed:
    """A feed of prices: they differ in their run, their step and how much of all nodes is given at once.

    Where OASIS cannot make a report of all nodes, the group that it has made for everybody is taken.
    """
    layout = prices(first, runs.run(source.run, _RUNS))
    made = Group(name=group, version=GROUP_VERSION, hourly=every is ChunkSize.HOUR, of_all=True)
    return Feed(
        name=name,
        dataset=LMP,
        run=run,
        title=f"{title}; of hubs and load zones unless locations are named",
        documented_at=SPECIFICATION,
        history_from=history_from,
        step=step,
        chunk=chunk,
        published_ahead=published_ahead,
        due=due,
        **timetable.CORRECTED,
        refresh_every=timedelta(minutes=30) if published_ahead else FIVE_MINUTES,
        retention=KEPT,
        per_location=oasis.narrowing(every),
        all_locations_keywords=EVERY,
        layout=layout,
        example=example,
        sources=(
            *oasis.single(source, layout, nodes=USUAL, finish=with_components),
            *oasis.group(made, layout, finish=with_components),
        ),
        unconfirmed=unconfirmed,
    )


DAY_AHEAD = _lmp(
    "PRC_LMP",
    "Day-ahead hourly LMP",
    Report("PRC_LMP", 12, {"market_run_id": "DAM"}),
    group="DAM_LMP_GRP",
    run=Run.DAY_AHEAD,
    step=HOUR,
    first="MW",
    chunk=ChunkSize.MONTH,
    every=ChunkSize.DAY,
    published_ahead=timedelta(days=2),
    due=timetable.DAY_AHEAD_MARKET,
    example=Example(payload=examples.DAY_AHEAD, rows=examples.DAY_AHEAD_ROWS),
)
FIFTEEN_MINUTE = _lmp(
    "PRC_RTPD_LMP",
    "Real-time fifteen-minute LMP (FMM)",
    Report("PRC_RTPD_LMP", 3, {"market_run_id": "RTPD"}),
    group="RTPD_LMP_GRP",
    run=Run.REAL_TIME_15MIN,
    step=QUARTER,
    first="PRC",
    history_from=date(2014, 5, 1),
    due=timetable.REAL_TIME,
    example=Example(payload=examples.FIFTEEN_MINUTE, rows=examples.FIFTEEN_MINUTE_ROWS),
)
FIVE_MINUTE = _lmp(
    "PRC_INTVL_LMP",
    "Real-time five-minute LMP",
    Report("PRC_INTVL_LMP", 3, {"market_run_id": "RTM"}),
    group="RTM_LMP_GRP",
    run=Run.REAL_TIME_5MIN,
    step=FIVE_MINUTES,
    first="VALUE",
    due=timetable.REAL_TIME,
    example=Example(payload=examples.FIVE_MINUTE, rows=examples.FIVE_MINUTE_ROWS),
)
HOUR_AHEAD = _lmp(
    "PRC_HASP_LMP",
    "Hour-ahead LMP, four quarters an hour",
    Report("PRC_HASP_LMP", 3, {"market_run_id": "HASP"}),
    group="HASP_LMP_GRP",
    run=Run.HOUR_AHEAD,
    step=QUARTER,
    first="MW",
    published_ahead=timedelta(hours=2),
    due=timetable.HOUR_AHEAD,
    example=Example(payload=examples.HOUR_AHEAD, rows=examples.HOUR_AHEAD_ROWS),
)


def _scheduling_points(
    name: str,
    title: str,
    market_run: str,
    *,
    run: Run,
    step: timedelta,
    size: ChunkSize,
    published_ahead: timedelta,
    due: Due,
) -> Feed:
    """Prices at scheduling points; without locations all of them."""
    source = Report("PRC_SPTIE_LMP", 5, {"market_run_id": market_run})
    layout = prices("PRC", runs.run(source.run, _POINT_RUNS), LocationType.INTERFACE.value)
    return Feed(
        name=name,
        dataset=LMP,
        run=run,
        title=title,
        documented_at=SPECIFICATION,
        history_from=date(2014, 5, 1),
        step=step,
        chunk=size,
        published_ahead=published_ahead,
        due=due,
        **timetable.CORRECTED,
        retention=KEPT,
        per_location=oasis.narrowing(size),
        all_locations_keywords=EVERY,
        layout=layout,
        example=Example(payload=examples.scheduling_points(market_run), rows=examples.SCHEDULING_POINT_ROWS),
        sources=oasis.single(source, layout, nodes=EVERY[:1], finish=with_components),
        unconfirmed="the columns beside the price, its node and its times; that it has four files; its first day",
    )


SCHEDULING_POINTS = tuple(
    _scheduling_points(
        f"PRC_SPTIE_LMP_{short}",
        f"{title} LMP at scheduling points",
        short,
        run=run,
        step=step,
        size=size,
        published_ahead=published_ahead,
        due=due,
    )
    for short, title, run, step, size, published_ahead, due in (
        (
            "DAM",
            "Day-ahead hourly",
            Run.DAY_AHEAD,
            HOUR,
            ChunkSize.DAY,
            timedelta(days=2),
            timetable.DAY_AHEAD_MARKET,
        ),
        (
            "RTPD",
            "Real-time fifteen-minute",
            Run.REAL_TIME_15MIN,
            QUARTER,
            ChunkSize.HOUR,
            timedelta(),
            timetable.REAL_TIME,
        ),
        (
            "RTD",
            "Real-time five-minute",
            Run.REAL_TIME_5MIN,
            FIVE_MINUTES,
            ChunkSize.HOUR,
            timedelta(),
            timetable.REAL_TIME,
        ),
    )
)
PRICES = (DAY_AHEAD, FIFTEEN_MINUTE, FIVE_MINUTE, HOUR_AHEAD, *SCHEDULING_POINTS)
