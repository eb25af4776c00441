"""What OASIS feeds have in common: all of them, and those of each market run."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial

import attrs

from energyopti import Feed, History, Run
from energyopti.timezones import DAY, HOUR
from energyopti_caiso import timing
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, QUARTER
from energyopti_caiso.protocol.oasis import RETENTION, read_files

SPECIFICATION = (
    "https://www.caiso.com/Documents/OASIS-InterfaceSpecification_v5_1_8Clean_Independent2019Release.pdf"
)
"""The interface specification of OASIS, which documents its reports except the newest."""

PORTAL = "https://oasis.caiso.com/mrioasis/logon.do"
"""OASIS itself, which lists the reports that are newer than its specification, and when each is published."""

NEW_MARKET = date(2026, 5, 1)
"""The first trade date of imbalance reserve, reliability capacity and the Extended Day-Ahead Market (EDAM)."""

_OF_A_RUN = re.compile(r"(_MAX)?_(DAM|RTM|HASP|RTPD|RTD|RUC|ACTUAL|2DA|7DA)$")

HALF_HOUR = timedelta(minutes=30)


def report_page(feed: str) -> str:
    """The specification, opened where it describes a feed's report (readers of PDF search for the word)."""
    return f"{SPECIFICATION}#search={_OF_A_RUN.sub('', feed)}"


OASIS = History(since=date(2009, 4, 1), retention=RETENTION)
"""The history of OASIS: most reports go back to its first day, and are kept this long."""

SINCE_NEW_MARKET = History(since=NEW_MARKET, retention=RETENTION)
"""The history of reports that began with the new market: their first files are of the day before its first."""

oasis_feed = partial(Feed, history=OASIS, reads=read_files)
"""An OASIS feed without a run, or of any run."""

day_ahead = partial(
    oasis_feed,
    run=Run.DAY_AHEAD,
    step=HOUR,
    publication=attrs.evolve(timing.DAY_AHEAD, published_ahead=2 * DAY, refresh_every=HALF_HOUR),
)
"""A feed of the day-ahead market, hourly."""

hour_ahead = partial(
    oasis_feed,
    run=Run.HOUR_AHEAD,
    step=HOUR,
    publication=attrs.evolve(timing.HOUR_AHEAD, published_ahead=2 * HOUR, refresh_every=HALF_HOUR),
)
"""A feed of the hour-ahead process (HASP), hourly."""

fifteen_minute = partial(oasis_feed, publication=timing.REAL_TIME, run=Run.REAL_TIME_15MIN, step=QUARTER)
"""A feed of the 15-minute market (FMM, or RTPD)."""

five_minute = partial(oasis_feed, publication=timing.REAL_TIME, run=Run.REAL_TIME_5MIN, step=FIVE_MINUTES)
"""A feed of the five-minute real-time dispatch (RTD)."""
