"""Rows of the feeds of reserves and regulation."""

from __future__ import annotations

from typing import Any

from energyopti_pjm.examples import envelope, utc

_LATE_AUTUMN = ("2024-11-03T05:00:00", "2024-11-03T01:00:00")
_REPEATED = ("2024-11-03T06:00:00", "2024-11-03T01:00:00")


def _stamps(utc_stamp: str, eastern: str) -> dict[str, Any]:
    return {"datetime_beginning_utc": utc_stamp, "datetime_beginning_ept": eastern}


def _result(stamps: tuple[str, str], locale: str, service: str, **figures: float | None) -> dict[str, Any]:
    """A row of results; what it does not say is empty."""
    names = ("mcp", "mcp_capped", "as_req_mw", "total_mw", "as_mw", "ss_mw", "ircmwt2", "dsr_as_mw", "nsr_mw")
    empty = dict.fromkeys(names)
    return {**_stamps(*stamps), "locale": locale, "service": service, **empty, **figures}


DAY_AHEAD = envelope(
    _result(
        _LATE_AUTUMN,
        "PJM_RTO",
        "SR",
        mcp=4.25,
        mcp_capped=4.25,
        as_req_mw=2100.5,
        total_mw=2250.0,
        as_mw=2250.0,
    ),
    _result(
        _REPEATED, "PJM_RTO", "SR", mcp=3.5, mcp_capped=3.5, as_req_mw=2100.5, total_mw=2100.5, as_mw=2100.5
    ),
    _result(_REPEATED, "MAD", "PR", mcp=0.0, mcp_capped=0.0, as_req_mw=1800.0, total_mw=None),
    _result(_REPEATED, "PJM_RTO", "30MIN", mcp=None, mcp_capped=None, as_req_mw=3600.0, total_mw=4100.0),
)
DAY_AHEAD_PRICE_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "run": "day_ahead",
        "product": "spinning_reserve",
        "product_native": "SR",
        "location": "PJM_RTO",
        "basis": "clearing",
        "price": 4.25,
    },
    {"interval_start": utc("2024-11-03T06:00"), "interval_end": utc("2024-11-03T07:00"), "price": 3.5},
    {"product": "primary_reserve", "product_native": "PR", "location": "MAD", "price": 0.0},
    {"product": "operating_reserve", "product_native": "30MIN", "location": "PJM_RTO", "price": None},
)
DAY_AHEAD_QUANTITY_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "run": "day_ahead",
        "product": "spinning_reserve",
        "location": "PJM_RTO",
        "requirement": 2100.5,
        "procured": 2250.0,
    },
    {"interval_start": utc("2024-11-03T06:00"), "requirement": 2100.5, "procured": 2100.5},
    {"product": "primary_reserve", "location": "MAD", "requirement": 1800.0, "procured": None},
    {"product": "operating_reserve", "requirement": 3600.0, "procured": 4100.0},
)


def _regulation(stamps: tuple[str, str]) -> dict[str, Any]:
    """A row of regulation, which has prices of its two parts and no megawatts without synchronism."""
    row = _result(stamps, "PJM_RTO", "REG", mcp=31.5, mcp_capped=31.5, as_req_mw=800.0, total_mw=790.25)
    return {**row, "reg_ccp": 30.0, "reg_pcp": 1.5, "tier1_mw": 0.0, "regd_mw": 210.0}


REAL_TIME = envelope(
    _regulation(("2024-07-01T04:00:00", "2024-07-01T00:00:00")),
    _regulation(("2024-07-01T04:05:00", "2024-07-01T00:05:00")),
)
REAL_TIME_PRICE_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T04:05"),
        "run": "real_time_5min",
        "product": "regulation",
        "product_native": "REG",
        "location": "PJM_RTO",
        "basis": "clearing",
        "price": 31.5,
    },
    {"interval_start": utc("2024-07-01T04:05"), "interval_end": utc("2024-07-01T04:10"), "price": 31.5},
)
REAL_TIME_QUANTITY_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T04:05"),
        "run": "real_time_5min",
        "product": "regulation",
        "requirement": 800.0,
        "procured": 790.25,
    },
    {"interval_start": utc("2024-07-01T04:05"), "procured": 790.25},
)

HOURLY = envelope(
    _regulation(("2021-11-07T05:00:00", "2021-11-07T01:00:00")),
    _regulation(("2021-11-07T06:00:00", "2021-11-07T01:00:00")),
)
HOURLY_PRICE_ROWS = (
    {
        "interval_start": utc("2021-11-07T05:00"),
        "interval_end": utc("2021-11-07T06:00"),
        "run": "real_time_hourly",
        "product": "regulation",
        "price": 31.5,
    },
    {"interval_start": utc("2021-11-07T06:00"), "interval_end": utc("2021-11-07T07:00")},
)
HOURLY_QUANTITY_ROWS = (
    {
        "interval_start": utc("2021-11-07T05:00"),
        "interval_end": utc("2021-11-07T06:00"),
        "run": "real_time_hourly",
        "requirement": 800.0,
        "procured": 790.25,
    },
    {"interval_start": utc("2021-11-07T06:00"), "interval_end": utc("2021-11-07T07:00")},
)


