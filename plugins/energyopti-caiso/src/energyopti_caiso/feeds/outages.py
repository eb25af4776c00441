"""Generation outages by trading hub, or balancing area, and kind, as known the day before.

The report is an OASIS group, requested one report day at a time. Since 2026 a document also gives its hours and report
time in GMT, and has balancing areas of the Extended Day-Ahead Market (``PACE``, ``PACW``) in addition to the hubs.
"""

from __future__ import annotations

from datetime import date

import attrs

from energyopti import Locations, Unconfirmed
from energyopti.datasets import OUTAGES
from energyopti.layouts import Absolute, CsvLayout, HourEnding, Moment, Text
from energyopti.timezones import HOUR
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import OASIS, oasis_feed, report_page
from energyopti_caiso.locations import HUBS
from energyopti_caiso.protocol import oasis
from energyopti_caiso.protocol.layouts import ENDS, STAMP, STARTS, report, value
from energyopti_caiso.protocol.oasis import Group

_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_DATE, _HOUR = "OUTAGE_DATE", "OUTAGE_HOUR"


def _form(time: Absolute | HourEnding, *ignored: str) -> CsvLayout:
    """The rows of a report in one of its forms; the report time is in GMT, or on California's clock."""
    return report(
        OUTAGES,
        Text("TRADING_HUB", to="location"),
        Text("FUEL_CATEGORY", to="resource_type"),
        Moment("REPORT_DATE_GMT", to="publish_time", formats=(STAMP, *_DATES[2:]), utc=True, required=False),
        Moment("REPORT_DATE", to="publish_time", formats=("%Y-%m-%d %H:%M:%S", *_DATES), required=False),
        value("outage"),
        time=time,
        ignored=ignored,
    )


_BY_GMT = _form(Absolute(names=STARTS, formats=STAMP, step=HOUR), *ENDS, _DATE, _HOUR)
_BY_LABEL = _form(HourEnding(date=_DATE, hour=_HOUR, date_formats=_DATES, hour_format="{:d}", repeats_as=25))
LAYOUT = attrs.evolve(_BY_GMT, others=(*_BY_GMT.others, _BY_LABEL))
AGGREGATE = oasis_feed(
    name="AGGR_OUTAGE_SCH",
    documented_at=report_page("AGGR_OUTAGE_SCH"),
    dataset=OUTAGES,
    title="Next-day generation outages by trading hub and kind, hourly",
    history=attrs.evolve(OASIS, since=date(2014, 5, 1)),
    step=HOUR,
    publication=attrs.evolve(timing.OUTAGES, forecast_days=2, refresh_every=HOUR),
    locations=Locations(own_names=tuple(HUBS)),
    layout=LAYOUT,
    example=example("AGGR_OUTAGE_SCH.csv"),
    sources=(oasis.group(Group(name="AGGR_OUTAGE_SCH_GRP")),),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 29),
        "its first day",
        "the order of its columns and the forms of its dates",
        "that REPORT_DATE, without REPORT_DATE_GMT, is on California's clock",
        "that hour 25 is the second pass of the repeated hour",
        "how far ahead a day's document reaches",
    ),
)
OUTAGE_FEEDS = (AGGREGATE,)
