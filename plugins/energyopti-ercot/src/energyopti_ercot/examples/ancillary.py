"""Rows of the feeds of ancillary services."""

from __future__ import annotations

from energyopti_ercot.examples import document, utc

DAY_AHEAD = document(
    "DeliveryDate,HourEnding,AncillaryType,MCPC,DSTFlag",
    "11/03/2024,02:00,ECRS,0.5,N",
    "11/03/2024,02:00,ECRS,0.25,Y",
    "11/03/2024,02:00,REGUP,4,Y",
)
DAY_AHEAD_ROWS = (
    {
        "run": "day_ahead",
        "interval_start": utc("2024-11-03T06:00"),
        "interval_end": utc("2024-11-03T07:00"),
        "product": "contingency_reserve",
        "product_native": "ECRS",
        "location": "SYSTEM",
        "basis": "clearing",
        "price": 0.5,
    },
    {"interval_start": utc("2024-11-03T07:00"), "interval_end": utc("2024-11-03T08:00"), "price": 0.25},
    {"product": "regulation_up", "product_native": "REGUP", "price": 4.0},
)

REAL_TIME = document(
    "DeliveryDate,DeliveryHour,DeliveryInterval,RepeatedHourFlag,ASType,MCPC",
    "09/25/2026,20,1,N,ECRS,0.25",
    "11/01/2026,2,4,Y,REGUP,-0.5",
)
REAL_TIME_ROWS = (
    {
        "run": "real_time_15min",
        "interval_start": utc("2026-09-26T00:00"),
        "interval_end": utc("2026-09-26T00:15"),
        "product": "contingency_reserve",
        "product_native": "ECRS",
        "location": "SYSTEM",
        "basis": "clearing",
        "price": 0.25,
    },
    {
        "interval_start": utc("2026-11-01T07:45"),
        "interval_end": utc("2026-11-01T08:00"),
        "product": "regulation_up",
        "price": -0.5,
    },
)

DISPATCH = document(
    "SCEDTimestamp,RepeatedHourFlag,ASType,CappedMCPC,UncappedMCPC",
    "10/03/2026 22:45:13,N,RRS,5000,5400.5",
)
DISPATCH_ROWS = (
    {
        "run": "real_time_5min",
        "interval_start": utc("2026-10-04T03:45:13"),
        "interval_end": utc("2026-10-04T03:50:13"),
        "product": "responsive_reserve",
        "location": "SYSTEM",
        "basis": "clearing",
        "price": 5_000.0,
    },
)

PLAN = document(
    "DeliveryDate,HourEnding,AncillaryType,Quantity,DSTFlag",
    "11/01/2026,02:00,NSPIN,2400,N",
    "11/01/2026,02:00,NSPIN,2450,Y",
)
PLAN_ROWS = (
    {
        "run": "day_ahead",
        "interval_start": utc("2026-11-01T06:00"),
        "interval_end": utc("2026-11-01T07:00"),
        "product": "non_spinning_reserve",
        "product_native": "NSPIN",
        "location": "SYSTEM",
        "requirement": 2_400.0,
        "procured": None,
    },
    {
        "interval_start": utc("2026-11-01T07:00"),
        "interval_end": utc("2026-11-01T08:00"),
        "requirement": 2_450.0,
    },
)
