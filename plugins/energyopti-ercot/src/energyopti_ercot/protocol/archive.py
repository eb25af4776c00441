"""The archive of ERCOT's Public API: documents that have left the lists, for account holders.

A report's archive lists documents by publish time, on the wall clock without an offset. One document is fetched by its
number; several together, up to a thousand, come as a zip of documents named by number: at thirty calls a minute, the
288 documents of a day cannot be fetched one by one.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from energyopti import Chunk, NoData, SchemaDrift, SourceUnavailable
from energyopti.layouts import Reading, members
from energyopti.source import Collect, Expect, Payload, Request
from energyopti.timezones import HOUR, zone
from energyopti_ercot.protocol.documents import Report, reading_of
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.protocol.listing import UNREADABLE, Document, Entry, counted, in_order, wall_of

if TYPE_CHECKING:
    from energyopti.source import Source

LISTED = 1_000
"""How many documents one page of the list holds."""

DOCUMENTS_A_CALL = 1_000
"""How many documents are fetched together."""


def archived(emil_id: str, report: Report, *, published: bool = False) -> Collect:
    """Read a chunk from all of its documents in the archive of a report, such as ``NP3-560-CD``.

    Does what `documents` does from the list: ``published`` means that the publish time belongs to every row.
    Documents never leave the archive: if the first of a day are not there, they were never published.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        chosen = report.of(await archive_of(source, emil_id, *report.window(chunk)), chunk)
        if not chosen:
            raise NoData(f"{chunk}: the archive of {emil_id} has no document of this time")
        contents = await fetch(source, emil_id, chosen)
        found = list(zip(chosen, contents, strict=True))
        return await reading_of(source, chunk, report, chunk.feed.layout, found, published)

    return collect


async def archive_of(source: Source, emil_id: str, start: datetime, end: datetime) -> tuple[Document, ...]:
    """The documents published between two instants, and a few around them, earliest first.

    Raises `SourceUnavailable` if the pages of the list do not add up.
    """
    asked = {"postDatetimeFrom": _wall(start, -HOUR), "postDatetimeTo": _wall(end, HOUR)}
    (first,) = await source.get_all([_page(emil_id, asked, 1)])
    pages, total, entries = await source.run(_listed, first.content)
    rest = await source.get_all([_page(emil_id, asked, number) for number in range(2, pages + 1)])
    for payload in rest:
        entries += (await source.run(_listed, payload.content))[2]
    if len(entries) != total:
        raise SourceUnavailable(
            f"ercot: the archive of {emil_id} lists {len(entries):,} documents and should list {total:,}; "
            "try again later"
        )
    return in_order(entries)


def _wall(at: datetime, wider: timedelta) -> str:
    """A bound on the wall clock, widened by an hour, so that neither pass of a repeated hour is missed."""
    wall = at.astimezone(zone(ZONE)).replace(tzinfo=None) + wider
    return wall.strftime("%Y-%m-%dT%H:%M:%S")


def _page(emil_id: str, asked: dict[str, str], number: int) -> Request:
    params = {**asked, "size": str(LISTED), "page": str(number)}
    return Request(path=f"archive/{emil_id.lower()}", params=params, expect=Expect.JSON, shared=True)


def _listed(content: bytes) -> tuple[int, int, list[Entry]]:
    """A page of the list: the number of pages and of documents, and the documents on it."""
    try:
        body: Any = json.loads(content)
        entries = [_entry(each) for each in body.get("archives") or []]
        return *counted(body["_meta"]), entries
    except UNREADABLE as error:
        raise SchemaDrift(f"the list of the archive is not the JSON that was due: {error!r}") from error


def _entry(archive: dict[str, Any]) -> Entry:
    return int(archive["docId"]), str(archive["friendlyName"]), wall_of(archive["postDatetime"])


async def fetch(source: Source, emil_id: str, chosen: Sequence[Document]) -> list[bytes]:
    """Some documents in order: a single one by its number, several together."""
    path = f"archive/{emil_id.lower()}"
    if len(chosen) == 1:
        params = {"download": chosen[0].number}
        request = Request(path=path, params=params, expect=Expect.ZIP, immutable=True)
        return [payload.content for payload in await source.get_all([request])]
    batches = [chosen[first : first + DOCUMENTS_A_CALL] for first in range(0, len(chosen), DOCUMENTS_A_CALL)]
    payloads = await source.get_all([_download(path, batch) for batch in batches])
    contents = [await source.run(_unpacked, *each) for each in zip(payloads, batches, strict=True)]
    return list(itertools.chain.from_iterable(contents))


def _download(path: str, chosen: Sequence[Document]) -> Request:
    numbers = [int(each.number) for each in chosen]
    return Request(
        path=f"{path}/download",
        method="POST",
        json={"docIds": numbers},
        expect=Expect.ZIP,
        immutable=True,
    )


def _unpacked(payload: Payload, chosen: Sequence[Document]) -> list[bytes]:
    """The documents of a bundle, in the requested order."""
    found: dict[str, bytes] = {}
    for each in members(payload.content):
        number = each.name.partition(".")[0]
        if number in found:
            raise SchemaDrift(f"the documents that came together hold {number} twice")
        found[number] = each.content
    lacking = [each.number for each in chosen if each.number not in found]
    if lacking:
        raise SourceUnavailable(
            f"ercot: {len(lacking)} of {len(chosen)} documents of the archive did not come, such as {lacking[0]}; "
            "try again later"
        )
    return [found[each.number] for each in chosen]
