"""The document service in the sandbox: lists with CSV and XML twins, and zipped documents."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from energyopti.sandbox import Answer, Ask
from energyopti.timezones import zone
from energyopti_ercot.dashboards import FOLDER
from energyopti_ercot.documents import DOWNLOAD, LIST
from energyopti_ercot.layouts import ZONE
from energyopti_ercot.sandbox import workbooks
from energyopti_ercot.sandbox.dashboards import dashboard
from energyopti_ercot.sandbox.issues import Issue
from energyopti_ercot.sandbox.tables import BY_NUMBER, Table

_CSV, _XML = 2, 1
_KINDS = {_CSV: "csv", _XML: "xml"}
_XML_BODY = b'<?xml version="1.0" encoding="UTF-8"?><report/>'


def documents(ask: Ask) -> Answer:
    """One request to the service."""
    if ask.path == LIST:
        return _list(ask)
    if ask.path == DOWNLOAD:
        return _download(ask)
    if ask.path.startswith(FOLDER):
        return dashboard(ask)
    return Answer.missing()


def _list(ask: Ask) -> Answer:
    """The documents of a report, the newest first; one alone is an object, and none is no list."""
    report = ask.params.get("reportTypeId", "")
    table = BY_NUMBER.get(report)
    issues = table.issues(ask.now - table.kept, ask.now) if table else []
    entries = [_entry(table, each, kind, ask.now) for each in reversed(issues) for kind in _KINDS if table]
    entries += workbooks.listed(report, ask.now) if report in workbooks.WORKBOOKS else []
    found: Any = entries[0] if len(entries) == 1 else entries
    body = {"ListDocsByRptTypeRes": {"DocumentList": found} if entries else {}}
    return Answer(body=json.dumps(body).encode(), content_type="application/json")


def _entry(table: Table, issue: Issue, kind: int, now: datetime) -> dict[str, Any]:
    """A document on the list: its clock is local, with the offset that is in force now."""
    local = issue.published.astimezone(zone(ZONE))
    offset = now.astimezone(zone(ZONE)).isoformat()[-6:]
    name = f"{table.name}{issue.stamp}_{_KINDS[kind]}"
    moment = local.strftime("%Y%m%d.%H%M%S") + "000"
    document = {
        "ExpiredDate": f"{local + table.kept:%Y-%m-%d}T23:59:59{offset}",
        "ContentSize": "1000",
        "Extension": "zip",
        "ReportTypeID": table.number,
        "Prefix": "cdr",
        "FriendlyName": name,
        "ConstructedName": f"cdr.000{table.number}.0000000000000000.{moment}.{name}.zip",
        "DocID": f"{int(issue.published.timestamp())}{kind}{table.number}",
        "PublishDate": f"{local:%Y-%m-%dT%H:%M:%S}{offset}",
    }
    return {"Document": document}


def _download(ask: Ask) -> Answer:
    """A document by its number, which says when it was published, of which kind and by which report."""
    number = ask.params.get("doclookupId", "")
    yearly = workbooks.download(number, ask.now)
    if yearly is not None:
        return yearly
    if len(number) < 7 or not number.isdecimal() or number[-5:] not in BY_NUMBER:
        return Answer.missing()
    table, kind = BY_NUMBER[number[-5:]], int(number[-6])
    published = datetime.fromtimestamp(int(number[:-6]), UTC)
    due = table.issues(published, published + timedelta(microseconds=999_999))
    if not due or published > ask.now or kind not in _KINDS:
        return Answer.missing()
    body = _zip(table.number, kind, due[0])
    return Answer(body=body, content_type="application/zip")


@lru_cache(maxsize=2048)
def _zip(number: str, kind: int, issue: Issue) -> bytes:
    """A document as it is served."""
    table = BY_NUMBER[number]
    body = _XML_BODY
    if kind == _CSV:
        body = table.layout.write(table.rows(issue.start, issue.end, issue.published))
    buffer = io.BytesIO()
    stamp = issue.published.astimezone(zone(ZONE)).timetuple()[:6]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        name = f"cdr.000{number}.0000000000000000.{table.name}{issue.stamp}.{_KINDS[kind]}"
        archive.writestr(zipfile.ZipInfo(name, date_time=stamp), body)
    return buffer.getvalue()
