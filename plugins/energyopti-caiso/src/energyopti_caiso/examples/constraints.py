"""Rows of the feeds of binding constraints."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_FIRST = "2024-11-03T08:00:00-00:00,2024-11-03T09:00:00-00:00,2024-11-03,2,0"
_SECOND = "2024-11-03T09:00:00-00:00,2024-11-03T10:00:00-00:00,2024-11-03,25,0"
_FIVE = "2026-07-01T07:05:00-00:00,2026-07-01T07:10:00-00:00,2026-07-01,1,2"
_LINE = "12345_MADEUP A_60.0_12346_MADEUP B_60.0_BR_1 _1"

NOMOGRAMS = csv(
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,OPR_TYPE,MARKET_RUN_ID,NOMOGRAM_ID_XML,"
    "NOMOGRAM_ID,CONSTRAINT_CAUSE,PRC,GROUP",
    f"{_FIRST},N,DAM,{_LINE},{_LINE},BASE CASE,12.5,1",
    f"{_FIRST},N,DAM,{_LINE},{_LINE},OUT OF SERVICE 77,-3.25,1",
    f"{_SECOND},N,DAM,{_LINE},{_LINE},BASE CASE,0.5,1",
)
NOMOGRAM_ROWS = (
    {
        "interval_start": utc("2024-11-03T08:00"),
        "interval_end": utc("2024-11-03T09:00"),
        "run": "day_ahead",
        "constraint": _LINE,
        "contingency": "BASE CASE",
        "shadow_price": 12.5,
        "limit": None,
        "flow": None,
    },
    {"contingency": "OUT OF SERVICE 77", "shadow_price": -3.25},
    {"interval_start": utc("2024-11-03T09:00"), "contingency": "BASE CASE", "shadow_price": 0.5},
)

INTERTIES = csv(
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,OPR_TYPE,MARKET_RUN_ID,TI_ID_XML,TI_ID,"
    "TI_DIRECTION,CONSTRAINT_CAUSE,MW,GROUP",
    f"{_FIRST},N,DAM,MALIN500_ISL,MALIN500_ISL,I,BASE CASE,7.75,1",
    f"{_FIRST},N,DAM,MALIN500_ISL,MALIN500_ISL,E,BASE CASE,0,1",
)
INTERTIE_ROWS = (
    {"constraint": "MALIN500_ISL/I", "contingency": "BASE CASE", "shadow_price": 7.75},
    {"constraint": "MALIN500_ISL/E", "shadow_price": 0.0},
)

REAL_TIME_NOMOGRAMS = csv(
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,NOMOGRAM_ID,MARKET_RUN_ID,CONSTRAINT_CAUSE,"
    "PRC,GROUP",
    f"{_FIVE},{_LINE},RTM,BASE CASE,101.5,1",
)
REAL_TIME_NOMOGRAM_ROWS = (
    {
        "interval_start": utc("2026-07-01T07:05"),
        "interval_end": utc("2026-07-01T07:10"),
        "run": "real_time_5min",
        "constraint": _LINE,
        "shadow_price": 101.5,
    },
)

FLOWGATES = csv(
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,TI_ID,TI_DIRECTION,MARKET_RUN_ID,"
    "CONSTRAINT_CAUSE,PRC,GROUP",
    f"{_FIVE},IPPDCADLN_ITC,E,RTM,BASE CASE,-4.5,1",
)
FLOWGATE_ROWS = ({"constraint": "IPPDCADLN_ITC/E", "contingency": "BASE CASE", "shadow_price": -4.5},)
