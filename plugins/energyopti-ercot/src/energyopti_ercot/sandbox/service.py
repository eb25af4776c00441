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
from energyopti_ercot.protocol.dashboards import FOLDER
from energyopti_ercot.protocol.documents import LIST
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.protocol.postings import DOWNLOAD
from energyopti_ercot.sandbox import workbooks
from energyopti_ercot.sandbox.catalogue import BY_NUMBER
from energyopti_ercot.sandbox.dashboards import dashboard
from energyopti_ercot.sandbox.issues import Issue
from energyopti_ercot.sandbox.tables import CSV, KINDS, Documents

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
    """The documents of a report, newest first; a single one is an object, and none is no list."""
    number = ask.params.get("reportTypeId", "")
    report = BY_NUMBER.get(number)
    issues = report.issues(ask.now - report.retention, ask.now) if report else []
    entries = [
        _entry(report, each, kind, ask.now) for each in reversed(issues) if report for kind in report.kinds
    ]
    entries += workbooks.listed(number, ask.now) if number in workbooks.WORKBOOKS else []
    found: Any = entries[0] if len(entries) == 1 else entries
    body = {"ListDocsByRptTypeRes": {"DocumentList": found} if entries else {}}
    return Answer(body=json.dumps(body).encode(), content_type="application/json")


def _entry(report: Documents, issue: Issue, kind: int, now: datetime) -> dict[str, Any]:
    """A document on the list: its clock is local, with the offset in force now."""
    local = issue.published.astimezone(zone(ZONE))
    offset = now.astimezone(zone(ZONE)).isoformat()[-6:]
    document = {
        "ExpiredDate": f"{local + report.retention:%Y-%m-%d}T23:59:59{offset}",
        "ContentSize": "1000",
        "Extension": "zip",
        "ReportTypeID": report.number,
        "Prefix": report.prefix,
        "FriendlyName": report.called(issue, kind),
        "ConstructedName": constructed_name(report, issue, kind),
        "DocID": number_of(report, issue, kind),
        "PublishDate": f"{local:%Y-%m-%dT%H:%M:%S}{offset}",
    }
    return {"Document": document}


def constructed_name(report: Documents, issue: Issue, kind: int) -> str:
    """The long name of a document."""
    moment = issue.published.astimezone(zone(ZONE)).strftime("%Y%m%d.%H%M%S") + "000"
    called = report.called(issue, kind)
    return f"{report.prefix}.000{report.number}.0000000000000000.{moment}.{called}.zip"


def number_of(report: Documents, issue: Issue, kind: int = CSV) -> str:
    """A document's number: when it was published, of which kind, by which report."""
    return f"{int(issue.published.timestamp())}{kind}{report.number}"


def document_of(number: str, now: datetime) -> tuple[str, bytes] | None:
    """The long name and content of the document with a number, if it is published."""
    if len(number) < 7 or not number.isdecimal() or number[-5:] not in BY_NUMBER:
        return None
    report, kind = BY_NUMBER[number[-5:]], int(number[-6])
    published = datetime.fromtimestamp(int(number[:-6]), UTC)
    due = report.issues(published, published + timedelta(microseconds=999_999))
    if not due or published > now or kind not in report.kinds:
        return None
    return constructed_name(report, due[0], kind), _zip(report.number, kind, due[0])


def _download(ask: Ask) -> Answer:
    """A document by its number."""
    number = ask.params.get("doclookupId", "")
    yearly = workbooks.download(number, ask.now)
    if yearly is not None:
        return yearly
    found = document_of(number, ask.now)
    return Answer.missing() if found is None else Answer(body=found[1], content_type="application/zip")


@lru_cache(maxsize=2048)
def _zip(number: str, kind: int, issue: Issue) -> bytes:
    """A document as served."""
    report = BY_NUMBER[number]
    files = report.files(issue) if kind == CSV else {f"{report.called(issue, kind)}.{KINDS[kind]}": _XML_BODY}
    buffer = io.BytesIO()
    stamp = issue.published.astimezone(zone(ZONE)).timetuple()[:6]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=stamp), body)
    return buffer.getvalue()
