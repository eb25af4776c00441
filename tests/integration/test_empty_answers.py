"""Answers without a body: lost ones, and those of servers that say nothing where there are no rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from builders import feed_source
from collecting_builders import load_csv, load_feed, run, served_market, service
from energyopti.answer.result import MarketData
from energyopti.errors import NoData, SourceUnavailable
from energyopti.source import Expect, Request
from energyopti.source.sniff import is_empty
from servers import Answer, Server, serving

if TYPE_CHECKING:
    from energyopti.layouts import Reading
    from energyopti.query import Chunk
    from energyopti.source import Source

DAY = load_csv("2024-07-01")
PATH = "/load/2024-07-01.csv"
NO_ROWS = {"X-Rows": "0"}


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


def ask(server: Server, home: Path, row_count_header: str | None, expect: Expect = Expect.CSV) -> MarketData:
    """The loads of the first of July; an answer of nothing is no data."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        request = Request(path=f"load/{chunk.day}.csv", expect=expect, row_count_header=row_count_header)
        (payload,) = await source.get_all([request])
        if is_empty(payload.content):
            raise NoData(f"{chunk}: no rows")
        return chunk.feed.layout.read(payload.content)

    async def go() -> MarketData:
        market = served_market(server.url, load_feed(sources=(feed_source(collect=collect),)))
        async with service(market, home) as opened:
            return await opened.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")

    return run(go())


@pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbf", b"\r\n"], ids=["nothing", "mark", "line"])
@pytest.mark.parametrize("headers", [NO_ROWS, {"x-rows": " 0 "}, {}], ids=["0", "blanks", "not said"])
@pytest.mark.parametrize("expect", [Expect.CSV, Expect.JSON, Expect.ANY])
def test_nothing_is_an_answer_where_rows_are_counted(
    server: Server, tmp_path: Path, expect: Expect, headers: Mapping[str, str], body: bytes
) -> None:
    """With a count of 0, or none: the plugin sees it, and nothing is asked again."""
    server.on(PATH, Answer(body=body, headers=headers))
    with pytest.raises(NoData, match="no rows"):
        ask(server, tmp_path, "x-rows", expect)
    assert server.paths == [PATH]


@pytest.mark.parametrize("said", ["24", "many", ""])
def test_nothing_is_a_failure_where_there_are_rows(server: Server, tmp_path: Path, said: str) -> None:
    """A body that was lost is asked for again: its rows come, or the failure is told."""
    lost = Answer(headers={"X-Rows": said})
    server.on(PATH, lost, DAY)
    assert len(ask(server, tmp_path, "x-rows")) == 24
    server.on(PATH, lost)
    with pytest.raises(SourceUnavailable, match="an empty body"):
        ask(server, tmp_path, "x-rows")


def test_nothing_is_a_failure_where_rows_are_not_counted(server: Server, tmp_path: Path) -> None:
    """Unless the request says what it means, whatever the headers say."""
    server.on(PATH, Answer(headers=NO_ROWS))
    with pytest.raises(SourceUnavailable, match="an empty body"):
        ask(server, tmp_path, None)
    assert len(server.paths) == 3


def test_other_bodies_are_looked_at_still(server: Server, tmp_path: Path) -> None:
    """A page, or half a table, is tried again though a count of 0 comes with it."""
    server.on(
        PATH,
        Answer(body=b"<html>busy</html>", headers=NO_ROWS),
        Answer(body=DAY[:-5].rpartition(b",")[0], headers=NO_ROWS),
        DAY,
    )
    assert len(ask(server, tmp_path, "x-rows")) == 24
    assert len(server.paths) == 3


def test_body_cut_to_nothing_is_tried_again(server: Server, tmp_path: Path) -> None:
    """It promised some bytes: it was lost, whatever its count says."""
    server.on(PATH, Answer(headers=NO_ROWS, promised=100), DAY)
    assert len(ask(server, tmp_path, "x-rows")) == 24


@pytest.mark.parametrize(
    ("body", "empty"),
    [
        (b"", True),
        (b" " * 9000, True),
        (b" " * 9000 + b"1", False),
        (b"\xef\xbb\xbf\r\n", True),
        (b"0", False),
    ],
)
def test_blanks_alone_are_nothing(body: bytes, empty: bool) -> None:
    """However many there are; a byte order mark is one."""
    assert is_empty(body) is empty
