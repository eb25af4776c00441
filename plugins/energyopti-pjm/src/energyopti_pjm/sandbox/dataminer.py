"""Data Miner 2 in the sandbox: one answer per request, with the service's own rules and refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import polars as pl

from energyopti.sandbox import Answer, Ask
from energyopti.timezones import to_utc
from energyopti_pjm.protocol.rows import ZONE
from energyopti_pjm.sandbox.export import exported
from energyopti_pjm.sandbox.tables import TABLES, Table

_PAGE_ROWS = 50_000
_GENERIC = {"rowcount", "startrow", "fields", "sort", "order", "isactivemetadata", "download", "format"}
_ARCHIVED_FILTERS = {"type", "row_is_current", "version_nbr"}
_LONGEST = timedelta(days=366)
_MOMENT = re.compile(r"\d[\d/\- :T.]*\d")


class _RefusedError(Exception):
    """A refusal by the service, in its words."""

    def __init__(self, field: str, message: str, *detail: str) -> None:
        super().__init__(message)
        self.body = {
            "errors": [{"field": field, "message": message, **({"detail": detail} if detail else {})}]
        }


@attrs.frozen
class _Span:
    """The range of a time filter; both ends are included."""

    first: datetime
    last: datetime


def dataminer(ask: Ask) -> Answer:
    """One request of the API."""
    if "ocp-apim-subscription-key" not in ask.headers:
        message = "Access denied due to missing subscription key. Make sure to include subscription key."
        return _json({"statusCode": 401, "message": message}, status=401)
    feed, _, rest = ask.path.partition("/")
    table = TABLES.get(feed)
    if table is not None and rest == "metadata":
        return _json(_definition(feed, table), status=200)
    if table is None or rest:
        return _json({"code": 404, "message": f"{ask.path} does not exist"}, status=404)
    if _param(ask, "format") not in {"", "json", "csv"}:
        return _json({"code": 406, "message": "Not acceptable"}, status=406)
    try:
        return _page(table, ask)
    except _RefusedError as refusal:
        return _json(refusal.body, status=400)


def _definition(feed: str, table: Table) -> dict[str, Any]:
    """A feed's definition: only its archive."""
    days = table.archive_days
    return {"feedName": feed, "enableArchiving": days is not None, "archiveCutoffDays": days}


def _param(ask: Ask, name: str) -> str:
    """A parameter's word in lower case; names match in any case."""
    return next((value.lower() for key, value in ask.params.items() if key.lower() == name), "")


def _page(table: Table, ask: Ask) -> Answer:
    """The rows of one page: in the envelope, or bare if a download is requested."""
    params = {name.lower(): value for name, value in ask.params.items()}
    bare = _param(ask, "download") == "true"
    if "rowcount" not in params and not bare:
        raise _RefusedError("RowCount", "Row count is missing")
    size = min(_number(params, "rowcount"), _PAGE_ROWS) if "rowcount" in params else None
    start = _number(params, "startrow")
    span = _span(table, params)
    filters = {name: value for name, value in params.items() if name not in _GENERIC and name != table.when}
    if table.archive_days is not None:
        _check_archive(table, span, filters, params, ask.now)
    frame = table.rows(span.first, span.last, ask.now)
    for name, value in filters.items():
        frame = _filtered(frame, table, name, value)
    body = table.layout.write(frame.slice(start - 1, size))
    items = body[body.index(b"[") : body.rindex(b"]") + 1]
    headers = _download_headers(ask.path, frame.height) if bare else {}
    if _param(ask, "format") == "csv":
        return Answer(body=exported(items), content_type="text/csv", headers=headers)
    if bare:
        return Answer(body=items, content_type="application/json", headers=headers)
    specification = {
        "rowCount": size,
        "startRow": start,
        "filters": [{name: filters[name]} for name in filters],
    }
    envelope = b'{"links":[],"items":%b,"searchSpecification":%b,"totalRows":%d}'
    return Answer(
        body=envelope % (items, json.dumps(specification).encode(), frame.height),
        content_type="application/json",
    )


def _download_headers(feed: str, total: int) -> dict[str, str]:
    """The headers that give the total of a rows-only answer."""
    return {"X-TotalRows": str(total), "Content-Disposition": f"attachment; filename={feed}"}


def _number(params: dict[str, str], name: str) -> int:
    text = params.get(name, "")
    if not text.isdecimal() or int(text) < 1:
        raise _RefusedError(name, f"{name} is missing or no number")
    return int(text)


def _span(table: Table, params: dict[str, str]) -> _Span:
    """The time filter; both ends included, within one calendar year."""
    if table.when is None:
        return _Span(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    said = params.get(table.when)
    if said is None:
        raise _RefusedError(
            "Filters", f"A datetime is missing. Please input values for {table.when}", "datetime_filter"
        )
    ends = _MOMENT.findall(said)
    if len(ends) != 2:
        raise _RefusedError(table.when, "The date range is not valid")
    first, last = (_moment(text, table.when) for text in ends)
    if last - first > _LONGEST:
        raise _RefusedError("Filters", "Date range cannot exceed 366 days")
    return _Span(first, last)


def _moment(text: str, column: str) -> datetime:
    for pattern in ("%m/%d/%Y %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"):
        try:
            wall = datetime.strptime(text.strip(), pattern)  # noqa: DTZ007 - a wall-clock reading
        except ValueError:
            continue
        return wall.replace(tzinfo=UTC) if column.endswith("_utc") else to_utc(wall, ZONE)
    raise _RefusedError(column, f"{text!r} is not a date")


def _check_archive(
    table: Table, span: _Span, filters: dict[str, str], params: dict[str, str], now: datetime
) -> None:
    """The rules of archived data."""
    edge = (now - timedelta(days=table.archive_days or 0)).replace(hour=0, minute=0, second=0, microsecond=0)
    if span.first >= edge:
        return
    if span.last >= edge:
        raise _RefusedError(
            "Filters",
            "Date range in the API request spans over archived and standard data. Please update the request.",
        )
    if span.first.year != span.last.year:
        raise _RefusedError(
            "Filters", "Archived data date range must be within same calendar year. Please enter valid dates"
        )
    for name in ("sort", "order"):
        if name in params:
            raise _RefusedError(
                name.title(), f"Custom {name.title()} is not an available option on archived data."
            )
    allowed = _ARCHIVED_FILTERS - ({"type"} if not table.archive_types else set())
    if refused := sorted(set(filters) - allowed):
        raise _RefusedError(
            "Filters",
            f"The API request contains invalid attribute(s) for archived data - {refused[0].title()}.",
            *refused,
        )


def _filtered(frame: pl.DataFrame, table: Table, name: str, value: str) -> pl.DataFrame:
    """The rows that pass a filter: numbers exactly, several separated by semicolons; words by substring."""
    field = table.fields.get(name, name)
    if field not in frame.columns:
        raise _RefusedError("Filters", f"{name} is not a valid attribute", name)
    wanted = [word.strip() for word in value.split(";")]
    cells = frame[field].cast(pl.String)
    if name.endswith("_id"):
        return frame.filter(cells.is_in(wanted))
    return frame.filter(_holds(cells, wanted))


def _holds(cells: pl.Series, wanted: Sequence[str]) -> pl.Series:
    """Which cells contain one of some words, in any case."""
    pattern = "|".join(re.escape(word.strip("*")) for word in wanted)
    return cells.str.contains(f"(?i){pattern}").fill_null(value=False)


def _json(body: Any, *, status: int) -> Answer:
    return Answer(status=status, body=json.dumps(body).encode(), content_type="application/json")
