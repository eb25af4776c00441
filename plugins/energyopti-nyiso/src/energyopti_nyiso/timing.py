"""When NYISO publishes each family of documents at the latest, and when its days settle."""

from __future__ import annotations

from datetime import time, timedelta

from energyopti import Due, Publication
from energyopti.timezones import DAY

_UNSETTLED = (
    "not confirmed: assumed to be two weeks; days were seen rewritten up to four days later in the archives"
)
_NEVER = "current data never settles: each publication replaces the one before"


def _timing(due: Due, *, settles: timedelta = 14 * DAY, source: str = _UNSETTLED) -> Publication:
    return Publication(due=due, settles_after=settles, settles_source=source)


DAY_AHEAD = _timing(
    Due(
        at=time(11),
        days=-1,
        source="the day-ahead market's results are posted by 11:00 Eastern the day before",
    )
)
DAY_AHEAD_INPUTS = _timing(
    Due(at=time(17), days=-1, source="not confirmed: in the afternoon, after the day-ahead results at 11:00")
)
"""Inputs of the day-ahead market other than prices."""

_INTERVALS = Due(
    after=timedelta(minutes=15),
    source="the files of a day are rewritten every five minutes, their last row before midnight (times of the "
    "members of monthly archives); not confirmed: that it is never more than a quarter of an hour late",
)
REAL_TIME = _timing(_INTERVALS)
HOURLY = _timing(
    Due(
        after=timedelta(hours=2),
        source="not confirmed: soon after the hour that it covers or averages",
    )
)
LOAD_FORECAST = _timing(
    Due(
        at=time(8),
        days=-1,
        source="written between 07:05 and 07:15 of the day before (times of the members of monthly archives)",
    )
)
"""A day's forecast is made the morning before."""

SOLAR_ESTIMATES = _timing(
    Due(at=time(18), days=2, source="not confirmed: estimates are assumed to be out two days later")
)
SOLAR_FORECAST = _timing(
    Due(at=time(12), source="not confirmed: day-ahead by its name; noon of its day at the latest")
)
CAPACITY = _timing(
    Due(source="a month's report comes out within the month; not confirmed: on which day"),
    settles=365 * DAY,
    source="not confirmed: reports have later versions; assumed to be a year",
)
TCC_AUCTIONS = _timing(
    Due(
        at=time(18),
        source="an auction's results come before the period that it sells; not confirmed: how soon",
    ),
    settles=366 * DAY,
    source="not confirmed: results have later versions; assumed to be a year",
)
CURRENT = _timing(
    Due(source="the newest publication is at its address at all times"), settles=DAY, source=_NEVER
)
"""Documents with one address and no history."""

NEWEST_INTERVAL = _timing(_INTERVALS, settles=DAY, source=_NEVER)

COMMITMENT = _timing(
    Due(
        source="not confirmed: the commitment's quarter hours are in the running day's file before they begin"
    ),
    settles=DAY,
    source=_NEVER,
)
