"""Lines of the LBMP documents."""

from __future__ import annotations

from energyopti_nyiso.examples import utc

_LBMP = (
    b'"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)",'
    b'"Marginal Cost Congestion ($/MWHr)"\r\n'
)

DAY_AHEAD_ZONE = _LBMP + (
    b'"07/01/2024 00:00","N.Y.C.",61761,33.10,2.10,-1.00\r\n'
    b'"07/01/2024 00:00","WEST",61752,28.50,-1.50,0.00\r\n'
    b'"07/01/2024 01:00","N.Y.C.",61761,30.00,1.00,2.00\r\n'
    b'"07/01/2024 01:00","PJM",61847,29.00,-2.00,0.00\r\n'
)
DAY_AHEAD_ZONE_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T05:00"),
        "location": "N.Y.C.",
        "location_type": "zone",
        "lmp": 33.10,
        "energy": 30.00,
        "congestion": 1.00,
        "loss": 2.10,
        "ghg": None,
    },
    {
        "interval_start": utc("2024-07-01T04:00"),
        "location": "WEST",
        "lmp": 28.50,
        "energy": 30.00,
        "congestion": 0.00,
        "loss": -1.50,
    },
    {
        "interval_start": utc("2024-07-01T05:00"),
        "location": "N.Y.C.",
        "energy": 31.00,
        "congestion": -2.00,
    },
    {"interval_start": utc("2024-07-01T05:00"), "location": "PJM", "location_type": "interface"},
)

DAY_AHEAD_GENERATOR = _LBMP + (
    b'"07/01/2024 00:00","ADK HUDSON___FALLS",24011,31.00,1.50,-0.50\r\n'
    b'"07/01/2024 00:00","NYISO_LBMP_REFERENCE",24008,29.00,0.00,0.00\r\n'
)
DAY_AHEAD_GENERATOR_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T05:00"),
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
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T04:05"),
        "location": "N.Y.C.",
        "lmp": 25.00,
        "energy": 20.00,
        "congestion": 3.00,
        "loss": 2.00,
    },
    {"interval_start": utc("2024-07-01T04:05"), "interval_end": utc("2024-07-01T04:07:30"), "lmp": 26.00},
    {
        "interval_start": utc("2024-07-01T04:07:30"),
        "interval_end": utc("2024-07-01T04:10"),
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
    {"interval_end": utc("2024-11-03T05:50"), "lmp": 20.50},
    {"interval_end": utc("2024-11-03T05:55"), "location": "ADK HUDSON___FALLS", "lmp": 21.00},
    {
        "interval_start": utc("2024-11-03T05:55"),
        "interval_end": utc("2024-11-03T06:00"),
        "lmp": 22.00,
        "energy": 20.00,
        "congestion": 1.00,
        "location_type": "node",
    },
)
