"""How to request ISO New England's documents: stored files, and reports that are made on request."""

from __future__ import annotations

import re
from datetime import datetime, time

import attrs
from energyopti import Chunk, FeedSource, Finding, FindingKind, NoData
from energyopti.layouts import Document, Layout, Reading, one_by_one
from energyopti.source import Expect, Request, Source
from energyopti.timezones import to_utc

from energyopti_isone.protocol.stamps import ZONE

STORED = "static-transform/csv/histRpts"
ON_REQUEST = "transform/csv"
SESSION_PAGE = "isoexpress/web/reports/operations/-/tree/gen-fuel-mix"
"""A page for people: whoever opens it gets the anonymous cookie without which a report is refused (status 403)."""

NO_DATA = b"No data exists for this period."
_ROW, _HEADER = (re.compile(rb'^\s*"?' + each + rb'"?\s*,', re.MULTILINE) for each in (b"D", b"H"))
_ROWS_STATED = re.compile(rb'^\s*"?T"?\s*,\s*"?[1-9]', re.MULTILINE)

BLOCKS = tuple(range(0, 24, 4))
"""The local hours at which the files of five-minute prices begin."""


def says_nothing(content: bytes) -> bool:
    """Whether a document with status 200 is ISO New England's word for no document."""
    return content.strip().startswith(NO_DATA)


def read_report(layout: Layout, document: Document) -> Reading:
    """The rows of a report; raises `NoData` for one that only says that there is nothing, in either form."""
    content = document.content
    if says_nothing(content):
        raise NoData("the ISO answers that no data exists for this period")
    if _HEADER.search(content) and not _ROW.search(content) and not _ROWS_STATED.search(content):
        raise NoData("the report has a header and no rows")
    return layout.read(content)


def read_named(layout: Layout, document: Document) -> Reading:
    """The same, for files whose rows have no date: it is also in their name."""
    name = document.name.rpartition("/")[2].encode("ascii", "replace")
    if re.match(rb"lmp_5min_\d{8}_", name) and not says_nothing(document.content):
        document = attrs.evolve(document, content=b'"C","Filename: %b"\n' % name + document.content)
    return read_report(layout, document)


REPORTS = one_by_one(read_report)
NAMED_FILES = one_by_one(read_named)


def stored(path: str) -> tuple[FeedSource, ...]:
    """A stored file a day; ``path`` has the day's place."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        asked = f"{STORED}/{path.format(day=chunk.day)}"
        payload = await source.get(asked)
        return await source.run(
            chunk.feed.reads, chunk.feed.layout, [Document(name=asked, content=payload.content)]
        )

    return (FeedSource(name="stored files", host="files", collect=collect),)


def stored_blocks(folder: str) -> tuple[FeedSource, ...]:
    """Six stored files a day, of which those of hours to come are not there yet; only the folder says which prices they are."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        requests = _blocks(chunk, folder, source.now)
        payloads = await source.get_all(requests)
        asked = [each for each in requests if each not in source.absent]
        documents = [
            Document(name=each.path, content=payload.content)
            for each, payload in zip(asked, payloads, strict=True)
        ]
        there = [each for each in documents if not says_nothing(each.content)]
        reading = await source.run(chunk.feed.reads, chunk.feed.layout, there or documents)
        due = chunk.due_to(source.now)
        spans = tuple(
            request.about
            for request, document in zip(asked, documents, strict=True)
            if request.about is not None and request.about[0] < due and says_nothing(document.content)
        )
        return attrs.evolve(reading, findings=(*reading.findings, _gap(spans))) if spans else reading

    return (FeedSource(name="stored files", host="files", collect=collect, missing="skip"),)


def _blocks(chunk: Chunk, folder: str, now: datetime) -> list[Request]:
    """A request for each file of a day that has begun by now, with the time that its rows are about."""
    edges = [to_utc(datetime.combine(chunk.day, time(hour)), ZONE) for hour in BLOCKS]
    return [
        Request(
            path=f"{STORED}/{folder}/lmp_5min_{chunk.day:%Y%m%d}_{hour:02d}-{hour + 4:02d}.csv",
            about=(start, end),
        )
        for hour, start, end in zip(BLOCKS, edges, [*edges[1:], chunk.end], strict=True)
        if start < now
    ]


def _gap(spans: tuple[tuple[datetime, datetime], ...]) -> Finding:
    """The finding that some files that are due only say that there is no data, as the core has it for a 404."""
    return Finding(
        kind=FindingKind.GAP,
        message=f"{len(spans)} files of the day only say that no data exists",
        spans=spans,
    )


def on_request(name: str) -> tuple[FeedSource, ...]:
    """A report of a day, made on request for whoever has the cookie of a page."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        # the host is asked one thing at a time (`concurrency`), so that one client has the cookie
        await source.get_all([Request(path=SESSION_PAGE, expect=Expect.PAGE, reference=True)])
        day = f"{chunk.day:%Y%m%d}"
        payload = await source.get(f"{ON_REQUEST}/{name}", params={"start": day, "end": day})
        document = Document(name=f"{name}-{day}.csv", content=payload.content)
        return await source.run(chunk.feed.reads, chunk.feed.layout, [document])

    return (FeedSource(name="reports on request", host="reports", collect=collect),)
