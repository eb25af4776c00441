"""CAISO's schedules: generation, load and interchange by area, dispatch, interface usage, and transfers.

Rows have totals as well as areas, and several measures of the same interface: nothing is summed here. Imports flow into
the market, exports out of it; both are positive.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import attrs

from energyopti import ChunkSize, FeedSource, Unconfirmed
from energyopti.datasets import SCHEDULES
from energyopti.layouts import CsvLayout, Joined, Text
from energyopti.timezones import HOUR
from energyopti.vocabulary import ScheduleKind
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import (
    OASIS,
    day_ahead,
    fifteen_minute,
    five_minute,
    hour_ahead,
    oasis_feed,
    report_page,
)
from energyopti_caiso.protocol import oasis, runs
from energyopti_caiso.protocol.layouts import ITEM, figures, report, value
from energyopti_caiso.protocol.oasis import Report
from energyopti_caiso.protocol.pieces import awaiting

_KINDS = {
    f"{prefix}TOT_{word}_MW": kind.value
    for word, kind in (
        ("GEN", ScheduleKind.GENERATION),
        ("LOAD", ScheduleKind.LOAD),
        ("IMP", ScheduleKind.IMPORT),
        ("EXP", ScheduleKind.EXPORT),
    )
    for prefix in ("", "ISO_")
}
_DIRECTIONS = {"I": ScheduleKind.IMPORT.value, "E": ScheduleKind.EXPORT.value}
_SLRS_RUNS: runs.Feeds = {run: f"ENE_SLRS_{run}" for run in (runs.DAM, runs.RUC, runs.HASP, runs.RTM)}
_SLRS_KINDS: Mapping[str, tuple[ScheduleKind, ...]] = {
    runs.DAM: (ScheduleKind.GENERATION, ScheduleKind.LOAD, ScheduleKind.IMPORT, ScheduleKind.EXPORT),
    runs.RUC: (ScheduleKind.GENERATION, ScheduleKind.IMPORT),
    runs.HASP: (ScheduleKind.IMPORT, ScheduleKind.EXPORT),
    runs.RTM: (ScheduleKind.GENERATION, ScheduleKind.IMPORT, ScheduleKind.EXPORT),
}
"""What each run schedules, according to the interface specification of OASIS."""

_USAGE_RUNS: runs.Feeds = {run: f"TRNS_USAGE_{run}" for run in (runs.DAM, runs.HASP)}
_TRANSFER_RUNS: runs.Feeds = {run: f"ENE_EIM_TRANSFER_TIE_{run}" for run in (runs.RTPD, runs.RTD)}


def _slrs(run_id: str) -> CsvLayout:
    """Schedules of generation, load, imports and exports by area and for all of CAISO."""
    return report(
        SCHEDULES,
        Text(("TAC_ZONE_NAME", "RESOURCE_NAME"), to="location"),
        Text(ITEM.names, to="kind", words=_KINDS),
        value("scheduled"),
        constants={"component": runs.RUC} if run_id == runs.RUC else None,
        only=(runs.run(run_id, _SLRS_RUNS),),
    )


def _slrs_sources(run_id: str) -> tuple[FeedSource, ...]:
    """The report of a run, with everything that the run schedules."""
    asked = Report("ENE_SLRS", 1, {"market_run_id": run_id, "tac_zone_name": "ALL", "schedule": "ALL"})
    return (oasis.single(asked, finish=awaiting("kind", [each.value for each in _SLRS_KINDS[run_id]])),)


_SLRS_UNCONFIRMED = Unconfirmed.noted(
    date(2026, 11, 30),
    "that an area missing in some hours has nothing scheduled then",
)
DAY_AHEAD = day_ahead(
    name="ENE_SLRS_DAM",
    documented_at=report_page("ENE_SLRS_DAM"),
    dataset=SCHEDULES,
    title="Day-ahead schedules of generation, load and interchange by area",
    chunk=ChunkSize.MONTH,
    layout=_slrs(runs.DAM),
    example=example("ENE_SLRS_DAM.csv"),
    sources=_slrs_sources(runs.DAM),
    unconfirmed=_SLRS_UNCONFIRMED,
)
RESIDUAL = day_ahead(
    name="ENE_SLRS_RUC",
    documented_at=report_page("ENE_SLRS_RUC"),
    dataset=SCHEDULES,
    title="Residual unit commitment: generation and imports by area",
    chunk=ChunkSize.MONTH,
    layout=_slrs(runs.RUC),
    example=example("ENE_SLRS_RUC.csv"),
    sources=_slrs_sources(runs.RUC),
    unconfirmed=(
        *_SLRS_UNCONFIRMED,
        *Unconfirmed.noted(
            date(2026, 11, 30),
            (
                "that the run has schedules since 2026-05-01",
                "another reader still requests them; the reliability capacity that it buys is in the feeds DAM_CAP_*",
            ),
            ("that they mean the same as before", "nothing says otherwise"),
            ("whether PRC_LMP has prices of this run since then", "they are not read"),
        ),
    ),
)
HOUR_AHEAD = hour_ahead(
    name="ENE_SLRS_HASP",
    documented_at=report_page("ENE_SLRS_HASP"),
    dataset=SCHEDULES,
    title="Hour-ahead schedules of interchange by area",
    chunk=ChunkSize.MONTH,
    layout=_slrs(runs.HASP),
    example=example("ENE_SLRS_HASP.csv"),
    sources=_slrs_sources(runs.HASP),
    unconfirmed=_SLRS_UNCONFIRMED,
)
REAL_TIME = five_minute(
    name="ENE_SLRS_RTM",
    documented_at=report_page("ENE_SLRS_RTM"),
    dataset=SCHEDULES,
    title="Real-time schedules of generation and interchange by area, five-minute",
    layout=_slrs(runs.RTM),
    example=example("ENE_SLRS_RTM.csv"),
    sources=_slrs_sources(runs.RTM),
    unconfirmed=_SLRS_UNCONFIRMED,
)

_DISPATCH = report(
    SCHEDULES,
    Text("TAC_AREA_NAME", to="location"),
    joined=(Joined(to="component", of=("DISP_TYPE", "INSTRUCTION_TYPE"), separator=" / "),),
    long=figures(
        {"EXPT_DIS_MWH": "actual", "EXPT_DIS_PRC": None},
        same=("TAC_AREA_NAME", "DISP_TYPE", "INSTRUCTION_TYPE"),
    ),
    constants={"kind": ScheduleKind.DISPATCH.value},
    repeats="once",
)
DISPATCH = oasis_feed(
    name="ENE_DISP",
    documented_at=report_page("ENE_DISP"),
    dataset=SCHEDULES,
    title="Exceptional dispatch by area, hourly, published the next day",
    step=HOUR,
    chunk=ChunkSize.MONTH,
    sparse=True,
    publication=attrs.evolve(timing.DISPATCH, refresh_every=HOUR),
    layout=_DISPATCH,
    example=example("ENE_DISP.csv"),
    sources=(oasis.single(Report("ENE_DISP")),),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "that intervals are hours, so that MWh equal average MW",
    ),
)


def _usage(run_id: str) -> CsvLayout:
    """Interface usage: several measures per interface, distinguished by the component."""
    return report(
        SCHEDULES,
        Text("TI_ID", to="location"),
        Text("TI_DIRECTION", to="kind", words=_DIRECTIONS),
        Text(ITEM.names, to="component"),
        value("scheduled"),
        ignored=("TI_CONSTRAINT_ID", "TR_TYPE"),
        repeats="once",
        only=(runs.run(run_id, _USAGE_RUNS),),
    )


_EVERY_INTERFACE = {"ti_id": "ALL", "ti_direction": "ALL"}
_USAGE_UNCONFIRMED = Unconfirmed.noted(
    date(2026, 11, 30),
    "the words of TI_DIRECTION",
    "that a measure of an interface and direction has one row an hour",
)
USAGE = (
    day_ahead(
        name="TRNS_USAGE_DAM",
        documented_at=report_page("TRNS_USAGE_DAM"),
        dataset=SCHEDULES,
        title="Day-ahead usage and limits of interfaces",
        layout=_usage(runs.DAM),
        example=example("TRNS_USAGE_DAM.csv"),
        sources=(oasis.single(Report("TRNS_USAGE", 1, {"market_run_id": "DAM", **_EVERY_INTERFACE})),),
        unconfirmed=_USAGE_UNCONFIRMED,
    ),
    hour_ahead(
        name="TRNS_USAGE_HASP",
        documented_at=report_page("TRNS_USAGE_HASP"),
        dataset=SCHEDULES,
        title="Hour-ahead usage and limits of interfaces",
        layout=_usage(runs.HASP),
        example=example("TRNS_USAGE_HASP.csv", rows="TRNS_USAGE_DAM.rows.json"),
        sources=(oasis.single(Report("TRNS_USAGE", 1, {"market_run_id": "HASP", **_EVERY_INTERFACE})),),
        unconfirmed=_USAGE_UNCONFIRMED,
    ),
)


def _transfers(run_id: str) -> CsvLayout:
    """Transfers between balancing areas by tie; the component is the reporting area, from and to."""
    return report(
        SCHEDULES,
        Text("TIE_NAME", to="location"),
        Text("DIRECTION", to="kind", words=_DIRECTIONS),
        value("scheduled", "VALUE"),
        joined=(Joined(to="component", of=("BAA_GRP_ID", "FROM_BAA", "TO_BAA"), separator="/"),),
        repeats="once",
        only=(runs.run(run_id, _TRANSFER_RUNS),),
    )


def _transfer_sources(run_id: str) -> tuple[FeedSource, ...]:
    """The report of a run for all balancing areas."""
    asked = Report("ENE_EIM_TRANSFER_TIE", 4, {"market_run_id": run_id, "baa_grp_id": "ALL"})
    return (oasis.single(asked),)


_TRANSFERS_FROM = date(2014, 11, 1)
_TRANSFERS_UNCONFIRMED = Unconfirmed.noted(
    date(2026, 11, 30),
    "further columns of the CSV form",
    "its first day",
)
TRANSFERS = (
    fifteen_minute(
        name="ENE_EIM_TRANSFER_TIE_RTPD",
        documented_at=report_page("ENE_EIM_TRANSFER_TIE_RTPD"),
        dataset=SCHEDULES,
        title="Energy transfers between balancing areas by tie, 15-minute",
        history=attrs.evolve(OASIS, since=_TRANSFERS_FROM),
        sparse=True,
        layout=_transfers(runs.RTPD),
        example=example("ENE_EIM_TRANSFER_TIE_RTPD.csv"),
        sources=_transfer_sources(runs.RTPD),
        unconfirmed=_TRANSFERS_UNCONFIRMED,
    ),
    five_minute(
        name="ENE_EIM_TRANSFER_TIE_RTD",
        documented_at=report_page("ENE_EIM_TRANSFER_TIE_RTD"),
        dataset=SCHEDULES,
        title="Energy transfers between balancing areas by tie, five-minute",
        history=attrs.evolve(OASIS, since=_TRANSFERS_FROM),
        sparse=True,
        layout=_transfers(runs.RTD),
        example=example("ENE_EIM_TRANSFER_TIE_RTD.csv", rows="ENE_EIM_TRANSFER_TIE_RTPD.rows.json"),
        sources=_transfer_sources(runs.RTD),
        unconfirmed=_TRANSFERS_UNCONFIRMED,
    ),
)

SCHEDULE_FEEDS = (DAY_AHEAD, RESIDUAL, HOUR_AHEAD, REAL_TIME, DISPATCH, *USAGE, *TRANSFERS)
