"""Rows of the feeds of awarded and self-arranged services."""

from __future__ import annotations

from energyopti_ercot.examples import document, utc

CLEARED = document(
    "Delivery Date,Hour Ending,Total Cleared AS - RegUp",
    "11/03/2024,1,195",
    "11/03/2024,3,179.5",
)
CLEARED_ROWS = (
    {
        "run": "day_ahead",
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "product": "regulation_up",
        "product_native": "REGUP",
        "location": "SYSTEM",
        "requirement": None,
        "procured": 195.0,
    },
    {"interval_start": utc("2024-11-03T07:00"), "interval_end": utc("2024-11-03T08:00"), "procured": 179.5},
)

SELF_ARRANGED = document(
    "Delivery Date,Hour Ending,Total Self-Arranged AS - NSPNM",
    "07/01/2024,24,17.5",
)
SELF_ARRANGED_ROWS = (
    {
        "run": "day_ahead",
        "interval_start": utc("2024-07-02T04:00"),
        "interval_end": utc("2024-07-02T05:00"),
        "product": "non_spinning_reserve",
        "product_native": "NSPNM",
        "location": "SYSTEM",
        "procured": 17.5,
    },
)

LOAD_RESOURCES = document(
    "Delivery Date,Hour Ending,Load Resource Name,Max Power Consumption for Load Resource,"
    "Low Power Consumption for Load Resource,RegUp Awarded,RegUp MCPC,RRSUFR Awarded,RRS MCPC,ECRSMD Awarded,"
    "ECRS MCPC",
    "07/01/2024,1,ALPHA_LD1,24,0,0,.5,2.5,.75,1.5,.3",
    "07/01/2024,1,BRAVO_LD2,10,0,,,,,,",
)
LOAD_RESOURCES_ROWS = (
    {
        "run": "day_ahead",
        "interval_start": utc("2024-07-01T05:00"),
        "interval_end": utc("2024-07-01T06:00"),
        "product": "regulation_up",
        "product_native": "REGUP",
        "location": "ALPHA_LD1",
        "requirement": None,
        "procured": 0.0,
    },
    {"product": "responsive_reserve", "product_native": "RRSUFR", "location": "ALPHA_LD1", "procured": 2.5},
    {"product": "contingency_reserve", "product_native": "ECRSMD", "procured": 1.5},
    {"product_native": "REGUP", "location": "BRAVO_LD2", "procured": None},
    {"product_native": "RRSUFR", "location": "BRAVO_LD2", "procured": None},
    {"product_native": "ECRSMD", "location": "BRAVO_LD2", "procured": None},
)
