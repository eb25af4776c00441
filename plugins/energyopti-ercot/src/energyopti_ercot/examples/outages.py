"""Rows of the feed of outages: one hour of all zones."""

from __future__ import annotations

from energyopti_ercot.examples import document, utc

OUT_OF_SERVICE = document(
    "Date,HourEnding,TotalResourceMWZoneSouth,TotalResourceMWZoneNorth,TotalResourceMWZoneWest,"
    "TotalResourceMWZoneHouston,TotalIRRMWZoneSouth,TotalIRRMWZoneNorth,TotalIRRMWZoneWest,TotalIRRMWZoneHouston,"
    "TotalNewEquipResourceMWZoneSouth,TotalNewEquipResourceMWZoneNorth,TotalNewEquipResourceMWZoneWest,"
    "TotalNewEquipResourceMWZoneHouston",
    "07/01/2026,1,4000,4300,990,2800,1000,900,2900,350,450,1300,40,300",
)
OUT_OF_SERVICE_ROWS = (
    {
        "interval_start": utc("2026-07-01T05:00"),
        "interval_end": utc("2026-07-01T06:00"),
        "resource_type": "resource",
        "location": "SOUTH",
        "outage": 4_000.0,
    },
    {"resource_type": "resource", "location": "NORTH", "outage": 4_300.0},
    {"resource_type": "resource", "location": "WEST", "outage": 990.0},
    {"resource_type": "resource", "location": "HOUSTON", "outage": 2_800.0},
    {"resource_type": "irr", "location": "SOUTH", "outage": 1_000.0},
    {"resource_type": "irr", "location": "NORTH", "outage": 900.0},
    {"resource_type": "irr", "location": "WEST", "outage": 2_900.0},
    {"resource_type": "irr", "location": "HOUSTON", "outage": 350.0},
    {"resource_type": "new_equip_resource", "location": "SOUTH", "outage": 450.0},
    {"resource_type": "new_equip_resource", "location": "NORTH", "outage": 1_300.0},
    {"resource_type": "new_equip_resource", "location": "WEST", "outage": 40.0},
    {"resource_type": "new_equip_resource", "location": "HOUSTON", "outage": 300.0},
)
