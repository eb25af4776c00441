"""A response's body: read up to a cap, checked for its announced length, and inspected before it is trusted."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator

import httpx

from energyopti.errors import SourceUnavailable
from energyopti.source.message import Request
from energyopti.source.sniff import ends_whole, is_empty, what_is_wrong
from energyopti.source.statuses import Again
from energyopti.tuning.reading import INFLATED_BLOCK

_GZIP = {"gzip", "x-gzip"}
_OTHERS = {"br", "compress", "deflate", "zstd", "dcb", "dcz"}
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_SAY_HOW_LONG = ("content-length", "transfer-encoding")


async def body_of(response: httpx.Response, where: str, *, cap: int) -> bytes:
    """The body, unpacked; raises if it is longer than the cap, or not as long as announced.

    Its bytes are counted as they come, before and after unpacking, so that no more than the cap is ever held.
    """
    if response.is_stream_consumed:  # a transport other than the network had all of it
        return _short(response.content, where, cap)
    body, came, unpacked = io.BytesIO(), 0, _unpacking(response, where)
    async for block in response.aiter_raw():
        came += len(block)
        for part in (block,) if unpacked is None else unpacked.parts(block):
            if max(came, body.tell() + len(part)) > cap:
                raise _too_long(where, cap)
            body.write(part)
    due = response.headers.get("content-length", "")
    if due.isdecimal() and came < int(due):
        raise Again(f"{came} bytes of {due}: a truncated body")
    if unpacked is not None and not unpacked.is_whole:
        raise Again("a truncated gzip body")
    return body.getvalue()


def _short(content: bytes, where: str, cap: int) -> bytes:
    """A body that is already there, if it is within the cap."""
    if len(content) > cap:
        raise _too_long(where, cap)
    return content


def _too_long(where: str, cap: int) -> SourceUnavailable:
    return SourceUnavailable(
        f"{where} sends more than {cap:,} bytes, more than any known document; it was not read"
    )


class _Unpacking:
    """A gzip body, unpacked a few bytes at a time: its size says nothing about how much it holds."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(_GZIP_WINDOW)

    @property
    def is_whole(self) -> bool:
        """Whether it has ended."""
        return self._inflater.eof

    def parts(self, block: bytes) -> Iterator[bytes]:
        """What a block unpacks to; one that is not gzip is a failed attempt."""
        while block:
            if self._inflater.eof:  # a gzip body may have several members
                self._inflater = zlib.decompressobj(_GZIP_WINDOW)
            try:
                yield self._inflater.decompress(block, INFLATED_BLOCK)
            except zlib.error as error:
                raise Again(f"a damaged gzip body ({error})") from None
            block = self._inflater.unconsumed_tail or self._inflater.unused_data


def _unpacking(response: httpx.Response, where: str) -> _Unpacking | None:
    """How to unpack a body; None for one that is not packed. Raises for an encoding that was not asked for.

    A word that is no encoding, such as ``utf-8``, means nothing.
    """
    said = [each.strip().lower() for each in response.headers.get("content-encoding", "").split(",")]
    packed = [each for each in said if each in _GZIP | _OTHERS]
    if len(packed) > 1 or not _GZIP.issuperset(packed):
        raise SourceUnavailable(
            f"{where} is packed as {', '.join(packed)[:40]!r}; only gzip was asked for, once",
            do="try again later",
        )
    return _Unpacking() if packed else None


def check(request: Request, response: httpx.Response, content: bytes) -> None:
    """Raise for a body that is worth another attempt; a body that the plugin reads itself is not checked."""
    if response.status_code in request.accept or _is_empty_answer(request, response, content):
        return
    wrong = what_is_wrong(content, request.expect)
    if wrong is not None:
        raise Again(wrong)
    if not _says_how_long(response) and not ends_whole(content):
        raise Again("a body of unknown length that does not end at the end of a row")
    said = request.retry_if(content) if request.retry_if is not None else None
    if said is not None:
        raise Again(said.reason, after=said.after)


def _says_how_long(response: httpx.Response) -> bool:
    """Whether a lost end of a body is noticed; else the end of the connection is the end of the body."""
    packed = any(word in _GZIP for word in response.headers.get("content-encoding", "").lower().split(","))
    return packed or any(name in response.headers for name in _SAY_HOW_LONG)


def _is_empty_answer(request: Request, response: httpx.Response, content: bytes) -> bool:
    """Whether an empty body is an answer without rows, not a lost one."""
    if request.row_count_header is None or not is_empty(content):
        return False
    return str(response.headers.get(request.row_count_header, "0")).strip() == "0"
