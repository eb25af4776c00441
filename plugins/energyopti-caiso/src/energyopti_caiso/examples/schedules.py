"""Rows of the feeds of schedules, dispatch, interfaces and transfers."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_SLRS = (
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,SLRS_TYPE,OPR_DT,OPR_HR,OPR_INTERVAL,MARKET_RUN_ID,TAC_ZONE_NAME,"
    "SCHEDULE,XML_DATA_ITEM,POS,MW,GROUP"
)
_FIRST = "2024-11-03T08:00:00-00:00,2024-11-03T09:00:00-00:00"
_SECOND = "2024-11-03T09:00:00-00:00,2024-11-03T10:00:00-00:00"
_FIVE = "2026-07-01T07:05:00-00:00,2026-07-01T07:10:00-00:00"

DAY_AHEAD = csv(
    _SLRS,
    f"{_SECOND},0,2024-11-03,25,0,DAM,Caiso_Totals,Generation,ISO_TOT_GEN_MW,1,18500.5,1",
    f"{_FIRST},0,2024-11-03,2,0,DAM,Caiso_Totals,Import,ISO_TOT_IMP_MW,3,4200,2",
    f"{_FIRST},0,2024-11-03,2,0,DAM,TAC_NORTH,Export,TOT_EXP_MW,4,310,3",
    f"{_FIRST},0,2024-11-03,2,0,DAM,TAC_NORTH,Load,TOT_LOAD_MW,2,9000,4",
)
DAY_AHEAD_ROWS = (
    {
        "interval_start": utc("2024-11-03T09:00"),
        "interval_end": utc("2024-11-03T10:00"),
        "run": "day_ahead",
        "kind": "generation",
        "component": None,
        "location": "Caiso_Totals",
        "scheduled": 18500.5,
        "actual": None,
    },
    {"interval_start": utc("2024-11-03T08:00"), "kind": "import", "scheduled": 4200.0},
    {"kind": "export", "location": "TAC_NORTH", "scheduled": 310.0},
    {"kind": "load", "location": "TAC_NORTH", "scheduled": 9000.0},
)

RESIDUAL = csv(_SLRS, f"{_FIRST},0,2024-11-03,2,0,RUC,Caiso_Totals,Generation,ISO_TOT_GEN_MW,1,19000,1")
RESIDUAL_ROWS = (
    {"kind": "generation", "component": "RUC", "location": "Caiso_Totals", "scheduled": 19000.0},
)

HOUR_AHEAD = csv(_SLRS, f"{_FIRST},0,2024-11-03,2,0,HASP,TAC_SOUTH,Import,TOT_IMP_MW,1,1200,1")
HOUR_AHEAD_ROWS = ({"run": "hour_ahead", "kind": "import", "location": "TAC_SOUTH", "scheduled": 1200.0},)

REAL_TIME = csv(_SLRS, f"{_FIVE},0,2026-07-01,1,2,RTM,TAC_ECNTR,Generation,TOT_GEN_MW,1,7000.25,1")
REAL_TIME_ROWS = (
    {
        "interval_start": utc("2026-07-01T07:05"),
        "interval_end": utc("2026-07-01T07:10"),
        "run": "real_time_5min",
        "kind": "generation",
        "location": "TAC_ECNTR",
        "scheduled": 7000.25,
    },
)

DISPATCH = csv(
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,TAC_AREA_NAME,DISP_TYPE,XML_DATA_ITEM,INSTRUCTION_TYPE,"
    "MW,GROUP",
    f"{_FIRST},2024-11-03,2,TAC_SOUTH,EXCEPTIONAL,EXPT_DIS_MWH,TMODEL,55.5,1",
    f"{_FIRST},2024-11-03,2,TAC_SOUTH,EXCEPTIONAL,EXPT_DIS_PRC,TMODEL,1234,2",
)
"""The price of a dispatch stands in the same column as its energy: it is no megawatt, and left out."""

DISPATCH_ROWS = (
    {
        "interval_start": utc("2024-11-03T08:00"),
        "run": None,
        "kind": "dispatch",
        "component": "EXCEPTIONAL / TMODEL",
        "location": "TAC_SOUTH",
        "scheduled": None,
        "actual": 55.5,
    },
)

_USAGE = (
    "OPR_DT,OPR_HR,INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,TI_ID,TI_DIRECTION,MARKET_RUN_ID,TI_CONSTRAINT_ID,"
    "TR_TYPE,XML_DATA_ITEM,LABEL,POS,OPR_INTERVAL,MW,GROUP"
)


def usage(run: str) -> bytes:
    """Three measures of two interfaces in a run."""
    return csv(
        _USAGE,
        f"2024-11-03,2,{_FIRST},MALIN500,I,{run},,ENE_IMPORT,ENE_IMPORT_MW,Energy,1,0,800.5,1",
        f"2024-11-03,2,{_FIRST},MALIN500,I,{run},,OTC,OTC_MW,Limit,1,0,3200,2",
        f"2024-11-03,25,{_SECOND},MALIN500,E,{run},,ATC,ATC_MW,Available,1,0,0,3",
    )


USAGE_ROWS = (
    {
        "interval_start": utc("2024-11-03T08:00"),
        "kind": "import",
        "component": "ENE_IMPORT_MW",
        "location": "MALIN500",
        "scheduled": 800.5,
    },
    {"kind": "import", "component": "OTC_MW", "scheduled": 3200.0},
    {
        "interval_start": utc("2024-11-03T09:00"),
        "kind": "export",
        "component": "ATC_MW",
        "scheduled": 0.0,
    },
)

_TRANSFERS = (
    "INTERVAL_START_GMT,INTERVAL_END_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,MARKET_RUN_ID,BAA_GRP_ID,DIRECTION,FROM_BAA,"
    "TO_BAA,TIE_NAME,VALUE"
)
_QUARTER = "2026-07-01T07:15:00-00:00,2026-07-01T07:30:00-00:00,2026-07-01,1,2"


def transfers(run: str) -> bytes:
    """A transfer over one tie in a run, as both areas say it."""
    return csv(
        _TRANSFERS,
        f"{_QUARTER},{run},CISO,I,PACW,CISO,MALIN500,120.5",
        f"{_QUARTER},{run},PACW,E,PACW,CISO,MALIN500,120.5",
    )


TRANSFER_ROWS = (
    {
        "interval_start": utc("2026-07-01T07:15"),
        "interval_end": utc("2026-07-01T07:30"),
        "kind": "import",
        "component": "CISO/PACW/CISO",
        "location": "MALIN500",
        "scheduled": 120.5,
    },
    {"kind": "export", "component": "PACW/PACW/CISO", "location": "MALIN500", "scheduled": 120.5},
)
