"""Rows of the dashboards."""

from __future__ import annotations

import json

from energyopti_ercot.examples import utc

FUEL_MIX = json.dumps(
    {
        "lastUpdated": "2024-11-03 01:04:58-0600",
        "types": ["Coal and Lignite", "Power Storage", "Wind"],
        "data": {
            "2024-11-02": {
                "2024-11-02 23:59:57-0500": {
                    "Coal and Lignite": {"gen": 5_000, "hsl": 9_000.5, "seasonalCapacity": 14_000},
                },
            },
            "2024-11-03": {
                "2024-11-03 01:04:58-0600": {"Wind": {"gen": 20_000.25}},
                "2024-11-03 01:04:57-0600": {"Power Storage": {"gen": -250.5}},
                "2024-11-03 01:04:57-0500": {"Power Storage": {"gen": 125}},
            },
        },
    }
).encode()
"""The reading of 01:05 in winter time is split over two stamps, which are out of order."""

FUEL_MIX_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T05:05"),
        "fuel": "coal",
        "fuel_native": "Coal and Lignite",
        "generation": 5_000.0,
    },
    {"interval_start": utc("2024-11-03T06:05"), "fuel": "storage", "generation": 125.0},
    {"interval_start": utc("2024-11-03T07:05"), "fuel": "storage", "generation": -250.5},
    {
        "interval_start": utc("2024-11-03T07:05"),
        "interval_end": utc("2024-11-03T07:10"),
        "fuel": "wind",
        "fuel_native": "Wind",
        "generation": 20_000.25,
    },
)

STORAGE = json.dumps(
    {
        "lastUpdated": "2024-11-03 02:01:00-0600",
        "previousDay": {
            "dayDate": "2024-11-02 03:00:00-0500",
            "data": [
                {
                    "tagCLastTime": "2024-11-02 00:00:00",
                    "dstFlag": "N",
                    "totalCharging": -1_000.25,
                    "totalDischarging": 10.5,
                    "netOutput": -989.75,
                    "timestamp": "2024-11-02 00:00:00-0500",
                    "epoch": 1730523600000,
                }
            ],
        },
        "currentDay": {
            "dayDate": "2024-11-03 03:00:00-0600",
            "data": [
                {
                    "tagCLastTime": "2024-11-03 02:00:00",
                    "dstFlag": flag,
                    "totalCharging": 0,
                    "totalDischarging": output,
                    "netOutput": output,
                    "timestamp": "2024-11-03 02:00:00-0600",
                    "epoch": 1730620800000,
                }
                for flag, output in (("N", 300.5), ("Y", 200))
            ],
        },
    }
).encode()
"""Where the clocks fall back, the ends of both passes of the repeated hour have one stamp."""

STORAGE_ROWS = (
    {
        "interval_start": utc("2024-11-02T05:00"),
        "interval_end": utc("2024-11-02T05:05"),
        "location": "SYSTEM",
        "output": -989.75,
        "charging": 1_000.25,
        "state_of_charge": None,
    },
    {
        "interval_start": utc("2024-11-03T07:00"),
        "interval_end": utc("2024-11-03T07:05"),
        "output": 300.5,
        "charging": 0.0,
    },
    {"interval_start": utc("2024-11-03T08:00"), "interval_end": utc("2024-11-03T08:05"), "output": 200.0},
)

DEMAND = json.dumps(
    {
        "lastUpdated": "2024-11-04 00:15:02-0600",
        "previousDay": {
            "dayDate": "2024-11-03 00:00:00-0500",
            "data": [
                {
                    "hourEnding": 2,
                    "dstFlag": flag,
                    "currentLoadForecast": 40_000.5 + number,
                    "dayAheadForecast": 41_000.5 + number,
                    "currentDayHsl": 60_000.5,
                    "dayAheadHsl": 61_000.5,
                    "systemLoad": 39_000.5 + number,
                    "timestamp": "2024-11-03 02:00:00-0600",
                    "epoch": 1730620800000,
                }
                for number, flag in enumerate("NY")
            ],
        },
        "currentDay": {
            "dayDate": "2024-11-04 00:00:00-0600",
            "data": [
                {
                    "hourEnding": 24,
                    "dstFlag": "N",
                    "currentLoadForecast": 42_000.25,
                    "dayAheadForecast": 43_000.25,
                    "dayAheadHsl": 62_000.5,
                    "timestamp": "2024-11-05 00:00:00-0600",
                    "epoch": 1730786400000,
                }
            ],
        },
        "nextDay": {
            "dayDate": "2024-11-05 00:00:00-0600",
            "data": [
                {
                    "hourEnding": 1,
                    "dstFlag": "N",
                    "currentLoadForecast": 38_000.25,
                    "timestamp": "2024-11-05 01:00:00-0600",
                    "epoch": 1730790000000,
                }
            ],
        },
    }
).encode()

DEMAND_NOW = json.dumps(
    {
        "lastUpdated": "2026-07-01 00:05:00-0500",
        "data": [
            {
                "capacity": 84_000,
                "demand": demand,
                "forecast": forecast,
                "dstFlag": 0,
                "interval": minute,
                "hourEnding": 0,
                "timestamp": f"2026-07-01 00:{minute:02d}:00-0500",
                "epoch": 1782882000000 + minute * 60_000,
            }
            | ({"available": 91_000} if forecast else {})
            for minute, demand, forecast in ((0, 65_000, 0), (5, 65_100, 0), (10, 65_200, 1))
        ],
        "forecast": [{"deliveryDate": "2026-07-02", "hourEnding": 1, "forecastedDemand": 63_000}],
    }
).encode()
DEMAND_NOW_ROWS = (
    {
        "interval_start": utc("2026-07-01T05:00"),
        "interval_end": utc("2026-07-01T05:05"),
        "location": "SYSTEM",
        "load": 65_000.0,
    },
    {"interval_start": utc("2026-07-01T05:05"), "interval_end": utc("2026-07-01T05:10"), "load": 65_100.0},
)
"""The third row is expected, and no reading."""

_FIRST = {"interval_start": utc("2024-11-03T06:00"), "interval_end": utc("2024-11-03T07:00")}
_SECOND = {"interval_start": utc("2024-11-03T07:00"), "interval_end": utc("2024-11-03T08:00")}
_EVENING = {"interval_start": utc("2024-11-05T05:00"), "interval_end": utc("2024-11-05T06:00")}
_TOMORROW = {"interval_start": utc("2024-11-05T06:00"), "interval_end": utc("2024-11-05T07:00")}
_SHOWN = {"publish_time": utc("2024-11-04T06:15:02"), "location": "SYSTEM"}

DEMAND_ROWS = (
    {**_FIRST, "location": "SYSTEM", "load": 39_000.5},
    {**_SECOND, "load": 39_001.5},
    {**_EVENING, "load": None},
    {**_TOMORROW, "load": None},
)
FORECAST_ROWS = (
    {**_FIRST, **_SHOWN, "load": 40_000.5},
    {**_SECOND, **_SHOWN, "load": 40_001.5},
    {**_EVENING, **_SHOWN, "load": 42_000.25},
    {**_TOMORROW, **_SHOWN, "load": 38_000.25},
)
DAY_AHEAD_FORECAST_ROWS = (
    {**_FIRST, **_SHOWN, "load": 41_000.5},
    {**_SECOND, **_SHOWN, "load": 41_001.5},
    {**_EVENING, **_SHOWN, "load": 43_000.25},
    {**_TOMORROW, **_SHOWN, "load": None},
)
