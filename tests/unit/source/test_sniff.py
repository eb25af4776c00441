"""Bodies are looked at, not trusted."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti.source import Expect, Payload, Request
from energyopti.source.sniff import what_is_wrong


def archive(content: bytes = b"a,b\n1,2\n") -> bytes:
    """A zip with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("day.csv", content)
    return buffer.getvalue()


CSV = b"Start,Area,MW\r\n2024-07-01,NORTH,1.5\r\n"


@pytest.mark.parametrize(
    ("content", "expect"),
    [
        (CSV, Expect.CSV),
        (CSV, Expect.ANY),
        (CSV.rstrip(), Expect.CSV),
        (b"Start,Area,MW\r\n", Expect.CSV),
        (b"Start,Area,MW", Expect.CSV),
        (b'A,B\n1,"x, y"\n', Expect.CSV),
        (b"A,B\n1,2,3\n", Expect.CSV),
        (b"A,B\n1,2\n\n\n", Expect.CSV),
        (b"\xef\xbb\xbf" + CSV, Expect.CSV),
        (b"\r\n" + CSV, Expect.CSV),
        (CSV.decode().encode("utf-16"), Expect.CSV),
        (CSV.replace(b"\r\n", b"\r"), Expect.CSV),
        (CSV.replace(b",", b";"), Expect.CSV),
        (CSV.replace(b",", b"\t").replace(b"NORTH", b"N\xd6RTH"), Expect.CSV),
        (b"%PDF-1.7\nx", Expect.CSV),
        (b'{"a": 1}', Expect.JSON),
        (b" [1, 2]\n", Expect.JSON),
        (b"[]", Expect.JSON),
        (archive(), Expect.ZIP),
        (archive(), Expect.ZIP_OR_XML),
        (b"<a:b>1</a:b>", Expect.ZIP_OR_XML),
        (
            b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- so --> <Report x='1'><a/></Report>\r\n",
            Expect.ZIP_OR_XML,
        ),
        (b"\x89PNG", Expect.ANY),
    ],
)
def test_what_was_due_is_right(content: bytes, expect: Expect) -> None:
    """Whole bodies of the kind asked for have nothing wrong with them."""
    assert what_is_wrong(content, expect) is None


