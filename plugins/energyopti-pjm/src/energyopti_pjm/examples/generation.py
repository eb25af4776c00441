"""Rows of the feeds of generation, outages and emissions."""

from __future__ import annotations

from typing import Any

from energyopti_pjm.examples import envelope, utc


def _hour(utc_stamp: str, eastern: str, **more: Any) -> dict[str, Any]:
    """A row of an interval that begins at a stamp on both clocks."""
    return {"datetime_beginning_utc": utc_stamp, "datetime_beginning_ept": eastern, **more}


def _fuel(utc_stamp: str, fuel: str, mw: float | None, share: float, *, renewable: bool) -> dict[str, Any]:
    """Generation of a fuel in the repeated hour of 2024."""
    eastern = "2024-11-03T01:00:00"
    more = {"fuel_percentage_of_total": share, "is_renewable": renewable}
    return _hour(utc_stamp, eastern, fuel_type=fuel, mw=mw, **more)


BY_FUEL = envelope(
    _fuel("2024-11-03T05:00:00", "Gas", 40_000.0, 0.5, renewable=False),
    _fuel("2024-11-03T06:00:00", "Gas", 39_000.0, 0.49, renewable=False),
    _fuel("2024-11-03T06:00:00", "Multiple Fuels", None, 0.01, renewable=False),
    _fuel("2024-11-03T06:00:00", "Storage", -12.5, 0.0, renewable=False),
)
BY_FUEL_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "fuel": "natural_gas",
        "fuel_native": "Gas",
        "generation": 40_000.0,
    },
    {
        "interval_start": utc("2024-11-03T06:00"),
        "interval_end": utc("2024-11-03T07:00"),
        "generation": 39_000.0,
    },
    {"fuel": "dual_fuel", "fuel_native": "Multiple Fuels", "generation": None},
    {"fuel": "storage", "fuel_native": "Storage", "generation": -12.5},
)

WIND = envelope(
    _hour("2024-07-01T04:00:00", "2024-07-01T00:00:00", area="RTO", wind_generation_mw=1_234.5),
    _hour("2024-07-01T04:00:00", "2024-07-01T00:00:00", area="SOUTH", wind_generation_mw=-0.75),
)
WIND_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T05:00"),
        "fuel": "wind",
        "location": "RTO",
        "generation": 1_234.5,
        "curtailed": None,
    },
    {"fuel": "wind", "location": "SOUTH", "generation": -0.75},
)

SOLAR = envelope(
    _hour("2024-07-01T16:00:00", "2024-07-01T12:00:00", area="RTO", solar_generation_mw=6_543.25),
    _hour("2024-07-01T16:00:00", "2024-07-01T12:00:00", area="OTHER", solar_generation_mw=None),
)
SOLAR_ROWS = (
    {
        "interval_start": utc("2024-07-01T16:00"),
        "interval_end": utc("2024-07-01T17:00"),
        "fuel": "solar",
        "location": "RTO",
        "generation": 6_543.25,
    },
    {"location": "OTHER", "generation": None},
)


def _expected(
    made: tuple[str, str], begins: tuple[str, str], ends: tuple[str, str], **more: Any
) -> dict[str, Any]:
    """A row of a forecast: when it was made, when its hour begins and ends, each on both clocks."""
    stamps = {"evaluated_at": made, "datetime_beginning": begins, "datetime_ending": ends}
    cells = {
        f"{name}_{clock}": at
        for name, both in stamps.items()
        for clock, at in zip(("utc", "ept"), both, strict=True)
    }
    return {**cells, **more}


_MADE = ("2026-11-01T03:00:00", "2026-10-31T23:00:00")
_FIRST_PASS = (("2026-11-01T05:00:00", "2026-11-01T01:00:00"), ("2026-11-01T06:00:00", "2026-11-01T01:00:00"))
_SECOND_PASS = (
    ("2026-11-01T06:00:00", "2026-11-01T01:00:00"),
    ("2026-11-01T07:00:00", "2026-11-01T02:00:00"),
)

