"""Rows of the LMP feeds."""

from __future__ import annotations

from energyopti_ercot.examples import document, utc

REAL_TIME = document(
    "DeliveryDate,DeliveryHour,DeliveryInterval,SettlementPointName,SettlementPointType,SettlementPointPrice,DSTFlag",
    "11/03/2024,2,4,HB_NORTH,HU,21.5,N",
    "11/03/2024,2,4,HB_NORTH,HU,20.25,Y",
    "11/03/2024,2,4,LZ_WEST,LZ,-4.5,Y",
    "11/03/2024,2,4,LZ_WEST,LZEW,-4.75,Y",
    "11/03/2024,24,4,ALPHA_RN,RN,30,N",
)
REAL_TIME_ROWS = (
    {
        "run": "real_time_15min",
        "interval_start": utc("2024-11-03T06:45"),
        "interval_end": utc("2024-11-03T07:00"),
        "location": "HB_NORTH",
        "location_type": "hub",
        "lmp": 21.5,
        "energy": None,
        "congestion": None,
        "loss": None,
    },
    {"interval_start": utc("2024-11-03T07:45"), "interval_end": utc("2024-11-03T08:00"), "lmp": 20.25},
    {"location": "LZ_WEST", "location_type": "zone", "lmp": -4.5},
    {"location": "LZ_WEST", "location_type": "aggregate", "lmp": -4.75},
    {
        "interval_start": utc("2024-11-04T05:45"),
        "interval_end": utc("2024-11-04T06:00"),
        "location_type": "node",
    },
)

DAY_AHEAD = document(
    "DeliveryDate,HourEnding,SettlementPoint,SettlementPointPrice,DSTFlag",
    "11/03/2024,02:00,HB_NORTH, 21.5,N",
    "11/03/2024,02:00,HB_NORTH, 20.25,Y",
    "11/03/2024,24:00,LZ_WEST, -4.5,N",
    "11/03/2024,24:00,ALPHA_RN, 30,N",
)
DAY_AHEAD_ROWS = (
    {
        "run": "day_ahead",
        "interval_start": utc("2024-11-03T06:00"),
        "interval_end": utc("2024-11-03T07:00"),
        "location": "HB_NORTH",
        "location_type": "hub",
        "lmp": 21.5,
    },
    {"interval_start": utc("2024-11-03T07:00"), "interval_end": utc("2024-11-03T08:00"), "lmp": 20.25},
    {
        "interval_start": utc("2024-11-04T05:00"),
        "interval_end": utc("2024-11-04T06:00"),
        "location_type": "zone",
    },
    {"location": "ALPHA_RN", "location_type": "node", "lmp": 30.0},
)

DAY_AHEAD_BUSES = document(
    "DeliveryDate,HourEnding,BusName,LMP,DSTFlag",
    "07/01/2024,01:00,0001,23.2,N",
)
DAY_AHEAD_BUSES_ROWS = (
    {
        "interval_start": utc("2024-07-01T05:00"),
        "interval_end": utc("2024-07-01T06:00"),
        "location": "0001",
        "location_type": "bus",
        "lmp": 23.2,
    },
)

DISPATCH = document(
    "SCEDTimestamp,RepeatedHourFlag,SettlementPoint,LMP",
    "11/03/2024 01:55:12,N,HB_NORTH,       21.5",
    "11/03/2024 01:00:14,Y,HB_NORTH,       20.25",
    "11/03/2024 01:05:19,Y,HB_NORTH,       19",
    "11/03/2024 01:05:19,Y,ALPHA_RN,       -2",
)
DISPATCH_ROWS = (
    {
        "run": "real_time_5min",
        "interval_start": utc("2024-11-03T06:55:12"),
        "interval_end": utc("2024-11-03T07:00:14"),
        "location": "HB_NORTH",
        "location_type": "hub",
        "lmp": 21.5,
    },
    {"interval_start": utc("2024-11-03T07:00:14"), "interval_end": utc("2024-11-03T07:05:19"), "lmp": 20.25},
    {"interval_start": utc("2024-11-03T07:05:19"), "interval_end": utc("2024-11-03T07:10:19"), "lmp": 19.0},
    {"location": "ALPHA_RN", "location_type": "node", "lmp": -2.0},
)

DISPATCH_BUSES = document(
    "SCEDTimestamp,RepeatedHourFlag,ElectricalBus,CappedLMP,UncappedLMP",
    "08/27/2026 00:00:15,N,0001,5000,5400.5",
)
DISPATCH_BUSES_ROWS = (
    {
        "interval_start": utc("2026-08-27T05:00:15"),
        "interval_end": utc("2026-08-27T05:05:15"),
        "location": "0001",
        "location_type": "bus",
        "lmp": 5000.0,
    },
)

DISPATCH_LAMBDA = document(
    "SCEDTimeStamp,RepeatedHourFlag,SystemLambda",
    "08/04/2025 20:55:11,N,33.25",
)
DISPATCH_LAMBDA_ROWS = (
    {
        "interval_start": utc("2025-08-05T01:55:11"),
        "interval_end": utc("2025-08-05T02:00:11"),
        "location": "SYSTEM",
        "location_type": "system",
        "lmp": 33.25,
    },
)

DAY_AHEAD_LAMBDA = document(
    "DeliveryDate,HourEnding,SystemLambda,DSTFlag",
    "07/01/2024,01:00,22.75,N",
)
DAY_AHEAD_LAMBDA_ROWS = (
    {
        "interval_start": utc("2024-07-01T05:00"),
        "interval_end": utc("2024-07-01T06:00"),
        "location": "SYSTEM",
        "location_type": "system",
        "lmp": 22.75,
    },
)
