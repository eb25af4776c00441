"""Rows of the feed of outages."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_HEADER = "OUTAGE_DATE,OUTAGE_HOUR,FUEL_CATEGORY,TRADING_HUB,MW,REPORT_DATE"
AGGREGATE = csv(
    _HEADER,
    "2024-11-03,25,Thermal,SP15,2100.5,2024-11-02 05:00:00",
    "2024-11-03,2,Thermal,SP15,2000,2024-11-02 05:00:00",
    "2024-11-03,24,Renewable,NP15,0,2024-11-02 05:00:00",
)
AGGREGATE_ROWS = (
    {
        "interval_start": utc("2024-11-03T09:00"),
        "interval_end": utc("2024-11-03T10:00"),
        "publish_time": utc("2024-11-02T12:00"),
        "resource_type": "Thermal",
        "location": "SP15",
        "outage": 2100.5,
    },
    {"interval_start": utc("2024-11-03T08:00"), "outage": 2000.0},
    {
        "interval_start": utc("2024-11-04T07:00"),
        "resource_type": "Renewable",
        "location": "NP15",
        "outage": 0.0,
    },
)
