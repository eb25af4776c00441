"""Rows of the load feeds."""

from __future__ import annotations

from typing import Any

from energyopti_pjm.examples import envelope, utc


def _hour(utc_stamp: str, eastern: str, **more: Any) -> dict[str, Any]:
    """A row of an interval that begins at a stamp on both clocks."""
    return {"datetime_beginning_utc": utc_stamp, "datetime_beginning_ept": eastern, **more}


def _metered(utc_stamp: str, eastern: str, area: str, **more: Any) -> dict[str, Any]:
    """A row of metered load; the whole of PJM unless it says otherwise."""
    place = {"nerc_region": "RTO", "mkt_region": "RTO", "zone": "RTO", "load_area": area}
    return _hour(utc_stamp, eastern, **place, **more)


_ALPHA = {"nerc_region": "RFC", "mkt_region": "MIDATL", "zone": "AL"}

INSTANTANEOUS = envelope(
    _hour("2026-11-01T05:55:00", "2026-11-01T01:55:00", area="PJM RTO", instantaneous_load=71_000.25),
    _hour("2026-11-01T06:00:01", "2026-11-01T01:00:01", area="PJM RTO", instantaneous_load=70_900.5),
    _hour("2026-11-01T06:00:01", "2026-11-01T01:00:01", area="ALPHA", instantaneous_load=None),
)
INSTANTANEOUS_ROWS = (
    {
        "interval_start": utc("2026-11-01T05:55"),
        "interval_end": utc("2026-11-01T06:00"),
        "location": "PJM RTO",
        "load": 71_000.25,
    },
    {
        "interval_start": utc("2026-11-01T06:00:01"),
        "interval_end": utc("2026-11-01T06:05:01"),
        "location": "PJM RTO",
        "load": 70_900.5,
    },
    {"interval_start": utc("2026-11-01T06:00:01"), "location": "ALPHA", "load": None},
)

METERED = envelope(
    _metered("2024-11-03T05:00:00", "2024-11-03T01:00:00", "RTO", mw=80_000.125, is_verified=False),
    _metered("2024-11-03T06:00:00", "2024-11-03T01:00:00", "RTO", mw=79_000.0, is_verified=False),
    _metered("2024-11-03T06:00:00", "2024-11-03T01:00:00", "ALPHA", mw=905.5, is_verified=True) | _ALPHA,
)
METERED_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "location": "RTO",
        "load": 80_000.125,
    },
    {
        "interval_start": utc("2024-11-03T06:00"),
        "interval_end": utc("2024-11-03T07:00"),
        "location": "RTO",
        "load": 79_000.0,
    },
    {"interval_start": utc("2024-11-03T06:00"), "location": "ALPHA", "load": 905.5},
)

PRELIMINARY = envelope(
    _hour(
        "2024-07-01T04:00:00",
        "2024-07-01T00:00:00",
        datetime_ending_utc="2024-07-01T05:00:00",
        datetime_ending_ept="2024-07-01T01:00:00",
        load_area="BRAVO",
        prelim_load_avg_hourly=12_345.678,
    )
)
PRELIMINARY_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T05:00"),
        "location": "BRAVO",
        "load": 12_345.678,
    },
)


def _made(utc_stamp: str, eastern: str, *, name: str = "evaluated_at") -> dict[str, str]:
    """When a forecast was made, on both clocks."""
    return {f"{name}_utc": utc_stamp, f"{name}_ept": eastern}


SEVEN_DAYS = envelope(
    {
        **_made("2026-11-20T16:15:53", "2026-11-20T11:15:53", name="evaluated_at_datetime"),
        "forecast_datetime_beginning_utc": "2026-11-20T05:00:00",
        "forecast_datetime_beginning_ept": "2026-11-20T00:00:00",
        "forecast_datetime_ending_utc": "2026-11-20T06:00:00",
        "forecast_datetime_ending_ept": "2026-11-20T01:00:00",
        "forecast_area": "RTO_COMBINED",
        "forecast_load_mw": 76_543,
    }
)
SEVEN_DAYS_ROWS = (
    {
        "publish_time": utc("2026-11-20T16:15:53"),
        "interval_start": utc("2026-11-20T05:00"),
        "interval_end": utc("2026-11-20T06:00"),
        "location": "RTO_COMBINED",
        "load": 76_543.0,
    },
)

_CHARLIE = _made("2024-11-02T21:45:00", "2024-11-02T17:45:00") | {"forecast_area": "CHARLIE"}

HISTORICAL = envelope(
    {
        **_CHARLIE,
        "forecast_hour_beginning_utc": "2024-11-03T05:00:00",
        "forecast_hour_beginning_ept": "2024-11-03T01:00:00",
        "forecast_load_mw": 5_000,
    },
    {
        **_CHARLIE,
        "forecast_hour_beginning_utc": "2024-11-03T06:00:00",
        "forecast_hour_beginning_ept": "2024-11-03T01:00:00",
        "forecast_load_mw": 4_900,
    },
)
HISTORICAL_ROWS = (
    {
        "publish_time": utc("2024-11-02T21:45"),
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "location": "CHARLIE",
        "load": 5_000.0,
    },
    {"interval_start": utc("2024-11-03T06:00"), "interval_end": utc("2024-11-03T07:00"), "load": 4_900.0},
)

VERY_SHORT = envelope(
    {
        **_made("2026-07-01T15:57:21", "2026-07-01T11:57:21"),
        "forecast_datetime_beginning_utc": "2026-07-01T16:00:00",
        "forecast_datetime_beginning_ept": "2026-07-01T12:00:00",
        "forecast_datetime_ending_utc": "2026-07-01T16:05:00",
        "forecast_datetime_ending_ept": "2026-07-01T12:05:00",
        "forecast_area": "DELTA",
        "forecast_load_mw": 21_000.5,
    }
)
VERY_SHORT_ROWS = (
    {
        "publish_time": utc("2026-07-01T15:57:21"),
        "interval_start": utc("2026-07-01T16:00"),
        "interval_end": utc("2026-07-01T16:05"),
        "location": "DELTA",
        "load": 21_000.5,
    },
)
