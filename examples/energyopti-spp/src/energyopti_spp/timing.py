"""When SPP publishes, and when its figures settle. None of it is from SPP's own documents: see each source."""

from __future__ import annotations

from datetime import time, timedelta

from energyopti import Due, Publication

_SETTLES = "not confirmed: assumed to be two weeks; files are replaced in place when SPP corrects prices"

DAY_AHEAD = Publication(
    published_ahead=timedelta(days=2),
    refresh_every=timedelta(minutes=30),
    due=Due(
        at=time(14),
        days=-1,
        source="not confirmed: seen about 13:15 to 13:45 on the day before, 14:00 assumed",
    ),
    settles_after=timedelta(days=14),
    settles_source=_SETTLES,
)

REAL_TIME = Publication(
    due=Due(
        after=timedelta(minutes=10),
        source="not confirmed: seen a few minutes after the interval, ten assumed",
    ),
    settles_after=timedelta(days=14),
    settles_source=_SETTLES,
)

HOURLY_ACTUAL = Publication(
    refresh_every=timedelta(minutes=15),
    due=Due(after=timedelta(hours=3), source="not confirmed: a file each hour was seen, three hours assumed"),
    settles_after=timedelta(days=2),
    settles_source="not confirmed: a file has the actuals of the 24 hours before it only",
)

FIVE_MINUTE_ACTUAL = Publication(
    due=Due(
        after=timedelta(minutes=45),
        source="not confirmed: a file each five minutes was seen, of which two an hour are read",
    ),
    settles_after=timedelta(days=2),
    settles_source="not confirmed: no file of a later day has its actuals",
)

NEXT_DAYS = Publication(
    refresh_every=timedelta(hours=1),
    due=Due(
        at=time(12), days=2, source="not confirmed: seen a day or more later, noon of the second day assumed"
    ),
    settles_after=timedelta(days=14),
    settles_source="not confirmed: assumed to be two weeks",
)

GENERATION = Publication(
    refresh_every=timedelta(minutes=15),
    due=Due(after=timedelta(hours=1), source="not confirmed: one hour assumed"),
    settles_after=timedelta(days=7),
    settles_source="not confirmed: assumed to be a week",
)

CLOSED_YEARS = Publication(
    refresh_every=timedelta(days=1),
    due=Due(
        after=timedelta(days=31), source="not confirmed: the running year's file is absent; a month assumed"
    ),
    settles_after=timedelta(days=31),
    settles_source="not confirmed: assumed to be a month",
)
