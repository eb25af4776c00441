"""How OASIS writes its reports: the same rows as CSV and as XML, with times in GMT.

The value's column is called ``MW``, ``PRC`` or ``VALUE``, depending on report and year: prices can be in ``MW`` too.
``OPR_DT``, ``OPR_HR`` and ``OPR_INTERVAL`` repeat the local day, hour and interval and are not read; ``GROUP`` and
``POS`` say nothing about the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TypedDict, TypeVar

import attrs

from energyopti.datasets import Dataset
from energyopti.layouts import (
    Absolute,
    CsvLayout,
    Derivation,
    Figure,
    HourEnding,
    Joined,
    Long,
    Number,
    Only,
    Placeholder,
    Repeats,
    Text,
    Undated,
    WireColumn,
    XmlLayout,
)
from energyopti_caiso.protocol.runs import in_xml

C = TypeVar("C", bound=WireColumn)

ZONE = "America/Los_Angeles"
QUARTER = timedelta(minutes=15)
FIVE_MINUTES = timedelta(minutes=5)

STAMP = "%Y-%m-%dT%H:%M:%S-00:00"
STARTS = ("INTERVALSTARTTIME_GMT", "INTERVAL_START_GMT", "STARTTIME_GMT", "START_DATE_GMT")
ENDS = ("INTERVALENDTIME_GMT", "INTERVAL_END_GMT", "ENDTIME_GMT", "END_DATE_GMT")
CLOCK = Absolute(names=STARTS, end=ENDS, formats=STAMP)
VALUES = ("MW", "PRC", "VALUE")
ITEM = Text(("XML_DATA_ITEM", "DATA_ITEM"))
"""The name of a figure, the same in both forms."""

_SAID = tuple(
    Text(name, required=False) for name in ("OPR_DT", "OPR_HR", "OPR_INTERVAL", "MARKET_RUN_ID", "GROUP")
)
_IGNORED = (
    *("OPR_DATE", "OPR_TYPE", "POS", "INTERVAL_NUM", "NODE_ID_XML", "NODE", "PNODE_RESMRID", "GRP_TYPE"),
    *("XML_DATA_ITEM", "LABEL", "LOAD_TYPE", "EXECUTION_TYPE", "MARKET_RUN_ID_POS", "RENEW_POS", "SLRS_TYPE"),
    *("TI_ID_XML", "NOMOGRAM_ID_XML", "FUEL_REGION_ID_XML", "UOM", "GRP", "RESULT_TYPE", "SCHEDULE"),
    *("SYSTEM", "TZ", "REPORT", "MKT_TYPE", "INTERVAL", "SEC_PER_INTERVAL", "DATA_ITEM", "RESOURCE_NAME"),
)
_NUMBERS = ("GROUP", "POS", "OPR_INTERVAL")
"""The numbers of series and places in the old form of reports: rows that differ only in them are the same."""

_XML = {"INTERVAL_START_GMT", "INTERVAL_END_GMT", "DATA_ITEM", "RESOURCE_NAME", "VALUE"}
_PATH = ("OASISReport", "MessagePayload", "RTO", "REPORT_ITEM")
_NAMESPACE = "http://www.caiso.com/soa/OASISReport_v1.xsd"


class _Alike(TypedDict):
    """What both forms of a report declare in common."""

    dataset: Dataset
    zone: str
    joined: tuple[Joined, ...]
    derived: tuple[Derivation, ...]
    constants: Mapping[str, str]
    repeats: Repeats
    numbering: tuple[str, ...]
    ignored: tuple[str, ...]
    placeholder: Placeholder | None


def value(to: str, first: str = "MW") -> Number:
    """The report's figure; ``first`` is the current name of its column."""
    return Number(_values(first), to=to)


def figures(
    words: Mapping[str, Figure],
    *,
    same: tuple[str, ...],
    first: str = "MW",
    by: Text = ITEM,
    kind_field: str | None = None,
    null_values: tuple[float, ...] = (),
) -> Long:
    """Rows with one figure each, joined where they agree in time and in the columns ``same``.

    If ``words`` has pairs, ``kind_field`` is the field of their second words.
    """
    number = Number(_values(first), null_values=null_values)
    return Long(by=by, value=number, words=words, same=(STARTS[0], ENDS[0], *same), kind_field=kind_field)


def _values(first: str) -> tuple[str, ...]:
    return (first, *(name for name in VALUES if name != first))


def report(
    dataset: Dataset,
    *columns: WireColumn,
    time: Absolute | HourEnding | Undated = CLOCK,
    long: Long | None = None,
    xml_long: Long | None = None,
    joined: tuple[Joined, ...] = (),
    derived: tuple[Derivation, ...] = (),
    constants: Mapping[str, str] | None = None,
    repeats: Repeats = "last",
    only: tuple[Only, ...] = (),
    ignored: tuple[str, ...] = (),
    placeholder: Placeholder | None = None,
) -> CsvLayout:
    """A report's rows as CSV, and as XML where it comes as XML.

    Of rows that repeat a key the last one is kept, since corrections are republished. In reports whose rows differ in
    more than is known here, each row is kept ``once``, whatever number its series has. ``only`` selects the run whose
    rows are read, if the report has several; ``placeholder`` marks rows that stand for nothing. ``xml_long`` is for reports whose figures have other names in XML.
    """
    alike = _Alike(
        dataset=dataset,
        zone=ZONE,
        joined=joined,
        derived=derived,
        constants=constants or {},
        repeats=repeats,
        numbering=_NUMBERS,
        ignored=(*_IGNORED, *ignored),
        placeholder=placeholder,
    )
    xml = XmlLayout(
        time=_xml_time(time),
        columns=(*map(_xml_first, columns), *_SAID),
        long=_xml_long(xml_long or long, columns),
        record="REPORT_DATA",
        beside="REPORT_HEADER",
        path=_PATH,
        namespace=_NAMESPACE,
        only=tuple(form for each in only for form in in_xml(each)),
        **alike,
    )
    return CsvLayout(
        time=time, columns=(*columns, *_SAID), long=long, newline="\n", only=only, others=(xml,), **alike
    )


def _xml_first(column: C) -> C:
    """The same column under its XML name, if it has one."""
    return attrs.evolve(column, names=tuple(sorted(column.names, key=lambda name: name not in _XML)))


def _xml_time(time: Absolute | HourEnding | Undated) -> Absolute | HourEnding | Undated:
    if not isinstance(time, Absolute):
        return time
    names, ends = (
        tuple(sorted(each, key=lambda name: name not in _XML)) for each in (time.names, time.end or ())
    )
    return attrs.evolve(time, names=names, end=ends or None)


def _xml_long(long: Long | None, columns: tuple[WireColumn, ...]) -> Long | None:
    """The same figures under their XML names."""
    if long is None:
        return None
    by, number = _xml_first(long.by), _xml_first(long.value)
    renamed = {column.name: _xml_first(column).name for column in (long.by, *columns)}
    renamed |= {STARTS[0]: "INTERVAL_START_GMT", ENDS[0]: "INTERVAL_END_GMT"}
    same = tuple(renamed.get(name, name) for name in long.same)
    return attrs.evolve(long, by=by, value=number, same=same)
