"""Workbooks of the old form (xls), as bytes: a file of sectors with one stream of records."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

SECTOR = 512
END_OF_CHAIN, FREE, OF_TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_CLOSED = struct.pack("<2H", 0x000A, 0)


def record(kind: int, content: bytes = b"") -> bytes:
    """A record of a kind."""
    return struct.pack("<2H", kind, len(content)) + content


def number(row: int, column: int, value: float) -> bytes:
    """A cell with a number."""
    return record(0x0203, struct.pack("<3Hd", row, column, 0, value))


def word(row: int, column: int, text: str) -> bytes:
    """A cell with a word of its own."""
    return record(0x0204, struct.pack("<4HB", row, column, 0, len(text), 0) + text.encode())


def shared(row: int, column: int, place: int = 0) -> bytes:
    """A cell with one of the shared strings."""
    return record(0x00FD, struct.pack("<3HI", row, column, 0, place))


def strings(*words: str, claimed: int | None = None) -> bytes:
    """The shared strings."""
    count = len(words) if claimed is None else claimed
    listed = b"".join(struct.pack("<HB", len(each), 0) + each.encode() for each in words)
    return record(0x00FC, struct.pack("<2i", count, count) + listed)


def dimensions(rows: int, columns: int) -> bytes:
    """What a sheet says that it spans."""
    return record(0x0200, struct.pack("<2I3H", 0, rows, 0, columns, 0))


def stream(sheets: Mapping[str, bytes], before: bytes = b"") -> bytes:
    """The records of a workbook: what is common to its sheets, and each of them."""
    beginning = record(0x0809, struct.pack("<2H12x", 0x0600, 0x0005))
    names = [each.encode() for each in sheets]
    offset = len(beginning) + len(before) + sum(12 + len(each) for each in names) + len(_CLOSED)
    listed, bodies = b"", b""
    for name, cells in zip(names, sheets.values(), strict=True):
        listed += record(0x0085, struct.pack("<I4B", offset + len(bodies), 0, 0, len(name), 0) + name)
        bodies += record(0x0809, struct.pack("<2H12x", 0x0600, 0x0010)) + cells + _CLOSED
    return beginning + listed + before + _CLOSED + bodies


def filed(content: bytes, *, following: Mapping[int, int] | None = None, length: int | None = None) -> bytes:
    """A stream in a file: a table of sectors, a directory and the stream; ``following`` changes the table.

    Sector 0 is the table, 1 the directory, and the stream begins in 2; a large one has more sectors for the table.
    """
    content = content.ljust(4096, bytes(1))
    count = -(-len(content) // SECTOR)
    tables = -(-(count + 2) // 127)
    first = tables + 1
    table = [OF_TABLE] * tables + [END_OF_CHAIN] + [first + n + 1 for n in range(count)]
    table[-1] = END_OF_CHAIN
    for place, to in (following or {}).items():
        table[place] = to
    table += [FREE] * (tables * 128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, tables, tables, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0)
    header += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    root = _entry("Root Entry", 5, END_OF_CHAIN, 0, below=1)
    directory = root + _entry("Workbook", 2, first, len(content) if length is None else length)
    body = struct.pack(f"<{len(table)}I", *table) + directory.ljust(SECTOR, bytes(1))
    return header + body + content.ljust(count * SECTOR, bytes(1))


def _entry(name: str, kind: int, start: int, length: int, *, below: int = FREE) -> bytes:
    """An entry of the directory."""
    written = name.encode("utf-16-le") + bytes(2)
    entry = written.ljust(64, bytes(1)) + struct.pack("<H2B3I", len(written), kind, 1, FREE, FREE, below)
    return entry + bytes(36) + struct.pack("<IQ", start, length)


def rows(*cells: Sequence[str | float]) -> bytes:
    """Rows of cells, from the first on."""
    return b"".join(
        word(row, column, cell) if isinstance(cell, str) else number(row, column, cell)
        for row, line in enumerate(cells)
        for column, cell in enumerate(line)
    )
