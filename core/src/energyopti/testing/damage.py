"""What a plugin makes of damaged documents: each body as its source hands it over, spoilt in several ways."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime

import attrs

from energyopti.errors import EnergyOptiError, NoData, PluginError, SourceUnavailable
from energyopti.fetch.finish import PLUGIN_FAILURES
from energyopti.market import FeedSource, Host
from energyopti.query import Chunk
from energyopti.source import Client, Payload, Request, Source
from energyopti.source.sniff import is_page, what_is_wrong
from energyopti.testing.alone import finished
from energyopti.testing.report import in_words

_PAGE = b"<!DOCTYPE html><html><body>Service unavailable</body></html>"
_OTHER = bytes.maketrans(b"aeioAEIO13579", b"eioaEIOA35791")
_FIGURE = re.compile(rb"(?<![\w.:/+-])(?=[0-9]+\.[0-9])")


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0x80]) + content[middle + 1 :]


WAYS: Mapping[str, Callable[[bytes], bytes]] = {
    "an HTML page in place of it": lambda _: _PAGE,
    "nothing in it": lambda _: b"",
    "only its first half": lambda content: content[: len(content) // 2],
    "only its first line": lambda content: content.partition(b"\n")[0],
    "a bit flipped in its middle": lambda content: _flipped(content) if content else content,
    "other words in it": lambda content: content.translate(_OTHER),
    "its figures below zero": lambda content: _FIGURE.sub(b"-", content),
    "an object of other keys in place of it": lambda _: b'{"message": "an error"}',
}
"""How a document can be damaged."""


@attrs.frozen
class Spoilt:
    """What came of a damaged document that should not have: which damage, what was raised, and the document."""

    way: str
    what: str
    payload: bytes


class _SpoiltSource(Source):
    """A source that damages each document, and refuses those that the core would not pass on to a plugin.

    Documents are fetched once: ``fetched`` keeps them for the next source of the same chunk.
    """

    def __init__(
        self,
        client: Client,
        chunk: Chunk,
        feed_source: FeedSource,
        *,
        spoil: Callable[[bytes], bytes],
        fetched: dict[tuple[object, ...], Payload | NoData],
    ) -> None:
        super().__init__(client, chunk, feed_source)
        self._spoil, self._documents = spoil, fetched
        self.last = b""

    async def _got(self, there: Host, request: Request) -> Payload:
        key = (there.name, *request.key)
        if key not in self._documents:
            try:
                self._documents[key] = await super()._got(there, request)
            except NoData as error:
                self._documents[key] = error
        came = self._documents[key]
        if isinstance(came, NoData):
            raise NoData(came.what)
        content = _spoilt(came.content, self._spoil)
        if request.html_means_missing and is_page(content):
            raise NoData("a page is in its place")
        wrong = what_is_wrong(content, request.expect)
        if wrong is not None and not (request.row_count_header and not content):
            raise SourceUnavailable(f"{came.url}: {wrong}")
        self.last = content
        return attrs.evolve(came, content=content)


def _spoilt(content: bytes, spoil: Callable[[bytes], bytes]) -> bytes:
    """A damaged document; of an archive, its members are damaged."""
    if not content.startswith(b"PK"):
        return spoil(content)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(buffer, "w") as other:
        for name in whole.namelist():
            other.writestr(name, spoil(whole.read(name)))
    return buffer.getvalue()


async def of_damaged(client: Client, chunk: Chunk, now: datetime) -> tuple[Spoilt, ...]:
    """What each source of a chunk raises for damaged documents, besides what a plugin may raise."""
    found: list[Spoilt] = []
    for feed_source in chunk.feed.sources_for(chunk.day, now - chunk.end):
        fetched: dict[tuple[object, ...], Payload | NoData] = {}
        for way, spoil in WAYS.items():
            source = _SpoiltSource(client, chunk, feed_source, spoil=spoil, fetched=fetched)
            raised = await _raised(source, chunk, now)
            if raised is not None:
                found.append(Spoilt(f"{feed_source.name}: {way}", in_words(raised), source.last))
    return tuple(found)


async def _raised(source: Source, chunk: Chunk, now: datetime) -> BaseException | None:
    """The error of a plugin that fails with one document; None if it says in a proper way that it cannot be read."""
    try:
        reading = await source.feed_source.collect(chunk, source)
        finished(reading, chunk, source.feed_source, now)
    except PluginError as error:
        return error
    except EnergyOptiError:
        return None
    except PLUGIN_FAILURES as error:
        return error
    return None
