"""When CAISO publishes each family of documents at the latest, and how long it corrects them.

Times are on California's clock. Unconfirmed times are on the late, safe side, and say so.
"""

from __future__ import annotations

from datetime import time, timedelta

from energyopti import Due, Publication
from energyopti.timezones import DAY

_SCHEDULE = (
    "the publications schedule in OASIS (Atlas Reference, Publications), as quoted by another reader of it"
)
_UNCONFIRMED = "not confirmed: "
_CORRECTED = (
    "CAISO publishes a price correction some days to two weeks after the trade date (its report "
    "PRC_CORR_GRP), and replaces the prices with the corrected ones"
)
_AS_PRICES = f"{_UNCONFIRMED}assumed to be as for prices, which are corrected for two weeks"


def _timing(due: Due, *, settles: timedelta = 14 * DAY, source: str = _CORRECTED) -> Publication:
    return Publication(due=due, settles_after=settles, settles_source=source)


DAY_AHEAD = _timing(
    Due(
        at=time(13),
        days=-1,
        source="CAISO's day-ahead market closes at 10:00 and its results are out about 13:00 on the day before",
    )
)
HOUR_AHEAD = _timing(
    Due(
        source=f"{_UNCONFIRMED}the hour-ahead process ends about 45 minutes before its hour; an interval's end is late",
    )
)
REAL_TIME = _timing(
    Due(
        after=timedelta(minutes=15),
        source=f"{_UNCONFIRMED}OASIS has a real-time interval a few minutes after it at the latest",
    )
)
REAL_TIME_QUANTITIES = _timing(
    Due(
        after=timedelta(minutes=30),
        source=f"{_UNCONFIRMED}assumed to be later than the prices of the same run",
    )
)
_THE_DAY_AFTER = Due(
    at=time(12),
    days=1,
    source=f"the interface specification of OASIS says the day after; {_UNCONFIRMED}noon",
)
DISPATCH = _timing(_THE_DAY_AFTER)
RENEWABLES = _timing(_THE_DAY_AFTER, source=_AS_PRICES)
ACTUAL_LOAD = _timing(
    Due(
        after=timedelta(hours=2),
        source=f"{_UNCONFIRMED}hours of actual load arrive one by one; two hours later is late",
    ),
    source=_AS_PRICES,
)
LOAD_FORECAST_DAYS = {
    short: _timing(
        Due(at=time(9, 10), days=-days, source=f"09:10, that many days before: {_SCHEDULE}"),
        source=_AS_PRICES,
    )
    for short, days in (("DAM", 1), ("2DA", 2), ("7DA", 7))
}
"""The load forecasts, by how many days ahead they are made: each is published once, as a whole."""

RENEWABLES_DAY_AHEAD = _timing(
    Due(at=time(7), days=-1, source=f"07:00 on the day before: {_SCHEDULE}"), source=_AS_PRICES
)
REAL_TIME_FORECAST = _timing(
    Due(
        source="a real-time market forecast is remade every few minutes, and before its intervals begin",
    ),
    source=_AS_PRICES,
)
ADVISORY_DAYS = {
    days: _timing(
        Due(
            at=time(13),
            days=-days,
            source=f"{_UNCONFIRMED}assumed to be out with the day-ahead results of that day",
        ),
        source=f"{_UNCONFIRMED}assumed to be as for day-ahead prices, which are corrected for two weeks",
    )
    for days in (2, 3)
}
"""The runs that only advise, by how many days ahead they are made."""

EDAM_FORECAST = _timing(
    Due(
        at=time(10),
        days=-1,
        source=f"every 30 minutes from 06:00 to 10:00: {_SCHEDULE}; {_UNCONFIRMED}that it is of the day after",
    ),
    source=_AS_PRICES,
)
CORRECTIONS = _timing(
    Due(
        at=time(12),
        days=1,
        source=f"{_UNCONFIRMED}the report of a day without corrections says so; noon of the day after is late",
    ),
    settles=21 * DAY,
    source="CAISO publishes a correction some days to two weeks after the trade date, and a week more is safe",
)
OUTAGES = _timing(
    Due(
        at=time(6),
        source=f"about 05:00 (the interface specification of OASIS); {_UNCONFIRMED}an hour more is late",
    ),
    source=_AS_PRICES,
)
INDICES = _timing(
    Due(
        at=time(12),
        source=f"{_UNCONFIRMED}a day's index is an input to its bids, so noon of the day is late",
    ),
    source=_AS_PRICES,
)
RIGHTS = _timing(
    Due(
        at=time(),
        source=f"{_UNCONFIRMED}an auction's results are out before the first of its rights begins",
    ),
    settles=30 * DAY,
    source=f"{_UNCONFIRMED}nothing says that the results of an auction are ever changed",
)
LISTS = _timing(
    Due(at=time(), source="a list of what is valid can be had at any time"),
    settles=DAY,
    source="a list is about the current day only: the next day has its own",
)
CHARTS = _timing(
    Due(
        after=timedelta(minutes=15),
        source=f"{_UNCONFIRMED}the charts advance every five minutes; three times that is late",
    ),
    source=_AS_PRICES,
)
CHARTS_OF_FORECASTS = _timing(
    Due(
        at=time(1),
        source=f"{_UNCONFIRMED}the current day's file has its forecasts from the start; an hour after midnight is late",
    ),
    source=_AS_PRICES,
)
