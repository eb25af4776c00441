"""Zip archives from untrusted sources: sizes are capped, names are never paths."""

from __future__ import annotations

import io
import lzma
import threading
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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
    archive: bytes,
    *,
    named: str | None = None,
    ending: str = "",
    max_bytes: int = MAX_UNZIPPED,
    at_once: int = 1,
) -> Iterator[Member]:
    """The files of a zip, in order; only those called ``named``, or ending so. Several may be unpacked ``at_once``.

    Raises `SchemaDrift` for bytes that are not a readable zip, and once more than ``max_bytes`` have been
    unzipped: the size an archive claims is not trusted.
    """
    budget = _Budget(max_bytes)
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened, ThreadPoolExecutor(at_once) as pool:
            wanted = []
            for info in opened.infolist():
                name = info.filename.replace("\\", "/").rpartition("/")[2]
                if not info.is_dir() and name.endswith(ending) and named in {None, name}:
                    wanted.append((name, info))
            contents: Iterator[bytes]
            if at_once == 1:
                contents = (_read(opened, info, budget) for _, info in wanted)
            else:
                contents = pool.map(lambda each: _read(opened, each[1], budget), wanted)
            for (name, info), content in zip(wanted, contents, strict=True):
                yield Member(name=name, modified=datetime(*info.date_time), content=content)  # noqa: DTZ001
    except UNREADABLE as error:
        raise SchemaDrift(f"the zip archive cannot be read: {error}; fetch it again") from error


class _Budget:
    """How many bytes may still be unzipped, in all threads together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = limit
        self._lock = threading.Lock()

    def take(self, count: int) -> None:
        """Raise `SchemaDrift` once they are used up."""
        with self._lock:
            self._left -= count
        if self._left < 0:
            raise SchemaDrift(
                f"the zip archive unzips to more than {self._limit:,} bytes, which no known document does; "
                "it was not read"
            )


def _read(opened: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """A member's bytes, read block by block within a budget."""
    blocks = []
    with opened.open(info) as stream:
        while block := stream.read(_BLOCK):
            budget.take(len(block))
            blocks.append(block)
    return b"".join(blocks)
