"""ERCOT's generation outages: hourly for the current day and the next seven, published every hour.

The report has no flag for the repeated hour and ignores clock changes: every day has 24 rows. On the 25-hour day the
second pass is missing, which is a gap; on the 23-hour day the row of the skipped hour is rejected and counted.
"""

from __future__ import annotations

from datetime import date

from energyopti import Unconfirmed
from energyopti.datasets import OUTAGES
from energyopti.layouts import CsvLayout, Moment, Wide, WideColumn
from energyopti.timezones import HOUR
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.by_run import made_every_hour
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.documents import Report
from energyopti_ercot.protocol.layouts import PLAIN, api_report, hours, of_api, report
from energyopti_ercot.protocol.sources import PRODUCT, feed_sources

KINDS = {"TotalResourceMW": "resource", "TotalIRRMW": "irr", "TotalNewEquipResourceMW": "new_equip_resource"}
"""The kinds of outages: dispatchable resources, wind and solar (IRR), and new equipment."""

_LATER = {"new_equip_resource"}
"""The kind in the first years, when the report had only one."""

ZONES = ("South", "North", "West", "Houston")
_TIME = hours("Date", form=PLAIN, flag=None)
_POSTED = Moment("postedDatetime", to="publish_time", formats="%Y-%m-%dT%H:%M:%S")
_BY_ZONE = Wide(
    to=("resource_type", "location"),
    value="outage",
    columns=tuple(
        WideColumn(f"{header}Zone{place}", words=(kind, place.upper()))
        for header, kind in KINDS.items()
        for place in ZONES
    ),
)
_WHOLE = Wide(
    to=("resource_type", "location"),
    value="outage",
    columns=tuple(
        WideColumn(header, words=(kind, SYSTEM), required=kind not in _LATER)
        for header, kind in KINDS.items()
    ),
)

OUT_OF_SERVICE: CsvLayout = report(
    OUTAGES,
    _TIME,
    wide=_BY_ZONE,
    api=api_report(
        OUTAGES, of_api(_TIME, date="operatingDate", flag=None), columns=(_POSTED,), wide=_BY_ZONE
    ),
    older=(report(OUTAGES, _TIME, wide=_WHOLE),),
)
"""The report by zone; before, it had one value of each kind for all of ERCOT, and at first no new equipment."""

OUTAGE_CAPACITY = made_every_hour(
    name="hourly_res_outage_cap",
    dataset=OUTAGES,
    title="Generation outages by zone and kind, hourly, seven days ahead, updated hourly",
    documented_at=PRODUCT.format("NP3-233-CD"),
    layout=OUT_OF_SERVICE,
    example=example("hourly_res_outage_cap.csv"),
    sources=feed_sources(
        Report(number="13103", every=HOUR),
        EndPoint(path="np3-233-cd/hourly_res_outage_cap", by="postedDatetime", stamps=True),
        published=True,
    ),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 25),
        "the first day that the API has",
        "when the report by zone began",
    ),
)

OUTAGE_FEEDS = (OUTAGE_CAPACITY,)
