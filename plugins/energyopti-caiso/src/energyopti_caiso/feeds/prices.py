"""CAISO's energy prices: day-ahead, hour-ahead, 15-minute, five-minute, and at scheduling points.

A price is the sum of its components: ``MCE + MCC + MCL``, plus ``MGHG`` in real time and in the Western Energy
Imbalance Market, and since 2026-05-01 in the day-ahead market too. Each component has rows of its own, usually in a separate file.
"""

from __future__ import annotations

from datetime import date

import attrs

from energyopti import ChunkSize, FeedSource, Locations, Unconfirmed
from energyopti.datasets import LMP
from energyopti.layouts import CsvLayout, Only, Pattern, Text
from energyopti.vocabulary import LocationType
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import (
    NEW_MARKET,
    OASIS,
    day_ahead,
    fifteen_minute,
    five_minute,
    hour_ahead,
    report_page,
)
from energyopti_caiso.locations import EVERY, KINDS, USUAL
from energyopti_caiso.protocol import oasis, runs
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, ITEM, QUARTER, figures, report
from energyopti_caiso.protocol.oasis import Finish, Group, Report
from energyopti_caiso.protocol.pieces import in_turn, with_components, with_greenhouse_gas

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
"""The version of the price groups that all lists of groups have."""

_BY = Text(("LMP_TYPE", ITEM.name))
_RUNS: runs.Feeds = {
    runs.DAM: "PRC_LMP",
    runs.RTPD: "PRC_RTPD_LMP",
    runs.RTM: "PRC_INTVL_LMP",
    runs.HASP: "PRC_HASP_LMP",
}
_POINT_RUNS: runs.Feeds = {
    runs.DAM: "PRC_SPTIE_LMP_DAM",
    runs.RTPD: "PRC_SPTIE_LMP_RTPD",
    runs.RTD: "PRC_SPTIE_LMP_RTD",
}


def prices(first: str, only: Only, kind: str = LocationType.NODE.value) -> CsvLayout:
    """Prices of a run by node; ``first`` is the price column's current name, ``kind`` the default location type."""
    long = figures({**_TYPES, **_ITEMS}, by=_BY, same=(_NODE.name,), first=first)
    xml_long = figures({**_ITEMS, **_TYPES}, same=(_NODE.name,), first=first)
    kinds = Pattern(to="location_type", of="location", patterns=KINDS, default=kind)
    return report(LMP, _NODE, long=long, xml_long=xml_long, derived=(kinds,), only=(only,))


def _sources(
    report: Report, group: str, *, every: ChunkSize = ChunkSize.HOUR, finish: Finish = with_components
) -> tuple[FeedSource, ...]:
    """A price report; if OASIS cannot make it for all nodes, its prepared group report is used."""
    made = Group(name=group, version=GROUP_VERSION, hourly=every is ChunkSize.HOUR, of_all=True)
    return (
        oasis.single(report, nodes=USUAL, finish=finish),
        oasis.group(made, finish=finish),
    )


_USUAL = "hubs and load zones unless locations are given"
DAY_AHEAD = day_ahead(
    name="PRC_LMP",
    documented_at=report_page("PRC_LMP"),
    dataset=LMP,
    title=f"Day-ahead hourly LMP; {_USUAL}",
    chunk=ChunkSize.MONTH,
    locations=Locations(per_location=oasis.narrowing(ChunkSize.DAY), all_locations_keywords=EVERY),
    layout=prices("MW", runs.run(runs.DAM, _RUNS)),
    example=example("PRC_LMP.csv"),
    sources=_sources(
        Report("PRC_LMP", 12, {"market_run_id": "DAM"}),
        "DAM_LMP_GRP",
        every=ChunkSize.DAY,
        finish=in_turn(with_components, with_greenhouse_gas(NEW_MARKET)),
    ),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        (
            "that no price has a greenhouse-gas component before 2026-05-01",
            "null where there is no row for it",
        ),
        (
            "that every price has one since then",
            "a price that the other components do not add up to is incomplete without it",
        ),
    ),
)
FIFTEEN_MINUTE = fifteen_minute(
    name="PRC_RTPD_LMP",
    documented_at=report_page("PRC_RTPD_LMP"),
    dataset=LMP,
    title=f"Real-time 15-minute LMP (FMM); {_USUAL}",
    history=attrs.evolve(OASIS, since=date(2014, 5, 1)),
    locations=Locations(per_location=oasis.narrowing(ChunkSize.HOUR), all_locations_keywords=EVERY),
    layout=prices("PRC", runs.run(runs.RTPD, _RUNS)),
    example=example("PRC_RTPD_LMP.csv"),
    sources=_sources(Report("PRC_RTPD_LMP", 3, {"market_run_id": "RTPD"}), "RTPD_LMP_GRP"),
)
FIVE_MINUTE = five_minute(
    name="PRC_INTVL_LMP",
    documented_at=report_page("PRC_INTVL_LMP"),
    dataset=LMP,
    title=f"Real-time five-minute LMP; {_USUAL}",
    locations=Locations(per_location=oasis.narrowing(ChunkSize.HOUR), all_locations_keywords=EVERY),
    layout=prices("VALUE", runs.run(runs.RTM, _RUNS)),
    example=example("PRC_INTVL_LMP.csv"),
    sources=_sources(Report("PRC_INTVL_LMP", 3, {"market_run_id": "RTM"}), "RTM_LMP_GRP"),
)
HOUR_AHEAD = hour_ahead(
    name="PRC_HASP_LMP",
    documented_at=report_page("PRC_HASP_LMP"),
    dataset=LMP,
    title=f"Hour-ahead LMP, four 15-minute prices per hour; {_USUAL}",
    step=QUARTER,
    locations=Locations(per_location=oasis.narrowing(ChunkSize.HOUR), all_locations_keywords=EVERY),
    layout=prices("MW", runs.run(runs.HASP, _RUNS)),
    example=example("PRC_HASP_LMP.csv"),
    sources=_sources(Report("PRC_HASP_LMP", 3, {"market_run_id": "HASP"}), "HASP_LMP_GRP"),
)

