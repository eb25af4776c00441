"""When PJM publishes each family of feeds at the latest, and when its days settle.

A feed's page in Data Miner says how often it is posted; where nobody documents the time, a late one is assumed and
marked as unconfirmed.
"""

from __future__ import annotations

from datetime import time, timedelta

from energyopti import Due, Publication
from energyopti.timezones import DAY, HOUR

_FIVE_MINUTES = timedelta(minutes=5)
_NEVER = "current data never settles: each publication replaces the one before"
_TWO_WEEKS = "not confirmed: assumed to be two weeks, as for verified prices"
_KEPT = "unverified figures are not corrected in place: verified ones replace them"
_MADE_ONCE = "a published forecast is not corrected: later ones are added to it"
_DELAYED = "not confirmed: posted once, months later; assumed to be a month more"


def _timing(
    due: Due,
    *,
    settles: timedelta = 14 * DAY,
    source: str = _TWO_WEEKS,
    refresh_every: timedelta = timedelta(minutes=30),
) -> Publication:
    return Publication(due=due, settles_after=settles, settles_source=source, refresh_every=refresh_every)


_RESULTS = Due(
    at=time(14), days=-1, source="day-ahead results are posted between 12:00 and 13:30 Eastern the day before"
)
_FINAL = "settlement prices are final about five business days after the month's end"
FINAL_AFTER = 42 * DAY
"""How long after it a day's month is final at the latest: the longest month and five business days, with holidays."""

DAY_AHEAD = _timing(_RESULTS)
DAY_AHEAD_PRICES = _timing(_RESULTS, settles=FINAL_AFTER, source=_FINAL)
DAY_AHEAD_INPUTS = _timing(
    Due(at=time(15), days=-1, source="hrl_dmd_bids: posted between 12:00 and 14:00 Eastern the day before")
)
DAY_AHEAD_FLOWS = _timing(
    Due(at=time(18), days=-1, source="not confirmed: in the afternoon, with or after the day-ahead results")
)
_POSTED = "verified figures are posted on business days between 11:00 and 12:00, those of Friday to Sunday on Monday"
_STANDS_IN = f"{_POSTED}; until then unverified ones take their place"
_RESTATED = "not confirmed: verified prices are restated as new versions; assumed to be two weeks"
VERIFIED = _timing(Due(at=time(12), days=1, weekdays=True, source=_POSTED), source=_RESTATED)
VERIFIED_HOURLY = _timing(
    Due(after=3 * HOUR, source=f"{_STANDS_IN}, posted every hour; not confirmed: how long after it"),
    settles=FINAL_AFTER,
    source=_FINAL,
)
VERIFIED_FIVE_MINUTES = _timing(
    Due(
        after=timedelta(minutes=15),
        source=f"{_STANDS_IN}, posted every five minutes; not confirmed: that it is never more than a quarter of an hour late",
    ),
    settles=FINAL_AFTER,
    source=_FINAL,
    refresh_every=_FIVE_MINUTES,
)
UNVERIFIED_HOURLY = _timing(
    Due(
        after=3 * HOUR,
        source="posted every hour; not confirmed: how long after it, assumed to be three hours",
    ),
    settles=3 * DAY,
    source=_KEPT,
)
REAL_TIME = _timing(
    Due(
        after=timedelta(minutes=15),
        source="posted every five minutes; not confirmed: that it is never more than a quarter of an hour late",
    ),
    settles=3 * DAY,
    source=_KEPT,
    refresh_every=_FIVE_MINUTES,
)
HOURLY = _timing(
    Due(after=6 * HOUR, source="posted every hour; not confirmed: how long after it, assumed to be six hours")
)
RESERVES = _timing(
    Due(
        after=3 * HOUR, source="reserve_market_results: posted hourly; not confirmed: how long after the hour"
    )
)
WIND_AND_SOLAR = _timing(
    Due(
        at=time(12),
        days=2,
        source="not confirmed: hours not reported yet were seen padded with 0 for about two days",
    )
)
SETTLEMENT = _timing(
    Due(
        at=time(12),
        days=1,
        weekdays=True,
        source="posted daily on business days; not confirmed: at what time",
    ),
    settles=FINAL_AFTER,
    source=_FINAL,
)
"""Prices that settle."""

