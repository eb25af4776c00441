"""When ISO New England publishes, and when its days settle: what is known of it, and what is assumed."""

from __future__ import annotations

from datetime import time, timedelta

from energyopti import Due, Publication
from energyopti.timezones import DAY, HOUR

_UNSETTLED = "not confirmed: assumed to be two weeks"

DAY_AHEAD = Publication(
    published_ahead=timedelta(days=2),
    refresh_every=timedelta(minutes=30),
    due=Due(
        at=time(14),
        days=-1,
        source="about 13:00 of the day before (a file says generated at 13:07 EDT); not confirmed: by 14:00 at the latest",
    ),
    settles_after=14 * DAY,
    settles_source=_UNSETTLED,
)
FINAL = Publication(
    refresh_every=HOUR,
    due=Due(
        at=time(18),
        days=8,
        weekdays=True,
        source="the market rules: final prices within five business days; not confirmed: the time of day, and a holiday among them",
    ),
    settles_after=30 * DAY,
    settles_source="not confirmed: final by its name; assumed to be a month, for corrections",
)
PRELIMINARY_BLOCKS = Publication(
    refresh_every=timedelta(minutes=15),
    due=Due(
        after=5 * HOUR,
        source="a file has four hours; not confirmed: that it is out an hour after their end at the latest",
    ),
    settles_after=14 * DAY,
    settles_source="not confirmed: final prices come in other files after about a week; assumed to be two",
)
READINGS = Publication(
    due=Due(
        after=timedelta(minutes=15),
        source="a report of 10:59 had the reading of 10:55; not confirmed: a quarter of an hour at the latest",
    ),
    settles_after=14 * DAY,
    settles_source=_UNSETTLED,
)
HOURLY = Publication(
    refresh_every=timedelta(minutes=15),
    due=Due(
        after=2 * HOUR,
        source="today's report has the hours so far; not confirmed: two hours later at the latest",
    ),
    settles_after=14 * DAY,
    settles_source=_UNSETTLED,
)
MOMENTS = Publication(
    due=Due(
        after=HOUR, source="not confirmed: the report has moments of today; assumed to be within the hour"
    ),
    settles_after=14 * DAY,
    settles_source=_UNSETTLED,
)
