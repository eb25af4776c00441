"""Rows of the feeds of congestion revenue rights."""

from __future__ import annotations

from energyopti_ercot.examples import document, utc

RESULTS = document(
    "CRR_ID,OriginalCRR_ID,AccountHolder,HedgeType,BidType,CRRType,Source,Sink,StartDate,EndDate,TimeOfUse,Bid24Hour,"
    "MW,ShadowPricePerMWH",
    "100001,,XALPHA,OPT,BUY,PREAWARD,ALPHA_RN,HB_NORTH,11/01/2024,11/30/2024,PeakWD,No,5.8,2.727068",
    "100002,90001,XBRAVO,OBL,SELL,STANDARD,HB_WEST,LZ_HOUSTON,11/01/2024,11/30/2024,PeakWE,No,10,-1.5",
    "100003,,XBRAVO,OBL,BUY,STANDARD,HB_WEST,LZ_HOUSTON,11/01/2024,11/30/2024,Off-peak,Yes,0.1,0",
)
RESULTS_ROWS = (
    {
        "interval_start": utc("2024-11-01T05:00"),
        "interval_end": utc("2024-12-01T06:00"),
        "auction": "monthly CRR auction",
        "kind": "award",
        "source": "ALPHA_RN",
        "sink": "HB_NORTH",
        "hedge": "option",
        "period_type": "onpeak",
        "trade": "buy",
        "quantity": 5.8,
        "price": 2.727068,
        "price_unit": "USD/MWh",
        "participant": "XALPHA",
        "ordinal": 0,
        "publish_time": None,
    },
    {
        "hedge": "obligation",
        "period_type": "weekend_onpeak",
        "trade": "sell",
        "source": "HB_WEST",
        "sink": "LZ_HOUSTON",
        "quantity": 10.0,
        "price": -1.5,
        "participant": "XBRAVO",
    },
    {"period_type": "offpeak", "trade": "buy", "quantity": 0.1, "price": 0.0},
)

BIDS = document(
    "Source,Sink,BidType,StartDate,EndDate,HedgeType,TimeOfUse,MW,BidPricePerMWH,ShadowPricePerMWH",
    "HB_WEST,LZ_HOUSTON,BUY,03/01/2024,03/31/2024,OBL,PeakWD,25,-1.25,-0.5",
    "HB_WEST,LZ_HOUSTON,SELL,03/01/2024,03/31/2024,OPT,Off-peak,0.4,3,2.75",
)
BIDS_ROWS = (
    {
        "interval_start": utc("2024-03-01T06:00"),
        "interval_end": utc("2024-04-01T05:00"),
        "auction": "monthly CRR auction",
        "kind": "bid",
        "source": "HB_WEST",
        "sink": "LZ_HOUSTON",
        "hedge": "obligation",
        "period_type": "onpeak",
        "trade": "buy",
        "quantity": 25.0,
        "price": -1.25,
        "price_unit": "USD/MWh",
        "participant": None,
    },
    {"hedge": "option", "period_type": "offpeak", "trade": "sell", "quantity": 0.4, "price": 3.0},
)
