"""Lines of load, forecasts, the fuel mix and solar."""

from __future__ import annotations

from energyopti_nyiso.examples import utc

ACTUAL_LOAD = (
    b'"Time Stamp","Time Zone","Name","PTID","Load"\r\n'
    b'"11/03/2024 01:55:00","EDT","WEST",61752,1400.1\r\n'
    b'"11/03/2024 01:00:00","EST","WEST",61752,1390.5\r\n'
    b'"11/03/2024 01:03:30","EST","WEST",61752,\r\n'
)
ACTUAL_LOAD_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:55"),
        "interval_end": utc("2024-11-03T06:00"),
        "location": "WEST",
        "load": 1400.1,
    },
    {"interval_start": utc("2024-11-03T06:00"), "interval_end": utc("2024-11-03T06:05"), "load": 1390.5},
    {"interval_start": utc("2024-11-03T06:03:30"), "load": None},
)

INTEGRATED_LOAD = (
    b'"Time Stamp","Time Zone","Name","PTID","Integrated Load"\r\n'
    b'"11/03/2024 01:00:00","EDT","N.Y.C.",61761,4300.2\r\n'
    b'"11/03/2024 01:00:00","EST","N.Y.C.",61761,4200.2\r\n'
)
INTEGRATED_LOAD_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "location": "N.Y.C.",
        "load": 4300.2,
    },
    {"interval_start": utc("2024-11-03T06:00"), "interval_end": utc("2024-11-03T07:00"), "load": 4200.2},
)

LOAD_FORECAST = (
    b'"Time Stamp","Capitl","Centrl","Dunwod","Genese","Hud Vl","Longil","Mhk Vl","Millwd","N.Y.C.","North",'
    b'"West","NYISO"\n'
    b'"07/01/2024 00:00",1,2,3,4,5,6,7,8,9,10,11,66\n'
)
LOAD_FORECAST_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T05:00"),
        "location": "CAPITL",
        "load": 1.0,
    },
    {"location": "CENTRL", "load": 2.0},
    {"location": "DUNWOD", "load": 3.0},
    {"location": "GENESE", "load": 4.0},
    {"location": "HUD VL", "load": 5.0},
    {"location": "LONGIL", "load": 6.0},
    {"location": "MHK VL", "load": 7.0},
    {"location": "MILLWD", "load": 8.0},
    {"location": "N.Y.C.", "load": 9.0},
    {"location": "NORTH", "load": 10.0},
    {"location": "WEST", "load": 11.0},
    {"location": "NYISO", "load": 66.0},
)

FUEL_MIX = (
    b"Time Stamp,Time Zone,Fuel Category,Gen MW\n"
    b"07/01/2024 00:05:00,EDT,Dual Fuel,2000.0\n"
    b"07/01/2024 00:05:00,EDT,Other Fossil Fuels,0.0\n"
    b"07/02/2024 00:00:00,EDT,Wind,350.5\n"
)
FUEL_MIX_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:05"),
        "interval_end": utc("2024-07-01T04:10"),
        "fuel": "dual_fuel",
        "fuel_native": "Dual Fuel",
        "generation": 2000.0,
    },
    {"interval_start": utc("2024-07-01T04:05"), "fuel": "other_fossil", "generation": 0.0},
    {"interval_start": utc("2024-07-02T04:00"), "fuel": "wind", "generation": 350.5},
)

SOLAR = (
    b'"Time Stamp","Time Zone","Zone Name","MW Value"\r\n'
    b'"07/01/2024 12:00","EDT","SYSTEM",3050.5\r\n'
    b'"07/01/2024 12:00","EDT","CAPITL",610.25\r\n'
)
SOLAR_ROWS = (
    {
        "interval_start": utc("2024-07-01T16:00"),
        "interval_end": utc("2024-07-01T17:00"),
        "fuel": "solar",
        "location": "SYSTEM",
        "generation": 3050.5,
    },
    {"location": "CAPITL", "generation": 610.25},
)