@pytest.mark.parametrize("expect", list(Expect))
@pytest.mark.parametrize("content", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_blank_body_is_empty(content: bytes, expect: Expect) -> None:
    """Blanks and a byte-order mark are nothing."""
    assert what_is_wrong(content, expect) == "an empty body"


@pytest.mark.parametrize("expect", [each for each in Expect if each is not Expect.PAGE])
@pytest.mark.parametrize(
    "content", [b"<!DOCTYPE html><p>", b"\r\n <HTML><body>", b"\xef\xbb\xbf<!doctype HTML>", b"<html/>"]
)
def test_web_page_is_no_data(content: bytes, expect: Expect) -> None:
    """HTML in any case, after blanks or a byte-order mark, is never the data."""
    assert what_is_wrong(content, expect) == "an HTML page where data was due"


def test_page_that_was_due_is_a_page() -> None:
    """Where a page was asked for, it is right, and anything else is wrong."""
    assert what_is_wrong(b"<!DOCTYPE html><p>", Expect.PAGE) is None
    assert what_is_wrong(CSV, Expect.PAGE) == "something else where an HTML page was due"


@pytest.mark.parametrize(
    "content",
    [
        b"Rate limit reached",
        b'{"message": "Too Many Requests"}',
        b"Request was THROTTLED",
        b"Quota exceeded for today",
    ],
)
def test_short_throttling_message_is_recognised(content: bytes) -> None:
    """Hosts say it in words with a 200."""
    assert what_is_wrong(content, Expect.ANY) == "a throttling message with status 200"


def test_throttling_words_in_a_large_body_are_data() -> None:
    """A long document may well speak of a rate limit in some column."""
    assert what_is_wrong(b"remark\nrate limit\n" + b"x\n" * 4000, Expect.CSV) is None


@pytest.mark.parametrize(
    ("content", "expect", "wrong"),
    [
        (b"no archive", Expect.ZIP, "something else where a zip archive was due"),
        (archive()[:-10], Expect.ZIP, "a truncated zip archive"),
        (b"PK\x03\x04", Expect.ZIP, "a truncated zip archive"),
        (b"no archive", Expect.ZIP_OR_XML, "something else where a zip archive was due"),
        (archive()[:-10], Expect.ZIP_OR_XML, "a truncated zip archive"),
        (b"<?xml version='1.0'?><Report><a>1</a>", Expect.ZIP_OR_XML, "a truncated XML document"),
        (b"<Report><a>1</a></Rep", Expect.ZIP_OR_XML, "a truncated XML document"),
        (b"<?xml version='1.0", Expect.ZIP_OR_XML, "a truncated XML document"),
        (b"<Report/>", Expect.ZIP, "something else where a zip archive was due"),
        (CSV, Expect.JSON, "something else where JSON was due"),
        (b'{"a": [1, 2', Expect.JSON, "truncated JSON"),
        (CSV[:-12], Expect.CSV, "a truncated text"),
        (b'A,B\n1,"half of a word', Expect.CSV, "a truncated text"),
    ],
)
def test_half_and_wrong_bodies_are_named(content: bytes, expect: Expect, wrong: str) -> None:
    """Another kind, or a part of the right one, is said in words."""
    assert what_is_wrong(content, expect) == wrong


@pytest.mark.parametrize(
    "content",
    [archive(), archive()[:-2] + b"\x03\x00PK\x05", archive() + b"\0\0"],
    ids=["plain", "with a comment", "with more after its end"],
)
def test_archive_may_end_in_other_words(content: bytes) -> None:
    """What is put after the directory does not make a zip a truncated one."""
    assert what_is_wrong(content, Expect.ZIP) is None


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=60), expect=st.sampled_from(Expect))
def test_no_bytes_are_too_strange(content: bytes, expect: Expect) -> None:
    """Any body gets a verdict, never an exception."""
    verdict = what_is_wrong(content, expect)
    assert verdict is None or verdict


def test_damaged_archives_get_a_verdict() -> None:
    """Whatever byte of an archive is changed, it is judged, never an exception."""
    whole = archive()
    for place in range(len(whole)):
        for value in (0, 127, 255):
            verdict = what_is_wrong(whole[:place] + bytes([value]) + whole[place + 1 :], Expect.ZIP)
            assert verdict is None or verdict


@pytest.mark.parametrize("content", [b"x" * 200_000, b"A,B\r1,2\r3,4", b"A,B\n1,\r2"])
def test_text_that_is_no_csv_gets_a_verdict(content: bytes) -> None:
    """One endless field or old line ends are judged too, never an exception."""
    verdict = what_is_wrong(content, Expect.CSV)
    assert verdict is None or verdict


def test_request_is_told_apart_by_what_is_sent() -> None:
    """Method, path, parameters and form make the key; their order does not."""
    one = Request(path="a", params={"x": "1", "y": "2"})
    assert one.key == Request(path="a", params={"y": "2", "x": "1"}).key
    others = [
        Request(path="b", params=one.params),
        Request(path="a", params={"x": "1"}),
        Request(path="a", params=one.params, method="POST"),
        Request(path="a", params=one.params, form={}),
        Request(path="a", params=one.params, form={"q": "1"}),
    ]
    assert len({one.key, *(other.key for other in others)}) == 6


def test_payload_shows_its_address_and_hides_its_bytes() -> None:
    """A payload in a log is one short line; its hash is that of its bytes."""
    payload = Payload(content=b"abc", url="https://iso.example/x", fetched_at=utc("2024-07-01"))
    assert "abc" not in repr(payload)
    assert "iso.example/x" in repr(payload)
    assert payload.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_mark_before_json_is_no_fault(encoding: str) -> None:
    """JSON is known behind a byte-order mark, whole or cut."""
    assert what_is_wrong('{"items": []}'.encode(encoding), Expect.JSON) is None
    assert what_is_wrong('{"items": ['.encode(encoding), Expect.JSON) == "truncated JSON"
