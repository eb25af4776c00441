"""Servers that answer with a page where a document is missing, and documents that are pages or workbooks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from builders import feed_source
from collecting_builders import load_csv, load_feed, run, served, served_market, service
from energyopti.answer.result import CoverageStatus, MarketData
from energyopti.errors import NoData, SourceUnavailable
from energyopti.market import FeedSource
from energyopti.source import Collect, Expect, Request
from servers import Answer, Server, serving

if TYPE_CHECKING:
    from energyopti.layouts import Reading
    from energyopti.query import Chunk
    from energyopti.source import Source

PAGE = b"\xef\xbb\xbf\r\n <!DOCTYPE html>\r\n<html><body>Page not found</body></html>"
DAY = load_csv("2024-07-01")
FIRST = "/load/2024-07-01.csv"


def workbook() -> bytes:
    """A workbook with one cell."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as opened:
        opened.add_worksheet("Results").write_string(0, 0, "LDA")
    return buffer.getvalue()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


def asking(path: str = "load/{day}.csv", **changes: Any) -> Collect:
    """A document a day that may be a page; what is no table is read as the first day's."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        request = Request(path=path.format(day=chunk.day), **{"html_means_missing": True, **changes})
        (payload,) = await source.get_all([request])
        content = payload.content if payload.content.startswith(b"Start") else DAY
        return chunk.feed.layout.read(content)

    return collect


def ask(
    server: Server,
    home: Path,
    *feed_sources: FeedSource,
    end: str = "2024-07-02",
    partial: bool = False,
    **request: Any,
) -> MarketData:
    """The loads from the first of July on."""

    async def go() -> MarketData:
        asked = feed_sources or (feed_source(collect=asking(**request)),)
        async with service(served_market(server.url, load_feed(sources=asked)), home) as opened:
            return await opened.get_market_data("testiso", "load", "2024-07-01", end, partial=partial)

    return run(go())


@pytest.mark.parametrize(
    "page",
    [PAGE, b"<html>", b"\n\t<HTML lang='en'><body>rate limit</body>", b"<!doctype HTML>" + b" " * 9000],
    ids=["mark and blanks", "bare", "upper case", "long"],
)
@pytest.mark.parametrize("expect", [Expect.CSV, Expect.WORKBOOK, Expect.ZIP, Expect.JSON, Expect.ANY])
def test_page_in_its_place_is_no_data(server: Server, tmp_path: Path, expect: Expect, page: bytes) -> None:
    """Whatever was due, it is not there: that is an answer, and is not asked for twice."""
    server.on(FIRST, page)
    with pytest.raises(NoData):
        ask(server, tmp_path, expect=expect)
    assert server.paths == [FIRST]


def test_page_is_a_failure_elsewhere(server: Server, tmp_path: Path) -> None:
    """Unless the request says what a page means, it is a hiccup: tried again, and said."""
    server.on(FIRST, PAGE)
    with pytest.raises(SourceUnavailable, match="HTML page where data was due"):
        ask(server, tmp_path, expect=Expect.CSV, html_means_missing=False)
    assert len(server.paths) == 3


def test_failure_with_a_page_is_no_absence(server: Server, tmp_path: Path) -> None:
    """A server in trouble sends pages too: its status says so."""
    server.on(FIRST, Answer(status=503, body=PAGE))
    with pytest.raises(SourceUnavailable, match="503"):
        ask(server, tmp_path, expect=Expect.CSV)
    assert len(server.paths) == 3


def test_failure_before_an_absence_is_tried_again(server: Server, tmp_path: Path) -> None:
    """The answer is what the server says once it is well."""
    server.on(FIRST, Answer(status=500), PAGE)
    with pytest.raises(NoData):
        ask(server, tmp_path)
    assert len(server.paths) == 2


def test_document_in_its_place_is_read(server: Server, tmp_path: Path) -> None:
    """That a page would mean absence does not touch what is there."""
    server.on(FIRST, DAY)
    data = ask(server, tmp_path, expect=Expect.CSV)
    assert (len(data), data.findings) == (24, ())


def test_accepted_status_with_a_page_is_absence_too(server: Server, tmp_path: Path) -> None:
    """And without that word, the page is the plugin's to read."""
    server.on(FIRST, Answer(status=404, body=PAGE))
    with pytest.raises(NoData):
        ask(server, tmp_path, accept=(404,))
    assert len(ask(server, tmp_path, accept=(404,), html_means_missing=False)) == 24


