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
