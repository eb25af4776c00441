"""When ERCOT publishes, and how long it corrects: the timetable of each family of feeds.

Times are those of Texas' clock. What nobody confirms is late and safe, and says so.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from energyopti import Due
from energyopti_ercot.disclosures import CORRECTED_FOR, SIXTY_DAYS, TWO_DAYS

_UNCONFIRMED = "not confirmed: "
_API = "the API has a document 5 to 10 minutes after the list (https://github.com/ercot/api-specs/discussions/104)"

DAY_AHEAD_MARKET = Due(
    at=time(13, 30),
    days=-1,
    source="documents of the day-ahead market were posted from 12:30 to 13:15 on the day before; its timeline in the Nodal "
    "Protocols ends at 13:30",
)
SERVICE_PLAN = Due(
    at=time(6),
    days=-1,
    source="the Nodal Protocols' day-ahead timeline: the plan is posted at 06:00 on the day before",
)
REAL_TIME = Due(
    after=timedelta(minutes=15), source=f"documents are posted within minutes of their interval; {_API}"
)
BINDING = Due(
    after=timedelta(minutes=90),
    source=f"a document an hour, {_UNCONFIRMED}posted within half an hour of the hour's end",
)
LOAD = Due(
    at=time(12),
    days=1,
    source=f"a document a day, posted on the next; {_UNCONFIRMED}by noon",
)
PUBLICATIONS = Due(
    at=time(1, 30),
    source="forecasts are posted every hour, on the half or five minutes before the next: the first of a day by 01:30",
)
GENERATED = Due(
    after=timedelta(hours=2),
    source="hours of output stand in the document that is posted five minutes before the next hour, or in the one after",
)
TIES = Due(
    after=timedelta(hours=1), source=f"schedules are posted every hour, {_UNCONFIRMED}before their time"
)
TWO_DAYS_LATE = Due(at=time(6), days=TWO_DAYS.days, source="about 03:00 to 04:00, two days after")
SIXTY_DAYS_LATE = Due(
    at=time(12),
    days=SIXTY_DAYS.days,
    source=f"on the sixtieth day after, as its files are called; {_UNCONFIRMED}by noon",
)
AUCTIONS = Due(
    at=time(),
    source="an auction sells rights of a month in the month before: its result is out before they begin",
)
DASHBOARDS = Due(
    after=timedelta(minutes=15),
    source=f"{_UNCONFIRMED}the dashboards move on every five minutes; three times that are late",
)
HOURLY_DASHBOARD = Due(
    after=timedelta(hours=1),
    source=f"{_UNCONFIRMED}an hour's load is shown once it is over; an hour more is late",
)
DASHBOARDS_OF_FORECASTS = Due(
    at=time(1),
    source=f"{_UNCONFIRMED}a dashboard shows the running day from its beginning; an hour after midnight is late",
)
LISTS = Due(at=time(), source="the newest list of places is there at any time")

PRICES: dict[str, Any] = {
    "settles_after": timedelta(days=35),
    "settles_source": "ERCOT says within 30 days of an operating day that it asks its board to correct a price (Nodal "
    "Protocols 4.5.3 and 6.3, https://www.ercot.com/mktrules/issues/NPRR474); five days more for what is posted then",
}
"""Until when prices are corrected, and what binds with them."""

_A_WEEK = timedelta(days=7)
POSTED_ONCE: dict[str, Any] = {
    "settles_after": _A_WEEK,
    "settles_source": f"{_UNCONFIRMED}a day's document is posted once, and a second one within a week if ever",
}
PUBLISHED: dict[str, Any] = {
    "settles_after": _A_WEEK,
    "settles_source": f"a publication stays what was said then; {_UNCONFIRMED}one that is posted again is so within a week",
}
AFTER_TWO_DAYS: dict[str, Any] = {
    "settles_after": TWO_DAYS + _A_WEEK,
    "settles_source": f"{_UNCONFIRMED}a disclosure after two days is posted again within a week if ever",
}
AFTER_SIXTY_DAYS: dict[str, Any] = {
    "settles_after": SIXTY_DAYS + CORRECTED_FOR,
    "settles_source": f"disclosures after sixty days were corrected weeks after they were posted; {_UNCONFIRMED}none later than "
    f"{CORRECTED_FOR.days} days after",
}
AUCTIONED: dict[str, Any] = {
    "settles_after": timedelta(days=31),
    "settles_source": f"{_UNCONFIRMED}nothing says that an auction's result is ever corrected",
}
SHOWN: dict[str, Any] = {
    "settles_after": _A_WEEK,
    "settles_source": f"{_UNCONFIRMED}a dashboard shows a day for two days, and nobody corrects it later",
}
LISTED: dict[str, Any] = {
    "settles_after": timedelta(days=1),
    "settles_source": "a list is of the running day alone: the next day has its own",
}
