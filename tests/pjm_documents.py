"""PJM's documents of a test's making: pages of Data Miner, bids, zones' prices, results of capacity auctions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from energyopti_pjm.feeds.capacity import SHEET
from energyopti_pjm.protocol.workbooks import Row, workbook

PRICE_HEADERS = (
    "LDA",
    "System Marginal Price*\n [$/MW-day]",
    "Locational Price Adder **\n  [$/MW-day]",
    "Resource Clearing Price                 [$/MW-day]",
)
CLEARED_HEADERS = (
    "LDA*",
    "Annual Resources  [MW]",
    "Summer Period Resources           [MW]",
    "Winter Period Resources           [MW]",
    "Seasonal Resources Matched to be Annual                 [MW]",
    "Total Annual Equivalent Resources Cleared               [MW]",
    "Annual Resources Make-whole      [MW]",
)


def result(
    years: str, prices: Sequence[Row], cleared: Sequence[Row], *, headers: Sequence[str] = CLEARED_HEADERS
) -> bytes:
    """A workbook as it is published: a title, the table of prices, the table of megawatts."""
    return workbook(
        SHEET,
        [
            [f"{years} BRA Resource Clearing Results"],
            [],
            ["Resource Clearing Prices", None, None, " "],
            PRICE_HEADERS,
            *prices,
            ["*System Marginal Price is the clearing price in the unconstrained area of RTO."],
            ["** Locational Price Adder is with respect to the immediate higher level LDA."],
            [],
            ["Cleared & Make-Whole MWs", None, " "],
            headers,
            *cleared,
            ["* RTO resources include resources from External Source Zones."],
        ],
    )


def envelope(*items: dict[str, Any]) -> bytes:
    """Rows as a page of Data Miner."""
    page = {"links": [], "items": items, "searchSpecification": {"rowCount": 50_000}, "totalRows": len(items)}
    return json.dumps(page, separators=(",", ":")).encode()


def bid(**other: Any) -> dict[str, Any]:
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
        **other,
    }


def zonal(beginning: str, eastern: str, price: float) -> dict[str, Any]:
    """An hour of one zone."""
    return {
        "datetime_beginning_utc": beginning,
        "datetime_beginning_ept": eastern,
        "pnode_name": "PECO",
        "lmp": price,
    }
