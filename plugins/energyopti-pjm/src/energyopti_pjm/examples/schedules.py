"""Rows of the feeds of interchange, interfaces, bids and capacity."""

from __future__ import annotations

from typing import Any

from energyopti_pjm.examples import envelope, utc

_FIRST_PASS = ("2024-11-03T05:00:00", "2024-11-03T01:00:00")
_SECOND_PASS = ("2024-11-03T06:00:00", "2024-11-03T01:00:00")
_NEXT = ("2024-11-03T07:00:00", "2024-11-03T02:00:00")


def _row(stamps: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A row that begins at a stamp."""
    return {"datetime_beginning_utc": stamps[0], "datetime_beginning_ept": stamps[1], **more}


def _hour(stamps: tuple[str, str], next_one: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A row of an hour, with both its ends."""
    ends = {"datetime_ending_utc": next_one[0], "datetime_ending_ept": next_one[1]}
    return {**_row(stamps), **ends, **more}


INTERCHANGE = envelope(
    _hour(
        _FIRST_PASS, _SECOND_PASS, tie_line="NYIS", actual_flow=-1250.5, sched_flow=-1300.0, inadv_flow=49.5
    ),
    _hour(_SECOND_PASS, _NEXT, tie_line="NYIS", actual_flow=75.25, sched_flow=None, inadv_flow=None),
    _hour(_SECOND_PASS, _NEXT, tie_line="TVA", actual_flow=0.0, sched_flow=200.0, inadv_flow=-200.0),
)
INTERCHANGE_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "run": None,
        "kind": "interchange",
        "component": None,
        "location": "NYIS",
        "scheduled": -1300.0,
        "actual": -1250.5,
    },
    {
        "interval_start": utc("2024-11-03T06:00"),
        "interval_end": utc("2024-11-03T07:00"),
        "scheduled": None,
        "actual": 75.25,
    },
    {"location": "TVA", "scheduled": 200.0, "actual": 0.0},
)

TIES = envelope(
    _row(
        ("2026-11-02T05:00:00", "2026-11-02T00:00:00"),
        tie_flow_name="NYIS",
        actual_mw=-820.0,
        scheduled_mw=-800.0,
    ),
    _row(
        ("2026-11-02T05:05:00", "2026-11-02T00:05:00"),
        tie_flow_name="NYIS",
        actual_mw=None,
        scheduled_mw=-800.0,
    ),
)
TIE_ROWS = (
    {
        "interval_start": utc("2026-11-02T05:00"),
        "interval_end": utc("2026-11-02T05:05"),
        "run": None,
        "kind": "interchange",
        "location": "NYIS",
        "scheduled": -800.0,
        "actual": -820.0,
    },
    {"interval_start": utc("2026-11-02T05:05"), "scheduled": -800.0, "actual": None},
)

SCHEDULED = envelope(
    _hour(_FIRST_PASS, _SECOND_PASS, tie_line="MISO", hrly_net_tie_sched=-450.0),
    _hour(_SECOND_PASS, _NEXT, tie_line="MISO", hrly_net_tie_sched=None),
)
SCHEDULED_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "run": "real_time_hourly",
        "kind": "interchange",
        "location": "MISO",
        "scheduled": -450.0,
        "actual": None,
    },
    {"interval_start": utc("2024-11-03T06:00"), "interval_end": utc("2024-11-03T07:00"), "scheduled": None},
)

INTERFACES = envelope(
    _row(_FIRST_PASS, interface_limit_name="NORTH TRANSFER", flow_mw=3150.5, limit_mw=4200.0),
    _row(_SECOND_PASS, interface_limit_name="NORTH TRANSFER", flow_mw=-20.25, limit_mw=None),
)
INTERFACE_FLOW_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "run": "day_ahead",
        "kind": "interchange",
        "location": "NORTH TRANSFER",
        "scheduled": 3150.5,
        "actual": None,
    },
    {"interval_start": utc("2024-11-03T06:00"), "scheduled": -20.25},
)
INTERFACE_LIMIT_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "run": "day_ahead",
        "constraint": "NORTH TRANSFER",
        "contingency": None,
        "shadow_price": None,
        "limit": 4200.0,
        "flow": 3150.5,
    },
    {"interval_start": utc("2024-11-03T06:00"), "limit": None, "flow": -20.25},
)

_CONFIDENTIAL = "Fewer than four participants: the figure is confidential."
COMMITTED = envelope(
    _row(_FIRST_PASS, rt_ecomax=41250.5, conf_disclaimer=None, self_ecomax=18100.0),
    _row(_SECOND_PASS, rt_ecomax=None, conf_disclaimer=_CONFIDENTIAL, self_ecomax=18050.0),
)
COMMITTED_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "run": "real_time_hourly",
        "kind": "generation",
        "component": "rt_ecomax",
        "location": "RTO",
        "scheduled": 41250.5,
        "actual": None,
    },
    {"component": "self_ecomax", "scheduled": 18100.0},
    {"interval_start": utc("2024-11-03T06:00"), "component": "rt_ecomax", "scheduled": None},
    {"interval_start": utc("2024-11-03T06:00"), "component": "self_ecomax", "scheduled": 18050.0},
)


def _bid(stamps: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A row of bids, whose stamps have names of their own."""
    return {"bid_datetime_beginning_utc": stamps[0], "bid_datetime_beginning_ept": stamps[1], **more}


CAPACITY = envelope(
    _bid(_FIRST_PASS, eco_max=150250.5, emerg_max=154000.0, total_committed=139500.0),
    _bid(_SECOND_PASS, eco_max=150000.0, emerg_max=None, total_committed=139500.0),
)
CAPACITY_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "run": "day_ahead",
        "kind": "generation",
        "component": "eco_max",
        "location": "RTO",
        "scheduled": 150250.5,
    },
    {"component": "emerg_max", "scheduled": 154000.0},
    {"component": "total_committed", "scheduled": 139500.0},
    {"interval_start": utc("2024-11-03T06:00"), "component": "eco_max", "scheduled": 150000.0},
    {"component": "emerg_max", "scheduled": None},
    {"component": "total_committed", "scheduled": 139500.0},
)

DEMAND = envelope(
    _row(_FIRST_PASS, area="PJM_RTO", hrly_da_demand_bid=71250.5),
    _row(_SECOND_PASS, area="PJM_RTO", hrly_da_demand_bid=70500.0),
    _row(_SECOND_PASS, area="WESTERN_REGION", hrly_da_demand_bid=None),
)
DEMAND_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "run": "day_ahead",
        "kind": "load",
        "component": None,
        "location": "PJM_RTO",
        "scheduled": 71250.5,
        "actual": None,
    },
    {"interval_start": utc("2024-11-03T06:00"), "location": "PJM_RTO", "scheduled": 70500.0},
    {"interval_start": utc("2024-11-03T06:00"), "location": "WESTERN_REGION", "scheduled": None},
)

DEMAND_CURVE = envelope(
    _bid(_FIRST_PASS, price_point=-10.5, demand_mw=70100.0),
    _bid(_FIRST_PASS, price_point=45.25, demand_mw=69200.5),
    _bid(_SECOND_PASS, price_point=45.25, demand_mw=None),
)
DEMAND_CURVE_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "run": "day_ahead",
        "kind": "load",
        "component": "-10.5",
        "location": "RTO",
        "scheduled": 70100.0,
    },
    {"component": "45.25", "scheduled": 69200.5},
    {"interval_start": utc("2024-11-03T06:00"), "component": "45.25", "scheduled": None},
)
