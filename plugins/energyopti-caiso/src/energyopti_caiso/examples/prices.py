"""Rows of the LMP feeds."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_HOURLY = (
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,NODE_ID_XML,NODE_ID,NODE,MARKET_RUN_ID,"
    "LMP_TYPE,XML_DATA_ITEM,PNODE_RESMRID,GRP_TYPE,POS,MW,GROUP"
)
_SP15 = "TH_SP15_GEN-APND,TH_SP15_GEN-APND,TH_SP15_GEN-APND"
_FIRST = "2024-11-03T08:00:00-00:00,2024-11-03T09:00:00-00:00,2024-11-03,2,0"
_SECOND = "2024-11-03T09:00:00-00:00,2024-11-03T10:00:00-00:00,2024-11-03,25,0"

DAY_AHEAD = csv(
    _HOURLY,
    f"{_SECOND},{_SP15},DAM,LMP,LMP_PRC,TH_SP15_GEN-APND,ALL,0,-2.5,1",
    f"{_FIRST},{_SP15},DAM,LMP,LMP_PRC,TH_SP15_GEN-APND,ALL,0,28.5,1",
    f"{_FIRST},{_SP15},DAM,MCC,LMP_CONG_PRC,TH_SP15_GEN-APND,ALL,1,-2.25,2",
    f"{_SECOND},{_SP15},DAM,MCC,LMP_CONG_PRC,TH_SP15_GEN-APND,ALL,1,-33.25,2",
    f"{_SECOND},{_SP15},DAM,MCE,LMP_ENE_PRC,TH_SP15_GEN-APND,ALL,2,31.25,3",
    f"{_FIRST},{_SP15},DAM,MCE,LMP_ENE_PRC,TH_SP15_GEN-APND,ALL,2,30,3",
    f"{_FIRST},{_SP15},DAM,MCL,LMP_LOSS_PRC,TH_SP15_GEN-APND,ALL,3,0.75,4",
    f"{_SECOND},{_SP15},DAM,MCL,LMP_LOSS_PRC,TH_SP15_GEN-APND,ALL,3,-0.5,4",
)
"""The repeated hour of the long day: hour 2, then hour 25; rows in no order."""

DAY_AHEAD_ROWS = (
    {
        "interval_start": utc("2024-11-03T09:00"),
        "interval_end": utc("2024-11-03T10:00"),
        "run": "day_ahead",
        "location": "TH_SP15_GEN-APND",
        "location_type": "hub",
        "lmp": -2.5,
        "energy": 31.25,
        "congestion": -33.25,
        "loss": -0.5,
        "ghg": None,
    },
    {
        "interval_start": utc("2024-11-03T08:00"),
        "lmp": 28.5,
        "energy": 30.0,
        "congestion": -2.25,
        "loss": 0.75,
    },
)

_INTERVALS = (
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,NODE_ID_XML,NODE_ID,NODE,MARKET_RUN_ID,"
    "LMP_TYPE,XML_DATA_ITEM,PNODE_RESMRID,GRP_TYPE,POS,{},OPR_INTERVAL,GROUP"
)
_PGAE = "DLAP_PGAE-APND,DLAP_PGAE-APND,DLAP_PGAE-APND"


def _interval(start: str, end: str, run: str, words: str, value: str) -> str:
    """One component of a price at PG&E's load zone on July 1, 2026, in the hour from midnight."""
    stamps = f"2026-07-01T{start}:00-00:00,2026-07-01T{end}:00-00:00,2026-07-01,1"
    return f"{stamps},{_PGAE},{run},{words},DLAP_PGAE-APND,ALL,0,{value},1,1"


FIFTEEN_MINUTE = csv(
    _INTERVALS.format("PRC"),
    _interval("07:15", "07:30", "RTPD", "LMP,LMP_PRC", "41.5"),
    _interval("07:15", "07:30", "RTPD", "MCE,LMP_ENE_PRC", "38"),
    _interval("07:15", "07:30", "RTPD", "MCC,LMP_CONG_PRC", "2.5"),
    _interval("07:15", "07:30", "RTPD", "MCL,LMP_LOSS_PRC", "1.25"),
    _interval("07:15", "07:30", "RTPD", "MGHG,LMP_GHG_PRC", "-0.25"),
)
FIFTEEN_MINUTE_ROWS = (
    {
        "interval_start": utc("2026-07-01T07:15"),
        "interval_end": utc("2026-07-01T07:30"),
        "run": "real_time_15min",
        "location": "DLAP_PGAE-APND",
        "location_type": "zone",
        "lmp": 41.5,
        "energy": 38.0,
        "congestion": 2.5,
        "loss": 1.25,
        "ghg": -0.25,
    },
)

FIVE_MINUTE = csv(
    _INTERVALS.format("VALUE"),
    _interval("07:05", "07:10", "RTM", "LMP,LMP_PRC", "40"),
    _interval("07:05", "07:10", "RTM", "MCE,LMP_ENE_PRC", "38.5"),
    _interval("07:05", "07:10", "RTM", "MCL,LMP_LOSS_PRC", "1.5"),
)
FIVE_MINUTE_ROWS = (
    {
        "interval_start": utc("2026-07-01T07:05"),
        "interval_end": utc("2026-07-01T07:10"),
        "run": "real_time_5min",
        "location": "DLAP_PGAE-APND",
        "lmp": 40.0,
        "energy": 38.5,
        "congestion": None,
        "loss": 1.5,
        "ghg": None,
    },
)
"""A component whose row is missing is null, not zero."""

HOUR_AHEAD = csv(
    _INTERVALS.format("MW"),
    _interval("07:45", "08:00", "HASP", "LMP,LMP_PRC", "39"),
    _interval("07:45", "08:00", "HASP", "MCC,LMP_CONG_PRC", "0"),
    _interval("07:45", "08:00", "HASP", "MCE,LMP_ENE_PRC", "40"),
    _interval("07:45", "08:00", "HASP", "MCL,LMP_LOSS_PRC", "-1"),
)
HOUR_AHEAD_ROWS = (
    {
        "interval_start": utc("2026-07-01T07:45"),
        "interval_end": utc("2026-07-01T08:00"),
        "run": "hour_ahead",
        "lmp": 39.0,
        "energy": 40.0,
        "congestion": 0.0,
        "loss": -1.0,
    },
)

_POINT = "MALIN_5_N101,MALIN_5_N101,MALIN_5_N101"


def scheduling_points(run: str) -> bytes:
    """A price at a scheduling point and its energy, of a run; in real time its interval is as long."""
    return csv(
        _INTERVALS.format("PRC"),
        _interval("07:00", "08:00", run, "LMP,LMP_PRC", "39").replace(_PGAE, _POINT),
        _interval("07:00", "08:00", run, "MCE,LMP_ENE_PRC", "39").replace(_PGAE, _POINT),
    )


SCHEDULING_POINT_ROWS = (
    {
        "interval_start": utc("2026-07-01T07:00"),
        "interval_end": utc("2026-07-01T08:00"),
        "location": "MALIN_5_N101",
        "location_type": "interface",
        "lmp": 39.0,
        "energy": 39.0,
        "congestion": None,
    },
)