METERED = _timing(
    Due(at=time(6), days=1, source="hrl_load_metered: daily at 05:30 Eastern"),
    settles=90 * DAY,
    source="hrl_load_metered: corrections up to 90 days later",
)
PRELIMINARY = _timing(Due(at=time(6), days=1, source="hrl_load_prelim: daily at 04:55 Eastern"))
FORECAST_RUNS = _timing(
    Due(
        after=HOUR,
        source="forecasts are made every few minutes or hours; not confirmed: how soon they are posted",
    ),
    settles=2 * DAY,
    source=_MADE_ONCE,
    refresh_every=_FIVE_MINUTES,
)
SIX_HOURLY_FORECASTS = _timing(
    Due(
        after=12 * HOUR, source="load_frcstd_hist: made every six hours; not confirmed: how soon it is posted"
    ),
    settles=3 * DAY,
    source=_MADE_ONCE,
)
OUTAGES_BY_TYPE = _timing(
    Due(at=time(8), source="gen_outages_by_type: daily at 06:00 Eastern"), settles=3 * DAY, source=_MADE_ONCE
)
OUTAGES_EXPECTED = _timing(
    Due(at=time(8), source="frcstd_gen_outages: daily at 04:00 Eastern"), settles=3 * DAY, source=_MADE_ONCE
)
EMISSIONS = _timing(
    Due(after=DAY, source="not confirmed: posted every five minutes, how long after is not known"),
    refresh_every=_FIVE_MINUTES,
)
NEXT_MORNING = _timing(Due(at=time(8), days=1, source="day_gen_capacity: about 05:00 Eastern the next day"))
SOME_DAYS = _timing(
    Due(at=time(18), days=3, source="not confirmed: daily; assumed to be three days later"),
    settles=21 * DAY,
    source="not confirmed: assumed to be three weeks",
)
INTERCHANGE = _timing(
    Due(at=time(18), days=6, source="act_sch_interchange: about five days late"),
    settles=45 * DAY,
    source="not confirmed: until the month is settled, assumed to be 45 days",
)
SETTLED_SERVICES = _timing(
    Due(at=time(18), days=7, source="not confirmed: settled prices are assumed to be out a week later"),
    settles=45 * DAY,
    source="not confirmed: rows have versions; until the month is settled, assumed to be 45 days",
)
MONTHLY = _timing(
    Due(
        at=time(18),
        days=41,
        source="final five business days after the month's end; reg_market_results: about the 7th of the next month",
    ),
    settles=42 * DAY,
    source="settlement-grade figures are final when published, after the month's end",
)
_FOUR_MONTHS = Due(
    at=time(18), days=135, source="bids are posted four months later; not confirmed: on which day"
)
BIDS_OF_AUCTIONS = _timing(_FOUR_MONTHS, settles=180 * DAY, source=_DELAYED)
DEMAND_CURVES = _timing(
    Due(at=time(18), days=200, source="hrl_da_demand_bids: six months later; not confirmed: on which day"),
    settles=230 * DAY,
    source=_DELAYED,
)
CREDIT_CONGESTION = _timing(
    Due(source="modeled mostly years ahead; not confirmed: how soon, at the end of the month at the latest"),
    settles=365 * DAY,
    source="not confirmed: whether figures are revised; assumed to be a year",
)
CAPACITY = _timing(
    Due(
        after=-365 * DAY,
        source="base residual auctions were held seven months to three years before their delivery year (results of "
        "2024-07, 2025-12 and 2026-07); at the latest when it begins",
    ),
    settles=365 * DAY,
    source="not confirmed: workbooks are replaced after rulings, one two years later; assumed to be a year",
)
INCREMENTAL_AUCTIONS = _timing(
    Due(
        after=-365 * DAY,
        source="the third auction is held in the months before its delivery year (2026/2027: result of 2026-03-09); at "
        "the latest when it begins",
    ),
    settles=365 * DAY,
    source="not confirmed: whether prices are replaced after rulings, as those of base auctions were; assumed to be a "
    "year",
)
CURRENT = _timing(
    Due(source="the newest publication is at its address at all times"), settles=DAY, source=_NEVER
)
"""Documents with one address and no history."""
