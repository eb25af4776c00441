"""How ERCOT writes its reports: clocks, flags and the two forms of a report, the document's and the API's.

Hours are labelled by their end, 01:00 to 24:00; a flag that is Y marks the second pass of the repeated hour. The
API gives the same reports with other names, ISO dates and a boolean flag.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs

from energyopti.layouts import (
    Absolute,
    CsvLayout,
    Dates,
    HourEnding,
    JsonLayout,
    Layout,
    Meaning,
    RepeatFlag,
    Stamp,
)
from energyopti.schema import Dataset

ZONE = "America/Chicago"
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
FIVE_MINUTES = timedelta(minutes=5)

_DATES = ("%m/%d/%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")
_API_DATES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y")
LABEL, PLAIN, SHORT = "{:02d}:00", "{}", "{}:00"
"""How an hour is written: ``01:00``, ``1`` or ``1:00``. All are read."""


def hours(
    date: str = "DeliveryDate",
    hour: str = "HourEnding",
    *,
    form: str = LABEL,
    interval: str | None = None,
    flag: str | None = "DSTFlag",
) -> HourEnding:
    """The clock of hourly rows, or of the quarters of an hour: their hours end at the label.

    ``flag`` is the column that tells the passes of the repeated hour, where there is one.
    """
    return HourEnding(
        date=date,
        hour=hour,
        date_formats=_DATES,
        hour_format=form,
        interval=(interval,) if interval else None,
        step=QUARTER if interval else HOUR,
        flag=RepeatFlag(names=flag) if flag else None,
    )


def of_api(
    time: HourEnding,
    date: str = "deliveryDate",
    hour: str = "hourEnding",
    interval: str | None = None,
    flag: str | None = "DSTFlag",
) -> HourEnding:
    """The same clock under the API's names: ISO dates, a boolean flag."""
    return attrs.evolve(
        time,
        date=(date,),
        hour=(hour,),
        date_formats=_API_DATES,
        interval=(interval,) if interval else None,
        flag=RepeatFlag(names=flag, second="true", first="false") if flag else None,
    )


def ends(name: str = "INTERVAL_ENDING") -> Stamp:
    """The five minutes that end at a stamp; some reports write it with seconds, on a clock of twelve hours."""
    return Stamp(
        name,
        formats=("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p"),
        meaning=Meaning.ENDING,
        step=FIVE_MINUTES,
        flag=RepeatFlag(names="DSTFlag"),
    )


def ends_of_api(name: str = "intervalEnding") -> Stamp:
    """The same stamp under the API's name."""
    return attrs.evolve(
        ends(name),
        formats=("%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M:%S"),
        flag=RepeatFlag(names="DSTFlag", second="true", first="false"),
    )


def dispatch(name: str = "SCEDTimestamp") -> Stamp:
    """The runs of the dispatch (SCED), off any grid: an interval lasts until the next run, in steps of about 5 minutes."""
    return Stamp(
        (name, "SCED Time Stamp"),
        formats=("%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S"),
        meaning=Meaning.BEGINNING,
        step=FIVE_MINUTES,
        irregular=True,
        flag=RepeatFlag(names="RepeatedHourFlag"),
    )


def dispatch_of_api(flag: str = "repeatHourFlag") -> Stamp:
    """The same runs under the API's names."""
    return attrs.evolve(
        dispatch(),
        formats=("%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M:%S"),
        flag=RepeatFlag(names=flag, second="true", first="false"),
    )


def report(
    dataset: Dataset,
    time: HourEnding | Stamp | Absolute | Dates,
    *,
    api: Layout | None = None,
    older: Layout | None = None,
    **more: Any,
) -> CsvLayout:
    """A report as its documents have it; ``api`` is the same report as the API gives it, ``older`` as it was.

    A document that is published again supersedes the one before.
    """
    others = tuple(form for form in (api, older) if form is not None)
    more = {"repeats": "last", **more}
    return CsvLayout(dataset=dataset, zone=ZONE, time=time, newline="\n", others=others, **more)


def api_report(dataset: Dataset, time: HourEnding | Stamp | Absolute, **more: Any) -> JsonLayout:
    """A report as the API gives it: arrays, in the order that its list of fields says."""
    return JsonLayout(dataset=dataset, zone=ZONE, time=time, items=("data",), names=("fields",), **more)
