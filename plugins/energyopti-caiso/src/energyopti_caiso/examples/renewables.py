"""Rows of the feeds of wind and solar."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_HEADER = (
    "OPR_DT,OPR_HR,OPR_INTERVAL,INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,TRADING_HUB,RENEWABLE_TYPE,LABEL,"
    "XML_DATA_ITEM,MARKET_RUN_ID_POS,RENEW_POS,MW,MARKET_RUN_ID,GROUP"
)
_FIRST = "2024-11-03,2,0,2024-11-03T08:00:00-00:00,2024-11-03T09:00:00-00:00"
_SECOND = "2024-11-03,25,0,2024-11-03T09:00:00-00:00,2024-11-03T10:00:00-00:00"

ACTUAL = csv(
    _HEADER,
    f"{_SECOND},NP15,Wind,Actual,RENEW_FCST_ACT_MW,5,2,311.25,ACTUAL,1",
    f"{_FIRST},NP15,Wind,Actual,RENEW_FCST_ACT_MW,5,2,300,ACTUAL,1",
    f"{_FIRST},SP15,Solar,Actual,RENEW_FCST_ACT_MW,5,1,0,ACTUAL,2",
)
ACTUAL_ROWS = (
    {
        "interval_start": utc("2024-11-03T09:00"),
        "interval_end": utc("2024-11-03T10:00"),
        "fuel": "wind",
        "location": "NP15",
        "generation": 311.25,
        "curtailed": None,
    },
    {"interval_start": utc("2024-11-03T08:00"), "fuel": "wind", "location": "NP15", "generation": 300.0},
    {"interval_start": utc("2024-11-03T08:00"), "fuel": "solar", "location": "SP15", "generation": 0.0},
)

DAY_AHEAD = csv(_HEADER, f"{_FIRST},ZP26,Solar,Renewable Forecast Day Ahead,RENEW_FCST_DA_MW,1,2,12.5,DAM,1")
DAY_AHEAD_ROWS = (
    {
        "interval_start": utc("2024-11-03T08:00"),
        "interval_end": utc("2024-11-03T09:00"),
        "fuel": "solar",
        "location": "ZP26",
        "generation": 12.5,
    },
)

HOUR_AHEAD = csv(_HEADER, f"{_SECOND},SP15,Wind,Renewable Forecast HASP,RENEW_FCST_HASP_MW,2,1,90,HASP,1")
HOUR_AHEAD_ROWS = (
    {"interval_start": utc("2024-11-03T09:00"), "fuel": "wind", "location": "SP15", "generation": 90.0},
)

FIFTEEN_MINUTE = csv(
    _HEADER,
    "2026-07-01,1,2,2026-07-01T07:15:00-00:00,2026-07-01T07:30:00-00:00,"
    "NP15,Wind,Renewable Forecast 15 Minute,RENEW_FCST_15MIN_MW,3,1,455.5,RTPD,1",
)
FIFTEEN_MINUTE_ROWS = (
    {
        "interval_start": utc("2026-07-01T07:15"),
        "interval_end": utc("2026-07-01T07:30"),
        "fuel": "wind",
        "location": "NP15",
        "generation": 455.5,
    },
)

FIVE_MINUTE = csv(
    _HEADER,
    "2026-07-01,1,2,2026-07-01T07:05:00-00:00,2026-07-01T07:10:00-00:00,"
    "SP15,Solar,Renewable Forecast 5 Minute,RENEW_FCST_5MIN_MW,4,1,-1.5,RTD,1",
)
FIVE_MINUTE_ROWS = (
    {
        "interval_start": utc("2026-07-01T07:05"),
        "interval_end": utc("2026-07-01T07:10"),
        "fuel": "solar",
        "location": "SP15",
        "generation": -1.5,
    },
)
