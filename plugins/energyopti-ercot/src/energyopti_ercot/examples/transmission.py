"""Rows of the feeds of constraints."""

from __future__ import annotations

from energyopti_ercot.examples import document, utc

DISPATCH = document(
    "SCEDTimeStamp,RepeatedHourFlag,ConstraintID,ConstraintName,ContingencyName,ShadowPrice,MaxShadowPrice,Limit,"
    "Value,ViolatedMW,FromStation,ToStation,FromStationkV,ToStationkV,CCTStatus",
    "08/04/2025 19:50:12,N,1,ALPHA_BRAVO1_1,MALPHA5,80.5,3500,265.4,265.4,0,ALPHA,BRAVO,138,138,COMP",
    "08/04/2025 19:55:10,N,1,ALPHA_BRAVO1_1,MALPHA5,74.25,3500,265.4,260,0,ALPHA,BRAVO,138,138,COMP",
)
DISPATCH_ROWS = (
    {
        "run": "real_time_5min",
        "interval_start": utc("2025-08-05T00:50:12"),
        "interval_end": utc("2025-08-05T00:55:10"),
        "constraint": "ALPHA_BRAVO1_1",
        "contingency": "MALPHA5",
        "shadow_price": 80.5,
        "limit": 265.4,
        "flow": 265.4,
    },
    {
        "interval_start": utc("2025-08-05T00:55:10"),
        "interval_end": utc("2025-08-05T01:00:10"),
        "shadow_price": 74.25,
        "flow": 260.0,
    },
)

DAY_AHEAD = document(
    "DeliveryDate,HourEnding,ConstraintID,ConstraintName,ContingencyName,ConstraintLimit,ConstraintValue,"
    "ViolationAmount,ShadowPrice,FromStation,ToStation,FromStationkV,ToStationkV,DeliveryTime,DSTFlag",
    "08/05/2025,01:00,4, ALPHA__L, DALPHA5, 206, 204, 0, 19.5, ALPHA, BRAVO, 138, 138, 08/05/2025 00:00:00,N",
)
DAY_AHEAD_ROWS = (
    {
        "run": "day_ahead",
        "interval_start": utc("2025-08-05T05:00"),
        "interval_end": utc("2025-08-05T06:00"),
        "constraint": "ALPHA__L",
        "contingency": "DALPHA5",
        "shadow_price": 19.5,
        "limit": 206.0,
        "flow": 204.0,
    },
)