WIND_EXPECTED = envelope(
    _expected(_MADE, *_FIRST_PASS, wind_forecast_mwh=2_500.5),
    _expected(_MADE, *_SECOND_PASS, wind_forecast_mwh=2_400.25),
)
WIND_EXPECTED_ROWS = (
    {
        "publish_time": utc("2026-11-01T03:00"),
        "interval_start": utc("2026-11-01T05:00"),
        "interval_end": utc("2026-11-01T06:00"),
        "fuel": "wind",
        "location": "RTO",
        "generation": 2_500.5,
    },
    {
        "interval_start": utc("2026-11-01T06:00"),
        "interval_end": utc("2026-11-01T07:00"),
        "generation": 2_400.25,
    },
)

SOLAR_EXPECTED = envelope(
    _expected(_MADE, *_FIRST_PASS, solar_forecast_mwh=0.25, solar_forecast_btm_mwh=0.0),
    _expected(_MADE, *_SECOND_PASS, solar_forecast_mwh=1.5, solar_forecast_btm_mwh=None),
)
SOLAR_EXPECTED_ROWS = (
    {
        "publish_time": utc("2026-11-01T03:00"),
        "interval_start": utc("2026-11-01T05:00"),
        "interval_end": utc("2026-11-01T06:00"),
        "fuel": "solar",
        "location": "RTO",
        "generation": 0.25,
    },
    {"interval_start": utc("2026-11-01T05:00"), "location": "RTO BTM", "generation": 0.0},
    {"interval_start": utc("2026-11-01T06:00"), "location": "RTO", "generation": 1.5},
    {"interval_start": utc("2026-11-01T06:00"), "location": "RTO BTM", "generation": None},
)

OUTAGES_BY_TYPE = envelope(
    {
        "forecast_execution_date_ept": "2024-11-03T00:00:00",
        "forecast_date": "2024-11-03T00:00:00",
        "region": "Western",
        "total_outages_mw": 10_000,
        "planned_outages_mw": 6_000,
        "maintenance_outages_mw": 3_000,
        "forced_outages_mw": 1_000,
    }
)
OUTAGES_BY_TYPE_ROWS = (
    {
        "publish_time": utc("2024-11-03T04:00"),
        "interval_start": utc("2024-11-03T04:00"),
        "interval_end": utc("2024-11-04T05:00"),
        "location": "Western",
        "resource_type": "total",
        "outage": 10_000.0,
    },
    {"location": "Western", "resource_type": "planned", "outage": 6_000.0},
    {"location": "Western", "resource_type": "maintenance", "outage": 3_000.0},
    {"location": "Western", "resource_type": "forced", "outage": 1_000.0},
)

OUTAGES_EXPECTED = envelope(
    {
        "forecast_execution_date_ept": "2024-03-09T00:00:00",
        "forecast_date": "2024-03-10T00:00:00",
        "forecast_gen_outage_mw_rto": 30_000,
        "forecast_gen_outage_mw_west": 17_000,
        "forecast_gen_outage_mw_other": None,
    }
)
OUTAGES_EXPECTED_ROWS = (
    {
        "publish_time": utc("2024-03-09T05:00"),
        "interval_start": utc("2024-03-10T05:00"),
        "interval_end": utc("2024-03-11T04:00"),
        "location": "RTO",
        "resource_type": "total",
        "outage": 30_000.0,
    },
    {"location": "West", "resource_type": "total", "outage": 17_000.0},
    {"location": "Other", "resource_type": "total", "outage": None},
)


def _rates(co2: float | None) -> dict[str, Any]:
    """Marginal rates in pounds at the western hub."""
    place = {"pnode_id": 51_288, "pnode_name": "WESTERN HUB"}
    return {**place, "marginal_co2_rate": co2, "marginal_so2_rate": 0.5, "marginal_nox_rate": 0.25}


EMISSIONS = envelope(
    _hour("2026-07-01T04:00:00", "2026-07-01T00:00:00", **_rates(1_000.0)),
    _hour("2026-07-01T04:05:00", "2026-07-01T00:05:00", **_rates(-200.0)),
    _hour("2026-07-01T04:10:00", "2026-07-01T00:10:00", **_rates(None)),
)
EMISSIONS_ROWS = (
    {
        "interval_start": utc("2026-07-01T04:00"),
        "interval_end": utc("2026-07-01T04:05"),
        "location": "51288",
        "rate": 453.59237,
        "total": None,
    },
    {"interval_start": utc("2026-07-01T04:05"), "rate": -90.718474},
    {"interval_start": utc("2026-07-01T04:10"), "rate": None},
)
