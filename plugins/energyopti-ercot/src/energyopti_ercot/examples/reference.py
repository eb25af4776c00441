"""Rows of the lists of places."""

from __future__ import annotations

from energyopti_ercot.examples import document

HUBS = document("NAME", "HB_NORTH", "DC_E")
HUBS_ROWS = (
    {"location": "HB_NORTH", "location_name": "HB_NORTH", "location_type": "hub", "zone": None, "code": None},
    {"location": "DC_E", "location_type": "zone"},
)

BUSES = document(
    "ELECTRICAL_BUS,NODE_NAME,PSSE_BUS_NAME,VOLTAGE_LEVEL,SUBSTATION,SETTLEMENT_LOAD_ZONE,RESOURCE_NODE,"
    "HUB_BUS_NAME,HUB,PSSE_BUS_NUMBER",
    "0001,0001,L_ALPHA8_1Y,138,ALPHA,LZ_SOUTH,,,,7103",
    "BRAVO_345B,BRAVO_345B,L_BRAVO5_1Y,345,BRAVO,LZ_NORTH,BRAVO_CC1,,,1907",
)
BUSES_ROWS = (
    {
        "location": "0001",
        "location_name": "0001",
        "location_type": "bus",
        "zone": "LZ_SOUTH",
        "code": "7103",
        "valid_from": None,
    },
    {"location": "BRAVO_345B", "location_type": "bus", "zone": "LZ_NORTH", "code": "1907"},
)
