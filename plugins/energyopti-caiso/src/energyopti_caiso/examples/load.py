"""Rows of the load feeds."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_HEADER = (
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,LOAD_TYPE,OPR_DT,OPR_HR,OPR_INTERVAL,MARKET_RUN_ID,TAC_AREA_NAME,"
    "LABEL,XML_DATA_ITEM,POS,MW,EXECUTION_TYPE,GROUP"
)
_FIRST = "2024-11-03T08:00:00-00:00,2024-11-03T09:00:00-00:00,0,2024-11-03,2,0"
_SECOND = "2024-11-03T09:00:00-00:00,2024-11-03T10:00:00-00:00,0,2024-11-03,25,0"
_QUARTER = "2026-07-01T07:15:00-00:00,2026-07-01T07:30:00-00:00,0,2026-07-01,1,2"
_FIVE = "2026-07-01T07:05:00-00:00,2026-07-01T07:10:00-00:00,0,2026-07-01,1,2"

ACTUAL = csv(
    _HEADER,
    f"{_SECOND},ACTUAL,CA ISO-TAC,Total Actual Hourly Integrated Load,SYS_FCST_ACT_MW,3.8,20000.5,ACTUAL,1",
    f"{_FIRST},ACTUAL,CA ISO-TAC,Total Actual Hourly Integrated Load,SYS_FCST_ACT_MW,3.8,20500,ACTUAL,1",
    f"{_FIRST},ACTUAL,SCE-TAC,Total Actual Hourly Integrated Load,SYS_FCST_ACT_MW,3.8,9100,ACTUAL,2",
)
ACTUAL_ROWS = (
    {
        "interval_start": utc("2024-11-03T09:00"),
        "interval_end": utc("2024-11-03T10:00"),
        "location": "CA ISO-TAC",
        "load": 20000.5,
    },
    {"interval_start": utc("2024-11-03T08:00"), "location": "CA ISO-TAC", "load": 20500.0},
    {"interval_start": utc("2024-11-03T08:00"), "location": "SCE-TAC", "load": 9100.0},
)

DAY_AHEAD = csv(
    _HEADER,
    f"{_FIRST},DAM,CA ISO-TAC,Day-Ahead Demand Forecast,SYS_FCST_DA_MW,1.8,20400,DAM,1",
)
DAY_AHEAD_ROWS = ({"interval_start": utc("2024-11-03T08:00"), "location": "CA ISO-TAC", "load": 20400.0},)

TWO_DAYS_AHEAD = csv(
    _HEADER,
    f"{_FIRST},2DA,PGE-TAC,Demand Forecast 2-Day Ahead,SYS_FCST_2DA_MW,0.8,9300.25,2DA,1",
)
TWO_DAYS_AHEAD_ROWS = ({"interval_start": utc("2024-11-03T08:00"), "location": "PGE-TAC", "load": 9300.25},)

SEVEN_DAYS_AHEAD = csv(
    _HEADER,
    f"{_SECOND},7DA,SDGE-TAC,Demand Forecast 7-Day Ahead,SYS_FCST_7DA_MW,0.8,1900,7DA,1",
)
SEVEN_DAYS_AHEAD_ROWS = ({"interval_start": utc("2024-11-03T09:00"), "location": "SDGE-TAC", "load": 1900.0},)

FIFTEEN_MINUTE = csv(
    _HEADER,
    f"{_QUARTER},RTM,CA ISO-TAC,RTM 15Min Load Forecast,SYS_FCST_15MIN_MW,2.8,24500,RTPD,1",
)
FIFTEEN_MINUTE_ROWS = (
    {
        "interval_start": utc("2026-07-01T07:15"),
        "interval_end": utc("2026-07-01T07:30"),
        "location": "CA ISO-TAC",
        "load": 24500.0,
    },
)

FIVE_MINUTE = csv(
    _HEADER,
    f"{_FIVE},RTM,CA ISO-TAC,RTM 5Min Load Forecast,SYS_FCST_5MIN_MW,2.9,24480.5,RTD,1",
)
FIVE_MINUTE_ROWS = (
    {
        "interval_start": utc("2026-07-01T07:05"),
        "interval_end": utc("2026-07-01T07:10"),
        "location": "CA ISO-TAC",
        "load": 24480.5,
    },
)
