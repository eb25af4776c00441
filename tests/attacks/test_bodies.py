"""Bodies that unpack to more than they should, that end too early, or that are packed more than once."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from bounded import bounded
from collecting_builders import NOW, run, served_market, settings
from energyopti.errors import SourceUnavailable
from energyopti.source import Client, Expect, Payload, Request
from raw_servers import OK, saying, speaking
from servers import Answer, serving

CSV = b"Start,Area,MW\r\n2024-07-01T04:00:00,NORTH,12.5\r\n2024-07-01T05:00:00,NORTH,-12.55\r\n"
CUT = CSV[:-3]
"""Within the last number: it would be read as -12.5."""

BOMB = """
    import asyncio, sys
    from pathlib import Path
    from energyopti.market import Host, Market
    from energyopti.settings import Settings
    from energyopti.source import Client, Request

    url, home = sys.argv[1:]
    there = Market(id="testiso", title="", zone="UTC", website="", feeds=(), hosts=(Host(name="main", url=url),))

    async def go():
        client = Client(Settings(home=Path(home), attempts=1, max_payload_bytes=64 << 20))
        try:
            await client.fetch(there, there.host("main"), Request(path="doc"))
        except Exception as error:
            print(type(error).__name__, error)
        finally:
            await client.aclose()

    asyncio.run(go())
"""


def bomb(size: int) -> bytes:
    """A few bytes that unpack to many, which unpack to far more."""
    packing = zlib.compressobj(1, wbits=31)
    block = bytes(1 << 20)
    return b"".join([*(packing.compress(block) for _ in range(size >> 20)), packing.flush()])


def fetch(url: str, home: Path, *, expect: Expect = Expect.CSV, **changes: Any) -> Payload:
    """One document by a client that asks once."""

    async def go() -> Payload:
        opened = Client(settings(home, attempts=1, **changes), now=lambda: NOW)
        there = served_market(url)
        try:
            return await opened.fetch(there, there.host("main"), Request(path="doc", expect=expect))
        finally:
            await opened.aclose()

    return run(go())


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip,identity,gzip", "br", "deflate", "zstd, gzip"])
def test_what_was_not_asked_for_is_not_unpacked(encoding: str, tmp_path: Path) -> None:
    """Gzip, and once: each further layer would multiply what a few bytes unpack to."""
    with serving() as server:
        packed = gzip.compress(gzip.compress(CSV))
        server.on("/doc", Answer(body=packed, headers={"Content-Encoding": encoding}))
        with pytest.raises(SourceUnavailable, match="only gzip was asked for, once"):
            fetch(server.url, tmp_path)
    assert server.asked[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize("encoding", ["gzip, gzip", pytest.param("gzip", marks=pytest.mark.exhaustive)])
def test_a_bomb_takes_no_more_memory_than_the_cap(encoding: str, tmp_path: Path) -> None:
    """Half a gigabyte in 500 kB, or in 3 kB, where the cap is 64 MB: neither is ever held."""
    with serving() as server:
        body = bomb(512 << 20)
        packed = gzip.compress(body) if "," in encoding else body
        server.on("/doc", Answer(body=packed, headers={"Content-Encoding": encoding}))
        ran = bounded(BOMB, server.url, str(tmp_path), memory=400 << 20)
    assert ran.last.startswith("SourceUnavailable testiso: ")


def test_the_cap_counts_packed_bytes_too(tmp_path: Path) -> None:
    """A gzip body may have a name of any length, which unpacks to nothing."""
    named = b"\x1f\x8b\x08\x08\0\0\0\0\x02\xff" + b"n" * 200_000
    with serving() as server:
        server.on("/doc", Answer(body=named, headers={"Content-Encoding": "gzip"}))
        with pytest.raises(SourceUnavailable, match="more than 100,000 bytes"):
            fetch(server.url, tmp_path, max_payload_bytes=100_000)


def test_a_body_of_several_gzip_members_is_all_of_them(tmp_path: Path) -> None:
    """As the format allows: no rows are lost."""
    with serving() as server:
        packed = gzip.compress(CSV[:15]) + gzip.compress(CSV[15:])
        server.on("/doc", Answer(body=packed, headers={"Content-Encoding": "gzip"}))
        assert fetch(server.url, tmp_path).content == CSV


def test_a_gzip_body_that_is_cut_is_no_answer(tmp_path: Path) -> None:
    """Nothing else says that its end is missing: the rows before it would be taken for all."""
    packed = gzip.compress(CSV * 1000)[:-9]
    said = saying(OK, b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n", packed)
    with speaking(said) as url, pytest.raises(SourceUnavailable, match="a truncated gzip body"):
        fetch(url, tmp_path)


def test_a_word_that_is_no_encoding_means_nothing(tmp_path: Path) -> None:
    """Some servers put the character set there."""
    with serving() as server:
        server.on("/doc", Answer(body=CSV, headers={"Content-Encoding": "UTF-8"}))
        assert fetch(server.url, tmp_path).content == CSV


@pytest.mark.parametrize("ending", [b"", b"\r\n", b"\n", b"\r"])
def test_a_body_of_unknown_length_ends_at_the_end_of_a_row(ending: bytes, tmp_path: Path) -> None:
    """A number that is cut is a smaller number."""
    said = saying(OK, b"Connection: close\r\n\r\n", CUT, ending)
    with speaking(said) as url:
        if ending:
            assert fetch(url, tmp_path).content == CUT + ending
            return
        with pytest.raises(SourceUnavailable, match="does not end at the end of a row"):
            fetch(url, tmp_path)


@pytest.mark.parametrize(
    ("expect", "body"),
    [
        (Expect.ANY, CUT),
        (Expect.ANY, b"<ListBucketResult><Key>a</Key><Key>b"),
        (Expect.ANY, json.dumps({"rows": [[1.5, 12.55]]}).encode()[:-4]),
        (Expect.PAGE, b"<html><body><a href='x'>x</a><a href='y"),
        (Expect.WORKBOOK, b"PK\x03\x04 an archive without an end"),
    ],
    ids=["rows", "list", "json", "page", "workbook"],
)
def test_other_bodies_of_unknown_length_are_whole(expect: Expect, body: bytes, tmp_path: Path) -> None:
    """Elements, objects and archives are closed."""
    said = saying(OK, b"Connection: close\r\n\r\n", body)
    with speaking(said) as url, pytest.raises(SourceUnavailable, match="end of a row"):
        fetch(url, tmp_path, expect=expect)


@pytest.mark.parametrize(
    "framed",
    [
        b"Content-Length: 500\r\n\r\n" + CUT,
        b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n%b\r\n" % (len(CUT), CUT),
    ],
    ids=["length", "chunks"],
)
def test_a_body_shorter_than_announced_is_no_answer(framed: bytes, tmp_path: Path) -> None:
    """Its length, or its last chunk, is missing."""
    with speaking(saying(OK, framed)) as url, pytest.raises(SourceUnavailable, match="RemoteProtocolError"):
        fetch(url, tmp_path)


def test_a_last_row_without_an_end_is_one_if_the_body_is_known_to_be_whole(tmp_path: Path) -> None:
    """Its length says so: many files end without a new line."""
    body = CSV.rstrip()
    with serving() as server:
        server.on("/doc", body)
        assert fetch(server.url, tmp_path).content == body
