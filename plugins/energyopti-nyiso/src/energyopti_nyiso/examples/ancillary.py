"""Lines of the prices of reserves and regulation."""

from __future__ import annotations

from energyopti_nyiso.examples import utc

_ANCILLARY = (
    b'"Time Stamp","Time Zone","Name","PTID","10 Min Spinning Reserve ($/MWHr)",'
    b'"10 Min Non-Synchronous Reserve ($/MWHr)","30 Min Operating Reserve ($/MWHr)",'
    b'"NYCA Regulation Capacity ($/MWHr)"'
)
DAY_AHEAD_ANCILLARY = _ANCILLARY + b'\r\n"07/01/2024 14:00","EDT","WEST",61752,5.00,4.50,4.00,8.25\r\n'
DAY_AHEAD_ANCILLARY_ROWS = (
    {
        "interval_start": utc("2024-07-01T18:00"),
        "interval_end": utc("2024-07-01T19:00"),
        "location": "WEST",
        "product": "spinning_reserve",
        "product_native": "10 Min Spinning Reserve",
        "basis": "clearing",
        "price": 5.00,
    },
    {"product": "non_spinning_reserve", "price": 4.50},
    {"product": "operating_reserve", "price": 4.00},
    {"product": "regulation", "product_native": "NYCA Regulation Capacity", "price": 8.25},
)
REAL_TIME_ANCILLARY = _ANCILLARY + (
    b',"NYCA Regulation Movement ($/MW)"\r\n'
    b'"07/01/2024 14:05:00","EDT","N.Y.C.",61761,5.00,4.50,4.00,8.25,0.20\r\n'
)
REAL_TIME_ANCILLARY_ROWS = (
    {
        "interval_start": utc("2024-07-01T18:00"),
        "interval_end": utc("2024-07-01T18:05"),
        "location": "N.Y.C.",
        "price": 5.00,
    },
    {"product": "non_spinning_reserve"},
    {"product": "operating_reserve"},
    {"product": "regulation", "price": 8.25},
    {"product": "regulation_movement", "product_native": "NYCA Regulation Movement", "price": 0.20},
)
