"""A few lines of each kind of document in the published form, and the rows that they mean.

The lines are written by hand from NYISO's documents, with made-up figures; the rows state what they mean in
the unified form. They are the oracle of the contract tests.
"""

from __future__ import annotations

from datetime import UTC, datetime

_LBMP = (
    b'"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)",'
    b'"Marginal Cost Congestion ($/MWHr)"\r\n'
)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


DAY_AHEAD_ZONE = _LBMP + (
    b'"07/01/2024 00:00","N.Y.C.",61761,33.10,2.10,-1.00\r\n'
    b'"07/01/2024 00:00","WEST",61752,28.50,-1.50,0.00\r\n'
    b'"07/01/2024 01:00","N.Y.C.",61761,30.00,1.00,2.00\r\n'
    b'"07/01/2024 01:00","PJM",61847,29.00,-2.00,0.00\r\n'
)
DAY_AHEAD_ZONE_ROWS = (
    {
        "interval_start": _utc("2024-07-01T04:00"),
        "interval_end": _utc("2024-07-01T05:00"),
        "location": "N.Y.C.",
        "location_type": "zone",
        "lmp": 33.10,
        "energy": 30.00,
        "congestion": 1.00,
        "loss": 2.10,
        "ghg": None,
    },
    {
        "interval_start": _utc("2024-07-01T04:00"),
        "location": "WEST",
        "lmp": 28.50,
        "energy": 30.00,
        "congestion": 0.00,
        "loss": -1.50,
    },
    {
        "interval_start": _utc("2024-07-01T05:00"),
        "location": "N.Y.C.",
        "energy": 31.00,
        "congestion": -2.00,
    },
    {"interval_start": _utc("2024-07-01T05:00"), "location": "PJM", "location_type": "interface"},
)

DAY_AHEAD_GENERATOR = _LBMP + (
    b'"07/01/2024 00:00","ADK HUDSON___FALLS",24011,31.00,1.50,-0.50\r\n'
    b'"07/01/2024 00:00","NYISO_LBMP_REFERENCE",24008,29.00,0.00,0.00\r\n'
)
DAY_AHEAD_GENERATOR_ROWS = (
    {
        "interval_start": _utc("2024-07-01T04:00"),
        "interval_end": _utc("2024-07-01T05:00"),
        "location": "ADK HUDSON___FALLS",
        "location_type": "node",
        "lmp": 31.00,
        "energy": 29.00,
        "congestion": 0.50,
        "loss": 1.50,
    },
    {"location": "NYISO_LBMP_REFERENCE", "location_type": "bus", "energy": 29.00, "congestion": 0.00},
)

REAL_TIME_ZONE = _LBMP + (
    b'"07/01/2024 00:05:00","N.Y.C.",61761,25.00,2.00,-3.00\r\n'
    b'"07/01/2024 00:07:30","N.Y.C.",61761,26.00,2.00,-4.00\r\n'
    b'"07/01/2024 00:10:00","N.Y.C.",61761,-5.00,0.00,25.00\r\n'
)
REAL_TIME_ZONE_ROWS = (
    {
        "interval_start": _utc("2024-07-01T04:00"),
        "interval_end": _utc("2024-07-01T04:05"),
        "location": "N.Y.C.",
        "lmp": 25.00,
        "energy": 20.00,
        "congestion": 3.00,
        "loss": 2.00,
    },
    {"interval_start": _utc("2024-07-01T04:05"), "interval_end": _utc("2024-07-01T04:07:30"), "lmp": 26.00},
    {
        "interval_start": _utc("2024-07-01T04:07:30"),
        "interval_end": _utc("2024-07-01T04:10"),
        "lmp": -5.00,
        "energy": 20.00,
        "congestion": -25.00,
    },
)

REAL_TIME_GENERATOR = _LBMP + (
    b'"11/03/2024 01:50:00","ADK HUDSON___FALLS",24011,20.50,1.00,0.00\r\n'
    b'"11/03/2024 01:55:00","ADK HUDSON___FALLS",24011,21.00,1.00,0.00\r\n'
    b'"11/03/2024 01:00:00","ADK HUDSON___FALLS",24011,22.00,1.00,-1.00\r\n'
)
REAL_TIME_GENERATOR_ROWS = (
    {"interval_end": _utc("2024-11-03T05:50"), "lmp": 20.50},
    {"interval_end": _utc("2024-11-03T05:55"), "location": "ADK HUDSON___FALLS", "lmp": 21.00},
    {
        "interval_start": _utc("2024-11-03T05:55"),
        "interval_end": _utc("2024-11-03T06:00"),
        "lmp": 22.00,
        "energy": 20.00,
        "congestion": 1.00,
        "location_type": "node",
    },
)

