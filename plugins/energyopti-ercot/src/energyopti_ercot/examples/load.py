"""Rows of the load feeds."""

from __future__ import annotations

from energyopti_ercot.examples import document, utc

BY_FORECAST_ZONE = document(
    "OperDay,HourEnding,NORTH,SOUTH,WEST,HOUSTON,TOTAL,DSTFlag",
    "11/03/2024,02:00,15000.5,12000,9000,14000,50000.5,Y",
)
BY_FORECAST_ZONE_ROWS = (
    {
        "interval_start": utc("2024-11-03T07:00"),
        "interval_end": utc("2024-11-03T08:00"),
        "location": "NORTH",
        "load": 15_000.5,
    },
    {"location": "SOUTH", "load": 12_000.0},
    {"location": "WEST", "load": 9_000.0},
    {"location": "HOUSTON", "load": 14_000.0},
    {"location": "SYSTEM", "load": 50_000.5},
)

BY_WEATHER_ZONE = document(
    "OperDay,HourEnding,COAST,EAST,FAR_WEST,NORTH,NORTH_C,SOUTHERN,SOUTH_C,WEST,TOTAL,DSTFlag",
    "07/01/2024,24:00,14000,2000,6000,1500,15000,5000,10000,1800,55300,N",
)
BY_WEATHER_ZONE_ROWS = (
    {
        "interval_start": utc("2024-07-02T04:00"),
        "interval_end": utc("2024-07-02T05:00"),
        "location": "COAST",
        "load": 14_000.0,
    },
    {"location": "EAST", "load": 2_000.0},
    {"location": "FAR_WEST", "load": 6_000.0},
    {"location": "NORTH", "load": 1_500.0},
    {"location": "NORTH_C", "load": 15_000.0},
    {"location": "SOUTHERN", "load": 5_000.0},
    {"location": "SOUTH_C", "load": 10_000.0},
    {"location": "WEST", "load": 1_800.0},
    {"location": "SYSTEM", "load": 55_300.0},
)

EXPECTED = document(
    "DeliveryDate,HourEnding,North,South,West,Houston,SystemTotal,DSTFlag    ",
    "11/03/2024,2:00,13005.25,10953.5,8647,11191.5,43797.25,Y",
)
EXPECTED_ROWS = (
    {
        "interval_start": utc("2024-11-03T07:00"),
        "interval_end": utc("2024-11-03T08:00"),
        "location": "NORTH",
        "load": 13_005.25,
    },
    {"location": "SOUTH", "load": 10_953.5},
    {"location": "WEST", "load": 8_647.0},
    {"location": "HOUSTON", "load": 11_191.5},
    {"location": "SYSTEM", "load": 43_797.25},
)

EXPECTED_BY_WEATHER = document(
    "DeliveryDate,HourEnding,Coast,East,FarWest,North,NorthCentral,Southern,SouthCentral,West,SystemTotal,DSTFlag",
    "07/01/2024,1:00,14000,2000,6000,1500,15000,5000,10000,1800,55300,N",
)
EXPECTED_BY_WEATHER_ROWS = (
    {
        "interval_start": utc("2024-07-01T05:00"),
        "interval_end": utc("2024-07-01T06:00"),
        "location": "COAST",
        "load": 14_000.0,
    },
    {"location": "EAST", "load": 2_000.0},
    {"location": "FAR_WEST", "load": 6_000.0},
    {"location": "NORTH", "load": 1_500.0},
    {"location": "NORTH_C", "load": 15_000.0},
    {"location": "SOUTHERN", "load": 5_000.0},
    {"location": "SOUTH_C", "load": 10_000.0},
    {"location": "WEST", "load": 1_800.0},
    {"location": "SYSTEM", "load": 55_300.0},
)

MODELLED = document(
    "DeliveryDate,HourEnding,Coast,East,FarWest,North,NorthCentral,SouthCentral,Southern,West,SystemTotal,Model,"
    "InUseFlag,DSTFlag",
    "11/01/2026,02:00,14000,2000,6000,1500,15000,10000,5000,1800,55300,A3,N,Y",
    "11/01/2026,02:00,14100.5,2000,6000,1500,15000,10000,5000,1800,55400.5,E,Y,Y",
)
MODELLED_ROWS = (
    {
        "interval_start": utc("2026-11-01T07:00"),
        "interval_end": utc("2026-11-01T08:00"),
        "location": "COAST",
        "model": "A3",
        "load": 14_000.0,
    },
    {"location": "EAST", "model": "A3", "load": 2_000.0},
    {"location": "FAR_WEST", "load": 6_000.0},
    {"location": "NORTH", "load": 1_500.0},
    {"location": "NORTH_C", "load": 15_000.0},
    {"location": "SOUTHERN", "load": 5_000.0},
    {"location": "SOUTH_C", "load": 10_000.0},
    {"location": "WEST", "load": 1_800.0},
    {"location": "SYSTEM", "model": "A3", "load": 55_300.0},
    {"location": "COAST", "model": "E", "load": 14_100.5},
    {"location": "EAST", "model": "E"},
    {"location": "FAR_WEST", "model": "E"},
    {"location": "NORTH", "model": "E"},
    {"location": "NORTH_C", "model": "E"},
    {"location": "SOUTHERN", "model": "E"},
    {"location": "SOUTH_C", "model": "E"},
    {"location": "WEST", "model": "E"},
    {"location": "SYSTEM", "model": "E", "load": 55_400.5},
)

STUDY_AREA = document(
    "DeliveryDate,HourEnding,Valley,Model,DSTFlag",
    "07/01/2026,24:00,2650.25,E1,N",
)
STUDY_AREA_ROWS = (
    {
        "interval_start": utc("2026-07-02T04:00"),
        "interval_end": utc("2026-07-02T05:00"),
        "location": "VALLEY",
        "model": "E1",
        "load": 2_650.25,
    },
)
