"""Zip archives from untrusted sources: sizes are capped, and names are never used as paths."""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import lzma
import re
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import attrs

from energyopti.errors import SchemaDrift
from energyopti.tuning.reading import INFLATED_BLOCK, MAX_MEMBERS, MAX_PACKING, MAX_UNZIPPED, SMALL_UNZIPPED

_deflate: Any = zlib
with contextlib.suppress(ImportError):  # twice as fast, but not available for every processor
    from isal import isal_zlib as _deflate

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

_OF_MACS = ("._", ".DS_Store")
_HEADER = struct.Struct("<4s5H3I2H")
_SIGNATURE = b"PK\x03\x04"
_DIRECTORY = b"PK\x01\x02"
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED, _SIZES_FOLLOW, _UTF_8 = 0x01, 0x08, 0x800


@attrs.frozen(kw_only=True)
class Member:
    """One file of an archive; ``modified`` is its stamp as stored, on no particular clock; ``path`` is never a path of ours.

    ``modified`` is None if the archive does not say: its writer left the stamp empty, or at the start of zip's time.
    """

    name: str
    modified: datetime | None
    content: bytes = attrs.field(repr=False)
    path: str = ""


def plausible_bytes(packed: int) -> int:
    """The most bytes that so many packed ones unpack to in any known document."""
    return min(MAX_UNZIPPED, max(SMALL_UNZIPPED, packed * MAX_PACKING))


