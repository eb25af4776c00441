"""Rows of the feed of outages."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_REPORTED = "2026-10-31T12:00:00-00:00"
AGGREGATE = csv(
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,FUEL_CATEGORY,TRADING_HUB,MW,REPORT_DATE_GMT",
    f"2026-11-01T09:00:00-00:00,2026-11-01T10:00:00-00:00,Thermal,SP15,2100.5,{_REPORTED}",
    f"2026-11-01T08:00:00-00:00,2026-11-01T09:00:00-00:00,Thermal,SP15,2000,{_REPORTED}",
    f"2026-11-02T07:00:00-00:00,2026-11-02T08:00:00-00:00,Renewable,PACW,0,{_REPORTED}",
)
AGGREGATE_ROWS = (
    {
        "interval_start": utc("2026-11-01T09:00"),
        "interval_end": utc("2026-11-01T10:00"),
        "publish_time": utc("2026-10-31T12:00"),
        "resource_type": "Thermal",
        "location": "SP15",
        "outage": 2100.5,
    },
    {"interval_start": utc("2026-11-01T08:00"), "outage": 2000.0},
    {
        "interval_start": utc("2026-11-02T07:00"),
        "resource_type": "Renewable",
        "location": "PACW",
        "outage": 0.0,
    },
)
