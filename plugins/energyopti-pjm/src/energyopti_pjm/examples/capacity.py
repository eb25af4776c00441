"""A workbook of the capacity market, with made-up figures."""

from __future__ import annotations

from collections.abc import Sequence

from energyopti_pjm.workbooks import Row, workbook

SHEET = "BRA Resource Clearing Results"

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


AUCTION = result(
    "2026/2027",
    [
        ["RTO", 100.0, 0, 100.0],
        ["MAAC", 100.0, 20.5, 120.5],
        ["SWMAAC", 100.0, 0, 120.5],
    ],
    [
        ["RTO*", 1500.0, 30.0, 20.0, 20.0, 1520.0, 0],
        ["MAAC", 600.0, 10.0, 0, 0, 600.0, 0],
        ["SWMAAC", 90.5, 0, 0, 0, 90.5, 0],
    ],
)
"""The price of SWMAAC is that of MAAC, which holds it: its adder is 0."""


def _row(location: str, price: float, cleared: float) -> dict[str, str | float]:
    return {
        "auction": "2026/2027 Base Residual Auction",
        "location": location,
        "price": price,
        "price_native": price,
        "price_native_unit": "USD/MW-day",
        "cleared": cleared,
        "basis": "ucap",
    }


AUCTION_ROWS = (_row("RTO", 100.0, 1520.0), _row("MAAC", 120.5, 600.0), _row("SWMAAC", 120.5, 90.5))
