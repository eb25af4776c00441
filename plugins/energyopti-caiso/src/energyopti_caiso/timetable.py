"""When CAISO publishes, and how long it corrects: the timetable of each family of feeds.

Times are those of California's clock. What nobody confirms is late and safe, and says so.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from energyopti import Due

_SCHEDULE = (
    "the publications schedule in OASIS (Atlas Reference, Publications), as another reader of it quotes it"
)
_UNCONFIRMED = "not confirmed: "

DAY_AHEAD_MARKET = Due(
    at=time(13),
    days=-1,
    source="CAISO's day-ahead market closes at 10:00 and its results are out about 13:00 on the day before",
)
HOUR_AHEAD = Due(
    source=f"{_UNCONFIRMED}the hour-ahead process is over some 45 minutes before its hour; an interval's end is late"
)
REAL_TIME = Due(
    after=timedelta(minutes=15),
    source=f"{_UNCONFIRMED}OASIS has an interval of the real-time market some minutes after it at the latest",
)
REAL_TIME_QUANTITIES = Due(
    after=timedelta(minutes=30),
    source=f"{_UNCONFIRMED}taken as later than the prices of the same run",
)
ACTUAL_LOAD = Due(
    after=timedelta(hours=2),
    source=f"{_UNCONFIRMED}hours of actual load come one by one, and two hours after are late",
)
THE_DAY_AFTER = Due(
    at=time(12),
    days=1,
    source=f"the interface specification of OASIS says the day after; {_UNCONFIRMED}noon",
)
LOAD_FORECAST_DAYS = {
    short: Due(at=time(9, 10), days=-days, source=f"09:10, so many days before: {_SCHEDULE}")
    for short, days in (("DAM", 1), ("2DA", 2), ("7DA", 7))
}
"""The load forecasts by the days that they are made before: they are published once, together."""

RENEWABLES_DAY_AHEAD = Due(at=time(7), days=-1, source=f"07:00 on the day before: {_SCHEDULE}")
REAL_TIME_FORECAST = Due(
    source="a forecast of the real-time market is made again every few minutes, and before its intervals begin",
)
OUTAGES = Due(
    at=time(6),
    source=f"about 05:00 (the interface specification of OASIS); {_UNCONFIRMED}an hour more is late",
)
INDICES = Due(
    at=time(12),
    source=f"{_UNCONFIRMED}the index of a day is an input of its bids, and noon of the day is late",
)
RIGHTS = Due(
    at=time(),
    source=f"{_UNCONFIRMED}an auction's results are out before the first of its rights begins",
)
LISTS = Due(at=time(), source="a list of what is valid is answered at any time")
CHARTS = Due(
    after=timedelta(minutes=15),
    source=f"{_UNCONFIRMED}the charts move on every five minutes; three times that are late",
)
CHARTS_OF_FORECASTS = Due(
    at=time(1),
    source=f"{_UNCONFIRMED}the running day's file has its forecasts from the beginning; an hour after midnight is late",
)

_TWO_WEEKS = timedelta(days=14)
CORRECTED: dict[str, Any] = {
    "settles_after": _TWO_WEEKS,
    "settles_source": "CAISO writes a price correction some days to two weeks after the trade date (its report "
    "PRC_CORR_GRP), and puts the corrected prices in the place of the others",
}
"""Until when the results of markets are corrected."""

TAKEN_AS_PRICES: dict[str, Any] = {
    "settles_after": _TWO_WEEKS,
    "settles_source": f"{_UNCONFIRMED}taken as prices, which are corrected for two weeks",
}
AUCTIONED: dict[str, Any] = {
    "settles_after": timedelta(days=30),
    "settles_source": f"{_UNCONFIRMED}nothing says that the results of an auction are ever changed",
}
LISTED: dict[str, Any] = {
    "settles_after": timedelta(days=1),
    "settles_source": "a list is of the running day alone: the next day has its own",
}
