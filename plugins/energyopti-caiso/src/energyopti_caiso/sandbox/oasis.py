"""OASIS in the sandbox: a zip for every answer, including refusals, with the spans that the service allows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import polars as pl

from energyopti.layouts import CsvLayout, XmlLayout
from energyopti.sandbox import Answer, Ask
from energyopti.timezones import DAY, HOUR, local_date, midnight
from energyopti_caiso.locations import EVERY
from energyopti_caiso.protocol.layouts import ZONE
from energyopti_caiso.protocol.oasis import NODES_AT_ONCE, RETENTION
from energyopti_caiso.sandbox.groups import GROUPS
from energyopti_caiso.sandbox.reports import TABLES
from energyopti_caiso.sandbox.tables import Table, labelled

_LONGEST = 31 * DAY + timedelta(hours=1)
_STAMP = "%Y%m%dT%H:%M%z"
_ERROR = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<m:OASISReport xmlns:m="http://www.caiso.com/soa/OASISReport_v1.xsd">'
    "<m:MessagePayload><m:RTO><m:name>CAISO</m:name><m:ERROR><m:ERR_CODE>{}</m:ERR_CODE>"
    "<m:ERR_DESC>{}</m:ERR_DESC></m:ERROR></m:RTO></m:MessagePayload></m:OASISReport>"
)


class _RefusedError(Exception):
    """A refusal by the service: its code and its words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.body = _ERROR.format(code, words).encode()


def oasis(ask: Ask) -> Answer:
    """One request of the service."""
    doors = {"SingleZip": _single, "GroupZip": _group}
    if ask.path not in doors:
        return Answer.missing()
    try:
        return doors[ask.path](ask)
    except _RefusedError as refusal:
        return _zipped({"INVALID_REQUEST.xml": refusal.body}, "INVALID_REQUEST.xml.zip")


def _single(ask: Ask) -> Answer:
    """One report."""
    params = ask.params
    name = params.get("queryname", "")
    if not params:
        raise _RefusedError(1011, "Query Empty")
    if name not in {query for query, _, _ in TABLES}:
        raise _RefusedError(1005, "Report name does not exist")
    run = params.get("market_run_id", "")
    table = TABLES.get((name, run, params.get("execution_type", "")))
    if table is None:
        raise _RefusedError(1001, "Invalid value for MARKET_RUN_ID")
    if params.get("version") != str(table.version):
        raise _RefusedError(1020, "Invalid version")
    start, end = _moment(params, "startdatetime"), _moment(params, "enddatetime")
    end = _checked(table, params, start, end, ask.now)
    frame = table.rows(start, end, ask.now)
    if "node" in params:
        frame = frame.filter(pl.col("location").is_in(params["node"].split(",")))
    if params.get("grp_type") == EVERY[1]:
        frame = frame.filter(pl.col("location").str.ends_with("-APND"))
    if frame.is_empty():
        raise _RefusedError(1000, "No data returned for the specified selection")
    return _report(table, labelled(frame), _file_name(name, run, start, end), params)


def _group(ask: Ask) -> Answer:
    """The reports of a group: for one operating day, or for one hour."""
    made = GROUPS.get(ask.params.get("groupid", ""))
    if made is None:
        raise _RefusedError(1016, "Group name does not exist")
    if ask.params.get("version") != str(made.version):
        raise _RefusedError(1020, "Invalid version")
    start = _moment(ask.params, "startdatetime")
    end = _moment(ask.params, "enddatetime") if made.hourly else _midnight_after(start)
    if made.hourly and end - start > HOUR:
        raise _RefusedError(1018, "A group can be requested for one hour only")
    frame = made.table.rows(start, end, ask.now)
    if frame.is_empty():
        raise _RefusedError(1000, "No data returned for the specified selection")
    name = _file_name(made.report, "N", start, end)
    return _report(made.table, labelled(frame), name, ask.params)


def _midnight_after(start: datetime) -> datetime:
    return midnight(local_date(start, ZONE) + DAY, ZONE)


def _moment(params: Mapping[str, str], name: str) -> datetime:
    try:
        return datetime.strptime(params.get(name, ""), _STAMP).astimezone(UTC)
    except ValueError:
        raise _RefusedError(1002, f"Invalid {name} format") from None


def _checked(
    table: Table, params: Mapping[str, str], start: datetime, end: datetime, now: datetime
) -> datetime:
    """The end of the span that is answered; raises refusals."""
    if end <= start:
        raise _RefusedError(1001, "End date is before start date")
    if end - start > _LONGEST:
        raise _RefusedError(1004, "Date range more than 31 days")
    if start < now - RETENTION - 31 * DAY:
        raise _RefusedError(1014, "Start date is beyond the limit of 39 months")
    if len(params.get("node", "").split(",")) > NODES_AT_ONCE:
        raise _RefusedError(1017, "More than 10 nodes requested")
    if table.longest is None or "node" in params or end - start <= table.longest:
        return end
    if table.cut:
        return start + table.longest
    raise _RefusedError(1018, "All nodes can be requested for one hour or one day only")


def _report(table: Table, frame: pl.DataFrame, name: str, params: Mapping[str, str]) -> Answer:
    """A report's files in a zip: CSV or XML, one in all or one per figure; rows are in no time order."""
    if "interval_start" in frame.columns:
        frame = frame.sort(pl.col("interval_start").dt.minute(), "interval_start", descending=[True, False])
    csv = params.get("resultformat") == "6"
    ending = "csv" if csv else "xml"
    kind = CsvLayout if csv else XmlLayout
    layout = next((form for form in table.layout.forms if isinstance(form, kind)), None)
    if layout is None:
        raise _RefusedError(1001, f"The report has no {ending.upper()}")
    if not (table.split and csv and table.layout.long):
        return _zipped({f"{name}.{ending}": table.write(layout, frame)}, f"{name}_{ending}.zip")
    files = {}
    for field in table.layout.long.fields:
        others = [other for other in table.layout.long.fields if other != field]
        if frame[field].null_count() < frame.height:
            alone = frame.with_columns(pl.lit(None, dtype=pl.Float64).alias(other) for other in others)
            files[f"{name}_{field.upper()}.csv"] = layout.write(alone)
    return _zipped(files, f"{name}_csv.zip")


def _file_name(report: str, run: str, start: datetime, end: datetime) -> str:
    first, last = local_date(start, ZONE), local_date(end - timedelta(seconds=1), ZONE)
    return f"{first:%Y%m%d}_{last:%Y%m%d}_{report}_{run or 'N'}_v1"


def _zipped(files: Mapping[str, bytes], name: str) -> Answer:
    """Files in a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    headers = {"content-disposition": f"inline; filename={name};"}
    return Answer(body=buffer.getvalue(), content_type="application/x-zip-compressed", headers=headers)