ACTUAL_LOAD = (
    b'"Time Stamp","Time Zone","Name","PTID","Load"\r\n'
    b'"11/03/2024 01:55:00","EDT","WEST",61752,1400.1\r\n'
    b'"11/03/2024 01:00:00","EST","WEST",61752,1390.5\r\n'
    b'"11/03/2024 01:03:30","EST","WEST",61752,\r\n'
)
ACTUAL_LOAD_ROWS = (
    {
        "interval_start": _utc("2024-11-03T05:55"),
        "interval_end": _utc("2024-11-03T06:00"),
        "location": "WEST",
        "load": 1400.1,
    },
    {"interval_start": _utc("2024-11-03T06:00"), "interval_end": _utc("2024-11-03T06:05"), "load": 1390.5},
    {"interval_start": _utc("2024-11-03T06:03:30"), "load": None},
)

INTEGRATED_LOAD = (
    b'"Time Stamp","Time Zone","Name","PTID","Integrated Load"\r\n'
    b'"11/03/2024 01:00:00","EDT","N.Y.C.",61761,4300.2\r\n'
    b'"11/03/2024 01:00:00","EST","N.Y.C.",61761,4200.2\r\n'
)
INTEGRATED_LOAD_ROWS = (
    {
        "interval_start": _utc("2024-11-03T05:00"),
        "interval_end": _utc("2024-11-03T06:00"),
        "location": "N.Y.C.",
        "load": 4300.2,
    },
    {"interval_start": _utc("2024-11-03T06:00"), "interval_end": _utc("2024-11-03T07:00"), "load": 4200.2},
)

LOAD_FORECAST = (
    b'"Time Stamp","Capitl","Centrl","Dunwod","Genese","Hud Vl","Longil","Mhk Vl","Millwd","N.Y.C.","North",'
    b'"West","NYISO"\n'
    b'"07/01/2024 00:00",1,2,3,4,5,6,7,8,9,10,11,66\n'
)
LOAD_FORECAST_ROWS = (
    {
        "interval_start": _utc("2024-07-01T04:00"),
        "interval_end": _utc("2024-07-01T05:00"),
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
        "interval_start": _utc("2024-07-01T04:05"),
        "interval_end": _utc("2024-07-01T04:10"),
        "fuel": "dual_fuel",
        "fuel_native": "Dual Fuel",
        "generation": 2000.0,
    },
    {"interval_start": _utc("2024-07-01T04:05"), "fuel": "other_fossil", "generation": 0.0},
    {"interval_start": _utc("2024-07-02T04:00"), "fuel": "wind", "generation": 350.5},
)

DAY_AHEAD_CONSTRAINTS = (
    b'"Time Stamp","Time Zone","Limiting Facility","Facility PTID","Contingency","Constraint Cost($)"\r\n'
    b'"07/01/2024 14:00","EDT","DUNWODIE 345 SHORE_RD 345 1          ",25091,"BASE CASE",12.50\r\n'
    b'"07/01/2024 15:00","EDT","CENTRAL EAST - VC",23330,"BASE CASE",-3.75\r\n'
)
DAY_AHEAD_CONSTRAINTS_ROWS = (
    {
        "interval_start": _utc("2024-07-01T18:00"),
        "interval_end": _utc("2024-07-01T19:00"),
        "constraint": "DUNWODIE 345 SHORE_RD 345 1",
        "contingency": "BASE CASE",
        "shadow_price": 12.50,
        "limit": None,
        "flow": None,
    },
    {"interval_start": _utc("2024-07-01T19:00"), "constraint": "CENTRAL EAST - VC", "shadow_price": -3.75},
)

REAL_TIME_CONSTRAINTS = (
    b'"Time Stamp","Time Zone","Limiting Facility","Facility PTID","Contingency","Constraint Cost($)"\r\n'
    b'"11/03/2024 01:55:00","EDT","CENTRAL EAST - VC",23330,"BASE CASE",5.25\r\n'
    b'"11/03/2024 01:00:00","EST","CENTRAL EAST - VC",23330,"BASE CASE",6.25\r\n'
)
REAL_TIME_CONSTRAINTS_ROWS = (
    {
        "interval_start": _utc("2024-11-03T05:55"),
        "interval_end": _utc("2024-11-03T06:00"),
        "shadow_price": 5.25,
    },
    {
        "interval_start": _utc("2024-11-03T06:00"),
        "interval_end": _utc("2024-11-03T06:05"),
        "shadow_price": 6.25,
    },
)

