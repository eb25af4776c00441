"""When ERCOT publishes each family of documents at the latest, and how long it corrects them.

Times are on Texas' clock. Unconfirmed times are on the late, safe side, and say so.
"""

from __future__ import annotations

from datetime import time, timedelta

from energyopti import Due, Publication
from energyopti.timezones import DAY
from energyopti_ercot.protocol.disclosures import CORRECTED_FOR, SIXTY_DAYS, TWO_DAYS

_UNCONFIRMED = "not confirmed: "
_API = "the API has a document 5 to 10 minutes after the list (https://github.com/ercot/api-specs/discussions/104)"
_A_WEEK = timedelta(days=7)
_POSTED_ONCE = f"{_UNCONFIRMED}a day's document is posted once; if a second one comes, within a week"
_SHOWN = f"{_UNCONFIRMED}a dashboard shows a day for two days, and nobody corrects it later"
_CORRECTED = (
    "ERCOT says within 30 days of an operating day that it asks its board to correct a price (Nodal "
    "Protocols 4.5.3 and 6.3, https://www.ercot.com/mktrules/issues/NPRR474); plus five days for late postings"
)
"""Until when prices are corrected, and binding constraints with them."""


def _timing(due: Due, *, settles: timedelta = _A_WEEK, source: str = _POSTED_ONCE) -> Publication:
    return Publication(due=due, settles_after=settles, settles_source=source)


def _corrected(due: Due) -> Publication:
    return _timing(due, settles=35 * DAY, source=_CORRECTED)


_SOON = Due(
    after=timedelta(minutes=15), source=f"documents are posted within minutes of their interval; {_API}"
)
DAY_AHEAD = _corrected(
    Due(
        at=time(13, 30),
        days=-1,
        source="documents of the day-ahead market were posted from 12:30 to 13:15 on the day before; its timeline in the Nodal "
        "Protocols ends at 13:30",
    )
)
REAL_TIME = _corrected(_SOON)
BINDING = _corrected(
    Due(
        after=timedelta(minutes=90),
        source=f"one document per hour, {_UNCONFIRMED}posted within half an hour of the hour's end",
    )
)
SERVICE_PLAN = _timing(
    Due(
        at=time(6),
        days=-1,
        source="the Nodal Protocols' day-ahead timeline: the plan is posted at 06:00 on the day before",
    )
)
LOAD = _timing(
    Due(at=time(12), days=1, source=f"one document per day, posted on the next; {_UNCONFIRMED}by noon")
)
GENERATED = _timing(
    Due(
        after=timedelta(hours=2),
        source="hourly output is in the document posted five minutes before the next hour, or in the one after",
    )
)
GENERATED_NOW = _timing(_SOON)
"""Output every five minutes."""

TIES = _timing(
    Due(after=timedelta(hours=1), source=f"schedules are posted every hour, {_UNCONFIRMED}before their time")
)
PUBLICATIONS = _timing(
    Due(
        at=time(1, 30),
        source="forecasts are posted every hour, on the half or five minutes before the next: the first of a day by 01:30",
    ),
    source=f"a publication never changes; {_UNCONFIRMED}if one is posted again, within a week",
)
TWO_DAYS_LATE = _timing(
    Due(at=time(6), days=TWO_DAYS.days, source="about 03:00 to 04:00, two days after"),
    settles=TWO_DAYS + _A_WEEK,
    source=f"{_UNCONFIRMED}if a two-day disclosure is posted again, within a week",
)
SIXTY_DAYS_LATE = _timing(
    Due(
        at=time(12),
        days=SIXTY_DAYS.days,
        source=f"on the sixtieth day after, by the names of its files; {_UNCONFIRMED}by noon",
    ),
    settles=SIXTY_DAYS + CORRECTED_FOR,
    source=f"sixty-day disclosures were corrected weeks after they were posted; {_UNCONFIRMED}none later than "
    f"{CORRECTED_FOR.days} days after",
)
AUCTIONS = _timing(
    Due(
        at=time(),
        source="an auction sells a month's rights in the month before: its result is out before they begin",
    ),
    settles=31 * DAY,
    source=f"{_UNCONFIRMED}nothing says that an auction's result is ever corrected",
)
DASHBOARDS = _timing(
    Due(
        after=timedelta(minutes=15),
        source=f"{_UNCONFIRMED}the dashboards advance every five minutes; three times that is late",
    ),
    source=_SHOWN,
)
HOURLY_DASHBOARD = _timing(
    Due(
        after=timedelta(hours=1),
        source=f"{_UNCONFIRMED}an hour's load is shown once it is over; an hour more is late",
    ),
    source=_SHOWN,
)
DASHBOARDS_OF_FORECASTS = _timing(
    Due(
        at=time(1),
        source=f"{_UNCONFIRMED}a dashboard shows the current day from its start; an hour after midnight is late",
    ),
    source=_SHOWN,
)
LISTS = _timing(
    Due(at=time(), source="the newest list of locations is there at any time"),
    settles=DAY,
    source="a list is about the current day only: the next day has its own",
)
