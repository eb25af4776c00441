"""What ERCOT's feeds have in common, by kind: market runs, forecasts, disclosures."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import attrs

from energyopti import Feed, History, Run
from energyopti.timezones import DAY, HOUR
from energyopti_ercot import timing
from energyopti_ercot.protocol.disclosures import SIXTY_DAYS, TWO_DAYS
from energyopti_ercot.protocol.documents import posted_as_named
from energyopti_ercot.protocol.sources import API_FROM

SINCE_API = History(since=API_FROM)

day_ahead = partial(
    Feed,
    run=Run.DAY_AHEAD,
    history=SINCE_API,
    publication=attrs.evolve(timing.DAY_AHEAD, published_ahead=2 * DAY, refresh_every=timedelta(minutes=30)),
)
"""A feed of the day-ahead market, hourly."""

dispatched = partial(Feed, run=Run.REAL_TIME_5MIN, history=SINCE_API, publication=timing.REAL_TIME)
"""A feed of the SCED runs, about 288 a day."""

made_every_hour = partial(
    Feed,
    history=SINCE_API,
    publication=attrs.evolve(timing.PUBLICATIONS, forecast_days=8, refresh_every=timedelta(minutes=15)),
    reads=posted_as_named,
)
"""A feed of hourly-updated forecasts for the current day and the next seven."""

two_days_late = partial(
    Feed,
    history=SINCE_API,
    publication=attrs.evolve(timing.TWO_DAYS_LATE, published_ahead=DAY - TWO_DAYS, refresh_every=HOUR),
)
"""A feed of a table disclosed after two days."""

sixty_days_late = partial(
    Feed,
    sparse=True,
    publication=attrs.evolve(
        timing.SIXTY_DAYS_LATE, published_ahead=DAY - SIXTY_DAYS, refresh_every=timedelta(hours=12)
    ),
)
"""A feed of a table disclosed after 60 days; resources may come and go within a day."""
