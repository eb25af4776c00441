"""Text as it was published, recovered from what spreadsheets and other programs save.

Another encoding, another separator, blank lines above the header: none of it changes what a payload says. Bytes that
are not text at all are named for what they are. An ordinary payload is returned unchanged.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import json
import re
from collections.abc import Sequence

from energyopti.errors import SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.tuning.reading import HEAD_BYTES, INFLATED_BLOCK

_BLANK_LINES = re.compile(rb"(?:[ \t,;]*(?:\r\n|\r|\n))+")
_ODD_ENDS = re.compile(rb"\r+\n|\r")
_DECIMAL_COMMA = re.compile(rb'(?:^|;)[ "]*([-+]?\d+,\d+)[ "]*(?:;|\r?$)', re.MULTILINE)
_SEPARATORS = (b"\t", b";")
_WORKBOOKS = ("a zip archive or a workbook", "an old workbook (xls)")
_MAGIC = {
    b"pk\x03\x04": _WORKBOOKS[0],
    b"pk\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": _WORKBOOKS[1],
    b"\x1f\x8b": "packed by gzip",
    b"%pdf": "a PDF",
    b"\x89png": "an image",
    b"gif8": "an image",
    b"\xff\xd8\xff": "an image",
    b"<!doctype html": "an HTML page",
    b"<html": "an HTML page",
    b"<": "XML",
    b"{": "JSON",
    b"[": "JSON",
}
"""What bytes are that begin this way, in lower case."""


def what_it_is(payload: bytes) -> str | None:
    """What bytes are, judging by how they begin, in words; None if they may be delimited text."""
    head = payload[:HEAD_BYTES].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if not head and not payload.strip():
        return "empty"
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), None)


def what_is_wrong(payload: bytes, due: Sequence[str]) -> str | None:
    """Why bytes cannot be any of the forms that were ``due``, in words; None if they may be one of them."""
    with contextlib.suppress(SchemaDrift):
        payload = in_utf_8(payload)
    what, kinds = what_it_is(payload), " or ".join(due)
    if what == "JSON" and what in due:
        return _wrong_with_json(payload)
    if what in due or (what in _WORKBOOKS and "workbook" in due):
        return None
    if what is not None:
        return f"the payload is {what}, not the {kinds} that was due"
    return (
        None
        if "text" in due
        else f"the payload is not the {kinds} that was due: it starts with {payload[:40]!r}"
    )


def _wrong_with_json(payload: bytes) -> str | None:
    try:
        json.loads(payload)
    except (ValueError, RecursionError) as error:
        return f"the payload is JSON that is cut off or damaged: {error}; fetch it again"
    return None


def refuse_other(payload: bytes, due: str) -> None:
    """Raise `SchemaDrift` for bytes that are known to be something other than the text that was ``due``."""
    what = what_it_is(payload)
    if what is not None:
        raise SchemaDrift(f"the payload is {what}, not the {due} that was due")


def in_utf_8(payload: bytes) -> bytes:
    """Text in UTF-8, converted if it is UTF-16; raises `SchemaDrift` if that is cut off."""
    encoding = _wide(payload[:4])
    return payload if encoding is None else _recoded(payload, encoding)


def plain_text(payload: bytes) -> bytes:
    """Delimited text in UTF-8, from its header on, with commas and line feeds.

    Raises `SchemaDrift` for what is known to be something else, for UTF-16 that is cut off, and for semicolons together
    with decimal commas; `UnicodeDecodeError` if separators are to be replaced in text that is not UTF-8.
    """
    payload = in_utf_8(payload)
    refuse_other(payload, "text")
    payload = payload.removeprefix(codecs.BOM_UTF8)
    blank = _BLANK_LINES.match(payload)
    if blank is not None:
        payload = payload[blank.end() :]
    if b"\r" in _first_line(payload)[:-1]:
        payload = _ODD_ENDS.sub(b"\n", payload)
    header = _first_line(payload)
    separator = next((each for each in _SEPARATORS if each in header), None)
    return payload if b"," in header or separator is None else _with_commas(payload, separator)


def _first_line(payload: bytes) -> bytes:
    """A text up to its first line feed."""
    end = payload.find(b"\n")
    return payload if end < 0 else payload[:end]


def western(payload: bytes) -> tuple[bytes, Finding]:
    """Text that is not UTF-8, read in the usual Windows code page (1252), and a finding that says so.

    Raises `SchemaDrift` for bytes that are not text in that code page either.
    """
    try:
        blocks = range(0, len(payload), INFLATED_BLOCK)
        text = b"".join(payload[at : at + INFLATED_BLOCK].decode("cp1252").encode() for at in blocks)
    except UnicodeDecodeError as error:
        raise SchemaDrift(f"the payload is not the text that was due: {error}") from error
    lines = [line.rstrip(b"\r\n") for line in io.BytesIO(payload) if not line.isascii()]
    finding = Finding(
        kind=FindingKind.OTHER_ENCODING,
        message=f"the payload is not UTF-8 and was read in the Windows code page 1252, "
        f"first {lines[0].decode('cp1252')[:80]!r}",
        rows=len(lines),
    )
    return text, finding


def _wide(head: bytes) -> str | None:
    """The encoding of text with two-byte characters, by its mark or by the zeros in its first words."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = "".join(" 0"[byte == 0] for byte in head)
    return {" 0 0": "utf-16-le", "0 0 ": "utf-16-be"}.get(zeros)


def _recoded(payload: bytes, encoding: str) -> bytes:
    try:
        return payload.decode(encoding).encode()
    except UnicodeError as error:
        raise SchemaDrift(f"the payload is UTF-16 that cannot be read: {error}; it may be cut off") from error


def _with_commas(payload: bytes, separator: bytes) -> bytes:
    """Text with commas in place of another separator; decimal commas together with semicolons are refused."""
    comma = _DECIMAL_COMMA.search(payload) if separator == b";" else None
    if comma is not None:
        raise SchemaDrift(
            f"the payload has semicolons between its fields and holds {comma[1].decode()}: whether that is a "
            "decimal comma cannot be known; save it with commas between fields and points in numbers"
        )
    text = io.TextIOWrapper(io.BytesIO(payload), encoding="utf-8", newline="")
    written = io.BytesIO()
    commas = io.TextIOWrapper(written, encoding="utf-8", newline="")
    try:
        csv.writer(commas, lineterminator="\n").writerows(csv.reader(text, delimiter=separator.decode()))
    except csv.Error as error:
        raise SchemaDrift(f"the payload is not the text that was due: {error}") from error
    commas.flush()
    return written.getvalue()
