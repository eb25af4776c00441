"""Zip archives for tests."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files in a zip, deflated, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def stamped(archive: bytes, time: int, day: int) -> bytes:
    """The same zip with one stamp for all of its files: two words, as MS-DOS writes a time and a date."""
    written = bytearray(archive)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        entry = opened.start_dir
        for info in opened.infolist():
            struct.pack_into("<2H", written, info.header_offset + 10, time, day)
            struct.pack_into("<2H", written, entry + 12, time, day)
            entry += 46 + sum(struct.unpack_from("<3H", written, entry + 28))
    return bytes(written)


def undated(archive: bytes) -> bytes:
    """The same zip with its stamps left empty, which is the day 0 of a month 0 of 1980."""
    return stamped(archive, 0, 0)
