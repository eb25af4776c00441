"""Rows of the feeds of load in every dispatch run."""

from __future__ import annotations

from energyopti_ercot.examples import document, utc

_HEADER = "SCED Time Stamp,Repeated Hour Flag,SUM TELEM GEN MW,SUM TELEM DCTIE MW,AGG LOAD SUMMARY"
SUMMARY = document(
    _HEADER,
    "11/03/2024 01:55:18,N,50633.5,-232.25,50865.75",
    "11/03/2024 01:00:20,Y,50443.25,100,50343.25",
)
SUMMARY_ROWS = (
    {
        "interval_start": utc("2024-11-03T06:55:18"),
        "interval_end": utc("2024-11-03T07:00:20"),
        "location": "SYSTEM",
        "load": 50_865.75,
    },
    {"interval_start": utc("2024-11-03T07:00:20"), "location": "SYSTEM", "load": 50_343.25},
)

ZONE = document(_HEADER, "07/01/2024 00:00:20,N,10599.5,0,10599.5")
ZONE_ROW = {
    "interval_start": utc("2024-07-01T05:00:20"),
    "interval_end": utc("2024-07-01T05:05:20"),
    "load": 10_599.5,
}

ALL_FOLLOWED = document(
    "SCED Time Stamp,Repeated Hour Flag,SUM TELEM DSR LOAD,SUM TELEM DSR GEN",
    "07/01/2024 00:00:16,N,1426.25,12.5",
)
ALL_FOLLOWED_ROWS = ({"interval_start": utc("2024-07-01T05:00:16"), "location": "DSR", "load": 1_426.25},)

FOLLOWED = document(
    '"SCED Time Stamp","Repeated Hour Flag","QSE Name","Total Telemetered DSR Loads"',
    '"07/01/2024 00:00:16","N","QALPHA","0"',
    '"07/01/2024 00:00:16","N","QBRAVO","71.5"',
)
FOLLOWED_ROWS = (
    {"interval_start": utc("2024-07-01T05:00:16"), "location": "QALPHA", "load": 0.0},
    {"interval_start": utc("2024-07-01T05:00:16"), "location": "QBRAVO", "load": 71.5},
)
