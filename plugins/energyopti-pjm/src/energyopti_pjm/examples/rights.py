"""Rows of the FTR feeds, with made-up figures."""

from __future__ import annotations

from typing import Any

from energyopti_pjm.examples import envelope, utc


def bid(**more: Any) -> dict[str, Any]:
    """A bid of a monthly auction, to buy an obligation unless it says otherwise."""
    return {
        "market_name": "OCT 2025 Auction",
        "period_type": "NOV",
        "source_pnode_name": "02NODE  138 KV  TR2",
        "sink_pnode_name": "WESTERN HUB",
        "class_type": "OnPeak",
        "trade_type": "Buy",
        "quoted_mw": 12.5,
        "quoted_price": -310.25,
        "hedge_type": "Obligation",
        **more,
    }


BIDS = envelope(
    bid(),
    bid(),
    bid(period_type="JAN", class_type="24H", trade_type="Sell", quoted_price=2000.0, hedge_type="Option"),
    bid(class_type="WkndOnPeak", trade_type="SelfScheduled", quoted_price=None),
    bid(class_type="DailyOffPeak", quoted_mw=0.1),
    bid(class_type="OffPeak"),
)
BIDS_ROWS = (
    {
        "auction": "OCT 2025 Auction",
        "kind": "bid",
        "source": "02NODE  138 KV  TR2",
        "sink": "WESTERN HUB",
        "hedge": "obligation",
        "period_type": "onpeak",
        "trade": "buy",
        "quantity": 12.5,
        "price": -310.25,
        "price_unit": "USD/MW",
        "participant": None,
        "ordinal": 0,
        "publish_time": None,
    },
    {"period_type": "onpeak", "ordinal": 1},
    {"period_type": "24h", "trade": "sell", "price": 2000.0, "hedge": "option", "ordinal": 0},
    {"period_type": "weekend_onpeak", "trade": "self_scheduled", "price": None},
    {"period_type": "dailyoffpeak", "quantity": 0.1},
    {"period_type": "offpeak"},
)
"""Two bids are equal and both are kept."""

LONG_BIDS = envelope(bid(market_name="2025 made-up name", period_type="made-up period"))
LONG_BIDS_ROWS = (
    {"auction": "2025 made-up name", "period_type": "onpeak", "quantity": 12.5, "price": -310.25},
)

CONGESTION = envelope(
    {
        "effective_day": "2025-11-01T00:00:00",
        "terminate_day": "2025-11-30T00:00:00",
        "pnode_name": "02NODE  138 KV  TR2",
        "offpeak_clmp": 0.5,
        "dailyoffpeak_clmp": -0.25,
        "onpeak_clmp": -4.75,
        "wkndonpeak_clmp": 1.5,
        "24hour_clmp": None,
        "lt_sim_offpeak_clmp": 9.0,
        "lt_sim_dailyoffpeak_clmp": 9.0,
        "lt_sim_onpeak_clmp": 9.0,
        "lt_sim_wkndonpeak_clmp": 9.0,
        "lt_sim_clmp": 9.0,
    }
)
CONGESTION_ROWS = (
    {
        "interval_start": utc("2025-11-01T04:00"),
        "interval_end": utc("2025-12-01T05:00"),
        "auction": "FTR credit calculator",
        "kind": "realised",
        "source": "REFERENCE",
        "sink": "02NODE  138 KV  TR2",
        "hedge": "obligation",
        "period_type": "onpeak",
        "trade": None,
        "quantity": None,
        "price": -4.75,
        "price_unit": "USD/MWh",
    },
    {"period_type": "offpeak", "price": 0.5},
    {"period_type": "dailyoffpeak", "price": -0.25},
    {"period_type": "weekend_onpeak", "price": 1.5},
    {"period_type": "24h", "price": None},
)


def zonal(beginning: str, eastern: str, price: float) -> dict[str, Any]:
    """An hour of one zone."""
    return {
        "datetime_beginning_utc": beginning,
        "datetime_beginning_ept": eastern,
        "pnode_name": "PECO",
        "lmp": price,
    }


ZONAL = envelope(
    zonal("2024-11-03T05:00:00", "2024-11-03T01:00:00", 21.5),
    zonal("2024-11-03T06:00:00", "2024-11-03T01:00:00", -3.25),
)
ZONAL_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "location": "PECO",
        "location_type": "zone",
        "lmp": 21.5,
        "energy": None,
        "congestion": None,
        "loss": None,
    },
    {"interval_start": utc("2024-11-03T06:00"), "lmp": -3.25},
)
"""Both passes of the repeated hour."""

LIST = (
    b"Date Posted - 20260227,,,\r\n"
    b"Source/Sink,PnodeID  (Information purposes only)\r\n"
    b"02NODE  138 KV  TR2,2000001\r\n"
    b"WESTERN HUB,51288\r\n"
)
LIST_ROWS = (
    {
        "location": "2000001",
        "location_name": "02NODE  138 KV  TR2",
        "location_type": "node",
        "zone": None,
        "valid_from": None,
        "valid_to": None,
    },
    {"location": "51288", "location_name": "WESTERN HUB"},
)
