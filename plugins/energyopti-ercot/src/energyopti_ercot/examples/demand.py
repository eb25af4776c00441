"""Rows of the feeds of demand response."""

from __future__ import annotations

from energyopti_ercot.examples import document, utc

CLEARED = document(
    "Delivery Date,Hour Ending,Total Cleared AS - RRSUFR",
    "11/03/2024,2,901.5",
    "11/03/2024,3,899",
    "11/03/2024,25,880.25",
)
CLEARED_ROWS = (
    {
        "interval_start": utc("2024-11-03T06:00"),
        "interval_end": utc("2024-11-03T07:00"),
        "program": "RRSUFR",
        "resource_type": "load on under-frequency relays",
        "location": "SYSTEM",
        "capacity": 901.5,
        "deployed": None,
    },
    {"interval_start": utc("2024-11-03T07:00"), "interval_end": utc("2024-11-03T08:00"), "capacity": 899.0},
    {"interval_start": utc("2024-11-04T05:00"), "interval_end": utc("2024-11-04T06:00"), "capacity": 880.25},
)

SELF_ARRANGED = document(
    "Delivery Date,Hour Ending,Total Self-Arranged AS - RRSUFR",
    "07/01/2024,1,450",
    "07/01/2024,24,0",
)
SELF_ARRANGED_ROWS = (
    {
        "interval_start": utc("2024-07-01T05:00"),
        "program": "RRSUFR",
        "location": "SYSTEM",
        "capacity": 450.0,
    },
    {"interval_start": utc("2024-07-02T04:00"), "interval_end": utc("2024-07-02T05:00"), "capacity": 0.0},
)

DAY_AHEAD = document(
    "Delivery Date,Hour Ending,Load Resource Name,Max Power Consumption for Load Resource,"
    "Low Power Consumption for Load Resource,RegUp Awarded,RegUp MCPC,RegDown Awarded,RegDown MCPC,RRSPFR Awarded,"
    "RRSFFR Awarded,RRSUFR Awarded,RRS MCPC,ECRSSD Awarded,ECRSMD Awarded,ECRS MCPC,NonSpin Awarded,NonSpin MCPC",
    "07/01/2024,1,ALPHA_LD1,24,0,0,.5,0,.25,0,0,2.5,.75,0,1.5,.3,0,2",
    "07/01/2024,1,BRAVO_LD2,.5,0,,,,,,,,,,,,,",
)
DAY_AHEAD_ROWS = (
    {
        "interval_start": utc("2024-07-01T05:00"),
        "interval_end": utc("2024-07-01T06:00"),
        "program": "Load Resources",
        "resource_type": "load resource",
        "location": "ALPHA_LD1",
        "capacity": 24.0,
        "deployed": None,
    },
    {"location": "BRAVO_LD2", "capacity": 0.5},
)

DISPATCHED = document(
    '"SCED Time Stamp","Repeated Hour Flag","QSE","DME","Resource Name","Telemetered Resource Status",'
    '"Max Power Consumption","Low Power Consumption","Real Power Consumption","AS Responsibility for RRS","Base Point"',
    '"11/03/2024 01:00:25","N","QALPHA","","ALPHA_LD1","ONRL","24",".1","14.1","14",""',
    '"11/03/2024 01:00:20","Y","QALPHA","","ALPHA_LD1","ONRL","","0","13","14",""',
    '"11/03/2024 01:05:20","Y","QALPHA","","ALPHA_LD1","OUTL","0","0","0","0",""',
)
DISPATCHED_ROWS = (
    {
        "interval_start": utc("2024-11-03T06:00:25"),
        "interval_end": utc("2024-11-03T06:05:25"),
        "program": "Load Resources",
        "resource_type": "load resource",
        "location": "ALPHA_LD1",
        "capacity": 24.0,
        "deployed": None,
    },
    {
        "interval_start": utc("2024-11-03T07:00:20"),
        "interval_end": utc("2024-11-03T07:05:20"),
        "capacity": None,
    },
    {"interval_start": utc("2024-11-03T07:05:20"), "capacity": 0.0},
)
