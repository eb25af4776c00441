"""Workbooks of the old form (xls): checked before their reader follows what they claim.

Such a file is a small file system of sectors, in which a stream of records lies. Its reader follows chains of sectors
without end, and makes room for as many strings and cells as a record claims.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Iterator, Sequence

from energyopti.errors import SchemaDrift
from energyopti.tuning.reading import MAX_CELLS, MAX_OLD_WORKBOOK, MAX_SHEET_TEXT

OLD_FORM = b"\xd0\xcf\x11\xe0"
_HEADER, _ENTRY, _SMALL_STREAM, _LAST_SECTOR = 512, 128, 4096, 0xFFFFFFFA
_STREAMS = {"workbook", "book"}
_ARCHIVE_END = b"PK\x05\x06"

_RECORD = struct.Struct("<HH")
_PLACE = struct.Struct("<HH")
_LONG_DIMENSIONS, _MOST_CELLS, _SHORTEST_STRING, _LONGEST_STRING = 14, 1 << 24, 3, 2 << 16


class _Kind(enum.IntEnum):
    """What a record is."""

    END = 0x000A
    FORMULA = 0x0006
    MORE = 0x003C
    SHEET = 0x0085
    SEVERAL_NUMBERS = 0x00BD
    STRINGS = 0x00FC
    SHARED_STRING = 0x00FD
    DIMENSIONS = 0x0200
    NUMBER = 0x0203
    WORD = 0x0204
    TRUTH = 0x0205
    SHORT_NUMBER = 0x027E


_CELLS = frozenset(
    {
        _Kind.FORMULA,
        _Kind.SEVERAL_NUMBERS,
        _Kind.SHARED_STRING,
        _Kind.NUMBER,
        _Kind.WORD,
        _Kind.TRUTH,
        _Kind.SHORT_NUMBER,
    }
)
"""The records of cells, which begin with their row and column."""


def check_old_workbook(payload: bytes) -> None:
    """Raise `SchemaDrift` for a workbook that would take its reader's memory or time without end."""
    if len(payload) > MAX_OLD_WORKBOOK:
        raise _drift(f"has more than {MAX_OLD_WORKBOOK:,} bytes, more than any known one")
    if _ARCHIVE_END in payload:
        raise _drift("holds an archive too")
    try:
        for stream in _Sectors(payload).streams():
            _check_records(stream)
    except (struct.error, IndexError) as error:
        raise _drift(f"is cut off or damaged: {error}") from error


def _drift(what: str) -> SchemaDrift:
    return SchemaDrift(
        f"the payload is not the workbook that was due, but one of the old form (xls) that {what}; it was not read"
    )


