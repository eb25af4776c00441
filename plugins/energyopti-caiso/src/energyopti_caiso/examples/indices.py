"""Rows of the feeds of index prices."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_DAY = "2024-11-03T07:00:00-00:00,2024-11-04T08:00:00-00:00,2024-11-03,1"
_ROW = {"interval_start": utc("2024-11-03T07:00"), "interval_end": utc("2024-11-04T08:00")}

GAS = csv(
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,FUEL_REGION_ID_XML,FUEL_REGION_ID,PRC,GROUP",
    f"{_DAY},FRSCE1,FRSCE1,3.125,1",
    f"{_DAY},FRPGE2GHG,FRPGE2GHG,5.5,2",
)
GAS_ROWS = (
    {**_ROW, "commodity": "gas", "location": "FRSCE1", "price": 3.125, "price_unit": "USD/MMBtu"},
    {**_ROW, "commodity": "gas", "location": "FRPGE2GHG", "price": 5.5},
)

ALLOWANCES = csv(
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,GHG_PRC_IDX,GROUP", f"{_DAY},31.75,1"
)
ALLOWANCE_ROWS = (
    {**_ROW, "commodity": "ghg", "location": "CARB", "price": 31.75, "price_unit": "USD/t CO2e"},
)