def test_day_behind_a_page_is_missing_from_the_range(server: Server, tmp_path: Path) -> None:
    """The others are there; the missing one has its reason."""
    server.on(FIRST, DAY)
    server.on("/load/2024-07-02.csv", PAGE)
    server.on("/load/2024-07-03.csv", load_csv("2024-07-03"))
    data = ask(server, tmp_path, end="2024-07-04", partial=True)
    assert len(data) == 48
    (missing,) = data.coverage.missing
    assert missing.status is CoverageStatus.MISSING
    with pytest.raises(NoData) as raised:
        ask(server, tmp_path, end="2024-07-04")
    assert raised.value.finished is not None
    assert len(raised.value.finished) == 48


def test_other_source_answers_in_silence(server: Server, tmp_path: Path) -> None:
    """An absence is no failure: the next source is asked, and nothing is to be said of it."""
    server.on(FIRST, PAGE)
    server.on("/archive/2024-07-01.csv", DAY)
    data = ask(server, tmp_path, feed_source(collect=asking()), served("archive", "archive/{day}.csv"))
    assert (len(data), data.findings) == (24, ())
    assert data.provenance[0].feed_source == "archive"


def test_many_absences_do_not_close_a_host(server: Server, tmp_path: Path) -> None:
    """A host whose documents are missing is well: the day that is there is got in the same call."""
    for day in range(1, 30):
        server.on(f"/load/2024-06-{day:02}.csv", PAGE)
    server.on("/load/2024-06-30.csv", load_csv("2024-07-01"))
    server.on("/load/2024-07-01.csv", DAY)

    async def go() -> MarketData:
        there = served_market(server.url, load_feed(sources=(feed_source(collect=asking()),)))
        async with service(there, tmp_path) as opened:
            with pytest.raises(NoData):
                await opened.get_market_data("testiso", "load", "2024-06-01", "2024-06-30")
            return await opened.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")

    assert len(run(go())) == 24


def test_absence_of_a_shared_document_is_kept(server: Server, tmp_path: Path) -> None:
    """The chunks that need it ask once among them."""
    server.on("/load/july.csv", PAGE)
    with pytest.raises(NoData):
        ask(server, tmp_path, end="2024-07-05", path="load/july.csv", shared=True)
    assert server.paths == ["/load/july.csv"]


@pytest.mark.parametrize(
    "body", [workbook(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)], ids=["new", "old"]
)
def test_workbook_is_let_through(server: Server, tmp_path: Path, body: bytes) -> None:
    """Either form of it: whether it can be read is the layout's business."""
    server.on(FIRST, body)
    assert len(ask(server, tmp_path, expect=Expect.WORKBOOK)) == 24


def test_other_things_are_no_workbook(server: Server, tmp_path: Path) -> None:
    """Text in its place is tried again; the workbook that comes then is taken."""
    server.on(FIRST, b"LDA,Price\r\nNORTH,1\r\n")
    with pytest.raises(SourceUnavailable, match="where a workbook was due"):
        ask(server, tmp_path, expect=Expect.WORKBOOK)
    server.on(FIRST, b"busy", workbook())
    assert len(ask(server, tmp_path, expect=Expect.WORKBOOK)) == 24


def test_page_that_is_due_is_let_through(server: Server, tmp_path: Path) -> None:
    """A list of links, say; one that speaks of limits too."""
    server.on(FIRST, b"<html><body>Rate limit of requests: see terms</body></html>")
    assert len(ask(server, tmp_path, expect=Expect.PAGE, html_means_missing=False)) == 24


@pytest.mark.parametrize("body", [b"Start,Area,MW\r\n", b"{}", b""], ids=["text", "json", "nothing"])
def test_other_things_are_no_page(server: Server, tmp_path: Path, body: bytes) -> None:
    """Where a page is due, anything else is tried again."""
    server.on(FIRST, body)
    with pytest.raises(SourceUnavailable, match=r"page was due|empty body"):
        ask(server, tmp_path, expect=Expect.PAGE, html_means_missing=False)
    assert len(server.paths) == 3