_POINTS_FROM = date(2014, 5, 1)
_POINT_UNCONFIRMED = Unconfirmed.noted(
    date(2026, 11, 30),
    "the columns other than the price, its node and its times",
    "that it has four files",
    "its first day",
)


def _points_layout(market_run: str) -> CsvLayout:
    """Prices at the scheduling points of a run."""
    return prices("PRC", runs.run(market_run, _POINT_RUNS), LocationType.INTERFACE.value)


def _points(market_run: str) -> tuple[FeedSource, ...]:
    """The report of scheduling points; without locations it is requested for all of them."""
    report = Report("PRC_SPTIE_LMP", 5, {"market_run_id": market_run})
    return (oasis.single(report, nodes=EVERY[:1], finish=with_components),)


SCHEDULING_POINTS = (
    day_ahead(
        name="PRC_SPTIE_LMP_DAM",
        documented_at=report_page("PRC_SPTIE_LMP_DAM"),
        dataset=LMP,
        title="Day-ahead hourly LMP at scheduling points",
        history=attrs.evolve(OASIS, since=_POINTS_FROM),
        publication=attrs.evolve(DAY_AHEAD.publication, refresh_every=FIVE_MINUTES),
        locations=Locations(per_location=oasis.narrowing(ChunkSize.DAY), all_locations_keywords=EVERY),
        layout=_points_layout(runs.DAM),
        example=example("PRC_SPTIE_LMP_DAM.csv"),
        sources=_points(runs.DAM),
        unconfirmed=_POINT_UNCONFIRMED,
    ),
    fifteen_minute(
        name="PRC_SPTIE_LMP_RTPD",
        documented_at=report_page("PRC_SPTIE_LMP_RTPD"),
        dataset=LMP,
        title="Real-time 15-minute LMP at scheduling points",
        history=attrs.evolve(OASIS, since=_POINTS_FROM),
        chunk=ChunkSize.HOUR,
        locations=Locations(per_location=oasis.narrowing(ChunkSize.HOUR), all_locations_keywords=EVERY),
        layout=_points_layout(runs.RTPD),
        example=example("PRC_SPTIE_LMP_RTPD.csv", rows="PRC_SPTIE_LMP_DAM.rows.json"),
        sources=_points(runs.RTPD),
        unconfirmed=_POINT_UNCONFIRMED,
    ),
    five_minute(
        name="PRC_SPTIE_LMP_RTD",
        documented_at=report_page("PRC_SPTIE_LMP_RTD"),
        dataset=LMP,
        title="Real-time five-minute LMP at scheduling points",
        history=attrs.evolve(OASIS, since=_POINTS_FROM),
        chunk=ChunkSize.HOUR,
        locations=Locations(per_location=oasis.narrowing(ChunkSize.HOUR), all_locations_keywords=EVERY),
        layout=_points_layout(runs.RTD),
        example=example("PRC_SPTIE_LMP_RTD.csv", rows="PRC_SPTIE_LMP_DAM.rows.json"),
        sources=_points(runs.RTD),
        unconfirmed=_POINT_UNCONFIRMED,
    ),
)
PRICES = (DAY_AHEAD, FIFTEEN_MINUTE, FIVE_MINUTE, HOUR_AHEAD, *SCHEDULING_POINTS)
