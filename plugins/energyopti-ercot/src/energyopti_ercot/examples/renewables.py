"""Rows of the feeds of wind and solar: an hour that is over, and one to come."""

from __future__ import annotations

from energyopti_ercot.examples import document, utc

WIND = document(
    "DELIVERY_DATE,HOUR_ENDING,SYSTEM_WIDE_GEN,COP_HSL_SYSTEM_WIDE,STWPF_SYSTEM_WIDE,WGRPP_SYSTEM_WIDE,"
    "GEN_LZ_SOUTH_HOUSTON,COP_HSL_LZ_SOUTH_HOUSTON,STWPF_LZ_SOUTH_HOUSTON,WGRPP_LZ_SOUTH_HOUSTON,"
    "GEN_LZ_WEST,COP_HSL_LZ_WEST,STWPF_LZ_WEST,WGRPP_LZ_WEST,"
    "GEN_LZ_NORTH,COP_HSL_LZ_NORTH,STWPF_LZ_NORTH,WGRPP_LZ_NORTH,SYSTEM_WIDE_HSL,DSTFlag",
    "07/01/2024,14,1500.5,1700,1600.25,1400,300,350,310,280,1000.5,1100,1080.25,950,200,250,210,170,1650,N",
)
WIND_ROWS = (
    {
        "interval_start": utc("2024-07-01T18:00"),
        "interval_end": utc("2024-07-01T19:00"),
        "fuel": "wind",
        "location": "SYSTEM",
        "generation": 1_500.5,
        "curtailed": None,
    },
    {"location": "SOUTH_HOUSTON", "generation": 300.0},
    {"location": "WEST", "generation": 1_000.5},
    {"location": "NORTH", "generation": 200.0},
)
WIND_FORECAST_ROWS = (
    {
        "interval_start": utc("2024-07-01T18:00"),
        "interval_end": utc("2024-07-01T19:00"),
        "fuel": "wind",
        "location": "SYSTEM",
        "generation": 1_600.25,
    },
    {"location": "SOUTH_HOUSTON", "generation": 310.0},
    {"location": "WEST", "generation": 1_080.25},
    {"location": "NORTH", "generation": 210.0},
)

SOLAR = document(
    "DELIVERY_DATE,HOUR_ENDING,SYSTEM_WIDE_GEN,COP_HSL_SYSTEM_WIDE,STPPF_SYSTEM_WIDE,PVGRPP_SYSTEM_WIDE,"
    "SYSTEM_WIDE_HSL,DSTFlag",
    "11/03/2024,02,0.5,1,0.25,0,1.5,Y",
)
SOLAR_ROWS = (
    {
        "interval_start": utc("2024-11-03T07:00"),
        "interval_end": utc("2024-11-03T08:00"),
        "fuel": "solar",
        "location": "SYSTEM",
        "generation": 0.5,
    },
)
SOLAR_FORECAST_ROWS = ({"interval_start": utc("2024-11-03T07:00"), "fuel": "solar", "generation": 0.25},)