INTERFACES = (
    b"Timestamp,Interface Name,Point ID,Flow (MWH),Positive Limit (MWH),Negative Limit (MWH)\r\n"
    b"07/01/2024 00:00,CENTRAL EAST - VC,23330,2054.26,2175,-9999\r\n"
    b"07/01/2024 00:00,WEST CENTRAL,23312,-784.45,9999,-9999\r\n"
    b"07/01/2024 00:04,CENTRAL EAST - VC,23330,2060,2175,-9999\r\n"
)
INTERFACE_FLOW_ROWS = (
    {
        "interval_start": _utc("2024-07-01T04:00"),
        "interval_end": _utc("2024-07-01T04:04"),
        "kind": "interchange",
        "location": "CENTRAL EAST - VC",
        "actual": 2054.26,
        "scheduled": None,
    },
    {"location": "WEST CENTRAL", "interval_end": _utc("2024-07-01T04:05"), "actual": -784.45},
    {"interval_start": _utc("2024-07-01T04:04"), "interval_end": _utc("2024-07-01T04:09"), "actual": 2060.0},
)
INTERFACE_LIMIT_ROWS = (
    {
        "interval_start": _utc("2024-07-01T04:00"),
        "constraint": "CENTRAL EAST - VC",
        "limit": 2175.0,
        "flow": 2054.26,
        "shadow_price": None,
    },
    {"constraint": "WEST CENTRAL", "limit": None, "flow": -784.45},
    {"interval_start": _utc("2024-07-01T04:04"), "limit": 2175.0},
)

_ANCILLARY = (
    b'"Time Stamp","Time Zone","Name","PTID","10 Min Spinning Reserve ($/MWHr)",'
    b'"10 Min Non-Synchronous Reserve ($/MWHr)","30 Min Operating Reserve ($/MWHr)",'
    b'"NYCA Regulation Capacity ($/MWHr)"'
)
DAY_AHEAD_ANCILLARY = _ANCILLARY + b'\r\n"07/01/2024 14:00","EDT","WEST",61752,5.00,4.50,4.00,8.25\r\n'
DAY_AHEAD_ANCILLARY_ROWS = (
    {
        "interval_start": _utc("2024-07-01T18:00"),
        "interval_end": _utc("2024-07-01T19:00"),
        "location": "WEST",
        "product": "spinning_reserve",
        "product_native": "10 Min Spinning Reserve",
        "basis": "clearing",
        "price": 5.00,
    },
    {"product": "non_spinning_reserve", "price": 4.50},
    {"product": "operating_reserve", "price": 4.00},
    {"product": "regulation", "product_native": "NYCA Regulation Capacity", "price": 8.25},
)
REAL_TIME_ANCILLARY = _ANCILLARY + (
    b',"NYCA Regulation Movement ($/MW)"\r\n'
    b'"07/01/2024 14:05:00","EDT","N.Y.C.",61761,5.00,4.50,4.00,8.25,0.20\r\n'
)
REAL_TIME_ANCILLARY_ROWS = (
    {
        "interval_start": _utc("2024-07-01T18:00"),
        "interval_end": _utc("2024-07-01T18:05"),
        "location": "N.Y.C.",
        "price": 5.00,
    },
    {"product": "non_spinning_reserve"},
    {"product": "operating_reserve"},
    {"product": "regulation", "price": 8.25},
    {"product": "regulation_movement", "product_native": "NYCA Regulation Movement", "price": 0.20},
)

SOLAR = (
    b'"Time Stamp","Time Zone","Zone Name","MW Value"\r\n'
    b'"07/01/2024 12:00","EDT","SYSTEM",3050.5\r\n'
    b'"07/01/2024 12:00","EDT","CAPITL",610.25\r\n'
)
SOLAR_ROWS = (
    {
        "interval_start": _utc("2024-07-01T16:00"),
        "interval_end": _utc("2024-07-01T17:00"),
        "fuel": "solar",
        "location": "SYSTEM",
        "generation": 3050.5,
    },
    {"location": "CAPITL", "generation": 610.25},
)
