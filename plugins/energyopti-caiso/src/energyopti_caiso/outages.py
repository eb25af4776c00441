"""Generation out of service by trading hub and kind, as known the day before.

It comes as a group, one operating day at a time: the outages of the day after it.
"""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import Example, Feed
from energyopti.datasets import OUTAGES
from energyopti.layouts import HourEnding, Moment, Text
from energyopti_caiso import oasis
from energyopti_caiso.documented import SPECIFICATION
from energyopti_caiso.examples import outages as examples
from energyopti_caiso.layouts import HOUR, report, value
from energyopti_caiso.oasis import KEPT, Group
from energyopti_caiso.places import HUBS

_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
LAYOUT = report(
    OUTAGES,
    Text("TRADING_HUB", to="location"),
    Text("FUEL_CATEGORY", to="resource_type"),
    Moment("REPORT_DATE", to="publish_time", formats=("%Y-%m-%d %H:%M:%S", *_DATES), required=False),
    value("outage"),
    time=HourEnding(
        date="OUTAGE_DATE", hour="OUTAGE_HOUR", date_formats=_DATES, hour_format="{:d}", repeats_as=25
    ),
)
AGGREGATE = Feed(
    name="AGGR_OUTAGE_SCH",
    dataset=OUTAGES,
    title="Generation outages of the next day by trading hub and kind, hourly",
    documented_at=SPECIFICATION,
    history_from=date(2014, 5, 1),
    step=HOUR,
    horizon=2,
    ahead=timedelta(),
    cadence=HOUR,
    keeps=KEPT,
    locations=tuple(HUBS),
    layout=LAYOUT,
    example=Example(payload=examples.AGGREGATE, rows=examples.AGGREGATE_ROWS),
    eras=oasis.group(Group(name="AGGR_OUTAGE_SCH_GRP"), LAYOUT),
    unconfirmed="its first day; the forms of its dates, and whether the clock of REPORT_DATE is California's; that a "
    "day's document has the outages of the next day alone; that hour 25 is the repeated one",
)
OUTAGE_FEEDS = (AGGREGATE,)