class _Sectors:
    """The sectors of a file, in chains: a table has the next sector of each."""

    def __init__(self, payload: bytes) -> None:
        if len(payload) < _HEADER:
            raise _drift("is cut off")
        (shift,) = struct.unpack_from("<H", payload, 30)
        if shift not in {9, 12}:
            raise _drift("has sectors of an unknown size")
        self._payload = payload
        self._size = 1 << shift
        self._most = len(payload) // self._size
        fields = struct.unpack_from("<8I", payload, 40)
        directories, tables, self._directory, _, _, self._mini, minis, more = fields
        (extra,) = struct.unpack_from("<I", payload, 72)
        if max(directories, tables, minis, extra) > self._most:
            raise _drift("claims more sectors than it has")
        self._next = self._table(more)

    def streams(self) -> Iterator[bytes]:
        """The contents of the streams in which a workbook's records may be."""
        directory = self._chain(self._directory)
        entries = [directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
        if not entries:
            raise _drift("has no directory")
        for each in entries:
            if self._length(each) > len(self._payload):
                raise _drift("claims a stream that is longer than the file")
        self._chain(self._mini)  # of small streams, which the reader follows too
        self._chain(_start(entries[0]))
        found = [each for each in entries if _named(each) in _STREAMS]
        if not found or min(map(self._length, found)) < _SMALL_STREAM:
            raise _drift("has no stream of sheets")
        for each in found:
            yield self._chain(_start(each))[: self._length(each)]

    def _table(self, more: int) -> Sequence[int]:
        """The next sector of each: the table's own sectors are listed in the header, and on in a chain."""
        listed = list(struct.unpack_from("<109I", self._payload, 76))
        seen: set[int] = set()
        while more < _LAST_SECTOR:
            if more in seen:
                raise _drift("has a chain of sectors that loops")
            seen.add(more)
            *others, more = struct.unpack(f"<{self._size // 4}I", self._sector(more))
            listed += others
        parts = [self._sector(each) for each in listed if each < _LAST_SECTOR]
        if len(parts) > self._most:
            raise _drift("claims more sectors than it has")
        table = b"".join(parts)
        return struct.unpack(f"<{len(table) // 4}I", table)

    def _sector(self, number: int) -> bytes:
        """A sector's bytes; the header is as long as one."""
        start = (number + 1) * self._size
        found = self._payload[start : start + self._size]
        if len(found) < self._size:
            raise _drift("has a chain of sectors that leads out of it")
        return found

    def _chain(self, first: int) -> bytes:
        """The bytes of a chain of sectors; none if it is empty."""
        parts: list[bytes] = []
        number = first
        while number < _LAST_SECTOR:
            if len(parts) > self._most or number >= len(self._next):
                raise _drift("has a chain of sectors that loops or leads out of it")
            parts.append(self._sector(number))
            number = self._next[number]
        return b"".join(parts)

    def _length(self, entry: bytes) -> int:
        """The length of a stream; files with small sectors have it in half as many bytes."""
        return int(struct.unpack_from("<Q" if self._size > _HEADER else "<I", entry, 120)[0])


def _start(entry: bytes) -> int:
    """The first sector of a directory's entry."""
    return int(struct.unpack_from("<I", entry, 116)[0])


def _named(entry: bytes) -> str:
    """The name of a directory's entry."""
    return entry[:64].decode("utf-16-le", "replace").partition("\0")[0].lower()


def _check_records(stream: bytes) -> None:
    """What a stream claims: its strings first, then its sheets one by one, as the reader goes through them."""
    strings = 0
    starts: list[int] = []
    for kind, at, length in _records(stream, 0):
        if kind == _Kind.STRINGS:
            (count,) = struct.unpack_from("<i", stream, at + 4)
            if not 0 <= count <= len(stream) // _SHORTEST_STRING:
                raise _drift("claims more strings than it can hold")
            strings = length
        elif kind == _Kind.MORE and strings:
            strings += length
        elif kind == _Kind.SHEET:
            starts.append(struct.unpack_from("<I", stream, at)[0])
        elif kind == _Kind.END:
            break
    left = len(stream) // _RECORD.size
    cells = text = 0
    for start in starts:
        sheet = _Extent(stream, start, left)
        left -= sheet.records
        cells += sheet.rows * sheet.columns
        text += sheet.shared * min(strings, _LONGEST_STRING)
        if cells > MAX_CELLS:
            raise _drift(f"spans more than {MAX_CELLS:,} cells, more than any known document")
        if text > MAX_SHEET_TEXT:
            raise _drift(f"could take more than {MAX_SHEET_TEXT:,} bytes, more than any known document")


class _Extent:
    """The rows and columns of a sheet, its cells with shared strings, and its records."""

    def __init__(self, stream: bytes, start: int, most: int) -> None:
        self.rows = self.columns = self.shared = self.records = 0
        for kind, at, length in _records(stream, start):
            self.records += 1
            if self.records > most:
                raise _drift("has several sheets in one place")
            if kind in _CELLS:
                row, column = _PLACE.unpack_from(stream, at)
                if kind == _Kind.SEVERAL_NUMBERS:
                    (column,) = struct.unpack_from("<H", stream, at + length - 2)
                self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
                self.shared += kind == _Kind.SHARED_STRING
            elif kind == _Kind.DIMENSIONS:
                fields = struct.unpack_from("<IIHH" if length == _LONG_DIMENSIONS else "<4H", stream, at)
                first, end, left, right = fields
                if (
                    (end - first) * (right - left) > _MOST_CELLS
                    or (end and end < first)
                    or (right and right < left)
                ):
                    raise _drift("claims more cells than a sheet has")
            elif kind == _Kind.END:
                return


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """The kind, place and length of each record from a place on."""
    while at + _RECORD.size <= len(stream):
        kind, length = _RECORD.unpack_from(stream, at)
        yield kind, at + _RECORD.size, length
        at += _RECORD.size + length
