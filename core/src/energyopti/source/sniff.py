"""Whether a body is what was due: servers send HTML, stubs and truncated files with status 200."""

from __future__ import annotations

import codecs
import csv
import io
import re
import struct
import zipfile
from collections.abc import Callable

from energyopti.errors import SchemaDrift
from energyopti.layouts.decode.plain import plain_text
from energyopti.layouts.formats.archive import UNREADABLE
from energyopti.source.message import Expect
from energyopti.tuning.reading import NOTICE_BYTES

_THROTTLED = (b"rate limit", b"too many requests", b"throttl", b"quota exceeded", b"call volume quota")
_WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")
_END_OF_ZIP, _END = b"PK\x05\x06", struct.Struct("<12s2IH")
_SERVICES_WORDS = (b"{", b"[", b'"')
_ROOT = re.compile(rb"(?:<[?!][^>]*>\s*)*<([\w:.-]+)")
_BLANKS = b"\xef\xbb\xbf \t\r\n"


def what_is_wrong(content: bytes, expect: Expect) -> str | None:
    """Why a body cannot be the data that was due, or None if it can."""
    head = content[:NOTICE_BYTES].lstrip(_BLANKS).lower()
    if not head:
        return "an empty body"
    if expect is Expect.PAGE:
        return None if is_page(content) else "something else where an HTML page was due"
    if is_page(content):
        return "an HTML page where data was due"
    if is_throttling(content):
        return "a throttling message with status 200"
    look = _LOOKS.get(expect)
    return None if look is None else look(content)


def is_throttling(content: bytes) -> bool:
    """Whether a body says that the host was asked too often."""
    return len(content) < NOTICE_BYTES and any(phrase in content.lower() for phrase in _THROTTLED)


def is_empty(content: bytes) -> bool:
    """Whether a body holds only blanks."""
    return not content[:NOTICE_BYTES].strip(_BLANKS) and not content.strip(_BLANKS)


def is_page(content: bytes) -> bool:
    """Whether a body is an HTML page."""
    head = content[:NOTICE_BYTES].lstrip(_BLANKS).lower()
    return head.startswith((b"<!doctype html", b"<html"))


def ends_whole(content: bytes) -> bool:
    """Whether a body ends where a document can: at the end of a row, an element, an object or an archive.

    A row that is cut inside its last number has a smaller one.
    """
    head, tail = content[:NOTICE_BYTES].lstrip(_BLANKS), content[-NOTICE_BYTES:].rstrip(b" \t\0")
    if head.startswith(_WORKBOOKS):
        return not head.startswith(b"PK") or _wrong_with_zip(content) is None
    if head.startswith((b"<", b"{", b"[")):
        return tail.rstrip(_BLANKS).endswith((b">", b"}", b"]"))
    return not head or tail.endswith((b"\n", b"\r"))


def is_refusing_page(content: bytes, content_type: str) -> bool:
    """Whether the body of a refusal is a page for people, in any form, not a service's message."""
    head = content[:NOTICE_BYTES].lstrip(_BLANKS).lower()
    if not head or head.startswith(_SERVICES_WORDS):
        return False
    return b"<html" in head or b"<!doctype html" in head or "html" in content_type.lower()


def _wrong_with_zip(content: bytes) -> str | None:
    if not content.startswith(b"PK"):
        return "something else where a zip archive was due"
    if _is_closed(content):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)):
            return None
    except UNREADABLE:
        return "a truncated zip archive"


def _wrong_with_zip_or_xml(content: bytes) -> str | None:
    """A document in place of the archive must be complete: it ends with its root's end tag."""
    body = content.strip(_BLANKS)
    if not body.startswith(b"<"):
        return _wrong_with_zip(content)
    root = _ROOT.match(body)
    whole = root is not None and body.endswith(b"</" + root[1] + b">")
    return None if whole else "a truncated XML document"


def _is_closed(archive: bytes) -> bool:
    """Whether a zip ends exactly where it says; False is inconclusive, since some say it differently."""
    at = archive.rfind(_END_OF_ZIP)
    if at < 0 or len(archive) < at + _END.size:
        return False
    _, size, start, comment = _END.unpack_from(archive, at)
    return bool(start + size == at and at + _END.size + comment == len(archive))


def _wrong_with_json(content: bytes) -> str | None:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = content.decode("utf-16", "replace").encode()
    body = content.strip(_BLANKS)
    if body[:1] not in {b"{", b"["}:
        return "something else where JSON was due"
    return None if body[-1:] in {b"}", b"]"} else "truncated JSON"


def _wrong_with_csv(content: bytes) -> str | None:
    """A last line with fewer fields than the header was cut off in transit."""
    try:
        content = plain_text(content)
    except (SchemaDrift, UnicodeDecodeError):
        return None  # the layout will say what is wrong
    end = len(content.rstrip())
    last = content[content.rfind(b"\n", 0, end) + 1 : end]
    first = content[: content.find(b"\n") + 1 or len(content)]
    if _width(last) < _width(first):
        return "a truncated text"
    return None


def _wrong_with_workbook(content: bytes) -> str | None:
    return None if content.startswith(_WORKBOOKS) else "something else where a workbook was due"


def _width(line: bytes) -> int:
    """The number of fields in a line; 0 if it cannot be read, such as with an open quote at its end."""
    text = line.decode("utf-8", "replace").strip()
    try:
        return 0 if text.count('"') % 2 else len(next(csv.reader([text]), []))
    except csv.Error:
        return 0


_LOOKS: dict[Expect, Callable[[bytes], str | None]] = {
    Expect.ZIP: _wrong_with_zip,
    Expect.ZIP_OR_XML: _wrong_with_zip_or_xml,
    Expect.JSON: _wrong_with_json,
    Expect.CSV: _wrong_with_csv,
    Expect.WORKBOOK: _wrong_with_workbook,
}
