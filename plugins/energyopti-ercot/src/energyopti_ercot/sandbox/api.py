"""The Public API in the sandbox: a key and a token, ranges, pages, rows as arrays with a list of fields, an archive."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from energyopti.sandbox import Answer, Ask
from energyopti.sandbox.series import local
from energyopti.timezones import DAY, INSTANT, midnight
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.protocol.listing import as_utc
from energyopti_ercot.sandbox.archive import archive
from energyopti_ercot.sandbox.catalogue import BY_PATH
from energyopti_ercot.sandbox.login import is_valid
from energyopti_ercot.sandbox.tables import Table

_MOST = 1_000_000
_WORDS = {"true": True, "false": False}


def api(ask: Ask) -> Answer:
    """One request of the API."""
    if "ocp-apim-subscription-key" not in ask.headers:
        return _json({"statusCode": 401, "message": "Access denied due to missing subscription key."}, 401)
    if not is_valid(ask.headers.get("authorization", ""), ask.now):
        return _json({"statusCode": 401, "message": "Unauthorized. Access token is missing or invalid."}, 401)
    if ask.path.startswith("archive/"):
        return archive(ask)
    table = BY_PATH.get(ask.path)
    if table is None:
        return _json({"statusCode": 404, "message": "Resource not found"}, 404)
    try:
        return _page(table, ask)
    except (KeyError, ValueError) as error:
        return _json({"message": f"a parameter is missing or wrong: {error}"}, 400)


def _page(table: Table, ask: Ask) -> Answer:
    """One page of a range."""
    first = _moment(ask.params[f"{table.by}From"], end=False)
    last = _moment(ask.params[f"{table.by}To"], end=True)
    size, number = min(int(ask.params.get("size", "1000")), _MOST), int(ask.params.get("page", "1"))
    fields, rows = _written(ask.path, first, last, ask.params.get("deliveryDateFrom"), ask.now)
    body = {
        "_meta": {
            "totalRecords": len(rows),
            "pageSize": size,
            "totalPages": -(-len(rows) // size),
            "currentPage": number,
        },
        "report": {"reportTypeId": int(table.number)},
        "fields": fields,
        "data": rows[(number - 1) * size : number * size],
    }
    return _json(body, 200)


@lru_cache(maxsize=4)
def _written(
    path: str, first: datetime, last: datetime, day: str | None, now: datetime
) -> tuple[Any, list[Any]]:
    """The fields and all rows of a range, made once for its pages."""
    table = BY_PATH[path]
    frame = table.published(first, last, now)
    if table.posted and day is not None:
        frame = frame.filter(local(ZONE).dt.date() == date.fromisoformat(day))
    written = json.loads(table.of_api.write(frame))
    return written["fields"], [[_WORDS.get(cell, cell) for cell in row] for row in written["data"]]


def _moment(text: str, *, end: bool) -> datetime:
    """A local time, or the beginning or the end of a local day."""
    wall = datetime.fromisoformat(text)
    if "T" in text:
        return as_utc(wall)
    return midnight(wall.date() + DAY, ZONE) - INSTANT if end else midnight(wall.date(), ZONE)


def _json(body: Any, status: int) -> Answer:
    return Answer(status=status, body=json.dumps(body).encode(), content_type="application/json")
