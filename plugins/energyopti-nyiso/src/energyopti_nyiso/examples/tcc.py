"""Lines of the reports on TCC auctions."""

from __future__ import annotations

from energyopti_nyiso.examples import utc


def _report_of(header: str, *lines: str) -> bytes:
    """A report of one round."""
    title, posted = "2026 Autumn Centralized TCC Auction - Round 6", '"Posted: October 1, 2026"'
    above = (title, "Current Status - Approved", posted, "")
    period = "Period ID,Period Name,Start Date,End Date,Period Duration (# of months)"
    return "\r\n".join((*above, f"{period},{header}", *lines, "", "Report Created:,10/02/2026", "")).encode()


_WINTER, _YEAR = "1,Winter 2026-2027,11/01/2026,04/30/2027,6", "2,One Year,11/01/2026,10/31/2027,12"
_BUY = f"{_WINTER},23512,ALDER___1,WEST,61757,CAPITL,CAPITL,Bid,25,-1204.5"
_SELL = f"{_YEAR},61758,HUD VL,HUD VL,61762,LONGIL,LONGIL,Offer,7,3310.08"
_PATH = "POI,POI Name,POI Zone,POW,POW Name,POW Zone"
AWARDS = _report_of(f"{_PATH},Award Type,TCCs Awarded,MCP ($/TCC-Period Duration)", _BUY, _BUY, _SELL)
NODAL_PRICES = _report_of(
    "PTID,PTID Name,Zone,Nodal Price ($/TCC-Period Duration)",
    f"{_WINTER},23512,ALDER___1,WEST,150.25",
    f"{_YEAR},61757,CAPITL,CAPITL,-1054.25",
)
_STATED = {
    "auction": "2026 Autumn Centralized TCC Auction - Round 6",
    "interval_start": utc("2026-11-01T04:00"),
    "hedge": "obligation",
    "period_type": "24h",
    "price_unit": "USD/MW",
    "participant": None,
    "ordinal": 0,
    "publish_time": utc("2026-10-01T04:00"),
}
_HALF = {**_STATED, "interval_end": utc("2027-05-01T04:00")}
_WHOLE = {**_STATED, "interval_end": utc("2027-11-01T04:00")}
_BOUGHT = {**_HALF, "kind": "award", "source": "ALDER___1", "sink": "CAPITL", "trade": "buy"}
_SOLD = {**_WHOLE, "kind": "award", "source": "HUD VL", "sink": "LONGIL", "trade": "sell"}
AWARD_ROWS = (
    {**_BOUGHT, "quantity": 25.0, "price": -1204.5},
    {**_BOUGHT, "quantity": 25.0, "price": -1204.5, "ordinal": 1},
    {**_SOLD, "quantity": 7.0, "price": 3310.08},
)
_PRICE = {"kind": "clearing_price", "source": "REFERENCE", "trade": None, "quantity": None}
NODAL_PRICE_ROWS = (
    {**_HALF, **_PRICE, "sink": "ALDER___1", "price": 150.25},
    {**_WHOLE, **_PRICE, "sink": "CAPITL", "price": -1054.25},
)
