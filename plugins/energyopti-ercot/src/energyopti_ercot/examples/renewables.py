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

REGIONAL_WIND = document(
    "DELIVERY_DATE,HOUR_ENDING,SYSTEM_WIDE_GEN,COP_HSL_SYSTEM_WIDE,STWPF_SYSTEM_WIDE,WGRPP_SYSTEM_WIDE,"
    "GEN_PANHANDLE,COP_HSL_PANHANDLE,STWPF_PANHANDLE,WGRPP_PANHANDLE,"
    "GEN_COASTAL,COP_HSL_COASTAL,STWPF_COASTAL,WGRPP_COASTAL,GEN_SOUTH,COP_HSL_SOUTH,STWPF_SOUTH,WGRPP_SOUTH,"
    "GEN_WEST,COP_HSL_WEST,STWPF_WEST,WGRPP_WEST,GEN_NORTH,COP_HSL_NORTH,STWPF_NORTH,WGRPP_NORTH,"
    "SYSTEM_WIDE_HSL,DSTFlag",
    "11/01/2026,02,1500,1700,1600,1400,100,110,105.5,90,200,210,205,190,300,310,305,290,400.5,410,405,390,"
    "499.5,510,505,490,1650,Y",
)
REGIONAL_WIND_ROWS = (
    {
        "interval_start": utc("2026-11-01T07:00"),
        "interval_end": utc("2026-11-01T08:00"),
        "fuel": "wind",
        "location": "SYSTEM",
        "generation": 1_500.0,
    },
    {"location": "PANHANDLE", "generation": 100.0},
    {"location": "COASTAL", "generation": 200.0},
    {"location": "SOUTH", "generation": 300.0},
    {"location": "WEST", "generation": 400.5},
    {"location": "NORTH", "generation": 499.5},
)
REGIONAL_WIND_FORECAST_ROWS = (
    {"interval_start": utc("2026-11-01T07:00"), "fuel": "wind", "location": "SYSTEM", "generation": 1_600.0},
    {"location": "PANHANDLE", "generation": 105.5},
    {"location": "COASTAL", "generation": 205.0},
    {"location": "SOUTH", "generation": 305.0},
    {"location": "WEST", "generation": 405.0},
    {"location": "NORTH", "generation": 505.0},
)

REGIONAL_SOLAR = document(
    "DELIVERY_DATE,HOUR_ENDING,SYSTEM_WIDE_GEN,COP_HSL_SYSTEM_WIDE,STPPF_SYSTEM_WIDE,PVGRPP_SYSTEM_WIDE,"
    "GEN_CenterWest,COP_HSL_CenterWest,STPPF_CenterWest,PVGRPP_CenterWest,"
    "GEN_NorthWest,COP_HSL_NorthWest,STPPF_NorthWest,PVGRPP_NorthWest,"
    "GEN_FarWest,COP_HSL_FarWest,STPPF_FarWest,PVGRPP_FarWest,"
    "GEN_FarEast,COP_HSL_FarEast,STPPF_FarEast,PVGRPP_FarEast,"
    "GEN_SouthEast,COP_HSL_SouthEast,STPPF_SouthEast,PVGRPP_SouthEast,"
    "GEN_CenterEast,COP_HSL_CenterEast,STPPF_CenterEast,PVGRPP_CenterEast,SYSTEM_WIDE_HSL,DSTFlag",
    "07/01/2026,14,2100,2300,2200,2000,100,110,105.5,90,200,210,205,190,300,310,305,290,400.5,410,405,390,"
    "499.5,510,505,490,600,610,605,590,2250,N",
)
REGIONAL_SOLAR_ROWS = (
    {
        "interval_start": utc("2026-07-01T18:00"),
        "interval_end": utc("2026-07-01T19:00"),
        "fuel": "solar",
        "location": "SYSTEM",
        "generation": 2_100.0,
    },
    {"location": "CenterWest", "generation": 100.0},
    {"location": "NorthWest", "generation": 200.0},
    {"location": "FarWest", "generation": 300.0},
    {"location": "FarEast", "generation": 400.5},
    {"location": "SouthEast", "generation": 499.5},
    {"location": "CenterEast", "generation": 600.0},
)
REGIONAL_SOLAR_FORECAST_ROWS = (
    {"interval_start": utc("2026-07-01T18:00"), "fuel": "solar", "location": "SYSTEM", "generation": 2_200.0},
    {"location": "CenterWest", "generation": 105.5},
    {"location": "NorthWest", "generation": 205.0},
    {"location": "FarWest", "generation": 305.0},
    {"location": "FarEast", "generation": 405.0},
    {"location": "SouthEast", "generation": 505.0},
    {"location": "CenterEast", "generation": 605.0},
)

