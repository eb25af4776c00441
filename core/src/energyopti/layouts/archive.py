"""Zip archives from untrusted sources: sizes are capped, names are never paths."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime

import attrs

from energyopti.errors import SchemaDrift

MAX_UNZIPPED = 1 << 30
_BLOCK = 1 << 20
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What `zipfile` raises for damaged bytes."""


@attrs.frozen(kw_only=True)
class Member:
    """One file of an archive; ``modified`` is its stamp as stored, on no particular clock."""

    name: str
    modified: datetime
    content: bytes = attrs.field(repr=False)


def members(
    archive: bytes, *, named: str | None = None, ending: str = "", max_bytes: int = MAX_UNZIPPED
) -> Iterator[Member]:
    """The files of a zip, in order; only those called ``named``, or ending so.

    Raises `SchemaDrift` for bytes that are not a readable zip, and once more than ``max_bytes`` have been
    unzipped: the size an archive claims is not trusted.
    """
    left = max_bytes
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            for info in opened.infolist():
                name = info.filename.replace("\\", "/").rpartition("/")[2]
                if info.is_dir() or not name.endswith(ending) or named not in {None, name}:
                    continue
                content = _read(opened, info, left)
                left -= len(content)
                yield Member(name=name, modified=datetime(*info.date_time), content=content)  # noqa: DTZ001
    except UNREADABLE as error:
        raise SchemaDrift(f"the zip archive cannot be read: {error}; fetch it again") from error


def _read(opened: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """A member's bytes, read block by block up to a limit."""
    blocks, total = [], 0
    with opened.open(info) as stream:
        while block := stream.read(_BLOCK):
            total += len(block)
            if total > limit:
                raise SchemaDrift(
                    f"the zip archive unzips to more than {limit:,} bytes, which no known document does; "
                    "it was not read"
                )
            blocks.append(block)
    return b"".join(blocks)
