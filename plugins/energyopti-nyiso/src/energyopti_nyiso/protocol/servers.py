"""NYISO's two servers and the paths of their documents.

Each feed is published as one CSV per day. The old server, ``mis``, keeps the last days as single files and every
month as a zip of its days. The new one, ``postings``, has one file per day in one folder per feed, and two host names.
A future or missing day is a 404.
"""

from __future__ import annotations

import contextlib
import functools
from datetime import date
from typing import TYPE_CHECKING

from energyopti import Chunk, Days, FeedSource, NoData, SchemaDrift, SourceUnavailable
from energyopti.layouts import Document, Layout, Reading
from energyopti.source import Collect, Expect
from energyopti.timezones import DAY
from energyopti_nyiso.protocol.advisory import ANNOUNCED_FOR, Newest, newest_alone, perhaps_old
from energyopti_nyiso.protocol.archived import alone, archived_day, newer_of
from energyopti_nyiso.protocol.dated import Dated, DatedReading, dispatched, made_of, of_its_day
from energyopti_nyiso.protocol.documents import DOCUMENTS, POSTINGS, DailyDocument
from energyopti_nyiso.protocol.listing import path_of

if TYPE_CHECKING:
    from energyopti.source import Source

LAST_OLD_DAY = date(2026, 10, 11)
"""The last day whose daily file reached the old server, as far as is known."""

MOVED = date(2026, 10, 1)
"""From this day on the new server is asked first; before it, the old server's monthly archives."""

UNSETTLED = 14 * DAY
"""For this long after its end a day is fetched by itself: its file is kept about a week, and corrected meanwhile."""

NEVER = Days(end=date.min)
"""The days on which a last-resort source is preferred: none."""


def feed_sources(name: str) -> tuple[FeedSource, ...]:
    """The sources of a feed: monthly archive, old daily file, new daily file; each is the others' fallback.

    For a day that has not settled, the old server's daily file comes before the archive, which is assembled from such
    files later: a corrected file may not be in it yet. If the archive's file was written later after all, that one is
    used.
    """
    document = DOCUMENTS[name]
    archive = archived_day(document)
    own = dated_file(document.old_path, newest=document.newest)
    old = functools.partial(
        FeedSource,
        host="mis",
        available=Days(end=LAST_OLD_DAY + DAY) if document.folder is None else Days(),
        preferred=Days(end=MOVED),
    )
    since = None if document.folder is None else document.in_folder_since
    known = document.folder is not None and document.confirmed
    posted = daily_file(document.new_path, newest=document.new_newest) if known else listed_file(document)
    return (
        old(name="monthly archive", collect=alone(archive)),
        old(name="daily file", collect=newer_of(own, archive), preferred_for=UNSETTLED),
        *posted_sources(posted, since=since),
    )


def posted_sources(
    collect: Collect, *, kind: str = "", since: date | None = None, current: bool = False
) -> tuple[FeedSource, ...]:
    """The new server under both of its host names; the first is preferred since the move.

    The second answers only if nothing else does; for ``current`` data it comes before the old server, which stopped.
    """
    first, second = POSTINGS
    posted, moved = functools.partial(FeedSource, available=Days(first=since)), Days(first=MOVED)
    last = moved if current else NEVER
    return (
        posted(name=f"{first}{kind}", host=first, collect=collect, preferred=moved),
        posted(name=f"{second}{kind}", host=second, collect=as_spare(collect), preferred=last),
    )


def as_spare(collect: Collect) -> Collect:
    """Read from a server's other name; if that fails, the first name's error counts."""

    async def spare(chunk: Chunk, source: Source) -> Reading:
        try:
            return await collect(chunk, source)
        except SourceUnavailable as error:
            if error.unreached:
                raise
            raise NoData(f"{chunk}: it cannot be reached ({error.line})") from error

    return spare


def newest_sources(name: str) -> tuple[FeedSource, ...]:
    """The sources of a document's newest interval: the new server since the move, the old one before."""
    document = DOCUMENTS[name]
    old, new = newest_file(document.newest or ""), newest_file(document.new_newest or "")
    return (
        *posted_sources(new, kind=" newest", current=True),
        FeedSource(name="mis newest", host="mis", collect=old, preferred=Days(end=MOVED)),
    )


def listed_file(document: DailyDocument) -> Collect:
    """Read a day of a document without a known folder: from the guessed folder, else from where the server lists it."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        guess = None if document.folder is None else document.new_path
        if guess is not None:
            with contextlib.suppress(NoData):
                return await daily_file(guess)(chunk, source)
        path = await path_of(document, source)
        if path is None or path == guess:
            raise NoData(f"{chunk}: the new server lists no {document.name} of that day")
        return await daily_file(path)(chunk, source)

    return collect


def daily_file(path: str, *, newest: str | None = None) -> Collect:
    """Read a day from its own file; the server's modification time says when it was written.

    ``newest`` is the path of the newest interval, for documents that announce later intervals during their day and
    until they are rewritten after it. It is fetched first: an interval dispatched between the two requests may still
    be only announced in a file fetched earlier.
    """

    return alone(dated_file(path, newest=newest))


def dated_file(path: str, *, newest: str | None = None) -> Dated:
    """The same, with the time at which the file was written."""

    async def day(chunk: Chunk, source: Source) -> DatedReading:
        running = newest is not None and source.now < chunk.end + ANNOUNCED_FOR
        last = (
            await newest_dispatched(newest, chunk.feed.layout, source)
            if running and newest is not None
            else None
        )
        address = path.format(day=chunk.day)
        payload = await source.get(address, expect=Expect.CSV)
        document = Document(name=address, content=payload.content, modified=payload.modified)
        reading = await source.run(made_of(chunk.feed, newest), chunk.feed.layout, [document])
        reading = of_its_day(reading, chunk, document, source.now)
        if newest is not None:
            reading = await dispatched(reading, chunk, source, modified=payload.modified, newest=last)
        return reading, payload.modified

    return day


def newest_file(path: str) -> Collect:
    """Read only the newest interval, from the file that has nothing else."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        found = await _interval(path, chunk.feed.layout, source)
        if found.frame.is_empty():
            raise NoData(f"{chunk}: {path} has no interval that was certainly dispatched")
        return perhaps_old(found, chunk, source.now)

    return collect


async def _interval(path: str, layout: Layout, source: Source) -> Reading:
    """The content of the newest interval's file; when it was written tells repeated stamps apart."""
    payload = await source.get(path, expect=Expect.CSV)
    written = source.now if payload.modified is None else min(source.now, payload.modified)
    return newest_alone(await source.run(layout.read, payload.content), written)


async def newest_dispatched(path: str, layout: Layout, source: Source) -> Newest | None:
    """The newest interval that was dispatched, or None if the server does not say.

    That the file has the same columns as the day's is not confirmed: if it has others, it says nothing.
    """
    try:
        return Newest.of(await _interval(path, layout, source))
    except (NoData, SchemaDrift, SourceUnavailable):
        return None