FIVE_MINUTE_WIND = document(
    "INTERVAL_ENDING,SYSTEM_WIDE_GEN,LZ_SOUTH_HOUSTON,LZ_WEST,LZ_NORTH,SYSTEM_WIDE_HSL,DSTFlag",
    "06/12/2026 23:55,20500.5,3750,14760,1990.5,20880,N",
    "06/13/2026 00:00,20400,3700,14700,2000,20800,N",
)
FIVE_MINUTE_WIND_ROWS = (
    {
        "interval_start": utc("2026-06-13T04:50"),
        "interval_end": utc("2026-06-13T04:55"),
        "fuel": "wind",
        "location": "SYSTEM",
        "generation": 20_500.5,
    },
    {"location": "SOUTH_HOUSTON", "generation": 3_750.0},
    {"location": "WEST", "generation": 14_760.0},
    {"location": "NORTH", "generation": 1_990.5},
    {
        "interval_start": utc("2026-06-13T04:55"),
        "interval_end": utc("2026-06-13T05:00"),
        "location": "SYSTEM",
        "generation": 20_400.0,
    },
    {"location": "SOUTH_HOUSTON", "generation": 3_700.0},
    {"location": "WEST", "generation": 14_700.0},
    {"location": "NORTH", "generation": 2_000.0},
)

FIVE_MINUTE_SOLAR = document(
    "INTERVAL_ENDING,SYSTEM_WIDE_GEN,SYSTEM_WIDE_HSL,DSTFlag",
    "06/12/2026 01:05:00 PM,20500.5,20880,N",
)
FIVE_MINUTE_SOLAR_ROWS = (
    {
        "interval_start": utc("2026-06-12T18:00"),
        "interval_end": utc("2026-06-12T18:05"),
        "fuel": "solar",
        "location": "SYSTEM",
        "generation": 20_500.5,
    },
)

REGIONAL_FIVE_MINUTE_WIND = document(
    "INTERVAL_ENDING,SYSTEM_WIDE_GEN,PANHANDLE,COASTAL,SOUTH,WEST,NORTH,SYSTEM_WIDE_HSL,DSTFlag",
    "11/01/2026 01:05,1500,100,200,300,400.5,499.5,1650,Y",
)
REGIONAL_FIVE_MINUTE_WIND_ROWS = (
    {
        "interval_start": utc("2026-11-01T07:00"),
        "interval_end": utc("2026-11-01T07:05"),
        "fuel": "wind",
        "location": "SYSTEM",
        "generation": 1_500.0,
    },
    *REGIONAL_WIND_ROWS[1:],
)

REGIONAL_FIVE_MINUTE_SOLAR = document(
    "INTERVAL_ENDING,SYSTEM_WIDE_GEN,CenterWest_GEN,NorthWest_GEN,FarWest_GEN,FarEast_GEN,SouthEast_GEN,"
    "CenterEast_GEN,SYSTEM_WIDE_HSL,DSTFlag",
    "07/01/2026 12:05:00 AM,2100,100,200,300,400.5,499.5,600,2250,N",
)
REGIONAL_FIVE_MINUTE_SOLAR_ROWS = (
    {
        "interval_start": utc("2026-07-01T05:00"),
        "interval_end": utc("2026-07-01T05:05"),
        "fuel": "solar",
        "location": "SYSTEM",
        "generation": 2_100.0,
    },
    *REGIONAL_SOLAR_ROWS[1:],
)
