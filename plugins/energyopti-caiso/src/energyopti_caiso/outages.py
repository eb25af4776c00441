"""Generation out of service by trading hub, or area, and kind, as known the day before.

It comes as a group, one report day at a time. Since 2026 a document says its hours and the time of its report in GMT
too, and balancing areas of the extended day-ahead market (``PACE``, ``PACW``) stand beside the hubs.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import Example, Feed
from energyopti.datasets import OUTAGES
from energyopti.layouts import Absolute, CsvLayout, HourEnding, Moment, Text
from energyopti_caiso import oasis, timetable
from energyopti_caiso.documented import SPECIFICATION
from energyopti_caiso.examples import outages as examples
from energyopti_caiso.layouts import ENDS, HOUR, STAMP, STARTS, report, value
from energyopti_caiso.oasis import KEPT, Group
from energyopti_caiso.places import HUBS

_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_DATE, _HOUR = "OUTAGE_DATE", "OUTAGE_HOUR"


def _form(time: Absolute | HourEnding, *ignored: str) -> CsvLayout:
    """The rows of a report in one of its forms; when it was made is said in GMT, or on California's clock."""
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
AGGREGATE = Feed(
    name="AGGR_OUTAGE_SCH",
    dataset=OUTAGES,
    title="Generation outages of the next day by trading hub and kind, hourly",
    documented_at=SPECIFICATION,
    history_from=date(2014, 5, 1),
    step=HOUR,
    forecast_days=2,
    published_ahead=timedelta(),
    due=timetable.OUTAGES,
    **timetable.TAKEN_AS_PRICES,
    refresh_every=HOUR,
    retention=KEPT,
    own_names=tuple(HUBS),
    layout=LAYOUT,
    example=Example(payload=examples.AGGREGATE, rows=examples.AGGREGATE_ROWS),
    sources=oasis.group(Group(name="AGGR_OUTAGE_SCH_GRP"), LAYOUT),
    unconfirmed="its first day; the order of its columns and the forms of its dates; that REPORT_DATE, where there is no "
    "REPORT_DATE_GMT, is on California's clock; that hour 25 is the repeated one; how far ahead a day's document reaches",
)
OUTAGE_FEEDS = (AGGREGATE,)
