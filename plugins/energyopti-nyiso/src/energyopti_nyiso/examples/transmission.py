"""Lines of constraints, interface flows and schedules."""

from __future__ import annotations

from energyopti_nyiso.examples import utc

DAY_AHEAD_CONSTRAINTS = (
    b'"Time Stamp","Time Zone","Limiting Facility","Facility PTID","Contingency","Constraint Cost($)"\r\n'
    b'"07/01/2024 14:00","EDT","DUNWODIE 345 SHORE_RD 345 1          ",25091,"BASE CASE",12.50\r\n'
    b'"07/01/2024 15:00","EDT","CENTRAL EAST - VC",23330,"BASE CASE",-3.75\r\n'
)
DAY_AHEAD_CONSTRAINTS_ROWS = (
    {
        "interval_start": utc("2024-07-01T18:00"),
        "interval_end": utc("2024-07-01T19:00"),
        "constraint": "DUNWODIE 345 SHORE_RD 345 1",
        "contingency": "BASE CASE",
        "shadow_price": 12.50,
        "limit": None,
        "flow": None,
    },
    {"interval_start": utc("2024-07-01T19:00"), "constraint": "CENTRAL EAST - VC", "shadow_price": -3.75},
)

REAL_TIME_CONSTRAINTS = (
    b'"Time Stamp","Time Zone","Limiting Facility","Facility PTID","Contingency","Constraint Cost($)"\r\n'
    b'"11/03/2024 01:55:00","EDT","CENTRAL EAST - VC",23330,"BASE CASE",5.25\r\n'
    b'"11/03/2024 01:00:00","EST","CENTRAL EAST - VC",23330,"BASE CASE",6.25\r\n'
)
REAL_TIME_CONSTRAINTS_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:55"),
        "interval_end": utc("2024-11-03T06:00"),
        "shadow_price": 5.25,
    },
    {
        "interval_start": utc("2024-11-03T06:00"),
        "interval_end": utc("2024-11-03T06:05"),
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
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T04:04"),
        "kind": "interchange",
        "location": "CENTRAL EAST - VC",
        "actual": 2054.26,
        "scheduled": None,
    },
    {"location": "WEST CENTRAL", "interval_end": utc("2024-07-01T04:05"), "actual": -784.45},
    {"interval_start": utc("2024-07-01T04:04"), "interval_end": utc("2024-07-01T04:09"), "actual": 2060.0},
)
INTERFACE_LIMIT_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "constraint": "CENTRAL EAST - VC",
        "limit": 2175.0,
        "flow": 2054.26,
        "shadow_price": None,
    },
    {"constraint": "WEST CENTRAL", "limit": None, "flow": -784.45},
    {"interval_start": utc("2024-07-01T04:04"), "limit": 2175.0},
)

CIRCULATION = b"Timestamp,Lake Erie Circulation (MWH)\r\n07/01/2024 00:00,-123.4\r\n07/01/2024 01:00,0\r\n"
CIRCULATION_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T04:05"),
        "kind": "interchange",
        "component": None,
        "location": "LAKE ERIE CIRCULATION",
        "scheduled": None,
        "actual": -123.4,
    },
    {"interval_start": utc("2024-07-01T05:00"), "actual": 0.0},
)
SCHEDULED_CIRCULATION_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T05:00"),
        "location": "LAKE ERIE CIRCULATION",
        "scheduled": -123.4,
        "actual": None,
    },
    {"interval_start": utc("2024-07-01T05:00"), "scheduled": 0.0},
)

BID_LOAD = (
    b'"Time Stamp","Name","PTID","Energy Bid Load","Bilateral Load","Price Cap Load","Virtual Load",'
    b'"Virtual Supply"\r\n"07/01/2024 00:00","WEST",61752,1000.5,200,30,4.5,600\r\n'
)
BID_LOAD_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T05:00"),
        "kind": "load",
        "component": "Energy Bid Load",
        "location": "WEST",
        "scheduled": 1000.5,
        "actual": None,
    },
    {"kind": "load", "component": "Bilateral Load", "scheduled": 200.0},
    {"kind": "load", "component": "Price Cap Load", "scheduled": 30.0},
    {"kind": "load", "component": "Virtual Load", "scheduled": 4.5},
    {"kind": "generation", "component": "Virtual Supply", "scheduled": 600.0},
)
