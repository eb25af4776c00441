"""An answer of Data Miner, page by page: the requests, what every page must say, and what refusals mean.

A page has at most 50,000 rows. In JSON it is an envelope that ends with ``totalRows``. In CSV (``format=csv`` and
``download=true``) it is only rows, with its total in the header ``X-TotalRows``; an answer without rows has no body, or
only a header: with a total of 0, or with none.
"""

from __future__ import annotations

import contextlib
import enum
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import attrs

from energyopti import NoData, SchemaDrift, SourceUnavailable, Unconfirmed, UnsupportedQuery
from energyopti.layouts import Layout, Reading
from energyopti.source import Expect, Payload, Request

if TYPE_CHECKING:
    from energyopti.source import Source

PAGE_ROWS = 50_000
_AT_ONCE = 4
_MOST_PAGES = 2_000
"""The most pages of an answer: a hundred million rows, more than any known answer, or as many short ones."""
_TOTAL = re.compile(rb'"totalRows"\s*:\s*("[^"]*"|[^\s,}\]]+)')
_COUNT = re.compile(r"[0-9]{1,15}")
_SHOWN = 40
_OF_THE_FORM = re.compile(r"\b(?:download|format)\b", re.IGNORECASE)
_COUNTED_BY = "x-totalrows"
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_NO_ROWS = b"[]"
_REFUSED, _NO_SUCH_FORM = 400, 406


class Form(enum.StrEnum):
    """The form of requested pages; both have the same rows and columns."""

    JSON = "json"
    CSV = "csv"


_PARAMS: Mapping[Form, Mapping[str, str]] = {Form.JSON: {}, Form.CSV: {"download": "true", "format": "csv"}}
_EXPECT = {Form.JSON: Expect.JSON, Form.CSV: Expect.CSV}


UNCONFIRMED = Unconfirmed.noted(
    date(2026, 11, 25),
    (
        "whether rows requested as CSV come as the page exports them, with their total",
        "if not, JSON is requested",
    ),
)
"""What is not known about feeds requested as CSV."""


class _NotThisFormError(Exception):
    """The service, or something in front of it, does not answer in the requested form."""


@attrs.frozen(kw_only=True)
class Query:
    """What all pages of an answer are requested with, and how they are read.

    ``kept`` selects the wanted rows of a page. ``shared`` pages are requested besides the data, and kept for a while
    for other chunks that need them. ``immutable`` ones never change, and are kept as long as there is room.
    """

    feed: str
    params: Mapping[str, str]
    layout: Layout
    page: int = PAGE_ROWS
    form: Form = Form.JSON
    kept: Callable[[Reading], Reading] | None = None
    shared: bool = False
    immutable: bool = False


