"""Rows of the feeds of congestion revenue rights."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_TERM = "2026-07-01,2026-07-31,2026-07-01T07:00:00-00:00,2026-08-01T07:00:00-00:00"
_ROW = {"interval_start": utc("2026-07-01T07:00"), "interval_end": utc("2026-08-01T07:00")}

CLEARING = csv(
    "MARKET_NAME,MARKET_TERM,TIME_OF_USE,START_DATE,END_DATE,START_DATE_GMT,END_DATE_GMT,APNODE_ID,APNODE_ID_PRICE,"
    "XML_DATA_ITEM",
    f"AUC_MN_2026_M07_TC,Monthly,ON,{_TERM},TH_SP15_GEN-APND,-612.5,ON_PRC",
    f"AUC_MN_2026_M07_TC,Monthly,OFF,{_TERM},TH_NP15_GEN-APND,88.25,LT_OFF_PRC",
)
CLEARING_ROWS = (
    {
        **_ROW,
        "auction": "AUC_MN_2026_M07_TC",
        "kind": "clearing_price",
        "source": "REFERENCE",
        "sink": "TH_SP15_GEN-APND",
        "hedge": "obligation",
        "period_type": "onpeak",
        "quantity": None,
        "price": -612.5,
        "price_unit": "USD/MW",
        "participant": None,
        "ordinal": 0,
    },
    {**_ROW, "sink": "TH_NP15_GEN-APND", "period_type": "offpeak", "price": 88.25},
)

INVENTORY = csv(
    "MARKET_NAME,MARKET_TERM,TIME_OF_USE,START_DATE,END_DATE,START_DATE_GMT,END_DATE_GMT,SOURCE,SINK,CRR_OWNER,"
    "CRR_OPTION,SEGMENT,MW",
    f"AUC_MN_2026_M07_TC,Monthly,ON,{_TERM},TH_NP15_GEN-APND,TH_SP15_GEN-APND,OWNER1,OBLIGATION,1,12.5",
    f"AUC_MN_2026_M07_TC,Monthly,ON,{_TERM},TH_NP15_GEN-APND,TH_SP15_GEN-APND,OWNER1,OBLIGATION,2,12.5",
)
"""Two awards of one path: the ordinal tells them apart."""

INVENTORY_ROWS = (
    {
        **_ROW,
        "kind": "award",
        "source": "TH_NP15_GEN-APND",
        "sink": "TH_SP15_GEN-APND",
        "hedge": "obligation",
        "period_type": "onpeak",
        "quantity": 12.5,
        "price": None,
        "participant": "OWNER1",
        "ordinal": 0,
    },
    {"quantity": 12.5, "participant": "OWNER1", "ordinal": 1},
)
