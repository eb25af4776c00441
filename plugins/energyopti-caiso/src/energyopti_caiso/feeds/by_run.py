"""What the feeds of OASIS have in common: all of them, and those of each market run."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TypedDict

from energyopti import Feed, Run
from energyopti.layouts import ReadDocuments
from energyopti.timezones import DAY, HOUR
from energyopti_caiso import timing
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, QUARTER
from energyopti_caiso.protocol.oasis import RETENTION, read_files

SPECIFICATION = (
    "https://www.caiso.com/Documents/OASIS-InterfaceSpecification_v5_1_8Clean_Independent2019Release.pdf"
)
"""The interface specification of OASIS, which documents all of its reports; newer ones are not in it."""

HALF_HOUR = timedelta(minutes=30)


class _OfOasis(TypedDict):
    documented_at: str
    history_from: date
    retention: timedelta
    reads: ReadDocuments


OF_OASIS = _OfOasis(
    documented_at=SPECIFICATION, history_from=date(2009, 4, 1), retention=RETENTION, reads=read_files
)
oasis_feed = partial(Feed, **OF_OASIS)
"""A feed of OASIS, with the rows of no market run or of any."""

day_ahead = partial(
    Feed,
    **OF_OASIS,
    **timing.DAY_AHEAD,
    run=Run.DAY_AHEAD,
    step=HOUR,
    published_ahead=2 * DAY,
    refresh_every=HALF_HOUR,
)
"""A feed of the day-ahead market, hourly."""

hour_ahead = partial(
    Feed,
    **OF_OASIS,
    **timing.HOUR_AHEAD,
    run=Run.HOUR_AHEAD,
    step=HOUR,
    published_ahead=2 * HOUR,
    refresh_every=HALF_HOUR,
)
"""A feed of the hour-ahead process (HASP), hourly."""

fifteen_minute = partial(Feed, **OF_OASIS, **timing.REAL_TIME, run=Run.REAL_TIME_15MIN, step=QUARTER)
"""A feed of the fifteen-minute market (FMM, or RTPD)."""

five_minute = partial(Feed, **OF_OASIS, **timing.REAL_TIME, run=Run.REAL_TIME_5MIN, step=FIVE_MINUTES)
"""A feed of the dispatch every five minutes (RTD)."""
