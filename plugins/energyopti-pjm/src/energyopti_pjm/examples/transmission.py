"""Rows of the feeds of constraints."""

from __future__ import annotations

from typing import Any

from energyopti_pjm.examples import envelope, utc

_LINE, _TRANSFORMER = "NORTHTON 230 KV  NOR-SOU", "RIVERSID TX 4        H  345 KV"
_OUTAGE = "L500.Riverside-Hilltop.5001"


def _binding(start: str, end: str, facility: str, contingency: str, **more: Any) -> dict[str, Any]:
    """A row of a constraint; the eastern stamps are left out, as callers of the API may."""
    return {
        "datetime_beginning_utc": start,
        "datetime_ending_utc": end,
        "monitored_facility": facility,
        "contingency_facility": contingency,
        **more,
    }


_REPEATED_HOUR = ("2024-11-03T06:00:00", "2024-11-03T07:00:00")

DAY_AHEAD = envelope(
    _binding("2024-11-03T05:00:00", "2024-11-03T06:00:00", _LINE, "ACTUAL", shadow_price=-12.5),
    _binding(*_REPEATED_HOUR, _LINE, "ACTUAL", shadow_price=-0.25),
    _binding(*_REPEATED_HOUR, _LINE, _OUTAGE, shadow_price=0.0),
    _binding(*_REPEATED_HOUR, _TRANSFORMER, _OUTAGE, shadow_price=None),
)
DAY_AHEAD_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "run": "day_ahead",
        "constraint": _LINE,
        "contingency": "ACTUAL",
        "shadow_price": 12.5,
        "limit": None,
        "flow": None,
    },
    {
        "interval_start": utc("2024-11-03T06:00"),
        "interval_end": utc("2024-11-03T07:00"),
        "shadow_price": 0.25,
    },
    {"constraint": _LINE, "contingency": _OUTAGE, "shadow_price": 0.0},
    {"constraint": _TRANSFORMER, "contingency": _OUTAGE, "shadow_price": None},
)

_PENALTY = {"transmission_constraint_penalty_factor": 2000.0, "limit_control_percentage": 95.0}
REAL_TIME = envelope(
    _binding("2024-07-01T04:05:00", "2024-07-01T04:10:00", _LINE, "BASE", shadow_price=-2000.0, **_PENALTY),
    _binding("2024-07-01T04:00:00", "2024-07-01T04:05:00", _LINE, _OUTAGE, shadow_price=-4.75, **_PENALTY),
)
REAL_TIME_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:05"),
        "interval_end": utc("2024-07-01T04:10"),
        "run": "real_time_5min",
        "constraint": _LINE,
        "contingency": "BASE",
        "shadow_price": 2000.0,
    },
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T04:05"),
        "contingency": _OUTAGE,
        "shadow_price": 4.75,
    },
)


def _event(start: str, end: str, hours: int, contingency: str) -> dict[str, Any]:
    """A row of a stretch of hours."""
    return _binding(
        start, end, _TRANSFORMER, contingency, duration=hours, day_ahead_congestion_event=_TRANSFORMER
    )


EVENTS = envelope(
    _event("2024-11-03T04:00:00", "2024-11-04T05:00:00", 25, "ACTUAL"),
    _event("2024-11-03T18:00:00", "2024-11-03T19:00:00", 1, _OUTAGE),
)
EVENT_ROWS = (
    {
        "interval_start": utc("2024-11-03T04:00"),
        "interval_end": utc("2024-11-04T05:00"),
        "run": "day_ahead",
        "constraint": _TRANSFORMER,
        "contingency": "ACTUAL",
        "shadow_price": None,
    },
    {
        "interval_start": utc("2024-11-03T18:00"),
        "interval_end": utc("2024-11-03T19:00"),
        "contingency": _OUTAGE,
    },
)
