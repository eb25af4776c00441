"""The archive of the Public API in the sandbox: lists of documents by publication, one document, many in a zip."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from energyopti.sandbox import Answer, Ask
from energyopti.timezones import zone
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.protocol.listing import as_utc
from energyopti_ercot.sandbox.catalogue import BY_EMIL_ID
from energyopti_ercot.sandbox.issues import Issue
from energyopti_ercot.sandbox.service import document_of, number_of
from energyopti_ercot.sandbox.tables import CSV, Documents

MOST = 1_000
"""How many documents a page lists, and how many come in one bundle."""

_URL = "https://api.ercot.com/api/public-reports/archive"


def archive(ask: Ask) -> Answer:
    """One request to the archive."""
    _, _, rest = ask.path.partition("/")
    emil_id, _, verb = rest.partition("/")
    report = BY_EMIL_ID.get(emil_id.lower())
    if report is None:
        return _json({"statusCode": 404, "message": "Resource not found"}, 404)
    if verb == "download" and ask.method == "POST":
        return _bundle(ask)
    if "download" in ask.params:
        found = document_of(ask.params["download"], ask.now)
        return Answer.missing() if found is None else Answer(body=found[1], content_type="application/zip")
    try:
        return _list(report, emil_id, ask)
    except (KeyError, ValueError) as error:
        return _json({"message": f"a parameter is missing or wrong: {error}"}, 400)


def _list(report: Documents, emil_id: str, ask: Ask) -> Answer:
    """One page of the documents published in a range of the wall clock, newest first."""
    first, last = (datetime.fromisoformat(ask.params[f"postDatetime{side}"]) for side in ("From", "To"))
    size, number = min(int(ask.params.get("size", "20")), MOST), int(ask.params.get("page", "1"))
    found = [each for each in _issues(report, first, last, ask.now) if first <= _wall(each) <= last]
    found.reverse()
    page = found[(number - 1) * size : number * size]
    body = {
        "_meta": {
            "totalRecords": len(found),
            "pageSize": size,
            "totalPages": max(1, -(-len(found) // size)),
            "currentPage": number,
        },
        "product": {"emilId": emil_id.upper(), "reportTypeId": int(report.number)},
        "archives": [_entry(report, emil_id, each) for each in page],
    }
    return _json(body, 200)


def _issues(report: Documents, first: datetime, last: datetime, now: datetime) -> Iterable[Issue]:
    """The documents of a range, in both passes of a repeated hour."""
    hour = timedelta(hours=1)
    return report.issues(as_utc(first) - hour, min(as_utc(last, second=True) + hour, now))


def _wall(issue: Issue) -> datetime:
    return issue.published.astimezone(zone(ZONE)).replace(tzinfo=None, microsecond=0)


def _entry(report: Documents, emil_id: str, issue: Issue) -> dict[str, Any]:
    number = int(number_of(report, issue))
    return {
        "docId": number,
        "friendlyName": report.called(issue, CSV),
        "postDatetime": _wall(issue).isoformat(timespec="milliseconds"),
        "_links": {"endpoint": {"href": f"{_URL}/{emil_id}?download={number}"}},
    }


def _bundle(ask: Ask) -> Answer:
    """A zip of documents, each named by its number and its name."""
    try:
        numbers = [str(each) for each in json.loads(ask.body)["docIds"]]
    except (ValueError, KeyError, TypeError):
        return _json({"message": "the body holds no docIds"}, 400)
    if len(numbers) > MOST:
        return _json({"message": f"more than {MOST} docIds"}, 400)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for number in reversed(numbers):
            found = document_of(number, ask.now)
            if found is not None:
                bundle.writestr(f"{number}.{found[0]}", found[1])
    return Answer(body=buffer.getvalue(), content_type="application/zip")


def _json(body: Any, status: int) -> Answer:
    return Answer(status=status, body=json.dumps(body).encode(), content_type="application/json")