def _market(stamps: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A row of the regulation market."""
    figures = {
        "requirement": 525,
        "regd_ssmw": 170.5,
        "rega_ssmw": 107.25,
        "total_mw": 520.5,
        "deficiency": 4.5,
    }
    approval = {"is_approved": 1, "modified_datetime_utc": "2023-05-05T10:00:00"}
    return {**_stamps(*stamps), **figures, **approval, **more}


REGULATION = envelope(
    _market(("2023-04-01T04:00:00", "2023-04-01T00:00:00")),
    _market(("2023-04-01T05:00:00", "2023-04-01T01:00:00"), total_mw=None),
    _market(("2025-12-01T05:00:00", "2025-12-01T00:00:00"), regd_ssmw=None),
    _market(("2025-12-01T05:30:00", "2025-12-01T00:30:00"), regd_ssmw=None, total_mw=530.0),
)
REGULATION_ROWS = (
    {
        "interval_start": utc("2023-04-01T04:00"),
        "interval_end": utc("2023-04-01T05:00"),
        "run": "real_time_hourly",
        "product": "regulation",
        "product_native": "REG",
        "location": "PJM_RTO",
        "requirement": 525.0,
        "procured": 520.5,
    },
    {"interval_start": utc("2023-04-01T05:00"), "interval_end": utc("2023-04-01T06:00"), "procured": None},
    {"interval_start": utc("2025-12-01T05:00"), "interval_end": utc("2025-12-01T05:30"), "procured": 520.5},
    {"interval_start": utc("2025-12-01T05:30"), "interval_end": utc("2025-12-01T06:00"), "procured": 530.0},
)


def _paid(stamps: tuple[str, str], area: str, capability: float, performance: float | None) -> dict[str, Any]:
    """A row of regulation's prices, with their sum and what is bought."""
    total = capability + (performance or 0.0)
    bought = {"reserve_quantity": 510.5, "reserve_requirement": 525.0}
    sums = {"market_clearing_price": total, "market_capped_clearing_price": total}
    parts = {"capability_clearing_price": capability, "performance_clearing_price": performance}
    return {**_stamps(*stamps), **bought, **sums, **parts, "area": area}


REGULATION_PRICES = envelope(
    _paid(("2025-12-01T05:00:00", "2025-12-01T00:00:00"), "PJM_RTO", 20.5, 1.25),
    _paid(("2025-12-01T05:00:00", "2025-12-01T00:00:00"), "MAD", 21.5, 1.25),
    _paid(("2025-12-01T05:05:00", "2025-12-01T00:05:00"), "PJM_RTO", 0.0, None),
)
REGULATION_PRICE_ROWS = (
    {
        "interval_start": utc("2025-12-01T05:00"),
        "interval_end": utc("2025-12-01T05:05"),
        "run": "real_time_5min",
        "product": "regulation",
        "product_native": "rmccp",
        "location": "PJM_RTO",
        "basis": "clearing",
        "price": 20.5,
    },
    {"product": "regulation_movement", "product_native": "rmpcp", "location": "PJM_RTO", "price": 1.25},
    {"product_native": "rmccp", "location": "MAD", "price": 21.5},
    {"product_native": "rmpcp", "location": "MAD", "price": 1.25},
    {"interval_start": utc("2025-12-01T05:05"), "product_native": "rmccp", "price": 0.0},
    {"product_native": "rmpcp", "price": None},
)


def _settled(stamps: tuple[str, str], service: str, value: float | None, **more: Any) -> dict[str, Any]:
    """A row of settled prices; one that is no price has another unit."""
    row = {"ancillary_service": service, "unit": "Price", "value": value, "row_is_current": True}
    return {**_stamps(*stamps), **row, "version_nbr": 1, **more}


SETTLED = envelope(
    _settled(_LATE_AUTUMN, "RTO Synchronized Reserve", 2.25),
    _settled(_REPEATED, "RTO Synchronized Reserve", 0.0),
    _settled(_REPEATED, "MAD Non-Synchronized Reserve", 0.5),
    _settled(_REPEATED, "RTO Regulation Capability", 18.75),
    _settled(_REPEATED, "RTO Mileage Ratio", 3.5, unit="Ratio"),
    _settled(_REPEATED, "RTO Regulation Mileage", None),
)
SETTLED_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "run": "real_time_hourly",
        "product": "spinning_reserve",
        "product_native": "RTO Synchronized Reserve",
        "location": "PJM_RTO",
        "basis": "clearing",
        "price": 2.25,
    },
    {"interval_start": utc("2024-11-03T06:00"), "interval_end": utc("2024-11-03T07:00"), "price": 0.0},
    {"product": "non_spinning_reserve", "location": "MAD", "price": 0.5},
    {"product": "regulation", "location": "PJM_RTO", "price": 18.75},
    {"product": "regulation_movement", "product_native": "RTO Regulation Mileage", "price": None},
)
