"""What a server sends may have been saved again, as a user's file may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collecting_builders import load_csv, load_feed, run, served_market, service
from energyopti.answer.result import MarketData
from energyopti.errors import SchemaDrift
from servers import Server, serving

WHOLE = load_csv("2024-07-01")


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback."""
    with serving() as opened:
        yield opened


def ask(server: Server, folder: Path, content: bytes) -> MarketData:
    """The answer about a day of which the server has that."""
    server.on("/load/2024-07-01.csv", content)

    async def go() -> MarketData:
        async with service(served_market(server.url, load_feed()), folder) as opened:
            return await opened.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")

    return run(go())


def with_excel_dates(content: bytes) -> bytes:
    """``7/1/2024 4:00`` for ``2024-07-01T04:00:00``."""
    header, *lines = content.decode().splitlines()
    rows = []
    for line in lines:
        stamp, rest = line.split(",", 1)
        rows.append(
            f"{int(stamp[5:7])}/{int(stamp[8:10])}/{stamp[:4]} {int(stamp[11:13])}:{stamp[14:16]},{rest}"
        )
    return "\r\n".join([header, *rows]).encode()


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: b"\r\n" + text,
        lambda text: text.decode().encode("utf-16"),
        with_excel_dates,
        lambda text: text.replace(b",", b"\t").decode().encode("utf-16"),
        lambda text: text.replace(b"\r\n", b",\r\n"),
    ],
    ids=["blank line", "utf-16", "dates", "tabs", "commas"],
)
def test_day_that_was_saved_again_is_the_same(
    server: Server, tmp_path: Path, disguise: Callable[[bytes], bytes]
) -> None:
    """Whole, without a finding, and asked for once."""
    data = ask(server, tmp_path, disguise(WHOLE))
    assert data.frame.equals(ask(server, tmp_path / "other", WHOLE).frame)
    assert (len(data), data.findings, data.coverage.complete) == (24, (), True)


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"%PDF-1.7\n", "a PDF"), (b'{"a": [1,\n2]}\n', "JSON"), (b"PK\x03\x04", "a zip archive")],
)
def test_answer_of_another_kind_is_called_by_its_name(
    server: Server, tmp_path: Path, content: bytes, what: str
) -> None:
    """And what was due."""
    with pytest.raises(SchemaDrift, match=f"the payload is {what}.*, not the text that was due"):
        ask(server, tmp_path, content)
