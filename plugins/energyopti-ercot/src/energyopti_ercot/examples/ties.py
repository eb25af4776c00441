"""Rows of the feed of schedules over the ties: the sign is that of the column beside the figure."""

from __future__ import annotations

from energyopti_ercot.examples import document, utc

APPROVED = document(
    "DC_Tie,GMT_Interval_Ending,Interval_Ending,Repeated_Hour,MW,Import_Export",
    "DC_E,11/01/2026 07:15,11/01/2026 01:15,Y,150,IMPORT",
    "DC_N,11/01/2026 07:15,11/01/2026 01:15,Y,30.5,EXPORT",
)
APPROVED_ROWS = (
    {
        "run": None,
        "interval_start": utc("2026-11-01T07:00"),
        "interval_end": utc("2026-11-01T07:15"),
        "kind": "import",
        "component": None,
        "location": "DC_E",
        "scheduled": 150.0,
        "actual": None,
    },
    {"kind": "export", "location": "DC_N", "scheduled": 30.5},
)