async def all_pages(source: Source, query: Query) -> Reading:
    """Every page of a query; requested once more, with another page size, if they do not add up.

    The service may answer a query that it has seen before with an older result, page by page: a query without dates has
    different pages every day. If anything is wrong with pages of CSV, JSON is requested.
    """
    dated = any("datetime" in name or "date" in name for name in query.params)
    varied = 0 if dated else source.now.timetuple().tm_yday
    attempts = [query.page - varied, query.page * 49 // 50 - varied]
    if query.form is Form.CSV:
        with contextlib.suppress(_NotThisFormError, SchemaDrift):
            reading = await _pages(source, query, attempts[0])
            if reading is not None:
                return reading
            del attempts[0]
    for size in attempts:
        reading = await _pages(source, attrs.evolve(query, form=Form.JSON), size)
        if reading is not None:
            return reading
    raise SourceUnavailable(
        f"pjm: the pages of {query.feed} do not add up to the total that they report, twice; try again later"
    )


async def _pages(source: Source, query: Query, size: int) -> Reading | None:
    """Every page of a query, a few at a time; None if they disagree, or rows are missing."""
    (first,) = await _get(source, query, [1], size)
    total = _total(first, query, size)
    if query.form is Form.CSV:
        return await _sheets(source, query, size, first, total)
    reading, came = await _read_all(source, query, [first.content])
    if came == total:
        return reading
    if not 0 < came < total:
        return None
    if came == size:
        readings = await _full_pages(source, query, size, total)
    else:
        readings = await _short_pages(source, query, size, total, first, came)
    return None if readings is None else await source.run(Reading.concat, [reading, *readings])


async def _full_pages(source: Source, query: Query, size: int, total: int) -> list[Reading] | None:
    """The envelopes after a full first one; each is full too, except the last."""
    starts, readings = list(range(size + 1, total + 1, size)), list[Reading]()
    while starts:
        batch, starts = starts[:_AT_ONCE], starts[_AT_ONCE:]
        pages = await _get(source, query, batch, size)
        if any(total_rows(page) != total for page in pages):
            return None
        reading, count = await _read_all(source, query, [page.content for page in pages])
        if count != sum(min(size, total - start + 1) for start in batch):
            return None
        readings.append(reading)
    return readings


async def _short_pages(
    source: Source, query: Query, size: int, total: int, page: Payload, count: int
) -> list[Reading] | None:
    """The envelopes after one with fewer rows than requested, each starting where the one before it ended.

    A service may return fewer rows at once than documented; but never so few that requesting all takes days, nor the
    same ones again.
    """
    readings, came = list[Reading](), count
    while came < total:
        if total - came > _MOST_PAGES * count:
            raise SourceUnavailable(
                f"pjm: {query.feed} has {total:,} rows and sends {count:,} at a time: that takes too many requests; "
                "ask for less, or try again later"
            )
        before = page.content
        (page,) = await _get(source, query, [came + 1], size)
        reading, count = await _read_all(source, query, [page.content])
        came += count
        if total_rows(page) != total or not count or came > total or page.content == before:
            return None
        readings.append(reading)
    return readings


async def _sheets(source: Source, query: Query, size: int, first: Payload, total: int) -> Reading | None:
    """Every page of CSV, a few at a time; if one is shorter than requested, envelopes are requested."""
    pages, readings = [first], list[Reading]()
    starts = list(range(1, total + 1, size)) or [1]
    while starts:
        batch, starts = starts[:_AT_ONCE], starts[_AT_ONCE:]
        pages += await _get(source, query, batch[len(pages) :], size)
        if total and any(total_rows(page) != total for page in pages):
            return None
        contents, count = [page.content for page in pages], 0
        if batch[0] == 1 and _may_be_all(pages[0], total):
            reading, count = await _read_all(source, query, [contents.pop(0)])
            if count == total:
                return reading
            readings.append(reading)
        pages = []
        if contents:
            reading, more = await _read_all(source, query, contents)
            readings.append(reading)
            count += more
        if count != sum(min(size, total - start + 1) for start in batch):
            return None
    return await source.run(Reading.concat, readings)


def _may_be_all(page: Payload, total: int) -> bool:
    """Whether a first sheet may hold all rows, whatever was requested: it has a line for each."""
    return page.content.count(b"\n") >= total


async def _read_all(source: Source, query: Query, contents: list[bytes]) -> tuple[Reading, int]:
    """The wanted rows of pages, and how many rows there are in total.

    Sheets are read as one; an envelope takes ten times its size to read, so they are read one after another.
    """
    filled = [content for content in contents if len(content) > len(_BLANKS) or content.strip(_BLANKS)]
    if query.form is Form.CSV and filled:
        return await source.run(_read, query, filled)
    found = [await source.run(_read, query, [content]) for content in filled or [_NO_ROWS]]
    return await source.run(Reading.concat, [reading for reading, _ in found]), sum(n for _, n in found)


def _read(query: Query, contents: list[bytes]) -> tuple[Reading, int]:
    """The wanted rows of pages, and how many rows they have in total."""
    reading = query.layout.read(contents[0]) if len(contents) == 1 else query.layout.read_all(contents)
    return reading if query.kept is None else query.kept(reading), reading.raw.height


async def _get(source: Source, query: Query, starts: Sequence[int], size: int) -> list[Payload]:
    """Pages by the numbers of their first rows."""
    if not starts:
        return []
    requests = [
        Request(
            path=query.feed,
            params={"rowCount": str(size), "startRow": str(start), **_PARAMS[query.form], **query.params},
            expect=_EXPECT[query.form],
            accept=(_REFUSED, _NO_SUCH_FORM) if query.form is Form.CSV else (_REFUSED,),
            row_count_header=_COUNTED_BY if query.form is Form.CSV else None,
            reference=query.shared,
            immutable=query.immutable,
            absence_lasts=query.immutable,
        )
        for start in starts
    ]
    try:
        payloads = await source.get_all(requests)
    except NoData as error:
        if starts[0] == 1:
            raise
        raise SourceUnavailable(
            f"pjm: rows of {query.feed} are missing from {starts[0]:,} on, though its first page counts them ({error.line})"
        ) from error
    for payload in payloads:
        _check(payload, query)
    return payloads


def _check(payload: Payload, query: Query) -> None:
    """Raise PJM's refusal, in PJM's words; it may come with any status."""
    is_error = payload.content.startswith(b"{") and b'"errors"' in payload.content[:400]
    if payload.status not in {_REFUSED, _NO_SUCH_FORM} and not is_error:
        return
    words = _words(payload.content)
    if query.form is Form.CSV and (payload.status == _NO_SUCH_FORM or _OF_THE_FORM.search(words)):
        raise _NotThisFormError
    raise UnsupportedQuery(f"PJM refuses this request of {query.feed}: {words}")


def _words(content: bytes) -> str:
    """The message in an error body: a list of messages, one message, or bare text."""
    try:
        body = json.loads(content)
    except ValueError:
        return content[:300].decode("utf-8", "replace").strip()
    if isinstance(body, dict):
        errors = body.get("errors")
        if isinstance(errors, list):
            return " ".join(
                str(each.get("message", each)) if isinstance(each, dict) else str(each) for each in errors
            )
        return str(errors or body.get("message") or body)
    return str(body)


def _total(payload: Payload, query: Query, size: int) -> int:
    """How many rows a query has, as reported by its first page; raises for anything that is not a row count."""
    total, said = total_rows(payload), _said_total(payload)
    if total is not None and total <= _MOST_PAGES * size:
        return total
    if query.form is Form.CSV:
        if said is None and _has_no_row(payload):
            return 0
        raise _NotThisFormError
    if said is None:
        raise SourceUnavailable(
            f"pjm: {payload.url} gives no total of its rows: it is not a page of Data Miner"
        )
    raise SourceUnavailable(
        f"pjm: {payload.url} says that {query.feed} has {said[:_SHOWN]} rows, which cannot be: it was not used; "
        "try again later"
    )


def _has_no_row(payload: Payload) -> bool:
    """Whether a sheet is empty, or only a header: the service's answer to a query without rows."""
    content = payload.content.strip(_BLANKS)
    return not content or (b"\n" not in content and content[:1] not in b"[{<" and b"," in content)


def total_rows(payload: Payload) -> int | None:
    """How many rows a query has, as its page reports: in a header, or in the envelope, mostly at its end.

    None if it reports none, or something that is not a count: a word, a fraction, a negative number.
    """
    said = _said_total(payload)
    return int(said) if said is not None and _COUNT.fullmatch(said) else None


def _said_total(payload: Payload) -> str | None:
    """A page's word for its total."""
    said = payload.headers.get(_COUNTED_BY, "").strip()
    if said or payload.content[:4].lstrip(_BLANKS)[:1] != b"{":
        return said or None
    found = _TOTAL.search(payload.content[-4096:]) or _TOTAL.search(payload.content)
    return None if found is None else found[1].decode("utf-8", "replace")
