"""Rows of the feeds of flexible ramping."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_TIMES = "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,MARKET_RUN_ID,BAA_GRP_ID"
_QUARTER = "2026-07-01T07:15:00-00:00,2026-07-01T07:30:00-00:00,2026-07-01,1,2"
_ROW = {
    "interval_start": utc("2026-07-01T07:15"),
    "interval_end": utc("2026-07-01T07:30"),
    "location": "CISO",
}


def requirements(run: str) -> bytes:
    """Two needs, and the net demand beside one of them."""
    return csv(
        f"{_TIMES},RAMP_TYPE,XML_DATA_ITEM,VALUE",
        f"{_QUARTER},{run},CISO,UP,FLEX_RAMP_REQ_MW,1250.5",
        f"{_QUARTER},{run},CISO,UP,NET_DEMAND_MW,-300",
        f"{_QUARTER},{run},CISO,DOWN,FLEX_RAMP_REQ_MW,0",
    )


REQUIREMENT_ROWS = (
    {**_ROW, "direction": "up", "component": None, "requirement": 1250.5, "procured": None, "price": None},
    {**_ROW, "direction": "down", "requirement": 0.0},
)


def awards(run: str) -> bytes:
    """One award."""
    return csv(
        f"{_TIMES},RAMP_TYPE,XML_DATA_ITEM,VALUE",
        f"{_QUARTER},{run},CISO,UP,AGGR_FLEX_RAMP_MW,1100.25",
    )


AWARD_ROWS = ({**_ROW, "direction": "up", "requirement": None, "procured": 1100.25},)


def curves(run: str) -> bytes:
    """Two segments, each with its figures in two rows."""
    return csv(
        f"{_TIMES},RAMP_TYPE,SEGMENT,XML_DATA_ITEM,VALUE",
        f"{_QUARTER},{run},CISO,UP,1,SEGMENT_MW,400",
        f"{_QUARTER},{run},CISO,UP,2,SEGMENT_MW,250.5",
        f"{_QUARTER},{run},CISO,UP,1,SEGMENT_PRC,247",
        f"{_QUARTER},{run},CISO,UP,2,SEGMENT_PRC,60.5",
    )


CURVE_ROWS = (
    {**_ROW, "direction": "up", "component": "1", "requirement": 400.0, "price": 247.0},
    {**_ROW, "direction": "up", "component": "2", "requirement": 250.5, "price": 60.5},
)


def uncertainty(run: str) -> bytes:
    """How load moved."""
    return csv(
        f"{_TIMES},PRODUCT,CATEGORY,XML_DATA_ITEM,VALUE",
        f"{_QUARTER},{run},CISO,UM,LOAD,UNCERTAINTY_MV_MW,-20.5",
    )


UNCERTAINTY_ROWS = ({**_ROW, "direction": None, "component": "LOAD", "requirement": -20.5},)


def prices(run: str) -> bytes:
    """A requirement and two shadow prices."""
    return csv(
        f"{_TIMES},XML_DATA_ITEM,VALUE",
        f"{_QUARTER},{run},CISO,RAMP_UP_CAP_REQ,300",
        f"{_QUARTER},{run},CISO,RAMP_UP_SHADOW_PRC,9.5",
        f"{_QUARTER},{run},CISO,RAMP_DOWN_SHADOW_PRC,0",
    )


PRICE_ROWS = (
    {**_ROW, "direction": "up", "requirement": 300.0, "price": 9.5},
    {**_ROW, "direction": "down", "requirement": None, "price": 0.0},
)
