"""What is scheduled over the ties of direct current that join ERCOT with its neighbours.

The stamps are UTC, and end the interval. A schedule is published anew every hour: the newest posting stands.
"""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import Example, Feed
from energyopti.datasets import SCHEDULES
from energyopti.layouts import Absolute, Meaning, Number, Text
from energyopti.vocabulary import ScheduleKind
from energyopti_ercot.documents import Report
from energyopti_ercot.examples import ties as examples
from energyopti_ercot.layouts import QUARTER, api_report, report
from energyopti_ercot.sources import PRODUCT, EndPoint, eras

_STAMPS = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%Y-%m-%dT%H:%M:%S")
_API_STAMPS = ("%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M:%S")
_KINDS = {
    **dict.fromkeys(("IMPORT", "Import", "I"), ScheduleKind.IMPORT.value),
    **dict.fromkeys(("EXPORT", "Export", "E"), ScheduleKind.EXPORT.value),
}
_COLUMNS = (
    Text("DCTie", to="location"),
    Number("MW", to="scheduled"),
    Text("ImportExport", to="kind", words=_KINDS),
)
_LOCAL = ("IntervalEnding", "RepeatHourFlag", "RepeatedHourFlag", "postedDatetime")


def _ending(formats: tuple[str, ...]) -> Absolute:
    """The clock of the report."""
    return Absolute(names="GMTIntervalEnding", formats=formats, meaning=Meaning.ENDING, step=QUARTER)


APPROVED = report(
    SCHEDULES,
    _ending(_STAMPS),
    columns=_COLUMNS,
    ignored=_LOCAL,
    api=api_report(SCHEDULES, _ending(_API_STAMPS), columns=_COLUMNS, ignored=_LOCAL),
)

TIE_SCHEDULES = Feed(
    name="approved_dctie_schedules",
    dataset=SCHEDULES,
    title="Approved schedules of imports and exports over the ties of direct current, every 15 minutes",
    documented_at=PRODUCT.format("NP3-765-CD"),
    history_from=date(2024, 6, 27),
    step=QUARTER,
    sparse=True,
    ahead=timedelta(days=2),
    cadence=timedelta(minutes=30),
    layout=APPROVED,
    example=Example(payload=examples.APPROVED, rows=examples.APPROVED_ROWS),
    eras=eras(
        Report(number="24347", first=-1, last=0),
        APPROVED,
        EndPoint(
            path="np3-765-cd/approved_dctie_schedules",
            by="intervalEnding",
            stamps=True,
            ending=QUARTER,
            reposted=True,
        ),
    ),
    unconfirmed="the headers and stamps of its documents, which are taken from the API's names; how imports and exports "
    "are written (any other word leaves a row out, and is said); that an interval is a quarter of an hour",
)

TIES = (TIE_SCHEDULES,)