def members(
    archive: bytes,
    *,
    named: str | None = None,
    matching: re.Pattern[str] | None = None,
    ending: str = "",
    path: Callable[[str], bool] | None = None,
    max_bytes: int | None = None,
    at_once: int = 1,
) -> Generator[Member, None, None]:
    """The files of a zip, in order; filtered by name: ``named``, ``matching`` as a whole, or ``ending`` so.

    ``path`` filters by the name with its folders.

    Up to ``at_once`` are unpacked at the same time.

    A file's name is the one in its local header. If the directory's sizes or checksum do not fit it and those of its
    local header do, the header's are used. Raises `SchemaDrift` for bytes that are not a readable zip, for one with more
    files than any known one, and for one that unzips to more than ``max_bytes``, or than is plausible for its size: before
    it is unzipped if it says so, else as soon as it does. The extra files that Macs put into archives (``._name``,
    ``.DS_Store``) are skipped.
    """
    budget = _Budget(min(plausible_bytes(len(archive)), MAX_UNZIPPED if max_bytes is None else max_bytes))
    if archive.count(_DIRECTORY) > MAX_MEMBERS:
        raise SchemaDrift(
            f"the zip archive has more than {MAX_MEMBERS:,} files, more than any known document; it was not read"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened, _threads(at_once) as pool:
            wanted = []
            for info in opened.infolist():
                local = _local(archive, info)
                place = local.filename.replace("\\", "/")
                name = place.rpartition("/")[2]
                if path is not None and not path(place):
                    continue
                if local.is_dir() or not name.endswith(ending) or named not in {None, name}:
                    continue
                if name.startswith(_OF_MACS):
                    continue
                if matching is not None and not matching.fullmatch(name):
                    continue
                wanted.append((place, info, local))
            budget.expect(sum(min(info.file_size, local.file_size) for _, info, local in wanted))
            unpack = functools.partial(_content, archive, opened, budget)
            described = [(info, local) for _, info, local in wanted]
            contents = map(unpack, described) if at_once == 1 else pool.map(unpack, described)
            for (place, info, _), content in zip(wanted, contents, strict=True):
                name = place.rpartition("/")[2]
                yield Member(name=name, modified=_modified(info), content=content, path=place)
    except UNREADABLE as error:
        raise SchemaDrift(f"the zip archive cannot be read: {error}; fetch it again") from error


@contextlib.contextmanager
def _threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads, joined if all of their work was taken; otherwise they end by themselves.

    The garbage collector may close an abandoned generator at any point, even in one of these threads: joining it then
    could mean waiting for itself.
    """
    pool = ThreadPoolExecutor(count)
    try:
        yield pool
        pool.shutdown()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    """A member's stamp; None if it has none, which is written as month 0 or as the earliest possible moment."""
    if info.date_time == _FIRST_MOMENT:
        return None
    try:
        return datetime(*info.date_time)  # noqa: DTZ001
    except ValueError:
        return None


def _local(archive: bytes, info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """A member as its local header describes it; as the directory does if there is no such header."""
    local = copy.copy(info)
    header = _header(archive, info)
    if header is None:
        return local
    _, _, flags, method, _, _, checksum, packed, size, length, _ = header
    begin = info.header_offset + _HEADER.size
    name = archive[begin : begin + length]
    local.flag_bits = flags
    local.orig_filename = name.decode("utf-8" if flags & _UTF_8 else "cp437")
    local.filename = local.orig_filename.partition("\0")[0]
    if not flags & _SIZES_FOLLOW:
        local.compress_type, local.CRC, local.compress_size, local.file_size = method, checksum, packed, size
    return local


def _header(archive: bytes, info: zipfile.ZipInfo) -> tuple[Any, ...] | None:
    """The fields of a member's local header; None if there is no such header."""
    start = info.header_offset
    header = archive[start : start + _HEADER.size] if start >= 0 else b""
    if len(header) < _HEADER.size or header[:4] != _SIGNATURE:
        return None
    return _HEADER.unpack(header)


def _content(
    archive: bytes,
    opened: zipfile.ZipFile,
    budget: _Budget,
    described: tuple[zipfile.ZipInfo, zipfile.ZipInfo],
) -> bytes:
    """A member's bytes by the directory, else by its own header; the checksum applies to both."""
    info, local = described
    info.orig_filename = local.orig_filename
    try:
        return _read(archive, opened, info, budget)
    except UNREADABLE as error:
        try:
            return _read(archive, opened, local, budget)
        except UNREADABLE:
            raise error from None


class _Budget:
    """How many bytes may still be unzipped, by all threads together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = limit
        self._lock = threading.Lock()

    @property
    def left(self) -> int:
        """How many are left."""
        return self._left

    def take(self, count: int) -> None:
        """Raise `SchemaDrift` once they are used up."""
        with self._lock:
            self._left -= count
        self.expect(0)

    def expect(self, count: int) -> None:
        """Raise `SchemaDrift` if fewer are left."""
        if self._left < count:
            raise SchemaDrift(
                f"the zip archive unzips to more than {self._limit:,} bytes, more than any known document of its "
                "size; it was not read"
            )

    def give_back(self, count: int) -> None:
        """Return bytes that were unzipped in vain."""
        with self._lock:
            self._left += count


def _read(archive: bytes, opened: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """A member's bytes, read within a budget: in one piece if it is deflated, which is faster, else in blocks."""
    if info.compress_type == zipfile.ZIP_DEFLATED and not info.flag_bits & _ENCRYPTED:
        content = _inflated(archive, info, budget)
        if content is not None:
            return content
    blocks = []
    try:
        with opened.open(info) as stream:
            while block := stream.read(INFLATED_BLOCK):
                budget.take(len(block))
                blocks.append(block)
    except UNREADABLE:
        budget.give_back(sum(map(len, blocks)))
        raise
    return b"".join(blocks)


def _inflated(archive: bytes, info: zipfile.ZipInfo, budget: _Budget) -> bytes | None:
    """A deflated member's bytes, if they are exactly as described; None leaves the diagnosis to `zipfile`."""
    header = _header(archive, info)
    if header is None:
        return None
    *_, name_length, extra_length = header
    start = info.header_offset + _HEADER.size + name_length + extra_length
    inflater = _deflate.decompressobj(-zlib.MAX_WBITS)
    most = max(1, budget.left + 1)  # 0 would mean no limit, and another thread may have used up the rest
    try:
        content: bytes = inflater.decompress(memoryview(archive)[start : start + info.compress_size], most)
    except _deflate.error:
        return None
    if len(content) <= budget.left and not inflater.eof:
        return None
    budget.take(len(content))
    if len(content) == info.file_size and _deflate.crc32(content) == info.CRC:
        return content
    budget.give_back(len(content))
    return None
