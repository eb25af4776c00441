"""What is scheduled over the ties of direct current that join ERCOT with its neighbours.

The stamps are UTC, and end the interval. A schedule is published anew every hour: the newest posting stands.
"""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import Feed
from energyopti.datasets import SCHEDULES
from energyopti.layouts import Absolute, Meaning, Number, Text
from energyopti.vocabulary import ScheduleKind
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.documents import Report
from energyopti_ercot.protocol.layouts import QUARTER, api_report, report, spelled
from energyopti_ercot.protocol.sources import PRODUCT, feed_sources

_STAMPS = ("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_API_STAMPS = ("%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")
_KINDS = {
    **dict.fromkeys(("IMPORT", "Import", "I"), ScheduleKind.IMPORT.value),
    **dict.fromkeys(("EXPORT", "Export", "E"), ScheduleKind.EXPORT.value),
}
_LOCAL = ("Interval_Ending", "Repeated_Hour", "RepeatHourFlag", "RepeatedHourFlag", "postedDatetime")


def _ending(name: str, formats: tuple[str, ...]) -> Absolute:
    """The clock of the report."""
    return Absolute(names=spelled(name), formats=formats, meaning=Meaning.ENDING, step=QUARTER)


def _columns(tie: str, way: str) -> tuple[Text | Number, ...]:
    """What is scheduled, over which tie and which way."""
    return (
        Text(tie, to="location"),
        Number("MW", to="scheduled"),
        Text(way, to="kind", words=_KINDS),
    )


APPROVED = report(
    SCHEDULES,
    _ending("GMT_Interval_Ending", _STAMPS),
    columns=_columns("DC_Tie", "Import_Export"),
    ignored=_LOCAL,
    api=api_report(
        SCHEDULES,
        _ending("GMTIntervalEnding", _API_STAMPS),
        columns=_columns("DCTie", "importExport"),
        ignored=_LOCAL,
    ),
)

TIE_SCHEDULES = Feed(
    name="approved_dctie_schedules",
    dataset=SCHEDULES,
    title="Approved schedules of imports and exports over the ties of direct current, every 15 minutes",
    documented_at=PRODUCT.format("NP3-765-CD"),
    history_from=date(2024, 6, 27),
    step=QUARTER,
    sparse=True,
    published_ahead=timedelta(days=2),
    **timing.TIES,
    refresh_every=timedelta(minutes=30),
    layout=APPROVED,
    example=example("approved_dctie_schedules.csv"),
    sources=feed_sources(
        Report(number="24347", first=-1, last=0),
        EndPoint(
            path="np3-765-cd/approved_dctie_schedules",
            by="intervalEnding",
            stamps=True,
            ending=QUARTER,
            reposted=True,
        ),
    ),
    unconfirmed="that there are no words but IMPORT and EXPORT (any other leaves a row out, and is said)",
)

TIES = (TIE_SCHEDULES,)
