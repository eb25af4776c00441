"""What CAISO schedules: generation, load and interchange by area, dispatch, the use of interfaces, and transfers.

Totals stand beside areas, and several measures of one interface beside each other: nothing is summed here. Imports
flow into the market and exports out of it, both as positive figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from energyopti import ChunkSize, Due, Example, Feed, Run
from energyopti.datasets import SCHEDULES
from energyopti.layouts import Joined, Text
from energyopti.vocabulary import ScheduleKind
from energyopti_caiso import oasis, runs, timetable
from energyopti_caiso.documented import SPECIFICATION
from energyopti_caiso.examples import schedules as examples
from energyopti_caiso.layouts import DAY, FIVE_MINUTES, HOUR, ITEM, QUARTER, figures, report, value
from energyopti_caiso.oasis import KEPT, Report
from energyopti_caiso.pieces import awaiting

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
"""What each run schedules, by the interface specification of OASIS."""

_USAGE_RUNS: runs.Feeds = {run: f"TRNS_USAGE_{run}" for run in (runs.DAM, runs.HASP)}
_TRANSFER_RUNS: runs.Feeds = {run: f"ENE_EIM_TRANSFER_TIE_{run}" for run in (runs.RTPD, runs.RTD)}


def _slrs(
    run_id: str,
    title: str,
    *,
    run: Run,
    step: timedelta,
    published_ahead: timedelta,
    due: Due,
    example: Example,
) -> Feed:
    """Schedules of generation, load, imports and exports by area, with the whole of CAISO."""
    layout = report(
        SCHEDULES,
        Text(("TAC_ZONE_NAME", "RESOURCE_NAME"), to="location"),
        Text(ITEM.names, to="kind", words=_KINDS),
        value("scheduled"),
        constants={"component": runs.RUC} if run_id == runs.RUC else None,
        only=(runs.run(run_id, _SLRS_RUNS),),
    )
    source = Report("ENE_SLRS", 1, {"market_run_id": run_id, "tac_zone_name": "ALL", "schedule": "ALL"})
    return Feed(
        name=f"ENE_SLRS_{run_id}",
        dataset=SCHEDULES,
        run=run,
        title=title,
        documented_at=SPECIFICATION,
        history_from=date(2009, 4, 1),
        step=step,
        chunk=ChunkSize.DAY if step < HOUR else ChunkSize.MONTH,
        published_ahead=published_ahead,
        due=due,
        **timetable.CORRECTED,
        refresh_every=FIVE_MINUTES if step < HOUR else timedelta(minutes=30),
        retention=KEPT,
        layout=layout,
        example=example,
        sources=oasis.single(
            source, layout, finish=awaiting("kind", [each.value for each in _SLRS_KINDS[run_id]])
        ),
        unconfirmed="that an area which is missing at some hours has nothing scheduled then",
    )


DAY_AHEAD = _slrs(
    "DAM",
    "Day-ahead schedules of generation, load and interchange by area",
    run=Run.DAY_AHEAD,
    step=HOUR,
    published_ahead=2 * DAY,
    due=timetable.DAY_AHEAD_MARKET,
    example=Example(payload=examples.DAY_AHEAD, rows=examples.DAY_AHEAD_ROWS),
)
RESIDUAL = _slrs(
    runs.RUC,
    "Residual unit commitment: generation and imports by area",
    run=Run.DAY_AHEAD,
    step=HOUR,
    published_ahead=2 * DAY,
    due=timetable.DAY_AHEAD_MARKET,
    example=Example(payload=examples.RESIDUAL, rows=examples.RESIDUAL_ROWS),
)
HOUR_AHEAD = _slrs(
    "HASP",
    "Hour-ahead schedules of interchange by area",
    run=Run.HOUR_AHEAD,
    step=HOUR,
    published_ahead=2 * HOUR,
    due=timetable.HOUR_AHEAD,
    example=Example(payload=examples.HOUR_AHEAD, rows=examples.HOUR_AHEAD_ROWS),
)
REAL_TIME = _slrs(
    "RTM",
    "Real-time schedules of generation and interchange by area, five-minute",
    run=Run.REAL_TIME_5MIN,
    step=FIVE_MINUTES,
    published_ahead=timedelta(),
    due=timetable.REAL_TIME,
    example=Example(payload=examples.REAL_TIME, rows=examples.REAL_TIME_ROWS),
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
DISPATCH = Feed(
    name="ENE_DISP",
    dataset=SCHEDULES,
    title="Exceptional dispatch by area, hourly, the day after",
    documented_at=SPECIFICATION,
    history_from=date(2009, 4, 1),
    step=HOUR,
    chunk=ChunkSize.MONTH,
    sparse=True,
    due=timetable.THE_DAY_AFTER,
    refresh_every=HOUR,
    **timetable.CORRECTED,
    retention=KEPT,
    layout=_DISPATCH,
    example=Example(payload=examples.DISPATCH, rows=examples.DISPATCH_ROWS),
    sources=oasis.single(Report("ENE_DISP"), _DISPATCH),
    unconfirmed="that intervals are hours, so that their MWh are means in MW",
)


def _usage(run_id: str, title: str, *, run: Run, published_ahead: timedelta, due: Due) -> Feed:
    """The use of interfaces: several measures of each, which the component tells apart."""
    layout = report(
        SCHEDULES,
        Text("TI_ID", to="location"),
        Text("TI_DIRECTION", to="kind", words=_DIRECTIONS),
        Text(ITEM.names, to="component"),
        value("scheduled"),
        ignored=("TI_CONSTRAINT_ID", "TR_TYPE"),
        repeats="once",
        only=(runs.run(run_id, _USAGE_RUNS),),
    )
    source = Report("TRNS_USAGE", 1, {"market_run_id": run_id, "ti_id": "ALL", "ti_direction": "ALL"})
    return Feed(
        name=f"TRNS_USAGE_{run_id}",
        dataset=SCHEDULES,
        run=run,
        title=title,
        documented_at=SPECIFICATION,
        history_from=date(2009, 4, 1),
        step=HOUR,
        published_ahead=published_ahead,
        due=due,
        **timetable.CORRECTED,
        refresh_every=timedelta(minutes=30),
        retention=KEPT,
        layout=layout,
        example=Example(payload=examples.usage(run_id), rows=examples.USAGE_ROWS),
        sources=oasis.single(source, layout),
        unconfirmed="the words of TI_DIRECTION; that a measure of an interface and direction has one row an hour",
    )


USAGE = (
    _usage(
        "DAM",
        "Day-ahead use and limits of interfaces",
        run=Run.DAY_AHEAD,
        published_ahead=2 * DAY,
        due=timetable.DAY_AHEAD_MARKET,
    ),
    _usage(
        "HASP",
        "Hour-ahead use and limits of interfaces",
        run=Run.HOUR_AHEAD,
        published_ahead=2 * HOUR,
        due=timetable.HOUR_AHEAD,
    ),
)


def _transfers(run_id: str, title: str, *, run: Run, step: timedelta) -> Feed:
    """Transfers between balancing areas by tie; the component is the area that says so, from and to."""
    layout = report(
        SCHEDULES,
        Text("TIE_NAME", to="location"),
        Text("DIRECTION", to="kind", words=_DIRECTIONS),
        value("scheduled", "VALUE"),
        joined=(Joined(to="component", of=("BAA_GRP_ID", "FROM_BAA", "TO_BAA"), separator="/"),),
        repeats="once",
        only=(runs.run(run_id, _TRANSFER_RUNS),),
    )
    source = Report("ENE_EIM_TRANSFER_TIE", 4, {"market_run_id": run_id, "baa_grp_id": "ALL"})
    return Feed(
        name=f"ENE_EIM_TRANSFER_TIE_{run_id}",
        dataset=SCHEDULES,
        run=run,
        title=title,
        documented_at=SPECIFICATION,
        history_from=date(2014, 11, 1),
        step=step,
        sparse=True,
        due=timetable.REAL_TIME,
        **timetable.CORRECTED,
        retention=KEPT,
        layout=layout,
        example=Example(payload=examples.transfers(run_id), rows=examples.TRANSFER_ROWS),
        sources=oasis.single(source, layout),
        unconfirmed="further columns of the CSV form; its first day",
    )


TRANSFERS = (
    _transfers(
        "RTPD",
        "Energy transfers between balancing areas by tie, fifteen-minute",
        run=Run.REAL_TIME_15MIN,
        step=QUARTER,
    ),
    _transfers(
        "RTD",
        "Energy transfers between balancing areas by tie, five-minute",
        run=Run.REAL_TIME_5MIN,
        step=FIVE_MINUTES,
    ),
)

SCHEDULE_FEEDS = (DAY_AHEAD, RESIDUAL, HOUR_AHEAD, REAL_TIME, DISPATCH, *USAGE, *TRANSFERS)
