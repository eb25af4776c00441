"""How ERCOT writes its reports: clocks, flags, and the two forms of a report, as a document and in the API.

Hours are labeled by their end, 01:00 to 24:00; a flag of Y marks the second pass of the repeated hour. The
API has the same reports with other names, ISO dates and a boolean flag.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TypedDict, TypeVar, Unpack

import attrs

from energyopti.datasets import Dataset
from energyopti.layouts import (
    Absolute,
    CsvLayout,
    Dates,
    Derivation,
    HourEnding,
    JsonLayout,
    Layout,
    Meaning,
    RepeatFlag,
    Repeats,
    Stamp,
    Wide,
    WireColumn,
)
from energyopti.timezones import HOUR

Column = TypeVar("Column", bound=WireColumn)


class Declared(TypedDict, total=False):
    """What a report declares besides its time, in `Layout`'s own keywords."""

    columns: tuple[WireColumn, ...]
    wide: Wide | None
    derived: tuple[Derivation, ...]
    constants: Mapping[str, str]
    ignored: tuple[str, ...]


ZONE = "America/Chicago"
QUARTER = timedelta(minutes=15)
FIVE_MINUTES = timedelta(minutes=5)

_DATES = ("%m/%d/%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")
_API_DATES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y")
LABEL, PLAIN, SHORT = "{:02d}:00", "{}", "{}:00"
"""The forms of an hour: ``01:00``, ``1`` or ``1:00``. All are read."""

_FLAGS = ("DSTFlag", "RepeatedHourFlag", "RepeatHourFlag", "RepeatedHour")
_DAYS = ("DeliveryDate", "OperDay", "OperatingDay", "OperatingDate", "Date")
_HOURS = ("HourEnding", "DeliveryHour")
_INTERVALS = ("DeliveryInterval", "DeliveryInt")
"""The names that time columns have had in one report or another; ERCOT has renamed several of them."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^A-Za-z\d\s_]+")


def spelled(*names: str) -> tuple[str, ...]:
    """Names in every way that ERCOT joins their words: ``DCTie``, ``DC Tie``, ``DC_Tie``.

    The given names come first, in order; a layout ignores case.
    """
    words = [_WORD.findall(name) for name in names]
    return tuple(dict.fromkeys((*names, *(glue.join(each) for each in words for glue in ("", " ", "_")))))


def repeat_flag(name: str, *, second: str = "Y", first: str = "N") -> RepeatFlag:
    """The flag of the repeated hour under this name, or any other that ERCOT's reports use."""
    return RepeatFlag(names=spelled(name, *_FLAGS), second=second, first=first)


def hours(
    date: str = "DeliveryDate",
    hour: str = "HourEnding",
    *,
    form: str = LABEL,
    interval: str | None = None,
    flag: str | None = "DSTFlag",
) -> HourEnding:
    """The clock of hourly or quarter-hourly rows: their hours end at the label.

    ``flag`` is the column that tells the passes of the repeated hour apart, if there is one.
    """
    return HourEnding(
        date=spelled(date, *_DAYS),
        hour=spelled(hour, *_HOURS),
        date_formats=_DATES,
        hour_format=form,
        interval=spelled(interval, *_INTERVALS) if interval else None,
        step=QUARTER if interval else HOUR,
        flag=repeat_flag(flag) if flag else None,
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
        date=spelled(date, *_DAYS),
        hour=spelled(hour, *_HOURS),
        date_formats=_API_DATES,
        interval=spelled(interval, *_INTERVALS) if interval else None,
        flag=repeat_flag(flag, second="true", first="false") if flag else None,
    )


_ENDS = ("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p")


def ends(name: str = "INTERVAL_ENDING", *, seconds: bool = False) -> Stamp:
    """The five minutes that end at a stamp; some reports write it with ``seconds``, on a twelve-hour clock.

    A stamp is nominal: some documents are posted half a minute late (15 seconds in 2022), and their stamps show it.
    """
    return Stamp(
        spelled(name),
        formats=(*_ENDS[2:], *_ENDS[:2]) if seconds else _ENDS,
        meaning=Meaning.ENDING,
        step=FIVE_MINUTES,
        nearest=True,
        flag=repeat_flag("DSTFlag"),
    )


def ends_of_api(name: str = "intervalEnding") -> Stamp:
    """The same stamp under the API's name."""
    return attrs.evolve(
        ends(name),
        formats=("%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M:%S"),
        flag=repeat_flag("DSTFlag", second="true", first="false"),
    )


def dispatch(name: str = "SCEDTimestamp") -> Stamp:
    """SCED runs, off any grid: an interval lasts until the next run, in steps of about 5 minutes."""
    return Stamp(
        spelled(name, "SCEDTimestamp", "SCED Time Stamp"),
        formats=("%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S"),
        meaning=Meaning.BEGINNING,
        step=FIVE_MINUTES,
        irregular=True,
        flag=repeat_flag("RepeatedHourFlag"),
    )


def dispatch_of_api(flag: str = "repeatHourFlag") -> Stamp:
    """The same runs under the API's names.

    ``flag`` is its name at the report's own end point, which differs between end points and has changed.
    """
    return attrs.evolve(
        dispatch(),
        formats=("%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M:%S"),
        flag=repeat_flag(flag, second="true", first="false"),
    )


def report(
    dataset: Dataset,
    time: HourEnding | Stamp | Absolute | Dates,
    *,
    api: Layout | None = None,
    older: tuple[Layout, ...] = (),
    repeats: Repeats = "last",
    begins: str | None = None,
    **declared: Unpack[Declared],
) -> CsvLayout:
    """A report as in its documents; ``api`` is the same report in the API, ``older`` its earlier forms.

    A document that is published again supersedes the one before.
    """
    return CsvLayout(
        dataset=dataset,
        zone=ZONE,
        time=time,
        newline="\n",
        repeats=repeats,
        begins=begins,
        others=(*(() if api is None else (api,)), *older),
        **in_every_spelling(declared),
    )


def api_report(
    dataset: Dataset, time: HourEnding | Stamp | Absolute, **declared: Unpack[Declared]
) -> JsonLayout:
    """A report as in the API: arrays, in the order of its list of fields."""
    given = in_every_spelling(declared)
    return JsonLayout(dataset=dataset, zone=ZONE, time=time, items=("data",), names=("fields",), **given)


def both_forms(
    dataset: Dataset,
    time: HourEnding | Stamp,
    api_time: HourEnding | Stamp,
    *,
    repeats: Repeats = "last",
    **declared: Unpack[Declared],
) -> CsvLayout:
    """A report whose documents and API have the same columns, under names that differ only in spelling."""
    return report(dataset, time, api=api_report(dataset, api_time, **declared), repeats=repeats, **declared)


def in_every_spelling(declared: Declared) -> Declared:
    """What a layout declares, with its columns under their names in every spelling."""
    given = declared.copy()
    if "columns" in given:
        given["columns"] = tuple(map(_in_every_spelling, given["columns"]))
    wide = given.get("wide")
    if wide is not None:
        columns, beside = (tuple(map(_in_every_spelling, each)) for each in (wide.columns, wide.beside))
        given["wide"] = attrs.evolve(wide, columns=columns, beside=beside)
    if "ignored" in given:
        given["ignored"] = spelled(*given["ignored"])
    return given


def _in_every_spelling(column: Column) -> Column:
    return attrs.evolve(column, names=spelled(*column.names))
