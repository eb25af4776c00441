"""Rows of the feeds of reserves and regulation."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_PRICES = (
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,OPR_TYPE,ANC_TYPE,ANC_REGION,MARKET_RUN_ID,"
    "XML_DATA_ITEM,MW,GROUP"
)
_FIRST = "2024-11-03T08:00:00-00:00,2024-11-03T09:00:00-00:00,2024-11-03,2,0"
_SECOND = "2024-11-03T09:00:00-00:00,2024-11-03T10:00:00-00:00,2024-11-03,25,0"

DAY_AHEAD = csv(
    _PRICES,
    f"{_SECOND},R,SR,AS_CAISO_EXP,DAM,SP_CLR_PRC,6.5,1",
    f"{_FIRST},R,SR,AS_CAISO_EXP,DAM,SP_CLR_PRC,5,1",
    f"{_FIRST},R,SR,AS_NP26_EXP,DAM,SP_CLR_PRC,0,2",
    f"{_FIRST},R,NR,AS_CAISO,DAM,NS_CLR_PRC,0.25,3",
    f"{_FIRST},R,RU,AS_SP26,DAM,RU_CLR_PRC,1.75,4",
    f"{_FIRST},R,RMD,AS_CAISO_EXP,DAM,RMD_CLR_PRC,0.1,5",
)
DAY_AHEAD_ROWS = (
    {
        "interval_start": utc("2024-11-03T09:00"),
        "interval_end": utc("2024-11-03T10:00"),
        "run": "day_ahead",
        "product": "spinning_reserve",
        "product_native": "SR",
        "location": "AS_CAISO_EXP",
        "basis": "regional_shadow",
        "price": 6.5,
    },
    {"interval_start": utc("2024-11-03T08:00"), "product_native": "SR", "price": 5.0},
    {"location": "AS_NP26_EXP", "price": 0.0},
    {"product": "non_spinning_reserve", "product_native": "NR", "location": "AS_CAISO", "price": 0.25},
    {"product": "regulation_up", "product_native": "RU", "location": "AS_SP26", "price": 1.75},
    {"product": "regulation_movement_down", "product_native": "RMD", "price": 0.1},
)

HOUR_AHEAD = csv(_PRICES, f"{_FIRST},R,RD,AS_CAISO_EXP,HASP,RD_CLR_PRC,3.5,1")
HOUR_AHEAD_ROWS = ({"run": "hour_ahead", "product": "regulation_down", "product_native": "RD", "price": 3.5},)

REAL_TIME = csv(
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_TYPE,ANC_TYPE,XML_DATA_ITEM,MARKET_RUN_ID,MW,"
    "ANC_REGION,OPR_INTERVAL,GROUP",
    "2026-07-01T07:15:00-00:00,2026-07-01T07:30:00-00:00,2026-07-01,1,R,RMU,RMU_CLR_PRC,RTM,0.05,AS_CAISO_EXP,2,1",
    "2026-07-01T07:15:00-00:00,2026-07-01T07:30:00-00:00,2026-07-01,1,R,NR,NS_CLR_PRC,RTM,2,AS_NP26,2,2",
)
REAL_TIME_ROWS = (
    {
        "interval_start": utc("2026-07-01T07:15"),
        "interval_end": utc("2026-07-01T07:30"),
        "run": "real_time_15min",
        "product": "regulation_movement_up",
        "location": "AS_CAISO_EXP",
        "price": 0.05,
    },
    {"product": "non_spinning_reserve", "location": "AS_NP26", "price": 2.0},
)

_QUANTITIES = (
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,ANC_TYPE,ANC_REGION,GRP,MARKET_RUN_ID,"
    "RESULT_TYPE,UOM,POS,XML_DATA_ITEM,MW,GROUP"
)


def requirements(run: str) -> bytes:
    """Minima and maxima of a run: a minimum of zero is a requirement of nothing; a maximum of zero is no limit."""
    return csv(
        _QUANTITIES,
        f"{_FIRST},SR,AS_CAISO_EXP,1,{run},REQ,MW,1,SP_REQ_MIN_MW,850.5,1",
        f"{_FIRST},SR,AS_CAISO_EXP,1,{run},REQ,MW,1,SP_REQ_MAX_MW,0,1",
        f"{_SECOND},RU,AS_SP26,1,{run},REQ,MW,1,RU_REQ_MAX_MW,900,2",
        f"{_SECOND},RU,AS_SP26,1,{run},REQ,MW,1,RU_REQ_MIN_MW,0,2",
    )


MINIMUM_ROWS = (
    {
        "interval_start": utc("2024-11-03T08:00"),
        "interval_end": utc("2024-11-03T09:00"),
        "product": "spinning_reserve",
        "product_native": "SP_REQ_MIN_MW",
        "location": "AS_CAISO_EXP",
        "requirement": 850.5,
        "procured": None,
    },
    {
        "interval_start": utc("2024-11-03T09:00"),
        "product": "regulation_up",
        "product_native": "RU_REQ_MIN_MW",
        "location": "AS_SP26",
        "requirement": 0.0,
    },
)
MAXIMUM_ROWS = (
    {"product": "spinning_reserve", "product_native": "SP_REQ_MAX_MW", "requirement": None},
    {"product": "regulation_up", "product_native": "RU_REQ_MAX_MW", "requirement": 900.0},
)


def results(run: str) -> bytes:
    """What was bought in a run. The cost stands in the same column: it is no megawatt, and left out."""
    return csv(
        _QUANTITIES,
        f"{_FIRST},NR,AS_CAISO_EXP,1,{run},AS_MW,MW,1,NS_TOT_MW,700.25,1",
        f"{_FIRST},NR,AS_CAISO_EXP,1,{run},AS_BUY,MW,2,NS_PROC_MW,600,1",
        f"{_FIRST},NR,AS_CAISO_EXP,1,{run},AS_SELF,MW,3,NS_SPROC_MW,100.25,1",
        f"{_FIRST},NR,AS_CAISO_EXP,1,{run},AS_COST,US$,4,NS_TOT_CST_PRC,4321,1",
    )


RESULT_ROWS = (
    {
        "interval_start": utc("2024-11-03T08:00"),
        "product": "non_spinning_reserve",
        "product_native": "NS_TOT_MW",
        "location": "AS_CAISO_EXP",
        "requirement": None,
        "procured": 700.25,
    },
    {"product_native": "NS_PROC_MW", "procured": 600.0},
    {"product_native": "NS_SPROC_MW", "procured": 100.25},
)
